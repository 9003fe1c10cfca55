"""People get in by invitation, one by the other, in a real browser and by mails that really go."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.conftest import LOSENORD, Brevlada
from tests.kontosteg import bjud_in, logga_in, rubriken_ar, stang, valj_losenord

pytestmark = pytest.mark.django_db(transaction=True)

PLANERAREN, TJANSTEPERSONEN = "petra@haninge.example", "tove@haninge.example"


def test_den_som_bjods_in_bjuder_in_nasta_och_stangs_ute(
    gaende: Page, webblasare: Browser, live_server: LiveServer, postgang: Brevlada
) -> None:
    logga_in(gaende, "admin@fardplan.example", LOSENORD)
    bjud_in(gaende, PLANERAREN, roll="Planerare", aktor="Haninge kommun", bara_i="Haninge stadskärna")
    postgang.vanta_pa(PLANERAREN)
    with (
        webblasare.new_context(base_url=live_server.url, locale="sv-SE") as petras,
        webblasare.new_context(base_url=live_server.url, locale="sv-SE") as toves,
    ):
        petra, tove = petras.new_page(), toves.new_page()
        valj_losenord(petra, postgang.lank(PLANERAREN, "Välj ett lösenord"), "Petra Plan")
        petra.goto("/flemingsberg/insatser/1.3/redigera/")
        expect(petra.get_by_text("Du får ändra i Haninge stadskärna, men bara läsa här.")).to_be_visible()
        petra.goto("/haninge/insatser/ny/")
        rubriken_ar(petra, "Ny insats")
        petra.goto("/mitt-arbete/")
        bjud_in(petra, TJANSTEPERSONEN, aktor="Haninge kommun")
        postgang.vanta_pa(TJANSTEPERSONEN)
        valj_losenord(tove, postgang.lank(TJANSTEPERSONEN, "Välj ett lösenord"), "Tove Tjänst")

        stang(gaende, "Tove Tjänst")
        tove.goto("/mitt-arbete/")
        rubriken_ar(tove, "Logga in")


def test_den_egna_adressen_byts_genom_mejlet(gaende: Page, postgang: Brevlada) -> None:
    gammal, ny = "botkyrka@fardplan.example", "ny.adress@botkyrka.example"
    logga_in(gaende, gammal, LOSENORD)
    rubriken_ar(gaende, "Mitt arbete")
    gaende.goto("/konto/")
    gaende.get_by_role("link", name="Byt adress").click()
    gaende.get_by_label("Ny e-postadress").fill(ny.upper())
    gaende.get_by_role("button", name="Skicka länken").click()
    expect(gaende.get_by_text("ligger det en länk där")).to_be_visible()
    postgang.vanta_pa(ny)
    postgang.vanta_pa(gammal)

    gaende.goto(postgang.lank(ny, "Bekräfta den nya adressen"))
    gaende.get_by_role("button", name="Byt till den nya adressen").click()

    expect(gaende.locator("#besked")).to_contain_text(f"Adressen är bytt. Du loggar in med {ny}.")
    gaende.context.clear_cookies()
    logga_in(gaende, ny, LOSENORD)
    rubriken_ar(gaende, "Mitt arbete")
