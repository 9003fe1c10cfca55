"""All papers of a möte in one document, as long as it takes."""

from __future__ import annotations

from datetime import date

from insatser.fragor.insatsdata import Data
from insatser.pdf.handlingsplan import satt_plan
from insatser.pdf.rita import rita


def motesdokument(data: Data, dag: date) -> bytes:
    """`data` is that of `fragor.moteshandlingar` for the day."""
    return rita("moteshandlingar.typ", data | {"forslag": [satt_plan(f) for f in data["forslag"]]}, dag)
