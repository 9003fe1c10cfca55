"""The typeface of the PDFs: its files, which characters it has, and text made safe to set in it."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
import unicodedata
from functools import cache
from pathlib import Path

import font_source_sans_pro

SNITT = ("Light", "Regular", "Semibold", "Bold")
SAKNAS = "[?]"
# Characters the typeface lacks that have a plain twin in it.
_TVILLINGAR = str.maketrans(
    {
        "\u2010": "-",
        "\u2011": "-",
        "\u2028": "\n",
        "\u2029": "\n\n",
        "\r": "\n",
        "\t": " ",
        "✅": "✓",
        "✔": "✓",
        "☑": "✓",
    }
)
# Swedish compounds reach some thirty letters and are hyphenated; what is longer is no word and may break anywhere.
LANGT = 36
_LANGT_ORD = re.compile(rf"\S{{{LANGT},}}")
_BRYTPUNKT = "\u200b"


@cache
def katalog() -> Path:
    """A folder with just our faces, once per process: the package holds each twice, as .otf and .ttf, and which of
    the two Typst takes depends on the order of the file system. Two machines must set the same bytes."""
    mapp = Path(tempfile.mkdtemp(prefix="fardplan-typsnitt-"))
    atexit.register(shutil.rmtree, mapp, ignore_errors=True)
    for snitt in SNITT:
        (mapp / f"{snitt}.ttf").symlink_to(fil(snitt))
    return mapp


def fil(snitt: str) -> Path:
    """The file of a face, out of the package."""
    return Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{snitt}.ttf"


@cache
def tecken() -> frozenset[str]:
    """The characters every face has (they are drawn with the same set, but we do not rely on it)."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 -- slow import

    return frozenset.intersection(*(frozenset(map(chr, TTFont(fil(snitt)).getBestCmap())) for snitt in SNITT))


def sattbar(text: str) -> str:
    """`text` as the typeface can set it, otherwise untouched. PDF/A allows no character without a shape:
    such ones (emoji, other scripts) become "[?]", so that a reader sees that something is missing."""
    # Nearly every text is settable as it is, and asking that of the whole is much quicker than of each character.
    if not (_sattbara().issuperset(text) and unicodedata.is_normalized("NFC", text)):
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(_TVILLINGAR)
        text = re.sub(rf"(?:{re.escape(SAKNAS)})+", SAKNAS, "".join(map(_tecken, text)))
    return _LANGT_ORD.sub(lambda ord_: _brytbart(ord_[0]), text) if len(text) >= LANGT else text


@cache
def _sattbara() -> set[str]:
    return {t for t in tecken() if not _utan_form(t)} - {chr(kod) for kod in _TVILLINGAR} | {"\n"}


@cache
def _tecken(ett: str) -> str:
    if ett == "\n":
        return ett
    if _utan_form(ett):
        return ""
    if ett in tecken():
        return ett
    if unicodedata.category(ett) == "Mn":  # variation selectors, and accents that there is no letter with
        return ""
    enkelt = unicodedata.normalize("NFKC", ett)
    return enkelt if enkelt and all(t in tecken() for t in enkelt) else SAKNAS


def _utan_form(ett: str) -> bool:
    """Joiners and control characters, also where the typeface has a name for them."""
    return unicodedata.category(ett) in {"Cc", "Cf"}


def _brytbart(ord_: str) -> str:
    return _BRYTPUNKT.join(ord_[i : i + 6] for i in range(0, len(ord_), 6))
