"""What is kept of a person, for administratörer: handed out, and forgotten."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from aktorer.andringar import senaste_handelse
from aktorer.grund import redigering
from insatser.andringar import personuppgifter as andringar
from insatser.forms.personuppgifter import GlomForm
from insatser.fragor import personuppgifter as fragor
from insatser.views import atkomst


def registerutdrag(request: HttpRequest, pk: int) -> HttpResponse:
    person = atkomst.konto(request, pk)
    return render(
        request, "insatser/personuppgifter/utdrag.html", {"person": person, "delar": fragor.utdrag(person).delar}
    )


def registerutdrag_json(request: HttpRequest, pk: int) -> HttpResponse:
    svar = JsonResponse(
        asdict(fragor.utdrag(atkomst.konto(request, pk))), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    svar.headers["Content-Disposition"] = f'attachment; filename="registerutdrag-{pk}.json"'
    return svar


def glom(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would happen, and where the name stands in texts; then it is done."""
    person, av = atkomst.konto(request, pk), atkomst.jag(request)
    hinder = fragor.hinder(av, person)
    form = GlomForm(request.POST or None, initial={"sedd": senaste_handelse(person)})
    if request.method == "POST" and form.is_valid():
        sedd, skal = form.cleaned_data["sedd"], form.cleaned_data["skal"]
        if redigering.forsok(form, lambda: andringar.glom(av=av, person=person, sedd=sedd, skal=skal)):
            return redigering.sparat(request, reverse("konton"), "Personen är glömd.")
    sammanhang = {
        "rubrik": f"Glöm {person}",
        "tillbaka": reverse("konto", args=[pk]),
        "om_konton": True,
        "knapp": "Glöm personen",
        "kropp": "insatser/personuppgifter/glom.html",
        "person": person,
        "hinder": hinder,
        "blir": None if hinder else andringar.torrkor(av=av, person=person),
    }
    mall = "insatser/personuppgifter/hinder.html" if hinder else "formular.html"
    return redigering.svara_formular(request, mall, form, sammanhang)
