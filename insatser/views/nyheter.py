"""News of a stadskärna and of all, for people and for programs that follow them: the same whoever asks."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import http_date
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from aktorer.grund.publik import publik
from insatser.fragor import nyheter as fragor
from insatser.fragor.nyheter import Nyhet
from insatser.utbyte import adress
from insatser.utbyte.floden import nyheter as utbyte
from insatser.views import atkomst

PER_SIDA = 25
MEST_SIDOR = 40  # who looks for older ones than that searches, or reads the stadskärna's own pages


@login_not_required
@publik
def nyheter(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    sammanhang = {
        "fardplan": fardplan,
        "nyheter": fragor.nyheter(fardplan),
        "flode": adress.hel("nyheter_atom", stadskarna) if fardplan.publicerad else "",
    }
    return render(request, "insatser/nyheter/nyheter.html", sammanhang)


@login_not_required
@publik
@require_safe
@conditional_page
@cache_control(max_age=900)
def nyheter_atom(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    if not fardplan.publicerad:
        raise Http404("Färdplanen är inte publicerad än, så det finns inga nyheter.")
    alla = fragor.nyheter(fardplan)
    return _flode(utbyte.skriv(fardplan, alla), alla)


@login_not_required
@publik
def nyheter_alla(request: HttpRequest) -> HttpResponse:
    """Of all stadskärnor, page by page. One news too many is asked for, which tells whether there is a next page."""
    sida = _sidnummer(request.GET.get("sida", ""))
    hittade = fragor.alla_stadskarnors(sida * PER_SIDA + 1)
    sammanhang = {
        "nyheter": hittade[(sida - 1) * PER_SIDA : sida * PER_SIDA],
        "sida": sida,
        "nyare": sida - 1,
        "aldre": sida + 1 if len(hittade) > sida * PER_SIDA and sida < MEST_SIDOR else 0,
        "flode": adress.hel("nyheter_alla_atom"),
    }
    return render(request, "insatser/nyheter/alla.html", sammanhang)


@login_not_required
@publik
@require_safe
@conditional_page
@cache_control(max_age=900)
def nyheter_alla_atom(request: HttpRequest) -> HttpResponse:
    alla = fragor.alla_stadskarnors()
    return _flode(utbyte.skriv(None, alla), alla)


def _sidnummer(skrivet: str) -> int:
    """Nonsense is the first page, what is beyond the last one the last."""
    return max(1, min(int(skrivet), MEST_SIDOR)) if re.fullmatch("[0-9]{1,6}", skrivet) else 1


def _flode(innehall: str, alla: list[Nyhet]) -> HttpResponse:
    svar = HttpResponse(innehall, content_type=utbyte.SLAG)
    if alla:
        svar.headers["Last-Modified"] = http_date(max(n.skriven for n in alla).timestamp())
    return svar
