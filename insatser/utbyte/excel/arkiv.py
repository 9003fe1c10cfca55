"""An uploaded workbook before anybody parses it: is it what it says, and can it be opened without harm?

A workbook is a zip archive of XML. Half a megabyte can unpack to gigabytes, and one value in the last cell of a sheet
makes the reader reserve the whole sheet: both are found here, while inflating piece by piece.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.etree import ElementTree
from xml.parsers import expat

from insatser.regler.inlasning import Fel
from insatser.utbyte.excel.kolumner import Mall, bokstav
from insatser.utbyte.excel.tabell import MAX_RADER, MAX_RADER_I_ORD

MB = 1024 * 1024
MAX_STORLEK = 10 * MB
MAX_UPPACKAT = 150 * MB
MAX_UTANFOR_BLADET = 40 * MB
MAX_GRAD = 100  # times larger unpacked; ordinary workbooks are 5-15
SMATT = 5 * MB  # small things may be packed as hard as they like
MAX_DELAR = 500
MAX_KOLUMN = 200
MAX_LIKADANA = 200  # faults of one kind; the rest are counted

LAST = "Filen är låst med lösenord, eller i ett gammalt format. Spara den utan lösenord som Excel-arbetsbok (.xlsx)."
INTE_ARBETSBOK = "Filen är ingen Excel-arbetsbok (.xlsx). Spara den som Excel-arbetsbok eller CSV och försök igen."
SKADAD = "Filen är skadad och går inte att läsa. Spara den på nytt i Excel eller LibreOffice."
FOR_STOR = "Filen packar upp till orimligt mycket. Ta bort tomma rader, bilder och andra blad, och spara den på nytt."

_FORBJUDNA = {
    "vbaproject": "Arbetsboken innehåller makron. Spara den som .xlsx utan makron.",
    "xl/externallinks/": "Arbetsboken hämtar värden ur andra arbetsböcker. Bryt länkarna (Data, Redigera länkar).",
    "xl/connections": "Arbetsboken hämtar data utifrån. Ta bort dataanslutningarna.",
    "xl/embeddings/": "Arbetsboken innehåller inbäddade filer. Ta bort dem.",
    "xl/activex/": "Arbetsboken innehåller inbäddade program. Ta bort dem.",
}


class Avbrott(Exception):
    """The file is refused unread; `texter` says why."""

    def __init__(self, *texter: str) -> None:
        super().__init__(*texter)
        self.texter = texter


@dataclass
class Bladkoll:
    """What a pass over the sheet's XML found: cells that hold no plain value, as (address, what stands there)."""

    blad: str
    formler: list[tuple[str, str]] = field(default_factory=list)
    felvarden: list[tuple[str, str]] = field(default_factory=list)

    @property
    def platser(self) -> set[tuple[int, int]]:
        """(row from 1, column from 0) of all of them."""
        return {(_rad(adress), _kolumn(adress) - 1) for adress, _ in [*self.formler, *self.felvarden]}

    @property
    def fel(self) -> list[Fel]:
        med_formel = {adress for adress, _ in self.formler}
        felvarden = [f for f in self.felvarden if f[0] not in med_formel]
        return [
            *likadana(self.blad, self.formler, "Cellen innehåller en formel. Klistra in värdet i stället för formeln."),
            *likadana(self.blad, felvarden, "Cellen innehåller ett felvärde. Skriv det som ska stå där."),
        ]


def granska(innehall: bytes, mall: Mall) -> Bladkoll:
    """Look through the file. Raises Avbrott when it must not be parsed."""
    try:
        with zipfile.ZipFile(io.BytesIO(innehall)) as arkiv:
            return _granska_arkiv(arkiv, len(innehall), mall)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as fel:
        raise Avbrott(SKADAD) from fel
    except (expat.ExpatError, ElementTree.ParseError) as fel:
        raise Avbrott(SKADAD) from fel


def _granska_arkiv(arkiv: zipfile.ZipFile, storlek: int, mall: Mall) -> Bladkoll:
    delar = arkiv.infolist()
    namn = [d.filename for d in delar]
    if len(delar) > MAX_DELAR:
        raise Avbrott(f"Filen består av {len(delar)} delar. En arbetsbok härifrån har högst {MAX_DELAR}.")
    if len(set(namn)) < len(namn) or any(d.flag_bits & 1 for d in delar):
        raise Avbrott(SKADAD)
    if "[Content_Types].xml" not in namn or "xl/workbook.xml" not in namn:
        raise Avbrott(INTE_ARBETSBOK)
    if forbjudet := [text for spar, text in _FORBJUDNA.items() if any(spar in n.lower() for n in namn)]:
        raise Avbrott(*forbjudet)
    bladdel = _bladets_del(arkiv, mall)
    koll = Bladkoll(mall.blad)
    uppackat = 0
    for del_ in delar:
        tolk = _bladtolk(koll) if del_.filename == bladdel else None
        egen = 0
        for bit in _bitar(arkiv, del_):
            uppackat += len(bit)
            egen += len(bit)
            if uppackat > MAX_UPPACKAT or (uppackat > SMATT and uppackat > MAX_GRAD * storlek):
                raise Avbrott(FOR_STOR)
            if tolk:
                tolk.Parse(bit, False)
            elif egen > MAX_UTANFOR_BLADET:
                raise Avbrott(FOR_STOR)
        if tolk:
            tolk.Parse(b"", True)
    return koll


