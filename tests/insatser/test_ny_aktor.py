"""An aktör that is missing is made in the middle of the form, and nothing of what was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from aktorer.models import Aktor, Anvandare
from insatser.models import Insats, Medverkan, Stadskarna
from tests import klocka
from tests.sidtext import platt

ROLLER = "/flemingsberg/insatser/1.3/roller/"
AKTIVITET = f"{klocka.PLAN}prioritera/1.3/aktivitet/"
KONSTFACK = {"ny_aktor-namn": "Konstfack", "ny_aktor-slag": "larosate"}


def skickat(rader: int, **varden: Any) -> dict[str, Any]:
    """A form with so many rows, nothing in them but what is told."""
    ut = {"roll-TOTAL_FORMS": str(rader), "roll-INITIAL_FORMS": "0"}
    for n in range(rader):
        ut |= {f"roll-{n}-roll": "medverkande", f"roll-{n}-deltagande": "tillfragad"}
    return ut | varden


def med_rad(n: int, aktor: Aktor, **varden: str) -> dict[str, Any]:
    return {f"roll-{n}-aktor": str(aktor.pk)} | {f"roll-{n}-{falt}": varde for falt, varde in varden.items()}


@pytest.mark.django_db
def test_ny_aktor_valjs_pa_den_forsta_lediga_raden_och_inget_annat_sparas(
    som_planerare: Client, aktor: Callable[[str], Aktor], insats: Callable[[str], Insats]
) -> None:
    fore = insats("1.3").version
    data = skickat(3, version=fore) | med_rad(0, aktor("polisen"), ansvarar_for="Torget") | KONSTFACK

    svar = som_planerare.post(ROLLER, data)

    konstfack = aktor("konstfack")
    assert (svar.status_code, konstfack.slag) == (200, "larosate")
    html = platt(svar)
    assert "Konstfack finns nu i registret och står som aktör 2. Välj roll och spara." in html
    assert 'value="Torget"' in html
    assert f'<option value="{konstfack.pk}" selected>' in html
    assert insats("1.3").version == fore


@pytest.mark.django_db
def test_nar_alla_rader_ar_tagna_kommer_en_till(som_planerare: Client, aktor: Callable[[str], Aktor]) -> None:
    svar = som_planerare.post(ROLLER, skickat(1, version=1) | med_rad(0, aktor("polisen")) | KONSTFACK)

    assert [f["aktor"].value() for f in svar.context["rader"]] == [str(aktor(s).pk) for s in ("polisen", "konstfack")]


@pytest.mark.django_db
def test_en_aktor_som_finns_valjs_och_gors_inte_igen(som_planerare: Client, aktor: Callable[[str], Aktor]) -> None:
    antal = Aktor.objects.count()

    svar = som_planerare.post(ROLLER, skickat(1, version=1) | KONSTFACK | {"ny_aktor-namn": " polisen "})

    assert svar.context["rader"][0]["aktor"].value() == str(aktor("polisen").pk)
    assert Aktor.objects.count() == antal


@pytest.mark.django_db
@pytest.mark.parametrize("ny", [{"ny_aktor-slag": ""}, {"ny_aktor-namn": "A; B"}, {"ny_aktor-namn": "x" * 121}])
@pytest.mark.parametrize("adress", [ROLLER, AKTIVITET])
def test_en_aktor_som_inte_gar_att_lagga_till_far_en_mening(
    som_planerare: Client, aktor: Callable[[str], Aktor], adress: str, ny: dict[str, str]
) -> None:
    data = skickat(1, version=1, titel="Rusta torget") | med_rad(0, aktor("polisen"), ansvarar_for="Torget")

    svar = som_planerare.post(adress, data | KONSTFACK | ny)

    assert svar.status_code == 422
    html = platt(svar)
    assert "Den nya aktören är inte tillagd, och inget annat är sparat än." in html
    assert 'value="Torget"' in html
    assert not Aktor.objects.filter(slag="larosate", slug__in=["konstfack", "a-b"]).exists()


@pytest.mark.django_db
def test_en_halvskriven_aktivitet_far_sin_aktor_utan_anmarkningar(som_planerare: Client) -> None:
    """What is missing in it is told when it is saved."""
    svar = som_planerare.post(AKTIVITET, skickat(1, titel="", resultat="Bänkar") | KONSTFACK)

    assert (svar.status_code, svar.context["form"].errors) == (200, {})
    assert "Bänkar" in platt(svar)


# Address, what its rows are called, what people call a row, and something that was typed in the rest of the form.
OVRIGA = [
    ("/flemingsberg/organ/ny/", "plats", "plats", "namn"),
    ("/arenden/overenskommelser/ny/", "anslutning", "aktör", "namn"),
    (f"{klocka.PLAN}finansiering/", "bidrag", "rad", ""),
    ("/stadskarnor/ny/", "kommun", "kommun", "namn"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("adress", "tabell", "rad", "falt"), OVRIGA)
def test_i_alla_formular_med_aktorer(
    som_planerare: Client, aktor: Callable[[str], Aktor], adress: str, tabell: str, rad: str, falt: str
) -> None:
    data = {f"{tabell}-TOTAL_FORMS": "3", f"{tabell}-INITIAL_FORMS": "0", "sedd": "0", falt or "x": "Halvskrivet"}
    data[f"{tabell}-0-aktor"] = str(aktor("haninge-kommun").pk)
    assert "Aktören finns inte i listan" in platt(som_planerare.get(adress))

    svar = som_planerare.post(adress, data | {"ny_aktor-namn": "Knivsta kommun", "ny_aktor-slag": "kommun"})

    html = platt(svar)
    assert (svar.status_code, [f.errors for f in svar.context["rader"]]) == (200, [{}, {}, {}])
    assert f"Knivsta kommun finns nu i registret och står som {rad} 2." in html
    assert f'<option value="{aktor("knivsta-kommun").pk}" selected>' in html
    assert not falt or 'value="Halvskrivet"' in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ny", "text"),
    [
        ({"ny_aktor-namn": "Polisen", "ny_aktor-slag": "kommun"}, "Polisen finns i registret som myndighet"),
        ({"ny_aktor-namn": "Bolaget", "ny_aktor-slag": "bolag"}, "Välj ett giltigt alternativ"),
    ],
)
def test_bara_kommuner_blir_karnkommuner(som_planerare: Client, ny: dict[str, str], text: str) -> None:
    tomt = {"kommun-TOTAL_FORMS": "1", "kommun-INITIAL_FORMS": "0", "namn": "Åkersberga", "ordning": "9"}

    svar = som_planerare.post("/stadskarnor/ny/", tomt | ny)

    assert (svar.status_code, text in platt(svar)) == (422, True)
    assert not Aktor.objects.filter(namn="Bolaget").exists()


@pytest.mark.django_db
def test_den_nya_kommunen_sparas_som_karnkommun(som_planerare: Client, aktor: Callable[[str], Aktor]) -> None:
    tomt = {"kommun-TOTAL_FORMS": "1", "kommun-INITIAL_FORMS": "0", "namn": "Alsike", "ordning": "9"}
    som_planerare.post("/stadskarnor/ny/", tomt | {"ny_aktor-namn": "Knivsta kommun", "ny_aktor-slag": "kommun"})

    som_planerare.post("/stadskarnor/ny/", tomt | {"kommun-0-aktor": aktor("knivsta-kommun").pk})

    assert [str(k) for k in Stadskarna.objects.get(slug="alsike").karnkommuner.all()] == ["Knivsta kommun"]


@pytest.mark.django_db
def test_bara_den_som_andrar_i_registret_gor_en_aktor(client: Client, tjansteperson: Anvandare) -> None:
    client.force_login(tjansteperson)

    assert client.post(ROLLER, skickat(1, version=1) | KONSTFACK).status_code == 403
    assert not Aktor.objects.filter(slug="konstfack").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("med_skript", [True, False])
def test_i_webblasaren(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare, med_skript: bool
) -> None:
    logga_in(planerare)
    if not med_skript:
        sida.route("**/*.js", lambda rutt: rutt.abort())
    sida.goto(ROLLER)
    # One empty row is seen at a time.
    ledig = sida.locator(".rollrad:visible").last.get_by_label("Svarar för")
    ledig.fill("Stipendier")
    falt = ledig.get_attribute("name")

    sida.get_by_text("Aktören finns inte i listan").click()
    sida.get_by_label("Namn").fill("Konstfack")
    sida.get_by_label("Slag").select_option("Lärosäte")
    sida.get_by_role("button", name="Lägg till aktören").click()

    expect(sida.locator(".note[role=status]")).to_be_focused()
    expect(sida.locator(f"[name='{falt}']")).to_have_value("Stipendier")
    sida.get_by_role("button", name="Spara").click()
    expect(sida.get_by_text("Rollerna är sparade.")).to_be_visible()
    assert Medverkan.objects.filter(aktor__namn="Konstfack", insats__ordning=3, insats__malomrade__nummer=1).exists()


# --- another order ---


def tre(aktor: Callable[[str], Aktor], **varden: Any) -> dict[str, Any]:
    """Polisen, Huddinge and, after a free row, Botkyrka; Huddinge has something to answer for and a box ticked."""
    data = skickat(5, version=1) | med_rad(0, aktor("polisen")) | med_rad(3, aktor("botkyrka-kommun"))
    return data | med_rad(1, aktor("huddinge-kommun"), ansvarar_for="Torget", DELETE="on") | varden


def ordningen(svar: Any) -> list[str]:
    slugar = {str(pk): slug for pk, slug in Aktor.objects.values_list("pk", "slug")}
    return [slugar.get(rad["aktor"].value() or "", "") for rad in svar.context["rader"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("flytta", "ordning", "fokus"),
    [
        ("1-upp", ["huddinge-kommun", "polisen", "", "botkyrka-kommun", ""], "0-ner"),
        ("0-ner", ["huddinge-kommun", "polisen", "", "botkyrka-kommun", ""], "1-ner"),
        ("3-upp", ["polisen", "botkyrka-kommun", "", "huddinge-kommun", ""], "1-upp"),
        ("1-ner", ["polisen", "botkyrka-kommun", "", "huddinge-kommun", ""], "3-upp"),
        ("0-upp", ["polisen", "huddinge-kommun", "", "botkyrka-kommun", ""], ""),
        ("2-upp", ["polisen", "huddinge-kommun", "", "botkyrka-kommun", ""], ""),
        ("99-ner", ["polisen", "huddinge-kommun", "", "botkyrka-kommun", ""], ""),
        ("x", ["polisen", "huddinge-kommun", "", "botkyrka-kommun", ""], ""),
    ],
)
@pytest.mark.parametrize("adress", [ROLLER, AKTIVITET])
def test_en_rad_flyttas_och_inget_sparas(
    som_planerare: Client,
    aktor: Callable[[str], Aktor],
    insats: Callable[[str], Insats],
    adress: str,
    flytta: str,
    ordning: list[str],
    fokus: str,
) -> None:
    fore = insats("1.3").version

    svar = som_planerare.post(adress, tre(aktor, flytta=flytta))

    knappar = platt(svar).split("<button")
    assert (svar.status_code, ordningen(svar)) == (200, ordning)
    assert [k.split('value="')[1].split('"')[0] for k in knappar if "autofocus" in k.split(">")[0]] == [fokus][
        : len(fokus)
    ]
    assert insats("1.3").version == fore
    assert not svar.context["form"].errors


@pytest.mark.django_db
def test_det_som_star_i_raden_foljer_med(som_planerare: Client, aktor: Callable[[str], Aktor]) -> None:
    svar = som_planerare.post(ROLLER, tre(aktor, flytta="1-upp"))

    rader = svar.context["rader"]
    assert [rader[n]["ansvarar_for"].value() for n in (0, 1)] == ["Torget", None]
    assert [rader[n]["DELETE"].value() for n in (0, 1)] == [True, False]
    assert "Huddinge kommun är flyttad upp och står nu som aktör 1. Inget är sparat än." in platt(svar)


@pytest.mark.django_db
def test_ordningen_sparas_som_den_star(
    som_planerare: Client,
    rolla: Callable[..., Insats],
    roller: Callable[[str], tuple[str | None, list[str]]],
    insats: Callable[[str], Insats],
    formular: Callable[[Any], dict[str, str]],
) -> None:
    rolla("1.3", insats("1.3").version, "polisen", "huddinge-kommun", "botkyrka-kommun")

    flyttat = som_planerare.post(ROLLER, formular(som_planerare.get(ROLLER)) | {"flytta": "2-upp"})
    emellan = roller("1.3")
    som_planerare.post(ROLLER, formular(flyttat))

    assert emellan == ("polisen", ["huddinge-kommun", "botkyrka-kommun"])
    assert roller("1.3") == ("polisen", ["botkyrka-kommun", "huddinge-kommun"])


@pytest.mark.django_db
def test_enter_sparar_och_flyttar_inte(som_planerare: Client) -> None:
    formularet = platt(som_planerare.get(ROLLER)).split('class="formular panel"')[1]

    assert 'name="flytta"' in formularet
    assert "name=" not in formularet.split('<button type="submit"')[1].split(">")[0]
