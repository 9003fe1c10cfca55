"""Who may see and change which objects. What a role may do at all stands in `aktorer/roller.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Exists, F, Model, OuterRef, Q, QuerySet, When
from django.utils import timezone

from aktorer.behorighet import Person, har, har_nagonstans
from aktorer.models import Aktor, Anvandare, Identitet
from aktorer.roller import RATTIGHETER, Rattighet
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Beslut,
    Fardplan,
    Fardriktning,
    Handlingsplan,
    Insats,
    Karnkommun,
    Kartvy,
    Kontakt,
    Matvarde,
    Medverkan,
    Mote,
    Motespunkt,
    Omgang,
    Omgangspunkt,
    Prioritering,
    Samtalssak,
    Samverkansorgan,
    Stadskarna,
)
from insatser.models.fardplan import FardplanQuerySet
from insatser.models.handlingsplan import HandlingsplanQuerySet
from insatser.models.insats import InsatsQuerySet
from insatser.regler.medverkan import Deltagande

# In the session of whoever previews a färdplan: {stadskarna: its slug, fardplan: its id}. The middleware reads it.
FORHANDSVISNING = "forhandsvisning"


class Forhandsvisare(AnonymousUser):
    """A planerare who reads with a besökare's eyes, as if the färdplan `forhandsvisar` (its id) were published."""

    def __init__(self, forhandsvisar: int) -> None:
        super().__init__()
        self.forhandsvisar = forhandsvisar


def ser(person: Person) -> tuple[bool, int]:
    """What of drafts the person sees, as a value: two who see the same have the same. Of `synliga_…`, `kanda_…` and
    `gallande_…` nothing else of the person decides what is found.
    """
    return har(person, Rattighet.SE_INTERNT), getattr(person, "forhandsvisar", 0)


def synliga_fardplaner(person: Person) -> FardplanQuerySet:
    """Published ones for everybody, drafts for those who log in."""
    alla: FardplanQuerySet = Fardplan.objects.all()
    if isinstance(person, Forhandsvisare):
        return alla.publicerade() | alla.filter(pk=person.forhandsvisar)
    return alla if har(person, Rattighet.SE_INTERNT) else alla.publicerade()


def synliga_insatser(person: Person) -> InsatsQuerySet:
    """All insatser for those who log in, for everybody else those that are no drafts of their own.

    Of which färdplaner is asked apart: `i_fardplan`.
    """
    alla: InsatsQuerySet = Insats.objects.all()
    return alla if har(person, Rattighet.SE_INTERNT) else alla.publicerade()


def gallande_fardplaner(person: Person) -> FardplanQuerySet:
    """The färdplan in force of each stadskärna, among those the person may see.

    A draft waits behind what has been published, but for whoever previews it, and behind the draft of an older program:
    that one comes first. When one is withdrawn, the published one before it is in force again, unless its program has
    ended: then the withdrawn one keeps its place, and besökare have none.
    """
    synliga = synliga_fardplaner(person)
    pagar = Q(publicerad=True) & (Q(program__ar_till=None) | Q(program__ar_till__gte=timezone.localdate().year))
    tillbakadragen = Q(publicerad=False, tillbakadragen__isnull=False)
    utgiven = Q(publicerad=True) | tillbakadragen
    rang = Case(
        When(Q(publicerad=True) & pagar, then=0), When(tillbakadragen, then=1), When(utgiven, then=2), default=3
    )
    if har(person, Rattighet.SE_INTERNT):
        plats = F("program__ar_fran") * Case(When(utgiven, then=-1), default=1)
        forst = synliga.order_by("stadskarna_id", rang, plats, "-pk")
    else:
        # A draft that is previewed goes before all.
        sedda = (synliga | Fardplan.objects.filter(tillbakadragen)).order_by("stadskarna_id")
        forvisad = Case(When(pk=getattr(person, "forhandsvisar", 0), then=0), default=1)
        forst = sedda.order_by("stadskarna_id", forvisad, rang, "-program__ar_fran", "-pk")
    gallande: FardplanQuerySet = synliga.filter(pk__in=forst.distinct("stadskarna_id").values("pk"))
    return gallande


def kanda_handlingsplaner(person: Person) -> HandlingsplanQuerySet:
    """The plans the person may know of: decided ones of published färdplaner, drafts for those who log in."""
    alla: HandlingsplanQuerySet = Handlingsplan.objects.all()
    if har(person, Rattighet.SE_INTERNT):
        return alla
    return alla.beslutade().filter(fardplan__in=synliga_fardplaner(person))


