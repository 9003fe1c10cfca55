"""Whether words stand in an uploaded file, whatever kind of table it is: all text in it is looked through."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

MEST = 150 * 2**20  # bytes unpacked; no larger file is taken (utbyte/excel/arkiv.py)
_TAGG = re.compile(r"<[^<>]*+>")
# A cell in parts of their own looks is one text to whoever reads it. What says how the next part looks is passed over;
# nothing here looks past the next text, so that a file of broken tags takes no longer than any.
_CELLENS_DELAR = re.compile(
    r"</(?:\w++:)?t\s*+>\s*+</(?:\w++:)?r\s*+>\s*+<(?:\w++:)?r\b[^<>]*+>"
    r"(?:\s*+<(?!/?(?:\w++:)?[tr][\s/>])[^<>]*+>)*+\s*+<(?:\w++:)?t\b[^<>]*+>"
)
# As `arkiv.granska` of utbyte/excel: all that a damaged archive is told by.
_SKADAD = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
_LAST = "EncryptedPackage".encode("utf-16-le")


class Olaslig(Exception):
    """The file, or a part of it, cannot be read: nobody can tell whether the words stand there."""


def innehaller(fil: bytes, sokt: re.Pattern[str]) -> bool:
    """Whether the pattern is found in the text of a workbook, or in that of a table of text. Raises Olaslig when it is
    not found in what can be read.
    """
    return any(sokt.search(text) for text in _texter(fil))


def i_text(xml: str) -> str:
    """What is written in a part of a workbook. Raises ValueError."""
    return html.unescape(_TAGG.sub(" ", _CELLENS_DELAR.sub("", xml)))


def _texter(fil: bytes) -> Iterator[str]:
    if fil.startswith(b"PK"):
        yield from _arkivets(fil)
    elif fil.startswith(b"\xd0\xcf\x11\xe0"):  # .xls: each text is in one of these, from an even byte or an odd one
        yield fil.decode("cp1252", "ignore")
        yield from (fil[fran:].decode("utf-16-le", "ignore") for fran in (0, 1))
        if _LAST in fil:
            raise Olaslig
    else:
        yield from (fil.decode(kodning, "ignore") for kodning in ("utf-8-sig", "utf-16", "cp1252"))


def _arkivets(fil: bytes) -> Iterator[str]:
    """What can be read comes first; then it is told that there was more."""
    kvar, hel = MEST, False
    try:
        with zipfile.ZipFile(io.BytesIO(fil)) as arkiv:
            delar = [d for d in arkiv.infolist() if d.filename.endswith(".xml")]
            hel = bool(delar)
            for del_ in delar:
                text = _delens(arkiv, del_, kvar)
                hel = hel and text is not None
                if text is not None:
                    kvar = max(0, kvar - del_.file_size)
                    yield text
    except _SKADAD:
        hel = False
    if not hel:
        raise Olaslig


def _delens(arkiv: zipfile.ZipFile, del_: zipfile.ZipInfo, hogst: int) -> str | None:
    """The text of a part; None where it is damaged, or larger than `hogst` bytes."""
    try:
        with arkiv.open(del_) as strom:
            innehall = strom.read(hogst + 1)
        return i_text(innehall.decode("utf-8", "ignore")) if len(innehall) <= hogst else None
    except _SKADAD:
        return None
