"""Somebody who ticks rows of a table, fills in what is to be done, looks at the preview and confirms it."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from tests.sidtext import platt


class _Falten(HTMLParser):
    """What the form that posts to the page would send, by the button that writes."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self.inne = False

    def handle_starttag(self, tagg: str, attribut: list[tuple[str, str | None]]) -> None:
        a = {namn: varde or "" for namn, varde in attribut}
        if tagg == "form":
            self.inne = "formular" in a.get("class", "").split()
        if self.inne and tagg == "input" and a.get("type") == "hidden":
            self.data.setdefault(a["name"], []).append(a["value"])


def skickas(svar: Any) -> dict[str, Any]:
    """What the hidden fields of its form send."""
    falt = _Falten()
    falt.feed(platt(svar))
    return falt.data


class Valjare:
    """At the page `sida` of the rows of `tabellen`."""

    def __init__(self, klient: Client, sida: str, tabellen: str) -> None:
        self.klient, self.sida, self.tabellen = klient, sida, tabellen

    def granska(self, gor: str, ids: Iterable[int], **ifyllt: Any) -> tuple[Any, dict[str, Any]]:
        """The preview, and what its button sends."""
        svar = self.klient.post(self.sida, {"gor": gor, "i": [*ids], **ifyllt})
        return svar, {**skickas(svar), **ifyllt, "skriv": "1"}

    def gor(self, gor: str, ids: Iterable[int], **ifyllt: Any) -> Any:
        _, sant = self.granska(gor, ids, **ifyllt)
        return self.klient.post(self.sida, sant)

    def angra(self, svar: Any) -> Any:
        """Press Ångra on the page one was led to."""
        sida = platt(self.klient.get(svar["Location"]))
        kontext = sida.partition('action="/angra/')[2].partition("/")[0]
        return self.klient.post(f"/angra/{kontext}/", {"har": self.tabellen, "fran": self.sida})
