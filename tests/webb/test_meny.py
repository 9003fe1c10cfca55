"""The two rows of the menu: nothing in them is cut off, covered or out of reach, whatever the screen and the role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from aktorer.models import Anvandare

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alla_publicerade")]

KISTA = "/kista-sollentuna-haggvik/"  # the longest name
BREDDER = [320, 375, 768, 1024, 1280, 1440, 2560]
KNAPPAR = {"Meny", "Sidor", "Stadskärnor"}
FOR_ALLA = {"Färdplan", "Sök", "Aktörer", "Ärenden"}
I_KARNAN = {"Kista Sollentuna-Häggvik", "Insatskarta", "Handlingsplan", "Lägesbild", "Styrgrupp och möten"}
PA_INLOGGAD = {
    "Mitt konto",
    "Mitt arbete",
    "Översikt över alla stadskärnor",
    "Så står det till",
    "Uppföljning",
    "Logga ut",
}

# (what stands in the menu, what of it cannot be read whole where it stands).
MENYN = r"""
() => {
  const poster = [...document.querySelectorAll(".top :is(a, button, summary)")].filter((p) => p.checkVisibility());
  const ord = (p) => p.innerText.replace(/\s+/g, " ").trim();
  const skymd = (p) => {
    const text = document.createRange();
    text.selectNodeContents(p);
    if (p.querySelector(".dold")) text.setEndBefore(p.querySelector(".dold"));
    const ruta = text.getBoundingClientRect(), mitt = (ruta.top + ruta.bottom) / 2;
    if (ruta.left < 0 || ruta.right > innerWidth || p.scrollWidth > p.clientWidth) return true;
    return [ruta.left + 1, ruta.right - 1].some((x) => !p.contains(document.elementFromPoint(x, mitt)));
  };
  return [poster.map(ord), poster.filter(skymd).map(ord), document.documentElement.scrollWidth - innerWidth];
}
"""


def _oppna(sida: Page, *knappar: str) -> None:
    for namn in knappar:
        knapp = sida.locator(".top summary", has_text=namn)
        if knapp.is_visible():
            knapp.click()


@pytest.mark.parametrize("bredd", BREDDER)
@pytest.mark.parametrize("vem", [None, "planerare"])
def test_inget_i_menyn_kapas(
    sida: Page,
    logga_in: Callable[[Anvandare], None],
    request: pytest.FixtureRequest,
    vem: str | None,
    bredd: int,
) -> None:
    if vem:
        logga_in(request.getfixturevalue(vem))
    sida.set_viewport_size({"width": bredd, "height": 1400})
    sida.goto(f"{KISTA}insatskarta/")

    _oppna(sida, "Meny", "Sidor")
    sidor, kapade, for_brett = sida.evaluate(MENYN)
    _oppna(sida, "Stadskärnor")
    med_karnorna, skymda_da, _ = sida.evaluate(MENYN)

    alla = FOR_ALLA | I_KARNAN | (PA_INLOGGAD if vem else {"Logga in"})
    assert (set(sidor) - KNAPPAR, kapade, for_brett) == (alla, [], 0)
    assert len(med_karnorna) == len(sidor) + 1 + 8
    # Where it lies over the page it covers some of the second row, never what stands in the first or in itself.
    assert set(skymda_da) <= I_KARNAN | {"Så står det till", "Uppföljning"}


@pytest.mark.parametrize("bredd", [375, 1280])
def test_menyn_leder_mellan_karnor_och_sidor(gaende: Page, bredd: int) -> None:
    """With JavaScript and without it."""
    gaende.set_viewport_size({"width": bredd, "height": 900})
    gaende.goto(f"{KISTA}insatskarta/")

    _oppna(gaende, "Meny", "Stadskärnor")
    expect(gaende.locator(".karnval [aria-current]")).to_have_text("Kista Sollentuna-Häggvik")
    gaende.locator(".karnval").get_by_role("link", name="Flemingsberg").click()
    gaende.wait_for_url("**/flemingsberg/")
    _oppna(gaende, "Sidor")
    gaende.get_by_role("navigation", name="Flemingsberg").get_by_role("link", name="Styrgrupp och möten").click()

    expect(gaende.get_by_role("heading", level=1)).to_have_text("Styrgrupp och möten")
    assert gaende.url.endswith("/flemingsberg/organ/")


def test_listan_over_karnor_stangs_nar_man_lamnar_den(sida: Page) -> None:
    sida.set_viewport_size({"width": 1280, "height": 900})
    sida.goto("/")
    knapp, lista = sida.locator(".byt > summary"), sida.locator(".karnval")

    knapp.press("Enter")
    expect(lista).to_be_visible()
    lista.get_by_role("link").first.press("Escape")
    expect(lista).to_be_hidden()
    expect(knapp).to_be_focused()

    knapp.click()
    sida.get_by_role("heading", name="Senast antaget").click()
    expect(lista).to_be_hidden()


def test_menyn_visar_var_man_ar_nar_bara_innehallet_byts(
    sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare
) -> None:
    logga_in(planerare)
    sida.goto(f"{KISTA}redigera/")
    sida.locator("[name=karaktar]").fill("Vid Kistagången")
    sida.get_by_role("button", name="Spara", exact=True).click()
    sida.wait_for_url(f"**{KISTA}")

    expect(sida.locator(".karnnamn")).to_have_attribute("aria-current", "page")
    expect(sida.locator(".karnrad")).to_have_count(1)