def _bitar(arkiv: zipfile.ZipFile, del_: zipfile.ZipInfo) -> Iterator[bytes]:
    with arkiv.open(del_) as strom:
        while bit := strom.read(256 * 1024):
            yield bit


def _bladets_del(arkiv: zipfile.ZipFile, mall: Mall) -> str:
    """The archive's part that holds the sheet we read. Raises Avbrott that names the sheets there are."""
    bok = _xml(arkiv, "xl/workbook.xml")
    blad = {e.get("name", ""): e for e in bok.iter() if _lokalt(e.tag) == "sheet"}
    if mall.blad not in blad:
        finns = ", ".join(f"”{b}”" for b in blad) or "inga"
        saknas = f"Arbetsboken saknar bladet ”{mall.blad}”. Den har {finns}."
        raise Avbrott(f"{saknas} Byt namn på bladet med {mall.raderna}.")
    rid = next((v for k, v in blad[mall.blad].attrib.items() if _lokalt(k) == "id"), "")
    for relation in _xml(arkiv, "xl/_rels/workbook.xml.rels"):
        if relation.get("Id") == rid:
            mal = relation.get("Target", "")
            return mal.lstrip("/") if mal.startswith("/") else normpath(join("xl", mal))
    raise Avbrott(SKADAD)


def _xml(arkiv: zipfile.ZipFile, namn: str) -> ElementTree.Element:
    """A small part, parsed; expat itself refuses entities that grow."""
    try:
        with arkiv.open(namn) as strom:
            text = strom.read(MB + 1)
    except KeyError as saknas:
        raise Avbrott(SKADAD) from saknas
    if len(text) > MB or b"<!DOCTYPE" in text:
        raise Avbrott(SKADAD)
    return ElementTree.fromstring(text)  # noqa: S314 -- no DTD, so no entities


def _lokalt(namn: str) -> str:
    return namn.rpartition("}")[2]


def _bladtolk(koll: Bladkoll) -> expat.XMLParserType:
    """A parser that notes what `koll` asks for: an element at a time, so that size costs time but no memory."""
    tolk = expat.ParserCreate(namespace_separator="}")
    rad, kolumn, adress, typ = 0, 0, "", ""

    def borja(namn: str, attribut: dict[str, str]) -> None:
        nonlocal rad, kolumn, adress, typ
        slag = namn.rpartition("}")[2]
        if slag == "row":
            rad, kolumn = int(attribut.get("r") or rad + 1), 0
        elif slag == "c":
            adress, typ = attribut.get("r", ""), attribut.get("t", "")
            kolumn = _kolumn(adress) if adress else kolumn + 1
        elif slag in {"v", "is", "f"}:
            _inom_granserna(koll.blad, _rad(adress) or rad, kolumn)
            if slag == "f":
                _samla_text(tolk, koll.formler, adress or f"{bokstav(kolumn - 1)}{rad}", "=")
            elif slag == "v" and typ == "e":
                _samla_text(tolk, koll.felvarden, adress or f"{bokstav(kolumn - 1)}{rad}", "")

    def doctype(*_: object) -> None:
        raise Avbrott(SKADAD)

    tolk.StartElementHandler = borja
    tolk.StartDoctypeDeclHandler = doctype
    return tolk


def _inom_granserna(blad: str, rad: int, kolumn: int) -> None:
    if rad > MAX_RADER:
        raise Avbrott(f"Bladet ”{blad}” har värden efter rad {MAX_RADER_I_ORD}. Ta bort de raderna.")
    if kolumn > MAX_KOLUMN:
        raise Avbrott(f"Bladet ”{blad}” har värden efter kolumn {bokstav(MAX_KOLUMN - 1)}. Ta bort de kolumnerna.")


def _samla_text(tolk: expat.XMLParserType, lista: list[tuple[str, str]], adress: str, text: str) -> None:
    """Add (address, the text of the element that just began). Only these few cost anything."""
    lista.append((adress, text))

    def tecken(mer: str) -> None:
        lista[-1] = (adress, (lista[-1][1] + mer)[:100])

    def sluta(_: str) -> None:
        tolk.CharacterDataHandler = tolk.EndElementHandler = None

    tolk.CharacterDataHandler, tolk.EndElementHandler = tecken, sluta


def _rad(adress: str) -> int:
    siffror = adress.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz$")
    return int(siffror) if siffror.isdecimal() else 0


def _kolumn(adress: str) -> int:
    """The number, from 1, of the column in an address such as AB12."""
    nummer = 0
    for tecken in adress.upper():
        if not "A" <= tecken <= "Z":
            break
        nummer = nummer * 26 + ord(tecken) - 64
    return nummer


def likadana(blad: str, celler: Sequence[tuple[str, str | None]], text: str) -> list[Fel]:
    """A fault per (address, what stands there); of very many, the first, and how many more there are."""
    fel = [Fel(text, blad, _rad(a), "", a, varde) for a, varde in celler[:MAX_LIKADANA]]
    if len(celler) > MAX_LIKADANA:
        fel.append(Fel(f"{text} Det gäller {len(celler) - MAX_LIKADANA} celler till.", blad))
    return fel
