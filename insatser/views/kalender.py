"""The private calendar by its address, and the page where a person makes, changes and takes away that address."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_POST, require_safe

from aktorer import andringar
from aktorer.grund import redigering
from insatser.behorighet import gallande_fardplaner
from insatser.fragor import kalender as fragor
from insatser.utbyte import adress
from insatser.utbyte.floden import kalender as utbyte
from insatser.views import atkomst


@login_not_required
@require_safe
@conditional_page
@cache_control(private=True, no_cache=True)
def kalender(request: HttpRequest, nyckel: str) -> HttpResponse:
    """What the owner of the address may see today, without login. Every address that does not work answers alike."""
    person = fragor.agare(nyckel)
    if person is None:
        return HttpResponseNotFound("Kalendern finns inte.\n", content_type="text/plain; charset=utf-8")
    fil = utbyte.skriv(fragor.kalender(person, timezone.localdate()))
    return HttpResponse(
        fil,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="fardplan.ics"'},
    )


def prenumerera(request: HttpRequest) -> HttpResponse:
    """What the calendar holds, its address and how to use it, and the feeds of news that anybody may read."""
    jag = atkomst.jag(request)
    adressen = adress.hel("kalender", jag.kalendernyckel) if jag.kalendernyckel else ""
    publicerade = gallande_fardplaner(AnonymousUser()).select_related("stadskarna").order_by("stadskarna__ordning")
    sammanhang = {
        "kalender": fragor.kalender(jag, timezone.localdate()),
        "bara_eget": fragor.bara_eget(jag),
        "adress": adressen,
        "webcal": f"webcal:{adressen.partition(':')[2]}",
        "floden": [(p.stadskarna, adress.hel("nyheter_atom", p.stadskarna.slug)) for p in publicerade],
    }
    return render(request, "insatser/kalender/prenumerera.html", sammanhang)


@require_POST
def skapa(request: HttpRequest) -> HttpResponse:
    andringar.skapa_kalenderadress(av=atkomst.jag(request))
    return _sparat(request, "Adressen är skapad. Kopiera den till ditt kalenderprogram.")


@require_POST
def byt(request: HttpRequest) -> HttpResponse:
    andringar.byt_kalenderadress(av=atkomst.jag(request))
    return _sparat(request, "Du har en ny adress. Den gamla har slutat fungera.")


@require_POST
def ta_bort(request: HttpRequest) -> HttpResponse:
    andringar.ta_bort_kalenderadress(av=atkomst.jag(request))
    return _sparat(request, "Adressen är borttagen. Kalendern går inte längre att hämta.")


def _sparat(request: HttpRequest, text: str) -> HttpResponse:
    return redigering.sparat(request, reverse("prenumerera"), text)
