"""The pages on which what is final is set right, each with a reason that stays."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import rattelse as andringar
from insatser.forms.rattelse import BeslutRattelseForm, OppnaIgenForm
from insatser.models import Handlingsplan
from insatser.views import atkomst


def beslut(request: HttpRequest, stadskarna: str, period: str, nummer: int) -> HttpResponse:
    """What was registered about the decision on a version: organ, day, §, diarienummer, link."""
    plan = atkomst.handlingsplan(request, stadskarna, period, Rattighet.PLANERA)
    vald = atkomst.planversion(plan, nummer)
    nu = vald.beslut
    falt = ("organ", "datum", "paragraf", "notering", "diarienummer", "protokoll", "version")
    form = BeslutRattelseForm(
        request.POST or None, stadskarna=plan.fardplan.stadskarna, initial={f: getattr(nu, f) for f in falt}
    )
    form.fields["paragraf"].required = not nu.notering
    tillbaka = reverse("handlingsplan", args=[stadskarna, period])
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), form.cleaned_data
        if redigering.forsok(form, lambda: andringar.ratta_beslut(av=av, planversion=vald, **varden)):
            return redigering.sparat(request, tillbaka, "Uppgifterna om beslutet är rättade.")
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "rubrik": f"Rätta uppgifterna om beslutet, version {nummer}",
        "ingress": f"{plan}. Bara det som är fel registrerat rättas här. Det som beslutades ändras inte, och PDF-filen"
        " är kvar som den beslutades. Vad det stod och varför det rättas visas på planens sida.",
        "tillbaka": tillbaka,
        "knapp": "Rätta",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def aterkalla_beslut(request: HttpRequest, stadskarna: str, period: str, nummer: int) -> HttpResponse:
    """A decision that was registered and had never been taken."""
    plan = atkomst.handlingsplan(request, stadskarna, period, Rattighet.PLANERA)
    vald = atkomst.planversion(plan, nummer)
    if request.method != "POST" and (plan.andras or plan.senast_beslutad() != vald):
        raise atkomst.Fryst(plan, f"Bara det beslut som gäller kan återkallas, och bara när {plan} inte ändras.")
    fore = plan.versioner.gallande().filter(nummer__lt=nummer).exists()
    if plan.fardplan.ar_aldre and not fore:
        # A draft of a färdplan that is followed by another can be neither changed nor decided.
        raise atkomst.Fryst(plan, f"{plan.fardplan.program} gäller inte längre, så beslutet om {plan} står kvar.")
    form = OppnaIgenForm(request.POST or None, initial={"version": plan.version})
    vilka = "alla som läser" if fore else "dem som loggar in"
    form.fields["skal"].help_text = f"Visas för {vilka}. Till exempel: Styrgruppen sköt upp beslutet."
    tillbaka = reverse("handlingsplan", args=[stadskarna, period])
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), form.cleaned_data
        if redigering.forsok(form, lambda: andringar.aterkalla_beslut(av=av, planversion=vald, **varden)):
            return redigering.sparat(request, tillbaka, "Beslutet är återkallat. Planen går att ändra igen.")
    if fore:
        sedan = "Då gäller planen som den beslutades före det, och det som ändrades ligger kvar som ett förslag."
    else:
        sedan = "Då är planen ett utkast igen och visas bara för inloggade."
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "rubrik": f"Återkalla beslutet, version {nummer}",
        "ingress": f"{plan}: {vald.beslut}. Återkalla det bara om beslutet aldrig fattades. {sedan} Är något fel"
        " skrivet om beslutet rättar du uppgifterna i stället. Versionen och dess PDF sparas, och skälet visas.",
        "tillbaka": tillbaka,
        "knapp": "Återkalla beslutet",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def oppna_plan_igen(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    plan = atkomst.handlingsplan(request, stadskarna, period, Rattighet.PLANERA)
    if plan.status != Handlingsplan.Planstatus.AVSLUTAD and request.method != "POST":
        raise atkomst.Fryst(plan, f"{plan} är inte avslutad.")
    form = OppnaIgenForm(request.POST or None, initial={"version": plan.version})
    form.fields["skal"].help_text = "Visas för alla som läser. Till exempel: Avslutad av misstag."
    tillbaka = reverse("handlingsplan", args=[stadskarna, period])
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), form.cleaned_data
        if redigering.forsok(form, lambda: andringar.oppna_plan_igen(av=av, plan=plan, **varden)):
            return redigering.sparat(request, tillbaka, "Planen är öppen igen och gäller som den är beslutad.")
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "rubrik": "Öppna planen igen",
        "ingress": f"{plan} avslutades {plan.avslutad}. Öppna den igen om det var ett misstag: då gäller den som den är"
        " beslutad, och det som blev av aktiviteterna kan ändras. Att den öppnades och varför visas på planens sida.",
        "tillbaka": tillbaka,
        "knapp": "Öppna planen igen",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def oppna_omgang_igen(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    fardplan, omgang = atkomst.omgang(request, stadskarna, pk, Rattighet.PLANERA)
    if omgang.stangd is None and request.method != "POST":
        raise Http404(f"{omgang} är inte stängd.")
    form = OppnaIgenForm(request.POST or None, initial={"version": omgang.version})
    tillbaka = reverse("omgang", args=[stadskarna, pk])
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), form.cleaned_data
        if redigering.forsok(form, lambda: andringar.oppna_omgang_igen(av=av, omgang=omgang, **varden)):
            text = "Omgången är öppen igen, och länkarna går att svara med. Inga mejl har gått; påminn om det behövs."
            return redigering.sparat(request, tillbaka, text)
    sammanhang = {
        "fardplan": fardplan,
        "rubrik": "Öppna omgången igen",
        "ingress": f"{omgang}. Svaren finns kvar, och länkarna går att svara med igen tills du stänger den."
        f" Sista dag att svara är {omgang.deadline}; den går att ändra sedan.",
        "tillbaka": tillbaka,
        "knapp": "Öppna omgången igen",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)
