"""A draft of a handlingsplan as a whole: giving it other years, and taking it away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import handlingsplan as andringar
from insatser.forms.handlingsplan import PeriodForm
from insatser.forms.insats import VersionForm
from insatser.fragor import handlingsplan as planer
from insatser.models import Aktivitet, Handlingsplan
from insatser.regler.bojning import bojt, raknat
from insatser.views import atkomst


def period(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """Other years. What ends up outside them is told at once."""
    plan = _utkast(request, stadskarna, period)
    nu = {"ar_fran": plan.ar_fran, "ar_till": plan.ar_till, "version": plan.version}
    form = PeriodForm(request.POST or None, initial=nu, fardplan=plan.fardplan, plan=plan)
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), form.cleaned_data
        andrade: list[Handlingsplan] = []
        if redigering.forsok(form, lambda: andrade.append(andringar.andra_period(av=av, plan=plan, **varden))):
            ny = andrade[0]
            svar = redigering.sparat(request, _adress(ny), f"Perioden är nu {ny.period_i_text}.")
            if antal := len(planer.utanfor(planer.innehall(ny))):
                ord_ = bojt(antal, "En aktivitet ligger", f"{antal} aktiviteter ligger")
                messages.warning(request, f"{ord_} utanför den nya perioden. Ge dem nya tider.")
            return svar
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "rubrik": "Ändra period",
        "ingress": f"{plan}. Aktiviteter och belopp som hamnar utanför den nya perioden står kvar, och listas bland det"
        " som saknas före beslutet.",
        "tillbaka": _adress(plan),
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def ta_bort(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """Ask first, and say what goes, or why it cannot."""
    plan = atkomst.handlingsplan(request, stadskarna, period, Rattighet.PLANERA)
    if not plan.ar_efterlamnad:  # one that is left behind can be nothing but taken away
        plan = _utkast(request, stadskarna, period)
    form = VersionForm(request.POST or None, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.ta_bort(av=av, plan=plan, version=version)):
            lista = reverse("handlingsplaner", args=[stadskarna])
            return redigering.sparat(request, lista, f"Utkastet till {plan} är borttaget.")
    insatser = plan.prioriteringar.count()
    aktiviteter = Aktivitet.objects.filter(prioritering__handlingsplan=plan).count()
    sammanhang = {
        "fardplan": plan.fardplan,
        "namn": str(plan),
        "vad": "utkastet",
        "forsvinner": f"Utkastet till {plan} för {plan.fardplan.stadskarna} tas bort med"
        f" {raknat(insatser, 'prioriterad insats', 'prioriterade insatser')}"
        f" och {raknat(aktiviteter, 'aktivitet', 'aktiviteter')}.",
        "hinder": planer.hinder(plan),
        "meny": "handlingsplan",
        "tillbaka": _adress(plan),
    }
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang)


def _utkast(request: HttpRequest, stadskarna: str, period: str) -> Handlingsplan:
    """The draft; a plan that has been decided answers 404, also while an ändringsbeslut is prepared."""
    plan = atkomst.utkast(request, stadskarna, period)
    if not plan.ar_utkast and request.method != "POST":
        raise atkomst.Fryst(plan, f"{plan} är beslutad: den tas inte bort och byter inte period.")
    return plan


def _adress(plan: Handlingsplan) -> str:
    return reverse("handlingsplan", args=[plan.fardplan.stadskarna.slug, plan.period])