def synliga_handlingsplaner(person: Person) -> HandlingsplanQuerySet:
    """Those of them whose rows the person may read as they are now: not while an ändringsbeslut is prepared."""
    kanda = kanda_handlingsplaner(person)
    return kanda if har(person, Rattighet.SE_INTERNT) else kanda.filter(andras=False)


def aktuella_handlingsplaner(person: Person) -> HandlingsplanQuerySet:
    """The same without drafts and closed plans of other generations than the one in force: what is asked there is asked
    by nobody yet, or no longer. A decided plan goes on until it is closed.
    """
    i_kraft = gallande_fardplaner(person).values("pk")
    return synliga_handlingsplaner(person).exclude(~Q(status="beslutad") & ~Q(fardplan__in=i_kraft))


def handlingsplaner_som_beslutade(person: Person) -> HandlingsplanQuerySet:
    """The others of them: what was decided holds until a new decision, and is all the person reads of the plan."""
    kanda = kanda_handlingsplaner(person)
    return kanda.none() if har(person, Rattighet.SE_INTERNT) else kanda.filter(andras=True)


def laser_som_beslutad(person: Person, plan: Handlingsplan) -> bool:
    """Whether `handlingsplaner_som_beslutade` has this plan, out of those the person may know of. No query."""
    return plan.andras and not har(person, Rattighet.SE_INTERNT)


def synliga_motespunkter(person: Person) -> QuerySet[Motespunkt]:
    """The whole agenda for those who log in; for everybody else what was decided at möten that have been held."""
    alla = Motespunkt.objects.all()
    if har(person, Rattighet.SE_INTERNT):
        return alla
    return alla.filter(mote__installt=False, mote__datum__lte=timezone.localdate()).exclude(beslut="")


def synliga_beslut(person: Person) -> QuerySet[Beslut]:
    """Decisions of organ, without those on a handlingsplan that the person may not know of, or never taken."""
    kanda = Q(planversion__handlingsplan__in=kanda_handlingsplaner(person), planversion__aterkallad=None)
    return Beslut.objects.filter(Q(planversion=None) | kanda)


def rapporterar(person: Person) -> TypeGuard[Anvandare]:
    """Whether the person reports lägen at all."""
    return har(person, Rattighet.RAPPORTERA_EGET) or har_nagonstans(person, Rattighet.RAPPORTERA_ALLT)


def rapporterar_eget(person: Person) -> TypeGuard[Anvandare]:
    """Whether the person reports what the own aktör takes part in, also where it is a planerare's no longer."""
    return rapporterar(person) and person.aktor_id is not None


def far_rapportera(person: Person, insats: Insats, stadskarna: Stadskarna) -> bool:
    """Whether the person may report this insats's läge in this stadskärna.

    A tjänsteperson may where the own aktör takes part itself or through a group, or is kärnkommun of the stadskärna.
    """
    return insats.pk in far_rapportera_av(person, [insats], stadskarna)


def far_rapportera_av(person: Person, insatser: Sequence[Insats], stadskarna: Stadskarna) -> set[int]:
    """The ids of those of them whose läge the person may report, as `far_rapportera`. Two queries at most."""
    galler = {i.pk for i in insatser if not i.avford}
    if har(person, Rattighet.RAPPORTERA_ALLT, stadskarna.pk):
        return galler
    if not rapporterar_eget(person):
        return set()
    if Karnkommun.objects.filter(stadskarna=stadskarna, aktor=person.aktor_id).exists():
        return galler
    medverkar = Medverkan.objects.av_aktor(person.aktor_id).filter(insats__in=galler)
    return set(medverkar.values_list("insats_id", flat=True))


def far_rapportera_aktivitet(person: Person, aktivitet: Aktivitet) -> bool:
    """Whether the person may report this aktivitet's status: a tjänsteperson where the own aktör has a role in it."""
    return bool(far_rapportera_aktiviteter(person, [aktivitet], karna_for(aktivitet)))


def far_rapportera_aktiviteter(person: Person, aktiviteter: Sequence[Aktivitet], karna: int | None) -> set[int]:
    """The ids of those of them, all in that stadskärna, whose status the person may report. A query at most."""
    if har(person, Rattighet.RAPPORTERA_ALLT, karna):
        return {a.pk for a in aktiviteter}
    if not rapporterar_eget(person):
        return set()
    egna = AktivitetAktor.objects.filter(aktivitet__in=aktiviteter, aktor__in=Aktor.objects.samma_som(person.aktor_id))
    return set(egna.exclude(deltagande=Deltagande.AVBOJD).values_list("aktivitet", flat=True))


