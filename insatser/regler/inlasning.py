"""What can be wrong with a workbook, and which of its cells change. Pure data, shown to people as it stands."""

from __future__ import annotations

from dataclasses import dataclass


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


@dataclass(frozen=True)
class Cellkonflikt:
    """A cell that both the workbook and somebody else changed since it was fetched."""

    rad: int
    nummer: str
    kolumn: str
    bas: str
    deras: str
    mina: str
