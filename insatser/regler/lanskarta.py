"""Where things lie on a schematic map of the county: degrees in, units of the drawing out.

Not a map to measure on: what lies close is moved apart until it can be told apart and pointed at.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

type Grader = Decimal | float
type Plats = tuple[float, float]
"""(across, down), in units of the drawing."""

BREDD, HOJD = 760, 640
# Room for rings around, and to the east for names.
VAST, OST, MARGINAL_Y = 72, 215, 62
# How near two may lie, and to how many that is done: of more the map says nothing anyway.
MINST, MEST, VARV = 84, 60, 60
# What is always in sight, whatever lies on it: (latitude, longitude), south-west and north-east.
SYDVAST, NORDOST = (59.14, 17.60), (59.63, 18.16)

# Water, as few points as tell where one is: our own drawing, not taken from any map. (latitude, longitude)
VATTEN: Sequence[Sequence[tuple[float, float]]] = (
    # Mälaren
    (
        (59.48, 16.9), (59.45, 17.35), (59.47, 17.55), (59.55, 17.63), (59.66, 17.66), (59.64, 17.73), (59.55, 17.73),
        (59.47, 17.76), (59.40, 17.78), (59.36, 17.88), (59.335, 18.01), (59.315, 18.0), (59.315, 17.86),
        (59.28, 17.76), (59.235, 17.70), (59.225, 17.62), (59.26, 17.50), (59.29, 17.35), (59.30, 16.9),
    ),
    # The sea
    (
        (59.85, 19.0), (59.70, 18.72), (59.56, 18.46), (59.49, 18.33), (59.44, 18.30), (59.38, 18.20), (59.335, 18.085),
        (59.315, 18.10), (59.33, 18.24), (59.30, 18.33), (59.24, 18.30), (59.17, 18.35), (59.10, 18.27), (59.04, 18.14),
        (58.98, 18.05), (58.96, 17.86), (59.05, 17.76), (59.12, 17.70), (59.10, 17.66), (59.02, 17.66), (58.7, 17.6),
        (58.7, 19.2),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Utsnitt:
    """What of the earth the drawing shows: its south-west and its north-east corner, margins apart."""

    syd: float
    vast: float
    nord: float
    ost: float

    def plats(self, latitud: Grader, longitud: Grader) -> Plats:
        """Where it lies in the drawing; what lies outside of it is outside."""
        over = (float(longitud) - self.vast) / (self.ost - self.vast)
        ned = (self.nord - float(latitud)) / (self.nord - self.syd)
        return (
            round(VAST + over * (BREDD - VAST - OST), 1),
            round(MARGINAL_Y + ned * (HOJD - 2 * MARGINAL_Y), 1),
        )


def utsnitt(platser: Sequence[tuple[Grader, Grader]]) -> Utsnitt:
    """The part of the county that holds all of them, (latitude, longitude): never less than where the eight lie."""
    alla = [SYDVAST, NORDOST, *((float(lat), float(lon)) for lat, lon in platser)]
    latituder, longituder = [lat for lat, _ in alla], [lon for _, lon in alla]
    return Utsnitt(min(latituder), min(longituder), max(latituder), max(longituder))


def isar[K: Hashable](platser: Mapping[K, Plats]) -> dict[K, Plats]:
    """The same, so far apart that none covers another, still within the drawing; of many nothing is moved."""
    ut = dict(platser)
    if len(ut) > MEST:
        return ut
    for _ in range(VARV):
        for ena, andra in combinations(ut, 2):
            (x1, y1), (x2, y2) = ut[ena], ut[andra]
            avstand = math.hypot(x2 - x1, y2 - y1)
            if avstand >= MINST:
                continue
            # Two at the same spot go apart across.
            dx, dy = ((x2 - x1) / avstand, (y2 - y1) / avstand) if avstand else (1.0, 0.0)
            steg = (MINST - avstand) / 2
            ut[ena] = _inom(x1 - dx * steg, y1 - dy * steg)
            ut[andra] = _inom(x2 + dx * steg, y2 + dy * steg)
    return {k: (round(x, 1), round(y, 1)) for k, (x, y) in ut.items()}


def _inom(x: float, y: float) -> Plats:
    kant = MINST / 2
    return min(max(x, kant), BREDD - kant), min(max(y, kant), HOJD - kant)


def mjuk(punkter: Sequence[Plats]) -> str:
    """The path of a closed shape that goes softly by these points, for `d` of an SVG's path."""
    mitten = [
        ((x1 + x2) / 2, (y1 + y2) / 2) for (x1, y1), (x2, y2) in zip(punkter, [*punkter[1:], punkter[0]], strict=True)
    ]
    start = mitten[-1]
    delar = [f"Q{x:.0f} {y:.0f} {mx:.0f} {my:.0f}" for (x, y), (mx, my) in zip(punkter, mitten, strict=True)]
    return f"M{start[0]:.0f} {start[1]:.0f}{''.join(delar)}Z"
