"""An uploaded workbook before anybody parses it: is it what it says, and can it be opened without harm?

A workbook is a zip archive of XML. Half a megabyte can unpack to gigabytes, and one value in the last cell of a sheet
makes the reader reserve the whole sheet: both are found here, while inflating piece by piece.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import join, normpath
from xml.etree import ElementTree
from xml.parsers import expat

from aktorer.grund.tecken import nyckel
from insatser.regler.inlasning import Fel
from insatser.utbyte.excel import datumvisning
from insatser.utbyte.excel.datumvisning import Dagform, dagform
from insatser.utbyte.excel.kolumner import bokstav
from insatser.utbyte.excel.tabell import MAX_RADER, MAX_RADER_I_ORD
from insatser.utbyte.excel.visning import INBYGGDA, Talform, talform

MB = 1024 * 1024
MAX_STORLEK = 10 * MB
MAX_UPPACKAT = 150 * MB
MAX_UTANFOR_BLADET = 40 * MB
MAX_GRAD = 100  # times larger unpacked; ordinary workbooks are 5-15
SMATT = 5 * MB  # small things may be packed as hard as they like
MAX_DELAR = 500
MAX_BLAD = 50
MAX_STILAR = 5 * MB
MAX_KOLUMN = 200
MAX_LIKADANA = 200  # faults of one kind; the rest are counted

LAST = "Filen är låst med lösenord. Spara den utan lösenord och försök igen."
INTE_ARBETSBOK = "Filen är ingen Excel-arbetsbok (.xlsx). Spara den som Excel-arbetsbok eller CSV och försök igen."
SKADAD = "Filen är skadad och går inte att läsa. Spara den på nytt i Excel eller LibreOffice."
FOR_STOR = "Filen packar upp till orimligt mycket. Ta bort tomma rader, bilder och andra blad, och spara den på nytt."

_FORBJUDNA = {
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
    """What a pass over a sheet's XML found: cells that hold no plain value, as (address, what stands there), numbers
    by the format that shows them, as {(row from 1, column from 0): format}, and the rows that nobody sees.

    `utanfor`: why the sheet cannot be read at all.
    """

    blad: str
    formler: list[tuple[str, str]] = field(default_factory=list)
    felvarden: list[tuple[str, str]] = field(default_factory=list)
    former: dict[tuple[int, int], Talform | Dagform] = field(default_factory=dict)
    dolda: set[int] = field(default_factory=set)
    utanfor: str = ""

    @property
    def platser(self) -> set[tuple[int, int]]:
        """(row from 1, column from 0) of the cells that hold no plain value."""
        return {plats(adress) for adress, _ in [*self.formler, *self.felvarden]}

    def fel(self, platser: Collection[tuple[int, int]]) -> list[Fel]:
        """The faults of those that stand in one of these places."""
        formler = [f for f in self.formler if plats(f[0]) in platser]
        med_formel = {adress for adress, _ in formler}
        felvarden = [f for f in self.felvarden if f[0] not in med_formel and plats(f[0]) in platser]
        return [
            *likadana(self.blad, formler, "Cellen innehåller en formel. Klistra in värdet i stället för formeln."),
            *likadana(self.blad, felvarden, "Cellen innehåller ett felvärde. Skriv det som ska stå där."),
        ]


class _Utanfor(Exception):
    """A sheet reaches further than we read."""


def granska(innehall: bytes, forst: str, *, alla: bool = False) -> list[Bladkoll]:
    """Look through the file: its sheet of the name `forst`, else each of them. Raises Avbrott when it must not be
    parsed. `alla`: each of them in any case.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(innehall)) as arkiv:
            return _granska_arkiv(arkiv, len(innehall), forst, alla=alla)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as fel:
        raise Avbrott(SKADAD) from fel
    except (expat.ExpatError, ElementTree.ParseError) as fel:
        raise Avbrott(SKADAD) from fel


