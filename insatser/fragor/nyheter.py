"""News of a stadskärna, or of all: what has been adopted there, as anybody may read it, whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from insatser.behorighet import gallande_fardplaner, kanda_handlingsplaner, synliga_fardplaner, synliga_insatser
from insatser.fragor.historik import forst, senast
from insatser.models import (  # type: ignore[attr-defined]
    Anslutning,
    AnslutningEvent,
    Arende,
    Arendebeslut,
    ArendebeslutEvent,
    Fardplan,
    FardplanEvent,
    Handlingsplan,
    HandlingsplanEvent,
    Insats,
    Overenskommelse,
    Planversion,
)
from insatser.models.handlingsplan import HandlingsplanQuerySet
from insatser.models.insats import InsatsQuerySet
from insatser.regler import tidpunkt

ANTAL = 50
BESOKARE = AnonymousUser()
GEMENSAMT = "Alla stadskärnor"


@dataclass(frozen=True)
class Nyhet:
    """Something adopted. `nyckel` tells it from all other news for ever; `adress` is a path on the site.

    `nar` is when it happened, to the day, month or year (regler/tidpunkt.py); `skriven` when it was written down here.
    `var` names the stadskärnor it is about.
    """

    nyckel: str
    slag: str
    rubrik: str
    text: str
    adress: str
    nar: str
    skriven: datetime
    var: str
    exempel: bool = False

    @property
    def dag(self) -> date:
        return tidpunkt.forsta_dagen(self.nar)

    @property
    def nar_i_text(self) -> str:
        return tidpunkt.i_text(self.nar)


def nyheter(fardplan: Fardplan) -> list[Nyhet]:
    """The latest news of the stadskärna whose färdplan in force this is, newest first. Seven queries at most."""
    return _senaste(synliga_fardplaner(BESOKARE).filter(stadskarna=fardplan.stadskarna_id), {fardplan.pk}, ANTAL)


def alla_stadskarnors(antal: int = ANTAL) -> list[Nyhet]:
    """The latest `antal` of all stadskärnor that besökare may see. Eight queries at most, however many they are.

    The färdplan of each stadskärna is news of its own here, though they have one program: the key says which.
    """
    i_kraft = gallande_fardplaner(BESOKARE).values_list("pk", "stadskarna_id")
    gallande, karnor = {pk for pk, _ in i_kraft}, {karna for _, karna in i_kraft}
    fardplaner = synliga_fardplaner(BESOKARE).filter(stadskarna__in=karnor)
    return _senaste(fardplaner, gallande, antal, nyckeln=lambda karna, program: f"fardplan/{karna}/{program}")


def _senaste(
    fardplaner: QuerySet[Fardplan],
    gallande: Collection[int],
    antal: int,
    nyckeln: Callable[[str, str], str] = lambda _, program: f"fardplan/{program}",
) -> list[Nyhet]:
    """`gallande` are the ids of those in force; `nyckeln` makes the key of a färdplan of its stadskärna and program."""
    planer = kanda_handlingsplaner(BESOKARE).filter(fardplan__stadskarna__in=fardplaner.values("stadskarna"))
    insatser = synliga_insatser(BESOKARE).filter(
        Q(fardplan__in=fardplaner) | Q(fardplan=None, malomrade__program__in=fardplaner.values("program"))
    )
    alla = [
        *_publicerade(fardplaner, gallande, nyckeln),
        *_beslutade(planer, antal),
        *_avslutade(planer, antal),
        *_beslut_i_arenden(planer, insatser, antal),
        *_anslutna(insatser, antal),
    ]
    # Two steps of an ärende under the same § are one decision.
    unika = {n.nyckel: n for n in alla}.values()
    return sorted(unika, key=lambda n: (n.dag, n.skriven), reverse=True)[:antal]


def _publicerade(
    fardplaner: QuerySet[Fardplan], gallande: Collection[int], nyckeln: Callable[[str, str], str]
) -> Iterator[Nyhet]:
    """Färdplaner that were published while they ran: one written down afterwards is history, not news."""
    rader = fardplaner.select_related("program", "stadskarna").annotate(nar=forst(FardplanEvent, publicerad=True))
    for plan in rader.exclude(nar=None):
        dag = timezone.localdate(plan.nar)
        if plan.pk not in gallande and plan.program.ar_till and plan.program.ar_till < dag.year:
            continue
        karna = plan.stadskarna
        yield Nyhet(
            nyckel=nyckeln(karna.slug, plan.program.slug),
            slag="Färdplan",
            rubrik=f"Färdplanen för {karna} är publicerad",
            text=f"{plan.program} för {karna} går att läsa för alla.",
            # Leads on to the färdplan itself while it is the one in force.
            adress=reverse("generation", args=[karna.slug, plan.program.slug]),
            nar=str(dag),
            skriven=plan.nar,
            var=str(karna),
        )


def _beslutade(planer: HandlingsplanQuerySet, antal: int) -> Iterator[Nyhet]:
    rader = Planversion.objects.gallande().med_foregangare().uppgifter().filter(handlingsplan__in=planer)
    rader = rader.select_related("handlingsplan__fardplan__stadskarna", "beslut__organ")
    for version in rader.order_by("-beslut__datum", "-pk")[:antal]:
        plan, beslut = version.handlingsplan, version.beslut
        beslutat = _mening(beslut.organ, beslut.datum, beslut.paragraf, beslut.diarienummer)
        yield Nyhet(
            nyckel=f"handlingsplan/{plan.pk}/version/{version.nummer}",
            slag="Handlingsplan",
            rubrik=f"{plan} är {'ändrad' if version.andrar else 'beslutad'}",
            text=f"{beslutat} Nu gäller version {version.nummer}." if version.andrar else beslutat,
            adress=reverse("planversion_varaktig", args=[plan.pk, version.nummer]),
            nar=str(beslut.datum),
            skriven=version.skapad,
            var=str(plan.fardplan.stadskarna),
            exempel=plan.exempel,
        )


def _avslutade(planer: QuerySet[Handlingsplan], antal: int) -> Iterator[Nyhet]:
    avslutad = Handlingsplan.Planstatus.AVSLUTAD
    rader = planer.filter(status=avslutad).select_related("fardplan__stadskarna")
    rader = rader.annotate(skriven=forst(HandlingsplanEvent, status=avslutad)).order_by("-avslutad", "-pk")
    for plan in rader[:antal]:
        yield Nyhet(
            nyckel=f"handlingsplan/{plan.pk}/avslutad",
            slag="Handlingsplan",
            rubrik=f"{plan} är avslutad",
            text=plan.slutord or "Läs vad det blev av aktiviteterna.",
            adress=reverse("plan_varaktig", args=[plan.pk]),
            nar=str(plan.avslutad),
            skriven=plan.skriven,
            var=str(plan.fardplan.stadskarna),
            exempel=plan.exempel,
        )


def _beslut_i_arenden(planer: HandlingsplanQuerySet, insatser: InsatsQuerySet, antal: int) -> Iterator[Nyhet]:
    """Decisions, not proposals, in ärenden about these insatser and handlingsplaner.

    The rows are written anew when an ärende is edited: what identifies a decision is its instans, day and §.
    """
    rader = (
        Arendebeslut.objects.filter(typ=Arendebeslut.Typ.BESLUT)
        .filter(
            Q(arende__in=Arende.objects.filter(insatser__in=insatser).values("pk"))
            | Q(arende__handlingsplan__in=planer)
        )
        .select_related("arende__aktor", "arende__handlingsplan__fardplan__stadskarna")
        .prefetch_related(Prefetch("arende__insatser", _i_ordning(insatser)))
        .annotate(skriven=senast(ArendebeslutEvent))
        .order_by("-datum", "-pk")
    )
    for beslut in rader[:antal]:
        arende = beslut.arende
        beslutat = _mening(beslut.instans, beslut.datum, beslut.paragraf, arende.diarienummer)
        yield Nyhet(
            nyckel=f"arende/{arende.pk}/{slugify(beslut.instans)}/{beslut.datum}/{slugify(beslut.paragraf)}",
            slag="Ärende",
            rubrik=f"{arende.aktor} har beslutat: {arende.rubrik}",
            text="\n".join(r for r in [beslutat, beslut.text, _galler(arende.insatser.all())] if r),
            adress=reverse("arende", args=[arende.pk]),
            nar=str(beslut.datum),
            skriven=beslut.skriven,
            var=_var(arende.insatser.all(), arende.handlingsplan),
        )


def _anslutna(insatser: InsatsQuerySet, antal: int) -> Iterator[Nyhet]:
    """Who has joined an överenskommelse about these insatser; not who is proposed."""
    om_dem = Overenskommelse.objects.filter(insatser__in=insatser).values("pk")
    rader = (
        Anslutning.objects.filter(overenskommelse__in=om_dem, status=Anslutning.Anslutningsstatus.ANSLUTEN)
        .select_related("overenskommelse", "aktor")
        .prefetch_related(Prefetch("overenskommelse__insatser", _i_ordning(insatser)))
        .annotate(skriven=senast(AnslutningEvent))
        .order_by("-sedan", "pk")
    )
    for anslutning in rader[:antal]:
        overenskommelse = anslutning.overenskommelse
        yield Nyhet(
            nyckel=f"overenskommelse/{overenskommelse.pk}/{anslutning.aktor.slug}",
            slag="Överenskommelse",
            rubrik=f"{anslutning.aktor} har anslutit sig till ”{overenskommelse}”",
            text=f"Ansluten sedan {anslutning.sedan_i_text}.\n{_galler(overenskommelse.insatser.all())}",
            adress=reverse("overenskommelse", args=[overenskommelse.pk]),
            nar=anslutning.sedan,
            skriven=anslutning.skriven,
            var=_var(overenskommelse.insatser.all()),
        )


def _mening(vem: object, dag: date | None, paragraf: str, diarienummer: str) -> str:
    """ "Beslut av kommunstyrelsen den 4 mars 2026, § 17, diarienummer KS-2026/74." """
    dar = [f"§ {paragraf}" if paragraf else "", f"diarienummer {diarienummer}" if diarienummer else ""]
    return f"{', '.join([f'Beslut av {vem} den {tidpunkt.i_text(str(dag))}', *filter(None, dar)])}."


def _i_ordning(insatser: InsatsQuerySet) -> InsatsQuerySet:
    return insatser.select_related("malomrade", "fardplan__stadskarna").i_nummerordning()


def _var(insatser: Iterable[Insats], plan: Handlingsplan | None = None) -> str:
    """The stadskärnor of the insatser, or without any of the handlingsplan; a gemensam insats is of all of them.

    The plan is asked last: of a decision that is seen for its insatser, it may be a draft.
    """
    fardplaner = [insats.fardplan for insats in insatser]
    if None in fardplaner:
        return GEMENSAMT
    i = {f.stadskarna for f in fardplaner if f} or ({plan.fardplan.stadskarna} if plan else set())
    return ", ".join(str(k) for k in sorted(i, key=lambda k: k.ordning))


def _galler(insatser: Iterable[Insats]) -> str:
    namn = [str(i) for i in insatser]
    return f"Gäller insats {', '.join(namn)}." if namn else ""
