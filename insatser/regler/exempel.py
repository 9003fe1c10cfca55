"""How much of what is shown is made up to show how the tool works, and what is said of it.

One rule for pages, files, feeds and mails: whoever shows rows hands them all over, the real ones too, and says what
comes back. Beside that each row that is made up bears the mark itself. A row is what somebody has reported, planned or
measured: of an insats without a läge there is nothing to tell.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

MARKE = "Exempeldata"


class Markbar(Protocol):
    @property
    def exempel(self) -> bool: ...


class Exempel(StrEnum):
    """The value is the sentence for who reads the whole of it; empty, hence false, when nothing is made up."""

    INGET = ""
    DELAR = (
        "Delar av det här är exempel, påhittade för att visa hur verktyget fungerar. De säger inget om verkligheten."
    )
    ALLT = (
        "Allt som är rapporterat, planerat eller mätt här är exempel, påhittat för att visa hur verktyget fungerar. "
        "Det säger inget om verkligheten."
    )

    @property
    def marke(self) -> str:
        """The same as a mark on something that sums up rows which are not shown."""
        return {Exempel.INGET: "", Exempel.DELAR: "Delvis exempeldata", Exempel.ALLT: MARKE}[self]


def exempel(visade: Iterable[Markbar | None]) -> Exempel:
    """Of the rows that are shown; None where there is no row."""
    pahittade = [rad.exempel for rad in visade if rad is not None]
    if not any(pahittade):
        return Exempel.INGET
    return Exempel.ALLT if all(pahittade) else Exempel.DELAR