def far_svara_pa(person: Person, punkter: Sequence[Omgangspunkt]) -> set[int]:
    """The ids of those points of a round that the person may still report on: who has got another aktör or role since
    answers for that one. As `far_rapportera` and `far_rapportera_aktivitet`, in three queries.
    """
    egna = {p.pk for p in punkter if har(person, Rattighet.RAPPORTERA_ALLT, p.stadskarna_id)}
    if len(egna) == len(punkter) or not (rapporterar_eget(person) or har(person, Rattighet.SVARA_MED_LANK)):
        return egna
    medverkar = Medverkan.objects.av_aktor(person.aktor_id).filter(insats__in={p.insats_id for p in punkter})
    insatser = set(medverkar.values_list("insats", flat=True))
    karnor = set(Karnkommun.objects.filter(aktor=person.aktor_id).values_list("stadskarna", flat=True))
    delar = AktivitetAktor.objects.filter(aktor__in=Aktor.objects.samma_som(person.aktor_id))
    aktiviteter = set(delar.exclude(deltagande=Deltagande.AVBOJD).values_list("aktivitet", flat=True))
    return egna | {
        p.pk
        for p in punkter
        if (p.aktivitet_id in aktiviteter if p.aktivitet_id else p.insats_id in insatser or p.stadskarna_id in karnor)
    }


def kartvyer(person: Anvandare) -> QuerySet[Kartvy]:
    """The saved views that the person has and may change: the own ones, and for planerare those that are shared among
    the planerare of the same aktör, whoever made them and whether that account is open or not.
    """
    egna = Q(agare=person)
    if har_nagonstans(person, Rattighet.REDIGERA) and person.aktor_id:
        redigerar = [roll for roll, ratter in RATTIGHETER.items() if Rattighet.REDIGERA in ratter]
        hos = Aktor.objects.samma_som(person.aktor_id)
        egna |= Q(delad=True, agare__aktor__in=hos, agare__roll__in=redigerar)
    return Kartvy.objects.filter(egna)


def far_svara(person: Person, aktor: Aktor, i: int | None) -> bool:
    """Whether the person may say if `aktor` takes part: its own people, and the planerare who write down an answer.

    `i` is the id of the stadskärna that it is about, None when it shows in all.
    """
    return har(person, Rattighet.REDIGERA, i) or (rapporterar_eget(person) and aktor.ar(person.aktor_id))


def for_sin_aktor(person: Person, aktor: Aktor) -> bool:
    """Whether the person speaks for the aktör, whatever a planerare may write about it."""
    return har(person, Rattighet.ADMINISTRERA) or (rapporterar_eget(person) and aktor.ar(person.aktor_id))


def synliga_kontakter(person: Person) -> QuerySet[Kontakt]:
    """All for those who log in; for everybody else those that the aktör itself has made public, but for handläggare of
    what one may not know of.
    """
    alla = Kontakt.objects.all()
    if har(person, Rattighet.SE_INTERNT):
        return alla
    planer = synliga_fardplaner(person)
    i_planen = Q(fardplan__in=planer) | Q(fardplan=None, malomrade__program__in=planer.values("program"))
    aktiviteter = Aktivitet.objects.filter(prioritering__handlingsplan__in=kanda_handlingsplaner(person))
    return alla.filter(
        Q(insats=None) | Q(insats__in=synliga_insatser(person).filter(i_planen)),
        Q(aktivitet=None) | Q(aktivitet__in=aktiviteter),
        offentlig=True,
    )


def far_skota(person: Person, kontakt: Kontakt) -> bool:
    """Whether the person may change the contact: the aktör's own people, and planerare where their right holds."""
    return har(person, Rattighet.REDIGERA, karna_for(kontakt)) or for_sin_aktor(person, kontakt.aktor)


def far_utse(person: Person, handlaggare: Kontakt) -> bool:
    """Whether the person may say who is the handläggare of that: planerare where their right holds, and who reports it.

    Of what all stadskärnor share, in all of them, whose aktör takes part.
    """
    om, karna = handlaggare.insats, handlaggare.stadskarna
    if har(person, Rattighet.REDIGERA, karna_for(handlaggare)):
        return True
    if handlaggare.aktivitet:
        return far_rapportera_aktivitet(person, handlaggare.aktivitet)
    if om and karna:
        return far_rapportera(person, om, karna)
    return rapporterar_eget(person) and Medverkan.objects.av_aktor(person.aktor_id).filter(insats=om).exists()


def karna_for(rad: Model | None) -> int | None:
    """The id of the stadskärna that a row belongs to, None when all share it. As the triggers see it (`hor_till`)."""
    match rad:
        case Fardplan() | Samverkansorgan() | Matvarde() | Kontakt():
            return rad.stadskarna_id
        case Insats() | Fardriktning() | Handlingsplan() | Omgang():
            return karna_for(rad.fardplan)
        case Prioritering():
            return karna_for(rad.handlingsplan)
        case Aktivitet():
            return karna_for(rad.prioritering)
        case Mote():
            return karna_for(rad.organ)
    return None


