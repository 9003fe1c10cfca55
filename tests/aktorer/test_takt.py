"""How often something may be done from one address."""

import time

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory

from aktorer import takt


@pytest.fixture(autouse=True)
def _tom(db: None) -> None:
    cache.clear()


@pytest.fixture
def klocka(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    nu = [time.time()]
    monkeypatch.setattr(time, "time", lambda: nu[0])
    return nu


def ryms(adress: str = "192.0.2.1", vad: str = "lank") -> bool:
    return takt.ryms(RequestFactory().post("/", REMOTE_ADDR=adress), vad, antal=2, inom=60)


def test_sa_manga_ryms_och_inte_fler() -> None:
    assert [ryms() for _ in range(4)] == [True, True, False, False]


def test_tiden_raknas_fran_varje_gang_for_sig(klocka: list[float]) -> None:
    svar = []
    for steg in (0, 40, 19, 1, 39, 1):  # at 0, 40, 59, 60, 99 and 100 seconds
        klocka[0] += steg
        svar.append(ryms())
    assert svar == [True, True, False, True, False, True]


def test_varje_adress_och_varje_sak_raknas_for_sig() -> None:
    assert [ryms() for _ in range(3)] == [True, True, False]
    assert ryms("192.0.2.2")
    assert ryms(vad="annat")


def test_ett_ipv6_nat_ar_en_adress() -> None:
    assert [ryms(f"2001:db8::{n}") for n in range(1, 4)] == [True, True, False]
    assert ryms("2001:db8:0:1::1")


def test_tva_samtidigt_vantar_pa_varandra() -> None:
    """Others wait until the one who counts is done: here the test's own transaction holds them up."""
    ryms()
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as annan:
        las = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
        svar = [annan.execute(las, [f"takt:lank:{adress}"]).fetchone() for adress in ("192.0.2.1", "192.0.2.2")]
    assert svar == [(False,), (True,)]
