"""Kinds of columns: how each reads a cell, writes one, and puts its value in words.

A cell is what stands in the file; a value is what the program reckons with (an aktör's id, a date). A kind knows the
way between them, and nothing of which column or workbook it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import TextChoices

from aktorer.grund.dag import orimlig
from aktorer.grund.tecken import nyckel, rena
from insatser.regler import datumtext, kronor, period, tal
from insatser.regler import nummer as insatsnummer
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.visning import SIFFROR, Formaterat, Talslag, ur_textcell, visad

type Cellvarde = str | int | Decimal | date | None

SKRIV_TALET = "Välj formatet Tal för cellen och skriv talet igen, med decimalkomma."
HAMTA_NYTT = "Hämta arbetsboken på nytt och gör ändringen i den."
GEMENSAM, KARNSPECIFIK = "Gemensam", "Kärnspecifik"
JA = "Ja"
AR_FRAN, AR_TILL = 1990, 2099


class Olast(Enum):
    """One of its kind, also when it comes from another process."""

    OLAST = "oläst"


# Stands for a cell whose fault the file's reader has told: reading it fails without a word.
OLAST = Olast.OLAST

_RADSLUT = re.compile(r"\r\n|\r|\n")
_RADENS_SLUT = " \t\u00a0"
_DATUM = {"%Y-%m-%d": re.compile(r"\d{4}-\d{2}-\d{2}"), "%Y%m%d": re.compile(r"\d{8}"), "%y%m%d": re.compile(r"\d{6}")}


def stada(varde: Any) -> str:
    """A cell as text, with one kind of line break and no space at the ends of lines: programs change those unasked."""
    if varde is None:
        return ""
    if varde is OLAST:
        raise ValueError("")
    if isinstance(varde, bool):
        return "Sant" if varde else "Falskt"
    if isinstance(varde, Formaterat) and (varde.form.procent or varde.form.slag == Talslag.SKALAT):
        raise ValueError(f"Cellen visar {varde.form.slag} ({visad(varde)}). Välj formatet Tal och skriv talet igen.")
    if isinstance(varde, float) and varde.is_integer():
        return str(int(varde))
    text = rena(varde if isinstance(varde, str) else str(varde))
    if "\n" not in text and "\r" not in text:
        return text.strip()
    return "\n".join(rad.rstrip(_RADENS_SLUT) for rad in _RADSLUT.split(text)).strip()


def stada_rad(varde: Any) -> str:
    """As `stada`, on one line."""
    return " ".join(stada(varde).split())


def ren_text(cell: Any) -> str:
    """What somebody has typed in words. Raises ValueError when a spreadsheet has made something else of it."""
    return stada(cell if cell is OLAST else ur_textcell(cell))


class Cellslag:
    """What the kinds have in common. `tomt`: the value of an empty cell. `format`: how a spreadsheet shows it."""

    tomt: Any = None
    format: Mapping[str, str] = {}

    def las(self, cell: Any, ord_: Ordlista) -> Any:
        """The value. Raises ValueError with what is wrong and what to do, "" when that has been told."""
        raise NotImplementedError

    def i_ord(self, varde: Any, ord_: Ordlista) -> str:
        return "" if varde is None else str(varde)

    def skriv(self, varde: Any, ord_: Ordlista) -> Cellvarde:
        """The cell."""
        return self.i_ord(varde, ord_)

    def genom_fil(self, varde: Any) -> Any:
        """The value as it comes back from a workbook that nobody changed."""
        return varde


class Text(Cellslag):
    tomt = ""

    def las(self, cell: Any, ord_: Ordlista) -> str:
        return ren_text(cell)

    def skriv(self, varde: Any, ord_: Ordlista) -> Cellvarde:
        text: str = varde
        return text

    def genom_fil(self, varde: Any) -> str:
        return stada(varde)


class Textrad(Text):
    """Text on one line."""

    def las(self, cell: Any, ord_: Ordlista) -> str:
        return " ".join(ren_text(cell).split())

    def genom_fil(self, varde: Any) -> str:
        return stada_rad(varde)


class Insatsnummer(Cellslag):
    """(målområde, ordning). A number such as 1.10 must stay text, also where somebody writes a new one."""

    format: Mapping[str, str] = {"num_format": "@"}

    def __init__(self, hjalp: str = "Skriv till exempel 1.3.") -> None:
        self._hjalp = hjalp

    def las(self, cell: Any, ord_: Ordlista) -> tuple[int, int] | None:
        text = stada(cell).strip("='\"\u2019")  # what people put around it to keep it text
        delar = insatsnummer.tolka(text.replace(",", ".", 1).replace(" ", "").rstrip("."))
        if text and delar is None:
            raise ValueError(f"Det är inget insatsnummer. {self._hjalp}")
        return delar

    def i_ord(self, varde: tuple[int, int] | None, ord_: Ordlista) -> str:
        return insatsnummer.skriv(*varde) if varde else ""


class Insatstyp(Cellslag):
    """Whether it is gemensam; None when empty."""

    _typer = {nyckel(GEMENSAM): True, nyckel(KARNSPECIFIK): False}

    def las(self, cell: Any, ord_: Ordlista) -> bool | None:
        text = nyckel(ren_text(cell))
        if text and text not in self._typer:
            raise ValueError(f"Välj {GEMENSAM} eller {KARNSPECIFIK}.")
        return self._typer.get(text)

    def i_ord(self, varde: bool | None, ord_: Ordlista) -> str:
        return "" if varde is None else GEMENSAM if varde else KARNSPECIFIK


class Malomradesnummer(Cellslag):
    def las(self, cell: Any, ord_: Ordlista) -> int | None:
        text = ren_text(cell)
        return ord_.malomrade(text) if text else None

    def i_ord(self, varde: int | None, ord_: Ordlista) -> str:
        return str(ord_.malomraden[varde]) if varde else ""


class Aktorer(Cellslag):
    """Ids in the order of the cell."""

    tomt: Any = ()

    def las(self, cell: Any, ord_: Ordlista) -> Any:
        """Every name is looked up, so that all unknown ones are told at once."""
        hittade: list[int] = []
        fel: list[str] = []
        for namn in filter(None, (n.strip() for n in re.split(r"[;\n]", ren_text(cell)))):
            try:
                pk = ord_.aktor(namn)
            except ValueError as okand:
                fel.append(str(okand))
                continue
            if pk in hittade:
                fel.append(f"”{namn}” står två gånger.")
            hittade.append(pk)
        if fel:
            raise ValueError(" ".join(fel))
        return tuple(hittade)

    def i_ord(self, varde: Sequence[int], ord_: Ordlista) -> str:
        return ord_.aktorer_i_text(varde)


class EnAktor(Cellslag):
    """One id or None."""

    _alla = Aktorer()

    def las(self, cell: Any, ord_: Ordlista) -> int | None:
        aktorer: tuple[int, ...] = self._alla.las(cell, ord_)
        if len(aktorer) > 1:
            raise ValueError("Det kan finnas högst en ansvarig. Flytta de andra till Medverkande.")
        return aktorer[0] if aktorer else None

    def i_ord(self, varde: int | None, ord_: Ordlista) -> str:
        return ord_.aktorer_i_text([varde]) if varde else ""


class Val(Cellslag):
    """The code of one of the choices, shown by its label; "" when none is chosen."""

    tomt = ""

    def __init__(self, val: type[TextChoices]) -> None:
        self._ord = {str(v.value): str(v.label) for v in val}
        self.val = list(self._ord.values())
        self._koder = {nyckel(label): kod for kod, label in self._ord.items()}

    def las(self, cell: Any, ord_: Ordlista) -> str:
        text = nyckel(ren_text(cell))
        if text and text not in self._koder:
            raise ValueError(f"Välj {', '.join(self.val)} eller lämna tomt.")
        return self._koder.get(text, "")

    def i_ord(self, varde: str, ord_: Ordlista) -> str:
        return self._ord[varde] if varde else ""


class Datum(Cellslag):
    format: Mapping[str, str] = {"num_format": "yyyy-mm-dd", "align": "left"}

    def las(self, cell: Any, ord_: Ordlista) -> date | None:
        dag = self._dag(cell)
        if dag and (fel := orimlig(dag)):
            raise ValueError(fel)
        return dag

    def _dag(self, cell: Any) -> date | None:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = stada(cell)
        for form, monster in _DATUM.items():
            if monster.fullmatch(text):
                try:
                    return datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day has no time zone
                except ValueError:
                    break
        if text and (dag := datumtext.tolka(text)):
            return dag
        if text:
            raise ValueError("Det är inget datum. Skriv det som 2026-11-21.")
        return None

    def skriv(self, varde: date | None, ord_: Ordlista) -> Cellvarde:
        return varde


class Tidpunkt(Cellslag):
    """A quarter, by one of its days, and the very day where one is set: (the quarter's day, the day or None).

    `grans`: the quarter's day for any day in it, its first of a start and its last of an end.
    """

    tomt: Any = (None, None)
    format: Mapping[str, str] = Datum.format
    _kvartal = re.compile(r"(\d{4}) ?(?:kvartal|kv\.?|k|q) ?([1-4])|(?:kvartal|kv\.?|k|q) ?([1-4]),? (\d{4})", re.ASCII)
    _datum = Datum()
    _sa = "Skriv ett kvartal som 2026 kv. 2, eller en dag som 2026-05-12."

    def __init__(self, grans: Callable[[date], date]) -> None:
        self._grans = grans

    def las(self, cell: Any, ord_: Ordlista) -> tuple[date | None, date | None]:
        dag: date | None = None
        if not isinstance(cell, date) and (traff := self._kvartal.fullmatch(nyckel(stada(cell)))):
            ar, kvartal, kvartal_forst, ar_sist = traff.groups()
            dagen: date | None = date(int(ar or ar_sist), 3 * int(kvartal or kvartal_forst), 1)
        else:
            dagen = dag = self._dag(cell, ord_)
        if dagen is None:
            return None, None
        if orimlig(dagen):
            raise ValueError(self._sa)
        return self._grans(dagen), dag

    def _dag(self, cell: Any, ord_: Ordlista) -> date | None:
        try:
            return self._datum.las(cell, ord_)
        except ValueError as fel:
            raise ValueError(self._sa) from fel

    def i_ord(self, varde: tuple[date | None, date | None], ord_: Ordlista) -> str:
        dagen, dag = varde
        return str(dag) if dag else period.kvartal(dagen) if dagen else ""

    def skriv(self, varde: tuple[date | None, date | None], ord_: Ordlista) -> Cellvarde:
        _, dag = varde
        return dag or self.i_ord(varde, ord_)

    def genom_fil(self, varde: tuple[date | None, date | None]) -> tuple[date | None, date | None]:
        dagen, dag = varde
        return (self._grans(dagen), dag) if dagen else (None, None)


class Heltal(Cellslag):
    """A number that nobody types: an id, a version, a count."""

    def las(self, cell: Any, ord_: Ordlista) -> int | None:
        text = stada(cell)
        if text and not (text.isascii() and text.isdecimal() and len(text) <= SIFFROR):
            raise ValueError(f"Kolumnen är teknisk och ska inte ändras. {HAMTA_NYTT}")
        return int(text) if text else None

    def skriv(self, varde: int | None, ord_: Ordlista) -> Cellvarde:
        return varde


class Kronor(Cellslag):
    format: Mapping[str, str] = {"num_format": "#,##0"}

    def las(self, cell: Any, ord_: Ordlista) -> int | None:
        belopp = kronor.tolka(stada(cell))
        if belopp is not None and belopp < 0:
            raise ValueError(kronor.INTE_HELA)
        if belopp is not None and belopp > kronor.HOGST:
            raise ValueError(f"Beloppet är för stort. Högst {kronor.skriv(kronor.HOGST)} får plats.")
        return belopp

    def i_ord(self, varde: int | None, ord_: Ordlista) -> str:
        return "" if varde is None else kronor.tal(varde)

    def skriv(self, varde: int | None, ord_: Ordlista) -> Cellvarde:
        return varde


class Ar(Heltal):
    """A year, shown without a space after the thousands."""

    def las(self, cell: Any, ord_: Ordlista) -> int | None:
        text = stada(cell)
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) == 4 and AR_FRAN <= int(text) <= AR_TILL):
            raise ValueError(f"Skriv ett år mellan {AR_FRAN} och {AR_TILL}.")
        return int(text)


class Tal(Cellslag):
    """A number with decimals, exact: as text where a spreadsheet would round it. 12 % is 12: see `i_procent`."""

    def las(self, cell: Any, ord_: Ordlista) -> Decimal | None:
        if isinstance(cell, Formaterat) and cell.form.slag == Talslag.SKALAT:
            raise ValueError(f"Cellen visar {visad(cell)} men innehåller {visad(float(cell))}. Välj formatet Tal.")
        if isinstance(cell, Formaterat) and cell.form.med("‰"):
            raise ValueError(f"Cellen visar promille ({visad(cell)}). {SKRIV_TALET}")
        if isinstance(cell, float):
            return tal.ur_flyttal(cell, 100 if _gangrat_procent(cell) else 1)
        if cell is None or cell is OLAST or isinstance(cell, str):
            text = stada(cell).removesuffix("%")
            return tal.tolka(text) if text else None
        if isinstance(cell, (date, time, timedelta)):
            raise ValueError(f"Det är inget tal. Kalkylprogrammet har gjort {visad(cell)} av det. {SKRIV_TALET}")
        raise ValueError(tal.INGET_TAL)

    def i_ord(self, varde: Decimal | None, ord_: Ordlista) -> str:
        return "" if varde is None else tal.skriv(varde)

    def skriv(self, varde: Decimal | None, ord_: Ordlista) -> Cellvarde:
        exakt = varde is None or len(varde.normalize().as_tuple().digits) <= SIFFROR
        return varde if exakt else self.i_ord(varde, ord_)


def i_procent(cell: Any) -> bool:
    """Whether people see a percentage in the cell: then it is one only where the unit is procent."""
    if isinstance(cell, Formaterat):
        return cell.form.procent
    return isinstance(cell, str) and rena(cell).rstrip().endswith("%")


def _gangrat_procent(cell: float) -> bool:
    """Whether the cell keeps a hundredth of what it shows."""
    return isinstance(cell, Formaterat) and cell.form.slag == Talslag.PROCENT


class Ja(Cellslag):
    """Whether something is so; an empty cell says no. `nar`: what it then is, in a sentence. `aven`: other words."""

    tomt = False
    _svar = {"": False, "nej": False, "falskt": False, "ja": True, "sant": True, "x": True}

    def __init__(self, nar: str, *aven: str) -> None:
        self._nar = nar
        self._alla = self._svar | dict.fromkeys(aven, True)

    def las(self, cell: Any, ord_: Ordlista) -> bool:
        if (text := nyckel(stada(cell))) not in self._alla:
            raise ValueError(f"Skriv {JA} när {self._nar}, annars inget.")
        return self._alla[text]

    def i_ord(self, varde: bool, ord_: Ordlista) -> str:
        return JA if varde else ""
