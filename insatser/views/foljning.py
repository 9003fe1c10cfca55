"""Follow an insats, or stop."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from aktorer.grund import redigering
from insatser.andringar import foljning as andringar
from insatser.forms import urval as urvalsform
from insatser.views import atkomst


@require_POST
def folj(request: HttpRequest, stadskarna: str, nummer: str) -> HttpResponse:
    """`folj=ja` or anything else to stop; the button says what it does, so that two clicks do it once.

    For htmx the button alone comes back: what was begun elsewhere on the page stays as it is.
    """
    fardplan, insats = atkomst.insats(request, stadskarna, nummer)
    foljer = request.POST.get("folj") == "ja"
    gor = andringar.folj if foljer else andringar.sluta_folja
    gor(av=atkomst.jag(request), insats=insats, stadskarna=fardplan.stadskarna)
    urvalet = urvalsform.behall(request.GET)
    if redigering.vill_ha_fragment(request):
        sammanhang = {"fardplan": fardplan, "insats": insats, "foljer": foljer, "urvalet": urvalet}
        return render(request, "insatser/insats/folj.html", sammanhang)
    fran_arbete = request.GET.get("fran") == "mitt-arbete"
    tillbaka = reverse("mitt_arbete") if fran_arbete else reverse("insats", args=[stadskarna, nummer]) + urvalet
    hur = f"Du följer {insats.nummer}. Det som händer visas på Mitt arbete."
    return redigering.sparat(request, tillbaka, hur if foljer else f"Du följer inte längre {insats.nummer}.")
