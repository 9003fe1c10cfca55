"""What is kept of a person: every row that points at the account, all that it did, and where it is named in texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import (
    BinaryField,
    CharField,
    Field,
    GeneratedField,
    JSONField,
    Model,
    Prefetch,
    Q,
    QuerySet,
    SlugField,
    TextField,
)
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.text import capfirst

from aktorer.grund.tecken import epostnyckel
from aktorer.models import GLOMD, Anvandare, AnvandareEvent, Kontobegaran  # type: ignore[attr-defined]
from insatser.fragor import inlasningar
from insatser.fragor.forsegling import historiktabeller
from insatser.fragor.maskering import KORTAST
from insatser.models import Inlasning, Kollegainbjudan, Kontakt, Mottagare

# Keys, and what is only a copy of a file: nobody gets them, and they tell nothing of the person.
_HEMLIGT = {"password", "kalendernyckel", "lanknyckel", "nyckel", "data", "session_key"}
_HEMLIGT |= {"pgh_context", "pgh_context_id"}  # of who wrote the row: see `_gjort`
_UTAN = {"pghistory"}  # views over the same rows once more
# What others' packages call in English.
ANDRAS_NAMN = {"usersessions.usersession": "inloggning som pågår", "mfa.authenticator": "andra steg"}


@dataclass(frozen=True)
class Uppgift:
    """A row that holds something of the person: of which table, its id, and {what: value} in plain JSON types."""

    tabell: str
    rad: int | str
    varden: dict[str, Any]


@dataclass(frozen=True)
class Utdrag:
    """All of a person, by how it is known to be theirs."""

    konto: list[Uppgift]
    rader: list[Uppgift]
    historik: list[Uppgift]
    gjort: list[Uppgift]  # what the account did, by the contexts of the history
    namnd: list[Uppgift]  # texts that others may have written, with the name or address in them

    @property
    def delar(self) -> dict[str, list[Uppgift]]:
        return {
            "Kontot": self.konto,
            "Det som hör till kontot": self.rader,
            "Hur det har sett ut tidigare": self.historik,
            "Det som kontot har gjort": self.gjort,
            "Texter där namnet eller adressen står": self.namnd,
        }


def hinder(av: Anvandare | None, person: Anvandare) -> str:
    """Why the person cannot be forgotten, "" when nothing is in the way."""
    if av and av.pk == person.pk:
        return "Du kan inte glömma dig själv. Be en annan administratör."
    if person.is_active:
        return f"Kontot för {person} är öppet. Stäng det först, så att det som väntar lämnas över."
    return "Personen är redan glömd." if person.epost.endswith(f"@{GLOMD}") else ""


def utdrag(person: Anvandare) -> Utdrag:
    """Some queries for every table that there is."""
    egna: list[Uppgift] = []
    historik: list[Uppgift] = []
    for modell, villkor in _pekar_pa(person):
        ar_historik = hasattr(modell, "pgh_tracked_model")
        pekar = [_utan_filer(f) for f in modell._meta.concrete_fields if f.is_relation and not ar_historik]
        rader = modell._base_manager.filter(villkor).distinct().order_by("pk").defer(*_filfalt(modell))
        rader = rader.prefetch_related(*pekar)
        (historik if ar_historik else egna).extend(_uppgift(modell, rad) for rad in rader)
    heter = namn_och_adresser(person)
    egna += [_uppgift(Kontobegaran, b) for b in begaran_av(heter)]
    egna += [_uppgift(Kollegainbjudan, i) for i in inbjudningar_till(heter).exclude(av=person)]
    egna += [_uppgift(Kontakt, k) for k in kontakter_med(heter).exclude(anvandare=person)]
    return Utdrag([_uppgift(Anvandare, person)], egna, historik, list(_gjort(person)), list(namnd(monster(heter))))


def _utan_filer(falt: Field[Any, Any]) -> Prefetch[Any]:
    """What the column points at, without the bytes of files: only what it is called is told."""
    till: Any = falt.related_model
    return Prefetch(falt.name, till._base_manager.defer(*_filfalt(till)))


def _filfalt(modell: type[Model]) -> list[str]:
    return [f.name for f in modell._meta.concrete_fields if isinstance(f, BinaryField)]


def begaran_av(adresser: Iterable[str]) -> QuerySet[Kontobegaran]:
    """The requests for an account with these addresses, from whichever login."""
    return Kontobegaran.objects.filter(epost__in=[epostnyckel(a) for a in adresser]).order_by("pk")


def inbjudningar_till(adresser: Iterable[str]) -> QuerySet[Kollegainbjudan]:
    """The invitations of samordnare to these addresses that have not become accounts."""
    return Kollegainbjudan.objects.filter(epost__in=[epostnyckel(a) for a in adresser]).order_by("pk")


def kontakter_med(adresser: Iterable[str]) -> QuerySet[Kontakt]:
    """The contacts with these addresses, at whichever aktör."""
    return Kontakt.objects.filter(epost__in=[epostnyckel(a) for a in adresser if a]).order_by("pk")


@dataclass(frozen=True)
class UtanKonto:
    """What there is of somebody who has no account: requests for one, where it is a contact, and who has invited it."""

    begaran: list[Kontobegaran]
    kontakter: list[Kontakt]
    inbjudningar: list[Kollegainbjudan]

    def __bool__(self) -> bool:
        return bool(self.begaran or self.kontakter or self.inbjudningar)

    @property
    def antal(self) -> dict[str, int]:
        antal = {"Begäran om konto": len(self.begaran), "Kontakter": len(self.kontakter)}
        antal["Kollegors inbjudningar"] = len(self.inbjudningar)
        return {vad: hur_manga for vad, hur_manga in antal.items() if hur_manga}


def utan_konto(epost: str) -> UtanKonto:
    return UtanKonto(list(begaran_av([epost])), list(kontakter_med([epost])), list(inbjudningar_till([epost])))


def utdrag_utan_konto(vem: UtanKonto) -> Utdrag:
    """All of somebody who has asked for an account and has none, is a contact or invited."""
    heter = {(b.namn, b.epost) for b in vem.begaran} | {(k.namn, k.epost) for k in vem.kontakter}
    heter |= {(i.namn, i.epost) for i in vem.inbjudningar}
    sokt = {text for par in heter for text in par if len(text) >= KORTAST}
    rader = [_uppgift(Kontobegaran, b) for b in vem.begaran] + [_uppgift(Kontakt, k) for k in vem.kontakter]
    rader += [_uppgift(Kollegainbjudan, i) for i in vem.inbjudningar]
    egna = {(u.tabell, u.rad) for u in rader}
    texter = [u for u in namnd(monster(sokt)) if (u.tabell, u.rad) not in egna] if sokt else []
    return Utdrag([], rader, [], [], texter)


def bifogat(person: Anvandare) -> Iterator[QuerySet[Any]]:
    """The rows of others' packages (second factors, addresses, sign-ins elsewhere) that belong to the account."""
    for modell, villkor in _pekar_pa(person):
        if modell._meta.app_label not in {"aktorer", "insatser", "admin"}:
            yield modell._base_manager.filter(villkor)


