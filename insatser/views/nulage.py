"""Läget on one page for a meeting: to read and print, and as PDF. Open to all: each sees what is open to them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from aktorer.grund.publik import publik
from insatser.fragor.nulage import nulagesdata
from insatser.pdf import nulage as pdf
from insatser.views import atkomst
from insatser.views.pdf import pdf_svar


@login_not_required
@publik
def nulage(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    data = nulagesdata(fardplan, request.user, timezone.localdate())
    return render(request, "insatser/nulage/nulage.html", {"fardplan": fardplan, "l": data})


@login_not_required
@publik
def nulage_pdf(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    idag = timezone.localdate()
    dokument = pdf.nulage(nulagesdata(fardplan, request.user, idag), idag)
    return pdf_svar(dokument, f"laget-{stadskarna}-{idag.isoformat()}.pdf")
