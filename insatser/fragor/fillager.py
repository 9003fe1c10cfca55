"""Where the bytes of files lie, and whether they can be read there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from aktorer.grund import fillager
from insatser.models import Bilaga, Filinnehall, Lagerrest

LANGE = timedelta(days=1)  # what should have been moved or erased by then


def i_databasen() -> QuerySet[Filinnehall, str]:
    """The hashes of the files that lie there."""
    return Filinnehall.objects.exclude(data=None).order_by("pk").values_list("pk", flat=True)


def i_lagret() -> QuerySet[Filinnehall, str]:
    """The hashes of those that lie in the store."""
    return Filinnehall.objects.filter(data=None).order_by("pk").values_list("pk", flat=True)


def rester(*, lange: bool = False) -> QuerySet[Lagerrest]:
    """What is left in the store and named by nothing, or not yet; `lange`: for longer than it should."""
    utan_rad = Lagerrest.objects.exclude(pk__in=i_databasen()).order_by("sedan")
    return utan_rad.filter(sedan__lt=timezone.now() - LANGE) if lange else utan_rad


def fel_i_lagret(*, hogst: int | None = None, lasta: int) -> Iterator[str]:
    """A sentence for each file that a row names and the store does not give: asked for one by one, unread; `lasta` of
    them, drawn by lot, are read and held against their hash too. `hogst`: of so many, drawn by lot.
    """
    alla = list(i_lagret())
    valda = alla if hogst is None else random.sample(alla, min(hogst, len(alla)))
    lases = set(random.sample(valda, min(lasta, len(valda))))
    storlekar = dict(Bilaga.objects.filter(innehall__in=valda).values_list("innehall", "storlek"))
    for sha256 in valda:
        try:
            har = fillager.storlek(sha256)
            if sha256 in lases:
                fillager.hamta(sha256)
        except fillager.LagretSvararInte as fel:
            yield f"{_vad(sha256)}: {fel}"
        else:
            if har != storlekar.get(sha256, har):
                yield f"{_vad(sha256)}: {har} byte i lagret, {storlekar[sha256]} enligt databasen"


def _vad(sha256: str) -> str:
    bilaga = Bilaga.objects.filter(innehall=sha256).order_by("pk").first()
    return f"{sha256} ({bilaga.filnamn})" if bilaga else sha256
