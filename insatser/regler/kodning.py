"""How the letters of a text file are kept. UTF-8 shows by itself; where each letter is one byte it is a guess."""

from __future__ import annotations

from collections.abc import Mapping

# In the order of the guess: the first of those that fit as well.
KODNINGAR: Mapping[str, str] = {
    "utf-8": "UTF-8",
    "cp1252": "Windows, västeuropeisk",
    "cp1250": "Windows, centraleuropeisk",
    "iso8859_2": "ISO 8859-2, centraleuropeisk",
    "mac_roman": "Mac",
    "cp850": "DOS",
}
SKADAT = "\ufffd"  # what stands where a character could not be read
_EN_BYTE = [k for k in KODNINGAR if k != "utf-8"]
_SVENSKA = frozenset("åäöÅÄÖ")
MINST_BATTRE = 3  # points; a curly quote of one is an ö of another
_LASTA = 200_000  # bytes that a guess is made of


def ar_utf8(innehall: bytes) -> bool:
    """Whether it is UTF-8 but for a byte here and there: as many letters of several bytes are whole as are damaged."""
    text = innehall.decode(errors="replace")
    skadade = text.count(SKADAT)
    return skadade == 0 or sum(c > "\x7f" for c in text) - skadade >= skadade


def gissa(innehall: bytes) -> str:
    """The one of KODNINGAR, but UTF-8, that makes most of it words: the usual one, unless another does by far."""
    poang = {k: _poang(innehall[:_LASTA].decode(k, errors="replace")) for k in _EN_BYTE}
    bast = max(_EN_BYTE, key=lambda kodning: poang[kodning])
    return bast if poang[bast] > poang[_EN_BYTE[0]] + MINST_BATTRE else _EN_BYTE[0]


def ar_saker(text: str) -> bool:
    """Whether a text read by a guess shows itself that it was right: nothing but ASCII, or å, ä and ö in it."""
    return text.isascii() or not _SVENSKA.isdisjoint(text)


def som_utf8(innehall: bytes, kodning: str) -> bytes:
    """The file as somebody says that its letters are kept; what cannot be read so is SKADAT. Without `kodning` as it
    is.
    """
    return innehall.decode(kodning, errors="replace").encode() if kodning else innehall


def _poang(text: str) -> int:
    """More for each kind of letter, most for the Swedish; less for each that stands in no word: a sign or a capital in
    the middle of one.
    """
    poang = sum(3 if c in _SVENSKA else 1 for c in set(text) if c > "\x7f" and (c.islower() or c.isupper()))
    for n, c in enumerate(text):
        if c <= "\x7f":
            continue
        fore, efter = text[n - 1 : n], text[n + 1 : n + 2]
        if c == SKADAT or "\x80" <= c < "\xa0":
            poang -= 5
        elif c.isupper() and fore.islower():
            poang -= 2
        elif not (c.islower() or c.isupper()) and efter.isalpha() and (fore.isalpha() or c in "¹²³£¥§¶"):
            poang -= 3
    return poang
