"""What is new in a stadskärna since a day one chooses: how it was, how it is, and which way it went."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from aktorer.behorighet import har
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.forms import nytt as form
from insatser.fragor import nytt as fragor
from insatser.fragor import oversikt
from insatser.regler.status import Riktning
from insatser.views import atkomst

UTAN_MOTE_DAGAR = 30


@login_not_required
@publik
def nytt(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    idag = timezone.localdate()
    mote = oversikt.senaste_mote(fardplan, idag)
    sedan, besked = form.las(
        request.GET.get("sedan", "").strip()[:40],
        forval=mote.datum if mote else idag - timedelta(days=UTAN_MOTE_DAGAR),
        borjade=date(fardplan.program.ar_fran, 1, 1),
        idag=idag,
    )
    bilden = fragor.nytt(fardplan, request.user, sedan)
    sammanhang = {
        "fardplan": fardplan,
        "n": bilden,
        "sedan": sedan,
        "idag": idag,
        "besked": besked,
        "mote": mote if mote and mote.datum == sedan else None,
        "battre": bilden.antal(Riktning.BATTRE),
        "samre": bilden.antal(Riktning.SAMRE),
        "far": {"se_internt": har(request.user, Rattighet.SE_INTERNT)},
    }
    return render(request, "insatser/nytt/nytt.html", sammanhang)
