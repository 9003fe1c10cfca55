"""Which rows the history of a thing consists of: its own, and those of the tables that are part of it.

How they are told is for `tillfallen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Field, JSONField, Model, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.utils.text import capfirst

from aktorer.grund.samtidighet import handelser
from aktorer.models import Agarandel, Aktor, Anvandare, Gruppmedlem, Identitet
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Anslutning,
    Arende,
    Arendebeslut,
    Arendeinsats,
    Beslut,
    Bidrag,
    Bilaga,
    Bortval,
    Fardplan,
    Fardplansdokument,
    Fardriktning,
    Handlingsplan,
    Indikator,
    Insats,
    Karnkommun,
    Kommentar,
    Lagesrapport,
    Malomrade,
    Maskering,
    Matvarde,
    Medverkan,
    Mote,
    Motespunkt,
    Mottagare,
    Omgang,
    Omgangspunkt,
    Omgangssvar,
    Ordforklaring,
    Overenskommelse,
    Overenskommelseinsats,
    Planavslut,
    Planversion,
    Plats,
    Prioritering,
    Program,
    Rattelse,
    Samband,
    Samverkansorgan,
    Stadskarna,
    Tillfragan,
)

OKAND = "okand"  # in a filter: nobody is known to have done it
# What people call the rows beside a thing, where the table has a word of its own.
_RUBRIKER: dict[type[Model], str] = {
    Medverkan: "Aktör",
    Gruppmedlem: "Medlem",
    Agarandel: "Ägare",
    Bortval: "Får vänta",
    Planversion: "Beslut om planen",
    Planavslut: "Avslut",
    Arendebeslut: "Steg",
    Arendeinsats: "Insats",
    Anslutning: "Aktör",
    Overenskommelseinsats: "Insats",
    Ordforklaring: "Ord",
    Fardplansdokument: "Styrdokument",
    Omgangspunkt: "Fråga",
    Mottagare: "Tillfrågad",
    Tillfragan: "Vem som frågas",
    Omgangssvar: "Svar",
    Identitet: "Inloggning hos annan",
}
_SYNS_INTE = frozenset({"id", "version", "exempel", "skapad"})


@dataclass(frozen=True)
class Del:
    """Rows of one table that are part of a thing, or once were.

    `namn` is the column that tells them apart, "" for the thing itself. `givet`: columns that are the same in all.
    `exempel`: they are made up, since what they stand in is.
    """

    modell: type[Model]
    villkor: Q
    namn: str = ""
    givet: frozenset[str] = frozenset()
    exempel: bool = False

    @property
    def rubrik(self) -> str:
        return _RUBRIKER.get(self.modell) or capfirst(str(self.modell._meta.verbose_name))

    @property
    def nyckel(self) -> str:
        """What it is called in an address."""
        return self.modell.__name__.lower()

    def handelser(self) -> QuerySet[Any]:
        alla: QuerySet[Any] = handelser(self.modell).filter(self.villkor)
        return alla

    @cached_property
    def falt(self) -> list[Field[Any, Any]]:
        """The columns that people see."""
        kvar = {f.attname for f in handelser(self.modell).model._meta.concrete_fields}
        return [
            f
            for f in self.modell._meta.concrete_fields
            if f.attname in kvar and f.name not in _SYNS_INTE | self.givet and not isinstance(f, JSONField)
        ]


def _borta(modell: type[Model], namn: str, egna: Q, givet: AbstractSet[str]) -> Del:
    """Rows that were part of the thing, which the `egna` of their events says, and are there no more."""
    borta = handelser(modell).filter(egna, pgh_label="delete").values("pgh_obj_id")
    finns = modell._base_manager.values("pk")
    return Del(modell, Q(pgh_obj_id__in=borta) & ~Q(pgh_obj_id__in=finns), namn, frozenset(givet))


def _del(modell: type[Model], namn: str, **villkor: Any) -> Del:
    """Rows that point at the thing by the columns of `villkor`."""
    return Del(modell, Q(**villkor), namn, frozenset(villkor))


def insats(rad: Insats, stadskarna: Stadskarna, planer: QuerySet[Handlingsplan]) -> list[Del]:
    """As it is read in one stadskärna, with what happened to it in these plans."""
    return [
        _huvud(rad),
        _del(Medverkan, "aktor", insats=rad.pk),
        Del(Samband, Q(fran=rad.pk) | Q(till=rad.pk), "till"),
        _del(Lagesrapport, "datum", insats=rad.pk, stadskarna=stadskarna.pk),
        *_samtal(Q(insats=rad.pk, stadskarna=stadskarna.pk)),
        *_i_planer(rad, planer.filter(exempel=False)),
        *(replace(d, exempel=True) for d in _i_planer(rad, planer.filter(exempel=True))),
    ]


def _i_planer(rad: Insats, planer: QuerySet[Handlingsplan]) -> list[Del]:
    dar, givet = Q(insats=rad.pk, handlingsplan__in=planer), frozenset({"insats"})
    lyfta = handelser(Prioritering).filter(dar)
    return [
        Del(Prioritering, dar, "handlingsplan", givet),
        Del(Bortval, dar, "handlingsplan", givet),
        Del(Aktivitet, Q(prioritering__in=lyfta.values("pgh_obj_id")), "titel"),
        Del(Planversion, Q(handlingsplan__in=lyfta.values("handlingsplan")), "handlingsplan"),
    ]


def _samtal(om: Q) -> list[Del]:
    """What was said of a thing, and the files beside it; `om` is that of their columns."""
    return [_sagt(om), _filer(om)]


def _sagt(om: Q) -> Del:
    return Del(Kommentar, om, "av", frozenset({*Kommentar.SAK, "av", "andrad"}))


def _filer(om: Q) -> Del:
    return Del(Bilaga, om, "filnamn", frozenset({*Bilaga.SAK, "av", "innehall", "storlek", "sha256"}))


def aktivitet(rad: Aktivitet, plan: Handlingsplan) -> list[Del]:
    delar = [_huvud(rad), _del(AktivitetAktor, "aktor", aktivitet=rad.pk), _del(Bidrag, "aktor", aktivitet=rad.pk)]
    delar += _samtal(Q(aktivitet=rad.pk))
    return [replace(d, exempel=plan.exempel) for d in delar]


def handlingsplan(rad: Handlingsplan) -> list[Del]:
    lyfta = handelser(Prioritering).filter(handlingsplan=rad.pk).values("pgh_obj_id")
    aktiviteter = handelser(Aktivitet).filter(prioritering__in=lyfta).values("pgh_obj_id")
    beslut = Planversion.objects.filter(handlingsplan=rad.pk).values("beslut")
    om = Q(handlingsplan=rad.pk) | Q(aktivitet__in=aktiviteter)
    delar = [
        _huvud(rad),
        _del(Prioritering, "insats", handlingsplan=rad.pk),
        _del(Bortval, "insats", handlingsplan=rad.pk),
        Del(Aktivitet, Q(prioritering__in=lyfta), "titel"),
        Del(AktivitetAktor, Q(aktivitet__in=aktiviteter), "aktor"),
        Del(Bidrag, Q(handlingsplan=rad.pk) | Q(aktivitet__in=aktiviteter), "aktor", frozenset({"handlingsplan"})),
        _sagt(om),
        _filer(om | Q(beslut__in=beslut)),
        _del(Planversion, "nummer", handlingsplan=rad.pk),
        Del(Planavslut, Q(handlingsplan=rad.pk), "handlingsplan"),
        Del(Beslut, Q(pgh_obj_id__in=beslut), "datum"),
        Del(
            Rattelse, Q(handlingsplan=rad.pk) | Q(beslut__in=beslut), "version", frozenset({"handlingsplan", "beslut"})
        ),
    ]
    return [replace(d, exempel=rad.exempel) for d in delar]


def fardplan(rad: Fardplan) -> list[Del]:
    """With the insatser that are gone: they have no page of their own."""
    malomraden = Malomrade.objects.filter(program=rad.program_id).values("pk")
    egna = Q(fardplan=rad.pk) | Q(fardplan=None, malomrade__in=malomraden)
    return [
        _huvud(rad),
        _borta(Insats, "titel", egna, {"fardplan"}),
        _del(Fardriktning, "malomrade", fardplan=rad.pk),
        _del(Fardplansdokument, "styrdokument", fardplan=rad.pk),
        _del(Bidrag, "aktor", fardplan=rad.pk),
    ]


def fardriktning(rad: Fardriktning) -> list[Del]:
    return [_huvud(rad)]


def aktor(rad: Aktor) -> list[Del]:
    return [_huvud(rad), _del(Gruppmedlem, "aktor", grupp=rad.pk), _del(Agarandel, "agare", aktor=rad.pk)]


def indikator(rad: Indikator, stadskarna: Stadskarna) -> list[Del]:
    """With its values in the stadskärna."""
    return [_huvud(rad), _del(Matvarde, "ar", indikator=rad.pk, stadskarna=stadskarna.pk)]


def arende(rad: Arende) -> list[Del]:
    return [_huvud(rad), _del(Arendebeslut, "instans", arende=rad.pk), _del(Arendeinsats, "insats", arende=rad.pk)]


def mote(rad: Mote) -> list[Del]:
    return [_huvud(rad), _del(Motespunkt, "rubrik", mote=rad.pk), _filer(Q(mote=rad.pk))]


def organ(rad: Samverkansorgan) -> list[Del]:
    """With the möten that are gone: they have no page of their own."""
    return [_huvud(rad), _del(Plats, "aktor", organ=rad.pk), _borta(Mote, "datum", Q(organ=rad.pk), {"organ"})]


def overenskommelse(rad: Overenskommelse) -> list[Del]:
    return [
        _huvud(rad),
        _del(Anslutning, "aktor", overenskommelse=rad.pk),
        _del(Overenskommelseinsats, "insats", overenskommelse=rad.pk),
    ]


def program(rad: Program) -> list[Del]:
    """With its målområden and its ordlista."""
    return [_huvud(rad), _del(Malomrade, "namn", program=rad.pk), _del(Ordforklaring, "ord", program=rad.pk)]


def stadskarna(rad: Stadskarna) -> list[Del]:
    return [_huvud(rad), _del(Karnkommun, "aktor", stadskarna=rad.pk)]


def omgang(rad: Omgang) -> list[Del]:
    """With what is asked, of whom, and what they answered; a lägesrapport that was an answer as well."""
    punkter = handelser(Omgangspunkt).filter(omgang=rad.pk)
    svar = handelser(Omgangssvar).filter(punkt__in=punkter.values("pgh_obj_id"))
    tillfragade = handelser(Mottagare).filter(omgang=rad.pk).values("pgh_obj_id")
    givet, har_svarat = frozenset({"omgang", "ordning"}), frozenset({"egen_rapport", "ersatter"})
    i_exempel = Q(aktivitet__prioritering__handlingsplan__exempel=True)
    pahittade = punkter.filter(i_exempel).values("pgh_obj_id")
    return [
        _huvud(rad),
        Del(Omgangspunkt, Q(omgang=rad.pk, aktivitet=None), "insats", givet),
        Del(Omgangspunkt, Q(omgang=rad.pk, insats=None) & ~i_exempel, "aktivitet", givet),
        Del(Omgangspunkt, Q(omgang=rad.pk, insats=None) & i_exempel, "aktivitet", givet, exempel=True),
        _del(Mottagare, "anvandare", omgang=rad.pk),
        Del(Tillfragan, Q(mottagare__in=tillfragade), "mottagare"),
        Del(Omgangssvar, Q(pgh_id__in=svar.exclude(punkt__in=pahittade).values("pgh_id")), "punkt", har_svarat),
        Del(Omgangssvar, Q(pgh_id__in=svar.filter(punkt__in=pahittade).values("pgh_id")), "punkt", har_svarat, True),
        Del(Lagesrapport, Q(pgh_obj_id__in=svar.values("lagesrapport")), "datum"),
        _del(Rattelse, "version", omgang=rad.pk),
    ]


def konto(rad: Anvandare) -> list[Del]:
    return [_huvud(rad), _del(Identitet, "leverantor", anvandare=rad.pk)]


def maskeringar(rad: Model) -> Del:
    """What was masked in the thing and its parts, by whom and why."""
    villkor = Q(modell=rad._meta.label_lower, rad=rad.pk)
    return Del(Maskering, villkor, "skal", frozenset({"modell", "rad", "antal", "av"}))


def _huvud(rad: Model) -> Del:
    return Del(type(rad), Q(pgh_obj_id=rad.pk))


@dataclass(frozen=True)
class Historikurval:
    """What of the history is asked for: the id of a person or OKAND, the kind of row (`Del.nyckel`), and days."""

    vem: str = ""
    slag: str = ""
    fran: date | None = None
    till: date | None = None

    @property
    def filtrerat(self) -> bool:
        return self != Historikurval()


type Rad = dict[str, Any]


def rader(delar: Sequence[Del], urval: Historikurval) -> QuerySet[Any, Rad]:
    """Every event of the parts that is asked for, the latest first: {del_: its place in `delar`, pgh_id}."""
    fragor = []
    for plats, del_ in enumerate(delar):
        if urval.slag in {"", del_.nyckel}:
            alla = _valda(del_.handelser(), urval).annotate(del_=Value(plats))
            fragor.append(alla.values("del_", "pgh_id", "pgh_created_at"))
    ihop: QuerySet[Any, Rad] = fragor[0].union(*fragor[1:], all=True)
    return ihop.order_by("-pgh_created_at", "del_", "-pgh_id")


def _valda(alla: QuerySet[Any], urval: Historikurval) -> QuerySet[Any]:
    if urval.vem:
        alla = alla.annotate(vem=_VEM).filter(**({"vem__isnull": True} if urval.vem == OKAND else {"vem": urval.vem}))
    if urval.fran:
        alla = alla.filter(pgh_created_at__date__gte=urval.fran)
    if urval.till:
        alla = alla.filter(pgh_created_at__date__lte=urval.till)
    return alla


_VEM = KeyTextTransform("anvandare", "pgh_context")


def personer(delar: Sequence[Del]) -> list[tuple[str, str]]:
    """Who has written in the parts, to choose among: (id, name) in order of name. Two queries."""
    fragor = [d.handelser().annotate(vem=_VEM).values_list("vem") for d in delar]
    ids = {vem for (vem,) in fragor[0].union(*fragor[1:])}
    kanda = [
        int(i) for i in ids if i and i.isdecimal() and len(i) < 10
    ]  # who writes SQL may have written anything there
    namn = Anvandare.objects.filter(pk__in=kanda).order_by("namn", "pk")
    val = [(str(pk), namn or epost) for pk, namn, epost in namn.values_list("pk", "namn", "epost")]
    return val + ([(OKAND, "Ingen känd person")] if None in ids else [])
