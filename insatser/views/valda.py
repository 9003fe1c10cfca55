"""One and the same change of many insatser: choose what, see what becomes of each, do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from aktorer.grund import redigering
from aktorer.grund.samtidighet import Krock
from insatser.andringar import valda as andringar
from insatser.forms import gemensam as gemensamt
from insatser.forms import urval as urvalsform
from insatser.forms.valda import NAMN, Valdaform, tillatna, val
from insatser.fragor import valda as fragor
from insatser.fragor.stadskarna import med_gemensamma
from insatser.fragor.valda import Atgard, Valdrad
from insatser.models import Fardplan
from insatser.regler.bojning import raknat, uppraknat
from insatser.views import atkomst

OMVALT = "Du har ändrat valet sedan du granskade. Inget är ändrat: så här blir det nu."


def valda(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """GET asks what to do with the insatser in the address, POST shows what becomes of them, or (`skriv`) does it."""
    fardplan = atkomst.fardplan(request, stadskarna)
    av, slag = atkomst.jag(request), tillatna(request.user, fardplan.stadskarna_id)
    if not slag:
        raise PermissionDenied("Din roll får läsa insatserna men inte ändra dem.")
    data = request.POST if request.method == "POST" else request.GET
    urvalet = urvalsform.behall(request.GET)
    tabellen = reverse("insatskarta", args=[stadskarna]) + (urvalet or "?vy=tabell")
    ids = _ids(data)
    insatser = fragor.hamta(fardplan, request.user, ids) if len(ids) <= fragor.MEST else []
    if not insatser:
        if "gor" in data:
            text = "Insatserna du valde finns inte här längre." if ids else "Kryssa i de insatser du vill ändra."
            text = f"Välj högst {fragor.MEST} insatser åt gången." if len(ids) > fragor.MEST else text
            messages.warning(request, text)
        return redirect(tabellen)
    sammanhang = {
        "fardplan": fardplan,
        "insatser": insatser,
        "antal": raknat(len(insatser), "vald insats", "valda insatser"),
        "atgarder": val(request.user, fardplan.stadskarna_id),
        "gor": data.get("gor"),
        "urvalet": urvalet,
        "urvalsfalt": urvalsform.som_falt(request.GET),
        "tillbaka": tabellen,
    }
    if data.get("gor") not in slag:
        return render(request, "insatser/valda/valda.html", sammanhang)
    form = slag[data["gor"]](request.POST or None, fardplan=fardplan, av=av)
    if request.method == "POST" and form.is_valid():
        atgard = form.atgard()
        rader = atgard.granska(insatser, av)
        _fraga_om_alla(request, form, fardplan, atgard, rader)
        if "skriv" in request.POST and _som_granskat(request, form, atgard, rader):
            andras, versioner = [r for r in rader if r.andras], _sedda(request.POST)
            if redigering.forsok(
                form, lambda: andringar.andra(av=av, atgard=atgard, rader=andras, versioner=versioner)
            ):
                text = f"{raknat(len(andras), 'insats är ändrad', 'insatser är ändrade')}."
                return redigering.sparat(request, tabellen, text)
            rader = atgard.granska(fragor.hamta(fardplan, request.user, ids), av)
        sammanhang |= _granskning(form, rader)
    return redigering.svara_formular(request, "insatser/valda/valda.html", form, sammanhang)


def _ids(data: QueryDict) -> set[int]:
    return {int(pk) for pk in data.getlist(NAMN) if pk.isascii() and pk.isdecimal() and len(pk) < 10}


def _fraga_om_alla(
    request: HttpRequest, form: Valdaform, fardplan: Fardplan, atgard: Atgard, rader: Sequence[Valdrad]
) -> None:
    """When any of those that change is gemensam, all stadskärnor are named, and asked about once."""
    if atgard.i_alla and any(r.andras and r.insats.gemensam for r in rader):
        gemensamt.krav_bekraftelse(form, med_gemensamma(fardplan, request.user))
        if "skriv" in request.POST:
            form.full_clean()


def _sagt(data: QueryDict) -> dict[int, tuple[int, str]]:
    """{insats id: (what was seen, fingerprint of what was told)} of the preview that was confirmed."""
    ut = {}
    for rad in data.getlist("rad"):
        pk, _, resten = rad.partition(":")
        sedd, _, avtryck = resten.partition(":")
        if all(tal.isascii() and tal.isdecimal() and len(tal) < 19 for tal in (pk, sedd)):
            ut[int(pk)] = (int(sedd), avtryck)
    return ut


def _sedda(data: QueryDict) -> dict[int, int]:
    return {pk: sedd for pk, (sedd, _) in _sagt(data).items()}


def _som_granskat(request: HttpRequest, form: Valdaform, atgard: Atgard, rader: Sequence[Valdrad]) -> bool:
    """Whether the form holds, and what would be written is what was shown; the form tells otherwise."""
    if request.POST.get("granskat") != form.ifyllt:
        form.add_error(None, OMVALT)
        return False
    sagt = _sagt(request.POST)
    visade = {pk: avtryck for pk, (_, avtryck) in sagt.items()}
    nu = {r.insats.pk: r.avtryck for r in rader if r.andras}
    if visade != nu:
        andrade = [r.insats for r in rader if visade.get(r.insats.pk) != nu.get(r.insats.pk)]
        vilka = uppraknat([f"”{i}”" for i in andrade]) or "Någon av insatserna"
        vem = f", {atgard.senast(andrade[0])}" if len(andrade) == 1 else ""
        text = f"{vilka} har ändrats sedan du granskade{vem}. Inget är ändrat: så här blir det nu."
        form.krock = Krock([], 0, text=text)  # type: ignore[attr-defined]
        form.add_error(None, text)
        return False
    return not form.errors


def _granskning(form: Valdaform, rader: Sequence[Valdrad]) -> dict[str, Any]:
    andras = [r for r in rader if r.andras]
    return {
        "granskat": form.ifyllt,
        "andras": andras,
        "stilla": [r for r in rader if not r.andras and not r.hinder],
        "hindrade": [r for r in rader if r.hinder],
        "knapp": f"Ändra {raknat(len(andras), 'insats', 'insatser')}",
    }
