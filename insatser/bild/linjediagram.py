"""Where the lines, ticks and labels of a line chart go. Numbers in, a drawing out; the stylesheet scales it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from insatser.regler import tal
from insatser.regler.kapning import kapa


@dataclass(frozen=True)
class Matt:
    """Units of a drawing: the plot within it, and how many years there is room to write under it.

    `siffra` is the width of a digit: the plot starts farther in than `vanster` when the ticks' numbers are long.
    """

    bredd: int
    hojd: int
    vanster: int
    hoger: int
    topp: int
    botten: int
    siffra: float
    flest_ar: int


# With the labels to the right of the plot, as far apart as a line of text needs.
BRED = Matt(bredd=640, hojd=300, vanster=66, hoger=452, topp=16, botten=268, siffra=7, flest_ar=11)
# For a phone, where the names stand in a list under the drawing.
SMAL = Matt(bredd=320, hojd=230, vanster=30, hoger=300, topp=12, botten=198, siffra=9, flest_ar=5)
ETIKETT = 468
RADAVSTAND = 15
# Lines that can be named and told apart beside our own; of more, none is named.
FLEST_NAMNGIVNA = 9
MONSTER = 8  # colours and dash patterns in the stylesheet
LANGSTA_ETIKETT = 26


@dataclass(frozen=True)
class Serie:
    """The values of one stadskärna, {year: value}. `plats` keeps its colour and pattern the same in every chart."""

    namn: str
    varden: Mapping[int, Decimal]
    plats: int
    egen: bool = False


@dataclass(frozen=True)
class Etikett:
    """A name at height `y`, with the end of its line at (`fran_x`, `fran_y`)."""

    text: str
    y: float
    fran_x: float
    fran_y: float


@dataclass(frozen=True)
class Linje:
    """`bana` goes through the points, `punkter` is a dot on each; both are SVG paths. `monster` 0 is our own line."""

    monster: int
    bana: str
    punkter: str
    etikett: Etikett | None

    @property
    def egen(self) -> bool:
        return self.monster == 0


@dataclass(frozen=True)
class Mal:
    """The target: a level across the plot, and a mark in its year."""

    y: float
    x: float
    etikett: Etikett


@dataclass(frozen=True)
class Diagram:
    """Our own line comes last, on top. `bruten`: the axis of values does not start at zero."""

    linjer: list[Linje]
    mal: Mal | None
    varden: list[tuple[str, float]]
    ar: list[tuple[int, float]]
    bruten: bool
    matt: Matt

    etikett = ETIKETT

    @property
    def namngivna(self) -> bool:
        return all(linje.etikett for linje in self.linjer)

    @property
    def uppifran(self) -> list[Linje]:
        """The lines that are named, as their names stand beside the plot."""
        return sorted((linje for linje in self.linjer if linje.etikett), key=lambda linje: linje.etikett.y)  # type: ignore[union-attr]


def rita(serier: Sequence[Serie], mal: tuple[int, Decimal] | None = None, matt: Matt = BRED) -> Diagram | None:
    """The chart, or None when no line has two years to go between. `mal` is (year, value)."""
    if not any(len(s.varden) > 1 for s in serier):
        return None
    alla = [float(v) for s in serier for v in s.varden.values()] + ([float(mal[1])] if mal else [])
    aren = {ar for s in serier for ar in s.varden} | ({mal[0]} if mal else set())
    steg, lagst, hogst = _vardeskala(min(alla), max(alla))
    streck = [lagst + n * steg for n in range(round((hogst - lagst) / steg) + 1)]
    forsta, sista = min(aren), max(aren)
    matt = replace(matt, vanster=max(matt.vanster, math.ceil(matt.siffra * max(len(_kort(v)) for v in streck)) + 10))

    def x(ar: int) -> float:
        return round(matt.vanster + (matt.hoger - matt.vanster) * (ar - forsta) / (sista - forsta), 1)

    def y(varde: float) -> float:
        return round(matt.botten - (matt.botten - matt.topp) * (varde - lagst) / (hogst - lagst), 1)

    ordnade = sorted((s for s in serier if s.varden), key=lambda s: s.egen)
    banor = [[(x(ar), y(float(varde))) for ar, varde in sorted(s.varden.items())] for s in ordnade]
    alla_namnges = sum(not s.egen for s in ordnade) <= FLEST_NAMNGIVNA
    slut = {n: (s.namn, *banor[n][-1]) for n, s in enumerate(ordnade) if s.egen or alla_namnges}
    if mal:
        slut[-1] = (f"Mål {mal[0]}: {tal.skriv(mal[1])}", matt.hoger, y(float(mal[1])))
    etiketter = _etiketter(slut, matt)
    linjer = [
        Linje(
            monster=0 if s.egen else s.plats % MONSTER + 1,
            bana="M" + "L".join(f"{px:g} {py:g}" for px, py in punkter),
            punkter="".join(f"M{px:g} {py:g}h0" for px, py in punkter),
            etikett=etiketter.get(n),
        )
        for n, (s, punkter) in enumerate(zip(ordnade, banor, strict=True))
    ]
    return Diagram(
        linjer=linjer,
        mal=Mal(y(float(mal[1])), x(mal[0]), etiketter[-1]) if mal else None,
        varden=[(_kort(v), y(v)) for v in streck],
        ar=[(ar, x(ar)) for ar in _arsteg(forsta, sista, matt.flest_ar)],
        bruten=not lagst <= 0 <= hogst,
        matt=matt,
    )


def _vardeskala(minst: float, storst: float) -> tuple[float, float, float]:
    """(step, lowest, highest) in round numbers around the values; from zero unless they would all lie at the top."""
    if minst == storst:
        minst, storst = min(0.0, minst), max(0.0, storst) or 1.0
    elif 0 <= minst <= storst * 0.8:
        minst = 0.0
    grovt = (storst - minst) / 4
    tiopotens = 10.0 ** math.floor(math.log10(grovt))
    steg = max(next(f * tiopotens for f in (1, 2, 2.5, 5, 10) if f * tiopotens >= grovt * 0.999), 0.01)
    return steg, math.floor(minst / steg + 1e-9) * steg, math.ceil(storst / steg - 1e-9) * steg


def _arsteg(forsta: int, sista: int, flest: int) -> list[int]:
    """The years to write out: the first and the last, and between them every one, second, fifth, tenth …"""
    steg = next(s for s in (1, 2, 5, 10, 20, 50) if (sista - forsta) // s < flest)
    mellan = [ar for ar in range(forsta + steg, sista - steg + 1) if ar % steg == 0]
    return [forsta, *mellan, sista]


def _kort(varde: float) -> str:
    """A tick's number, short enough for the margin."""
    for grans, ord_ in ((1e9, "md"), (1e6, "mn")):
        if abs(varde) >= grans:
            return f"{tal.skriv(round(Decimal(varde / grans), 2))} {ord_}"
    return tal.skriv(round(Decimal(varde), 2))


def _etiketter(slut: Mapping[int, tuple[str, float, float]], matt: Matt) -> dict[int, Etikett]:
    """{key: label} for {key: (name, where its line ends)}, moved apart so that none covers another."""
    ordning = sorted(slut, key=lambda n: slut[n][2])
    platser = sprid((slut[n][2] for n in ordning), RADAVSTAND, matt.topp, matt.botten)
    return {
        n: Etikett(kapa(slut[n][0], LANGSTA_ETIKETT), plats, *slut[n][1:])
        for n, plats in zip(ordning, platser, strict=True)
    }


def sprid(onskade: Iterable[float], avstand: float, topp: float, botten: float) -> list[float]:
    """Heights in the order given (ascending), at least `avstand` apart, within the limits and near what was wished."""
    platser: list[float] = []
    for onskad in onskade:
        platser.append(max(onskad, platser[-1] + avstand if platser else topp))
    grans = botten
    for n in reversed(range(len(platser))):
        platser[n] = min(platser[n], grans)
        grans = platser[n] - avstand
    return [round(p, 1) for p in platser]
