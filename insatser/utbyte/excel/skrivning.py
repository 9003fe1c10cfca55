"""Writes the insatskarta as a workbook that can be changed and read in again, and as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from insatser.fragor.karta import Karta, Urval
from insatser.regler.status import Bedomning, Status
from insatser.utbyte.excel.kolumner import BLAD, GEMENSAM, KARNSPECIFIK, KOLUMNER, RUBRIKER, bokstav
from insatser.utbyte.excel.lasmig import Stycke, stycken
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.resurs import InsatskartaResource

# Room for new rows under the table: drop-down lists reach this far past the last one.
NYA_RADER = 500
# How every cell looks unless told: what a column tells, each of its cells must carry along.
CELL = {"font_name": "Calibri", "font_size": 11, "text_wrap": True, "valign": "top"}
RADHOJD, MAX_HOJD = 15, 409
# The columns whose texts wrap.
_TEXTBREDDER = [(n, k.bredd) for n, k in enumerate(KOLUMNER) if k.bredd >= 30]
# A spreadsheet runs a CSV cell that starts so. The guard itself is guarded, so that reading takes away exactly one.
_FARLIG = re.compile(r"'*[=+\-@\t\r]")


def skriv_xlsx(karta: Karta, urval: Urval | None = None) -> bytes:
    """The workbook: the sheets Insatskarta, Läs mig and Listor."""
    ordlista = Ordlista(karta.fardplan)
    resurs = InsatskartaResource(karta.fardplan, ordlista)
    rader = [resurs.export_resource(insats) for insats in karta.insatser]
    buffert = io.BytesIO()
    bok = Workbook(buffert, {"in_memory": True, "default_format_properties": CELL})
    bok.set_properties({"title": f"Insatskarta {karta.fardplan}", "subject": "Färdplan", "author": "Färdplan"})
    _skriv_insatser(bok, karta, rader)
    skriv_las_mig(bok, stycken(karta, urval))
    _skriv_listor(bok, bok.get_worksheet_by_name(BLAD), ordlista, len(rader))
    bok.close()
    return buffert.getvalue()


def _skriv_insatser(bok: Workbook, karta: Karta, rader: list[list[Any]]) -> None:
    blad = bok.add_worksheet(BLAD)
    farger = {"font_color": "#FFFFFF", "bg_color": "#0B4F8A"}
    rubrik = bok.add_format({"bold": True, "valign": "vcenter", "border": 1, **farger})
    # A number such as 1.10 must stay text, also where somebody writes a new one.
    nummer = bok.add_format({"num_format": "@"})
    dag = bok.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    format_ = {"nummer": nummer, "datum": dag}
    for n, k in enumerate(KOLUMNER):
        blad.set_column(n, n, k.bredd, format_.get(k.falt), {"hidden": k.dold})
    blad.set_row(0, 30)
    blad.write_row(0, 0, RUBRIKER, rubrik)
    _skriv_celler(blad, rader, dag)
    blad.freeze_panes(1, 1)
    # Over the hidden columns too: sorting must move a row's version along with it.
    blad.autofilter(0, 0, len(rader), len(KOLUMNER) - 1)
    blad.ignore_errors({"number_stored_as_text": f"A2:A{len(rader) + NYA_RADER}"})
    _satt_utskrift(blad, karta)


def _skriv_celler(blad: Worksheet, rader: list[list[Any]], dag: Format) -> None:
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
                blad.write_datetime(r, k, varde, dag)


def _hojd(rad: list[Any]) -> float:
    """Room for the longest text. Excel would find it by itself, LibreOffice would not."""
    return min(max([_radantal(rad[n], bredd) for n, bredd in _TEXTBREDDER]) * RADHOJD, MAX_HOJD)


def _radantal(text: Any, bredd: int) -> int:
    """Lines that a text fills in a column of that many characters."""
    return len(text) // bredd + text.count("\n") + 1 if text else 1


def _satt_utskrift(blad: Worksheet, karta: Karta) -> None:
    namn = str(karta.fardplan).replace("&", "&&")
    blad.hide_gridlines(0)  # which prints them
    blad.set_landscape()
    blad.set_paper(8)  # A3: eleven columns of text are unreadable on less
    blad.fit_to_pages(1, 0)
    blad.repeat_rows(0)
    blad.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    blad.set_footer(f"&L{namn}&C{timezone.localdate():%Y-%m-%d}&RSida &P av &N")


def skriv_las_mig(bok: Workbook, texter: Iterable[Stycke]) -> None:
    blad = bok.add_worksheet("Läs mig")
    stilar = {
        "rubrik": bok.add_format({"bold": True, "font_size": 16}),
        "mellan": bok.add_format({"bold": True, "font_size": 12, "valign": "bottom"}),
        "text": bok.add_format(),
    }
    hojder = {"rubrik": 30, "mellan": 27}
    blad.set_column(0, 0, 72)
    for rad, (stil, text) in enumerate(texter):
        blad.set_row(rad, hojder.get(stil, _radantal(text, 72) * RADHOJD))
        blad.write_string(rad, 0, text, stilar[stil])
    blad.hide_gridlines(2)
    blad.set_paper(9)
    blad.fit_to_pages(1, 0)


def _skriv_listor(bok: Workbook, insatser: Worksheet, ordlista: Ordlista, antal: int) -> None:
    """The allowed words, and drop-down lists that point at them (a rule itself holds no more than 255 characters)."""
    listor = {
        "Typ": [GEMENSAM, KARNSPECIFIK],
        "Målområde": [str(m) for m in ordlista.malomraden.values()],
        "Status": list(Status.labels),
        "Bedömning": list(Bedomning.labels),
        "Aktörer": list(ordlista.aktornamn.values()),
    }
    blad = bok.add_worksheet("Listor")
    fet = bok.add_format({"bold": True})
    blad.freeze_panes(1, 0)
    blad.set_landscape()
    blad.set_paper(9)
    blad.fit_to_pages(1, 0)
    for n, (rubrik, ord_) in enumerate(listor.items()):
        blad.set_column(n, n, max(map(len, [rubrik, *ord_])) + 2)
        blad.write_string(0, n, rubrik, fet)
        for rad, text in enumerate(ord_, start=1):
            blad.write_string(rad, n, text)
    platser = {rubrik: n for n, rubrik in enumerate(listor)}
    for n, k in enumerate(KOLUMNER):
        if k.lista and listor[k.lista]:
            bokst = bokstav(platser[k.lista])
            regel = {
                "validate": "list",
                "source": f"=Listor!${bokst}$2:${bokst}${len(listor[k.lista]) + 1}",
                "error_title": k.rubrik,
                "error_message": "Välj ur listan. Allt som är tillåtet står på bladet Listor.",
            }
            insatser.data_validation(1, n, antal + NYA_RADER, n, regel)


def skriv_csv(karta: Karta) -> bytes:
    """The same columns, as Swedish Excel opens them: UTF-8 with a mark first, semicolons, no cell run as a formula."""
    rader = InsatskartaResource(karta.fardplan).export(karta.insatser)
    buffert = io.StringIO(newline="")
    skrivare = csv.writer(buffert, delimiter=";", lineterminator="\r\n")
    skrivare.writerow(RUBRIKER)
    for rad in rader:
        skrivare.writerow([_csv_cell(varde) for varde in rad])
    return buffert.getvalue().encode("utf-8-sig")


def _csv_cell(varde: str | int | date | None) -> str:
    text = "" if varde is None else str(varde)
    return f"'{text}" if _FARLIG.match(text) else text
