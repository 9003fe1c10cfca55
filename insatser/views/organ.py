"""The samverkansorgan of a stadskärna: who sits in them, when they meet and what they have decided."""

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
from insatser.andringar import organ as andringar
from insatser.forms import organ as tabell
from insatser.forms.insats import VersionForm
from insatser.forms.organ import OrganForm
from insatser.fragor import organ as fragor
from insatser.models import Fardplan, Samverkansorgan
from insatser.views import atkomst, mellansteg
from insatser.views.mellansteg import Mellansteg


@login_not_required
@publik
def organ(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    alla = fragor.organ(fardplan, request.user)
    sammanhang = {
        "fardplan": fardplan,
        "organ": [o for o in alla if not o.upphort],
        "tidigare": [o for o in alla if o.upphort],
        "far": {
            "planera": har(request.user, Rattighet.PLANERA, fardplan.stadskarna_id),
            "se_internt": har(request.user, Rattighet.SE_INTERNT),
        },
    }
    return render(request, "insatser/organ/organ.html", sammanhang)


def ny(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.PLANERA)
    form = OrganForm(request.POST or None)
    mellan = mellansteg.steg(request, "plats", rad="plats")
    rader = tabell.svar(mellan.data) if request.POST else tabell.visa([])
    if mellan.begard:
        mellansteg.visa_om(form, rader, mellan)
    elif request.method == "POST" and _giltiga(form, rader):
        av, platser = atkomst.jag(request), rader.rader()
        varden = _varden(form)
        if redigering.forsok(
            form, lambda: andringar.skapa(av=av, stadskarna=fardplan.stadskarna, platser=platser, **varden)
        ):
            return redigering.sparat(
                request, reverse("organ", args=[stadskarna]), f"{varden['namn']} finns nu på sidan."
            )
    return _svar(request, fardplan, form, rader, mellan, "Nytt samverkansorgan")


def redigera(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    fardplan, valt = atkomst.organ(request, stadskarna, pk, Rattighet.PLANERA)
    eget = Samverkansorgan.objects.get(pk=pk)  # a ModelForm writes on its instance before anything is saved
    form = OrganForm(request.POST or None, instance=eget, initial={"version": valt.version})
    nu = andringar.rader(valt.platser.order_by("ordning"))
    mellan = mellansteg.steg(request, "plats", rad="plats")
    rader = tabell.svar(mellan.data) if request.POST else tabell.visa(nu)
    if mellan.begard:
        mellansteg.visa_om(form, rader, mellan)
    elif request.method == "POST" and _giltiga(form, rader):
        av, platser = atkomst.jag(request), rader.rader()
        varden, version = _varden(form), form.cleaned_data["version"] or 0
        if redigering.forsok(
            form, lambda: andringar.andra(av=av, organ=valt, version=version, platser=platser, **varden)
        ):
            return redigering.sparat(
                request, reverse("organ", args=[stadskarna]), f"Ändringen av {varden['namn']} är sparad."
            )
        if krock := getattr(form, "krock", None):
            rader = tabell.visa(krock.rader["platser"])
    return _svar(request, fardplan, form, rader, mellan, f"Ändra {valt}", valt)


def ta_bort(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Ask first, and say why when it cannot be taken away."""
    fardplan, valt = atkomst.organ(request, stadskarna, pk, Rattighet.PLANERA)
    form = VersionForm(request.POST or None, initial={"version": valt.version})
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.ta_bort(av=av, organ=valt, version=version)):
            return redigering.sparat(request, reverse("organ", args=[stadskarna]), f"{valt} är borttaget.")
    gemensamt = "" if valt.stadskarna_id else " i alla stadskärnor"
    sammanhang = {
        "fardplan": fardplan,
        "namn": str(valt),
        "vad": "organet",
        "forsvinner": f"{valt} tas bort{gemensamt}.",
        "hinder": fragor.hinder(valt),
        "meny": "organ",
        "tillbaka": reverse("organ_redigera", args=[stadskarna, pk]),
    }
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang)


def _giltiga(form: OrganForm, rader: Any) -> bool:
    bada = [form.is_valid(), rader.is_valid()]
    if bada == [True, False]:
        form.add_error(None, "Organet är inte sparat. Rätta det som är markerat bland platserna.")
    return all(bada)


def _varden(form: OrganForm) -> dict[str, Any]:
    return {namn: varde for namn, varde in form.cleaned_data.items() if namn != "version"}


def _svar(
    request: HttpRequest,
    fardplan: Fardplan,
    form: OrganForm,
    rader: Any,
    mellan: Mellansteg,
    rubrik: str,
    valt: Samverkansorgan | None = None,
) -> HttpResponse:
    tillbaka = reverse("organ", args=[fardplan.stadskarna.slug])
    sammanhang = {
        "fardplan": fardplan,
        "rader": rader,
        "mellan": mellan,
        "rubrik": rubrik,
        "tillbaka": tillbaka,
        "organ": valt,
        "hinder": fragor.hinder(valt) if valt else [],
    }
    return redigering.svara_formular(request, "insatser/organ/redigera.html", form, sammanhang)
