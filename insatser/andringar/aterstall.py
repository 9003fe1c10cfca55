"""Put a thing's own words back as they once were: a new change, by the function that always makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.text import capfirst

from aktorer.andringar import andra_aktor
from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import OKANT, Konflikt, Krock, las
from aktorer.models import Aktor, Anvandare
from insatser.andringar import arende, handlingsplan, lagesbild, mote, organ, overenskommelse, program, stadskarna
from insatser.andringar import fardplan as fardplaner
from insatser.andringar import insats as insatser
from insatser.andringar.roller import Rollrad
from insatser.fragor.handlingsplan import frysning
from insatser.fragor.tillfallen import i_ord
from insatser.models import (
    Aktivitet,
    Arende,
    Fardplan,
    Fardriktning,
    Handlingsplan,
    Indikator,
    Insats,
    Mote,
    Overenskommelse,
    Program,
    Samverkansorgan,
    Stadskarna,
)
from insatser.regler.medverkan import Deltagande, Roll


@dataclass(frozen=True)
class _Satt:
    """Which columns of a row are put back, the function that changes them, and what else it must be told."""

    falt: tuple[str, ...]
    andra: Callable[..., Any]
    med: Callable[[Any], dict[str, Any]]


def _roller(rad: Aktivitet) -> list[Rollrad]:
    delar = rad.aktorer.order_by("roll", "ordning")
    return [Rollrad(d.aktor_id, Roll(d.roll), d.ansvarar_for, Deltagande(d.deltagande)) for d in delar]


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
        lambda rad: {"aktivitet": rad, "roller": _roller(rad)},
    ),
    Aktor: _Satt(
        ("namn", "slag", "beskrivning", "webbplats", "diarieformat", "kontakt"),
        andra_aktor,
        lambda rad: {"aktor": rad},
    ),
    Indikator: _Satt(
        ("namn", "enhet", "beskrivning", "riktning", "mal", "mal_ar", "kalla"),
        lagesbild.andra,
        lambda rad: {"indikator": rad},
    ),
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
        ("namn", "ar_fran", "ar_till", "malomrade_ord", "kalla"), program.andra, lambda rad: {"program": rad}
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
        raise Krock([_i_ord(rad, k) for k in krock.konflikter], krock.version, senast=krock.senast) from krock


def _i_ord(rad: Model, konflikt: Konflikt) -> Konflikt:
    kolumn = rad._meta.get_field(str(konflikt.falt))
    varden = [
        v if v is OKANT else i_ord(kolumn, SimpleNamespace(**{kolumn.attname: v}), {})  # type: ignore[union-attr, arg-type]
        for v in (konflikt.bas, konflikt.deras, konflikt.mina)
    ]
    return Konflikt(capfirst(str(kolumn.verbose_name)), *varden)  # type: ignore[union-attr]
