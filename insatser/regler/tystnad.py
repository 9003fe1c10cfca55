"""When silence about an insats must show."""

from datetime import date

TYST_EFTER_DAGAR = 120


def dagar_sedan(datum: date, idag: date) -> int:
    return (idag - datum).days


def ar_tyst(datum: date | None, idag: date) -> bool:
    """Whether nothing has been said for so long that it must show. Never reported counts as silent."""
    return datum is None or dagar_sedan(datum, idag) > TYST_EFTER_DAGAR
