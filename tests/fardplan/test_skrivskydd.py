"""While nothing can be written, pages are read, forms say so, and what is sent is answered that it is not saved."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from aktorer.grund import skrivskydd
from aktorer.models import Anvandare
from fardplan import drift, kommando, start
from fardplan.miljo import Installningsfel
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

LAPP = "Färdplan går bara att läsa just nu."
FORMULAR = "/flemingsberg/insatser/1.4/redigera/"


@pytest.fixture(params=["installning", "databas"])
def skyddad(request: pytest.FixtureRequest, settings: Settings, planerare: Anvandare, client: Client) -> None:
    """After the planerare has logged in: by the setting, or by a database that says it to its connections."""
    client.force_login(planerare)
    if request.param == "installning":
        settings.SKRIVSKYDDAD = True
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")


@pytest.mark.usefixtures("skyddad")
def test_formular_sager_det_och_andra_sidor_inte(client: Client) -> None:
    formularet, annan = platt(client.get(FORMULAR)), platt(client.get("/om/tillganglighet/"))
    insatsen, inloggning = (platt(Client().get(sida)) for sida in ("/flemingsberg/insatser/1.4/", "/konto/logga-in/"))

    assert [LAPP in sida for sida in (formularet, annan, insatsen, inloggning)] == [True, False, False, True]
    assert "Det går inte att logga in" in inloggning
    assert ">Spara</button>" in formularet


@pytest.mark.usefixtures("skyddad")
def test_det_som_skickas_sparas_inte_och_det_sags(client: Client) -> None:
    svar = client.post(FORMULAR, {"titel": "Ny"})

    assert (svar.status_code, svar.headers["Retry-After"], svar.headers["X-Skrivskydd"]) == (503, "30", "1")
    assert "det du skrev finns kvar i den här webbläsaren" in platt(svar)
    assert "data-fel" in platt(svar)
    assert Client().post("/konto/logga-in/", {"login": "a@prov.example", "password": "b"}).status_code == 503


@pytest.mark.usefixtures("skyddad")
def test_sidor_gar_att_lasa_nar_databasen_vagrar_att_skriva(client: Client) -> None:
    """Also those that would keep something in the session."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")

    for sida in ("/", "/mitt-arbete/", FORMULAR, "/konto/passkeys/ny/", "/konton/", "/flemingsberg/laget/"):
        assert client.get(sida, follow=True).status_code == 200, sida
    assert Client().get("/konto/passkeys/logga-in/", headers={"Accept": "application/json"}).status_code == 200


def test_det_som_skriver_trots_allt_ar_inget_fel_hos_oss(
    client: Client, planerare: Anvandare, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(planerare)
    client.raise_request_exception = False
    monkeypatch.setattr("fardplan.middleware.skrivskyddad", lambda: False)
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")

    svar = client.post("/konto/logga-ut/")

    assert (svar.status_code, svar.headers["X-Skrivskydd"]) == (503, "1")


@pytest.mark.usefixtures("skyddad")
def test_driften_sager_det(client: Client) -> None:
    fynd = {f.vad: f.grad for f in drift.kontroll()}
    redo, lasbar = client.get("/halsa/redo/"), client.get("/halsa/redo/?lasa")

    assert fynd["skrivskydd"] == drift.Grad.OBS
    assert (redo.status_code, lasbar.status_code) == (503, 200)


def test_starten_och_det_som_skriver_sager_det_i_en_rad(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SKRIVSKYDDAD = True
    monkeypatch.setattr(start, "_i_ordning", lambda: False)

    with pytest.raises(Installningsfel, match="saknar den här versionens migreringar"):
        start.migrera()
    with pytest.raises(Installningsfel, match="skicka_paminnelser gör inget"):
        kommando.kor(["manage.py", "skicka_paminnelser"])


def test_bakom_en_poolare_fragas_databasen(settings: Settings, client: Client) -> None:
    settings.DATABAS_DIREKT = "postgresql://u@/f"
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    skrivskydd._fragat.cache_clear()
    assert client.post("/sok/").status_code == 503
    skrivskydd._fragat.cache_clear()
