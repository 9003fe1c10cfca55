"""A stadskärna's färdplan: karaktär, målområden and färdriktningar."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from aktorer.behorighet import har
from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import fardplan as andringar
from insatser.behorighet import kanda_handlingsplaner, synliga_fardplaner
from insatser.forms.fardplan import FardriktningForm, KaraktarForm
from insatser.fragor import fardplan as fragor
from insatser.fragor import oversikt
from insatser.fragor.finansiering import summor
from insatser.models import Fardriktning, Malomrade
from insatser.views import atkomst


@login_not_required
def fardplan(request: HttpRequest, stadskarna: str) -> HttpResponse:
    plan = atkomst.fardplan(request, stadskarna)
    riktningar = {r.malomrade_id: r for r in Fardriktning.objects.filter(fardplan=plan)}
    malomraden = [(m, riktningar.get(m.pk)) for m in Malomrade.objects.filter(program=plan.program).order_by("nummer")]
    ovriga = synliga_fardplaner(request.user).filter(stadskarna=plan.stadskarna).exclude(pk=plan.pk)
    sammanhang = {
        "fardplan": plan,
        "malomraden": malomraden,
        "dokument": plan.styrdokument.all(),
        "ovriga": ovriga.select_related("program").nyast_forst(),
        "karnkommuner": plan.stadskarna.karnkommuner.order_by("karnkommun_set__ordning"),
        "karna": oversikt.stadskarna(plan),
        "far": {"redigera": har(request.user, Rattighet.REDIGERA)},
    }
    return render(request, "insatser/fardplan/fardplan.html", sammanhang)


@login_not_required
def generation(request: HttpRequest, stadskarna: str, program: str) -> HttpResponse:
    """A färdplan that is not the one in force: an older one, or the next one's draft. To be read, on one page."""
    gallande = atkomst.fardplan(request, stadskarna)
    if gallande.program.slug == program:
        return redirect("fardplan", stadskarna=stadskarna)
    hittad = synliga_fardplaner(request.user).filter(stadskarna=gallande.stadskarna, program__slug=program)
    plan = hittad.select_related("program", "stadskarna").first()
    if plan is None:
        raise Http404(f"Det finns ingen sådan plan för {gallande.stadskarna}.")
    sammanhang = {
        # The menu leads to what is in force.
        "fardplan": gallande,
        "plan": plan,
        "falt": fragor.falt(plan),
        "dokument": plan.styrdokument.all(),
        "handlingsplaner": kanda_handlingsplaner(request.user).filter(fardplan=plan).nyast_forst(),
        "summor": summor(plan.bidrag.select_related("aktor")),
    }
    return render(request, "insatser/fardplan/generation.html", sammanhang)


def redigera_karaktar(request: HttpRequest, stadskarna: str) -> HttpResponse:
    plan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    form = KaraktarForm(request.POST or None, instance=plan, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.andra(av=av, fardplan=plan, **varden)):
            return redigering.sparat(request, reverse("fardplan", args=[stadskarna]), "Karaktären är sparad.")
    sammanhang = {"fardplan": plan, "rubrik": "Ändra karaktären", "tillbaka": reverse("fardplan", args=[stadskarna])}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def redigera_fardriktning(request: HttpRequest, stadskarna: str, nummer: int) -> HttpResponse:
    plan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    riktning = Fardriktning.objects.filter(fardplan=plan, malomrade__nummer=nummer).select_related("malomrade").first()
    if riktning is None:
        raise Http404("Färdplanen har ingen färdriktning för det målområdet.")
    form = FardriktningForm(request.POST or None, instance=riktning, initial={"version": riktning.version})
    adress = reverse("fardplan", args=[stadskarna]) + f"#malomrade-{nummer}"
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        if redigering.forsok(form, lambda: andringar.andra_fardriktning(av=av, fardriktning=riktning, **varden)):
            return redigering.sparat(request, adress, "Färdriktningen är sparad.")
    sammanhang = {"fardplan": plan, "rubrik": f"Ändra färdriktningen för {riktning.malomrade}", "tillbaka": adress}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)
