"""What our workbooks have in common on the way out: how cells look, how they print, and the sheet Läs mig."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from insatser.utbyte.excel.kolumner import Kolumn, Mall

type Stycke = tuple[Literal["rubrik", "mellan", "text"], str]

# Room for new rows under the table: drop-down lists reach this far past the last one.
NYA_RADER = 500
# How every cell looks unless told: what a column tells, each of its cells must carry along.
CELL = {"font_name": "Calibri", "font_size": 11, "text_wrap": True, "valign": "top"}
RUBRIK = {"bold": True, "valign": "vcenter", "font_color": "#FFFFFF", "bg_color": "#0B4F8A"}
RADHOJD = 15
A3, A4 = 8, 9  # as a spreadsheet numbers them


def gor_bok(titel: str, fyll: Callable[[Workbook], None]) -> bytes:
    """The workbook that `fyll` writes its sheets into."""
    buffert = io.BytesIO()
    bok = Workbook(buffert, {"in_memory": True, "default_format_properties": CELL})
    bok.set_properties({"title": titel, "subject": "Färdplan", "author": "Färdplan"})
    fyll(bok)
    bok.close()
    return buffert.getvalue()


def satt_utskrift(blad: Worksheet, fot: str, papper: int = A4) -> None:
    """A table on paper: lying, as wide as it is, with its headings on every page."""
    blad.set_landscape()
    blad.set_paper(papper)
    blad.fit_to_pages(1, 0)
    blad.repeat_rows(0)
    blad.set_footer(fot)


def radantal(text: Any, bredd: int) -> int:
    """Lines that a text fills in a column of that many characters."""
    return len(text) // bredd + text.count("\n") + 1 if text else 1


def inget_att_saga(kolumn: Kolumn, plats: int, rader: Iterable[Sequence[Any]]) -> bool:
    """Whether a column that only tells something has nothing to tell: then it is not seen."""
    return kolumn.upplyser and not any(rad[plats] for rad in rader)


def skriv_las_mig(bok: Workbook, texter: Iterable[Stycke]) -> None:
    """The sheet that says what the workbook holds, and how it is changed and read in again."""
    blad = bok.add_worksheet("Läs mig")
    stilar = {
        "rubrik": bok.add_format({"bold": True, "font_size": 16}),
        "mellan": bok.add_format({"bold": True, "font_size": 12, "valign": "bottom"}),
        "text": bok.add_format(),
    }
    hojder = {"rubrik": 30, "mellan": 27}
    blad.set_column(0, 0, 72)
    for rad, (stil, text) in enumerate(texter):
        blad.set_row(rad, hojder.get(stil, radantal(text, 72) * RADHOJD))
        blad.write_string(rad, 0, text, stilar[stil])
    blad.hide_gridlines(2)
    blad.set_paper(A4)
    blad.fit_to_pages(1, 0)


def kolumnerna(mall: Mall) -> Iterator[Stycke]:
    """The paragraphs on what to write in each column."""
    yield "mellan", "Kolumnerna"
    for kolumn in mall.kolumner:
        if not kolumn.dold:
            yield "text", f"{kolumn.rubrik}: {kolumn.hjalp}"
