"""When an aktivitet is late: its end has passed and it is not over, or its start has passed and it has not begun."""

from dataclasses import dataclass
from datetime import date

from insatser.regler.period import kvartal
from insatser.regler.status import OVER, Status

INTE_BORJAD = frozenset({Status.EJ_PABORJAD, Status.PLANERAD})


@dataclass(frozen=True)
class Forsening:
    """Since when, and what should have happened: "Inte klar, skulle sluta 2026 kv. 2"."""

    sedan: date
    ord: str

    def __str__(self) -> str:
        return self.ord


def forsening(start: date | None, slut: date | None, status: str, idag: date) -> Forsening | None:
    """What should have happened by `idag`, None when it is not late."""
    if status in OVER:
        return None
    if slut and slut < idag:
        return Forsening(slut, f"Inte klar, skulle sluta {kvartal(slut)}")
    if start and start < idag and status in INTE_BORJAD:
        return Forsening(start, f"Inte påbörjad, skulle börja {kvartal(start)}")
    return None
