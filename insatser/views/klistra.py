"""Cells pasted from a spreadsheet: they become a file, and go the way of every file (views/inlasning.py)."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar.inlasning import spara_fil
from insatser.forms import urval as urvalsform
from insatser.forms.klistra import RUBRIKER, KlistraForm
from insatser.fragor import karta as kartor
from insatser.fragor.karta import Urval
from insatser.fragor.urval import i_ord
from insatser.models import Fardplan, Inlasning
from insatser.regler.inlasning import Fel
from insatser.utbyte.excel import klistrat
from insatser.utbyte.excel.inlasning import planera
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from insatser.views import atkomst
from insatser.views.forhandsgranskning import fellista
from insatser.views.inlasning import i_ko


@require_http_methods(["GET", "HEAD", "POST"])
@i_ko
def klistra(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """What was pasted stays until it is right; then its changes are shown, and confirmed, as those of a file."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.REDIGERA)
    form = KlistraForm(request.POST or None, kolumner=[(k.falt, k.rubrik) for k in klistrat.SYNLIGA])
    fel: list[Fel] = []
    if request.method == "POST" and form.is_valid():
        try:
            innehall, fore = _som_fil(request, fardplan, form)
        except ValidationError as nej:
            redigering.lagg_till_fel(form, ValidationError({"celler": nej.messages}))
        else:
            plan = planera(InsatskartaResource, fardplan, klistrat.FILNAMN, innehall)
            if not plan.fel:
                slag = Inlasning.Slag.INSATSKARTA
                av = atkomst.jag(request)
                fil = spara_fil(av=av, fardplan=fardplan, slag=slag, filnamn=klistrat.FILNAMN, innehall=innehall)
                return redirect(reverse("inlasning_granska", args=[stadskarna, fil.pk]))
            # The row as it was pasted; the letters of its columns are ours.
            fel = [replace(f, rad=f.rad and f.rad - fore, cell="", blad="") for f in plan.fel]
    urval, _ = urvalsform.las(request.GET)
    urvalet = urvalsform.behall(request.GET)
    sammanhang = {
        "fardplan": fardplan,
        "form": form,
        **fellista(tuple(fel)),
        "urval": i_ord(urval),
        "urvalet": urvalet,
        "tillbaka": reverse("insatskarta", args=[stadskarna]) + urvalet,
    }
    return render(request, "insatser/inlasning/klistra.html", sammanhang, status=422 if form.is_bound else 200)


def _som_fil(request: HttpRequest, fardplan: Fardplan, form: KlistraForm) -> tuple[bytes, int]:
    urval, visning = urvalsform.las(request.GET)
    alla = kartor.hamta(fardplan, Urval(avforda=True), request.user)
    valda = kartor.hamta(fardplan, urval, request.user).sorterade(visning.sortera, fallande=visning.fallande)
    text, forsta = form.cleaned_data["celler"], form.cleaned_data["forsta"]
    forsta = "" if forsta == RUBRIKER else forsta
    return klistrat.som_fil(text, forsta, fardplan, alla=alla.insatser, urvalet=valda)
