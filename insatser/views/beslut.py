"""The styrgrupp's decision on a handlingsplan, and the plan as it was decided."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.andringar import beslut as andringar
from insatser.forms.beslut import BeslutForm
from insatser.forms.insats import VersionForm
from insatser.fragor import handlingsplan as planer
from insatser.fragor import planjamforelse
from insatser.fragor.beslut import organnamn
from insatser.fragor.plandata import att_besluta, plandata, skillnader
from insatser.models import Handlingsplan, Planversion, Samverkansorgan
from insatser.views import atkomst, samtal
from insatser.views.pdf import pdf_svar


def besluta(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """Record the decision. What is missing is listed first; it does not stop the styrgrupp."""
    plan = atkomst.handlingsplan(request, stadskarna, period, Rattighet.PLANERA)
    if plan.ar_efterlamnad or (not plan.kan_andras and request.method != "POST"):
        raise atkomst.Fryst(plan)
    karna = plan.fardplan.stadskarna
    styrgrupp = karna.organ.filter(slag=Samverkansorgan.Slag.STYRGRUPP, till=None).first()
    nu = {"version": plan.version, "organ": styrgrupp}
    form = BeslutForm(request.POST or None, request.FILES or None, stadskarna=karna, initial=nu)
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        if plan.andras and not att_besluta(plan):
            form.add_error(None, "Inget skiljer sig från det som är beslutat. Ändra först, eller avbryt ändringen.")
        elif redigering.forsok(form, lambda: andringar.besluta(av=av, plan=plan, **varden)):
            return redigering.sparat(request, _adress(plan), "Beslutet är registrerat. Planen är nu fryst.")
    innehall = planer.innehall(plan)
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "brister": planer.brister(innehall),
        "skillnader": skillnader(plandata(innehall), plan.senast_beslutad()),
        "tillbaka": _adress(plan),
        "rubrik": "Registrera ändringsbeslut" if plan.andras else "Registrera styrgruppens beslut",
    }
    return redigering.svara_formular(request, "insatser/handlingsplan/besluta.html", form, sammanhang)


@require_POST
def oppna_andring(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    plan = atkomst.handlingsplan(request, stadskarna, period, Rattighet.PLANERA)
    try:
        andringar.oppna_andring(av=atkomst.jag(request), plan=plan)
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect(_adress(plan))
    text = "Planen är öppen för ändring. Det som är beslutat gäller tills ändringen är beslutad."
    return redigering.sparat(request, _adress(plan), text)


def kasta_andring(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """Ask first, with a list of what goes."""
    plan = atkomst.handlingsplan(request, stadskarna, period, Rattighet.PLANERA)
    if not plan.andras and request.method != "POST":
        raise atkomst.Fryst(plan, f"Inget ändringsbeslut förbereds för {plan}.")
    form = VersionForm(request.POST or None, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.kasta_andring(av=av, plan=plan, version=version)):
            return redigering.sparat(request, _adress(plan), "Ändringarna är kastade. Planen är som den beslutades.")
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "rubrik": "Kasta ändringarna",
        "skillnader": att_besluta(plan),
        "tillbaka": _adress(plan),
    }
    return redigering.svara_formular(request, "insatser/handlingsplan/kasta.html", form, sammanhang)


@require_POST
def avbryt_andring(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    plan = atkomst.handlingsplan(request, stadskarna, period, Rattighet.PLANERA)
    try:
        andringar.avbryt_andring(av=atkomst.jag(request), plan=plan)
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect(f"{_adress(plan)}#skillnader")
    return redigering.sparat(request, _adress(plan), "Ändringen är avbruten. Det som är beslutat gäller.")


@login_not_required
@publik
def version(request: HttpRequest, stadskarna: str, period: str, nummer: int) -> HttpResponse:
    """The plan as it was decided, out of its frozen content."""
    plan, vald = _version(request, stadskarna, period, nummer)
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "version": vald,
        "organ": organnamn(vald),
        "data": vald.innehall,
        "gallande": plan.versioner.gallande().uppgifter().select_related("beslut").first(),
    }
    sammanhang |= samtal.filer_i_mall(request, samtal.om_beslut(plan, vald))
    return render(request, "insatser/handlingsplan/version.html", sammanhang)


@login_not_required
@publik
def version_pdf(request: HttpRequest, stadskarna: str, period: str, nummer: int) -> HttpResponse:
    """The very file that was decided."""
    plan, vald = _version(request, stadskarna, period, nummer)
    return pdf_svar(bytes(vald.pdf), f"handlingsplan-{plan.fardplan.stadskarna.slug}-{plan.period}-v{vald.nummer}.pdf")


@login_not_required
@publik
def jamfor(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """Any two versions of the plan, and what it is now for who may see that."""
    plan = atkomst.handlingsplan(request, stadskarna, period)
    fran, till = (request.GET.get(namn, "").strip()[:20] for namn in ("fran", "till"))
    jamforelse, besked = planjamforelse.jamfor(plan, request.user, fran, till)
    sammanhang = {"fardplan": plan.fardplan, "plan": plan, "j": jamforelse, "besked": besked}
    return render(request, "insatser/handlingsplan/jamfor.html", sammanhang)


def _version(request: HttpRequest, stadskarna: str, period: str, nummer: int) -> tuple[Handlingsplan, Planversion]:
    plan = atkomst.handlingsplan(request, stadskarna, period)
    return plan, atkomst.planversion(plan, nummer)


def _adress(plan: Handlingsplan) -> str:
    return reverse("handlingsplan", args=[plan.fardplan.stadskarna.slug, plan.period])
