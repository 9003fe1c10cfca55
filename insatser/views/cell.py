"""A cell of the insatskarta's table, changed where it stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from aktorer.grund import cell as celler
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import insats as andringar
from insatser.andringar.roller import med_ansvarig
from insatser.forms import gemensam as gemensamt
from insatser.forms import urval as urvalsform
from insatser.forms.cell import CELLER
from insatser.fragor.stadskarna import med_gemensamma
from insatser.models import Fardplan, Insats
from insatser.views import atkomst

# What else the row says of it: a cell that was saved brings the others with it.
HOR_IHOP = {"ansvarig": ("utan_ansvarig", "medverkande"), "utan_ansvarig": ("ansvarig",)}


def cell(request: HttpRequest, stadskarna: str, nummer: str, falt: str) -> HttpResponse:
    """One field of an insats (`aktorer.grund.cell.svara`)."""
    fardplan, insats = atkomst.insats(request, stadskarna, nummer, Rattighet.REDIGERA)
    if falt not in CELLER:
        raise Http404("Den kolumnen ändras inte i tabellen.")
    if insats.avford:
        raise PermissionDenied(f"Insats {insats.nummer} är avförd. Återta den först om den ska ändras.")
    skapa_form, vad = CELLER[falt]
    urvalet, kolumner = urvalsform.behall(request.GET), urvalsform.las(request.GET)[1].kolumner
    av = atkomst.jag(request)
    nytt = Insats.objects.select_related("malomrade").prefetch_related("medverkan__aktor")
    cellen = celler.Tabellcell(
        rad=insats,
        falt=falt,
        vad=vad,
        om=insats.nummer,
        namn="insats",
        mall="insatser/karta/cell.html",
        adress=reverse("insats_cell", args=[stadskarna, nummer, falt]) + urvalet,
        tabellen=reverse("insatskarta", args=[stadskarna]) + urvalet,
        formular=skapa_form,
        andra=lambda form: _andra(av, fardplan, insats, falt, gemensamt.varden(form)),
        las_om=lambda: nytt.get(pk=insats.pk),
        fraga=lambda form: _fraga(request, form, fardplan, insats, falt),
        med=tuple(annat for annat in HOR_IHOP.get(falt, ()) if annat in kolumner),
    )
    sammanhang = {"fardplan": fardplan, "urvalet": urvalet, "kolumnerna": kolumner, "far": {"redigera": True}}
    return celler.svara(request, cellen, sammanhang)


def _fraga(request: HttpRequest, form: BaseForm, fardplan: Fardplan, insats: Insats, falt: str) -> None:
    """A gemensam insats shows in other stadskärnor as well: it is asked about once."""
    if insats.gemensam or (falt == "typ" and request.POST.get("typ") == "gemensam"):
        gemensamt.krav_bekraftelse(form, med_gemensamma(fardplan, request.user))


def _andra(av: Anvandare, fardplan: Fardplan, insats: Insats, falt: str, varden: dict[str, Any]) -> Insats:
    version, varde = varden["version"], varden[falt]
    andra: Callable[..., Insats]
    if falt == "typ":
        egen = fardplan if varde == "karnspecifik" else None
        andra = partial(andringar.flytta, malomrade=insats.malomrade, fardplan=egen, ordning=insats.ordning)
    elif falt == "ansvarig":
        andra = partial(andringar.andra_roller, roller=med_ansvarig(insats, varde))
    elif falt == "utan_ansvarig":
        nu = insats.ansvarig
        if nu and varde:
            raise ValidationError({falt: "Insatsen har en ansvarig. Då behövs inget skäl."})
        andra = partial(
            andringar.andra_roller, roller=med_ansvarig(insats, nu.aktor_id if nu else None), utan_ansvarig=varde
        )
    else:
        andra = partial(andringar.andra, **{falt: varde})
    return andra(av=av, insats=insats, version=version)
