"""The aktiviteter of a handlingsplan as one table to work in: a cell changed where it stands, many rows at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from aktorer.behorighet import har
from aktorer.grund import cell as celler
from aktorer.grund import valdsida
from aktorer.grund.publik import publik
from aktorer.grund.valdsida import Radord, Valda
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import aktivitet as rapporter
from insatser.andringar import aktiviteter as andringar
from insatser.andringar import handlingsplan as planandringar
from insatser.andringar.roller import med_ansvarig
from insatser.behorighet import karna_for, rapporterar_eget
from insatser.forms.aktiviteter import (
    ANDRING,
    CELLER,
    KOLUMNER,
    RAPPORT,
    RAPPORTERAS,
    AktivitetsvalForm,
)
from insatser.fragor import aktiviteter as fragor
from insatser.fragor import handlingsplan as planer
from insatser.models import Aktivitet, Handlingsplan
from insatser.regler.exempel import exempel
from insatser.regler.status import Status
from insatser.views import atkomst
from insatser.views.handlingsplan import aktivitetsrad, far_i_planen

ORD = Radord("aktivitet", "aktiviteter")


@login_not_required
@publik
def aktiviteter(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """All of the plan's in a table; which columns, the address says."""
    plan = atkomst.handlingsplan(request, stadskarna, period)
    innehall = planer.innehall_for(plan, request.user)
    if innehall is None:
        return redirect("planversion", stadskarna=stadskarna, period=period, nummer=plan.senast_beslutad().nummer)
    fardplan, plan = plan.fardplan, innehall.plan
    far, sena, kolumnerna = far_i_planen(request, plan), innehall.sena(timezone.localdate()), KOLUMNER.las(request.GET)
    sammanhang = {
        "fardplan": fardplan,
        "plan": plan,
        "innehall": innehall,
        "rader": [
            (p.insats, aktivitetsrad(a, far, sena, {}, {}))
            for f in innehall.falt
            for p in f.prioriteringar
            for a in p.aktiviteter.all()
        ],
        "far": far,
        "kolumner": [(falt, KOLUMNER.alla[falt]) for falt in kolumnerna],
        "kolumnerna": kolumnerna,
        "kolumnval": KOLUMNER,
        "att_valja": KOLUMNER.att_valja(kolumnerna),
        "tabell_adress": reverse("aktiviteter", args=[stadskarna, period]),
        "urvalet": KOLUMNER.behall(request.GET),
        "urvalsfalt": KOLUMNER.som_falt(request.GET),
        "atgarder": valdsida.val(_tillatna(request, plan)),
        "valda_adress": reverse("aktiviteter_valda", args=[stadskarna, period]),
    }
    return render(request, "insatser/aktiviteter/aktiviteter.html", sammanhang)


def cell(request: HttpRequest, stadskarna: str, period: str, pk: int, falt: str) -> HttpResponse:
    """One field of an aktivitet (`aktorer.grund.cell.svara`)."""
    if falt not in CELLER:
        raise Http404("Den kolumnen ändras inte i tabellen.")
    if falt == RAPPORTERAS:
        vald = atkomst.aktivitet_att_rapportera(request, stadskarna, period, pk)
    else:
        vald = atkomst.aktivitet_i_utkast(request, stadskarna, period, pk)[1]
    plan, vad, av = vald.prioritering.handlingsplan, CELLER[falt], atkomst.jag(request)
    kolumnerna, urvalet = KOLUMNER.las(request.GET), KOLUMNER.behall(request.GET)
    cellen = celler.Tabellcell(
        rad=vald,
        falt=falt,
        vad=vad.vad,
        om=f"”{vald.titel}”",
        namn="aktivitet",
        mall="insatser/aktiviteter/cell.html",
        adress=reverse("aktivitet_cell", args=[stadskarna, period, pk, falt]) + urvalet,
        tabellen=reverse("aktiviteter", args=[stadskarna, period]) + urvalet,
        formular=vad.formular,
        andra=lambda form: _andra(av, vald, falt, form.cleaned_data),
        las_om=lambda: fragor.rader(plan).get(pk=vald.pk),
        med=tuple(annat for annat in vad.med if annat in kolumnerna),
    )
    sammanhang = {
        "fardplan": plan.fardplan,
        "plan": plan,
        "urvalet": urvalet,
        "kolumnerna": kolumnerna,
        "far": far_i_planen(request, plan),
        "rapporteras": falt == RAPPORTERAS,
        "exempel": exempel([plan]),
    }
    return celler.svara(request, cellen, sammanhang)


def _andra(av: Anvandare, vald: Aktivitet, falt: str, sagt: Mapping[str, Any]) -> Aktivitet:
    varden = dict(sagt)
    version = varden.pop("version")
    if falt == RAPPORTERAS:
        status, kommentar = Status(varden["status"]), varden["kommentar"]
        return rapporter.rapportera(av=av, aktivitet=vald, version=version, status=status, kommentar=kommentar)
    if falt == "ansvarig":
        roller = med_ansvarig(vald, varden["ansvarig"])
        return planandringar.andra_aktivitet(av=av, aktivitet=vald, version=version, roller=roller)
    return planandringar.andra_aktivitet(av=av, aktivitet=vald, version=version, **varden)


def valda(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """One change of many of them (`aktorer.grund.valdsida.svara`)."""
    plan = atkomst.handlingsplan(request, stadskarna, period)
    av, slag = atkomst.jag(request), _tillatna(request, plan)
    if not plan.kan_rapporteras:
        raise atkomst.Fryst(plan)
    if not slag:
        raise PermissionDenied("Din roll får läsa planen men inte ändra den.")
    urvalet = KOLUMNER.behall(request.GET)
    sidan = Valda(
        ord_=ORD,
        slag=slag,
        ny_form=lambda form, data: form(data, plan=plan, av=av),
        hamta=lambda ids: fragor.hamta(plan, ids),
        andra=lambda atgard, rader, versioner: andringar.andra(av=av, atgard=atgard, rader=rader, versioner=versioner),
        tabellen=reverse("aktiviteter", args=[stadskarna, period]) + urvalet,
        tabellnamn=f"{plan}: aktiviteter",
        radmall="insatser/aktiviteter/valdrad.html",
        rubriker=("Insats", "Aktivitet"),
    )
    sammanhang = {
        "fardplan": plan.fardplan,
        "urvalet": urvalet,
        "urvalsfalt": KOLUMNER.som_falt(request.GET),
        "meny": "handlingsplan",
    }
    return valdsida.svara(request, sidan, av, sammanhang)


def _tillatna(request: HttpRequest, plan: Handlingsplan) -> dict[str, type[AktivitetsvalForm]]:
    """What the reader may do at all with aktiviteter of the plan; with which, the preview tells."""
    i = karna_for(plan)
    rapporterar = har(request.user, Rattighet.RAPPORTERA_ALLT, i) or rapporterar_eget(request.user)
    return {
        **(RAPPORT if plan.kan_rapporteras and rapporterar else {}),
        **(ANDRING if plan.kan_andras and har(request.user, Rattighet.PLANERA, i) else {}),
    }
