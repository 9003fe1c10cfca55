"""Reads an uploaded workbook or CSV file into a table of cells. Every fault is collected; nothing is written."""

from __future__ import annotations

import codecs
import csv
import io
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from aktorer.grund.tecken import nyckel
from insatser.regler import kodning as kodningar
from insatser.regler.bojning import uppraknat
from insatser.regler.inlasning import Fel
from insatser.regler.kodning import SKADAT
from insatser.regler.rubrik import rubriknyckel
from insatser.utbyte.excel import arkiv, ods, xls
from insatser.utbyte.excel.cellslag import OLAST
from insatser.utbyte.excel.kolumner import Mall, bokstav
from insatser.utbyte.excel.tabell import MAX_RADER, MAX_RADER_FORE, MAX_RADER_I_ORD, Tabell, bygg
from insatser.utbyte.excel.visning import formaterad

ARBETSBOCKER = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SKILJETECKEN = (";", ",", "\t", "|")
FOR_STOR = f"Filen är större än {arkiv.MAX_STORLEK // arkiv.MB} MB. Ta bort bilder och tomma rader."
UTAN_RUBRIKER = "Bladet har inte sina rubriker. Skriv dem som de var, eller ta bort bladet om det inte ska läsas in."
MINST_DELADE = 3
TECKNET = "Ett tecken i cellen är skadat i filen, där � står nu. Skriv om cellen."
GISSAT = (
    "Filen säger inte hur dess bokstäver är sparade. De är lästa som {}. Ser någon bokstav fel ut: välj en annan"
    " teckenkodning nedan."
)
MINST_HELA = 3  # so many characters for each that cannot be read: else it is no text
LASTA_TECKEN = 200_000  # so far in, the headings are looked for
# The line by which some programs tell Excel what parts the cells; what follows keeps its row.
_SEP = re.compile(r'\A"?sep=(.)"?(?=\r|\n)', re.IGNORECASE)
# What skrivning puts before a CSV cell that a spreadsheet would otherwise run as a formula.
_VAKT = re.compile(r"\A'(?='*[=+\-@\t\r])")


def las(filnamn: str, innehall: bytes, mall: Mall) -> Tabell:
    """The file's table, with all that is wrong with it in `fel`. What the cells mean is not for the reader to say."""
    if len(innehall) > arkiv.MAX_STORLEK:
        return Tabell(mall.blad, mall, fel=[Fel(FOR_STOR)])
    if innehall.startswith((ZIP, OLE)):
        return _las_arbetsbok(innehall, mall)
    if not innehall.removeprefix(codecs.BOM_UTF8).strip():
        return Tabell(mall.blad, mall, fel=[Fel("Filen är tom.")])
    tabell = _las_csv(filnamn, innehall, mall)
    if PurePath(filnamn).suffix.lower() in ARBETSBOCKER and not tabell.rubrikrad:
        return Tabell(mall.blad, mall, fel=[Fel(arkiv.INTE_ARBETSBOK)])  # else text that some program calls .xls
    return tabell


def las_alla(filnamn: str, innehall: bytes) -> list[Blad]:
    """Every sheet as it stands, of a file that has none of our headings. Raises Avbrott with what is wrong."""
    utan = Mall("", ())
    if len(innehall) > arkiv.MAX_STORLEK:
        raise arkiv.Avbrott(FOR_STOR)
    if not innehall.startswith((ZIP, OLE)):
        lasta = _csv_rader(innehall, utan)
        return [] if isinstance(lasta, Fel) else [Blad(lasta.rader, [], arkiv.Bladkoll(filnamn), lasta.noter)]
    with _som_avbrott():
        return list(_bladen(innehall, utan, alla=True))


@contextmanager
def _som_avbrott() -> Iterator[None]:
    """Whatever the reader stumbles over is a fault of the file."""
    try:
        yield
    except CalamineError as fel:
        raise arkiv.Avbrott(arkiv.SKADAD) from fel
    except arkiv.Avbrott:
        raise
    except BaseException as fel:
        # A fault inside the reader's Rust code is no Exception; it must not take the whole page down.
        if type(fel).__name__ != "PanicException":
            raise
        raise arkiv.Avbrott(arkiv.SKADAD) from fel


