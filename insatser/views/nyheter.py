"""News of a stadskärna, for people and for programs that follow them. The same for everybody, logged in or not."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import http_date
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from insatser.fragor import nyheter as fragor
from insatser.utbyte import adress
from insatser.utbyte.floden import nyheter as utbyte
from insatser.views import atkomst


@login_not_required
def nyheter(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    sammanhang = {
        "fardplan": fardplan,
        "nyheter": fragor.nyheter(fardplan),
        "flode": adress.hel("nyheter_atom", stadskarna) if fardplan.publicerad else "",
    }
    return render(request, "insatser/nyheter/nyheter.html", sammanhang)


@login_not_required
@require_safe
@conditional_page
@cache_control(max_age=900)
def nyheter_atom(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    if not fardplan.publicerad:
        raise Http404("Färdplanen är inte publicerad än, så det finns inga nyheter.")
    alla = fragor.nyheter(fardplan)
    svar = HttpResponse(utbyte.skriv(fardplan, alla), content_type=utbyte.SLAG)
    if alla:
        svar.headers["Last-Modified"] = http_date(max(n.skriven for n in alla).timestamp())
    return svar
