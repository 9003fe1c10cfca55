"""The menu on every page: the stadskärnor to choose among, and the one a page that went wrong belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from aktorer.grund import gjort
from insatser.behorighet import gallande_fardplaner, ser, synliga_fardplaner
from insatser.models import Fardplan
from insatser.models.fardplan import FardplanQuerySet


def fardplaner(request: HttpRequest) -> list[Fardplan]:
    """The färdplaner in force that the visitor may see, in order, with stadskärna and program. One query a request.

    `atkomst.fardplan` picks out of them, so that the list costs a page of a stadskärna nothing. Under the address of a
    generation they are those of its program, each told apart from the one in force: two queries.
    """
    if not hasattr(request, "menyns_fardplaner"):
        hittade = gjort.rader(lambda: _gallande(request), ser(request.user), timezone.localdate().year)
        if program := getattr(request, "generation", ""):
            hittade = _i_generationen(request, program, {f.stadskarna_id: f for f in hittade})
        request.menyns_fardplaner = hittade  # type: ignore[attr-defined]
    menyns: list[Fardplan] = request.menyns_fardplaner  # type: ignore[attr-defined]
    return menyns


def _gallande(request: HttpRequest) -> FardplanQuerySet:
    alla: FardplanQuerySet = gallande_fardplaner(request.user).select_related("stadskarna", "program")
    return alla.order_by("stadskarna__ordning")


def _i_generationen(request: HttpRequest, program: str, gallande: dict[int, Fardplan]) -> list[Fardplan]:
    synliga = synliga_fardplaner(request.user).filter(program__slug=program)
    hittade = list(synliga.select_related("stadskarna", "program").order_by("stadskarna__ordning"))
    for plan in hittade:
        nu = gallande.get(plan.stadskarna_id, plan)
        plan.ar_aldre, plan.ar_kommande = plan.foregar(nu), nu.foregar(plan)
    return hittade


def fardplan(request: HttpRequest, stadskarna: str) -> Fardplan | None:
    """The one of them whose stadskärna has that address."""
    return next((f for f in fardplaner(request) if f.stadskarna.slug == stadskarna), None)


# What leads on from an address that has nothing, by its first word after the stadskärna: (words, route, query).
NARMAST = {
    "insatskarta": [("Insatskartan", "insatskarta", "")],
    "insatser": [
        ("Insatskartan", "insatskarta", ""),
        ("Insatserna som tabell, även avförda", "insatskarta", "?vy=tabell&avforda=1"),
    ],
    "handlingsplan": [("Handlingsplanerna", "handlingsplaner", "")],
    "lagesbild": [("Lägesbilden", "lagesbild", "")],
    "organ": [("Styrgrupp och möten", "organ", "")],
    "uppfoljning": [("Uppföljningen", "uppfoljning", "")],
    "nyheter": [("Nyheterna", "nyheter", "")],
}


def fel_i(request: HttpRequest) -> dict[str, object]:
    """For a page that tells what went wrong: the färdplan of the stadskärna asked for, and what lies nearest in it.

    {} outside of them, and for a stadskärna that the visitor may not know of.
    """
    karna, _, resten = request.path_info.strip("/").partition("/")
    plan = fardplan(request, karna)
    if plan is None:
        return {}
    narmast = [
        (ord_, reverse(namn, args=[karna]) + fraga)
        for ord_, namn, fraga in NARMAST.get(re.split(r"[/.]", resten)[0], [])
    ]
    return {"fardplan": plan, "narmast": [*narmast, ("Färdplanen", reverse("fardplan", args=[karna]))]}


def i_mallar(request: HttpRequest) -> dict[str, Callable[[], list[Fardplan]]]:
    """For the templates; a function, so that only what shows the menu asks."""
    return {"menyns_fardplaner": lambda: fardplaner(request)}
