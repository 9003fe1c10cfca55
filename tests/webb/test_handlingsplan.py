"""A handlingsplan from an empty draft to the next one, as the planerare and the styrgrupp walk it in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from aktorer.models import Anvandare
from insatser.models import Handlingsplan
from tests.conftest import LOSENORD
from tests.klocka import PLAN

pytestmark = pytest.mark.django_db(transaction=True)

PLANEN = "/flemingsberg/handlingsplan/2026/"


def _logga_in(sida: Page, vem: str) -> None:
    sida.goto("/konto/logga-in/")
    sida.locator("input[name=login]").fill(f"{vem}@fardplan.example")
    sida.locator("input[name=password]").fill(LOSENORD)
    sida.get_by_role("main").get_by_role("button", name="Logga in").click()
    expect(sida.get_by_role("heading", level=1)).to_have_text("Mitt arbete")


def _ordning(sida: Page) -> list[str]:
    return [nr.strip() for nr in sida.locator(".rangordning > li > .nr").all_inner_texts()]


def _skriv_aktivitet(sida: Page, insats: str, titel: str, *, ansvarig: str = "Huddinge kommun") -> None:
    sida.locator(f"#insats-{insats.replace('.', chr(92) + '.')}").get_by_role("link", name="Ny aktivitet").click()
    sida.get_by_label("Vad ska göras?").fill(titel)
    sida.get_by_label("Start, kvartal").select_option("2026 kv. 2")
    sida.get_by_label("Slut, kvartal").select_option("2026 kv. 4")
    if ansvarig:
        # Who has a role in the insats stands there already.
        vald, ledig = (
            sida.locator(".rollrad", has=sida.locator("option:checked", has_text=namn))
            for namn in (ansvarig, "Välj aktör")
        )
        rad = (vald if vald.count() else ledig).first
        rad.get_by_label("Aktör", exact=True).select_option(ansvarig)
        rad.get_by_label("Roll").select_option("Ansvarig")
    sida.get_by_role("button", name="Spara", exact=True).click()
    expect(sida.locator("#besked")).to_contain_text(f"”{titel}” är tillagd.")


def _besluta(sida: Page, paragraf: str) -> None:
    sida.get_by_role("link", name="Registrera beslut").click()
    sida.get_by_label("Beslutsdatum").fill("2026-03-19")
    sida.get_by_label("Paragraf (§)").fill(paragraf)
    sida.get_by_role("button", name="Registrera beslutet och frys planen").click()
    expect(sida.locator("#besked")).to_contain_text("Beslutet är registrerat. Planen är nu fryst.")


def _nytt_utkast_med_fem_insatser(sida: Page) -> None:
    sida.goto("/flemingsberg/handlingsplan/")
    sida.get_by_role("link", name="Ny handlingsplan").click()
    sida.get_by_label("Från år").fill("2026")
    sida.get_by_label("Till och med år").fill("2026")
    sida.get_by_role("button", name="Skapa utkast").click()
    expect(sida.get_by_text("som också är ett utkast")).to_be_visible()
    sida.get_by_label("Ja, planen ska gälla 2026", exact=True).check()
    sida.get_by_role("button", name="Skapa utkast").click()
    for nummer in ("1.3", "1.4", "2.3", "3.4", "4.4"):
        sida.get_by_role("button", name=re.compile(rf"^Lyft in {re.escape(nummer)} ")).click()
        expect(sida.locator("#besked")).to_contain_text(f"{nummer} är med i planen.")
    sida.get_by_role("button", name="Flytta upp 4.4").click()
    expect(sida.locator("#besked")).to_contain_text("4.4 är flyttad upp.")


def _andra_en_aktivitet(sida: Page) -> None:
    sida.get_by_text("Mer", exact=True).click()
    sida.get_by_role("button", name="Förbered ändringsbeslut").click()
    sida.get_by_role("link", name="Pröva steg 1", exact=True).click()
    sida.get_by_label("Vad ska göras?").fill("Pröva steg ett igen")
    sida.get_by_role("button", name="Spara", exact=True).click()
    expect(sida.get_by_text("Det här skiljer sig nu från beslutet (1)")).to_be_visible()


def _avsluta(sida: Page) -> None:
    """The first aktivitet is carried over, the others are done."""
    sida.get_by_text("Mer", exact=True).click()
    sida.get_by_role("link", name="Avsluta planen").click()
    grupper = sida.locator("fieldset.aktivitet")
    expect(grupper).to_have_count(8)
    for n in range(8):
        grupper.nth(n).get_by_label("Vad blev det?").select_option("Klar" if n else "Förs över till nästa plan")
    grupper.first.get_by_label("Varför?").fill("Hann inte")
    sida.get_by_label("Vad kom ut av planen").fill("Det mesta är gjort.")
    sida.get_by_role("button", name="Avsluta planen").click()
    sida.get_by_label("Ja, aktiviteterna är klara ändå").check()
    sida.get_by_role("button", name="Avsluta planen").click()
    expect(sida.locator("#besked")).to_contain_text("Planen är avslutad. Den går nu bara att läsa.")


def test_fran_tomt_utkast_till_nasta_plan(gaende: Page) -> None:
    _logga_in(gaende, "planerare")
    _nytt_utkast_med_fem_insatser(gaende)
    assert _ordning(gaende) == ["1.3", "1.4", "2.3", "4.4", "3.4"]

    gaende.get_by_role("link", name="Till planen").click()
    for n in range(1, 9):
        insats = ("1.3", "1.4", "2.3", "3.4")[n % 4]
        _skriv_aktivitet(gaende, insats, f"Pröva steg {n}", ansvarig="" if n == 8 else "Huddinge kommun")
    gaende.get_by_text("Det här saknas före beslutet").click()
    expect(gaende.get_by_text("4.4 har ingen aktivitet.")).to_be_visible()
    expect(gaende.get_by_text("1.3: ”Pröva steg 8” har ingen ansvarig.")).to_be_visible()

    _besluta(gaende, "12")
    expect(gaende.locator(".beslut")).to_contain_text("§ 12")
    expect(gaende.get_by_role("link", name="Ny aktivitet")).to_have_count(0)
    assert gaende.goto(f"{PLANEN}prioritera/").status == 404  # type: ignore[union-attr]
    expect(gaende.get_by_role("main")).to_contain_text("innehållet ändras bara genom ett ändringsbeslut")

    gaende.goto(PLANEN)
    _andra_en_aktivitet(gaende)
    expect(gaende.get_by_role("row", name="Pröva steg 1")).to_contain_text("Pröva steg ett igen")
    _besluta(gaende, "30")
    expect(gaende.locator(".beslut")).to_contain_text("Ändringsbeslut, version 2")

    _avsluta(gaende)
    gaende.get_by_role("link", name="Skapa nästa plan").click()
    gaende.get_by_role("button", name="Skapa utkast").click()
    gaende.get_by_label("Ja, planen ska gälla 2027–2028").check()
    gaende.get_by_role("button", name="Skapa utkast").click()
    expect(gaende.get_by_role("heading", name="I planen (1)")).to_be_visible()
    nasta = Handlingsplan.objects.get(ar_fran=2027)
    assert [a.foljer_pa.utfall_skal for p in nasta.prioriteringar.all() for a in p.aktiviteter.all()] == ["Hann inte"]


def test_styrgruppen_laser_vaggen_och_kan_inte_andra(
    sida: Page, logga_in: Callable[[Anvandare], None], styrgrupp: Anvandare
) -> None:
    logga_in(styrgrupp)
    sida.goto(PLAN)
    expect(sida.get_by_role("link", name="Registrera beslut")).to_have_count(0)
    sida.get_by_text("Mer", exact=True).click()
    sida.get_by_role("link", name="På väggen").click()

    expect(sida.locator(".vaggkort > li")).to_have_count(5)
    assert sida.goto(f"{PLAN}besluta/").status == 403  # type: ignore[union-attr]


def test_kort_dras_till_sin_plats(sida: Page, logga_in: Callable[[Anvandare], None], planerare: Anvandare) -> None:
    sida.set_viewport_size({"width": 1440, "height": 3600})  # nothing scrolls under the pointer
    logga_in(planerare)
    sida.goto(f"{PLAN}prioritera/")
    kort = sida.locator(".rangordning > li")

    sida.get_by_role("link", name="Ändra skäl för 1.3").click()
    sida.get_by_role("button", name="Spara", exact=True).click()
    expect(sida.locator("#besked")).to_contain_text("Skälet för 1.3 är sparat.")

    kort.nth(4).drag_to(kort.nth(0), target_position={"x": 200, "y": 5})
    expect(sida.locator("#besked")).to_contain_text("4.4 har fått plats 1.")
    assert _ordning(sida) == ["4.4", "1.3", "1.4", "2.3", "3.4"]

    sida.locator("article[data-dra]").first.drag_to(kort.nth(1), target_position={"x": 200, "y": 5})
    expect(sida.locator("#besked")).to_contain_text("1.1 är med i planen.")
    assert _ordning(sida) == ["4.4", "1.1", "1.3", "1.4", "2.3", "3.4"]


def test_fokus_star_kvar_pa_det_som_flyttades(gaende: Page) -> None:
    _logga_in(gaende, "planerare")
    gaende.goto(f"{PLAN}prioritera/")
    fokus = gaende.locator(":focus")

    gaende.get_by_role("button", name="Flytta ner 1.3").press("Enter")
    expect(fokus).to_have_text("↓ Flytta ner 1.3")
    expect(gaende.locator("#besked")).to_contain_text("1.3 är flyttad ner.")
    for _ in range(2):
        gaende.get_by_role("button", name="Flytta upp 2.3").press("Enter")
    expect(fokus).to_have_text("↓ Flytta ner 2.3")  # it is first and cannot go further up
    assert _ordning(gaende) == ["2.3", "1.4", "1.3", "3.4", "4.4"]

    gaende.get_by_role("link", name=re.compile(r"^Låt vänta ?: 4\.1 ")).click()
    gaende.get_by_label("Varför får insatsen vänta?").fill("Väntar på budget")
    gaende.get_by_role("button", name="Spara", exact=True).click()
    expect(fokus).to_have_id("kort-4.1")
    expect(fokus).to_contain_text("Väntar på budget")
    expect(fokus).to_be_in_viewport()


@pytest.mark.parametrize(
    ("bredd", "syns"), [(320, "tid-smal"), (375, "tid-smal"), (600, "tid-smal"), (1024, "tid-bred"), (1440, "tid-bred")]
)
def test_tidslinjens_staplar_syns_pa_varje_skarm(
    sida: Page, logga_in: Callable[[Anvandare], None], styrgrupp: Anvandare, bredd: int, syns: str
) -> None:
    sida.set_viewport_size({"width": bredd, "height": 900})
    logga_in(styrgrupp)
    sida.goto(PLAN)
    bild = sida.locator("svg.tidslinje:visible")

    assert bild.evaluate_all("(b) => b.map((e) => e.classList[1])") == [syns]
    panel = sida.locator("section:has(> .tidsbild)").bounding_box()
    assert panel
    synliga = [d for d in bild.locator(".stund, .idag, text").all() if d.text_content() or d.get_attribute("class")]
    lador = [d.bounding_box() for d in synliga]
    assert bild.locator(".stund").count() == 10
    assert [
        d.text_content()
        for d, lada in zip(synliga, lador, strict=True)
        if not lada or lada["x"] < panel["x"] or lada["x"] + lada["width"] > panel["x"] + panel["width"]
    ] == []
    smatt = [d for d in bild.locator("text").all() if d.text_content() and (d.bounding_box() or {})["height"] < 11]
    assert smatt == []
