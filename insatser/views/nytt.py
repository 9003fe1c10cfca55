"""What is new in a stadskärna since a day one chooses: how it was, how it is, and which way it went."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from aktorer.behorighet import har
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.forms import nytt as form
from insatser.fragor import nytt as fragor
from insatser.fragor.nyttdata import nyttdata
from insatser.models import Fardplan, Mote
from insatser.pdf import nytt as pdf
from insatser.regler.status import Riktning
from insatser.views import atkomst
from insatser.views.pdf import pdf_svar


@login_not_required
@publik
def nytt(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    idag = timezone.localdate()
    mote, sedan, besked = _sedan(request, fardplan, idag)
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


@login_not_required
@publik
def nytt_pdf(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """The same on one A4."""
    fardplan = atkomst.fardplan(request, stadskarna)
    idag = timezone.localdate()
    _, sedan, _ = _sedan(request, fardplan, idag)
    data = nyttdata(fragor.nytt(fardplan, request.user, sedan), fardplan, sedan, idag)
    return pdf_svar(pdf.nytt(data, idag), f"nytt-{stadskarna}-{sedan.isoformat()}.pdf")


def _sedan(request: HttpRequest, fardplan: Fardplan, idag: date) -> tuple[Mote | None, date, str]:
    """The styrgrupp's last möte, the day that was asked for or that of the möte, and what is said of it."""
    forval, mote = fragor.sedan_mote(fardplan, idag, idag)
    skrivet = request.GET.get("sedan", "").strip()[:40]
    return mote, *form.las(skrivet, forval=forval, borjade=date(fardplan.program.ar_fran, 1, 1), idag=idag)
