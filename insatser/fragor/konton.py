"""The accounts: who gets in, as what, and who was invited and has not come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields import CharField
from django.db.models.functions import Lower

from aktorer.behorighet import Person
from aktorer.grund.sokning import innehaller
from aktorer.grund.sortering import svensk_sortering
from aktorer.models import Aktor, Anvandare, AnvandareEvent  # type: ignore[attr-defined]
from aktorer.roller import Anvandarroll
from insatser.behorighet import har_kommit, synliga_konton
from insatser.fragor.lank import Kontonyckel
from insatser.models import Inlasning, Kollegainbjudan, Lagesrapport, Omgang, Stadskarna, Tillfragan, Utskick
from insatser.regler.bojning import uppraknat
from insatser.regler.inbjudan import GOR, Stopp

INBJUDAN_GALLER = Kontonyckel.INBJUDAN.value
LAGEN = {"aktiv": "Aktiv", "inbjuden": "Inbjuden", "kontakt": "Loggar inte in", "avstangd": "Avstängd"}


def lista(person: Person, q: str = "", roll: str = "", lage: str = "") -> QuerySet[Anvandare]:
    """Those that the person may see, by name, with `lage` (a key of LAGEN) and `inbjuden`, when the latest invitation
    was written. One query.
    """
    inbjuden = Q(utskick__slag=Utskick.Slag.INBJUDAN)
    alla = (
        synliga_konton(person)
        .select_related("aktor")
        .annotate(
            inbjuden=Max("utskick__skapad", filter=inbjuden),
            lage=Case(
                When(is_active=False, then=Value("avstangd")),
                When(roll=Anvandarroll.KONTAKT, then=Value("kontakt")),
                When(~har_kommit(), then=Value("inbjuden")),
                default=Value("aktiv"),
                output_field=CharField(),
            ),
        )
    )
    if q:
        alla = alla.filter(innehaller(q, "namn") | innehaller(q, "epost") | innehaller(q, "aktor__namn"))
    if roll:
        alla = alla.filter(roll=roll)
    if lage:
        alla = alla.filter(lage=lage)
    return alla.order_by(svensk_sortering("namn"), "pk")


def med_stadskarnor(konton: Sequence[Anvandare]) -> None:
    """Let each carry `karnor`: the names of those in which alone it may change things. At most one query."""
    begransade = {i for konto in konton for i in konto.bara_i}
    namn = dict(Stadskarna.objects.filter(pk__in=begransade).values_list("pk", "namn")) if begransade else {}
    for konto in konton:
        konto.karnor = uppraknat([namn[i] for i in konto.bara_i if i in namn])  # type: ignore[attr-defined]


def upptagna(adresser: list[str]) -> dict[str, Anvandare]:
    """{address in lower case: the account that has it, however it is written there}. One query."""
    return {k.epost.lower(): k for k in med_adresser(Anvandare.objects.all(), adresser)}


def med_adresser(konton: QuerySet[Anvandare], adresser: list[str]) -> QuerySet[Anvandare]:
    """Those of the accounts that have one of the addresses, in capitals or not."""
    return konton.alias(gemen=Lower("epost")).filter(gemen__in=[a.lower() for a in adresser])


def kontakter_hos_andra(person: Anvandare, adresser: list[str]) -> list[str]:
    """Those of the addresses that belong to contacts who cannot log in, of other aktörer than the person's."""
    alla = Anvandare.objects.filter(roll=Anvandarroll.KONTAKT, epost__in=[a.lower() for a in adresser])
    return list(alla.exclude(aktor=person.aktor_id).order_by("epost").values_list("epost", flat=True))


def stangda_kontakter(adresser: list[str]) -> list[str]:
    """Those of the addresses that belong to contacts whose account somebody has closed."""
    alla = Anvandare.objects.filter(roll=Anvandarroll.KONTAKT, is_active=False, epost__in=[a.lower() for a in adresser])
    return list(alla.exclude(kontakter=None).order_by("epost").values_list("epost", flat=True).distinct())


