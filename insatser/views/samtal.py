"""What those who log in say of an insats, an aktivitet or a handlingsplan: read, write, change and take away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import kommentar as andringar
from insatser.behorighet import far_kommentera, far_ta_bort_sagt
from insatser.forms.kommentar import KommentarForm
from insatser.fragor import samtal as fragor
from insatser.fragor.samtal import Samtal
from insatser.models import Fardplan, Handlingsplan, Insats, Kommentar, Samtalssak
from insatser.views import atkomst


@dataclass(frozen=True)
class Samtalssida:
    """A thing that is talked of: its name, its own page, the address of its thread, where that is shown, and what its
    template needs besides.
    """

    sak: Samtalssak
    namn: str
    hem: str
    adress: str
    traden: str
    sammanhang: dict[str, Any] = field(default_factory=dict)


def om_insats(fardplan: Fardplan, insats: Insats) -> Samtalssida:
    ord_ = [fardplan.stadskarna.slug, insats.nummer]
    hem, sammanhang = reverse("insats", args=ord_), {"fardplan": fardplan, "insats": insats}
    sak, adress = Samtalssak(insats, fardplan.stadskarna), reverse("insats_samtal", args=ord_)
    return Samtalssida(sak, str(insats), hem, adress, f"{hem}#samtal", sammanhang)


def om_plan(plan: Handlingsplan) -> Samtalssida:
    fardplan = plan.fardplan
    ord_ = [fardplan.stadskarna.slug, plan.period]
    hem, sammanhang = reverse("handlingsplan", args=ord_), {"fardplan": fardplan, "plan": plan}
    sak, adress = Samtalssak(plan, fardplan.stadskarna), reverse("handlingsplan_samtal", args=ord_)
    return Samtalssida(sak, str(plan), hem, adress, f"{hem}#samtal", sammanhang)


def hamta_insats(request: HttpRequest, stadskarna: str, nummer: str) -> Samtalssida:
    return om_insats(*atkomst.insats(request, stadskarna, nummer, Rattighet.SE_INTERNT))


def hamta_plan(request: HttpRequest, stadskarna: str, period: str) -> Samtalssida:
    return om_plan(atkomst.handlingsplan(request, stadskarna, period, Rattighet.SE_INTERNT))


def hamta_aktivitet(request: HttpRequest, stadskarna: str, period: str, pk: int) -> Samtalssida:
    """An aktivitet has no page to be read on: its thread has one."""
    plan, aktivitet = atkomst.aktivitet(request, stadskarna, period, pk, Rattighet.SE_INTERNT)
    hem = f"{reverse('handlingsplan', args=[stadskarna, plan.period])}#insats-{aktivitet.prioritering.insats.nummer}"
    adress = reverse("aktivitet_samtal", args=[stadskarna, plan.period, pk])
    sak, sammanhang = Samtalssak(aktivitet, plan.fardplan.stadskarna), {"fardplan": plan.fardplan, "plan": plan}
    return Samtalssida(sak, aktivitet.titel, hem, adress, adress, sammanhang)


def i_mall(sida: Samtalssida, samtal: Samtal, form: KommentarForm | None = None) -> dict[str, Any]:
    """What the section of a thread needs, on its own page and on that of its thing."""
    visad = form or (KommentarForm() if samtal.far_kommentera else None)
    return {"samtal": samtal, "samtalssida": sida, "kommentarform": visad}


def samtal(request: HttpRequest, hamta: Callable[..., Samtalssida], **ord_: Any) -> HttpResponse:
    """All of the thread; a POST says something."""
    sida = hamta(request, **ord_)
    form = KommentarForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        _krav_att_fa(request)
        av, text = atkomst.jag(request), form.cleaned_data["text"]
        if redigering.forsok(form, lambda: andringar.skapa(av=av, sak=sida.sak, text=text)):
            return redigering.sparat(request, sida.traden, "Kommentaren är sparad.", fran=sida.traden)
    traden = fragor.samtal(sida.sak, request.user, allt=True)
    sammanhang = {**sida.sammanhang, **i_mall(sida, traden, form)}
    return redigering.svara_formular(request, "insatser/samtal/sida.html", form or KommentarForm(), sammanhang)


def andra(request: HttpRequest, hamta: Callable[..., Samtalssida], kommentar: int, **ord_: Any) -> HttpResponse:
    """One's own words."""
    sida = hamta(request, **ord_)
    vald, av = _kommentar(sida, kommentar), atkomst.jag(request)
    _krav_att_fa(request)
    if vald.av_id != av.pk:
        raise PermissionDenied("Bara den som skrev kommentaren ändrar den.")
    form = KommentarForm(request.POST or None, initial={"text": vald.text, "version": vald.version})
    if request.method == "POST" and form.is_valid():
        varden = {"text": form.cleaned_data["text"], "version": form.cleaned_data["version"] or 0}
        if redigering.forsok(form, lambda: andringar.andra(av=av, kommentar=vald, **varden)):
            return redigering.sparat(request, sida.traden, "Kommentaren är ändrad.")
    sammanhang = {**sida.sammanhang, "rubrik": "Ändra kommentaren", "ingress": sida.namn, "tillbaka": sida.traden}
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


@require_POST
def ta_bort(request: HttpRequest, hamta: Callable[..., Samtalssida], kommentar: int, **ord_: Any) -> HttpResponse:
    sida = hamta(request, **ord_)
    vald, av, version = _kommentar(sida, kommentar), atkomst.jag(request), redigering.version(request)
    _krav_att_fa(request)
    if not far_ta_bort_sagt(request.user, vald.av_id, sida.sak.stadskarna.pk):
        raise PermissionDenied("Den som skrev kommentaren, eller en planerare, tar bort den.")
    return redigering.gor(
        request,
        lambda: andringar.ta_bort(av=av, kommentar=vald, version=version),
        sida.traden,
        "Kommentaren är borttagen.",
    )


def _krav_att_fa(request: HttpRequest) -> None:
    if not far_kommentera(request.user):
        raise PermissionDenied("Här går det bara att läsa.")


def _kommentar(sida: Samtalssida, pk: int) -> Kommentar:
    hittad: Kommentar | None = Kommentar.objects.om(sida.sak).kvar().select_related("av").filter(pk=pk).first()
    if hittad is None:
        raise Http404("Kommentaren finns inte. Den kan vara borttagen.")
    return hittad
