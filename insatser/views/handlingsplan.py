"""The handlingsplaner of a stadskärna, and one of them in full."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from aktorer.roller import Rattighet
from insatser.behorighet import har, kanda_handlingsplaner
from insatser.fragor import handlingsplan as planer
from insatser.regler import plandiff
from insatser.utbyte import pdf
from insatser.views import atkomst


@login_not_required
def handlingsplaner(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    alla = kanda_handlingsplaner(request.user).filter(fardplan__stadskarna=fardplan.stadskarna)
    sammanhang = {
        "fardplan": fardplan,
        "planer": planer.med_antal(alla.select_related("fardplan__program").nyast_forst()),
        "far_planera": har(request.user, Rattighet.PLANERA),
    }
    return render(request, "insatser/handlingsplan/handlingsplaner.html", sammanhang)


@login_not_required
def handlingsplan(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    plan = atkomst.handlingsplan(request, stadskarna, period)
    beslutad = plan.versioner.select_related("beslut__organ").defer("pdf").first()
    if beslutad and plan.andras and not har(request.user, Rattighet.SE_INTERNT):
        # What is being prepared is nobody's plan yet: outsiders read what was decided.
        return redirect("planversion", stadskarna=stadskarna, period=period, nummer=beslutad.nummer)
    innehall = planer.innehall(plan)
    far_andra = plan.kan_andras and har(request.user, Rattighet.PLANERA)
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "innehall": innehall,
        "far_andra": far_andra,
        "far_rapportera_allt": har(request.user, Rattighet.RAPPORTERA_ALLT),
        "egen_aktor": atkomst.egen_aktor(request),
        "far_planera": har(request.user, Rattighet.PLANERA),
        "brister": planer.brister(innehall) if far_andra else [],
        "version": beslutad,
        "versioner": plan.versioner.select_related("beslut__organ").defer("pdf", "innehall"),
        "skillnader": plandiff.skillnader(beslutad.innehall, pdf.plandata(innehall)) if beslutad else [],
    }
    return render(request, "insatser/handlingsplan/handlingsplan.html", sammanhang)
