"""Every write of handlingsplaner: the draft, what is prioritised in it, what was put off, and the aktiviteter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max, prefetch_related_objects

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import (
    Jamforelse,
    Konflikt,
    Krock,
    andra_rad,
    jamfor,
    krav_oandrad,
    krav_utan_krock,
    las,
    las_alla,
    radens_handelser,
    senast,
    skriv_rad,
    skriv_rader,
    vid_version,
)
from aktorer.grund.spara import spara, spara_alla
from aktorer.models import Anvandare
from insatser.andringar.avslut import ta_med_overforda
from insatser.andringar.roller import (
    Rolljamforelse,
    Rollrad,
    fraga_pa_nytt,
    jamfor_roller,
    satt_roller,
    skriv_roller,
)
from insatser.fragor.handlingsplan import frysning, hinder
from insatser.models import Aktivitet, Bortval, Fardplan, Handlingsplan, Insats, Prioritering
from insatser.regler.aktivitetstid import utanfor
from insatser.regler.bojning import bojt
from insatser.regler.kapning import kapa

KOPIA = " (kopia)"
KOPIERAS = ("resultat", "start", "slut", "start_dag", "slut_dag", "milstolpe")


@andring
def skapa(
    *,
    av: Anvandare | None,
    fardplan: Fardplan,
    ar_fran: int,
    ar_till: int,
    inledning: str = "",
    fran: Handlingsplan | None = None,
) -> Handlingsplan:
    """A new draft for the years given, with what the closed plan `fran` carries over. Raises ValidationError."""
    plan = Handlingsplan(fardplan=fardplan, ar_fran=ar_fran, ar_till=ar_till, inledning=inledning)
    spara(plan)
    if fran:
        ta_med_overforda(plan, fran)
    return plan


@andring
def andra(*, av: Anvandare | None, plan: Handlingsplan, version: int, inledning: str) -> Handlingsplan:
    """Change the draft's introduction. Raises Krock and ValidationError."""
    las_andringsbar(plan, andras=False)
    return andra_rad(plan, version=version, varden={"inledning": inledning})


@andring
def andra_period(
    *, av: Anvandare | None, plan: Handlingsplan, version: int, ar_fran: int, ar_till: int
) -> Handlingsplan:
    """Give a draft other years. What then lies outside them stays, and is missing before the decision (`brister`).

    The years are one thing: two changes of them are never put together. Raises Krock and ValidationError.
    """
    nu = _las_utkast(plan)
    rad = jamfor(nu, version=version, varden={"ar_fran": ar_fran, "ar_till": ar_till})
    if rad.konflikter or (rad.skriv and rad.bara_deras):
        raise Krock(rad.konflikter, nu.version, rad.bara_deras, senast=senast(radens_handelser(nu)))
    return skriv_rad(nu, rad.skriv)


@andring
def ta_bort(*, av: Anvandare | None, plan: Handlingsplan, version: int) -> None:
    """Take a draft away with all that is in it; the history keeps it. Raises Krock, and ValidationError when the plan
    has been decided or something points at it.
    """
    nu = _las_utkast(plan)
    krav_oandrad(nu, version=version, vad="utkastet")
    if skal := hinder(nu):
        raise ValidationError(skal)
    Aktivitet.objects.filter(prioritering__handlingsplan=nu).delete()
    for rader in (nu.prioriteringar, nu.bortval, nu.bidrag, nu.inlasningar):
        rader.all().delete()
    nu.delete()


def _las_utkast(plan: Handlingsplan) -> Handlingsplan:
    """The draft, locked. Raises ValidationError when it has been decided, also while an ändringsbeslut is prepared."""
    nu = las(plan)
    if not nu.ar_utkast:
        raise ValidationError("Handlingsplanen är beslutad: den tas inte bort och byter inte period.")
    return nu


