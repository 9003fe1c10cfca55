"""What tests do to a workbook, as a person would in a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet


def andrad(xlsx: bytes, gor: Callable[[Worksheet], object], blad: str = "Insatskarta") -> bytes:
    """The workbook after somebody has done something to its sheet."""
    bok = openpyxl.load_workbook(io.BytesIO(xlsx))
    gor(bok[blad])
    return sparad(bok)


def sparad(bok: openpyxl.Workbook) -> bytes:
    buffert = io.BytesIO()
    bok.save(buffert)
    return buffert.getvalue()


def satt(ark: Worksheet, rad: int, celler: Mapping[str, Any], format_: str = "") -> None:
    """Write in the cells of a row, by heading, and give them a number format."""
    kolumner = {c.value: c.column for c in ark[1]}
    for rubrik, varde in celler.items():
        cell = ark.cell(rad, kolumner[rubrik])
        cell.value = varde
        if format_:
            cell.number_format = format_


def rad_for(ark: Worksheet, nummer: str) -> int:
    """The row whose first cell says so."""
    return next(n for n in range(2, ark.max_row + 1) if ark.cell(n, 1).value == nummer)


def granskade(svar: Any) -> list[Any]:
    """The rows that a preview's page shows."""
    return [rad for _, rader in svar.context["grupper"] for rad, _ in rader]
