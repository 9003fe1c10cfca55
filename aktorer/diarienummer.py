"""How an aktör writes its diarienummer. The pattern is written so that a registrator can read it: KS-ÅÅÅÅ/#[.#]."""

import re

# Letters, digits and common signs; ÅÅÅÅ is a year, # a running number, [ ] (never nested) a part that may be left out.
FORMAT = r"^([A-Za-zÅÄÖåäö0-9 ./:#-]|\[[A-Za-zÅÄÖåäö0-9 ./:#-]+\])+$"
FORMATFEL = (
    "Mönstret får bara ha bokstäver, siffror, mellanslag och tecknen . / : # - samt [ ] runt en del som kan utebli."
)
# The pattern as a regular expression, step by step; the database takes the same steps (models/arende.py).
OVERSATTNING = ((".", r"\."), ("[", "("), ("]", ")?"), ("ÅÅÅÅ", "(19|20)[0-9][0-9]"), ("#", "[0-9]+"))


def stammer(nummer: str, monster: str) -> bool:
    """Whether `nummer` is written by the pattern; every number is when the aktör has none."""
    if not monster:
        return True
    uttryck = monster
    for tecken, mening in OVERSATTNING:
        uttryck = uttryck.replace(tecken, mening)
    return re.fullmatch(uttryck, nummer) is not None
