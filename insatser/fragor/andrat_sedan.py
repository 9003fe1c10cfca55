"""What in insatser, their roles and their plans is not as it was at a moment: each row as it was and as it is.

The history tells of every step (`historik`, `planhistorik`); this is the sum of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from aktorer.grund.samtidighet import handelser
from insatser.fragor.angra import Rad
from insatser.fragor.historik import fore_och_nu
from insatser.fragor.sakhistorik import Del
from insatser.fragor.tillfallen import Radandring, radandringar
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Bortval,
    Handlingsplan,
    Insats,
    Medverkan,
    Prioritering,
)
from insatser.regler.status import Riktning, riktning

# Where a row stands among the others is no news: it moves with every one that comes or goes.
_PLATS = frozenset({"insats", "ordning", "aktivitet"})
_DELAR = {
    Insats: Del(Insats, Q()),
    Medverkan: Del(Medverkan, Q(), "aktor", _PLATS),
    Prioritering: Del(Prioritering, Q(), "handlingsplan", _PLATS),
    Bortval: Del(Bortval, Q(), "handlingsplan", _PLATS),
    Aktivitet: Del(Aktivitet, Q(), "titel", _PLATS),
    AktivitetAktor: Del(AktivitetAktor, Q(), "aktor", _PLATS),
    # Its decisions and its end are told of as such.
    Handlingsplan: Del(Handlingsplan, Q(), "", frozenset({"fardplan", "status", "andras", "avslutad", "slutord"})),
}

# (insats id, aktivitet id or 0); (0, plan id) for a plan itself
type _Sak = tuple[int, int]


@dataclass(frozen=True)
class Andrat:
    """A row that differs. `om`: the aktivitet or plan that it is part of, "" for an insats; `vart`: which way the
    status of an aktivitet has gone, None when it has not.
    """

    rad: Radandring
    om: str
    vart: Riktning | None
    exempel: bool


@dataclass(frozen=True)
class Andringar:
    """`insatser`: by the id of the insats; `planer`: in the plans themselves."""

    insatser: dict[int, list[Andrat]]
    planer: list[Andrat]


def andrat(insatser: Collection[int], planer: Mapping[int, Handlingsplan], sedan: datetime) -> Andringar:
    """What differs in these insatser, and in what these plans say of them. Ten queries, and one for each kind of
    name, whatever the number of rows.
    """
    per_sak: dict[_Sak, list[Rad]] = {}
    exempel: set[_Sak] = set()
    for sak, rad, plan in _andrade(insatser, planer, sedan):
        per_sak.setdefault(sak, []).append(rad)
        if plan and plan.exempel:
            exempel.add(sak)
    aktiviteter = {r.pk: r for rader in per_sak.values() for r in rader if r.modell is Aktivitet}
    namnda = {a for i, a in per_sak if i and a}
    titlar = dict(Aktivitet.objects.filter(pk__in=namnda - aktiviteter.keys()).values_list("pk", "titel"))
    titlar |= {pk: _nagon(r).titel for pk, r in aktiviteter.items()}
    ut = Andringar({}, [])
    for (insats, del_), rader in radandringar(per_sak, _DELAR).items():
        for r in rader:
            marke = r.exempel or (insats, del_) in exempel
            if not insats:
                ut.planer.append(Andrat(r, str(planer[del_]), None, marke))
            elif r.slag == _DELAR[Aktivitet].nyckel:
                ut.insatser.setdefault(insats, []).append(Andrat(r, "", _vart(aktiviteter[del_]), marke))
            else:
                ut.insatser.setdefault(insats, []).append(Andrat(r, titlar.get(del_, ""), None, marke))
    return ut


def _andrade(
    insatser: Collection[int], planer: Mapping[int, Handlingsplan], sedan: datetime
) -> Iterator[tuple[_Sak, Rad, Handlingsplan | None]]:
    """Each row with what it is told under, and the plan that it stands in."""
    for rad in _netto(Insats, Q(pgh_obj_id__in=insatser), sedan):
        yield (rad.pk, 0), rad, None
    for rad in _netto(Medverkan, Q(insats_id__in=insatser), sedan):
        yield (_nagon(rad).insats_id, 0), rad, None
    i_planerna = Q(insats_id__in=insatser, handlingsplan_id__in=planer)
    for modell in (Prioritering, Bortval):
        for rad in _netto(modell, i_planerna, sedan):
            yield (_nagon(rad).insats_id, 0), rad, None
    # Also those from before: they tell which insats an aktivitet is about.
    alla = handelser(Prioritering).filter(i_planerna).values_list("pgh_obj_id", "insats_id", "handlingsplan_id")
    lyfta = {pk: (insats, planer[plan]) for pk, insats, plan in alla}
    har_statt = handelser(Aktivitet).filter(prioritering_id__in=lyfta).order_by("pgh_id")
    plats = {pk: lyfta[dar] for pk, dar in har_statt.values_list("pgh_obj_id", "prioritering_id")}
    for rad in _netto(Aktivitet, Q(pgh_obj_id__in=plats), sedan):
        insats, plan = plats[rad.pk]
        yield (insats, rad.pk), rad, plan
    for rad in _netto(AktivitetAktor, Q(aktivitet_id__in=plats), sedan):
        aktivitet = _nagon(rad).aktivitet_id
        insats, plan = plats[aktivitet]
        yield (insats, aktivitet), rad, plan
    for rad in _netto(Handlingsplan, Q(pgh_obj_id__in=planer), sedan):
        yield (0, rad.pk), rad, planer[rad.pk]


def _vart(aktivitet: Rad) -> Riktning | None:
    fore, efter = aktivitet.fore, aktivitet.efter
    if not fore or not efter or fore.status == efter.status:
        return None
    return riktning((fore.status, ""), (efter.status, ""))


def _netto(modell: type[Any], vilka: Q, sedan: datetime) -> Iterator[Rad]:
    """Each of the rows that was written since then, from before it until now. What came with the installation is what
    there was. One query.
    """
    alla: QuerySet[Any] = handelser(modell).filter(vilka)
    borjan: dict[int, tuple[Any, Any]] = {}
    sist: dict[int, Any] = {}
    for fore, nu in fore_och_nu(alla, sedan):
        medfoljde = fore is None and nu.pgh_label == "insert" and not nu.pgh_context
        borjan.setdefault(nu.pgh_obj_id, (nu if medfoljde else fore, nu))
        sist[nu.pgh_obj_id] = nu
    for pk, (fore, forst) in borjan.items():
        borta = sist[pk].pgh_label == "delete"
        yield Rad(modell, pk, fore, None if borta else sist[pk], forst, sist[pk], None)


def _nagon(rad: Rad) -> Any:
    """The event that says what the row is, whether it is there or not."""
    return rad.efter or rad.fore or rad.sist
