"""A sheet as a table of columns: the one place that says what its columns are, for writing and for reading."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model

from aktorer.grund.tecken import nyckel
from insatser.utbyte.excel.cellslag import Cellslag, Textrad


@dataclass(frozen=True)
class Kolumn:
    """`modell`: whose column of the same name it is; None for one that is put together, or only names something.

    `lista`: the choices' heading on the sheet Listor. `dold`: technical, hidden in the workbook. `upplyser`: it only
    tells something, and need not come back; what stands in it then is not read. `senare`: it came after people had
    fetched their workbooks; one without it says nothing of it.
    """

    falt: str
    rubrik: str
    bredd: int
    slag: Cellslag
    hjalp: str = ""
    modell: type[Model] | None = None
    lista: str = ""
    dold: bool = False
    upplyser: bool = False
    senare: bool = False

    @cached_property
    def langd(self) -> int | None:
        """The most characters that its model holds; None when there is no such limit."""
        falt: Any = self.modell and self.modell._meta.get_field(self.falt)
        langd: int | None = falt and falt.max_length
        return langd

    def for_lang(self, text: str) -> str:
        """What is wrong with a text that does not fit; "" when it does."""
        if not self.langd or len(text) <= self.langd:
            return ""
        return f"Texten är {len(text)} tecken. Högst {self.langd} får plats."


@dataclass(frozen=True)
class Mall:
    """A sheet: its name, its columns in order, and what its rows are called."""

    blad: str
    kolumner: tuple[Kolumn, ...]
    raderna: str = "raderna"

    @cached_property
    def rubriker(self) -> list[str]:
        return [k.rubrik for k in self.kolumner]

    @cached_property
    def per_nyckel(self) -> dict[str, str]:
        """{what people read: heading}."""
        return {nyckel(r): r for r in self.rubriker}

    @cached_property
    def per_falt(self) -> dict[str, Kolumn]:
        return {k.falt: k for k in self.kolumner}

    @cached_property
    def tomma(self) -> dict[str, Any]:
        """What a row of empty cells says, by field."""
        return {k.falt: k.slag.tomt for k in self.kolumner}

    def falt_av(self, modell: type[Model]) -> tuple[str, ...]:
        """The fields that are the model's own columns."""
        return tuple(k.falt for k in self.kolumner if k.modell is modell)

    def plats(self, falt: str) -> int:
        return self.rubriker.index(self.per_falt[falt].rubrik)


# In a workbook of several stadskärnor; hidden in one of a single stadskärna, since it has nothing to tell.
STADSKARNA = Kolumn(
    "stadskarna", "Stadskärna", 22, Textrad(), "Vilken stadskärna raden gäller. Ändras inte här.", upplyser=True
)
ALLA_KARNOR = "Alla stadskärnor"  # what stands there of a row that is about all of them


def bokstav(plats: int) -> str:
    """The letters of a column counted from 0: A, …, Z, AA."""
    text = ""
    plats += 1
    while plats:
        plats, rest = divmod(plats - 1, 26)
        text = chr(65 + rest) + text
    return text
