"""The insatskarta: as a picture, a table or a matrix."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from aktorer.roller import Rattighet
from insatser.behorighet import har
from insatser.forms import urval as urvalsform
from insatser.fragor import karta as kartor
from insatser.regler.tystnad import TYST_EFTER_DAGAR
from insatser.views import atkomst


@login_not_required
def insatskarta(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Filters in the address; htmx swaps the map alone."""
    fardplan = atkomst.fardplan(request, stadskarna)
    urval, vy = urvalsform.las(request.GET)
    karta = kartor.hamta(fardplan, urval, request.user)
    fraga = request.GET.copy()
    fraga.pop("vy", None)
    sammanhang = {
        "fardplan": fardplan,
        "karta": karta,
        "urval": urval,
        "vy": vy,
        "vyer": urvalsform.VYER,
        "form": urvalsform.UrvalForm(request.GET),
        "fraga": fraga.urlencode(),
        "idag": timezone.localdate(),
        "tyst_efter": TYST_EFTER_DAGAR,
        "far_redigera": har(request.user, Rattighet.REDIGERA),
    }
    if request.htmx and request.htmx.target == "karta" and not request.htmx.history_restore_request:  # type: ignore[attr-defined]
        return render(request, "insatser/karta/karta.html#karta", sammanhang)
    sammanhang["aktorer"] = kartor.aktorer_i(fardplan)
    return render(request, "insatser/karta/karta.html", sammanhang)