def las_andringsbar(plan: Handlingsplan, *, andras: bool = True) -> None:
    """Lock the plan against others and make sure that it may be changed. Raises ValidationError.

    With `andras` its version goes up: who is about to decide must see what was changed in it.
    """
    nu = las(plan)
    if not nu.kan_andras:
        raise ValidationError(frysning(nu))
    if andras:
        nu.version += 1
        nu.save(update_fields=["version"])


@andring
def lyft(
    *,
    av: Anvandare | None,
    plan: Handlingsplan,
    insats: Insats,
    skal: str = "",
    plats: int | None = None,
    bortval: int = 0,
) -> Prioritering:
    """Lift the insats into the draft, at `plats` (1 is first) or last. Lifting it twice changes nothing.

    `bortval` is the version at which the writer saw that it was put off, 0 that it was not: a reason that they have
    not read is not taken away. Raises Krock and ValidationError.

    No version: `bortval` is one, and what is lifted already stays.
    """
    las_andringsbar(plan)
    insats = las(insats)
    if finns := Prioritering.objects.filter(handlingsplan=plan, insats=insats).first():
        return finns
    if insats.avford:
        raise ValidationError(f"Insats {insats.nummer} är avförd och kan inte prioriteras.")
    if bortvalt := Bortval.objects.filter(handlingsplan=plan, insats=insats).first():
        krav_oandrad(bortvalt, version=bortval, vad="skälet till att insatsen får vänta")
        bortvalt.delete()
    hogst = Prioritering.objects.filter(handlingsplan=plan).aggregate(hogst=Max("ordning"))["hogst"] or 0
    prioritering = Prioritering(handlingsplan=plan, insats=insats, ordning=hogst + 1, skal=skal)
    spara(prioritering)
    if plats:
        flytta(av=av, prioritering=prioritering, version=prioritering.version, plats=plats)
    return prioritering


@andring
def ta_ur(*, av: Anvandare | None, prioritering: Prioritering, version: int) -> None:
    """Take an insats out of the draft again. Raises Krock, and ValidationError while it has aktiviteter."""
    las_andringsbar(prioritering.handlingsplan)
    nu = las(prioritering)
    krav_oandrad(nu, version=version, vad="prioriteringen")
    antal = nu.aktiviteter.count()
    if antal:
        ord_ = bojt(antal, "en aktivitet", f"{antal} aktiviteter")
        raise ValidationError(f"Insatsen har {ord_} i planen. Ta bort dem först.")
    nu.delete()
    _numrera(_i_planen(nu))


@andring
def flytta(
    *, av: Anvandare | None, prioritering: Prioritering, version: int, steg: int = 0, plats: int | None = None
) -> None:
    """Move it to `plats` (1 is first), or `steg` places down the order it had at `version`, up when negative; at the
    ends it stays.

    Two who move it the same way move it once. Raises Krock and ValidationError.
    """
    las_andringsbar(prioritering.handlingsplan)
    nu = las(prioritering)
    _flytta(nu, _i_planen(nu), version, steg, plats)


def _i_planen(prioritering: Prioritering) -> list[Prioritering]:
    """All of its plan, in order."""
    return list(Prioritering.objects.filter(handlingsplan=prioritering.handlingsplan_id).order_by("ordning"))


def _flytta[R: Prioritering | Aktivitet](
    nu: R, rader: Sequence[R], version: int, steg: int, plats: int | None = None
) -> None:
    """Put the locked row among `rader` where somebody wanted it who saw it at `version`. Raises Krock."""
    da = nu if nu.version == version else vid_version(nu, version)
    onskad = (da.ordning if da else nu.ordning) + steg if plats is None else plats
    blir = max(1, min(len(rader), onskad))
    flytt = jamfor(nu, version=version, varden={"ordning": blir})
    krav_utan_krock(nu.version, radens_handelser(nu), flytt)
    if flytt.skriv:
        ovriga = [rad for rad in rader if rad.pk != nu.pk]
        _numrera([*ovriga[: blir - 1], nu, *ovriga[blir - 1 :]])


