"""How far a long piece of work has come, for whoever follows it; and the way to have it stop between two parts.

Who does the work says `borja` and `gjort`, which cost nothing when nobody follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Inlasningssteg(StrEnum):
    """The steps of reading in a file, in their order."""

    LASER = "laser"
    JAMFOR = "jamfor"
    SKRIVER = "skriver"


class Avbrutet(Exception):
    """Somebody has asked that it be stopped."""


@dataclass
class Forlopp:
    """`klara` of `alla` rows are done in the step; 0 of 0 when nobody can tell."""

    steg: str = ""
    klara: int = 0
    alla: int = 0
    avbryt: bool = False


_NU: ContextVar[Forlopp | None] = ContextVar("forlopp", default=None)


@contextmanager
def foljt() -> Iterator[Forlopp]:
    """What is done in this block is followed by the one that is given; `avbryt` set in it stops the work."""
    nu = Forlopp()
    nyckel = _NU.set(nu)
    try:
        yield nu
    finally:
        _NU.reset(nyckel)


def borja(steg: Inlasningssteg, alla: int = 0) -> None:
    """A step begins, of so many rows. Raises Avbrutet."""
    if nu := _NU.get():
        nu.steg, nu.klara, nu.alla = steg, 0, alla
        gjort(0)


def gjort(antal: int) -> None:
    """So many rows more are done. Raises Avbrutet."""
    if nu := _NU.get():
        nu.klara += antal
        if nu.avbryt:
            raise Avbrutet


def avbryts() -> bool:
    """Whether somebody has asked that it be stopped."""
    nu = _NU.get()
    return nu is not None and nu.avbryt


# Where each step ends, in hundredths of the whole: what a preview has, and what a confirmation has.
GRANSKNING = {Inlasningssteg.LASER: 15, Inlasningssteg.JAMFOR: 100}
INLASNING = {Inlasningssteg.LASER: 10, Inlasningssteg.JAMFOR: 50, Inlasningssteg.SKRIVER: 100}


def procent(steg: str, klara: int, alla: int, delar: dict[Inlasningssteg, int]) -> int:
    """How much of the whole is done, 0–99: it is all done only when the answer is there."""
    fran = 0
    for detta, till in delar.items():
        if detta == steg:
            return min(99, fran + (till - fran) * klara // alla if alla else fran)
        fran = till
    return 0


def kvar_i_ord(gatt: float, andel: int) -> str:
    """The time that is left when so many hundredths took so many seconds; "" when it is too soon to tell."""
    if gatt < 2 or andel < 5:
        return ""
    sekunder = gatt * (100 - andel) / andel
    if sekunder < 10:
        return "Några sekunder kvar."
    if sekunder < 60:
        return f"Ungefär {round(sekunder / 10) * 10} sekunder kvar."
    minuter = round(sekunder / 60)
    return f"Ungefär {'en minut' if minuter == 1 else f'{minuter} minuter'} kvar."