def _las_arbetsbok(innehall: bytes, mall: Mall) -> Tabell:
    try:
        with _som_avbrott():
            tabeller = _bladens_tabeller(innehall, mall, alla=False)
            if not any(t.rubrikrad for t in tabeller):
                tabeller = _bladens_tabeller(innehall, mall, alla=True)
    except arkiv.Avbrott as avbrott:
        oklar = " ".join(avbrott.texter)
        return Tabell(mall.blad, mall, fel=[Fel(text) for text in avbrott.texter], oklar=oklar)
    return _den_ratta(tabeller, mall)


@dataclass(frozen=True)
class Blad:
    """A sheet as it was read: its rows of cells, its merged cells, what a look at its XML found, and what people should
    know of how it was read.
    """

    rader: list[list[Any]]
    sammanfogade: list[Any]
    koll: arkiv.Bladkoll
    noter: Sequence[str] = ()


def _bladens_tabeller(innehall: bytes, mall: Mall, *, alla: bool) -> list[Tabell]:
    return [_bladets_tabell(blad, mall) for blad in _bladen(innehall, mall, alla=alla)]


def _bladen(innehall: bytes, mall: Mall, *, alla: bool) -> Iterator[Blad]:
    """The sheet that bears our name; without one, or with `alla`, every sheet. Raises Avbrott and CalamineError."""
    omraden: dict[str, list[Any]] = {}
    ur_xls = innehall.startswith(OLE)
    if ur_xls:
        granskade = _valda([(koll.blad, (koll, omr)) for koll, omr in xls.granska(innehall)], mall, alla=alla)
        kollar = [koll for koll, _ in granskade]
        omraden = {koll.blad: omr for koll, omr in granskade}
    elif ods.ar_ods(innehall):
        yield from _odsbladen(innehall, mall, alla=alla)
        return
    else:
        kollar = arkiv.granska(innehall, mall.blad, alla=alla)
    _krav_inom(kollar)
    with CalamineWorkbook.from_filelike(io.BytesIO(innehall)) as bok:
        finns = set(bok.sheet_names)
        for koll in kollar:
            if koll.blad in finns and not koll.utanfor:
                blad = bok.get_sheet_by_name(koll.blad)
                rader = blad.to_python(skip_empty_area=False)
                if ur_xls:  # which has whole numbers as such
                    rader = [[float(c) if type(c) is int else c for c in rad] for rad in rader]
                yield Blad(rader, omraden.get(koll.blad) or blad.merged_cell_ranges or [], koll)


def _odsbladen(innehall: bytes, mall: Mall, *, alla: bool) -> Iterator[Blad]:
    bladen = _valda([(blad.koll.blad, blad) for blad in ods.las(innehall)], mall, alla=alla)
    _krav_inom([blad.koll for blad in bladen])
    for blad in bladen:
        if not blad.koll.utanfor:
            yield Blad(blad.rader, blad.sammanfogade, blad.koll)


def _valda[B](bladen: list[tuple[str, B]], mall: Mall, *, alla: bool) -> list[B]:
    """The sheet that bears our name; without one, or with `alla`, every sheet."""
    vart = [blad for namn, blad in bladen if nyckel(namn) == nyckel(mall.blad)][:1]
    return vart if vart and not alla else [blad for _, blad in bladen]


def _krav_inom(kollar: Sequence[arkiv.Bladkoll]) -> None:
    """Raises Avbrott when every sheet reaches further than we read."""
    if kollar and all(koll.utanfor for koll in kollar):
        raise arkiv.Avbrott(kollar[0].utanfor)


