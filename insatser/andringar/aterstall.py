"""Put a thing's own words back as they once were, and rows of it that were taken away: a new change, by the function
that always makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from aktorer.andringar import Agarrad, agarrader, andra_aktor, medlemsrader
from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import OKANT, Konflikt, Krock, handelser, krav_oandrad, las
from aktorer.grund.spara import spara
from aktorer.models import Agarandel, Aktor, Anvandare, Gruppmedlem
from insatser.andringar import (
    arende,
    finansiering,
    handlingsplan,
    lagesbild,
    mote,
    organ,
    overenskommelse,
    program,
    stadskarna,
)
from insatser.andringar import fardplan as fardplaner
from insatser.andringar import insats as insatser
from insatser.andringar.roller import Rollrad
from insatser.andringar.samtal import kommer_tillbaka
from insatser.fragor.handlingsplan import frysning
from insatser.fragor.historik import senaste_bidragshandelse
from insatser.fragor.lagesbild import senaste_handelse
from insatser.fragor.nummer import las_nummer
from insatser.fragor.tillfallen import i_ord
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Anslutning,
    Arende,
    Arendebeslut,
    Bidrag,
    Fardplan,
    Fardriktning,
    Handlingsplan,
    Indikator,
    Insats,
    Karnkommun,
    Malomrade,
    Matvarde,
    Medverkan,
    Mote,
    Motespunkt,
    Ordforklaring,
    Overenskommelse,
    Plats,
    Prioritering,
    Program,
    Samverkansorgan,
    Stadskarna,
)
from insatser.regler.medverkan import Deltagande, Roll

SIST = 10**6


@dataclass(frozen=True)
class _Satt:
    """Which columns of a row are put back, the function that changes them, and what else it must be told."""

    falt: tuple[str, ...]
    andra: Callable[..., Any]
    med: Callable[[Any], dict[str, Any]]


def _roller(delar: Iterable[Any], *, ater: bool = False) -> list[Rollrad]:
    """What roles, as they are now or in the history, say."""
    return [Rollrad(d.aktor_id, Roll(d.roll), d.ansvarar_for, Deltagande(d.deltagande), ater) for d in delar]


def _andra_varde(*, av: Anvandare, rad: Matvarde, version: int, exempel: bool, **falt: Any) -> None:
    """One of an indikator's values; what was made up is so again."""
    nu = las(rad)
    igen = "Läs igen, och återställ om det fortfarande ska bli så."
    krav_oandrad(nu, version=version, text=f"Värdet för {nu.ar} ändrades medan du läste{{senast}}. {igen}")
    indikator, sa = nu.indikator, Matvarde(ar=nu.ar, **falt)
    ovriga = [lagesbild.som_rad(v) for v in indikator.varden.filter(stadskarna=nu.stadskarna).exclude(ar=nu.ar)]
    sedd = senaste_handelse(indikator, nu.stadskarna)
    rader = [*ovriga, lagesbild.som_rad(sa)]
    lagesbild.satt(av=av, indikator=indikator, stadskarna=nu.stadskarna, sedd=sedd, rader=rader)
    nu.refresh_from_db()
    if nu.exempel != exempel:
        nu.exempel = exempel
        spara(nu, falt=["exempel"])


