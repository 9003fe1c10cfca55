"""The table is found: wherever it stands in the file, on whichever sheet, in whatever format people send."""

from __future__ import annotations

import csv
import io
import subprocess
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aktorer.models import Anvandare
from insatser.andringar.inlasning import Inlasningsplan
from insatser.fragor.karta import Urval, hamta
from insatser.models import Fardplan
from insatser.utbyte.excel import arkiv, inlasning, lasning
from insatser.utbyte.excel.insatskarta import MALL, InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_csv, skriv_xlsx
from insatser.utbyte.excel.lagesbild import MALL as LAGESBILD
from insatser.utbyte.excel.lagesbild import LagesbildResource
from tests.arbetsbok import andrad, rad_for, satt, sparad
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

planera = partial(inlasning.planera, InsatskartaResource)
TITEL = {"Titel": "Bygg om"}
VART_BLAD = "Insatskarta"


@pytest.fixture
def original(flemingsberg: Fardplan) -> bytes:
    return skriv_xlsx(hamta(flemingsberg, Urval(), AnonymousUser()))


@pytest.fixture
def rader(flemingsberg: Fardplan) -> list[list[str]]:
    """The same as the rows of a CSV file, with one title changed."""
    text = skriv_csv(hamta(flemingsberg, Urval(), AnonymousUser())).decode("utf-8-sig")
    rader = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    next(rad for rad in rader if rad[0] == "1.3")[3] = TITEL["Titel"]
    return rader


def som_csv(rader: list[list[str]], tecken: str = ";") -> str:
    buffert = io.StringIO(newline="")
    csv.writer(buffert, delimiter=tecken).writerows(rader)
    return buffert.getvalue()


def ny_titel(ark: Any) -> None:
    satt(ark, rad_for(ark, "1.3"), TITEL)


def en_ny_titel(plan: Inlasningsplan[Any]) -> bool:
    assert (plan.fel, plan.konflikter) == ((), ())
    return [(r.nummer, c.kolumn, c.efter) for r in plan.rader for c in r.celler] == [("1.3", "Titel", "Bygg om")]


# Where it stands


@pytest.mark.parametrize("ovanfor", [1, 2, 29])
def test_rubrikerna_far_sta_langre_ner(flemingsberg: Fardplan, original: bytes, ovanfor: int) -> None:
    def gor(ark: Any) -> None:
        ny_titel(ark)
        ark.insert_rows(1, ovanfor)
        ark["A1"] = "Arbetsmaterial inför styrgruppen"
        ark.merge_cells("A1:O1")

    plan = planera(flemingsberg, "karta.xlsx", andrad(original, gor))

    assert en_ny_titel(plan)
    assert plan.noter == (f"Rubrikerna står på rad {ovanfor + 1}. Det som står ovanför läses inte in.",)


def test_tomma_rader_over_rubrikerna_sags_inte(flemingsberg: Fardplan, rader: list[list[str]]) -> None:
    plan = planera(flemingsberg, "karta.csv", som_csv([[], [""] * 15, *rader]).encode())

    assert en_ny_titel(plan)
    assert plan.noter == ()


def test_det_som_star_runt_tabellen_lases_inte_in(flemingsberg: Fardplan, original: bytes) -> None:
    def gor(ark: Any) -> None:
        ny_titel(ark)
        ark.insert_cols(1, 2)
        ark["A1"], ark["A3"], ark["X5"], ark["Y5"] = "Att göra", "Ring Anna", "lös anteckning", "=1+1"
        ark.merge_cells("X7:Y9")
        ark.cell(ark.max_row + 2, 3, "Utskriven 2026-11-28 av Kansliet")

    plan = planera(flemingsberg, "karta.xlsx", andrad(original, gor))

    assert en_ny_titel(plan)
    assert [n.partition(" läses")[0] for n in plan.noter] == [
        "Kolumnen ”Att göra” är inte vår och",
        "Rad 21 hör inte till tabellen och",
        "Kolumnen X har ingen rubrik och",
    ]


