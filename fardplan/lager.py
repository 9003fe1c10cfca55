"""What everybody may see is made once as long as it is the same: the store of rendered answers, in each process.

An answer is kept under what was asked and is good for one version of all that is shown (aktorer/grund/innehall.py) and
one day. The version is read from the database for each request, so a change counts from its commit, in every process.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from threading import Event, Lock
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe
from django.utils.text import compress_string

from aktorer.grund import innehall
from aktorer.grund.skrivskydd import skrivskyddad
from aktorer.models import Anvandare
from fardplan.middleware import Svar
from insatser.fragor import generation

type Nyckel = tuple[str, ...]
type Version = tuple[int, date]

PLATS = 32 * 2**20  # bytes of answers a process
MEST = PLATS // 8  # of one of them
LANGST = 2000  # characters of what is asked for: longer is nothing that two ask
SEDDA = 10_000  # addresses with a query that were asked for and not kept, so far back that asking again counts
VANTAR, KO = 10, 2  # seconds that so many wait for who makes the same; more go on, and take their place in line
LONAR_SIG = 0.9  # of what it was, at most, is what is packed
# Files that say when they were made: two processes make them differently, out of the same. They are marked by what they
# are made of, and by who was started together (start.py), since those have the same code and settings.
SAGER_NAR = re.compile(r"application/(json|vnd\.)")
START = os.environ.get("FARDPLAN_START") or uuid4().hex
# By these htmx gets a part of the page instead of the page.
HTMX = ("HX-Request", "HX-Target", "HX-Boosted", "HX-History-Restore-Request")
BARAS_AV_EN = ("no-store", "private")


class Fardigt(HttpResponse):
    """An answer of the store: packed already, or found not to be worth it."""


class Packning(GZipMiddleware):
    """Django's, which would pack what is in the store anew each time."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if isinstance(response, Fardigt) else super().process_response(request, response)


@dataclass
class _Lagrat:
    version: Version
    innehall: bytes
    packat: bool
    huvuden: dict[str, str]
    traff: ResolverMatch | None  # for who counts the requests (metrik.py)

    @property
    def byte(self) -> int:
        return len(self.innehall) + 1000  # its headers, key and place, about


@dataclass
class _Pagaende:
    klart: Event = field(default_factory=Event)
    vantar: int = 0


