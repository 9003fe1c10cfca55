"""What a form sends is written once: sent again it leads to the same, and two at once make one."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from aktorer.models import Aktor, Anvandare, Inskick
from insatser.models import Aktivitet, Inlasning, Omgang
from tests import klocka
from tests.sidtext import platt

MARKE = re.compile(r'name="inskick" value="([^"]+)"')
NY = "/aktorer/ny/"
AKTIVITET = f"{klocka.PLAN}prioritera/1.3/aktivitet/"

type Falt = Callable[..., dict[str, Any]]


def marke(svar: Any) -> str:
    """The mark of the page's forms."""
    return MARKE.findall(svar.content.decode())[-1]


def antal(namn: str = "Prov AB") -> int:
    return Aktor.objects.filter(namn=namn).count()


@pytest.fixture
def klient(client: Client, planerare: Anvandare) -> Client:
    client.force_login(planerare)
    return client


@pytest.fixture
def aktor(klient: Client, formular: Callable[[Any], dict[str, str]]) -> Falt:
    """What the form of a new aktör sends, opened now."""
    return lambda **annat: {**formular(klient.get(NY)), "namn": "Prov AB", "slag": "bolag", **annat}


def test_samma_inskick_igen_leder_dit_det_forsta_ledde(klient: Client, aktor: Falt) -> None:
    sant = aktor()

    forst, igen = klient.post(NY, sant), klient.post(NY, sant)

    assert (forst.status_code, igen.headers["Location"]) == (302, forst.headers["Location"])
    assert antal() == 1
    assert "redan sparat" in platt(klient.get(igen.headers["Location"]))


def test_tva_flikar_med_samma_ord_ar_en_gang(klient: Client, aktor: Falt) -> None:
    en, annan = aktor(), aktor()

    svar = [klient.post(NY, sant).status_code for sant in (en, annan)]

    assert (svar, antal()) == ([302, 302], 1)


def test_andra_ord_ar_en_annan_gang(klient: Client, aktor: Falt) -> None:
    sant = aktor()

    for namn in ("Prov AB", "Ett annat AB"):
        klient.post(NY, sant | {"namn": namn})

    assert (antal(), antal("Ett annat AB")) == (1, 1)


def test_den_som_menar_en_till_far_en_till(klient: Client, formular: Callable[[Any], dict[str, str]]) -> None:
    for _ in range(2):
        klient.post(AKTIVITET, formular(klient.get(AKTIVITET)) | {"titel": "Prov"})

    assert Aktivitet.objects.filter(titel="Prov").count() == 2


def test_det_som_nekas_kan_skickas_igen(klient: Client, aktor: Falt) -> None:
    sant = aktor(namn="")

    svar = [klient.post(NY, sant).status_code for _ in range(2)]

    assert (svar, Inskick.objects.exists()) == ([422, 422], False)


def test_utan_marke_halls_inget_mot_nagot(klient: Client, formular: Callable[[Any], dict[str, str]]) -> None:
    sant = formular(klient.get(AKTIVITET)) | {"titel": "Prov"}
    del sant["inskick"]

    for _ in range(2):
        klient.post(AKTIVITET, sant)

    assert Aktivitet.objects.filter(titel="Prov").count() == 2


def test_htmx_leds_pa_samma_satt(klient: Client, aktor: Falt) -> None:
    sant, htmx = aktor(), {"HX-Request": "true", "HX-Current-URL": f"http://testserver{NY}"}

    forst, igen = (klient.post(NY, sant, headers=htmx) for _ in range(2))

    assert igen.headers["HX-Location"] == forst.headers["HX-Location"]


def test_en_fil_ar_samma_fil(klient: Client) -> None:
    karta = klient.get("/flemingsberg/insatskarta.csv").content
    adress = "/flemingsberg/insatskarta/import/"
    inskick = marke(klient.get(adress))

    def skicka(innehall: bytes) -> str:
        return klient.post(adress, {"fil": SimpleUploadedFile("karta.csv", innehall), "inskick": inskick})["Location"]

    forst, igen, annan = skicka(karta), skicka(karta), skicka(karta.replace("Hälsovägen".encode(), b"Prov"))

    assert (forst == igen, forst == annan, Inlasning.objects.count()) == (True, False, 2)


def test_alla_formular_har_ett_marke(klient: Client, administrator: Anvandare) -> None:
    """Ours, allauth's and the admin's: the tag is one."""
    inloggning = Client().get("/konto/logga-in/")
    klient.force_login(administrator)

    assert all(marke(svar) for svar in (inloggning, klient.get("/admin/aktorer/anvandare/add/")))


@pytest.mark.django_db(transaction=True)
def test_fem_klick_samtidigt_blir_en_omgang(planerare: Anvandare) -> None:
    """`../shared/fall/09`: the same round asked for again while the first answer is awaited."""
    klient = Client()
    klient.force_login(planerare)
    adress = "/flemingsberg/uppfoljning/ny/"
    sidan = klient.get(adress)
    punkter = [f.nyckel for f, _ in sidan.context["rader"]][:1]
    personer = [p.pk for p, _ in sidan.context["personer"]]
    sant: dict[str, Any] = {"namn": "Läget", "deadline": str(klocka.om(7)), "punkter": punkter, "personer": personer}
    sant["inskick"] = marke(sidan)

    def klicka(_: int) -> str:
        annan = Client()
        annan.cookies = klient.cookies
        try:
            return annan.post(adress, sant).headers["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as klick:
        ledde_till = set(klick.map(klicka, range(5)))

    omgang = Omgang.objects.get(namn=sant["namn"])
    assert ledde_till == {f"/flemingsberg/uppfoljning/{omgang.pk}/"}


def test_gamla_inskick_glommes(db: None) -> None:
    Inskick.objects.notera("ny")
    Inskick.objects.notera("gammal")
    Inskick.objects.filter(pk="gammal").update(skapad=timezone.now() - timedelta(days=8))

    Inskick.objects.glom()

    assert [i.pk for i in Inskick.objects.all()] == ["ny"]