def _numrera(rader: Iterable[Prioritering | Aktivitet]) -> None:
    """Give the rows the numbers 1, 2, 3 … in the order given; the database checks them at the end. One query."""
    andrade: list[Any] = []
    for ordning, rad in enumerate(rader, start=1):
        if rad.ordning != ordning:
            rad.ordning = ordning
            rad.version += 1
            andrade.append(rad)
    if andrade:
        type(andrade[0])._default_manager.bulk_update(andrade, ["ordning", "version"])


@andring
def andra_skal(*, av: Anvandare | None, prioritering: Prioritering, version: int, skal: str) -> Prioritering:
    """Change why the insats is prioritised. Raises Krock and ValidationError."""
    las_andringsbar(prioritering.handlingsplan)
    return andra_rad(prioritering, version=version, varden={"skal": skal})


@andring
def valj_bort(*, av: Anvandare | None, plan: Handlingsplan, insats: Insats, skal: str, version: int = 0) -> Bortval:
    """Put on record that the insats was weighed and has to wait, and why; `version` is 0 where nothing stood.

    Raises Krock and ValidationError.
    """
    las_andringsbar(plan)
    if Prioritering.objects.filter(handlingsplan=plan, insats=insats).exists():
        raise ValidationError("Insatsen är med i planen. Ta ur den först.")
    if finns := Bortval.objects.filter(handlingsplan=plan, insats=insats).first():
        return andra_rad(finns, version=version, varden={"skal": skal.strip()})
    bortval = Bortval(handlingsplan=plan, insats=insats, skal=skal.strip())
    spara(bortval)
    return bortval


@andring
def angra_bortval(*, av: Anvandare | None, bortval: Bortval, version: int) -> None:
    """The insats is weighed anew. Raises Krock and ValidationError."""
    las_andringsbar(bortval.handlingsplan)
    nu = las(bortval)
    krav_oandrad(nu, version=version, vad="skälet")
    nu.delete()


@dataclass(frozen=True, kw_only=True)
class NyAktivitet:
    """An aktivitet that is to be: `varden` by column."""

    prioritering: Prioritering
    varden: Mapping[str, Any]
    roller: Sequence[Rollrad] = ()


@andring
def skapa_aktivitet(
    *, av: Anvandare | None, prioritering: Prioritering, roller: Sequence[Rollrad] = (), **varden: Any
) -> Aktivitet:
    """A new aktivitet, last under its insats: `titel`, `resultat`, `start`, `slut`, `start_dag`, `slut_dag`,
    `milstolpe`, `status`, `kommentar`, `kostnad`.

    Raises ValidationError.
    """
    return _skapa_aktiviteter([NyAktivitet(prioritering=prioritering, varden=varden, roller=roller)])[0]


@andring
def skapa_aktiviteter(*, av: Anvandare | None, nya: Sequence[NyAktivitet]) -> list[Aktivitet]:
    """The same of many, in their order, all or none. Raises ValidationError, without saying of which.

    No version: none of them was there.
    """
    return _skapa_aktiviteter(nya)


def _skapa_aktiviteter(nya: Sequence[NyAktivitet]) -> list[Aktivitet]:
    _las_planerna((n.prioritering, n.varden) for n in nya)
    under = Aktivitet.objects.filter(prioritering__in={n.prioritering for n in nya})
    hogst = dict(under.order_by().values_list("prioritering").annotate(hogst=Max("ordning")))
    aktiviteter: list[Aktivitet] = []
    for n in nya:
        hogst[n.prioritering.pk] = ordning = (hogst.get(n.prioritering.pk) or 0) + 1
        aktiviteter.append(Aktivitet(prioritering=n.prioritering, ordning=ordning, **n.varden))
    spara_alla(aktiviteter)
    prefetch_related_objects(aktiviteter, "aktorer")  # none
    roller = [
        jamfor_roller(a, version=a.version, roller=n.roller) for a, n in zip(aktiviteter, nya, strict=True) if n.roller
    ]
    skriv_roller(roller)
    _glom_roller(aktiviteter)
    return aktiviteter


