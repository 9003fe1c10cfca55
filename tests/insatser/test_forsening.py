"""A late aktivitet says so wherever its own plan is read as it is now, and nowhere where it is read as it was."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client

from insatser.andringar import avslut
from insatser.andringar import beslut as beslutsandringar
from insatser.andringar.avslut import Utfallsrad
from insatser.models import Aktivitet, Handlingsplan, Samverkansorgan
from insatser.regler import period
from tests import klocka
from tests.pdftext import all_text, tatt
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

PLAN = klocka.PLAN
FORRA = period.kvartal_i_ord(klocka.kvartal(-1))
SEN = f"inte klar, skulle ha slutat {FORRA}"


@pytest.fixture
def sen(db: None) -> Aktivitet:
    """The only late one in the example plan, which is a draft."""
    plan = Handlingsplan.objects.get(exempel=True)
    alla = Aktivitet.objects.filter(prioritering__handlingsplan=plan)
    alla.update(start=None, slut=None)
    vald: Aktivitet = alla.filter(prioritering__insats__ordning=3, status="pagar").first()
    Aktivitet.objects.filter(pk=vald.pk).update(slut=klocka.kvartalsslut(-1))
    return vald


@pytest.fixture
def beslutad(sen: Aktivitet) -> Handlingsplan:
    plan = Handlingsplan.objects.get(exempel=True)
    styrgrupp = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    beslutsandringar.besluta(
        av=None, plan=plan, version=plan.version, organ=styrgrupp, datum=date(2026, 3, 19), paragraf="4"
    )
    return plan


def aktiviteter(client: Client) -> dict[str, dict[str, Any]]:
    """{title: the row of the workbook by heading}."""
    bok = openpyxl.load_workbook(io.BytesIO(client.get(f"{PLAN[:-1]}.xlsx").content))
    rubriker, *rader = bok["Aktiviteter"].values
    return {str(rad[1]): dict(zip(rubriker, rad, strict=True)) for rad in rader}


def test_sidan_tidslinjen_och_vaggen_sager_det(client: Client, beslutad: Handlingsplan) -> None:
    html, vaggen = platt(client.get(PLAN)), platt(client.get(f"{PLAN}tavla/"))

    # Beside its status, and in the table under the time line; in the drawing, wide and for a phone.
    assert (html.count(f"Försenad: {SEN}"), html.count(">Försenad</t")) == (2, 2)
    assert vaggen.count("1 försenad aktivitet<") == 1


def test_arbetsboken_sager_det(client: Client, beslutad: Handlingsplan, sen: Aktivitet) -> None:
    forsenade = {titel: rad["Försenad"] for titel, rad in aktiviteter(client).items() if rad["Försenad"]}

    assert forsenade == {sen.titel: SEN.capitalize()}


def test_lagesrapporten_sager_det(client: Client, beslutad: Handlingsplan) -> None:
    assert tatt(SEN.capitalize()) in all_text(client.get(f"{PLAN}lagesrapport.pdf").content)


def test_tavlan_och_pdfen_sager_det_medan_planen_andras(som_planerare: Client, beslutad: Handlingsplan) -> None:
    beslutsandringar.oppna_andring(av=None, plan=beslutad)

    text = all_text(som_planerare.get(f"{PLAN[:-1]}.pdf").content)

    assert tatt(f"Försenad: {SEN}") in text
    assert platt(som_planerare.get(f"{PLAN}prioritera/")).count("1 försenad aktivitet<") == 1


def test_det_beslutade_sager_det_aldrig(client: Client, beslutad: Handlingsplan) -> None:
    """It is what was decided then. Whoever reads it later reads it as it was."""
    version = beslutad.versioner.get()

    assert "Försenad" not in all_text(client.get(f"{PLAN[:-1]}.pdf").content)
    assert "Försenad" not in platt(client.get(f"{PLAN}version/1/"))
    assert "sen" not in version.innehall["ordning"][0]["aktiviteter"][0]


def test_ett_utkasts_dagar_ar_ingens_deadline(som_planerare: Client, sen: Aktivitet) -> None:
    assert "Försenad:" not in platt(som_planerare.get(PLAN))
    assert not [rad for rad in aktiviteter(som_planerare).values() if rad["Försenad"]]


def test_en_avslutad_plan_har_inget_forsenat(client: Client, beslutad: Handlingsplan) -> None:
    alla = Aktivitet.objects.filter(prioritering__handlingsplan=beslutad)
    avslut.avsluta(
        av=None,
        plan=beslutad,
        rader=[Utfallsrad(a.pk, a.version, "overford", "Dröjer") for a in alla],
        slutord="Klart.",
    )

    assert "Försenad" not in platt(client.get(PLAN))


def test_inget_ar_forsenat_forran_kvartalet_ar_slut(som_planerare: Client, beslutad: Handlingsplan) -> None:
    beslutsandringar.oppna_andring(av=None, plan=beslutad)
    Aktivitet.objects.filter(prioritering__handlingsplan=beslutad).update(slut=klocka.kvartal(0))

    assert "Försenad:" not in platt(som_planerare.get(PLAN))
