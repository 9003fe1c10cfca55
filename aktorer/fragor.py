"""The aktörer that somebody ticked in the register, and what one and the same change would do to each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aktorer.grund.samtidighet import radens_handelser, senast
from aktorer.grund.valda import Atgard, Valdrad
from aktorer.models import Aktor, Gruppmedlem


def hamta(ids: Collection[int]) -> list[Aktor]:
    """Those of the register with these ids, in Swedish order."""
    return list(Aktor.objects.i_registret().filter(pk__in=ids).select_related("del_av").i_ordning())


@dataclass(frozen=True)
class Aktorsatgard(Atgard[Aktor]):
    """What is done with aktörer: they are the same in all stadskärnor, and who may change one may change any."""

    def _hinder(self, rad: Aktor, av: Any) -> str:
        return ""

    def senast(self, rad: Aktor) -> str:
        return senast(radens_handelser(rad))

    @property
    def varden(self) -> Mapping[str, Any]:
        """What is written, by column."""
        raise NotImplementedError


@dataclass(frozen=True)
class NyttSlag(Aktorsatgard):
    """What they are."""

    slag: Aktor.Slag

    @property
    def varden(self) -> Mapping[str, Any]:
        return {"slag": str(self.slag)}

    def _rader(self, valda: Sequence[Aktor]) -> Iterable[Valdrad[Aktor]]:
        fulla = set(Gruppmedlem.objects.filter(grupp__in=valda).values_list("grupp", flat=True))
        inte_grupp = self.slag != Aktor.Slag.GRUPP
        for a in valda:
            hinder = "Gruppen har medlemmar. Ta bort dem först." if inte_grupp and a.pk in fulla else ""
            yield Valdrad(a, a.get_slag_display(), self.slag.label, a.version, hinder)


@dataclass(frozen=True)
class NyHelhet(Aktorsatgard):
    """What they are a part of; None: of nothing."""

    del_av: Aktor | None

    @property
    def varden(self) -> Mapping[str, Any]:
        return {"del_av_id": self.del_av.pk if self.del_av else None}

    def _rader(self, valda: Sequence[Aktor]) -> Iterable[Valdrad[Aktor]]:
        blir = _i_ord(self.del_av)
        for a in valda:
            hinder = "En aktör är inte del av sig själv." if self.del_av and a.pk == self.del_av.pk else ""
            yield Valdrad(a, _i_ord(a.del_av), blir, a.version, hinder)


def _i_ord(helhet: Aktor | None) -> str:
    return str(helhet) if helhet else "Inte del av någon"
