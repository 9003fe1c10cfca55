"""Every write of money: what aktörer put into a handlingsplan or one of its aktiviteter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.andring import andring
from aktorer.grund.rader import jamfor_rader
from aktorer.grund.samtidighet import Konflikt, handelser, krav_utan_krock
from aktorer.grund.spara import spara
from aktorer.models import Aktor, Anvandare
from insatser.andringar.handlingsplan import las_andringsbar
from insatser.fragor.historik import bidrag_da, senaste_bidragshandelse
from insatser.models import Aktivitet, Bidrag, Handlingsplan
from insatser.regler import kronor


@dataclass(frozen=True)
class Bidragsrad:
    """`belopp` whole kronor from an aktör in a year, as a form states it."""

    aktor_id: int
    ar: int
    belopp: int


@andring
def satt(
    *, av: Anvandare | None, mal: Handlingsplan | Aktivitet, sedd: int, rader: Sequence[Bidragsrad]
) -> Handlingsplan | Aktivitet:
    """Let `rader` be all the money for `mal`, the common money of a plan or that of one aktivitet.

    `sedd` is the latest event of its money that the writer had seen (fragor/historik.senaste_bidragshandelse).
    Raises Krock and ValidationError.
    """
    plan = mal if isinstance(mal, Handlingsplan) else mal.prioritering.handlingsplan
    las_andringsbar(plan)
    mina = {(r.aktor_id, r.ar): r for r in rader}
    if flera := [nyckel for nyckel, antal in Counter((r.aktor_id, r.ar) for r in rader).items() if antal > 1]:
        namn = dict(Aktor.objects.filter(pk__in=[aktor for aktor, _ in flera]).values_list("pk", "namn"))
        raise ValidationError(
            [f"{namn[aktor]} står två gånger för {ar}. Lägg ihop beloppen på en rad." for aktor, ar in flera]
        )
    if any(not plan.ar_fran <= r.ar <= plan.ar_till for r in rader):
        raise ValidationError(f"Alla år måste ligga i planens period, {plan.period_i_text}.")
    nu = {(b.aktor_id, b.ar): b for b in mal.bidrag.all()}
    deras = {nyckel: som_rad(b) for nyckel, b in nu.items()}
    senast = senaste_bidragshandelse(mal)
    bas = deras if sedd == senast else {(h.aktor_id, h.ar): som_rad(h) for h in bidrag_da(mal, sedd)}
    jamforelse = jamfor_rader(bas, deras, mina)
    skrivet = handelser(Bidrag).filter(pgh_id=senast)
    krav_utan_krock(senast, skrivet, bidrag=replace(jamforelse, konflikter=_i_ord(jamforelse.konflikter)))
    _skriv(mal, nu, jamforelse.skriv)
    return mal


def som_rad(bidrag: Any) -> Bidragsrad:
    """What money, as it is now or in the history, says."""
    return Bidragsrad(bidrag.aktor_id, bidrag.ar, bidrag.belopp)


def _skriv(
    mal: Handlingsplan | Aktivitet,
    nu: Mapping[tuple[int, int], Bidrag],
    skriv: Mapping[tuple[int, int], Bidragsrad | None],
) -> None:
    for nyckel, ny in skriv.items():
        rad = nu.get(nyckel)
        if ny is None:
            if rad:
                rad.delete()
            continue
        if rad is None:
            rad = Bidrag(aktor_id=ny.aktor_id, ar=ny.ar)
            setattr(rad, "handlingsplan" if isinstance(mal, Handlingsplan) else "aktivitet", mal)
        rad.belopp = ny.belopp
        spara(rad)


def _i_ord(konflikter: list[Konflikt]) -> list[Konflikt]:
    """The same conflicts in words: Huddinge kommun 2026, 100 000 kr."""
    nycklar: list[Any] = [k.falt for k in konflikter]
    namn = dict(Aktor.objects.filter(pk__in={aktor for aktor, _ in nycklar}).values_list("pk", "namn"))
    return [
        Konflikt(f"{namn[aktor]} {ar}", *(kronor.skriv(v.belopp) if v else "" for v in (k.bas, k.deras, k.mina)))
        for k, (aktor, ar) in zip(konflikter, nycklar, strict=True)
    ]
