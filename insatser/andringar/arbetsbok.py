"""Reading in a workbook of a whole färdplan: its sheets' plans as one, and the function that writes them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from aktorer.andringar import andra_aktor, skapa_aktor
from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar.aktivitet import Aktivitetsplan, skriv_aktiviteter
from insatser.andringar.fardplan import skriv_fardriktning
from insatser.andringar.inlasning import (
    Andringsrad,
    Inlasningsplan,
    Radfel,
    Radplan,
    orsak,
    skriv_delat,
    skriv_insatser,
)
from insatser.andringar.insats import Insatsandring, andra_flera
from insatser.andringar.lagesbild import Vardeplan, skriv_varden
from insatser.andringar.roller import Rollrad
from insatser.models import Fardplan, Insats, Malomrade
from insatser.regler import forlopp
from insatser.regler.inlasning import Fel, Utelamnad
from insatser.regler.medverkan import Deltagande, Roll


@dataclass(frozen=True, kw_only=True)
class Delplan(Andringsrad):
    """A row of the sheet Medverkan: what an aktör's part in an insats becomes; None takes it out."""

    insats_id: int
    aktor_id: int
    del_: Rollrad | None


@dataclass(frozen=True, kw_only=True)
class Riktningsplan(Andringsrad):
    """A row of the sheet Färdriktningar, as it was read at `version`; 0 when there was none."""

    malomrade_id: int
    version: int
    varden: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Aktorsplan(Andringsrad):
    """A row of the sheet Aktörer, by column. Without `aktor_id` it is new."""

    aktor_id: int | None
    varden: Mapping[str, Any]


@dataclass(frozen=True)
class Bokdel:
    """What reading in a sheet would do in a färdplan. Of aktiviteter there is one for each handlingsplan.

    `karna`: what the stadskärna is called, or the register that all share, in a workbook of a whole program; else "".
    """

    rubrik: str
    plan: Inlasningsplan[Any]
    fardplan: Fardplan
    karna: str = ""

    @property
    def namn(self) -> str:
        return f"{self.karna}: {self.rubrik}" if self.karna else self.rubrik


@dataclass(frozen=True)
class Bokplan(Inlasningsplan[Any]):
    """The same of the whole workbook."""

    delar: tuple[Bokdel, ...] = ()

    @property
    def med_tvillingar(self) -> Bokplan:
        """The same when they are asked for, in each part as well."""
        delar = tuple([replace(d, plan=d.plan.med_tvillingar) for d in self.delar])
        return replace(self, rader=(*self.rader, *self.tvillingar), tvillingar=(), delar=delar)

    def for_den_som(self, av: Anvandare, blad: str = "") -> Bokplan:
        """The same for whoever reads it in, in each part as well."""
        delar = tuple([replace(d, plan=d.plan.for_den_som(av, d.namn)) for d in self.delar])
        nya = [(d.plan, fore.plan) for d, fore in zip(delar, self.delar, strict=True) if d.plan is not fore.plan]
        return replace(
            self,
            rader=tuple(rad for d in delar for rad in d.plan.rader),
            tvillingar=tuple(rad for d in delar for rad in d.plan.tvillingar),
            fel=(*self.fel, *(f for nu, fore in nya for f in nu.fel[len(fore.fel) :])),
            utelamnade=(*self.utelamnade, *(u for nu, fore in nya for u in nu.utelamnade[len(fore.utelamnade) :])),
            delar=delar,
        )


def sammanstall(delar: Sequence[Bokdel], fel: Sequence[Fel] = (), utelamnade: Sequence[Utelamnad] = ()) -> Bokplan:
    """The plans of the sheets as one. `fel`: what is wrong with rows that are in none of them, which are left out."""
    planer = [d.plan for d in delar]
    return Bokplan(
        rader=tuple(rad for p in planer for rad in p.rader),
        oforandrade=sum(p.oforandrade for p in planer),
        fel=(*fel, *(f for p in planer for f in p.fel)),
        konflikter=tuple(k for p in planer for k in p.konflikter),
        tvillingar=tuple(rad for p in planer for rad in p.tvillingar),
        noter=tuple(f"{d.namn}: {text}" for d in delar for text in d.plan.noter),
        utelamnade=(*utelamnade, *(u for p in planer for u in p.utelamnade)),
        delar=tuple(delar),
    )


type Skriv = Callable[[Anvandare, Any, Inlasningsplan[Any]], None]


