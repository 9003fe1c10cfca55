"""The register of programs: list them, add one, change one and its målområden."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import program as andringar
from insatser.forms import program as tabell
from insatser.forms.insats import VersionForm
from insatser.forms.program import MalomradeForm, ProgramForm, TaBortMalomradeForm
from insatser.fragor import generation
from insatser.fragor import program as fragor
from insatser.fragor.hanvisning import Hanvisningar
from insatser.models import Malomrade, Program
from insatser.views import atkomst


def alla(request: HttpRequest) -> HttpResponse:
    atkomst.krav(request, Rattighet.REDIGERA)
    return render(request, "insatser/program/alla.html", {"program": fragor.register()})


def ny(request: HttpRequest) -> HttpResponse:
    atkomst.krav(request, Rattighet.REDIGERA)
    form = ProgramForm(request.POST or None, initial={"utgar_fran": Program.objects.order_by("-ar_fran").first()})
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), _varden(form)
        gjorda: list[Program] = []
        if redigering.forsok(form, lambda: gjorda.append(andringar.skapa(av=av, **varden))):
            text = f"{gjorda[0]} är tillagt. Börja färdplanerna nedan."
            return redigering.sparat(request, _adress(gjorda[0]), text)
    sammanhang = {"rubrik": "Nytt program", "tillbaka": reverse("program_alla")}
    return redigering.svara_formular(request, "insatser/program/program.html", form, sammanhang)


def program(request: HttpRequest, program: str) -> HttpResponse:
    """What it is called and when it holds, beside its målområden."""
    vald = atkomst.program(request, program, Rattighet.REDIGERA)
    egen = Program.objects.get(pk=vald.pk)  # a ModelForm writes on its instance before anything is saved
    form = ProgramForm(request.POST or None, instance=egen, initial={"version": vald.version})
    if request.method == "POST" and form.is_valid():
        av, varden, version = atkomst.jag(request), _varden(form), form.cleaned_data["version"] or 0
        if redigering.forsok(form, lambda: andringar.andra(av=av, program=vald, version=version, **varden)):
            return redigering.sparat(request, _adress(vald), f"{varden['namn']} är sparat.")
    sammanhang = {
        "program": vald,
        "malomraden": fragor.malomraden(vald),
        "platser": generation.platser(vald, request.user),
        "rubrik": str(vald),
        "tillbaka": reverse("program_alla"),
    }
    return redigering.svara_formular(request, "insatser/program/program.html", form, sammanhang)


def ta_bort(request: HttpRequest, program: str) -> HttpResponse:
    """Ask first; where it is used, name by what and lead there."""
    vald = atkomst.program(request, program, Rattighet.REDIGERA)
    form = VersionForm(request.POST or None, initial={"version": vald.version})
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.ta_bort(av=av, program=vald, version=version)):
            return redigering.sparat(request, reverse("program_alla"), f"{vald} är borttaget.")
    sammanhang = {
        "namn": str(vald),
        "vad": "programmet",
        "forsvinner": f"{vald} tas bort med sina tomma målområden.",
        "tillbaka": _adress(vald),
    }
    return _fraga_om_att_ta_bort(request, form, fragor.programmets_innehall(vald), sammanhang)


def nytt_malomrade(request: HttpRequest, program: str) -> HttpResponse:
    vald = atkomst.program(request, program, Rattighet.REDIGERA)
    sist = vald.malomraden.order_by("nummer").last()
    form = MalomradeForm(request.POST or None, initial={"nummer": sist.nummer + 1 if sist else 1})
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), _varden(form)
        if redigering.forsok(form, lambda: andringar.skapa_malomrade(av=av, program=vald, **varden)):
            return redigering.sparat(request, _adress(vald), f"{varden['namn']} är tillagt.")
    sammanhang = {"program": vald, "rubrik": "Nytt målområde", "tillbaka": _adress(vald)}
    return redigering.svara_formular(request, "insatser/program/malomrade.html", form, sammanhang)


def malomrade(request: HttpRequest, program: str, nummer: int) -> HttpResponse:
    vald = atkomst.program(request, program, Rattighet.REDIGERA)
    omrade = _malomrade(request, vald, nummer)
    form = MalomradeForm(
        request.POST or None,
        instance=Malomrade.objects.get(pk=omrade.pk),
        initial={"version": omrade.version, "malomrade": omrade.pk, "nummer": omrade.nummer},
        fast=fragor.numren_star_fast(vald),
    )
    if request.method == "POST" and form.is_valid():
        av, varden, version = atkomst.jag(request), _varden(form), form.cleaned_data["version"] or 0
        skrivna: list[tuple[Malomrade, Malomrade | None]] = []
        if redigering.forsok(
            form,
            lambda: skrivna.append(andringar.andra_malomrade(av=av, malomrade=omrade, version=version, **varden)),
        ):
            text, annat = f"{skrivna[0][0]} är sparat.", skrivna[0][1]
            bytte = f" Det bytte plats med {annat.namn}, som nu är {annat.nummer}." if annat else ""
            return redigering.sparat(request, _adress(vald), text + bytte)
    sammanhang = {"program": vald, "malomrade": omrade, "rubrik": f"Ändra {omrade}", "tillbaka": _adress(vald)}
    return redigering.svara_formular(request, "insatser/program/malomrade.html", form, sammanhang)


def ta_bort_malomrade(request: HttpRequest, program: str, nummer: int) -> HttpResponse:
    """Ask first; where something is in it, name that and lead there."""
    vald = atkomst.program(request, program, Rattighet.REDIGERA)
    omrade = _malomrade(request, vald, nummer)
    form = TaBortMalomradeForm(request.POST or None, initial={"version": omrade.version, "malomrade": omrade.pk})
    av = atkomst.jag(request)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.ta_bort_malomrade(av=av, malomrade=omrade, version=version)):
            return redigering.sparat(request, _adress(vald), f"{omrade.namn} är borttaget.")
    sammanhang = {
        "namn": str(omrade),
        "vad": "målområdet",
        "forsvinner": f"{omrade} tas bort ur {vald}.",
        "tillbaka": reverse("malomrade", args=[vald.slug, omrade.nummer]),
    }
    return _fraga_om_att_ta_bort(request, form, fragor.innehall(omrade, av), sammanhang)


def _fraga_om_att_ta_bort(
    request: HttpRequest,
    form: VersionForm | TaBortMalomradeForm,
    innehall: list[Hanvisningar],
    sammanhang: dict[str, Any],
) -> HttpResponse:
    ord_ = "Ta först bort det som finns i det, även utkast och avförda."
    hinder = {"hinder": [ord_] if innehall else [], "hanvisningar": innehall, "meny": "start"}
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang | hinder)


def ordlista(request: HttpRequest, program: str) -> HttpResponse:
    """The words explained beside how its handlingsplaner are read."""
    vald = atkomst.program(request, program, Rattighet.REDIGERA)
    form = VersionForm(request.POST or None, initial={"version": vald.version})
    nu = andringar.rader(vald.ordlista.order_by("ordning"))
    rader = tabell.svar(request.POST) if request.POST else tabell.visa(nu)
    if request.method == "POST" and _giltiga(form, rader):
        av, version, orden = atkomst.jag(request), form.cleaned_data["version"], rader.rader()
        if redigering.forsok(form, lambda: andringar.andra(av=av, program=vald, version=version, ordlista=orden)):
            return redigering.sparat(request, _adress(vald), "Ordlistan är sparad.")
        if krock := getattr(form, "krock", None):
            rader = tabell.visa(krock.rader["ordlista"])
    sammanhang = {"program": vald, "rader": rader, "rubrik": "Ordlista", "tillbaka": _adress(vald)}
    return redigering.svara_formular(request, "insatser/program/ordlista.html", form, sammanhang)


def _giltiga(form: VersionForm, rader: Any) -> bool:
    bada = [form.is_valid(), rader.is_valid()]
    if bada == [True, False]:
        form.add_error(None, "Ordlistan är inte sparad. Rätta det som är markerat.")
    return all(bada)


def _malomrade(request: HttpRequest, program: Program, nummer: int) -> Malomrade:
    """The one with the number, or the one that what is sent was written about, whatever its number is now. Http404."""
    pk = request.POST.get("malomrade", "")
    vilket = {"pk": int(pk)} if pk.isdecimal() and len(pk) < 10 else {"nummer": nummer}
    hittat: Malomrade | None = program.malomraden.filter(**vilket).first()
    if hittat is None:
        raise Http404(f"Det finns inget målområde {nummer} i {program}. Det kan ha bytt nummer eller tagits bort.")
    return hittat


def _adress(program: Program) -> str:
    return reverse("program", args=[program.slug])


def _varden(form: ProgramForm | MalomradeForm) -> dict[str, Any]:
    return {namn: varde for namn, varde in form.cleaned_data.items() if namn not in {"version", "malomrade"}}
