"""Searching as people read: what looks the same is found, whatever signs it is made of (tecken.nyckel)."""

from __future__ import annotations

from django.db.models import CharField, Q, TextField, Transform

from aktorer.grund.tecken import LIKA, UTAN_FORM, nyckel


class Vikt(Transform):
    """The stored text as `tecken.nyckel` has it, but for space at its ends."""

    lookup_name = "vikt"
    output_field = TextField()
    _fran = "".join(LIKA.values()) + UTAN_FORM
    _till = "".join(tecken * len(lika) for tecken, lika in LIKA.items()).replace("'", "''")
    template = (
        f"lower(regexp_replace(normalize(translate(%(expressions)s, '{_fran}', '{_till}'), NFKC), '\\s+', ' ', 'g'))"
    )


CharField.register_lookup(Vikt)
TextField.register_lookup(Vikt)


def innehaller(text: str, *falt: str) -> Q:
    """Any of the fields holds the text."""
    sokt = nyckel(text)
    villkor = Q()
    for namn in falt:
        villkor |= Q(**{f"{namn}__vikt__contains": sokt})
    return villkor


def lyder(text: str, falt: str) -> Q:
    """The field says just this."""
    return Q(**{f"{falt}__vikt": nyckel(text)})
