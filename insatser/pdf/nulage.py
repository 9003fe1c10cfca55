"""Where a stadskärna stands on a day, on one A4 page whatever there is to say; for a meeting."""

from __future__ import annotations

from datetime import date

from insatser.fragor.insatsdata import Data
from insatser.pdf.rita import rita


def nulage(data: Data, dag: date) -> bytes:
    """`data` is that of `fragor.nulage` for the day."""
    return rita("nulage.typ", data, dag)
