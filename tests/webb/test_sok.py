"""Searching with the keyboard, from any page, and as one types."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_snedstreck_gar_till_faltet_och_enter_soker(sida: Page) -> None:
    sida.set_viewport_size({"width": 1440, "height": 900})
    sida.goto("/flemingsberg/")

    sida.keyboard.press("/")
    sida.keyboard.type("hälsovägen")
    sida.keyboard.press("Enter")

    expect(sida).to_have_url("/sok/?q=h%C3%A4lsov%C3%A4gen")
    expect(sida.get_by_role("heading", name="Insatser")).to_be_visible()


def test_traffarna_kommer_medan_man_skriver(sida: Page) -> None:
    sida.goto("/sok/")

    sida.locator("#sokord").press_sequentially("polis")

    expect(sida.get_by_role("link", name="Polisen")).to_be_visible()
    expect(sida).to_have_url("/sok/?q=polis")
    expect(sida.get_by_role("status").filter(has_text="träff")).to_have_count(1)  # told to who does not see them


def test_pa_telefonen_leder_snedstrecket_och_ikonen_till_sidan(sida: Page) -> None:
    sida.set_viewport_size({"width": 360, "height": 740})
    sida.goto("/flemingsberg/")

    sida.get_by_role("banner").get_by_role("link", name="Sök").click()

    expect(sida.locator("#sokord")).to_be_focused()
