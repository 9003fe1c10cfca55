"""Saved views of the insatskarta: one's own, shared ones, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
VYER = f"{KARTA}vyer/"
URVAL = "?malomrade=1&vy=tabell&sortera=titel&kolumner=nummer&kolumner=titel&kolumner=text"


@pytest.fixture
def kollega(person: Callable[..., Anvandare]) -> Anvandare:
    """Another planerare at Region Stockholm."""
    return person("planerare", "region-stockholm")


def test_det_man_ser_far_ett_namn_och_hittas_i_menyn(som_planerare: Client, planerare: Anvandare) -> None:
    svar = som_planerare.post(f"{VYER}ny/{URVAL}&okant=1", {"namn": "Texterna i ett"})

    vy = Kartvy.objects.get()
    assert (svar.status_code, svar["Location"]) == (302, KARTA + URVAL)
    assert (vy.agare, vy.namn, vy.fraga, vy.delad) == (planerare, "Texterna i ett", URVAL.removeprefix("?"), False)
    menyn = platt(som_planerare.get(VYER, headers={"HX-Request": "true", "HX-Target": "vyerna"}))
    assert menyn.startswith('<ul class="vylista">')
    assert f'href="{KARTA}{URVAL.replace("&", "&amp;")}"' in menyn
    # In another stadskärna it leads there.
    assert 'href="/haninge/insatskarta/?malomrade=1' in platt(som_planerare.get("/haninge/insatskarta/vyer/"))


def test_sidan_sager_vad_som_sparas(som_planerare: Client) -> None:
    html = platt(som_planerare.get(f"{VYER}ny/{URVAL}"))

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
    falt = formular(client.get(f"{VYER}{vy.pk}/"))

    svar = client.post(f"{VYER}{vy.pk}/", falt | {"namn": "Vår"})

    vy.refresh_from_db()
    assert (svar.status_code, svar["Location"]) == (302, VYER)
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

    svar = som_planerare.post(f"{VYER}ny/", {"namn": "Min"})

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

    en = antal_fragor(client, VYER)
    for namn in ("Två", "Tre"):
        andringar.spara(av=planerare, namn=namn, fraga="", delad=True)

    assert antal_fragor(client, VYER) == en
