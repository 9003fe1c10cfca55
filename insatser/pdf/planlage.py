"""How a handlingsplan stands on a day, on one A4 page whatever there is to say; for a meeting."""

from __future__ import annotations

from datetime import date

from insatser.fragor.insatsdata import Data
from insatser.pdf.rita import rita


def planlage(data: Data, dag: date) -> bytes:
    """`data` is that of `fragor.planlage` for the day."""
    return rita("planlage.typ", data, dag)