# The rows beside it (seats, steps, roles) stay as they are.
_SATT: dict[type[Model], _Satt] = {
    Insats: _Satt(("titel", "text", "kalla", "kallnotering"), insatser.andra, lambda rad: {"insats": rad}),
    Fardplan: _Satt(("karaktar_rubrik", "karaktar", "kalla"), fardplaner.andra, lambda rad: {"fardplan": rad}),
    Fardriktning: _Satt(
        ("rubrik", "text", "kalla"),
        fardplaner.skriv_fardriktning,
        lambda rad: {"fardplan": rad.fardplan, "malomrade": rad.malomrade},
    ),
    Handlingsplan: _Satt(("inledning",), handlingsplan.andra, lambda rad: {"plan": rad}),
    Aktivitet: _Satt(
        ("titel", "resultat", "start", "slut", "start_dag", "slut_dag", "milstolpe", "kostnad"),
        handlingsplan.andra_aktivitet,
        lambda rad: {"aktivitet": rad, "roller": _roller(rad.aktorer.order_by("roll", "ordning"))},
    ),
    Aktor: _Satt(
        ("namn", "slag", "beskrivning", "webbplats", "diarieformat", "kontakt"),
        andra_aktor,
        lambda rad: {
            "aktor": rad,
            "medlemmar": medlemsrader(rad.medlemmar.all()),
            "agare": agarrader(rad.agare.all()),
        },
    ),
    Indikator: _Satt(
        ("namn", "enhet", "beskrivning", "riktning", "mal", "mal_ar", "kalla"),
        lagesbild.andra,
        lambda rad: {"indikator": rad},
    ),
    Matvarde: _Satt(("varde", "cirka", "kalla", "exempel"), _andra_varde, lambda rad: {"rad": rad}),
    Arende: _Satt(
        ("diarienummer", "rubrik", "slag", "sammanfattning", "lank", "kalla"),
        arende.andra,
        lambda rad: {
            "arende": rad,
            "steg": arende.rader(rad.beslut.order_by("ordning")),
            "insatser": list(rad.insatslankar.values_list("insats", flat=True)),
        },
    ),
    Mote: _Satt(
        ("datum", "tid", "plats", "installt", "protokoll"),
        mote.andra,
        lambda rad: {"mote": rad, "punkter": mote.rader(rad.punkter.order_by("ordning"))},
    ),
    Overenskommelse: _Satt(
        ("namn", "slag", "ingangen", "beskrivning", "forpliktar", "lank", "kalla"),
        overenskommelse.andra,
        lambda rad: {
            "overenskommelse": rad,
            "anslutningar": overenskommelse.rader(rad.anslutningar.order_by("ordning")),
            "insatser": list(rad.insatslankar.values_list("insats", flat=True)),
        },
    ),
    Program: _Satt(
        ("namn", "ar_fran", "ar_till", "malomrade_ord", "kalla"),
        program.andra,
        lambda rad: {"program": rad, "ordlista": program.rader(rad.ordlista.order_by("ordning"))},
    ),
    Stadskarna: _Satt(
        ("namn",),
        stadskarna.andra,
        lambda rad: {
            "stadskarna": rad,
            "karnkommuner": stadskarna.rader(rad.karnkommun_set.order_by("ordning")),
        },
    ),
    Samverkansorgan: _Satt(
        ("namn", "slag", "beskrivning", "moten_per_ar", "fran", "till"),
        organ.andra,
        lambda rad: {"organ": rad, "platser": organ.rader(rad.platser.order_by("ordning"))},
    ),
}


def falt(rad: Model) -> tuple[str, ...]:
    """The columns that are put back; none of what has no such way."""
    satt = _SATT.get(type(rad))
    return satt.falt if satt else ()


def sparrad(rad: Model) -> str:
    """Why nothing of the row can be put back now: what it stands in is retired, merged or decided. "" when it can."""
    if isinstance(rad, Insats) and rad.avford:
        return "Insatsen är avförd. Återta den först, så går texten att återställa."
    if isinstance(rad, Aktor) and rad.uppgatt_i:
        return f"{rad} är sammanslagen med {rad.uppgatt_i} och ändras inte längre."
    plan = rad.prioritering.handlingsplan if isinstance(rad, Aktivitet) else rad
    return frysning(plan) if isinstance(plan, Handlingsplan) and not plan.kan_andras else ""


def star_redan(rad: Model, handelse: Any) -> bool:
    """Whether the row says what it said after that event of it."""
    return all(getattr(rad, f) == getattr(handelse, f) for f in falt(rad))


def hinder(rad: Model, handelse: Any) -> str:
    """Why the row is not put back as it was after that event; "" when it can be."""
    return sparrad(rad) or ("Det står redan så." if star_redan(rad, handelse) else "")


@andring
def aterstall(*, av: Anvandare, rad: Model, version: int, handelse: Any) -> None:
    """Give the row, read at `version`, the words that it had after `handelse`, an event of it.

    Raises Krock, with both in words, and ValidationError.
    """
    nu = las(rad) if isinstance(rad, Insats | Aktor) else rad  # the others see to it themselves
    if skal := hinder(nu, handelse):
        raise ValidationError(skal)
    satt = _SATT[type(rad)]
    da = timezone.localtime(handelse.pgh_created_at)
    pghistory.context(orsak=f"Återställt till det som gällde {da:%Y-%m-%d %H.%M}")
    varden = {f: getattr(handelse, f) for f in satt.falt}
    try:
        satt.andra(av=av, version=version, **satt.med(rad), **varden)
    except Krock as krock:
        i_ord = [_i_ord(rad, k) for k in krock.konflikter]
        raise Krock(i_ord, krock.version, senast=krock.senast, text=str(krock)) from krock


