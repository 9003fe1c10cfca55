"""Aktörer that have been succeeded are not offered for new work, but stay where they stand."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from aktorer.models import Aktor, Anvandare
from insatser.andringar import organ as organandringar
from insatser.andringar.organ import Platsrad
from insatser.models import Arende, Samverkansorgan
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

NYA_ARENDEN = "/arenden/ny/"


@pytest.fixture
def landstinget(db: None) -> Aktor:
    """Succeeded by Region Stockholm in 2019."""
    return Aktor.objects.get(slug="stockholms-lans-landsting")


@pytest.fixture
def som_planerare(client: Client, planerare: Anvandare) -> Client:
    client.force_login(planerare)
    return client


@pytest.fixture
def organet(landstinget: Aktor) -> Samverkansorgan:
    """An organ of today in which the landsting still has its seat."""
    organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    return organandringar.andra(
        av=None, organ=organ, version=organ.version, platser=[Platsrad(landstinget.pk, "ledamot")]
    )


def _val(aktor: Aktor) -> str:
    return f'<option value="{aktor.pk}"'


def test_valbara_ar_de_som_finns_i_dag_och_de_redan_valda(landstinget: Aktor) -> None:
    Aktor.objects.filter(slug="polisen").update(eftertradare=landstinget, eftertradd="2099-01-01")
    valbara = set(Aktor.objects.valbara())

    assert landstinget not in valbara
    assert Aktor.objects.get(slug="polisen") in valbara
    assert set(Aktor.objects.valbara([landstinget.pk])) - valbara == {landstinget}


@pytest.mark.parametrize(
    "sida",
    [
        "/flemingsberg/insatser/1.3/roller/",
        f"{klocka.PLAN}prioritera/1.3/aktivitet/",
        f"{klocka.PLAN}finansiering/",
        "/flemingsberg/organ/ny/",
        "/arenden/overenskommelser/ny/",
        NYA_ARENDEN,
        "/aktorer/huddinge-kommun/redigera/",
    ],
)
def test_nytt_arbete_erbjuder_inte_en_aktor_som_eftertratts(
    som_planerare: Client, landstinget: Aktor, sida: str
) -> None:
    html = platt(som_planerare.get(sida))

    assert _val(landstinget) not in html
    assert _val(Aktor.objects.get(slug="botkyrka-kommun")) in html


def test_en_redan_vald_plats_star_kvar_nar_organet_sparas(
    som_planerare: Client, organet: Samverkansorgan, landstinget: Aktor
) -> None:
    sida = f"/flemingsberg/organ/{organet.pk}/"
    falt = {"namn": "Styrgruppen", "slag": "styrgrupp", "version": organet.version}
    falt |= {"plats-TOTAL_FORMS": 1, "plats-INITIAL_FORMS": 1, "plats-0-roll": "ledamot"}

    visad = platt(som_planerare.get(sida))
    svar = som_planerare.post(sida, falt | {"plats-0-aktor": landstinget.pk})

    assert f"{_val(landstinget)} selected" in visad
    assert svar.status_code == 302
    assert organet.platser.get().aktor == landstinget


def test_ett_gammalt_arende_behaller_sin_aktor(som_planerare: Client, landstinget: Aktor, planerare: Anvandare) -> None:
    arende = Arende.objects.create(aktor=landstinget, rubrik="Gammalt", slag="ovrigt")
    sida = f"/arenden/{arende.pk}/redigera/"
    falt = {"version": 1, "aktor": landstinget.pk, "rubrik": "Gammalt och bra", "slag": "ovrigt"}

    visad = platt(som_planerare.get(sida))
    svar = som_planerare.post(sida, falt | {"steg-TOTAL_FORMS": 0, "steg-INITIAL_FORMS": 0})

    assert f"{_val(landstinget)} selected" in visad
    assert svar.status_code == 302


def test_fran_aktorens_egen_sida_valjs_den_aven_om_den_eftertratts(som_planerare: Client, landstinget: Aktor) -> None:
    """What it once decided can still be written down."""
    html = platt(som_planerare.get(NYA_ARENDEN, {"aktor": landstinget.pk}))
    falt: dict[str, Any] = {"aktor": landstinget.pk, "rubrik": "Från 2009", "slag": "ovrigt"}

    svar = som_planerare.post(NYA_ARENDEN, falt | {"steg-TOTAL_FORMS": 0, "steg-INITIAL_FORMS": 0})

    assert f"{_val(landstinget)} selected" in html
    assert svar.status_code == 302


def test_nya_konton_hor_till_en_aktor_som_finns(client: Client, administrator: Anvandare, landstinget: Aktor) -> None:
    client.force_login(administrator)

    assert _val(landstinget) not in platt(client.get("/admin/aktorer/anvandare/add/"))
