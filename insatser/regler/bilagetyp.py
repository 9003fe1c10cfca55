"""What an attached file is, by what is in it: its name and what the browser says of it prove nothing."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from enum import Enum

from aktorer.grund.tecken import rena

MB = 1024 * 1024
STORST = 20 * MB
LANGSTA_NAMN = 120
_MEST_DELAR = 5000  # of an archive; a presentation with many pictures has hundreds
_STORSTA_DEL = MB  # of what is unpacked of it to tell what it is

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."


class Bilagetyp(Enum):
    """What is taken in: (the content type it is served with, what it is called, its endings, shown by the browser)."""

    PDF = ("application/pdf", "PDF", ("pdf",), False)
    DOCX = (f"{_OFFICE}wordprocessingml.document", "Word-dokument", ("docx",), False)
    XLSX = (f"{_OFFICE}spreadsheetml.sheet", "Excel-arbetsbok", ("xlsx",), False)
    PPTX = (f"{_OFFICE}presentationml.presentation", "PowerPoint-presentation", ("pptx",), False)
    ODT = (f"{_OPEN}text", "OpenDocument-text", ("odt",), False)
    ODS = (f"{_OPEN}spreadsheet", "OpenDocument-kalkylark", ("ods",), False)
    ODP = (f"{_OPEN}presentation", "OpenDocument-presentation", ("odp",), False)
    PNG = ("image/png", "PNG-bild", ("png",), True)
    JPEG = ("image/jpeg", "JPEG-bild", ("jpg", "jpeg"), True)
    WEBP = ("image/webp", "WebP-bild", ("webp",), True)
    GIF = ("image/gif", "GIF-bild", ("gif",), True)

    def __init__(self, innehallstyp: str, ord_: str, andelser: tuple[str, ...], visas: bool) -> None:
        self.innehallstyp = innehallstyp
        self.ord = ord_
        self.andelser = andelser
        self.visas = visas

    @property
    def kod(self) -> str:
        """As it is stored."""
        return self.name.lower()


TILLATNA = "PDF, Word, Excel, PowerPoint, OpenDocument och bilder (PNG, JPEG, WebP, GIF)"


class InteTillaten(Exception):
    """The file is not taken in; the words say why, and what it is."""


@dataclass(frozen=True)
class Fil:
    """What somebody sent."""

    namn: str
    innehall: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.innehall).hexdigest()


@dataclass(frozen=True)
class Provad:
    """A file that may be kept: what it is, and the name it gets."""

    typ: Bilagetyp
    namn: str


def prova(fil: Fil) -> Provad:
    """Raises InteTillaten."""
    namn, innehall = rent_namn(fil.namn), fil.innehall
    if not innehall:
        raise InteTillaten(f"Filen {namn or 'du valde'} är tom.")
    if len(innehall) > STORST:
        raise InteTillaten(f"Filen är större än {STORST // MB} MB. Spara den mindre, eller dela upp den.")
    typ = _typ(innehall)
    stam, punkt, andelse = namn.rpartition(".")
    if not punkt:
        return Provad(typ, f"{namn or 'fil'}.{typ.andelser[0]}")
    if andelse.lower() not in typ.andelser:
        ratt = f"{stam}.{typ.andelser[0]}"
        annat = f"Filen heter {namn}, men det som är i den är av slaget {typ.ord}."
        raise InteTillaten(f"{annat} Välj rätt fil, eller döp den till {ratt}.")
    return Provad(typ, namn)


def rent_namn(filnamn: str) -> str:
    """The name without folders, without what nobody sees and what no system keeps in a name, and not too long: the
    ending stays. "" when nothing is left.
    """
    namn = re.split(r"[/\\]", rena(filnamn))[-1]
    namn = " ".join(re.sub(r'[<>:"|?*]', "-", namn).split()).strip(". ")
    stam, punkt, andelse = namn.rpartition(".")
    if len(namn) <= LANGSTA_NAMN:
        return namn
    if not punkt or len(andelse) > 10:
        return namn[:LANGSTA_NAMN].rstrip(". ")
    return f"{stam[: LANGSTA_NAMN - len(andelse) - 1].rstrip('. ')}.{andelse}"


def _typ(innehall: bytes) -> Bilagetyp:
    if innehall.startswith(b"PK\x03\x04"):
        return _i_arkivet(innehall)
    if innehall[:4] == b"RIFF" and innehall[8:12] == b"WEBP":
        return Bilagetyp.WEBP
    for borjan, typ in _BORJAN.items():
        if innehall.startswith(borjan):
            return typ
    raise InteTillaten(_nekad(_vad_det_ar(innehall)))


_BORJAN = {
    b"%PDF-": Bilagetyp.PDF,
    b"\x89PNG\r\n\x1a\n": Bilagetyp.PNG,
    b"\xff\xd8\xff": Bilagetyp.JPEG,
    b"GIF87a": Bilagetyp.GIF,
    b"GIF89a": Bilagetyp.GIF,
}
# What people may try, to be told of by its name.
_ANDRA = {
    b"MZ": "ett program",
    b"\x7fELF": "ett program",
    b"#!": "ett program",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": (
        "ett dokument i Offices gamla format, eller låst med lösenord. Spara den olåst som .docx, .xlsx eller .pptx"
    ),
    b"{\\rtf": "ett RTF-dokument. Spara den som .docx eller PDF",
    b"BM": "en BMP-bild. Spara den som PNG",
    b"II*\x00": "en TIFF-bild. Spara den som PNG eller PDF",
    b"MM\x00*": "en TIFF-bild. Spara den som PNG eller PDF",
    b"\x1f\x8b": "ett packat arkiv",
    b"7z\xbc\xaf": "ett packat arkiv",
    b"Rar!": "ett packat arkiv",
}
_UPPMARKNING = (
    (re.compile(rb"<svg[\s>]", re.IGNORECASE), "en SVG-bild, som kan innehålla program. Spara den som PNG"),
    (re.compile(rb"<(!doctype\s+html|html|script|body|iframe)[\s>]", re.IGNORECASE), "en webbsida. Spara den som PDF"),
    (re.compile(rb"^\s*<\?xml", re.IGNORECASE), "en XML-fil"),
)


def _vad_det_ar(innehall: bytes) -> str:
    """ "" when nobody can tell."""
    for borjan, ord_ in _ANDRA.items():
        if innehall.startswith(borjan):
            return ord_
    huvud = innehall[:4096].removeprefix(b"\xef\xbb\xbf")
    for monster, ord_ in _UPPMARKNING:
        if monster.search(huvud):
            return ord_
    try:
        text = huvud.decode("utf-8", "strict" if len(innehall) <= len(huvud) else "ignore")
    except UnicodeDecodeError:
        return ""
    return "en textfil. Spara den som PDF, eller skriv det som en kommentar" if "\x00" not in text else ""


def _nekad(vad: str) -> str:
    ar = f"Filen är {vad}." if vad else "Det går inte att se vad det är för slags fil, eller så är den skadad."
    return f"{ar} Det som går att bifoga är {TILLATNA}."


_MAKRON = "ett dokument med makron, alltså program. Spara den utan makron"
_HUVUDDEL = {
    f"{_OFFICE}wordprocessingml.document.main+xml": Bilagetyp.DOCX,
    f"{_OFFICE}spreadsheetml.sheet.main+xml": Bilagetyp.XLSX,
    f"{_OFFICE}presentationml.presentation.main+xml": Bilagetyp.PPTX,
}
_ODF = {t.innehallstyp: t for t in (Bilagetyp.ODT, Bilagetyp.ODS, Bilagetyp.ODP)}
_GAR_INTE_ATT_OPPNA = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
_SKADAD = "Filen är skadad och går inte att öppna. Spara den på nytt och försök igen."


def _i_arkivet(innehall: bytes) -> Bilagetyp:
    """Of a zip archive: what it says of itself in the part that its kind has for that."""
    if innehall.count(b"PK\x01\x02") > _MEST_DELAR:
        raise InteTillaten(_nekad("ett packat arkiv"))
    try:
        with zipfile.ZipFile(io.BytesIO(innehall)) as arkiv:
            namn = [n.lower() for n in arkiv.namelist()]
            if "[content_types].xml" in namn:
                return _office(_del(arkiv, "[Content_Types].xml"), namn)
            if "mimetype" in namn:
                return _open_document(_del(arkiv, "mimetype"), namn)
    except _GAR_INTE_ATT_OPPNA as fel:
        raise InteTillaten(_SKADAD) from fel
    raise InteTillaten(_nekad("ett packat arkiv"))


def _del(arkiv: zipfile.ZipFile, namn: str) -> str:
    with arkiv.open(namn) as strom:
        return strom.read(_STORSTA_DEL).decode("utf-8", "replace")


def _office(typer: str, namn: list[str]) -> Bilagetyp:
    if "macroenabled" in typer.lower() or any(n.endswith(("vbaproject.bin", "vbadata.xml")) for n in namn):
        raise InteTillaten(_nekad(_MAKRON))
    for huvuddel, typ in _HUVUDDEL.items():
        if f'"{huvuddel}"' in typer or f"'{huvuddel}'" in typer:
            return typ
    raise InteTillaten(_nekad("ett packat arkiv eller ett annat slags Office-dokument"))


def _open_document(sager: str, namn: list[str]) -> Bilagetyp:
    if any(n.startswith(("basic/", "scripts/")) for n in namn):
        raise InteTillaten(_nekad(_MAKRON))
    if typ := _ODF.get(sager.strip()):
        return typ
    raise InteTillaten(_nekad("ett annat slags OpenDocument"))
