"""A file's rows, read but not yet understood: what the readers of Excel and CSV hand over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from insatser.regler.inlasning import Fel
from insatser.utbyte.excel.kolumner import Mall, bokstav

MAX_TOMMA_RADER = 50
MAX_RADER = 50_000
MAX_RADER_I_ORD = "50 000"


@dataclass
class Tabell:
    """`rader`: (row number in the file, cells in the order of the column table). `platser`: where each column stood.

    `blad` is the sheet, for CSV the file. To django-import-export it is a dataset: headings, and rows of cells.
    """

    blad: str
    mall: Mall
    rader: list[tuple[int, list[Any]]] = field(default_factory=list)
    fel: list[Fel] = field(default_factory=list)
    platser: list[int] = field(default_factory=list)

    @property
    def headers(self) -> list[str]:
        return self.mall.rubriker

    def __len__(self) -> int:
        return len(self.rader)

    def __iter__(self) -> Iterator[list[Any]]:
        return (celler for _, celler in self.rader)

    def kolumn(self, falt: str) -> list[tuple[int, Any]]:
        """(row number, cell) of a column."""
        plats = self.mall.plats(falt)
        return [(rad, celler[plats]) for rad, celler in self.rader]

    def fel_i(self, rad: int, falt: str, text: str, cell: Any) -> Fel:
        """A fault in the row's cell of a field, with its address as Excel writes it and what stands there."""
        plats = self.platser[self.mall.plats(falt)]
        rubrik = self.mall.per_falt[falt].rubrik
        return Fel(text, self.blad, rad, rubrik, f"{bokstav(plats)}{rad}", "" if cell is None else str(cell))

    def med_kolumn(self, fel: Fel) -> Fel:
        """The fault with the heading of the column that its cell stands in."""
        forst = fel.cell.partition(":")[0].rstrip("0123456789")
        rubrik = next((r for r, n in zip(self.mall.rubriker, self.platser, strict=False) if bokstav(n) == forst), forst)
        return replace(fel, kolumn=rubrik)


def bygg(rader: Sequence[Sequence[Any]], blad: str, mall: Mall) -> Tabell:
    """The table of a sheet's rows, the first of them the headings. Faults are collected, never raised."""
    tabell = Tabell(blad, mall)
    rubriker = [" ".join(_text(c).split()) for c in rader[0]] if rader else []
    saknas = _placera(tabell, rubriker)
    utan_rubrik = {n for n, rubrik in enumerate(rubriker) if not rubrik}
    tomma = 0
    for nummer, celler in enumerate(rader[1:], start=2):
        if not any(_har_varde(c) for c in celler):
            tomma += 1
            continue
        if tomma >= MAX_TOMMA_RADER:
            text = f"Före raden finns {tomma} tomma rader. Ta bort dem, eller raden om den inte hör till tabellen."
            tabell.fel.append(Fel(text, blad, nummer))
            break
        tomma = 0
        utan_rubrik |= set(range(len(rubriker), len(celler)))
        for n in [n for n in utan_rubrik if n < len(celler) and _har_varde(celler[n])]:
            text = "Kolumnen saknar rubrik men innehåller något. Ta bort kolumnen."
            tabell.fel.append(Fel(text, blad, nummer, bokstav(n), f"{bokstav(n)}{nummer}", str(celler[n])))
            utan_rubrik.discard(n)
            rubriker += [""] * (n + 1 - len(rubriker))
        if not saknas:
            tabell.rader.append((nummer, [celler[n] if n < len(celler) else None for n in tabell.platser]))
    if not (tabell.rader or tabell.fel):
        tabell.fel.append(Fel("Bladet har inga rader att läsa in.", blad))
    return tabell


def _placera(tabell: Tabell, rubriker: Sequence[str]) -> bool:
    """Find each column by its heading. Returns whether any is missing."""
    platser: dict[str, int] = {}
    kanda = {r.casefold(): r for r in tabell.mall.rubriker}
    for n, rubrik in enumerate(rubriker):
        kand = kanda.get(rubrik.casefold())
        cell = f"{bokstav(n)}1"
        if rubrik and not kand:
            text = f"Kolumnen är okänd. Ta bort den. Kolumnerna heter {', '.join(kanda.values())}."
            tabell.fel.append(Fel(text, tabell.blad, 1, rubrik, cell, rubrik))
        elif kand in platser:
            text = f"Kolumnen finns två gånger, först i {bokstav(platser[kand])}. Ta bort den ena."
            tabell.fel.append(Fel(text, tabell.blad, 1, rubrik, cell, rubrik))
        elif kand:
            platser[kand] = n
    saknas = [k.rubrik for k in tabell.mall.kolumner if k.rubrik not in platser and not k.upplyser]
    for rubrik in saknas:
        text = "Kolumnen saknas. Hämta arbetsboken på nytt: alla kolumner behövs, också de dolda."
        tabell.fel.append(Fel(text, tabell.blad, 1, rubrik))
    tabell.platser = [platser.get(r, 0) for r in tabell.mall.rubriker]
    return bool(saknas)


def _text(varde: Any) -> str:
    return "" if varde is None else str(varde)


def _har_varde(varde: Any) -> bool:
    return varde is not None and (not isinstance(varde, str) or bool(varde.strip()))