def test_rubriker_som_ser_likadana_ut_ar_samma(flemingsberg: Fardplan, original: bytes) -> None:
    def gor(ark: Any) -> None:
        ny_titel(ark)
        for cell, rubrik in zip("ACDM", ["NUMMER", "Mål\u00adområde", " Ti\u200btel", "Insats–id"], strict=True):
            ark[f"{cell}1"] = rubrik
        ark["F1"] = "Varfo\u0308r  ingen\u00a0ansvarig" if ark["F1"].value.startswith("Varför") else ark["F1"].value

    assert en_ny_titel(planera(flemingsberg, "karta.xlsx", andrad(original, gor)))


def test_rubrikerna_en_gang_till_mitt_i_hindrar_inte(flemingsberg: Fardplan, rader: list[list[str]]) -> None:
    plan = planera(flemingsberg, "karta.csv", som_csv([*rader[:5], rader[0], *rader[5:]]).encode())

    assert en_ny_titel(plan)


def test_kolumner_som_saknas_ar_ett_enda_fel(flemingsberg: Fardplan, original: bytes) -> None:
    def gor(ark: Any) -> None:
        ark.insert_rows(1)
        ark["D2"] = "Rubrik"
        ark.delete_cols(13, 3)

    (nekad,) = planera(flemingsberg, "karta.xlsx", andrad(original, gor)).fel

    assert nekad.rad == 2
    assert nekad.text.startswith("Kolumnerna Titel, Insats-id, Version och Läge saknas.")
    assert nekad.text.endswith("Okända rubriker på raden: ”Rubrik”.")


def test_en_arbetsbok_fran_forr_saknar_det_som_kom_senare(flemingsberg: Fardplan, original: bytes) -> None:
    """Who fetched it before the column was there says nothing of why nobody is ansvarig."""

    def gor(ark: Any) -> None:
        ny_titel(ark)
        ark.delete_cols(MALL.rubriker.index("Varför ingen ansvarig") + 1)

    assert en_ny_titel(planera(flemingsberg, "karta.xlsx", andrad(original, gor)))


def test_dolda_rader_lases_in_och_marks(flemingsberg: Fardplan, original: bytes) -> None:
    def gor(ark: Any) -> None:
        ny_titel(ark)
        for rad in (4, 7):
            ark.row_dimensions[rad].hidden = True

    plan = planera(flemingsberg, "karta.xlsx", andrad(original, gor))

    assert en_ny_titel(plan)
    assert plan.rader[0].noter == ("Raden är dold eller bortfiltrerad i filen.",)
    assert plan.noter[0].startswith("2 rader är dolda eller bortfiltrerade i filen. De läses in som de andra")


def test_noterna_star_i_granskningen(client: Client, planerare: Anvandare, original: bytes) -> None:
    client.force_login(planerare)

    def gor(ark: Any) -> None:
        ny_titel(ark)
        ark.insert_rows(1)
        ark["A1"] = "Arbetsmaterial"

    fil = SimpleUploadedFile("karta.xlsx", andrad(original, gor))
    svar = client.post("/flemingsberg/insatskarta/import/", {"fil": fil}, follow=True)

    assert "Rubrikerna står på rad 2. Det som står ovanför läses inte in." in platt(svar)


# On which sheet


def test_bladet_far_heta_nagot_annat(flemingsberg: Fardplan, original: bytes) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(andrad(original, ny_titel)))
    bok[VART_BLAD].title = "Flemingsberg rev 2"
    bok.create_sheet("Anteckningar", 0)["A1"] = "Tänk på"

    plan = planera(flemingsberg, "karta.xlsx", sparad(bok))

    assert en_ny_titel(plan)
    assert plan.noter == ("Det är bladet ”Flemingsberg rev 2” som läses in.",)


def test_vart_blad_galler_fore_en_kopia(flemingsberg: Fardplan, original: bytes) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(andrad(original, ny_titel)))
    bok.copy_worksheet(bok[VART_BLAD])

    assert en_ny_titel(planera(flemingsberg, "karta.xlsx", sparad(bok)))


def test_vart_blad_utan_tabellen_hindrar_inte_ett_annat(flemingsberg: Fardplan, original: bytes) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(andrad(original, ny_titel)))
    bok[VART_BLAD].title = "Nytt"
    bok.create_sheet(VART_BLAD)

    assert en_ny_titel(planera(flemingsberg, "karta.xlsx", sparad(bok)))


