"""When an aktivitet is late. Plans are made in quarters, so nothing is late before its quarter is over.

It is late when the quarter in which it should end is over and it is not, or when the quarter in which it should begin
is over and it has not begun.
"""

from dataclasses import dataclass
from datetime import date

from insatser.regler.period import kvartal_i_ord, kvartalets_sista_dag
from insatser.regler.status import OVER, Status

FORSENAD = "Försenad"
INTE_BORJAD = frozenset({Status.EJ_PABORJAD, Status.PLANERAD})


@dataclass(frozen=True)
class Forsening:
    """After which day, and what should have happened: "Inte klar, skulle ha slutat kvartal 2 2026"."""

    sedan: date
    ord: str

    def __str__(self) -> str:
        return self.ord

    @property
    def mening(self) -> str:
        """With the word first, where it does not stand over the list already."""
        return f"{FORSENAD}: {self.ord[0].lower()}{self.ord[1:]}"


def forsening(start: date | None, slut: date | None, status: str, idag: date) -> Forsening | None:
    """What should have happened by `idag`, None when it is not late."""
    if status in OVER:
        return None
    if slut and kvartalets_sista_dag(slut) < idag:
        return Forsening(kvartalets_sista_dag(slut), f"Inte klar, skulle ha slutat {kvartal_i_ord(slut)}")
    if start and kvartalets_sista_dag(start) < idag and status in INTE_BORJAD:
        return Forsening(kvartalets_sista_dag(start), f"Inte påbörjad, skulle ha börjat {kvartal_i_ord(start)}")
    return None
