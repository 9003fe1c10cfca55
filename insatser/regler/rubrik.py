"""Headings as people write them: numbered, with a colon or a star after, over two lines, explained in brackets."""

from __future__ import annotations

import re

from aktorer.grund.tecken import nyckel

_FORE = re.compile(r"(?:\d{1,2}|[a-h])[.)] ?(?=\D)")
_AVSTAVAT = re.compile(r"(?<=[^\W\d_])- (?!och |eller |samt )(?=[^\W\d_])")
_RUNT = " :*•?"


def rubriknyckel(text: str) -> str:
    """The same for headings that name the same column. "1. Åtgärd *", "Åt- gärd:" and "Åtgärd (kort)" are one."""
    rubrik = nyckel(text).strip(_RUNT)
    if rubrik.endswith(")") and (utan := rubrik[: rubrik.rfind("(")].strip(_RUNT)):
        rubrik = utan
    if fore := _FORE.match(rubrik):
        rubrik = rubrik[fore.end() :].strip(_RUNT)
    return _AVSTAVAT.sub("", rubrik).rstrip(".")
