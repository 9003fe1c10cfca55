"""A cell of the insatskarta's table is changed where it stands, and by a page of its own without htmx."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aktorer.models import Aktor, Anvandare
from insatser.andringar import insats as andringar
from insatser.models import Fardplan, Insats, Medverkan
from tests.insatser.test_karta import antal_fragor, fyll
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

KARTA = "/flemingsberg/insatskarta/?vy=tabell"


def adress(nummer: str, falt: str) -> str:
    return f"/flemingsberg/insatser/{nummer}/cell/{falt}/?vy=tabell"


@pytest.fixture
def i_cellen(som_planerare: Client, insats: Callable[[str], Insats]) -> Callable[..., Any]:
    """Send what is typed in a cell, as htmx does, at the version of now unless told."""

    def skicka(nummer: str, falt: str, **varden: Any) -> Any:
        rad = insats(nummer)
        huvuden = {"HX-Request": "true", "HX-Target": f"cell-{rad.pk}-{falt}"}
        return som_planerare.post(
            adress(nummer, falt), {"version": rad.version, "insats": rad.pk, **varden}, headers=huvuden
        )

    return skicka


@pytest.mark.parametrize(
    ("falt", "varde"),
    [
        ("titel", "Bygg om Hälsovägen"),
        ("text", "Två rader\nmed text"),
        ("kalla", "Färdplanen, s. 9"),
        ("kallnotering", "Otydlig"),
        ("utan_ansvarig", "Frågan är ställd"),
    ],
)
def test_cellen_sparas_och_kommer_tillbaka_som_den_star(
    i_cellen: Callable[..., Any], insats: Callable[[str], Insats], falt: str, varde: str
) -> None:
    svar = i_cellen("1.3", falt, **{falt: varde})

    assert svar.status_code == 200
    assert getattr(insats("1.3"), falt) == varde
    html = platt(svar)
    assert html.startswith(f'<div class="cell" id="cell-{insats("1.3").pk}-{falt}"')
    assert varde.split("\n", maxsplit=1)[0] in html


def test_vad_som_sparades_sags_och_kan_angras_fran_tabellen(
    i_cellen: Callable[..., Any], som_planerare: Client, insats: Callable[[str], Insats], aktor: Callable[[str], Aktor]
) -> None:
    svar = i_cellen("1.3", "ansvarig", ansvarig=aktor("polisen").pk)
    besked = platt(svar).split('hx-swap-oob="innerHTML"')[1]
    kontext = besked.split('action="/angra/')[1][:36]

    assert "Sparat: ansvarig för 1.3." in besked
    angrat = som_planerare.post(f"/angra/{kontext}/", {"har": KARTA, "fran": "/flemingsberg/insatskarta/?vy=tabell"})
    assert (angrat["Location"], insats("1.3").ansvarig) == (KARTA, None)


def test_ansvarig_byts_och_den_som_medverkade_behaller_det_den_svarar_for(
    i_cellen: Callable[..., Any],
    rolla: Callable[..., Insats],
    insats: Callable[[str], Insats],
    aktor: Callable[[str], Aktor],
) -> None:
    rolla("1.3", 1, "huddinge-kommun", "polisen", "botkyrka-kommun", polisen="ljuset")

    i_cellen("1.3", "ansvarig", ansvarig=aktor("polisen").pk)

    nu = insats("1.3")
    assert nu.ansvarig
    assert (nu.ansvarig.aktor.slug, nu.ansvarig.ansvarar_for) == ("polisen", "ljuset")
    assert [m.aktor.slug for m in nu.medverkande] == ["botkyrka-kommun"]


def test_den_som_har_tackat_nej_tillfragas_pa_nytt(
    i_cellen: Callable[..., Any], insats: Callable[[str], Insats]
) -> None:
    del_ = insats("1.3").medverkan.get(aktor__slug="huddinge-kommun")
    Medverkan.objects.filter(pk=del_.pk).update(deltagande="avbojd")
    i_cellen("1.3", "ansvarig", ansvarig=del_.aktor_id)

    ny = insats("1.3").medverkan.get(aktor=del_.aktor_id)
    assert (ny.roll, ny.deltagande) == ("ansvarig", "tillfragad")


def test_ingen_ansvarig_och_skalet_foljs_at(
    i_cellen: Callable[..., Any], insats: Callable[[str], Insats], aktor: Callable[[str], Aktor]
) -> None:
    i_cellen("1.3", "utan_ansvarig", utan_ansvarig="Frågan är ställd")
    i_cellen("1.3", "ansvarig", ansvarig=aktor("polisen").pk)
    med = (insats("1.3").utan_ansvarig, insats("1.3").ansvarig is not None)
    nekad = i_cellen("1.3", "utan_ansvarig", utan_ansvarig="Ändå")
    i_cellen("1.3", "ansvarig", ansvarig="")

    assert med == ("", True)
    assert (nekad.status_code, insats("1.3").ansvarig) == (422, None)


def test_det_som_hor_ihop_foljer_med(
    som_planerare: Client, insats: Callable[[str], Insats], aktor: Callable[[str], Aktor]
) -> None:
    """The cells of the row that the change shows in as well, if they are shown."""
    rad = insats("1.3")
    huvuden = {"HX-Request": "true", "HX-Target": f"cell-{rad.pk}-ansvarig"}
    falt = {"version": rad.version, "insats": rad.pk, "ansvarig": aktor("polisen").pk}

    svar = som_planerare.post(f"{adress('1.3', 'ansvarig')}&kolumner=medverkande", falt, headers=huvuden)

    assert f'id="cell-{rad.pk}-medverkande" hx-swap-oob="true"' in platt(svar)
    assert f"cell-{rad.pk}-utan_ansvarig" not in platt(svar)


# --- refusals


def test_en_krock_visar_bada_i_cellen_och_nasta_sparning_galler(
    i_cellen: Callable[..., Any], planerare: Anvandare, insats: Callable[[str], Insats]
) -> None:
    fore = insats("1.3")
    andringar.andra(av=planerare, insats=fore, version=fore.version, titel="Deras titel")

    svar = i_cellen("1.3", "titel", titel="Min titel", version=fore.version)

    html = platt(svar)
    assert svar.status_code == 409
    assert 'Det står nu:<span class="skrivet">Deras titel</span>' in html
    assert 'Du skrev:<span class="skrivet">Min titel</span>' in html
    assert (insats("1.3").titel, svar.context["form"]["version"].value()) == ("Deras titel", str(fore.version + 1))
    assert i_cellen("1.3", "titel", titel="Min titel").status_code == 200
    assert insats("1.3").titel == "Min titel"


def test_en_krock_om_ansvarig_namner_aktorerna(
    i_cellen: Callable[..., Any], rolla: Callable[..., Insats], aktor: Callable[[str], Aktor]
) -> None:
    rolla("1.3", 1, "huddinge-kommun", "botkyrka-kommun")

    svar = i_cellen("1.3", "ansvarig", ansvarig=aktor("polisen").pk, version=1)

    html = platt(svar)
    assert svar.status_code == 409
    assert 'Det står nu:<span class="skrivet">Huddinge kommun</span>' in html
    assert 'Du skrev:<span class="skrivet">Polisen</span>' in html


@pytest.mark.parametrize(
    ("nummer", "falt", "varde", "fel"),
    [
        ("1.3", "titel", "", "Detta fält måste fyllas i."),
        ("1.3", "titel", "x" * 201, "som mest 200 tecken"),
        ("1.3", "typ", "hemlig", "hemlig"),
        ("1.3", "ansvarig", "0", "0"),
        ("1.1", "titel", "Ny", "En gemensam insats ändras överallt."),
        ("1.3", "typ", "gemensam", "En gemensam insats ändras överallt."),
    ],
)
def test_det_som_inte_gar_sags_i_cellen_och_det_skrivna_ar_kvar(
    i_cellen: Callable[..., Any], insats: Callable[[str], Insats], nummer: str, falt: str, varde: str, fel: str
) -> None:
    fore = insats(nummer).version

    svar = i_cellen(nummer, falt, **{falt: varde})

    assert (svar.status_code, insats(nummer).version) == (422, fore)
    assert fel in platt(svar)
    assert svar.context["form"][falt].value() == varde


def test_typen_byts_nar_man_sagt_ja(i_cellen: Callable[..., Any], insats: Callable[[str], Insats]) -> None:
    assert i_cellen("1.3", "typ", typ="gemensam", alla_karnor="on").status_code == 200
    assert (insats("1.3").gemensam, insats("1.3").nummer) == (True, "1.3")


def test_oandrat_sags_och_skrivs_inte(i_cellen: Callable[..., Any], insats: Callable[[str], Insats]) -> None:
    fore = insats("1.3")

    svar = i_cellen("1.3", "titel", titel=fore.titel)

    assert insats("1.3").version == fore.version
    assert "Du ändrade inget i 1.3." in platt(svar)
    assert "/angra/" not in platt(svar)


def test_en_kolumn_som_inte_andras_har_finns_inte(som_planerare: Client) -> None:
    assert [som_planerare.get(adress("1.3", f)).status_code for f in ("version", "medverkande")] == [404, 404]


def test_den_avforda_andras_inte(som_planerare: Client, planerare: Anvandare, insats: Callable[[str], Insats]) -> None:
    rad = insats("1.3")
    andringar.avfor(av=planerare, insats=rad, version=rad.version, skal="Klar")

    assert som_planerare.get(adress("1.3", "titel")).status_code == 403
    assert "/insatser/1.3/cell/" not in platt(som_planerare.get(f"{KARTA}&avforda=1"))


# --- the page, and without htmx


def test_utan_javascript_ar_cellen_en_sida_som_leder_tillbaka(
    som_planerare: Client, formular: Callable[[Any], dict[str, str]], insats: Callable[[str], Insats]
) -> None:
    sidan = som_planerare.get(adress("1.3", "titel"))
    falt = formular(sidan)

    svar = som_planerare.post(adress("1.3", "titel"), falt | {"titel": "Ny"})

    assert "autofocus" in platt(sidan)
    assert {f for f in falt if not f.startswith(("csrf", "inskick"))} == {"titel", "version", "insats"}
    assert (svar.status_code, svar["Location"]) == (302, KARTA)
    assert insats("1.3").titel == "Ny"


@pytest.mark.parametrize(("vem", "pennor"), [("styrgrupp", 0), ("tjansteperson", 0), ("planerare", 3)])
def test_pennorna_ar_for_den_som_far(client: Client, request: pytest.FixtureRequest, vem: str, pennor: int) -> None:
    client.force_login(request.getfixturevalue(vem))

    assert platt(client.get(f"{KARTA}&q=1.3")).count('class="penna') == pennor


def test_den_som_angrar_sig_far_cellen_som_den_star(som_planerare: Client, insats: Callable[[str], Insats]) -> None:
    huvuden = {"HX-Request": "true", "HX-Target": f"cell-{insats('1.3').pk}-titel"}

    svar = som_planerare.get(f"{adress('1.3', 'titel')}&visa=1", headers=huvuden)

    assert platt(svar).startswith('<div class="cell"')
    assert "<form" not in platt(svar)


def test_cellerna_kostar_inga_fragor(client: Client, planerare: Anvandare, flemingsberg: Fardplan) -> None:
    client.force_login(planerare)
    alla = f"{KARTA}&kolumner=text&kolumner=typ&kolumner=ansvarig&kolumner=utan_ansvarig&kolumner=kalla"

    fyll(flemingsberg, 60)

    assert antal_fragor(client, alla) == 8
