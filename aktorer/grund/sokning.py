"""Searching as people read: what looks the same is found, whatever signs it is made of (tecken.nyckel)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.db import connection
from django.db.models import CharField, F, Func, Index, IntegerField, Q, QuerySet, TextField, Transform, Value
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
        fraga = SearchQuery(f"'{_som_ord(o)}':*", config=SPRAK, search_type="raw")
        tom = Exact(Func(fraga, function="numnode", output_field=IntegerField()), 0)
        tomma &= Q(tom)
        inuti = Q(Contains(dokument(*falt), o)) if len(o) >= KORTAST else Q()
        villkor &= Q(SearchVectorExact(SearchVector(dokument(*falt), config=SPRAK), fraga)) | Q(tom) | inuti
    return villkor & ~tomma


def _som_ord(o: str) -> str:
    return re.sub(r"['\\]", " ", o)


type Sokt = tuple[Callable[[], QuerySet[Any]], tuple[str, ...]]
LETAR = 200  # rows that the planner reckons with: for a single one it would rather read the table than its index


def finns(ord_: Sequence[str], *var: Sokt) -> list[bool]:
    """Whether there is a row among each of these whose fields hold all of the words, as `med_alla_ord`. One query."""
    sql, mallar = _finns(var, tuple(len(o) >= KORTAST for o in ord_))
    with connection.cursor() as cursor:
        cursor.execute(sql, [_ifylld(m, ord_) if isinstance(m, str) else m for m in mallar])
        return list(cursor.fetchone())


@cache
def _finns(var: tuple[Sokt, ...], langa: tuple[bool, ...]) -> tuple[str, list[Any]]:
    """Its SQL, which is the same for other words, and its parameters with a mark for each word: to build it takes
    longer than to ask. `langa`: which words are looked for inside others too.
    """
    marken = [_marke(i) * (KORTAST if lang else 1) for i, lang in enumerate(langa)]
    fragor = [alla().filter(med_alla_ord(marken, *falt)).order_by().values("pk")[:LETAR] for alla, falt in var]
    delar = [fraga.query.sql_with_params() for fraga in fragor]
    nagon = (f"(SELECT count(*) > 0 FROM ({sql}) AS nagra)" for sql, _ in delar)  # noqa: S608 -- Django's own
    return f"SELECT {', '.join(nagon)}", [p for _, egna in delar for p in egna]


def _marke(i: int) -> str:
    return chr(0xE000 + i)  # which no folded word has


def _ifylld(mall: str, ord_: Sequence[str]) -> str:
    """A parameter of `med_alla_ord` with the words for their marks."""
    som = connection.ops.prep_for_like_query if mall.startswith("%") else _som_ord
    return re.sub("([\ue000-\uf8ff])\\1*", lambda m: som(ord_[ord(m[1]) - 0xE000]), mall)


def liknar(text: str, *falt: str) -> Q:
    """The fields hold something that is nearly the folded text: a letter wrong, a word too many."""
    return Q(TrigramWordSimilar(dokument(*falt), text))
