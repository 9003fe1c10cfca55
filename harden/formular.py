"""Every form that a page offers, with what a browser would send of it untouched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

if TYPE_CHECKING:  # who only reads forms needs no database
    from django.test import Client

    from harden.scen import Scen

SKRIVS = {"text", "textarea", "search", "email", "url", "tel", "password"}


# Texts with a form of their own, which stay as they are.
FASTA = {"slug", "diarieformat", "webbplats", "ikon", "farg", "latitud", "longitud"}


@dataclass
class Formular:
    """A form that posts: where it stands and where it goes; `falt` in order, `slag` by name ("text", "date" …)."""

    sida: str
    mal: str
    falt: list[tuple[str, str]] = field(default_factory=list)
    slag: dict[str, str] = field(default_factory=dict)
    val: dict[str, list[str]] = field(default_factory=dict)
    """What a choice can be, besides nothing."""
    kravs: set[str] = field(default_factory=set)
    knappar: list[tuple[str, str]] = field(default_factory=list)
    fil: bytes = b""
    """What is sent of a file, when it is to be the same twice."""

    @property
    def namn(self) -> str:
        """That of the address it is sent to."""
        try:
            return resolve(urlsplit(self.mal).path).view_name or self.mal
        except Resolver404:
            return self.mal

    @property
    def sort(self) -> tuple[str, frozenset[str]]:
        """Forms of the same sort differ by what they are about alone."""
        return self.namn, frozenset(self.slag)

    def data(self, **annat: Any) -> dict[str, Any]:
        """What is sent, with these fields changed."""
        ut: dict[str, Any] = {}
        for namn, varde in self.falt:
            ut.setdefault(namn, []).append(varde)
        return ut | annat

    def ifylld(self, ord_: str, dag: str) -> dict[str, Any]:
        """What is sent when somebody writes `ord_` last in every text, and fills in what is required."""
        ut: dict[str, Any] = {}
        har = {n for n, v in self.falt if v}
        for namn, slag in self.slag.items():
            saknas = namn in self.kravs and namn not in har
            if slag in {"textarea", "text"} and namn not in FASTA and (saknas or namn in har):
                ut[namn] = f"{dict(self.falt)[namn]} {ord_}".strip()
            elif saknas and slag in {"radio", "select", "checkbox"}:
                ut[namn] = self.val[namn][0]
            elif saknas and slag in {"date", "number"}:
                ut[namn] = dag if slag == "date" else "1"
        return self.data(**ut)


class _Tolk(HTMLParser):
    def __init__(self, sida: str) -> None:
        super().__init__()
        self.sida = sida
        self.alla: list[Formular] = []
        self.nu: Formular | None = None
        self.valj = self.skriver = ""

    def handle_starttag(self, tagg: str, attribut: list[tuple[str, str | None]]) -> None:
        a = {namn: varde or "" for namn, varde in attribut}
        if tagg == "form":
            post = a.get("method", "").lower() == "post"
            self.nu = Formular(self.sida, urljoin(self.sida, a.get("action") or self.sida)) if post else None
        if tagg == "button" and self.nu and "name" not in a and a.get("type", "submit") == "submit":
            self.nu.knappar.append(("", ""))
        if self.nu is None or ("name" not in a and tagg != "option") or "disabled" in a:
            return
        if "required" in a:
            self.nu.kravs.add(a["name"])
        if tagg == "input":
            self._input(self.nu, a)
        elif tagg == "button":
            self.nu.knappar.append((a["name"], a.get("value", "")))
        elif tagg == "textarea":
            self.skriver = a["name"]
            self.nu.slag[self.skriver] = tagg
            self.nu.falt.append((self.skriver, ""))
        elif tagg == "select":
            self.valj = a["name"]
            self.nu.slag[self.valj] = tagg
            self.nu.val[self.valj] = []
        elif tagg == "option" and self.valj:
            self._option(self.nu, a)

    def _input(self, form: Formular, a: dict[str, str]) -> None:
        slag = a.get("type", "text")
        if slag in {"submit", "image", "reset"}:
            return
        form.slag[a["name"]] = slag
        if slag in {"radio", "checkbox"}:
            form.val.setdefault(a["name"], []).append(a.get("value", "on"))
            if "checked" not in a:
                return
        if slag != "file":
            form.falt.append((a["name"], a.get("value", "on" if slag == "checkbox" else "")))

    def _option(self, form: Formular, a: dict[str, str]) -> None:
        if a.get("value"):
            form.val[self.valj].append(a["value"])
        har = [n for n, (namn, _) in enumerate(form.falt) if namn == self.valj]
        if not har:
            form.falt.append((self.valj, a.get("value", "")))
        elif "selected" in a:
            form.falt[har[0]] = (self.valj, a.get("value", ""))

    def handle_data(self, text: str) -> None:
        if self.nu and self.skriver:
            namn, varde = self.nu.falt[-1]
            self.nu.falt[-1] = (namn, varde + text)

    def handle_endtag(self, tagg: str) -> None:
        if tagg == "textarea" and self.nu and self.skriver:
            namn, varde = self.nu.falt[-1]
            self.nu.falt[-1] = (namn, varde.removeprefix("\r").removeprefix("\n"))
            self.skriver = ""
        elif tagg == "select":
            self.valj = ""
        elif tagg == "form" and self.nu:
            # Sent by the button that just saves; where each of them says something, by the first.
            if ("", "") not in self.nu.knappar and self.nu.knappar:
                self.nu.falt.append(self.nu.knappar[0])
                self.nu.slag[self.nu.knappar[0][0]] = "button"
            self.alla.append(self.nu)
            self.nu = None


def pa_sidan(sida: str, html: str) -> list[Formular]:
    """The forms of a page that post."""
    tolk = _Tolk(sida)
    tolk.feed(html)
    return tolk.alla


def alla(s: Scen, klient: Client, var_n: int = 1) -> Iterator[Formular]:
    """Each sort of form once, from every address (or only every so manieth) that shows a page to the client."""
    sedda = set()
    for adress in sorted([*s.adresser.values(), *s.med_val])[::var_n]:
        svar = klient.get(adress)
        if svar.status_code != 200 or not svar.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for form in pa_sidan(adress, svar.content.decode()):
            if form.sort not in sedda:
                sedda.add(form.sort)
                yield form
