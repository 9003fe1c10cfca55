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
from insatser.models import Insats
from insatser.views import atkomst


@login_not_required
@publik
def insatskarta(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Filters in the address; htmx swaps the map alone, or the insats beside it (`visa`, a number)."""
    fardplan = atkomst.fardplan(request, stadskarna)
    urval, visning = urvalsform.las(request.GET)
    karta = kartor.hamta(fardplan, urval, request.user)
    if visning.vy == "tabell" and "arenden" in visning.kolumner:
        kartor.med_arenden(karta.insatser)
    urvalet = urvalsform.behall(request.GET)
    fraga, falt = request.GET.copy(), urvalsform.som_falt(request.GET)
    for bort in ("vy", "visa"):
        fraga.pop(bort, None)
    visad = _visad(karta, request.GET.get("visa")) if visning.vy == "karta" else None
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
        "chips": urvalsform.chips(urval, karta.antal),
        "visad": visad,
        "bredvid": f"{reverse('insatskarta', args=[stadskarna])}{urvalet}{'&' if urvalet else '?'}visa=",
        "fraga": fraga.urlencode(),
        "urvalet": urvalet,
        "urvalsfalt": falt,
        "atgarder": valdsida.val(valdaform.tillatna(request.user, fardplan.stadskarna_id)),
        "valda_adress": reverse("insatskarta_valda", args=[stadskarna]),
        "idag": timezone.localdate(),
        "far": {"redigera": har(request.user, Rattighet.REDIGERA, fardplan.stadskarna_id)},
    }
    if redigering.vill_ha_fragment(request, "bredvid"):
        return render(request, "insatser/karta/karta.html#bredvid", sammanhang)
    sammanhang["utkast"] = sum(i.utkast for i in karta.insatser)
    if redigering.vill_ha_fragment(request, "karta"):
        return render(request, "insatser/karta/karta.html#karta", {**sammanhang, "bara_del": True})
    sammanhang["aktorer"] = kartor.aktorer_i(fardplan, request.user)
    return render(request, "insatser/karta/karta.html", sammanhang)


def _visad(karta: kartor.Karta, nummer: str | None) -> Insats | None:
    """The insats to show beside the map: one of those that are selected, or none."""
    for insats in karta.insatser:
        insats.vald = insats.nummer == nummer
    return next((i for i in karta.insatser if i.vald), None)


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
