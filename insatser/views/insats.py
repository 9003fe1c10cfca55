"""One insats with everything about it on one page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from aktorer.behorighet import har
from aktorer.roller import Rattighet
from insatser.behorighet import far_rapportera, synliga_handlingsplaner
from insatser.forms import urval as urvalsform
from insatser.forms.lage import LageForm
from insatser.fragor import arende as arenden
from insatser.fragor import foljning, handlingsplan, planhistorik
from insatser.fragor import historik as andringshistorik
from insatser.fragor import insats as insatser
from insatser.fragor import karta as kartor
from insatser.fragor import mote as moten
from insatser.regler.exempel import exempel
from insatser.views import atkomst


@login_not_required
def insats(request: HttpRequest, stadskarna: str, nummer: str) -> HttpResponse:
    fardplan, visad = atkomst.insats(request, stadskarna, nummer)
    far = {
        "redigera": har(request.user, Rattighet.REDIGERA) and not visad.avford,
        "aterta": har(request.user, Rattighet.REDIGERA) and bool(visad.avford),
        "rapportera": far_rapportera(request.user, visad, fardplan.stadskarna),
        "se_internt": har(request.user, Rattighet.SE_INTERNT),
        "svara_for": atkomst.egen_aktor(request),
        "folja": request.user.is_authenticated,
    }
    rapporter = insatser.rapporter(visad, fardplan)
    lage = rapporter[0] if rapporter else None
    prioriteringar = handlingsplan.for_insats(visad, fardplan, request.user)
    visade = rapporter if far["se_internt"] else rapporter[:1]
    urvalet, (urval, visning) = urvalsform.behall(request.GET), urvalsform.las(request.GET)
    # Leafed through in the order in which the map showed what was selected there.
    karta = kartor.hamta(fardplan, urval, request.user) if urvalet else None
    i_ordning = karta.sorterade(visning.sortera, fallande=visning.fallande) if karta else None
    fore, efter = insatser.grannar(visad, i_ordning or insatser.i_nummerordning(fardplan, request.user))
    sammanhang = {
        "fardplan": fardplan,
        "insats": visad,
        "far": far,
        "lage": lage,
        "rapporter": rapporter,
        "roller": insatser.roller(visad, fardplan),
        "exempel": exempel([*visade, *(p.handlingsplan for p in prioriteringar)]),
        "prioriteringar": prioriteringar,
        "motespunkter": moten.for_insats(visad, fardplan, request.user),
        "samband": insatser.samband(visad, fardplan, request.user),
        "arenden": arenden.med_steg(visad.arenden.all()),
        "overenskommelser": arenden.med_antal(visad.overenskommelser.all()),
        "fore": fore,
        "efter": efter,
        "urvalet": urvalet,
        "filtrerat": urval.filtrerat,
        "andrat": andringshistorik.senast_andrat(visad)[:5] if far["se_internt"] else [],
        "form": LageForm.efter(lage) if far["rapportera"] else None,
        "foljer": far["folja"] and foljning.foljer(atkomst.jag(request), visad, fardplan.stadskarna),
        "idag": timezone.localdate(),
    }
    return render(request, "insatser/insats/insats.html", sammanhang)


def historik(request: HttpRequest, stadskarna: str, nummer: str) -> HttpResponse:
    """What was changed, reported and planned, when and by whom; for those who log in."""
    fardplan, visad = atkomst.insats(request, stadskarna, nummer, Rattighet.SE_INTERNT)
    planer = synliga_handlingsplaner(request.user).filter(fardplan=fardplan).select_related("fardplan")
    andrat = andringshistorik.senast_forst(
        map(andringshistorik.rapporterat, insatser.rapporter(visad, fardplan)),
        planhistorik.andrat([visad.pk], planer).get((visad.pk, fardplan.stadskarna_id), []),
        andringshistorik.senast_andrat(visad),
    )
    sammanhang = {"fardplan": fardplan, "insats": visad, "andrat": andrat, "urvalet": urvalsform.behall(request.GET)}
    return render(request, "insatser/insats/historik.html", sammanhang)
