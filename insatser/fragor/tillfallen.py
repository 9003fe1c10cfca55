"""What happened to a thing, as people read it: who, when, from where, and what each column was and became.

Which rows that is, `sakhistorik` says. A page of it costs a number of queries that depends on which tables and kinds of
names there are on it, never on how many rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Field, ForeignKey, JSONField, Model, OuterRef, Subquery, prefetch_related_objects
from django.utils import timezone
from django.utils.text import capfirst

from aktorer.grund.samtidighet import handelser
from aktorer.models import Anvandare
from insatser.fragor import angra
from insatser.fragor.sakhistorik import Del, Rad
from insatser.models import Beslut, Fardplan, Insats, Matvarde, Mottagare, Omgangspunkt, Prioritering, Stadskarna
from insatser.regler import tal
from insatser.regler.orddiff import Bit, orddiff

NEJ = "Nej"
GAR_TILLBAKA: tuple[type[Model], ...] = (Matvarde,)  # rows beside a thing that are put back one by one
BORTA = "något som är borttaget"
# What must be fetched along for a row of the table to say what it is called.
_MED: dict[type[Model], tuple[str, ...]] = {
    Insats: ("malomrade",),
    Prioritering: ("insats__malomrade",),
    Fardplan: ("stadskarna", "program"),
    Beslut: ("organ",),
    Mottagare: ("anvandare",),
    Omgangspunkt: ("insats__malomrade", "aktivitet"),
}


@dataclass(frozen=True)
class Faltandring:
    """One column: what it was and what it became, "" for nothing; of a text that was changed, word by word."""

    rubrik: str
    fore: str
    efter: str
    bitar: tuple[Bit, ...] = ()


@dataclass(frozen=True)
class Radandring:
    """One row of one table, of the kind `slag` (`Del.nyckel`).

    `handelse` is the event of the thing itself, or of one of GAR_TILLBAKA beside it, that one may go back to,
    `borttagen` that of a row beside it that went; else None.
    """

    slag: str
    vad: str
    gjort: str
    falt: tuple[Faltandring, ...]
    exempel: bool
    handelse: Any = None
    borttagen: Any = None
    bredvid: bool = False
    ny: bool = False

    @property
    def dit(self) -> str:
        """The event to go back to, of all on a page: those of two tables may have the same id."""
        return f"{self.slag}-{self.handelse.pgh_id}" if self.handelse else ""

    @property
    def fraga(self) -> str:
        """What the address of going back says of a row beside the thing."""
        return f"?rad={self.slag}" if self.bredvid else ""


@dataclass(frozen=True)
class Varifran:
    """The path a change came by, as far as known; of a workbook its name and the SHA-256 of the file."""

    ord: str
    sha256: str = ""


@dataclass(frozen=True)
class Tillfalle:
    """What was written in one go, in one context of the history.

    `angras_av`: the id of who did it, where that is a change which is taken back by a click; `angring`: it is one.
    `inlast`: where the file it came out of is told of.
    """

    nar: datetime
    vem: str
    varifran: Varifran
    orsak: str
    rader: tuple[Radandring, ...]
    kontext: UUID | None
    angras_av: int | None
    angring: bool
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


def lasta(delar: Sequence[Del], sida: Iterable[Rad]) -> list[Tillfalle]:
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
    for (nar, _), alla in i_ett.items():
        andrade = tuple(filter(None, (_radandring(h, namn) for h in alla)))
        if andrade:
            kontext = alla[0].nu.pgh_context or {}
            av, andring = kontext.get("anvandare"), str(kontext.get("andring", ""))
            slutlig = not andring or any((h.nu.pgh_context or {}).get("slutlig") for h in alla)
            ut.append(
                Tillfalle(
                    nar=nar,
                    vem=kontext.get("namn") or personernas.get(av or 0, ""),
                    varifran=varifran(alla[0].nu),
                    orsak=kontext.get("orsak", ""),
                    rader=andrade,
                    kontext=alla[0].nu.pgh_context_id,
                    angras_av=None if slutlig else av,
                    angring=ar_angring(kontext),
                )
            )
    return ut


def ar_angring(kontext: Mapping[str, Any]) -> bool:
    """Whether this context of the history took something back, so that taking it back in turn does it again."""
    return str(kontext.get("andring", "")).endswith(".angra.angra") and not kontext.get("gor_om")


def radandringar[K](
    per_sak: Mapping[K, Sequence[angra.Rad]], delar: Mapping[type[Model], Del]
) -> dict[K, list[Radandring]]:
    """What one change did to each of these things, from before it until after. A query for each kind of name."""
    alla = {
        sak: _ihop([_Handelse(delar[r.modell], r.fore, r.efter, r.forst) for r in rader_ if r.fore or r.efter])
        for sak, rader_ in per_sak.items()
    }
    namn = _namn([h for egna in alla.values() for h in egna])
    return {sak: [rad for h in egna if (rad := _radandring(h, namn))] for sak, egna in alla.items()}


def tagna_bort(delar: Sequence[Del], slag: str, pgh_id: int) -> list[Radandring]:
    """The rows of the kind that were taken away in one go with the one that the event tells of; [] when it tells of
    none that was.
    """
    for nr, del_ in enumerate(delar):
        alla = del_.handelser()
        if del_.nyckel == slag and (h := alla.filter(pgh_id=pgh_id, pgh_label="delete").first()):
            i_ett = alla.filter(pgh_created_at=h.pgh_created_at, pgh_context_id=h.pgh_context_id)
            ids = i_ett.order_by("pgh_id").values_list("pgh_id", flat=True)
            gjorda = lasta(delar, [{"del_": nr, "pgh_id": pk} for pk in ids])
            return [r for t in gjorda for r in t.rader if r.borttagen]
    return []


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
    """A list is written anew when anything in it changes (`rader.skriv_lista`): what went and then came under the same
    name is one row that was changed.
    """
    borta: dict[tuple[str, Any], list[_Handelse]] = {}
    for h in alla:
        if h.efter is None and h.del_.namn:
            borta.setdefault(_namnet(h), []).append(h)
    ut, bytta = [], set()
    for h in alla:
        fanns = borta.get(_namnet(h)) if h.fore is None and h.del_.namn else None
        if fanns and fanns[0].nu.pgh_id < h.nu.pgh_id:
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
    """What every row that these point at is called now, or was when it went: a few queries for each kind of them."""
    ids: dict[type[Model], set[int]] = {}
    for h in alla:
        for falt in h.del_.falt:
            if isinstance(falt, ForeignKey):
                varden = {getattr(rad, falt.attname) for rad in (h.fore, h.efter) if rad is not None}
                ids.setdefault(falt.related_model, set()).update(varden - {None})
            elif isinstance(falt, ArrayField):
                for rad in filter(None, (h.fore, h.efter)):
                    ids.setdefault(Stadskarna, set()).update(getattr(rad, falt.attname) or ())
    ut = {}
    for modell, vilka in ids.items():
        rader_ = modell._base_manager.filter(pk__in=vilka)
        for rad in rader_.select_related(*_MED[modell]) if modell in _MED else rader_:
            ut[modell, rad.pk] = str(rad)
        if borta := vilka - {pk for slag, pk in ut if slag is modell}:
            ut |= {(modell, pk): namn for pk, namn in _hette(modell, borta)}
    return ut


def _hette(modell: type[Model], borta: Collection[int]) -> Iterator[tuple[int, str]]:
    """(id, what the row was called) of rows that are gone, where the history has them."""
    if not hasattr(modell, "pgh_event_models"):
        return
    sista = handelser(modell).filter(pgh_obj_id__in=borta).order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    kolumner = {f.attname for f in modell._meta.concrete_fields}
    rader_ = [
        modell(**{f.attname: getattr(h, f.attname) for f in h._meta.concrete_fields if f.attname in kolumner})
        for h in sista
    ]
    prefetch_related_objects(rader_, *_MED.get(modell, ()))
    for rad in rader_:
        with suppress(ObjectDoesNotExist):  # what it was called by is gone too
            yield rad.pk, f"{rad} (finns inte längre)"


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
    # Of what came or went, what it was not says nothing.
    bara_en = ny or h.efter is None
    synliga = tuple(f for f in andrade if f.fore != f.efter and not (bara_en and NEJ in (f.fore, f.efter)))
    if not synliga and h.fore is not None and h.efter is not None:
        return None
    gjort = "lades till" if ny else "togs bort" if h.efter is None else "ändrades"
    rad, vad = h.efter or h.fore, h.del_.rubrik
    if h.del_.namn:
        vad += f": {i_ord(h.del_.modell._meta.get_field(h.del_.namn), rad, namn)}"  # type: ignore[arg-type]
    return Radandring(
        slag=h.del_.nyckel,
        vad=vad,
        gjort=gjort,
        falt=synliga,
        exempel=h.del_.exempel or bool(getattr(rad, "exempel", False)),
        handelse=h.nu if h.efter is not None and (not h.del_.namn or h.del_.modell in GAR_TILLBAKA) else None,
        borttagen=h.nu if h.del_.namn and h.efter is None else None,
        bredvid=bool(h.del_.namn),
        ny=ny,
    )


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
        return namn.get((falt.related_model, varde), BORTA)
    if isinstance(falt, ArrayField):  # the one there is: where an account may change things
        return ", ".join(text for (modell, pk), text in namn.items() if modell is Stadskarna and pk in varde)
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


# The beginning of an address, and what people call what is there.
_SIDOR = {
    "/admin/": "I administrationen",
    "/svara/": "Med en personlig länk",
    "/mitt-arbete/": "På Mitt arbete",
    "/konto/": "På sidorna för det egna kontot",
    "/": "I webbläsaren",
}


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
    return Varifran(next((ord_ for borjan, ord_ in _SIDOR.items() if sida.startswith(borjan)), "Färdplan"))