class Lager:
    """Answers besökare out of what was made already, with 304 to who has it; else lets it be made, by one at a time.

    Kept is only what a view that is `publik` answered somebody without a session, with no cookie and no message in it.
    With a query, or by htmx, it is kept from the second time it is asked for: who asks every combination pushes nothing
    out.
    """

    plats = PLATS

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response
        self.lagrade: OrderedDict[Nyckel, _Lagrat] = OrderedDict()
        self.byte = 0
        self.sedda: OrderedDict[int, None] = OrderedDict()
        self.pagar: dict[Nyckel, _Pagaende] = {}
        self.las = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nyckel = _nyckel(request)
        if nyckel is None or (nyckel not in self.lagrade and not _ar_publik(request.path_info)):
            return self.get_response(request)
        version = _version()
        if lagrat := self._hamta(nyckel, version):
            return _svar(request, lagrat)
        mitt, forst = self._anmal(nyckel)
        if not forst:
            mitt.klart.wait(VANTAR)
            if lagrat := self._hamta(nyckel, version):
                return _svar(request, lagrat)
            return self._gor(request, nyckel, version)
        try:
            return self._gor(request, nyckel, version)
        finally:
            with self.las:
                del self.pagar[nyckel]
            mitt.klart.set()

    def _anmal(self, nyckel: Nyckel) -> tuple[_Pagaende, bool]:
        """Who makes it now, and whether that is I. Who comes when enough wait has nobody to wait for."""
        with self.las:
            if not (pagar := self.pagar.get(nyckel)):
                pagar = self.pagar[nyckel] = _Pagaende()
                return pagar, True
            pagar.vantar += 1
            if pagar.vantar <= KO:
                return pagar, False
        ingen = _Pagaende()
        ingen.klart.set()
        return ingen, False

    def _gor(self, request: HttpRequest, nyckel: Nyckel, version: Version) -> HttpResponse:
        """Have it made, as if nobody had an older one, and keep it unless something was changed meanwhile."""
        har = request.META.pop("HTTP_IF_NONE_MATCH", None)
        sedan = request.META.pop("HTTP_IF_MODIFIED_SINCE", None)
        svar = self.get_response(request)
        if har is not None:
            request.META["HTTP_IF_NONE_MATCH"] = har
        if sedan is not None:
            request.META["HTTP_IF_MODIFIED_SINCE"] = sedan
        if not _far_delas(request, svar) or version != _version():
            return svar
        lagrat = _packa(request, svar, nyckel, version)
        if request.method == "GET" and lagrat.byte <= MEST and self._aterkommer(nyckel):
            self._spara(nyckel, lagrat)
        return _svar(request, lagrat)

    def _hamta(self, nyckel: Nyckel, version: Version) -> _Lagrat | None:
        with self.las:
            lagrat = self.lagrade.get(nyckel)
            if lagrat is None or lagrat.version != version:
                return None
            self.lagrade.move_to_end(nyckel)
            return lagrat

    def _aterkommer(self, nyckel: Nyckel) -> bool:
        """Whether it is worth its place: a page of its own, or asked for before."""
        if "?" not in nyckel[1] and not any(nyckel[2:]):
            return True
        avtryck = hash(nyckel)
        with self.las:
            sedd = avtryck in self.sedda
            self.sedda[avtryck] = None
            self.sedda.move_to_end(avtryck)
            if len(self.sedda) > SEDDA:
                self.sedda.popitem(last=False)
        return sedd

    def _spara(self, nyckel: Nyckel, lagrat: _Lagrat) -> None:
        with self.las:
            if gammalt := self.lagrade.pop(nyckel, None):
                self.byte -= gammalt.byte
            self.lagrade[nyckel] = lagrat
            self.byte += lagrat.byte
            while self.byte > self.plats:
                _, aldst = self.lagrade.popitem(last=False)
                self.byte -= aldst.byte


