"""The handlingsplan as an A4 document: the data of `fragor.plandata` made ready for its template.

What was decided years ago is set by the same code as what is proposed today. So nothing here is frozen with a
decision: what the page needs besides the words is worked out each time.
"""

from __future__ import annotations

from datetime import date

from insatser.fragor import insatsdata
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.insatsdata import Data
from insatser.fragor.plandata import med_andringar, med_forsening, plandata
from insatser.models import Planversion
from insatser.pdf.rita import rita
from insatser.pdf.schema import schema
from insatser.regler.plandiff import NAR

# What the template does not read: the plan's rows a second time, and what `schema` makes its table of.
TABELLER = {"ordning", "tidslinje", "ansvar"}

_UTAN_SMALA = str.maketrans("", "", "abcdefghijklnopqrstuvxyzåäöé0123456789 .,;:-–'\"”!?/()")


def handlingsplan(innehall: Planinnehall, beslutad: Planversion | None = None, idag: date | None = None) -> bytes:
    """The plan as it is now; with what differs from the version that was decided last, when there is one.

    `idag` is the day it speaks of: with it, what is late is marked.
    """
    senast = insatsdata.senast(p.insats for p in innehall.prioriteringar)
    data = med_andringar(plandata(innehall), beslutad)
    if idag:
        data = med_forsening(data, innehall.sena(idag))
    return plandokument(data, senast or date(innehall.plan.ar_fran, 1, 1))


def plandokument(data: Data, dag: date) -> bytes:
    """The plan of `plandata`, as it is now or as it was frozen by a decision."""
    return rita("handlingsplan.typ", satt_plan(data), dag)


def satt_plan(data: Data) -> Data:
    """The same made ready for the templates of its parts (plandelar.typ)."""
    att_satta = {nyckel: v for nyckel, v in data.items() if nyckel not in TABELLER}
    att_satta["falt"] = [f | {"insatser": [_insats(i) for i in f["insatser"]]} for f in data["falt"]]
    if andringar := data.get("andringar"):
        att_satta["andringar"] = andringar | {"rader": [_andring(rad) for rad in andringar["rader"]]}
    tabeller = schema(data["tidslinje"], data["ansvar"]) if "tidslinje" in data else []
    return att_satta | {"schema": tabeller}


def _insats(i: Data) -> Data:
    """With about how many lines it takes before its aktiviteter: a long one may go on on the next page."""
    rader = _rader(i["skal"], 85) + _rader(i["lage"]["kommentar"], 85)
    return i | {"rader": rader, "aktiviteter": [_aktivitet(a) for a in i["aktiviteter"]]}


def _aktivitet(a: Data) -> Data:
    """With about how many lines its row takes, whichever of its cells is the highest."""
    vem = [*([a["ansvarig"]] if a["ansvarig"] else []), *a["medverkande"]]
    # Plans decided before money and outcomes were part of them have none.
    betalas, utfall = a.get("betalas", ()), a.get("utfall")
    betalare = ", ".join(f"{b['namn']} {b['belopp']} ({b['ar']})" for b in betalas)
    smatt = [
        a.get("foljer_pa") and f"Fortsätter från {a['foljer_pa']}",
        (a.get("kostnad") or betalas) and f"Kostar {a['kostnad']}. Betalas av {betalare}",
        utfall and f"{utfall['ord']}: {utfall['skal']}",
        a.get("sen"),
    ]
    rader = max(
        _rader(a["titel"], 34) + _rader(a["resultat"], 36) + sum(_rader(text, 36) for text in smatt if text),
        sum(1 + _rader(f"{d['namn']} – {d['svarar']}", 30) for d in vem),
    )
    return a | {"tid": _odelad(a["tid"]), "rader": rader}


def _andring(rad: Data) -> Data:
    return rad | {"da": _odelad(rad["da"]), "nu": _odelad(rad["nu"])} if rad["falt"] == NAR else rad


def _odelad(tid: str) -> str:
    """A time whose quarters are not split over two lines."""
    return tid.replace(" kv. ", "\N{NO-BREAK SPACE}kv.\N{NO-BREAK SPACE}")


def _rader(text: str, bredd: int) -> int:
    """At most about how many lines `text` takes where `bredd` ordinary letters go on one."""
    return sum(1 + (len(rad) + len(rad.translate(_UTAN_SMALA))) // bredd for rad in text.splitlines())
