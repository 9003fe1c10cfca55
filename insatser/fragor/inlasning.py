"""What a workbook is compared with: insatser or aktiviteter as they are now, and as they were when it was fetched.

A fixed number of queries whatever the number of rows. Plain values, not model instances: ten thousand rows are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from aktorer.grund.samtidighet import utan_mask
from aktorer.models import Anvandare
from insatser.fragor import lage
from insatser.fragor.historik import roller_vid_versioner
from insatser.fragor.nummer import las_nummer
from insatser.models import (  # type: ignore[attr-defined]
    Aktivitet,
    AktivitetAktor,
    AktivitetEvent,
    Fardplan,
    Handlingsplan,
    Inlasning,
    Insats,
    InsatsEvent,
    Lagesrapport,
    Malomrade,
    Medverkan,
    Prioritering,
    Program,
)
from insatser.models.insats import InsatsQuerySet
from insatser.regler import nummer as insatsnummer

# (målområdets nummer, ordning): "1.10" without the text.
type Nummer = tuple[int, int]


class Rolldel(NamedTuple):
    """One aktör's part in an insats or aktivitet."""

    aktor_id: int
    roll: str
    ansvarar_for: str
    deltagande: str


@dataclass(slots=True)
class Insatslage:
    """What an insats says, now or at an earlier version. `texter`: {column: text}.

    `delar` stand in the order people see them.
    """

    pk: int
    nummer: Nummer
    version: int
    gemensam: bool
    texter: dict[str, str]
    avford: date | None = None
    lage_id: int | None = None
    delar: list[Rolldel] = field(default_factory=list)


def insatser(fardplan: Fardplan, nummer: Collection[Nummer], texter: Sequence[str]) -> dict[Nummer, Insatslage]:
    """Those of the numbers that exist in the färdplan, as they are now, with these text columns. Two queries."""
    falt = ("pk", "malomrade__nummer", "ordning", "version", "fardplan_id", "avford", "lage_id", *texter)
    fraga = _med_nummer(Insats.objects.i_fardplan(fardplan), nummer)
    rader = fraga.annotate(lage_id=lage.senaste_id(fardplan.stadskarna)).values_list(*falt)  # type: ignore[no-redef]
    hittade = {
        pk: Insatslage(
            pk, (omrade, ordning), version, egen is None, dict(zip(texter, text, strict=True)), avford, lage_id
        )
        for pk, omrade, ordning, version, egen, avford, lage_id, *text in rader
    }
    delar = Medverkan.objects.filter(insats__in=hittade).order_by("ordning", "pk")
    for pk, *resten in delar.values_list("insats_id", *Rolldel._fields):
        hittade[pk].delar.append(Rolldel(*resten))
    return {i.nummer: i for i in hittade.values()}


def las_rader(
    fardplan: Fardplan, nummer: Collection[Nummer], ids: Collection[int], gemensamma: Set[Nummer | None] | None = None
) -> None:
    """Lock what a plan of these numbers and ids of insatser rests on until the transaction ends, always in one order.

    The numbers first, as the pages do when they give an insats its number (`andringar.insats`): otherwise each could
    wait for the other. With them locked nobody else gives out those of the färdplan that the plan gives new rows.

    `gemensamma`: the numbers of the rows that say so (None: without one). When another insats is to be gemensam than
    those that are, the gemensamma numbers are locked at once: two files that both came to it later would each hold
    what the other waits for. When it turns between this question and the lock, the plan is not the one that was shown.
    None when no row can say so.
    """
    malomraden = Malomrade.objects.filter(program=fardplan.program_id).values_list("pk", flat=True)
    alla = Insats.objects.i_fardplan(fardplan)
    ar_det = _med_nummer(alla.filter(fardplan=None), nummer).values_list("malomrade__nummer", "ordning")
    bara_egna = gemensamma is None or gemensamma == set(ar_det)
    las_nummer(list(malomraden), [fardplan.pk] if bara_egna else [fardplan.pk, None])
    rader = alla.filter(Q(pk__in=_med_nummer(alla, nummer).values("pk")) | Q(pk__in=ids)).order_by("pk").only("pk")
    list(rader.select_for_update(of=("self",)))


