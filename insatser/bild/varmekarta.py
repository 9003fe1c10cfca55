"""A table of counts in which a cell is the stronger the more there are in it, and says how many there were then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

STYRKOR = 4  # tints of a kind in the stylesheet


@dataclass(frozen=True)
class Ruta:
    """A kind (its code and word), how many there are and were, and its tint: 0 of none, `STYRKOR` of the most."""

    kod: str
    ord: str
    antal: int
    da: int
    styrka: int = 0


@dataclass(frozen=True)
class Varmerad:
    """`rutor` holds one for each column. `adress` is where the row's own list is read."""

    namn: str
    adress: str
    rutor: list[Ruta]

    @property
    def antal(self) -> int:
        return sum(r.antal for r in self.rutor)


@dataclass(frozen=True)
class Varmekarta:
    """`falt` is the field of the filter that the codes belong to; `summa` has a cell for each kind that occurs."""

    falt: str
    rader: list[Varmerad]
    summa: list[Ruta]

    @property
    def antal(self) -> int:
        return sum(r.antal for r in self.summa)

    @property
    def andrad(self) -> bool:
        """Whether any count is another than it was."""
        return any(r.da != r.antal for rad in self.rader for r in rad.rutor)


@dataclass(frozen=True)
class Radantal:
    """A row to be: its name, the address of its list, and {code: count} now and then."""

    namn: str
    adress: str
    nu: Mapping[str, int]
    da: Mapping[str, int]


def rita(rader: Sequence[Radantal], ord_: Mapping[str, str], falt: str) -> Varmekarta:
    """The rows with a column for each of `ord_`, {code: word}, that there is or was any of, in their order.

    A cell is weighed against the fullest of its column: one that deviates shows beside nine that go as planned.
    """
    koder = [kod for kod in ord_ if any(u.nu.get(kod) or u.da.get(kod) for u in rader)]
    flest = {kod: max(u.nu.get(kod, 0) for u in rader) for kod in koder}
    ut = [
        Varmerad(
            u.namn,
            u.adress,
            [
                Ruta(kod, ord_[kod], n := u.nu.get(kod, 0), u.da.get(kod, 0), ceil(STYRKOR * n / (flest[kod] or 1)))
                for kod in koder
            ],
        )
        for u in rader
    ]
    summa = [
        Ruta(kod, ord_[kod], sum(u.nu.get(kod, 0) for u in rader), sum(u.da.get(kod, 0) for u in rader))
        for kod in koder
    ]
    return Varmekarta(falt, ut, summa)
