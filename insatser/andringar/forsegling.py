"""Seal what has come in the history since it was sealed last."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.models import Max

from aktorer.grund.andring import slutlig_andring
from aktorer.models import Anvandare
from insatser.fragor import forsegling as fragor
from insatser.fragor.forsegling import Avvikelse
from insatser.models.forsegling import Forsegling, Sigill

PAGAR = "En annan försegling pågår. Försök igen om en stund."


@dataclass
class Forseglat:
    """The head of the chain, how many rows it got, and those left without because they cannot be what they say."""

    huvud: str = ""
    antal: int = 0
    tillkomna: list[Avvikelse] = field(default_factory=list)


def forsegla(*, av: Anvandare | None) -> Forseglat:
    """Add every history row that has no seal to the chain: all of them or nothing.

    No version: a row is sealed once, as it stands. Raises ValidationError while somebody else is at it.
    """
    try:
        return _forsegla(av=av)
    except IntegrityError as fel:
        raise ValidationError(PAGAR) from fel


@slutlig_andring
def _forsegla(*, av: Anvandare | None) -> Forseglat:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [fragor.LAS])
        if cursor.fetchone() != (True,):
            raise ValidationError(PAGAR)
    resultat, huvud = Forseglat(), Sigill.objects.huvud()
    for modell in fragor.historiktabeller():
        tabell, kolumner = modell._meta.db_table, fragor.kolumner(modell)
        forra = fragor.senaste(tabell)
        # The highest id first and the time after: a transaction that begins later than that gets a higher one.
        hogsta = modell._default_manager.aggregate(hogsta=Max("pgh_id"))["hogsta"]
        if hogsta is None:
            continue
        resultat.tillkomna += [Avvikelse(tabell, rad, "tillkommen i efterhand") for rad in fragor.tillkomna(tabell)]
        ny = Forsegling(tabell=tabell, kolumner=kolumner, hogsta=hogsta, skapad=_nu())
        for bunt in fragor.oforseglade(tabell, kolumner, forra, hogsta):
            if ny.pk is None:
                ny.save(force_insert=True)
            sigill = []
            for rad, avtryck in bunt:
                huvud = fragor.lank(huvud, ny, rad, bytes(avtryck))
                sigill.append(Sigill(forsegling=ny, tabell=tabell, rad=rad, avtryck=avtryck, lank=huvud))
            Sigill.objects.bulk_create(sigill)
            resultat.antal += len(sigill)
    resultat.huvud = huvud.hex()
    return resultat


def _nu() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        nu: datetime = cursor.fetchone()[0]
    return nu
