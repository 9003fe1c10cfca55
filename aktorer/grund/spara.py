"""Validate a row and save it: what Python can tell is told at its field, and what the database judges is asked once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import batched
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, OperationalError, connection
from django.db.models import CheckConstraint, ForeignKey, Model

PER_SATS = 500  # rows in a statement


def spara[M: Model](rad: M, *, falt: Collection[str] | None = None) -> M:
    """Save the row, or only these columns of it. Raises ValidationError.

    Validates as Django's `full_clean`, without its queries about what is known or judged at the write anyway: that a
    row we hold exists, and every check constraint. When the database refuses by one, its own words are told.
    """
    _prova(rad, falt)
    with _databasens_ord(rad):
        rad.save(update_fields=falt)
    return rad


def spara_alla[M: Model](rader: Sequence[M], *, falt: Collection[str] | None = None) -> None:
    """Save rows of one model at once: new ones, or these columns of rows that are there. As `spara` of each, but what
    must be unique only the database judges, and nobody can tell of which row it speaks. Raises ValidationError, and
    IntegrityError.
    """
    if not rader:
        return
    for rad in rader:
        _prova(rad, falt, unika=False)
    modell = type(rader[0])
    with _databasens_ord(rader[0]):
        if falt is None:
            modell._default_manager.bulk_create(rader, batch_size=PER_SATS)
        else:
            _uppdatera(modell, rader, [modell._meta.get_field(f) for f in falt])


def _uppdatera(modell: type[Model], rader: Sequence[Model], falt: Sequence[Any]) -> None:
    """As `bulk_update`, whose CASE of every row and column takes ten times as long to make and to run."""
    alla = [modell._meta.pk, *falt]
    namn = [connection.ops.quote_name(f.column) for f in alla]
    typer = ", ".join(f"%s::{f.rel_db_type(connection)}[]" for f in alla)
    satt = ", ".join(f"{n} = ny.{n}" for n in namn[1:])
    tabell = connection.ops.quote_name(modell._meta.db_table)
    fraga = (
        f"UPDATE {tabell} SET {satt} FROM unnest({typer}) AS ny ({', '.join(namn)})"  # noqa: S608 -- our own names
        f" WHERE {tabell}.{namn[0]} = ny.{namn[0]}"
    )
    with connection.cursor() as cursor:
        for sats in batched(rader, PER_SATS):
            varden = [[f.get_db_prep_save(getattr(rad, f.attname), connection) for rad in sats] for f in alla]
            cursor.execute(fraga, varden)


@contextmanager
def _databasens_ord(rad: Model) -> Iterator[None]:
    """When the database refuses by a check constraint, its own words are told."""
    try:
        yield
    except IntegrityError as fel:
        namn = getattr(getattr(fel.__cause__, "diag", None), "constraint_name", None)
        for villkor in rad._meta.constraints:
            if villkor.name == namn and isinstance(villkor, CheckConstraint):
                raise ValidationError({NON_FIELD_ERRORS: villkor.get_violation_error_message()}) from fel
        raise


def _prova(rad: Model, falt: Collection[str] | None, *, unika: bool = True) -> None:
    """All that is wrong is told at once; what must be unique only of the fields that hold."""
    fel: dict[str, Any] = {}
    with _samla(fel):
        rad.clean_fields(exclude=_kanda(rad, falt))
    with _samla(fel):
        rad.clean()
    if unika:
        with _samla(fel):
            rad.validate_unique(exclude=set(fel))
    for villkor in rad._meta.constraints if unika else ():
        if not isinstance(villkor, CheckConstraint):
            with _samla(fel):
                villkor.validate(type(rad), rad, exclude=set(fel))
    if fel:
        # Django takes a database that dies while it judges a constraint for a constraint that is broken.
        if not connection.is_usable():
            raise OperationalError("Databasen svarar inte.")
        raise ValidationError(fel)


@contextmanager
def _samla(fel: dict[str, Any]) -> Iterator[None]:
    try:
        yield
    except ValidationError as nytt:
        nytt.update_error_dict(fel)


def _kanda(rad: Model, falt: Collection[str] | None) -> set[str]:
    """The fields that point at a row we hold, or still at the one that the saved row does."""
    pekar = [f for f in rad._meta.concrete_fields if isinstance(f, ForeignKey)]
    oforandrade = {f.name for f in pekar if falt is not None and not {f.name, f.attname} & {*falt}}
    return oforandrade | {f.name for f in pekar if f.is_cached(rad) and getattr(rad, f.name) is not None}
