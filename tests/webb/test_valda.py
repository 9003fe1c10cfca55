"""Many rows of the insatskarta, and of Mitt arbete, changed at once and taken back; with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from aktorer.models import Anvandare
from tests.webb.test_vandring import _logga_in

pytestmark = pytest.mark.django_db(transaction=True)

TABELLEN = "/flemingsberg/insatskarta/?typ=karnspecifik&vy=tabell"


def test_kryssa_granska_gor_och_angra(gaende: Page) -> None:
    _logga_in(gaende, "planerare")
    gaende.goto(TABELLEN)
    for nummer in ("1.3", "1.4"):
        gaende.get_by_label(f"Välj {nummer}").check()
    gaende.get_by_label("Med de valda").select_option(label="Avför")
    gaende.get_by_role("button", name="Fortsätt").click()
    gaende.get_by_label("Varför avförs insatserna?").fill("De är klara.")
    gaende.get_by_role("button", name="Visa vad som ändras").click()
    expect(gaende.get_by_role("row", name="1.4")).to_contain_text("Gäller")
    gaende.get_by_role("button", name="Ändra 2 insatser").click()

    expect(gaende.locator("#besked")).to_contain_text("2 insatser är ändrade.")
    expect(gaende.locator("#karta")).to_contain_text("7 av 16 insatser")
    gaende.get_by_role("button", name="Ångra", exact=True).click()
    expect(gaende.locator("#besked")).to_contain_text("Det är ångrat.")
    expect(gaende.locator("#karta")).to_contain_text("9 av 18 insatser")


def test_mitt_arbete_oforandrat_for_flera(gaende: Page) -> None:
    _logga_in(gaende, "tjansteperson")
    forsenat = gaende.get_by_role("region", name="Försenat")
    rutor = forsenat.get_by_role("checkbox", name="i Flemingsberg")
    antal = rutor.count()
    for n in (0, 1):
        rutor.nth(n).check()
    forsenat.get_by_role("button", name="Oförändrat läge för de valda").click()

    expect(gaende.locator("#besked")).to_contain_text("2 lägen är rapporterade på nytt, med dagens datum.")
    expect(rutor).to_have_count(antal - 2)
    gaende.get_by_role("button", name="Ångra", exact=True).click()
    expect(gaende.locator("#besked")).to_contain_text("Det är ångrat.")
    expect(rutor).to_have_count(antal)


def test_valj_alla_och_hur_manga(sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare) -> None:
    logga_in(planerare)
    sida.goto(TABELLEN)
    alla = sida.get_by_label("Välj alla")
    alla.check()
    expect(sida.locator("[data-antal-valda]")).to_have_text("(9)")
    sida.get_by_label("Välj 1.3").uncheck()

    expect(sida.locator("[data-antal-valda]")).to_have_text("(8)")
    assert alla.evaluate("(ruta) => ruta.indeterminate")
