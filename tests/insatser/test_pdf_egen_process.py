"""Setting a PDF ends in time and dies alone; what is made is the same as if it were made here."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.test import Client

from insatser.fragor import handlingsplan as planer
from insatser.fragor.plandata import plandata
from insatser.models import Handlingsplan
from insatser.pdf import egen_process, rita
from insatser.pdf import handlingsplan as dokument
from insatser.pdf.egen_process import GickInte, satt


def _bytes(text: str) -> bytes:
    return text.encode()


def _pid() -> bytes:
    return str(os.getpid()).encode()


def _langsam() -> bytes:
    time.sleep(0.3)
    return _pid()


def _hanger() -> bytes:
    time.sleep(60)
    return b""


def _dor() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def _tar_allt_minne() -> bytes:
    return bytes(16 * 2**30)


def _felar() -> bytes:
    raise ValueError("ett fel i mallen")


@pytest.mark.django_db
def test_filen_ar_densamma_som_om_den_gjordes_har(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)
    gor = partial(dokument.plandokument, plandata(planer.innehall(plan)), date(2026, 1, 1))
    dar = gor()

    monkeypatch.setattr(egen_process, "satt", lambda funktion, *varden: funktion(*varden))

    assert gor() == dar


def test_processen_star_kvar_till_nasta_och_byts_ut_till_slut(monkeypatch: pytest.MonkeyPatch) -> None:
    forst, sedan = satt(_pid), satt(_pid)
    monkeypatch.setattr(egen_process, "LANGST", 0)
    sist, ny = satt(_pid), satt(_pid)

    assert forst == sedan == sist != ny


def test_en_som_inte_tar_emot_haller_ingen_kvar(monkeypatch: pytest.MonkeyPatch) -> None:
    while sattare := egen_process._ledig():
        sattare.avsluta()
    os.kill(int(satt(_pid)), signal.SIGSTOP)
    monkeypatch.setattr(egen_process, "TID", 1)

    with pytest.raises(GickInte):
        satt(_bytes, "mer än vad som ryms i röret" * 2**16)

    assert satt(_bytes, "nästa") == "nästa".encode()


def test_en_kan_vanta_innan_nagon_fragar() -> None:
    while sattare := egen_process._ledig():
        sattare.avsluta()
    egen_process.varm()
    egen_process.varm()

    assert egen_process._lediga.qsize() == 1
    assert satt(_bytes, "den") == b"den"


def test_flera_pa_en_gang_far_var_sin_och_hogst_tva_star_kvar() -> None:
    with ThreadPoolExecutor(4) as tradar:
        gjorda = list(tradar.map(lambda _: satt(_langsam), range(4)))

    assert len(set(gjorda)) == 4
    assert egen_process._lediga.qsize() == egen_process.STAR_KVAR


@pytest.mark.parametrize("gor", [_hanger, _dor, _tar_allt_minne])
def test_en_som_inte_gar_ar_for_sig_och_nasta_gar_bra(monkeypatch: pytest.MonkeyPatch, gor: Any) -> None:
    monkeypatch.setattr(egen_process, "TID", 1 if gor is _hanger else 30)

    with pytest.raises(GickInte):
        satt(gor)

    assert satt(_bytes, "nästa") == "nästa".encode()


def test_en_som_dor_medan_den_vantar_byts_ut() -> None:
    os.kill(int(satt(_pid)), signal.SIGKILL)
    time.sleep(0.1)

    assert satt(_bytes, "nästa") == "nästa".encode()


def test_ett_fel_i_den_sags_har() -> None:
    with pytest.raises(RuntimeError, match="ValueError: ett fel i mallen"):
        satt(_felar)


@pytest.mark.django_db
def test_sidan_sager_att_det_gar_att_forsoka_igen(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rita, "_satt", _dor_i_stallet)
    client.raise_request_exception = False

    svar = client.get("/flemingsberg/laget.pdf")

    assert (svar.status_code, svar.headers["Retry-After"]) == (503, "30")


def _dor_i_stallet(*_: Any) -> bytes:
    return _dor()
