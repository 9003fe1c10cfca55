"""When an aktivitet is late: its end has passed and it is not over, or its start has passed and it has not begun."""

from datetime import date

from insatser.regler.period import kvartal
from insatser.regler.status import OVER, Status

INTE_BORJAD = frozenset({Status.EJ_PABORJAD, Status.PLANERAD})


def forsening(start: date | None, slut: date | None, status: str, idag: date) -> str:
    """What should have happened by `idag`, "" when it is not late: "Inte klar, skulle sluta 2026 kv. 2"."""
    if status in OVER:
        return ""
    if slut and slut < idag:
        return f"Inte klar, skulle sluta {kvartal(slut)}"
    if start and start < idag and status in INTE_BORJAD:
        return f"Inte påbörjad, skulle börja {kvartal(start)}"
    return ""
