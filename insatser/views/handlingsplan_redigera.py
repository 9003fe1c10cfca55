"""Working on the draft of a handlingsplan: weigh, prioritise, and say what is to be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import handlingsplan as andringar
from insatser.forms import roller as rollform
from insatser.forms.handlingsplan import AktivitetForm, BortvalForm, InledningForm, NyPlanForm, SkalForm
from insatser.fragor import handlingsplan as planer
from insatser.models import Aktivitet, Handlingsplan, Insats, Prioritering
from insatser.regler.exempel import exempel
from insatser.views import atkomst, ny_aktor
from insatser.views.ny_aktor import Mellansteg


def ny(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.PLANERA)
    avslutade = fardplan.handlingsplaner.filter(status=Handlingsplan.Planstatus.AVSLUTAD).nyast_forst()
    forra = avslutade.first()
    ar = forra.ar_till + 1 if forra else timezone.localdate().year
    nu = {"ar_fran": ar, "ar_till": ar + 1, "fran": forra}
    form = NyPlanForm(request.POST or None, initial=nu, avslutade=avslutade)
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        skapade: list[Handlingsplan] = []
        if redigering.forsok(form, lambda: skapade.append(andringar.skapa(av=av, fardplan=fardplan, **varden))):
            plan = skapade[0]
            text = "Utkastet är skapat. Lyft in de insatser som ska prioriteras."
            svar = redigering.sparat(request, reverse("prioritera", args=[stadskarna, plan.period]), text)
            for varning in planer.overlapp(plan):
                messages.warning(request, varning)
            return svar
    tillbaka = reverse("handlingsplaner", args=[stadskarna])
    sammanhang = {"fardplan": fardplan, "rubrik": "Ny handlingsplan", "tillbaka": tillbaka, "knapp": "Skapa utkast"}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


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
    plan, insats = _utkast_och_insats(request, stadskarna, period, nummer)
    return _gor(
        request,
        plan,
        nummer,
        lambda: andringar.lyft(av=atkomst.jag(request), plan=plan, insats=insats, plats=_plats(request)),
        f"{insats.nummer} är med i planen.",
    )


@require_POST
def ta_ur(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    plan, p = _prioritering(request, stadskarna, period, nummer)
    text = f"{nummer} är inte längre med i planen."
    return _gor(request, plan, nummer, lambda: andringar.ta_ur(av=atkomst.jag(request), prioritering=p), text)


@require_POST
def flytta(request: HttpRequest, stadskarna: str, period: str, nummer: str, hall: str) -> HttpResponse:
    """One step up or down; the buttons are in the list, so the keyboard reaches them, and the focus stays on them."""
    plan, p = _prioritering(request, stadskarna, period, nummer)
    steg = {"upp": -1, "ner": 1}[hall]
    text = f"{nummer} är flyttad {hall}."
    return _gor(
        request,
        plan,
        nummer,
        lambda: andringar.flytta(av=atkomst.jag(request), prioritering=p, steg=steg),
        text,
        knapp=hall,
    )


@require_POST
def stall(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    """Put it at the place it was dragged to."""
    plan, p = _prioritering(request, stadskarna, period, nummer)
    plats = _plats(request)
    text = f"{nummer} har fått plats {plats}." if plats else f"{nummer} står kvar."
    return _gor(
        request,
        plan,
        nummer,
        lambda: plats and andringar.flytta(av=atkomst.jag(request), prioritering=p, plats=plats),
        text,
    )


def _plats(request: HttpRequest) -> int | None:
    """The place in the order that was asked for, from 1."""
    plats = request.POST.get("plats", "")
    return max(1, int(plats)) if plats.isdecimal() and len(plats) < 5 else None


@require_POST
def angra_bortval(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    plan, insats = _utkast_och_insats(request, stadskarna, period, nummer)
    bortval = plan.bortval.filter(insats=insats).first()
    if bortval is None:
        raise Http404(f"{nummer} är inte bortvald.")
    text = f"{nummer} vägs på nytt."
    return _gor(request, plan, nummer, lambda: andringar.angra_bortval(av=atkomst.jag(request), bortval=bortval), text)


def skal(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    """Why the insats is prioritised."""
    plan, p = _prioritering(request, stadskarna, period, nummer)
    form = SkalForm(request.POST or None, initial={"skal": p.skal, "version": p.version})
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.andra_skal(av=av, prioritering=p, **varden)):
            return redigering.sparat(request, _tavlan(plan, nummer), f"Skälet för {nummer} är sparat.")
    sammanhang = {"fardplan": plan.fardplan, "rubrik": f"Skäl för {p.insats}", "tillbaka": _tavlan(plan, nummer)}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def valj_bort(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    """Put on record why an insats has to wait."""
    plan, insats = _utkast_och_insats(request, stadskarna, period, nummer)
    nu = plan.bortval.filter(insats=insats).first()
    form = BortvalForm(request.POST or None, initial={"skal": nu.skal, "version": nu.version} if nu else {})
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.valj_bort(av=av, plan=plan, insats=insats, **varden)):
            return redigering.sparat(request, _tavlan(plan, nummer), f"{nummer} får vänta. Skälet är sparat.")
    sammanhang = {"fardplan": plan.fardplan, "rubrik": f"Låt {insats} vänta", "tillbaka": _tavlan(plan, nummer)}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def ny_aktivitet(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    plan, p = _prioritering(request, stadskarna, period, nummer)
    form = AktivitetForm(request.POST or None, plan=plan)
    mellan = ny_aktor.steg(request, "roll")
    rader = rollform.svar(mellan.data) if request.method == "POST" else rollform.visa([])
    if mellan.begard:
        ny_aktor.visa_om(form, rader, mellan)
    elif request.method == "POST" and _giltiga(form, rader):
        varden, roller, av = _varden(form), rader.rader(), atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.skapa_aktivitet(av=av, prioritering=p, roller=roller, **varden)):
            return redigering.sparat(request, _planen(plan, nummer), "Aktiviteten är tillagd.")
    return _aktivitetssvar(request, plan, p.insats, form, rader, mellan, "Ny aktivitet")


def aktivitet(request: HttpRequest, stadskarna: str, period: str, pk: int) -> HttpResponse:
    """Change an aktivitet and who does it."""
    plan, vald = atkomst.aktivitet_i_utkast(request, stadskarna, period, pk)
    falt = ("titel", "resultat", "start", "slut", "status", "kommentar", "kostnad", "version")
    nu = {namn: getattr(vald, namn) for namn in falt}
    form = AktivitetForm(request.POST or None, plan=plan, initial=nu)
    nu_med = vald.aktorer.order_by("roll", "ordning")
    mellan = ny_aktor.steg(request, "roll")
    rader = rollform.svar(mellan.data) if request.method == "POST" else rollform.visa(nu_med)
    if mellan.begard:
        ny_aktor.visa_om(form, rader, mellan)
    elif request.method == "POST" and _giltiga(form, rader):
        varden, version = _varden(form), form.cleaned_data["version"]
        roller, av = rader.rader(), atkomst.jag(request)
        if redigering.forsok(
            form,
            lambda: andringar.andra_aktivitet(av=av, aktivitet=vald, version=version, roller=roller, **varden),
        ):
            adress = _planen(plan, vald.prioritering.insats.nummer)
            return redigering.sparat(request, adress, "Aktiviteten är sparad.")
        if krock := getattr(form, "krock", None):
            rader = rollform.visa(krock.rader["roller"])
    insats = vald.prioritering.insats
    return _aktivitetssvar(request, plan, insats, form, rader, mellan, "Ändra aktiviteten", vald)


@require_POST
def ta_bort_aktivitet(request: HttpRequest, stadskarna: str, period: str, pk: int) -> HttpResponse:
    plan, vald = atkomst.aktivitet_i_utkast(request, stadskarna, period, pk)
    try:
        andringar.ta_bort_aktivitet(av=atkomst.jag(request), aktivitet=vald)
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect(_planen(plan))
    return redigering.sparat(request, _planen(plan), f"”{vald.titel}” är borttagen ur planen.")


def _giltiga(form: AktivitetForm, rader: Any) -> bool:
    """Both are checked, so that all that is wrong is marked at once."""
    bada = [form.is_valid(), rader.is_valid()]
    if bada == [True, False]:
        form.add_error(None, "Aktiviteten är inte sparad. Rätta det som är markerat bland aktörerna.")
    return all(bada)


def _varden(form: AktivitetForm) -> dict[str, Any]:
    return {namn: varde for namn, varde in form.cleaned_data.items() if namn != "version"}


def _aktivitetssvar(
    request: HttpRequest,
    plan: Handlingsplan,
    insats: Insats,
    form: AktivitetForm,
    rader: Any,
    mellan: Mellansteg,
    rubrik: str,
    vald: Aktivitet | None = None,
) -> HttpResponse:
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "insats": insats,
        "aktivitet": vald,
        "rader": rader,
        "ny_aktor": mellan,
        "rubrik": rubrik,
        "tillbaka": _planen(plan, insats.nummer),
    }
    return redigering.svara_formular(request, "insatser/handlingsplan/aktivitet.html", form, sammanhang)


def _gor(
    request: HttpRequest, plan: Handlingsplan, nummer: str, andring: Any, text: str, knapp: str = ""
) -> HttpResponse:
    """Carry out a change that has no form of its own, and go back to the board with what became of it."""
    try:
        andring()
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect(_tavlan(plan, nummer, knapp))
    return redigering.sparat(request, _tavlan(plan, nummer, knapp), text)


def _planen(plan: Handlingsplan, nummer: str = "") -> str:
    adress = reverse("handlingsplan", args=[plan.fardplan.stadskarna.slug, plan.period])
    return f"{adress}#insats-{nummer}" if nummer else adress


def _tavlan(plan: Handlingsplan, nummer: str, knapp: str = "") -> str:
    """The board with the focus on the card that was worked on, or on its button `knapp`.

    Not by a fragment: a browser that has one to go to heeds no autofocus.
    """
    vid = {"vid": nummer} | ({"knapp": knapp} if knapp else {})
    return reverse("prioritera", args=[plan.fardplan.stadskarna.slug, plan.period], query=vid)


def _utkast_och_insats(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> tuple[Handlingsplan, Insats]:
    plan = atkomst.utkast(request, stadskarna, period)
    insats = Insats.objects.i_fardplan(plan.fardplan).med_nummer(nummer).select_related("malomrade").first()
    if insats is None:
        raise Http404(f"Det finns ingen insats {nummer} i färdplanen.")
    return plan, insats


def _prioritering(
    request: HttpRequest, stadskarna: str, period: str, nummer: str
) -> tuple[Handlingsplan, Prioritering]:
    plan, insats = _utkast_och_insats(request, stadskarna, period, nummer)
    hittad = Prioritering.objects.filter(handlingsplan=plan, insats=insats).first()
    if hittad is None:
        raise Http404(f"{nummer} är inte med i planen.")
    hittad.handlingsplan, hittad.insats = plan, insats
    return plan, hittad
