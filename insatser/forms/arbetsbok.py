"""Which sheets of a workbook to fetch, out of the address. What makes no sense is left out, never an error page."""

from __future__ import annotations

from django.http import QueryDict

from insatser.fragor.arbetsbok import Bokblad


def valda(fraga: QueryDict) -> list[Bokblad]:
    """The sheets of `blad`; all of them when none is chosen."""
    return [b for b in Bokblad if b in fraga.getlist("blad")] or list(Bokblad)
