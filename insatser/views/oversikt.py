"""Where we stand, for those who steer: one stadskärna, or all of them beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from aktorer.behorighet import har
from aktorer.grund.publik import egen, publik
from aktorer.roller import Rattighet
from insatser.bild.varmekarta import Radantal, Varmekarta, rita
from insatser.forms import urval as urvalsform
from insatser.fragor import oversikt as fragor
from insatser.fragor.karta import Urval
from insatser.fragor.oversikt import Oversikt, Oversiktsrad
from insatser.fragor.urval import i_ord
from insatser.regler.bojning import bojt
from insatser.regler.exempel import exempel
from insatser.regler.fordelning import BEDOMNINGAR, STATUSAR
from insatser.regler.status import Bedomning
from insatser.views import atkomst, meny

PER_SIDA = 200


@egen
def oversikt(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.SE_INTERNT)
    (bild,) = fragor.oversikter([fardplan], request.user, timezone.localdate())
    listan = reverse("insatskarta", args=[stadskarna]) + "?vy=tabell"
    per_malomrade = [
        (str(m), f"{listan}&malomrade={m.nummer}", list(rader))
        for m, rader in groupby(bild.rader, key=lambda r: r.insats.malomrade)
    ]
    sammanhang = {
        "fardplan": fardplan,
        "o": bild,
        "listan": listan,
        "siffror": _siffror([bild], listan, f"{listan}&sortera=datum&fallande=1&sedan={bild.sedan.isoformat()}"),
        "nya": bild.nya,
        **_kartor(per_malomrade),
    }
    return render(request, "insatser/oversikt/oversikt.html", sammanhang)


@egen
def alla(request: HttpRequest) -> HttpResponse:
    atkomst.krav(request, Rattighet.SE_INTERNT)
    bilder, listan = _alla(request), reverse("oversikt_insatser") + "?"
    per_karna = [
        (str(o.fardplan.stadskarna), reverse("insatskarta", args=[o.fardplan.stadskarna.slug]) + "?vy=tabell", o.rader)
        for o in bilder
    ]
    sammanhang = {
        "oversikter": bilder,
        "exempel": exempel(rad for o in bilder for rad in o.visade),
        "finns_sena": any(o.sena for o in bilder),
        "tysta_aktorer": fragor.tysta_aktorer(bilder),
        "listan": listan,
        "siffror": _siffror(bilder, listan, f"{listan}nytt=1"),
        "nya": fragor.andrade(r for o in bilder for r in o.rader),
        "med_mote": any(o.mote for o in bilder),
        **_kartor(per_karna),
    }
    return render(request, "insatser/oversikt/alla.html", sammanhang)


@login_not_required
@publik
def insatser(request: HttpRequest) -> HttpResponse:
    """The insatser of all stadskärnor behind a number of `alla`, or of the start page."""
    valt, _ = urvalsform.las(request.GET)
    # What the numbers there count, and nothing else: what is not selected by is not said to be.
    urval = Urval(
        status=valt.status, bedomning=valt.bedomning, tyst=valt.tyst, aktor=valt.aktor, ansvarig=bool(valt.aktor)
    )
    nya = "nytt" in request.GET
    sida = Paginator(fragor.valda(_alla(request), urval, nya=nya), PER_SIDA).get_page(request.GET.get("sida"))
    sammanhang = {
        "rader": sida,
        "urval": i_ord(urval),
        "nya": nya,
        "exempel": exempel(r.lage for r in sida),
        "far": {"se_internt": har(request.user, Rattighet.SE_INTERNT)},
    }
    return render(request, "insatser/oversikt/insatser.html", sammanhang)


def _alla(request: HttpRequest) -> list[Oversikt]:
    return fragor.oversikter(meny.fardplaner(request), request.user, timezone.localdate())


def _siffror(oversikter: Sequence[Oversikt], listan: str, nya: str) -> list[tuple[int, str, str, str]]:
    """(number, its word, the list behind it, icon) of what those who steer ask for first."""
    rader = [r for o in oversikter for r in o.rader]
    bedomda = Counter(r.bedomning for r in rader)
    tysta, sena = sum(r.tyst for r in rader), sum(len(o.sena) for o in oversikter)
    sedan = "sedan styrgruppens möte" if any(o.mote for o in oversikter) else "på tre månader"
    return [
        (len(rader), bojt(len(rader), "insats", "insatser"), listan, ""),
        (bedomda[Bedomning.RISK], "risk för avvikelse", f"{listan}&bedomning=risk", "risk"),
        (bedomda[Bedomning.AVVIKER], "avviker", f"{listan}&bedomning=avviker", "avviker"),
        (tysta, bojt(tysta, "inte uppdaterad", "inte uppdaterade"), f"{listan}&tyst=1", ""),
        (sena, bojt(sena, "försenad aktivitet", "försenade aktiviteter"), "#r-sena", ""),
        (sum(r.ny for r in rader), f"ändrade lägen {sedan}", nya, ""),
    ]


def _kartor(delar: Sequence[tuple[str, str, Sequence[Oversiktsrad]]]) -> dict[str, Varmekarta]:
    """The heat tables of bedömningar and of statuses. A part is (name, address of its list, insatser)."""
    bedomning = [
        Radantal(namn, adress, Counter(r.bedomning for r in rader), Counter(r.bedomning_da for r in rader))
        for namn, adress, rader in delar
    ]
    status = [
        Radantal(namn, adress, Counter(r.status for r in rader), Counter(r.status_da for r in rader))
        for namn, adress, rader in delar
    ]
    return {
        "bedomningar": rita(bedomning, BEDOMNINGAR, "bedomning"),
        "statusar": rita(status, STATUSAR, "status"),
    }
