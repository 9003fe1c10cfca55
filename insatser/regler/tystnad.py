"""When silence about an insats must show."""

from datetime import date, timedelta

TYST_EFTER_DAGAR = 120


def dagar_sedan(datum: date, idag: date) -> int:
    return (idag - datum).days


def sista_dag(idag: date) -> date:
    """The earliest day a report may be of without the insats being silent today."""
    return idag - timedelta(days=TYST_EFTER_DAGAR)


def ar_tyst(datum: date | None, idag: date) -> bool:
    """Whether nothing has been said for so long that it must show. Never reported counts as silent."""
    return datum is None or dagar_sedan(datum, idag) > TYST_EFTER_DAGAR