def test_tva_blad_med_tabellen_ar_ett_fel(flemingsberg: Fardplan, original: bytes) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(original))
    bok[VART_BLAD].title = "A"
    bok.copy_worksheet(bok["A"]).title = "B"

    (nekad,) = planera(flemingsberg, "karta.xlsx", sparad(bok)).fel

    assert nekad.text == "Tabellen finns på flera blad: ”A” och ”B”. Döp det som gäller till ”Insatskarta”."


def kommunens() -> openpyxl.Workbook:
    """A plan of a kommun's own, as it lies at home: a merged title, the headings in row four, other words."""
    bok = openpyxl.Workbook()
    ark = bok.active
    assert ark is not None
    ark.title = "Handlingsplan 2026"
    ark["A1"] = "Handlingsplan för stadskärnan 2026"
    ark.merge_cells("A1:H1")
    ark.append(["Utskriven 2026-11-28"])
    ark.append([])
    ark.append(["Nr", "Målområde", "Aktivitet", "Ansvarig", "Startdatum", "Slutdatum", "Status", "Kommentar"])
    for n in range(30):
        ark.append([n, "Levande stadskärna", f"Lys upp gångstråket {n}", "SBF", None, "Kv 2 2027", "Pågående", "=A5"])
    ark.merge_cells("B5:B6")
    bok.create_sheet("Statusdefinitioner")["A1"] = "Klar"
    return bok


@pytest.mark.parametrize("namn", ["plan.xlsx", "plan.csv"])
@pytest.mark.parametrize("resurs", [InsatskartaResource, LagesbildResource])
def test_en_fil_som_inte_ar_var_ar_ett_enda_fel(flemingsberg: Fardplan, resurs: Any, namn: str) -> None:
    bok = kommunens()
    rader = [
        ["" if c is None else str(c) for c in rad] for rad in bok["Handlingsplan 2026"].iter_rows(values_only=True)
    ]
    fil = sparad(bok) if namn.endswith("xlsx") else som_csv(rader).encode("cp1252")

    (nekad,) = inlasning.planera(resurs, flemingsberg, namn, fil).fel

    assert "Filen är inte hämtad härifrån för att läsas in här: den har inte kolumnerna i" in nekad.text
    assert "Av dem finns bara Målområde" in nekad.text
    assert "Börja så här: hämta arbetsboken som Excel, klistra in " in nekad.text


# In which format


