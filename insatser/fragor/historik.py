"""What an insats held at an earlier version, out of the append-only history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from insatser.models import Insats, InsatsEvent, MedverkanEvent  # type: ignore[attr-defined]
from insatser.regler.medverkan import Roll


def roller_vid_version(insats: Insats, version: int) -> dict[int, MedverkanEvent]:
    """{aktör id: event row} of who carried the insats when it was at `version`.

    A change of roles raises the insats's version in the same transaction, and all events of a transaction bear its
    start as `pgh_created_at`: what was written together with a later version is left out.
    """
    senare = InsatsEvent.objects.filter(pgh_obj_id=insats.pk, version__gt=version).values("pgh_created_at")
    handelser = (
        MedverkanEvent.objects.filter(insats_id=insats.pk)
        .exclude(pgh_created_at__in=senare)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    return {h.aktor_id: h for h in handelser if h.pgh_label != "delete"}


@dataclass(frozen=True)
class Andring:
    """One change of an insats: when, by whom as far as known, and what."""

    nar: datetime
    vem: str
    vad: str
    orsak: str


_RUBRIKER = {
    "titel": "Titeln",
    "text": "Texten",
    "kalla": "Källan",
    "kallnotering": "Noteringen om källan",
    "malomrade_id": "Målområdet",
    "ordning": "Numret",
    "fardplan_id": "Typen",
}


def senast_andrat(insats: Insats) -> list[Andring]:
    """The changes of the insats itself and its roles, latest first. Two queries."""
    egna = list(InsatsEvent.objects.filter(pgh_obj_id=insats.pk).order_by("pgh_id"))
    delar = MedverkanEvent.objects.filter(insats_id=insats.pk).select_related("aktor").order_by("-pgh_id")
    roller: dict[datetime, list[MedverkanEvent]] = {}
    for handelse in delar:
        roller.setdefault(handelse.pgh_created_at, []).append(handelse)
    andringar = []
    for fore, nu in zip([None, *egna], egna, strict=False):
        vad = _vad(fore, nu, roller.get(nu.pgh_created_at, []))
        if vad:
            kontext = nu.pgh_context or {}
            andringar.append(Andring(nu.pgh_created_at, kontext.get("namn", ""), vad, kontext.get("orsak", "")))
    return andringar[::-1]


def _vad(fore: InsatsEvent | None, nu: InsatsEvent, roller: list[MedverkanEvent]) -> str:
    """What happened, in a few words; empty when nothing that people see."""
    if fore is None:
        return "Insatsen lades upp"
    if fore.avford != nu.avford:
        return f"Avförd: {nu.avford_skal}" if nu.avford else "Återtagen"
    falt = [rubrik for namn, rubrik in _RUBRIKER.items() if getattr(fore, namn) != getattr(nu, namn)]
    ut = [f"{' och '.join([', '.join(falt[:-1]), falt[-1]] if len(falt) > 1 else falt)} ändrades"] if falt else []
    ansvarig = next((h for h in roller if h.roll == Roll.ANSVARIG and h.pgh_label != "delete"), None)
    if ansvarig:
        ut.append(f"Ansvarig utsedd: {ansvarig.aktor}")
    elif roller:
        ut.append("Roller ändrades")
    return ". ".join(ut)