def _i_ord(rad: Model, konflikt: Konflikt) -> Konflikt:
    kolumn = rad._meta.get_field(str(konflikt.falt))
    varden = [
        v if v is OKANT else i_ord(kolumn, SimpleNamespace(**{kolumn.attname: v}), {})  # type: ignore[union-attr, arg-type]
        for v in (konflikt.bas, konflikt.deras, konflikt.mina)
    ]
    return Konflikt(capfirst(str(kolumn.verbose_name)), *varden)  # type: ignore[union-attr]


@dataclass(frozen=True)
class _Lista:
    """What a list of rows is called by the function that writes it, and how that has them stated."""

    namn: str
    rader: Callable[[Iterable[Any]], list[Any]]


_ROLLER = _Lista("roller", partial(_roller, ater=True))
# (a thing, rows beside it)
_LISTOR: dict[tuple[type[Model], type[Model]], _Lista] = {
    (Aktor, Gruppmedlem): _Lista("medlemmar", lambda rader: [m.aktor_id for m in rader]),
    (Aktor, Agarandel): _Lista("agare", lambda rader: [Agarrad(a.agare_id, a.andel) for a in rader]),
    (Insats, Medverkan): _ROLLER,
    (Aktivitet, AktivitetAktor): _ROLLER,
    (Arende, Arendebeslut): _Lista("steg", arende.rader),
    (Mote, Motespunkt): _Lista("punkter", mote.rader),
    (Overenskommelse, Anslutning): _Lista("anslutningar", overenskommelse.rader),
    (Program, Ordforklaring): _Lista("ordlista", program.rader),
    (Samverkansorgan, Plats): _Lista("platser", organ.rader),
    (Stadskarna, Karnkommun): _Lista("karnkommuner", stadskarna.rader),
}
_INSATSENS_ROLLER = _Satt(
    (),
    insatser.andra_roller,
    lambda rad: {"insats": rad, "roller": _roller(rad.medverkan.order_by("roll", "ordning"))},
)


def saknas(rad: Model, borta: Sequence[Any]) -> list[Any]:
    """Those of these events, each of a row beside `rad` that was taken away, whose row is not there again; none of a
    kind that is not put back. A number of queries that depends on their kinds alone.
    """
    ut = []
    for modell in dict.fromkeys(h.pgh_tracked_model for h in borta):
        egna = [h for h in borta if h.pgh_tracked_model is modell]
        if lista := _LISTOR.get((type(rad), modell)):
            nu = _hur(rad).med(rad)[lista.namn]
            ut += [h for h, r in zip(egna, lista.rader(egna), strict=True) if r not in nu]
        elif (type(rad), modell) in _EGNA:
            finns = set(modell._base_manager.filter(pk__in=[h.pgh_obj_id for h in egna]).values_list("pk", flat=True))
            ut += [h for h in egna if h.pgh_obj_id not in finns]
    return ut


def _hur(rad: Model) -> _Satt:
    return _INSATSENS_ROLLER if isinstance(rad, Insats) else _SATT[type(rad)]


@andring
def lagg_tillbaka(*, av: Anvandare, rad: Model, version: int, borta: Sequence[Any]) -> None:
    """Put rows beside `rad`, read at `version`, back as they were and where they were: those of `borta`, events of one
    kind that tell of rows that were taken away, that are not there again.

    Raises Krock, with both in words, and ValidationError.
    """
    las(rad)  # two who put the same back: the second is told that it is there
    if skal := sparrad(rad):
        raise ValidationError(skal)
    if not (kvar := saknas(rad, borta)):
        raise ValidationError("Det finns där redan.")
    da, modell = timezone.localtime(kvar[0].pgh_created_at), kvar[0].pgh_tracked_model
    pghistory.context(orsak=f"Lagt tillbaka det som togs bort {da:%Y-%m-%d %H.%M}")
    if egen := _EGNA.get((type(rad), modell)):
        for h in sorted(kvar, key=_plats):
            egen(av, rad, h)
        return
    lista, hur = _LISTOR[type(rad), modell], _hur(rad)
    med = hur.med(rad)
    for h, ny in sorted(zip(kvar, lista.rader(kvar), strict=True), key=lambda par: _plats(par[0])):
        med[lista.namn].insert(_plats(h) - 1, ny)
    hur.andra(av=av, version=version, **med)


