"""Search in everything that the person may see: each kind of thing by itself, the best first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from aktorer.behorighet import Person, har
from aktorer.grund.sokning import Sokt, dokument, finns, liknar, med_alla_ord
from aktorer.grund.tecken import nyckel
from aktorer.models import Aktor
from aktorer.roller import Rattighet
from insatser.behorighet import (
    gallande_fardplaner,
    kanda_handlingsplaner,
    synliga_fardplaner,
    synliga_handlingsplaner,
    synliga_insatser,
    synliga_motespunkter,
)
from insatser.fragor import arende as arenden
from insatser.fragor import generation
from insatser.fragor.insatslankar import Insatslank, insatslankar
from insatser.models import (
    Aktivitet,
    Arende,
    Arendebeslut,
    Fardplan,
    Fardriktning,
    Handlingsplan,
    Indikator,
    Insats,
    Kommentar,
    Lagesrapport,
    Malomrade,
    Motespunkt,
    Stadskarna,
)
from insatser.models.organ import har_eller_for_alla
from insatser.regler.exempel import Markbar
from insatser.regler.sokord import Bit, Sokning, markera, utdrag

I_GRUPPEN = 6  # shown of a kind among others
MEST = 50  # shown of a kind by itself
KANDIDATER = 200  # that are put in order; of more, the rest is not looked at


@dataclass(frozen=True)
class Traff:
    """A thing that was found: its name and some of its text in pieces, what it is, and where it is read.

    `vikt`: how well it is what was searched for, 0 to 4. `pahittad`: the row that may be made up, where there is one.
    """

    namn: list[Bit]
    var: str
    adress: str
    text: list[Bit]
    vikt: int
    pahittad: Markbar | None = None


@dataclass(frozen=True)
class Grupp:
    """All of a kind, best first. `fler`: there are more than stand here."""

    slag: str
    rubrik: str
    traffar: list[Traff]
    fler: bool = False

    @property
    def vikt(self) -> int:
        return max(t.vikt for t in self.traffar)


@dataclass(frozen=True)
class Fraga:
    """What is searched for, by whom, and how many of a kind are shown. `nara`: what only looks like it, instead."""

    sokning: Sokning
    person: Person
    antal: int
    nara: bool = False
    fardplaner: list[Fardplan] = field(default_factory=list)
    """Those in force, in order."""

    def ur[M: Model](self, alla: QuerySet[M], namn: str, *texter: str, ocksa: Q | None = None) -> list[M]:
        """At most one more than is shown, the best first. `ocksa`: what is found by something else than its words."""
        falt = (namn, *texter)
        if self.nara:
            if not (text := self.sokning.nara):
                return []
            likhet = TrigramWordSimilarity(text, dokument(*falt)).desc()
            return list(alla.filter(liknar(text, *falt)).order_by(likhet, "pk")[: self.antal + 1])
        villkor = med_alla_ord(self.sokning.ord, *falt) if self.sokning.ord else Q(pk__in=[])
        traffar = alla.filter(villkor | ocksa if ocksa else villkor)
        kandidater = list(traffar[:KANDIDATER])
        kandidater.sort(key=lambda rad: -self.vikt(getattr(rad, namn)))  # in their own order otherwise
        return kandidater[: self.antal + 1]

    def vikt(self, namn: str) -> int:
        """How well a name is what was searched for."""
        vikt, text = nyckel(namn), self.sokning.text
        if not text:
            return 4  # by its number
        if vikt == text:
            return 4
        if vikt.startswith(text):
            return 3
        return 2 if text in vikt else int(self.sokning.i(namn))

    def traff(self, namn: str, var: str, adress: str, text: str = "", *, pahittad: Markbar | None = None) -> Traff:
        sokt = self.sokning
        return Traff(markera(namn, sokt), var, adress, utdrag(text, sokt), self.vikt(namn), pahittad)


def sok(sokning: Sokning, person: Person, slag: str = "") -> tuple[list[Grupp], bool]:
    """What is found of each kind, or of one alone; and whether it is only like what was searched for.

    The number of queries does not grow with what there is.
    """
    fardplaner = list(
        gallande_fardplaner(person).select_related("stadskarna", "program").order_by("stadskarna__ordning")
    )
    valda = {slag: SLAG[slag]} if slag in SLAG else SLAG
    tomma = _tomma(sokning, person)
    for nara in (False, True):
        fraga = Fraga(sokning, person, MEST if slag in SLAG else I_GRUPPEN, nara, fardplaner)
        i_dem = {namn: delar for namn, delar in valda.items() if nara or namn not in tomma}
        grupper = [g for namn, (rubrik, hitta) in i_dem.items() if (g := _grupp(namn, rubrik, hitta(fraga), fraga))]
        if grupper:
            return sorted(grupper, key=lambda g: -g.vikt), nara
    return [], False


def _tomma(sokning: Sokning, person: Person) -> set[str]:
    """The kinds where no row at all has the words, so that they need not be asked one by one. Only for who may know of
    nearly all rows: how long an answer takes could tell others that there is one.
    """
    arendets = arenden.Arendeurval(q=sokning.text).nummer
    if not sokning.ord or sokning.nummer or sokning.paragraf or arendets or not har(person, Rattighet.SE_INTERNT):
        return set()
    return {slag for slag, nagon in zip(TEXTER, finns(sokning.ord, *TEXTER.values()), strict=True) if not nagon}


def _grupp(slag: str, rubrik: str, traffar: list[Traff], fraga: Fraga) -> Grupp | None:
    antal = fraga.antal
    return Grupp(slag, rubrik, traffar[:antal], fler=len(traffar) > antal) if traffar else None


def _stadskarnor(fraga: Fraga) -> list[Traff]:
    """Those whose name has all words, with their färdplan; few enough to be looked at one by one."""
    if fraga.nara:
        return []
    return [
        fraga.traff(str(f.stadskarna), "Stadskärna", reverse("fardplan", args=[f.stadskarna.slug]), f.karaktar)
        for f in fraga.fardplaner
        if fraga.sokning.i(str(f.stadskarna))
    ]


def _insatser(fraga: Fraga) -> list[Traff]:
    i_fardplan = synliga_insatser(fraga.person).i_fardplaner(synliga_fardplaner(fraga.person))
    alla = i_fardplan.select_related("malomrade", "fardplan__stadskarna")
    nummer = fraga.sokning.nummer
    # A number and words: the number is what stood before the title.
    med_nummer = Q(malomrade__nummer=nummer[0], ordning=nummer[1]) if nummer and not fraga.sokning.ord else None
    hittade = fraga.ur(alla.i_nummerordning(), "titel", "text", ocksa=med_nummer)
    if nummer:
        hittade.sort(key=lambda i: (i.malomrade.nummer, i.ordning) != nummer)
    return [_insats(fraga, lank) for lank in insatslankar(hittade, fraga.person)]


def _insats(fraga: Fraga, lank: Insatslank) -> Traff:
    insats = lank.insats
    var = f"Insats {insats.nummer}, {insats.fardplan.stadskarna if insats.fardplan else 'gemensam'}"
    slut = "".join(
        ord_ for ord_, galler in ((", avförd", insats.avford), (", gäller inte längre", not lank.galler)) if galler
    )
    return fraga.traff(insats.titel, f"{var}{slut}", lank.adress, insats.text)


def _aktiviteter(fraga: Fraga) -> list[Traff]:
    """Of plans that the person reads as they are now: not those whose change is being prepared, for besökare."""
    planer = synliga_handlingsplaner(fraga.person)
    alla = Aktivitet.objects.filter(prioritering__handlingsplan__in=planer).select_related(
        "prioritering__insats__malomrade",
        "prioritering__handlingsplan__fardplan__stadskarna",
        "prioritering__handlingsplan__fardplan__program",
    )
    hittade = fraga.ur(alla.order_by("-prioritering__handlingsplan__ar_fran", "pk"), "titel", "resultat")
    sidor = generation.plansidor({a.prioritering.handlingsplan for a in hittade}, fraga.person)
    return [
        fraga.traff(
            a.titel,
            f"Aktivitet i {(plan := a.prioritering.handlingsplan)}, {plan.fardplan.stadskarna}",
            f"{sidor[plan.pk]}#insats-{a.prioritering.insats.nummer}",
            a.resultat,
            pahittad=plan,
        )
        for a in hittade
    ]


def _aktorer(fraga: Fraga) -> list[Traff]:
    alla = Aktor.objects.i_registret().i_ordning()
    return [fraga.traff(a.namn, a.get_slag_display(), reverse("aktor", args=[a.slug])) for a in fraga.ur(alla, "namn")]


def _handlingsplaner(fraga: Fraga) -> list[Traff]:
    """By stadskärna, years and the word itself; few enough to be looked at one by one."""
    if fraga.nara:
        return []
    alla = kanda_handlingsplaner(fraga.person).select_related("fardplan__stadskarna", "fardplan__program")
    namn = {p: f"Handlingsplan {p.period} för {p.fardplan.stadskarna}" for p in alla.order_by("-ar_fran", "pk")}
    hittade = [p for p, n in namn.items() if fraga.sokning.i(n)][: fraga.antal + 1]
    sidor = generation.plansidor(hittade, fraga.person)
    return [fraga.traff(namn[p], p.get_status_display(), sidor[p.pk], pahittad=p) for p in hittade]


def _fardriktningar(fraga: Fraga) -> list[Traff]:
    galler = {f.pk: f for f in fraga.fardplaner}
    alla = Fardriktning.objects.filter(fardplan__in=galler).select_related("malomrade")
    i_ordning = alla.order_by("fardplan__stadskarna__ordning", "malomrade__nummer")
    ut = []
    for r in fraga.ur(i_ordning, "rubrik", "text"):
        karna = galler[r.fardplan_id].stadskarna
        adress = reverse("fardplan", args=[karna.slug]) + f"#malomrade-{r.malomrade.nummer}"
        ut.append(fraga.traff(r.rubrik, f"Färdriktning för {r.malomrade}, {karna}", adress, r.text))
    for f in fraga.ur(Fardplan.objects.filter(pk__in=galler), "karaktar_rubrik", "karaktar"):
        karna = galler[f.pk].stadskarna
        namn = f.karaktar_rubrik or f"Karaktären hos {karna}"
        ut.append(fraga.traff(namn, f"Karaktär, {karna}", reverse("fardplan", args=[karna.slug]), f.karaktar))
    return sorted(ut, key=lambda t: -t.vikt)[: fraga.antal + 1]


def _arenden(fraga: Fraga) -> list[Traff]:
    """By their words, by a diarienummer in any spelling, and by the § of a step."""
    sokt = fraga.sokning
    urval = arenden.Arendeurval(q=sokt.text)
    # By their ids: a question within the condition would keep the index of the words from being used.
    med_nummer = list(arenden.arenden(urval).values_list("pk", flat=True)[:KANDIDATER]) if urval.nummer else []
    ocksa = Q(pk__in=med_nummer) if med_nummer and not fraga.nara else Q()
    if sokt.paragraf and not sokt.ord:
        steg = Arendebeslut.objects.filter(paragraf=sokt.paragraf).values_list("arende", flat=True)
        ocksa |= Q(pk__in=list(steg[:KANDIDATER]))
    hittade = fraga.ur(Arende.objects.select_related("aktor").order_by("-pk"), "rubrik", "sammanfattning", ocksa=ocksa)
    return [
        fraga.traff(
            a.rubrik,
            ", ".join(filter(None, ["Ärende", str(a.aktor), a.diarienummer])),
            reverse("arende", args=[a.pk]),
            a.sammanfattning,
        )
        for a in hittade
    ]


def _moten(fraga: Fraga) -> list[Traff]:
    """What stands on agendas, what was decided there, and by its § or diarienummer."""
    karnor = [f.stadskarna for f in fraga.fardplaner]
    if not karnor:
        return []
    sokt = fraga.sokning
    ocksa = Q(paragraf=sokt.paragraf) if sokt.paragraf and not sokt.ord else None
    alla = synliga_motespunkter(fraga.person).filter(har_eller_for_alla(*karnor, via="mote__organ"))
    ordnade = alla.select_related("mote__organ__stadskarna").order_by("-mote__datum", "ordning")
    ut = [
        _punkt(fraga, p, p.mote.organ.stadskarna or karnor[0])
        for p in fraga.ur(ordnade, "rubrik", "beslut", ocksa=ocksa)
    ]
    if fraga.nara:
        return ut
    for b in arenden.beslut(arenden.Arendeurval(q=sokt.text), fraga.person, paragraf=sokt.paragraf):
        paragraf = f"§ {b.beslut.paragraf}" if b.beslut.paragraf else ""
        namn = ", ".join(filter(None, [f"{b.beslut.organ} {b.beslut.datum}", paragraf, b.beslut.diarienummer]))
        adress = (
            reverse("mote", args=[b.stadskarna.slug, b.mote.pk])
            if b.mote
            else reverse("organ", args=[b.stadskarna.slug])
        )
        ut.append(fraga.traff(namn, f"Beslut, {b.stadskarna}", adress))
    return sorted(ut, key=lambda t: -t.vikt)[: fraga.antal + 1]


def _punkt(fraga: Fraga, punkt: Motespunkt, karna: Stadskarna) -> Traff:
    var = f"{punkt.mote.organ} {punkt.mote.datum}, {karna}"
    return fraga.traff(punkt.rubrik, var, reverse("mote", args=[karna.slug, punkt.mote_id]), punkt.beslut)


def _kommentarer(fraga: Fraga) -> list[Traff]:
    """What was said of the läge, for who reads more than the latest."""
    if not har(fraga.person, Rattighet.SE_INTERNT):
        return []
    alla = Lagesrapport.objects.filter(aterkallad=None).exclude(kommentar="").select_related("insats", "stadskarna")
    hittade = fraga.ur(alla.order_by("-datum", "-pk"), "kommentar")
    lankar = {lank.insats.pk: lank for lank in insatslankar([r.insats for r in hittade], fraga.person)}
    return [
        fraga.traff(
            r.insats.titel,
            f"Lägesrapport {r.datum}, {r.stadskarna}",
            reverse("insats_varaktig", args=[r.insats_id], query={"stadskarna": r.stadskarna.slug}),
            r.kommentar,
            pahittad=r,
        )
        for r in hittade
        if r.insats_id in lankar
    ]


def _samtalen(fraga: Fraga) -> list[Traff]:
    """What was said of things, for who logs in."""
    if not har(fraga.person, Rattighet.SE_INTERNT):
        return []
    planens = ("handlingsplan__fardplan__stadskarna", "handlingsplan__fardplan__program")
    om = ("insats__malomrade", "stadskarna", *planens, *(f"aktivitet__prioritering__{p}" for p in planens))
    hittade = fraga.ur(Kommentar.objects.kvar().select_related("av", *om).order_by("-skapad", "-pk"), "text")
    lankar = {lank.insats.pk: lank for lank in insatslankar([k.insats for k in hittade if k.insats], fraga.person)}
    planer = {k.pk: k.aktivitet.prioritering.handlingsplan if k.aktivitet else k.handlingsplan for k in hittade}
    sidor = generation.plansidor({p for p in planer.values() if p}, fraga.person)
    return [
        fraga.traff(
            k.insats.titel if k.insats else str(k.aktivitet or k.handlingsplan),
            f"Kommentar av {k.av} {timezone.localtime(k.skapad):%Y-%m-%d}",
            _samtalets_adress(k, planer[k.pk], sidor),
            k.text,
            pahittad=planer[k.pk],
        )
        for k in hittade
        if k.insats_id in lankar or planer[k.pk]
    ]


def _samtalets_adress(k: Kommentar, plan: Handlingsplan | None, sidor: Mapping[int, str]) -> str:
    if k.insats_id and k.stadskarna:
        return reverse("insats_varaktig", args=[k.insats_id], query={"stadskarna": k.stadskarna.slug}) + "#samtal"
    sida = sidor[plan.pk] if plan else ""
    return f"{sida}aktivitet/{k.aktivitet_id}/samtal/" if k.aktivitet_id else f"{sida}#samtal"


def _indikatorer(fraga: Fraga) -> list[Traff]:
    """Read in the first stadskärna of their program: the page has them all beside each other."""
    forst: dict[int, Fardplan] = {}
    for f in fraga.fardplaner:
        forst.setdefault(f.program_id, f)
    malomraden = Malomrade.objects.filter(program__in=forst)
    alla = Indikator.objects.filter(malomrade__in=malomraden).select_related("malomrade").order_by("malomrade__nummer")
    return [
        fraga.traff(
            i.namn,
            f"Statistik i {i.enhet}, {i.malomrade}",
            reverse("lagesbild", args=[forst[i.malomrade.program_id].stadskarna.slug]) + f"#indikator-{i.pk}",
            i.beskrivning,
            pahittad=i,
        )
        for i in fraga.ur(alla, "namn", "beskrivning")
    ]


# In the order that kinds stand where they are equally good: {word in the address: (heading, what finds them)}.
SLAG: dict[str, tuple[str, Callable[[Fraga], list[Traff]]]] = {
    "stadskarnor": ("Stadskärnor", _stadskarnor),
    "insatser": ("Insatser", _insatser),
    "aktorer": ("Aktörer", _aktorer),
    "handlingsplaner": ("Handlingsplaner", _handlingsplaner),
    "aktiviteter": ("Aktiviteter", _aktiviteter),
    "fardriktningar": ("Färdriktningar", _fardriktningar),
    "arenden": ("Ärenden", _arenden),
    "moten": ("Möten och beslut", _moten),
    "statistik": ("Statistik", _indikatorer),
    "lagen": ("Lägesrapporter", _kommentarer),
    "kommentarer": ("Kommentarer", _samtalen),
}

# Where the words of a kind stand, of those that are found by nothing else; as their indexes have them.
TEXTER: dict[str, Sokt] = {
    "insatser": (Insats.objects.all, ("titel", "text")),
    "aktorer": (Aktor.objects.all, ("namn",)),
    "aktiviteter": (Aktivitet.objects.all, ("titel", "resultat")),
    "arenden": (Arende.objects.all, ("rubrik", "sammanfattning")),
    "statistik": (Indikator.objects.all, ("namn", "beskrivning")),
    "lagen": (Lagesrapport.objects.exclude(kommentar="").all, ("kommentar",)),
    "kommentarer": (Kommentar.objects.kvar, ("text",)),
}
