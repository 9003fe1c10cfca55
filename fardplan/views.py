"""Pages of the installation itself: health and errors."""

import sys
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled, ReadOnlySqlTransaction

from aktorer.grund.publik import publik
from aktorer.grund.sakerhet import Sakerhet, notera
from aktorer.roller import Rattighet
from fardplan import drift, metrik
from fardplan.middleware import VANTA, gar_bara_att_lasa
from insatser.pdf.egen_process import GickInte
from insatser.views import atkomst, meny
from insatser.views.atkomst import BytteNummer, Fryst, HarBytt

EJ_FOR_SOKMOTORER = ("/konto/", "/svara/", "/mitt-arbete/", "/kalender/", "/paminnelser/", "/sok/", "/*/import/")


@login_not_required
def halsa(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "fel", "databas": "svarar inte"}, status=503)
    return JsonResponse({"status": "ok", "databas": "svarar"})


@login_not_required
def liv(request: HttpRequest) -> JsonResponse:
    """200 while the process answers, whatever the database does."""
    return JsonResponse({"status": "ok"})


@login_not_required
def redo(request: HttpRequest) -> JsonResponse:
    """200 when requests can be sent here; else 503, and why. What a load balancer asks.

    With `?lasa` it is enough that pages can be read: for where requests go while no server can write. With `?farsk`
    they must be those of now: for a server of its own on a standby.
    """
    if skal := drift.redo(lasa="lasa" in request.GET, farsk="farsk" in request.GET):
        svar = JsonResponse({"status": "fel", "skal": skal}, status=503)
        svar.headers["Retry-After"] = VANTA
        return svar
    return JsonResponse({"status": "ok"})


@login_not_required
def metriken(request: HttpRequest) -> HttpResponse:
    """What Prometheus reads, for who may; for everybody else there is no such page."""
    if request.method not in {"GET", "HEAD"} or not metrik.far_lasa(request):
        raise Http404
    return HttpResponse(metrik.som_text(), content_type=metrik.SORT)


@never_cache
@require_safe
def driftsidan(request: HttpRequest) -> HttpResponse:
    """The same as `manage.py driftkontroll`, and what this request tells of the proxies in front."""
    atkomst.krav(request, Rattighet.ADMINISTRERA)
    fynd = sorted([*drift.kontroll(), *drift.fraga(request)], key=lambda f: [*drift.Grad][::-1].index(f.grad))
    return render(request, "om/drift.html", {"fynd": fynd, "antal_fel": sum(f.grad == drift.Grad.FEL for f in fynd)})


@login_not_required
@publik
def tillganglighet(request: HttpRequest) -> HttpResponse:
    return render(request, "om/tillganglighet.html", {"redogorelse": settings.TILLGANGLIGHET})


@login_not_required
@publik
def om(request: HttpRequest) -> HttpResponse:
    """Who runs this, and where to turn."""
    redogorelse = settings.TILLGANGLIGHET
    sammanhang = {
        "ansvarig": redogorelse.aktor if redogorelse else "",
        "kontakt": redogorelse.kontakt if redogorelse else "",
        "personuppgiftsansvarig": settings.PERSONUPPGIFTSANSVARIG,
        "kallkod": settings.KALLKOD,
    }
    return render(request, "om/om.html", sammanhang)


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone: all that is somebody's own, and lists of what was chosen."""
    rader = ["User-agent: *", *(f"Disallow: {adress}" for adress in EJ_FOR_SOKMOTORER)]
    text = "\n".join([*rader, "", f"Sitemap: {settings.BASADRESS}{reverse('webbkarta')}", ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@login_not_required
@publik
def personuppgifter(request: HttpRequest) -> HttpResponse:
    return render(request, "om/personuppgifter.html", {"ansvarig": settings.PERSONUPPGIFTSANSVARIG})


@login_not_required
def csrf_fel(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or cookies are off: nothing was saved, and the text is still in the browser."""
    return render(request, "fel/csrf.html", meny.fel_i(request), status=403)


@login_not_required
def finns_inte(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, BytteNummer):
        messages.info(request, exception.text)
        return redirect(exception.adress)
    sammanhang: dict[str, Any] = {"orsak": _orsak(exception)} | meny.fel_i(request)
    if isinstance(exception, HarBytt):
        sammanhang |= {"rubrik": "Numret har ändrats", "nytt": exception.nytt}
    if isinstance(exception, Fryst):
        sammanhang |= {"rubrik": exception.rubrik, "plan": exception.plan, "fardplan": exception.plan.fardplan}
    return render(request, "fel/404.html", sammanhang, status=404)


@login_not_required
def far_inte(request: HttpRequest, exception: Exception) -> HttpResponse:
    notera(Sakerhet.NEKAD, konto=request.user.pk)
    return render(request, "fel/403.html", {"orsak": _orsak(exception)} | meny.fel_i(request), status=403)


@login_not_required
def felaktig(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A host name the site does not answer to, or a request that is no proper HTTP: no context to lean on."""
    return render(None, "fel/400.html", status=400)


@login_not_required
def gick_fel(request: HttpRequest) -> HttpResponse:
    """Uses neither database nor session: either may be what failed. A database that is gone may soon be back, and what
    took longer than the server lets anything take (miljo.granser) may go quicker next time.
    """
    fel = sys.exception()
    if isinstance(fel, DatabaseError) and isinstance(fel.__cause__, ReadOnlySqlTransaction):
        return gar_bara_att_lasa()
    if isinstance(fel, OperationalError | InterfaceError | GickInte):
        for_lange = isinstance(fel.__cause__, QueryCanceled | LockNotAvailable | DeadlockDetected)
        upptagen = for_lange or isinstance(fel, GickInte)
        svar = render(None, "fel/503.html", {"upptagen": upptagen}, status=503)
        svar.headers["Retry-After"] = VANTA
        return svar
    return render(None, "fel/500.html", status=500)


def _orsak(exception: Exception) -> str:
    """The Swedish sentence a view gave with its Http404 or PermissionDenied, if it did."""
    text = exception.args[0] if exception.args else ""
    return text if isinstance(text, str) else ""
