"""A gemensam insats on one page for all stadskärnor, and the answer at the top of an aktör's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aktorer.models import Aktor, Anvandare
from insatser.models import Fardplan, Insats, Lagesrapport
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA = "/program/fardplaner-2026/insatser/{}/"

type Hamta = Callable[[str], Insats]


def test_laget_i_varje_stadskarna_och_varfor(
    client: Client, insats: Hamta, haninge: Fardplan, lage: Callable[..., Lagesrapport]
) -> None:
    rapport = lage(insats("1.1"), haninge.stadskarna, bedomning="avviker", kommentar="Ingen tid.", datum=klocka.IDAG)

    svar = client.get(SIDA.format("1.1"))

    karnor = {k.stadskarna: k for k in svar.context["g"].karnor}
    synlig = haninge.stadskarna in karnor
    assert (synlig, len(karnor) > 0) == (haninge.publicerad, True)
    assert ("Ingen tid." in platt(svar)) is synlig
    assert rapport.bedomning == "avviker"


def test_den_som_loggar_in_ser_alla_stadskarnor(
    client: Client, planerare: Anvandare, insats: Hamta, haninge: Fardplan, lage: Callable[..., Lagesrapport]
) -> None:
    lage(insats("1.1"), haninge.stadskarna, bedomning="avviker", kommentar="Ingen tid.", datum=klocka.IDAG)
    client.force_login(planerare)

    svar = client.get(SIDA.format("1.1"))

    bild = svar.context["g"]
    assert (len(bild.karnor), bild.avviker) == (8, 1)
    assert next(k.skal for k in bild.karnor if k.stadskarna == haninge.stadskarna) == "Ingen tid."


@pytest.mark.parametrize("nummer", ["1.3", "9.9", "ett"])
def test_bara_gemensamma_insatser_har_sidan(client: Client, nummer: str) -> None:
    assert client.get(SIDA.format(nummer)).status_code == 404


def test_ett_utkast_visas_inte_for_besokare(client: Client, planerare: Anvandare, insats: Hamta) -> None:
    Insats.objects.filter(pk=insats("1.1").pk).update(utkast=True)

    utanfor = client.get(SIDA.format("1.1")).status_code
    client.force_login(planerare)

    assert (utanfor, client.get(SIDA.format("1.1")).status_code) == (404, 200)


def test_antalet_fragor_ar_detsamma(client: Client, django_assert_num_queries: Any, planerare: Anvandare) -> None:
    client.force_login(planerare)

    with django_assert_num_queries(8):
        client.get(SIDA.format("1.1"))


def test_aktorens_sida_borjar_med_svaret(
    client: Client, rolla: Callable[..., Insats], insats: Hamta, flemingsberg: Fardplan, lage: Callable[..., Any]
) -> None:
    rolla("1.3", insats("1.3").version, "polisen")
    lage(
        insats("1.3"), flemingsberg.stadskarna, bedomning="avviker", kommentar="Vagnen gick sönder.", datum=klocka.IDAG
    )

    svar = client.get("/aktorer/polisen/")

    text = platt(svar)
    assert [i.nummer for i, _ in svar.context["svar"].ansvarar] == ["1.3"]
    assert "ansvarar för 1 insats" in text
    assert "Vagnen gick sönder." in text.split("Det som inte går som planerat")[1].split("</section>")[0]


def test_en_aktor_utan_ansvar_far_veta_det(client: Client) -> None:
    aktor = Aktor.objects.get(slug="trafikverket")

    svar = client.get(f"/aktorer/{aktor.slug}/")

    assert svar.context["svar"].ansvarar == []
    assert "är inte utsedd att ansvara för någon insats" in platt(svar)
