"""The access matrix in short: every 40th address, and that the judgement itself falls."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from harden import adresser, atkomst


@pytest.mark.django_db
def test_var_fyrtionde_adress_ar_som_tabellen_sager() -> None:
    linjer = list(atkomst.kor(40))

    assert [str(linje) for linje in linjer if linje.fel] == []


def test_tabellen_har_varje_adress_och_inga_andra() -> None:
    assert set(atkomst.TABELL) == {namn for namn, _ in adresser.rutter(get_resolver())} - atkomst.UTANFOR


@pytest.mark.parametrize(
    ("metod", "blev", "skrev", "haller"),
    [
        ("GET", "in", False, False),
        ("GET", "403", False, True),
        ("POST", "in", False, False),
        ("POST", "logga in", False, True),
        ("POST", "404", True, False),
        ("DELETE", "405", False, True),
        ("DELETE", "in", False, False),
        ("GET", "500", False, False),
    ],
)
def test_domen_faller_den_som_inte_far(metod: str, blev: str, skrev: bool, haller: bool) -> None:
    tabell = {"sida": (atkomst.PLANERARE, atkomst.PLANERARE)}

    assert (atkomst.dom(tabell, metod, "sida", "b", blev, skrev=skrev) == "") == haller


def test_domen_faller_den_som_stoppas_men_far() -> None:
    tabell = {"sida": (atkomst.ALLA, atkomst.INGEN)}

    assert atkomst.dom(tabell, "GET", "sida", "b", "403", skrev=False)
    assert not atkomst.dom(tabell, "POST", "sida", "b", "405", skrev=False)
    assert "inte i tabellen" in atkomst.dom(tabell, "GET", "okänd", "b", "in", skrev=False)
