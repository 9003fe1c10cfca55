"""The register of aktörer, and editing one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aktorer import andringar
from aktorer.behorighet import har
from aktorer.forms import AktorForm
from aktorer.grund import redigering
from aktorer.models import Aktor, Anvandare
from aktorer.roller import Rattighet


@login_not_required
def register(request: HttpRequest) -> HttpResponse:
    """All aktörer in Swedish order; `q` and `slag` narrow the list."""
    q, slag = request.GET.get("q", "").replace("\0", "").strip()[:100], request.GET.get("slag", "")
    aktorer = Aktor.objects.sok(q).filter(Q(slag=slag) if slag in Aktor.Slag.values else Q())
    sammanhang = {
        "aktorer": aktorer.select_related("del_av", "eftertradare").i_ordning(),
        "slagval": Aktor.Slag.choices,
        "slag": slag,
        "q": q,
        "far": {"redigera": har(request.user, Rattighet.REDIGERA)},
    }
    mall = "aktorer/register.html"
    fragment = redigering.vill_ha_fragment(request, "lista")
    return render(request, f"{mall}#lista" if fragment else mall, sammanhang)


def ny(request: HttpRequest) -> HttpResponse:
    av = _far_redigera(request)
    form = AktorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        varden = {k: v for k, v in form.cleaned_data.items() if k != "version"}
        if redigering.forsok(form, lambda: andringar.skapa_aktor(av=av, **varden)):
            adress = reverse("aktor", args=[varden["slug"]])
            return redigering.sparat(request, adress, f"{varden['namn']} är tillagd.")
    sammanhang = {"rubrik": "Ny aktör", "tillbaka": reverse("aktorer")}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def redigera(request: HttpRequest, slug: str) -> HttpResponse:
    av = _far_redigera(request)
    aktor = Aktor.objects.filter(slug=slug).first()
    if aktor is None:
        raise Http404("Det finns ingen aktör med den adressen.")
    form = AktorForm(request.POST or None, instance=aktor, initial={"version": aktor.version})
    if request.method == "POST" and form.is_valid():
        varden = dict(form.cleaned_data)
        version = varden.pop("version") or 0
        if redigering.forsok(
            form, lambda: andringar.andra_aktor(av=av, aktor=aktor, version=version, **_kolumner(varden))
        ):
            return redigering.sparat(request, reverse("aktor", args=[varden["slug"]]), f"{varden['namn']} är sparad.")
    sammanhang = {"rubrik": f"Ändra {aktor.namn}", "tillbaka": reverse("aktor", args=[slug])}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _kolumner(varden: dict[str, object]) -> dict[str, object]:
    """Aktörer by their id, as the row and its history hold them."""
    return {f"{k}_id" if k in {"del_av", "eftertradare"} else k: getattr(v, "pk", v) for k, v in varden.items()}


def _far_redigera(request: HttpRequest) -> Anvandare:
    if not har(request.user, Rattighet.REDIGERA):
        raise PermissionDenied("Bara planerare och administratörer ändrar i aktörsregistret.")
    return request.user
