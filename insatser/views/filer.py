"""The insatskarta as a file, the same selection as the page by the same query; a handlingsplan; a lägesbild;
the report of a round."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.forms import urval as urvalsform
from insatser.fragor import karta as kartor
from insatser.fragor.karta import Karta, Urval
from insatser.fragor.omgangsrapport import omgangsrapport
from insatser.utbyte.excel import handlingsplan, insatskarta_ut, lagesbild_ut, ods_ut
from insatser.utbyte.excel import omgang as omgangsbok
from insatser.views import atkomst

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_not_required
@publik
@require_safe
def insatskarta_xlsx(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """With `?tom` the columns and the lists alone, to write new insatser in."""
    karta, urval = _urvalet(request, stadskarna)
    if "tom" in request.GET:
        karta = replace(karta, insatser=[], falt=[])
    return _fil(karta, insatskarta_ut.skriv_xlsx(karta, urval), "xlsx", XLSX)


@login_not_required
@publik
@require_safe
def insatskarta_csv(request: HttpRequest, stadskarna: str) -> HttpResponse:
    karta, _ = _urvalet(request, stadskarna)
    return _fil(karta, insatskarta_ut.skriv_csv(karta), "csv", "text/csv; charset=utf-8")


@login_not_required
@publik
@require_safe
def insatskarta_ods(request: HttpRequest, stadskarna: str) -> HttpResponse:
    karta, urval = _urvalet(request, stadskarna)
    return _fil(karta, insatskarta_ut.skriv_ods(karta, urval), "ods", ods_ut.SLAG)


@login_not_required
@publik
@require_safe
def insatskarta_json(request: HttpRequest, stadskarna: str) -> HttpResponse:
    karta, _ = _urvalet(request, stadskarna)
    return _fil(karta, insatskarta_ut.skriv_json(karta), "json", "application/json")


@login_not_required
@publik
@require_safe
def handlingsplan_xlsx(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """The plan as the person may read it."""
    innehall = atkomst.planinnehall(request, atkomst.handlingsplan(request, stadskarna, period))
    namn = f"handlingsplan-{stadskarna}-{innehall.plan.period}.xlsx"
    avslutad = innehall.plan.avslutad is not None
    return svar(handlingsplan.skriv(innehall, utfall=avslutad, idag=timezone.localdate()), namn, XLSX)


@login_not_required
@publik
@require_safe
def lagesbild_xlsx(request: HttpRequest, stadskarna: str) -> HttpResponse:
    """The stadskärna's own mätvärden."""
    fardplan = atkomst.fardplan(request, stadskarna)
    namn = f"lagesbild-{stadskarna}-{timezone.localdate():%Y-%m-%d}.xlsx"
    return svar(lagesbild_ut.skriv_xlsx(fardplan), namn, XLSX)


@require_safe
def omgang_xlsx(request: HttpRequest, stadskarna: str, pk: int) -> HttpResponse:
    """The report of a round: of a closed one as it was frozen."""
    _, vald = atkomst.omgang(request, stadskarna, pk, Rattighet.SE_INTERNT)
    rapport = omgangsrapport(vald, timezone.localdate())
    return svar(omgangsbok.skriv(vald, rapport), f"uppfoljning-{stadskarna}-{pk}.xlsx", XLSX)


def _urvalet(request: HttpRequest, stadskarna: str) -> tuple[Karta, Urval]:
    fardplan = atkomst.fardplan(request, stadskarna)
    urval, _ = urvalsform.las(request.GET)
    return kartor.hamta(fardplan, urval, request.user), urval


def _fil(karta: Karta, innehall: bytes, andelse: str, slag: str) -> HttpResponse:
    namn = f"insatskarta-{karta.fardplan.stadskarna.slug}-{timezone.localdate():%Y-%m-%d}.{andelse}"
    return svar(innehall, namn, slag)


def svar(innehall: bytes, namn: str, slag: str) -> HttpResponse:
    """A file to save under that name."""
    return HttpResponse(innehall, slag, headers={"Content-Disposition": f'attachment; filename="{namn}"'})
