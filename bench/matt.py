"""What a measurement is."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Matt:
    """`varde` in `enhet` ("×" for a ratio, "kB"): at most `grans`, or at least when `minst`. Without one just shown."""

    namn: str
    varde: float
    grans: float | None = None
    enhet: str = "×"
    minst: bool = False
    kvartiler: tuple[float, ...] = ()
    """Of a ratio: between which half of the rounds lay."""
    sekunder: tuple[float, ...] = ()
    """Of a ratio: the medians of what it is between."""

    @property
    def haller(self) -> bool:
        if self.grans is None:
            return True
        return self.varde >= self.grans if self.minst else self.varde <= self.grans

    def __str__(self) -> str:
        mitten = "–".join(f"{k:.2f}" for k in self.kvartiler)
        tider = " / ".join(f"{s * 1000:.1f}" for s in self.sekunder) + " ms" if self.sekunder else ""
        grans = "" if self.grans is None else f"{'minst' if self.minst else 'högst'} {self.grans:g}"
        dom = "" if self.grans is None else "ok" if self.haller else "ÖVER GRÄNSEN"
        return f"{self.varde:8.2f} {self.enhet:<2} {mitten:<15} {tider:<22} {grans:<9} {dom}".rstrip()


def median_av(namn: str, varden: Sequence[float], grans: float | None, enhet: str = "×") -> Matt:
    """The median of what was measured in turns, and between which half of it lay."""
    undre, median, ovre = statistics.quantiles(varden, n=4, method="inclusive")
    return Matt(namn, median, grans, enhet, kvartiler=(undre, ovre))
