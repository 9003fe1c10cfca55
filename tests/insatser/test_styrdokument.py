"""The styrdokument that a färdplan builds on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from insatser.andringar import styrdokument as andringar
from insatser.models import Fardplan, Styrdokument
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Formular = Callable[[Any], dict[str, Any]]

KARNAN = "/flemingsberg/"
NY = "/flemingsberg/styrdokument/ny/"
KOPPLA = "/flemingsberg/styrdokument/koppla/"


@pytest.fixture
def dokument(flemingsberg: Fardplan) -> Styrdokument:
    """One that Flemingsberg builds on."""
    return andringar.skapa(av=None, fardplan=flemingsberg, namn="Provprogrammet", ar=2018, kalla="Prov, s. 3")


@pytest.fixture
def sida(dokument: Styrdokument) -> str:
    return f"/flemingsberg/styrdokument/{dokument.pk}/"


def test_fardplanen_visar_vad_den_bygger_pa(client: Client, dokument: Styrdokument) -> None:
    html = platt(client.get(KARNAN))

    assert [d for d in ("Bygger på", "Provprogrammet", "(2018)", "Källa: Prov, s. 3") if d not in html] == []
    assert "styrdokument/" not in html
    assert "Provprogrammet" not in platt(client.get("/haninge/"))


def test_ett_nytt_laggs_till(som_planerare: Client, formular: Formular, flemingsberg: Fardplan) -> None:
    falt = formular(som_planerare.get(NY)) | {"namn": "Utvecklingsprov", "ar": "2007"}

    svar = som_planerare.post(NY, falt)

    assert svar.headers["Location"] == KARNAN
    assert flemingsberg.styrdokument.filter(namn="Utvecklingsprov", ar=2007).exists()
    assert NY in platt(som_planerare.get(KARNAN))


@pytest.mark.parametrize(
    ("fel", "text"),
    [
        ({"namn": "Provprogrammet"}, "Det finns redan ett dokument med det namnet. Koppla det i stället."),
        ({"ar": "1900"}, "1950"),
        ({"ar": "9" * 30}, "2099"),
        ({"ar": "i fjol"}, "heltal"),
        ({"lank": "inte en länk"}, "Det är ingen webbadress."),
        ({"namn": " "}, "Detta fält måste fyllas i."),
    ],
)
def test_felaktigt_ifyllt(
    som_planerare: Client, formular: Formular, dokument: Styrdokument, fel: dict[str, str], text: str
) -> None:
    falt = formular(som_planerare.get(NY)) | {"namn": "Nytt", "ar": "2007", "beskrivning": "Det jag skrev"} | fel

    svar = som_planerare.post(NY, falt)

    assert (svar.status_code, text in platt(svar), "Det jag skrev" in platt(svar)) == (422, True, True)
    assert list(Styrdokument.objects.filter(namn__in=["Nytt", "Provprogrammet"])) == [dokument]


def test_ett_som_finns_kopplas(som_planerare: Client, haninge: Fardplan, dokument: Styrdokument) -> None:
    val = platt(som_planerare.get("/haninge/styrdokument/ny/"))

    svar = som_planerare.post("/haninge/styrdokument/koppla/", {"dokument": dokument.pk})
    igen = som_planerare.post("/haninge/styrdokument/koppla/", {"dokument": dokument.pk})

    assert ("Provprogrammet" in val, svar.headers["Location"]) == (True, "/haninge/")
    assert (igen.status_code, haninge.styrdokument.get()) == (422, dokument)


@pytest.mark.parametrize("dokument", ["", "x", "99999999999999999999"])
def test_ett_okant_kopplas_inte(som_planerare: Client, flemingsberg: Fardplan, dokument: str) -> None:
    fore = flemingsberg.styrdokument.count()

    svar = som_planerare.post(KOPPLA, {"dokument": dokument})

    assert (svar.status_code, flemingsberg.styrdokument.count()) == (422, fore)


def test_ett_dokument_andras_for_alla(
    som_planerare: Client, formular: Formular, haninge: Fardplan, dokument: Styrdokument, sida: str
) -> None:
    andringar.koppla(av=None, fardplan=haninge, dokument=dokument)
    fraga = som_planerare.get(sida)

    svar = som_planerare.post(sida, formular(fraga) | {"namn": "Nya namnet"})

    assert "Fler planer bygger på dokumentet" in platt(fraga)
    assert svar.headers["Location"] == KARNAN
    assert "Nya namnet" in platt(som_planerare.get("/haninge/"))


def test_den_som_har_gammalt_far_se_bada(
    som_planerare: Client, formular: Formular, dokument: Styrdokument, sida: str
) -> None:
    falt = formular(som_planerare.get(sida))
    andringar.andra(av=None, dokument=dokument, version=1, ar=2019, kalla="Deras")

    svar = som_planerare.post(sida, falt | {"ar": "2020"})
    igen = som_planerare.post(sida, formular(svar))

    dokument.refresh_from_db()
    assert (svar.status_code, "2019" in platt(svar), igen.status_code) == (409, True, 302)
    assert (dokument.ar, dokument.kalla) == (2020, "Deras")


def test_ett_dokument_kopplas_bort_och_finns_kvar(
    som_planerare: Client, flemingsberg: Fardplan, dokument: Styrdokument, sida: str
) -> None:
    svar = som_planerare.post(f"{sida}koppla-bort/")

    assert (svar.headers["Location"], Styrdokument.objects.filter(pk=dokument.pk).exists()) == (KARNAN, True)
    assert not flemingsberg.styrdokument.filter(pk=dokument.pk).exists()
    assert som_planerare.get(sida).status_code == 404
    assert "Provprogrammet" in platt(som_planerare.get(NY))


@pytest.mark.parametrize("vem", ["tjansteperson", "styrgrupp"])
def test_den_som_bara_laser_far_403(client: Client, request: pytest.FixtureRequest, sida: str, vem: str) -> None:
    client.force_login(request.getfixturevalue(vem))

    koder = {adress: client.post(adress).status_code for adress in (NY, KOPPLA, sida, f"{sida}koppla-bort/")}

    assert set(koder.values()) == {403}
    assert client.get(sida).status_code == 403


def test_en_annan_karnas_dokument_ar_404(som_planerare: Client, dokument: Styrdokument) -> None:
    assert som_planerare.get(f"/haninge/styrdokument/{dokument.pk}/").status_code == 404
    assert som_planerare.post(f"/haninge/styrdokument/{dokument.pk}/koppla-bort/").status_code == 404
