"""Which characters a text may hold, decided once: forms, addresses and workbooks clean what comes in by this.

What nobody can see is not kept: it hides in names that look the same, turns lines around and breaks what we make of it
(PDF, calendars, XML). What is kept stands in one form (NFC), however the keyboard or the file put it together.
"""

from __future__ import annotations

import re
import unicodedata

# What parts words becomes a space: control characters, the line and paragraph separators of other programs.
_MELLANRUM = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
# What has no shape goes: soft hyphen, zero width, marks and overrides of direction, byte order mark, annotations, tags,
# half characters, and those that are none. Joiners stay, since scripts and emoji are written with them.
_ICKETECKEN = "".join(f"{chr(plan + 0xFFFE)}{chr(plan + 0xFFFF)}" for plan in range(0x10000, 0x110000, 0x10000))
_OSYNLIGA = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ufdd0-\ufdef\ud800-\udfff"
    f"\U000e0000-\U000e007f{_ICKETECKEN}]"
)


def rena(text: str) -> str:
    """The text as it may be stored. Its visible words are the same."""
    if text.isascii() and text.isprintable():
        return text
    text = _OSYNLIGA.sub("", _MELLANRUM.sub(" ", text))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
