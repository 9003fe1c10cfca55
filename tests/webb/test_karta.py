"""The insatskarta as one meets it: what is seen at once, chips, density, and an insats beside the map."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)
KARTA = "/flemingsberg/insatskarta/"


def test_forsta_kortet_syns_direkt_och_oppnas_bredvid_kartan(sida: Page) -> None:
    sida.set_viewport_size({"width": 1440, "height": 900})
    sida.goto(KARTA)
    assert sida.locator(".kort").first.bounding_box()["y"] <= 400  # type: ignore[index]

    sida.get_by_role("link", name="Verka för att Södertörns högskola blir universitet").click()
    expect(sida.get_by_role("heading", name="2.3 Verka för")).to_be_focused()
    expect(sida).to_have_url(re.compile(r"/insatskarta/\?visa=2\.3$"))
    sida.reload()
    expect(sida.locator("[data-visad]")).to_contain_text("Vad vi ska göra")

    sida.keyboard.press("Tab")
    sida.locator("[data-stang]").press("Escape")
    expect(sida.locator("[data-visad]")).to_have_count(0)
    expect(sida.locator('[data-bredvid="2.3"]')).to_be_focused()
    sida.go_back()
    expect(sida.locator("[data-visad]")).to_be_visible()

    sida.set_viewport_size({"width": 390, "height": 800})
    sida.locator('[data-bredvid="1.1"]').click()
    expect(sida).to_have_url(re.compile(r"/flemingsberg/insatser/1\.1/$"))


def test_chips_raknar_om_och_tatheten_minns(sida: Page) -> None:
    sida.set_viewport_size({"width": 1440, "height": 900})
    sida.goto(KARTA)
    sida.get_by_label("Avviker").press("Space")
    expect(sida.locator("#karta")).to_contain_text("1 av 18 insatser")
    expect(sida.get_by_label("Avviker")).to_be_focused()
    expect(sida.get_by_label("Gemensamma")).to_have_accessible_name("Gemensamma 0")
    sida.get_by_label("Risk för avvikelse").check()
    expect(sida.locator("#karta")).to_contain_text("4 av 18 insatser")

    sida.get_by_role("button", name="Luftig").click()
    sida.goto(KARTA)
    expect(sida.get_by_role("button", name="Luftig")).to_have_attribute("aria-pressed", "true")


def test_en_meny_i_huvudet_oppnas_och_stangs(gaende: Page) -> None:
    gaende.goto(KARTA)
    hamta = gaende.get_by_text("Hämta", exact=True)
    hamta.press("Enter")
    expect(gaende.get_by_role("link", name="Affisch (PDF)")).to_be_visible()
    if gaende.evaluate("document.documentElement.classList.contains('js')"):
        gaende.get_by_role("link", name="Affisch (PDF)").press("Escape")
        expect(hamta).to_be_focused()
        hamta.press("Enter")
        gaende.get_by_role("heading", level=1).click()
    else:
        hamta.press("Enter")
    expect(gaende.get_by_role("link", name="Affisch (PDF)")).to_be_hidden()
