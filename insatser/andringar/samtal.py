"""What hangs on a thing comes back with it. Called inside the change that puts the thing back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model

from aktorer.grund.samtidighet import handelser
from insatser.models import Aktivitet, Bilaga, Filinnehall, Kommentar, Mote

_HANGER: dict[type[Aktivitet | Mote], tuple[type[Model], ...]] = {Aktivitet: (Kommentar, Bilaga), Mote: (Bilaga,)}


def kommer_tillbaka(rad: Aktivitet | Mote) -> None:
    """What went with the row when it was taken away, one version on; not what had gone before."""
    sist = handelser(type(rad)).filter(pgh_obj_id=rad.pk, pgh_label="delete").latest("pgh_id")
    med = {"pgh_created_at": sist.pgh_created_at, "pgh_context_id": sist.pgh_context_id}
    for modell in _HANGER[type(rad)]:
        borta = handelser(modell).filter(pgh_label="delete", **med, **{str(rad._meta.model_name): rad.pk})
        falt = [f.attname for f in modell._meta.concrete_fields if f.name != "version"]
        rader = [modell(version=h.version + 1, **{f: getattr(h, f) for f in falt}) for h in borta.order_by("pgh_id")]
        modell._base_manager.bulk_create(som_finns(rader))


def som_finns(rader: Sequence[Model]) -> list[Model]:
    """Those of the rows that can be written again: not a file whose bytes are gone. What there is stays meanwhile."""
    avtryck = {rad.innehall_id for rad in rader if isinstance(rad, Bilaga) and rad.innehall_id}
    las_innehall(avtryck)
    borta = avtryck.difference(Filinnehall.objects.filter(pk__in=avtryck).values_list("pk", flat=True))
    return [rad for rad in rader if not (isinstance(rad, Bilaga) and rad.innehall_id in borta)]


def las_innehall(avtryck: Iterable[str]) -> None:
    """One at a time with the same bytes: who attaches them must not find them gone when all is written."""
    with connection.cursor() as cursor:
        for sha256 in sorted(avtryck):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [sha256])
