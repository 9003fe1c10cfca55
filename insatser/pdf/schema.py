"""The plan's schedule, made ready for its PDF: for every aktivitet its bar in time and its marks under the aktörer.

It is made of the two tables that are frozen with a decision (`tidslinje` and `ansvar` of `plandata`), each time a PDF
is set. What Typst need not work out it does not have to: its language is slow where Python is quick.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from insatser.fragor.insatsdata import Data
from insatser.regler.forsening import FORSENAD

# Millimetres: the room beside the titles, the least a step in time needs, and the column of an aktör.
PLATS, STEG, KOLUMN = 110, 5.5, 7
# Letters that a line of a title has room for, and lines that a page has, with the names of the aktörer over them.
RADBREDD, MEST_RADER = 20, 34
ROLLORD = {"ansvarig": "ansvarig", "medverkande": "medverkar"}


def schema(tidslinje: Data, ansvar: Data) -> list[Data]:
    """The tables it takes: one with the time line and as many aktörer as there is room for, then the rest of them.
    None without aktiviteter.

    Every table has `tid`, the width of its time line in mm (0 without one), its `aktorer`, what it is (`rubrik`, ""
    when it is the only one), whether it is kept on one page (`hel`), and its rows under their insatser: `spann` in
    steps, `marken` as (column, role), and `i_ord`, what the eye sees of both.
    """
    if not ansvar["rader"]:
        return []
    aktorer = ansvar["aktorer"]
    bredvid = min(len(aktorer), max(0, math.floor((PLATS - STEG * len(tidslinje["steg"])) / KOLUMN)))
    delar = [(PLATS - bredvid * KOLUMN, range(bredvid)), *((0, del_) for del_ in _delade(bredvid, len(aktorer)))]
    return [
        {
            "tid": tid,
            "steg": tidslinje["steg"],
            "ar": tidslinje["ar"],
            "aktorer": [aktorer[k] for k in del_],
            "rubrik": f"Aktör {del_[0] + 1} till {del_[-1] + 1} av {len(aktorer)}" if del_ and len(delar) > 1 else "",
            "hel": len(delar) == 1 and _titelrader(tidslinje) <= MEST_RADER,
            "insatser": list(_insatser(tidslinje, ansvar, tid, del_)),
        }
        for tid, del_ in delar
    ]


def _titelrader(tidslinje: Data) -> int:
    """At most about how many lines all titles take."""
    titlar = [t["titel"] for i in tidslinje["insatser"] for t in (i, *i["aktiviteter"])]
    return sum(math.ceil(len(titel) / RADBREDD) for titel in titlar)


def _delade(fran: int, till: int) -> list[range]:
    """The places from `fran` to before `till` in tables of about equal width."""
    if fran == till:
        return []
    antal = math.ceil((till - fran) * KOLUMN / PLATS)
    bredd = math.ceil((till - fran) / antal)
    return [range(n, min(n + bredd, till)) for n in range(fran, till, bredd)]


def _insatser(tidslinje: Data, ansvar: Data, tid: int, del_: range) -> Iterator[Data]:
    # Both tables have the aktiviteter in the plan's order.
    roller = iter(ansvar["rader"])
    for insats in tidslinje["insatser"]:
        rader = [_rad(a, next(roller)["roller"], ansvar["aktorer"], tid, del_) for a in insats["aktiviteter"]]
        if rader:
            yield {"nummer": insats["nummer"], "titel": insats["titel"], "farg": insats["farg"], "rader": rader}


def _rad(aktivitet: Data, roller: list[str], aktorer: list[str], tid: int, del_: range) -> Data:
    ord_ = [f"{aktorer[k]} {ROLLORD[roller[k]]}" for k in del_ if roller[k]]
    status, spann = aktivitet["status"], aktivitet["spann"] if tid else None
    if tid:
        # Plans decided before there were words for it have the time as it stands in the tables.
        nar = aktivitet.get("i_ord", aktivitet["tid"]) if spann else "tid ej satt"
        ord_ = [f"{nar}, {status['ord'].lower()}", *([FORSENAD.lower()] if aktivitet.get("sen") else []), *ord_]
    return {
        "titel": aktivitet["titel"],
        "sen": FORSENAD if aktivitet.get("sen") and tid else "",
        "slag": status["slag"],
        "spann": spann,
        "milstolpe": aktivitet.get("milstolpe", False),
        "marken": [(n, roller[k]) for n, k in enumerate(del_) if roller[k]],
        "i_ord": ", ".join(ord_) or "ingen av dessa aktörer",
    }
