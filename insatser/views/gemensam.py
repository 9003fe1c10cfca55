"""A gemensam insats on one page for all stadskärnor."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from aktorer.grund.publik import publik
from insatser.fragor import gemensam as fragor


@login_not_required
@publik
def gemensam(request: HttpRequest, program: str, nummer: str) -> HttpResponse:
    bild = fragor.gemensam(program, nummer, request.user, timezone.localdate())
    if bild is None:
        raise Http404(f"Det finns ingen gemensam insats {nummer} i programmet.")
    return render(request, "insatser/insats/gemensam.html", {"g": bild, "insats": bild.insats})
