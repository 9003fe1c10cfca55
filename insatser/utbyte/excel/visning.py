"""What a cell shows to whoever filled it in: a spreadsheet keeps 0.12 and shows 12 %, keeps 46154 and shows 12 maj.

Only the number format tells them apart, so numbers with one of their own travel as `Formaterat`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from math import isfinite
from typing import Any

from insatser.regler.kronor import MELLANSLAG
from insatser.utbyte.excel.datumvisning import Dagform, Formateraddag

# As Excel numbers the formats that every workbook has without saying so; dates are told by the reader.
INBYGGDA = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '#,##0"kr"', 6: '#,##0"kr"', 7: '#,##0.00"kr"', 8: '#,##0.00"kr"',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 37: "#,##0", 38: "#,##0", 39: "#,##0.00",
    40: "#,##0.00", 41: "#,##0", 42: '#,##0"kr"', 43: "#,##0.00", 44: '#,##0.00"kr"', 48: "##0.0E+0",
}  # fmt: skip
SIFFROR = 15  # a spreadsheet keeps no more
APOSTROF = "Skriv det igen med en apostrof (') först, så förblir det text."

# Text in quotes or after a backslash, a currency, a sign that needs no quotes, a width or a fill, a colour or a
# condition: not the number itself.
_BITAR = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|([€$£¥‰])|[_*].|\[[^\]]*\]')
_LANGST = 255  # as long as Excel lets a format be


MAX_DECIMALER = 10  # of a format; with the digits that a number has, what a Decimal holds


class Talslag(StrEnum):
    """What a number format makes of a number; in the words of a fault."""

    TAL = "ett tal"
    PROCENT = "ett procenttal"
    BRAK = "ett bråk"
    POTENS = "ett tal med tiopotens"
    ENHET = "ett tal med enhet"
    SKALAT = "ett tal i tusental"


@dataclass(frozen=True, slots=True)
class Talform:
    """`efter`: what stands after the digits. `decimaler`: so many, `grupper`: with a space after the thousands.
    `tusen`: how many times it is divided by a thousand. `text`: what is shown, where the file says so itself.
    """

    slag: Talslag
    decimaler: int = 0
    grupper: bool = False
    fore: str = ""
    efter: str = ""
    tusen: int = 0
    text: str = ""

    @property
    def procent(self) -> bool:
        """Whether people see a percentage, also one that the format only writes a sign after."""
        return self.slag == Talslag.PROCENT or self.med("%")

    def med(self, tecken: str) -> bool:
        """Whether people see that sign beside the digits."""
        return tecken in self.fore or tecken in self.efter or tecken in self.text

    def visa(self, varde: float) -> str:
        if self.text:
            return self.text
        if not isfinite(varde):
            return _allmant(varde)
        if self.slag == Talslag.BRAK:
            return _brak(varde)
        if self.slag == Talslag.POTENS or abs(varde) >= 10**SIFFROR:
            return f"{varde:.{self.decimaler}E}".replace(".", ",")
        text = f"{_skalat(self, varde).quantize(Decimal(1).scaleb(-self.decimaler), ROUND_HALF_UP):,f}"
        text = text.replace(",", MELLANSLAG if self.grupper else "").replace(".", ",")
        return f"{self.fore}{text}{self.efter}"


class Formaterat(float):
    """A number with the format that it is shown by."""

    __slots__ = ("form",)
    form: Talform

    def __new__(cls, varde: float, form: Talform) -> Formaterat:
        tal = super().__new__(cls, varde)
        tal.form = form
        return tal

    def __getnewargs__(self) -> tuple[float, Talform]:  # type: ignore[override]
        return float(self), self.form


def talform(kod: str) -> Talform | None:
    """What a format code means; None when it shows a number as it is, or a date."""
    kod = kod[:_LANGST]
    delar: list[str] = []
    siffror = _BITAR.sub(lambda m: _text(m, delar), kod).partition(";")[0]
    if not re.search(r"[0#?]", siffror) or re.search(r"[ymdhs]", siffror, re.IGNORECASE):
        return None
    fore, efter = _runt(siffror, delar)
    heltal, _, resten = siffror.partition(".")
    decimaler = min(MAX_DECIMALER, sum(t in "0#?" for t in re.split(r"[Ee]", resten)[0]))
    grupper = re.search(r"[0#?],[0#?]", heltal) is not None
    if "%" in siffror:
        slag = Talslag.PROCENT
        efter = f"{MELLANSLAG}%" if not efter.strip(f"% {MELLANSLAG}") else efter
    elif re.search(r"[#?0] ?/ ?[#?0-9]", siffror):
        slag = Talslag.BRAK
    elif re.search(r"[Ee][+-]", siffror):
        slag = Talslag.POTENS
    elif tusen := re.search(r"[0#?](,+)(?![0#?,.])", siffror):
        return Talform(Talslag.SKALAT, decimaler, grupper, fore, efter, len(tusen[1]))
    else:
        slag = Talslag.ENHET if (fore + efter).strip() else Talslag.TAL
    return Talform(slag, decimaler, grupper, fore, efter)


def _text(bit: re.Match[str], delar: list[str]) -> str:
    """Put the literal aside, and leave a mark where it stood; what only takes room leaves nothing."""
    text = next((g for g in bit.groups() if g), "")
    if not text.strip("-+ \u00a0"):
        return ""
    delar.append(text)
    return "\x00"


def _runt(siffror: str, delar: list[str]) -> tuple[str, str]:
    """The texts before the digits of the first section, and after them."""
    antal_fore = re.split(r"[0#?]", siffror, maxsplit=1)[0].count("\x00")
    fore, efter = delar[:antal_fore], delar[antal_fore : siffror.count("\x00")]
    return "".join(f"{d.strip()}{MELLANSLAG}" for d in fore), "".join(f"{MELLANSLAG}{d.strip()}" for d in efter)


def _skalat(form: Talform, varde: float) -> Decimal:
    exakt = Decimal(repr(float(varde)))
    if form.slag == Talslag.PROCENT:
        return exakt * 100
    return exakt.scaleb(-3 * form.tusen)


def _brak(varde: float) -> str:
    brak = Fraction(abs(varde)).limit_denominator(99)
    hela, rest = divmod(brak.numerator, brak.denominator)
    delar = [str(hela) if hela or not rest else "", f"{rest}/{brak.denominator}" if rest else ""]
    return ("-" if varde < 0 else "") + " ".join(filter(None, delar))


def formaterad(cell: Any, form: Talform | Dagform) -> Any:
    """The cell with the format that shows it, where that is one for what stands there."""
    match cell, form:
        case float(), Talform():
            return Formaterat(cell, form)
        case date(), Dagform():
            return Formateraddag.av(cell, form)
        case _:
            return cell


def visad(cell: Any) -> str:
    """The cell as a Swedish spreadsheet shows it."""
    match cell:
        case bool():
            text = "SANT" if cell else "FALSKT"
        case Formaterat():
            text = cell.form.visa(cell)
        case float():
            text = _allmant(cell)
        case datetime():
            text = f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d} {_klockan(cell.time())}"
        case time():
            text = _klockan(cell)
        case timedelta():
            minuter, sekunder = divmod(round(cell.total_seconds()), 60)
            text = f"{minuter // 60}:{minuter % 60:02}" + (f":{sekunder:02}" if sekunder else "")
        case _:
            text = "" if cell is None else str(cell)
    return text


def dar_star(cell: Any) -> str:
    """The same, and a day as its own format shows it: what somebody who looks for the cell sees."""
    return cell.form.visa(cell) if isinstance(cell, Formateraddag) else visad(cell)


def _allmant(varde: float) -> str:
    """Without a format: as many digits as there are, the noise of the last binary ones left out."""
    if abs(varde) >= 10**SIFFROR or varde != varde:  # noqa: PLR0124 -- no number is not itself
        return f"{varde:.5E}".replace(".", ",")
    text = f"{Decimal(f'{varde:.{SIFFROR}g}'):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _klockan(tid: time) -> str:
    return f"{tid:%H:%M:%S}" if tid.second else f"{tid:%H:%M}"


def ur_textcell(cell: Any) -> str:
    """What a cell of a text column says. Raises ValueError when a spreadsheet has made something else of the text."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if vad := _omgjord_till(cell):
        raise ValueError(f"Kalkylprogrammet har gjort om det du skrev till {vad}. {APOSTROF}")
    return visad(cell)


def _omgjord_till(cell: Any) -> str:
    """What has become of a text that somebody typed; "" when it shows as it was typed."""
    match cell:
        case bool():
            return f"ett sanningsvärde ({visad(cell)})"
        case datetime() | date():
            return f"datumet {visad(cell)}"
        case time() | timedelta():
            return f"klockslaget {visad(cell)}"
        case Formaterat() if cell.form.slag != Talslag.TAL:
            return f"{cell.form.slag} ({visad(cell)})"
        case float() if abs(cell) >= 10**SIFFROR:
            return f"ett tal med bara {SIFFROR} siffror kvar"
        case _:
            return ""
