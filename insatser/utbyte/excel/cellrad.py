"""One row of a workbook, read, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aktorer.grund.samtidighet import Konflikt
from insatser.andringar.inlasning import Lageplan, Radplan
from insatser.andringar.roller import Rollrad
from insatser.fragor.inlasning import Nummer
from insatser.regler.inlasning import Cell, Cellkonflikt

TEXTFALT = ("titel", "text", "typ")
ROLLFALT = ("ansvarig", "medverkande")
LAGESFALT = ("status", "bedomning", "kommentar", "datum")


@dataclass(slots=True)
class Cellrad:
    """One row of the workbook, read. The fields are those of the column table; `raknetal`: the number was no text."""

    rad: int = 0
    raknetal: bool = False
    nummer: Nummer | None = None
    typ: bool | None = None
    malomrade: int | None = None
    titel: str = ""
    text: str = ""
    ansvarig: int | None = None
    medverkande: tuple[int, ...] = ()
    status: str = ""
    bedomning: str = ""
    kommentar: str = ""
    datum: date | None = None
    insats_id: int | None = None
    version: int | None = None
    lage_id: int | None = None
    fardplan: str = ""
    utfall: Utfall | None = None

    def __str__(self) -> str:
        return f"rad {self.rad}"

    def varden(self, falt: Iterable[str]) -> dict[str, Any]:
        return {f: getattr(self, f) for f in falt}


@dataclass(slots=True)
class Utfall:
    """What comes of a row. `fel`: (field, sentence). Nothing in it: the row changes nothing."""

    fel: list[tuple[str, str]] = field(default_factory=list)
    krockar: list[Konflikt] = field(default_factory=list)
    celler: list[Cell] = field(default_factory=list)
    noter: list[str] = field(default_factory=list)
    texter: dict[str, str] = field(default_factory=dict)
    gemensam: bool = False
    byter_typ: bool = False
    roller: tuple[Rollrad, ...] | None = None
    lage: Lageplan | None = None
    konflikter: list[Cellkonflikt] = field(default_factory=list)
    plan: Radplan | None = None

    def neka(self, falt: str, text: str) -> None:
        self.fel.append((falt, text))

    @property
    def tomt(self) -> bool:
        return not (self.fel or self.krockar or self.celler)