def far_kommentera(person: Person) -> TypeGuard[Anvandare]:
    """Whether the person may say something of what they see. Everybody who logs in may, wherever they read: it changes
    nothing of the plan; but not in a generation that is only read.
    """
    return har(person, Rattighet.SE_INTERNT) and not getattr(person, "bara_laser", False)


def far_ta_bort_sagt(person: Person, av: int, i: int | None) -> bool:
    """Whether the person may take away what the account with the id `av` said in the stadskärna with the id `i`: the
    own, and for planerare that of others.
    """
    return person.pk == av or har(person, Rattighet.REDIGERA, i)


def far_bifoga(person: Person, sak: Samtalssak) -> bool:
    """Whether the person may put a file beside the thing: as a comment, but beside a möte or a decision who plans."""
    if isinstance(sak.rad, Mote | Beslut):
        return har(person, Rattighet.PLANERA, sak.i) and not getattr(person, "bara_laser", False)
    return far_kommentera(person)


def far_ta_bort_bilaga(person: Person, av: int, sak: Samtalssak) -> bool:
    """Whether the person may take away a file that the account with the id `av` put there."""
    if isinstance(sak.rad, Mote | Beslut):
        return far_bifoga(person, sak)
    return far_ta_bort_sagt(person, av, sak.i)


def far_maskera_bilagor(person: Person, sak: Samtalssak) -> bool:
    return har(person, Rattighet.REDIGERA, sak.i)


def far_andra(person: Person, insats: Insats) -> bool:
    """Whether the person may change what the insats is, and who is in it."""
    return har(person, Rattighet.REDIGERA, karna_for(insats))


def synliga_konton(person: Person) -> QuerySet[Anvandare]:
    """All for whoever invites to every aktör; for a samordnare the colleagues who have come in."""
    if not har(person, Rattighet.BJUDA_IN):
        return Anvandare.objects.none()
    if not person.samordnare:
        return Anvandare.objects.all()
    return synliga_kollegor(Anvandare.objects.filter(aktor__in=Aktor.objects.samma_som(person.aktor_id)))


def synliga_kollegor(konton: QuerySet[Anvandare]) -> QuerySet[Anvandare]:
    """Those of the accounts of an aktör that its people may know of: who has come in.

    Were those to be seen who have not, the absence of whom a samordnare has invited would tell that somebody at another
    aktör has the address. So would the account of a contact, which stays as it is when such a one is invited.
    """
    return konton.filter(har_kommit())


def har_kommit() -> Q:
    """Who has chosen a way to log in, as `Anvandare.har_kommit`."""
    egen_vag = Q(tvasteg__gt=0) | ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return egen_vag | Q(Exists(Identitet.objects.filter(anvandare=OuterRef("pk"))))


def far_bjuda_in(person: Person, roll: str, aktor: int | None, *, samordnare: bool = False) -> bool:
    """Whether the person may invite somebody to that role at the aktör with that id; a `samordnare`, who will invite
    others, only when the own rights hold everywhere.
    """
    if not isinstance(person, Anvandare) or roll not in person.far_ge:
        return False
    return aktor == person.aktor_id and not samordnare if person.samordnare else not (samordnare and person.bara_i)


def att_rapportera(person: Person) -> list[tuple[Insats, Fardplan]]:
    """The (insats, färdplan) pairs that wait for this person's aktör, in färdplan and number order. Four queries.

    For a planerare or administratör: of the own aktör as well; they may report everything, but it is not their duty.
    """
    if not isinstance(person, Anvandare) or person.aktor_id is None:
        return []
    fardplaner = list(
        gallande_fardplaner(person).select_related("stadskarna", "program").order_by("stadskarna__ordning")
    )
    egna_karnor = Karnkommun.objects.karnor(person.aktor_id)
    egna_planer = [f.pk for f in fardplaner if f.stadskarna_id in egna_karnor]
    # Asked by key, so that what other färdplaner hold costs nothing.
    medverkar = set(Medverkan.objects.av_aktor(person.aktor_id).values_list("insats_id", flat=True))
    insatser = list(
        Insats.objects.gallande()
        .filter(Q(pk__in=medverkar) | Q(fardplan__in=egna_planer) | Q(fardplan=None))
        .select_related("malomrade")
        .defer("text", "kalla", "kallnotering", "avford_skal")
        .i_nummerordning()
    )
    return [
        (insats, fardplan)
        for fardplan in fardplaner
        for insats in insatser
        if insats.ingar_i(fardplan) and (insats.pk in medverkar or fardplan.stadskarna_id in egna_karnor)
    ]
