"""What waits for me."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from aktorer.roller import Rattighet
from insatser.behorighet import att_rapportera, har
from insatser.fragor import lage
from insatser.fragor import mitt_arbete as fragor
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import Status
from insatser.regler.tystnad import TYST_EFTER_DAGAR, ar_tyst
from insatser.views import atkomst


def mitt_arbete(request: HttpRequest) -> HttpResponse:
    """Questions to my aktör, insatser it takes part in (those silent the longest first) and its aktiviteter."""
    idag = timezone.localdate()
    par = att_rapportera(request.user)
    lagen = lage.lagen((insats.pk, fardplan.stadskarna_id) for insats, fardplan in par)
    rader = [(insats, fardplan, lagen.get((insats.pk, fardplan.stadskarna_id))) for insats, fardplan in par]
    rader.sort(key=lambda rad: rad[2].datum.toordinal() if rad[2] else 0)
    tysta = [ar_tyst(rad[2].datum if rad[2] else None, idag) for rad in rader]
    jag = atkomst.jag(request)
    delar = fragor.aktiviteter(jag) if jag.aktor_id else []
    sammanhang = {
        "fragor": fragor.fragor(jag) if jag.aktor_id else [],
        "tillfragad_i": [d for d in delar if d.deltagande == Deltagande.TILLFRAGAD],
        "aktiviteter": [d for d in delar if d.aktivitet.status not in {Status.GENOMFORD, Status.AVBRUTEN}],
        "tysta": [rad for rad, tyst in zip(rader, tysta, strict=True) if tyst],
        "ovriga": [rad for rad, tyst in zip(rader, tysta, strict=True) if not tyst],
        "idag": idag,
        "tyst_efter": TYST_EFTER_DAGAR,
        "far_rapportera": har(request.user, Rattighet.RAPPORTERA_EGET) or har(request.user, Rattighet.RAPPORTERA_ALLT),
    }
    return render(request, "insatser/mitt_arbete/mitt_arbete.html", sammanhang)
