"""Settings from the environment: what is accepted, and that what is refused is named in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from fardplan import miljo
from fardplan.miljo import Installningsfel

LANG = "n" * 50


@pytest.mark.parametrize(("varde", "vantat"), [("", True), ("1", True), ("0", False), (" 0 ", False)])
def test_flagga(monkeypatch: pytest.MonkeyPatch, varde: str, vantat: bool) -> None:
    monkeypatch.setenv("EXEMPEL", varde)
    assert miljo.flagga("EXEMPEL", standard=True) is vantat


@pytest.mark.parametrize("varde", ["ja", "true", "2"])
def test_flagga_tar_bara_noll_och_ett(monkeypatch: pytest.MonkeyPatch, varde: str) -> None:
    monkeypatch.setenv("EXEMPEL", varde)
    with pytest.raises(Installningsfel, match=r"^EXEMPEL är ”.+” men ska vara 0 eller 1\.$"):
        miljo.flagga("EXEMPEL", standard=True)


@pytest.mark.parametrize(("varde", "vantat"), [("", 8000), ("1", 1), ("65535", 65535)])
def test_port(monkeypatch: pytest.MonkeyPatch, varde: str, vantat: int) -> None:
    monkeypatch.setenv("PORT", varde)
    assert miljo.port() == vantat


@pytest.mark.parametrize("varde", ["0", "65536", "-1", "80.5", "åtta", "²", "8000 8001"])
def test_port_som_inte_gar(monkeypatch: pytest.MonkeyPatch, varde: str) -> None:
    monkeypatch.setenv("PORT", varde)
    with pytest.raises(Installningsfel, match=r"^PORT är "):
        miljo.port()


@pytest.mark.parametrize(("varde", "vantat"), [("", 120), ("1", 1), (" 90 ", 90), ("3650", 3650)])
def test_heltal(monkeypatch: pytest.MonkeyPatch, varde: str, vantat: int) -> None:
    monkeypatch.setenv("TYST_EFTER_DAGAR", varde)
    assert miljo.heltal("TYST_EFTER_DAGAR", 120, mest=3650) == vantat


@pytest.mark.parametrize("varde", ["0", "-5", "3651", "12.5", "²", "fyra månader", "9" * 5000])
def test_heltal_som_inte_gar(monkeypatch: pytest.MonkeyPatch, varde: str) -> None:
    monkeypatch.setenv("TYST_EFTER_DAGAR", varde)
    with pytest.raises(Installningsfel, match=r"^TYST_EFTER_DAGAR är ”.+” men ska vara ett tal mellan 1 och 3650\.$"):
        miljo.heltal("TYST_EFTER_DAGAR", 120, mest=3650)


@pytest.mark.parametrize(("varde", "vantat"), [("", 1), ("0", 0), ("2", 2)])
def test_heltal_fran_noll(monkeypatch: pytest.MonkeyPatch, varde: str, vantat: int) -> None:
    monkeypatch.setenv("ANTAL_PROXYER", varde)
    assert miljo.heltal("ANTAL_PROXYER", 1, minst=0, mest=10) == vantat


@pytest.mark.parametrize(
    ("varde", "vantat"), [("", []), ("10.0.0.0/8, 192.0.2.7,", ["10.0.0.0/8", "192.0.2.7/32"]), ("::1", ["::1/128"])]
)
def test_natverk(monkeypatch: pytest.MonkeyPatch, varde: str, vantat: list[str]) -> None:
    monkeypatch.setenv("METRIK_FRAN", varde)
    assert [str(nat) for nat in miljo.natverk("METRIK_FRAN")] == vantat


@pytest.mark.parametrize("varde", ["10.0.0.1/8", "10.0.0.0/33", "10.0.0", "metrik.example", "10.0.0.1 10.0.0.2"])
def test_natverk_som_inte_gar(monkeypatch: pytest.MonkeyPatch, varde: str) -> None:
    monkeypatch.setenv("METRIK_FRAN", varde)
    with pytest.raises(Installningsfel, match=r"^METRIK_FRAN är ”"):
        miljo.natverk("METRIK_FRAN")


@pytest.mark.parametrize(
    "varde",
    [
        "https://plan.example",
        "plan.example/",
        "plan.example:443",
        "plan example",
        ",",
        "plän.example",
        "a.example;b.example",
    ],
)
def test_namn_som_ingen_kan_fraga_efter(monkeypatch: pytest.MonkeyPatch, varde: str) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", varde)
    with pytest.raises(Installningsfel, match=r"^ALLOWED_HOSTS är ”.+” men ska vara namn utan https://"):
        miljo.vardar("ALLOWED_HOSTS", "localhost")


@pytest.mark.parametrize(
    "varde", ["plan.example", "127.0.0.1,localhost,[::1]", ".plan.example", "*", "xn--pln-qla.example"]
)
def test_namn_att_fraga_efter(monkeypatch: pytest.MonkeyPatch, varde: str) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", varde)
    assert miljo.vardar("ALLOWED_HOSTS", "localhost") == varde.split(",")


@pytest.mark.parametrize(
    "varde",
    ["", "Färdplan", "fardplan@", "@plan.example", "a@localhost", "a@b.example, c@b.example", "F <a@b.example\nX: y>"],
)
def test_avsandare_som_ingen_mejlserver_tar_emot(monkeypatch: pytest.MonkeyPatch, varde: str) -> None:
    monkeypatch.setenv("MEJL_FRAN", varde)
    with pytest.raises(Installningsfel, match=r"^MEJL_FRAN är ”[^\n]*\Z"):
        miljo.avsandare("Färdplan <fardplan@localhost>", nabar=True)


@pytest.mark.parametrize("varde", ["fardplan@plan.example", "Färdplan <fardplan@plan.example>"])
def test_avsandare(monkeypatch: pytest.MonkeyPatch, varde: str) -> None:
    monkeypatch.setenv("MEJL_FRAN", varde)
    assert miljo.avsandare("Färdplan <fardplan@localhost>", nabar=True) == varde


@pytest.mark.parametrize("varde", ["n" * 31, "å" * 32, "n " * 32])
def test_nyckel_som_inte_gar_sags_aldrig(monkeypatch: pytest.MonkeyPatch, varde: str) -> None:
    monkeypatch.setenv("METRIK_NYCKEL", varde)
    with pytest.raises(Installningsfel, match=r"^METRIK_NYCKEL ska") as fel:
        miljo.nyckel("METRIK_NYCKEL")
    assert varde not in str(fel.value)


@pytest.mark.parametrize(
    ("url", "vantat"),
    [
        ("postgresql://u:l@db.example:6432/fardplan", ("fardplan", "u", "l", "db.example", "6432")),
        ("postgres://u@[::1]/fardplan", ("fardplan", "u", "", "::1", "")),
        ("postgresql://u:p%2F%40%23@db/f%C3%A5rd", ("fård", "u", "p/@#", "db", "")),
        ("postgresql://u@/fardplan?host=/var/run/p%20g", ("fardplan", "u", "", "/var/run/p g", "")),
    ],
)
def test_databas(url: str, vantat: tuple[str, ...]) -> None:
    val = miljo.databas(url)
    assert tuple(val[nyckel] for nyckel in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == vantat


@pytest.mark.parametrize(
    ("varde", "vantat"),
    [
        ("", "http://127.0.0.1:8000/"),
        ("0.0.0.0:80", "http://0.0.0.0:80/"),
        ("[::1]:8000", "http://[::1]:8000/"),
        ("unix:/run/fardplan/uttag", "unix:/run/fardplan/uttag"),
    ],
)
def test_lyssna(monkeypatch: pytest.MonkeyPatch, varde: str, vantat: str) -> None:
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setenv("LYSSNA", varde)
    assert str(miljo.lyssna()) == vantat


@pytest.mark.parametrize(
    "varde", ["8000", "plan.example:80", "0.0.0.0", "0.0.0.0:0", "0.0.0.0:70000", "unix:uttag", ":80"]
)
def test_lyssna_som_inte_gar(monkeypatch: pytest.MonkeyPatch, varde: str) -> None:
    monkeypatch.setenv("LYSSNA", varde)
    with pytest.raises(Installningsfel, match=r"^LYSSNA är"):
        miljo.lyssna()


def test_bakom_en_poolare_foljer_inget_med_anslutningen() -> None:
    val = miljo.databas("postgresql://u@db/f?sslmode=require", delad=True)
    assert (val["OPTIONS"], val["DISABLE_SERVER_SIDE_CURSORS"]) == ({"connect_timeout": 5, "sslmode": "require"}, True)


def test_fel_i_den_direkta_adressen_namner_den() -> None:
    with pytest.raises(Installningsfel, match=r"^DATABASE_URL_DIREKT "):
        miljo.databas("mysql://u@db/f", "DATABASE_URL_DIREKT")


def test_databas_med_val() -> None:
    assert miljo.databas("postgresql://u@db/f?sslmode=verify-full&sslrootcert=%2Fca.pem")["OPTIONS"] == {
        "connect_timeout": 5,
        "sslmode": "verify-full",
        "sslrootcert": "/ca.pem",
        "options": "-c pgtrigger.ignore={}",
    }


@pytest.mark.django_db
def test_triggrarna_hittar_installningen_de_fragar_efter() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW pgtrigger.ignore")
        assert cursor.fetchone() == ("{}",)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hemligt@db/fardplan",
        "fardplan",
        "postgresql://u:hemligt@db",
        "postgresql://u:hemligt@db/",
        "postgresql://u:hemligt@db:hemligt/fardplan",
        "postgresql://u:hem/ligt@db/fardplan",
        "postgresql://u:12/hemligt@db/fardplan",
        "postgresql://u:hemligt#@db/fardplan",
        "postgresql://u:12#hemligt@db/fardplan",
        "postgresql://u:hemligt@[db/fardplan",
    ],
)
def test_databas_som_inte_gar_rojer_inte_losenordet(url: str) -> None:
    with pytest.raises(Installningsfel, match=r"^DATABASE_URL ") as fel:
        miljo.databas(url)
    assert "ligt" not in str(fel.value)
    assert "\n" not in str(fel.value)


@pytest.mark.parametrize("nyckel", ["", "kort", "n" * 49])
def test_produktion_kraver_en_lang_nyckel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, nyckel: str) -> None:
    monkeypatch.setenv("SECRET_KEY", nyckel)
    with pytest.raises(Installningsfel, match=r"^SECRET_KEY (saknas|har [0-9]+ tecken)"):
        miljo.hemlig_nyckel(produktion=True, data=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_given_nyckel_sparas_inte(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", LANG)
    assert [miljo.hemlig_nyckel(produktion, tmp_path) for produktion in (True, False)] == [LANG, LANG]
    assert list(tmp_path.iterdir()) == []


def test_provets_nyckel_gors_en_gang_och_ar_bara_agarens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    data = tmp_path / "ny" / "data"

    nyckel = miljo.hemlig_nyckel(produktion=False, data=data)

    assert len(nyckel) >= 50
    assert miljo.hemlig_nyckel(produktion=False, data=data) == nyckel
    assert [fil.stat().st_mode & 0o777 for fil in data.iterdir()] == [0o600]


def test_katalog_som_inte_gar_att_skriva_i(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "fil").touch()
    with pytest.raises(Installningsfel, match=r"^FARDPLAN_DATA: "):
        miljo.hemlig_nyckel(produktion=False, data=tmp_path / "fil" / "data")


def test_katalog_ar_alltid_hel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FARDPLAN_DATA", "data")
    assert miljo.katalog("FARDPLAN_DATA", Path("/annan")) == tmp_path / "data"


@pytest.mark.django_db(transaction=True)
def test_webben_vantar_inte_for_lange_pa_databasen() -> None:
    alternativ = connection.settings_dict["OPTIONS"]
    fore = dict(alternativ)
    connection.close()
    miljo.granser(alternativ)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
            satt = cursor.fetchone()
    finally:
        connection.close()
        alternativ.clear()
        alternativ.update(fore)

    assert satt == ("30s", "10s")


def test_databasens_egna_granser_galler_fore() -> None:
    alternativ = {"options": "-c statement_timeout=5s"}
    miljo.granser(alternativ)
    assert alternativ["options"] == "-c statement_timeout=30s -c lock_timeout=10s -c statement_timeout=5s"


@pytest.mark.parametrize("varde", ["", "https://kod.example/fardplan", "http://kod.example"])
def test_kallkoden_ar_en_adress(monkeypatch: pytest.MonkeyPatch, varde: str) -> None:
    monkeypatch.setenv("KALLKOD", varde)
    assert miljo.lank("KALLKOD") == varde


@pytest.mark.parametrize("varde", ["kod.example", "javascript:alert(1)", "https://", "http://[", "ftp://kod.example"])
def test_kallkod_som_inte_gar(monkeypatch: pytest.MonkeyPatch, varde: str) -> None:
    monkeypatch.setenv("KALLKOD", varde)
    with pytest.raises(Installningsfel, match=r"^KALLKOD är "):
        miljo.lank("KALLKOD")


@pytest.mark.django_db
def test_sidan_om_fardplan_leder_till_kallkoden(client: Client, settings: Settings) -> None:
    settings.KALLKOD = "https://kod.example/fardplan"

    assert 'href="https://kod.example/fardplan"' in client.get("/om/").content.decode()
