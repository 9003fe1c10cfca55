"""A day as people and programs write it in words and figures: "12 maj 2026", "12.5.2026", "May 12, 2026"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from aktorer.grund.tecken import nyckel

TVETYDIGT = "Det går inte att veta vilket som är dag och vilket som är månad. Skriv datumet som 2026-11-21."

# Of January and on, by their first letters: Swedish, Danish and Norwegian, English, German, French, Finnish.
_MANADER = (
    "jan tammi", "feb fév helmi", "mar mär mrz maalis", "apr avr huhti", "maj may mai touko", "jun juin kesä",
    "jul juil heinä", "aug août elo", "sep syys", "okt oct loka", "nov marras", "dec dez des déc joulu",
)  # fmt: skip
_AR_FORST = re.compile(r"(\d{4})[-./ ](\d{1,2})[-./ ](\d{1,2})(?:[ t]00:00(?::00)?(?:\.0{1,6})?)?z?", re.ASCII)
_AR_SIST = re.compile(r"(\d{1,2})(\. ?|/|-)(\d{1,2})(?:\. ?|/|-)(\d{4})", re.ASCII)
_I_ORD = re.compile(r"(?:den )?(\d{1,2})(?:\.|:?[ae]|st|nd|rd|th|er)?[- ]?([^\W\d_]{3,12})\.?,?[- ]?(\d{4})")
_MANAD_FORST = re.compile(r"([^\W\d_]{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")


def tolka(text: str) -> date | None:
    """The day that the text says; None when it says none. Raises ValueError when it may be one of two."""
    skrivet = nyckel(text)
    if traff := _AR_FORST.fullmatch(skrivet):
        return _dag(*map(int, traff.groups()))
    if traff := _AR_SIST.fullmatch(skrivet):
        forst, skilda, sedan, ar = int(traff[1]), traff[2], int(traff[3]), int(traff[4])
        # A point has the day before it wherever it is used; a slash has either.
        dagar = {_dag(ar, sedan, forst), *(() if skilda[0] == "." else (_dag(ar, forst, sedan),))} - {None}
        if len(dagar) > 1:
            raise ValueError(TVETYDIGT)
        return next(iter(dagar), None)
    if traff := _I_ORD.fullmatch(skrivet):
        return _dag(int(traff[3]), _manad(traff[2]), int(traff[1]))
    if traff := _MANAD_FORST.fullmatch(skrivet):
        return _dag(int(traff[3]), _manad(traff[1]), int(traff[2]))
    return None


def _manad(ord_: str) -> int:
    """0 when it is none."""

    def traffar() -> Iterator[tuple[int, int]]:
        for n, borjan in enumerate(_MANADER, start=1):
            yield from ((len(b), n) for b in borjan.split() if ord_.startswith(b))

    return max(traffar(), default=(0, 0))[1]


def _dag(ar: int, manad: int, dag: int) -> date | None:
    try:
        return date(ar, manad, dag)
    except ValueError:
        return None
