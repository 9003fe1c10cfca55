"""The time line: steps, bars, and the same as a table."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from insatser.bild.tidslinje import BREDD, ETIKETT, TECKEN, Tidslinje, tidslinje
from insatser.fragor import handlingsplan as planer
from insatser.fragor.ansvar import ansvarstabell, obesvarade
from insatser.models import Aktivitet, AktivitetAktor, Handlingsplan
from insatser.regler.tidslinje import skala
from tests import klocka
from tests.sidtext import platt

SIDA = klocka.PLAN


@pytest.fixture
def plan(db: None) -> Handlingsplan:
    return Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)


@pytest.mark.parametrize(
    ("start", "slut", "spann"),
    [
        ("2026-01-01", "2026-03-31", (0, 1)),
        ("2026-04-01", "2027-12-31", (1, 7)),
        ("2026-05-15", "2026-05-20", (1, 1)),
        ("2027-10-01", None, (7, 1)),
        (None, "2026-09-30", (2, 1)),
        ("2025-01-01", "2028-12-31", (0, 8)),
        (None, None, None),
    ],
)
def test_kvartalen_en_aktivitet_tacker(start: str | None, slut: str | None, spann: Any) -> None:
    dagar = [date.fromisoformat(d) if d else None for d in (start, slut)]

    assert skala(2026, 2027).spann(*dagar) == spann


@pytest.mark.parametrize(
    ("fran", "till", "antal", "forsta"),
    [(2009, 2009, 4, "kv. 1"), (2024, 2027, 16, "kv. 1"), (1990, 2099, 110, "1990")],
)
def test_langa_perioder_delas_i_ar(fran: int, till: int, antal: int, forsta: str) -> None:
    steg = skala(fran, till).steg

    assert (len(steg), steg[0][0]) == (antal, forsta)


def test_staplarna_ligger_inom_bilden(plan: Handlingsplan) -> None:
    bild = tidslinje(planer.innehall(plan), date(klocka.FRAN, 7, 1))

    staplar = [r.stapel for r in bild.rader if r.stapel]
    assert len(staplar) == 10
    assert all(x >= ETIKETT and x + bredd <= BREDD for x, bredd in staplar)
    assert ETIKETT < (bild.idag or 0) < BREDD


def test_i_den_smala_bilden_star_namnen_hela_over_staplarna(plan: Handlingsplan) -> None:
    bild = tidslinje(planer.innehall(plan), date(klocka.FRAN, 7, 1))

    rader = bild.smala_rader
    utan_mellanrum = [r.namn.replace(" ", "") for r in bild.rader]
    assert ["".join(text for text, _ in r.text).replace(" ", "") for r in rader] == utan_mellanrum
    assert max(len(text) for r in rader for text, _ in r.text) <= TECKEN
    assert all(r.text[-1][1] < r.stapel_y < r.y + r.hojd for r in rader if r.rad.aktivitet)
    assert [nasta.y - r.y for r, nasta in pairwise(rader)] == [r.hojd for r in rader[:-1]]
    assert all(x >= 0 and x + bredd <= 100.1 for x, bredd in (r.rad.andel for r in rader if r.rad.andel))


@pytest.mark.parametrize(
    ("fran", "till", "ord_"),
    [(2026, 2027, ["1", "2", "3", "4"] * 2), (2024, 2027, ["1", "2", "3", "4"] * 4)],
)
def test_kvartalen_ryms_over_den_smala_bilden(fran: int, till: int, ord_: list[str]) -> None:
    assert [k[0] for k in Tidslinje(skala(fran, till), [], None).smala_kolumner] == ord_


def test_av_manga_ar_namns_nagra() -> None:
    ord_ = [k[0] for k in Tidslinje(skala(1990, 2099), [], None).smala_kolumner]

    assert [o for o in ord_ if o] == ["1990", "2005", "2020", "2035", "2050", "2065", "2080", "2095"]


def test_idag_syns_inte_utanfor_perioden(plan: Handlingsplan) -> None:
    assert tidslinje(planer.innehall(plan), date(klocka.TILL + 1, 1, 1)).idag is None


def test_bilden_och_tabellen_har_samma_aktiviteter(client: Client, plan: Handlingsplan) -> None:
    Handlingsplan.objects.update(status="beslutad")
    utan_tid = Aktivitet.objects.filter(prioritering__handlingsplan=plan).first()
    Handlingsplan.objects.update(andras=True)
    Aktivitet.objects.filter(pk=utan_tid.pk).update(start=None, slut=None)
    Handlingsplan.objects.update(andras=False)

    html = platt(client.get(SIDA))

    _, bred, smal = html[: html.index("Tidslinjen som tabell")].split('<svg class="tidslinje ')
    tabell = html[html.index("Tidslinjen som tabell") : html.index('id="r-ansvar"')]
    assert [(b.count('class="stund'), b.count("Tid ej satt")) for b in (bred, smal)] == [(9, 1), (9, 1)]
    alla = Aktivitet.objects.filter(prioritering__handlingsplan=plan)
    assert [a.titel for a in alla if a.titel not in tabell or (a.tid or "Tid ej satt") not in tabell] == []
    assert [b.count('role="img"') for b in (bred, smal)] == [1, 1]


def test_ansvarstabellen_har_alla_delar(plan: Handlingsplan) -> None:
    tabell = ansvarstabell(planer.innehall(plan))

    namn = [a.namn for a in tabell.aktorer]
    delar = sum(d is not None for rad in tabell.rader for d in rad.delar)
    assert namn == sorted(namn)
    assert len(tabell.rader) == 10
    assert delar == AktivitetAktor.objects.filter(aktivitet__prioritering__handlingsplan=plan).count()


def test_den_som_avbojt_star_inte_i_tabellen(plan: Handlingsplan) -> None:
    d = AktivitetAktor.objects.filter(roll="ansvarig").select_related("aktivitet", "aktor").first()
    AktivitetAktor.objects.filter(pk=d.pk).update(deltagande="avbojd")
    innehall = planer.innehall(plan)

    rad = next(r for r in ansvarstabell(innehall).rader if r.aktivitet == d.aktivitet)

    assert d.pk not in {x.pk for x in rad.delar if x}
    assert any(f"{d.aktor} har avböjt att ansvara för ”{d.aktivitet}”." in b.text for b in planer.brister(innehall))


def test_de_som_inte_svarat_listas(plan: Handlingsplan) -> None:
    AktivitetAktor.objects.update(deltagande="bekraftad")
    forsta = AktivitetAktor.objects.select_related("aktor", "aktivitet").first()
    AktivitetAktor.objects.filter(pk=forsta.pk).update(deltagande="tillfragad")

    assert obesvarade(planer.innehall(plan)) == [(forsta.aktor, [forsta.aktivitet])]
