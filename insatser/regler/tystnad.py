"""When silence about an insats must show. How long that is, the installation decides: TYST_EFTER_DAGAR.

Never reported is not late: until the same number of days has gone since it was made, it is new.
"""

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


def ar_tyst(rapport: Rapporterat | None, tillkom: date, idag: date) -> bool:
    """Whether nothing has been said for so long that it must show; of what was never reported, since it was made.

    What is genomförd or avbruten has nothing more to tell.
    """
    if rapport is None:
        return tillkom < sista_dag(idag)
    return rapport.status not in OVER and rapport.datum < sista_dag(idag)


def i_ord(rapport: Rapporterat | None, tillkom: date, idag: date) -> str:
    """ "Inte uppdaterad på 143 dagar", "" while it need not show."""
    if not ar_tyst(rapport, tillkom, idag):
        return ""
    return f"Inte uppdaterad på {(idag - (rapport.datum if rapport else tillkom)).days} dagar"


def ar_ny(rapport: Rapporterat | None, tillkom: date, idag: date) -> bool:
    """Whether it was never reported because it has just been made: for as many days as silence takes."""
    return rapport is None and not ar_tyst(rapport, tillkom, idag)
