"""What hangs on a thing comes back with it. Called inside the change that puts the thing back."""

from __future__ import annotations

from django.db.models import Model, Q

from aktorer.grund.samtidighet import handelser
from insatser.models import Aktivitet, Bilaga, Filinnehall, Kommentar

# Each with which of them can: a file whose bytes have been masked since cannot.
_HANGER: dict[type[Model], Q] = {
    Kommentar: Q(),
    Bilaga: Q(innehall=None) | Q(innehall__in=Filinnehall.objects.values("pk")),
}


def kommer_tillbaka(aktivitet: Aktivitet) -> None:
    """What went with the aktivitet when it was taken away, one version on."""
    for modell, gar in _HANGER.items():
        borta = handelser(modell).filter(gar, aktivitet=aktivitet.pk, pgh_label="delete")
        sist = borta.exclude(pgh_obj_id__in=modell._base_manager.values("pk")).order_by("pgh_obj_id", "-pgh_id")
        falt = [f.attname for f in modell._meta.concrete_fields if f.name != "version"]
        modell._base_manager.bulk_create(
            modell(version=h.version + 1, **{f: getattr(h, f) for f in falt}) for h in sist.distinct("pgh_obj_id")
        )
