"""One aktör with everything it takes part in. The register itself is in the room of the aktörer."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from aktorer.models import Aktor
from aktorer.roller import Rattighet
from insatser.behorighet import handlingsplaner_som_beslutade, har
from insatser.fragor import aktor as fragor
from insatser.fragor import arende as arendefragor
from insatser.fragor import beslutat
from insatser.regler import tystnad

SENASTE = 10  # ärenden on the aktör's page; the rest are in the list of ärenden


@login_not_required
def aktor(request: HttpRequest, slug: str) -> HttpResponse:
    visad = Aktor.objects.filter(slug=slug).select_related("del_av", "eftertradare").first()
    if visad is None:
        raise Http404("Det finns ingen aktör med den adressen.")
    se_internt = har(request.user, Rattighet.SE_INTERNT)
    foregangare = list(visad.foregangare.i_ordning())
    uppdrag, idag = fragor.uppdrag(visad, request.user), timezone.localdate()
    beslutade = beslutat.las(handlingsplaner_som_beslutade(request.user))
    summor, exempel_i_summor = fragor.bidrag([visad, *foregangare], request.user, beslutade)
    sammanhang = {
        "aktor": visad,
        "delar": visad.delar.i_ordning(),
        "foregangare": foregangare,
        **fragor.agande(visad),
        "medlemmar": visad.medlemmar.select_related("aktor").order_by("aktor__sortering"),
        "karnor": fragor.karnkommuner() if visad.avser_karnkommuner else [],
        "uppdrag": uppdrag,
        "uppdrag_per_karna": fragor.per_karna(uppdrag, idag),
        "idag": idag,
        "tyst_efter": tystnad.efter_dagar(),
        "aktiviteter": fragor.aktiviteter(visad, request.user, beslutade),
        "arenden": list(arendefragor.med_steg(visad.arenden.all())[: SENASTE + 1]),
        "senaste": SENASTE,
        "anslutningar": visad.anslutningar.select_related("overenskommelse").order_by("overenskommelse__namn"),
        # What an aktör that it succeeded sat in and paid is told here too.
        "platser": fragor.platser([visad, *foregangare]),
        "summor": summor,
        "exempel_i_summor": exempel_i_summor,
        "kontakt": visad.kontakt if se_internt else "",
        "far_redigera": har(request.user, Rattighet.REDIGERA),
    }
    return render(request, "insatser/aktor/aktor.html", sammanhang)