def namn_och_adresser(person: Anvandare) -> set[str]:
    """What the account is and has been called, but for what is too short to look for."""
    har_haft = AnvandareEvent.objects.filter(pgh_obj=person.pk).values_list("namn", "epost")
    alla = {text for rad in [(person.namn, person.epost), *har_haft] for text in rad}
    return {text for text in alla if len(text) >= KORTAST and not text.endswith(f"@{GLOMD}")}


def monster(ord_: Iterable[str]) -> str:
    """A regular expression, to PostgreSQL and to Python, of any of them as whole words."""
    nagot = "|".join(re.escape(text) for text in sorted(ord_, key=len, reverse=True))
    return rf"(?<!\w)(?:{nagot})(?!\w)"


def namnd(sokt: str) -> Iterator[Uppgift]:
    """Where a text of ours, or a file, has what is sought by `monster`.

    Accounts, requests for one and invitations are not among them.
    """
    i_python = re.compile(sokt, re.IGNORECASE)
    for modell in _egna_modeller():
        falt = [f for f in modell._meta.concrete_fields if _ar_text(f)]
        if not falt or modell in {Anvandare, AnvandareEvent, Kontobegaran, Kollegainbjudan}:
            continue
        som_text = {f"text_{f.attname}": Cast(f.attname, TextField()) for f in falt}
        traff = Q()
        for namn in som_text:
            traff |= Q(**{f"{namn}__iregex": sokt})
        rader = modell._base_manager.annotate(**som_text).filter(traff).order_by("pk")
        for rad in rader.values("pk", *som_text):
            texter = {
                _rubrik(f): rad[f"text_{f.attname}"] for f in falt if i_python.search(rad[f"text_{f.attname}"] or "")
            }
            yield Uppgift(_tabell(modell), rad["pk"], texter)
    filer = inlasningar.med_ord(i_python, None)
    for alla, var in ((filer.med, "i filen"), (filer.olasta, "kanske i filen, som inte kunde läsas")):
        yield from (Uppgift(_tabell(Inlasning), fil.pk, {var: fil.filnamn}) for fil in alla)


