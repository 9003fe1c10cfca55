"""The lägesbild of a stadskärna: indikatorer per målområde, beside the other stadskärnor and the target."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.andringar import lagesbild as andringar
from insatser.bild.lagesbild import diagram, gnista
from insatser.forms import lagesbild as tabell
from insatser.forms.insats import VersionForm
from insatser.forms.lagesbild import IndikatorForm, VardenForm
from insatser.fragor import lagesbild as fragor
from insatser.models import Fardplan, Indikator, Malomrade
from insatser.views import atkomst, indikatorer


@login_not_required
@publik
def lagesbild(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """As numbers with a line each, the chart behind; or as a table."""
    fardplan = atkomst.fardplan(request, stadskarna)
    if request.GET.get("vy") == "tabell":
        return render(request, "insatser/lagesbild/lagesbild.html", indikatorer.tabell(request, fardplan))
    malomraden = [
        (malomrade, [(bild, gnista(bild), *diagram(bild)) for bild in bilder])
        for malomrade, bilder in fragor.lagesbild(fardplan, request.user)
    ]
    sammanhang = {
        "fardplan": fardplan,
        "malomraden": malomraden,
        "finns": any(bilder for _, bilder in malomraden),
        "far": indikatorer.far_i(request, fardplan),
    }
    return render(request, "insatser/lagesbild/lagesbild.html", sammanhang)


def ny(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    atkomst.krav(request, Rattighet.REDIGERA)
    form = IndikatorForm(request.POST or None, malomraden=_malomraden(fardplan))
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), _varden(form)
        if redigering.forsok(form, lambda: andringar.skapa(av=av, **varden)):
            skapad = Indikator.objects.get(malomrade=varden["malomrade"], namn=varden["namn"])
            text = f"{skapad} är tillagd. Lägg in värden."
            return redigering.sparat(request, reverse("indikator_varden", args=[stadskarna, skapad.pk]), text)
    sammanhang = {"fardplan": fardplan, "rubrik": "Ny indikator", "tillbaka": reverse("lagesbild", args=[stadskarna])}
    return redigering.svara_formular(request, "insatser/lagesbild/redigera.html", form, sammanhang)


def redigera(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    fardplan, vald = atkomst.indikator(request, stadskarna, pk)
    atkomst.krav(request, Rattighet.REDIGERA)
    egen = Indikator.objects.get(pk=pk)  # a ModelForm writes on its instance before anything is saved
    forst = {"version": vald.version}
    form = IndikatorForm(request.POST or None, instance=egen, initial=forst, malomraden=_malomraden(fardplan))
    if request.method == "POST" and form.is_valid():
        av, varden, version = atkomst.jag(request), _varden(form), form.cleaned_data["version"] or 0
        varden["malomrade_id"] = varden.pop("malomrade").pk
        if redigering.forsok(form, lambda: andringar.andra(av=av, indikator=vald, version=version, **varden)):
            return redigering.sparat(request, _adress(stadskarna, pk), f"{varden['namn']} är sparad.")
    sammanhang = {
        "fardplan": fardplan,
        "rubrik": f"Ändra {vald}",
        "tillbaka": _adress(stadskarna, pk),
        "indikator": vald,
        "pahittat": fragor.pahittat(vald, []),
        "far": {"tas_bort": not vald.varden.exists()},
    }
    return redigering.svara_formular(request, "insatser/lagesbild/redigera.html", form, sammanhang)


@require_POST
def ta_bort(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Its page has asked; what hinders it is told where the others ask."""
    fardplan, vald = atkomst.indikator(request, stadskarna, pk)
    atkomst.krav(request, Rattighet.REDIGERA)
    form, av = VersionForm(request.POST), atkomst.jag(request)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    if redigering.forsok(form, lambda: andringar.ta_bort(av=av, indikator=vald, version=version)):
        return redigering.sparat(request, reverse("lagesbild", args=[stadskarna]), f"{vald} är borttagen.")
    sammanhang = {
        "fardplan": fardplan,
        "namn": str(vald),
        "vad": "indikatorn",
        "forsvinner": f"{vald} tas bort i alla stadskärnor.",
        "hinder": fragor.hinder(vald),
        "meny": "lagesbild",
        "tillbaka": reverse("indikator_redigera", args=[stadskarna, pk]),
    }
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang)


def varden(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """The values of one indikator in this stadskärna, year by year."""
    fardplan, vald = atkomst.indikator(request, stadskarna, pk, Rattighet.REDIGERA)
    karna = fardplan.stadskarna
    form = VardenForm(request.POST or None, initial={"sedd": fragor.senaste_handelse(vald, karna)})
    sparade = list(vald.varden.filter(stadskarna=karna))
    nu = [andringar.som_rad(v) for v in sparade]
    rader = tabell.visa(vald, nu)
    if request.method == "POST":
        seda = fragor.varden_da(vald, karna, form.cleaned_data["sedd"]) if form.is_valid() else []
        rader = tabell.svar(request.POST, vald, [*nu, *map(andringar.som_rad, seda)])
    if request.method == "POST" and _giltiga(form, rader):
        av, mina, sedd = atkomst.jag(request), rader.rader(), form.cleaned_data["sedd"]
        if redigering.forsok(
            form, lambda: andringar.satt(av=av, indikator=vald, stadskarna=karna, sedd=sedd, rader=mina)
        ):
            return redigering.sparat(request, _adress(stadskarna, pk), f"Värdena för {vald} är sparade.")
        if krock := getattr(form, "krock", None):
            rader = tabell.visa(vald, krock.rader["varden"])
    sammanhang = {
        "fardplan": fardplan,
        "indikator": vald,
        "pahittat": fragor.pahittat(vald, [str(karna)] if any(v.exempel for v in sparade) else []),
        "rader": rader,
        "rubrik": f"{vald}: värden för {karna}",
        "tillbaka": _adress(stadskarna, pk),
    }
    return redigering.svara_formular(request, "insatser/lagesbild/varden.html", form, sammanhang)


def _adress(stadskarna: str, pk: int) -> str:
    return reverse("lagesbild", args=[stadskarna]) + f"#indikator-{pk}"


def _malomraden(fardplan: Fardplan) -> QuerySet[Malomrade]:
    omraden: QuerySet[Malomrade] = Malomrade.objects.filter(program=fardplan.program_id).order_by("nummer")
    return omraden


def _varden(form: IndikatorForm) -> dict[str, Any]:
    return {namn: varde for namn, varde in form.cleaned_data.items() if namn != "version"}


def _giltiga(form: VardenForm, rader: Any) -> bool:
    bada = [form.is_valid(), rader.is_valid()]
    if bada == [True, False]:
        form.add_error(None, "Värdena är inte sparade. Rätta det som är markerat.")
    return all(bada)
