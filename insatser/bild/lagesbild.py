"""The drawings of an indikator: its own line small, and a chart with a line for each stadskärna and the target."""

from __future__ import annotations

from decimal import Decimal

from insatser.bild import gnista as gnistor
from insatser.bild.gnista import Gnista
from insatser.bild.linjediagram import BRED, SMAL, Diagram, Serie, rita
from insatser.fragor.lagesbild import Indikatorbild


def diagram(bild: Indikatorbild) -> tuple[Diagram | None, Diagram | None]:
    """(wide, the same for a phone); None when there is nothing to draw."""
    mal = _mal(bild)
    serier = [
        Serie(str(k.stadskarna), {ar: v.varde for ar, v in k.per_ar.items()}, k.stadskarna.ordning, k.egen)
        for k in bild.karnor
    ]
    return rita(serier, mal, BRED), rita(serier, mal, SMAL)


def gnista(bild: Indikatorbild) -> Gnista | None:
    """Our own values and the target; None when there is nothing to draw."""
    return gnistor.rita({v.ar: v.varde for v in bild.egna}, _mal(bild))


def _mal(bild: Indikatorbild) -> tuple[int, Decimal] | None:
    i = bild.indikator
    return (i.mal_ar, i.mal) if i.mal is not None and i.mal_ar else None
