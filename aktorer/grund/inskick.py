"""Once is once: what a form sends is written one time, however often it is sent.

A double click, a resend after a lost answer and the same form in two tabs send the same words with the same mark. The
first change that a request leads to notes them, in its own transaction: whoever comes second waits for that one to end,
and is told that it is done. When the change is refused, the note goes with it and the form may be sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

FALT = "inskick"  # the hidden field that every form has


class RedanGjort(Exception):
    """The same was sent before, and is written; `nyckel` names it."""

    def __init__(self, nyckel: str) -> None:
        super().__init__(nyckel)
        self.nyckel = nyckel


@dataclass
class Inskickat:
    """What a request sent. `notera` writes it down and raises RedanGjort when it was there.

    `kontext` is that of all it wrote in the history, "" while it has written nothing; `angras` whether all of that may
    be taken back.
    """

    notera: Callable[[], None]
    noterat: bool = False
    kontext: str = ""
    angras: bool = True


_NU: ContextVar[Inskickat | None] = ContextVar("inskickat", default=None)


@contextmanager
def tar_emot(notera: Callable[[], None]) -> Iterator[Inskickat]:
    """The changes during this block come from one thing that was sent."""
    inskickat = Inskickat(notera)
    nyckel = _NU.set(inskickat)
    try:
        yield inskickat
    finally:
        _NU.reset(nyckel)


def markera(kontext: str, *, angras: bool) -> None:
    """A change was written, with this context in the history."""
    if inskickat := _NU.get():
        inskickat.kontext = kontext
        inskickat.angras &= angras


def att_angra() -> str:
    """The context of what was written of what this request sent, when it may be taken back; else ""."""
    inskickat = _NU.get()
    return inskickat.kontext if inskickat and inskickat.angras else ""


@contextmanager
def en_gang() -> Iterator[None]:
    """Around a change, inside its transaction. Raises RedanGjort."""
    inskickat = _NU.get()
    if inskickat is None or inskickat.noterat:
        yield
        return
    inskickat.notera()
    inskickat.noterat = True
    try:
        yield
    except BaseException:
        inskickat.noterat = False
        raise
