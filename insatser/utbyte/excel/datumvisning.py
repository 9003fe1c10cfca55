"""What a day shows in a cell: a spreadsheet keeps 2026-05-12, and shows 12-maj. Only the number format tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

# As a Swedish Excel shows the formats that every workbook has without saying so; 14 and 22 are the ordinary ones.
INBYGGDA = {15: "dd-mmm-yy", 16: "dd-mmm", 17: "mmm-yy"}
_LANGST = 255  # as long as Excel lets a format be
# A text, a sign as it is, what only takes room, a language or a condition, am and pm, a run of one letter; else a sign.
_BITAR = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]|am/pm|a/p|y+|m+|d+|h+|s+|.', re.IGNORECASE | re.DOTALL)
_ENGELSKA = re.compile(r"\[\$-(?:[0-9a-f]*0)?[48]09\]", re.IGNORECASE)
_JANUARI = "januari februari mars april maj juni juli augusti september oktober november december"
_JANUARY = "January February March April May June July August September October November December"
_MANADER = {True: _JANUARY.split(" "), False: _JANUARI.split(" ")}
_DAGAR = {
    True: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    False: ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"],
}


@dataclass(frozen=True, slots=True)
class Dagform:
    """`kod`: the format's first section. `text`: what is shown, where the file says so itself."""

    kod: str
    text: str = ""

    def visa(self, dag: datetime) -> str:
        return self.text or "".join(_bitarna(self.kod, dag))


class Formateraddag(datetime):
    """A day, or a moment, with the format that it is shown by."""

    form: Dagform

    @classmethod
    def av(cls, dag: date, form: Dagform) -> Formateraddag:
        klockan = (dag.hour, dag.minute, dag.second) if isinstance(dag, datetime) else ()
        ny = cls(dag.year, dag.month, dag.day, *klockan)
        ny.form = form
        return ny

    def __reduce_ex__(self, protokoll: Any) -> Any:
        return Formateraddag.av, (self._utan_form(), self.form)

    def _utan_form(self) -> datetime:
        """The same as any other datetime."""
        return datetime(self.year, self.month, self.day, self.hour, self.minute, self.second)  # noqa: DTZ001 -- a cell has no time zone


def dagform(kod: str) -> Dagform | None:
    """What a format code means for a day; None when it shows it as we do, or is none for days."""
    forsta = kod[:_LANGST].partition(";")[0]
    bokstaver = {b[0].lower() for b in _BITAR.findall(forsta) if b[0].isalpha()}
    if not bokstaver & {"y", "d"} and not re.search("mmm", forsta, re.IGNORECASE):
        return None
    utan = re.sub(r"\[[^\]]*\]|\\", "", forsta).lower()
    return None if utan in {"yyyy-mm-dd", "yyyy-mm-dd h:mm", "yyyy-mm-dd hh:mm"} else Dagform(forsta)


def _bitarna(kod: str, dag: datetime) -> Iterator[str]:
    bitar, engelska = _BITAR.findall(kod), bool(_ENGELSKA.search(kod))
    tolv = any(b.lower() in {"am/pm", "a/p"} for b in bitar)
    tid = [b for b in bitar if b[0].lower() in "ymdhs" and b.lower() == b[0].lower() * len(b)]
    nummer = -1
    for bit in bitar:
        slag = bit[0].lower()
        if slag in "ymdhs":
            nummer += 1
            # Minutes stand after hours, or before seconds.
            fore, efter = tid[nummer - 1 : nummer], tid[nummer + 1 : nummer + 2]
            minuter = slag == "m" and len(bit) < 3 and (_ar("h", fore) or _ar("s", efter))
            om_tid = slag in "hs" or minuter
            yield _tid(slag, len(bit), dag, tolv=tolv) if om_tid else _dag(slag, len(bit), dag, engelska=engelska)
        elif bit.lower() in {"am/pm", "a/p"}:
            yield "em" if dag.hour >= 12 else "fm"
        elif slag not in "_*[":
            yield bit.strip('"') if slag == '"' else bit.removeprefix("\\")


def _ar(slag: str, bitar: list[str]) -> bool:
    return bool(bitar) and bitar[0][0].lower() == slag


def _tid(slag: str, langd: int, dag: datetime, *, tolv: bool) -> str:
    tal = {"h": (dag.hour % 12 or 12) if tolv else dag.hour, "m": dag.minute, "s": dag.second}[slag]
    return f"{tal:02}" if langd > 1 else str(tal)


def _dag(slag: str, langd: int, dag: datetime, *, engelska: bool) -> str:
    if slag == "y":
        return f"{dag.year:04}" if langd > 2 else f"{dag.year % 100:02}"
    if langd < 3:
        tal = dag.month if slag == "m" else dag.day
        return f"{tal:02}" if langd > 1 else str(tal)
    namn = _MANADER[engelska][dag.month - 1] if slag == "m" else _DAGAR[engelska][dag.weekday()]
    return namn[:1] if langd > 4 else namn if langd == 4 else namn[:3]
