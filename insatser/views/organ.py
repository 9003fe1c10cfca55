"""The samverkansorgan of a stadskärna: who sits in them and what they have decided."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aktorer import redigering
from aktorer.roller import Rattighet
from insatser.andringar import organ as andringar
from insatser.behorighet import har, kanda_handlingsplaner
from insatser.forms.organ import OrganForm, PlatserForm
from insatser.models import Beslut, Plats, Samverkansorgan
from insatser.views import atkomst


@login_not_required
def organ(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    alla = Samverkansorgan.objects.filter(Q(stadskarna=fardplan.stadskarna) | Q(stadskarna=None)).prefetch_related(
        Prefetch("platser", Plats.objects.select_related("aktor")),
        Prefetch(
            "beslut",
            Beslut.objects.select_related("planversion__handlingsplan")
            .defer("planversion__pdf", "planversion__innehall")
            .order_by("-datum"),
        ),
    )
    sammanhang = {
        "fardplan": fardplan,
        # An organ for all kärnor decides in the others too; their plans are read there.
        "planer": set(
            kanda_handlingsplaner(request.user)
            .filter(fardplan__stadskarna=fardplan.stadskarna)
            .values_list("pk", flat=True)
        ),
        "organ": sorted(alla, key=lambda o: (o.till is not None, o.stadskarna_id is None, o.Slag.values.index(o.slag))),
        "far_planera": har(request.user, Rattighet.PLANERA),
    }
    return render(request, "insatser/organ/organ.html", sammanhang)


def ny(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.PLANERA)
    form = OrganForm(request.POST or None)
    rader = PlatserForm(request.POST or None, prefix="plats")
    if request.method == "POST" and _giltiga(form, rader):
        av, platser = atkomst.jag(request), rader.rader()  # type: ignore[attr-defined]
        varden = _varden(form)
        if redigering.forsok(
            form, lambda: andringar.skapa(av=av, stadskarna=fardplan.stadskarna, platser=platser, **varden)
        ):
            return redigering.sparat(request, reverse("organ", args=[stadskarna]), f"{varden['namn']} är tillagt.")
    return _svar(request, fardplan, form, rader, "Nytt samverkansorgan")


def redigera(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.PLANERA)
    valt = Samverkansorgan.objects.filter(Q(stadskarna=fardplan.stadskarna) | Q(stadskarna=None), pk=pk).first()
    if valt is None:
        raise Http404("Organet finns inte i den här stadskärnan.")
    eget = Samverkansorgan.objects.get(pk=pk)  # a ModelForm writes on its instance before anything is saved
    form = OrganForm(request.POST or None, instance=eget, initial={"version": valt.version})
    nu = list(valt.platser.values("aktor", "roll", "parti", "befattning"))
    rader = PlatserForm(request.POST or None, initial=nu, prefix="plats")
    if request.method == "POST" and _giltiga(form, rader):
        av, platser = atkomst.jag(request), rader.rader()  # type: ignore[attr-defined]
        varden, version = _varden(form), form.cleaned_data["version"] or 0
        if redigering.forsok(
            form, lambda: andringar.andra(av=av, organ=valt, version=version, platser=platser, **varden)
        ):
            return redigering.sparat(request, reverse("organ", args=[stadskarna]), f"{varden['namn']} är sparat.")
    return _svar(request, fardplan, form, rader, f"Ändra {valt}")


def _giltiga(form: OrganForm, rader: Any) -> bool:
    bada = [form.is_valid(), rader.is_valid()]
    if bada == [True, False]:
        form.add_error(None, "Organet är inte sparat. Rätta det som är markerat bland platserna.")
    return all(bada)


def _varden(form: OrganForm) -> dict[str, Any]:
    return {namn: varde for namn, varde in form.cleaned_data.items() if namn != "version"}


def _svar(request: HttpRequest, fardplan: Any, form: OrganForm, rader: Any, rubrik: str) -> HttpResponse:
    tillbaka = reverse("organ", args=[fardplan.stadskarna.slug])
    sammanhang = {"fardplan": fardplan, "rader": rader, "rubrik": rubrik, "tillbaka": tillbaka}
    return redigering.svara_formular(request, "insatser/organ/redigera.html", form, sammanhang)
