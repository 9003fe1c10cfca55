"""The first page: the stadskärnor, where they stand."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from aktorer.behorighet import har
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.fragor import fardplan, oversikt


@login_not_required
@publik
def start(request: HttpRequest) -> HttpResponse:
    sammanhang = {
        "karnor": oversikt.stadskarnor(request.user),
        "kommande": fardplan.kommande(request.user),
        "far": {"redigera": har(request.user, Rattighet.REDIGERA)},
    }
    return render(request, "insatser/start/start.html", sammanhang)
