"""People get in by invitation, one by the other, in a real browser and by mails that really go."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.conftest import LOSENORD, Brevlada

pytestmark = pytest.mark.django_db(transaction=True)

PLANERAREN, TJANSTEPERSONEN = "petra@haninge.example", "tove@haninge.example"
LOSEN = "fyra ord i en rad"


def _logga_in(sida: Page, epost: str, losenord: str) -> None:
    sida.goto("/konto/logga-in/")
    sida.locator("input[name=login]").fill(epost)
    sida.locator("input[name=password]").fill(losenord)
    sida.get_by_role("main").get_by_role("button", name="Logga in").click()
    expect(sida.get_by_role("heading", level=1)).to_have_text("Mitt arbete")


def _bjud_in(sida: Page, epost: str, *, roll: str = "", aktor: str = "", bara_i: str = "") -> None:
    sida.get_by_role("link", name="Konton").click()
    sida.get_by_role("link", name="Bjud in").click()
    sida.get_by_label("Vilka?").fill(epost)
    if roll:
        sida.get_by_label("Roll").select_option(roll)
    sida.get_by_label("Aktör").select_option(aktor)
    if bara_i:
        sida.get_by_label(bara_i).check()
    sida.get_by_role("button", name="Skicka inbjudan").click()
    expect(sida.locator("#besked")).to_contain_text("är inbjuden. Ett mejl skickas nu.")


def _vanta_pa(lada: Brevlada, till: str) -> None:
    slut = time.monotonic() + 60
    while till not in lada.till and time.monotonic() < slut:
        time.sleep(0.1)


def _valj_losenord(sida: Page, adress: str, namn: str) -> None:
    sida.goto(adress)
    sida.get_by_label("Ditt namn").fill(namn)
    sida.get_by_label("Välj ett lösenord").fill(LOSEN)
    sida.get_by_label("Lösenordet en gång till").fill(LOSEN)
    sida.get_by_role("button", name="Spara och logga in").click()
    expect(sida.locator("#besked")).to_contain_text(f"Välkommen, {namn}!")


def test_den_som_bjods_in_bjuder_in_nasta_och_stangs_ute(
    gaende: Page, webblasare: Browser, live_server: LiveServer, postgang: Brevlada
) -> None:
    _logga_in(gaende, "admin@fardplan.example", LOSENORD)
    _bjud_in(gaende, PLANERAREN, roll="Planerare", aktor="Haninge kommun", bara_i="Haninge stadskärna")
    _vanta_pa(postgang, PLANERAREN)
    with (
        webblasare.new_context(base_url=live_server.url, locale="sv-SE") as petras,
        webblasare.new_context(base_url=live_server.url, locale="sv-SE") as toves,
    ):
        petra, tove = petras.new_page(), toves.new_page()
        _valj_losenord(petra, postgang.lank(PLANERAREN, "Välj ett lösenord"), "Petra Plan")
        petra.goto("/flemingsberg/insatser/1.3/redigera/")
        expect(petra.get_by_text("Du får ändra i Haninge stadskärna, men bara läsa här.")).to_be_visible()
        petra.goto("/haninge/insatser/ny/")
        expect(petra.get_by_role("heading", level=1)).to_have_text("Ny insats")
        petra.goto("/mitt-arbete/")
        _bjud_in(petra, TJANSTEPERSONEN, aktor="Haninge kommun")
        _vanta_pa(postgang, TJANSTEPERSONEN)
        _valj_losenord(tove, postgang.lank(TJANSTEPERSONEN, "Välj ett lösenord"), "Tove Tjänst")

        gaende.goto("/konton/?q=tove")
        gaende.get_by_role("link", name="Tove Tjänst", exact=True).click()
        gaende.get_by_label("Kontot är öppet").uncheck()
        gaende.get_by_role("button", name="Spara", exact=True).click()
        expect(gaende.locator("#besked")).to_contain_text("Kontot för Tove Tjänst är avstängt.")
        tove.goto("/mitt-arbete/")
        expect(tove.get_by_role("heading", level=1)).to_have_text("Logga in")


def test_den_egna_adressen_byts_genom_mejlet(gaende: Page, postgang: Brevlada) -> None:
    gammal, ny = "botkyrka@fardplan.example", "ny.adress@botkyrka.example"
    _logga_in(gaende, gammal, LOSENORD)
    gaende.goto("/konto/")
    gaende.get_by_role("link", name="Byt adress").click()
    gaende.get_by_label("Ny e-postadress").fill(ny.upper())
    gaende.get_by_role("button", name="Skicka länken").click()
    expect(gaende.get_by_text("ligger det en länk där")).to_be_visible()
    _vanta_pa(postgang, ny)
    _vanta_pa(postgang, gammal)

    gaende.goto(postgang.lank(ny, "Bekräfta den nya adressen"))
    gaende.get_by_role("button", name="Byt till den nya adressen").click()

    expect(gaende.locator("#besked")).to_contain_text(f"Adressen är bytt. Du loggar in med {ny}.")
    gaende.context.clear_cookies()
    _logga_in(gaende, ny, LOSENORD)
