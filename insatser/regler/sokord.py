"""What somebody searches for, as words to compare, and where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aktorer.grund.sokning import KORTAST, RUNT
from aktorer.grund.tecken import LIKA, nyckel

LANGST = 400  # characters that are read; a longer text is pasted, and found by its beginning
MEST_ORD = 12
LIKNAR = 4  # letters of a text that is looked for where it is nearly the same
UTDRAG = 160  # characters
_INSATSNUMMER = re.compile(r"(?:^|\s)([1-9][0-9]{0,2})\.([1-9][0-9]{0,4})(?=\s|$)")
_PARAGRAF = re.compile(r"§+\s*([0-9]{1,6}(?:[.:/-][0-9]{1,6})?)")
_SOM = {tecken: f"[{re.escape(tecken + lika)}]" for tecken, lika in LIKA.items()}


@dataclass(frozen=True)
class Sokning:
    """`ord` are the words as they are compared, `text` all of them; `nummer` an insats's målområde and order."""

    text: str = ""
    ord: tuple[str, ...] = ()
    nummer: tuple[int, int] | None = None
    paragraf: str = ""

    def __bool__(self) -> bool:
        return bool(self.ord or self.nummer or self.paragraf)

    @property
    def nara(self) -> str:
        """What is looked for where it is nearly the same; nearly everything is like two letters."""
        return self.text if len(self.text) >= LIKNAR else ""

    def i(self, text: str) -> bool:
        """Whether a short text, a name, has all words."""
        vikt = nyckel(text)
        return bool(self.ord) and all(ord_ in vikt for ord_ in self.ord)


def tolka(q: str) -> Sokning:
    """Read what was typed or pasted."""
    text = nyckel(q[:LANGST])
    nummer, paragraf = _INSATSNUMMER.search(text), _PARAGRAF.search(text)
    kvar = _PARAGRAF.sub(" ", _INSATSNUMMER.sub(" ", text))
    alla = dict.fromkeys(o for del_ in kvar.split() if (o := del_.strip(RUNT)))
    ord_ = tuple(o for o in alla if len(o) > 1 or o.isdecimal())[:MEST_ORD]  # a letter alone begins half of all words
    return Sokning(
        " ".join(ord_), ord_, (int(nummer[1]), int(nummer[2])) if nummer else None, paragraf[1] if paragraf else ""
    )


@dataclass(frozen=True)
class Bit:
    """A piece of a text, and whether it is what was searched for."""

    text: str
    traff: bool


def markera(text: str, sokning: Sokning) -> list[Bit]:
    """The text in pieces."""
    return list(_bitar(text, sokning))


def utdrag(text: str, sokning: Sokning) -> list[Bit]:
    """The part of the text around the first word that is found, else its beginning; in pieces. [] for no text."""
    rak = " ".join(text.split())
    forst = monster.search(rak) if (monster := _monster(sokning)) else None
    if len(rak) <= UTDRAG:
        return markera(rak, sokning)
    fran = max(0, min(forst.start() - UTDRAG // 3, len(rak) - UTDRAG)) if forst else 0
    fran = rak.rfind(" ", 0, fran) + 1 if fran else 0
    till = rak.find(" ", fran + UTDRAG)
    bit = rak[fran:] if till < 0 else rak[fran:till]
    return markera(f"{'… ' if fran else ''}{bit}{'' if till < 0 else ' …'}", sokning)


def _bitar(text: str, sokning: Sokning) -> Iterator[Bit]:
    slut = 0
    for traff in monster.finditer(text) if (monster := _monster(sokning)) else ():
        if traff.start() > slut:
            yield Bit(text[slut : traff.start()], traff=False)
        yield Bit(traff[0], traff=True)
        slut = traff.end()
    if slut < len(text):
        yield Bit(text[slut:], traff=False)


def _monster(sokning: Sokning) -> re.Pattern[str] | None:
    """The words as they may be written; the longest first, so that the whole of it is marked."""
    langst_forst = sorted(sokning.ord, key=len, reverse=True)
    ord_ = ["".join(_SOM.get(t, re.escape(t)) for t in o) for o in langst_forst]
    # A short word is marked where it begins one.
    delar = [o if len(w) >= KORTAST else rf"\b{o}" for w, o in zip(langst_forst, ord_, strict=True)]
    return re.compile("|".join(delar), re.IGNORECASE) if delar else None
