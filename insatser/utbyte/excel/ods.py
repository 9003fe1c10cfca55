"""Reads an OpenDocument spreadsheet (.ods): its one part of XML, piece by piece, into rows of cells.

Our own reader, since the one for Excel's files tells no percentage from a number there, and reserves room for every
cell that a sheet could have. Each cell says here both what it holds and what it shows.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import product
from typing import Any
from xml.parsers import expat

from insatser.regler.kronor import MELLANSLAG
from insatser.utbyte.excel import arkiv
from insatser.utbyte.excel.arkiv import Avbrott, Bladkoll
from insatser.utbyte.excel.datumvisning import Dagform, Formateraddag
from insatser.utbyte.excel.kolumner import bokstav
from insatser.utbyte.excel.tabell import MAX_RADER
from insatser.utbyte.excel.visning import Formaterat, Talform, Talslag, visad

MAX_INNEHALL = 60 * arkiv.MB
MAX_TEXT = 40_000  # a cell holds no more in any spreadsheet
_TID = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d{1,12})?S")
_BRAK = re.compile(r"-?(?:\d+ )?\d+/\d+")
_SIFFROR = re.compile(r"\d(?:[\d.,]|\s(?=\d))*")
_NASTLADE = {"annotation", "frame", "custom-shape", "text-box", "object", "shapes"}


@dataclass
class Odsblad:
    """A sheet: what was found in it, its rows from the first, and its merged cells as calamine gives them."""

    koll: Bladkoll
    rader: list[list[Any]] = field(default_factory=list)
    sammanfogade: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


def ar_ods(innehall: bytes) -> bool:
    """Whether a zip archive holds what every OpenDocument file does."""
    try:
        with zipfile.ZipFile(io.BytesIO(innehall)) as bok:
            return "content.xml" in bok.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def las(innehall: bytes) -> list[Odsblad]:
    """The sheets. Raises Avbrott when the file must not be, or cannot be, read."""
    tolk = _Tolk()
    try:
        with zipfile.ZipFile(io.BytesIO(innehall)) as bok:
            if len(bok.infolist()) > arkiv.MAX_DELAR:
                raise Avbrott(arkiv.FOR_STOR)
            if b"encryption-data" in bok.open("META-INF/manifest.xml").read(arkiv.MB):
                raise Avbrott(arkiv.LAST)
            uppackat = 0
            with bok.open("content.xml") as strom:
                while bit := strom.read(256 * 1024):
                    uppackat += len(bit)
                    if uppackat > MAX_INNEHALL or (
                        uppackat > arkiv.SMATT and uppackat > arkiv.MAX_GRAD * len(innehall)
                    ):
                        raise Avbrott(arkiv.FOR_STOR)
                    tolk.mata(bit)
            tolk.mata(b"", sist=True)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as fel:
        raise Avbrott(arkiv.SKADAD) from fel
    except (KeyError, ValueError, OverflowError, expat.ExpatError) as fel:
        raise Avbrott(arkiv.SKADAD) from fel
    if not tolk.blad:
        raise Avbrott(arkiv.INTE_ARBETSBOK)
    return tolk.blad


class _Tolk:
    """Builds the sheets, an element at a time. What is repeated is kept once, and what is empty not at all."""

    def __init__(self) -> None:
        self.blad: list[Odsblad] = []
        self._tolk = expat.ParserCreate(namespace_separator="}")
        self._tolk.StartElementHandler = self._borja
        self._tolk.EndElementHandler = self._sluta
        self._tolk.CharacterDataHandler = self._tecken
        self._tolk.StartDoctypeDeclHandler = self._doctype
        self._rad: list[Any] = []
        self._radnummer = 0  # of the row that is read, from 0
        self._upprepas = 1
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._stycken = 0
        self._i_stycke = False
        self._djup = 0  # inside something that only lies on the cell

    def mata(self, bit: bytes, *, sist: bool = False) -> None:
        self._tolk.Parse(bit, sist)

    def _doctype(self, *_: object) -> None:
        raise Avbrott(arkiv.SKADAD)

    def _borja(self, namn: str, attribut: dict[str, str]) -> None:
        slag = namn.rpartition("}")[2]
        if self._djup or slag in _NASTLADE:
            self._djup += slag in _NASTLADE
            return
        lokala = {k.rpartition("}")[2]: v for k, v in attribut.items()} if attribut else {}
        match slag:
            case "table":
                self.blad.append(Odsblad(Bladkoll(lokala.get("name", ""))))
                self._radnummer = 0
                if len(self.blad) > arkiv.MAX_BLAD:
                    raise Avbrott(arkiv.FOR_STOR)
            case "table-row":
                self._rad, self._upprepas = [], int(lokala.get("number-rows-repeated", "1"))
                if lokala.get("visibility", "visible") != "visible" and self._upprepas < MAX_RADER:
                    sista = min(self._radnummer + self._upprepas, MAX_RADER)
                    self.blad[-1].koll.dolda.update(range(self._radnummer + 1, sista + 1))
            case "table-cell" | "covered-table-cell":
                # What kind of value LibreOffice itself sees stands beside the one that everybody reads.
                fel = any(v == "error" for k, v in attribut.items() if k.endswith("}value-type"))
                self._cell = lokala | ({"value-type": "error"} if fel else {})
                self._text, self._stycken = [], 0
            case "p" if self._cell is not None:
                self._text += ["\n"] if self._stycken else []
                self._stycken += 1
                self._i_stycke = True
            case "s" if self._i_stycke:
                self._text.append(" " * min(int(lokala.get("c", "1")), MAX_TEXT))
            case "tab" | "line-break" if self._i_stycke:
                self._text.append("\t" if slag == "tab" else "\n")

    def _tecken(self, text: str) -> None:
        if self._i_stycke and not self._djup:
            self._text.append(text)

    def _sluta(self, namn: str) -> None:
        slag = namn.rpartition("}")[2]
        if slag in _NASTLADE and self._djup:
            self._djup -= 1
        elif self._djup:
            return
        elif slag == "p":
            self._i_stycke = False
        elif slag in {"table-cell", "covered-table-cell"} and self._cell is not None:
            self._lagg_till(self._cell, "".join(self._text)[:MAX_TEXT])
            self._cell = None
        elif slag == "table-row":
            self._avsluta_rad()

    def _lagg_till(self, cell: dict[str, str], text: str) -> None:
        antal = int(cell.get("number-columns-repeated", "1"))
        blad, koll = self.blad[-1], self.blad[-1].koll
        plats = len(self._rad)
        varde = _varde(cell, text)
        if varde is None and "formula" not in cell:
            self._rad += [None] * max(0, min(antal, arkiv.MAX_KOLUMN + 1 - plats))
        elif plats + antal > arkiv.MAX_KOLUMN:
            koll.utanfor = koll.utanfor or arkiv.utanfor_kolumn(koll.blad)
        else:
            self._rad += [varde] * antal
            adress = f"{bokstav(plats)}{self._radnummer + 1}"
            if "formula" in cell:
                koll.formler.append((adress, f"={cell['formula'].rpartition(':=')[2]}"[:100]))
            elif cell.get("value-type") == "error":
                koll.felvarden.append((adress, text[:100]))
        hojd, bredd = int(cell.get("number-rows-spanned", "1")), int(cell.get("number-columns-spanned", "1"))
        if hojd > 1 or bredd > 1:
            blad.sammanfogade.append(
                ((self._radnummer, plats), (self._radnummer + hojd - 1, plats + bredd - 1)),
            )

    def _avsluta_rad(self) -> None:
        blad = self.blad[-1]
        while self._rad and self._rad[-1] is None:
            self._rad.pop()
        if self._rad and self._radnummer + self._upprepas > MAX_RADER:
            blad.koll.utanfor = blad.koll.utanfor or arkiv.utanfor_rad(blad.koll.blad)
        elif self._rad:
            blad.rader += [[]] * (self._radnummer - len(blad.rader)) + [self._rad] * self._upprepas
        self._radnummer += self._upprepas


def _varde(cell: dict[str, str], text: str) -> Any:
    match cell.get("value-type", ""):
        case "float" | "percentage" | "currency" as slag:
            return _tal(float(cell["value"]), slag, text)
        case "date":
            dag = datetime.fromisoformat(cell["date-value"]).replace(tzinfo=None)
            visas = dag.date() if dag.time() == time() else dag
            return visas if text in {"", visad(visas)} else Formateraddag.av(dag, Dagform("", text))
        case "time":
            return _tid(cell["time-value"])
        case "boolean":
            return cell["boolean-value"] == "true"
        case "":
            return text or None
        case _:
            return text or cell.get("string-value") or None


def _tal(tal: float, slag: str, text: str) -> float:
    """The number, with what it shows where that is something else."""
    if slag in {"percentage", "currency"}:
        return Formaterat(tal, Talform(Talslag.PROCENT if slag == "percentage" else Talslag.ENHET, text=text))
    if not text or text in {visad(tal), visad(tal).replace(",", ".")}:
        return tal
    tusen, text = _som_svenskan(tal, text.strip())
    if tusen:
        return Formaterat(tal, Talform(Talslag.SKALAT, tusen=tusen, text=text))
    if _BRAK.fullmatch(text):
        visat = Talslag.BRAK
    elif re.search(r"\d[Ee][+-]?\d", text):
        visat = Talslag.POTENS
    else:
        visat = Talslag.ENHET if any(t.isalpha() or t == "%" for t in text) else Talslag.TAL
    return Formaterat(tal, Talform(visat, text=text))


def _som_svenskan(tal: float, text: str) -> tuple[int, str]:
    """How many times what is shown has been divided by a thousand, and the text with a decimal comma."""
    if not (traff := _SIFFROR.search(text)):
        return 0, text
    visat = re.sub(r"[^\d.,]", "", traff[0])
    tydningar = [(t, g, tal_) for t, g in (",.", ".,") if (tal_ := _tydd(visat, t, g)) is not None]
    for tusen, (decimaltecken, grupptecken, (varde, felet)) in product(range(4), tydningar):
        if abs(varde * 1000**tusen - abs(tal)) <= felet * 1000**tusen:
            svenska = traff[0].replace(grupptecken, MELLANSLAG).replace(decimaltecken, ",")
            return tusen, text.replace(traff[0], svenska)
    return 0, text


def _tydd(siffror: str, decimaltecken: str, grupptecken: str) -> tuple[float, float] | None:
    """The number with these signs, and how far it may be from the one that it shows; None when it is none."""
    heltal, _, decimaler = siffror.partition(decimaltecken)
    hela = heltal.replace(grupptecken, "")
    if not (hela + decimaler).isdecimal():
        return None
    return float(f"{hela}.{decimaler or 0}"), 0.500001 * 10 ** -len(decimaler)


def _tid(text: str) -> time | timedelta | str:
    if not (traff := _TID.fullmatch(text)):
        return text
    timmar, minuter, sekunder = map(int, traff.groups())
    if timmar > 23 or minuter > 59 or sekunder > 59:
        return timedelta(hours=timmar, minutes=minuter, seconds=sekunder)
    return time(timmar, minuter, sekunder)
