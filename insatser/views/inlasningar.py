"""The files that have been read in, for planerare: what each changed, the file itself, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from aktorer.behorighet import har
from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar.inlasningar import Hindrad, angra_inlasning
from insatser.fragor import inlasningar as fragor
from insatser.models import Fardplan, Inlasning, Insats, Program
from insatser.regler.bojning import bojt
from insatser.regler.exempel import exempel
from insatser.views import atkomst
from insatser.views.inlasningsslag import adressen, inlasningarna

PER_SIDA = 50


@require_safe
def inlasningar(request: HttpRequest, **adress: str) -> HttpResponse:
    """Of a stadskärna, among them those of its whole program, or of a program alone."""
    hem = _hem(request, adress)
    sida = Paginator(fragor.lista(hem), PER_SIDA).get_page(request.GET.get("sida"))
    sammanhang = {**_sammanhang(hem), "sida": sida, "far_alla": har(request.user, Rattighet.REDIGERA)}
    return render(request, "insatser/inlasningar/inlasningar.html", sammanhang)


@require_http_methods(["GET", "HEAD", "POST"])
def inlasning(request: HttpRequest, pk: int, **adress: str) -> HttpResponse:
    """What the file changed, thing by thing; a POST takes it back."""
    hem, rad = _hamta(request, adress, pk)
    if request.method != "POST":
        return _visa(request, hem, rad)
    har_ar = request.path
    try:
        kvar = angra_inlasning(av=atkomst.jag(request), inlasning=rad, avtryck=request.POST.get("avtryck", ""))
    except Hindrad as hindrad:
        return _visa(request, hem, rad, hindrad)
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect(har_ar)
    text = f"Det andra är ångrat. {bojt(kvar, 'En rad stod', f'{kvar} rader stod')} i vägen och står kvar."
    return redigering.sparat(request, har_ar, text if kvar else f"Inläsningen av {rad.filnamn} är ångrad.")


@require_safe
def fil(request: HttpRequest, pk: int, **adress: str) -> HttpResponse:
    """The file as it was uploaded; never shown by the browser, whatever is in it."""
    _, rad = _hamta(request, adress, pk)
    if rad.innehall is None:
        raise Http404("Filen är borttagen: där stod en personuppgift som har maskerats.")
    huvuden = {"Content-Disposition": content_disposition_header(True, rad.filnamn) or "attachment"}
    return HttpResponse(rad.fil, "application/octet-stream", headers=huvuden)


def _hem(request: HttpRequest, adress: dict[str, str]) -> Fardplan | Program:
    if "program" in adress:
        return atkomst.program_att_lasa_in(request, **adress)
    return atkomst.fardplan(request, adress["stadskarna"], Rattighet.REDIGERA)


def _hamta(request: HttpRequest, adress: dict[str, str], pk: int) -> tuple[Fardplan | Program, Inlasning]:
    """What changed in all stadskärnor is shown, and taken back, with the program."""
    hem = _hem(request, adress)
    egna = fragor.lista(hem)
    return hem, get_object_or_404(egna if isinstance(hem, Program) else egna.filter(program=None), pk=pk)


def _sammanhang(hem: Fardplan | Program) -> dict[str, Any]:
    if isinstance(hem, Program):
        return {"program": hem, "lista": inlasningarna(hem)}
    return {"fardplan": hem, "lista": inlasningarna(hem.stadskarna)}


def _visa(
    request: HttpRequest, hem: Fardplan | Program, rad: Inlasning, hindrad: Hindrad | None = None
) -> HttpResponse:
    saker = fragor.saker(rad)
    alla = fragor.i_ordning(saker)
    sida = Paginator(alla, PER_SIDA).get_page(request.GET.get("sida"))
    rader = fragor.med_andringar(list(sida))
    sammanhang: dict[str, Any] = {
        **_sammanhang(hem),
        "inlasning": rad,
        "fil": adressen(rad, "inlast_fil"),
        "sida": sida,
        "rader": rader,
        "exempel": exempel([rad.handlingsplan, *(r for v in rader for r in v.andringar)]),
        "kan_angras": any(not sak.klar for sak in saker),
        "gemensamma": any(r.modell is Insats and r.nu and r.nu.gemensam for sak in saker for r in sak.rader),
        "hindrad": hindrad,
        "hinder": [(v, hindrad.skal[v.sak.nyckel]) for v in alla if v.sak.nyckel in hindrad.skal] if hindrad else [],
    }
    mall = "insatser/inlasningar/inlasning.html"
    return render(request, mall, sammanhang, status=409 if hindrad else 200)
