"""The map of the stadskärnor on the start page: a ring for each, of its statuses, and its name where there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from insatser.fragor.oversikt import Karna
from insatser.models import Fardplan, Stadskarna
from insatser.regler import lanskarta as regler
from insatser.regler.lanskarta import BREDD, HOJD, VATTEN, Plats
from insatser.regler.status import Status

RADIE, STRECK = 25, 9
TECKEN = 9.8  # the width of a letter of a name, more or less
TEXTHOJD, LUFT = 38, 11
VARV, MEST = 3, 60  # of more names than that none finds a free place anyway
GLIPA = 1.6  # between two arcs, in per cent of the ring


@dataclass(frozen=True)
class Bage:
    """A part of a ring, in per cent of the way round from the top: where it starts and how long it is."""

    status: Status | None
    start: float
    langd: float

    @property
    def resten(self) -> float:
        return round(100 - self.langd, 2)

    @property
    def forskjutning(self) -> float:
        return -self.start


@dataclass(frozen=True)
class Markor:
    """A stadskärna on the map. `karna` is None while its färdplan is on its way.

    The words stand at (`text_x`, `text_y`), their first line, and run from there as `ankare` says.
    """

    stadskarna: Stadskarna
    karna: Karna | None
    x: float
    y: float
    bagar: list[Bage]
    text_x: float
    text_y: float
    ankare: str

    @property
    def rad_tva(self) -> float:
        return self.text_y + 20

    @property
    def antal_y(self) -> float:
        return self.y + 6.5


@dataclass(frozen=True)
class Lanskarta:
    """`utan_plats` are those that nobody has said where they lie."""

    markorer: list[Markor]
    vatten: list[str]
    utan_plats: list[Stadskarna]

    bredd, hojd, radie, streck = BREDD, HOJD, RADIE, STRECK


def rita(karnor: Sequence[Karna], kommande: Sequence[Fardplan]) -> Lanskarta:
    """The map of all of them. No query, given stadskärnor that are read."""
    alla: dict[Stadskarna, Karna | None] = {k.fardplan.stadskarna: k for k in karnor}
    alla |= {f.stadskarna: None for f in kommande}
    grader = {s: (s.latitud, s.longitud) for s in alla if s.latitud is not None and s.longitud is not None}
    utsnitt = regler.utsnitt(list(grader.values()))
    platser = regler.isar({s: utsnitt.plats(*g) for s, g in grader.items()})
    ord_ = _ord(platser)
    markorer = [Markor(s, alla[s], x, y, _bagar(alla[s]), *ord_[s]) for s, (x, y) in platser.items()]
    vatten = [regler.mjuk([utsnitt.plats(*punkt) for punkt in form]) for form in VATTEN]
    return Lanskarta(markorer, vatten, [s for s in alla if s not in platser])


def _bagar(karna: Karna | None) -> list[Bage]:
    if karna is None:
        return []
    hel = len(karna.per_status) == 1
    return [
        Bage(s.status, round(s.start + (0 if hel else GLIPA / 2), 2), round(s.bredd - (0 if hel else GLIPA), 2))
        for s in karna.per_status
    ]


type Ruta = tuple[float, float, float, float]
"""Left, top, right, bottom."""
type Ord = tuple[float, float, str]
"""Where the first line stands, and how it runs from there: `text_x`, `text_y` and `ankare` of a Markor."""


def _ord(platser: Mapping[Stadskarna, Plats]) -> dict[Stadskarna, Ord]:
    """Where the words of each stand: beside the ring if it is free there, else under or above it.

    Each chooses in turn what covers least of the rings and of the words as the others last chose.
    """
    forslag = {s: _forslag(s, plats) for s, plats in platser.items()}
    ringar = [(x - RADIE - LUFT, y - RADIE, x + RADIE + LUFT, y + RADIE) for x, y in platser.values()]
    valda = {s: f[0] for s, f in forslag.items()}
    for _ in range(VARV if len(platser) <= MEST else 0):
        for s, dess in forslag.items():
            andras = [ruta for annan, (_, ruta) in valda.items() if annan != s]
            valda[s] = min(dess, key=lambda f: sum(_tackt(f[1], r) for r in [*ringar, *andras]) + _utanfor(f[1]))
    return {s: ord_ for s, (ord_, _) in valda.items()}


def _forslag(s: Stadskarna, plats: Plats) -> list[tuple[Ord, Ruta]]:
    x, y = plats
    bredd = len(s.namn) * TECKEN
    ut = RADIE + LUFT
    hoger, vanster, topp = x + ut, x - ut, y - TEXTHOJD / 2
    under, over = y + ut, y - ut - TEXTHOJD
    return [
        ((hoger, y - 3, "start"), (hoger, topp, hoger + bredd, topp + TEXTHOJD)),
        ((vanster, y - 3, "end"), (vanster - bredd, topp, vanster, topp + TEXTHOJD)),
        ((x, under + 15, "middle"), (x - bredd / 2, under, x + bredd / 2, under + TEXTHOJD)),
        ((x, over + 15, "middle"), (x - bredd / 2, over, x + bredd / 2, over + TEXTHOJD)),
    ]


def _tackt(ena: Ruta, andra: Ruta) -> float:
    """How much of each other they cover."""
    over = min(ena[2], andra[2]) - max(ena[0], andra[0])
    ned = min(ena[3], andra[3]) - max(ena[1], andra[1])
    return over * ned if over > 0 and ned > 0 else 0


def _utanfor(ruta: Ruta) -> float:
    """How much of it is cut off by the edge of the drawing: worse than to be covered."""
    hel = (ruta[2] - ruta[0]) * (ruta[3] - ruta[1])
    return 10 * (hel - _tackt(ruta, (0, 0, BREDD, HOJD)))
