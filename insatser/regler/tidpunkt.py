"""A point in time that is known to the day, the month or the year: "2024-06-12", "2024-06", "2024"."""

import re
from datetime import date

from django.utils.dates import MONTHS

FORMAT = r"^(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
FORMATFEL = "Skriv ett datum, en månad eller ett år: 2024-06-12, 2024-06 eller 2024."
EXEMPEL = "Dag, månad eller år: 2024-06-12, 2024-06 eller 2024."


def finns(text: str) -> bool:
    """Whether `text` is such a point in time, and one there is: 2024-02-30 is not."""
    if not re.match(FORMAT, text):
        return False
    try:
        forsta_dagen(text)
    except ValueError:
        return False
    return True


def forsta_dagen(text: str) -> date:
    """The first day it can mean: 1 June 2024 for "2024-06". Raises ValueError when there is no such day."""
    return date.fromisoformat((text + "-01-01")[:10])


def i_text(text: str) -> str:
    """As people write it: "12 juni 2024", "juni 2024", "2024"; "" for none."""
    ar, _, resten = text.partition("-")
    manad, _, dag = resten.partition("-")
    delar = [str(int(dag)) if dag else "", str(MONTHS[int(manad)]) if manad else "", ar]
    return " ".join(d for d in delar if d)
