"""What was saved is said where the work is, and moves nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from aktorer.models import Anvandare
from tests.klocka import PLAN

pytestmark = pytest.mark.django_db(transaction=True)

FOLJER_MED = re.compile("foljer-med")
RUBRIKENS_PLATS = "document.querySelector('h1').getBoundingClientRect().top + scrollY"


def test_det_som_foljer_med_lamnar_sin_plats_tom(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare
) -> None:
    logga_in(planerare)
    sida.goto(PLAN)
    sida.locator(r"#insats-3\.4").get_by_role("link", name="Ny aktivitet").click()
    sida.get_by_label("Vad ska göras?").fill("Pröva")
    sida.get_by_role("button", name="Spara", exact=True).click()

    expect(sida.locator("#besked")).to_have_class(FOLJER_MED)
    medan = sida.evaluate(RUBRIKENS_PLATS)
    sida.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    expect(sida.locator("#besked")).not_to_have_class(FOLJER_MED)

    assert sida.evaluate(RUBRIKENS_PLATS) == medan


def test_det_foljer_med_dit_sidan_rullas_efter_en_knapp(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare
) -> None:
    logga_in(planerare)
    sida.goto("/flemingsberg/insatser/1.4/")
    sida.locator("main textarea[name=text]").fill("Ring Anna")
    sida.get_by_role("button", name="Skriv kommentaren").click()
    sida.get_by_role("button", name="Ta bort kommentaren").click()

    expect(sida.locator("#besked")).to_contain_text("Kommentaren är borttagen här, men finns i historiken.")
    expect(sida.locator("#besked")).to_have_class(FOLJER_MED)
