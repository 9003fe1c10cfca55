"""Saved views of tables: one's own, shared ones, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from aktorer.grund.samtidighet import Krock
from aktorer.models import Anvandare
from insatser.andringar import kartvy as andringar
from insatser.behorighet import kartvyer
from insatser.models import Kartvy
from tests.insatser.test_karta import antal_fragor
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

KARTA = "/flemingsberg/insatskarta/"
VYER = "/mitt-arbete/vyer/"
HAR = f"?har={quote(KARTA, safe='')}"
URVAL = "?malomrade=1&vy=tabell&sortera=titel&kolumner=nummer&kolumner=titel&kolumner=text"


@pytest.fixture
def kollega(person: Callable[..., Anvandare]) -> Anvandare:
    """Another planerare at Region Stockholm."""
    return person("planerare", "region-stockholm")


def test_det_man_ser_far_ett_namn_och_hittas_i_menyn(som_planerare: Client, planerare: Anvandare) -> None:
    svar = som_planerare.post(f"{VYER}ny/{HAR}&{URVAL[1:]}&okant=1", {"namn": "Texterna i ett"})

    vy = Kartvy.objects.get()
    assert (svar.status_code, svar["Location"]) == (302, KARTA + URVAL)
    assert (vy.agare, vy.namn, vy.fraga, vy.delad) == (planerare, "Texterna i ett", URVAL.removeprefix("?"), False)
    menyn = platt(som_planerare.get(VYER + HAR, headers={"HX-Request": "true", "HX-Target": "vyerna"}))
    assert menyn.startswith('<ul class="vylista">')
    assert f'href="{KARTA}{URVAL.replace("&", "&amp;")}"' in menyn
    # In another stadskärna it leads there.
    assert 'href="/haninge/insatskarta/?malomrade=1' in platt(som_planerare.get(f"{VYER}?har=/haninge/insatskarta/"))


def test_sidan_sager_vad_som_sparas(som_planerare: Client) -> None:
    html = platt(som_planerare.get(f"{VYER}ny/{HAR}&{URVAL[1:]}"))

    assert "Urval: målområde 1, som tabell." in html
    assert "Dela med planerarna på Region Stockholm" in html


def test_den_som_bara_laser_sparar_egna_men_delar_inte(client: Client, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)

    html = platt(client.get(f"{VYER}ny/"))
    client.post(f"{VYER}ny/", {"namn": "Min", "delad": "on"})

    assert "Dela med" not in html
    assert Kartvy.objects.get().delad is False


@pytest.mark.parametrize(("delad", "vad"), [(False, set()), (True, {"Min"})])
def test_den_delade_har_planerarna_hos_samma_aktor(
    planerare: Anvandare,
    kollega: Anvandare,
    person: Callable[..., Anvandare],
    tjansteperson: Anvandare,
    delad: bool,
    vad: set[str],
) -> None:
    andringar.spara(av=planerare, namn="Min", fraga="", delad=delad)

    def har(vem: Anvandare) -> set[str]:
        return {v.namn for v in kartvyer(vem)}

    andra = [person("planerare", "huddinge-kommun"), person("planerare"), person("styrgrupp", "region-stockholm")]
    assert har(planerare) == {"Min"}
    assert har(kollega) == vad
    assert [har(vem) for vem in (*andra, tjansteperson)] == [set()] * 4


def test_den_som_inte_ar_planerare_langre_delar_inget(planerare: Anvandare, kollega: Anvandare) -> None:
    vy = andringar.spara(av=planerare, namn="Delad", fraga="vy=tabell", delad=True)
    fore = [*kartvyer(kollega)]
    Anvandare.objects.filter(pk=planerare.pk).update(roll="styrgrupp")
    assert (fore, [*kartvyer(kollega)]) == ([vy], [])


def test_namn_byts_och_det_delade_andras_av_kollegan(
    client: Client, planerare: Anvandare, kollega: Anvandare, formular: Callable[[Any], dict[str, str]]
) -> None:
    vy = andringar.spara(av=planerare, namn="Min", fraga="vy=tabell", delad=True)
    client.force_login(kollega)
    falt = formular(client.get(f"{VYER}{vy.pk}/{HAR}"))

    svar = client.post(f"{VYER}{vy.pk}/{HAR}", falt | {"namn": "Vår"})

    vy.refresh_from_db()
    assert (svar.status_code, svar["Location"]) == (302, VYER + HAR)
    assert (vy.namn, vy.delad, vy.agare, vy.fraga) == ("Vår", True, planerare, "vy=tabell")


def test_tas_bort_och_kommer_tillbaka(som_planerare: Client, planerare: Anvandare) -> None:
    vy = andringar.spara(av=planerare, namn="Min", fraga="")

    html = platt(som_planerare.post(f"{VYER}{vy.pk}/ta-bort/", {"version": 1}, follow=True))
    som_planerare.post(f"/angra/{html.split('/angra/')[1][:36]}/", {"har": VYER})

    assert Kartvy.objects.get().namn == "Min"


def test_en_gammal_knapp_tar_inte_bort_det_nya(som_planerare: Client, planerare: Anvandare) -> None:
    vy = andringar.spara(av=planerare, namn="Min", fraga="")
    andringar.andra(av=planerare, vy=vy, version=1, namn="Ny")

    html = platt(som_planerare.post(f"{VYER}{vy.pk}/ta-bort/", {"version": 1}, follow=True))

    assert "Inget är gjort" in html
    assert Kartvy.objects.exists()


def test_krock_och_namn_som_finns(planerare: Anvandare, kollega: Anvandare) -> None:
    vy = andringar.spara(av=planerare, namn="Min", fraga="")
    andringar.andra(av=kollega, vy=vy, version=1, namn="Deras")

    with pytest.raises(Krock):
        andringar.andra(av=planerare, vy=vy, version=1, namn="Mitt")
    with pytest.raises(ValidationError, match="Det finns redan en vy med det namnet"):
        andringar.spara(av=planerare, namn="Deras", fraga="")
    andringar.spara(av=kollega, namn="Deras", fraga="")


def test_namnet_som_finns_sags_i_formularet(som_planerare: Client, planerare: Anvandare) -> None:
    andringar.spara(av=planerare, namn="Min", fraga="")

    svar = som_planerare.post(f"{VYER}ny/{HAR}", {"namn": "Min"})

    assert svar.status_code == 422
    assert "Det finns redan en vy med det namnet" in platt(svar)


def test_andras_vyer_finns_inte(client: Client, planerare: Anvandare, styrgrupp: Anvandare) -> None:
    vy = andringar.spara(av=planerare, namn="Min", fraga="", delad=True)
    client.force_login(styrgrupp)

    svar = [client.get(f"{VYER}{vy.pk}/"), client.post(f"{VYER}{vy.pk}/ta-bort/", {"version": 1})]

    assert [s.status_code for s in svar] == [404, 404]
    assert "Min" not in platt(client.get(VYER)).split("<main")[1]


def test_menyn_ar_for_inloggade_och_kostar_inget_forran_den_oppnas(client: Client, planerare: Anvandare) -> None:
    utan = platt(client.get(KARTA))
    client.force_login(planerare)

    assert ("Sparade vyer" in utan, "Sparade vyer" in platt(client.get(KARTA))) == (False, True)
    assert antal_fragor(client, KARTA) == 8


def test_listans_fragor_ar_lika_manga(client: Client, planerare: Anvandare) -> None:
    client.force_login(planerare)
    andringar.spara(av=planerare, namn="En", fraga="")

    en = antal_fragor(client, VYER + HAR)
    for namn in ("Två", "Tre"):
        andringar.spara(av=planerare, namn=namn, fraga="", delad=True)

    assert antal_fragor(client, VYER + HAR) == en


PLANEN = "/flemingsberg/handlingsplan/2026-2027/aktiviteter/"
HANINGES = PLANEN.replace("flemingsberg", "haninge")


@pytest.mark.parametrize(
    ("tabellen", "urval", "tabell", "andra"),
    [
        ("/flemingsberg/lagesbild/", "vy=tabell&kolumner=namn&kolumner=enhet", "lagesbild", "/haninge/lagesbild/"),
        (
            PLANEN,
            "kolumner=insats&kolumner=titel&kolumner=status",
            "aktiviteter",
            HANINGES,
        ),
        ("/aktorer/", "q=kommun&slag=kommun&kolumner=namn&kolumner=webbplats", "aktorer", "/aktorer/"),
    ],
)
def test_varje_tabell_har_sina_vyer(
    som_planerare: Client, tabellen: str, urval: str, tabell: str, andra: str, alla_publicerade: None
) -> None:
    har = f"?har={quote(tabellen, safe='')}"
    menyn = platt(som_planerare.get(f"{tabellen}?{urval}"))

    svar = som_planerare.post(f"{VYER}ny/{har}&{urval}&okant=1", {"namn": "Som jag vill"})

    vy = Kartvy.objects.get()
    assert f'{VYER}ny/{har}&amp;{urval.replace("&", "&amp;")}"' in menyn
    assert (svar["Location"], vy.tabell, vy.fraga) == (f"{tabellen}?{urval}", tabell, urval)
    assert f'href="{andra}?{urval.replace("&", "&amp;")}"' in platt(som_planerare.get(f"{VYER}?har={andra}"))
    assert "Som jag vill" not in platt(som_planerare.get(VYER + HAR)).split("<main")[1]


@pytest.mark.parametrize("har", ["", "/", "https://ond.example/aktorer/", "//ond.example/aktorer/", "/sok/", "x\0"])
def test_en_annan_adress_leder_till_aktorerna(som_planerare: Client, har: str) -> None:
    svar = som_planerare.post(f"{VYER}ny/?har={quote(har)}", {"namn": "Min"})

    assert svar["Location"] == "/aktorer/"


def test_samma_namn_i_en_annan_tabell(planerare: Anvandare) -> None:
    andringar.spara(av=planerare, namn="Min", fraga="")
    andringar.spara(av=planerare, namn="Min", fraga="", tabell=Kartvy.Tabell.AKTORER)

    assert kartvyer(planerare).count() == 2
