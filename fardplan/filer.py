"""Files are made few at a time: a PDF costs a hundred times what a page does, and thousands may ask for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Semaphore

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

type Svar = Callable[[HttpRequest], HttpResponse]

ANDELSER = (".pdf", ".xlsx", ".ods", ".csv", ".json", ".atom")
SAMTIDIGT, KO, VANTAR = 2, 2, 5  # made at once, waiting, seconds they wait: half of a process's threads at most
IGEN = "5"  # seconds, before it is worth to ask again


class Filer:
    """Lets files be made in turn; 429 when too many wait. What is open to all and made already never comes so far."""

    def __init__(self, get_response: Svar) -> None:
        self.get_response = get_response
        self.gor, self.ko = Semaphore(SAMTIDIGT), Semaphore(SAMTIDIGT + KO)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not request.path_info.endswith(ANDELSER):
            return self.get_response(request)
        with self._i_tur_och_ordning() as kom_in:
            return self.get_response(request) if kom_in else _for_manga(request)

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


def _for_manga(request: HttpRequest) -> HttpResponse:
    svar = render(None, "fel/429.html", {"adress": request.get_full_path()}, status=429)
    svar.headers["Retry-After"] = IGEN
    return svar
