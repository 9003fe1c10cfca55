"""The insatser that somebody ticked in the table, and what one and the same change would do to each: a preview."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.db.models import Max, Prefetch, Q
from django.utils import timezone

from aktorer.behorighet import Person
from aktorer.grund.samtidighet import av_vem, handelser, radens_handelser, senast
from aktorer.models import Aktor, Anvandare
from insatser.behorighet import far_andra, far_rapportera_av, synliga_insatser
from insatser.fragor import lage
from insatser.models import Bortval, Fardplan, Handlingsplan, Insats, Malomrade, Medverkan, Prioritering, Stadskarna
from insatser.regler import nummer
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import Bedomning, Status

MEST = 200  # so many at once: they stand in an address, and are written one by one while somebody waits


@dataclass(frozen=True)
class Valdrad:
    """One insats: what stands, what would stand, and what else comes with it; or why it stays as it is (`hinder`).

    `sedd` is what the change is held against: the version of the insats, or what else it is about.
    """

    insats: Insats
    var: str
    blir: str
    sedd: int = 0
    hinder: str = ""
    noter: tuple[str, ...] = ()
    ordning: int = 0
    """The number it gets in its målområde."""

    @property
    def andras(self) -> bool:
        return not self.hinder and self.var != self.blir

    @property
    def avtryck(self) -> str:
        """The same exactly when the same is told of it."""
        sagt = repr((self.var, self.blir, self.hinder, self.noter))
        return hashlib.sha256(sagt.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Atgard(ABC):
    """What is done with all of them. `i_alla`: of a gemensam insats it shows in all stadskärnor."""

    i_alla: ClassVar[bool] = True

    def granska(self, insatser: Sequence[Insats], av: Anvandare) -> list[Valdrad]:
        """A row for each, in their order. The number of queries does not grow with them."""
        hinder = {i.pk: skal for i in insatser if (skal := self._hinder(i, av))}
        rader = iter(self._rader([i for i in insatser if i.pk not in hinder]))
        return [Valdrad(i, "", "", hinder=hinder[i.pk]) if i.pk in hinder else next(rader) for i in insatser]

    def _hinder(self, insats: Insats, av: Anvandare) -> str:
        """Why `av` may not do it with the insats, whatever it says."""
        if insats.avford:
            return f"Insatsen avfördes {insats.avford:%Y-%m-%d}. Återta den först."
        return "" if not self.i_alla or far_andra(av, insats) else "Insatsen är gemensam för alla stadskärnor."

    def senast(self, insats: Insats) -> str:
        """Who wrote last what it is about, and when: see `av_vem`."""
        return senast(radens_handelser(insats))

    @abstractmethod
    def _rader(self, insatser: Sequence[Insats]) -> Iterable[Valdrad]:
        """Of those in force."""


@dataclass(frozen=True)
class NyAnsvarig(Atgard):
    """The aktör answers for them; who did takes part as medverkande, or (not `kvar`) no longer."""

    aktor: Aktor
    kvar: bool

    def _rader(self, insatser: Sequence[Insats]) -> Iterable[Valdrad]:
        for i in insatser:
            nu = i.ansvarig
            noter = []
            if nu and nu.aktor_id != self.aktor.pk:
                noter.append(f"{nu.aktor} blir medverkande." if self.kvar else f"{nu.aktor} är inte längre med.")
            if i.utan_ansvarig:
                noter.append(f"Skälet till att ingen är ansvarig tas bort: ”{i.utan_ansvarig}”")
            var = str(nu.aktor) if nu else "Ingen utsedd"
            yield Valdrad(i, var, str(self.aktor), i.version, noter=tuple(noter))


@dataclass(frozen=True)
class NyttDeltagande(Atgard):
    """What the aktör has answered, of the insatser it was asked about."""

    aktor: Aktor
    deltagande: Deltagande
    svar: str

    def _rader(self, insatser: Sequence[Insats]) -> Iterable[Valdrad]:
        delar = {i.pk: m for i in insatser if (m := del_av(i, self.aktor))}
        handelserna = handelser(Medverkan).filter(pgh_obj_id__in=[m.pk for m in delar.values()])
        sedda = dict(handelserna.order_by().values_list("pgh_obj_id").annotate(Max("pgh_id")))
        blir = _svaret(self.deltagande, self.svar)
        for i in insatser:
            if m := delar.get(i.pk):
                yield Valdrad(i, _svaret(Deltagande(m.deltagande), m.svar), blir, sedda.get(m.pk, 0))
            else:
                yield Valdrad(i, "", "", hinder=f"{self.aktor} är inte tillfrågad om insatsen.")


def del_av(insats: Insats, aktor: Aktor) -> Medverkan | None:
    """The aktör's part in the insats, out of what is prefetched."""
    return next((m for m in insats.medverkan.all() if m.aktor_id == aktor.pk), None)


def _svaret(deltagande: Deltagande, svar: str) -> str:
    return "\n".join(filter(None, [deltagande.label, svar]))


