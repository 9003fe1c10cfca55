"""The register of aktörer, and editing one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aktorer import andringar, forms
from aktorer.behorighet import har, har_nagonstans
from aktorer.forms import AktorForm
from aktorer.grund import redigering
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Rattighet


@login_not_required
def register(request: HttpRequest) -> HttpResponse:
    """All aktörer in Swedish order; `q` and `slag` narrow the list."""
    q, slag = request.GET.get("q", "").replace("\0", "").strip()[:200], request.GET.get("slag", "")
    aktorer = Aktor.objects.i_registret().sok(q).filter(Q(slag=slag) if slag in Aktor.Slag.values else Q())
    sammanhang = {
        "aktorer": aktorer.select_related("del_av", "eftertradare").i_ordning(),
        "slagval": Aktor.Slag.choices,
        "slag": slag,
        "q": q,
        "far": {"lagga_till": har_nagonstans(request.user, Rattighet.REDIGERA)},
    }
    mall = "aktorer/register.html"
    fragment = redigering.vill_ha_fragment(request, "lista")
    return render(request, f"{mall}#lista" if fragment else mall, sammanhang)


def ny(request: HttpRequest) -> HttpResponse:
    """Also for who may change things in some stadskärnor alone: a new aktör changes nothing for the others."""
    av = request.user
    if not har_nagonstans(av, Rattighet.REDIGERA):
        raise PermissionDenied("Bara planerare och administratörer lägger till aktörer.")
    form = AktorForm(request.POST or None)
    skickat = request.POST if request.method == "POST" else None
    medlemmar = forms.svar_medlemmar(skickat) if skickat else forms.visa_medlemmar([])
    agare = forms.svar_agare(skickat) if skickat else forms.visa_agare([])
    if request.method == "POST" and _giltiga(form, medlemmar, agare):
        skapade: list[Aktor] = []
        rader: dict[str, Any] = {"medlemmar": medlemmar.rader(), "agare": agare.rader()}
        varden = {k: v for k, v in form.cleaned_data.items() if k != "version"}
        if redigering.forsok(form, lambda: skapade.append(andringar.skapa_aktor(av=av, **rader, **varden))):
            return redigering.sparat(request, reverse("aktor", args=[skapade[0].slug]), f"{skapade[0]} är tillagd.")
    sammanhang = {"rubrik": "Ny aktör", "tillbaka": reverse("aktorer"), "medlemmar": medlemmar, "agare": agare}
    return redigering.svara_formular(request, "aktorer/redigera.html", form, sammanhang)


def redigera(request: HttpRequest, slug: str) -> HttpResponse:
    """The aktör, who belongs to it when it is a group, and who owns it: one page, saved as one."""
    av = _far_redigera(request)
    aktor = Aktor.objects.i_registret().filter(slug=slug).first()
    if aktor is None:
        raise Http404("Det finns ingen aktör med den adressen.")
    egen = Aktor.objects.get(pk=aktor.pk)  # a ModelForm writes on its instance before anything is saved
    form = AktorForm(request.POST or None, instance=egen, initial={"version": aktor.version})
    skickat = request.POST if request.method == "POST" else None
    nu = aktor.medlemmar.order_by("aktor__sortering").values_list("aktor", flat=True)
    medlemmar = forms.svar_medlemmar(skickat) if skickat else forms.visa_medlemmar(nu)
    agare = forms.svar_agare(skickat) if skickat else forms.visa_agare(andringar.agarrader(aktor.agare.all()))
    if request.method == "POST" and _giltiga(form, medlemmar, agare):
        varden = dict(form.cleaned_data)
        version = varden.pop("version") or 0
        rader: dict[str, Any] = {"medlemmar": medlemmar.rader(), "agare": agare.rader()}
        if redigering.forsok(
            form, lambda: andringar.andra_aktor(av=av, aktor=aktor, version=version, **rader, **_kolumner(varden))
        ):
            return redigering.sparat(request, reverse("aktor", args=[varden["slug"]]), f"{varden['namn']} är sparad.")
        if krock := getattr(form, "krock", None):
            medlemmar = forms.visa_medlemmar(krock.rader["medlemmar"])
            agare = forms.visa_agare(krock.rader["agare"])
    sammanhang = {"aktor": aktor, "rubrik": f"Ändra {aktor}", "tillbaka": reverse("aktor", args=[slug])}
    sammanhang |= {"medlemmar": medlemmar, "agare": agare}
    return redigering.svara_formular(request, "aktorer/redigera.html", form, sammanhang)


def _giltiga(form: AktorForm, *tabeller: Any) -> bool:
    """All are checked, so that all that is wrong is marked at once."""
    rader = [tabell.is_valid() for tabell in tabeller]
    if form.is_valid() and not all(rader):
        form.add_error(None, "Aktören är inte sparad. Rätta det som är markerat bland medlemmar och ägare.")
    return form.is_valid()


def _kolumner(varden: dict[str, Any]) -> dict[str, Any]:
    """Aktörer by their id, as the row and its history hold them."""
    return {f"{k}_id" if k in {"del_av", "eftertradare"} else k: getattr(v, "pk", v) for k, v in varden.items()}


def _far_redigera(request: HttpRequest) -> Anvandare:
    if not har(request.user, Rattighet.REDIGERA):
        raise PermissionDenied("Bara planerare och administratörer ändrar i aktörsregistret.")
    return request.user
