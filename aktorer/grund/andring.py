"""What makes a function a change: every write of the house goes through one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pghistory
from django.db import transaction

from aktorer.grund.inskick import en_gang, markera
from aktorer.grund.platsratt import bara_i


def andring[**P, R](funktion: Callable[P, R]) -> Callable[P, R]:
    """Decorator of every change: one transaction, once for what a form sent, and the history told who (`av`, None = the
    installation) and what."""
    return _andring(funktion, angras=True)


def slutlig_andring[**P, R](funktion: Callable[P, R]) -> Callable[P, R]:
    """The same of a change that is not taken back by a click (andringar/angra.py): it has been decided, published or
    mailed, is a secret, or has a way back of its own."""
    return _andring(funktion, angras=False)


def _andring[**P, R](funktion: Callable[P, R], *, angras: bool) -> Callable[P, R]:
    @functools.wraps(funktion)
    def kor(*args: P.args, **kwargs: P.kwargs) -> R:
        av: Any = kwargs["av"]
        vem: dict[str, Any] = {"anvandare": av.pk, "namn": str(av)} if av else {"anvandare": None, "namn": "Färdplan"}
        if not angras:
            vem["slutlig"] = True
        with (
            transaction.atomic(),
            en_gang(),
            pghistory.context(andring=f"{funktion.__module__}.{funktion.__name__}", **vem) as kontext,
            bara_i(av.bara_i if av else ()),
        ):
            svar = funktion(*args, **kwargs)
            markera(str(kontext.id), angras=angras)
            return svar

    return kor
