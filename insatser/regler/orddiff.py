"""Word by word: what was taken out of a text and what was put in."""

import re
from difflib import SequenceMatcher
from typing import Literal

type Bit = tuple[Literal["lika", "bort", "till"], str]

# A word takes the space after it along: half as many pieces to compare, and no lone spaces between changed words.
_ORD = re.compile(r"\S+\s*|\s+")
# Two longer ones are told apart as wholes: the work grows with one times the other.
MEST = 1_500


def orddiff(fore: str, efter: str) -> list[Bit]:
    """The pieces in reading order; `lika` and `bort` together give `fore`, `lika` and `till` give `efter`."""
    a, b = _ORD.findall(fore), _ORD.findall(efter)
    if fore != efter and max(len(a), len(b)) > MEST:
        return [bit for bit in (("bort", fore), ("till", efter)) if bit[1]]
    bitar: list[Bit] = []
    for slag, a0, a1, b0, b1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if slag == "equal":
            bitar.append(("lika", "".join(a[a0:a1])))
            continue
        if a1 > a0:
            bitar.append(("bort", "".join(a[a0:a1])))
        if b1 > b0:
            bitar.append(("till", "".join(b[b0:b1])))
    return bitar
