"""Whether words stand in an uploaded file, whatever kind of table it is: all text in it is looked through."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator

MEST = 150 * 2**20  # bytes unpacked; no larger file is taken (utbyte/excel/arkiv.py)
_TAGG = re.compile(r"<[^>]*>")
# A cell in parts of their own looks is one text to whoever reads it.
_CELLENS_DELAR = re.compile(r"</(?:\w+:)?t>\s*</(?:\w+:)?r>\s*<(?:\w+:)?r\b.*?<(?:\w+:)?t\b[^>]*>", re.DOTALL)


def innehaller(fil: bytes, sokt: re.Pattern[str]) -> bool:
    """Whether the pattern is found in the text of a workbook, or in that of a table of text."""
    return any(sokt.search(text) for text in _texter(fil))


def _texter(fil: bytes) -> Iterator[str]:
    if fil.startswith(b"PK"):
        yield from _arkivets(fil)
    elif fil.startswith(b"\xd0\xcf\x11\xe0"):  # .xls: each text is in one of these, from an even byte or an odd one
        yield fil.decode("cp1252", "ignore")
        yield from (fil[fran:].decode("utf-16-le", "ignore") for fran in (0, 1))
    else:
        yield from (fil.decode(kodning, "ignore") for kodning in ("utf-8-sig", "utf-16", "cp1252"))


def _arkivets(fil: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(fil)) as arkiv:
            kvar = MEST
            for del_ in arkiv.infolist():
                if del_.filename.endswith(".xml"):
                    with arkiv.open(del_) as strom:
                        innehall = strom.read(kvar)
                    kvar -= len(innehall)
                    text = _CELLENS_DELAR.sub("", innehall.decode("utf-8", "ignore"))
                    yield html.unescape(_TAGG.sub(" ", text))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        return  # nobody could read it in either
