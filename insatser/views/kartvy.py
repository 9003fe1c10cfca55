"""The saved ways to look at a table: the menu and its page, and giving one a name, another one, or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST

from aktorer import views as register
from aktorer.behorighet import har_nagonstans
from aktorer.forms import KOLUMNER as AKTORSKOLUMNER
from aktorer.grund import redigering
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import kartvy as andringar
from insatser.behorighet import kartvyer
from insatser.forms import aktiviteter, indikatorer
from insatser.forms import urval as urvalsform
from insatser.forms.kartvy import KartvyForm
from insatser.fragor.urval import i_ord
from insatser.models import Fardplan, Kartvy
from insatser.regler.bojning import uppraknat
from insatser.views import atkomst
from insatser.views import indikatorer as lagesbilden

# What of an address each table understands, to hang on an address. The tables are called as their addresses are.
BEHALL: dict[str, Callable[[QueryDict], str]] = {
    Kartvy.Tabell.INSATSKARTA: urvalsform.behall,
    Kartvy.Tabell.LAGESBILD: lagesbilden.urvalet,
    Kartvy.Tabell.AKTIVITETER: aktiviteter.KOLUMNER.behall,
    Kartvy.Tabell.AKTORER: register.urvalet,
}
KOLUMNER = {
    Kartvy.Tabell.LAGESBILD: indikatorer.KOLUMNER,
    Kartvy.Tabell.AKTIVITETER: aktiviteter.KOLUMNER,
    Kartvy.Tabell.AKTORER: AKTORSKOLUMNER,
}


@dataclass(frozen=True)
class Tabellplats:
    """Which table somebody came from, its address, what was asked of it ("?…" or ""), and its färdplan, if any."""

    tabell: Kartvy.Tabell
    adress: str
    fraga: str
    fardplan: Fardplan | None

    @property
    def urvalet(self) -> str:
        """To hang on the addresses here, so that one finds back."""
        return f"?{urlencode({'har': self.adress})}{self.fraga.replace('?', '&', 1)}"


def _plats(request: HttpRequest) -> Tabellplats:
    """Out of `har`, the path of the table's page; the register of aktörer without one. Http404, PermissionDenied."""
    try:
        traff = resolve(request.GET.get("har", ""))
    except Resolver404:
        traff = resolve(reverse("aktorer"))
    namn = traff.url_name if traff.url_name in BEHALL else "aktorer"
    ord_ = traff.kwargs if namn == traff.url_name else {}
    karna = ord_.get("stadskarna")
    fardplan = atkomst.fardplan(request, karna, Rattighet.SE_INTERNT) if karna else None
    if fardplan is None:
        atkomst.krav(request, Rattighet.SE_INTERNT)
    return Tabellplats(Kartvy.Tabell(namn), reverse(namn, kwargs=ord_), BEHALL[namn](request.GET), fardplan)


def vyer(request: HttpRequest) -> HttpResponse:
    """Those of one's own and those that are shared, as links into the table; for htmx the list alone."""
    plats = _plats(request)
    hans = kartvyer(atkomst.jag(request)).filter(tabell=plats.tabell)
    sammanhang = {
        "fardplan": plats.fardplan,
        "plats": plats,
        "vyer": hans.select_related("agare").order_by("namn", "pk"),
        "meny": plats.tabell,
    }
    mall = "insatser/kartvy/vyer.html"
    return render(request, f"{mall}#lista" if redigering.vill_ha_fragment(request, "vyerna") else mall, sammanhang)


def ny(request: HttpRequest) -> HttpResponse:
    """Save what the address asks for."""
    plats, av = _plats(request), atkomst.jag(request)
    form = KartvyForm(request.POST or None, dela_med=_dela_med(av))
    tabellen = plats.adress + plats.fraga
    if request.method == "POST" and form.is_valid():
        namn, delad = form.cleaned_data["namn"], form.cleaned_data.get("delad", False)
        fraga = plats.fraga.removeprefix("?")
        if redigering.forsok(
            form, lambda: andringar.spara(av=av, namn=namn, tabell=plats.tabell, fraga=fraga, delad=delad)
        ):
            return redigering.sparat(request, tabellen, f"Vyn ”{namn}” är sparad. Du hittar den under Sparade vyer.")
    sammanhang = {
        "fardplan": plats.fardplan,
        "rubrik": "Spara vyn",
        "ingress": _ingress(plats, request.GET),
        "tillbaka": tabellen,
        "urvalet": plats.urvalet,
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _ingress(plats: Tabellplats, fraga: QueryDict) -> str:
    """What is saved, in words."""
    if plats.tabell == Kartvy.Tabell.INSATSKARTA:
        urval, visning = urvalsform.las(fraga)
        vad = f"{i_ord(urval) or 'Hela insatskartan'}, som {dict(urvalsform.VYER)[visning.vy].lower()}."
    else:
        valda = KOLUMNER[plats.tabell]
        sokt = f", sökning: ”{q}”" if (q := fraga.get("q", "").strip()[:200]) else ""
        kolumner = uppraknat([valda.alla[falt] for falt in valda.las(fraga)])
        vad = f"{plats.tabell.label} som tabell{sokt}. Kolumner: {kolumner}."
    return f"{vad} Vyn går att använda i alla stadskärnor." if plats.fardplan else vad


def redigera(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, or shared or not."""
    plats, vy = _plats(request), _vy(request, pk)
    av = atkomst.jag(request)
    form: Any = KartvyForm(
        request.POST or None,
        # The form gets a copy: a ModelForm writes what was typed on its instance before anything is saved.
        instance=Kartvy.objects.get(pk=vy.pk),
        initial={"version": vy.version},
        dela_med=_dela_med(av),
    )
    alla = reverse("kartvyer") + plats.urvalet
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data | {"version": form.cleaned_data["version"] or 0}
        if redigering.forsok(form, lambda: andringar.andra(av=av, vy=vy, **varden)):
            return redigering.sparat(request, alla, f"Vyn ”{varden['namn']}” är sparad.")
    sammanhang = {
        "fardplan": plats.fardplan,
        "rubrik": f"Ändra vyn {vy}",
        "tillbaka": alla,
        "urvalet": plats.urvalet,
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


@require_POST
def ta_bort(request: HttpRequest, pk: int) -> HttpResponse:
    plats, vy = _plats(request), _vy(request, pk)
    av, version = atkomst.jag(request), redigering.version(request)
    alla = reverse("kartvyer") + plats.urvalet
    text = f"Vyn ”{vy}” är borttagen."
    return redigering.gor(request, lambda: andringar.ta_bort(av=av, vy=vy, version=version), alla, text)


def _vy(request: HttpRequest, pk: int) -> Kartvy:
    hittad = kartvyer(atkomst.jag(request)).filter(pk=pk).first()
    if hittad is None:
        raise Http404("Vyn finns inte. Den kan vara borttagen, eller inte längre delad.")
    return hittad


def _dela_med(person: Anvandare) -> Aktor | None:
    return person.aktor if har_nagonstans(person, Rattighet.REDIGERA) else None
