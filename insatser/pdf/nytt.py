"""What is new in a stadskärna since a day, on one A4 page whatever there is to say; for a meeting."""

from __future__ import annotations

from datetime import date

from insatser.fragor.insatsdata import Data
from insatser.pdf.rita import rita


def nytt(data: Data, dag: date) -> bytes:
    """`data` is that of `fragor.nyttdata` on the day."""
    return rita("nytt.typ", data, dag)