def _gjort(person: Anvandare) -> Iterator[Uppgift]:
    for modell in historiktabeller():
        handelser = modell._base_manager.filter(pgh_context__anvandare=person.pk).order_by("pk")
        for h in handelser.values("pgh_obj_id", "pgh_created_at", "pgh_label", "pgh_context"):
            hur = {k: v for k, v in h["pgh_context"].items() if k != "anvandare"}
            nar = {"när": _varde(h["pgh_created_at"]), "händelse": h["pgh_label"]}
            yield Uppgift(_tabell(modell), h["pgh_obj_id"], nar | hur)


def _pekar_pa(person: Anvandare) -> Iterator[tuple[type[Model], Q]]:
    """The tables with a column for a person, or for what a person was asked in a round."""
    for modell in apps.get_models():
        if modell._meta.app_label in _UTAN or modell._meta.proxy:
            continue
        villkor = Q()
        for f in modell._meta.concrete_fields:
            if f.related_model is Anvandare:
                villkor |= Q(**{f.name: person.pk})
            elif f.related_model is Mottagare and f.name == "mottagare":
                villkor |= Q(mottagare__in=Mottagare.objects.filter(anvandare=person.pk))
        if villkor:
            yield modell, villkor


def _egna_modeller() -> Iterator[type[Model]]:
    for modell in apps.get_models():
        if modell._meta.app_label in {"aktorer", "insatser", "admin"}:
            yield modell


def _ar_text(falt: Field[Any, Any]) -> bool:
    if falt.choices or falt.name in _HEMLIGT or isinstance(falt, GeneratedField | SlugField):
        return False
    return isinstance(falt, CharField | TextField | JSONField)


def _uppgift(modell: type[Model], rad: Model) -> Uppgift:
    varden = {
        _rubrik(f): _utlast(rad, f)
        for f in modell._meta.concrete_fields
        if f.name not in _HEMLIGT and not isinstance(f, BinaryField | GeneratedField)
    }
    return Uppgift(_tabell(modell), rad.pk, varden)


def _tabell(modell: type[Model]) -> str:
    spars: type[Model] | None = getattr(modell, "pgh_tracked_model", None)
    namn = ANDRAS_NAMN.get(modell._meta.label_lower) or str((spars or modell)._meta.verbose_name)
    return f"{capfirst(namn)}{', historik' if spars else ''}"


def _rubrik(falt: Field[Any, Any]) -> str:
    return {"pgh_created_at": "när", "pgh_label": "händelse"}.get(falt.name) or str(falt.verbose_name)


def _utlast(rad: Model, falt: Field[Any, Any]) -> Any:
    """As people read it: a choice by its words, and what a row of now points at by its name."""
    varde = getattr(rad, falt.attname)
    if falt.flatchoices:
        return str(dict(falt.flatchoices).get(varde, varde))
    if falt.is_relation and varde is not None and not hasattr(rad, "pgh_id"):
        return str(getattr(rad, falt.name))
    return _varde(varde)


def _varde(varde: Any) -> Any:
    """In plain JSON types, times as here."""
    if isinstance(varde, datetime):
        return timezone.localtime(varde).isoformat(timespec="seconds")
    if isinstance(varde, bool):
        return "ja" if varde else "nej"
    return varde if varde is None or isinstance(varde, int | list | dict) else str(varde)
