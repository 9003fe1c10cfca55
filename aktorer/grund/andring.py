"""What makes a function a change: every write of the house goes through one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pghistory
from django.db import transaction

from aktorer.grund.inskick import en_gang


def andring[**P, R](funktion: Callable[P, R]) -> Callable[P, R]:
    """Decorator of every change: one transaction, once for what a form sent, and the history told who (`av`, None = the
    installation) and what."""

    @functools.wraps(funktion)
    def kor(*args: P.args, **kwargs: P.kwargs) -> R:
        av: Any = kwargs["av"]
        vem = {"anvandare": av.pk, "namn": str(av)} if av else {"anvandare": None, "namn": "Färdplan"}
        with (
            transaction.atomic(),
            en_gang(),
            pghistory.context(andring=f"{funktion.__module__}.{funktion.__name__}", **vem),
        ):
            return funktion(*args, **kwargs)

    return kor
