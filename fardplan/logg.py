"""The log: a line of text for people, or of JSON for machines (LOGGFORMAT), each with the request it came of.

In JSON nothing of people gets out: keys, addresses and questions are taken out of the words, and of what failed there
is where, not what the error says, since a database quotes whole rows.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from aktorer.grund.hemligt import DOLT, Loggrad, dolj

HUVUD = "X-Request-ID"
ETT_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# An e-mail address, and what follows a question mark in any other.
_NAMNGER = re.compile(r"[^\s<>\"'(),;:=]+@[^\s<>\"'(),;:]+|(?<=\?)[^\s\"'<>]+")
# What a record may carry besides its message: the access line's and the security events'.
MER = ("metod", "status", "ms", "handelse", "konto", "av", "vad")

_fragan: ContextVar[HttpRequest | None] = ContextVar("fragan", default=None)
_logg = logging.getLogger("fardplan.fraga")


class Fragelogg:
    """Gives each request an id, the trusted proxy's or one of ours, which its answer and its log lines carry."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        borjade = time.perf_counter()
        sagt = request.headers.get(HUVUD, "") if settings.ANTAL_PROXYER else ""
        request.fraga_id = sagt if ETT_ID.fullmatch(sagt) else str(uuid.uuid4())  # type: ignore[attr-defined]
        tidigare = _fragan.set(request)
        try:
            svar = self.get_response(request)
            svar.headers[HUVUD] = request.fraga_id  # type: ignore[attr-defined]
            if not request.path_info.startswith(settings.STATIC_URL):
                ms = round((time.perf_counter() - borjade) * 1000, 1)
                mer = {"metod": request.method, "status": svar.status_code, "ms": ms}
                _logg.info("%s %s %s", request.method, rutt(request), svar.status_code, extra=mer)
            return svar
        finally:
            _fragan.reset(tidigare)


def rutt(request: HttpRequest) -> str:
    """The name of the address that was asked for, as in urls.py; "-" when there is no such address."""
    if request.resolver_match:
        return request.resolver_match.view_name
    try:
        return resolve(request.path_info).view_name  # answered before anybody looked, as a copy of a file is
    except Resolver404:
        return "-"


class Loggtext(Loggrad):
    """A line for people, with the id of its request in front."""

    def format(self, record: logging.LogRecord) -> str:
        fragan = _fragan.get()
        return f"[{fragan.fraga_id}] {super().format(record)}" if fragan else super().format(record)  # type: ignore[attr-defined]


class Jsonrad(logging.Formatter):
    """One JSON object, on one line."""

    def format(self, record: logging.LogRecord) -> str:
        rad: dict[str, Any] = _rad(record.levelname, record.name, record.getMessage(), record.created)
        if fragan := _fragan.get():
            rad |= {"fraga": fragan.fraga_id, "rutt": rutt(fragan)}  # type: ignore[attr-defined]
        rad |= {namn: record.__dict__[namn] for namn in MER if record.__dict__.get(namn) not in {None, ""}}
        if record.exc_info and record.exc_info[1]:
            rad |= _felet(record.exc_info[1])
        return _som_json(rad)


def _felet(fel: BaseException) -> dict[str, Any]:
    """Which errors led to it, the last first, and where the last was raised."""
    kedja: list[BaseException] = [fel]
    while orsak := kedja[-1].__cause__ or kedja[-1].__context__:
        kedja.append(orsak)
    spar = [f"{r.filename}:{r.lineno} {r.name}" for r in traceback.extract_tb(fel.__traceback__)]
    return {"fel": [type(f).__qualname__ for f in kedja], "spar": spar}


def _rad(niva: str, logg: str, text: str, nar: float) -> dict[str, Any]:
    tid = datetime.fromtimestamp(nar, UTC).isoformat(timespec="milliseconds")
    return {"tid": tid, "niva": niva, "logg": logg, "text": _NAMNGER.sub(DOLT, dolj(text))}


def _som_json(rad: dict[str, Any]) -> str:
    return json.dumps(rad, ensure_ascii=False, default=str)


def sag(text: str) -> None:
    """What the start tells of itself: plain, or as the log's lines are."""
    if settings.LOGGFORMAT == "json":
        text = "\n".join(_som_json(_rad("INFO", "fardplan.start", rad, time.time())) for rad in text.splitlines())
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def installningar(form: str, niva: str) -> dict[str, Any]:
    """Django's LOGGING. As JSON every request and security event has a line, whatever LOGGNIVA is."""
    alltid = {"level": "INFO"} if form == "json" else {}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"rad": {"()": Jsonrad if form == "json" else Loggtext}},
        "handlers": {"konsol": {"class": "logging.StreamHandler", "formatter": "rad"}},
        "root": {"handlers": ["konsol"], "level": niva},
        "loggers": {
            # A refusal is no fault of the installation: only what fails is logged with its traceback.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": ["konsol"], "propagate": False},
            "fardplan.fraga": alltid,
            "fardplan.sakerhet": alltid,
        },
    }
