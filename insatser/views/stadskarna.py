"""The register of stadskärnor: list them, add one, change one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aktorer.grund import redigering
from aktorer.models import Aktor
from aktorer.roller import Rattighet
from insatser.andringar import stadskarna as andringar
from insatser.forms import stadskarna as tabell
from insatser.forms.insats import VersionForm
from insatser.forms.stadskarna import StadskarnaForm
from insatser.fragor import stadskarna as fragor
from insatser.models import Stadskarna
from insatser.views import atkomst, mellansteg
from insatser.views.mellansteg import Mellansteg


def stadskarnor(request: HttpRequest) -> HttpResponse:
    atkomst.krav(request, Rattighet.REDIGERA)
    return render(request, "insatser/stadskarna/stadskarnor.html", {"karnor": fragor.register(request.user)})


def ny(request: HttpRequest) -> HttpResponse:
    atkomst.krav(request, Rattighet.REDIGERA)
    form = StadskarnaForm(request.POST or None, initial={"ordning": Stadskarna.objects.count() + 1})
    mellan = _mellansteg(request)
    rader = tabell.svar(mellan.data) if request.POST else tabell.visa([])
    if mellan.begard:
        mellansteg.visa_om(form, rader, mellan)
    elif request.method == "POST" and _giltiga(form, rader):
        av, kommuner, varden = atkomst.jag(request), rader.rader(), _varden(form)
        if redigering.forsok(form, lambda: andringar.skapa(av=av, karnkommuner=kommuner, **varden)):
            text = f"{varden['namn']} är tillagd. Den syns för andra när den har en färdplan."
            return redigering.sparat(request, reverse("stadskarnor"), text)
    return _svar(request, form, rader, mellan, "Ny stadskärna")


def redigera(request: HttpRequest, slug: str) -> HttpResponse:
    vald = atkomst.stadskarna(request, slug, Rattighet.REDIGERA)
    egen = Stadskarna.objects.get(pk=vald.pk)  # a ModelForm writes on its instance before anything is saved
    fast = fragor.har_publicerat(vald)
    sett = {"version": vald.version, "ordning": vald.ordning}
    form = StadskarnaForm(request.POST or None, instance=egen, initial=sett, fast=fast)
    nu = andringar.rader(vald.karnkommun_set.order_by("ordning"))
    mellan = _mellansteg(request)
    rader = tabell.svar(mellan.data) if request.POST else tabell.visa(nu)
    if mellan.begard:
        mellansteg.visa_om(form, rader, mellan)
    elif request.method == "POST" and _giltiga(form, rader):
        av, kommuner, varden = atkomst.jag(request), rader.rader(), _varden(form)
        version = form.cleaned_data["version"] or 0
        if redigering.forsok(
            form,
            lambda: andringar.andra(av=av, stadskarna=vald, version=version, karnkommuner=kommuner, **varden),
        ):
            return redigering.sparat(request, reverse("stadskarnor"), f"{varden['namn']} är sparad.")
        if krock := getattr(form, "krock", None):
            rader = tabell.visa(krock.rader["karnkommuner"])
    return _svar(request, form, rader, mellan, f"Ändra {vald}", vald)


def ta_bort(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask first; where something is in it, name that and lead there."""
    vald = atkomst.stadskarna(request, slug, Rattighet.REDIGERA)
    form = VersionForm(request.POST or None, initial={"version": vald.version})
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.ta_bort(av=av, stadskarna=vald, version=version)):
            return redigering.sparat(request, reverse("stadskarnor"), f"{vald} är borttagen.")
    innehall = fragor.innehall(vald)
    sammanhang = {
        "namn": str(vald),
        "vad": "stadskärnan",
        "forsvinner": f"{vald} tas bort ur registret.",
        "hinder": ["Ta först bort det som finns i den."] if innehall else [],
        "hanvisningar": innehall,
        "meny": "start",
        "tillbaka": reverse("stadskarna_redigera", args=[slug]),
    }
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang)


def _giltiga(form: StadskarnaForm, rader: Any) -> bool:
    bada = [form.is_valid(), rader.is_valid()]
    if bada == [True, False]:
        form.add_error(None, "Stadskärnan är inte sparad. Rätta det som är markerat bland kärnkommunerna.")
    return all(bada)


def _varden(form: StadskarnaForm) -> dict[str, Any]:
    return {namn: varde for namn, varde in form.cleaned_data.items() if namn != "version"}


def _mellansteg(request: HttpRequest) -> Mellansteg:
    return mellansteg.steg(request, "kommun", rad="kommun", sedan="Spara stadskärnan.", slag=Aktor.Slag.KOMMUN)


def _svar(
    request: HttpRequest,
    form: StadskarnaForm,
    rader: Any,
    mellan: Mellansteg,
    rubrik: str,
    vald: Stadskarna | None = None,
) -> HttpResponse:
    sammanhang = {
        "stadskarna": vald,
        "rader": rader,
        "mellan": mellan,
        "rubrik": rubrik,
        "tillbaka": reverse("stadskarnor"),
    }
    return redigering.svara_formular(request, "insatser/stadskarna/redigera.html", form, sammanhang)
