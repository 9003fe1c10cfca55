"""An aktör's page on a phone, by keyboard, and printed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alla_publicerade")]

SIDAN = "/aktorer/region-stockholm/"
INSATS = "/flemingsberg/insatser/1.1/"


def test_sidan_gar_att_overblicka_pa_en_telefon(gaende: Page) -> None:
    gaende.set_viewport_size({"width": 375, "height": 812})
    gaende.goto(SIDAN)

    hojd = gaende.locator("main").bounding_box()
    assert hojd
    assert hojd["height"] < 5 * 812
    expect(gaende.locator(".siffror strong").first).to_be_in_viewport()


def test_en_stadskarna_oppnas_med_tangentbordet(gaende: Page) -> None:
    gaende.goto(SIDAN)
    karna = gaende.locator(".karna", has_text="Flemingsberg").first

    karna.locator("summary").focus()
    gaende.keyboard.press("Enter")

    expect(karna.locator(f"a[href='{INSATS}']")).to_be_visible()


def test_det_hopvikta_skrivs_ut(gaende: Page) -> None:
    gaende.goto(SIDAN)
    rader = gaende.locator(f".karna a[href='{INSATS}']")
    expect(rader).to_be_hidden()

    gaende.emulate_media(media="print")

    lada = rader.bounding_box()
    assert lada
    assert lada["height"] > 5
    expect(gaende.locator("#platser a").first).to_be_visible()
