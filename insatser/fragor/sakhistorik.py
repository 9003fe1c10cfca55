"""All that happened to one thing, out of the history of its own table and of those that are part of it.

Who, when, from where, and what each column was and became. A page of it costs a number of queries that depends on
which tables and kinds of names there are on it, never on how many rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Field, ForeignKey, JSONField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.text import capfirst

from aktorer.grund.samtidighet import handelser
from aktorer.models import Agarandel, Aktor, Anvandare, Gruppmedlem
from insatser.fragor.angra import Rad
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Arende,
    Arendebeslut,
    Arendeinsats,
    Beslut,
    Bidrag,
    Bortval,
    Fardplan,
    Fardplansdokument,
    Fardriktning,
    Handlingsplan,
    Indikator,
    Insats,
    Lagesrapport,
    Maskering,
    Matvarde,
    Medverkan,
    Mote,
    Motespunkt,
    Planavslut,
    Planversion,
    Plats,
    Prioritering,
    Rattelse,
    Samband,
    Samverkansorgan,
    Stadskarna,
)
from insatser.regler import tal
from insatser.regler.orddiff import Bit, orddiff

NEJ = "Nej"
OKAND = "okand"  # in a filter: nobody is known to have done it
_SYNS_INTE = frozenset({"id", "version", "exempel", "skapad"})
# What must be fetched along for a row of the table to say what it is called.
_MED: dict[type[Model], tuple[str, ...]] = {
    Insats: ("malomrade",),
    Prioritering: ("insats__malomrade",),
    Fardplan: ("stadskarna", "program"),
    Beslut: ("organ",),
}


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
        return capfirst(str(self.modell._meta.verbose_name))

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


def aktivitet(rad: Aktivitet, plan: Handlingsplan) -> list[Del]:
    delar = [_huvud(rad), _del(AktivitetAktor, "aktor", aktivitet=rad.pk), _del(Bidrag, "aktor", aktivitet=rad.pk)]
    return [replace(d, exempel=plan.exempel) for d in delar]


def handlingsplan(rad: Handlingsplan) -> list[Del]:
    lyfta = handelser(Prioritering).filter(handlingsplan=rad.pk).values("pgh_obj_id")
    aktiviteter = handelser(Aktivitet).filter(prioritering__in=lyfta).values("pgh_obj_id")
    beslut = Planversion.objects.filter(handlingsplan=rad.pk).values("beslut")
    delar = [
        _huvud(rad),
        _del(Prioritering, "insats", handlingsplan=rad.pk),
        _del(Bortval, "insats", handlingsplan=rad.pk),
        Del(Aktivitet, Q(prioritering__in=lyfta), "titel"),
        Del(AktivitetAktor, Q(aktivitet__in=aktiviteter), "aktor"),
        Del(Bidrag, Q(handlingsplan=rad.pk) | Q(aktivitet__in=aktiviteter), "aktor", frozenset({"handlingsplan"})),
        _del(Planversion, "nummer", handlingsplan=rad.pk),
        Del(Planavslut, Q(handlingsplan=rad.pk), "handlingsplan"),
        Del(Beslut, Q(pgh_obj_id__in=beslut), "datum"),
        Del(
            Rattelse, Q(handlingsplan=rad.pk) | Q(beslut__in=beslut), "version", frozenset({"handlingsplan", "beslut"})
        ),
    ]
    return [replace(d, exempel=rad.exempel) for d in delar]


def fardplan(rad: Fardplan) -> list[Del]:
    return [
        _huvud(rad),
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
    return [_huvud(rad), _del(Motespunkt, "rubrik", mote=rad.pk)]


def organ(rad: Samverkansorgan) -> list[Del]:
    return [_huvud(rad), _del(Plats, "aktor", organ=rad.pk)]


def konto(rad: Anvandare) -> list[Del]:
    return [_huvud(rad)]


def maskeringar(rad: Model) -> Del:
    """What was masked in the thing and its parts, by whom and why."""
    return Del(Maskering, Q(modell=rad._meta.label_lower, rad=rad.pk), "rad", frozenset({"modell", "antal", "av"}))


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


type Sidrad = dict[str, Any]


def rader(delar: Sequence[Del], urval: Historikurval) -> QuerySet[Any, Sidrad]:
    """Every event of the parts that is asked for, the latest first: {del_: its place in `delar`, pgh_id}."""
    fragor = []
    for plats, del_ in enumerate(delar):
        if urval.slag in {"", del_.nyckel}:
            alla = _valda(del_.handelser(), urval).annotate(del_=Value(plats))
            fragor.append(alla.values("del_", "pgh_id", "pgh_created_at"))
    ihop: QuerySet[Any, Sidrad] = fragor[0].union(*fragor[1:], all=True)
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


@dataclass(frozen=True)
class Faltandring:
    """One column: what it was and what it became, "" for nothing; of a text that was changed, word by word."""

    rubrik: str
    fore: str
    efter: str
    bitar: tuple[Bit, ...] = ()


@dataclass(frozen=True)
class Radandring:
    """One row of one table. `handelse` is the event of the thing itself that one may go back to, else None."""

    vad: str
    gjort: str
    falt: tuple[Faltandring, ...]
    exempel: bool
    handelse: Any = None
    ny: bool = False


@dataclass(frozen=True)
class Varifran:
    """The path a change came by, as far as known; of a workbook its name and the SHA-256 of the file."""

    ord: str
    adress: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Tillfalle:
    """What was written in one go, in that context of the history.

    `inlast`: where the file it came out of is told of.
    """

    kontext: UUID | None
    nar: datetime
    vem: str
    varifran: Varifran
    orsak: str
    rader: tuple[Radandring, ...]
    inlast: str = ""

    @property
    def exempel(self) -> bool:
        return any(r.exempel for r in self.rader)


@dataclass(frozen=True)
class _Handelse:
    """An event, and the row before and after it: None where there was no row."""

    del_: Del
    fore: Any
    efter: Any
    nu: Any


def tillfallen(delar: Sequence[Del], sida: Iterable[Sidrad]) -> list[Tillfalle]:
    """The events of a page of `rader`, each with what it changed, those written in one go together."""
    i_ordning = [(r["del_"], r["pgh_id"]) for r in sida]
    lasta = _las(delar, i_ordning)
    omgangar: dict[tuple[datetime, UUID | None], list[_Handelse]] = {}
    for plats in i_ordning:
        h = lasta[plats]
        omgangar.setdefault((h.nu.pgh_created_at, h.nu.pgh_context_id), []).append(h)
    i_ett = {nyckel: _ihop(alla) for nyckel, alla in omgangar.items()}
    namn = _namn([h for alla in i_ett.values() for h in alla])
    personernas = _personernas(lasta.values())
    ut = []
    for (nar, id_), alla in i_ett.items():
        andrade = tuple(filter(None, (_radandring(h, namn) for h in alla)))
        if andrade:
            kontext = alla[0].nu.pgh_context or {}
            vem = kontext.get("namn") or personernas.get(kontext.get("anvandare") or 0, "")
            ut.append(Tillfalle(id_, nar, vem, varifran(alla[0].nu), kontext.get("orsak", ""), andrade))
    return ut


def radandringar[K](per_sak: Mapping[K, Sequence[Rad]], delar: Mapping[type[Model], Del]) -> dict[K, list[Radandring]]:
    """What one change did to each of these things, from before it until after. A query for each kind of name."""
    alla = {
        sak: _ihop([_Handelse(delar[r.modell], r.fore, r.efter, r.forst) for r in rader_ if r.fore or r.efter])
        for sak, rader_ in per_sak.items()
    }
    namn = _namn([h for egna in alla.values() for h in egna])
    return {sak: [rad for h in egna if (rad := _radandring(h, namn))] for sak, egna in alla.items()}


def _las(delar: Sequence[Del], platser: Sequence[tuple[int, int]]) -> dict[tuple[int, int], _Handelse]:
    """Two queries a table."""
    ut = {}
    for nr in {nr for nr, _ in platser}:
        del_, ids = delar[nr], [pgh_id for i, pgh_id in platser if i == nr]
        alla = handelser(del_.modell)
        kolumner = alla.model._meta.concrete_fields
        tunga = [f.name for f in kolumner if isinstance(f, JSONField) and f.name != "pgh_context"]
        forra = alla.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id")
        valda = alla.filter(pgh_id__in=ids).annotate(forra=Subquery(forra.values("pgh_id")[:1])).defer(*tunga)
        nu = {h.pgh_id: h for h in valda}
        fore = alla.defer(*tunga).in_bulk([h.forra for h in nu.values() if h.forra])
        for h in nu.values():
            var = None if h.pgh_label == "insert" else fore.get(h.forra) or (h if h.pgh_label == "delete" else None)
            ut[nr, h.pgh_id] = _Handelse(del_, var, None if h.pgh_label == "delete" else h, h)
    return ut


def _ihop(alla: list[_Handelse]) -> list[_Handelse]:
    """A list is written anew when anything in it changes (`rader.skriv_lista`): what went and what came under the same
    name is one row that was changed.
    """
    borta: dict[tuple[str, Any], list[_Handelse]] = {}
    for h in alla:
        if h.efter is None and h.del_.namn:
            borta.setdefault(_namnet(h), []).append(h)
    ut, bytta = [], set()
    for h in alla:
        if h.fore is None and h.del_.namn and (fanns := borta.get(_namnet(h))):
            gammal = fanns.pop(0)
            bytta.add(id(gammal))
            ut.append(replace(h, fore=gammal.fore))
        else:
            ut.append(h)
    return [h for h in ut if id(h) not in bytta]


def _namnet(h: _Handelse) -> tuple[str, Any]:
    falt = h.del_.modell._meta.get_field(h.del_.namn)
    return h.del_.nyckel, getattr(h.efter or h.fore, falt.attname)  # type: ignore[union-attr]


type _Namn = Mapping[tuple[type[Model], int], str]


def _namn(alla: Iterable[_Handelse]) -> _Namn:
    """What every row that these point at is called now: a query for each kind of them."""
    ids: dict[type[Model], set[int]] = {}
    for h in alla:
        for falt in h.del_.falt:
            if isinstance(falt, ForeignKey):
                varden = {getattr(rad, falt.attname) for rad in (h.fore, h.efter) if rad is not None}
                ids.setdefault(falt.related_model, set()).update(varden - {None})
    ut = {}
    for modell, vilka in ids.items():
        rader_ = modell._base_manager.filter(pk__in=vilka)
        for rad in rader_.select_related(*_MED[modell]) if modell in _MED else rader_:
            ut[modell, rad.pk] = str(rad)
    return ut


def _personernas(alla: Iterable[_Handelse]) -> dict[int, str]:
    """The names of those whom the history knows by their id alone: what was written around `andringar`. One query."""
    kontexter = [h.nu.pgh_context or {} for h in alla]
    ids = {pk for k in kontexter if isinstance(pk := k.get("anvandare"), int) and not k.get("namn")}
    return {a.pk: str(a) for a in Anvandare.objects.filter(pk__in=ids)}


def _radandring(h: _Handelse, namn: _Namn) -> Radandring | None:
    """None when nothing that people see was changed."""
    andrade = tuple(
        _faltandring(f, h, namn)
        for f in h.del_.falt
        if f.name != h.del_.namn or (h.fore is not None and h.efter is not None)
        if getattr(h.fore, f.attname, None) != getattr(h.efter, f.attname, None)
    )
    ny = h.fore is None and h.nu.pgh_label == "insert"
    synliga = tuple(f for f in andrade if f.fore != f.efter and not (ny and f.efter == NEJ))
    if not synliga and h.fore is not None and h.efter is not None:
        return None
    gjort = "lades till" if ny else "togs bort" if h.efter is None else "ändrades"
    rad, vad = h.efter or h.fore, h.del_.rubrik
    if h.del_.namn:
        vad += f": {i_ord(h.del_.modell._meta.get_field(h.del_.namn), rad, namn)}"  # type: ignore[arg-type]
    tillbaka = h.nu if not h.del_.namn and h.efter is not None else None
    return Radandring(vad, gjort, synliga, h.del_.exempel or bool(getattr(rad, "exempel", False)), tillbaka, ny)


def _faltandring(falt: Field[Any, Any], h: _Handelse, namn: _Namn) -> Faltandring:
    fore, efter = i_ord(falt, h.fore, namn), i_ord(falt, h.efter, namn)
    return faltandring(falt, fore, efter)


def faltandring(falt: Field[Any, Any], fore: str, efter: str) -> Faltandring:
    """The two in words, held against each other word by word where it is running text."""
    text = not (falt.flatchoices or isinstance(falt, ForeignKey)) and falt.get_internal_type() in _LOPANDE
    bitar = tuple(orddiff(fore, efter)) if text and fore and efter else ()
    return Faltandring(capfirst(str(falt.verbose_name)), fore, efter, bitar)


_LOPANDE = {"CharField", "TextField", "URLField"}


def i_ord(falt: Field[Any, Any], rad: Any, namn: _Namn) -> str:
    """What stands in the column of a row or an event, as people read it; "" for nothing, and where there is no row."""
    varde = getattr(rad, falt.attname, None)
    if varde is None or varde == "":
        return ""
    if isinstance(falt, ForeignKey):
        return namn.get((falt.related_model, varde), "något som är borttaget")
    if falt.flatchoices:
        return str(dict(falt.flatchoices).get(varde, varde))
    return _som_text(varde)


def _som_text(varde: Any) -> str:
    skriv: dict[type, Callable[[Any], str]] = {
        bool: lambda v: "Ja" if v else NEJ,
        Decimal: tal.skriv,
        datetime: lambda v: f"{timezone.localtime(v):%Y-%m-%d %H.%M}",
        time: lambda v: f"{v:%H.%M}",
    }
    return skriv.get(type(varde), str)(varde)


def varifran(handelse: Any) -> Varifran:
    """By which path the event came about, as far as its context tells."""
    kontext = handelse.pgh_context
    if kontext is None:
        if handelse.pgh_label == "insert":
            return Varifran("Med installationen, eller direkt i databasen (SQL)")
        return Varifran("Direkt i databasen (SQL)")
    sida = kontext.get("sida", "")
    kommando = f"Kommandot {namn}" if (namn := kontext.get("kommando")) else ""
    if fil := kontext.get("fil"):
        ur = f"{kommando}, ur filen {fil}" if kommando else f"Excelfilen {fil}"
        return Varifran(ur, sha256=kontext.get("sha256", ""))
    if kommando:
        return Varifran(kommando)
    if sida.startswith("/admin/"):
        return Varifran("Administrationen", sida)
    return Varifran("Sidan", sida) if sida else Varifran("Färdplan")
