"""The saved ways to look at the insatskarta: the menu and its page, and giving one a name, another one, or none."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from aktorer.behorighet import har_nagonstans
from aktorer.grund import redigering
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import kartvy as andringar
from insatser.behorighet import kartvyer
from insatser.forms import urval as urvalsform
from insatser.forms.kartvy import KartvyForm
from insatser.fragor.urval import i_ord
from insatser.models import Fardplan, Kartvy
from insatser.views import atkomst


def vyer(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Those of one's own and those that are shared, as links into this stadskärna; for htmx the list alone."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.SE_INTERNT)
    sammanhang = {
        "fardplan": fardplan,
        "vyer": kartvyer(atkomst.jag(request)).select_related("agare").order_by("namn", "pk"),
        "urvalet": urvalsform.behall(request.GET),
    }
    mall = "insatser/karta/vyer.html"
    return render(request, f"{mall}#lista" if redigering.vill_ha_fragment(request, "vyerna") else mall, sammanhang)


def ny(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Save what the address asks for."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.SE_INTERNT)
    av, urvalet = atkomst.jag(request), urvalsform.behall(request.GET)
    form = KartvyForm(request.POST or None, dela_med=_dela_med(av))
    karta = reverse("insatskarta", args=[stadskarna]) + urvalet
    if request.method == "POST" and form.is_valid():
        namn, delad = form.cleaned_data["namn"], form.cleaned_data.get("delad", False)
        fraga = urvalet.removeprefix("?")
        if redigering.forsok(form, lambda: andringar.spara(av=av, namn=namn, fraga=fraga, delad=delad)):
            return redigering.sparat(request, karta, f"Vyn ”{namn}” är sparad. Du hittar den under Sparade vyer.")
    urval, visning = urvalsform.las(request.GET)
    vad = i_ord(urval) or "Hela insatskartan"
    sammanhang = {
        "fardplan": fardplan,
        "rubrik": "Spara vyn",
        "ingress": f"{vad}, som {dict(urvalsform.VYER)[visning.vy].lower()}. Vyn går att använda i alla stadskärnor.",
        "tillbaka": karta,
        "urvalet": urvalet,
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def redigera(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Another name, or shared or not."""
    fardplan, vy = _vy(request, stadskarna, pk)
    av = atkomst.jag(request)
    form: Any = KartvyForm(
        request.POST or None,
        # The form gets a copy: a ModelForm writes what was typed on its instance before anything is saved.
        instance=Kartvy.objects.get(pk=vy.pk),
        initial={"version": vy.version},
        dela_med=_dela_med(av),
    )
    alla = reverse("kartvyer", args=[stadskarna])
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data | {"version": form.cleaned_data["version"] or 0}
        if redigering.forsok(form, lambda: andringar.andra(av=av, vy=vy, **varden)):
            return redigering.sparat(request, alla, f"Vyn ”{varden['namn']}” är sparad.")
    sammanhang = {"fardplan": fardplan, "rubrik": f"Ändra vyn {vy}", "tillbaka": alla}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


@require_POST
def ta_bort(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    _, vy = _vy(request, stadskarna, pk)
    av, version = atkomst.jag(request), redigering.version(request)
    alla = reverse("kartvyer", args=[stadskarna])
    text = f"Vyn ”{vy}” är borttagen."
    return redigering.gor(request, lambda: andringar.ta_bort(av=av, vy=vy, version=version), alla, text)


def _vy(request: HttpRequest, stadskarna: str, pk: int) -> tuple[Fardplan, Kartvy]:
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.SE_INTERNT)
    hittad = kartvyer(atkomst.jag(request)).filter(pk=pk).first()
    if hittad is None:
        raise Http404("Vyn finns inte. Den kan vara borttagen, eller inte längre delad.")
    return fardplan, hittad


def _dela_med(person: Anvandare) -> Aktor | None:
    return person.aktor if har_nagonstans(person, Rattighet.REDIGERA) else None
