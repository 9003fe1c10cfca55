"""How an aktör writes its diarienummer. The pattern is written so that a registrator can read it: KS-ÅÅÅÅ/#[.#]."""

import re

from aktorer.grund import tecken

# Letters, digits and common signs; ÅÅÅÅ is a year, # a running number, [ ] (never nested) a part that may be left out.
# Few running numbers: in how many ways a number can be split among them grows with each.
FORMAT = r"^(?!(?:[^#]*#){5})([A-Za-zÅÄÖåäö0-9 ./:#-]|\[[A-Za-zÅÄÖåäö0-9 ./:#-]+\])+$"
FORMATFEL = (
    "Mönstret får bara ha bokstäver, siffror, mellanslag och tecknen . / : # - samt [ ] runt en del som kan utebli."
    " Högst fyra #."
)
# The pattern as a regular expression, step by step; the database takes the same steps (models/arende.py).
OVERSATTNING = ((".", r"\."), ("[", "("), ("]", ")?"), ("ÅÅÅÅ", "(19|20)[0-9][0-9]"), ("#", "[0-9]+"))


def stammer(nummer: str, monster: str) -> bool:
    """Whether `nummer` is written by the pattern; every number is when the aktör has none."""
    if not monster:
        return True
    uttryck = monster
    for bit, mening in OVERSATTNING:
        uttryck = uttryck.replace(bit, mening)
    return re.fullmatch(uttryck, nummer) is not None


# What people put between the parts, or leave out, once it is folded (tecken.nyckel): KS 2026/74, KS-2026-74, KS2026:74.
# A point stays: what follows it is a part of its own, KS 2026/74.2.
FYLLNAD = r"[^0-9a-zåäö.]+"


def i_fraga(text: str) -> str:
    """The diarienummer of a search: "Dnr KS-2026/74 § 17" gives "KS-2026/74"."""
    nummer = re.sub(r"(?i)^\s*(dnr|diarienr|diarienummer)\b[\s.:]*", "", text.partition("§")[0])
    return nummer.rstrip(" ,.;")


def utan_fyllnad(nummer: str) -> str:
    """In the form that is compared: small letters, digits and points."""
    return re.sub(FYLLNAD, "", tecken.nyckel(nummer)).strip(".")


def utan_del(nummer: str) -> str:
    """The same number without what follows its first point."""
    return nummer.partition(".")[0]
