"""axe finds nothing on any page, and no page is wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from aktorer.models import Anvandare

pytestmark = pytest.mark.django_db(transaction=True)

OPPNA = [
    "/",
    "/flemingsberg/",
    "/flemingsberg/insatskarta/",
    "/flemingsberg/insatskarta/?vy=tabell",
    "/flemingsberg/insatskarta/?vy=matris",
    "/flemingsberg/insatskarta/?q=finns-inte",
    "/flemingsberg/insatser/1.3/",
    "/flemingsberg/insatser/1.1/",
    "/flemingsberg/handlingsplan/",
    "/taby-arninge/insatskarta/",
    "/flemingsberg/organ/",
    "/aktorer/",
    "/aktorer/karnkommunerna/",
    "/aktorer/huddinge-kommun/",
    "/konto/logga-in/",
    "/om/tillganglighet/",
    "/finns-inte/",
]
PLANERARENS = [
    "/flemingsberg/insatskarta/",
    "/flemingsberg/insatskarta/import/",
    "/flemingsberg/redigera/",
    "/flemingsberg/fardriktning/1/",
    "/flemingsberg/insatser/ny/",
    "/flemingsberg/insatser/1.3/",
    "/flemingsberg/insatser/1.3/redigera/",
    "/flemingsberg/insatser/1.3/roller/",
    "/flemingsberg/insatser/1.3/flytta/",
    "/flemingsberg/insatser/1.3/avfor/",
    "/flemingsberg/insatser/1.3/samband/",
    "/flemingsberg/insatser/1.3/lage/",
    "/flemingsberg/insatser/1.3/historik/",
    "/flemingsberg/handlingsplan/2026-2027/",
    "/flemingsberg/handlingsplan/2026-2027/prioritera/",
    "/flemingsberg/handlingsplan/2026-2027/besluta/",
    "/flemingsberg/organ/ny/",
    "/flemingsberg/handlingsplan/2026-2027/prioritera/1.3/aktivitet/",
    "/flemingsberg/handlingsplan/2026-2027/prioritera/1.3/skal/",
    "/flemingsberg/handlingsplan/ny/",
    "/aktorer/ny/",
    "/aktorer/huddinge-kommun/redigera/",
    "/konto/losenord/",
    "/konto/logga-ut/",
    "/mitt-arbete/",
]


def _brister(sida: Page, adresser: list[str], bredd: int, farger: str) -> list[str]:
    """What is wrong, page by page: axe's violations and sideways scrolling."""
    sida.set_viewport_size({"width": bredd, "height": 900})
    sida.emulate_media(color_scheme=farger)  # type: ignore[arg-type]
    brister = []
    for adress in adresser:
        sida.goto(adress)
        svar = Axe().run(sida).response
        brister += [f"{adress} {v['id']}: {[n['target'] for n in v['nodes']]}" for v in svar["violations"]]
        for_brett = sida.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if for_brett:
            brister.append(f"{adress} är {for_brett} px för bred vid {bredd} px")
    return brister


@pytest.mark.parametrize(("bredd", "farger"), [(1440, "light"), (320, "light"), (768, "dark")])
def test_open_pages(sida: Page, bredd: int, farger: str) -> None:
    assert _brister(sida, OPPNA, bredd, farger) == []


@pytest.mark.parametrize(("bredd", "farger"), [(1440, "light"), (320, "dark")])
def test_pages_behind_login(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare, bredd: int, farger: str
) -> None:
    logga_in(planerare)

    assert _brister(sida, PLANERARENS, bredd, farger) == []


def test_a_form_with_faults(sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare) -> None:
    logga_in(planerare)
    sida.goto("/flemingsberg/insatser/1.3/redigera/")
    sida.get_by_label("Titel").fill("")
    sida.get_by_role("button", name="Spara", exact=True).click()
    sida.locator(".errorlist").wait_for()

    assert Axe().run(sida).response["violations"] == []
