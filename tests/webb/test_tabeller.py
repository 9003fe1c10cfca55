"""Tables that are folded in a narrow place: no word is broken in the middle, and none is wider than its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from aktorer.models import Anvandare
from tests.klocka import PLAN

pytestmark = pytest.mark.django_db(transaction=True)

SIDOR = [
    PLAN,
    "/flemingsberg/handlingsplan/2009/",
    "/flemingsberg/handlingsplan/2009/version/1/",
    "/flemingsberg/insatser/1.3/",
    "/flemingsberg/oversikt/",
    "/flemingsberg/laget/",
    "/flemingsberg/organ/",
    "/oversikt/",
    "/aktorer/",
    "/aktorer/huddinge-kommun/",
    "/aktorer/stockholms-lans-landsting/",
    "/arenden/",
]
A4 = 680  # px between the margins

# Words that lie on two lines, and the tables that are wider than what they stand in.
BRISTER = r"""
() => [...document.querySelectorAll(".fall")].filter((t) => t.checkVisibility()).flatMap((tabell) => {
  const fel = tabell.getBoundingClientRect().right > tabell.parentElement.getBoundingClientRect().right + 1
    ? [tabell.caption.textContent] : [];
  const texter = document.createTreeWalker(tabell, NodeFilter.SHOW_TEXT);
  while (texter.nextNode()) {
    const text = texter.currentNode, clip = text.parentElement.closest("caption, thead, .dold");
    if (clip && getComputedStyle(clip).position === "absolute") continue;
    for (const ord of text.data.matchAll(/[\p{L}\p{N}]+/gu)) {
      const del = document.createRange();
      del.setStart(text, ord.index);
      del.setEnd(text, ord.index + ord[0].length);
      if (new Set([...del.getClientRects()].map((r) => Math.round(r.top))).size > 1) fel.push(ord[0]);
    }
  }
  return fel;
})
"""


@pytest.mark.parametrize(
    ("bredd", "medium"),
    [(320, "screen"), (375, "screen"), (768, "screen"), (1024, "screen"), (1440, "screen"), (A4, "print")],
)
def test_inget_ord_bryts_och_inget_sticker_ut(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare, bredd: int, medium: str
) -> None:
    logga_in(planerare)
    sida.set_viewport_size({"width": bredd, "height": 900})
    sida.emulate_media(media=medium)  # type: ignore[arg-type]
    fel = {}
    for adress in SIDOR:
        sida.goto(adress)
        sida.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        fel[adress] = sida.evaluate(BRISTER)

    assert {adress: brister for adress, brister in fel.items() if brister} == {}
