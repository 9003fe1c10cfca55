"""Validate a row and save it: what Python can tell is told at its field, and what the database judges is asked once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.db.models import CheckConstraint, ForeignKey, Model


def spara[M: Model](rad: M, *, falt: Collection[str] | None = None) -> M:
    """Save the row, or only these columns of it. Raises ValidationError.

    Validates as Django's `full_clean`, without its queries about what is known or judged at the write anyway: that a
    row we hold exists, and every check constraint. When the database refuses by one, its own words are told.
    """
    _prova(rad, falt)
    try:
        rad.save(update_fields=falt)
    except IntegrityError as fel:
        namn = getattr(getattr(fel.__cause__, "diag", None), "constraint_name", None)
        for villkor in rad._meta.constraints:
            if villkor.name == namn and isinstance(villkor, CheckConstraint):
                raise ValidationError({NON_FIELD_ERRORS: villkor.get_violation_error_message()}) from fel
        raise
    return rad


def _prova(rad: Model, falt: Collection[str] | None) -> None:
    """All that is wrong is told at once; what must be unique only of the fields that hold."""
    fel: dict[str, Any] = {}
    with _samla(fel):
        rad.clean_fields(exclude=_kanda(rad, falt))
    with _samla(fel):
        rad.clean()
    with _samla(fel):
        rad.validate_unique(exclude=set(fel))
    for villkor in rad._meta.constraints:
        if not isinstance(villkor, CheckConstraint):
            with _samla(fel):
                villkor.validate(type(rad), rad, exclude=set(fel))
    if fel:
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
