"""The insatskarta's table worked in by keyboard: cells opened, saved, left, and a conflict in the cell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from aktorer.models import Anvandare
from insatser.andringar import insats as andringar
from insatser.models import Insats

pytestmark = pytest.mark.django_db(transaction=True)

KARTA = "/flemingsberg/insatskarta/?vy=tabell&malomrade=1&typ=karnspecifik"


def _insats(ordning: int) -> Insats:
    return Insats.objects.get(malomrade__nummer=1, ordning=ordning, malomrade__program__slug="fardplaner-2026")


def _cell(sida: Page, ordning: int, falt: str) -> str:
    return f"#cell-{_insats(ordning).pk}-{falt}"


@pytest.fixture
def tabellen(sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare) -> Page:
    logga_in(planerare)
    sida.goto(KARTA)
    return sida


def test_celler_andras_fran_tangentbordet(tabellen: Page) -> None:
    titel, typ, nasta = (_cell(tabellen, n, f) for n, f in ((3, "titel"), (3, "typ"), (4, "titel")))
    tangent = tabellen.keyboard.press
    tabellen.locator(f"{titel} .penna").focus()

    # Tab saves and goes on, Enter saves and goes down.
    tangent("F2")
    expect(tabellen.locator(f"{titel} input[name=titel]")).to_be_focused()
    tangent("End")
    tabellen.keyboard.type(" nu")
    tangent("Tab")
    expect(tabellen.locator(f"{typ} .penna")).to_be_focused()
    expect(tabellen.locator("#besked")).to_contain_text("Sparat: titeln för 1.3.")
    tangent("ArrowLeft")
    tangent("Enter")
    tabellen.locator(f"{titel} input[name=titel]").fill("Bygg om Hälsovägen")
    tangent("Enter")
    expect(tabellen.locator(f"{nasta} .penna")).to_be_focused()
    assert _insats(3).titel == "Bygg om Hälsovägen"

    # Escape leaves it as it was, and what was typed does not come back.
    tangent("ArrowUp")
    tangent("Enter")
    tabellen.locator(f"{titel} input[name=titel]").fill("Strunt")
    tangent("Escape")
    expect(tabellen.locator(f"{titel} .penna")).to_be_focused()
    tangent("Enter")
    expect(tabellen.locator(f"{titel} input[name=titel]")).to_have_value("Bygg om Hälsovägen")
    expect(tabellen.locator(f"{titel} input[name=titel]")).to_be_focused()
    # Nothing was changed: nothing is written.
    tangent("Tab")
    expect(tabellen.locator(f"{typ} .penna")).to_be_focused()
    assert _insats(3).titel == "Bygg om Hälsovägen"
    # The pens are one stop.
    assert tabellen.locator(".penna[tabindex='0']").count() == 1


def test_en_cell_gar_att_spara_i_samma_stund_som_den_oppnas(tabellen: Page) -> None:
    titel = _cell(tabellen, 3, "titel")
    tabellen.evaluate(
        """() => new MutationObserver((_, vakt) => {
          const form = document.querySelector(".cellform");
          if (!form) return;
          vakt.disconnect();
          form.elements.titel.value = "Snabbt skriven";
          form.requestSubmit();
        }).observe(document.body, {childList: true, subtree: true})"""
    )

    tabellen.locator(f"{titel} .penna").press("F2")

    expect(tabellen.locator("#besked")).to_contain_text("Sparat: titeln för 1.3.")
    expect(tabellen.locator(f"{titel} .penna")).to_be_focused()  # the page is the same: nothing was loaded anew


def test_en_krock_star_i_cellen_och_avgors_dar(tabellen: Page, planerare: Anvandare) -> None:
    titel = _cell(tabellen, 3, "titel")
    tangent = tabellen.keyboard.press
    tabellen.locator(f"{titel} .penna").click()
    tabellen.locator(f"{titel} input[name=titel]").fill("Min titel")
    rad = _insats(3)
    andringar.andra(av=None, insats=rad, version=rad.version, titel="Deras titel")

    tangent("Enter")
    fel = tabellen.locator(f"{titel} .fel")
    expect(fel).to_be_focused()
    expect(fel).to_contain_text("Det står nu: Deras titel")
    expect(fel).to_contain_text("Du skrev: Min titel")
    assert Axe().run(tabellen).response["violations"] == []

    # A key pressed once more overwrites nothing; the button does.
    tangent("Enter")
    assert _insats(3).titel == "Deras titel"
    tabellen.get_by_role("button", name="Spara mitt ändå").click()
    expect(tabellen.locator(f"{titel} .penna")).to_be_focused()
    assert _insats(3).titel == "Min titel"

    tabellen.get_by_role("button", name="Ångra").click()
    expect(tabellen.locator("#besked")).to_contain_text("Det är ångrat.")
    assert tabellen.url.endswith(KARTA)
    assert _insats(3).titel == "Deras titel"


def test_en_vagran_star_i_cellen(tabellen: Page) -> None:
    titel = _cell(tabellen, 3, "titel")
    tabellen.locator(f"{titel} .penna").click()
    tabellen.locator(f"{titel} input[name=titel]").fill("")

    tabellen.keyboard.press("Tab")

    expect(tabellen.locator(f"{titel} .fel")).to_contain_text("måste fyllas i")
    assert Axe().run(tabellen).response["violations"] == []
    tabellen.keyboard.press("Escape")
    expect(tabellen.locator(f"{titel} .penna")).to_be_focused()
