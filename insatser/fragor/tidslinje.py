"""The time line of a handlingsplan as rows and bars, for the page's SVG; the PDF draws its own from the same steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from insatser.fragor.handlingsplan import Planinnehall
from insatser.models import Aktivitet, Insats
from insatser.regler.kapning import kapa
from insatser.regler.tidslinje import Skala, skala

# Units of the drawing: the stylesheet scales it to the page.
ETIKETT, BREDD, RAD, HUVUD = 380, 1040, 30, 46
# Characters that surely fit beside the bars, and on a heading of its own.
MED_STAPEL, ENSAM = 46, 110


@dataclass(frozen=True)
class Rad:
    """A line of the drawing: a heading (`aktivitet` None) or an aktivitet with its bar, None where no time is set."""

    y: int
    insats: Insats
    aktivitet: Aktivitet | None = None
    stapel: tuple[float, float] | None = None

    @property
    def etikett(self) -> str:
        text = self.aktivitet.titel if self.aktivitet else f"{self.insats.nummer} {self.insats.titel}"
        return kapa(text, MED_STAPEL if self.aktivitet else ENSAM)

    @property
    def text_y(self) -> int:
        return self.y + 20


@dataclass(frozen=True)
class Tidslinje:
    skala: Skala
    rader: list[Rad]
    idag: float | None
    """Where today is, None outside the period."""

    bredd = BREDD
    etikett = ETIKETT

    @property
    def hojd(self) -> int:
        return HUVUD + RAD * len(self.rader) + 6

    @property
    def kolumner(self) -> list[tuple[str, float, float]]:
        """(heading, left edge, middle) of each step."""
        steg = self._steg
        return [(ord_, ETIKETT + n * steg, ETIKETT + (n + 0.5) * steg) for n, (ord_, _) in enumerate(self.skala.steg)]

    @property
    def ar(self) -> list[tuple[int, float]]:
        """(year, left edge), where the columns are quarters."""
        ut, plats = [], 0
        for ar, antal in self.skala.ar:
            ut.append((ar, ETIKETT + plats * self._steg))
            plats += antal
        return [] if self.skala.per_ar else ut

    @property
    def _steg(self) -> float:
        return round((BREDD - ETIKETT) / len(self.skala.steg), 2)


def tidslinje(innehall: Planinnehall, idag: date) -> Tidslinje:
    """The plan's aktiviteter under their insatser, in the plan's order. No queries."""
    plan = innehall.plan
    tid = skala(plan.ar_fran, plan.ar_till)
    steg = (BREDD - ETIKETT) / len(tid.steg)
    rader: list[Rad] = []
    for p in innehall.prioriteringar:
        rader.append(Rad(HUVUD + RAD * len(rader), p.insats))
        for a in p.aktiviteter.all():
            spann = tid.spann(a.start, a.slut)
            stapel = (round(ETIKETT + spann[0] * steg + 2, 2), round(spann[1] * steg - 4, 2)) if spann else None
            rader.append(Rad(HUVUD + RAD * len(rader), p.insats, a, stapel))
    dagar = (date(plan.ar_till, 12, 31) - date(plan.ar_fran, 1, 1)).days
    inne = plan.ar_fran <= idag.year <= plan.ar_till
    x = round(ETIKETT + (BREDD - ETIKETT) * (idag - date(plan.ar_fran, 1, 1)).days / dagar, 2) if inne else None
    return Tidslinje(tid, rader, x)