def _plats(h: Any) -> int:
    """Where the row of the event stood; rows without an order are put last, in the one that they came in."""
    return int(getattr(h, "ordning", SIST))


def _i_samma(modell: type[Model], h: Any, **villkor: Any) -> QuerySet[Any]:
    """What went of the other table in one go with the row of the event."""
    egna: QuerySet[Any] = handelser(modell).filter(pgh_label="delete", pgh_created_at=h.pgh_created_at, **villkor)
    return egna.filter(pgh_context_id=h.pgh_context_id).order_by("pgh_id")


def _aktivitet(av: Anvandare, plan: Handlingsplan, h: Any) -> None:
    """With its aktörer, money and what was said of it; under its insats, which may have been taken out and lifted in
    again since.
    """
    insats = handelser(Prioritering).filter(pgh_obj_id=h.prioritering_id).values("insats")
    prioriteringar = Prioritering.objects.filter(handlingsplan=plan, insats__in=insats)
    prioritering = prioriteringar.select_related("handlingsplan").first()
    if prioritering is None:
        raise ValidationError(f"Insatsen som ”{h.titel}” hörde till är inte med i planen längre. Lyft in den först.")
    falt = [*_SATT[Aktivitet].falt, "status", "kommentar"]
    ny = handlingsplan.skapa_aktivitet(
        av=av,
        prioritering=prioritering,
        roller=_roller(_i_samma(AktivitetAktor, h, aktivitet=h.pgh_obj_id), ater=True),
        **_samma_rad(h, falt),
    )
    if pengar := [finansiering.som_rad(b) for b in _i_samma(Bidrag, h, aktivitet=h.pgh_obj_id)]:
        finansiering.satt(av=av, mal=ny, sedd=senaste_bidragshandelse(ny), rader=pengar)
    kommer_tillbaka(ny)
    handlingsplan.flytta_aktivitet(av=av, aktivitet=ny, version=ny.version, steg=h.ordning - ny.ordning)


def _insats(av: Anvandare, fardplan: Fardplan, h: Any) -> None:
    """With its roles, and its number if nobody has it now."""
    malomrade, egen = Malomrade.objects.filter(pk=h.malomrade_id).first(), fardplan if h.fardplan_id else None
    if malomrade is None:
        raise ValidationError("Målområdet som insatsen stod i finns inte längre.")
    las_nummer([malomrade.pk], [egen.pk if egen else None])
    falt = [*_SATT[Insats].falt, "utan_ansvarig", "utkast"]
    ordning = insatser.ledig_ordning(malomrade, egen, helst=h.ordning)
    ny = insatser.skapa(av=av, malomrade=malomrade, fardplan=egen, ordning=ordning, **_samma_rad(h, falt))
    if roller := _roller(_i_samma(Medverkan, h, insats=h.pgh_obj_id), ater=True):
        insatser.andra_roller(av=av, insats=ny, version=ny.version, roller=roller)


def _samma_rad(h: Any, falt: Iterable[str]) -> dict[str, Any]:
    """The same row again, one version on: what points at it finds it, and what was open of it is old."""
    return {"pk": h.pgh_obj_id, "version": h.version + 1} | {f: getattr(h, f) for f in falt}


def _varde(_: Anvandare, indikator: Indikator, h: Any) -> None:
    las(indikator)  # one writer at a time, as in `lagesbild.satt`
    if indikator.varden.filter(stadskarna=h.stadskarna_id, ar=h.ar).exists():
        raise ValidationError(f"Det finns ett annat värde för {h.ar} nu. Ta bort det först, eller låt det stå.")
    spara(Matvarde(indikator=indikator, **_samma_rad(h, [*_SATT[Matvarde].falt, "stadskarna_id", "ar"])))


def _mote(av: Anvandare, organ: Samverkansorgan, h: Any) -> None:
    """With its agenda and its files."""
    punkter = mote.rader(_i_samma(Motespunkt, h, mote=h.pgh_obj_id).order_by("ordning"))
    kommer_tillbaka(mote.skapa(av=av, organ=organ, punkter=punkter, **_samma_rad(h, _SATT[Mote].falt)))


_EGNA: dict[tuple[type[Model], type[Model]], Callable[[Anvandare, Any, Any], None]] = {
    (Handlingsplan, Aktivitet): _aktivitet,
    (Fardplan, Insats): _insats,
    (Indikator, Matvarde): _varde,
    (Samverkansorgan, Mote): _mote,
}