@pytest.mark.parametrize("tecken", [";", ",", "\t", "|"])
@pytest.mark.parametrize("kodning", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("sep", [False, True], ids=["utan sep", "sep="])
def test_csv_som_nagon_annan_skrivit_den(
    flemingsberg: Fardplan, rader: list[list[str]], tecken: str, kodning: str, sep: bool
) -> None:
    text = (f"sep={tecken}\r\n" if sep else "") + som_csv(rader, tecken)

    plan = planera(flemingsberg, "karta.tsv", text.encode(kodning))

    assert en_ny_titel(plan)
    assert plan.noter == ()


def test_xlsm_lases_utan_att_koras(flemingsberg: Fardplan, original: bytes) -> None:
    buffert = io.BytesIO(andrad(original, ny_titel))
    with zipfile.ZipFile(buffert, "a") as bok:
        bok.writestr("xl/vbaProject.bin", b"makro")

    assert en_ny_titel(planera(flemingsberg, "karta.xlsm", buffert.getvalue()))


def ods(rader: list[list[str]], mall: str = VART_BLAD, runt: str = "") -> bytes:
    """A workbook as LibreOffice writes it; a row that begins with "<" is XML of its own."""

    def cell(text: str) -> str:
        if text.startswith("<"):
            return text
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    def rad(celler: list[str]) -> str:
        if celler[0].startswith("<table:table-row"):
            return celler[0]
        return f"<table:table-row>{''.join(cell(c) if c else '<table:table-cell/>' for c in celler)}</table:table-row>"

    ns = "urn:oasis:names:tc:opendocument:xmlns"
    innehall = (
        f'<office:document-content xmlns:office="{ns}:office:1.0" xmlns:table="{ns}:table:1.0"'
        f' xmlns:text="{ns}:text:1.0" xmlns:calcext="urn:x:calcext"><office:body><office:spreadsheet>{runt}'
        f'<table:table table:name="{mall}">{"".join(map(rad, rader))}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffert = io.BytesIO()
    with zipfile.ZipFile(buffert, "w", zipfile.ZIP_DEFLATED) as bok:
        bok.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        bok.writestr("META-INF/manifest.xml", "<manifest/>")
        bok.writestr("content.xml", innehall)
    return buffert.getvalue()


def xml(rader: list[list[str]]) -> list[list[str]]:
    """The cells as they stand in XML, a line break as a paragraph of its own."""
    byten = (("&", "&amp;"), ("<", "&lt;"), ("\n", "</text:p><text:p>"))
    ut = [list(rad) for rad in rader]
    for rad in ut:
        for n in range(len(rad)):
            for fran, till in byten:
                rad[n] = rad[n].replace(fran, till)
    return ut


def test_ods_lases_som_xlsx(flemingsberg: Fardplan, rader: list[list[str]]) -> None:
    slut = [['<table:table-row table:number-rows-repeated="1048500"><table:table-cell/></table:table-row>']]

    plan = planera(flemingsberg, "karta.ods", ods([["Arbetsmaterial"], [""], *xml(rader), *slut]))

    assert en_ny_titel(plan)
    assert plan.oforandrade == 17


@pytest.mark.parametrize(
    ("cell", "varde"),
    [
        ('office:value-type="percentage" office:value="0.125"><text:p>12,5 %</text:p>', "12.50"),
        ('office:value-type="float" office:value="12.5"><text:p>12,5</text:p>', "12.50"),
        ('office:value-type="float" office:value="16000"><text:p>16 000</text:p>', "16000.00"),
    ],
)
def test_ett_tal_i_ods_ar_vad_som_syns(flemingsberg: Fardplan, cell: str, varde: str) -> None:
    rad = ["", "Tomma lokaler", "", "2011", f"<table:table-cell {cell}</table:table-cell>", "", "Egen räkning"]
    tomt = [""] * (len(LAGESBILD.rubriker) - len(rad))

    plan = inlasning.planera(
        LagesbildResource, flemingsberg, "lage.ods", ods([LAGESBILD.rubriker, [*rad, *tomt]], LAGESBILD.blad)
    )

    assert plan.fel == ()
    assert [str(r.varde.varde) for r in plan.rader] == [varde]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('office:value-type="date" office:date-value="2026-05-12"><text:p>12 maj</text:p>', "datumet 2026-05-12"),
        ('office:value-type="time" office:time-value="PT08H30M00S"><text:p>8:30</text:p>', "klockslaget 08:30"),
        ('office:value-type="boolean" office:boolean-value="true"><text:p>SANT</text:p>', "sanningsvärde"),
        ('office:value-type="float" office:value="0.75"><text:p> 3/4 </text:p>', "ett bråk (3/4)"),
        ('office:value-type="percentage" office:value="0.5"><text:p>50 %</text:p>', "ett procenttal (50 %)"),
        ('table:formula="of:=[.D4]" office:value-type="string"><text:p>Nytt</text:p>', "en formel"),
        ('calcext:value-type="error" office:value-type="string"><text:p>#REF!</text:p>', "ett felvärde"),
    ],
)
def test_en_text_i_ods_som_blev_nagot_annat(
    flemingsberg: Fardplan, rader: list[list[str]], cell: str, text: str
) -> None:
    i_xml = xml(rader)
    next(rad for rad in i_xml if rad[0] == "1.4")[3] = f"<table:table-cell {cell}</table:table-cell>"

    (nekad,) = planera(flemingsberg, "karta.ods", ods(i_xml)).fel

    assert (nekad.kolumn, nekad.cell[0]) == ("Titel", "D")
    assert text in nekad.text


def test_dolda_rader_sammanfogade_celler_och_kommentarer_i_ods(flemingsberg: Fardplan, rader: list[list[str]]) -> None:
    i_xml = xml(rader)
    dold = '<table:table-row table:visibility="filter">'
    i_xml[4][4] = (
        '<table:table-cell table:number-columns-spanned="2" office:value-type="string"><office:annotation>'
        "<text:p>Vems?</text:p></office:annotation><text:p>Ihop</text:p></table:table-cell>"
    )

    tabell = lasning.las("karta.ods", ods(i_xml).replace(b"", b""), MALL)
    fil = ods(i_xml)
    med_dold = ods([*i_xml[:-1], [dold + ods_rad(i_xml[-1])]])

    assert [(f.cell, f.text.partition(".")[0]) for f in tabell.fel] == [("E5:F5", "Cellerna är sammanfogade")]
    assert dict(tabell.rader)[5][4] == "Ihop"
    assert lasning.las("karta.ods", fil, MALL).dolda == set()
    assert lasning.las("karta.ods", med_dold, MALL).dolda == {len(rader)}


