"""Ärenden of all aktörer: the list where a diarienummer is found, one ärende, and editing it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aktorer.behorighet import har
from aktorer.grund import redigering
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.andringar import arende as andringar
from insatser.behorighet import kanda_handlingsplaner
from insatser.forms import arende as tabell
from insatser.forms.arende import SLAG, ArendeForm, las
from insatser.forms.insats import VersionForm
from insatser.fragor import arende as fragor
from insatser.fragor.insatslankar import insatslankar
from insatser.models import Arende
from insatser.models.handlingsplan import HandlingsplanQuerySet
from insatser.views import atkomst

PER_SIDA = 50
MEST = 50  # överenskommelser beside the ärenden; more than that are searched for


@login_not_required
@publik
def arenden(request: HttpRequest) -> HttpResponse:
    urval = las(request.GET)
    overenskommelser = list(fragor.overenskommelser(urval)[: MEST + 1])
    sammanhang = {
        "urval": urval,
        "arenden": Paginator(fragor.arenden(urval), PER_SIDA).get_page(request.GET.get("sida")),
        "beslut": fragor.beslut(urval, request.user),
        "overenskommelser": overenskommelser[:MEST],
        "mest": MEST if len(overenskommelser) > MEST else None,
        "slagval": SLAG,
        "aktorer": fragor.aktorer_i(),
        "far": {"redigera": har(request.user, Rattighet.REDIGERA)},
    }
    fragment = redigering.vill_ha_fragment(request, "lista")
    return render(request, f"insatser/arende/arenden.html{'#lista' if fragment else ''}", sammanhang)


@login_not_required
@publik
def arende(request: HttpRequest, pk: int) -> HttpResponse:
    visat = atkomst.arende(request, pk)
    planer = kanda_handlingsplaner(request.user).filter(arenden=visat)
    insatser = visat.insatser.select_related("malomrade", "fardplan").i_nummerordning()
    sammanhang = {
        "arende": visat,
        "steg": visat.beslut.order_by("ordning"),
        "insatser": insatslankar(insatser, request.user),
        "handlingsplan": planer.select_related("fardplan__stadskarna").first(),
        "anslutningar": visat.anslutningar.select_related("overenskommelse", "aktor").order_by("overenskommelse__namn"),
        "far": {
            "redigera": har(request.user, Rattighet.REDIGERA),
            "se_internt": har(request.user, Rattighet.SE_INTERNT),
        },
    }
    return render(request, "insatser/arende/arende.html", sammanhang)


def ny(request: HttpRequest) -> HttpResponse:
    """A new ärende; `?insats=` and `?aktor=` say what it is about, from the page one came from."""
    atkomst.krav(request, Rattighet.REDIGERA)
    insats, aktor = (request.GET.get(namn, "") for namn in ("insats", "aktor"))
    valda = [int(insats)] if insats.isdecimal() and len(insats) < 10 else []
    form = ArendeForm(
        request.POST or None,
        initial={"aktor": aktor if aktor.isdecimal() else None},
        handlingsplaner=_handlingsplaner(request),
        valda=valda,
    )
    rader = tabell.svar(request.POST) if request.POST else tabell.visa([])
    if request.method == "POST" and _giltiga(form, rader):
        av, steg, varden = atkomst.jag(request), rader.rader(), _varden(form)
        skapade: list[Arende] = []
        if redigering.forsok(form, lambda: skapade.append(andringar.skapa(av=av, steg=steg, **varden))):
            return redigering.sparat(request, _adress(skapade[0]), "Ärendet är tillagt.")
    return _svar(request, form, rader, "Nytt ärende", reverse("arenden"))


def redigera(request: HttpRequest, pk: int) -> HttpResponse:
    visat = atkomst.arende(request, pk, Rattighet.REDIGERA)
    form = ArendeForm(
        request.POST or None,
        instance=Arende.objects.get(pk=pk),  # a ModelForm writes on its instance before anything is saved
        initial={"version": visat.version},
        handlingsplaner=_handlingsplaner(request),
        valda=list(visat.insatslankar.values_list("insats_id", flat=True)),
    )
    nu = andringar.rader(visat.beslut.order_by("ordning"))
    rader = tabell.svar(request.POST) if request.POST else tabell.visa(nu)
    if request.method == "POST" and _giltiga(form, rader):
        av, steg, varden = atkomst.jag(request), rader.rader(), _varden(form)
        version = form.cleaned_data["version"] or 0
        if redigering.forsok(form, lambda: andringar.andra(av=av, arende=visat, version=version, steg=steg, **varden)):
            return redigering.sparat(request, _adress(visat), "Ärendet är sparat.")
        if krock := getattr(form, "krock", None):
            rader = tabell.visa(krock.rader["steg"])
    return _svar(request, form, rader, "Ändra ärendet", _adress(visat), visat)


def ta_bort(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, and say why when it cannot be taken away."""
    visat = atkomst.arende(request, pk, Rattighet.REDIGERA)
    form = VersionForm(request.POST or None, initial={"version": visat.version})
    if request.method == "POST" and form.is_valid():
        av, version = atkomst.jag(request), form.cleaned_data["version"]
        if redigering.forsok(form, lambda: andringar.ta_bort(av=av, arende=visat, version=version)):
            return redigering.sparat(request, reverse("arenden"), f"Ärendet ”{visat.rubrik}” är borttaget.")
    sammanhang = {
        "namn": visat.rubrik,
        "vad": "ärendet",
        "forsvinner": f"”{visat.rubrik}” hos {visat.aktor} tas bort med sina förslag och beslut.",
        "hinder": fragor.hinder(visat),
        "meny": "arenden",
        "tillbaka": _adress(visat),
    }
    return redigering.svara_formular(request, "ta_bort.html", form, sammanhang)


def _handlingsplaner(request: HttpRequest) -> HandlingsplanQuerySet:
    planer = kanda_handlingsplaner(request.user).select_related("fardplan__stadskarna")
    return planer.order_by("fardplan__stadskarna__ordning", "-ar_fran")


def _giltiga(form: ArendeForm, rader: Any) -> bool:
    bada = [form.is_valid(), rader.is_valid()]
    if bada == [True, False]:
        form.add_error(None, "Ärendet är inte sparat. Rätta det som är markerat bland stegen.")
    return all(bada)


def _varden(form: ArendeForm) -> dict[str, Any]:
    """What was typed, with aktör and handlingsplan by id, as the row and its history hold them."""
    varden = {namn: varde for namn, varde in form.cleaned_data.items() if namn != "version"}
    return {f"{k}_id" if k in {"aktor", "handlingsplan"} else k: getattr(v, "pk", v) for k, v in varden.items()}


def _svar(
    request: HttpRequest, form: ArendeForm, rader: Any, rubrik: str, tillbaka: str, visat: Arende | None = None
) -> HttpResponse:
    sammanhang = {"rader": rader, "rubrik": rubrik, "tillbaka": tillbaka, "arende": visat}
    return redigering.svara_formular(request, "insatser/arende/redigera.html", form, sammanhang)


def _adress(visat: Arende) -> str:
    return reverse("arende", args=[visat.pk])
