"""What was typed is still there: after a refusal, a lost network and a page that was left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from aktorer.models import Anvandare
from insatser.models import Insats
from insatser.regler.bilagetyp import STORST

pytestmark = pytest.mark.django_db(transaction=True)

REDIGERA = "/flemingsberg/insatser/1.4/redigera/"
TILLBAKA = "Det du skrev förra gången är tillbaka."


@pytest.fixture
def skrivet(sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare) -> Page:
    """The form of 1.4, with a text half written."""
    logga_in(planerare)
    sida.goto(REDIGERA)
    sida.locator("[name=text]").fill("Det jag skrev")
    return sida


def test_efter_en_ny_inloggning_i_en_annan_flik(
    skrivet: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare
) -> None:
    skrivet.context.clear_cookies()
    logga_in(planerare)

    skrivet.get_by_role("button", name="Spara", exact=True).click()
    expect(skrivet.locator("#natfel")).to_contain_text("Inget är sparat")
    skrivet.reload()

    expect(skrivet.locator("[name=text]")).to_have_value("Det jag skrev")
    expect(skrivet.get_by_text(TILLBAKA)).to_be_visible()
    skrivet.get_by_role("button", name="Spara", exact=True).click()
    skrivet.wait_for_url("**/insatser/1.4/")
    assert Insats.objects.get(malomrade__nummer=1, ordning=4).text == "Det jag skrev"


def test_det_som_skickas_nar_man_har_loggat_ut_i_en_annan_flik(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare
) -> None:
    logga_in(planerare)
    sida.goto("/flemingsberg/insatskarta/klistra/")
    sida.locator("[name=celler]").fill("Nummer\tTitel")
    sida.evaluate("localStorage.clear()")  # as the other tab does
    sida.context.clear_cookies(name="sessionid")
    sida.locator("main form button.main").click()
    expect(sida.get_by_text("så det du skrev är inte sparat")).to_be_visible()

    logga_in(planerare)
    sida.goto("/flemingsberg/insatskarta/klistra/")

    expect(sida.locator("[name=celler]")).to_have_value("Nummer\tTitel")


def test_det_som_ar_for_stort_for_servern(skrivet: Page, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100 - STORST  # so that this form is more than may be sent, with a file
    skrivet.get_by_role("button", name="Spara", exact=True).click()
    expect(skrivet.locator("#natfel")).to_contain_text("Välj en mindre fil")
    expect(skrivet.locator("[name=text]")).to_have_value("Det jag skrev")


def test_utan_nat_och_en_annan_sida_emellan(skrivet: Page) -> None:
    skrivet.context.set_offline(True)
    skrivet.get_by_role("button", name="Spara", exact=True).click()
    expect(skrivet.locator("#natfel")).to_contain_text("det sparas bara en gång")
    skrivet.context.set_offline(False)

    skrivet.goto("/flemingsberg/")
    skrivet.goto(REDIGERA)

    expect(skrivet.locator("[name=text]")).to_have_value("Det jag skrev")


def test_det_som_skrevs_fore_ett_fel_ar_kvar_nar_mer_har_skrivits(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare
) -> None:
    logga_in(planerare)
    sida.goto("/flemingsberg/insatser/ny/")
    sida.locator("[name=text]").fill("Det jag skrev")
    sida.get_by_role("button", name="Spara", exact=True).click()
    expect(sida.locator(".errorlist").first).to_be_visible()

    sida.locator("[name=titel]").fill("Prov")
    sida.reload()

    expect(sida.locator("[name=text]")).to_have_value("Det jag skrev")
    expect(sida.locator("[name=titel]")).to_have_value("Prov")


def test_det_som_sparats_eller_kastats_kommer_inte_tillbaka(skrivet: Page) -> None:
    fore = Insats.objects.get(malomrade__nummer=1, ordning=4).text
    skrivet.reload()
    skrivet.get_by_role("button", name="Kasta det").click()
    expect(skrivet.locator("[name=text]")).to_have_value(fore)

    skrivet.locator("[name=text]").fill("Sparat")
    skrivet.get_by_role("button", name="Spara", exact=True).click()
    skrivet.wait_for_url("**/insatser/1.4/")
    skrivet.goto(REDIGERA)

    expect(skrivet.get_by_text(TILLBAKA)).to_have_count(0)


@pytest.mark.parametrize("adress", ["/flemingsberg/fardriktning/2/", "/aktorer/huddinge-kommun/redigera/"])
def test_det_sparade_oppnas_som_det_sparades(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare, adress: str
) -> None:
    logga_in(planerare)
    sida.goto(adress)
    sida.locator("main textarea").first.fill("Sparat en gång")
    sida.get_by_role("button", name="Spara", exact=True).click()
    expect(sida.locator("#besked .success")).to_be_visible()

    sida.goto(adress)

    expect(sida.locator("main textarea").first).to_have_value("Sparat en gång")
    expect(sida.get_by_text(TILLBAKA)).to_have_count(0)
    assert sida.evaluate("Object.keys(localStorage)") == []


def test_ingen_annan_far_se_det(skrivet: Page, logga_in: Callable[[Anvandare], None], administrator: Anvandare) -> None:
    """Neither when another one logs in, nor after one has logged out."""
    skrivet.context.clear_cookies()
    logga_in(administrator)
    skrivet.goto(REDIGERA)
    expect(skrivet.get_by_text(TILLBAKA)).to_have_count(0)
    efter_byte = skrivet.evaluate("Object.keys(localStorage)")
    skrivet.locator("[name=text]").fill("Administratörens ord")
    kvar = skrivet.evaluate("Object.keys(localStorage)")

    skrivet.get_by_role("button", name="Logga ut").click()
    skrivet.wait_for_load_state()

    assert (efter_byte, len(kvar), skrivet.evaluate("Object.keys(localStorage)")) == ([], 1, [])