@dataclass(frozen=True, kw_only=True)
class Aktivitetsandring:
    """What is to become of an aktivitet read at `version`: columns, and its whole set of roles (None: they stay)."""

    aktivitet: Aktivitet
    version: int
    varden: Mapping[str, Any] = field(default_factory=dict)
    roller: Sequence[Rollrad] | None = None


@andring
def andra_aktivitet(
    *,
    av: Anvandare | None,
    aktivitet: Aktivitet,
    version: int,
    roller: Sequence[Rollrad] | None = None,
    **varden: Any,
) -> Aktivitet:
    """Change the aktivitet and its whole set of roles (None: they stay). Raises Krock (of both) and ValidationError."""
    return _andra_aktiviteter([Aktivitetsandring(aktivitet=aktivitet, version=version, varden=varden, roller=roller)])[
        0
    ]


@andring
def andra_aktiviteter(*, av: Anvandare | None, andringar: Sequence[Aktivitetsandring]) -> list[Aktivitet]:
    """The same of many, all or none.

    No version: each change says which it was read at. Raises Krock and ValidationError, without saying of which.
    """
    return _andra_aktiviteter(andringar)


def _andra_aktiviteter(andringar: Sequence[Aktivitetsandring]) -> list[Aktivitet]:
    """In as many queries for many as for one, when all were read as they are. Returns them as they become."""
    _las_planerna((a.aktivitet.prioritering, a.varden) for a in andringar)
    alla = las_alla([a.aktivitet for a in andringar])
    prefetch_related_objects([*alla.values()], "aktorer")
    roller: list[Rolljamforelse] = []
    skriv: list[tuple[Aktivitet, Mapping[str, Any]]] = []
    for a in andringar:
        nu = alla[a.aktivitet.pk]
        roll = None if a.roller is None else jamfor_roller(nu, version=a.version, roller=a.roller)
        rad = _hela_tider(jamfor(nu, version=a.version, varden=a.varden), a.varden)
        krav_utan_krock(nu.version, radens_handelser(nu), rad, **({"roller": roll.jamforelse} if roll else {}))
        if roll and roll.andrar:
            roller.append(roll)
        if rad.skriv or (roll and roll.andrar):
            skriv.append((nu, rad.skriv))
    skriv_roller(roller)
    skriv_rader(skriv)
    _glom_roller(alla.values())
    return [alla[a.aktivitet.pk] for a in andringar]


def _las_planerna(rader: Iterable[tuple[Prioritering, Mapping[str, Any]]]) -> None:
    """Lock the plans that these are in, always in one order, and make sure that what is written fits in them."""
    planer: dict[int, Handlingsplan] = {}
    alla = [(planer.setdefault(p.handlingsplan_id, p.handlingsplan), varden) for p, varden in rader]
    for _, plan in sorted(planer.items()):
        las_andringsbar(plan)
    for plan, varden in alla:
        _inom_perioden(plan, varden)


def _glom_roller(aktiviteter: Iterable[Aktivitet]) -> None:
    """What was read of them is what was."""
    for a in aktiviteter:
        a._prefetched_objects_cache.clear()  # type: ignore[attr-defined]


def _hela_tider(rad: Jamforelse, varden: Mapping[str, Any]) -> Jamforelse:
    """A quarter and the day in it are one thing: where one changed this and the other that, both are shown."""
    bara_deras, konflikter = dict(rad.bara_deras), list(rad.konflikter)
    for par in (("start", "start_dag"), ("slut", "slut_dag")):
        mina = {*rad.skriv, *(k.falt for k in rad.konflikter)}
        if mina.intersection(par):
            # What they alone changed is of mine what it was from the beginning.
            konflikter += [Konflikt(f, varden[f], bara_deras.pop(f), varden[f]) for f in par if f in bara_deras]
    return replace(rad, bara_deras=bara_deras, konflikter=konflikter)


