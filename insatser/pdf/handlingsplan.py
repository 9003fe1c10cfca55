"""The handlingsplan as an A4 document: the data of `fragor.plandata` made ready for its template."""

from __future__ import annotations

from datetime import date

from insatser.fragor import insatsdata
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.insatsdata import Data
from insatser.fragor.plandata import med_andringar, plandata
from insatser.models import Planversion
from insatser.pdf.rita import rita
from insatser.pdf.schema import schema

# What the template does not read: the plan's rows twice over, and what `schema` makes its table of.
TABELLER = {"ordning", "tidslinje", "ansvar", "rader"}


def handlingsplan(innehall: Planinnehall, beslutad: Planversion | None = None) -> bytes:
    """The plan as it is now; with what differs from the version that was decided last, when there is one."""
    senast = insatsdata.senast(p.insats for p in innehall.prioriteringar)
    return plandokument(med_andringar(plandata(innehall), beslutad), senast or date(innehall.plan.ar_fran, 1, 1))


def plandokument(data: Data, dag: date) -> bytes:
    """The plan of `plandata`, as it is now or as it was frozen by a decision."""
    att_satta = {nyckel: v for nyckel, v in data.items() if nyckel not in TABELLER}
    tabeller = schema(data["tidslinje"], data["ansvar"]) if "tidslinje" in data else []
    return rita("handlingsplan.typ", att_satta | {"schema": tabeller}, dag)
