"""Take back what was just done: all that one change wrote, put as it was, out of the history.

Nobody else's work goes with it: a column that has been changed since stays in the way, and so does what has been built
on a row that would go. What has been decided, published or mailed has ways of its own (`slutlig_andring`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from graphlib import TopologicalSorter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection
from django.db.models import F, ForeignKey, Model
from django.utils import timezone
from psycopg.errors import CheckViolation, RaiseException

from aktorer.grund.andring import andring
from aktorer.grund.inskick import markera
from aktorer.grund.samtidighet import handelser, radens_handelser, senast
from aktorer.models import Anvandare
from insatser.models import Handlingsplan, Lagesrapport

GAR_ATT_ANGRA = timedelta(days=1)
HOJS = "version"  # goes up by every change, also by this one


@dataclass(frozen=True)
class _Rad:
    """A row before and after: None where there was none. Both are events of the history; `sist` is the last event that
    the change left, also when it took the row away.
    """

    modell: type[Model]
    pk: int
    fore: Any
    efter: Any
    sist: Any

    def falt(self) -> list[str]:
        """The columns that the history keeps."""
        egna = {f.attname for f in self.modell._meta.concrete_fields}
        return [f.attname for f in (self.fore or self.efter)._meta.concrete_fields if f.attname in egna]

    def andrade(self) -> dict[str, Any]:
        """{column: what it was} of those that differ."""
        return {
            f: getattr(self.fore, f)
            for f in self.falt()
            if f != HOJS and getattr(self.fore, f) != getattr(self.efter, f)
        }


@andring
def angra(*, av: Anvandare, kontext: UUID) -> bool:
    """Put back all that `av` wrote in this context of the history; True when rows went that were new.

    Taken back twice, it is taken back. No version: the history says what was written, and what has come since.
    Raises ValidationError with what stands in the way.
    """
    rader = list(_rader(kontext))
    _krav_egen_och_ny(av, rader)
    modeller = _i_ordning({r.modell for r in rader})
    plats = {modell: n for n, modell in enumerate(modeller)}
    borta = [r for r in rader if r.fore is None and r.efter]
    # Whether its rows may change is for the plan to say: it comes first.
    planer = [r for r in rader if r.modell is Handlingsplan and r.fore and r.efter]
    try:
        for r in planer:
            _stall_tillbaka(r)
        for r in sorted(borta, key=lambda r: (-plats[r.modell], -r.pk)):
            _ta_bort(r)
        for r in rader:
            if r.fore and r.efter and r not in planer:
                _stall_tillbaka(r)
        for r in sorted((r for r in rader if r.fore and r.efter is None), key=lambda r: (plats[r.modell], r.pk)):
            _lagg_tillbaka(r)
        connection.check_constraints()
    except DatabaseError as fel:
        if skal := _databasens_skal(fel):
            raise ValidationError(skal) from fel
        raise
    return bool(borta)


def _rader(kontext: UUID) -> Iterator[_Rad]:
    """Each row that was written in the context, as it was before the first event there and after the last."""
    for modell in apps.get_models():
        if modell._meta.app_label not in {"aktorer", "insatser"} or not hasattr(modell, "pgh_event_models"):
            continue
        skrivna: dict[int, list[Any]] = {}
        for h in handelser(modell).filter(pgh_context_id=kontext).order_by("pgh_id"):
            skrivna.setdefault(h.pgh_obj_id, []).append(h)
        for pk, egna in skrivna.items():
            fore = None
            if egna[0].pgh_label != "insert":
                fore = handelser(modell).filter(pgh_obj_id=pk, pgh_id__lt=egna[0].pgh_id).order_by("-pgh_id").first()
            sist = egna[-1]
            yield _Rad(modell, pk, fore, None if sist.pgh_label == "delete" else sist, sist)


def _krav_egen_och_ny(av: Anvandare, rader: list[_Rad]) -> None:
    """That the person did it, lately, and is who they were then. Raises ValidationError."""
    if not rader:
        raise ValidationError("Inget ändrades, så det finns inget att ångra.")
    if any(r.sist.pgh_context.get("anvandare") != av.pk for r in rader):
        raise ValidationError("Bara den som gjorde ändringen kan ångra den här.")
    nar = max(r.sist.pgh_created_at for r in rader)
    if nar < timezone.now() - GAR_ATT_ANGRA:
        raise ValidationError("Det går inte att ångra längre: det var mer än ett dygn sedan.")
    if handelser(Anvandare).filter(pgh_obj_id=av.pk, pgh_created_at__gt=nar).exists():
        raise ValidationError("Ditt konto har ändrats sedan dess. Gör ändringen för hand i stället.")


def _i_ordning(modeller: set[type[Model]]) -> list[type[Model]]:
    """What others point at before those that point at it."""
    pekar = {
        m: {f.related_model for f in m._meta.concrete_fields if isinstance(f, ForeignKey)} & modeller - {m}
        for m in modeller
    }
    return list(TopologicalSorter(pekar).static_order())


def _las(rad: _Rad) -> Any:
    # In no order of its own: that would ask for the rows it points at too, and one of them may be gone.
    return rad.modell._base_manager.select_for_update(of=("self",)).filter(pk=rad.pk).order_by("pk").first()


def _ta_bort(rad: _Rad) -> None:
    nu = _las(rad)
    if nu is None:
        return
    if any(getattr(nu, f) != getattr(rad.efter, f) for f in rad.falt() if f != HOJS):
        raise ValidationError(_andrat(nu))
    if isinstance(nu, Lagesrapport):  # a report is never gone: it is taken back, and marked
        rad.modell._base_manager.filter(pk=nu.pk).update(aterkallad=timezone.now())
        markera("", angras=False)  # it never counts again: who errs here reports anew
    else:
        # Without Django's cascade: what somebody has built on it must stand in the way.
        rad.modell._base_manager.filter(pk=nu.pk)._raw_delete(connection.alias)


def _stall_tillbaka(rad: _Rad) -> None:
    nu, varden = _las(rad), rad.andrade()
    if not varden:
        if HOJS in rad.falt():  # it was written for its rows: who has it open must not miss that they are as they were
            rad.modell._base_manager.filter(pk=rad.pk).update(version=F("version") + 1)
        return
    if nu is None or any(getattr(nu, f) != getattr(rad.efter, f) for f in varden):
        raise ValidationError(_andrat(nu))
    rad.modell._base_manager.filter(pk=nu.pk).update(**varden)


def _lagg_tillbaka(rad: _Rad) -> None:
    if _las(rad) is None:
        varden = {f: getattr(rad.fore, f) for f in rad.falt()}
        if HOJS in varden:
            varden[HOJS] += 1
        rad.modell._base_manager.bulk_create([rad.modell(**varden)])


def _andrat(rad: Model | None) -> str:
    sen = senast(radens_handelser(rad)) if rad else ""
    vad = "det är borttaget sedan dess" if rad is None else f"”{rad}” har ändrats sedan dess"
    return f"Det går inte att ångra: {vad}{f', {sen}' if sen else ''}."


def _databasens_skal(fel: DatabaseError) -> str:
    """Our own rules have Swedish words; of a row that points at what would go, what kind it is. Else ""."""
    diag = getattr(fel.__cause__, "diag", None)
    if getattr(diag, "sqlstate", "") == RaiseException.sqlstate:  # what is kept for ever
        return "Det går inte att ångra: det som en gång är skrivet där finns kvar."
    if not isinstance(fel, IntegrityError):
        return ""
    text = str(getattr(diag, "message_primary", ""))
    if getattr(diag, "sqlstate", "") == CheckViolation.sqlstate and not text.startswith("new row"):
        return f"Det går inte att ångra: {text}"
    tabell = getattr(diag, "table_name", "")
    namn = next((str(m._meta.verbose_name) for m in apps.get_models() if m._meta.db_table == tabell), "något")
    return f"Det går inte att ångra: {namn} bygger på det. Ta bort det först."