def _inom_perioden(plan: Handlingsplan, varden: Mapping[str, Any]) -> None:
    """An aktivitet lies within the years of its plan. Raises ValidationError, at the field that was filled in."""
    if fel := utanfor(varden, plan.ar_fran, plan.ar_till):
        raise ValidationError(fel)


@andring
def ta_bort_aktivitet(*, av: Anvandare | None, aktivitet: Aktivitet, version: int) -> None:
    """Take the aktivitet out of the draft; the history keeps it. Raises Krock and ValidationError."""
    las_andringsbar(aktivitet.prioritering.handlingsplan)
    nu = las(aktivitet)
    krav_oandrad(nu, version=version, vad="aktiviteten")
    if punkt := nu.omgangspunkter.select_related("omgang").first():
        raise ValidationError(f"Uppföljningsomgången ”{punkt.omgang}” frågar om ”{nu}”, så den kan inte tas bort.")
    nu.delete()
    _numrera(_under(nu.prioritering_id))


@andring
def flytta_aktivitet(*, av: Anvandare | None, aktivitet: Aktivitet, version: int, steg: int) -> None:
    """Move it `steg` places down among those of its insats, up when negative; at the ends it stays. As `flytta`."""
    las_andringsbar(aktivitet.prioritering.handlingsplan)
    nu = las(aktivitet)
    _flytta(nu, _under(nu.prioritering_id), version, steg)


@andring
def byt_insats(*, av: Anvandare | None, aktivitet: Aktivitet, version: int, prioritering: Prioritering) -> Aktivitet:
    """Let the aktivitet stand under another insats of its plan, as the last there; the money follows.

    Where it stands already it stays. Raises Krock and ValidationError.
    """
    plan = aktivitet.prioritering.handlingsplan
    las_andringsbar(plan)
    nu = las(aktivitet)
    if not Prioritering.objects.filter(pk=prioritering.pk, handlingsplan=plan).exists():
        raise ValidationError("Insatsen är inte längre med i planen.")
    rad = jamfor(nu, version=version, varden={"prioritering_id": prioritering.pk})
    krav_utan_krock(nu.version, radens_handelser(nu), rad)
    if rad.skriv:
        fran = nu.prioritering_id
        skriv_rad(nu, {**rad.skriv, "ordning": len(_under(prioritering.pk)) + 1})
        _numrera(_under(fran))
    return nu


@andring
def kopiera_aktivitet(*, av: Anvandare | None, aktivitet: Aktivitet) -> Aktivitet:
    """A copy right after it: what, when and who, all asked anew; not its status, cost and money.

    Raises ValidationError.

    No version: the copy is of what stands, and is opened to be read.
    """
    las_andringsbar(aktivitet.prioritering.handlingsplan)
    nu = las(aktivitet)
    rader = _under(nu.prioritering_id)
    titel = f"{kapa(nu.titel, 200 - len(KOPIA))}{KOPIA}"
    kopia = Aktivitet(
        prioritering_id=nu.prioritering_id,
        ordning=len(rader) + 1,
        titel=titel,
        **{falt: getattr(nu, falt) for falt in KOPIERAS},
    )
    spara(kopia)
    roller = fraga_pa_nytt(nu.aktorer.select_related("aktor").order_by("roll", "ordning"))
    satt_roller(kopia, version=kopia.version, roller=roller)
    efter = [a.pk for a in rader].index(nu.pk) + 1
    _numrera([*rader[:efter], kopia, *rader[efter:]])
    return kopia


def _under(prioritering: int | None) -> list[Aktivitet]:
    """The aktiviteter of the prioritering with this id, in order."""
    return list(Aktivitet.objects.filter(prioritering=prioritering).order_by("ordning"))
