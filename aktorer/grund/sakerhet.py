"""What happens to people's logins and rights, told in the log to who watches over the installation.

Of people there is the account's number, and nothing else: no address, no name, nothing that was typed.
"""

from __future__ import annotations

import logging
from enum import StrEnum

from django.db import transaction

logg = logging.getLogger("fardplan.sakerhet")


class Sakerhet(StrEnum):
    """The events. Whoever reads the log looks for these words."""

    INLOGGAD = "inloggad"
    INLOGGNING_MISSLYCKADES = "inloggning misslyckades"
    SPARRAD = "spärrad"
    NEKAD = "rättighet nekad"
    INBJUDAN_ANVAND = "inbjudan använd"
    INBJUDAN_STOPPAD = "inbjudan stoppad"
    INLOGGNING_ANDRAD = "inloggning ändrad"
    RATT_ANDRAD = "rättighet ändrad"
    KONTO_STANGT = "konto stängt"
    KONTO_OPPNAT = "konto öppnat"


def notera(handelse: Sakerhet, *, konto: int | None, av: int | None = None, vad: str = "") -> None:
    """Log the event of the account with that number, once what it is about is written for good.

    `av`: the account that did it; `vad`: which kind, in a word of ours.
    """
    mer = {"handelse": str(handelse), "konto": konto, "av": av, "vad": vad}
    text = f"{handelse}: konto {konto or '–'}{f', {vad}' if vad else ''}{f', av konto {av}' if av else ''}"
    transaction.on_commit(lambda: logg.info(text, extra=mer))
