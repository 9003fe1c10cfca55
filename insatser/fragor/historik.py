"""What an insats held at an earlier version, and what happened to it, out of the append-only history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from aktorer.grund import gjort
from aktorer.grund.rader import efter, senaste, vid_versioner
from insatser.models import (  # type: ignore[attr-defined]
    Aktivitet,
    AktivitetAktor,
    BidragEvent,
    Handlingsplan,
    Insats,
    InsatsEvent,
    Lagesrapport,
    Medverkan,
    MedverkanEvent,
)
from insatser.regler.bojning import uppraknat
from insatser.regler.medverkan import Deltagande, Roll

# The change by which an aktör answers; it raises the version of what it answers about, and nothing else of it.
SVAR_OM_DELTAGANDE = "insatser.andringar.deltagande.svara"
# The roles of a row that carries some, and what they call it.
_ROLLER: dict[type, tuple[Any, str]] = {Insats: (Medverkan, "insats"), Aktivitet: (AktivitetAktor, "aktivitet")}


def roller_vid_version(huvud: Insats | Aktivitet, version: int) -> dict[int, Any]:
    """{aktör id: event row} of who carried the insats or aktivitet when it was at `version`."""
    return roller_vid_versioner({huvud.pk: version}, type(huvud)).get(huvud.pk, {})


def roller_vid_versioner(
    versioner: Mapping[int, int], slag: type[Insats | Aktivitet] = Insats
) -> dict[int, dict[int, Any]]:
    """{id: {aktör id: event row}} of who carried each insats (or aktivitet) at the given version. Two queries."""
    delar = vid_versioner(*_ROLLER[slag], versioner)
    return {pk: {h.aktor_id: h for h in alla} for pk, alla in delar.items()}


def senaste_bidragshandelse(mal: Handlingsplan | Aktivitet) -> int:
    """The id of the latest event in the history of the money for a plan or an aktivitet; 0 when there is none."""
    return senaste(_bidragshandelser(mal))


def bidrag_da(mal: Handlingsplan | Aktivitet, handelse: int) -> list[Any]:
    """The events that hold the money as it was after that event."""
    return efter(_bidragshandelser(mal), handelse)


def _bidragshandelser(mal: Handlingsplan | Aktivitet) -> Any:
    falt = "handlingsplan" if isinstance(mal, Handlingsplan) else "aktivitet"
    return BidragEvent.objects.filter(**{falt: mal.pk})


def forst(handelser: Any, **villkor: Any) -> Subquery:
    """To annotate rows with: when each first was so, out of its events (a class); None when it never was."""
    return _nar(handelser, villkor, "pgh_id")


def senast(handelser: Any) -> Subquery:
    """To annotate rows with: when each was last written, out of its events (a class)."""
    return _nar(handelser, {}, "-pgh_id")


def _nar(handelser: Any, villkor: dict[str, Any], ordning: str) -> Subquery:
    egna = handelser.objects.filter(pgh_obj_id=OuterRef("pk"), **villkor)
    return Subquery(egna.order_by(ordning).values("pgh_created_at")[:1])


@dataclass(frozen=True)
class Andring:
    """One change of an insats: when, by whom as far as known, and what."""

    nar: datetime
    vem: str
    vad: str
    orsak: str
    exempel: bool = False
    medfoljde: bool = False
    """Nobody is known to have done it: the row came with the installation."""
    av: int | None = None
    """The id of the account that did it, as far as known."""
    om: str = ""
    """The report or decision that it tells of, when it is one: the same wherever that is told."""


def andring(handelse: Any, vad: str, orsak: str = "") -> Andring:
    """The change that an event row tells of, in the words `vad`; `orsak` counts before what the history says."""
    kontext = handelse.pgh_context or {}
    return Andring(
        nar=handelse.pgh_created_at,
        vem=kontext.get("namn", ""),
        vad=vad,
        orsak=orsak or kontext.get("orsak", ""),
        medfoljde=handelse.pgh_label == "insert" and not kontext,
        av=kontext.get("anvandare"),
    )


def gjord_av(handelse: Any, funktion: str) -> bool:
    """Whether the event was written by that function of `andringar`."""
    return (handelse.pgh_context or {}).get("andring") == funktion


def fore_och_nu(handelser: QuerySet[Any], sedan: datetime | None) -> list[tuple[Any | None, Any]]:
    """(what a row was, what it became) for every event since then, oldest first. One query."""
    if sedan:
        senast_fore = handelser.filter(pgh_created_at__lt=sedan).order_by("pgh_obj_id", "-pgh_id")
        utgangslage = senast_fore.distinct("pgh_obj_id").values("pgh_id")
        handelser = handelser.filter(Q(pgh_created_at__gte=sedan) | Q(pgh_id__in=utgangslage))
    fore: dict[int, Any] = {}
    par = []
    for nu in handelser.order_by("pgh_id"):
        if sedan is None or nu.pgh_created_at >= sedan:
            par.append((fore.get(nu.pgh_obj_id), nu))
        fore[nu.pgh_obj_id] = nu
    return par


_RUBRIKER = {
    "titel": "Titeln",
    "text": "Texten",
    "kalla": "Källan",
    "kallnotering": "Noteringen om källan",
    "utan_ansvarig": "Skälet till att ingen är ansvarig",
    "malomrade_id": "Målområdet",
    "ordning": "Numret",
    "fardplan_id": "Typen",
    "utkast": "Publiceringen",
}


def senast_andrat(insats: Insats) -> list[Andring]:
    """The changes of the insats itself and its roles, latest first. Two queries."""
    return andrat([insats.pk]).get(insats.pk, [])


def andrat(insatser: Collection[int], sedan: datetime | None = None) -> dict[int, list[Andring]]:
    """{insats id: the changes of it and its roles since then, latest first}. Two queries."""
    ids = tuple(insatser)

    def delar() -> QuerySet[Any]:
        alla = MedverkanEvent.objects.filter(insats_id__in=ids)
        sedan_dess = alla.filter(pgh_created_at__gte=sedan) if sedan else alla
        delar: QuerySet[Any] = sedan_dess.select_related("aktor").order_by("-pgh_id")
        return delar

    roller: dict[tuple[int, datetime], list[MedverkanEvent]] = {}
    for handelse in gjort.rader(delar, ids) if sedan is None else delar():
        roller.setdefault((handelse.insats_id, handelse.pgh_created_at), []).append(handelse)
    ut: dict[int, list[Andring]] = {}
    for fore, nu in fore_och_nu(InsatsEvent.objects.filter(pgh_obj_id__in=insatser), sedan)[::-1]:
        andrade = roller.get((nu.pgh_obj_id, nu.pgh_created_at), [])
        if gjord_av(nu, SVAR_OM_DELTAGANDE) and andrade:
            svar = "är inte med" if andrade[0].deltagande == Deltagande.AVBOJD else "är med"
            vad, orsak = f"{andrade[0].aktor} svarade: {svar}", andrade[0].svar
        else:
            vad, orsak = _vad(fore, nu, andrade), ""
        if vad:
            ut.setdefault(nu.pgh_obj_id, []).append(andring(nu, vad, orsak))
    return ut


def rapporterat(rapport: Lagesrapport) -> Andring:
    """A report as a change: the day it speaks of is told when it was written on another."""
    dag = "" if timezone.localdate(rapport.skapad) == rapport.datum else f" {rapport.datum:%Y-%m-%d}"
    ord_ = ", ".join(filter(None, [rapport.get_status_display(), rapport.get_bedomning_display().lower()]))
    vem = str(rapport.av or rapport.aktor or "")
    vad = f"Läget{dag}: {ord_}"
    om = f"lage:{rapport.pk}"
    return Andring(rapport.skapad, vem, vad, rapport.kommentar, rapport.exempel, av=rapport.av_id, om=om)


def senast_forst(*delar: Iterable[Andring]) -> list[Andring]:
    """Changes of several kinds, each with the latest first, as one list."""
    return sorted(chain.from_iterable(delar), key=lambda a: a.nar, reverse=True)


def _vad(fore: InsatsEvent | None, nu: InsatsEvent, roller: list[MedverkanEvent]) -> str:
    """What happened, in a few words; empty when nothing that people see."""
    if fore is None:
        return "Insatsen lades upp"
    if fore.avford != nu.avford:
        return f"Avförd: {nu.avford_skal}" if nu.avford else "Återtagen"
    falt = [rubrik for namn, rubrik in _RUBRIKER.items() if getattr(fore, namn) != getattr(nu, namn)]
    ut = [f"{uppraknat(falt).capitalize()} ändrades"] if falt else []
    ansvarig = next((h for h in roller if h.roll == Roll.ANSVARIG and h.pgh_label != "delete"), None)
    if ansvarig:
        ut.append(f"Ansvarig utsedd: {ansvarig.aktor}")
    elif roller:
        ut.append("Roller ändrades")
    return ". ".join(ut)
