"""What of the pages that are read in a meeting comes on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from aktorer.models import Anvandare

pytestmark = pytest.mark.django_db(transaction=True)

SIDOR = [f"/flemingsberg/{s}" for s in ("", "oversikt/", "lagesbild/", "nytt/", "organ/", "nyheter/")]
# Links that are all there is in their block lead on a screen, and nowhere on paper.
LANKRADER = """() => [...document.querySelectorAll("main :is(p, ul, nav, span)")].filter((rad) => {
    const lankar = [...rad.querySelectorAll(":scope > a, :scope > button")].filter((a) => a.checkVisibility());
    const text = lankar.map((a) => a.innerText).join("").replace(/\\s/g, "");
    const leder = /^(Visa|Jämför|Alla|Läs|Ändra|Historik|Hämta)/.test(text);
    return leder && text === rad.innerText.replace(/\\s/g, "");
}).map((rad) => rad.innerText)"""


def test_lankrader_och_knappar_kommer_inte_pa_papper(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare
) -> None:
    logga_in(planerare)
    kvar = []
    for adress in [*SIDOR, "/oversikt/", "/mitt-arbete/"]:
        sida.goto(adress)
        sida.emulate_media(media="print")
        knappar = sida.locator("main :is(.button, nav, input):visible").all_inner_texts()
        kvar += [(adress, text) for text in [*knappar, *sida.evaluate(LANKRADER)]]
        sida.emulate_media(media="screen")

    assert kvar == []