def _den_ratta(tabeller: list[Tabell], mall: Mall) -> Tabell:
    """The one that has our headings. None has: the one that is most like it. Several have: nobody can tell which."""
    vara = [t for t in tabeller if t.rubrikrad]
    utan_rubriker = any(nyckel(t.blad) == nyckel(mall.blad) and not t.rubrikrad for t in tabeller)
    oklar = UTAN_RUBRIKER if utan_rubriker else ""
    if len(vara) > 1:
        vilka = uppraknat([f"”{t.blad}”" for t in vara])
        text = f"Tabellen finns på flera blad: {vilka}. Döp det som gäller till ”{mall.blad}”."
        if any(not t.saknade for t in vara):  # else each may be a sheet of another kind
            oklar = text
        return Tabell(mall.blad, mall, fel=[Fel(text)], oklar=oklar)
    if vara:
        if nyckel(vara[0].blad) != nyckel(mall.blad):
            vara[0].noter.insert(0, f"Det är bladet ”{vara[0].blad}” som läses in.")
            vara[0].oklar = oklar
        return vara[0]
    narmast = max(tabeller, key=lambda t: t.kanda, default=Tabell(mall.blad, mall, fel=[Fel(arkiv.SKADAD)]))
    if not any(nyckel(t.blad) == nyckel(mall.blad) for t in tabeller):
        narmast.fel = [replace(f, text=f"Arbetsboken saknar bladet ”{mall.blad}”. {f.text}") for f in narmast.fel]
    narmast.oklar = oklar
    return narmast


def _bladets_tabell(blad: Blad, mall: Mall) -> Tabell:
    koll = blad.koll
    tabell = bygg(blad.rader, koll.blad, mall, dolda=koll.dolda)
    if not tabell.rader:
        return tabell
    index = {
        n: i for i, (k, n) in enumerate(zip(mall.kolumner, tabell.platser, strict=True)) if not k.upplyser and n >= 0
    }
    per_rad = dict(tabell.rader)
    for (rad, n), form in koll.former.items():
        if rad in per_rad and n in index:
            per_rad[rad][index[n]] = formaterad(per_rad[rad][index[n]], form)
    olasta = {(rad, n) for rad, n in koll.platser if rad in per_rad and n in index}
    for rad, n in olasta:
        per_rad[rad][index[n]] = OLAST
    sammanfogade = _sammanfogade(koll.blad, blad.sammanfogade, [*per_rad], [*index])
    tabell.fel[:0] = [tabell.med_kolumn(f) for f in [*koll.fel(olasta), *sammanfogade]]
    return tabell


def _sammanfogade(blad: str, omraden: list[Any], rader: Sequence[int], kolumner: Sequence[int]) -> list[Fel]:
    """Merged cells of the table: who merged a title over it, or beside it, has done no harm. `rader` are in order."""
    celler = [
        (f"{bokstav(k0)}{r0 + 1}:{bokstav(k1)}{r1 + 1}", None)
        for (r0, k0), (r1, k1) in omraden
        if bisect_left(rader, r0 + 1) < bisect_right(rader, r1 + 1) and any(k0 <= n <= k1 for n in kolumner)
    ]
    return arkiv.likadana(blad, celler, "Cellerna är sammanfogade. Dela upp dem, och skriv värdet i varje cell.")


def _las_csv(filnamn: str, innehall: bytes, mall: Mall) -> Tabell:
    lasta = _csv_rader(innehall, mall)
    if isinstance(lasta, Fel):
        return Tabell(filnamn, mall, fel=[replace(lasta, blad=filnamn) if lasta.rad else lasta])
    tabell = bygg(lasta.rader, filnamn, mall)
    tabell.noter += lasta.noter
    peka_ut_skadade(tabell)
    return tabell


def peka_ut_skadade(tabell: Tabell) -> None:
    """A cell with a character that could not be read is a fault: nobody but who wrote it knows what stood there."""
    index = [(i, k.falt) for i, k in enumerate(tabell.mall.kolumner) if not k.upplyser]
    for rad, celler in tabell.rader:
        for i, falt in index:
            if isinstance(celler[i], str) and SKADAT in celler[i]:
                tabell.fel.append(tabell.fel_i(rad, falt, TECKNET, celler[i]))
                celler[i] = OLAST


