"""Looks through a workbook of the old binary format (.xls) before anybody parses it, as `arkiv` does with the new.

It is a small file system (sectors in chains, a directory) with one stream of records. Only those are read that say
where values stand and how they are shown; the values themselves are for calamine.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from insatser.utbyte.excel import arkiv
from insatser.utbyte.excel.arkiv import Avbrott, Bladkoll
from insatser.utbyte.excel.datumvisning import Dagform
from insatser.utbyte.excel.kolumner import bokstav
from insatser.utbyte.excel.tabell import MAX_RADER
from insatser.utbyte.excel.visning import INBYGGDA, Talform

SLUT = 0xFFFFFFFA  # from here on a number of a sector means that there is none
MINST = 4096  # smaller streams lie in a stream of their own
EOF, LOSENORD, BLAD, FORMAT, XF = 0x0A, 0x2F, 0x85, 0x41E, 0xE0
RAD, TAL, RK, MULRK, FORMEL, FELVARDE, SAMMANFOGADE = 0x208, 0x203, 0x27E, 0xBD, 0x06, 0x205, 0xE5
TEXTER = {0xFD, 0x204, 0xD6}

SKADAD = "Filen är skadad, eller låst med lösenord. Spara den på nytt utan lösenord som Excel-arbetsbok (.xlsx)."

type Omrade = tuple[tuple[int, int], tuple[int, int]]


def granska(innehall: bytes) -> list[tuple[Bladkoll, list[Omrade]]]:
    """What stands in each sheet, with its merged cells. Raises Avbrott when the file must not be parsed."""
    try:
        return _granska(_strommen(innehall))
    except (struct.error, IndexError, UnicodeDecodeError) as fel:
        raise Avbrott(SKADAD) from fel


def _strommen(innehall: bytes) -> bytes:
    """The stream of the workbook's records."""
    storlek = 1 << struct.unpack_from("<H", innehall, 30)[0]
    if storlek not in {512, 4096}:
        raise Avbrott(SKADAD)
    fat = _fat(innehall, storlek)
    katalog = _kedja(innehall, fat, struct.unpack_from("<I", innehall, 48)[0], storlek)
    delar: dict[str, tuple[int, int]] = {}
    rot = (SLUT, 0)
    for n in range(0, len(katalog) - 127, 128):
        langd, slag = struct.unpack_from("<HB", katalog, n + 64)
        start, antal = struct.unpack_from("<II", katalog, n + 116)
        namn = katalog[n : n + max(0, min(langd, 64) - 2)].decode("utf-16-le")
        if slag == 5:
            rot = (start, antal)
        elif slag == 2:
            delar.setdefault(namn, (start, antal))
    if "EncryptedPackage" in delar:
        raise Avbrott(arkiv.LAST)
    if not (hittad := delar.get("Workbook") or delar.get("Book")):
        raise Avbrott(arkiv.INTE_ARBETSBOK)
    start, antal = hittad
    if antal >= MINST:
        return _kedja(innehall, fat, start, storlek)[:antal]
    mini = _tal(_kedja(innehall, fat, struct.unpack_from("<I", innehall, 60)[0], storlek))
    return _kedja(b"\0" * 64 + _kedja(innehall, fat, rot[0], storlek), mini, start, 64)[:antal]


def _fat(innehall: bytes, storlek: int) -> list[int]:
    """For each sector the one that follows it in its chain."""
    platser = list(struct.unpack_from("<109I", innehall, 76))
    nasta = struct.unpack_from("<I", innehall, 68)[0]
    sedda: set[int] = set()
    while nasta < SLUT and nasta not in sedda:
        sedda.add(nasta)
        *fler, nasta = _tal(_sektor(innehall, nasta, storlek))
        platser += fler
    return _tal(b"".join(_sektor(innehall, plats, storlek) for plats in platser if plats < SLUT))


def _kedja(innehall: bytes, fat: list[int], start: int, storlek: int) -> bytes:
    bitar: list[bytes] = []
    while start < SLUT:
        if len(bitar) > len(fat):
            raise Avbrott(SKADAD)  # it goes round
        bitar.append(_sektor(innehall, start, storlek))
        start = fat[start]
    return b"".join(bitar)


