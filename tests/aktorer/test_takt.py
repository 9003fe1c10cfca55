"""How often something may be done from one address."""

import time
from typing import Any

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
    """What one customer is given, often: a /48."""
    assert [ryms(f"2001:db8:0:{n}::1") for n in range(1, 4)] == [True, True, False]
    assert ryms("2001:db8:1::1")


def test_den_som_ingen_vet_varifran_stoppar_inte_andra(settings: Any) -> None:
    settings.ANTAL_PROXYER = 1
    assert [ryms() for _ in range(4)] == [True] * 4


# --- guessing at passwords


def vantan(adress: str = "192.0.2.1", epost: str = "a@fardplan.example") -> int:
    return round(takt.gissar(RequestFactory().post("/", REMOTE_ADDR=adress), epost).vantan)


def test_efter_fem_fel_vantar_man_och_dubbelt_sa_lange_efter_varje_nytt(klocka: list[float]) -> None:
    svar = []
    for steg in (0, 0, 0, 0, 0, 60, 240, 0, 600, 0, 1200, 2400, 3600, 0):
        klocka[0] += steg
        svar.append(vantan())
    assert svar == [0, 0, 0, 0, 0, 240, 0, 600, 0, 1200, 0, 0, 0, 3600]


def test_den_som_vantat_ett_dygn_borjar_om(klocka: list[float]) -> None:
    assert [vantan() for _ in range(6)][-1] == 300
    klocka[0] += takt.DYGN
    assert [vantan() for _ in range(6)] == [0, 0, 0, 0, 0, 300]


@pytest.mark.parametrize(("gissat", "kvar"), [(0, 5), (19, 5), (20, 4), (60, 2), (80, 1), (500, 1)])
def test_ett_konto_som_manga_gissar_pa_ger_var_och_en_farre(klocka: list[float], gissat: int, kvar: int) -> None:
    for n in range(gissat):
        assert vantan(f"198.51.{n // 200}.{n % 200}") == 0
    assert [vantan() for _ in range(kvar + 1)] == [0] * kvar + [300]


def test_en_adress_far_inte_prova_hur_manga_konton_som_helst(klocka: list[float]) -> None:
    svar = [vantan(epost=f"person{n}@fardplan.example") for n in range(32)]
    assert svar == [0] * 30 + [300, 300]
    assert vantan("192.0.2.2") == 0
    klocka[0] += 300
    assert vantan(epost="en.till@fardplan.example") == 0


def test_den_som_lyckas_borjar_om_men_far_inte_gissa_mer_pa_andra(klocka: list[float]) -> None:
    [vantan() for _ in range(4)]
    klocka[0] += 1
    takt.gissar(RequestFactory().post("/", REMOTE_ADDR="192.0.2.1"), "a@fardplan.example").lyckats()
    assert [vantan() for _ in range(6)] == [0, 0, 0, 0, 0, 300]
    assert sum(vantan(epost=f"b{n}@fardplan.example") == 0 for n in range(40)) == 30 - 4 - 5


def test_samma_konto_hur_adressen_an_skrivs() -> None:
    skrivna = [
        "a@fardplan.example",
        " A@Fardplan.Example",
        "a@fardplan.example\u200b",
        "ａ@fardplan.example",
        "A@FARDPLAN.EXAMPLE",
    ]
    assert [vantan(epost=e) for e in skrivna] == [0] * 5
    assert vantan() == 300


def test_tva_samtidigt_vantar_pa_varandra() -> None:
    """Others wait until the one who counts is done: here the test's own transaction holds them up."""
    ryms()
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as annan:
        las = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
        svar = [annan.execute(las, [f"takt:lank:{adress}"]).fetchone() for adress in ("192.0.2.1", "192.0.2.2")]
    assert svar == [(False,), (True,)]
