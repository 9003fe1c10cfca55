"""Every write of money: what aktörer put into a handlingsplan or one of its aktiviteter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import Konflikt, Krock, sammanfoga
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
    mina = {(r.aktor_id, r.ar): r.belopp for r in rader}
    if len(mina) < len(rader):
        raise ValidationError("Samma aktör står två gånger för samma år. Lägg ihop beloppen på en rad.")
    if any(not plan.ar_fran <= r.ar <= plan.ar_till for r in rader):
        raise ValidationError(f"Alla år måste ligga i planens period, {plan.period_i_text}.")
    nu = {(b.aktor_id, b.ar): b for b in mal.bidrag.all()}
    deras = {nyckel: b.belopp for nyckel, b in nu.items()}
    senast = senaste_bidragshandelse(mal)
    bas = deras if sedd == senast else bidrag_da(mal, sedd)
    skriv, konflikter = sammanfoga(bas, deras, {nyckel: mina.get(nyckel) for nyckel in {*bas, *mina}})
    if konflikter:
        bara_deras = {n: deras.get(n) for n in {*bas, *deras} if mina.get(n) == bas.get(n) != deras.get(n)}
        raise Krock(_i_ord(konflikter), senast, bara_deras)
    _skriv(mal, nu, skriv)
    return mal


def _skriv(
    mal: Handlingsplan | Aktivitet, nu: Mapping[tuple[int, int], Bidrag], skriv: Mapping[tuple[int, int], int | None]
) -> None:
    for (aktor, ar), belopp in skriv.items():
        rad = nu.get((aktor, ar))
        if belopp is None:
            if rad:
                rad.delete()
            continue
        if rad is None:
            rad = Bidrag(aktor_id=aktor, ar=ar)
            setattr(rad, "handlingsplan" if isinstance(mal, Handlingsplan) else "aktivitet", mal)
        rad.belopp = belopp
        rad.full_clean()
        rad.save()


def _i_ord(konflikter: list[Konflikt]) -> list[Konflikt]:
    """The same conflicts in words: Huddinge kommun 2026, 100 000 kr."""
    namn = dict(Aktor.objects.filter(pk__in={k.falt[0] for k in konflikter}).values_list("pk", "namn"))  # type: ignore[index]
    return [
        Konflikt(f"{namn[k.falt[0]]} {k.falt[1]}", *(kronor.skriv(v) if v else "" for v in (k.bas, k.deras, k.mina)))  # type: ignore[index]
        for k in konflikter
    ]
