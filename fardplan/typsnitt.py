"""The typeface of the pages: that of the PDFs, out of its package, with the letters that pages need.

No font file lies in the repository. The files are made when the static files are packed, or asked for, and kept with
the data; what they are called says what they were made of, so that another package makes others.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from insatser.pdf.typsnitt import fil

# What static/fardplan.css calls them.
SNITT = {"typsnitt/400.woff2": "Regular", "typsnitt/600.woff2": "Semibold", "typsnitt/700.woff2": "Bold"}
# Latin with the letters of Europe's names, punctuation, and the signs that pages use. What is missing is shown in the
# reader's own typeface.
TECKEN = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2028),
    *map(ord, "‰‹›€™←↑→↓−≈≤≥▲▴▸▼▾★✓"),
)
# Figures of one width in tables; kerning, and accents in their places.
DRAG = ["kern", "liga", "tnum", "lnum", "ccmp", "mark", "locl"]
# Its copyright and licence follow it. Its name does not: that is reserved for the whole of it.
NAMN = [0, 13, 14]


class Hittare(BaseFinder):
    """Finds the files as if they lay in `static/`, and makes them the first time."""

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        traff = str(Path(_lager().location) / path) if path in SNITT else None
        return ([traff] if traff else []) if find_all else traff

    def list(self, _: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for namn in SNITT:
            yield namn, _lager()


@cache
def _lager() -> FileSystemStorage:
    av_vad = repr((TECKEN, DRAG, NAMN, version("font-source-sans-pro"), version("fonttools")))
    mapp = Path(settings.DATA_DIR) / "typsnitt" / hashlib.sha256(av_vad.encode()).hexdigest()[:12]
    for namn, snitt in SNITT.items():
        if not (mapp / namn).exists():
            _skriv(mapp / namn, snitt)
    return FileSystemStorage(location=mapp)


def _skriv(till: Path, snitt: str) -> None:
    """Whole or not at all: a start that is broken off leaves no half file."""
    from fontTools import subset  # noqa: PLC0415 -- slow import

    val = subset.Options(flavor="woff2", layout_features=DRAG, hinting=False, name_IDs=NAMN, recalc_timestamp=False)
    urval = subset.Subsetter(val)
    urval.populate(unicodes=TECKEN)
    till.parent.mkdir(parents=True, exist_ok=True)
    halv = till.with_suffix(f".{os.getpid()}")
    with subset.load_font(fil(snitt), val) as typsnitt:
        urval.subset(typsnitt)
        subset.save_font(typsnitt, halv, val)
    halv.replace(till)
