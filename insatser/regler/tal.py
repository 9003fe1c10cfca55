"""Numbers as Swedes write them: "16 000", "12,5". At most two decimals, and no more digits than the database holds."""

from __future__ import annotations

import re
from decimal import Decimal

from insatser.regler.kronor import MELLANSLAG

MINUS = "\N{MINUS SIGN}"
STORST = Decimal("99999999999999.99")
INGET_TAL = "Det är inget tal. Skriv till exempel 16 000 eller 12,5."
TVETYDIGT = "Skriv med decimalkomma och utan punkt: 16000 eller 16,5."
FOR_MANGA_DECIMALER = "Talet har för många decimaler. Avrunda till högst två."
FOR_STORT = "Talet är för stort. Byt till en större enhet, till exempel tusental eller miljoner."

# Groups of three, or none at all; a point is taken for a decimal comma only where it can be nothing else.
_TAL = re.compile(r"([-\u2212]?)(\d{1,3}(?: \d{3})+|\d+)(?:,(\d+)|\.(\d\d?))?", re.ASCII)


def skriv(tal: Decimal) -> str:
    """16000.00 → "16 000", 12.50 → "12,5", with spaces that do not break and a real minus sign."""
    heltal, _, decimaler = f"{abs(tal):,f}".partition(".")
    decimaler = decimaler.rstrip("0")
    text = heltal.replace(",", MELLANSLAG) + (f",{decimaler}" if decimaler else "")
    return MINUS + text if tal < 0 else text


def tolka(text: str) -> Decimal:
    """The number that `text` says. Raises ValueError with a sentence that says what to write."""
    traff = _TAL.fullmatch(" ".join(text.split()))
    if traff is None:
        raise ValueError(TVETYDIGT if re.fullmatch(r"[-\u2212\d\s.,]*\d\.\d[\d\s.,]*", text) else INGET_TAL)
    tecken, heltal, efter_komma, efter_punkt = traff.groups()
    tal = Decimal(f"{heltal.replace(' ', '')}.{efter_komma or efter_punkt or 0}")
    return granska(-tal if tecken else tal)


def ur_flyttal(tal: float, faktor: int = 1) -> Decimal:
    """The number that a spreadsheet means: its last binary digits are noise. Raises ValueError.

    `faktor`: so many times larger than it is kept, as what is shown in per cent.
    """
    if not abs(tal) <= float(STORST):  # also what is no number at all
        raise ValueError(FOR_STORT)
    exakt = Decimal(repr(float(tal))) * faktor
    avrundat = round(exakt, 2)
    brus = Decimal("1e-12") * max(abs(exakt), Decimal(1))
    return granska(avrundat if abs(exakt - avrundat) <= brus else exakt)


def granska(tal: Decimal) -> Decimal:
    """`tal` when it can be kept just as it is, else ValueError."""
    if abs(tal) > STORST:
        raise ValueError(FOR_STORT)
    if tal != round(tal, 2):
        raise ValueError(FOR_MANGA_DECIMALER)
    return round(tal, 2)
