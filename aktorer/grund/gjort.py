"""What is made of nothing but values is made once: it is kept under them, and can never be out of date.

Two things are: the SQL of a query (`rader`) and a part of a page (`{% gjord %}`). What differs makes another key,
so a change of the content, another day or another reader needs no word to anybody, and nobody meets what was made for
who may see more. docs/decisions/19-made-of-values.md.
"""

from __future__ import annotations

import copy
import dataclasses
import itertools
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import CodeType
from typing import Any

from django import template
from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import Model, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler
from django.template.base import FilterExpression, Node, Parser, Token, TokenType, token_kwargs
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe

FRAGOR = 300  # queries that a process knows the SQL of
TECKEN = 8_000_000  # of parts of pages
# In tests: make each anew as well, and compare. So all of them ask whether the values are all that it is made of.
granska = False

HAL = f"<!-- {secrets.token_hex(16)} -->"  # where what is somebody's own goes; nobody can write it
_ENKLA = frozenset({str, SafeString, int, bool, float, Decimal, date, datetime, type(None)})
_SAMLINGAR = (tuple, list, dict)
_GORS: ContextVar[bool] = ContextVar("gors", default=False)
register = template.Library()


class InteSamma(AssertionError):
    """Something else than the values decides what is made of them."""


class _Hylla[T]:
    """Keeps so much; what came first leaves first. Each step is one of the interpreter's own, so no thread waits."""

    def __init__(self, plats: int) -> None:
        self.plats, self.tar = plats, 0
        self.saker: dict[object, tuple[T, int]] = {}

    def hamta(self, nyckel: object) -> T | None:
        sak = self.saker.get(nyckel)
        return sak[0] if sak else None

    def lagg(self, nyckel: object, sak: T, tar: int) -> None:
        if (gammal := self.saker.pop(nyckel, None)) is not None:
            self.tar -= gammal[1]  # two made it at once
        self.saker[nyckel] = sak, tar
        self.tar += tar
        while self.tar > self.plats:
            aldst = next(iter(list(self.saker)), None)
            if aldst is None:
                return
            if bort := self.saker.pop(aldst, None):
                self.tar -= bort[1]


_fragor: _Hylla[_Fraga] = _Hylla(FRAGOR)
_delar: _Hylla[SafeString] = _Hylla(TECKEN)


def tom() -> None:
    """Forget all. Settings are no values: who changes one while the process lives, as tests do, begins anew."""
    for hylla in (_fragor, _delar):
        hylla.saker, hylla.tar = {}, 0


def nyckel(*varden: object) -> tuple[object, ...]:
    """Values as a key that tells them and their types apart. A row is what has been read of it, and of the rows that
    came with it. TypeError for what is no value, such as a request.
    """
    ut: list[object] = []
    sedda: dict[int, int] = {}
    for varde in varden:
        _platta(varde, ut, sedda)
    return tuple(ut)


def _platta(varde: Any, ut: list[object], sedda: dict[int, int]) -> None:
    slag = type(varde)
    ut.append(slag)
    if slag in _ENKLA or isinstance(varde, Enum):
        ut.append(varde)
    elif isinstance(varde, _SAMLINGAR):
        ut.append(len(varde))
        for del_ in varde.items() if isinstance(varde, dict) else varde:
            _platta(del_, ut, sedda)
    elif (forr := sedda.setdefault(id(varde), len(sedda))) != len(sedda) - 1:
        ut.append(forr)  # rows point at each other
    else:
        for namn, del_ in _delar_av(varde):
            if type(del_) in _ENKLA:
                ut += (namn, type(del_), del_)
            else:
                ut.append(namn)
                _platta(del_, ut, sedda)


def _delar_av(varde: Any) -> Iterable[tuple[str, object]]:
    """What is known of a row, with its rows, or of what has fields."""
    if isinstance(varde, Model):
        kant = varde.__dict__ | varde._state.fields_cache
        del kant["_state"]
        if till_ := kant.pop("_prefetched_objects_cache", None):
            kant |= {namn: list(rader_) for namn, rader_ in till_.items()}
        return kant.items()
    if dataclasses.is_dataclass(varde):
        return [(namn, getattr(varde, namn)) for namn in varde.__dataclass_fields__]
    raise TypeError(f"{type(varde).__name__} is no value: what is kept under it may be another thing tomorrow")


def rader[M: Model](fraga: Callable[[], QuerySet[M, Any]], *varden: object) -> list[Any]:
    """The rows of a query, whose SQL is made once for the values that it is made of. They are read from the database
    each time.
    """
    return _rader(fraga, fraga.__code__, *varden)


def _rader(fraga: Callable[[], QuerySet[Any, Any]], vilken: CodeType, *varden: object) -> list[Any]:
    av = (vilken, *nyckel(*varden))
    if (kand := _fragor.hamta(av)) is None:
        kand = _Fraga(fraga())
        _fragor.lagg(av, kand, 1)
    elif granska and repr((ny := _Fraga(fraga())).sql) != repr(kand.sql):  # JSON is equal to nothing
        raise InteSamma(f"{vilken.co_qualname}{varden}: {ny.sql} is not {kand.sql}")
    return kand.rader()


