"""The mails: what waits, what went, what did not and why, and when the timer last ran."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from aktorer.behorighet import har
from aktorer.grund import redigering
from aktorer.roller import Rattighet
from insatser.andringar import utskick as andringar
from insatser.fragor import uppfoljning as fragor
from insatser.models import Korning, Utskick
from insatser.models.utskick import KONTO, UtskickQuerySet
from insatser.utbyte.mejl import sandning
from insatser.views import atkomst

PER_SIDA = 50
FORALDRAT = timedelta(days=30)  # what did not arrive so long ago is nothing to mend any more
DAGAR = 14  # so many days of runs are shown
STANNAT = timedelta(hours=36)  # a timer that has not run for so long has stopped


def utskick(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """The queue of mails, which is one for all stadskärnor."""
    fardplan = atkomst.fardplan(request, stadskarna, Rattighet.PLANERA)
    alla = _synliga(request).select_related("anvandare__aktor", "omgang__fardplan").order_by("-dag", "-pk")
    nya = alla.filter(dag__gte=timezone.localdate() - FORALDRAT)
    korningar = list(Korning.objects.order_by("-dag")[:DAGAR])
    vantar = list(alla.filter(paborjat=None))
    sammanhang = {
        "fardplan": fardplan,
        "vantar": vantar,
        "skickas": fragor.skickas(vantar),
        "fel": next((u.fel for u in vantar if u.fel), ""),
        "avvisade": nya.avvisade(),
        "oklara": nya.oklara(),
        "skickade": Paginator(alla.exclude(skickat=None), PER_SIDA).get_page(request.GET.get("sida")),
        "korningar": korningar,
        "stannat": not korningar or korningar[0].senast < timezone.now() - STANNAT,
    }
    return render(request, "insatser/utskick/utskick.html", sammanhang)


def _synliga(request: HttpRequest) -> UtskickQuerySet:
    """What concerns somebody's account is read by administratörer alone."""
    alla: UtskickQuerySet = Utskick.objects.all()
    return alla if har(request.user, Rattighet.ADMINISTRERA) else alla.exclude(KONTO)


@require_POST
def skicka(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """Try what waits at once, without waiting for the timer."""
    atkomst.fardplan(request, stadskarna, Rattighet.PLANERA)
    return redigering.sparat(request, reverse("utskick", args=[stadskarna]), sandning.skicka_i_bakgrunden())


@require_POST
def igen(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """Send once more what did not arrive, or perhaps did not."""
    atkomst.fardplan(request, stadskarna, Rattighet.PLANERA)
    adress = reverse("utskick", args=[stadskarna])
    if not _synliga(request).filter(pk=pk).exists():
        raise Http404("Mejlet finns inte längre. Det kan ha blivit onödigt.")
    try:
        rad = andringar.forsok_igen(av=atkomst.jag(request), utskick=pk)
    except ValidationError as fel:
        messages.error(request, " ".join(fel.messages))
        return redirect(adress)
    if rad.dag > timezone.localdate():
        return redigering.sparat(
            request, adress, f"Mejlet går {rad.dag:%Y-%m-%d}: {rad.anvandare} får ett annat i dag."
        )
    return redigering.sparat(request, adress, sandning.skicka_i_bakgrunden())
