"""Working on the draft of a handlingsplan: weigh and prioritise."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import handlingsplan as andringar
from insatser.forms.handlingsplan import BortvalForm, InledningForm, NyPlanForm, SkalForm
from insatser.fragor import handlingsplan as planer
from insatser.models import Handlingsplan
from insatser.regler.bojning import bojt, raknat
from insatser.regler.exempel import exempel
from insatser.views import atkomst


def ny(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.PLANERA)
    avslutade = planer.att_ta_med_fran(fardplan)
    fran = avslutade.first()
    planerna = fardplan.handlingsplaner.nyast_forst()
    forra = planerna.exclude(status=Handlingsplan.Planstatus.UTKAST).first() or planerna.first()
    ar = max(forra.ar_till + 1 if forra else timezone.localdate().year, fardplan.program.ar_fran)
    nu = {"ar_fran": ar, "ar_till": ar + 1, "fran": fran}
    form = NyPlanForm(request.POST or None, initial=nu, fardplan=fardplan, avslutade=avslutade)
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        skapade: list[Handlingsplan] = []
        if redigering.forsok(form, lambda: skapade.append(andringar.skapa(av=av, fardplan=fardplan, **varden))):
            plan = skapade[0]
            text = f"Utkastet är skapat.{_med_fran(plan, varden['fran'])} Lyft in de insatser som ska prioriteras."
            return redigering.sparat(request, reverse("prioritera", args=[stadskarna, plan.period]), text)
    tillbaka = reverse("handlingsplaner", args=[stadskarna])
    sammanhang = {"fardplan": fardplan, "rubrik": "Ny handlingsplan", "tillbaka": tillbaka, "knapp": "Skapa utkast"}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _med_fran(plan: Handlingsplan, fran: Handlingsplan | None) -> str:
    """What came along into the new plan from the closed one, and what did not, in whole sentences."""
    if fran is None:
        return ""
    insatser, aktiviteter, kvar = planer.med_fran(plan, fran)
    med = f"{raknat(insatser, 'insats', 'insatser')} med {raknat(aktiviteter, 'aktivitet', 'aktiviteter')}"
    text = f" {med if insatser else 'Inget'} följde med från handlingsplan {fran.period_i_text}."
    if kvar:
        vad = bojt(kvar, "En aktivitet", f"{kvar} aktiviteter")
        avford = bojt(kvar, "dess insats är avförd", "deras insatser är avförda")
        varfor = avford if fran.fardplan_id == plan.fardplan_id else "ingen insats har tagit över"
        text += f" {vad} som skulle föras över blev kvar där: {varfor}."
    return text


def inledning(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    plan = atkomst.utkast(request, stadskarna, period)
    egen = Handlingsplan.objects.get(pk=plan.pk)  # a ModelForm writes on its instance before anything is saved
    form = InledningForm(request.POST or None, instance=egen, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.andra(av=av, plan=plan, **varden)):
            return redigering.sparat(request, _planen(plan), "Inledningen är sparad.")
    sammanhang = {"fardplan": plan.fardplan, "rubrik": f"Inledning till {plan}", "tillbaka": _planen(plan)}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def prioritera(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """All insatser beside the draft: what is lifted in and in which order, what has to wait and why."""
    plan = atkomst.utkast(request, stadskarna, period)
    idag = timezone.localdate()
    kandidater = planer.kandidater(plan, idag)
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "lyfta": sorted((k for k in kandidater if k.prioritering), key=planer.Kandidat.i_ordning),
        "ovriga": [k for k in kandidater if not k.prioritering and not k.bortval],
        "bortvalda": [k for k in kandidater if k.bortval],
        "exempel": exempel([plan, *(rad for k in kandidater for rad in k.visade)]),
        "vid": request.GET.get("vid"),
        "knapp": request.GET.get("knapp"),
        "idag": idag,
    }
    return render(request, "insatser/handlingsplan/prioritera.html", sammanhang)


@require_POST
def lyft(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    plan, insats = atkomst.insats_och_utkast(request, stadskarna, period, nummer)
    return _gor(
        request,
        plan,
        nummer,
        lambda: andringar.lyft(
            av=atkomst.jag(request),
            plan=plan,
            insats=insats,
            plats=_plats(request),
            bortval=redigering.version(request),
        ),
        f"{insats.nummer} är med i planen.",
    )


@require_POST
def ta_ur(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    plan, p = atkomst.prioritering_i_utkast(request, stadskarna, period, nummer)
    text = f"{nummer} är inte längre med i planen."
    av, version = atkomst.jag(request), redigering.version(request)
    return _gor(request, plan, nummer, lambda: andringar.ta_ur(av=av, prioritering=p, version=version), text)


@require_POST
def flytta(request: HttpRequest, stadskarna: str, period: str, nummer: str, hall: str) -> HttpResponse:
    """One step up or down; the buttons are in the list, so the keyboard reaches them, and the focus stays on them."""
    plan, p = atkomst.prioritering_i_utkast(request, stadskarna, period, nummer)
    steg, av, version = {"upp": -1, "ner": 1}[hall], atkomst.jag(request), redigering.version(request)
    return _gor(
        request,
        plan,
        nummer,
        lambda: andringar.flytta(av=av, prioritering=p, version=version, steg=steg),
        f"{nummer} är flyttad {hall}.",
        knapp=hall,
    )


@require_POST
def stall(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    """Put it at the place it was dragged to."""
    plan, p = atkomst.prioritering_i_utkast(request, stadskarna, period, nummer)
    plats, av, version = _plats(request), atkomst.jag(request), redigering.version(request)
    text = f"{nummer} har fått plats {plats}." if plats else f"{nummer} står kvar."
    return _gor(
        request,
        plan,
        nummer,
        lambda: plats and andringar.flytta(av=av, prioritering=p, version=version, plats=plats),
        text,
    )


def _plats(request: HttpRequest) -> int | None:
    """The place in the order that was asked for, from 1."""
    plats = request.POST.get("plats", "")
    return max(1, int(plats)) if plats.isdecimal() and len(plats) < 5 else None


@require_POST
def angra_bortval(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    plan, insats = atkomst.insats_och_utkast(request, stadskarna, period, nummer)
    bortval = plan.bortval.filter(insats=insats).first()
    if bortval is None:
        raise Http404(f"{nummer} är inte bortvald.")
    text = f"{nummer} vägs på nytt."
    av, version = atkomst.jag(request), redigering.version(request)
    return _gor(request, plan, nummer, lambda: andringar.angra_bortval(av=av, bortval=bortval, version=version), text)


def skal(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    """Why the insats is prioritised."""
    plan, p = atkomst.prioritering_i_utkast(request, stadskarna, period, nummer)
    form = SkalForm(request.POST or None, initial={"skal": p.skal, "version": p.version})
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.andra_skal(av=av, prioritering=p, **varden)):
            return redigering.sparat(
                request, _tavlan(plan, nummer), f"Skälet för {nummer} är {'sparat' if varden['skal'] else 'tomt'}."
            )
    sammanhang = {"fardplan": plan.fardplan, "rubrik": f"Skäl för {p.insats}", "tillbaka": _tavlan(plan, nummer)}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def valj_bort(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    """Put on record why an insats has to wait."""
    plan, insats = atkomst.insats_och_utkast(request, stadskarna, period, nummer)
    nu = plan.bortval.filter(insats=insats).first()
    form = BortvalForm(request.POST or None, initial={"skal": nu.skal, "version": nu.version} if nu else {})
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.valj_bort(av=av, plan=plan, insats=insats, **varden)):
            return redigering.sparat(request, _tavlan(plan, nummer), f"{nummer} får vänta. Skälet är sparat.")
    sammanhang = {"fardplan": plan.fardplan, "rubrik": f"Låt {insats} vänta", "tillbaka": _tavlan(plan, nummer)}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _gor(
    request: HttpRequest, plan: Handlingsplan, nummer: str, andring: Any, text: str, knapp: str = ""
) -> HttpResponse:
    return redigering.gor(request, andring, _tavlan(plan, nummer, knapp), text)


def _planen(plan: Handlingsplan) -> str:
    return reverse("handlingsplan", args=[plan.fardplan.stadskarna.slug, plan.period])


def _tavlan(plan: Handlingsplan, nummer: str, knapp: str = "") -> str:
    """The board with the focus on the card that was worked on, or on its button `knapp`.

    Not by a fragment: a browser that has one to go to heeds no autofocus.
    """
    vid = {"vid": nummer} | ({"knapp": knapp} if knapp else {})
    return reverse("prioritera", args=[plan.fardplan.stadskarna.slug, plan.period], query=vid)
