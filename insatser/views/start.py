"""The first page: the eight stadskärnor, where they stand."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from insatser.fragor import oversikt


@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "insatser/start/start.html", {"karnor": oversikt.stadskarnor(request.user)})
