"""The insatser that somebody ticked in the table, and what one and the same change would do to each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.db.models import Max, Prefetch, Q
from django.utils import timezone

from aktorer.behorighet import Person
from aktorer.grund.samtidighet import av_vem, handelser, radens_handelser, senast
from aktorer.grund.valda import Atgard, Valdrad
from aktorer.models import Aktor, Anvandare
from insatser.behorighet import far_andra, far_rapportera_av, synliga_insatser
from insatser.fragor import lage
from insatser.models import Bortval, Fardplan, Handlingsplan, Insats, Malomrade, Medverkan, Prioritering, Stadskarna
from insatser.regler import nummer
from insatser.regler.medverkan import Deltagande
from insatser.regler.status import Bedomning, Status


@dataclass(frozen=True)
class Insatsatgard(Atgard[Insats]):
    """What is done with insatser; unless told otherwise, it shows in all stadskärnor of a gemensam one."""

    i_alla: ClassVar[bool] = True

    def _hinder(self, rad: Insats, av: Anvandare) -> str:
        if rad.avford:
            return f"Insatsen avfördes {rad.avford:%Y-%m-%d}. Återta den först."
        return "" if not self.i_alla or far_andra(av, rad) else "Insatsen är gemensam för alla stadskärnor."

    def senast(self, rad: Insats) -> str:
        return senast(radens_handelser(rad))


@dataclass(frozen=True)
class NyAnsvarig(Insatsatgard):
    """The aktör answers for them; who did takes part as medverkande, or (not `kvar`) no longer."""

    aktor: Aktor
    kvar: bool

    def _rader(self, valda: Sequence[Insats]) -> Iterable[Valdrad[Insats]]:
        for i in valda:
            nu = i.ansvarig
            noter = []
            if nu and nu.aktor_id != self.aktor.pk:
                noter.append(f"{nu.aktor} blir medverkande." if self.kvar else f"{nu.aktor} är inte längre med.")
            if i.utan_ansvarig:
                noter.append(f"Skälet till att ingen är ansvarig tas bort: ”{i.utan_ansvarig}”")
            var = str(nu.aktor) if nu else "Ingen utsedd"
            yield Valdrad(i, var, str(self.aktor), i.version, noter=tuple(noter))


@dataclass(frozen=True)
class NyttDeltagande(Insatsatgard):
    """What the aktör has answered, of the insatser it was asked about."""

    aktor: Aktor
    deltagande: Deltagande
    svar: str

    def _rader(self, valda: Sequence[Insats]) -> Iterable[Valdrad[Insats]]:
        delar = {i.pk: m for i in valda if (m := del_av(i, self.aktor))}
        handelserna = handelser(Medverkan).filter(pgh_obj_id__in=[m.pk for m in delar.values()])
        sedda = dict(handelserna.order_by().values_list("pgh_obj_id").annotate(Max("pgh_id")))
        blir = _svaret(self.deltagande, self.svar)
        for i in valda:
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
class NyttLage(Insatsatgard):
    """A report of today by `av` for each that `av` may report."""

    i_alla = False

    av: Anvandare
    stadskarna: Stadskarna
    status: Status
    bedomning: str
    kommentar: str

    def senast(self, rad: Insats) -> str:
        nu = rad.lage
        return av_vem(nu.av_id, str(nu.av), nu.skapad) if nu else ""

    def _rader(self, valda: Sequence[Insats]) -> Iterable[Valdrad[Insats]]:
        far = far_rapportera_av(self.av, valda, self.stadskarna)
        blir = _laget(self.status, self.bedomning, self.kommentar, timezone.localdate())
        for i in valda:
            nu = i.lage
            var = _laget(Status(nu.status), nu.bedomning, nu.kommentar, nu.datum) if nu else "Ingen rapport"
            hinder = "" if i.pk in far else "Din aktör medverkar inte i insatsen."
            yield Valdrad(i, var, blir, nu.pk if nu else 0, hinder)


def _laget(status: Status, bedomning: str, kommentar: str, datum: date) -> str:
    hur = f"{status.label}, {Bedomning(bedomning).label.lower()}" if bedomning else status.label
    return "\n".join(filter(None, [f"{hur} ({datum:%Y-%m-%d})", kommentar]))


@dataclass(frozen=True)
class NyttMalomrade(Insatsatgard):
    """They get the first numbers after all that are taken in the målområde, in the order they have."""

    malomrade: Malomrade
    fardplan: Fardplan

    def _rader(self, valda: Sequence[Insats]) -> Iterable[Valdrad[Insats]]:
        har = Q(fardplan=None) | Q(fardplan=self.fardplan)
        tagna = Insats.objects.filter(malomrade=self.malomrade)
        hogst = tagna.aggregate(har=Max("ordning", filter=har), alla=Max("ordning"))
        i_karnan, overallt = hogst["har"] or 0, hogst["alla"] or 0
        for i in valda:
            var = f"{i.nummer} i {i.malomrade}"
            if i.malomrade_id == self.malomrade.pk:
                yield Valdrad(i, var, var, i.version)
                continue
            i_karnan = (overallt if i.gemensam else i_karnan) + 1  # a gemensam number must be free in all stadskärnor
            overallt = max(overallt, i_karnan)
            blir = f"{nummer.skriv(self.malomrade.nummer, i_karnan)} i {self.malomrade}"
            yield Valdrad(i, var, blir, i.version, ordning=i_karnan)


@dataclass(frozen=True)
class TillPlanen(Insatsatgard):
    """They are lifted into the draft, last, in the order they have."""

    i_alla = False

    plan: Handlingsplan
    skal: str

    def senast(self, rad: Insats) -> str:
        return senast(radens_handelser(self.plan))

    def _rader(self, valda: Sequence[Insats]) -> Iterable[Valdrad[Insats]]:
        med = dict(Prioritering.objects.filter(handlingsplan=self.plan).values_list("insats_id", "ordning"))
        vantar = {b.insats_id: b for b in Bortval.objects.filter(handlingsplan=self.plan)}
        sist = max(med.values(), default=0)
        for i in valda:
            if i.pk in med:
                yield Valdrad(i, plats := f"Nummer {med[i.pk]} i {self.plan}", plats)
                continue
            sist += 1
            bort = vantar.get(i.pk)
            noter = (f"Skälet till att den får vänta tas bort: ”{bort.skal}”",) if bort else ()
            var = "Får vänta" if bort else "Inte med"
            yield Valdrad(i, var, f"Nummer {sist} i {self.plan}", bort.version if bort else 0, noter=noter)


@dataclass(frozen=True)
class Avforing(Insatsatgard):
    """They are retired: kept with their numbers and history."""

    skal: str

    def _rader(self, valda: Sequence[Insats]) -> Iterable[Valdrad[Insats]]:
        planer: dict[int, list[str]] = {}
        for p in Prioritering.objects.filter(insats__in=valda).select_related("handlingsplan__fardplan__stadskarna"):
            plan = p.handlingsplan
            if plan.status != Handlingsplan.Planstatus.AVSLUTAD:
                planer.setdefault(p.insats_id, []).append(f"{plan} ({plan.fardplan.stadskarna})")
        for i in valda:
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
