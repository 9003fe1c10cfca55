"""Where we stand, for those who steer: one stadskärna, or all of them beside each other."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from aktorer.roller import Rattighet
from insatser.behorighet import gallande_fardplaner
from insatser.fragor import oversikt as fragor
from insatser.views import atkomst


def oversikt(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.SE_INTERNT)
    (bild,) = fragor.oversikter([fardplan], timezone.localdate())
    sammanhang = {"fardplan": fardplan, "o": bild, "idag": timezone.localdate()}
    return render(request, "insatser/oversikt/oversikt.html", sammanhang)


def alla(request: HttpRequest) -> HttpResponse:
    atkomst.krav(request, Rattighet.SE_INTERNT)
    fardplaner = gallande_fardplaner(request.user).select_related("stadskarna", "program")
    bilder = fragor.oversikter(list(fardplaner.order_by("stadskarna__ordning")), timezone.localdate())
    return render(request, "insatser/oversikt/alla.html", {"oversikter": bilder})
