"""From a filtered insatskarta to an insats, through it, and back to where one was; with and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.webb.test_vandring import _logga_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_urvalet_foljer_med_genom_det_man_gor_och_tillbaka(gaende: Page) -> None:
    _logga_in(gaende, "planerare")
    gaende.goto("/flemingsberg/insatskarta/?typ=karnspecifik&vy=tabell")
    gaende.locator(".tabell tbody th").nth(1).get_by_role("link").first.click()
    forst = gaende.get_by_role("heading", level=1).inner_text()

    gaende.get_by_role("link", name="Ändra titel och text").click()
    gaende.get_by_label("Titel").fill("Ny titel i urvalet")
    gaende.get_by_role("button", name="Spara", exact=True).click()
    expect(gaende.locator("#besked")).to_contain_text("Texten är sparad.")
    gaende.get_by_text("Pausad", exact=True).click()
    gaende.get_by_text("Enligt plan", exact=True).last.click()
    gaende.get_by_label("Vad har hänt").fill("Väntar på beslut.")
    gaende.get_by_role("button", name="Spara läget").click()
    expect(gaende.locator("#besked")).to_contain_text("är sparat")

    gaende.locator("a[rel=next]").click()
    expect(gaende.locator("a[rel=prev]")).to_contain_text("Ny titel i urvalet")
    gaende.get_by_role("link", name="Insatskarta (ditt urval)").click()
    expect(gaende.locator("#karta")).to_contain_text("9 av 18 insatser")
    expect(gaende.locator(".tabell tbody th").nth(1)).to_contain_text("Ny titel i urvalet")
    assert forst not in gaende.locator(".tabell").inner_text()


def test_det_som_valts_innan_htmx_kommit_galler_anda(sida: Page) -> None:
    vantar: list[Route] = []
    sida.route("**/htmx*.js", lambda rutt: vantar.append(rutt))  # noqa: PLW0108  Playwright marks what it is given
    sida.goto("/flemingsberg/insatskarta/", wait_until="commit")
    sida.get_by_label("Kärnspecifika").check(force=True)

    vantar[0].continue_()

    expect(sida.locator("#karta")).to_contain_text("9 av 18 insatser")


def test_en_sida_fragar_inte_om_innan_nagot_ar_valt(sida: Page) -> None:
    fragade: list[str] = []
    sida.on("request", lambda fraga: fragade.append(fraga.url) if "hx-request" in fraga.headers else None)

    sida.goto("/flemingsberg/insatskarta/?typ=karnspecifik", wait_until="networkidle")

    assert fragade == []
