"""Files are made few at a time, and one that is open to all is made once as long as nothing changes.

A PDF costs a hundred times what a page does, and thousands may ask for the same.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Semaphore

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response

from aktorer.grund.historik import ANDRAT

type Svar = Callable[[HttpRequest], HttpResponse]

ANDELSER = (".pdf", ".xlsx", ".ods", ".csv", ".json", ".atom")
SAMTIDIGT, KO, VANTAR = 2, 2, 5  # made at once, waiting, seconds they wait: half of a process's threads at most
PLATS = 32 * 2**20  # bytes of copies a process
IGEN = "5"  # seconds, before it is worth to ask again


class Filer:
    """Answers files out of what was made already, else lets them be made in turn; 429 when too many wait.

    A copy lives until the next write of anything that has a history, and never longer than the day.
    """

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response
        self.kopior: OrderedDict[tuple[str, ...], HttpResponse] = OrderedDict()
        self.byte = 0
        self.las = Lock()
        self.gor, self.ko = Semaphore(SAMTIDIGT), Semaphore(SAMTIDIGT + KO)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not request.path_info.endswith(ANDELSER):
            return self.get_response(request)
        nyckel = _nyckel(request)
        if nyckel and (kopia := self._hamta(nyckel)):
            return _som_den_ar(request, kopia)
        with self._i_tur_och_ordning() as kom_in:
            if not kom_in:
                return _for_manga(request)
            # Whoever came first may have made it meanwhile.
            if nyckel and (kopia := self._hamta(nyckel)):
                return _som_den_ar(request, kopia)
            svar = self.get_response(request)
            if not nyckel or svar.status_code != 200 or svar.streaming or svar.cookies:
                return svar
            svar.headers["ETag"] = f'"{hashlib.sha256(svar.content).hexdigest()}"'
            self._spara(nyckel, svar)
            return _som_den_ar(request, svar)

    @contextmanager
    def _i_tur_och_ordning(self) -> Iterator[bool]:
        if not self.ko.acquire(blocking=False):
            yield False
            return
        try:
            if not self.gor.acquire(timeout=VANTAR):
                yield False
                return
            try:
                yield True
            finally:
                self.gor.release()
        finally:
            self.ko.release()

    def _hamta(self, nyckel: tuple[str, ...]) -> HttpResponse | None:
        with self.las:
            if kopia := self.kopior.get(nyckel):
                self.kopior.move_to_end(nyckel)
            return kopia

    def _spara(self, nyckel: tuple[str, ...], svar: HttpResponse) -> None:
        with self.las:
            if gammal := self.kopior.pop(nyckel, None):  # two made it at once
                self.byte -= len(gammal.content)
            self.kopior[nyckel] = svar
            self.byte += len(svar.content)
            while self.byte > PLATS:
                _, aldst = self.kopior.popitem(last=False)
                self.byte -= len(aldst.content)


def _nyckel(request: HttpRequest) -> tuple[str, ...]:
    """What the answer depends on; () when it may be somebody's own, or somebody is writing. Two queries.

    The writes are counted before they are committed. So it is asked first how many there were, and then whether anybody
    still has one open: if nobody has, all that was counted will be seen. What comes later may be seen too: then a copy
    is newer than it is called, and never older.
    """
    # In a transaction one sees what nobody else does.
    if settings.SESSION_COOKIE_NAME in request.COOKIES or request.method != "GET" or connection.in_atomic_block:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT last_value FROM {ANDRAT}")  # noqa: S608 -- a name of ours
        (andrat,) = cursor.fetchone()
        skriver = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
        cursor.execute(f"SELECT EXISTS ({skriver})")
        if cursor.fetchone() == (True,):
            return ()
    packas = "gzip" in request.headers.get("Accept-Encoding", "")
    return request.get_host(), request.get_full_path(), str(andrat), str(timezone.localdate()), str(packas)


def _som_den_ar(request: HttpRequest, kopia: HttpResponse) -> HttpResponse:
    """The copy as an answer of its own, or 304 when the browser has it already."""
    svar = HttpResponse(kopia.content, headers=dict(kopia.headers))
    return get_conditional_response(request, etag=kopia.headers["ETag"], response=svar) or svar


def _for_manga(request: HttpRequest) -> HttpResponse:
    svar = render(None, "fel/429.html", {"adress": request.get_full_path()}, status=429)
    svar.headers["Retry-After"] = IGEN
    return svar