def _granska_arkiv(arkiv: zipfile.ZipFile, storlek: int, forst: str, *, alla: bool) -> list[Bladkoll]:
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
    kollar = {del_: Bladkoll(blad) for del_, blad in _bladens_delar(arkiv, forst, alla=alla).items()}
    former = _cellformer(arkiv)
    uppackat = 0
    for del_ in delar:
        tolk = _Bladtolk(kollar[del_.filename], former) if del_.filename in kollar else None
        egen = 0
        for bit in _bitar(arkiv, del_):
            uppackat += len(bit)
            egen += len(bit)
            if uppackat > MAX_UPPACKAT or (uppackat > SMATT and uppackat > MAX_GRAD * storlek):
                raise Avbrott(FOR_STOR)
            if egen > MAX_UTANFOR_BLADET and (tolk is None or len(kollar) > 1):
                raise Avbrott(FOR_STOR)
            if tolk:
                tolk.mata(bit)
        if tolk:
            tolk.mata(b"", sist=True)
    return list(kollar.values())


class _Bladtolk:
    """Fills `koll` out of the sheet's XML, a piece at a time, until it reaches further than we read."""

    def __init__(self, koll: Bladkoll, former: Mapping[str, Talform | Dagform]) -> None:
        self._koll = koll
        self._tolk = _bladtolk(koll, former)

    def mata(self, bit: bytes, *, sist: bool = False) -> None:
        if not self._koll.utanfor:
            try:
                self._tolk.Parse(bit, sist)
            except _Utanfor as utanfor:
                self._koll.utanfor = str(utanfor)


def _bitar(arkiv: zipfile.ZipFile, del_: zipfile.ZipInfo) -> Iterator[bytes]:
    with arkiv.open(del_) as strom:
        while bit := strom.read(256 * 1024):
            yield bit


def _bladens_delar(arkiv: zipfile.ZipFile, forst: str, *, alla: bool) -> dict[str, str]:
    """{the archive's part: name} of the sheet with the name we give it, or else of all there are."""
    blad = {e.get("name", ""): e for e in _xml(arkiv, "xl/workbook.xml").iter() if _lokalt(e.tag) == "sheet"}
    vart = [namn for namn in blad if nyckel(namn) == nyckel(forst)][:1]
    mal = {r.get("Id"): r.get("Target", "") for r in _xml(arkiv, "xl/_rels/workbook.xml.rels")}
    delar: dict[str, str] = {}
    for namn in list(blad)[:MAX_BLAD] if alla or not vart else vart:
        rid = next((v for k, v in blad[namn].attrib.items() if _lokalt(k) == "id"), "")
        if rid not in mal:
            raise Avbrott(SKADAD)
        delar[mal[rid].lstrip("/") if mal[rid].startswith("/") else normpath(join("xl", mal[rid]))] = namn
    return delar


def _cellformer(arkiv: zipfile.ZipFile) -> dict[str, Talform | Dagform]:
    """{style of a cell: how it shows a number, or a day} of those that do not show it as it is."""
    if "xl/styles.xml" not in arkiv.namelist():
        return {}
    stilar = _xml(arkiv, "xl/styles.xml", MAX_STILAR)
    koder = dict(INBYGGDA)
    for e in stilar.iter():
        if _lokalt(e.tag) == "numFmt" and (e.get("numFmtId") or "").isdecimal():
            koder[int(e.get("numFmtId", ""))] = e.get("formatCode", "")
    kanda = cellformer(koder)
    xfs = next((e for e in stilar.iter() if _lokalt(e.tag) == "cellXfs"), ())
    nummer = [e.get("numFmtId") or "0" for e in xfs]
    return {str(n): kanda[int(id_)] for n, id_ in enumerate(nummer) if id_.isdecimal() and int(id_) in kanda}


def cellformer(koder: Mapping[int, str]) -> dict[int, Talform | Dagform]:
    """{number of a format: what its code means} of those that do not show a number, or a day, as it is."""
    return {
        n: form for n, kod in (datumvisning.INBYGGDA | dict(koder)).items() if (form := talform(kod) or dagform(kod))
    }


