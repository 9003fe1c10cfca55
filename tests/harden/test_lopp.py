"""The races in short: one of each write path."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from harden import lopp, scen
from harden.lopp import Skrivning


@pytest.mark.django_db(transaction=True)
def test_inget_sparat_forloras() -> None:
    assert [str(linje) for linje in lopp.kor(1) if not linje.haller] == []


def _fel(*args: object) -> object:
    raise RuntimeError("oj")


def _nekas(*args: object) -> object:
    raise lopp.NEKAS[0]([], 1)


@pytest.mark.parametrize(
    ("gor", "syns", "text"),
    [
        (lambda: None, lambda: False, "det A och B sparade syns inte"),
        (_nekas, lambda: True, "båda nekades"),
        (_fel, lambda: True, "RuntimeError: oj"),
    ],
)
def test_provet_faller_det_forlorade(gor: Callable[[], object], syns: Callable[[], bool], text: str) -> None:
    vag = Skrivning(gor, syns)

    with ThreadPoolExecutor(2) as tradar:
        linje = lopp.lop(None, "prov", lambda s, varv: (vag, vag), 1, tradar)  # type: ignore[arg-type]

    assert (linje.haller, text in str(linje)) == (False, True)


def test_varje_vag_har_eget_namn_och_egen_funktion() -> None:
    assert len(set(lopp.VAGAR.values())) == len(lopp.VAGAR) > 50
    assert set("bxsegapqd") == set(scen.PERSONER)