@dataclass(frozen=True)
class NyttLage(Atgard):
    """A report of today by `av` for each that `av` may report."""

    i_alla = False

    av: Anvandare
    stadskarna: Stadskarna
    status: Status
    bedomning: str
    kommentar: str

    def senast(self, insats: Insats) -> str:
        nu = insats.lage
        return av_vem(nu.av_id, str(nu.av), nu.skapad) if nu else ""

    def _rader(self, insatser: Sequence[Insats]) -> Iterable[Valdrad]:
        far = far_rapportera_av(self.av, insatser, self.stadskarna)
        blir = _laget(self.status, self.bedomning, self.kommentar, timezone.localdate())
        for i in insatser:
            nu = i.lage
            var = _laget(Status(nu.status), nu.bedomning, nu.kommentar, nu.datum) if nu else "Ingen rapport"
            hinder = "" if i.pk in far else "Din aktör medverkar inte i insatsen."
            yield Valdrad(i, var, blir, nu.pk if nu else 0, hinder)


def _laget(status: Status, bedomning: str, kommentar: str, datum: date) -> str:
    hur = f"{status.label}, {Bedomning(bedomning).label.lower()}" if bedomning else status.label
    return "\n".join(filter(None, [f"{hur} ({datum:%Y-%m-%d})", kommentar]))


@dataclass(frozen=True)
class NyttMalomrade(Atgard):
    """They get the first numbers after all that are taken in the målområde, in the order they have."""

    malomrade: Malomrade
    fardplan: Fardplan

    def _rader(self, insatser: Sequence[Insats]) -> Iterable[Valdrad]:
        har = Q(fardplan=None) | Q(fardplan=self.fardplan)
        tagna = Insats.objects.filter(malomrade=self.malomrade)
        hogst = tagna.aggregate(har=Max("ordning", filter=har), alla=Max("ordning"))
        i_karnan, overallt = hogst["har"] or 0, hogst["alla"] or 0
        for i in insatser:
            var = f"{i.nummer} i {i.malomrade}"
            if i.malomrade_id == self.malomrade.pk:
                yield Valdrad(i, var, var, i.version)
                continue
            i_karnan = (overallt if i.gemensam else i_karnan) + 1  # a gemensam number must be free in all stadskärnor
            overallt = max(overallt, i_karnan)
            blir = f"{nummer.skriv(self.malomrade.nummer, i_karnan)} i {self.malomrade}"
            yield Valdrad(i, var, blir, i.version, ordning=i_karnan)


@dataclass(frozen=True)
class TillPlanen(Atgard):
    """They are lifted into the draft, last, in the order they have."""

    i_alla = False

    plan: Handlingsplan
    skal: str

    def senast(self, insats: Insats) -> str:
        return senast(radens_handelser(self.plan))

    def _rader(self, insatser: Sequence[Insats]) -> Iterable[Valdrad]:
        med = dict(Prioritering.objects.filter(handlingsplan=self.plan).values_list("insats_id", "ordning"))
        vantar = {b.insats_id: b for b in Bortval.objects.filter(handlingsplan=self.plan)}
        sist = max(med.values(), default=0)
        for i in insatser:
            if i.pk in med:
                yield Valdrad(i, plats := f"Nummer {med[i.pk]} i {self.plan}", plats)
                continue
            sist += 1
            bort = vantar.get(i.pk)
            noter = (f"Skälet till att den får vänta tas bort: ”{bort.skal}”",) if bort else ()
            var = "Får vänta" if bort else "Inte med"
            yield Valdrad(i, var, f"Nummer {sist} i {self.plan}", bort.version if bort else 0, noter=noter)


@dataclass(frozen=True)
class Avforing(Atgard):
    """They are retired: kept with their numbers and history."""

    skal: str

    def _rader(self, insatser: Sequence[Insats]) -> Iterable[Valdrad]:
        planer: dict[int, list[str]] = {}
        for p in Prioritering.objects.filter(insats__in=insatser).select_related("handlingsplan__fardplan__stadskarna"):
            plan = p.handlingsplan
            if plan.status != Handlingsplan.Planstatus.AVSLUTAD:
                planer.setdefault(p.insats_id, []).append(f"{plan} ({plan.fardplan.stadskarna})")
        for i in insatser:
            noter = tuple(f"Står i {plan}." for plan in planer.get(i.pk, []))
            yield Valdrad(i, "Gäller", f"Avförd {timezone.localdate()}", i.version, noter=noter)


def hamta(fardplan: Fardplan, person: Person, ids: Collection[int]) -> list[Insats]:
    """Those of the färdplan with these ids that the person may see, in number order, retired ones too. Three queries.

    Each carries `lage` as on the insatskarta, and its roles.
    """
    rader: list[Insats] = list(
        synliga_insatser(person)
        .i_fardplan(fardplan)
        .filter(pk__in=ids)
        .annotate(lage_id=lage.senaste_id(fardplan.stadskarna))  # type: ignore[no-redef]
        .select_related("malomrade", "fardplan")
        .prefetch_related(Prefetch("medverkan", Medverkan.objects.select_related("aktor")))
        .i_nummerordning()
    )
    lagen = lage.rapporter(i.lage_id for i in rader)
    for insats in rader:
        insats.lage = lagen.get(insats.lage_id) if insats.lage_id else None
    return rader