def las_programmet(program: Program) -> None:
    """Lock all that `las_rader` locks for any of the program's färdplaner, in its order, at once: file by file each
    would hold what another wants.
    """
    malomraden = Malomrade.objects.filter(program=program).values_list("pk", flat=True)
    fardplaner = Fardplan.objects.filter(program=program).values_list("pk", flat=True)
    las_nummer(list(malomraden), [*fardplaner, None])
    rader = Insats.objects.filter(malomrade__program=program).order_by("pk").only("pk")
    list(rader.select_for_update(of=("self",)))


def _med_nummer(fraga: InsatsQuerySet, nummer: Collection[Nummer]) -> InsatsQuerySet:
    per_omrade: dict[int, list[int]] = {}
    for omrade, ordning in nummer:
        per_omrade.setdefault(omrade, []).append(ordning)
    if not per_omrade:
        return fraga.none()
    villkor = Q()
    for omrade, ordningar in per_omrade.items():
        villkor |= Q(malomrade__nummer=omrade, ordning__in=ordningar)
    return fraga.filter(villkor)


def vid_versioner(
    versioner: Mapping[int, int], malomraden: Mapping[int, int], texter: Sequence[str]
) -> dict[int, Insatslage]:
    """{insats id: what it said at the given version}; missing when that version never was. Three queries at most.

    `malomraden`: {målområde id: its number}.
    """
    if not versioner:
        return {}
    delar = roller_vid_versioner(versioner)
    handelser = InsatsEvent.objects.filter(pgh_obj_id__in=versioner).order_by("pgh_id")
    return {
        h.pgh_obj_id: Insatslage(
            h.pgh_obj_id,
            (malomraden.get(h.malomrade_id, 0), h.ordning),
            h.version,
            h.fardplan_id is None,
            {falt: utan_mask(getattr(h, falt)) for falt in texter},
            delar=_i_ordning(delar.get(h.pgh_obj_id, {})),
        )
        for h in handelser
        if h.version == versioner[h.pgh_obj_id]
    }


def _i_ordning(handelser: Mapping[int, Any]) -> list[Rolldel]:
    """The parts that event rows tell of, in the order people see them."""
    alla = sorted(handelser.values(), key=lambda m: (m.ordning, m.pgh_obj_id))
    return [Rolldel(m.aktor_id, m.roll, m.ansvarar_for, m.deltagande) for m in alla]


def nummer_nu(ids: Collection[int]) -> dict[int, Nummer]:
    """{insats id: the number it has now}."""
    if not ids:
        return {}
    rader = Insats.objects.filter(pk__in=ids).values_list("pk", "malomrade__nummer", "ordning")
    return {pk: (omrade, ordning) for pk, omrade, ordning in rader}


def titlar(fardplan: Fardplan) -> Iterator[tuple[Nummer, str, bool, bool]]:
    """(number, title, whether it is gemensam, whether it is retired) of every insats of the färdplan."""
    rader = Insats.objects.i_fardplan(fardplan)
    for omrade, ordning, titel, egen, avford in rader.values_list(
        "malomrade__nummer", "ordning", "titel", "fardplan_id", "avford"
    ):
        yield (omrade, ordning), titel, egen is None, avford is not None


def rapporter(ids: Iterable[int | None]) -> dict[int, Lagesrapport]:
    """{id: lägesrapport}, without its aktör and author."""
    return Lagesrapport.objects.in_bulk([pk for pk in ids if pk])


