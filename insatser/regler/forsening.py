"""When an aktivitet is late. Plans are made in quarters, so nothing is late before its quarter is over; where a day is
set in its stead, it is late the day after.

It is late when the time at which it should end is over and it is not, or when the time at which it should begin is
over and it has not begun.
"""

from dataclasses import dataclass
from datetime import date

from insatser.regler.period import dag_i_ord, kvartal_i_ord, kvartalets_sista_dag
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


def forsening(
    start: date | None,
    slut: date | None,
    status: str,
    idag: date,
    start_dag: date | None = None,
    slut_dag: date | None = None,
) -> Forsening | None:
    """What should have happened by `idag`, None when it is not late."""
    if status in OVER:
        return None
    if slut and (sist := slut_dag or kvartalets_sista_dag(slut)) < idag:
        return Forsening(sist, f"Inte klar, skulle ha slutat {_nar(slut, slut_dag)}")
    if start and (sist := start_dag or kvartalets_sista_dag(start)) < idag and status in INTE_BORJAD:
        return Forsening(sist, f"Inte påbörjad, skulle ha börjat {_nar(start, start_dag)}")
    return None


def _nar(kvartalets: date, dag: date | None) -> str:
    return dag_i_ord(dag) if dag else kvartal_i_ord(kvartalets)
