"""Who may change things in some stadskärnor alone is refused in the others by the database: whatever page, file or
command it comes from, and whichever rows it leads to.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

_INSTALLNING = "fardplan.bara_i"  # ids of stadskärnor with commas between; empty: everywhere
_NAMN = "bara_i_sina_stadskarnor"
_NEJ = "Ditt konto får inte ändra det här: det hör till en annan stadskärna, eller är gemensamt för alla."

# What the database has been told on this connection.
_NU: ContextVar[str] = ContextVar("bara_i", default="")


@contextmanager
def bara_i(stadskarnor: Sequence[int]) -> Iterator[None]:
    """What is written in this block, inside a transaction, is written by somebody who may in these stadskärnor (their
    ids; none: in all). Raises ValidationError for what is not theirs.
    """
    if not stadskarnor:
        yield
        return
    with _satt(",".join(map(str, stadskarnor))):
        try:
            yield
        except IntegrityError as fel:
            if getattr(getattr(fel.__cause__, "diag", None), "constraint_name", None) == _NAMN:
                raise ValidationError(_NEJ) from fel
            raise


def om_eget[**P, R](andring: Callable[P, R]) -> Callable[P, R]:
    """Decorator of a change that says something of the own aktör, which anybody may wherever it takes part."""

    @functools.wraps(andring)
    def kor(*args: P.args, **kwargs: P.kwargs) -> R:
        with _satt(""):
            return andring(*args, **kwargs)

    return kor


@contextmanager
def _satt(varde: str) -> Iterator[None]:
    """For the rest of the block. When it fails, the transaction or savepoint around it takes the setting back."""
    forra = _NU.get()
    if forra == varde:
        yield
        return
    nyckel = _NU.set(varde)
    try:
        _sag(varde)
        yield
        _sag(forra)
    finally:
        _NU.reset(nyckel)


def _sag(varde: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [_INSTALLNING, varde])


def hor_till(
    stadskarna: str, *, vid: pgtrigger.core.Operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
) -> pgtrigger.Trigger:
    """A trigger that refuses a row which is not theirs. `stadskarna` is SQL for the id of the one that it belongs to,
    with `{rad}` for the row; NULL when all share it. Costs others nothing but the asking who writes.
    """
    sina = f"string_to_array(current_setting('{_INSTALLNING}', true), ',')::bigint[]"
    nekas = " OR ".join(
        f"(TG_OP <> '{inte}' AND (({stadskarna.format(rad=rad)}) = ANY ({sina})) IS NOT TRUE)"
        for inte, rad in (("INSERT", "OLD"), ("DELETE", "NEW"))
    )
    return pgtrigger.Trigger(
        name=_NAMN,
        when=pgtrigger.Before,
        operation=vid,
        condition=pgtrigger.Condition(f"current_setting('{_INSTALLNING}', true) <> ''"),
        func=(
            f"IF {nekas} THEN RAISE EXCEPTION '{_NEJ}'"
            f" USING ERRCODE = 'check_violation', CONSTRAINT = '{_NAMN}'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
        ),
    )
