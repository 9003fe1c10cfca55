"""What our workbooks have in common on the way out: how cells look, how they print, and the sheet Läs mig."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from insatser.utbyte.excel.cellslag import Val
from insatser.utbyte.excel.kolumner import Kolumn, Mall, bokstav

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


def per_rubrik(mall: Mall, rad: Sequence[Any]) -> dict[str, Any]:
    """A row for programs: by the headings, what is empty as None."""
    return {rubrik: None if cell == "" else cell for rubrik, cell in zip(mall.rubriker, rad, strict=True)}


def skriv_las_mig(bok: Workbook, texter: Iterable[Stycke], lankar: Mapping[str, str] | None = None) -> None:
    """The sheet that says what the workbook holds, and how it is changed and read in again.

    `lankar`: {paragraph: the sheet that it leads to}.
    """
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
        if dit := (lankar or {}).get(text):
            blad.write_url(rad, 0, f"internal:'{dit}'!A1", string=text)
        else:
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


def val(mall: Mall) -> dict[str, list[str]]:
    """{heading on the sheet Listor: words} of the columns whose words the code knows."""
    return {k.lista: k.slag.val for k in mall.kolumner if isinstance(k.slag, Val)}


def skriv_listor(bok: Workbook, till: Worksheet, mall: Mall, listor: Mapping[str, Sequence[str]], antal: int) -> None:
    """The allowed words, and drop-down lists that point at them (a rule itself holds no more than 255 characters).

    `till`: the sheet of `mall`, with `antal` rows.
    """
    skriv_listblad(bok, listor)
    satt_val(till, mall, listor, antal)


def skriv_listblad(bok: Workbook, listor: Mapping[str, Sequence[str]]) -> None:
    """The sheet Listor: a column of words under each heading."""
    blad = bok.add_worksheet("Listor")
    fet = bok.add_format({"bold": True})
    blad.freeze_panes(1, 0)
    blad.set_landscape()
    blad.set_paper(A4)
    blad.fit_to_pages(1, 0)
    for n, (rubrik, ord_) in enumerate(listor.items()):
        blad.set_column(n, n, max(map(len, [rubrik, *ord_])) + 2)
        blad.write_string(0, n, rubrik, fet)
        for rad, text in enumerate(ord_, start=1):
            blad.write_string(rad, n, text)


def satt_val(till: Worksheet, mall: Mall, listor: Mapping[str, Sequence[str]], antal: int) -> None:
    """Drop-down lists on the sheet of `mall`, with `antal` rows, of the words that stand on the sheet Listor."""
    platser = {rubrik: n for n, rubrik in enumerate(listor)}
    for n, k in enumerate(mall.kolumner):
        if k.lista and listor[k.lista]:
            bokst = bokstav(platser[k.lista])
            regel = {
                "validate": "list",
                "source": f"=Listor!${bokst}$2:${bokst}${len(listor[k.lista]) + 1}",
                "error_title": k.rubrik,
                "error_message": "Välj ur listan. Allt som är tillåtet står på bladet Listor.",
            }
            till.data_validation(1, n, antal + NYA_RADER, n, regel)


def celler(mall: Mall, rader: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """The cells of rows that say what they hold by field."""
    return [[rad[k.falt] for k in mall.kolumner] for rad in rader]


def lasblad(bok: Workbook, mall: Mall, rader: Sequence[Sequence[Any]]) -> Worksheet:
    """A sheet to read and reckon in. By type, so that a text is never taken for a formula or a number.

    Formats come from the columns.
    """
    blad = bok.add_worksheet(mall.blad)
    rubrik = bok.add_format(RUBRIK)
    format_ = [bok.add_format(k.slag.format) if k.slag.format else None for k in mall.kolumner]
    synliga = [(n, k.bredd) for n, k in enumerate(mall.kolumner) if not k.dold]
    for n, k in enumerate(mall.kolumner):
        blad.set_column(n, n, k.bredd, format_[n], {"hidden": k.dold or inget_att_saga(k, n, rader)})
        blad.write_string(0, n, k.rubrik, rubrik)
    for r, celler in enumerate(rader, start=1):
        hogst = max(radantal(str(celler[n]), bredd) for n, bredd in synliga)
        blad.set_row(r, min(hogst * RADHOJD, 400))
        for n, varde in enumerate(celler):
            if isinstance(varde, str):
                blad.write_string(r, n, varde, format_[n])
            elif isinstance(varde, int):
                blad.write_number(r, n, varde, format_[n])
            elif varde is not None:
                blad.write_datetime(r, n, varde, format_[n])
    blad.freeze_panes(1, 2)
    # Over the hidden columns too: sorting must move a row's version along with it.
    blad.autofilter(0, 0, max(1, len(rader)), len(mall.kolumner) - 1)
    satt_utskrift(blad, f"&L{mall.blad}&RSida &P av &N")
    return blad
