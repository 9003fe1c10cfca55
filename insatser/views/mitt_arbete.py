"""What waits for me, what is late, what I said last and what is new in what I follow."""

from __future__ import annotations

import re
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from aktorer.behorighet import har_nagonstans
from aktorer.grund import redigering
from aktorer.grund.publik import egen
from aktorer.grund.samtidighet import Krock
from aktorer.roller import Anvandarroll, Rattighet
from insatser.andringar import lage as andringar
from insatser.behorighet import att_rapportera, rapporterar
from insatser.fragor import foljning, styrgrupp
from insatser.fragor import mitt_arbete as fragor
from insatser.regler.bojning import raknat
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import OVER
from insatser.views import atkomst, meny

NYTT_DAGAR = 90  # what has happened in what I follow is told for a quarter of a year
_LAGE = re.compile(r"([0-9]{1,9}):([0-9]{1,9}):([0-9]{1,18})")
MEST_NYTT = 8  # the rest is in the history of each insats


@egen
def mitt_arbete(request: HttpRequest) -> HttpResponse:
    """What is late comes first, then what waits, then what I have done and what others have."""
    idag, jag = timezone.localdate(), atkomst.jag(request)
    fardplaner = meny.fardplaner(request)
    far_rapportera = rapporterar(jag)
    # Who may report everything has no duty to, and gets counts instead of a list.
    raknas = har_nagonstans(jag, Rattighet.RAPPORTERA_ALLT)
    tysta, ovriga = fragor.insatser(jag, idag) if far_rapportera and not raknas else (fragor.INGA, fragor.INGA)
    raknade = fragor.raknade(jag, fardplaner, idag) if raknas and jag.aktor_id else []
    delar = fragor.aktiviteter(jag, idag) if far_rapportera and jag.aktor_id else []
    foljda = foljning.foljda(jag, fardplaner)
    nytt = foljning.nytt(foljda, jag, timezone.now() - timedelta(days=NYTT_DAGAR)) if foljda else []
    omgangar = fragor.omgangar(jag, idag)
    fragade = fragor.fragor(jag, fardplaner) if jag.aktor_id else []
    tillfragad_i = [d for d, _ in delar if d.deltagande == Deltagande.TILLFRAGAD]
    sena = [(d, skal) for d, skal in delar if skal]
    styr = jag.roll == Anvandarroll.STYRGRUPP
    sammanhang = {
        "styrgrupp": styrgrupp.styrgruppsbild(fardplaner, jag, idag) if styr else None,
        "omgangar": [o for o in omgangar if o.kvar],
        "besvarade": [o for o in omgangar if not o.kvar],
        "sena": sena,
        "tysta": tysta,
        "antal_sent": len(sena) + tysta.antal,
        "fragor": fragade,
        "tillfragad_i": tillfragad_i,
        "inget_vantar": not (any(o.kvar for o in omgangar) or sena or tysta.antal or fragade or tillfragad_i),
        "aktiviteter": [d for d, skal in delar if not skal and d.aktivitet.status not in OVER],
        "ovriga": ovriga,
        "raknade": raknade,
        "antal_tysta": sum(k.tysta for k in raknade),
        "rapporterat": fragor.senast_rapporterat(jag, fardplaner),
        "foljda": foljda,
        "nytt": nytt[:MEST_NYTT],
        "fler_nytt": nytt[MEST_NYTT:],
        "nytt_dagar": NYTT_DAGAR,
        "idag": idag,
        "far": {"rapportera": far_rapportera},
    }
    return render(request, "insatser/mitt_arbete/mitt_arbete.html", sammanhang)


def oforandrat(request: HttpRequest) -> HttpResponse:
    """It goes as before in all that were ticked: `lage` is an insats, a stadskärna and the report that was read."""
    jag, sidan = atkomst.jag(request), reverse("mitt_arbete")
    if not rapporterar(jag):
        raise PermissionDenied("Din roll läser men rapporterar inte.")
    if request.method != "POST":  # who took it back is led here, where it was sent
        return redirect(sidan)
    kryssade = request.POST.getlist("lage")
    mina = {(i.pk, f.stadskarna_id): (i, f.stadskarna) for i, f in att_rapportera(jag)}
    lasta = [tuple(map(int, t.groups())) for k in kryssade if (t := _LAGE.fullmatch(k))]
    sedd = {mina[i, k]: last for i, k, last in lasta if (i, k) in mina}
    if not kryssade or len(sedd) < len(kryssade):
        inte = "Något av det du kryssade i är inte längre ditt att rapportera. Inget är sparat."
        messages.error(request, inte if kryssade else "Kryssa i de insatser där läget är oförändrat.")
        return redirect(sidan)
    try:
        andringar.oforandrade(av=jag, sedd=sedd)
    except Krock as krock:
        messages.error(request, str(krock))
        return redirect(sidan)
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect(sidan)
    vad = raknat(len(sedd), "läge är rapporterat", "lägen är rapporterade")
    return redigering.sparat(request, sidan, f"{vad} på nytt, med dagens datum.")
