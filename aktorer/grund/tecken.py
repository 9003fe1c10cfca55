"""Which characters a text may hold, and which texts are the same to people: decided once, for all that comes in.

What nobody can see is not kept: it hides in names that look the same, turns lines around and breaks what we make of it
(PDF, calendars, XML). What is kept stands in one form (NFC), however the keyboard or the file put it together.

What is looked up (a name, a heading, a choice, a word that is searched for) is compared by `nyckel`; `sokning` has the
same of what the database holds.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# What parts words becomes a space: control characters, the line and paragraph separators of other programs.
_MELLANRUM = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
# What has no shape goes: soft hyphen, zero width, marks and overrides of direction, byte order mark, annotations, tags,
# variants that nothing is written with, half characters, and those that are none. Joiners stay, since scripts and emoji
# are written with them.
_ICKETECKEN = "".join(f"{chr(plan + 0xFFFE)}{chr(plan + 0xFFFF)}" for plan in range(0x10000, 0x110000, 0x10000))
_OSYNLIGA = re.compile(
    "[\u00ad\u061c\u17b4\u17b5\u180e\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufe04-\ufe0d"
    "\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    f"\U000e0000-\U000e0fff{_ICKETECKEN}]"
)


def rena(text: str) -> str:
    """The text as it may be stored. Its visible words are the same."""
    if text.isascii() and text.isprintable():
        return text
    text = _OSYNLIGA.sub("", _MELLANRUM.sub(" ", text))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


# What people read as one and the same, before compatibility forms (ligatures, wide letters, every space) become plain.
LIKA = {
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d",
    "'": "\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u00b4\u0060\u02bc",
    '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb",
}
# What has no shape of its own: what `rena` takes, joiners, which way a sign is drawn, letters that are left empty.
UTAN_FORM = (
    "\u00ad\u034f\u061c\u115f\u1160\u180b\u180c\u180d\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063"
    "\u2064\u2800\u3164\ufe00\ufe01\ufe02\ufe03\ufe0e\ufe0f\ufeff\uffa0"
)
_VIKNING = {ord(t): tecken for tecken, lika in LIKA.items() for t in lika} | dict.fromkeys(map(ord, UTAN_FORM))


def nyckel(text: str) -> str:
    """The same for texts that people read as the same: case, dashes, quotation marks, spaces, and what nobody sees."""
    return _namnets(text) if len(text) <= _NAMN else _vikt(text)


_NAMN = 200  # characters; in a file the same names and words stand on thousands of rows


@lru_cache(2000)
def _namnets(text: str) -> str:
    return _vikt(text)


def _vikt(text: str) -> str:
    vikt = rena(text).translate(_VIKNING)
    return " ".join(unicodedata.normalize("NFKC", vikt).lower().split())


def epostnyckel(text: str) -> str:
    """An e-mail address as it is kept and looked up: `nyckel`, with its domain in letters.

    Browsers send `xn--malm-8qa.se` where people write `malmö.se`, and it is the same mailbox.
    """
    namn, snabel, doman = nyckel(text).rpartition("@")
    return f"{namn}{snabel}{doman_i_bokstaver(doman)}"


def doman_i_bokstaver(doman: str) -> str:
    """The domain, in small letters, without the code in which the network spells å, ä and ö."""
    return ".".join(_i_bokstaver(del_) for del_ in doman.split("."))


def _i_bokstaver(del_: str) -> str:
    if not del_.startswith("xn--"):
        return del_
    try:
        return del_.encode().decode("idna")
    except UnicodeError:  # no code after all, or letters that would not become the same code again
        return del_
