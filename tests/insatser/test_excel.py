"""The files themselves: what is written, that it reads back as it was, and files that must be refused."""

from __future__ import annotations

import csv
import io
import subprocess
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from openpyxl.worksheet.worksheet import Worksheet

from aktorer.models import Anvandare
from insatser.andringar import insats as insatser
from insatser.andringar import lage
from insatser.fragor.karta import Karta, Urval, hamta
from insatser.models import Fardplan, Insats, Malomrade
from insatser.utbyte.excel import arkiv, inlasning, lasning
from insatser.utbyte.excel.insatskarta import KOLUMNER, MALL, InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_csv, skriv_xlsx

BLAD, RUBRIKER = MALL.blad, MALL.rubriker
planera = partial(inlasning.planera, InsatskartaResource)

pytestmark = pytest.mark.django_db

SVARA_TEXTER = [
    "=1+1",
    "@vem +46 -7",
    "Två rader\r\nmed mellanslag sist  \r\noch en tredje",
    "  indragen",
    'Citat ";" och, komma',
    "_x000D_ 😀 å ä ö <b>&amp;</b>",
    "-",
]


@pytest.fixture
def fardplan(flemingsberg: Fardplan) -> Fardplan:
    return flemingsberg


@pytest.fixture
def svara(fardplan: Fardplan, planerare: Anvandare) -> Fardplan:
    """The färdplan with texts that programs like to change, a retired insats, and lägen with and without."""
    egna = Insats.objects.filter(fardplan=fardplan).order_by("pk")
    for insats, text in zip(egna, SVARA_TEXTER, strict=False):
        Insats.objects.filter(pk=insats.pk).update(text=text)
        lage.rapportera(
            av=planerare,
            insats=insats,
            stadskarna=fardplan.stadskarna,
            status="pagar",
            bedomning="risk",
            kommentar=text,
        )
    sist = Insats.objects.get(pk=egna[0].pk)
    insatser.avfor(av=planerare, insats=sist, version=sist.version, skal="Klar")
    return fardplan


def karta(fardplan: Fardplan, **urval: Any) -> Karta:
    return hamta(fardplan, Urval(**urval), AnonymousUser())


def blad(xlsx: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(xlsx))[BLAD]


# Out


def test_arbetsboken_har_last_rubrik_filter_over_alla_kolumner_och_dolda_tekniska(fardplan: Fardplan) -> None:
    ark = blad(skriv_xlsx(karta(fardplan)))

    assert [c.value for c in ark[1]] == RUBRIKER
    assert ark.freeze_panes == "B2"
    # Sorting must move the hidden version along with its row.
    assert ark.auto_filter.ref == "A1:Q19"
    dolda = ark.column_dimensions["M"]
    assert (dolda.hidden, dolda.min, dolda.max) == (True, 13, 16)
    assert [k.rubrik for k in KOLUMNER if k.dold] == RUBRIKER[12:16]
    assert (ark.page_setup.orientation, ark.page_setup.fitToHeight, ark.print_title_rows) == ("landscape", 0, "$1:$1")


def test_rullgardinerna_pekar_pa_bladet_listor(fardplan: Fardplan) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(skriv_xlsx(karta(fardplan))))

    regler = {str(r.sqref).split(":")[0]: r.formula1 for r in bok[BLAD].data_validations.dataValidation}
    assert set(regler) == {"B2", "C2", "F2", "I2", "J2"}
    kolumn, sista = regler["F2"].split("$")[3], int(regler["F2"].split("$")[4])
    namn = [bok["Listor"][f"{kolumn}{rad}"].value for rad in range(2, sista + 1)]
    assert {"Region Stockholm", "Kärnkommunerna", "Polisen"} <= set(namn)
    assert bok.properties.title == "Insatskarta Flemingsberg, Färdplaner 2026"
    assert bok.sheetnames == [BLAD, "Läs mig", "Listor"]


