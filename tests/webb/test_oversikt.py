"""The tables of the översikt on a screen of any width."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page

from aktorer.models import Anvandare
from insatser.regler.fordelning import BEDOMNINGAR, STATUSAR

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("adress", ["/flemingsberg/oversikt/", "/oversikt/"])
@pytest.mark.parametrize("bredd", [768, 1440])
def test_varje_kolumn_har_sitt_ord(
    sida: Page, logga_in: Callable[[Anvandare], None], styrgrupp: Anvandare, adress: str, bredd: int
) -> None:
    sida.set_viewport_size({"width": bredd, "height": 900})
    logga_in(styrgrupp)
    sida.goto(adress)
    sida.get_by_text("Samma insatser efter status").click()

    huvuden = sida.locator(".varmekarta thead th:not(:first-child)")
    orden = [ord_.strip() for ord_ in huvuden.all_inner_texts()]
    lador = [lada for th in huvuden.locator(".ord").all() if (lada := th.bounding_box())]

    assert orden == [*BEDOMNINGAR.values(), "Alla", *STATUSAR.values(), "Alla"]
    assert all(lada["width"] > 10 and lada["height"] > 10 for lada in lador)
    for en, nasta in pairwise(lador):
        pa_samma_rad = en["y"] < nasta["y"] + nasta["height"] and nasta["y"] < en["y"] + en["height"]
        assert not pa_samma_rad or nasta["x"] < en["x"] or en["x"] + en["width"] <= nasta["x"]
