"""Who carries what in a handlingsplan: aktörer against aktiviteter."""

from __future__ import annotations

from dataclasses import dataclass

from aktorer.models import Aktor
from insatser.fragor.handlingsplan import Planinnehall
from insatser.models import Aktivitet, AktivitetAktor, Insats


@dataclass(frozen=True)
class Ansvarsrad:
    """An aktivitet, and the part in it of each of the table's aktörer, None where it has none."""

    insats: Insats
    aktivitet: Aktivitet
    delar: list[AktivitetAktor | None]


@dataclass(frozen=True)
class Ansvarstabell:
    """`aktorer` in Swedish order, those of the columns; `rader` in the plan's order."""

    aktorer: list[Aktor]
    rader: list[Ansvarsrad]


def ansvarstabell(innehall: Planinnehall) -> Ansvarstabell:
    """Of every aktivitet of the plan, without those who have declined. No queries."""
    rader = [(p.insats, a) for p in innehall.prioriteringar for a in p.aktiviteter.all()]
    delar = [{d.aktor_id: d for d in a.aktorer.all() if not d.avbojd} for _, a in rader]
    alla = {d.aktor_id: d.aktor for per in delar for d in per.values()}
    aktorer = sorted(alla.values(), key=lambda a: a.sortering)
    return Ansvarstabell(
        aktorer, [Ansvarsrad(i, a, [per.get(k.pk) for k in aktorer]) for (i, a), per in zip(rader, delar, strict=True)]
    )


def obesvarade(innehall: Planinnehall) -> list[tuple[Aktor, list[Aktivitet]]]:
    """The aktörer that were asked and have not answered, with the aktiviteter it is about; in Swedish order."""
    vantar: dict[int, tuple[Aktor, list[Aktivitet]]] = {}
    for a in innehall.aktiviteter:
        for d in a.aktorer.all():
            if d.vantar_pa_svar:
                vantar.setdefault(d.aktor_id, (d.aktor, []))[1].append(a)
    return sorted(vantar.values(), key=lambda par: par[0].sortering)
