"""One överenskommelse with who has joined it, and editing it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aktorer.behorighet import har
from aktorer.grund import redigering
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.andringar import overenskommelse as andringar
from insatser.forms import overenskommelse as tabell
from insatser.forms.insats import VersionForm
from insatser.forms.overenskommelse import OverenskommelseForm
from insatser.fragor import arende as fragor
from insatser.fragor.insatslankar import insatslankar
from insatser.models import Overenskommelse
from insatser.views import atkomst, mellansteg
from insatser.views.mellansteg import Mellansteg


@login_not_required
@publik
def overenskommelse(request: HttpRequest, pk: int) -> HttpResponse:
    visad = atkomst.overenskommelse(request, pk)
    insatser = visad.insatser.select_related("malomrade", "fardplan").i_nummerordning()
    far = {"redigera": har(request.user, Rattighet.REDIGERA), "se_internt": har(request.user, Rattighet.SE_INTERNT)}
    sammanhang = {
        "overenskommelse": visad,
        "anslutningar": visad.anslutningar.select_related("aktor", "arende").order_by("ordning"),
        "insatser": insatslankar(insatser, request.user),
        "far": far,
        "hinder": fragor.hinder_overenskommelse(visad) if far["redigera"] else [],
    }
    return render(request, "insatser/overenskommelse/overenskommelse.html", sammanhang)


def ny(request: HttpRequest) -> HttpResponse:
    atkomst.krav(request, Rattighet.REDIGERA)
    form = OverenskommelseForm(request.POST or None, valda=[])
    mellan = _mellansteg(request)
    rader = tabell.svar(mellan.data) if request.POST else tabell.visa([])
    if mellan.begard:
        mellansteg.visa_om(form, rader, mellan)
    elif request.method == "POST" and _giltiga(form, rader):
        av, anslutningar, varden = atkomst.jag(request), rader.rader(), _varden(form)
        skapade: list[Overenskommelse] = []
        if redigering.forsok(form, lambda: skapade.append(andringar.skapa(av=av, anslutningar=anslutningar, **varden))):
            return redigering.sparat(request, _adress(skapade[0]), "Överenskommelsen är tillagd.")
    return _svar(request, form, rader, mellan, "Ny överenskommelse", reverse("arenden"))


def redigera(request: HttpRequest, pk: int) -> HttpResponse:
    visad = atkomst.overenskommelse(request, pk, Rattighet.REDIGERA)
    form = OverenskommelseForm(
        request.POST or None,
        instance=Overenskommelse.objects.get(pk=pk),  # a ModelForm writes on its instance before anything is saved
        initial={"version": visad.version},
        valda=list(visad.insatslankar.values_list("insats_id", flat=True)),
    )
    nu = andringar.rader(visad.anslutningar.order_by("ordning"))
    mellan = _mellansteg(request)
    rader = tabell.svar(mellan.data) if request.POST else tabell.visa(nu)
    if mellan.begard:
        mellansteg.visa_om(form, rader, mellan)
    elif request.method == "POST" and _giltiga(form, rader):
        av, anslutningar, varden = atkomst.jag(request), rader.rader(), _varden(form)
        version = form.cleaned_data["version"] or 0
        if redigering.forsok(
            form,
            lambda: andringar.andra(av=av, overenskommelse=visad, version=version, anslutningar=anslutningar, **varden),
        ):
            return redigering.sparat(request, _adress(visad), "Överenskommelsen är sparad.")
        if krock := getattr(form, "krock", None):
            rader = tabell.visa(krock.rader["anslutningar"])
    return _svar(request, form, rader, mellan, "Ändra överenskommelsen", _adress(visad), visad)


def ta_bort(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, and say why when it cannot be taken away."""
    visad = atkomst.overenskommelse(request, pk, Rattighet.REDIGERA)
    form = VersionForm(request.POST or None, initial={"version": visad.version})
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.ta_bort(av=av, overenskommelse=visad, version=version)):
            return redigering.sparat(request, reverse("arenden"), f"Överenskommelsen ”{visad}” är borttagen.")
    sammanhang = {
        "namn": str(visad),
        "vad": "överenskommelsen",
        "forsvinner": f"”{visad}” tas bort.",
        "hinder": fragor.hinder_overenskommelse(visad),
        "meny": "arenden",
        "tillbaka": _adress(visad),
    }
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang)


def _giltiga(form: OverenskommelseForm, rader: Any) -> bool:
    bada = [form.is_valid(), rader.is_valid()]
    if bada == [True, False]:
        form.add_error(None, "Överenskommelsen är inte sparad. Rätta det som är markerat bland aktörerna.")
    return all(bada)


def _varden(form: OverenskommelseForm) -> dict[str, Any]:
    return {namn: varde for namn, varde in form.cleaned_data.items() if namn != "version"}


def _mellansteg(request: HttpRequest) -> Mellansteg:
    return mellansteg.steg(request, "anslutning", sedan="Välj status och spara.")


def _svar(
    request: HttpRequest,
    form: OverenskommelseForm,
    rader: Any,
    mellan: Mellansteg,
    rubrik: str,
    tillbaka: str,
    visad: Overenskommelse | None = None,
) -> HttpResponse:
    sammanhang = {
        "rader": rader,
        "mellan": mellan,
        "rubrik": rubrik,
        "tillbaka": tillbaka,
        "overenskommelse": visad,
    }
    return redigering.svara_formular(request, "insatser/overenskommelse/redigera.html", form, sammanhang)


def _adress(visad: Overenskommelse) -> str:
    return reverse("overenskommelse", args=[visad.pk])
