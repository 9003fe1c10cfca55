"""A stadskärna's färdplan: karaktär, målområden and färdriktningar."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from aktorer.behorighet import har
from aktorer.grund import redigering
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.andringar import fardplan as andringar
from insatser.behorighet import FORHANDSVISNING, kanda_handlingsplaner, synliga_fardplaner
from insatser.forms.fardplan import FardriktningForm, KaraktarForm, TillbakaForm
from insatser.forms.insats import VersionForm
from insatser.fragor import fardplan as fragor
from insatser.fragor import generation as generationer
from insatser.fragor import oversikt
from insatser.fragor.fardplan import Kontrollpunkt
from insatser.fragor.finansiering import summor
from insatser.fragor.hanvisning import Hanvisningar
from insatser.models import Fardplan, Fardriktning, Handlingsplan, Malomrade
from insatser.regler.exempel import exempel
from insatser.views import atkomst


@login_not_required
@publik
def fardplan(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """The färdplan; for those who may not see it yet, that it is coming."""
    try:
        plan = atkomst.fardplan(request, stadskarna)
    except Http404:
        if pa_vag := fragor.kommande(request.user, stadskarna):
            sammanhang = {"pa_vag": pa_vag[0], "gemensamma": fragor.gemensamma(pa_vag[0])}
            return render(request, "insatser/fardplan/kommande.html", sammanhang)
        raise
    far = {
        "redigera": har(request.user, Rattighet.REDIGERA, plan.stadskarna_id),
        "se_internt": har(request.user, Rattighet.SE_INTERNT),
    }
    riktningar = {r.malomrade_id: r for r in Fardriktning.objects.filter(fardplan=plan)}
    idag = timezone.localdate()
    karna = oversikt.stadskarna(plan, request.user, idag)
    malomraden = [
        (m, riktningar.get(m.pk), staplar := karna.per_malomrade.get(m.pk, []), sum(s.antal for s in staplar))
        for m in Malomrade.objects.filter(program=plan.program).order_by("nummer")
    ]
    handlingsplan = oversikt.arets_plan(plan, request.user, idag.year)
    sammanhang = {
        "fardplan": plan,
        "malomraden": malomraden,
        "dokument": plan.styrdokument.all(),
        "ovriga": generationer.ovriga(plan, request.user),
        "att_borja": generationer.program_att_borja(plan) if far["redigera"] else [],
        "fore": generationer.foregaende(plan.program, plan.stadskarna) if far["redigera"] else None,
        "karnkommuner": plan.stadskarna.karnkommuner.order_by("karnkommun_set__ordning"),
        "karna": karna,
        "handlingsplan": handlingsplan,
        "motet": next((m for m, _ in oversikt.kommande_moten([plan], idag, 1)), None),
        "exempel": exempel([*karna.lagen, handlingsplan]),
        "checklista": _checklista(plan) if far["redigera"] else [],
        "far": far,
    }
    return render(request, "insatser/fardplan/fardplan.html", sammanhang)


def _checklista(plan: Fardplan) -> list[tuple[Kontrollpunkt, str]]:
    """What is written and what is missing, each with where one does it; nothing when a published plan has it all."""
    punkter = fragor.checklista(plan)
    if plan.publicerad and all(p.klar for p in punkter):
        return []
    karna = plan.stadskarna.slug
    return [(p, reverse(p.plats, args=[karna, *([p.nummer] if p.nummer else [])]) + p.fraga) for p in punkter]


@login_not_required
@publik
def generation(request: HttpRequest, stadskarna: str, program: str) -> HttpResponse:
    """A färdplan that is not the one in force: an older one, or the next one's draft. To be read, on one page."""
    gallande = atkomst.fardplan(request, stadskarna)
    if gallande.program.slug == program:
        return redirect("fardplan", stadskarna=stadskarna)
    hittad = synliga_fardplaner(request.user).filter(stadskarna=gallande.stadskarna, program__slug=program)
    plan = hittad.select_related("program", "stadskarna").first()
    if plan is None:
        raise Http404(f"Det finns ingen sådan plan för {gallande.stadskarna}.")
    falt = fragor.falt(plan, request.user)
    insatser = [i for f in falt for i in f.insatser]
    slakt, slutar = generationer.slakt(insatser, request.user), generationer.avslutade(insatser, request.user)
    sammanhang = {
        # The menu leads to what is in force.
        "fardplan": gallande,
        "plan": plan,
        "falt": [(f, [(i, slakt.get(i.pk, []), slutar.get(i.pk)) for i in f.insatser]) for f in falt],
        "dokument": plan.styrdokument.all(),
        "handlingsplaner": kanda_handlingsplaner(request.user).filter(fardplan=plan).nyast_forst(),
        "summor": summor(plan.bidrag.select_related("aktor")),
    }
    return render(request, "insatser/fardplan/generation.html", sammanhang)


