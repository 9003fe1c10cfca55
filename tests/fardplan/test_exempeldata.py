"""Example data is as of the day it is loaded: in any year and quarter it shows the tool at work."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.conf import settings

from fardplan import exempeldata
from insatser.models import Handlingsplan, Lagesrapport
from insatser.regler.forsening import forsening
from tests import klocka

DAGAR = [
    date(2026, 11, 21),
    date(2026, 12, 6),
    date(2027, 1, 1),
    date(2027, 5, 31),
    date(2027, 9, 30),
    date(2027, 12, 26),
    date(2028, 2, 29),
    date(2031, 7, 15),
    date(2025, 3, 3),
]


def fixtur() -> list[dict[str, Any]]:
    rader: list[dict[str, Any]] = json.loads((settings.BASE_DIR / "fixtures/exempel_flemingsberg.json").read_text())
    return rader


def falt(idag: date, modell: str) -> list[dict[str, Any]]:
    """The fields of one model's rows as loaded on `idag`."""
    return [rad["fields"] for rad in exempeldata.flyttade(fixtur(), idag) if rad["model"] == f"insatser.{modell}"]


def test_skriven_dag_flyttar_inget() -> None:
    flyttade, skrivna = exempeldata.flyttade(fixtur(), exempeldata.SKRIVEN), fixtur()

    assert [r for r in flyttade if r["model"] != "insatser.lagesrapport"] == [
        r for r in skrivna if r["model"] != "insatser.lagesrapport"
    ]
    assert [r["fields"]["datum"] for r in flyttade if "datum" in r["fields"]] == [
        r["fields"]["datum"] for r in skrivna if "datum" in r["fields"]
    ]


@pytest.mark.parametrize("idag", DAGAR)
def test_senaste_laget_ar_en_eller_tva_veckor_gammalt(idag: date) -> None:
    dagar = [date.fromisoformat(f["datum"]) for f in falt(idag, "lagesrapport")]

    assert 7 <= (idag - max(dagar)).days < 14
    assert {dag.weekday() for dag in dagar} == {date.fromisoformat(r["datum"]).weekday() for r in _skrivna_lagen()}


def _skrivna_lagen() -> list[dict[str, Any]]:
    return [rad["fields"] for rad in fixtur() if rad["model"] == "insatser.lagesrapport"]


@pytest.mark.parametrize("idag", DAGAR)
def test_planen_omfattar_dagen_och_har_nagot_forsenat(idag: date) -> None:
    (plan,) = falt(idag, "handlingsplan")
    aktiviteter = falt(idag, "aktivitet")
    tider = [(date.fromisoformat(a["start"]), date.fromisoformat(a["slut"]), a["status"]) for a in aktiviteter]

    assert plan["ar_fran"] <= idag.year <= plan["ar_till"] == plan["ar_fran"] + 1
    assert all(
        plan["ar_fran"] <= start.year and start < slut and slut.year <= plan["ar_till"] for start, slut, _ in tider
    )
    assert [bool(forsening(*tid, idag)) for tid in tider].count(True) == 1


@pytest.mark.parametrize("idag", DAGAR)
def test_varje_hanvisning_leder_till_planen(idag: date) -> None:
    (plan,) = falt(idag, "handlingsplan")
    nyckel = [*plan["fardplan"], plan["ar_fran"], plan["ar_till"]]

    assert all(p["handlingsplan"] == nyckel for p in falt(idag, "prioritering"))
    assert all(a["prioritering"][:4] == nyckel for a in falt(idag, "aktivitet"))
    assert all(d["aktivitet"][0][:4] == nyckel for d in falt(idag, "aktivitetaktor"))


@pytest.mark.django_db
def test_inlast_i_dag_ar_inget_tyst() -> None:
    """What the tests themselves run on, whatever day they run on."""
    rapporter = Lagesrapport.objects.filter(exempel=True).order_by("-datum")
    plan = Handlingsplan.objects.get(exempel=True)

    assert 7 <= (klocka.IDAG - rapporter[0].datum).days < 14
    assert plan.ar_fran <= klocka.IDAG.year <= plan.ar_till
