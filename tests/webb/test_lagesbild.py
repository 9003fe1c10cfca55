"""The charts of the lägesbild on a screen of any width."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

BILD = ".indikator:has(.linjer:not(.prov))"


@pytest.mark.parametrize(
    ("bredd", "syns"), [(320, "smalbild"), (375, "smalbild"), (768, "bredbild"), (1440, "bredbild")]
)
def test_diagrammet_ryms_och_gar_att_lasa(sida: Page, bredd: int, syns: str) -> None:
    sida.set_viewport_size({"width": bredd, "height": 800})
    sida.goto("/flemingsberg/lagesbild/")
    for mer in sida.locator(f"{BILD} > .vik > summary").all():
        mer.click()

    synliga = sida.locator(f"{BILD} .linjer:not(.prov):visible")
    klasser = synliga.evaluate_all("(bilder) => bilder.map((b) => b.classList[1])")
    utanfor = synliga.locator("text").evaluate_all(
        """(ord) => ord.filter((o) => {
            const r = o.getBoundingClientRect(), panel = o.closest(".indikator").getBoundingClientRect();
            return r.left < panel.left || r.right > panel.right;
        }).map((o) => o.textContent)"""
    )
    smatt = synliga.locator("text").evaluate_all(
        "(ord) => ord.filter((o) => o.getBoundingClientRect().height < 11).map((o) => o.textContent)"
    )

    assert klasser == [syns] * sida.locator(BILD).count()
    assert (utanfor, smatt) == ([], [])
    assert sida.locator(f"{BILD} .serier").first.is_visible() is (syns == "smalbild")


@pytest.mark.parametrize("bredd", [768, 1440])
def test_siffror_och_linjer_star_i_hojd_med_varandra(sida: Page, bredd: int) -> None:
    sida.set_viewport_size({"width": bredd, "height": 900})
    sida.goto("/flemingsberg/lagesbild/")

    rader = sida.locator(".indikatorer").evaluate_all(
        """(falt) => falt.map((f) => ["h3", ".mot", "summary"].map((vad) => [...f.children].map(
            (i) => Math.round(i.querySelector(vad).getBoundingClientRect().top - i.getBoundingClientRect().top))))"""
    )

    assert [len(set(hojder)) for falt in rader for hojder in falt] == [1] * 12
    assert sida.locator(".gnista:visible").count() == 4