def redigera_karaktar(request: HttpRequest, stadskarna: str) -> HttpResponse:
    plan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    rubrik = "Ändra karaktären" if plan.karaktar else "Skriv karaktären"  # before the form writes on it
    form = KaraktarForm(request.POST or None, instance=plan, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.andra(av=av, fardplan=plan, **varden)):
            return redigering.sparat(
                request,
                reverse("fardplan", args=[stadskarna]),
                f"Karaktären är {'sparad' if varden['karaktar'] else 'tom'}.",
            )
    sammanhang = {"fardplan": plan, "rubrik": rubrik, "tillbaka": reverse("fardplan", args=[stadskarna])}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def redigera_fardriktning(request: HttpRequest, stadskarna: str, nummer: int) -> HttpResponse:
    """The färdriktning of a målområde, written for the first time or changed."""
    plan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    malomrade = Malomrade.objects.filter(program=plan.program_id, nummer=nummer).first()
    if malomrade is None:
        raise Http404(f"{plan.program} har inget målområde {nummer}.")
    finns = Fardriktning.objects.filter(fardplan=plan, malomrade=malomrade).first()
    form = FardriktningForm(request.POST or None, instance=finns, initial={"version": finns.version if finns else 0})
    adress = reverse("fardplan", args=[stadskarna]) + f"#malomrade-{nummer}"
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        if redigering.forsok(
            form, lambda: andringar.skriv_fardriktning(av=av, fardplan=plan, malomrade=malomrade, **varden)
        ):
            return redigering.sparat(request, adress, "Färdriktningen är sparad.")
    rubrik = f"{'Ändra' if finns else 'Skriv'} färdriktningen för {malomrade}"
    sammanhang = {"fardplan": plan, "rubrik": rubrik, "ingress": malomrade.beskrivning, "tillbaka": adress}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def publicera(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """What becomes public and what is still missing; then it is."""
    plan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    adress = reverse("fardplan", args=[stadskarna])
    form = VersionForm(request.POST or None, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.publicera(av=av, fardplan=plan, version=version)):
            messages.success(request, "Färdplanen är publicerad. Alla kan läsa den nu.")
            # The whole page anew: the menu and the note above it are another generation's from now on.
            dit = generationer.adress(plan, "fardplan", galler=True)
            return redigering.vidare(request, dit)
    elif plan.publicerad:
        return redirect(adress)
    sammanhang = {
        "fardplan": plan,
        "offentligt": fragor.blir_offentligt(plan),
        "ersatter": (ersatter := generationer.foregaende(plan.program, plan.stadskarna)),
        "lamnas": ersatter.handlingsplaner.filter(status=Handlingsplan.Planstatus.UTKAST) if ersatter else [],
        "saknas": [(p, plats) for p, plats in _checklista(plan) if not p.klar],
        "rubrik": f"Publicera färdplanen för {plan.stadskarna}",
        "varning": _for_tidigt(plan),
        "tillbaka": adress,
        "knapp": "Publicera",
    }
    return redigering.svara_formular(request, "insatser/fardplan/publicera.html", form, sammanhang)


def _for_tidigt(plan: Fardplan) -> str:
    """What who publishes before the program has begun should know; "" when it has."""
    if timezone.localdate().year >= plan.program.ar_fran:
        return ""
    return f"{plan.program} börjar {plan.program.ar_fran}. Publicerar du nu gäller färdplanen redan i dag."


def dra_tillbaka(request: HttpRequest, stadskarna: str) -> HttpResponse:
    plan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    adress = reverse("fardplan", args=[stadskarna])
    form = TillbakaForm(request.POST or None, initial={"version": plan.version})
    galler_igen = generationer.galler_utan(plan)
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), form.cleaned_data
        if redigering.forsok(form, lambda: andringar.dra_tillbaka(av=av, fardplan=plan, **varden)):
            efter = f"{galler_igen.program} gäller igen" if galler_igen else "Bara inloggade kan läsa den"
            return redigering.sparat(request, adress, f"Färdplanen för {plan.stadskarna} är tillbakadragen. {efter}.")
    elif not plan.publicerad:
        return redirect(adress)
    sammanhang = {
        "fardplan": plan,
        "rubrik": f"Dra tillbaka färdplanen för {plan.stadskarna}",
        "varning": f"Då gäller {galler_igen.program} igen, och bara inloggade kan läsa {plan.program}."
        if galler_igen
        else "Den som inte är inloggad kan då inte längre läsa färdplanen, dess insatser eller handlingsplaner. "
        "Adresserna som andra har sparat slutar fungera tills den publiceras igen.",
        "tillbaka": adress,
        "knapp": "Dra tillbaka",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def ta_bort(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Ask first; where somebody has made something of the draft, name that and lead there."""
    plan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    form = VersionForm(request.POST or None, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.ta_bort(av=av, fardplan=plan, version=version)):
            messages.success(request, f"Färdplanen för {plan.stadskarna} i {plan.program} är borttagen.")
            # The whole page anew: the menu is another's from now on.
            dit = reverse("program", args=[plan.program.slug])
            return redigering.vidare(request, dit)
    hanvisningar = [] if plan.har_getts_ut else fragor.gjort(plan)
    sammanhang = {
        "fardplan": plan,
        "namn": f"{plan.program}, {plan.stadskarna}",
        "vad": "färdplanen",
        "forsvinner": f"Utkastet i {plan.program} för {plan.stadskarna} tas bort, med det som det fick från början.",
        "hinder": _hinder(plan, hanvisningar),
        "hanvisningar": hanvisningar,
        "meny": "fardplan",
        "tillbaka": reverse("fardplan", args=[stadskarna]),
    }
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang)


def _hinder(plan: Fardplan, hanvisningar: list[Hanvisningar]) -> list[str]:
    if plan.har_getts_ut:
        return [andringar.HAR_VARIT_PUBLICERAD]
    return ["Ta först bort det som ni har skrivit i den."] if hanvisningar else []


@require_POST
def forhandsvisa(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """From here on the pages of the stadskärna are shown as a besökare will see them, until one is done looking."""
    plan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    request.session[FORHANDSVISNING] = {"stadskarna": stadskarna, "fardplan": plan.pk}
    return redirect("fardplan", stadskarna=stadskarna)


@require_POST
def sluta_forhandsvisa(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Back to the färdplan that was looked at, which may be the next generation's."""
    visad = request.session.pop(FORHANDSVISNING, {})
    plan = synliga_fardplaner(request.user).filter(pk=visad.get("fardplan"), stadskarna__slug=stadskarna)
    sedd = plan.select_related("stadskarna", "program").first()
    return redirect(generationer.adress(sedd, "fardplan", galler=False) if sedd else f"/{stadskarna}/")
