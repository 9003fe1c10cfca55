"""Reading a file ends in time and dies alone."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing.connection import Connection
from typing import Any

import pytest

from insatser.utbyte.excel import egen_process, lasning
from insatser.utbyte.excel.insatskarta import InsatskartaResource

FIL = b"Nummer;Titel\n1.9;Ny\n"


def _hanger(*_: Any) -> None:
    time.sleep(60)


def _dor(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _tar_allt_minne(dar: Connection, *resten: Any) -> None:
    lasning.las = lambda *_: bytearray(8 * 2**30)  # type: ignore[assignment, return-value]
    egen_process._i_barnet(dar, *resten)


def test_tabellen_ar_densamma_som_om_den_lasts_har() -> None:
    har = lasning.las("karta.csv", FIL, InsatskartaResource.mall)

    assert egen_process.las("karta.csv", FIL, InsatskartaResource) == har


@pytest.mark.parametrize(
    ("barn", "fel"),
    [(_hanger, "tar längre tid än"), (_dor, "gick inte att läsa"), (_tar_allt_minne, "gick inte att läsa")],
)
def test_en_fil_som_inte_gar_att_lasa_ar_ett_fel(monkeypatch: pytest.MonkeyPatch, barn: Any, fel: str) -> None:
    monkeypatch.setattr(egen_process, "_i_barnet", barn)
    monkeypatch.setattr(egen_process, "TID", 1 if barn is _hanger else 30)

    tabell = egen_process.las("karta.csv", FIL, InsatskartaResource)

    assert [fel in f.text for f in tabell.fel] == [True]


def test_ett_barn_som_inte_tar_emot_filen_haller_ingen_kvar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(egen_process, "_i_barnet", _hanger)
    monkeypatch.setattr(egen_process, "TID", 1)

    tabell = egen_process.las("karta.csv", FIL * 2**18, InsatskartaResource)

    assert ["gick inte att läsa" in f.text for f in tabell.fel] == [True]


def test_de_som_inte_far_plats_vantar_och_far_veta_det(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(egen_process, "VANTAR", 0.1)
    for _ in range(egen_process.SAMTIDIGT):
        egen_process._tur.acquire()
    try:
        with pytest.raises(egen_process.Upptagen):
            egen_process.las("karta.csv", FIL, InsatskartaResource)
    finally:
        for _ in range(egen_process.SAMTIDIGT):
            egen_process._tur.release()
