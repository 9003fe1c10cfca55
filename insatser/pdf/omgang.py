"""The report of a round of follow-up, as long as it takes."""

from __future__ import annotations

from datetime import date

from insatser.fragor.insatsdata import Data
from insatser.pdf.rita import rita


def omgangsdokument(data: Data, dag: date) -> bytes:
    """`data` is that of `fragor.omgangsrapport` for the day."""
    return rita("omgang.typ", data, dag)
