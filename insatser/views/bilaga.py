"""The files beside a thing: attach one, fetch it, take it away, mask it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from aktorer.grund import redigering
from aktorer.grund.fillager import LagretSvararInte
from insatser.andringar import bilaga as andringar
from insatser.behorighet import far_bifoga, far_maskera_bilagor, far_ta_bort_bilaga
from insatser.forms.bilaga import BilagaForm, MaskeraBilagaForm
from insatser.fragor.fillager import rester
from insatser.models import Bilaga
from insatser.regler.bilagetyp import STORST, Fil
from insatser.views import atkomst, samtal
from insatser.views.samtal import Samtalssida

logg = logging.getLogger(__name__)

# Whatever is in a file, a browser runs nothing of it, and takes it for nothing but what we say that it is.
SKYDD = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Encoding": "identity",  # as it is: most kinds are packed already
}
INTE_SPARAS = {"Cache-Control": "private, no-store"}


def filer(request: HttpRequest, hamta: Callable[..., Samtalssida], **ord_: Any) -> HttpResponse:
    """Those there are; a POST attaches one."""
    sida = hamta(request, **ord_)
    sant = (request.POST, request.FILES) if request.method == "POST" else ()
    form = BilagaForm(*sant, offentlig=sida.offentlig)
    if form.is_bound:
        _krav(far_bifoga(request.user, sida.sak))
    if form.is_bound and form.is_valid():
        av, sand = atkomst.jag(request), form.cleaned_data["fil"]
        skickad = Fil(sand.name, sand.read(STORST + 1))
        if redigering.forsok(form, lambda: andringar.bifoga(av=av, sak=sida.sak, fil=skickad)):
            return redigering.sparat(request, sida.filerna, "Filen är bifogad.", fran=sida.filerna)
    sammanhang = {**sida.sammanhang, **samtal.filer_i_mall(request, sida)}
    if form.is_bound:
        sammanhang["bilageform"] = form
    return redigering.svara_formular(request, "insatser/samtal/filsida.html", form, sammanhang)


@require_safe
def fil(request: HttpRequest, hamta: Callable[..., Samtalssida], bilaga: int, **ord_: Any) -> HttpResponse:
    """The file as it was attached. `?visa=1`: an image, shown by the browser."""
    return svara(request, _bilaga(hamta(request, **ord_), bilaga))


@login_not_required
@require_safe
def protokoll(request: HttpRequest, hamta: Callable[..., Samtalssida], bilaga: int, **ord_: Any) -> HttpResponse:
    """The same of what everybody may read: who has it asks whether it is there still."""
    rad = _bilaga(hamta(request, **ord_), bilaga)
    return svara(request, rad, {"Cache-Control": "no-cache", "ETag": f'"{rad.sha256}"'})


def svara(request: HttpRequest, rad: Bilaga, huvuden: Mapping[str, str] = INTE_SPARAS) -> HttpResponse:
    """The bytes are read for who gets them alone. Raises Http404 when it has been masked."""
    if rad.innehall_id is None:
        raise Http404("Filen är borttagen: där stod en personuppgift som har maskerats.")
    svar = HttpResponse(content_type=rad.slag.innehallstyp, headers={**SKYDD, **huvuden})
    visas = rad.slag.visas and "visa" in request.GET
    svar.headers["Content-Disposition"] = content_disposition_header(not visas, rad.filnamn) or "attachment"
    if "ETag" in huvuden:
        givet = get_conditional_response(request, etag=huvuden["ETag"], response=svar)
        if givet and givet.status_code != HTTPStatus.OK:
            return givet
    svar.headers["Content-Length"] = str(rad.storlek)
    if request.method != "HEAD" and rad.innehall:
        try:
            svar.content = rad.innehall.las()
        except LagretSvararInte:
            logg.exception("Filen %s går inte att hämta", rad.sha256)
            return _lagret_svarar_inte(request)
    return svar


def _lagret_svarar_inte(request: HttpRequest) -> HttpResponse:
    svar = render(request, "fel/503.html", {"fillager": True}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    for huvud, varde in {**INTE_SPARAS, "Retry-After": "60"}.items():
        svar.headers[huvud] = varde
    return svar


@require_POST
def ta_bort(request: HttpRequest, hamta: Callable[..., Samtalssida], bilaga: int, **ord_: Any) -> HttpResponse:
    sida = hamta(request, **ord_)
    vald, av, version = _bilaga(sida, bilaga), atkomst.jag(request), redigering.version(request)
    _krav(far_bifoga(request.user, sida.sak))
    far = far_ta_bort_bilaga(request.user, vald.av_id, sida.sak)
    _krav(far, "Den som bifogade filen, eller en planerare, tar bort den.")
    return redigering.gor(
        request,
        lambda: andringar.ta_bort(av=av, bilaga=vald, version=version),
        sida.filerna,
        f"{vald.filnamn} är borttagen.",
    )


def maskera(request: HttpRequest, hamta: Callable[..., Samtalssida], bilaga: int, **ord_: Any) -> HttpResponse:
    """The bytes go for good, also of one that was taken away."""
    sida = hamta(request, **ord_)
    vald, av = _bilaga(sida, bilaga, borttagna=True), atkomst.jag(request)
    _krav(far_bifoga(request.user, sida.sak))
    _krav(far_maskera_bilagor(request.user, sida.sak), "Bara planerare i stadskärnan maskerar filer.")
    form = MaskeraBilagaForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        skal = form.cleaned_data["skal"]
        if redigering.forsok(form, lambda: andringar.maskera(av=av, bilaga=vald, skal=skal)):
            return redigering.sparat(request, sida.filerna, _maskerad(vald))
    sammanhang = {
        **sida.sammanhang,
        "rubrik": "Maskera filen",
        "ingress": f"{vald.filnamn} tas bort för alltid. Vad den hette, dess avtryck, vem som maskerade och varför"
        " står kvar. Står något i namnet som ska bort, maskera det i historiken också.",
        "tillbaka": sida.filerna,
        "knapp": "Maskera, för alltid",
    }
    return redigering.svara_formular(request, "formular.html", form, sammanhang)


def _maskerad(bilaga: Bilaga) -> str:
    text = f"{bilaga.filnamn} är maskerad."
    if rester().filter(pk=bilaga.sha256).exists():
        text += " Ingen når filen längre. Fillagret svarar inte just nu, så där raderas den så snart det går."
    return text


def _krav(far: bool, annars: str = "Här går det bara att läsa.") -> None:
    if not far:
        raise PermissionDenied(annars)


def _bilaga(sida: Samtalssida, pk: int, *, borttagna: bool = False) -> Bilaga:
    alla = Bilaga.objects.om(sida.sak) if borttagna else Bilaga.objects.om(sida.sak).kvar()
    hittad: Bilaga | None = alla.filter(pk=pk).select_related("av").first()
    if hittad is None:
        raise Http404("Filen finns inte. Den kan vara borttagen.")
    return hittad
