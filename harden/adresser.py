"""Every address of the URLconf, to be filled with the objects one has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.urls import URLPattern, URLResolver

_ORD = re.compile(r"<(?:(\w+):)?(\w+)>")


def rutter(resolver: URLResolver, fore: str = "/", rum: str = "") -> Iterator[tuple[str, str]]:
    """(name, route) of every pattern there is: ("arende", "/arenden/<int:pk>/"). Without a name it has its route's."""
    for monster in resolver.url_patterns:
        del_ = str(monster.pattern)
        if isinstance(monster, URLResolver):
            yield from rutter(monster, fore + del_, f"{monster.namespace}:" if monster.namespace else rum)
            continue
        assert isinstance(monster, URLPattern)
        rutt = re.sub(r"\(\?P(<\w+>)[^)]*\)|[\^$]", r"\1", fore + del_)
        yield (f"{rum}{monster.name}" if monster.name else rutt), rutt


def fyll(rutt: str, ord_: Mapping[str, object]) -> str:
    """The route with its words filled in; `int:nummer` is looked for before `nummer`, and what is unknown stays."""
    return _ORD.sub(lambda m: str(ord_.get(f"{m[1]}:{m[2]}", ord_.get(m[2], m[0]))), rutt)
