"""Report the läge of an insats."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from aktorer.behorighet import har
from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import lage as andringar
from insatser.forms import urval as urvalsform
from insatser.forms.lage import LageForm
from insatser.fragor import insats as insatser
from insatser.models import Lagesrapport
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
            text = f"Läget för {insats.nummer} är sparat."
            return redigering.sparat(request, tillbaka, text, fran=tillbaka)
    sammanhang = {
        "fardplan": fardplan,
        "insats": insats,
        "lage": rapporter[0] if rapporter else None,
        "tillbaka": tillbaka,
        "fran_arbete": fran_arbete,
        "urvalet": urvalet,
        "far_maskera": har(request.user, Rattighet.REDIGERA, fardplan.stadskarna_id),
    }
    return redigering.svara_formular(request, "insatser/lage/lage.html", form, sammanhang)


@require_POST
def aterkalla(request: HttpRequest, stadskarna: str, nummer: str, pk: int) -> HttpResponse:
    """A wrong report is taken back by who wrote it, or by a planerare."""
    fardplan, insats = atkomst.insats(request, stadskarna, nummer, Rattighet.SE_INTERNT)
    rapporter = Lagesrapport.objects.filter(insats=insats, stadskarna=fardplan.stadskarna_id)
    rapport = get_object_or_404(rapporter, pk=pk)
    av = atkomst.jag(request)
    if rapport.av_id != av.pk and not har(request.user, Rattighet.REDIGERA, fardplan.stadskarna_id):
        raise PermissionDenied("Den som rapporterade, eller en planerare, tar tillbaka en rapport.")
    tillbaka = reverse("insats", args=[stadskarna, nummer]) + urvalsform.behall(request.GET)
    text = f"Rapporten om {insats.nummer} är tillbakatagen."
    return redigering.gor(request, lambda: andringar.aterkalla(av=av, rapport=rapport.pk), tillbaka, text)
