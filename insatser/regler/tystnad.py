"""When silence about an insats must show. How long that is, the installation decides: TYST_EFTER_DAGAR."""

from datetime import date, timedelta

from django.conf import settings


def efter_dagar() -> int:
    """So many days after the last report an insats is silent."""
    return int(settings.TYST_EFTER_DAGAR)


def sista_dag(idag: date) -> date:
    """The earliest day a report may be of without the insats being silent today."""
    return idag - timedelta(days=efter_dagar())


def ar_tyst(datum: date | None, idag: date) -> bool:
    """Whether nothing has been said for so long that it must show. Never reported counts as silent."""
    return datum is None or datum < sista_dag(idag)


def i_ord(datum: date | None, idag: date) -> str:
    """ "Inte uppdaterad på 143 dagar", "" while it need not show. Never reported is told by the läge itself."""
    return f"Inte uppdaterad på {(idag - datum).days} dagar" if datum and ar_tyst(datum, idag) else ""
