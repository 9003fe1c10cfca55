"""What happened to insatser in handlingsplaner, out of the history: lifted in, put off, decided, worked on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from insatser.fragor.historik import SVAR_OM_DELTAGANDE, Andring, andring, fore_och_nu, gjord_av
from insatser.models import (  # type: ignore[attr-defined]
    AktivitetEvent,
    BortvalEvent,
    Handlingsplan,
    Planversion,
    PrioriteringEvent,
)
from insatser.regler.status import Status
from insatser.regler.utfall import Utfall

# (the prioritering or bortval whose insats and plan it is about, what happened)
type Handelserad = tuple[Any, Andring]

_INNEHALL = ("titel", "resultat", "start", "slut", "start_dag", "slut_dag", "milstolpe", "kostnad")


def andrat(
    insatser: Collection[int], planer: Iterable[Handlingsplan], sedan: datetime | None = None
) -> dict[tuple[int, int], list[Andring]]:
    """{(insats id, stadskärna id): what happened to it in these plans since then, latest first}.

    The plans with their färdplan. Four queries, whatever the number of plans and insatser.
    """
    per_pk = {p.pk: p for p in planer}
    i_planerna = {"insats_id__in": insatser, "handlingsplan_id__in": per_pk}
    # All of them, also those from before: they tell which insats an aktivitet is about.
    lyft = fore_och_nu(PrioriteringEvent.objects.filter(**i_planerna), None)
    bortval = fore_och_nu(BortvalEvent.objects.filter(**i_planerna), sedan)
    rader = [*_lyfta(lyft, per_pk), *_vantar(bortval, per_pk), *_aktiviteter(lyft, sedan), *_beslut(lyft, per_pk)]
    ut: dict[tuple[int, int], list[Andring]] = {}
    for om, rad in sorted(rader, key=lambda r: r[1].nar)[::-1]:
        plan = per_pk[om.handlingsplan_id]
        if sedan is None or rad.nar >= sedan:
            par = (om.insats_id, plan.fardplan.stadskarna_id)
            ut.setdefault(par, []).append(replace(rad, exempel=plan.exempel))
    return ut


def _planen(om: Any, planer: Mapping[int, Handlingsplan]) -> str:
    return f"handlingsplanen {planer[om.handlingsplan_id].period_i_text}"


def _lyfta(lyft: list[tuple[Any | None, Any]], planer: Mapping[int, Handlingsplan]) -> Iterator[Handelserad]:
    """Another place in the order is no news: it moves with every insats that is lifted in."""
    for fore, nu in lyft:
        if fore is None:
            yield nu, andring(nu, f"Lyftes in i {_planen(nu, planer)}", nu.skal)
        elif nu.pgh_label == "delete":
            yield nu, andring(nu, f"Togs ur {_planen(nu, planer)}")
        elif fore.skal != nu.skal:
            yield nu, andring(nu, f"Skälet i {_planen(nu, planer)} ändrades", nu.skal)


def _vantar(bortval: list[tuple[Any | None, Any]], planer: Mapping[int, Handlingsplan]) -> Iterator[Handelserad]:
    for _, nu in bortval:
        if nu.pgh_label != "delete":
            yield nu, andring(nu, f"Får vänta i {_planen(nu, planer)}", nu.skal)


def _aktiviteter(lyft: list[tuple[Any | None, Any]], sedan: datetime | None) -> Iterator[Handelserad]:
    """What happened to them, each under its insats; who has left for another insats is told of under both."""
    prioriteringar = {nu.pgh_obj_id: nu for _, nu in lyft}
    har_statt = AktivitetEvent.objects.filter(prioritering_id__in=prioriteringar).values("pgh_obj_id")
    for fore, nu in fore_och_nu(AktivitetEvent.objects.filter(pgh_obj_id__in=har_statt), sedan):
        vad, orsak = _om_aktivitet(fore, nu)
        if vad and (om := prioriteringar.get(nu.prioritering_id)):
            yield om, andring(nu, vad, orsak)
        if fore and fore.prioritering_id != nu.prioritering_id and (om := prioriteringar.get(fore.prioritering_id)):
            yield om, andring(nu, f"Aktiviteten ”{nu.titel}” flyttades till en annan insats")


def _om_aktivitet(fore: Any | None, nu: Any) -> tuple[str, str]:
    """(what happened, why); nothing when it just got another place in the order."""
    aktiviteten, orsak = f"Aktiviteten ”{nu.titel}”", ""
    if fore is None:
        vad = f"Ny aktivitet: {nu.titel}"
    elif nu.pgh_label == "delete":
        vad = f"{aktiviteten} togs bort"
    elif fore.utfall != nu.utfall:
        utfall = Utfall(nu.utfall).label.lower() if nu.utfall else "inget utfall"
        vad, orsak = f"{aktiviteten}: {utfall}", nu.utfall_skal
    elif (fore.status, fore.kommentar) != (nu.status, nu.kommentar):
        vad, orsak = f"{aktiviteten}: {Status(nu.status).label.lower()}", nu.kommentar
    elif fore.prioritering_id != nu.prioritering_id:
        vad = f"{aktiviteten} flyttades hit"
    elif any(getattr(fore, falt) != getattr(nu, falt) for falt in _INNEHALL):
        vad = f"{aktiviteten} ändrades"
    elif fore.ordning != nu.ordning:
        vad = ""
    # Nothing but its version went up, as it does with every change of who takes part in it.
    elif gjord_av(nu, SVAR_OM_DELTAGANDE):
        vad = f"{aktiviteten}: en aktör svarade"
    else:
        vad = f"{aktiviteten}: vem som gör vad ändrades"
    return vad, orsak


def _beslut(lyft: list[tuple[Any | None, Any]], planer: Mapping[int, Handlingsplan]) -> Iterator[Handelserad]:
    """The decisions on a plan, told of every insats that stood in it on the day."""
    versioner = Planversion.objects.gallande().med_foregangare().filter(handlingsplan__in=planer)
    for v in versioner.uppgifter().select_related("beslut__organ").order_by("pk"):
        plan = planer[v.handlingsplan_id]
        vad = "En ändring i handlingsplanen" if v.andrar else "Handlingsplanen"
        da = {nu.pgh_obj_id: nu for _, nu in lyft if nu.handlingsplan_id == plan.pk and nu.pgh_created_at <= v.skapad}
        for om in da.values():
            if om.pgh_label != "delete":
                ord_ = f"{vad} {plan.period_i_text} beslutades"
                yield om, Andring(v.skapad, str(v.beslut.organ), ord_, "", om=f"beslut:{v.pk}")