def _xml(arkiv: zipfile.ZipFile, namn: str, storst: int = MB) -> ElementTree.Element:
    """A small part, parsed; expat itself refuses entities that grow."""
    try:
        with arkiv.open(namn) as strom:
            text = strom.read(storst + 1)
    except KeyError as saknas:
        raise Avbrott(SKADAD) from saknas
    if len(text) > storst or b"<!DOCTYPE" in text:
        raise Avbrott(SKADAD)
    return ElementTree.fromstring(text)  # noqa: S314 -- no DTD, so no entities


def _lokalt(namn: str) -> str:
    return namn.rpartition("}")[2]


def _bladtolk(koll: Bladkoll, former: Mapping[str, Talform | Dagform]) -> expat.XMLParserType:
    """A parser that notes what `koll` asks for: an element at a time, so that size costs time but no memory."""
    tolk = expat.ParserCreate(namespace_separator="}")
    rad, cellrad, kolumn, adress, typ = 0, 0, 0, "", ""
    form: Talform | Dagform | None = None

    def borja(namn: str, attribut: dict[str, str]) -> None:
        nonlocal rad, cellrad, kolumn, adress, typ, form
        slag = namn.rpartition("}")[2]
        if slag == "row":
            rad, kolumn = int(attribut.get("r") or rad + 1), 0
            if attribut.get("hidden") in {"1", "true"} and rad <= MAX_RADER:
                koll.dolda.add(rad)
        elif slag == "c":
            adress, typ = attribut.get("r", ""), attribut.get("t", "")
            cellrad, kolumn = _delad(adress) if adress else (0, kolumn + 1)
            cellrad = cellrad or rad
            form = former.get(attribut.get("s", "0"))
        elif slag in {"v", "is", "f"}:
            _inom_granserna(koll.blad, cellrad, kolumn)
            if slag == "f":
                _samla_text(tolk, koll.formler, adress or f"{bokstav(kolumn - 1)}{rad}", "=")
            elif form and slag == "v" and typ in {"", "n"}:
                koll.former[cellrad, kolumn - 1] = form
            elif slag == "v" and typ == "e":
                _samla_text(tolk, koll.felvarden, adress or f"{bokstav(kolumn - 1)}{rad}", "")

    def doctype(*_: object) -> None:
        raise Avbrott(SKADAD)

    tolk.StartElementHandler = borja
    tolk.StartDoctypeDeclHandler = doctype
    return tolk


def _inom_granserna(blad: str, rad: int, kolumn: int) -> None:
    if rad > MAX_RADER:
        raise _Utanfor(utanfor_rad(blad))
    if kolumn > MAX_KOLUMN:
        raise _Utanfor(utanfor_kolumn(blad))


def utanfor_rad(blad: str) -> str:
    return f"Bladet ”{blad}” har värden efter rad {MAX_RADER_I_ORD}. Ta bort de raderna."


def utanfor_kolumn(blad: str) -> str:
    return f"Bladet ”{blad}” har värden efter kolumn {bokstav(MAX_KOLUMN - 1)}. Ta bort de kolumnerna."


def _samla_text(tolk: expat.XMLParserType, lista: list[tuple[str, str]], adress: str, text: str) -> None:
    """Add (address, the text of the element that just began). Only these few cost anything."""
    lista.append((adress, text))

    def tecken(mer: str) -> None:
        lista[-1] = (adress, (lista[-1][1] + mer)[:100])

    def sluta(_: str) -> None:
        tolk.CharacterDataHandler = tolk.EndElementHandler = None

    tolk.CharacterDataHandler, tolk.EndElementHandler = tecken, sluta


def plats(adress: str) -> tuple[int, int]:
    """(row from 1, column from 0) of an address such as AB12."""
    rad, kolumn = _delad(adress)
    return rad, kolumn - 1


def _delad(adress: str) -> tuple[int, int]:
    """(row, column), both from 1, of an address such as AB12; 0 for what it does not say."""
    bokstaver = adress.rstrip("0123456789")
    return int(adress[len(bokstaver) :] or 0), _kolumn(bokstaver)


def _rad(adress: str) -> int:
    return _delad(adress)[0]


@lru_cache(MAX_KOLUMN)
def _kolumn(bokstaver: str) -> int:
    """The number, from 1, of the column with these letters, as AB."""
    nummer = 0
    for tecken in bokstaver.upper():
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
