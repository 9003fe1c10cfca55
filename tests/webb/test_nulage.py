"""The browser's own print of läget is one tidy A4."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from aktorer.models import Anvandare
from insatser.models import Handlingsplan, Mote, Samverkansorgan
from tests.pdftext import A4, oppna

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("farger", ["light", "dark"])
def test_laget_skrivs_ut_pa_en_a4(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare, farger: str
) -> None:
    """With what there mostly is: a decided plan with late aktiviteter, and möten."""
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad")
    styrgrupp = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    for datum in (date(2026, 10, 12), timezone.localdate() + timedelta(days=14)):
        Mote.objects.create(organ=styrgrupp, datum=datum, plats="Kommunhuset")
    logga_in(planerare)
    sida.emulate_media(color_scheme=farger)  # type: ignore[arg-type]
    sida.goto("/flemingsberg/oversikt/")
    sida.get_by_role("link", name="Läget på en sida").click()
    sida.wait_for_url("**/flemingsberg/laget/")

    utskrift = oppna(sida.pdf(prefer_css_page_size=True))

    assert [(round(float(s.MediaBox[2])), round(float(s.MediaBox[3]))) for s in utskrift.pages] == [A4]
    dolda = sida.locator(".top, .foot, .do")
    sida.emulate_media(media="print")
    assert [d.is_visible() for d in dolda.all()] == [False] * dolda.count() != []
