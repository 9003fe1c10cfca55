"""The insatskarta: as a picture, a table or a matrix."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from aktorer.behorighet import har
from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.forms import urval as urvalsform
from insatser.fragor import karta as kartor
from insatser.views import atkomst


@login_not_required
def insatskarta(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Filters in the address; htmx swaps the map alone."""
    fardplan = atkomst.fardplan(request, stadskarna)
    urval, visning = urvalsform.las(request.GET)
    karta = kartor.hamta(fardplan, urval, request.user)
    fraga = request.GET.copy()
    fraga.pop("vy", None)
    sammanhang = {
        "fardplan": fardplan,
        "karta": karta,
        "rader": karta.sorterade(visning.sortera, fallande=visning.fallande),
        "kolumner": _kolumner(request.GET, visning),
        "urval": urval,
        "vy": visning.vy,
        "vyer": urvalsform.VYER,
        "form": urvalsform.UrvalForm(request.GET),
        "fraga": fraga.urlencode(),
        "urvalet": urvalsform.behall(request.GET),
        "idag": timezone.localdate(),
        "far": {"redigera": har(request.user, Rattighet.REDIGERA)},
    }
    if redigering.vill_ha_fragment(request, "karta"):
        return render(request, "insatser/karta/karta.html#karta", sammanhang)
    sammanhang["utkast"] = sum(i.utkast for i in karta.insatser)
    sammanhang["aktorer"] = kartor.aktorer_i(fardplan, request.user)
    return render(request, "insatser/karta/karta.html", sammanhang)


def _kolumner(fraga: QueryDict, visning: urvalsform.Visning) -> list[dict[str, str]]:
    """The table's headings: each sorts by its column, and once more the other way."""
    kolumner = []
    for falt, ord_ in urvalsform.SORTERA:
        aktiv = visning.sortera == falt
        ny = fraga.copy()
        ny["sortera"] = falt
        ny.pop("fallande", None)
        if aktiv and not visning.fallande:
            ny["fallande"] = "1"
        riktning = ("descending" if visning.fallande else "ascending") if aktiv else ""
        kolumner.append({"ord": ord_, "fraga": ny.urlencode(), "riktning": riktning})
    return kolumner
