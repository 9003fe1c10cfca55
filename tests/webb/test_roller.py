"""The rows of roles, and the question why nobody is ansvarig."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import LOSENORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def utan_roller(gaende: Page) -> Page:
    """The form of roles of an insats that a planerare has just made."""
    gaende.goto("/konto/logga-in/?next=/flemingsberg/insatser/ny/")
    gaende.locator("input[name=login]").fill("planerare@fardplan.example")
    gaende.locator("input[name=password]").fill(LOSENORD)
    gaende.get_by_role("main").get_by_role("button", name="Logga in").click()
    gaende.get_by_label("Titel").fill("Utveckla torget")
    gaende.get_by_role("button", name="Spara och välj ansvarig").click()
    return gaende


def test_skalet_till_att_ingen_ar_ansvarig_gar_att_skriva_direkt(utan_roller: Page) -> None:
    skal = utan_roller.get_by_label("Ingen ansvarig? Skriv varför")

    skal.fill("Vi kommer överens i vår.")
    utan_roller.get_by_role("main").get_by_role("button", name="Spara", exact=True).last.click()

    expect(utan_roller.locator("main")).to_contain_text("Ingen ansvarig utsedd: Vi kommer överens i vår.")


def test_ingen_fragar_efter_skalet_nar_nagon_ar_vald(utan_roller: Page) -> None:
    rad = utan_roller.get_by_role("group", name="Aktör 1", exact=True)

    rad.get_by_label("Aktör", exact=True).select_option("Huddinge kommun")

    expect(utan_roller.get_by_label("Ingen ansvarig? Skriv varför")).to_be_hidden()
    rad.get_by_label("Roll").select_option("Medverkande")
    expect(utan_roller.get_by_label("Ingen ansvarig? Skriv varför")).to_be_visible()