def test_cellerna_har_sina_slag(svara: Fardplan) -> None:
    ark = blad(skriv_xlsx(karta(svara, avforda=True)))

    rader = {rad[0].value: rad for rad in ark.iter_rows(min_row=2)}
    assert all(isinstance(nummer, str) for nummer in rader)
    assert {c.data_type for rad in rader.values() for c in rad} == {"s", "n", "d"}  # no formulas
    assert rader["1.3"][4].value == "=1+1"
    assert rader["1.3"][11].value.date() == timezone.localdate()
    assert rader["1.3"][11].number_format == "yyyy-mm-dd"


def test_csv_oppnas_ratt_och_kor_ingenting(svara: Fardplan) -> None:
    fil = skriv_csv(karta(svara, avforda=True))

    assert fil.startswith(b"\xef\xbb\xbfNummer;Typ;")
    rader = list(csv.reader(io.StringIO(fil.decode("utf-8-sig"), newline=""), delimiter=";"))
    celler = [c for rad in rader for c in rad]
    assert "'=1+1" in celler
    assert not [c for c in celler if c[:1] in {"=", "+", "-", "@", "\t", "\r"}]


@pytest.mark.parametrize("text", ["=1+1", "'=1", "''@x", "-", "+46", "\tindrag", "'citat'", "vanlig text", ""])
def test_vakten_i_csv_tas_bort_igen(fardplan: Fardplan, text: str) -> None:
    insats = karta(fardplan).insatser[0]
    insats.text = text

    tabell = lasning.las("karta.csv", skriv_csv(replace(karta(fardplan), insatser=[insats])), MALL)

    assert tabell.rader[0][1][4] == text


def test_urvalet_foljer_med(fardplan: Fardplan) -> None:
    ark = blad(skriv_xlsx(karta(fardplan, malomrade=2, typ="gemensam")))

    assert [rad[0].value for rad in ark.iter_rows(min_row=2)] == ["2.1", "2.2"]


def test_besokare_hamtar_filerna_utan_att_logga_in(client: Client) -> None:
    xlsx = client.get("/flemingsberg/insatskarta.xlsx?malomrade=1")
    text = client.get("/flemingsberg/insatskarta.csv")

    dag = f"{timezone.localdate():%Y-%m-%d}"
    assert xlsx["Content-Disposition"] == f'attachment; filename="insatskarta-flemingsberg-{dag}.xlsx"'
    assert blad(xlsx.content).max_row == 6
    assert text["Content-Type"] == "text/csv; charset=utf-8"
    assert text.content.count(b"\r\n") >= 19


def test_opublicerad_fardplan_ar_404_for_besokare(client: Client, fardplan: Fardplan) -> None:
    Fardplan.objects.filter(stadskarna=fardplan.stadskarna).update(publicerad=False)

    assert client.get("/flemingsberg/insatskarta.xlsx").status_code == 404


# Out and in again unchanged


@pytest.mark.parametrize(("skriv", "namn"), [(skriv_xlsx, "karta.xlsx"), (skriv_csv, "karta.csv")])
def test_oandrad_fil_ger_noll_andringar(svara: Fardplan, skriv: Callable[[Karta], bytes], namn: str) -> None:
    plan = planera(svara, namn, skriv(karta(svara, avforda=True)))

    assert (plan.rader, plan.fel, plan.konflikter, plan.oforandrade) == ((), (), (), 18)


def test_oandrat_urval_ger_noll_andringar(svara: Fardplan) -> None:
    plan = planera(svara, "karta.xlsx", skriv_xlsx(karta(svara, status="pagar", q="Flemingsberg")))

    assert (plan.rader, plan.fel, plan.konflikter) == ((), (), ())
    assert 0 < plan.oforandrade < 18


