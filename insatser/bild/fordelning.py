"""How many of each kind there are in each row: a table of counts, and the bars drawn over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from insatser.regler.kapning import kapa

# In pixels: each row is a line of text with a bar under it.
RADHOJD, TEXTHOJD, STAPELHOJD = 44, 14, 16
LANGST = 32  # letters of a row's name that a phone has room for


@dataclass(frozen=True)
class Andel:
    """A part of a bar: where it starts and how wide it is, in per cent of the drawing."""

    kod: str
    start: float
    bredd: float


@dataclass(frozen=True)
class Fordelningsrad:
    """`celler` holds a count for each column. `adress` is where the row's own list is read."""

    namn: str
    adress: str
    celler: list[tuple[str, str, int]]
    andelar: list[Andel]
    y: int

    @property
    def antal(self) -> int:
        return sum(n for *_, n in self.celler)

    @property
    def kort(self) -> str:
        """The name as far as it goes on a phone; the table has the whole of it."""
        return kapa(self.namn, LANGST)

    @property
    def text_y(self) -> int:
        return self.y + TEXTHOJD

    @property
    def stapel_y(self) -> int:
        return self.y + TEXTHOJD + 7


@dataclass(frozen=True)
class Fordelning:
    """`falt` is the field of the filter that the codes belong to; `kolumner` holds (code, word) of those that occur."""

    falt: str
    kolumner: list[tuple[str, str]]
    rader: list[Fordelningsrad]
    summa: list[tuple[str, str, int]]

    stapelhojd = STAPELHOJD

    @property
    def hojd(self) -> int:
        return RADHOJD * len(self.rader)

    @property
    def antal(self) -> int:
        return sum(n for *_, n in self.summa)

    @property
    def i_ord(self) -> str:
        """What the bars show taken together, for who does not see them."""
        return ", ".join(f"{ord_.lower()} {n}" for _, ord_, n in self.summa)


def fordela(rader: Sequence[tuple[str, str, Mapping[str, int]]], ord_: Mapping[str, str], falt: str) -> Fordelning:
    """The counts of `rader`, each (name, address, {code: count}), in the order of `ord_`: {code: word}."""
    kolumner = [(kod, text) for kod, text in ord_.items() if any(antal.get(kod) for *_, antal in rader)]
    summa = [(kod, text, sum(antal.get(kod, 0) for *_, antal in rader)) for kod, text in kolumner]
    ut = []
    for n, (namn, adress, antal) in enumerate(rader):
        celler = [(kod, text, antal.get(kod, 0)) for kod, text in kolumner]
        ut.append(Fordelningsrad(namn, adress, celler, _andelar(antal, ord_), n * RADHOJD))
    return Fordelning(falt, kolumner, ut, summa)


def _andelar(antal: Mapping[str, int], ordning: Mapping[str, str]) -> list[Andel]:
    summa = sum(antal.values()) or 1
    delar, start = [], 0.0
    for kod in ordning:
        if n := antal.get(kod):
            bredd = 100 * n / summa
            delar.append(Andel(kod, round(start, 2), round(bredd, 2)))
            start += bredd
    return delar
