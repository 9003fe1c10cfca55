"""Every write of indikatorer and mätvärden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.andring import andring
from aktorer.grund.rader import jamfor_rader
from aktorer.grund.samtidighet import (
    Konflikt,
    Krock,
    andra_rad,
    handelser,
    krav_oandrad,
    krav_utan_krock,
    las,
    skriv_rader,
)
from aktorer.grund.spara import spara, spara_alla
from aktorer.models import Anvandare
from insatser.andringar.inlasning import Andringsrad, Inlasningsplan, skriv_delat
from insatser.fragor.lagesbild import hinder, senaste_handelse, varden_da
from insatser.models import Fardplan, Indikator, Matvarde, Stadskarna
from insatser.regler import tal
from insatser.regler.inlasning import Fel

FALT = ("varde", "cirka", "kalla")
SKRIV_KALLA = "Skriv varifrån värdet kommer: dokument och sida, eller statistikens namn."


@dataclass(frozen=True)
class Varderad:
    """The value of a year, as a form or a workbook states it. Number and source belong together: they change as one."""

    ar: int
    varde: Decimal
    cirka: bool = False
    kalla: str = ""

    def __str__(self) -> str:
        siffra = f"{'cirka ' if self.cirka else ''}{tal.skriv(self.varde)}"
        return f"{siffra} ({self.kalla})" if self.kalla else siffra


@dataclass(frozen=True, kw_only=True)
class Vardeplan(Andringsrad):
    """A row of a lägesbild's workbook; `varde` None takes the value away."""

    indikator_id: int
    ar: int
    varde: Varderad | None


@andring
def skapa(*, av: Anvandare | None, **varden: Any) -> Indikator:
    """A new indikator. Raises ValidationError."""
    indikator = Indikator(**varden)
    spara(indikator)
    return indikator


@andring
def andra(*, av: Anvandare | None, indikator: Indikator, version: int, **varden: Any) -> Indikator:
    """Change an indikator read at `version`. Raises Krock and ValidationError."""
    try:
        return andra_rad(indikator, version=version, varden=varden)
    except Krock as krock:
        konflikter = [Konflikt(k.falt, *map(_i_ord, (k.bas, k.deras, k.mina))) for k in krock.konflikter]
        bara_deras = {falt: _i_ord(v) for falt, v in krock.bara_deras.items()}
        raise Krock(konflikter, krock.version, bara_deras, senast=krock.senast) from krock


def _i_ord(varde: Any) -> Any:
    """A number as the form writes it."""
    return tal.skriv(varde) if isinstance(varde, Decimal) else varde


@andring
def ta_bort(*, av: Anvandare | None, indikator: Indikator, version: int) -> None:
    """Take away an indikator that nobody has given a value. Raises Krock and ValidationError."""
    nu = las(indikator)
    krav_oandrad(nu, version=version, vad="indikatorn")
    if skal := hinder(nu):
        raise ValidationError(skal)
    nu.delete()


@andring
def satt(
    *, av: Anvandare | None, indikator: Indikator, stadskarna: Stadskarna, sedd: int, rader: Sequence[Varderad]
) -> None:
    """Let `rader` be all the indikator's values in the stadskärna.

    `sedd` is the latest event of them that the writer had seen (fragor/lagesbild.senaste_handelse).
    Raises Krock and ValidationError.
    """
    las(indikator)  # one writer at a time
    mina = {r.ar: r for r in rader}
    if flera := [ar for ar, antal in Counter(r.ar for r in rader).items() if antal > 1]:
        raise ValidationError([f"{ar} står på mer än en rad. Låt en av dem stå kvar." for ar in flera])
    nu = {v.ar: v for v in indikator.varden.filter(stadskarna=stadskarna)}
    deras = {ar: som_rad(v) for ar, v in nu.items()}
    senast = senaste_handelse(indikator, stadskarna)
    bas = deras if sedd == senast else {h.ar: som_rad(h) for h in varden_da(indikator, stadskarna, sedd)}
    jamforelse = jamfor_rader(bas, deras, mina)
    i_ord = [Konflikt(str(k.falt), *(str(v or "") for v in (k.bas, k.deras, k.mina))) for k in jamforelse.konflikter]
    skrivet = handelser(Matvarde).filter(pgh_id=senast)
    krav_utan_krock(senast, skrivet, varden=replace(jamforelse, konflikter=i_ord))
    finns = {(indikator.pk, ar): v for ar, v in nu.items()}
    _skriv(stadskarna, finns, [(indikator, int(str(ar)), rad) for ar, rad in jamforelse.skriv.items()])


def saknar_kalla(indikator: Indikator, rad: Varderad, kanda: Collection[Varderad | None]) -> bool:
    """Whether a value must be given a source: not one known as it is, nor where the indikator has one for all."""
    return not rad.kalla and not indikator.kalla and rad not in kanda


def som_rad(varde: Any) -> Varderad:
    """A mätvärde, or an event of one, without what only the database needs."""
    return Varderad(varde.ar, varde.varde, varde.cirka, varde.kalla)


def _skriv(
    stadskarna: Stadskarna,
    nu: Mapping[tuple[int, int], Matvarde],
    skriv: Sequence[tuple[Indikator, int, Varderad | None]],
) -> None:
    """`nu`: {(indikator, year): what is there}. `skriv`: what each should say, None for nothing. Who writes over an
    example value vouches for it.
    """
    bort: list[int] = []
    nya: list[Matvarde] = []
    andras: list[tuple[Matvarde, Mapping[str, Any]]] = []
    for indikator, ar, rad in skriv:
        fanns = nu.get((indikator.pk, ar))
        if rad is None:
            bort += [fanns.pk] if fanns else []
        elif fanns is None:
            nya.append(Matvarde(indikator=indikator, stadskarna=stadskarna, **vars(rad)))
        else:
            andrat = {f: getattr(rad, f) for f in FALT if getattr(rad, f) != getattr(fanns, f)}
            if andrat := andrat | ({"exempel": False} if fanns.exempel else {}):
                andras.append((fanns, andrat))
    Matvarde.objects.filter(pk__in=bort).delete()
    spara_alla(nya)
    skriv_rader(andras)


def skriv_varden(av: Anvandare, fardplan: Fardplan, plan: Inlasningsplan[Vardeplan]) -> None:
    """Carry out the plan of a workbook, inside `andringar.inlasning.las_in`. Raises Radfel."""
    stadskarna = fardplan.stadskarna
    indikatorer = Indikator.objects.in_bulk({r.indikator_id for r in plan.rader})

    def skriv(rader: Sequence[Vardeplan]) -> None:
        egna = Matvarde.objects.filter(stadskarna=stadskarna, indikator__in={r.indikator_id for r in rader})
        nu = {(v.indikator_id, v.ar): v for v in egna}
        _skriv(stadskarna, nu, [(indikatorer[r.indikator_id], r.ar, r.varde) for r in rader])

    skriv_delat(skriv, plan, lambda rad: Fel("", rad=rad.rad, kolumn="År", varde=rad.nummer))
