"""Report the läge of an insats."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from aktorer.grund import redigering
from insatser.andringar import lage as andringar
from insatser.forms import urval as urvalsform
from insatser.forms.lage import LageForm
from insatser.fragor import insats as insatser
from insatser.views import atkomst


def lage(request: HttpRequest, stadskarna: str, nummer: str) -> HttpResponse:
    """The form is on the insats page and on mitt arbete too; `?fran=mitt-arbete` leads back there."""
    fardplan, insats = atkomst.insats_att_rapportera(request, stadskarna, nummer)
    rapporter = insatser.rapporter(insats, fardplan)
    form = LageForm(request.POST) if request.method == "POST" else LageForm.efter(rapporter[0] if rapporter else None)
    fran_arbete = request.GET.get("fran") == "mitt-arbete"
    urvalet = urvalsform.behall(request.GET)
    tillbaka = reverse("mitt_arbete") if fran_arbete else reverse("insats", args=[stadskarna, nummer]) + urvalet
    if request.method == "POST" and form.is_valid():
        varden = form.cleaned_data
        av = atkomst.jag(request)
        if redigering.forsok(
            form, lambda: andringar.rapportera(av=av, insats=insats, stadskarna=fardplan.stadskarna, **varden)
        ):
            return redigering.sparat(request, tillbaka, f"Läget för {insats.nummer} är sparat.")
    sammanhang = {
        "fardplan": fardplan,
        "insats": insats,
        "lage": rapporter[0] if rapporter else None,
        "tillbaka": tillbaka,
        "fran_arbete": fran_arbete,
        "urvalet": urvalet,
    }
    return redigering.svara_formular(request, "insatser/lage/lage.html", form, sammanhang)
