"""One row of a workbook on its way in, and what is found of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from insatser.andringar.inlasning import Andringsrad
from insatser.regler.inlasning import Cell, Cellkonflikt, Cellval


@dataclass(slots=True)
class Inrad:
    """`celler`: {heading: cell} as the file has them. `varden`: {field: value} as they were read.

    `olasta`: {field: why its cell could not be read, "" when the file's reader has told it}; its value is the empty.
    `val`: {field: what is chosen where both changed}, and `valfel` why what was written there cannot be.
    """

    celler: Mapping[str, Any]
    varden: dict[str, Any]
    rad: int = 0
    olasta: Mapping[str, str] = field(default_factory=dict)
    val: Mapping[str, Cellval] = field(default_factory=dict)
    valfel: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"rad {self.rad}"

    def __getitem__(self, falt: str) -> Any:
        return self.varden[falt]


@dataclass(slots=True)
class Besked[R: Andringsrad]:
    """What is found of a row. `fel`: (field, sentence). Nothing in it: the row changes nothing."""

    fel: list[tuple[str, str]] = field(default_factory=list)
    konflikter: list[Cellkonflikt] = field(default_factory=list)
    celler: list[Cell] = field(default_factory=list)
    noter: list[str] = field(default_factory=list)
    plan: R | None = None

    def neka(self, falt: str, text: str) -> None:
        self.fel.append((falt, text))

    @property
    def hindrad(self) -> bool:
        return bool(self.fel) or not all(k.avgjord for k in self.konflikter)

    @property
    def tomt(self) -> bool:
        return not (self.hindrad or self.celler)
