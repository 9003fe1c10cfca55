"""The rows of a plan put back as they were decided. Called inside the change that throws an ändringsbeslut away."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model

from aktorer.grund.samtidighet import radens_handelser
from insatser.andringar.samtal import kommer_tillbaka
from insatser.fragor.beslutat import Tinat, frys, lev_vidare, tina
from insatser.models import Aktivitet, AktivitetAktor, Bidrag, Bortval, Handlingsplan, Omgangspunkt, Prioritering

GRENAR: tuple[type[Model], ...] = (Prioritering, Aktivitet)  # what others point at: changed where it stands
LOV: tuple[type[Model], ...] = (Bortval, Bidrag, AktivitetAktor)  # what nothing points at: taken away and written anew
_LEVA = ("insatser.AktivitetAktor:aktivitetaktor_aktor_lever", "insatser.Bidrag:bidrag_aktor_lever")
# What lives on after a decision is of today, and what counts upwards goes on counting.
_LEVER: dict[type[Model], set[str]] = {Aktivitet: {"status", "kommentar", "utfall", "utfall_skal"}}


def stall_tillbaka(plan: Handlingsplan, frysta: list[dict[str, Any]]) -> None:
    """Let the rows of the locked plan, which is open for changes, be those of `frysta` (fragor/beslutat.frys).

    A row that has been taken away comes back under its id, with what was reported on it last. Raises ValidationError
    when a round asks about something that would go.
    """
    da, nu = tina(frysta), tina(frys(plan))
    lev_vidare(da.get(Aktivitet, []), da.get(AktivitetAktor, []))
    _krav_ingen_fragar(nu, da)
    with connection.cursor() as cursor:  # an insats may have been taken out and lifted in anew
        cursor.execute("SET CONSTRAINTS prioritering_insats_en_gang DEFERRED")
    for slag in LOV:
        _rakna_bort(slag, nu, da)
    for slag in GRENAR:
        _skriv(slag, nu, da)
    for slag in reversed(GRENAR):
        kvar = {rad.pk for rad in da.get(slag, [])}
        slag._default_manager.filter(pk__in=[rad.pk for rad in nu.get(slag, []) if rad.pk not in kvar]).delete()
    for slag in LOV:
        finns = {rad.pk: _varden(rad) for rad in nu.get(slag, [])}
        # Who has been merged with another stays where it was decided on.
        with pgtrigger.ignore(*_LEVA):
            slag._default_manager.bulk_create([r for r in da.get(slag, []) if finns.get(r.pk) != _varden(r)])


def _krav_ingen_fragar(nu: Tinat, da: Tinat) -> None:
    bort = {a.pk: a for a in nu.get(Aktivitet, [])}
    for a in da.get(Aktivitet, []):
        bort.pop(a.pk, None)
    if punkt := Omgangspunkt.objects.filter(aktivitet__in=bort).select_related("omgang").first():
        aktivitet = bort[punkt.aktivitet_id]
        raise ValidationError(f"Uppföljningsomgången ”{punkt.omgang}” frågar om ”{aktivitet}”, som är ny i ändringen.")


def _rakna_bort(slag: type[Model], nu: Tinat, da: Tinat) -> None:
    kvar = {rad.pk: _varden(rad) for rad in da.get(slag, [])}
    bort = [rad.pk for rad in nu.get(slag, []) if kvar.get(rad.pk) != _varden(rad)]
    slag._default_manager.filter(pk__in=bort).delete()


def _skriv(slag: type[Model], nu: Tinat, da: Tinat) -> None:
    finns = {rad.pk: _varden(rad) for rad in nu.get(slag, [])}
    for rad in da.get(slag, []):
        varden = _varden(rad)
        if rad.pk not in finns:
            _ge_senaste(rad)
            rad.save(force_insert=True)
            if isinstance(rad, Aktivitet):
                kommer_tillbaka(rad)
        elif skriv := {f: v for f, v in varden.items() if v != finns[rad.pk][f]}:
            slag._default_manager.filter(pk=rad.pk).update(**skriv)


def _ge_senaste(rad: Any) -> None:
    """What was taken away had been reported on and counted since it was frozen."""
    sist = radens_handelser(rad).order_by("-pgh_id")[0]
    rad.version = sist.version + 1
    if isinstance(rad, Aktivitet):
        rad.utfall, rad.utfall_skal = sist.utfall, sist.utfall_skal


def _varden(rad: Any) -> dict[str, Any]:
    """{column: value} of what was decided."""
    utan = _LEVER.get(type(rad), set()) | {"id", "version"}
    return {f.attname: getattr(rad, f.attname) for f in rad._meta.concrete_fields if f.attname not in utan}
