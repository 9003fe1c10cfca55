"""A möte of a samverkansorgan: what was on the agenda and what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from aktorer.behorighet import har
from aktorer.grund import redigering
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.andringar import mote as andringar
from insatser.behorighet import karna_for
from insatser.forms.insats import VersionForm
from insatser.forms.mote import MoteForm, PunkterForm
from insatser.fragor import mote as fragor
from insatser.fragor.moteshandlingar import moteshandlingar
from insatser.models import Fardplan, Mote, Samverkansorgan
from insatser.pdf.moteshandlingar import motesdokument
from insatser.views import atkomst, samtal
from insatser.views.pdf import pdf_svar


@login_not_required
@publik
def mote(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    fardplan, visat = atkomst.mote(request, stadskarna, pk)
    sammanhang = {
        "fardplan": fardplan,
        "mote": visat,
        "har_varit": visat.datum <= timezone.localdate(),
        "punkter": fragor.punkter(visat, fardplan, request.user),
        "beslut": fragor.beslut(visat, request.user),
        "ser_dagordningen": har(request.user, Rattighet.SE_INTERNT),
        "far": {"planera": har(request.user, Rattighet.PLANERA, karna_for(visat))},
    }
    if sammanhang["ser_dagordningen"]:
        sammanhang |= samtal.filer_i_mall(request, samtal.om_mote(fardplan, visat))
    return render(request, "insatser/mote/mote.html", sammanhang)


@login_not_required
@publik
def mote_pdf(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Its papers in one file, of what the reader may see."""
    fardplan, visat = atkomst.mote(request, stadskarna, pk)
    idag = timezone.localdate()
    dokument = motesdokument(moteshandlingar(visat, fardplan, request.user, idag), idag)
    return pdf_svar(dokument, f"moteshandlingar-{stadskarna}-{visat.datum.isoformat()}.pdf")


def ny(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    fardplan, organ = atkomst.organ(request, stadskarna, pk, Rattighet.PLANERA)
    form = MoteForm(request.POST or None)
    rader = PunkterForm(request.POST or None, stadskarna=fardplan.stadskarna)
    if request.method == "POST" and _giltiga(form, rader):
        av, varden, punkter = atkomst.jag(request), _varden(form), rader.rader()
        skapade: list[Mote] = []
        if redigering.forsok(
            form, lambda: skapade.append(andringar.skapa(av=av, organ=organ, punkter=punkter, **varden))
        ):
            return redigering.sparat(request, reverse("mote", args=[stadskarna, skapade[0].pk]), "Mötet är tillagt.")
    tillbaka = reverse("organ", args=[stadskarna])
    return _svar(request, fardplan, organ, form, rader, "Nytt möte", tillbaka)


def redigera(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    fardplan, valt = atkomst.mote(request, stadskarna, pk, Rattighet.PLANERA)
    eget = Mote.objects.get(pk=pk)  # a ModelForm writes on its instance before anything is saved
    form = MoteForm(request.POST or None, instance=eget, initial={"version": valt.version})
    nu = andringar.rader(valt.punkter.order_by("ordning"))
    rader = PunkterForm(request.POST or None, stadskarna=fardplan.stadskarna, nu=nu)
    tillbaka = reverse("mote", args=[stadskarna, pk])
    if request.method == "POST" and _giltiga(form, rader):
        av, varden, punkter = atkomst.jag(request), _varden(form), rader.rader()
        version = form.cleaned_data["version"] or 0
        if redigering.forsok(
            form, lambda: andringar.andra(av=av, mote=valt, version=version, punkter=punkter, **varden)
        ):
            return redigering.sparat(request, tillbaka, "Mötet är sparat.")
        if krock := getattr(form, "krock", None):
            rader = PunkterForm(stadskarna=fardplan.stadskarna, nu=krock.rader["punkter"])
    return _svar(request, fardplan, valt.organ, form, rader, "Ändra mötet", tillbaka)


@require_POST
def ta_bort(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Its page has asked; what hinders it is told where the others ask."""
    fardplan, valt = atkomst.mote(request, stadskarna, pk, Rattighet.PLANERA)
    form, av = VersionForm(request.POST), atkomst.jag(request)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    if redigering.forsok(form, lambda: andringar.ta_bort(av=av, mote=valt, version=version)):
        return redigering.sparat(request, reverse("organ", args=[stadskarna]), f"Mötet {valt.datum} är borttaget.")
    sammanhang = {
        "fardplan": fardplan,
        "namn": str(valt),
        "vad": "mötet",
        "forsvinner": f"Mötet {valt.datum} tas bort med sin dagordning.",
        "hinder": fragor.hinder(valt),
        "meny": "organ",
        "tillbaka": reverse("mote", args=[stadskarna, pk]),
    }
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang)


def _giltiga(form: MoteForm, rader: Any) -> bool:
    """Both are checked, so that all that is wrong is marked at once."""
    bada = [form.is_valid(), rader.is_valid()]
    if bada == [True, False]:
        form.add_error(None, "Mötet är inte sparat. Rätta det som är markerat på dagordningen.")
    return all(bada)


def _varden(form: MoteForm) -> dict[str, Any]:
    return {namn: varde for namn, varde in form.cleaned_data.items() if namn != "version"}


def _svar(
    request: HttpRequest,
    fardplan: Fardplan,
    organ: Samverkansorgan,
    form: MoteForm,
    rader: Any,
    rubrik: str,
    tillbaka: str,
) -> HttpResponse:
    sammanhang = {"fardplan": fardplan, "organ": organ, "rader": rader, "rubrik": rubrik, "tillbaka": tillbaka}
    return redigering.svara_formular(request, "insatser/mote/redigera.html", form, sammanhang)
