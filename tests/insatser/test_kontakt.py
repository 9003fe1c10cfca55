"""Contacts of aktörer: who writes them, who sees them, and that nothing of them is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from aktorer.grund.samtidighet import Krock, handelser
from aktorer.models import Aktor, Anvandare
from insatser.andringar import kontakt as andringar
from insatser.models import Aktivitet, Fardplan, Insats, Kontakt
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Formular = Callable[[Any], dict[str, Any]]

NY = "/kontakter/ny/"
VEM = {"namn": "Kim Prov", "roll": "projektledare", "epost": "kim@prov.example", "telefon": "08-123 456 78"}


@pytest.fixture
def huddinge(aktor: Callable[[str], Aktor]) -> Aktor:
    return aktor("huddinge-kommun")


@pytest.fixture
def kim(huddinge: Aktor) -> Kontakt:
    return andringar.skapa(av=None, aktor=huddinge, **VEM)


@pytest.fixture
def som_huddinge(client: Client, tjansteperson: Anvandare) -> Client:
    client.force_login(tjansteperson)
    return client


def test_den_egna_aktoren_skriver_in_sin_kontakt(som_huddinge: Client, formular: Formular, huddinge: Aktor) -> None:
    ny = f"{NY}?aktor=huddinge-kommun"

    svar = som_huddinge.post(ny, formular(som_huddinge.get(ny)) | VEM)

    assert svar.headers["Location"] == "/aktorer/huddinge-kommun/#kontakter"
    assert huddinge.kontakter.get().epost == "kim@prov.example"
    sida = platt(som_huddinge.get("/aktorer/huddinge-kommun/"))
    assert [d for d in VEM.values() if d not in sida] == []


def test_besokare_ser_bara_den_som_aktoren_visar(client: Client, kim: Kontakt, huddinge: Aktor) -> None:
    andringar.skapa(av=None, aktor=huddinge, namn="Robin Öppen", telefon="0701234567", offentlig=True)

    sida = platt(client.get("/aktorer/huddinge-kommun/"))

    assert ("Robin Öppen" in sida, "Kim Prov" in sida, "kim@prov.example" in sida) == (True, False, False)


def test_planeraren_kan_inte_visa_nagon_for_alla(
    planerare: Anvandare, huddinge: Aktor, kim: Kontakt, som_planerare: Client
) -> None:
    with pytest.raises(ValidationError, match="Bara Huddinge kommun kan säga"):
        andringar.andra(av=planerare, kontakt=kim, version=1, offentlig=True)

    assert 'name="offentlig"' not in platt(som_planerare.get(f"/kontakter/{kim.pk}/"))


def test_byter_planeraren_ut_en_oppen_kontakt_visas_den_inte_langre(planerare: Anvandare, huddinge: Aktor) -> None:
    oppen = andringar.skapa(av=None, aktor=huddinge, **VEM, offentlig=True)

    efter = andringar.andra(av=planerare, kontakt=oppen, version=1, namn="Någon Annan")

    assert (efter.namn, efter.offentlig) == ("Någon Annan", False)


def test_andra_aktorers_personer_far_inte(som_huddinge: Client, aktor: Callable[[str], Aktor]) -> None:
    annans = andringar.skapa(av=None, aktor=aktor("botkyrka-kommun"), **VEM)

    svar = som_huddinge.get(f"/kontakter/{annans.pk}/")
    val = som_huddinge.get(NY).context["form"].fields["aktor"].queryset

    assert (svar.status_code, [a.slug for a in val]) == (403, ["huddinge-kommun"])


def test_en_planerare_i_nagra_stadskarnor_skriver_dar(
    person: Callable[..., Anvandare], huddinge: Aktor, flemingsberg: Fardplan, haninge: Fardplan
) -> None:
    haninges = person("planerare", "haninge-kommun", bara_i=[haninge.stadskarna_id])

    andringar.skapa(av=haninges, aktor=huddinge, stadskarna=haninge.stadskarna, **VEM)
    for karna in (flemingsberg.stadskarna, None):
        with pytest.raises(ValidationError, match="Du kan inte ändra kontakter hos Huddinge kommun"):
            andringar.skapa(av=haninges, aktor=huddinge, stadskarna=karna, **VEM)
    # Of the own aktör they write wherever it is.
    andringar.skapa(av=haninges, aktor=haninges.aktor, stadskarna=flemingsberg.stadskarna, **VEM)


def test_handlaggaren_star_hos_insatsen(
    som_planerare: Client, formular: Formular, insats: Callable[[str], Insats], huddinge: Aktor
) -> None:
    rad = insats("1.3")
    ny = f"{NY}?insats={rad.pk}&stadskarna=flemingsberg"

    svar = som_planerare.post(ny, formular(som_planerare.get(ny)) | VEM | {"aktor": huddinge.pk})

    assert svar.headers["Location"] == f"/insatser/{rad.pk}/?stadskarna=flemingsberg"
    sida = platt(som_planerare.get("/flemingsberg/insatser/1.3/"))
    assert ("Kim Prov" in sida, "handläggare" in sida) == (True, True)
    assert "Kim Prov" not in platt(som_planerare.get("/haninge/insatser/1.3/"))


def test_handlaggaren_star_hos_aktiviteten(som_planerare: Client, huddinge: Aktor, flemingsberg: Fardplan) -> None:
    i_planer = Aktivitet.objects.select_related("prioritering__handlingsplan__fardplan")
    aktivitet = i_planer.filter(prioritering__handlingsplan__exempel=True).first()

    kontakt = andringar.skapa(av=None, aktor=huddinge, aktivitet=aktivitet, **VEM)

    assert kontakt.stadskarna == flemingsberg.stadskarna
    plan = som_planerare.get(reverse("plan_varaktig", args=[aktivitet.prioritering.handlingsplan_id]), follow=True)
    assert "Handläggare: Kim Prov" in platt(plan)


@pytest.mark.parametrize(
    ("fel", "text"),
    [
        ({"epost": "", "telefon": ""}, "Ange en e-postadress eller ett telefonnummer."),
        ({"telefon": "ring växeln"}, "Skriv numret i siffror"),
        ({"epost": "kim"}, "e-postadress"),
        ({"namn": " "}, "Detta fält måste fyllas i."),
        ({"namn": "x" * 500}, "120"),
        ({"stadskarna": "999999"}, "Välj ett giltigt alternativ"),
    ],
)
def test_felaktigt_ifyllt(som_huddinge: Client, formular: Formular, fel: dict[str, str], text: str) -> None:
    ny = f"{NY}?aktor=huddinge-kommun"

    svar = som_huddinge.post(ny, formular(som_huddinge.get(ny)) | VEM | fel)

    assert (svar.status_code, text in platt(svar), "projektledare" in platt(svar)) == (422, True, True)
    assert not Kontakt.objects.exists()


@pytest.mark.parametrize("fraga", ["insats=0", "insats=9%3B", "aktivitet=99999", "aktor=ingen", "stadskarna=ingen"])
def test_det_som_inte_finns_ar_404(som_planerare: Client, fraga: str) -> None:
    assert som_planerare.get(f"{NY}?{fraga}").status_code == 404


def test_samma_person_skrivs_inte_in_tva_ganger(kim: Kontakt, huddinge: Aktor) -> None:
    with pytest.raises(ValidationError, match="Personen är redan kontakt här"):
        andringar.skapa(av=None, aktor=huddinge, **VEM | {"epost": "KIM@prov.example"})


def test_tva_som_andrar_samtidigt(kim: Kontakt) -> None:
    andringar.andra(av=None, kontakt=kim, version=1, telefon="08-1111111")

    with pytest.raises(Krock) as krock:
        andringar.andra(av=None, kontakt=kim, version=1, telefon="08-2222222")

    (konflikt,) = krock.value.konflikter
    assert (konflikt.falt, konflikt.deras, konflikt.mina) == ("telefon", "08-1111111", "08-2222222")


def test_historiken_vet_inte_vem_det_var(kim: Kontakt, som_planerare: Client, formular: Formular) -> None:
    bort = f"/kontakter/{kim.pk}/ta-bort/"

    som_planerare.post(bort, formular(som_planerare.get(bort)))

    assert not Kontakt.objects.exists()
    assert [h.pgh_label for h in handelser(Kontakt).order_by("pgh_id")] == ["insert", "delete"]
    kolumner = {f.name for f in handelser(Kontakt).model._meta.fields}
    assert kolumner & {"namn", "epost", "telefon", "roll"} == set()
