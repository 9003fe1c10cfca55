"""What a measurement is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Matt:
    """`varde` in `enhet` ("×" for a ratio, "s", "kB"); it holds when at most `grans`, or at least when `minst`."""

    namn: str
    varde: float
    grans: float
    enhet: str = "×"
    minst: bool = False

    @property
    def haller(self) -> bool:
        return self.varde >= self.grans if self.minst else self.varde <= self.grans
