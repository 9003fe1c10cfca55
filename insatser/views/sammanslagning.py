"""Merge an aktör with another: choose which, read what happens, and say yes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from aktorer.grund import redigering
from aktorer.models import Aktor
from aktorer.roller import Rattighet
from insatser.andringar import sammanslagning as andringar
from insatser.forms.sammanslagning import SammanslagningForm
from insatser.fragor import sammanslagning as fragor
from insatser.regler.exempel import Exempel
from insatser.views import atkomst


def sla_ihop(request: HttpRequest, slug: str) -> HttpResponse:
    """Without `med` the choice alone; with it what would happen, and the button that does it."""
    atkomst.krav(request, Rattighet.REDIGERA)
    fran: Aktor | None = Aktor.objects.filter(slug=slug).select_related("uppgatt_i").first()
    if fran is None:
        raise Http404("Det finns ingen aktör med den adressen.")
    if fran.uppgatt_i and request.method == "GET":
        messages.info(request, f"{fran} är redan sammanslagen med {fran.uppgatt_i}.")
        return redirect("aktor", slug=fran.uppgatt_i.slug)
    form = SammanslagningForm(
        request.POST or None, fran=fran, initial={"version": fran.version, "med": request.GET.get("med", "")}
    )
    valt = request.POST.get("med", request.GET.get("med", "")).replace("\0", "")
    till: Aktor | None = Aktor.objects.filter(slug=valt).select_related("uppgatt_i").first() if valt else None
    if request.method == "POST" and form.is_valid() and till:
        av, version, mal = atkomst.jag(request), form.cleaned_data["version"], till
        if redigering.forsok(form, lambda: andringar.sla_ihop(av=av, fran=fran, till=mal, version=version)):
            text = f"{fran} är sammanslagen med {mal}. Den gamla adressen leder hit."
            return redigering.sparat(request, reverse("aktor", args=[mal.slug]), text)
    blir = fragor.forbered(fran, till) if till else None
    sammanhang = {
        "aktor": fran,
        "till": till,
        "blir": blir,
        "exempel": Exempel.DELAR if blir and any(f.exempel for f in blir.foljder) else Exempel.INGET,
        "rubrik": f"Slå ihop {fran} med en annan aktör",
        "tillbaka": reverse("aktor", args=[slug]),
    }
    return redigering.svara_formular(request, "insatser/aktor/sla_ihop.html", form, sammanhang)