class Egetlager(Lager):
    """The same for who is logged in: what the very same person got, with the very same session and cookies.

    Innermost, so that all that asks who it is and what they may see has had its say. All that is the person's own and
    can change is part of the key, or of the version.
    """

    plats = 8 * 2**20

    def __call__(self, request: HttpRequest) -> HttpResponse:
        svar = self.get_response(request)
        nyckel, version = getattr(request, "eget", (None, None))
        if nyckel is None or not _far_hallas(request, svar) or version != _version():
            return svar
        # Of a length by chance, as Django packs what holds a CSRF token.
        kropp = compress_string(svar.content, max_random_bytes=GZipMiddleware.max_random_bytes)
        if not (packas := len(kropp) < len(svar.content) * LONAR_SIG):
            kropp = svar.content
        lagrat = _Lagrat(version, kropp, packas, dict(svar.headers), request.resolver_match)
        if lagrat.byte <= MEST:
            self._spara(nyckel, lagrat)
        return _eget(request, lagrat)

    def process_view(self, request: HttpRequest, vy: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """What was made already; else it is made, and kept when it comes out."""
        if not getattr(vy, "egen", False) or (nyckel := _egen_nyckel(request)) is None:
            return None
        version = _version()
        if lagrat := self._hamta(nyckel, version):
            return _eget(request, lagrat)
        request.eget = nyckel, version  # type: ignore[attr-defined]
        return None


def _egen_nyckel(request: HttpRequest) -> Nyckel | None:
    """What was asked, by whom, out of which session. None for who is not logged in, or has something to be told."""
    person = request.user
    if request.method != "GET" or not isinstance(person, Anvandare) or connection.in_atomic_block or skrivskyddad():
        return None
    if len(get_messages(request)):
        return None
    om = [getattr(person, f.attname) for f in person._meta.concrete_fields if f.attname != "last_login"]
    eget = repr((om, sorted(request.COOKIES.items()), sorted(request.session.items())))
    avtryck = hashlib.sha256(eget.encode()).hexdigest()
    return request.build_absolute_uri(), *(request.headers.get(h, "") for h in HTMX), avtryck


def _eget(request: HttpRequest, lagrat: _Lagrat) -> HttpResponse:
    if lagrat.packat and "gzip" in request.headers.get("Accept-Encoding", ""):
        return Fardigt(lagrat.innehall, headers=lagrat.huvuden | {"Content-Encoding": "gzip"})
    return Fardigt(gzip.decompress(lagrat.innehall) if lagrat.packat else lagrat.innehall, headers=lagrat.huvuden)


def _nyckel(request: HttpRequest) -> Nyckel | None:
    """What was asked: host, address, query, and which part. None when it may be somebody's own, or is a write."""
    kakor = request.COOKIES
    if request.method not in {"GET", "HEAD"} or settings.SESSION_COOKIE_NAME in kakor:
        return None
    # In a transaction one sees what nobody else does.
    if CookieStorage.cookie_name in kakor or connection.in_atomic_block:
        return None
    try:
        var = f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return None
    nyckel = (var, request.get_full_path(), *(request.headers.get(h, "") for h in HTMX))
    return nyckel if sum(map(len, nyckel)) <= LANGST else None


def _version() -> Version:
    return innehall.version(), timezone.localdate()


def _ar_publik(adress: str) -> bool:
    """Whether a view answers there that is `publik`; of another generation by the same address without its part."""
    if traff := generation.ADRESS.fullmatch(adress):
        adress = traff[2]
    try:
        return getattr(resolve(adress).func, "publik", False)
    except Resolver404:
        return False


def _far_delas(request: Any, svar: HttpResponse) -> bool:
    """Whether it may be given to others: a whole page that nobody was told anything on. A CSRF token sets a cookie."""
    return _ar_hel(request, svar) and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")


def _far_hallas(request: Any, svar: HttpResponse) -> bool:
    """Whether it may be given to the same person again: its CSRF tokens are of the cookie that it was asked with."""
    fragad = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    return _ar_hel(request, svar) and not request.session.modified and request.META.get("CSRF_COOKIE") == fragad


def _ar_hel(request: Any, svar: HttpResponse) -> bool:
    regler = {r.split("=")[0].strip().lower() for r in svar.headers.get("Cache-Control", "").split(",")}
    meddelanden = getattr(request, "_messages", None)
    return (
        svar.status_code == 200
        and not svar.streaming
        and not svar.cookies
        and regler.isdisjoint(BARAS_AV_EN)
        and not (meddelanden is not None and meddelanden.added_new)
    )


def _packa(request: HttpRequest, svar: HttpResponse, nyckel: Nyckel, version: Version) -> _Lagrat:
    """The answer as it is kept: packed once when that is worth it. Its mark is that of its words, whoever made them."""
    sager_nar = SAGER_NAR.match(svar.headers["Content-Type"])
    av = repr((START, nyckel, version)).encode() if sager_nar else svar.content
    avtryck = hashlib.sha256(av).hexdigest()[:32]
    svar.headers["ETag"] = f'W/"{avtryck}"'
    if "Cache-Control" not in svar.headers:
        svar.headers["Cache-Control"] = "public, no-cache"
    patch_vary_headers(svar, ("Cookie", "Accept-Encoding"))
    svar.headers.pop("Content-Length", None)
    kropp = gzip.compress(svar.content, 6, mtime=0)
    if not (packas := len(kropp) < len(svar.content) * LONAR_SIG):
        kropp = svar.content
    return _Lagrat(version, kropp, packas, dict(svar.headers), request.resolver_match)


def _svar(request: HttpRequest, lagrat: _Lagrat) -> HttpResponse:
    """An answer of its own, as the browser takes it; 304 when it has it already."""
    huvuden, kropp = lagrat.huvuden, lagrat.innehall
    request.resolver_match = lagrat.traff
    if request.headers.get("If-None-Match") == huvuden["ETag"]:
        kropp = b""
    elif lagrat.packat and "gzip" in request.headers.get("Accept-Encoding", ""):
        huvuden = huvuden | {"Content-Encoding": "gzip"}
    elif lagrat.packat:
        kropp = gzip.decompress(kropp)
    svar = Fardigt(kropp, headers=huvuden)
    svar.headers["Content-Length"] = str(len(kropp))
    sedan = parse_http_date_safe(huvuden.get("Last-Modified", ""))
    return get_conditional_response(request, huvuden["ETag"], sedan, svar) or svar