def stoppade_inbjudningar() -> QuerySet[Kollegainbjudan]:
    """What samordnare wrote and could not be carried out, the oldest first."""
    alla = Kollegainbjudan.objects.exclude(stopp="").select_related("av__aktor", "aktor")
    return alla.order_by("stoppad", "pk")


def stoppade_i_ord(hogst: int) -> list[tuple[Kollegainbjudan, str, Anvandare | None]]:
    """The first of them, each with what there is to do, and the account that has the address. At most two queries."""
    alla = list(stoppade_inbjudningar()[:hogst])
    konton = upptagna([i.epost for i in alla]) if alla else {}
    return [(i, GOR[Stopp(i.stopp)], konton.get(i.epost)) for i in alla]


def att_granska(nu: datetime) -> QuerySet[Anvandare]:
    """The open accounts that nobody has signed in with for a year, and that nobody has said are to stay within one.

    Who was invited and never came is among them once the invitation has run out. With `rapporterat`, the latest report
    (by a link it takes no signing in), and `sedd`, the account's latest event. One query.
    """
    ett_ar_sedan = nu - timedelta(days=365)
    borta = Q(last_login__lt=ett_ar_sedan) | Q(last_login=None, skapad__lt=nu - INBJUDAN_GALLER)
    rapporter = Lagesrapport.objects.filter(av=OuterRef("pk")).order_by("-skapad").values("skapad")[:1]
    sista = AnvandareEvent.objects.filter(pgh_obj=OuterRef("pk")).order_by("-pgh_id").values("pgh_id")[:1]
    return (
        Anvandare.objects.filter(borta, is_active=True)
        .exclude(granskad__gte=ett_ar_sedan)
        .exclude(roll=Anvandarroll.KONTAKT)
        .select_related("aktor")
        .annotate(rapporterat=Subquery(rapporter), sedd=Subquery(sista))
        .order_by(F("last_login").asc(nulls_first=True), svensk_sortering("namn"), "pk")
    )


@dataclass(frozen=True)
class Vantar:
    """What waits for a person: how many questions in which open rounds, and what else would be left behind."""

    fragor: list[tuple[Omgang, int]]
    omgangar: list[Omgang]  # open ones that the person has opened: answers to their mails go there
    filer: list[Inlasning]  # uploaded and not read in
    foljer: int

    def __bool__(self) -> bool:
        return bool(self.fragor or self.omgangar or self.filer or self.foljer)


def vantar(person: Anvandare) -> Vantar:
    """Four queries."""
    antal = Counter(f.mottagare.omgang for f in obesvarade(person))
    omgangar = Omgang.objects.filter(oppnad_av=person, stangd=None).select_related("fardplan__stadskarna")
    filer = (
        Inlasning.objects.filter(av=person, inlast=None)
        .defer("innehall")
        .select_related("fardplan__stadskarna", "program")
    )
    return Vantar(list(antal.items()), list(omgangar), list(filer.order_by("pk")), person.foljer.count())


def obesvarade(person: Anvandare) -> QuerySet[Tillfragan]:
    """What the person is asked in open rounds and its aktör has not answered."""
    fragade = Tillfragan.objects.filter(mottagare__anvandare=person, mottagare__omgang__stangd=None)
    return (
        fragade.obesvarade()
        .select_related("mottagare__omgang__fardplan__stadskarna", "punkt")
        .order_by("mottagare__omgang", "punkt__ordning")
    )


def kollegor(person: Anvandare) -> QuerySet[Anvandare]:
    """Who may take over what waits for the person: others of the same aktör (without one: of the same role) who may
    answer for it. By name.
    """
    samma = (
        Q(aktor__in=Aktor.objects.samma_som(person.aktor_id)) if person.aktor_id else Q(aktor=None, roll=person.roll)
    )
    alla = Anvandare.objects.filter(samma, is_active=True).exclude(pk=person.pk)
    return alla.exclude(roll__in=[Anvandarroll.STYRGRUPP, Anvandarroll.KONTAKT]).order_by(
        svensk_sortering("namn"), "pk"
    )