def _sektor(innehall: bytes, nummer: int, storlek: int) -> bytes:
    """The first of them follows a header as large as one (512 in any case)."""
    borjan = max(storlek, 512) + nummer * storlek if storlek >= 512 else (nummer + 1) * storlek
    return innehall[borjan : borjan + storlek]


def _tal(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _poster(strom: bytes, plats: int) -> Iterator[tuple[int, bytes]]:
    """The records from there to the end of their part."""
    while plats + 4 <= len(strom):
        slag, langd = struct.unpack_from("<HH", strom, plats)
        yield slag, strom[plats + 4 : plats + 4 + langd]
        if slag == EOF:
            return
        plats += 4 + langd


def _granska(strom: bytes) -> list[tuple[Bladkoll, list[Omrade]]]:
    blad: list[tuple[str, int]] = []
    koder, stilar = dict(INBYGGDA), list[int]()
    for slag, data in _poster(strom, 0):
        if slag == LOSENORD:
            raise Avbrott(arkiv.LAST)
        if slag == BLAD and len(blad) < arkiv.MAX_BLAD:
            blad.append((_text(data[7:], data[6]), struct.unpack_from("<I", data)[0]))
        elif slag == FORMAT:
            nummer, langd = struct.unpack_from("<HH", data)
            koder[nummer] = _text(data[4:], langd)
        elif slag == XF:
            stilar.append(struct.unpack_from("<H", data, 2)[0])
    kanda = arkiv.cellformer(koder)
    former = {n: kanda[nummer] for n, nummer in enumerate(stilar) if nummer in kanda}
    hittade = [_bladet(namn, _poster(strom, plats), former) for namn, plats in blad]
    for koll, _ in hittade:
        if koll.utanfor:
            raise Avbrott(koll.utanfor)  # calamine reserves room for every sheet at once
    return hittade


def _text(data: bytes, langd: int) -> str:
    """A string that begins with what kind it is: one byte a character, or two."""
    return data[1 : 1 + langd].decode("latin-1") if not data[0] & 1 else data[1 : 1 + 2 * langd].decode("utf-16-le")


def _bladet(
    namn: str, poster: Iterator[tuple[int, bytes]], former: dict[int, Talform | Dagform]
) -> tuple[Bladkoll, list[Omrade]]:
    koll, omraden = Bladkoll(namn), list[Omrade]()
    for slag, data in poster:
        if slag == RAD and struct.unpack_from("<H", data, 12)[0] & 0x20:
            koll.dolda.add(struct.unpack_from("<H", data)[0] + 1)
        elif slag == SAMMANFOGADE:
            for n in range(struct.unpack_from("<H", data)[0]):
                r0, r1, k0, k1 = struct.unpack_from("<4H", data, 2 + 8 * n)
                omraden.append(((r0, k0), (r1, k1)))
        elif slag in {TAL, RK, FORMEL, FELVARDE, MULRK} | TEXTER:
            _cell(koll, slag, data, former)
    return koll, omraden


def _cell(koll: Bladkoll, slag: int, data: bytes, former: dict[int, Talform | Dagform]) -> None:
    rad, kolumn, stil = struct.unpack_from("<3H", data)
    stilar = [stil]
    if slag == MULRK:
        stilar = [struct.unpack_from("<H", data, 4 + 6 * n)[0] for n in range((len(data) - 6) // 6)]
    if rad >= MAX_RADER:
        koll.utanfor = arkiv.utanfor_rad(koll.blad)
    elif kolumn + len(stilar) > arkiv.MAX_KOLUMN:
        koll.utanfor = arkiv.utanfor_kolumn(koll.blad)
    elif slag == FORMEL:
        koll.formler.append((f"{bokstav(kolumn)}{rad + 1}", "="))
    elif slag == FELVARDE and data[7]:
        koll.felvarden.append((f"{bokstav(kolumn)}{rad + 1}", "#FEL"))
    elif slag in {TAL, RK, MULRK}:
        koll.former |= {(rad + 1, kolumn + n): former[stil] for n, stil in enumerate(stilar) if stil in former}
