"""The values of one stadskärna as a line the size of a word, with an arrow from the latest to the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import atan2, cos, pi, sin

# Units of the drawing. The line keeps clear of the edge by as much as its marks are large.
BREDD, HOJD, KANT = 240, 56, 8
SPETS, VINKEL = 9, pi / 7


@dataclass(frozen=True)
class Gnista:
    """`bana` goes through the points, `punkt` is the latest of them. `pil` is an arrow from there to the target,
    "" when there is none or its year is past: then `ruta`, where it lies, is all that shows of it.
    """

    bana: str
    punkt: tuple[float, float]
    pil: str
    ruta: tuple[float, float] | None

    bredd, hojd = BREDD, HOJD


def rita(varden: Mapping[int, Decimal], mal: tuple[int, Decimal] | None = None) -> Gnista | None:
    """The drawing of {year: value}, or None when there are not two years to go between. `mal` is (year, value)."""
    aren = {*varden, *([mal[0]] if mal else [])}
    if not varden or len(aren) < 2:
        return None
    forsta, sista = min(aren), max(aren)
    alla = [float(v) for v in varden.values()] + ([float(mal[1])] if mal else [])
    lagst, spann = min(alla), max(alla) - min(alla)

    def plats(ar: int, varde: Decimal) -> tuple[float, float]:
        andel = (float(varde) - lagst) / spann if spann else 0.5
        x = KANT + (BREDD - 2 * KANT) * (ar - forsta) / (sista - forsta)
        return round(x, 1), round(HOJD - KANT - (HOJD - 2 * KANT) * andel, 1)

    punkter = [plats(*par) for par in sorted(varden.items())]
    kommande = mal is not None and mal[0] > max(varden)
    return Gnista(
        bana="M" + "L".join(f"{x:g} {y:g}" for x, y in punkter),
        punkt=punkter[-1],
        pil=_pil(punkter[-1], plats(*mal)) if mal and kommande else "",
        ruta=plats(*mal) if mal and not kommande else None,
    )


def _pil(fran: tuple[float, float], till: tuple[float, float]) -> str:
    """A line with a head. The line is drawn dashed, so the head's two strokes are paths of their own."""
    vinkel = atan2(till[1] - fran[1], till[0] - fran[0])
    hullingar = [
        (till[0] - SPETS * cos(vinkel + sida), till[1] - SPETS * sin(vinkel + sida)) for sida in (VINKEL, -VINKEL)
    ]
    huvud = "".join(f"M{till[0]:g} {till[1]:g}L{x:.1f} {y:.1f}" for x, y in hullingar)
    return f"M{fran[0]:g} {fran[1]:g}L{till[0]:g} {till[1]:g}{huvud}"