@dataclass(frozen=True)
class _Textrader:
    """The rows of a text file, and what people should know of how its letters were read."""

    rader: list[list[str]]
    noter: list[str]


def _csv_rader(innehall: bytes, mall: Mall) -> _Textrader | Fel:
    """The rows, or why there are none."""
    avkodad = _avkoda(innehall)
    if avkodad is None:
        return Fel(arkiv.INTE_ARBETSBOK)
    text, noter = avkodad
    sagt = _SEP.match(text)
    text = text[sagt.end() :] if sagt else text
    skiljetecken = _skiljetecken(text, mall, (sagt[1],) if sagt else ())
    lasare = csv.reader(io.StringIO(text, newline=""), delimiter=skiljetecken, strict=True)
    rader: list[list[str]] = []
    try:
        for rad in lasare:
            if len(rader) > MAX_RADER:
                return Fel(f"Filen har fler än {MAX_RADER_I_ORD} rader. Dela upp den.")
            rader.append([_VAKT.sub("", cell, count=1) if cell[:1] == "'" else cell for cell in rad])
    except csv.Error:
        return Fel("Raden går inte att läsa. Ett citattecken saknas eller är för mycket.", rad=lasare.line_num)
    return _Textrader(_delade(rader, skiljetecken), noter)


def _delade(rader: list[list[str]], skiljetecken: str) -> list[list[str]]:
    """The rows as they were, where a program that knew of another separator has kept each whole, in one cell."""
    if any(len(rad) > 1 for rad in rader):
        return rader
    try:
        hela = "\r\n".join(rad[0] for rad in rader if rad)
        delade = list(csv.reader(io.StringIO(hela, newline=""), delimiter=skiljetecken, strict=True))
    except csv.Error:
        return rader
    # As many in each: else it is a column of sentences.
    return delade if delade and {*map(len, delade)} == {max(MINST_DELADE, len(delade[0]))} else rader


def _avkoda(innehall: bytes) -> tuple[str, list[str]] | None:
    """UTF-8 as we write it, else as spreadsheets save, with what people should know of a guess. None: it is no text."""
    if innehall[:4] in {b"\xff\xfe\0\0", b"\0\0\xfe\xff"}:
        kodning = "utf-32"
    elif innehall[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        kodning = "utf-16"
    elif len(innehall) % 2 == 0 and (nollor := innehall[:1000].count(0)) > len(innehall[:1000]) // 3:
        kodning = "utf-16-le" if innehall[1:1000:2].count(0) * 2 > nollor else "utf-16-be"
    else:
        kodning = "utf-8" if kodningar.ar_utf8(innehall) else kodningar.gissa(innehall)
    text = innehall.decode(kodning, errors="replace").removeprefix("\ufeff")
    if "\x00" in text or text.count(SKADAT) * MINST_HELA > len(text):
        return None
    gissat = kodning in kodningar.KODNINGAR and kodning != "utf-8"
    if not gissat or (kodning == "cp1252" and kodningar.ar_saker(text)):
        return text, []
    return text, [GISSAT.format(kodningar.KODNINGAR[kodning])]


def _skiljetecken(text: str, mall: Mall, sagda: Sequence[str]) -> str:
    """The one that finds most of our headings on one of the first lines; of a file without them, most cells. `sagda`:
    what the file itself says, which wins where as much is found.
    """
    rader = text[:LASTA_TECKEN].splitlines()[:MAX_RADER_FORE]

    def traffar(tecken: str) -> int:
        delade = [rad.split(tecken) for rad in rader]
        if not mall.kolumner:  # the one that parts most lines into as many cells
            antal = Counter(len(rad) for rad in delade if len(rad) > 1)
            return max(antal.values(), default=0)
        return max((sum(rubriknyckel(c.strip('"')) in mall.per_nyckel for c in rad) for rad in delade), default=0)

    return max((*(t for t in sagda if t not in '"\r\n'), *SKILJETECKEN), key=traffar)
