"""Writes the insatskarta as a workbook that can be changed and read in again (.xlsx, .ods), and as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator

from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from insatser.fragor.karta import Karta, Urval
from insatser.fragor.urval import i_ord
from insatser.regler.bojning import raknat
from insatser.regler.exempel import MARKE
from insatser.utbyte.excel import ods_ut
from insatser.utbyte.excel.cellslag import GEMENSAM, KARNSPECIFIK, Cellvarde
from insatser.utbyte.excel.insatskarta import MALL, InsatskartaResource
from insatser.utbyte.excel.kolumner import Mall
from insatser.utbyte.excel.skrivning import (
    A3,
    NYA_RADER,
    RADHOJD,
    RUBRIK,
    Stycke,
    gor_bok,
    inget_att_saga,
    kolumnerna,
    per_rubrik,
    radantal,
    satt_utskrift,
    skriv_las_mig,
    skriv_listor,
    val,
)

MAX_HOJD = 409
# The columns whose texts wrap.
_TEXTBREDDER = [(n, k.bredd) for n, k in enumerate(MALL.kolumner) if k.bredd >= 30]
# A spreadsheet runs a CSV cell that starts so. The guard itself is guarded, so that reading takes away exactly one.
_FARLIG = re.compile(r"'*[=+\-@\t\r]")


def skriv_xlsx(karta: Karta, urval: Urval | None = None) -> bytes:
    """The workbook: the sheets Insatskarta, Läs mig and Listor."""
    resurs = InsatskartaResource(karta.fardplan)
    rader = [resurs.export_resource(insats) for insats in karta.insatser]

    def fyll(bok: Workbook) -> None:
        blad = bok.add_worksheet(MALL.blad)
        _skriv_insatser(bok, blad, karta, rader)
        skriv_las_mig(bok, _las_mig(karta, urval))
        listor = {
            "Typ": [GEMENSAM, KARNSPECIFIK],
            "Målområde": [str(m) for m in resurs.ordlista.malomraden.values()],
            **val(MALL),
            "Aktörer": list(resurs.ordlista.aktornamn.values()),
        }
        skriv_listor(bok, blad, MALL, listor, len(rader))

    return gor_bok(f"Insatskarta {karta.fardplan}", fyll)


def _skriv_insatser(bok: Workbook, blad: Worksheet, karta: Karta, rader: list[list[Cellvarde]]) -> None:
    rubrik = bok.add_format({**RUBRIK, "border": 1})
    format_ = [bok.add_format(k.slag.format) if k.slag.format else None for k in MALL.kolumner]
    for n, k in enumerate(MALL.kolumner):
        blad.set_column(n, n, k.bredd, format_[n], {"hidden": k.dold or inget_att_saga(k, n, rader)})
    blad.set_row(0, 30)
    blad.write_row(0, 0, MALL.rubriker, rubrik)
    _skriv_celler(blad, rader, format_)
    blad.freeze_panes(1, 1)
    # Over the hidden columns too: sorting must move a row's version along with it.
    blad.autofilter(0, 0, len(rader), len(MALL.kolumner) - 1)
    blad.ignore_errors({"number_stored_as_text": f"A2:A{len(rader) + NYA_RADER}"})
    blad.hide_gridlines(0)  # which prints them
    blad.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    namn = str(karta.fardplan).replace("&", "&&")
    # A3: a dozen columns of text are unreadable on less.
    satt_utskrift(blad, f"&L{namn}&C{timezone.localdate():%Y-%m-%d}&RSida &P av &N", A3)


def _skriv_celler(blad: Worksheet, rader: list[list[Cellvarde]], format_: list[Format | None]) -> None:
    """By type, so that a text is never taken for a formula, a link or a number. Formats come from the columns."""
    skriv_text, skriv_tal = blad.write_string, blad.write_number
    for r, rad in enumerate(rader, start=1):
        blad.set_row(r, _hojd(rad))
        for k, varde in enumerate(rad):
            if isinstance(varde, str):
                if varde:
                    skriv_text(r, k, varde)
            elif isinstance(varde, int):
                skriv_tal(r, k, varde)
            elif varde is not None:
                blad.write_datetime(r, k, varde, format_[k])


def _hojd(rad: list[Cellvarde]) -> float:
    """Room for the longest text. Excel would find it by itself, LibreOffice would not."""
    return min(max([radantal(rad[n], bredd) for n, bredd in _TEXTBREDDER]) * RADHOJD, MAX_HOJD)


def _las_mig(karta: Karta, urval: Urval | None) -> Iterator[Stycke]:
    """The paragraphs, top to bottom."""
    fardplan = karta.fardplan
    nu = timezone.localtime()
    urvalsord = (i_ord(urval) if urval else "") or "Inget urval är gjort"
    yield "rubrik", f"Insatskarta för {fardplan.stadskarna}"
    yield "text", f"Färdplan: {fardplan.program}. Hämtad {nu:%Y-%m-%d} klockan {nu:%H.%M}."
    yield "text", f"{len(karta.insatser)} av {raknat(karta.totalt, 'insats', 'insatser')}. {urvalsord}."
    if karta.exempel:
        yield "text", f"{MARKE}: {karta.exempel}"
    yield "mellan", "Så ändrar du"
    i_listor = "Bladet Listor visar vilka ord och aktörer som går att välja."
    yield "text", f"1. Ändra i cellerna på bladet {MALL.blad}. {i_listor}"
    yield "text", "2. Skriv en ny insats på en ny rad. Lämna numret tomt, så får den nästa lediga nummer."
    yield "text", "3. Spara arbetsboken som Excel-arbetsbok (.xlsx) eller CSV."
    yield "text", "4. Logga in som planerare, öppna insatskartan och välj Läs in Excel."
    yield "text", "5. Granska vad som ändras. Ingenting sparas förrän du bekräftar, och då sparas allt på en gång."
    yield "mellan", "Bra att veta"
    yield "text", "En rad som saknas i arbetsboken tas inte bort: insatsen står kvar som den är."
    yield "text", "En tom cell betyder att värdet ska vara tomt."
    yield "text", "Har någon annan ändrat samma cell sedan du hämtade arbetsboken får du se båda. Inget skrivs över."
    yield "text", "En gemensam insats är en och samma i alla stadskärnor: ändrar du den här ändras den överallt."
    yield "text", "Formler och sammanfogade celler går inte att läsa in. De dolda kolumnerna till höger behövs."
    yield from kolumnerna(MALL)


def skriv_ods(karta: Karta, urval: Urval | None = None) -> bytes:
    """The same columns as an OpenDocument spreadsheet, that reads in again."""
    resurs = InsatskartaResource(karta.fardplan)
    rader = [resurs.export_resource(insats) for insats in karta.insatser]
    return ods_ut.skriv(MALL, rader, _las_mig(karta, urval))


def skriv_json(karta: Karta) -> bytes:
    """The same columns, for programs: each insats by the headings, dates as ISO, what is empty as null."""
    resurs = InsatskartaResource(karta.fardplan)
    rader = [resurs.export_resource(insats) for insats in karta.insatser]
    innehall = {
        "fardplan": resurs.ordlista.fardplan,
        "stadskarna": str(karta.fardplan.stadskarna),
        "program": str(karta.fardplan.program),
        "hamtad": timezone.localtime().isoformat(timespec="seconds"),
        "exempeldata": str(karta.exempel) or None,
        "insatser": [per_rubrik(MALL, rad) for rad in rader],
    }
    return json.dumps(innehall, ensure_ascii=False, indent=2, default=str).encode()


def skriv_csv(karta: Karta) -> bytes:
    """The same columns, as Swedish Excel opens them: UTF-8 with a mark first, semicolons, no cell run as a formula."""
    resurs = InsatskartaResource(karta.fardplan)
    return som_csv(resurs.export_resource(insats) for insats in karta.insatser)


def som_csv(rader: Iterable[Iterable[Cellvarde]], mall: Mall = MALL) -> bytes:
    """Rows of cells under the headings, as above."""
    buffert = io.StringIO(newline="")
    skrivare = csv.writer(buffert, delimiter=";", lineterminator="\r\n")
    skrivare.writerow(mall.rubriker)
    for rad in rader:
        skrivare.writerow([_csv_cell(varde) for varde in rad])
    return buffert.getvalue().encode("utf-8-sig")


def _csv_cell(varde: Cellvarde) -> str:
    text = "" if varde is None else str(varde)
    return f"'{text}" if _FARLIG.match(text) else text
