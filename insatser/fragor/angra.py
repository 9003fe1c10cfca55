"""What one change wrote, out of the history: each of its rows as it was before, as it became, and as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import ForeignKey, Model, OuterRef, Subquery, Value

from aktorer.grund.samtidighet import av_vem, handelser

HOJS = "version"  # goes up by every change, also by one that takes another back


@dataclass(frozen=True)
class Rad:
    """A row before and after: None where there was none. Both are events of the history; `forst` and `sist` are the
    first and the last event that the change left, also when it took the row away. `nu` is the row, None when it is
    gone.
    """

    modell: type[Model]
    pk: int
    fore: Any
    efter: Any
    forst: Any
    sist: Any
    nu: Any

    def falt(self) -> list[str]:
        """The columns that the history keeps."""
        return _falt(self.modell)

    def andrade(self) -> dict[str, Any]:
        """{column: what it was} of those that differ."""
        return {
            f: getattr(self.fore, f)
            for f in self.falt()
            if f != HOJS and getattr(self.fore, f) != getattr(self.efter, f)
        }

    @property
    def andrad_sedan(self) -> bool:
        """Whether what was written is not what stands there now."""
        if self.efter is None:
            return False
        if self.fore is None:
            skrivna: Iterable[str] = [f for f in self.falt() if f != HOJS]
            return self.nu is not None and any(getattr(self.nu, f) != getattr(self.efter, f) for f in skrivna)
        skrivna = self.andrade()
        return bool(skrivna) and (
            self.nu is None or any(getattr(self.nu, f) != getattr(self.efter, f) for f in skrivna)
        )

    @property
    def klar(self) -> bool:
        """Whether it is as it was before: nothing of it is left to take back."""
        if self.fore is None:
            return self.efter is None or self.nu is None or getattr(self.nu, "aterkallad", None) is not None
        if self.efter is None:
            return self.nu is not None
        fore = self.andrade()
        return not fore or (self.nu is not None and all(getattr(self.nu, f) == v for f, v in fore.items()))


def _falt(modell: type[Model]) -> list[str]:
    egna = {f.attname for f in modell._meta.concrete_fields}
    return [f.attname for f in handelser(modell).model._meta.concrete_fields if f.attname in egna]


def rader(kontext: UUID, *, las: bool = False) -> list[Rad]:
    """Each row that was written in the context, what others point at first. `las`: also lock those there are (inside a
    transaction). A query, and three for each kind of row.
    """
    slag = [
        m for m in apps.get_models() if m._meta.app_label in {"aktorer", "insatser"} and hasattr(m, "pgh_event_models")
    ]
    fragor = [handelser(m).filter(pgh_context_id=kontext).order_by().values_list(Value(m._meta.label)) for m in slag]
    skrivna = {label for (label,) in fragor[0].union(*fragor[1:])}
    i_foljd = i_ordning({m for m in slag if m._meta.label in skrivna})
    return [rad for m in i_foljd for rad in _radernas(m, kontext, las=las)]


def _radernas(modell: type[Model], kontext: UUID, *, las: bool) -> list[Rad]:
    alla = handelser(modell)
    forra = alla.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id")
    skrivna: dict[int, list[Any]] = {}
    har = alla.filter(pgh_context_id=kontext).annotate(forra=Subquery(forra.values("pgh_id")[:1]))
    for h in har.order_by("pgh_id"):
        skrivna.setdefault(h.pgh_obj_id, []).append(h)
    fore = alla.in_bulk([egna[0].forra for egna in skrivna.values() if egna[0].pgh_label != "insert"])
    # What the history does not keep may be large. And in no order of its own: that would ask for the rows it points at
    # too, and one of them may be gone.
    nuvarande = modell._base_manager.filter(pk__in=skrivna).order_by("pk").only(*_falt(modell))
    nu = {rad.pk: rad for rad in (nuvarande.select_for_update(of=("self",)) if las else nuvarande)}
    return [
        Rad(
            modell,
            pk,
            None if egna[0].pgh_label == "insert" else fore.get(egna[0].forra),
            None if egna[-1].pgh_label == "delete" else egna[-1],
            egna[0],
            egna[-1],
            nu.get(pk),
        )
        for pk, egna in skrivna.items()
    ]


def i_ordning(modeller: set[type[Model]]) -> list[type[Model]]:
    """What others point at before those that point at it."""
    pekar = {
        m: {f.related_model for f in m._meta.concrete_fields if isinstance(f, ForeignKey)} & modeller - {m}
        for m in modeller
    }
    return list(TopologicalSorter(pekar).static_order())


def i_vagen(skrivna: Sequence[Rad]) -> list[Rad]:
    """Those of the rows of one change that somebody has changed since, or written a list of anew."""
    omskrivna = med_nya_listor(skrivna)
    return [r for r in skrivna if r.andrad_sedan or (r.modell, r.pk) in omskrivna]


def med_nya_listor(skrivna: Sequence[Rad]) -> set[tuple[type[Model], int]]:
    """The heads whose lists have been written anew since: what would come back into them would stand beside another's.

    A list is written whole, and its head gets a version (`grund/rader.py`). A query for each kind of list.
    """
    huvuden = {(r.modell, r.pk) for r in skrivna if r.fore is not None and r.efter is not None}
    listor: dict[tuple[type[Model], ForeignKey[Any, Any]], set[int]] = {}
    for r in skrivna:
        if r.fore is not None and r.efter is None and r.nu is None and HOJS not in r.falt():
            for f in r.modell._meta.concrete_fields:
                if isinstance(f, ForeignKey) and (f.related_model, getattr(r.fore, f.attname)) in huvuden:
                    listor.setdefault((r.modell, f), set()).add(getattr(r.fore, f.attname))
    ut = set()
    for (modell, f), vilka in listor.items():
        egna = [r for r in skrivna if r.modell is modell]
        omskrivna = {getattr(r.efter, f.attname) for r in egna if r.efter is not None and r.nu is None}
        finns = modell._base_manager.filter(**{f"{f.attname}__in": vilka})
        sedan = handelser(modell).filter(pgh_label="insert", pgh_id__gt=max(r.sist.pgh_id for r in egna))
        nya = sedan.filter(pgh_obj_id__in=finns.values("pk")).exclude(pgh_obj_id__in=[r.pk for r in egna])
        omskrivna |= set(nya.values_list(f.attname, flat=True))
        ut |= {(f.related_model, pk) for pk in omskrivna & vilka}
    return ut


def senast(andrade: Iterable[Rad]) -> dict[tuple[type[Model], int], str]:
    """{(model, id): who wrote the row last, and when}. A query for each kind of row."""
    per_modell: dict[type[Model], list[int]] = {}
    for r in andrade:
        per_modell.setdefault(r.modell, []).append(r.pk)
    ut = {}
    for modell, vilka in per_modell.items():
        sista = handelser(modell).filter(pgh_obj_id__in=vilka).order_by("pgh_obj_id", "-pgh_id")
        for h in sista.distinct("pgh_obj_id"):
            kontext = h.pgh_context or {}
            ut[modell, h.pgh_obj_id] = av_vem(kontext.get("anvandare"), kontext.get("namn", ""), h.pgh_created_at)
    return ut