@pytest.mark.parametrize(
    "filter_",
    ["xlsx:Calc MS Excel 2007 XML", "csv:Text - txt - csv (StarCalc):59,34,76,1", "ods:calc8", "xls:MS Excel 97"],
)
def test_genom_libreoffice_oandrad(svara: Fardplan, tmp_path: Path, filter_: str) -> None:
    """Opened and saved by another program: rows, styles and line breaks are its own, the content is not."""
    (tmp_path / "karta.xlsx").write_bytes(skriv_xlsx(karta(svara, avforda=True)))
    kommando = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profil", "--headless", "--convert-to", filter_]
    subprocess.run([*kommando, "--outdir", tmp_path / "ut", tmp_path / "karta.xlsx"], check=True, capture_output=True)
    (fil,) = (tmp_path / "ut").iterdir()

    plan = planera(svara, fil.name, fil.read_bytes())

    assert (plan.rader, plan.fel, plan.konflikter, plan.oforandrade) == ((), (), (), 18)


SVENSKA = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>sv-SE</value></prop></item></oor:items>"""


@pytest.mark.parametrize("ut", ["xlsx", "csv:Text - txt - csv (StarCalc):59,34,76,1,,1053,false,true"])
def test_csv_genom_en_svensk_libreoffice(fardplan: Fardplan, planerare: Anvandare, tmp_path: Path, ut: str) -> None:
    """With Swedish numbers and dates, also those that it looks for unasked: 1.3 and 1.10 stay as they are."""
    for titel, ordning in (("Nionde", 9), ("Tionde", 10)):
        malomrade = Malomrade.objects.get(program=fardplan.program, nummer=1)
        insatser.skapa(av=planerare, malomrade=malomrade, fardplan=fardplan, titel=titel, ordning=ordning)
    (tmp_path / "karta.csv").write_bytes(skriv_csv(karta(fardplan)))
    (tmp_path / "profil" / "user").mkdir(parents=True)
    (tmp_path / "profil" / "user" / "registrymodifications.xcu").write_text(SVENSKA)
    kommando = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profil", "--headless"]
    in_ = "--infilter=CSV:59,34,76,1,,1053,false,true"
    fil = tmp_path / "ut" / f"karta.{ut.partition(':')[0]}"
    hela = [*kommando, in_, "--convert-to", ut, "--outdir", fil.parent, tmp_path / "karta.csv"]
    subprocess.run(hela, check=True, capture_output=True)

    plan = planera(fardplan, fil.name, fil.read_bytes())

    assert (plan.rader, plan.fel, plan.konflikter, plan.oforandrade) == ((), (), (), 20)
    assert not [n for n in plan.noter if "Kalkylprogrammet" in n]


@pytest.mark.parametrize("tecken", [";", ",", "\t"])
@pytest.mark.parametrize("kodning", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_lases_med_andra_tecken_och_kodningar(fardplan: Fardplan, tecken: str, kodning: str) -> None:
    rader = csv.reader(io.StringIO(skriv_csv(karta(fardplan)).decode("utf-8-sig"), newline=""), delimiter=";")
    buffert = io.StringIO(newline="")
    csv.writer(buffert, delimiter=tecken).writerows(rader)

    plan = planera(fardplan, "karta.csv", buffert.getvalue().encode(kodning))

    assert (plan.fel, plan.rader, plan.oforandrade) == ((), (), 18)


# Files that are refused: every fault told, nothing raised


def andrad(xlsx: bytes, gor: Callable[[Worksheet], object]) -> bytes:
    """The workbook after somebody has done something to its sheet."""
    bok = openpyxl.load_workbook(io.BytesIO(xlsx))
    gor(bok[BLAD])
    buffert = io.BytesIO()
    bok.save(buffert)
    return buffert.getvalue()


def med_del(xlsx: bytes, namn: str, innehall: bytes) -> bytes:
    """The workbook with one more part in its archive, or another content of one it has."""
    buffert = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as gammal, zipfile.ZipFile(buffert, "w", zipfile.ZIP_DEFLATED) as ny:
        for del_ in gammal.namelist():
            if del_ != namn:
                ny.writestr(del_, gammal.read(del_))
        ny.writestr(namn, innehall)
    return buffert.getvalue()


def bladxml(rader: str) -> bytes:
    ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{ns}">{rader}</worksheet>'.encode()


SHEET1 = "xl/worksheets/sheet1.xml"


@pytest.fixture
def xlsx(fardplan: Fardplan) -> bytes:
    return skriv_xlsx(karta(fardplan))


@pytest.mark.parametrize(
    ("namn", "innehall", "text"),
    [
        ("tom.xlsx", b"", "Filen är tom"),
        ("bild.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(100), "ingen Excel-arbetsbok"),
        ("bild.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "ingen Excel-arbetsbok"),
        ("gammal.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "låst med lösenord"),
        ("halv.xlsx", b"PK\x03\x04" + bytes(50), "skadad"),
        ("stor.csv", b"x" * (arkiv.MAX_STORLEK + 1), "större än 10 MB"),
        ("fel.csv", b'Nummer;Typ\n"1.3', "citattecken"),
        ("rader.csv", b"Nummer\n" * 60_000, "fler än 50 000 rader"),
    ],
)
def test_det_som_inte_ar_en_arbetsbok(fardplan: Fardplan, namn: str, innehall: bytes, text: str) -> None:
    plan = planera(fardplan, namn, innehall)

    assert [text in f.text for f in plan.fel] == [True]


@pytest.mark.parametrize(
    ("del_", "innehall", "text"),
    [
        ("xl/externalLinks/externalLink1.xml", b"<a/>", "andra arbetsböcker"),
        ("xl/connections.xml", b"<a/>", "utifrån"),
        ("xl/media/bomb.bin", bytes(60 * arkiv.MB), "packar upp till orimligt mycket"),
        ("xl/workbook.xml", b"inte xml", "skadad"),
        ("xl/workbook.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><workbook/>", "skadad"),
        (SHEET1, b"\x00\x01", "skadad"),
        (SHEET1, bladxml('<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'), "inte kolumnerna i"),
        (SHEET1, bladxml('<c r="XFD1048576"><v>1</v></c>'), "efter rad"),
        (SHEET1, bladxml('<c t="a>b" r="XFD9"><v>1</v></c>'), "efter kolumn"),
    ],
)
def test_arkiv_som_inte_far_oppnas(fardplan: Fardplan, xlsx: bytes, del_: str, innehall: bytes, text: str) -> None:
    start = time.process_time()

    tabell = lasning.las("karta.xlsx", med_del(xlsx, del_, innehall), MALL)

    assert any(text in f.text for f in tabell.fel), tabell.fel
    assert time.process_time() - start < 5


def test_zipbomb_slutar_packas_upp_vid_gransen(fardplan: Fardplan) -> None:
    buffert = io.BytesIO()
    with zipfile.ZipFile(buffert, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "")
        bomb.writestr("xl/_rels/workbook.xml.rels", "")
        bomb.writestr("xl/workbook.xml", f'<workbook><sheets><sheet name="{BLAD}"/></sheets></workbook>')
        for n in range(20):
            bomb.writestr(f"xl/{n}.xml", bytes(30 * arkiv.MB))

    plan = planera(fardplan, "bomb.xlsx", buffert.getvalue())

    assert len(plan.fel) == 1


def test_en_tom_bok_ar_inte_var(fardplan: Fardplan) -> None:
    bok = openpyxl.Workbook()
    buffert = io.BytesIO()
    bok.save(buffert)

    (fel,) = planera(fardplan, "annan.xlsx", buffert.getvalue()).fel

    assert "saknar bladet ”Insatskarta”. Filen är inte hämtad härifrån för att läsas in här: den har inte" in fel.text


def test_formler_felvarden_och_sammanfogade_celler_namns_med_adress(fardplan: Fardplan, xlsx: bytes) -> None:
    def gor(ark: Worksheet) -> None:
        ark["D5"], ark["K7"] = "=D4", "#REF!"
        ark.merge_cells("D9:E9")

    fel = planera(fardplan, "karta.xlsx", andrad(xlsx, gor)).fel

    assert {(f.cell, f.kolumn, f.varde, f.text.split(".")[0]) for f in fel} >= {
        ("D5", "Titel", "=D4", "Cellen innehåller en formel"),
        ("K7", "Kommentar", "#REF!", "Cellen innehåller ett felvärde"),
        ("D9:E9", "Titel", None, "Cellerna är sammanfogade"),
    }


@pytest.mark.parametrize(
    ("cell", "rubrik"), [("A5", "Nummer"), ("B5", "Typ"), ("D5", "Titel"), ("I4", "Status"), ("M5", "Insats-id")]
)
def test_en_cell_som_inte_gar_att_lasa_ar_ett_enda_fel(fardplan: Fardplan, xlsx: bytes, cell: str, rubrik: str) -> None:
    """What else is wrong with its row is told, but nothing that only follows from the cell."""

    def gor(ark: Worksheet) -> None:
        ark[cell] = "=Z1"
        ark["E5"] = "x" * 5001

    fel = planera(fardplan, "karta.xlsx", andrad(xlsx, gor)).fel

    andra = [] if rubrik == "Nummer" else [("E5", "Text", "Texten är 5001 tecken")]
    assert [(f.cell, f.kolumn, f.text.split(".")[0]) for f in fel] == [
        (cell, rubrik, "Cellen innehåller en formel"),
        *andra,
    ]


def test_manga_formler_ger_inga_foljdfel(fardplan: Fardplan, xlsx: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arkiv, "MAX_LIKADANA", 2)

    def gor(ark: Worksheet) -> None:
        for rad in range(2, 8):
            ark[f"D{rad}"] = "=Z1"

    fel = lasning.las("karta.xlsx", andrad(xlsx, gor), MALL).fel

    assert {f.text.partition(".")[0] for f in fel} == {"Cellen innehåller en formel"}
    assert len(fel) == 3


def test_kolumner_som_ar_okanda_saknas_eller_star_dubbelt(fardplan: Fardplan, xlsx: bytes) -> None:
    def gor(ark: Worksheet) -> None:
        ark["B1"], ark["D1"], ark["R1"] = "Prioritet", "Text", None
        ark["S3"] = "löst"

    fel = planera(fardplan, "karta.xlsx", andrad(xlsx, gor)).fel

    assert [(f.cell, f.kolumn, f.text.split(".")[0]) for f in fel] == [
        ("E1", "Text", "Kolumnen finns två gånger, först i D"),
        ("", "", "Kolumnerna Typ och Titel saknas"),
    ]


def test_en_miljon_tomma_rader_gar_fort(fardplan: Fardplan, xlsx: bytes) -> None:
    """As LibreOffice saves a sheet where somebody set the height of every row."""
    with zipfile.ZipFile(io.BytesIO(xlsx)) as bok:
        ark = bok.read(SHEET1).decode()
    tomma = "".join(f'<row r="{n}" ht="13.5" customHeight="true"></row>' for n in range(30, 2**20 + 1))
    fil = med_del(xlsx, SHEET1, ark.replace("</sheetData>", f"{tomma}</sheetData>").encode())
    start = time.process_time()

    plan = planera(fardplan, "karta.xlsx", fil)

    assert time.process_time() - start < 5
    assert (plan.rader, plan.fel, plan.oforandrade) == ((), (), 18)


def test_varden_efter_femtio_tomma_rader_tappas_inte_tyst(fardplan: Fardplan, xlsx: bytes) -> None:
    fel = planera(fardplan, "karta.xlsx", andrad(xlsx, lambda ark: ark.cell(100, 4, "Långt ner"))).fel

    assert [(f.rad, f.text) for f in fel] == [
        (100, "Före raden finns 80 tomma rader. Ta bort dem, eller raden om den inte hör till tabellen.")
    ]


def test_datum_som_text_och_tal(fardplan: Fardplan) -> None:
    las = next(k for k in KOLUMNER if k.falt == "datum").slag.las

    for varde in ("2026-11-01", "20261101", "261101", 20261101.0, date(2026, 11, 1)):
        assert las(varde, None) == date(2026, 11, 1)  # type: ignore[arg-type]
    for varde, fel in (
        ("11/01/2026", "vilket som är dag"),
        *((v, "inget datum") for v in ("46000", "2026-02-30", True)),
    ):
        with pytest.raises(ValueError, match=fel):
            las(varde, None)  # type: ignore[arg-type]