def skriv_bok(av: Anvandare, fardplan: Fardplan | None, plan: Inlasningsplan[Any]) -> None:
    """Carry out the plan of a workbook, sheet by sheet, inside `andringar.inlasning.las_in`; each part knows its
    färdplan. Raises Radfel.
    """
    # Aktörer come first: what names them is written after. The parts follow on the insatser that they are parts in.
    i_tur: list[tuple[type[Andringsrad], str, Skriv]] = [
        (Aktorsplan, "Aktörer", _skriv_aktorer),
        (Riktningsplan, "Färdriktningar", _skriv_riktningar),
        (Radplan, "Insatser", skriv_insatser),
        (Delplan, "Medverkan", _skriv_delar),
        (Aktivitetsplan, "Aktiviteter", skriv_aktiviteter),
        (Vardeplan, "Lägesbild", skriv_varden),
    ]
    assert isinstance(plan, Bokplan)  # noqa: S101 -- for the type checker: it is what `arbetsbok_in.planera` makes
    planer = {d.fardplan.pk: d.fardplan for d in plan.delar}
    for slag, blad, skriv in i_tur:
        for pk, egen in planer.items():
            egna = (rad for d in plan.delar if d.fardplan.pk == pk for rad in d.plan.rader)
            if rader := tuple(rad for rad in egna if isinstance(rad, slag)):
                try:
                    skriv(av, egen, replace(plan, rader=rader))
                except Radfel as nekad:
                    raise Radfel(plan, replace(nekad.fel, blad=blad)) from nekad


def _skriv_aktorer(av: Anvandare, fardplan: Fardplan, plan: Inlasningsplan[Aktorsplan]) -> None:
    nu = Aktor.objects.in_bulk([rad.aktor_id for rad in plan.rader if rad.aktor_id])
    for rad in plan.rader:
        forlopp.gjort(1)
        try:
            if rad.aktor_id:
                aktor = nu[rad.aktor_id]
                andra_aktor(av=av, aktor=aktor, version=aktor.version, **rad.varden)
            else:
                skapa_aktor(av=av, **rad.varden)
        except (ValidationError, Krock, IntegrityError) as fel:
            raise _radfel(plan, rad, "Namn", fel) from fel


def _skriv_riktningar(av: Anvandare, fardplan: Fardplan, plan: Inlasningsplan[Riktningsplan]) -> None:
    malomraden = Malomrade.objects.in_bulk([rad.malomrade_id for rad in plan.rader])
    for rad in plan.rader:
        malomrade = malomraden[rad.malomrade_id]
        forlopp.gjort(1)
        try:
            skriv_fardriktning(av=av, fardplan=fardplan, malomrade=malomrade, version=rad.version, **rad.varden)
        except (ValidationError, Krock, IntegrityError) as fel:
            raise _radfel(plan, rad, "Målområde", fel) from fel


def _skriv_delar(av: Anvandare, fardplan: Fardplan, plan: Inlasningsplan[Delplan]) -> None:
    """The whole set of roles of each insats: as it is, but for the rows. Those of one insats are written together, so
    that whoever becomes ansvarig and who no longer is change places.
    """
    per_insats: dict[int, list[Delplan]] = {}
    for rad in plan.rader:
        per_insats.setdefault(rad.insats_id, []).append(rad)

    def skriv(forsta: Sequence[Delplan]) -> None:
        insatser = Insats.objects.prefetch_related("medverkan").in_bulk([rad.insats_id for rad in forsta])
        andra_flera(av=av, andringar=[_roller(insatser[r.insats_id], per_insats[r.insats_id]) for r in forsta])

    en_per_insats = replace(plan, rader=tuple(rader[0] for rader in per_insats.values()))
    skriv_delat(skriv, en_per_insats, lambda rad: Fel("", rad=rad.rad, kolumn="Aktör", varde=rad.titel))


def _roller(insats: Insats, rader: Sequence[Delplan]) -> Insatsandring:
    delar: dict[int, Rollrad | None] = {
        m.aktor_id: Rollrad(m.aktor_id, Roll(m.roll), m.ansvarar_for, Deltagande(m.deltagande))
        for m in sorted(insats.medverkan.all(), key=lambda m: (m.ordning, m.pk))
    }
    delar |= {rad.aktor_id: rad.del_ for rad in rader}
    return Insatsandring(insats=insats, version=insats.version, roller=[d for d in delar.values() if d])


def _radfel(plan: Inlasningsplan[Any], rad: Andringsrad, kolumn: str, fel: Exception) -> Radfel:
    return Radfel(plan, Fel(orsak(fel), rad=rad.rad, kolumn=kolumn, varde=rad.titel))
