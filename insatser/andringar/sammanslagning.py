"""Two aktörer that are one: all that points at the one follows to the other."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import krav_oandrad, skriv_rad
from aktorer.models import Agarandel, Aktor, Anvandare, Gruppmedlem
from insatser.fragor.hanvisning import RELATIONER, Relation
from insatser.fragor.sammanslagning import dubbletter, fakta, forbered
from insatser.models import Aktivitet, AktivitetAktor, Anslutning, Insats, Medverkan, Overenskommelse, Plats
from insatser.models import Samverkansorgan as Organ

# What the rows are part of: its version tells those who edit it that they have changed.
HUVUDEN: dict[type[Model], tuple[str, type[Model]]] = {
    Medverkan: ("insats_id", Insats),
    AktivitetAktor: ("aktivitet_id", Aktivitet),
    Plats: ("organ_id", Organ),
    Anslutning: ("overenskommelse_id", Overenskommelse),
    Gruppmedlem: ("grupp_id", Aktor),
    Agarandel: ("aktor_id", Aktor),
}


@andring
def sla_ihop(*, av: Anvandare | None, fran: Aktor, till: Aktor, version: int) -> Aktor:
    """Let `fran`, read at `version`, go up in `till`. What is decided keeps its name, and its address leads on.

    Raises Krock, and ValidationError when the two cannot be one.
    """
    # Both in the same order whoever asks, so that two who merge them each their own way do not wait for each other.
    lasta = {a.pk: a for a in Aktor.objects.select_for_update().filter(pk__in=[fran.pk, till.pk]).order_by("pk")}
    if len(lasta) < len({fran.pk, till.pk}):
        raise ValidationError("En av aktörerna finns inte längre. Ladda om sidan.")
    fran, till = lasta[fran.pk], lasta[till.pk]
    igen = "Läs igen vad som händer, och slå ihop om det fortfarande är rätt."
    krav_oandrad(fran, version=version, text=f"{fran} ändrades medan du läste{{senast}}. {igen}")
    if hinder := forbered(fran, till).hinder:
        raise ValidationError(hinder)
    for relation in RELATIONER:
        _flytta(relation, fran, till)
    fran.refresh_from_db()
    till.refresh_from_db()
    skriv_rad(till, fakta(fran, till))
    skriv_rad(fran, {"uppgatt_i": till, "del_av": None, "eftertradare": None, "eftertradd": None})
    return till


def _flytta(relation: Relation, fran: Aktor, till: Aktor) -> None:
    rader = relation.rader(fran).filter(relation.foljer)
    _hoj_versionerna(relation, list(rader), till)
    for d in dubbletter(relation, fran, till):
        d.bort.delete()  # first: there is room for one ansvarig, and for one hundred per cent
        _skriv(d.kvar, d.nya)
    relation.rader(fran).filter(relation.foljer).order_by().update(**{relation.falt: till})


def _hoj_versionerna(relation: Relation, rader: list[Any], till: Aktor) -> None:
    """Lock what the rows are part of, and tell that it has changed."""
    if relation.modell in HUVUDEN:
        falt, huvud = HUVUDEN[relation.modell]
        ids = {getattr(rad, falt) for rad in rader}
        if rader and falt == f"{relation.falt}_id":
            ids.add(till.pk)  # they become part of it
        alla = huvud._default_manager.filter(pk__in=ids)
        list(alla.order_by("pk").select_for_update())
        alla.update(version=F("version") + 1)


def _skriv(rad: Any, nya: dict[str, Any]) -> None:
    for falt, varde in nya.items():
        setattr(rad, falt, varde)
    rad.save(update_fields=list(nya))
