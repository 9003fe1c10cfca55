"""The chart of an indikator: a line for each stadskärna, and the target."""

from __future__ import annotations

from insatser.bild.linjediagram import BRED, SMAL, Diagram, Serie, rita
from insatser.fragor.lagesbild import Indikatorbild


def diagram(bild: Indikatorbild) -> tuple[Diagram | None, Diagram | None]:
    """(wide, the same for a phone); None when there is nothing to draw."""
    i = bild.indikator
    mal = (i.mal_ar, i.mal) if i.mal is not None and i.mal_ar else None
    serier = [
        Serie(str(k.stadskarna), {ar: v.varde for ar, v in k.per_ar.items()}, k.stadskarna.ordning, k.egen)
        for k in bild.karnor
    ]
    return rita(serier, mal, BRED), rita(serier, mal, SMAL)
