"""A cell of the insatskarta's table, changed where it stands: a piece of the page for htmx, else a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aktorer.grund import redigering
from aktorer.grund.inskick import markera
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import insats as andringar
from insatser.andringar.roller import med_ansvarig
from insatser.forms import gemensam as gemensamt
from insatser.forms import urval as urvalsform
from insatser.forms.cell import CELLER, i_ord
from insatser.fragor.stadskarna import med_gemensamma
from insatser.models import Fardplan, Insats
from insatser.views import atkomst

# What else the row says of it: a cell that was saved brings the others with it.
HOR_IHOP = {"ansvarig": ("utan_ansvarig", "medverkande"), "utan_ansvarig": ("ansvarig",)}


def cell(request: HttpRequest, stadskarna: str, nummer: str, falt: str) -> HttpResponse:
    """The form of one field, and what became of it. `visa=1` for htmx: the cell as it stands, when one has changed
    one's mind.
    """
    fardplan, insats = atkomst.insats(request, stadskarna, nummer, Rattighet.REDIGERA)
    if falt not in CELLER:
        raise Http404("Den kolumnen ändras inte i tabellen.")
    if insats.avford:
        raise PermissionDenied(f"Insats {insats.nummer} är avförd. Återta den först om den ska ändras.")
    skapa_form, vad = CELLER[falt]
    karta = reverse("insatskarta", args=[stadskarna]) + urvalsform.behall(request.GET)
    i_cellen = redigering.vill_ha_fragment(request, f"cell-{insats.pk}-{falt}")
    sammanhang = {
        "fardplan": fardplan,
        "insats": insats,
        "falt": falt,
        "vad": vad,
        "rubrik": f"Ändra {vad}",
        "tillbaka": karta,
        "urvalet": urvalsform.behall(request.GET),
        "kolumnerna": urvalsform.las(request.GET)[1].kolumner,
        "far": {"redigera": True},
    }
    if i_cellen and request.method == "GET" and "visa" in request.GET:
        return render(request, "insatser/karta/cellen.html#visad", sammanhang)
    form: Any = skapa_form(request.POST or None, insats)
    form.auto_id = f"%s-{falt}-{insats.pk}"  # several cells may be open
    form.fields[falt].widget.attrs["autofocus"] = True
    _fraga(request, form, fardplan, insats, falt)
    if request.method == "POST" and form.is_valid():
        av, varden = atkomst.jag(request), gemensamt.varden(form)
        blev: list[Insats] = []
        if redigering.forsok(form, lambda: blev.append(_andra(av, fardplan, insats, falt, varden))):
            return _sparat(request, sammanhang, karta, i_cellen=i_cellen, andrat=blev[0].version != insats.version)
    if not i_cellen:
        return redigering.svara_formular(request, "formular.html", form, sammanhang)
    if hasattr(form, "krock"):
        nu = Insats.objects.get(pk=insats.pk)
        sammanhang["nu"] = i_ord(form, falt, skapa_form(None, nu).get_initial_for_field(form.fields[falt], falt))
        sammanhang["mitt"] = i_ord(form, falt, form[falt].value())
    status = 409 if hasattr(form, "krock") else 422 if form.is_bound else 200
    mall = "insatser/karta/cellen.html#formular"
    return render(request, mall, sammanhang | {"form": form, "varde": form[falt]}, status=status)


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


def _sparat(
    request: HttpRequest, sammanhang: dict[str, Any], karta: str, *, i_cellen: bool, andrat: bool
) -> HttpResponse:
    """The cell as it stands now, with what else changed by it; without htmx back to the table."""
    insats, falt = sammanhang["insats"], sammanhang["falt"]
    text = f"Sparat: {sammanhang['vad']} för {insats.nummer}."
    if not andrat:
        text = f"Du ändrade inget i {insats.nummer}."
        markera("", angras=False)
    if not i_cellen:
        return redigering.sparat(request, karta, text, fran=karta)
    redigering.beratta(request, text, fran=karta)
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    nytt = Insats.objects.select_related("malomrade").prefetch_related("medverkan__aktor").get(pk=insats.pk)
    kolumner = sammanhang["kolumnerna"]
    sammanhang |= {
        "insats": nytt,
        "med": [annat for annat in HOR_IHOP.get(falt, ()) if annat in kolumner],
        "angra_till": htmx.current_url_abs_path or karta,
    }
    return render(request, "insatser/karta/cellen.html#sparad", sammanhang)
