"""Whole färdplaner in one workbook: which sheets to fetch, and the files."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aktorer.behorighet import har
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.forms import arbetsbok as valet
from insatser.fragor import arbetsbok as fragor
from insatser.fragor.arbetsbok import Bokblad
from insatser.models import Fardplan
from insatser.utbyte.excel import arbetsbok_ut, ods_ut
from insatser.views import atkomst, meny
from insatser.views.filer import XLSX, svar

ANDELSER = {
    "xlsx": (arbetsbok_ut.skriv_xlsx, XLSX),
    "ods": (arbetsbok_ut.skriv_ods, ods_ut.SLAG),
    "json": (arbetsbok_ut.skriv_json, "application/json"),
}


@login_not_required
@publik
@require_safe
def arbetsbok(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Which sheets to fetch of a stadskärna's färdplan."""
    fardplan = atkomst.fardplan(request, stadskarna)
    sammanhang = {
        "fardplan": fardplan,
        "bladen": Bokblad.choices,
        "valda": valet.valda(request.GET),
        "far": {"redigera": har(request.user, Rattighet.REDIGERA, fardplan.stadskarna_id)},
    }
    return render(request, "insatser/arbetsbok/arbetsbok.html", sammanhang)


@login_not_required
@publik
@require_safe
def arbetsbok_fil(request: HttpRequest, stadskarna: str, andelse: str) -> HttpResponse:
    """The färdplan as the person may read it; `blad` chooses among the sheets."""
    return _fil(request, [atkomst.fardplan(request, stadskarna)], stadskarna, andelse)


@login_not_required
@publik
@require_safe
def arbetsbok_alla(request: HttpRequest) -> HttpResponse:
    """The same of every stadskärna: of the färdplaner in force that the person may see."""
    alla = meny.fardplaner(request)
    sammanhang = {
        "fardplaner": alla,
        "bladen": Bokblad.choices,
        "valda": valet.valda(request.GET),
        "att_lasa_in": {f.program for f in alla} if har(request.user, Rattighet.REDIGERA) else (),
    }
    return render(request, "insatser/arbetsbok/arbetsbok.html", sammanhang)


@login_not_required
@publik
@require_safe
def arbetsbok_alla_fil(request: HttpRequest, andelse: str) -> HttpResponse:
    """Every färdplan in force that the person may see, with a column for the stadskärna."""
    return _fil(request, meny.fardplaner(request), "alla-stadskarnor", andelse)


def _fil(request: HttpRequest, fardplaner: Sequence[Fardplan], namn: str, andelse: str) -> HttpResponse:
    if not fardplaner:
        raise Http404("Det finns ingen färdplan att hämta än.")
    innehall = fragor.hamta(fardplaner, valet.valda(request.GET), request.user)
    skriv, slag = ANDELSER[andelse]
    idag = timezone.localdate()
    return svar(skriv(innehall, idag), f"fardplan-{namn}-{idag:%Y-%m-%d}.{andelse}", slag)
