"""Views whose answers may be kept: for everybody, or for the one who asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def publik[V: Callable[..., Any]](vy: V) -> V:
    """Decorator of a view that answers besökare alike: by what is shown, the day, the address and htmx's own headers.

    fardplan/lager.py keeps the answer for who has no session, until what is shown is changed. Not for what depends on a
    key in the address, on the time of day or on what the machine has at hand.
    """
    vy.publik = vy.egen = True  # type: ignore[attr-defined]
    return vy


def egen[V: Callable[..., Any]](vy: V) -> V:
    """Decorator of a view for who logs in, which answers the same person alike: by what is shown, the day, the address,
    the cookies, the session and htmx's own headers. What is `publik` does so too.
    """
    vy.egen = True  # type: ignore[attr-defined]
    return vy
