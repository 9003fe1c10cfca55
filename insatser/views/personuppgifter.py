"""What is kept of a person, for administratörer: handed out, and forgotten."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from aktorer.andringar import senaste_handelse
from aktorer.grund import redigering
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import personuppgifter as andringar
from insatser.forms.insats import VersionForm
from insatser.forms.personuppgifter import GlomForm
from insatser.fragor import personuppgifter as fragor
from insatser.fragor.personuppgifter import UtanKonto, Utdrag
from insatser.models import Kontakt
from insatser.views import atkomst


def registerutdrag(request: HttpRequest, pk: int) -> HttpResponse:
    person = atkomst.konto(request, pk)
    sammanhang = {
        "person": person,
        "sidan": reverse("konto", args=[pk]),
        "som_json": reverse("registerutdrag_json", args=[pk]),
        "glom": reverse("glom", args=[pk]),
        "delar": fragor.utdrag(person).delar,
    }
    return render(request, "insatser/personuppgifter/utdrag.html", sammanhang)


def registerutdrag_json(request: HttpRequest, pk: int) -> HttpResponse:
    return _som_json(fragor.utdrag(atkomst.konto(request, pk)), f"registerutdrag-{pk}")


def _som_json(utdrag: Utdrag, filnamn: str) -> HttpResponse:
    svar = JsonResponse(asdict(utdrag), json_dumps_params={"indent": 2, "ensure_ascii": False})
    svar.headers["Content-Disposition"] = f'attachment; filename="{filnamn}.json"'
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


def kontaktutdrag(request: HttpRequest, pk: int) -> HttpResponse:
    """Of a contact; who has an account as well is read there."""
    kontakt, konto = _kontakt(request, pk)
    if konto:
        return redirect("registerutdrag", konto.pk)
    sammanhang = {
        "person": kontakt,
        "sidan": reverse("kontakt_redigera", args=[pk]),
        "som_json": reverse("kontakt_registerutdrag_json", args=[pk]),
        "glom": reverse("kontakt_glom", args=[pk]),
        "delar": fragor.utdrag_utan_konto(_allt_om(kontakt)).delar,
    }
    return render(request, "insatser/personuppgifter/utdrag.html", sammanhang)


def kontaktutdrag_json(request: HttpRequest, pk: int) -> HttpResponse:
    kontakt, konto = _kontakt(request, pk)
    if konto:
        return redirect("registerutdrag_json", konto.pk)
    return _som_json(fragor.utdrag_utan_konto(_allt_om(kontakt)), f"registerutdrag-kontakt-{pk}")


def glom_kontakt(request: HttpRequest, pk: int) -> HttpResponse:
    """Everywhere the person is a contact, not here alone."""
    kontakt, konto = _kontakt(request, pk)
    if konto:
        return redirect("glom", konto.pk)
    vem, av = _allt_om(kontakt), atkomst.jag(request)
    form = VersionForm(request.POST or None, initial={"version": kontakt.version})
    if (
        request.method == "POST"
        and form.is_valid()
        and redigering.forsok(form, lambda: andringar.glom_utan_konto(av=av, vem=vem))
    ):
        return redigering.sparat(request, reverse("aktor", args=[kontakt.aktor.slug]), "Personen är glömd.")
    sammanhang = {
        "rubrik": f"Glöm {kontakt}",
        "tillbaka": reverse("kontakt_redigera", args=[pk]),
        "knapp": "Glöm personen",
        "kropp": "insatser/personuppgifter/glom_kontakt.html",
        "vem": vem,
        "namnd": fragor.utdrag_utan_konto(vem).namnd,
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _kontakt(request: HttpRequest, pk: int) -> tuple[Kontakt, Anvandare | None]:
    """The contact, and the account of the same person. For administratörer."""
    atkomst.krav(request, Rattighet.ADMINISTRERA)
    kontakt = atkomst.kontakt(request, pk)
    return kontakt, kontakt.anvandare or Anvandare.objects.filter(epost__iexact=kontakt.epost).first()


def _allt_om(kontakt: Kontakt) -> UtanKonto:
    return fragor.utan_konto(kontakt.epost) if kontakt.epost else UtanKonto([], [kontakt], [])
