"""Why nobody is ansvarig: written with the roles, shown where an ansvarig would be, gone when there is one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from aktorer.grund.samtidighet import Konflikt, Krock
from aktorer.models import Aktor
from insatser.andringar import insats as andringar
from insatser.andringar.roller import Rollrad
from insatser.fragor import fardplan as fragor
from insatser.fragor import handlingsplan as planer
from insatser.fragor import historik
from insatser.models import Fardplan, Handlingsplan, Insats
from insatser.pdf.handlingsplan import handlingsplan
from insatser.regler.medverkan import Roll
from tests.pdftext import oppna, sidtext, tatt
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]
type Formular = Callable[[Any], dict[str, str]]

SIDA = "/flemingsberg/insatser/1.3/"
SKAL = "Kommunerna kommer överens i vår"


@pytest.fixture
def satt(insats: Hamta, aktor: Callable[[str], Aktor]) -> Callable[..., Insats]:
    """The roles of 1.3: Polisen, and an ansvarig when given, with why there is none."""

    def kor(skal: str | None, ansvarig: str = "", version: int | None = None) -> Insats:
        rader = [Rollrad(aktor("polisen").pk, Roll.MEDVERKANDE)]
        if ansvarig:
            rader.insert(0, Rollrad(aktor(ansvarig).pk, Roll.ANSVARIG))
        rad = insats("1.3")
        return andringar.andra_roller(
            av=None, insats=rad, version=version or rad.version, roller=rader, utan_ansvarig=skal
        )

    return kor


def test_skalet_sparas_med_rollerna(satt: Callable[..., Insats], insats: Hamta) -> None:
    satt(SKAL)

    assert (insats("1.3").utan_ansvarig, insats("1.3").version) == (SKAL, 2)
    assert historik.senast_andrat(insats("1.3"))[0].vad == "Skälet till att ingen är ansvarig ändrades. Roller ändrades"


@pytest.mark.parametrize("skal", [None, "", SKAL, "Ett nytt skäl"])
def test_skalet_forsvinner_nar_nagon_blir_ansvarig(
    satt: Callable[..., Insats], insats: Hamta, skal: str | None
) -> None:
    satt(SKAL)

    efter = satt(skal, "huddinge-kommun")

    assert (efter.utan_ansvarig, insats("1.3").utan_ansvarig, efter.version) == ("", "", 3)


def test_ett_skal_nar_den_ansvariga_gar(satt: Callable[..., Insats], insats: Hamta) -> None:
    satt(None, "huddinge-kommun")

    satt(SKAL)

    assert (insats("1.3").utan_ansvarig, insats("1.3").ansvarig) == (SKAL, None)


def test_tva_skriver_olika_skal(satt: Callable[..., Insats], insats: Hamta) -> None:
    satt(None)
    satt("Deras", version=2)

    with pytest.raises(Krock) as krock:
        satt("Mitt", version=2)

    assert krock.value.konflikter == [Konflikt("utan_ansvarig", "", "Deras", "Mitt")]
    assert insats("1.3").utan_ansvarig == "Deras"


def test_ett_skal_medan_nagon_annan_utser_en_ansvarig(satt: Callable[..., Insats], insats: Hamta) -> None:
    satt(None)
    satt(None, "huddinge-kommun", version=2)

    with pytest.raises(Krock) as krock:
        satt(SKAL, version=2)

    assert [k.falt for k in krock.value.konflikter] == ["utan_ansvarig"]
    assert (str(insats("1.3").ansvarig), insats("1.3").utan_ansvarig) == ("Huddinge kommun (ansvarig)", "")


@pytest.mark.parametrize("skal", [None, ""])
def test_en_ansvarig_medan_nagon_annan_skriver_ett_skal(
    satt: Callable[..., Insats], insats: Hamta, skal: str | None
) -> None:
    satt(SKAL)

    with pytest.raises(Krock) as krock:
        satt(skal, "trafikverket", version=1)

    assert krock.value.konflikter == [Konflikt("utan_ansvarig", "", SKAL, "")]
    assert satt(skal, "trafikverket", version=2).utan_ansvarig == ""


def test_for_langt_skal_sparas_inte(satt: Callable[..., Insats], insats: Hamta) -> None:
    with pytest.raises(ValidationError):
        satt("x" * 301)

    assert (insats("1.3").version, insats("1.3").medverkan.count()) == (1, 4)


def test_databasen_haller_skal_och_ansvarig_isar(
    satt: Callable[..., Insats], nekas: Callable[[str], AbstractContextManager[None]]
) -> None:
    rad = satt(SKAL)
    with nekas("medverkan_ansvarig_utan_skal"):
        rad.medverkan.update(roll=Roll.ANSVARIG)
    rad = satt("", "huddinge-kommun")
    with nekas("insats_utan_ansvarig_har_ingen"):
        Insats.objects.filter(pk=rad.pk).update(utan_ansvarig=SKAL)


def test_skalet_skrivs_dar_rollerna_andras(som_planerare: Client, formular: Formular, insats: Hamta) -> None:
    varden = formular(som_planerare.get(f"{SIDA}roller/"))

    svar = som_planerare.post(f"{SIDA}roller/", varden | {"utan_ansvarig": SKAL}, follow=True)

    assert f"<strong>Ingen ansvarig utsedd:</strong>{SKAL}</p>" in platt(svar)
    assert formular(som_planerare.get(f"{SIDA}roller/"))["utan_ansvarig"] == SKAL


def test_for_langt_skal_star_kvar_i_formularet(som_planerare: Client, formular: Formular) -> None:
    varden = formular(som_planerare.get(f"{SIDA}roller/")) | {"utan_ansvarig": "x" * 301}

    svar = som_planerare.post(f"{SIDA}roller/", varden)

    assert (svar.status_code, formular(svar)["utan_ansvarig"]) == (422, "x" * 301)


def test_krocken_visar_bada_skalen(som_planerare: Client, formular: Formular, satt: Callable[..., Insats]) -> None:
    satt(None)
    varden = formular(som_planerare.get(f"{SIDA}roller/")) | {"utan_ansvarig": "Mitt"}
    satt("Deras")

    svar = som_planerare.post(f"{SIDA}roller/", varden)

    assert svar.status_code == 409
    assert svar.context["konflikter"] == [
        {"rubrik": "Ingen ansvarig? Skriv varför", "bas": "", "deras": "Deras", "mina": "Mitt"}
    ]
    assert formular(svar)["utan_ansvarig"] == "Mitt"


def test_skalet_star_i_tabellen_och_i_handlingsplanen(client: Client, satt: Callable[..., Insats]) -> None:
    satt(SKAL)
    Handlingsplan.objects.filter(fardplan__stadskarna__slug="flemingsberg").update(status="beslutad")
    plan = Handlingsplan.objects.get(exempel=True)

    text = tatt(" ".join(sidtext(s) for s in oppna(handlingsplan(planer.innehall(plan))).pages))

    assert SKAL in platt(client.get("/flemingsberg/insatskarta/?vy=tabell"))
    assert SKAL not in platt(client.get("/flemingsberg/insatskarta/"))  # cards are short
    assert f"Ingen ansvarig utsedd: {SKAL}" in platt(client.get(f"/flemingsberg/handlingsplan/{plan.period}/"))
    assert tatt(f"Ingen ansvarig utsedd: {SKAL}") in text


def test_checklistan_raknar_en_insats_med_skal_som_klar(flemingsberg: Fardplan, satt: Callable[..., Insats]) -> None:
    def ansvariga() -> fragor.Kontrollpunkt:
        return next(p for p in fragor.checklista(flemingsberg) if p.namn == "Ansvariga")

    fore = ansvariga()
    flemingsberg.egna_insatser.exclude(medverkan__roll=Roll.ANSVARIG).update(utan_ansvarig=SKAL)
    efter = ansvariga()

    assert (fore.klar, "1.3" in fore.lage, efter.klar) == (False, True, True)
    assert (efter.lage[:30], efter.lage[-20:]) == ("Alla insatser har en, utom 1.3", " där det står varför")


def test_checklistans_karnkommuner_leder_till_registret(som_planerare: Client, utkastet: Fardplan) -> None:
    punkter = {p.namn: adress for p, adress in som_planerare.get("/haninge/").context["checklista"]}

    assert punkter["Kärnkommuner"] == "/stadskarnor/haninge/"


def test_den_tomma_karaktaren_skrivs_och_den_skrivna_andras(som_planerare: Client, utkastet: Fardplan) -> None:
    assert "<h1>Skriv karaktären</h1>" in platt(som_planerare.get("/haninge/redigera/"))
    assert "<h1>Ändra karaktären</h1>" in platt(som_planerare.get("/flemingsberg/redigera/"))
