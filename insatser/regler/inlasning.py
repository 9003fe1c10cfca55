"""What can be wrong with a workbook, and which of its cells change. Pure data, shown to people as it stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Fel:
    """One fault: where it stands, what was found there, and what is allowed or to be done.

    `rad` 0: the whole sheet. `varde` None: the fault is no value; "": the cell is empty.
    """

    text: str
    blad: str = ""
    rad: int = 0
    kolumn: str = ""
    cell: str = ""
    varde: str | None = None


@dataclass(frozen=True)
class Cell:
    """A cell that changes, in the words of the workbook."""

    kolumn: str
    fore: str
    efter: str


class Vilket(StrEnum):
    """Which of the values is to stand in a cell that both changed."""

    DERAS = "deras"
    MINA = "mina"
    ANNAT = "annat"


def marke(deras: str) -> str:
    """A mark of what stands: a choice holds as long as it is the same."""
    return hashlib.sha256(deras.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Cellval:
    """What a person has chosen for a cell that both changed. `sedd`: the mark of what theirs was then; `text`: what was
    written as something else.
    """

    vilket: str
    sedd: str
    text: str = ""


@dataclass(frozen=True)
class Cellkonflikt:
    """A cell that both the workbook and somebody else changed since it was fetched. `val`: what is chosen, and `fel`
    why that cannot be. `blad`: the sheet, in a file that has several.
    """

    rad: int
    nummer: str
    kolumn: str
    bas: str
    deras: str
    mina: str
    falt: str = ""
    val: Cellval | None = None
    fel: str = ""
    blad: str = ""

    @property
    def plats(self) -> str:
        """The name of its row among all rows of the file: what choices are kept by."""
        return f"{self.blad}-{self.rad}" if self.blad else str(self.rad)

    @property
    def marke(self) -> str:
        return marke(self.deras)

    @property
    def andrad_igen(self) -> bool:
        """They have changed it once more since the choice was made."""
        return self.val is not None and self.val.sedd != self.marke

    @property
    def avgjord(self) -> bool:
        return self.val is not None and not self.andrad_igen and not self.fel


@dataclass(frozen=True)
class Utelamnad:
    """A row that is not read in when the others are: what it is about, and why. `blad`: its sheet, where the file has
    several.
    """

    rad: int
    namn: str
    skal: str
    blad: str = ""

    def __str__(self) -> str:
        return f"{self.rad} på bladet {self.blad}" if self.blad else str(self.rad)
