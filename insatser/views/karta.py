"""The insatskarta: as a picture, a table or a matrix."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from aktorer.behorighet import har
from aktorer.grund import redigering, valdsida
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.forms import urval as urvalsform
from insatser.forms import valda as valdaform
from insatser.fragor import karta as kartor
from insatser.views import atkomst


@login_not_required
@publik
def insatskarta(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Filters in the address; htmx swaps the map alone."""
    fardplan = atkomst.fardplan(request, stadskarna)
    urval, visning = urvalsform.las(request.GET)
    karta = kartor.hamta(fardplan, urval, request.user)
    if visning.vy == "tabell" and "arenden" in visning.kolumner:
        kartor.med_arenden(karta.insatser)
    fraga, falt = request.GET.copy(), urvalsform.som_falt(request.GET)
    fraga.pop("vy", None)
    sammanhang = {
        "fardplan": fardplan,
        "karta": karta,
        "rader": karta.sorterade(visning.sortera, fallande=visning.fallande),
        "kolumner": _kolumner(request.GET, visning),
        "kolumnerna": visning.kolumner,
        "kolumnval": urvalsform.TABELLKOLUMNER,
        "att_valja": urvalsform.TABELLKOLUMNER.att_valja(visning.kolumner),
        "tabell_adress": reverse("insatskarta", args=[stadskarna]),
        "urvalets_falt": [par for par in falt if par[0] != "kolumner"],
        "visningens_falt": [par for par in falt if hasattr(visning, par[0])],
        "urval": urval,
        "vy": visning.vy,
        "vyer": urvalsform.VYER,
        "form": urvalsform.UrvalForm(request.GET),
        "fraga": fraga.urlencode(),
        "urvalet": urvalsform.behall(request.GET),
        "urvalsfalt": falt,
        "atgarder": valdsida.val(valdaform.tillatna(request.user, fardplan.stadskarna_id)),
        "valda_adress": reverse("insatskarta_valda", args=[stadskarna]),
        "idag": timezone.localdate(),
        "far": {"redigera": har(request.user, Rattighet.REDIGERA, fardplan.stadskarna_id)},
    }
    if redigering.vill_ha_fragment(request, "karta"):
        return render(request, "insatser/karta/karta.html#karta", sammanhang)
    sammanhang["utkast"] = sum(i.utkast for i in karta.insatser)
    sammanhang["aktorer"] = kartor.aktorer_i(fardplan, request.user)
    return render(request, "insatser/karta/karta.html", sammanhang)


def _kolumner(fraga: QueryDict, visning: urvalsform.Visning) -> list[dict[str, str]]:
    """The headings of the columns that are shown: each that can sorts by its column, and once more the other way."""
    kolumner = []
    sorterar = dict(urvalsform.SORTERA)
    for falt in visning.kolumner:
        aktiv = visning.sortera == falt
        ny = fraga.copy()
        ny["sortera"] = falt
        ny.pop("fallande", None)
        if aktiv and not visning.fallande:
            ny["fallande"] = "1"
        riktning = ("descending" if visning.fallande else "ascending") if aktiv else ""
        ord_ = urvalsform.KOLUMNER[falt]
        kolumner.append(
            {"falt": falt, "ord": ord_, "fraga": ny.urlencode() if falt in sorterar else "", "riktning": riktning}
        )
    return kolumner
