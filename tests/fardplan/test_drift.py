"""What is wrong with an installation is said, in one line each, before its users notice."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as installningar
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from aktorer.models import Anvandare
from fardplan import drift, miljo
from fardplan.drift import Grad
from fardplan.miljo import Installningsfel
from fardplan.sso import Ssoval
from insatser.models import Korning, Utskick
from insatser.utbyte.mejl import sandning
from tests.sidtext import platt

pytestmark = pytest.mark.django_db


def _fynd(vad: str) -> list[tuple[Grad, str]]:
    return [(f.grad, f.text) for f in drift.kontroll() if f.vad == vad]


def test_en_ny_installation_har_inga_fel() -> None:
    assert [f for f in drift.kontroll() if f.grad == Grad.FEL and f.vad != "stilmallar"] == []


def test_kommandot_sager_allt_och_slutar_med_ett_nar_nagot_ar_fel(settings: Settings) -> None:
    settings.BASADRESS = "https://annan.example"
    ut = StringIO()

    with pytest.raises(SystemExit) as slut:
        call_command("driftkontroll", "--json", stdout=ut)

    rader = {r["vad"]: r["grad"] for r in json.loads(ut.getvalue())}
    assert (slut.value.code, rader["adress"], rader["databas"]) == (1, "fel", "ok")


def test_allt_som_ska_fungera_har_en_rad() -> None:
    """And single sign-on, where there is any."""
    vantat = {"adress", "databas", "disk", "försegling", "klocka", "konton", "mejl", "migreringar", "påminnelser"}

    assert {f.vad for f in drift.kontroll()} >= vantat | {"rättigheter", "säkerhetskopia", "tidszon"}


def test_tidszon_som_databasen_inte_kanner_ar_ett_fel(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _fynd("tidszon")[0][0] == Grad.OK
    timezone.get_default_timezone()  # kept: only the database hears the other name
    monkeypatch.setattr(installningar, "TIME_ZONE", "Europe/Flemingsberg")

    [(grad, text)] = _fynd("tidszon")

    assert (grad, "känner inte till" in text) == (Grad.FEL, True)


def test_konto_som_inte_far_skapa_tabeller_ar_ett_fel() -> None:
    with connection.cursor() as cursor:
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM pg_database_owner, PUBLIC, CURRENT_USER")

    assert _fynd("rättigheter")[0][0] == Grad.FEL


def test_en_timer_som_har_stannat_ar_ett_fel() -> None:
    assert _fynd("påminnelser")[0][0] == Grad.OBS
    Korning.objects.create(dag=timezone.localdate(), senast=timezone.now() - timedelta(days=3))

    assert _fynd("påminnelser")[0][0] == Grad.FEL


def test_mejlserver_som_inte_svarar_sags(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket() as stum:  # has the port, and listens to nobody
        stum.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MEJL_SERVER", f"smtp://127.0.0.1:{stum.getsockname()[1]}")
        settings.MAILERS = {"default": miljo.mejl(tmp_path, nabar=True)}
        grad, text = _fynd("mejl")[0]

    assert grad == Grad.FEL
    assert "MEJL_SERVER" in text


def test_ingen_administrator_ar_ett_fel() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE aktorer_anvandare DISABLE TRIGGER USER")
    Anvandare.objects.filter(roll="administrator").update(is_active=False)

    assert _fynd("konton")[0][0] == Grad.FEL


@pytest.mark.parametrize(
    ("epost", "varden", "fel"),
    [
        ("finns.inte@prov.example", {}, "inget konto"),
        ("nod@prov.example", {"is_active": False}, "avstängt"),
        ("nod@prov.example", {"roll": "planerare"}, "ingen administratör"),
        ("nod@prov.example", {"password": "!"}, "inget lösenord"),
        ("Nod@prov.example", {}, ""),
    ],
)
def test_nodkonto_som_inte_slapper_in_nagon_ar_ett_fel(
    settings: Settings, epost: str, varden: dict[str, Any], fel: str
) -> None:
    falt = {"epost": "nod@prov.example", "namn": "Nöd", "roll": "administrator", "password": make_password("ord")}
    Anvandare.objects.create(**(falt | varden))
    settings.SSO = Ssoval(endast=True, nodkonto=epost)

    [(grad, text)] = _fynd("nödkonto")

    assert (grad, fel in text) == (Grad.FEL if fel else Grad.OK, True)


def test_tva_proxyer_pa_svenska(settings: Settings) -> None:
    settings.TLS, settings.ANTAL_PROXYER = True, 2

    assert "vi litar på 2 proxyer" in _fynd("adress")[0][1]


def test_sidan_ar_administratorens_och_sager_hur_fragan_kom(
    client: Client, administrator: Anvandare, planerare: Anvandare, settings: Settings
) -> None:
    settings.ANTAL_PROXYER = 2
    client.force_login(planerare)
    assert client.get("/drift/").status_code == 403
    client.force_login(administrator)

    sidan = platt(client.get("/drift/", headers={"X-Forwarded-For": "192.0.2.1"}))

    assert "X-Forwarded-For har 1 adress, men ANTAL_PROXYER är 2." in sidan


def test_processen_lever_ocksa_nar_databasen_inte_kan_skrivas(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")

    liv, redo = client.get("/halsa/liv/"), client.get("/halsa/redo/")

    assert (liv.status_code, redo.status_code) == (200, 503)
    assert redo.json()["skal"] == ["databasen går bara att läsa"]
    assert redo.headers["Retry-After"] == "30"


def test_redo_nar_allt_ar_som_det_ska(client: Client) -> None:
    assert [client.get(f"/halsa/redo/{fraga}").status_code for fraga in ("", "?lasa", "?farsk")] == [200] * 3


@pytest.mark.parametrize(
    ("varden", "nabar", "vardar", "namner"),
    [
        ({}, True, ["plan.example", "www.plan.example"], "BASADRESS"),
        ({}, True, [".plan.example"], "BASADRESS"),
        ({"BASADRESS": "plan.example"}, True, ["plan.example"], "BASADRESS"),
        ({"BASADRESS": "http://plan.example"}, True, ["plan.example"], "BASADRESS"),
        ({"BASADRESS": "https://plan.example/under"}, True, ["plan.example"], "BASADRESS"),
    ],
    ids=["flera namn", "alla under", "ingen adress", "utan tls", "med vag"],
)
def test_adress_som_mejlens_lankar_inte_kan_borja_med_stoppar_starten(
    monkeypatch: pytest.MonkeyPatch, varden: dict[str, str], nabar: bool, vardar: list[str], namner: str
) -> None:
    monkeypatch.delenv("BASADRESS", raising=False)
    for namn, varde in varden.items():
        monkeypatch.setenv(namn, varde)

    with pytest.raises(Installningsfel, match=rf"^{namner} "):
        miljo.basadress(vardar, nabar=nabar)


def test_ett_enda_namn_racker_som_adress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BASADRESS", raising=False)

    assert miljo.basadress(["plan.example"], nabar=True) == "https://plan.example"


def test_utan_mejlserver_startar_inget_som_andra_nar(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MEJL_SERVER", raising=False)

    with pytest.raises(Installningsfel, match=r"^MEJL_SERVER saknas"):
        miljo.mejl(tmp_path, nabar=True)
    monkeypatch.setenv("MEJL_SERVER", "av")
    assert miljo.mejl(tmp_path, nabar=True)


def test_avstangda_mejl_vantar_och_det_sags_dar_man_rader_med_dem(
    client: Client, administrator: Anvandare, settings: Settings
) -> None:
    settings.MEJL_AV = True
    client.force_login(administrator)
    svar = client.post("/konton/bjud-in/", {"personer": "ny@prov.example", "roll": "styrgrupp"}, follow=True)

    assert "Mejl är avstängda här: inget skickas." in platt(svar)
    assert sandning.skicka_vantande().vantar == Utskick.objects.filter(paborjat=None).count() == 1
    for sida in ("/konton/", "/konton/bjud-in/", "/flemingsberg/uppfoljning/", "/flemingsberg/uppfoljning/ny/"):
        assert "MEJL_SERVER=av" in platt(client.get(sida))
