"""Cells that were copied out of a spreadsheet: laid over the rows as they are, they are a file like any other."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.tecken import nyckel
from insatser.regler import nummer as insatsnummer
from insatser.regler.bojning import uppraknat
from insatser.utbyte.excel.cellslag import Cellvarde
from insatser.utbyte.excel.insatskarta_ut import som_csv
from insatser.utbyte.excel.kolumner import Kolumn, Mall
from insatser.utbyte.excel.resurs import Bladresurs

FILNAMN = "Inklistrat.csv"
# Each character is looked at once: neither part gives back what it has taken.
_CELL = re.compile(r'(?:"((?:[^"]++|"")++)"(?=[\t\r\n]|\Z)|([^\t\r\n]*+))(\t|\r\n|\r|\n|\Z)')
_MASTE_CITERAS = re.compile(r'[\t\r\n"]')
type Nyckel = tuple[str, ...]


@dataclass(frozen=True)
class Klistertabell:
    """What cells are laid over. `nycklar`: the fields whose cells tell which row is meant; `alla`: {`nyckeln` of those:
    the object of the row}; `urvalet`: the objects in the order of the table, for cells that do not tell.
    """

    resurs: Bladresurs
    nycklar: tuple[str, ...]
    alla: Mapping[Nyckel, Any]
    urvalet: Sequence[Any]

    @property
    def mall(self) -> Mall:
        return self.resurs.mall

    @property
    def forst(self) -> str:
        """The column that a row may begin with unasked: its number, where that alone tells which it is."""
        return "nummer" if self.nycklar == ("nummer",) else ""

    @property
    def synliga(self) -> list[Kolumn]:
        """Where a block without headings may begin."""
        return [k for k in self.mall.kolumner if not (k.dold or k.upplyser or k.falt == self.forst)]

    @property
    def nycklarna(self) -> str:
        return uppraknat([self.mall.per_falt[falt].rubrik for falt in self.nycklar])


def nyckeln(*celler: str) -> Nyckel:
    """What tells a row, as its cells are compared: 1,3 is 1.3."""
    return tuple(nyckel(cell).replace(",", ".") for cell in celler)


def som_fil(text: str, forsta: str, underlag: Klistertabell) -> tuple[bytes, int]:
    """(the file, how many rows it has before what was pasted). Raises ValidationError.

    `forsta`: the field of the first column, "" when the first row says the headings. The rows are those that the pasted
    keys tell; without keys, those of `urvalet` in their order. What was not pasted stays as it is.
    """
    klistrat = [rad for rad in rutnat(text) if any(cell.strip() for cell in rad)]
    if any(len(cell) > csv.field_size_limit() for rad in klistrat for cell in rad):
        raise ValidationError("Det du klistrade in går inte att läsa: en cell är för lång.")
    if not klistrat:
        raise ValidationError("Klistra in minst en rad.")
    mall = underlag.mall
    platser = _fran(forsta, klistrat, underlag) if forsta else _rubriker(klistrat.pop(0), mall)
    nycklar = [platser.index(plats) for falt in underlag.nycklar if (plats := mall.plats(falt)) in platser]
    grund: list[Any]
    if len(nycklar) == len(underlag.nycklar):
        grund = [underlag.alla.get(nyckeln(*(rad[n] if len(rad) > n else "" for n in nycklar))) for rad in klistrat]
    elif len(klistrat) == len(underlag.urvalet):
        grund = [*underlag.urvalet]
    else:
        antal = (
            f"Du klistrade in {len(klistrat)} rader utan {_utan(underlag)}, men urvalet har {len(underlag.urvalet)}."
        )
        raise ValidationError(f"{antal} Ta med {_kolumnerna(underlag)}, eller klistra in lika många rader.")
    rader: list[list[Cellvarde]] = []
    for n, (rad, objekt) in enumerate(zip(klistrat, grund, strict=True), start=1):
        if len(rad) > len(platser):
            raise ValidationError(f"Rad {n} har fler celler än det finns kolumner för.")
        hel: list[Cellvarde] = underlag.resurs.export_resource(objekt) if objekt else [None for _ in mall.kolumner]
        for plats, cell in zip(platser, rad, strict=False):
            hel[plats] = cell.replace("\r\n", "\n")
        rader.append(hel)
    return som_csv(rader, mall), 1 if forsta else 0


def _utan(underlag: Klistertabell) -> str:
    return "nummer" if underlag.forst else underlag.nycklarna


def _kolumnerna(underlag: Klistertabell) -> str:
    return f"{'kolumnen' if len(underlag.nycklar) == 1 else 'kolumnerna'} {underlag.nycklarna}"


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


def _rubriker(rad: Sequence[str], mall: Mall) -> list[int]:
    """Which column each heading names."""
    okanda = [f"”{cell.strip()}”" for cell in rad if nyckel(cell) not in mall.per_nyckel]
    if okanda:
        kanda = ", ".join(k.rubrik for k in mall.kolumner if not (k.dold or k.upplyser))
        hur = f"Rubrikerna som finns är {kanda}. Saknar det du klistrat in rubriker? Välj då den första kolumnen."
        raise ValidationError(f"Första raden har {', '.join(okanda[:5])}, som inte är någon av våra rubriker. {hur}")
    platser = [mall.rubriker.index(mall.per_nyckel[nyckel(cell)]) for cell in rad]
    if len({*platser}) < len(platser):
        raise ValidationError("Samma rubrik står två gånger på första raden.")
    return platser


def _fran(forsta: str, rader: Sequence[Sequence[str]], underlag: Klistertabell) -> list[int]:
    """The columns from that one on, with the number before it where each row begins with one."""
    mall, sist = underlag.mall, underlag.synliga[-1]
    # What only tells stands among the others in our workbooks, and is copied with them.
    platser = [
        n for n, k in enumerate(mall.kolumner) if not k.dold and mall.plats(forsta) <= n <= mall.plats(sist.falt)
    ]
    numrerade = underlag.forst and all(insatsnummer.tolka(*nyckeln(rad[0])) for rad in rader)
    return [mall.plats(underlag.forst), *platser] if numrerade else platser
