"""What those who log in say of an insats, an aktivitet or a handlingsplan: read, write, change and take away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import kommentar as andringar
from insatser.behorighet import far_kommentera, far_ta_bort_sagt
from insatser.forms.bilaga import BilagaForm
from insatser.forms.kommentar import KommentarForm
from insatser.fragor import samtal as fragor
from insatser.models import Beslut, Fardplan, Handlingsplan, Insats, Kommentar, Mote, Planversion, Samtalssak
from insatser.regler.exempel import exempel
from insatser.views import atkomst


@dataclass(frozen=True)
class Samtalssida:
    """A thing that is talked of: its name, its own page, the address that those of its thread and files begin with, and
    what its template needs besides. `egen`: its page is about what is said of it alone.
    """

    sak: Samtalssak
    namn: str
    hem: str
    rot: str
    sammanhang: dict[str, Any] = field(default_factory=dict)
    egen: bool = False

    @property
    def offentlig(self) -> bool:
        """Whether its files are read by everybody."""
        return isinstance(self.sak.rad, Beslut)

    @property
    def samtal(self) -> str:
        return f"{self.rot}samtal/"

    @property
    def filer(self) -> str:
        return f"{self.rot}filer/"

    @property
    def traden(self) -> str:
        """Where one comes when something was said."""
        return self.samtal if self.egen else f"{self.hem}#samtal"

    @property
    def filerna(self) -> str:
        """Where one comes when a file was attached."""
        return f"{self.samtal if self.egen else self.hem}#filer"


def om_insats(fardplan: Fardplan, insats: Insats) -> Samtalssida:
    hem = reverse("insats", args=[fardplan.stadskarna.slug, insats.nummer])
    sak, sammanhang = Samtalssak(insats, fardplan.stadskarna), {"fardplan": fardplan, "insats": insats}
    return Samtalssida(sak, str(insats), hem, hem, sammanhang)


def om_plan(plan: Handlingsplan) -> Samtalssida:
    fardplan = plan.fardplan
    hem = reverse("handlingsplan", args=[fardplan.stadskarna.slug, plan.period])
    sak, sammanhang = Samtalssak(plan, fardplan.stadskarna), _om_planen(plan)
    return Samtalssida(sak, str(plan), hem, hem, sammanhang)


def _om_planen(plan: Handlingsplan) -> dict[str, Any]:
    return {"fardplan": plan.fardplan, "plan": plan, "exempel": exempel([plan])}


def hamta_insats(request: HttpRequest, stadskarna: str, nummer: str) -> Samtalssida:
    return om_insats(*atkomst.insats(request, stadskarna, nummer, Rattighet.SE_INTERNT))


def hamta_plan(request: HttpRequest, stadskarna: str, period: str) -> Samtalssida:
    return om_plan(atkomst.handlingsplan(request, stadskarna, period, Rattighet.SE_INTERNT))


def hamta_aktivitet(request: HttpRequest, stadskarna: str, period: str, pk: int) -> Samtalssida:
    """An aktivitet has no page to be read on: its thread has one."""
    plan, aktivitet = atkomst.aktivitet(request, stadskarna, period, pk, Rattighet.SE_INTERNT)
    planen = reverse("handlingsplan", args=[stadskarna, plan.period])
    hem = f"{planen}#insats-{aktivitet.prioritering.insats.nummer}"
    sak, sammanhang = Samtalssak(aktivitet, plan.fardplan.stadskarna), _om_planen(plan)
    return Samtalssida(sak, aktivitet.titel, hem, f"{planen}aktivitet/{pk}/", sammanhang, egen=True)


def om_mote(fardplan: Fardplan, mote: Mote) -> Samtalssida:
    """Of its files."""
    hem = reverse("mote", args=[fardplan.stadskarna.slug, mote.pk])
    egen = fardplan.stadskarna if mote.organ.stadskarna_id else None
    return Samtalssida(Samtalssak(mote, egen), str(mote), hem, hem, {"fardplan": fardplan})


def om_beslut(plan: Handlingsplan, version: Planversion) -> Samtalssida:
    """Of its protocol."""
    fardplan = plan.fardplan
    hem = reverse("planversion", args=[fardplan.stadskarna.slug, plan.period, version.nummer])
    sak = Samtalssak(version.beslut, fardplan.stadskarna)
    sammanhang = _om_planen(plan) | {"rubrik": "Protokollet"}
    return Samtalssida(sak, f"{plan}, version {version.nummer}", hem, hem, sammanhang)


def hamta_mote(request: HttpRequest, stadskarna: str, pk: int) -> Samtalssida:
    return om_mote(*atkomst.mote(request, stadskarna, pk, Rattighet.SE_INTERNT))


def hamta_beslut(request: HttpRequest, stadskarna: str, period: str, nummer: int) -> Samtalssida:
    """To change what protocol there is."""
    plan = atkomst.handlingsplan(request, stadskarna, period, Rattighet.PLANERA)
    return om_beslut(plan, atkomst.planversion(plan, nummer))


def hamta_protokoll(request: HttpRequest, stadskarna: str, period: str, nummer: int) -> Samtalssida:
    """To read it, which everybody may who reads what was decided."""
    plan = atkomst.handlingsplan(request, stadskarna, period)
    return om_beslut(plan, atkomst.planversion(plan, nummer))


def i_mall(
    request: HttpRequest, sida: Samtalssida, form: KommentarForm | None = None, *, allt: bool = False
) -> dict[str, Any]:
    """What the sections of thread and files need, on their own page and on that of their thing."""
    if allt:
        samtal = fragor.hela_samtalet(sida.sak, request.user, request.GET.get("sida", ""))
    else:
        samtal = fragor.samtal(sida.sak, request.user)
    kommentarform = form or (KommentarForm() if samtal.far_kommentera else None)
    return {"samtal": samtal, "kommentarform": kommentarform, **filer_i_mall(request, sida)}


def filer_i_mall(request: HttpRequest, sida: Samtalssida) -> dict[str, Any]:
    """The same of the files alone."""
    bilagor = fragor.bilagor(sida.sak, request.user)
    form = BilagaForm(offentlig=sida.offentlig) if bilagor.far_bifoga else None
    return {"samtalssida": sida, "bilagor": bilagor, "bilageform": form}


def samtal(request: HttpRequest, hamta: Callable[..., Samtalssida], **ord_: Any) -> HttpResponse:
    """All of the thread; a POST says something."""
    sida = hamta(request, **ord_)
    form = KommentarForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        krav_att_fa(request)
        av, text = atkomst.jag(request), form.cleaned_data["text"]
        if redigering.forsok(form, lambda: andringar.skapa(av=av, sak=sida.sak, text=text)):
            return redigering.sparat(request, sida.traden, "Kommentaren är sparad.", fran=sida.traden)
    sammanhang = {**sida.sammanhang, **i_mall(request, sida, form, allt=True)}
    return redigering.svara_formular(request, "insatser/samtal/sida.html", form or KommentarForm(), sammanhang)


def andra(request: HttpRequest, hamta: Callable[..., Samtalssida], kommentar: int, **ord_: Any) -> HttpResponse:
    """One's own words."""
    sida = hamta(request, **ord_)
    vald, av = _kommentar(sida, kommentar), atkomst.jag(request)
    krav_att_fa(request)
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
    krav_att_fa(request)
    if not far_ta_bort_sagt(request.user, vald.av_id, sida.sak.i):
        raise PermissionDenied("Den som skrev kommentaren, eller en planerare, tar bort den.")
    return redigering.gor(
        request,
        lambda: andringar.ta_bort(av=av, kommentar=vald, version=version),
        sida.traden,
        format_html(
            'Kommentaren är borttagen här, men finns i <a href="{}">historiken</a>. Där kan en planerare maskera'
            " personuppgifter.",
            f"{sida.rot}historik/",
        ),
    )


def krav_att_fa(request: HttpRequest) -> None:
    if not far_kommentera(request.user):
        raise PermissionDenied("Här går det bara att läsa.")


def _kommentar(sida: Samtalssida, pk: int) -> Kommentar:
    hittad: Kommentar | None = Kommentar.objects.om(sida.sak).kvar().select_related("av").filter(pk=pk).first()
    if hittad is None:
        raise Http404("Kommentaren finns inte. Den kan vara borttagen.")
    return hittad