def ovriga_karnors(fardplan: Fardplan, nummer: Collection[Nummer]) -> dict[Nummer, str]:
    """{number: by what it is taken} of those that other kärnor's own insatser hold: none can be gemensam there."""
    andras = Insats.objects.filter(malomrade__program=fardplan.program_id).exclude(
        Q(fardplan=None) | Q(fardplan=fardplan)
    )
    falt = ("malomrade__nummer", "ordning", "titel", "fardplan__stadskarna__namn", "avford")
    av: dict[Nummer, list[tuple[str, str, bool]]] = {}
    for omrade, ordning, titel, karna, avford in _med_nummer(andras, nummer).values_list(*falt):
        av.setdefault((omrade, ordning), []).append((titel, karna, bool(avford)))
    return {n: insatsnummer.upptaget(insatsnummer.skriv(*n), delar) for n, delar in av.items()}


@dataclass(slots=True)
class Aktivitetslage:
    """What an aktivitet says, now or at an earlier version. `varden`: {column: value}."""

    pk: int
    version: int
    prioritering_id: int
    varden: dict[str, Any]
    delar: list[Rolldel] = field(default_factory=list)


def las_plan(plan: Handlingsplan) -> Handlingsplan:
    """The plan as it is now, locked with its aktiviteter until the transaction ends; the plan first, as always."""
    nu: Handlingsplan = Handlingsplan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    nu.fardplan = plan.fardplan
    aktiviteter = Aktivitet.objects.filter(prioritering__handlingsplan=nu).order_by("pk").only("pk")
    list(aktiviteter.select_for_update(of=("self",)))
    return nu


def prioriterade(plan: Handlingsplan) -> dict[Nummer, int]:
    """{number of an insats in the plan: the id of its prioritering}. One query."""
    rader = Prioritering.objects.filter(handlingsplan=plan)
    falt = ("pk", "insats__malomrade__nummer", "insats__ordning")
    return {(omrade, ordning): pk for pk, omrade, ordning in rader.values_list(*falt)}


def aktiviteter(plan: Handlingsplan, falt: Sequence[str]) -> dict[int, Aktivitetslage]:
    """{id: aktivitet of the plan as it is now}, with these columns. Two queries."""
    rader = Aktivitet.objects.filter(prioritering__handlingsplan=plan)
    hittade = {
        pk: Aktivitetslage(pk, version, prioritering, dict(zip(falt, varden, strict=True)))
        for pk, version, prioritering, *varden in rader.values_list("pk", "version", "prioritering_id", *falt)
    }
    delar = AktivitetAktor.objects.filter(aktivitet__in=hittade).order_by("ordning", "pk")
    for pk, *resten in delar.values_list("aktivitet_id", *Rolldel._fields):
        hittade[pk].delar.append(Rolldel(*resten))
    return hittade


def aktiviteter_vid_versioner(versioner: Mapping[int, int], falt: Sequence[str]) -> dict[int, Aktivitetslage]:
    """{aktivitet id: what it said at the given version}; missing when that version never was. Three queries at most."""
    if not versioner:
        return {}
    delar = roller_vid_versioner(versioner, Aktivitet)
    handelser = AktivitetEvent.objects.filter(pgh_obj_id__in=versioner).order_by("pgh_id")
    return {
        h.pgh_obj_id: Aktivitetslage(
            h.pgh_obj_id,
            h.version,
            h.prioritering_id,
            {namn: utan_mask(getattr(h, namn)) for namn in falt},
            _i_ordning(delar.get(h.pgh_obj_id, {})),
        )
        for h in handelser
        if h.version == versioner[h.pgh_obj_id]
    }


def forra_tolkningen(person: Anvandare) -> Mapping[str, Any] | None:
    """What somebody of the person's aktör said last of a table that was then read in. One query."""
    lasta = Inlasning.objects.filter(tolkning__isnull=False, inlast__isnull=False)
    egna = lasta.filter(av__aktor=person.aktor_id) if person.aktor_id else lasta.filter(av=person)
    forra: Mapping[str, Any] | None = egna.order_by("-inlast").values_list("tolkning", flat=True).first()
    return forra
