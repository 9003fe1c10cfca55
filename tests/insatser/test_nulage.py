"""Läget on one page: the same on the page and in the PDF, one A4 whatever there is, and nothing that is not open."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pdfua
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils.formats import date_format

from aktorer.models import Aktor, Anvandare
from insatser.fragor.insatsdata import Data
from insatser.fragor.nulage import LANGST, MEST_INSATSER, nulagesdata
from insatser.models import (
    Aktivitet,
    Beslut,
    Fardplan,
    Handlingsplan,
    Insats,
    Malomrade,
    Matvarde,
    Medverkan,
    Mote,
    Planversion,
    Prioritering,
    Samverkansorgan,
)
from insatser.pdf.nulage import nulage
from insatser.regler.period import kvartal_i_ord
from tests import klocka
from tests.pdftext import A4, Sidtabeller, all_text, oppna, punkter, tabeller, tatt
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA, FIL = "/flemingsberg/laget/", "/flemingsberg/laget.pdf"
IDAG = klocka.IDAG
MOTET = klocka.om(-45)
BESOKARE = AnonymousUser()


@pytest.fixture
def plan(flemingsberg: Fardplan) -> Handlingsplan:
    return Handlingsplan.objects.get(fardplan=flemingsberg, exempel=True)


@pytest.fixture
def rikt(flemingsberg: Fardplan, plan: Handlingsplan) -> Fardplan:
    """A färdplan with a decided plan, late aktiviteter, and a möte before and after the day."""
    styrgrupp = Samverkansorgan.objects.get(stadskarna=flemingsberg.stadskarna, slag="styrgrupp", till=None)
    Mote.objects.create(organ=styrgrupp, datum=MOTET)
    Mote.objects.create(organ=styrgrupp, datum=IDAG + timedelta(days=14), tid=time(13, 30), plats="Huddinge")
    beslut = Beslut.objects.create(organ=styrgrupp, datum=date(2026, 3, 19), paragraf="4")
    Aktivitet.objects.filter(titel="Välj metod för att mäta upplevd trygghet").update(start=klocka.kvartal(-1))
    Handlingsplan.objects.filter(pk=plan.pk).update(status="beslutad")
    Planversion.objects.create(handlingsplan=plan, nummer=1, beslut=beslut, innehall={}, pdf=b"%PDF", sha256="0" * 64)
    return flemingsberg


def i_ord(dag: date) -> str:
    return date_format(dag, "j F Y")


def data(fardplan: Fardplan, person: Any = BESOKARE, idag: date = IDAG) -> Data:
    return nulagesdata(fardplan, person, idag)


def fil(fardplan: Fardplan, person: Any = BESOKARE, idag: date = IDAG) -> bytes:
    return nulage(data(fardplan, person, idag), idag)


def fyll(fardplan: Fardplan, antal: int, titel: str) -> None:
    """So many insatser more, all at risk, each with an aktör of its own to answer for it, silent, and late work."""
    omraden = list(Malomrade.objects.filter(program=fardplan.program_id))
    plan = Handlingsplan.objects.get(fardplan=fardplan, exempel=True)
    Handlingsplan.objects.filter(pk=plan.pk).update(andras=True)
    for n in range(antal):
        aktor = Aktor.objects.create(namn=f"Aktör {n} {'å' * 60}", slug=f"aktor-{n}", slag="bolag")
        insats = Insats.objects.create(
            malomrade=omraden[n % 4], fardplan=fardplan, ordning=100 + n, titel=f"{n} {titel}"[:200]
        )
        Medverkan.objects.create(insats=insats, aktor=aktor, roll="ansvarig")
        prio = Prioritering.objects.create(handlingsplan=plan, insats=insats, ordning=100 + n)
        Aktivitet.objects.create(prioritering=prio, ordning=1, titel=f"{n} {titel}"[:200], slut=klocka.kvartal(-3))
    Handlingsplan.objects.filter(pk=plan.pk).update(andras=False)


def test_sidan_och_pdfen_har_samma_rader(client: Client, rikt: Fardplan) -> None:
    sida, fil = Sidtabeller(platt(client.get(SIDA))), client.get(FIL).content

    rader = [[c.replace("★", "") for c in rad] for rad in sida.tabeller["InsatsernaiFlemingsberg"]]
    assert rader == tabeller(fil)[0]
    assert (len(rader), len([r for r in rader if len(r) == 3])) == (1 + 4 + 18, 1 + 18)
    assert sida.punkter[-len(punkter(fil)) :] == punkter(fil) != []


def test_sidan_sager_vad_styrgruppen_fragar_efter(rikt: Fardplan, lage: Any, insats: Callable[[str], Insats]) -> None:
    lage(insats("1.1"), rikt.stadskarna, bedomning="avviker", kommentar="ord " * 100)

    d = data(rikt)

    rader = {i["nummer"]: i for f in d["falt"] for i in f["insatser"]}
    assert [i for i in rader if rader[i]["ny"]] == ["1.1", "1.3", "1.5", "2.1", "2.3", "3.1", "3.4", "4.1", "4.4"]
    assert (len(rader["1.1"]["kommentar"]), rader["1.2"]["kommentar"]) == (LANGST, "")
    assert rader["1.4"]["tyst"] == f"Inte uppdaterad på {(IDAG - klocka.lagets('2026-04-21')).days} dagar"
    assert [m["nar"] for m in d["moten"]] == [i_ord(MOTET), f"{i_ord(klocka.om(14))} kl. 13.30, Huddinge"]
    assert (d["plan"]["namn"], d["plan"]["lage"]) == (f"Handlingsplan {klocka.AREN}", "Beslutad 19 mars 2026")
    assert [a["skal"] for a in d["sena"]] == [
        f"Inte påbörjad, skulle ha börjat {kvartal_i_ord(klocka.kvartal(-1))}",
        f"Inte klar, skulle ha slutat {kvartal_i_ord(klocka.kvartal(-1))}",
    ]
    assert [(i["namn"], i["varde"], i["ar"]) for i in d["indikatorer"]][:1] == [
        ("Boende", "cirka 16\N{NO-BREAK SPACE}000 personer", "2026")
    ]
    assert d["sedan"] == f"vid styrgruppens möte {i_ord(MOTET)}"


def test_foljer_standarderna_och_sager_vad_den_ar(rikt: Fardplan, tmp_path: Path) -> None:
    vag = tmp_path / "laget.pdf"
    vag.write_bytes(fil(rikt))

    oppnad = oppna(vag.read_bytes())
    with oppnad.open_metadata() as xmp:
        uppgifter = {n: xmp.get(n) for n in ("dc:title", "pdfuaid:part", "pdfaid:part", "pdfaid:conformance")}
    titel = f"Läget i Flemingsberg den {i_ord(IDAG)}"
    assert uppgifter == {"dc:title": titel, "pdfuaid:part": "1", "pdfaid:part": "2", "pdfaid:conformance": "A"}
    assert (str(oppnad.Root.Lang), [(f.rule_id, f.message) for f in pdfua.validate(str(vag)).findings]) == ("sv-SE", [])


def test_samma_lage_ger_samma_bytes(rikt: Fardplan) -> None:
    assert fil(rikt) == fil(rikt)


@pytest.mark.parametrize(
    ("antal", "titel"), [(0, ""), (1, "Kort"), (80, "Kort"), (80, "Långa ord om mycket " * 10), (80, "Ö" * 200)]
)
def test_det_ar_en_a4_hur_mycket_det_an_ar(rikt: Fardplan, antal: int, titel: str) -> None:
    fyll(rikt, antal, titel)

    innehall = fil(rikt)

    assert [(round(float(s.MediaBox[2])), round(float(s.MediaBox[3]))) for s in oppna(innehall).pages] == [A4]
    text = all_text(innehall)
    rader = tabeller(innehall)[0][1:]
    visade = sum(len(rad) == 3 for rad in rader)
    utelamnade = [int(m[1]) for rad in rader if (m := re.fullmatch(r"och(\d+)till", rad[0]))]
    assert (visade + sum(utelamnade), visade > 12, utelamnade == []) == (18 + antal, True, antal < 80)
    # What goes wrong is not what is left out, and the foot of the page is on it.
    assert tatt("2.3 Verka för att Södertörns högskola blir universitet") in text
    assert text.endswith(tatt(f"Läget den {i_ord(IDAG)}"))
    assert f"{antal + 2}försenadeaktiviteter" in text


def test_fler_an_nagon_laser_raknas_bara(rikt: Fardplan) -> None:
    fyll(rikt, MEST_INSATSER + 1, "Kort")

    d = data(rikt)

    assert sum(len(f["insatser"]) for f in d["falt"]) == MEST_INSATSER
    assert sum(f["antal"] for f in d["falt"]) == d["antal"] == 18 + MEST_INSATSER + 1


def test_tomt_sager_att_det_ar_tomt(haninge: Fardplan) -> None:
    Insats.objects.filter(avford=None).update(avford="2026-01-01", avford_skal="Prov")
    Matvarde.objects.all().delete()

    text = all_text(fil(haninge))

    assert [
        ord_
        for ord_ in ("Färdplanen har inga insatser ännu", "Ingen handlingsplan är beslutad", "Inget inskrivet")
        if tatt(ord_) not in text
    ] == []
    assert "Exempeldata" not in text


def test_fientlig_text_star_som_den_skrevs(rikt: Fardplan, insats: Callable[[str], Insats]) -> None:
    fientlig = '#import "x" *fet* <etikett> $x$ // kommentar \\ #pagebreak() <script>'
    Insats.objects.filter(pk=insats("1.3").pk).update(titel=fientlig)

    assert tatt(fientlig) in all_text(fil(rikt))


def test_besokare_ser_inget_utkast(client: Client, plan: Handlingsplan, styrgrupp: Anvandare) -> None:
    utifran = [client.get(adress) for adress in (SIDA, FIL)]
    client.force_login(styrgrupp)
    inifran = platt(client.get(SIDA))

    assert [s.status_code for s in utifran] == [200, 200]
    assert (str(plan) in platt(utifran[0]), tatt(str(plan)) in all_text(utifran[1].content)) == (False, False)
    assert (str(plan) in inifran, "Utkast, inte beslutad" in inifran) == (True, True)


def test_planens_rader_syns_inte_medan_den_andras(rikt: Fardplan, plan: Handlingsplan, styrgrupp: Anvandare) -> None:
    Handlingsplan.objects.filter(pk=plan.pk).update(andras=True)

    utifran, inifran = data(rikt), data(rikt, styrgrupp)

    assert (utifran["plan"]["antal"], utifran["plan"]["lage"], utifran["sena"]) == (None, "Beslutad 19 mars 2026", [])
    assert not any(i["prioriterad"] for f in utifran["falt"] for i in f["insatser"])
    assert (inifran["plan"]["antal"], len(inifran["sena"])) == (plan.prioriteringar.count() * 2, 2)
    assert utifran["plan"]["andras"] == "Ett ändringsbeslut förbereds."


@pytest.mark.parametrize("antal", [0, 40])
def test_lika_manga_fragor_hur_mycket_det_an_ar(
    client: Client, rikt: Fardplan, django_assert_num_queries: Any, antal: int
) -> None:
    fyll(rikt, antal, "Kort")

    with django_assert_num_queries(16):
        client.get(SIDA)
    with django_assert_num_queries(16):
        client.get(FIL)


def test_okand_karna_och_utkast_till_fardplan_ar_404(client: Client, flemingsberg: Fardplan) -> None:
    okand = [client.get(f"/finns-inte/laget{andelse}").status_code for andelse in ("/", ".pdf")]
    Fardplan.objects.filter(stadskarna=flemingsberg.stadskarna).update(publicerad=False)

    assert okand == [client.get(adress).status_code for adress in (SIDA, FIL)] == [404, 404]
