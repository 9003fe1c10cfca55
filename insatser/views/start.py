"""The first page: where the stadskärnor are and how they stand, what was decided last, and when one meets next."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from aktorer.behorighet import har
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.bild import lanskarta
from insatser.fragor import fardplan, nyheter, oversikt
from insatser.regler.bojning import i_ord
from insatser.regler.fordelning import INGEN
from insatser.regler.status import I_STAPEL, statusord

NYHETER, MOTEN = 5, 4


@login_not_required
@publik
def start(request: HttpRequest) -> HttpResponse:
    idag = timezone.localdate()
    karnor = oversikt.stadskarnor(request.user, idag)
    kommande = fardplan.kommande(request.user)
    fardplaner = [k.fardplan for k in karnor]
    sena = oversikt.sena(fardplaner, request.user, idag)
    sammanhang = {
        "karnor": [(k, sena.get(k.fardplan.pk, 0)) for k in karnor],
        "kommande": kommande,
        "antal_i_ord": i_ord(len(karnor) + len(kommande)),
        "karta": lanskarta.rita(karnor, kommande),
        "nu": {
            "avviker": sum(k.avviker for k in karnor),
            "risk": sum(k.risk for k in karnor),
            "sena": sum(sena.values()),
            "tysta": sum(k.tysta for k in karnor),
        },
        "statusar": [(s or INGEN, statusord(s)) for s in I_STAPEL],
        "rapporterat": any(k.lagen for k in karnor),
        "nyheter": nyheter.alla_stadskarnors(NYHETER),
        "moten": oversikt.kommande_moten(fardplaner, idag, MOTEN),
        "far": {"redigera": har(request.user, Rattighet.REDIGERA)},
    }
    return render(request, "insatser/start/start.html", sammanhang)
