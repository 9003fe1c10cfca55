"""Searching as people read: what looks the same is found, whatever signs it is made of (tecken.nyckel)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.db.models import CharField, F, Func, Index, IntegerField, Q, TextField, Transform, Value
from django.db.models.functions import Concat
from django.db.models.lookups import Contains, Exact

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


# What stands around words that are copied out of a sentence.
RUNT = ".,;:!?()[]{}\"'…·*&|<>\\"


def sokt(text: str) -> str:
    """What is looked for, as `nyckel` has it, without the quotation marks and full stops that came with it."""
    return nyckel(text).strip(RUNT + " ") or nyckel(text)


def innehaller(text: str, *falt: str) -> Q:
    """Any of the fields holds the text."""
    villkor = Q()
    for namn in falt:
        villkor |= Q(**{f"{namn}__vikt__contains": sokt(text)})
    return villkor


def lyder(text: str, falt: str) -> Q:
    """The field says just this."""
    return Q(**{f"{falt}__vikt": nyckel(text)})


SPRAK = "swedish"
KORTAST = 3  # letters of a word that is looked for inside others: an index of three letters knows no shorter ones


def dokument(*falt: str) -> Vikt:
    """The fields as one text to search in."""
    delar = [d for namn in falt for d in (Value(" "), F(namn))][1:]
    return Vikt(Concat(*delar, output_field=TextField()) if len(delar) > 1 else delar[0])


def sokindex(namn: str, *falt: str, dar: Q | None = None) -> list[Index]:
    """What makes `med_alla_ord` and `liknar` quick for `dokument(*falt)`: by word, and by three letters in a row.

    `dar`: which rows alone are searched in.
    """
    return [
        GinIndex(SearchVector(dokument(*falt), config=SPRAK), name=f"{namn}_ord", condition=dar),
        GinIndex(OpClass(dokument(*falt), name="gin_trgm_ops"), name=f"{namn}_bokstaver", condition=dar),
    ]


def med_alla_ord(ord_: Sequence[str], *falt: str) -> Q:
    """The fields hold each of the folded words: in any Swedish form, as a word's beginning, or inside a longer one.

    One that says nothing by itself, such as ”och”, may be missing; nothing holds such ones alone.
    """
    villkor, tomma = Q(), Q()
    for o in ord_:
        fraga = SearchQuery("'" + re.sub(r"['\\]", " ", o) + "':*", config=SPRAK, search_type="raw")
        tom = Exact(Func(fraga, function="numnode", output_field=IntegerField()), 0)
        tomma &= Q(tom)
        inuti = Q(Contains(dokument(*falt), o)) if len(o) >= KORTAST else Q()
        villkor &= Q(SearchVectorExact(SearchVector(dokument(*falt), config=SPRAK), fraga)) | Q(tom) | inuti
    return villkor & ~tomma


def liknar(text: str, *falt: str) -> Q:
    """The fields hold something that is nearly the folded text: a letter wrong, a word too many."""
    return Q(TrigramWordSimilar(dokument(*falt), text))
