"""Reads an uploaded workbook or CSV file into a table of cells. Every fault is collected; nothing is written."""

from __future__ import annotations

import csv
import io
import re
from pathlib import PurePath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from insatser.regler.inlasning import Fel
from insatser.utbyte.excel import arkiv
from insatser.utbyte.excel.cellslag import OLAST
from insatser.utbyte.excel.kolumner import Mall, bokstav
from insatser.utbyte.excel.tabell import MAX_RADER, MAX_RADER_I_ORD, Tabell, bygg

ARBETSBOCKER = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SKILJETECKEN = (";", ",", "\t")
# What skrivning puts before a CSV cell that a spreadsheet would otherwise run as a formula.
_VAKT = re.compile(r"\A'(?='*[=+\-@\t\r])")


def las(filnamn: str, innehall: bytes, mall: Mall) -> Tabell:
    """The file's table, with all that is wrong with it in `fel`. What the cells mean is not for the reader to say."""
    if len(innehall) > arkiv.MAX_STORLEK:
        grans = arkiv.MAX_STORLEK // arkiv.MB
        return Tabell(mall.blad, mall, fel=[Fel(f"Filen är större än {grans} MB. Ta bort bilder och tomma rader.")])
    if innehall.startswith(ZIP):
        return _las_arbetsbok(innehall, mall)
    if innehall.startswith(OLE):
        return Tabell(mall.blad, mall, fel=[Fel(arkiv.LAST)])
    if not innehall.strip():
        return Tabell(mall.blad, mall, fel=[Fel("Filen är tom.")])
    if PurePath(filnamn).suffix.lower() in ARBETSBOCKER:
        return Tabell(mall.blad, mall, fel=[Fel(arkiv.INTE_ARBETSBOK)])
    return _las_csv(filnamn, innehall, mall)


def _las_arbetsbok(innehall: bytes, mall: Mall) -> Tabell:
    try:
        koll = arkiv.granska(innehall, mall)
        with CalamineWorkbook.from_filelike(io.BytesIO(innehall)) as bok:
            blad = bok.get_sheet_by_name(mall.blad)
            rader = blad.to_python(skip_empty_area=False)
            sammanfogade = blad.merged_cell_ranges or []
    except arkiv.Avbrott as avbrott:
        return Tabell(mall.blad, mall, fel=[Fel(text) for text in avbrott.texter])
    except CalamineError:
        return Tabell(mall.blad, mall, fel=[Fel(arkiv.SKADAD)])
    except BaseException as fel:
        # A fault inside the reader's Rust code is no Exception; it must not take the whole page down.
        if type(fel).__name__ != "PanicException":
            raise
        return Tabell(mall.blad, mall, fel=[Fel(arkiv.SKADAD)])
    tabell = bygg(rader, mall.blad, mall)
    if platser := koll.platser:
        for rad, celler in tabell.rader:
            celler[:] = [OLAST if (rad, n) in platser else c for n, c in zip(tabell.platser, celler, strict=True)]
    tabell.fel[:0] = [tabell.med_kolumn(f) for f in [*koll.fel, *_sammanfogade(mall.blad, sammanfogade)]]
    return tabell


def _sammanfogade(blad: str, omraden: list[Any]) -> list[Fel]:
    celler = [(f"{bokstav(k0)}{r0 + 1}:{bokstav(k1)}{r1 + 1}", None) for (r0, k0), (r1, k1) in omraden]
    return arkiv.likadana(blad, celler, "Cellerna är sammanfogade. Dela upp dem, och skriv värdet i varje cell.")


def _las_csv(filnamn: str, innehall: bytes, mall: Mall) -> Tabell:
    text = _avkoda(innehall)
    if text is None:
        return Tabell(filnamn, mall, fel=[Fel(arkiv.INTE_ARBETSBOK)])
    lasare = csv.reader(io.StringIO(text, newline=""), delimiter=_skiljetecken(text, mall), strict=True)
    rader: list[list[str]] = []
    try:
        for rad in lasare:
            if len(rader) > MAX_RADER:
                return Tabell(filnamn, mall, fel=[Fel(f"Filen har fler än {MAX_RADER_I_ORD} rader. Dela upp den.")])
            rader.append([_VAKT.sub("", cell, count=1) if cell[:1] == "'" else cell for cell in rad])
    except csv.Error:
        fel = Fel("Raden går inte att läsa. Ett citattecken saknas eller är för mycket.", filnamn, lasare.line_num)
        return Tabell(filnamn, mall, fel=[fel])
    return bygg(rader, filnamn, mall)


def _avkoda(innehall: bytes) -> str | None:
    """UTF-8 as we write it, the encodings that Excel saves, or None when it is no text."""
    kodningar = ["utf-16"] if innehall[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "cp1252"]
    for kodning in kodningar:
        try:
            text = innehall.decode(kodning)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def _skiljetecken(text: str, mall: Mall) -> str:
    """The one that finds most of our headings on the first line."""
    kanda = {r.casefold() for r in mall.rubriker}
    forsta = text.partition("\n")[0]

    def traffar(tecken: str) -> int:
        return sum(c.strip('" \r').casefold() in kanda for c in forsta.split(tecken))

    return max(SKILJETECKEN, key=traffar)
