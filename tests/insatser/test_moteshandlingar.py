"""The papers of a möte in one PDF: what stands in it, for whom, and that it is built as the others are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest
from django.test import Client
from django.utils.formats import date_format

from aktorer.models import Anvandare
from insatser.andringar import bilaga
from insatser.andringar import mote as andringar
from insatser.andringar.mote import Punktrad
from insatser.fragor.moteshandlingar import INSTALLT, KOMMER, SAKNAS, moteshandlingar
from insatser.models import Fardplan, Handlingsplan, Mote, Samtalssak, Samverkansorgan
from insatser.regler.bilagetyp import Fil
from tests import klocka
from tests.pdftext import all_text, oppna, tatt

pytestmark = pytest.mark.django_db

type Skapa = Callable[..., Mote]


@pytest.fixture
def mote(flemingsberg: Fardplan) -> Skapa:
    """A möte of the styrgrupp in a week, unless told."""
    organ = Samverkansorgan.objects.get(stadskarna=flemingsberg.stadskarna, slag="styrgrupp", till=None)

    def skapa(*punkter: Punktrad, dagar: int = 7, **varden: Any) -> Mote:
        return andringar.skapa(av=None, organ=organ, datum=klocka.om(dagar), punkter=punkter, **varden)

    return skapa


@pytest.fixture
def plan(flemingsberg: Fardplan) -> Handlingsplan:
    return Handlingsplan.objects.get(fardplan=flemingsberg, exempel=True)


@pytest.fixture
def fullt(mote: Skapa, plan: Handlingsplan, insats: Any, flemingsberg: Fardplan, planerare: Anvandare) -> Mote:
    """With all that there can be: an insats and a plan on the agenda, and a file."""
    punkter = [Punktrad("Gatan", insats_id=insats("1.3").pk), Punktrad("Planen", handlingsplan_id=plan.pk)]
    ut = mote(*punkter)
    sak = Samtalssak(ut, flemingsberg.stadskarna)
    bilaga.bifoga(av=planerare, sak=sak, fil=Fil("Underlag.pdf", b"%PDF-1.7\n%%EOF\n"))
    return ut


def fil(client: Client, mote: Mote) -> bytes:
    return bytes(client.get(f"/flemingsberg/organ/moten/{mote.pk}.pdf").content)


def bokmarken(pdf: bytes) -> list[str]:
    with oppna(pdf) as fil, fil.open_outline() as oversikt:
        return [str(o.title) for o in oversikt.root]


def test_alla_handlingar_i_en_fil(client: Client, planerare: Anvandare, fullt: Mote, plan: Handlingsplan) -> None:
    client.force_login(planerare)

    pdf = fil(client, fullt)

    nytt = f"Nytt sedan den {date_format(klocka.om(-30), 'j F Y')}"
    forslag = f"Förslag: Handlingsplan {klocka.AREN} för Flemingsberg"
    assert bokmarken(pdf) == ["Dagordning", "Filer till mötet", "Läget i Flemingsberg", nytt, forslag]
    text = all_text(pdf)
    titlar = [p.insats.titel for p in plan.prioriteringar.select_related("insats")]
    assert [t for t in ["Underlag.pdf", "1. Gatan", "Innehåll", *titlar] if tatt(t) not in text] == []


def test_en_beslutad_plan_star_med_hur_den_gar(client: Client, plan: Handlingsplan, fullt: Mote) -> None:
    Handlingsplan.objects.filter(pk=plan.pk).update(status="beslutad")

    assert f"Lägesrapport: handlingsplan {klocka.AREN} för Flemingsberg" in bokmarken(fil(client, fullt))


def test_filen_foljer_bada_standarderna(client: Client, planerare: Anvandare, fullt: Mote, tmp_path: Path) -> None:
    client.force_login(planerare)
    vag = tmp_path / "handlingar.pdf"
    vag.write_bytes(fil(client, fullt))

    with pikepdf.open(vag) as pdf, pdf.open_metadata() as xmp:
        delar = [xmp.get(n) for n in ("pdfuaid:part", "pdfaid:part", "pdfaid:conformance")]
    assert delar == ["1", "2", "A"]
    assert [(f.rule_id, f.message) for f in pdfua.validate(str(vag)).findings] == []


def test_besokaren_far_det_som_ar_offentligt(client: Client, fullt: Mote, mote: Skapa) -> None:
    hallet = mote(Punktrad("Ja till gatan", beslut="Gatan byggs.", paragraf="3"), Punktrad("Internt"), dagar=-2)

    kommande, efter = all_text(fil(client, fullt)), all_text(fil(client, hallet))

    assert tatt(KOMMER) in kommande
    assert [ord_ for ord_ in ("Gatan", "Förslag:", "Underlag.pdf") if tatt(ord_) in kommande] == []
    assert ("Gatanbyggs." in efter, "Internt" in efter, "Dethärbeslutades" in efter) == (True, False, True)


@pytest.mark.parametrize(("installt", "sager"), [(False, SAKNAS), (True, INSTALLT)])
def test_ett_mote_utan_handlingar_sager_det(
    client: Client, planerare: Anvandare, mote: Skapa, installt: bool, sager: str
) -> None:
    client.force_login(planerare)

    pdf = fil(client, mote(installt=installt))

    assert tatt(sager) in all_text(pdf)
    assert ("Läget i Flemingsberg" in bokmarken(pdf)) is not installt


def test_sidan_leder_till_handlingarna(client: Client, fullt: Mote) -> None:
    sida = client.get(f"/flemingsberg/organ/moten/{fullt.pk}/")

    assert f'href="/flemingsberg/organ/moten/{fullt.pk}.pdf"' in sida.content.decode()


@pytest.mark.parametrize("nummer", [["1.1"], ["1.1", "1.2", "1.3", "2.1", "2.3"]])
def test_antalet_fragor_beror_inte_pa_hur_lang_dagordningen_ar(
    django_assert_num_queries: Any,
    mote: Skapa,
    insats: Any,
    flemingsberg: Fardplan,
    planerare: Anvandare,
    nummer: list[str],
) -> None:
    motet = mote(*(Punktrad(f"Om {n}", insats_id=insats(n).pk) for n in nummer))

    with django_assert_num_queries(48):
        moteshandlingar(motet, flemingsberg, planerare, klocka.IDAG)
