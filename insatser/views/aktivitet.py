"""An aktivitet in a handlingsplan that may be changed: write it, copy it, move it, take it away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from insatser.andringar import handlingsplan as andringar
from insatser.andringar.roller import fraga_pa_nytt
from insatser.forms import roller as rollform
from insatser.forms.handlingsplan import AktivitetForm, BytInsatsForm
from insatser.models import Aktivitet, Handlingsplan, Insats, Prioritering
from insatser.regler.exempel import exempel
from insatser.views import atkomst, mellansteg
from insatser.views.mellansteg import Mellansteg

TIDER = ("start", "slut", "start_dag", "slut_dag", "milstolpe")


def ny(request: HttpRequest, stadskarna: str, period: str, nummer: str) -> HttpResponse:
    """A new one under the insats. It begins with the roles of the insats, or of the one that was just added."""
    plan, p = atkomst.prioritering_i_utkast(request, stadskarna, period, nummer)
    form = AktivitetForm(request.POST or None, plan=plan)
    mellan = mellansteg.steg(request, "roll")
    nyss = None if request.method == "POST" else _nyss(request, p)
    if nyss:
        form.fields["titel"].widget.attrs["autofocus"] = True
    fran = (nyss.aktorer if nyss else p.insats.medverkan).select_related("aktor").order_by("roll", "ordning")
    rader = rollform.svar(mellan.data) if request.method == "POST" else rollform.visa(fraga_pa_nytt(fran))
    if mellan.begard:
        mellansteg.visa_om(form, rader, mellan)
    elif request.method == "POST" and _giltiga(form, rader):
        varden, roller, av = _varden(form), rader.rader(), atkomst.jag(request)
        nya: list[Aktivitet] = []
        if redigering.forsok(
            form, lambda: nya.append(andringar.skapa_aktivitet(av=av, prioritering=p, roller=roller, **varden))
        ):
            if "fler" in request.POST:
                igen = reverse("aktivitet_ny", args=[stadskarna, period, nummer], query={"efter": nya[0].pk})
                return redigering.sparat(request, igen, f"”{nya[0].titel}” är tillagd. Skriv nästa.")
            return redigering.sparat(request, _planen(plan, nummer), f"”{nya[0].titel}” är tillagd.")
    hamtade = (f"”{nyss.titel}”" if nyss else "insatsen") if rader.initial else ""
    fler = "Spara och lägg till en till"
    return _svar(request, plan, p.insats, form, rader, mellan, "Ny aktivitet", fler=fler, hamtade_fran=hamtade)


def _nyss(request: HttpRequest, p: Prioritering) -> Aktivitet | None:
    """The aktivitet under the insats that was added just before this one."""
    efter = request.GET.get("efter", "")
    return p.aktiviteter.filter(pk=int(efter)).first() if efter.isdecimal() and len(efter) < 10 else None


def andra(request: HttpRequest, stadskarna: str, period: str, pk: int) -> HttpResponse:
    """Change an aktivitet and who does it."""
    plan, vald = atkomst.aktivitet_i_utkast(request, stadskarna, period, pk)
    falt = ("titel", "resultat", *TIDER, "status", "kommentar", "kostnad", "version")
    nu = {namn: getattr(vald, namn) for namn in falt}
    form = AktivitetForm(request.POST or None, plan=plan, initial=nu)
    nu_med = vald.aktorer.order_by("roll", "ordning")
    mellan = mellansteg.steg(request, "roll")
    rader = rollform.svar(mellan.data) if request.method == "POST" else rollform.visa(nu_med)
    if mellan.begard:
        mellansteg.visa_om(form, rader, mellan)
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
    return _svar(request, plan, insats, form, rader, mellan, "Ändra aktiviteten", vald)


@require_POST
def flytta(request: HttpRequest, stadskarna: str, period: str, pk: int, hall: str) -> HttpResponse:
    """One step up or down among those of its insats; the focus stays on the button."""
    plan, vald = atkomst.aktivitet_i_utkast(request, stadskarna, period, pk)
    steg, av, version = {"upp": -1, "ner": 1}[hall], atkomst.jag(request), redigering.version(request)
    return redigering.gor(
        request,
        lambda: andringar.flytta_aktivitet(av=av, aktivitet=vald, version=version, steg=steg),
        _vid(plan, vald, hall),
        f"”{vald.titel}” är flyttad {hall}.",
    )


def byt_insats(request: HttpRequest, stadskarna: str, period: str, pk: int) -> HttpResponse:
    """Let it stand under another insats of the plan."""
    plan, vald = atkomst.aktivitet_i_utkast(request, stadskarna, period, pk)
    nu = {"prioritering": vald.prioritering_id, "version": vald.version}
    form = BytInsatsForm(request.POST or None, plan=plan, initial=nu)
    if request.method == "POST" and form.is_valid():
        varden, av = form.cleaned_data, atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.byt_insats(av=av, aktivitet=vald, **varden)):
            insats = varden["prioritering"].insats
            text = f"”{vald.titel}” står nu under {insats.nummer} {insats.titel}."
            return redigering.sparat(request, _planen(plan, insats.nummer), text)
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "rubrik": "Flytta aktiviteten",
        "ingress": f"”{vald.titel}” hamnar sist under den insats du väljer. Aktörer och pengar följer med.",
        "tillbaka": _planen(plan, vald.prioritering.insats.nummer),
        "knapp": "Flytta",
        "exempel": exempel([plan]),
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


@require_POST
def kopiera(request: HttpRequest, stadskarna: str, period: str, pk: int) -> HttpResponse:
    """A copy right after it, opened to be changed."""
    plan, vald = atkomst.aktivitet_i_utkast(request, stadskarna, period, pk)
    av = atkomst.jag(request)
    try:
        kopia = andringar.kopiera_aktivitet(av=av, aktivitet=vald)
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect(_planen(plan))
    text = f"”{kopia.titel}” är tillagd efter den du kopierade. Aktörerna är tillfrågade på nytt."
    return redigering.sparat(request, reverse("aktivitet", args=[stadskarna, period, kopia.pk]), text)


@require_POST
def ta_bort(request: HttpRequest, stadskarna: str, period: str, pk: int) -> HttpResponse:
    plan, vald = atkomst.aktivitet_i_utkast(request, stadskarna, period, pk)
    av, version = atkomst.jag(request), redigering.version(request)
    return redigering.gor(
        request,
        lambda: andringar.ta_bort_aktivitet(av=av, aktivitet=vald, version=version),
        _planen(plan),
        f"”{vald.titel}” är borttagen ur planen.",
    )


def _giltiga(form: AktivitetForm, rader: Any) -> bool:
    """Both are checked, so that all that is wrong is marked at once."""
    bada = [form.is_valid(), rader.is_valid()]
    if bada == [True, False]:
        form.add_error(None, "Aktiviteten är inte sparad. Rätta det som är markerat bland aktörerna.")
    return all(bada)


def _varden(form: AktivitetForm) -> dict[str, Any]:
    return {namn: varde for namn, varde in form.cleaned_data.items() if namn != "version"}


def _svar(
    request: HttpRequest,
    plan: Handlingsplan,
    insats: Insats,
    form: AktivitetForm,
    rader: Any,
    mellan: Mellansteg,
    rubrik: str,
    vald: Aktivitet | None = None,
    fler: str = "",
    hamtade_fran: str = "",
) -> HttpResponse:
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "insats": insats,
        "aktivitet": vald,
        "rader": rader,
        "mellan": mellan,
        "rubrik": rubrik,
        "fler": fler,
        "hamtade_fran": hamtade_fran,
        "tillbaka": _planen(plan, insats.nummer),
    }
    return redigering.svara_formular(request, "insatser/handlingsplan/aktivitet.html", form, sammanhang)


def _planen(plan: Handlingsplan, nummer: str = "") -> str:
    """The plan's page, at the insats with this number."""
    adress = reverse("handlingsplan", args=[plan.fardplan.stadskarna.slug, plan.period])
    return f"{adress}#insats-{nummer}" if nummer else adress


def _vid(plan: Handlingsplan, aktivitet: Aktivitet, knapp: str) -> str:
    """The plan's page with the focus on a button of the aktivitet; not by a fragment, which would win over it."""
    vid = {"vid": aktivitet.pk, "knapp": knapp}
    return reverse("handlingsplan", args=[plan.fardplan.stadskarna.slug, plan.period], query=vid)
