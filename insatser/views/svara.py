"""The two-minute update: one page by a personal link, without a password, for what the person is asked about alone."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from aktorer import andringar as aktorsandringar
from aktorer import redigering
from aktorer.samtidighet import Krock
from insatser.andringar import uppfoljning as andringar
from insatser.forms.uppfoljning import SvarForm
from insatser.fragor import lank
from insatser.fragor import uppfoljning as fragor
from insatser.fragor.uppfoljning import Punkt
from insatser.models import Mottagare


@login_not_required
@never_cache
def svara(request: HttpRequest, token: str) -> HttpResponse:
    mottagare = lank.las(token)
    if mottagare is None:
        return _gar_inte(request)
    if request.method == "GET":
        andringar.oppnade_lanken(av=mottagare.anvandare, mottagare=mottagare)
    return _sidan(request, token, mottagare)


@login_not_required
@never_cache
@require_POST
def punkt(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Answer one point: "oförändrat" in one tap, or a new läge."""
    mottagare = lank.las(token)
    vald = _min_punkt(mottagare, pk) if mottagare else None
    if mottagare is None or vald is None:
        return _gar_inte(request)
    av = mottagare.anvandare
    if "oforandrat" in request.POST:
        try:
            andringar.svara_oforandrat(av=av, mottagare=mottagare, punkt=vald.punkt)
        except (ValidationError, Krock) as fel:
            messages.error(request, str(fel) if isinstance(fel, Krock) else " ".join(fel.messages))
        return _vidare(request, token, pk)
    form = SvarForm.om(vald, request.POST)
    if form.is_valid() and redigering.forsok(
        form, lambda: andringar.svara(av=av, mottagare=mottagare, punkt=vald.punkt, **form.cleaned_data)
    ):
        return _vidare(request, token, pk)
    return _sidan(request, token, mottagare, form, pk)


@login_not_required
@never_cache
@require_POST
def angra(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    mottagare = lank.las(token)
    vald = _min_punkt(mottagare, pk) if mottagare else None
    if mottagare is None or vald is None:
        return _gar_inte(request)
    if vald.svar:
        try:
            andringar.angra(av=mottagare.anvandare, svar=vald.svar)
        except ValidationError as fel:
            messages.error(request, " ".join(fel.messages))
    return _vidare(request, token, pk)


@login_not_required
@never_cache
def avanmal(request: HttpRequest, token: str) -> HttpResponse:
    """Say no to reminders; rounds still come. Asked first: mail programs open links by themselves."""
    person = lank.las_avanmalan(token)
    if person is None:
        return _gar_inte(request)
    if request.method == "POST":
        aktorsandringar.andra_anvandare(av=person, anvandare=person, paminnelser="igen" in request.POST)
        person.refresh_from_db()
    return render(request, "insatser/uppfoljning/avanmal.html", {"person": person, "sparat": request.method == "POST"})


def _min_punkt(mottagare: Mottagare, pk: int) -> Punkt | None:
    """The point, when the person is asked about it."""
    return next((p for p in fragor.punkter(mottagare.omgang, mottagare) if p.punkt.pk == pk), None)


def _sidan(
    request: HttpRequest, token: str, mottagare: Mottagare, ifylld: SvarForm | None = None, ifylld_pk: int = 0
) -> HttpResponse:
    punkter = fragor.punkter(mottagare.omgang, mottagare)
    rader = [(p, ifylld if ifylld and p.punkt.pk == ifylld_pk else SvarForm.om(p)) for p in punkter]
    kvar = sum(p.svar is None for p in punkter)
    sammanhang = {
        "token": token,
        "mottagare": mottagare,
        "omgang": mottagare.omgang,
        "rader": rader,
        "kvar": kvar,
        "klar": len(punkter) - kvar,
        "konflikter": redigering.konflikter(ifylld) if ifylld else [],
        "ifylld_pk": ifylld_pk,
    }
    status = 200 if ifylld is None else 409 if getattr(ifylld, "krock", None) else 422
    return render(request, "insatser/uppfoljning/svara.html", sammanhang, status=status)


def _vidare(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    return redirect(reverse("svara", args=[token]) + f"#punkt-{pk}")


def _gar_inte(request: HttpRequest) -> HttpResponse:
    """One answer for every link that does not work, whatever the reason: it tells nothing about anybody."""
    return render(request, "insatser/uppfoljning/ogiltig.html", status=404)
