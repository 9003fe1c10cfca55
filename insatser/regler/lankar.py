"""Addresses of the web in a text that people wrote: they become links, and nothing else of it means anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

_ADRESS = re.compile(r"\bhttps?://[^\s<>\"”“«»]+", re.IGNORECASE)
_EFTER = ".,:;!?'’*_"  # belongs to the sentence around it
_PAR = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Textbit:
    """A piece of a text. `lank`: it is an address to go to, as it stands."""

    text: str
    lank: bool = False


def delad(text: str) -> Iterator[Textbit]:
    """The text in pieces, none of it lost."""
    slut = 0
    for traff in _ADRESS.finditer(text):
        adress = _utan_det_efter(traff[0])
        if not _leder_nagonstans(adress):
            continue
        if traff.start() > slut:
            yield Textbit(text[slut : traff.start()])
        yield Textbit(adress, lank=True)
        slut = traff.start() + len(adress)
    if slut < len(text):
        yield Textbit(text[slut:])


def _utan_det_efter(adress: str) -> str:
    """Without the full stop of its sentence, and the bracket that was opened before it."""
    while adress and (
        adress[-1] in _EFTER or (adress[-1] in _PAR and adress.count(_PAR[adress[-1]]) < adress.count(adress[-1]))
    ):
        adress = adress[:-1]
    return adress


def _leder_nagonstans(adress: str) -> bool:
    """Where it leads is what one reads: what stands before an @ only looks like a host."""
    try:
        delar = urlsplit(adress)
        return bool(delar.hostname) and "@" not in delar.netloc and delar.port != 0
    except ValueError:
        return False
