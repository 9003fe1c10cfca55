"""The handlingsplaner of a stadskärna, and one of them in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from aktorer.behorighet import har
from aktorer.grund import gjort
from aktorer.grund.publik import publik
from aktorer.roller import Rattighet
from insatser.behorighet import karna_for
from insatser.bild.tidslinje import tidslinje
from insatser.fragor import generation
from insatser.fragor import handlingsplan as planer
from insatser.fragor import kontakt as kontakter
from insatser.fragor import samtal as samtalsfragor
from insatser.fragor.ansvar import ansvarstabell, obesvarade
from insatser.fragor.beslut import organnamn
from insatser.fragor.kontakt import Kontaktrad
from insatser.fragor.plandata import plandata, skillnader
from insatser.models import Aktivitet, AktivitetAktor, Handlingsplan, Planversion, Rattelse
from insatser.regler import plandiff
from insatser.regler.forsening import Forsening
from insatser.regler.utfall import Utfall
from insatser.views import atkomst, samtal


@login_not_required
@publik
def handlingsplaner(request: HttpRequest, stadskarna: str) -> HttpResponse:
    fardplan = atkomst.fardplan(request, stadskarna)
    alla = generation.handlingsplaner(fardplan, request.user)
    hittade = planer.med_antal(alla.select_related("fardplan__program").nyast_forst(), request.user)
    for plan in hittade:
        plan.fardplan.stadskarna = fardplan.stadskarna
        plan.fardplan.ar_aldre = fardplan.ar_aldre or plan.fardplan.foregar(fardplan)
    sidor = generation.plansidor(hittade, request.user)
    sammanhang = {
        "fardplan": fardplan,
        # A draft that was left behind is nobody's next plan, whatever its years.
        "planer": [(plan, sidor[plan.pk]) for plan in sorted(hittade, key=lambda p: p.ar_efterlamnad)],
        "far": {"planera": har(request.user, Rattighet.PLANERA, fardplan.stadskarna_id)},
    }
    return render(request, "insatser/handlingsplan/handlingsplaner.html", sammanhang)


@login_not_required
def varaktig(request: HttpRequest, pk: int, nummer: int | None = None) -> HttpResponse:
    """The address that another generation cannot take over: leads to where the plan, or its version, is read."""
    plan = atkomst.plan(request, pk)
    sidan = generation.plansidor([plan], request.user)[plan.pk]
    return redirect(sidan if nummer is None else f"{sidan}version/{nummer}/")


@login_not_required
@publik
def handlingsplan(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    plan = atkomst.handlingsplan(request, stadskarna, period)
    innehall = planer.innehall_for(plan, request.user)
    if innehall is None:
        return redirect("planversion", stadskarna=stadskarna, period=period, nummer=plan.senast_beslutad().nummer)
    fardplan, plan = plan.fardplan, innehall.plan
    beslutad = plan.senast_beslutad()
    data = plandata(innehall)
    andrat = skillnader(data, beslutad)
    far, idag = far_i_planen(request, plan), timezone.localdate()
    sena = innehall.sena(idag)
    # Nobody handles what is closed, and who did is kept nowhere for ever: the page is as it was when it was closed.
    handlaggare = {} if plan.avslutad else kontakter.for_aktiviteter(innehall.aktiviteter, request.user)
    sagt = samtalsfragor.antal_om_aktiviteter(plan) if far.se_internt else {}
    sammanhang = {
        "fardplan": fardplan,
        "plan": plan,
        "innehall": innehall,
        "far": far,
        "falt": [
            (
                f.malomrade,
                [
                    (p, [aktivitetsrad(a, far, sena, handlaggare, sagt) for a in p.aktiviteter.all()])
                    for p in f.prioriteringar
                ],
            )
            for f in innehall.falt
        ],
        "brister": planer.brister(innehall) if far.andra else [],
        "version": beslutad,
        "organ": organnamn(beslutad) if beslutad else "",
        "rattelser": _rattelser(plan, beslutad),
        "versioner": plan.versioner.uppgifter(),
        "skillnader": andrat,
        "att_besluta": plandiff.att_besluta(andrat),
        "tidslinje": tidslinje(innehall, None if plan.avslutad else idag),
        "idag": idag,
        "ansvar": ansvarstabell(innehall),
        "obesvarade": obesvarade(innehall) if far.se_svar else [],
        "data": data,
        "overforda": any(a.utfall == Utfall.OVERFORD for a in innehall.aktiviteter),
        "bortval": innehall.bortval,
        "flera": len(innehall.prioriteringar) > 1,
        "vid": request.GET.get("vid"),
        "knapp": request.GET.get("knapp"),
    }
    if far.se_internt:
        sammanhang |= samtal.i_mall(request, samtal.om_plan(plan))
    return render(request, "insatser/handlingsplan/handlingsplan.html", sammanhang)


def _rattelser(plan: Handlingsplan, beslutad: Planversion | None) -> dict[str, list[Rattelse]]:
    """What was set right in the decision, and why the plan was opened again. One query."""
    beslut = beslutad.beslut_id if beslutad else None
    alla = gjort.rader(lambda: _alla_rattelser(plan.pk, beslut), plan.pk, beslut)
    return {"beslut": [r for r in alla if r.beslut_id], "plan": [r for r in alla if r.handlingsplan_id]}


def _alla_rattelser(plan: int, beslut: int | None) -> QuerySet[Rattelse]:
    stora = [f"aterkallar__{falt}" for falt in ("innehall", "rader", "pdf")]
    om = Q(handlingsplan=plan) | (Q(beslut=beslut) if beslut else Q())
    return Rattelse.objects.filter(om).select_related("aterkallar").defer(*stora)


@dataclass(frozen=True)
class Far:
    """What the reader may do with a plan. `egen_aktor` is the id of the aktör the reader belongs to.

    What became of the aktiviteter is read once the plan is closed: before, the planerare is still writing, and a plan
    that was opened again goes on.
    """

    andra: bool
    lasa_in: bool
    planera: bool
    se_avbojda: bool
    se_internt: bool
    se_svar: bool
    se_utfall: bool
    rapportera_allt: bool
    egen_aktor: int | None


def far_i_planen(request: HttpRequest, plan: Handlingsplan) -> Far:
    har_i = partial(har, request.user, i=karna_for(plan))
    planera, inloggad = har_i(Rattighet.PLANERA), request.user.is_authenticated
    return Far(
        andra=plan.kan_andras and planera,
        lasa_in=plan.kan_rapporteras and har_i(Rattighet.REDIGERA),
        planera=planera,
        se_avbojda=inloggad,
        se_internt=inloggad,
        se_svar=inloggad and plan.kan_rapporteras,
        se_utfall=plan.avslutad is not None,
        rapportera_allt=har_i(Rattighet.RAPPORTERA_ALLT),
        egen_aktor=atkomst.egen_aktor(request),
    )


@dataclass(frozen=True)
class Aktivitetsrad:
    """An aktivitet as the reader sees it: whether it is late, whether to report on it, and the parts in it, each with
    whether it is ours; its handläggare, whether the reader may name one, and how many comments there are on it.

    What is reported and answered in a plan that is closed, or left behind, is nobody's business any more.
    """

    aktivitet: Aktivitet
    sen: Forsening | None
    rapporteras: bool
    delar: list[tuple[AktivitetAktor, bool]]
    handlaggare: list[Kontaktrad]
    far_utse: bool
    sagt: int


def aktivitetsrad(
    aktivitet: Aktivitet,
    far: Far,
    sena: Mapping[int, Forsening],
    handlaggare: Mapping[int, list[Kontaktrad]],
    sagt: Mapping[int, int],
) -> Aktivitetsrad:
    alla = list(aktivitet.aktorer.all())
    delar = [(d, d.aktor.ar(far.egen_aktor)) for d in alla if far.se_avbojda or not d.avbojd]
    rapporteras = far.se_svar and (far.rapportera_allt or any(min_ for _, min_ in delar))
    kontakter = handlaggare.get(aktivitet.pk, [])
    far_utse = far.se_svar and (far.planera or any(min_ for _, min_ in delar))
    antal = sagt.get(aktivitet.pk, 0)
    return Aktivitetsrad(aktivitet, sena.get(aktivitet.pk), rapporteras, delar, kontakter, far_utse, antal)


@login_not_required
@publik
def tavla(request: HttpRequest, stadskarna: str, period: str) -> HttpResponse:
    """The plan on the wall of the meeting room: what is prioritised and why, what has to wait, in large type."""
    plan = atkomst.handlingsplan(request, stadskarna, period)
    innehall = atkomst.planinnehall(request, plan)
    fardplan, plan = plan.fardplan, innehall.plan
    vags = plan.kan_andras and not innehall.som_beslutat
    idag = timezone.localdate()
    kandidater = planer.kandidater(plan, idag) if vags else []
    sena = innehall.sena(idag)
    sammanhang = {
        "fardplan": fardplan,
        "plan": plan,
        "innehall": innehall,
        "kort": [(p, sum(a.pk in sena for a in p.aktiviteter.all())) for p in innehall.prioriteringar],
        "idag": idag,
        "ovagda": [k.insats for k in kandidater if not k.prioritering and not k.bortval],
    }
    return render(request, "insatser/handlingsplan/tavla.html", sammanhang)
