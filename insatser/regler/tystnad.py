"""When silence about an insats must show. How long that is, the installation decides: TYST_EFTER_DAGAR."""

from datetime import date, timedelta
from typing import Protocol

from django.conf import settings

from insatser.regler.status import OVER


class Rapporterat(Protocol):
    """What is known of the latest lägesrapport."""

    @property
    def datum(self) -> date: ...
    @property
    def status(self) -> str: ...


def efter_dagar() -> int:
    """So many days after the last report an insats is silent."""
    return int(settings.TYST_EFTER_DAGAR)


def sista_dag(idag: date) -> date:
    """The earliest day a report may be of without the insats being silent today."""
    return idag - timedelta(days=efter_dagar())


def ar_tyst(rapport: Rapporterat | None, idag: date) -> bool:
    """Whether nothing has been said for so long that it must show.

    Never reported counts as silent. What is genomförd or avbruten has nothing more to tell.
    """
    return rapport is None or (rapport.status not in OVER and rapport.datum < sista_dag(idag))


def i_ord(rapport: Rapporterat | None, idag: date) -> str:
    """ "Inte uppdaterad på 143 dagar", "" while it need not show. Never reported is told by the läge itself."""
    if rapport is None or not ar_tyst(rapport, idag):
        return ""
    return f"Inte uppdaterad på {(idag - rapport.datum).days} dagar"
