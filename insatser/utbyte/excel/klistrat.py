"""Cells that were copied out of a spreadsheet: laid over the rows as they are, they are a file like any other."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError

from aktorer.grund.tecken import nyckel
from insatser.models import Fardplan, Insats
from insatser.regler import nummer as insatsnummer
from insatser.utbyte.excel.cellslag import Cellvarde
from insatser.utbyte.excel.insatskarta import MALL, InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import som_csv

FILNAMN = "Inklistrat.csv"
NUMMER = MALL.plats("nummer")
# Each character is looked at once: neither part gives back what it has taken.
_CELL = re.compile(r'(?:"((?:[^"]++|"")++)"(?=[\t\r\n]|\Z)|([^\t\r\n]*+))(\t|\r\n|\r|\n|\Z)')
_MASTE_CITERAS = re.compile(r'[\t\r\n"]')
# Where a block without headings may begin.
SYNLIGA = [k for k in MALL.kolumner if not (k.dold or k.upplyser or k.falt == "nummer")]


def som_fil(
    text: str, forsta: str, fardplan: Fardplan, *, alla: Sequence[Insats], urvalet: Sequence[Insats]
) -> tuple[bytes, int]:
    """(the file, how many rows it has before what was pasted). Raises ValidationError.

    `forsta`: the field of the first column, "" when the first row says the headings. The rows are those whose number
    is pasted, out of `alla`; without numbers, those of `urvalet` in their order. What was not pasted stays as it is.
    """
    klistrat = [rad for rad in rutnat(text) if any(cell.strip() for cell in rad)]
    if any(len(cell) > csv.field_size_limit() for rad in klistrat for cell in rad):
        raise ValidationError("Det du klistrade in går inte att läsa: en cell är för lång.")
    if not klistrat:
        raise ValidationError("Klistra in minst en rad.")
    platser = _fran(forsta, klistrat) if forsta else _rubriker(klistrat.pop(0))
    resurs = InsatskartaResource(fardplan)
    grund: list[Insats | None]
    if NUMMER in platser:
        kanda, plats = {i.nummer: i for i in alla}, platser.index(NUMMER)
        grund = [kanda.get(_nummer(rad[plats])) if len(rad) > plats else None for rad in klistrat]
    elif len(klistrat) == len(urvalet):
        grund = [*urvalet]
    else:
        antal = f"Du klistrade in {len(klistrat)} rader utan nummer, men urvalet har {len(urvalet)}."
        raise ValidationError(f"{antal} Ta med kolumnen Nummer, eller klistra in lika många rader.")
    rader: list[list[Cellvarde]] = []
    for n, (rad, insats) in enumerate(zip(klistrat, grund, strict=True), start=1):
        if len(rad) > len(platser):
            raise ValidationError(f"Rad {n} har fler celler än det finns kolumner för.")
        hel: list[Cellvarde] = resurs.export_resource(insats) if insats else [None for _ in MALL.kolumner]
        for plats, cell in zip(platser, rad, strict=False):
            hel[plats] = cell.replace("\r\n", "\n")
        rader.append(hel)
    return som_csv(rader), 1 if forsta else 0


def rutnat(text: str) -> list[list[str]]:
    """The cells, row by row, as a spreadsheet writes them to the clipboard: only a cell that holds a tab, a line break
    or a quotation mark is put within quotation marks. Any other is what it says, however many it has.
    """
    rader: list[list[str]] = [[]]
    for citerad, rak, slut in _CELL.findall(text):
        if citerad and _MASTE_CITERAS.search(citerad):
            cell = citerad.replace('""', '"')
        else:
            cell = f'"{citerad}"' if citerad else rak
        rader[-1].append(cell)
        if slut != "\t":
            rader.append([])
    return rader


def _rubriker(rad: Sequence[str]) -> list[int]:
    """Which column each heading names."""
    okanda = [f"”{cell.strip()}”" for cell in rad if nyckel(cell) not in MALL.per_nyckel]
    if okanda:
        kanda = ", ".join(k.rubrik for k in MALL.kolumner if not (k.dold or k.upplyser))
        hur = f"Rubrikerna som finns är {kanda}. Saknar det du klistrat in rubriker? Välj då den första kolumnen."
        raise ValidationError(f"Första raden har {', '.join(okanda[:5])}, som inte är någon av våra rubriker. {hur}")
    platser = [MALL.rubriker.index(MALL.per_nyckel[nyckel(cell)]) for cell in rad]
    if len({*platser}) < len(platser):
        raise ValidationError("Samma rubrik står två gånger på första raden.")
    return platser


def _fran(forsta: str, rader: Sequence[Sequence[str]]) -> list[int]:
    """The columns from that one on, with the number before it where each row begins with one."""
    synliga = [k.falt for k in SYNLIGA]
    platser = [MALL.plats(falt) for falt in synliga[synliga.index(forsta) :]]
    numrerade = all(insatsnummer.tolka(_nummer(rad[0])) for rad in rader)
    return [NUMMER, *platser] if numrerade else platser


def _nummer(cell: str) -> str:
    return cell.strip().replace(",", ".")