def ods_rad(celler: list[str]) -> str:
    inre = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in celler
    )
    return f"{inre}</table:table-row>"


@pytest.mark.parametrize(
    ("runt", "text"),
    [
        ("<table:table-row", "skadad"),
        ('<table:table table:name="Insatskarta"><table:table-row table:number-rows-repeated="99999999">'
         '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
         "</table:table>", "efter rad 50 000"),
        ('<table:table table:name="Insatskarta"><table:table-row><table:table-cell'
         ' table:number-columns-repeated="99999999" office:value-type="string"><text:p>x</text:p></table:table-cell>'
         "</table:table-row></table:table>", "efter kolumn"),
        ("<!-- " + "x" * 61 * arkiv.MB + " -->", "packar upp"),
    ],
    ids=["trasig", "rader", "kolumner", "stor"],
)  # fmt: skip
def test_ods_som_inte_far_lasas(flemingsberg: Fardplan, rader: list[list[str]], runt: str, text: str) -> None:
    fel = planera(flemingsberg, "karta.ods", ods(xml(rader), runt=runt)).fel

    assert [text in f.text for f in fel] == [True], fel


def test_xls_ar_vad_som_syns(flemingsberg: Fardplan, tmp_path: Path) -> None:
    """The old format tells of percentages, formulas, merged cells and hidden rows as the new one does."""
    bok = openpyxl.Workbook()
    ark = bok.active
    assert ark is not None
    ark.title = LAGESBILD.blad
    ark.append(["Arbetsmaterial"])
    ark.append(LAGESBILD.rubriker)
    ark.merge_cells("A1:K1")
    for n, (varde, format_) in enumerate([(0.125, "0.0%"), (0.5, "# ?/?"), (12, "General")], start=3):
        for kolumn, cell in zip("BDG", ["Tomma lokaler", 2010 + n, "Egen räkning"], strict=True):
            ark[f"{kolumn}{n}"] = cell
        ark[f"E{n}"].value, ark[f"E{n}"].number_format = varde, format_
    ark.row_dimensions[3].hidden = True
    (tmp_path / "lage.xlsx").write_bytes(sparad(bok))
    ark["G4"], ark["C5"] = "=1+1", "Ihop"
    ark.merge_cells("B5:C5")
    (tmp_path / "fel.xlsx").write_bytes(sparad(bok))
    kommando = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profil", "--headless", "--convert-to", "xls"]
    filer = [tmp_path / "lage.xlsx", tmp_path / "fel.xlsx"]
    subprocess.run([*kommando, "--outdir", tmp_path, *filer], check=True, capture_output=True)

    plan, fel = (
        inlasning.planera(LagesbildResource, flemingsberg, namn, (tmp_path / namn).read_bytes())
        for namn in ("lage.xls", "fel.xls")
    )

    assert plan.fel == ()
    assert [str(r.varde.varde) for r in plan.rader] == ["12.50", "0.50", "12.00"]
    assert ["dold" in "".join(r.noter) for r in plan.rader] == [True, False, False]
    assert [(f.cell, f.text.partition(".")[0]) for f in fel.fel] == [
        ("G4", "Cellen innehåller en formel"),
        ("B5:C5", "Cellerna är sammanfogade"),
    ]


def test_ett_textdokument_ar_ingen_arbetsbok(flemingsberg: Fardplan) -> None:
    buffert = io.BytesIO()
    with zipfile.ZipFile(buffert, "w") as bok:
        bok.writestr("META-INF/manifest.xml", "<manifest/>")
        bok.writestr("content.xml", "<document/>")

    (nekad,) = planera(flemingsberg, "brev.ods", buffert.getvalue()).fel

    assert nekad.text == arkiv.INTE_ARBETSBOK
