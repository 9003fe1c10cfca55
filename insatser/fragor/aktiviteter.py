"""The aktiviteter that somebody ticked in the table of a plan, and what one and the same change would do to each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from aktorer.grund.samtidighet import radens_handelser, senast
from aktorer.grund.valda import Atgard, Valdrad
from aktorer.models import Aktor, Anvandare
from insatser.behorighet import far_rapportera_aktiviteter
from insatser.models import Aktivitet, AktivitetAktor, Handlingsplan
from insatser.models.handlingsplan import AktivitetQuerySet
from insatser.regler import period
from insatser.regler.aktivitetstid import OMVANT, TIDER, TVA_TIDER, Tider, en_tidpunkt, omvant
from insatser.regler.status import Status


def rader(plan: Handlingsplan) -> AktivitetQuerySet:
    """Those of the plan with what the table's cells say of them, in the plan's order. Two queries."""
    delar = AktivitetAktor.objects.select_related("aktor").order_by("roll", "ordning")
    alla: AktivitetQuerySet = (
        Aktivitet.objects.filter(prioritering__handlingsplan=plan)
        .select_related("prioritering__insats__malomrade", "prioritering__handlingsplan")
        .prefetch_related(Prefetch("aktorer", delar))
        .order_by("prioritering__insats__malomrade__nummer", "prioritering__ordning", "ordning")
    )
    return alla


def hamta(plan: Handlingsplan, ids: Collection[int]) -> list[Aktivitet]:
    """Those with these ids."""
    return list(rader(plan).filter(pk__in=ids))


@dataclass(frozen=True)
class Aktivitetsatgard(Atgard[Aktivitet]):
    """What is done with aktiviteter of one plan."""

    def _hinder(self, rad: Aktivitet, av: Anvandare) -> str:
        return ""

    def senast(self, rad: Aktivitet) -> str:
        return senast(radens_handelser(rad))


@dataclass(frozen=True)
class NyStatus(Aktivitetsatgard):
    """The same status, and a word about it, for each that `av` may report."""

    av: Anvandare
    karna: int
    status: Status
    kommentar: str

    def _rader(self, valda: Sequence[Aktivitet]) -> Iterable[Valdrad[Aktivitet]]:
        far = far_rapportera_aktiviteter(self.av, valda, self.karna)
        blir = _status(self.status, self.kommentar)
        for a in valda:
            hinder = "" if a.pk in far else "Din aktör har ingen roll i aktiviteten."
            yield Valdrad(a, _status(Status(a.status), a.kommentar), blir, a.version, hinder)


def _status(status: Status, kommentar: str) -> str:
    return "\n".join(filter(None, [status.label, kommentar]))


@dataclass(frozen=True)
class NyAktivitetsansvarig(Aktivitetsatgard):
    """The aktör answers for them; who did takes part as medverkande, or (not `kvar`) no longer."""

    aktor: Aktor
    kvar: bool

    def _rader(self, valda: Sequence[Aktivitet]) -> Iterable[Valdrad[Aktivitet]]:
        for a in valda:
            nu = a.ansvarig
            noter: tuple[str, ...] = ()
            if nu and nu.aktor_id != self.aktor.pk:
                noter = (f"{nu.aktor} blir medverkande." if self.kvar else f"{nu.aktor} är inte längre med.",)
            yield Valdrad(a, str(nu.aktor) if nu else "Ingen utsedd", str(self.aktor), a.version, noter=noter)


@dataclass(frozen=True)
class NyTid(Aktivitetsatgard):
    """Other quarters: first the start, then the end; what is None stays as it is. A day gives way to a quarter."""

    start: date | None
    slut: date | None

    def tider(self, a: Aktivitet) -> tuple[Tider, str]:
        """The times of the aktivitet as they become, and what is wrong with them."""
        if a.milstolpe:
            nya = en_tidpunkt(self.start, self.slut, None, None)
            return (nya, "") if nya else (a.tider, TVA_TIDER)
        start, slut, start_dag, slut_dag = a.tider
        if self.start and self.start != start:
            start, start_dag = self.start, None
        if self.slut and self.slut != slut:
            slut, slut_dag = self.slut, None
        nya = (start, slut, start_dag, slut_dag)
        return nya, OMVANT if omvant(dict(zip(TIDER, nya, strict=True))) else ""

    def _rader(self, valda: Sequence[Aktivitet]) -> Iterable[Valdrad[Aktivitet]]:
        for a in valda:
            blir, fel = self.tider(a)
            yield Valdrad(a, _tiden(a.tider), _tiden(blir), a.version, fel)


def _tiden(tider: Tider) -> str:
    return period.tidsspann(*tider) or "Ingen tid"
