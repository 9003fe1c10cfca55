"""Passkeys in a real browser, with Chromium's own virtual authenticator; the codes of an app are reckoned for real."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from insatser.andringar import konton as andringar
from insatser.andringar.konton import Inbjuden
from insatser.fragor import lank
from tests.conftest import LOSENORD
from tests.kontosteg import Nyckelenhet, logga_in, rubriken_ar
from tests.webb.test_tillganglighet import _brister_i

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nyckelsida(webblasare: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page with a device that holds passkeys and always knows its owner."""
    cache.clear()  # the login limits count in it
    with webblasare.new_context(base_url=live_server.url, locale="sv-SE") as sammanhang:
        sida = sammanhang.new_page()
        Nyckelenhet(sida)
        fel: list[str] = []
        sida.on("pageerror", lambda handelse: fel.append(str(handelse)))
        yield sida
        assert fel == []


def _logga_ut(sida: Page) -> None:
    sida.get_by_role("button", name="Logga ut").click()
    sida.goto("/konto/logga-in/")
    rubriken_ar(sida, "Logga in")


def test_den_inbjudna_kommer_in_med_passkey_och_kommer_tillbaka(nyckelsida: Page, planerare: Anvandare) -> None:
    aktor = Aktor.objects.get(slug="botkyrka-kommun")
    vem = [Inbjuden("ny@botkyrka.example", "Ny Person")]
    [person] = andringar.bjud_in(av=planerare, inbjudna=vem, roll=Anvandarroll.TJANSTEPERSON, aktor=aktor)
    nyckelsida.goto(f"/konto/valkommen/{lank.skriv_kontonyckel(person, lank.Kontonyckel.INBJUDAN)}/")
    nyckelsida.get_by_label("Ditt namn").fill("")
    nyckelsida.get_by_role("button", name="Skapa en passkey").click()
    expect(nyckelsida.get_by_label("Ditt namn")).to_be_focused()
    nyckelsida.get_by_label("Ditt namn").fill("Nya Namnet")
    nyckelsida.get_by_role("button", name="Skapa en passkey och kom in").click()
    rubriken_ar(nyckelsida, "Dina reservkoder")
    expect(nyckelsida.locator(".koder li")).to_have_count(10)

    _logga_ut(nyckelsida)
    nyckelsida.get_by_role("button", name="Använd en passkey").click()
    rubriken_ar(nyckelsida, "Mitt arbete")

    person.refresh_from_db()
    assert (person.namn, person.has_usable_password(), person.tvasteg) == ("Nya Namnet", False, 1)


def test_en_passkey_ar_ocksa_ett_andra_steg(nyckelsida: Page, tjansteperson: Anvandare) -> None:
    logga_in(nyckelsida, tjansteperson.epost, LOSENORD)
    nyckelsida.get_by_role("link", name="Mitt konto").click()
    nyckelsida.get_by_role("link", name="Lägg till en passkey").click()
    nyckelsida.get_by_label("Vad ska den heta?").fill("Datorn på jobbet")
    nyckelsida.get_by_role("button", name="Skapa passkeyn").click()
    rubriken_ar(nyckelsida, "Dina reservkoder")

    _logga_ut(nyckelsida)
    logga_in(nyckelsida, tjansteperson.epost, LOSENORD)
    rubriken_ar(nyckelsida, "Ett steg till")
    assert _brister_i(nyckelsida, "/konto/logga-in/kod/") == []
    nyckelsida.get_by_role("button", name="Använd passkeyn").click()
    rubriken_ar(nyckelsida, "Mitt arbete")
    nyckelsida.goto("/konto/passkeys/")
    expect(nyckelsida.get_by_role("rowheader", name="Datorn på jobbet")).to_be_visible()

    nyckelsida.goto("/konto/bekrafta/passkey/")
    assert _brister_i(nyckelsida, "/konto/bekrafta/passkey/") == []
    nyckelsida.get_by_role("button", name="Använd passkeyn").click()
    rubriken_ar(nyckelsida, "Mitt arbete")


def test_en_app_for_koder_laggs_till_och_fragas_efter(nyckelsida: Page, tjansteperson: Anvandare) -> None:
    logga_in(nyckelsida, tjansteperson.epost, LOSENORD)
    nyckelsida.goto("/konto/tvasteg/app/")
    hemlighet = nyckelsida.locator("code").inner_text()

    def kod(om: int) -> str:
        """Of the half minute that is so many from now: each is taken once."""
        return format_hotp_value(hotp_value(hemlighet, int(time.time()) // 30 + om))

    nyckelsida.get_by_label("Kod").fill(kod(0))
    nyckelsida.get_by_role("button", name="Lägg till appen").click()
    rubriken_ar(nyckelsida, "Dina reservkoder")
    reservkod = nyckelsida.locator(".koder code").first.inner_text()
    with nyckelsida.expect_download() as hamtning:
        nyckelsida.get_by_role("link", name="Spara som fil").click()
    assert reservkod in hamtning.value.path().read_text()

    _logga_ut(nyckelsida)
    logga_in(nyckelsida, tjansteperson.epost, LOSENORD)
    nyckelsida.get_by_label("Kod").fill("000000")
    nyckelsida.get_by_role("button", name="Logga in med koden").click()
    expect(nyckelsida.get_by_text("Koden stämmer inte")).to_be_visible()
    nyckelsida.get_by_label("Kod").fill(kod(1))
    nyckelsida.get_by_role("button", name="Logga in med koden").click()
    rubriken_ar(nyckelsida, "Mitt arbete")


def test_en_administrator_leds_till_det_andra_steget_och_vidare(
    nyckelsida: Page, administrator: Anvandare, settings: Any
) -> None:
    settings.KRAV_TVASTEG = "administrator"
    logga_in(nyckelsida, administrator.epost, LOSENORD)
    rubriken_ar(nyckelsida, "Lägg till ett andra steg")
    nyckelsida.goto("/konton/")
    expect(nyckelsida.get_by_text("Du behöver ett andra steg för att komma vidare.")).to_be_visible()
    nyckelsida.get_by_role("link", name="Lägg till en passkey").click()
    nyckelsida.get_by_role("button", name="Skapa passkeyn").click()
    nyckelsida.get_by_role("link", name="Jag har sparat dem").click()
    rubriken_ar(nyckelsida, "Mitt konto")
    nyckelsida.goto("/konton/")
    rubriken_ar(nyckelsida, "Konton")


def test_pa_en_adress_utan_namn_sags_varfor_det_inte_gar(sida: Page, live_server: LiveServer) -> None:
    sida.goto(f"{live_server.url.replace('localhost', '127.0.0.1')}/konto/logga-in/")
    sida.get_by_role("button", name="Använd en passkey").click()
    expect(sida.locator("form[data-passkey] [role=alert]")).to_contain_text("bara på en säker adress med namn")


def test_ett_avbrott_sags_pa_sidan(nyckelsida: Page) -> None:
    """There is no passkey in the device: the browser says so, and the page in Swedish."""
    nyckelsida.goto("/konto/logga-in/")
    nyckelsida.get_by_role("button", name="Använd en passkey").click()
    expect(nyckelsida.locator("form[data-passkey] [role=alert]")).to_contain_text(
        "Det avbröts, eller tog för lång tid."
    )
