"""A word that is longer than a phone is wide is broken, and the page is not widened by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from aktorer.models import Aktor, Anvandare
from insatser.models import Insats

pytestmark = pytest.mark.django_db(transaction=True)

ORD = "Samhällsbyggnadsförvaltningarnassamverkan"
SIDOR = [
    "/",
    "/flemingsberg/",
    "/flemingsberg/oversikt/",
    "/flemingsberg/laget/",
    "/flemingsberg/insatser/1.3/",
    "/flemingsberg/insatskarta/",
    "/aktorer/",
    "/aktorer/huddinge-kommun/",
    "/oversikt/",
    f"/sok/?q={ORD}",
    "/mitt-arbete/",
]


def test_ett_langt_ord_gor_ingen_sida_bredare(
    sida: Page, logga_in: Callable[[Anvandare], None], styrgrupp: Anvandare
) -> None:
    Insats.objects.filter(malomrade__nummer=1, ordning=3).update(titel=f"{ORD} kring Hälsovägen")
    Aktor.objects.filter(slug="huddinge-kommun").update(namn=f"{ORD} i Huddinge")
    sida.set_viewport_size({"width": 320, "height": 800})
    logga_in(styrgrupp)

    bredder = {}
    for adress in SIDOR:
        sida.goto(adress)
        bredder[adress] = sida.evaluate("document.documentElement.scrollWidth")

    assert bredder == dict.fromkeys(SIDOR, 320)