def till[M: Model](rader_: Sequence[M], namn: str, fraga: Callable[[Sequence[int]], QuerySet[Any, Any]]) -> None:
    """Let each row have what points at it by the relation `namn`, as a prefetch does; `fraga` is asked for those of the
    rows with these ids. To be gone through: who asks for some of them gets a TypeError.
    """
    if not rader_:
        return
    falt = type(rader_[0])._meta.get_field(namn).field  # type: ignore[union-attr]
    egna: dict[int, list[M]] = {}
    for rad in rader_:
        egna.setdefault(rad.pk, []).append(rad)
    delar: dict[int, list[Any]] = {pk: [] for pk in egna}
    for del_ in rader(
        lambda: fraga(tuple(egna)), fraga.__code__.co_filename, fraga.__code__.co_firstlineno, tuple(egna)
    ):
        pk = getattr(del_, falt.attname)
        delar[pk].append(del_)
        del_._state.fields_cache.setdefault(falt.name, egna[pk][0])
    for rad in rader_:
        pk = rad.pk
        slut = Query(falt.model)
        slut.set_limits(high=len(delar[pk]) or 1)  # a part of a slice is refused
        hamtade: Any = QuerySet(falt.model, query=slut)
        hamtade._result_cache, hamtade._prefetch_done = delar[pk], True
        rad.__dict__.setdefault("_prefetched_objects_cache", {})[namn] = hamtade


class _Fraga:
    """A query whose SQL is made already."""

    def __init__(self, fraga: QuerySet[Any, Any]) -> None:
        self.fraga = fraga
        self.kompilator: SQLCompiler = fraga.query.get_compiler(using=fraga.db)
        try:
            self.sql: tuple[str, tuple[Any, ...]] | None = self.kompilator.as_sql()
        except EmptyResultSet:
            self.sql = None
        self.beredd: Query = copy.copy(fraga.query)
        self.beredd.get_compiler = self._kompilator  # type: ignore[assignment, method-assign]

    def _kompilator(self, using: str = "default", **_: object) -> SQLCompiler:
        egen = copy.copy(self.kompilator)
        egen.connection = connections[using]  # each thread has its own
        egen.as_sql = lambda *_args, **_kwargs: self.sql  # type: ignore[assignment, method-assign]
        return egen

    def rader(self) -> list[Any]:
        if self.sql is None:
            return []
        fraga: Any = self.fraga
        ny: Any = type(fraga)(model=fraga.model, query=self.beredd, using=fraga._db, hints=fraga._hints)
        for namn in ("_iterable_class", "_fields", "_prefetch_related_lookups", "_known_related_objects"):
            setattr(ny, namn, getattr(fraga, namn))
        return list(ny)


def gors() -> bool:
    """Whether a part that is kept is being made. What is somebody's own, or by chance, has no place there: the token of
    a form leaves a `HAL`, which is filled each time that the part is shown.
    """
    return _GORS.get()


class Gjord(Node):
    def __init__(self, mall: str, varden: dict[str, FilterExpression], formularmarke: Node) -> None:
        self.mall, self.varden, self.formularmarke = mall, varden, formularmarke
        self.namn = tuple(varden)  # the same values under other names make another part

    def render(self, context: Context) -> SafeString:
        varden = {namn: uttryck.resolve(context) for namn, uttryck in self.varden.items()}
        av = (self.mall, self.namn, get_script_prefix(), context.autoescape, *nyckel(*varden.values()))
        if (del_ := _delar.hamta(av)) is None:
            del_ = self._gor(varden, context)
            _delar.lagg(av, del_, len(del_))
        elif granska and (ny := self._gor(varden, context)) != del_:
            raise InteSamma(f"{self.mall} {varden}: {ny} is not {del_}")
        return del_ if gors() or HAL not in del_ else self._fyll(del_, context)

    def _fyll(self, del_: SafeString, context: Context) -> SafeString:
        bitar = del_.split(HAL)
        egna = (self.formularmarke.render(context) for _ in bitar[1:])
        return mark_safe("".join(itertools.chain.from_iterable(zip(bitar, [*egna, ""], strict=True))))  # noqa: S308

    def _gor(self, varden: dict[str, object], context: Context) -> SafeString:
        """By the values alone: no request, no person, no question to the database."""
        mall = context.template.engine.get_template(self.mall)  # type: ignore[union-attr]
        gors = _GORS.set(True)
        try:
            with _utan_fragor():
                return mark_safe(mall.render(Context(varden, autoescape=context.autoescape)))  # noqa: S308 -- a template's
        finally:
            _GORS.reset(gors)


@contextmanager
def _utan_fragor() -> Iterator[None]:
    def neka(*_: object) -> None:
        raise InteSamma("a part of a page that is kept asks the database")

    if not granska:
        yield
        return
    with connection.execute_wrapper(neka):
        yield


@register.tag
def gjord(parser: Parser, token: Token) -> Gjord:
    """{% gjord "mall.html" namn=värde … %}: as `include … only`, kept under the values. `namn` alone is `namn=namn`."""
    _, mall, *resten = token.split_contents()
    resten = [bit if "=" in bit else f"{bit}={bit}" for bit in resten]
    varden = token_kwargs(resten, parser)
    if resten or mall[0] not in "\"'":
        raise template.TemplateSyntaxError("gjord takes the name of a template, and values by name")
    marke = parser.tags["csrf_token"](parser, Token(TokenType.BLOCK, "csrf_token"))
    return Gjord(mall[1:-1], varden, marke)
