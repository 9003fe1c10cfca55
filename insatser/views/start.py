"""The first page: the eight stadskärnor, where they stand."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from insatser.fragor import fardplan, oversikt


@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    sammanhang = {"karnor": oversikt.stadskarnor(request.user), "kommande": fardplan.kommande(request.user)}
    return render(request, "insatser/start/start.html", sammanhang)
