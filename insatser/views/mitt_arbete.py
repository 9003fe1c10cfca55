"""What waits for me."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from aktorer.roller import Rattighet
from insatser.behorighet import att_rapportera, har
from insatser.fragor import lage
from insatser.fragor import mitt_arbete as fragor
from insatser.models import Fardplan, Insats, Lagesrapport, Stadskarna
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import Status
from insatser.regler.tystnad import ar_tyst
from insatser.views import atkomst


def mitt_arbete(request: HttpRequest) -> HttpResponse:
    """Questions to my aktör, insatser it takes part in (those silent the longest first) and its aktiviteter."""
    idag = timezone.localdate()
    par = att_rapportera(request.user)
    lagen = lage.lagen((insats.pk, fardplan.stadskarna_id) for insats, fardplan in par)
    rader = [(insats, fardplan, lagen.get((insats.pk, fardplan.stadskarna_id))) for insats, fardplan in par]
    rader.sort(key=lambda rad: rad[2].datum.toordinal() if rad[2] else 0)
    tysta = [rad for rad in rader if ar_tyst(rad[2].datum if rad[2] else None, idag)]
    ovriga = [rad for rad in rader if not ar_tyst(rad[2].datum if rad[2] else None, idag)]
    jag = atkomst.jag(request)
    delar = fragor.aktiviteter(jag) if jag.aktor_id else []
    sammanhang = {
        "omgangar": fragor.omgangar(jag),
        "fragor": fragor.fragor(jag) if jag.aktor_id else [],
        "tillfragad_i": [d for d in delar if d.deltagande == Deltagande.TILLFRAGAD],
        "aktiviteter": [d for d in delar if d.aktivitet.status not in {Status.GENOMFORD, Status.AVBRUTEN}],
        "tysta": tysta,
        "ovriga": ovriga,
        "tysta_per_karna": _per_karna(tysta),
        "ovriga_per_karna": _per_karna(ovriga),
        "idag": idag,
        "far_rapportera": har(request.user, Rattighet.RAPPORTERA_EGET) or har(request.user, Rattighet.RAPPORTERA_ALLT),
    }
    return render(request, "insatser/mitt_arbete/mitt_arbete.html", sammanhang)


type Rad = tuple[Insats, Fardplan, Lagesrapport | None]


def _per_karna(rader: list[Rad]) -> list[tuple[Stadskarna, list[Rad]]]:
    """The same rows, stadskärna by stadskärna; the one with the most first."""
    karnor: dict[Stadskarna, list[Rad]] = {}
    for rad in rader:
        karnor.setdefault(rad[1].stadskarna, []).append(rad)
    return sorted(karnor.items(), key=lambda par: (-len(par[1]), par[0].ordning))
