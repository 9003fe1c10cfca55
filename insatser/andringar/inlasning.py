"""Reading in a workbook: the plan that people are shown, and the one function that writes it, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from aktorer.andringar import aktor_med_namn
from aktorer.grund.andring import slutlig_andring
from aktorer.grund.samtidighet import Krock, las
from aktorer.grund.tecken import rena
from aktorer.models import Anvandare
from aktorer.roller import Rattighet
from insatser.andringar import insats as insatser
from insatser.andringar import lage as lagen
from insatser.andringar.insats import Insatsandring
from insatser.andringar.lage import Lagesuppgift
from insatser.andringar.roller import Rollrad
from insatser.models import Fardplan, Handlingsplan, Inlasning, Inlasningsjobb, Insats, Malomrade, Program
from insatser.regler import forlopp
from insatser.regler.bojning import bojt, uppraknat
from insatser.regler.forlopp import Inlasningssteg
from insatser.regler.inlasning import Cell, Cellkonflikt, Cellval, Fel, Utelamnad, Vilket

MAX_NAMNDA = 20
RADER_PER_GANG = 500  # more at once is no quicker, and nobody can tell meanwhile how far it has come
BEARBETAS = "Filen bearbetas redan."
OBEKRAFTADE_SPARAS = timedelta(days=7)

type Valen = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, kw_only=True)
class Andringsrad:
    """What one row changes, for people; each kind of workbook adds what its own function writes."""

    rad: int
    nummer: str
    titel: str
    celler: tuple[Cell, ...]
    noter: tuple[str, ...]
    ny: bool
    i_alla: bool = False  # what it changes shows in all stadskärnor
    tvilling: bool = False  # new, and called as something that stands there already: made only when asked for


@dataclass(frozen=True, kw_only=True)
class Radplan(Andringsrad):
    """A row of an insatskarta: what it writes, by field. Without `insats_id` it is new; `lage`: a new report."""

    insats_id: int | None
    malomrade: int
    ordning: int
    gemensam: bool
    byter_typ: bool
    texter: Mapping[str, str]
    roller: tuple[Rollrad, ...] | None
    lage: Mapping[str, Any] | None


@dataclass(frozen=True)
class Inlasningsplan[R: Andringsrad]:
    """What reading in the workbook would do now. `rader` holds those that do something.

    `tvillingar`: new rows called as something that stands there already, not written unless asked for. `noter`: what
    people should know of the file as a whole. `utelamnade`: the rows with faults, or where it is not chosen what is to
    stand; `trasig` when the file as a whole is wrong, so that no part of it can be read in.
    """

    rader: tuple[R, ...] = ()
    oforandrade: int = 0
    fel: tuple[Fel, ...] = ()
    konflikter: tuple[Cellkonflikt, ...] = ()
    tvillingar: tuple[R, ...] = ()
    noter: tuple[str, ...] = ()
    frammande: bool = False  # the file has none of our tables
    utelamnade: tuple[Utelamnad, ...] = ()
    trasig: bool = False

    @property
    def med_tvillingar(self) -> Inlasningsplan[R]:
        """The same when they are asked for."""
        return replace(self, rader=(*self.rader, *self.tvillingar), tvillingar=())

    def for_den_som(self, av: Anvandare, blad: str = "") -> Inlasningsplan[R]:
        """The same for whoever reads it in: what shows in all stadskärnor is a fault when they may not change that.
        `blad`: the sheet, in a file that has several.
        """
        delade = [r for r in (*self.rader, *self.tvillingar) if r.i_alla]
        if not delade or av.far(Rattighet.REDIGERA):
            return self
        skal = "Det här visas i alla stadskärnor, och du får bara ändra i några. Ta bort ändringen ur filen."
        return replace(
            self,
            rader=tuple(r for r in self.rader if not r.i_alla),
            tvillingar=tuple(r for r in self.tvillingar if not r.i_alla),
            fel=(*self.fel, *(Fel(skal, blad, r.rad, "Nummer", varde=r.nummer) for r in delade)),
            utelamnade=(*self.utelamnade, *(Utelamnad(r.rad, f"{r.nummer} {r.titel}", skal, blad) for r in delade)),
        )

    @property
    def nya(self) -> list[R]:
        return [r for r in self.rader if r.ny]

    @property
    def andrade(self) -> list[R]:
        return [r for r in self.rader if not r.ny]

    @property
    def celler(self) -> int:
        return sum(len(r.celler) for r in self.andrade)

    @property
    def alla_noter(self) -> list[str]:
        """What should be known of it also afterwards: `noter`, and that rows were left out."""
        antal = len(self.tvillingar)
        utan = bojt(antal, "En ny rad lades inte upp", f"{antal} nya rader lades inte upp")
        noter = [*self.noter, *([f"{utan}: titeln fanns redan eller stod på en annan rad i filen."] if antal else [])]
        if antal := len(self.utelamnade):
            fler = ["fler"] if antal > MAX_NAMNDA else []
            vilka = uppraknat([str(u) for u in self.utelamnade[:MAX_NAMNDA]] + fler)
            rader = bojt(antal, "En rad lästes inte in", f"{antal} rader lästes inte in")
            noter.append(f"{rader}, med fel eller ändrat på två håll: rad {vilka}.")
        return noter

    @property
    def att_avgora(self) -> list[Cellkonflikt]:
        """Where it is not chosen what is to stand."""
        return [k for k in self.konflikter if not k.avgjord]

    def valda(self, vilket: Vilket) -> dict[str, dict[str, Cellval]]:
        """That choice in every cell where none holds, as `valj` takes it."""
        ut: dict[str, dict[str, Cellval]] = {}
        for k in self.konflikter:
            if k.val is None or k.andrad_igen:
                ut.setdefault(k.plats, {})[k.falt] = Cellval(vilket, k.marke)
        return ut

    @property
    def hindrad(self) -> bool:
        return bool(self.fel or self.att_avgora)

    @property
    def kan_delas(self) -> bool:
        """Whether the rows that are right can be read in without the others."""
        return self.hindrad and not self.trasig and bool(self.rader or self.tvillingar)

    @cached_property
    def fingeravtryck(self) -> str:
        """The same exactly when the same would be written over the same."""
        return hashlib.sha256(repr((self.rader, self.tvillingar)).encode()).hexdigest()


class PlanenAndrad(Exception):
    """What was confirmed is not what would be written now. Nothing was; `plan` is the one of now."""

    def __init__(self, plan: Inlasningsplan[Any]) -> None:
        super().__init__("Något har ändrats sedan förhandsgranskningen.")
        self.plan = plan


class Radfel(Exception):
    """A row was refused while writing, and nothing of the workbook was written."""

    def __init__(self, plan: Inlasningsplan[Any], fel: Fel) -> None:
        super().__init__(fel.text)
        self.plan = plan
        self.fel = fel


@slutlig_andring
def spara_fil(
    *,
    av: Anvandare,
    filnamn: str,
    innehall: bytes,
    fardplan: Fardplan | None = None,
    program: Program | None = None,
    slag: str = "",
    handlingsplan: Handlingsplan | None = None,
    tolkning: Mapping[str, Any] | None = None,
    kodning: str = "",
) -> Inlasning:
    """Keep an upload until it is confirmed, or for a week (`glom_obekraftade`). It is of a färdplan or of a program.

    No version: each upload is a row of its own.
    """
    return Inlasning.objects.create(
        fardplan=fardplan,
        program=program,
        handlingsplan=handlingsplan,
        slag=slag,
        av=av,
        filnamn=rena(filnamn)[-200:],
        innehall=innehall,
        tolkning=tolkning,
        kodning=kodning,
    )


def las_ogjord(inlasning: Inlasning) -> Inlasning:
    """The file, locked. Raises ValidationError when it has been read in, or is being worked at: who does that holds the
    row for as long as it takes, so that it is looked at first.
    """
    jobb = Inlasningsjobb.objects.filter(inlasning=inlasning).defer("granskning").first()
    if jobb and jobb.gors:
        raise ValidationError(BEARBETAS)
    nu = las(inlasning)
    if nu.inlast:
        raise ValidationError("Filen är redan inläst.")
    return nu


@slutlig_andring
def glom_obekraftade(*, av: Anvandare | None) -> None:
    """Clear away the uploads, of everybody, that nobody has confirmed in a week. One that is being read in stays.

    No version: it is too old, whatever is in it.
    """
    gamla = Inlasning.objects.filter(inlast=None, skapad__lt=timezone.now() - OBEKRAFTADE_SPARAS)
    ids = list(gamla.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Inlasning.objects.filter(pk__in=ids).only("pk").delete()


@slutlig_andring
def tolka(
    *,
    av: Anvandare,
    inlasning: Inlasning,
    tolkning: Mapping[str, Any],
    nya_aktorer: Mapping[str, tuple[str, str]] | None = None,
) -> Inlasning:
    """Say what the columns and words of an upload mean. `nya_aktorer`: {word: (name, kind)} of names that are added to
    the register, and are what those words mean. Raises ValidationError, also when it has been read in or is being
    worked at.

    No version: it is said of the whole each time, and what is confirmed is what was shown.
    """
    nu = las_ogjord(inlasning)
    nya = {ord_: str(aktor_med_namn(av=av, namn=n, slag=s).pk) for ord_, (n, s) in (nya_aktorer or {}).items()}
    aktorer = tolkning["ord_"].get("aktor", {}) | nya
    sagt = {**tolkning, "ord_": {**tolkning["ord_"], "aktor": aktorer}}
    if nu.tolkning != sagt:
        nu.tolkning = sagt
        nu.save(update_fields=["tolkning"])
    return nu


@slutlig_andring
def las_som(
    *, av: Anvandare, inlasning: Inlasning, kodning: str, tolkning: Mapping[str, Any] | None = None
) -> Inlasning:
    """Say how the letters of an upload are kept (a key of `KODNINGAR`; "": as it shows), and anew what its columns and
    words mean then. Raises ValidationError when it has been read in or is being worked at.

    No version: it is said of the whole each time, and what is confirmed is what was shown.
    """
    nu = las_ogjord(inlasning)
    nu.kodning, nu.tolkning = kodning, tolkning
    nu.save(update_fields=["kodning", "tolkning"])
    return nu


@slutlig_andring
def valj(*, av: Anvandare, inlasning: Inlasning, val: Mapping[str, Mapping[str, Cellval]]) -> Inlasning:
    """Choose what is to stand in cells that both changed: {row: {field: choice}}; other choices stay as they are.

    No version: a choice bears the mark of what it was made of, and what is confirmed is what was shown. Raises
    ValidationError when the file has been read in or is being worked at.
    """
    nu = las_ogjord(inlasning)
    nu.val = med_val(nu.val, val)
    nu.save(update_fields=["val"])
    return nu


def med_val(fore: Valen | None, val: Mapping[str, Mapping[str, Cellval]]) -> Valen:
    """What is chosen in a file (`Inlasning.val`) when this is as well."""
    alla: Valen = dict(fore or {})
    for rad, celler in val.items():
        nya = {falt: [v.vilket, v.sedd, rena(v.text)] for falt, v in celler.items()}
        alla[rad] = alla.get(rad, {}) | nya
    return alla


@slutlig_andring
def las_in[R: Andringsrad](
    *,
    av: Anvandare,
    inlasning: Inlasning,
    planera: Callable[[], Inlasningsplan[R]],
    skriv: Callable[[Anvandare, Any, Inlasningsplan[R]], None],
    fingeravtryck: str,
    tvillingar: bool = False,
    delvis: bool = False,
) -> Inlasningsplan[R] | None:
    """Write the whole plan, or nothing. None when it was read in already: a second click does nothing. `delvis`: leave
    out the rows that may not be written, and write all others.

    `planera` is called here, inside the transaction, and locks the rows it reads; the file has been read before, since
    that takes long. `skriv` writes what it planned, with `tvillingar` those rows as well; it gets the färdplan that the
    file is of, None of those of a program. Raises PlanenAndrad when its
    plan is not the one shown (`fingeravtryck`), Radfel when a row is refused, and ValidationError when the file or the
    handlingsplan is gone.
    """
    if inlasning.handlingsplan:
        las(inlasning.handlingsplan)  # first, as everything that writes in a plan does
    filer = Inlasning.objects.select_related("fardplan__stadskarna")
    last = filer.select_for_update(of=("self",)).filter(pk=inlasning.pk).first()
    if last is None:
        raise ValidationError("Filen finns inte kvar. Ladda upp den igen.")
    if last.inlast:
        return None
    with pghistory.context(orsak=f"ur fil {last.filnamn}", fil=last.filnamn, sha256=last.sha256):
        plan = planera()
        if (plan.hindrad and not (delvis and plan.kan_delas)) or plan.fingeravtryck != fingeravtryck:
            raise PlanenAndrad(plan)
        if tvillingar:
            plan = plan.med_tvillingar
        forlopp.borja(Inlasningssteg.SKRIVER, len(plan.rader))
        skriv(av, last.fardplan, plan)
        last.inlast = timezone.now()
        last.nya, last.andrade, last.oforandrade = len(plan.nya), len(plan.andrade), plan.oforandrade
        last.noter = "\n".join(plan.alla_noter)
        last.save(update_fields=["inlast", "nya", "andrade", "oforandrade", "noter"])
    return plan


def skriv_insatser(av: Anvandare, fardplan: Fardplan, plan: Inlasningsplan[Radplan]) -> None:
    """Carry out the plan of an insatskarta. Raises Radfel."""
    malomraden = {m.nummer: m for m in Malomrade.objects.filter(program=fardplan.program_id)}
    gamla = Insats.objects.in_bulk([r.insats_id for r in plan.rader if r.insats_id])

    def skriv(rader: Sequence[Radplan]) -> None:
        _skriv_rader(av, fardplan, malomraden, gamla, rader)

    skriv_delat(skriv, plan, lambda rad: Fel("", rad=rad.rad, kolumn="Nummer", varde=rad.nummer))


def skriv_delat[R: Andringsrad](
    skriv: Callable[[Sequence[R]], None], plan: Inlasningsplan[R], plats: Callable[[R], Fel]
) -> None:
    """Write all rows, as many at once as may be. When they are refused, write each half, and so on until the row that
    is shows: Radfel is raised of it, where `plats` says that it stands.
    """

    def forsok(rader: Sequence[R]) -> None:
        try:
            with transaction.atomic():
                skriv(rader)
        except (ValidationError, Krock, IntegrityError) as fel:
            if len(rader) == 1:
                raise Radfel(plan, replace(plats(rader[0]), text=orsak(fel))) from fel
            mitt = len(rader) // 2
            forsok(rader[:mitt])
            forsok(rader[mitt:])

    for n in range(0, len(plan.rader), RADER_PER_GANG):
        rader = plan.rader[n : n + RADER_PER_GANG]
        forsok(rader)
        forlopp.gjort(len(rader))


def _skriv_rader(
    av: Anvandare,
    fardplan: Fardplan,
    malomraden: Mapping[int, Malomrade],
    gamla: Mapping[int, Insats],
    rader: Sequence[Radplan],
) -> None:
    """The same functions as the pages call, each for all rows at once."""
    nya = {rad.rad: _ny(rad, malomraden[rad.malomrade], fardplan) for rad in rader if not rad.insats_id}
    insatser.skapa_flera(av=av, insatser=list(nya.values()))
    av_rad = {rad.rad: gamla[rad.insats_id] if rad.insats_id else nya[rad.rad] for rad in rader}
    andrade = insatser.andra_flera(
        av=av,
        andringar=[
            Insatsandring(
                insats=av_rad[rad.rad],
                version=av_rad[rad.rad].version,
                varden=rad.texter if rad.insats_id else {},
                roller=rad.roller,
            )
            for rad in rader
        ],
    )
    for rad, insats in zip(rader, andrade, strict=True):
        if rad.byter_typ:
            insatser.flytta(
                av=av,
                insats=insats,
                version=insats.version,
                malomrade=malomraden[rad.malomrade],
                fardplan=None if rad.gemensam else fardplan,
                ordning=rad.ordning,
            )
    lagen.rapportera_flera(
        av=av,
        stadskarna=fardplan.stadskarna,
        uppgifter=[Lagesuppgift(av_rad[rad.rad], **rad.lage) for rad in rader if rad.lage],
    )


def _ny(rad: Radplan, malomrade: Malomrade, fardplan: Fardplan) -> Insats:
    egen = None if rad.gemensam else fardplan
    return Insats(malomrade=malomrade, fardplan=egen, ordning=rad.ordning, **rad.texter)


def orsak(fel: Exception) -> str:
    """Why a row was refused, for people."""
    if isinstance(fel, ValidationError):
        return " ".join(fel.messages)
    if isinstance(fel, Krock):
        return f"Raden ändrades medan filen lästes in, {fel.senast}. Läs in filen igen."
    return "Databasen tillåter inte ändringen: den strider mot något annat som är sparat."
