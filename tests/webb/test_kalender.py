"""Make an address for the calendar, use it, change it and take it away, with JavaScript and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from aktorer.models import Anvandare
from tests.conftest import LOSENORD

pytestmark = pytest.mark.django_db(transaction=True)


def test_fran_ingen_adress_till_en_bytt_och_tillbaka(gaende: Page, tjansteperson: Anvandare) -> None:
    gaende.goto("/konto/logga-in/?next=/mitt-arbete/")
    gaende.locator("input[name=login]").fill(tjansteperson.epost)
    gaende.locator("input[name=password]").fill(LOSENORD)
    gaende.get_by_role("main").get_by_role("button", name="Logga in").click()
    gaende.get_by_role("link", name="Prenumerera på sista dagar").click()
    gaende.get_by_role("button", name="Skapa en adress").click()

    falt = gaende.get_by_label("Kalenderns adress", exact=True)
    forsta = falt.input_value()
    gaende.get_by_text("Byt adress", exact=True).click()
    gaende.get_by_role("button", name="Ja, byt adress").click()
    expect(gaende.get_by_role("status").first).to_contain_text("Du har en ny adress.")
    andra = falt.input_value()
    hamtade = [gaende.request.get(f"/kalender/{a.rpartition('/')[2]}").status for a in (forsta, andra)]
    gaende.get_by_text("Ta bort adressen", exact=True).click()
    gaende.get_by_role("button", name="Ja, ta bort adressen").click()

    expect(gaende.get_by_role("button", name="Skapa en adress")).to_be_visible()
    assert hamtade == [404, 200]
    assert gaende.request.get(f"/kalender/{andra.rpartition('/')[2]}").status == 404


def test_adressen_kopieras(sida: Page) -> None:
    sida.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sida.goto("/flemingsberg/nyheter/")
    sida.get_by_role("button", name="Kopiera flödets adress").click()

    expect(sida.get_by_text("Adressen är kopierad.")).to_be_visible()
    kopierat = sida.evaluate("navigator.clipboard.readText()")
    assert kopierat == sida.get_by_label("Flödets adress", exact=True).input_value()
