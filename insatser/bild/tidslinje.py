"""The time line of a handlingsplan as rows and bars, for the page's SVG; the PDF draws its own from the same steps."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from datetime import date

from insatser.fragor.handlingsplan import Planinnehall
from insatser.models import Aktivitet, Insats
from insatser.regler.forsening import Forsening
from insatser.regler.tidslinje import Skala, skala

# Units of the wide drawing, with the titles beside the bars: the stylesheet scales it to the page.
ETIKETT, BREDD, RAD, HUVUD = 380, 1040, 30, 46
# Characters of a line that surely fit beside the bars, and in a heading; a title takes as many lines as it needs.
MED_STAPEL, ENSAM = 46, 110
# The narrow drawing, with the titles above the bars: pixels down, per cent across, so it fits any phone unscaled.
TECKEN, TEXTRAD, STAPEL, SMAL_HUVUD = 32, 16, 12, 40
# The least width of a phone's panel, and of a column's heading.
MINST, KVARTAL, AR = 256, 14, 34


@dataclass(frozen=True)
class Tidslinjerad:
    """A line of the drawing: a heading (`aktivitet` None) or an aktivitet.

    `andel` is its bar in per cent of the time there is (left edge, width), None where no time is set.
    """

    y: int
    insats: Insats
    aktivitet: Aktivitet | None = None
    andel: tuple[float, float] | None = None
    sen: Forsening | None = None

    @property
    def namn(self) -> str:
        return self.aktivitet.titel if self.aktivitet else f"{self.insats.nummer} {self.insats.titel}"

    @property
    def text(self) -> list[tuple[str, int]]:
        """The title, whole, on as many lines as it takes: (words, where their line stands)."""
        delar = textwrap.wrap(self.namn, MED_STAPEL if self.aktivitet else ENSAM)
        return [(text, self.y + 20 + TEXTRAD * n) for n, text in enumerate(delar)]

    @property
    def sen_y(self) -> int:
        """Where it says that it is late, under the title."""
        return self.text[-1][1] + TEXTRAD

    @property
    def hojd(self) -> int:
        return RAD + TEXTRAD * (len(self.text) - 1 + bool(self.sen))

    @property
    def milstolpe(self) -> bool:
        return self.aktivitet is not None and self.aktivitet.milstolpe

    @property
    def mitt_andel(self) -> float | None:
        """Where the middle of its time is, in per cent."""
        return None if self.andel is None else round(self.andel[0] + self.andel[1] / 2, 2)

    @property
    def mitt(self) -> float | None:
        """The same in the wide drawing."""
        return None if self.mitt_andel is None else _x(self.mitt_andel)

    @property
    def stapel(self) -> tuple[float, float] | None:
        """(left edge, width) in the wide drawing, with a little air on both sides."""
        if self.andel is None:
            return None
        return round(_x(self.andel[0]) + 2, 2), round((BREDD - ETIKETT) * self.andel[1] / 100 - 4, 2)


@dataclass(frozen=True)
class Smalrad:
    """A line of the narrow drawing: its title on as many lines as it takes (text, y), and the bar under it."""

    rad: Tidslinjerad
    y: int
    text: list[tuple[str, int]]

    @property
    def stapel_y(self) -> int:
        return self.y + TEXTRAD * self._rader + 8

    @property
    def sen_y(self) -> int:
        """Where it says that it is late, under the title."""
        return self.y + TEXTRAD * self._rader + 2

    @property
    def hojd(self) -> int:
        return TEXTRAD * self._rader + (STAPEL + 20 if self.rad.aktivitet else 12)

    @property
    def _rader(self) -> int:
        return len(self.text) + bool(self.rad.sen)


@dataclass(frozen=True)
class Tidslinje:
    skala: Skala
    rader: list[Tidslinjerad]
    idag_andel: float | None
    """Where today is in per cent of the time there is, None outside the period."""

    bredd = BREDD
    etikett = ETIKETT

    @property
    def milstolpar(self) -> bool:
        """Whether there are any, to be explained."""
        return any(rad.milstolpe for rad in self.rader)

    @property
    def hojd(self) -> int:
        return (self.rader[-1].y + self.rader[-1].hojd if self.rader else HUVUD) + 6

    @property
    def idag(self) -> float | None:
        return None if self.idag_andel is None else _x(self.idag_andel)

    @property
    def kolumner(self) -> list[tuple[str, float, float]]:
        """(heading, left edge, middle) of each step."""
        return [(ord_, _x(n * self._steg), _x((n + 0.5) * self._steg)) for n, (ord_, _) in enumerate(self.skala.steg)]

    @property
    def ar(self) -> list[tuple[int, float]]:
        """(year, left edge), where the columns are quarters."""
        return [(ar, _x(andel)) for ar, andel in self.smala_ar]

    @property
    def smala_rader(self) -> list[Smalrad]:
        ut: list[Smalrad] = []
        y = SMAL_HUVUD
        for rad in self.rader:
            delar = textwrap.wrap(rad.namn, TECKEN)
            ut.append(Smalrad(rad, y, [(text, y + TEXTRAD * (n + 1) + 2) for n, text in enumerate(delar)]))
            y += ut[-1].hojd
        return ut

    @property
    def smal_hojd(self) -> int:
        rader = self.smala_rader
        return rader[-1].y + rader[-1].hojd if rader else SMAL_HUVUD

    @property
    def smala_kolumner(self) -> list[tuple[str, float, float]]:
        """(heading, left edge, middle) in per cent. A quarter is a number; of many years only some are named."""
        plats = AR if self.skala.per_ar else KVARTAL
        var = math.ceil(len(self.skala.steg) * plats / MINST)
        return [
            (
                ord_.removeprefix("kv. ") if n % var == 0 else "",
                round(n * self._steg, 2),
                round((n + 0.5) * self._steg, 2),
            )
            for n, (ord_, _) in enumerate(self.skala.steg)
        ]

    @property
    def smala_ar(self) -> list[tuple[int, float]]:
        """(year, left edge in per cent), where the columns are quarters."""
        ut, plats = [], 0
        for ar, antal in self.skala.ar:
            ut.append((ar, round(plats * self._steg, 2)))
            plats += antal
        return [] if self.skala.per_ar else ut

    @property
    def _steg(self) -> float:
        return 100 / len(self.skala.steg)


def _x(andel: float) -> float:
    """Where so many per cent of the time is in the wide drawing."""
    return round(ETIKETT + (BREDD - ETIKETT) * andel / 100, 2)


def tidslinje(innehall: Planinnehall, idag: date | None) -> Tidslinje:
    """The plan's aktiviteter under their insatser, in the plan's order. No queries. A closed plan has no today."""
    plan = innehall.plan
    tid = skala(plan.ar_fran, plan.ar_till)
    steg = 100 / len(tid.steg)
    sena = innehall.sena(idag) if idag else {}
    rader: list[Tidslinjerad] = []

    def nasta_y() -> int:
        return rader[-1].y + rader[-1].hojd if rader else HUVUD

    for p in innehall.prioriteringar:
        rader.append(Tidslinjerad(nasta_y(), p.insats))
        for a in p.aktiviteter.all():
            spann = tid.spann(*a.tider)
            andel = (round(spann[0] * steg, 2), round(spann[1] * steg, 2)) if spann else None
            rader.append(Tidslinjerad(nasta_y(), p.insats, a, andel, sena.get(a.pk)))
    dagar = (date(plan.ar_till, 12, 31) - date(plan.ar_fran, 1, 1)).days
    inne = idag is not None and plan.ar_fran <= idag.year <= plan.ar_till
    andel_idag = round(100 * (idag - date(plan.ar_fran, 1, 1)).days / dagar, 2) if idag and inne else None
    return Tidslinje(tid, rader, andel_idag)
