"""The whole job as a new user walks it, in a real browser, with and without JavaScript."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from playwright.sync_api import Page, expect

from aktorer.models import Anvandare
from insatser.models import Insats, Lagesrapport
from tests.conftest import LOSENORD
from tests.klocka import PLAN

pytestmark = pytest.mark.django_db(transaction=True)


def _logga_in(sida: Page, vem: str) -> None:
    sida.goto("/konto/logga-in/")
    sida.locator("input[name=login]").fill(f"{vem}@fardplan.example")
    sida.locator("input[name=password]").fill(LOSENORD)
    sida.get_by_role("main").get_by_role("button", name="Logga in").click()
    expect(sida.get_by_role("heading", level=1)).to_have_text("Mitt arbete")


def _hamta(sida: Page, lank: str, fil: Path) -> Path:
    with sida.expect_download() as nedladdning:
        sida.get_by_role("link", name=lank, exact=True).click()
    nedladdning.value.save_as(fil)
    return fil


def test_besokare_laser_kartan_och_filtrerar_den(gaende: Page) -> None:
    gaende.goto("/")
    gaende.locator(".karnlista").get_by_role("link", name="Flemingsberg").click()
    gaende.get_by_role("link", name="Se insatskartan").click()
    expect(gaende.locator(".kort")).to_have_count(18)

    gaende.get_by_label("Kärnspecifika").check()
    if gaende.get_by_role("button", name="Visa", exact=True).is_visible():
        gaende.get_by_role("button", name="Visa", exact=True).click()

    expect(gaende.locator("#karta")).to_contain_text("9 av 18 insatser")
    expect(gaende.locator(".kort")).to_have_count(9)


def test_planerare_byter_titel_och_utser_tjansteperson_rapporterar(gaende: Page) -> None:
    _logga_in(gaende, "planerare")
    gaende.goto("/flemingsberg/insatser/1.3/")
    gaende.get_by_role("link", name="Ändra titel och text").click()
    gaende.get_by_label("Titel").fill("Utveckla Hälsovägen tillsammans")
    gaende.get_by_role("button", name="Spara", exact=True).click()
    expect(gaende.get_by_role("heading", level=1)).to_have_text("1.3 Utveckla Hälsovägen tillsammans")
    expect(gaende.locator("#besked")).to_contain_text("Texten är sparad.")

    gaende.get_by_role("link", name="Ändra ansvarig och medverkande").click()
    gaende.get_by_role("group", name="Aktör 2", exact=True).get_by_label("Roll").select_option("Ansvarig")
    gaende.get_by_role("button", name="Spara", exact=True).click()
    expect(gaende.locator("#besked")).to_contain_text("Rollerna är sparade.")
    expect(gaende.get_by_role("row", name="Huddinge kommun Ansvarig")).to_be_visible()

    gaende.get_by_role("button", name="Logga ut").click()
    _logga_in(gaende, "tjansteperson")
    gaende.goto("/flemingsberg/insatser/1.3/")
    gaende.get_by_label("Risk för avvikelse").check()
    gaende.get_by_label("Vad har hänt").fill("Upphandlingen drar ut på tiden.")
    gaende.get_by_role("button", name="Spara läget").click()
    expect(gaende.locator("#besked")).to_contain_text("Läget för 1.3 är sparat.")

    gaende.goto("/flemingsberg/insatskarta/")
    kort = gaende.locator(".kort", has_text="Utveckla Hälsovägen")
    expect(kort).to_contain_text("Pågår")
    expect(kort).to_contain_text("Risk för avvikelse")
    expect(kort).to_contain_text("Huddinge kommun")


def test_tjansteperson_nekas_dar_den_egna_aktoren_inte_ar_med(gaende: Page) -> None:
    _logga_in(gaende, "tjansteperson")

    svar = gaende.goto("/taby-arninge/insatser/1.1/lage/")

    assert svar is not None
    assert svar.status == 403
    expect(gaende.get_by_role("heading", level=1)).to_have_text("Det får du inte göra")
    gaende.goto("/taby-arninge/insatser/1.1/")
    expect(gaende.get_by_role("button", name="Spara läget")).to_have_count(0)


def test_mitt_arbete_rapporterar_i_tre_steg(gaende: Page) -> None:
    _logga_in(gaende, "tjansteperson")

    gaende.get_by_role("link", name="Rapportera 1.4 i Flemingsberg").click()
    gaende.get_by_label("Genomförd").check()
    gaende.get_by_role("button", name="Spara läget").click()

    expect(gaende.locator("#besked")).to_contain_text("Läget för 1.4 är sparat.")
    expect(gaende.get_by_role("heading", level=1)).to_have_text("Mitt arbete")
    assert Lagesrapport.objects.latest("id").status == "genomford"


def test_det_som_foljs_syns_pa_mitt_arbete(gaende: Page) -> None:
    _logga_in(gaende, "tjansteperson")
    gaende.goto("/flemingsberg/insatser/4.3/")
    gaende.get_by_role("button", name="Följ insatsen").click()
    expect(gaende.get_by_role("button", name="Sluta följa 4.3")).to_be_visible()
    gaende.get_by_label("Genomförd").check()
    gaende.get_by_role("button", name="Spara läget").click()
    expect(gaende.locator("#besked")).to_contain_text("Läget för 4.3 är sparat.")

    gaende.get_by_role("link", name="Mitt arbete").click()

    expect(gaende.get_by_role("region", name="Nytt i det du följer")).to_contain_text("Läget: Genomförd")
    reported = gaende.get_by_role("region", name="Det här rapporterade du senast")
    expect(reported.get_by_role("link", name="Ändra läget för 4.3 i Flemingsberg")).to_be_visible()
    gaende.get_by_text("Insatser du följer (1)").click()
    gaende.get_by_role("button", name="Sluta följa 4.3 i Flemingsberg").click()
    expect(gaende.get_by_text("Öppna en insats och tryck på")).to_be_visible()


def test_att_folja_behaller_det_skrivna_och_fokus(
    sida: Page, logga_in: Callable[[Anvandare], None], tjansteperson: Anvandare
) -> None:
    logga_in(tjansteperson)
    sida.goto("/flemingsberg/insatser/4.3/")
    sida.locator("textarea[name=kommentar]").fill("Halvfärdig mening")

    sida.get_by_role("button", name="Följ insatsen").click()

    expect(sida.get_by_role("button", name="Sluta följa 4.3")).to_be_focused()
    expect(sida.locator("textarea[name=kommentar]")).to_have_value("Halvfärdig mening")


def test_saknad_kommentar_efterfragas_och_inget_gar_forlorat(gaende: Page) -> None:
    _logga_in(gaende, "tjansteperson")
    gaende.goto("/flemingsberg/insatser/1.4/lage/")

    gaende.get_by_label("Avbruten").check()
    gaende.get_by_role("button", name="Spara läget").click()

    expect(gaende.get_by_text("Skriv en kommentar: den krävs vid ”avbruten”.")).to_be_visible()
    expect(gaende.get_by_label("Avbruten")).to_be_checked()


def test_en_foraldrad_sparning_visar_bada_texterna(gaende: Page) -> None:
    _logga_in(gaende, "planerare")
    gaende.goto("/flemingsberg/insatser/1.4/redigera/")
    insats = Insats.objects.get(titel__startswith="Arbeta med metodutveckling")
    Insats.objects.filter(pk=insats.pk).update(titel="Deras titel")

    gaende.get_by_label("Titel").fill("Min titel")
    gaende.get_by_role("button", name="Spara", exact=True).click()

    expect(gaende.locator(".krock")).to_contain_text("Arbeta med metodutveckling för en tryggare stadskärna")
    expect(gaende.locator(".krock")).to_contain_text("Deras titel")
    expect(gaende.get_by_role("textbox", name="Titel")).to_have_value("Min titel")
    gaende.get_by_role("button", name="Spara", exact=True).click()
    expect(gaende.get_by_role("heading", level=1)).to_have_text("1.4 Min titel")


def test_en_ny_insats_skapas_avfors_och_atertas(gaende: Page) -> None:
    _logga_in(gaende, "planerare")
    gaende.goto("/flemingsberg/insatskarta/")
    gaende.get_by_role("link", name="Ny insats").click()
    gaende.get_by_label("Titel").fill("Pröva något nytt")
    gaende.get_by_role("button", name="Spara", exact=True).click()
    expect(gaende.get_by_role("heading", level=1)).to_have_text("1.6 Pröva något nytt")

    gaende.get_by_text("Mer", exact=True).click()
    gaende.get_by_role("link", name="Avför", exact=True).click()
    gaende.get_by_label("Varför avförs insatsen?").fill("Den var bara ett prov.")
    gaende.get_by_role("button", name="Avför insatsen").click()
    expect(gaende.get_by_text("Insatsen är avförd sedan")).to_be_visible()

    gaende.get_by_role("link", name="Återta insatsen").click()
    gaende.get_by_role("button", name="Återta insatsen").click()
    expect(gaende.locator("#besked")).to_contain_text("Insatsen gäller igen.")


def test_excel_gar_ut_genom_libreoffice_och_in_med_tre_andringar(gaende: Page, tmp_path: Path) -> None:
    _logga_in(gaende, "planerare")
    gaende.goto("/flemingsberg/insatskarta/")
    gaende.get_by_text("Hämta", exact=True).click()
    fil = _andra_tre_celler(_hamta(gaende, "Excel", tmp_path / "karta.xlsx"), tmp_path / "libre")

    gaende.get_by_text("Mer", exact=True).click()
    gaende.get_by_role("link", name="Läs in Excel").click()
    gaende.locator("input[type=file]").set_input_files(fil)
    gaende.get_by_role("button", name="Granska ändringarna").click()

    antal = gaende.locator(".sum dl")
    expect(antal).to_contain_text(re.compile(r"Ändrade insatser\s*3"))
    expect(antal).to_contain_text(re.compile(r"Ändrade celler\s*3"))
    expect(gaende.locator("ins", has_text="Ny titel ur Excel")).to_be_visible()
    assert not Insats.objects.filter(titel="Ny titel ur Excel").exists()
    gaende.get_by_role("button", name="Läs in 3 insatser").click()
    expect(gaende.locator("#besked")).to_contain_text("är inläst")
    assert Insats.objects.get(titel="Ny titel ur Excel").ordning == 3


def _andra_tre_celler(fil: Path, mapp: Path) -> Path:
    """As a user would: opened and saved by LibreOffice, three cells written over."""
    kontor = shutil.which("soffice")
    assert kontor
    flaggor = [
        f"-env:UserInstallation=file://{mapp}-profil",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(mapp),
    ]
    subprocess.run([kontor, *flaggor, str(fil)], check=True, capture_output=True, timeout=180)
    bok = openpyxl.load_workbook(mapp / fil.name)
    blad = bok["Insatskarta"]
    rubriker = {cell.value: cell.column for cell in blad[1]}
    rader = {blad.cell(rad, rubriker["Nummer"]).value: rad for rad in range(2, blad.max_row + 1)}
    blad.cell(rader["1.3"], rubriker["Titel"]).value = "Ny titel ur Excel"
    blad.cell(rader["1.5"], rubriker["Ansvarig"]).value = "Flemingsberg Science"
    blad.cell(rader["4.4"], rubriker["Kommentar"]).value = "Ny kommentar ur Excel"
    bok.save(mapp / "andrad.xlsx")
    return mapp / "andrad.xlsx"


def test_bada_pdf_filerna_hamtas(gaende: Page, tmp_path: Path) -> None:
    _logga_in(gaende, "planerare")

    affisch = gaende.request.get("/flemingsberg/insatskarta.pdf")
    plan = gaende.request.get(f"{PLAN.rstrip('/')}.pdf")

    for svar, sidor in ((affisch, 1), (plan, 5)):
        (tmp_path / "fil.pdf").write_bytes(svar.body())
        with pikepdf.open(tmp_path / "fil.pdf") as pdf:
            assert (svar.status, len(pdf.pages) >= sidor) == (200, True)


def test_det_skrivna_ar_tillbaka_efter_en_utgangen_session(sida: Page) -> None:
    _logga_in(sida, "planerare")
    sida.goto("/flemingsberg/insatser/4.4/")
    sida.get_by_role("link", name="Ändra titel och text").click()
    sida.get_by_label("Titel").fill("Skrivet innan sessionen tog slut")
    sida.context.clear_cookies(name="sessionid")

    sida.get_by_role("button", name="Spara", exact=True).click()
    sida.locator("input[name=login]").fill("planerare@fardplan.example")
    sida.locator("input[name=password]").fill(LOSENORD)
    sida.get_by_role("main").get_by_role("button", name="Logga in").click()
    sida.get_by_role("link", name="Ändra titel och text").click()

    expect(sida.get_by_role("textbox", name="Titel")).to_have_value("Skrivet innan sessionen tog slut")
    expect(sida.get_by_text("Det du skrev förra gången är tillbaka.")).to_be_visible()
