"""A färdplan on one page: its målområden with färdriktning and insatser, what is missing in it, what is on its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from aktorer.behorighet import Person
from insatser.behorighet import gallande_fardplaner, synliga_fardplaner, synliga_insatser
from insatser.fragor import generation
from insatser.fragor.hanvisning import Hanvisningar, Hanvisningslank
from insatser.fragor.historik import gjord_av
from insatser.models import (  # type: ignore[attr-defined]
    Bilaga,
    Fardplan,
    FardplanEvent,
    Fardriktning,
    FardriktningEvent,
    Handlingsplan,
    Indikator,
    IndikatorEvent,
    Insats,
    Karnkommun,
    Kommentar,
    Lagesrapport,
    Malomrade,
    Matvarde,
    MatvardeEvent,
    Medverkan,
    Samverkansorgan,
    Stadskarna,
)
from insatser.regler.bojning import raknat
from insatser.regler.fordelning import INGEN
from insatser.regler.medverkan import Roll


@dataclass
class Fardplanfalt:
    malomrade: Malomrade
    fardriktning: Fardriktning | None
    insatser: list[Insats] = field(default_factory=list)


def falt(fardplan: Fardplan, person: Person) -> list[Fardplanfalt]:
    """Every målområde of the färdplan's program, with the insatser in force. Three queries."""
    riktningar = {r.malomrade_id: r for r in Fardriktning.objects.filter(fardplan=fardplan)}
    omraden = Malomrade.objects.filter(program=fardplan.program_id).order_by("nummer")
    ut = {m.pk: Fardplanfalt(m, riktningar.get(m.pk)) for m in omraden}
    insatser = synliga_insatser(person).i_fardplan(fardplan).gallande().select_related("malomrade").i_nummerordning()
    for insats in insatser:
        ut[insats.malomrade_id].insatser.append(insats)
    return list(ut.values())


@dataclass(frozen=True)
class Kontrollpunkt:
    """One line of the checklist of a färdplan: what it is about, how it stands, and which page one does it on.

    `plats` is a name of an address, `nummer` the målområde when it is one's own, and `fraga` what to select there.
    """

    namn: str
    klar: bool
    lage: str
    plats: str
    nummer: int | None = None
    fraga: str = ""


def checklista(fardplan: Fardplan) -> list[Kontrollpunkt]:
    """What a färdplan needs, in the order one writes it. Fourteen queries at most."""
    return [
        *_arv(fardplan),
        Kontrollpunkt("Karaktär", *_skrivet("Karaktären", fardplan.karaktar, fardplan.kalla), "fardplan_redigera"),
        *_fardriktningar(fardplan),
        _insatser(fardplan),
        _ansvariga(fardplan),
        _karnkommuner(fardplan.stadskarna),
        _organ(fardplan.stadskarna),
        _lagesbild(fardplan),
    ]


def _arv(fardplan: Fardplan) -> list[Kontrollpunkt]:
    """Of a draft that follows on another färdplan: whether all insatser of that one are decided on."""
    arv = [] if fardplan.publicerad else generation.arv(fardplan)
    if not arv:
        return []
    kvar = [a.insats.nummer for a in arv if not a.avgjord]
    lage = (
        f"{raknat(len(kvar), 'är inte avgjord', 'är inte avgjorda')}: {', '.join(kvar)}" if kvar else "Alla är avgjorda"
    )
    program = arv[0].insats.malomrade.program
    return [Kontrollpunkt(f"Insatser från {program}", not kvar, lage, "ta_over")]


def _skrivet(vad: str, text: str, kalla: str) -> tuple[bool, str]:
    """(ready, in words) of a text that must name its source."""
    if not text.strip():
        return False, "Inte skriven än"
    return (True, "Skriven, med källa") if kalla else (False, f"{vad} är skriven, men saknar källa")


def _fardriktningar(fardplan: Fardplan) -> list[Kontrollpunkt]:
    riktningar = {r.malomrade_id: r for r in Fardriktning.objects.filter(fardplan=fardplan)}
    ut = []
    for m in Malomrade.objects.filter(program=fardplan.program_id).order_by("nummer"):
        r = riktningar.get(m.pk)
        klar, lage = _skrivet("Färdriktningen", r.text if r else "", r.kalla if r else "")
        ut.append(Kontrollpunkt(f"Färdriktning {m.nummer}, {m.namn}", klar, lage, "fardriktning_redigera", m.nummer))
    return ut


def _insatser(fardplan: Fardplan) -> Kontrollpunkt:
    antal = fardplan.egna_insatser.gallande().count()
    ord_ = raknat(antal, "kärnspecifik insats", "kärnspecifika insatser") if antal else "Ingen är skriven än"
    if antal:
        return Kontrollpunkt("Kärnspecifika insatser", True, ord_, "insatskarta", fraga="?typ=karnspecifik")
    return Kontrollpunkt("Kärnspecifika insatser", False, ord_, "insats_ny")


def _ansvariga(fardplan: Fardplan) -> Kontrollpunkt:
    """Of its own insatser: who carries the gemensamma is no matter of one stadskärna."""
    egna = list(fardplan.egna_insatser.gallande().select_related("malomrade").i_nummerordning())
    har = set(Medverkan.objects.filter(roll=Roll.ANSVARIG, insats__in=egna).values_list("insats_id", flat=True))
    ingen = [i for i in egna if i.pk not in har]
    utan = ", ".join(i.nummer for i in ingen if not i.utan_ansvarig)
    med_skal = ", ".join(i.nummer for i in ingen if i.utan_ansvarig)
    if utan:
        lage = f"Ingen är ansvarig för {utan}, och det står inte varför"
    elif med_skal:
        lage = f"Alla insatser har en, utom {med_skal} där det står varför"
    else:
        lage = "Alla insatser har en" if egna else "Ingen insats är skriven än"
    i_tabellen = f"?typ=karnspecifik{'&aktor=' + INGEN if ingen else ''}&vy=tabell"
    return Kontrollpunkt("Ansvariga", bool(egna) and not utan, lage, "insatskarta", fraga=i_tabellen)


def _karnkommuner(stadskarna: Stadskarna) -> Kontrollpunkt:
    namn = ", ".join(str(a) for a in stadskarna.karnkommuner.order_by("karnkommun_set__ordning"))
    return Kontrollpunkt("Kärnkommuner", bool(namn), namn or "Ingen är inskriven än", "stadskarna_redigera")


def _organ(stadskarna: Stadskarna) -> Kontrollpunkt:
    """Its own; that the page shows those for all stadskärnor too is told."""
    alla = Samverkansorgan.objects.filter(Q(stadskarna=stadskarna) | Q(stadskarna=None))
    egna = [karna is not None for karna in alla.values_list("stadskarna", flat=True)]
    if antal := sum(egna):
        ord_ = raknat(antal, "organ är inskrivet", "organ är inskrivna")
        return Kontrollpunkt("Samverkansorgan", True, ord_, "organ")
    lage = "Inget eget är inskrivet än" + ("; sidan visar dem som är för alla stadskärnor" if egna else "")
    return Kontrollpunkt("Samverkansorgan", False, lage, "organ")


def _lagesbild(fardplan: Fardplan) -> Kontrollpunkt:
    """Invented values do not count."""
    varden = Matvarde.objects.filter(
        stadskarna=fardplan.stadskarna_id, indikator__malomrade__program=fardplan.program_id
    )
    par = list(varden.values_list("indikator", "exempel").distinct())
    if antal := len({indikator for indikator, pahittat in par if not pahittat}):
        ord_ = raknat(antal, "indikator har värden", "indikatorer har värden")
        return Kontrollpunkt("Lägesbild", True, ord_, "lagesbild")
    lage = "Inga värden finns än" + (", bara exempeldata" if par else "")
    return Kontrollpunkt("Lägesbild", False, lage, "lagesbild")


@dataclass(frozen=True)
class Offentligt:
    """What everybody may read once the färdplan is published."""

    fardriktningar: int
    insatser: list[Insats]
    handlingsplaner: list[Handlingsplan]

    @property
    def antal_insatser(self) -> str:
        return raknat(len(self.insatser), "kärnspecifik insats", "kärnspecifika insatser")


def blir_offentligt(fardplan: Fardplan) -> Offentligt:
    """What publishing the färdplan opens. Three queries."""
    egna = fardplan.egna_insatser.publicerade().gallande().select_related("malomrade").i_nummerordning()
    return Offentligt(
        fardplan.fardriktningar.count(),
        list(egna),
        list(fardplan.handlingsplaner.beslutade().nyast_forst()),
    )


BORJADES = "insatser.andringar.generation.borja"


def gjort(fardplan: Fardplan) -> list[Hanvisningar]:
    """What somebody has made of a draft: it stops the draft from being taken away. What it began with does not."""
    karna = fardplan.stadskarna.slug

    def lank(rad: object, sida: str = "", *args: object) -> Hanvisningslank:
        return Hanvisningslank(str(rad), reverse(sida, args=[karna, *args]) if sida else "")

    egna = fardplan.egna_insatser.select_related("malomrade").i_nummerordning()
    delar = {
        "Karaktär": [lank("Texten om karaktären", "fardplan_redigera")] if _karaktaren_ar_skriven(fardplan) else [],
        "Färdriktningar": [
            lank(r.malomrade, "fardriktning_redigera", r.malomrade.nummer) for r in _skrivna_fardriktningar(fardplan)
        ],
        "Kärnspecifika insatser": [lank(i, "insats", i.nummer) for i in egna],
        "Insatser som inte förs vidare": [lank(i, "ta_over") for i in _avslutade(fardplan)],
        "Rapporterade lägen": [lank(i, "insats", i.nummer) for i in _gemensamma_med_lage(fardplan)],
        "Kommentarer": [lank(i, "insats_samtal", i.nummer) for i in _kommenterade(fardplan)],
        "Filer": [lank(i, "insats_filer", i.nummer) for i in _med_filer(fardplan)],
        "Handlingsplaner": [lank(h, "handlingsplan", h.period) for h in fardplan.handlingsplaner.nyast_forst()],
        "Uppföljningsomgångar": [lank(o, "omgang", o.pk) for o in fardplan.omgangar.all()],
        "Styrdokument": [lank(d, "styrdokument_redigera", d.pk) for d in fardplan.styrdokument.all()],
        "Värden i lägesbilden": [lank(i, "indikator_varden", i.pk) for i in _indikatorer_med_varden(fardplan)],
        "Inlästa filer": [lank(i) for i in fardplan.inlasningar.exclude(inlast=None)],
        "Pengar": [lank(f"{b.aktor}, {b.ar}") for b in fardplan.bidrag.select_related("aktor")],
    }
    return [Hanvisningar(rubrik, lankar, 0) for rubrik, lankar in delar.items() if lankar]


def _karaktaren_ar_skriven(fardplan: Fardplan) -> bool:
    return bool(fardplan.karaktar and _rorda(FardplanEvent.objects.filter(pgh_obj=fardplan.pk)))


def _skrivna_fardriktningar(fardplan: Fardplan) -> QuerySet[Fardriktning]:
    rorda = _rorda(FardriktningEvent.objects.filter(fardplan=fardplan.pk))
    return fardplan.fardriktningar.filter(pk__in=rorda).select_related("malomrade").order_by("malomrade__nummer")


def _gemensamma_med_lage(fardplan: Fardplan) -> QuerySet[Insats]:
    return _gemensamma(fardplan, Lagesrapport.objects.filter(stadskarna=fardplan.stadskarna_id))


def _kommenterade(fardplan: Fardplan) -> QuerySet[Insats]:
    return _gemensamma(fardplan, Kommentar.objects.kvar().filter(stadskarna=fardplan.stadskarna_id))


def _med_filer(fardplan: Fardplan) -> QuerySet[Insats]:
    return _gemensamma(fardplan, Bilaga.objects.kvar().filter(stadskarna=fardplan.stadskarna_id))


def _gemensamma(fardplan: Fardplan, om: QuerySet[Any]) -> QuerySet[Insats]:
    """Those of the program that these rows are about."""
    med = om.values("insats")
    alla: QuerySet[Insats] = Insats.objects.filter(pk__in=med, fardplan=None, malomrade__program=fardplan.program_id)
    return alla.select_related("malomrade").order_by("malomrade__nummer", "ordning")


def _avslutade(fardplan: Fardplan) -> list[Insats]:
    """The insatser of the färdplan before that are not carried over: the gemensamma while nobody else has said so."""
    ensam = not Fardplan.objects.filter(program=fardplan.program_id).exclude(pk=fardplan.pk).exists()
    return [a.insats for a in generation.arv(fardplan) if a.avslut and (ensam or not a.insats.gemensam)]


def varden(fardplan: Fardplan) -> QuerySet[Matvarde]:
    """The values of its stadskärna among the indikatorer of its program."""
    return Matvarde.objects.filter(stadskarna=fardplan.stadskarna_id, indikator__malomrade__program=fardplan.program_id)


def _indikatorer_med_varden(fardplan: Fardplan) -> QuerySet[Indikator]:
    """Those with a value that somebody has written."""
    skrivna = _rorda(MatvardeEvent.objects.filter(pgh_obj__in=varden(fardplan)))
    alla: QuerySet[Indikator] = Indikator.objects.filter(varden__in=skrivna)
    return alla.distinct()


def tomma_indikatorer(fardplan: Fardplan) -> QuerySet[Indikator]:
    """Those of its program that came with a färdplan when it was begun, have no value and are nobody else's."""
    alla = Indikator.objects.filter(malomrade__program=fardplan.program_id, varden=None)
    if Fardplan.objects.filter(program=fardplan.program_id).exclude(pk=fardplan.pk).exists():
        return alla.none()
    return alla.exclude(pk__in=_rorda(IndikatorEvent.objects.filter(pgh_obj__in=alla)))


def _rorda(handelser: Any) -> set[int]:
    """The ids of the rows that somebody has written by anything else than beginning a färdplan."""
    return {h.pgh_obj_id for h in handelser if not gjord_av(h, BORJADES)}


def kommande(person: Person, slug: str | None = None) -> list[Fardplan]:
    """The färdplaner on their way: of stadskärnor (or the one with this slug) that have none the person may see.

    Newest generation first where there are two. Only that they are coming may be told, and the gemensamma insatser of
    their program, once any färdplan of it is published. Two queries, with kärnkommuner.
    """
    synliga = synliga_fardplaner(person)
    pa_vag = Fardplan.objects.filter(publicerad=False, program__in=synliga.values("program")).exclude(
        stadskarna__in=gallande_fardplaner(person).values("stadskarna")
    )
    if slug is not None:
        pa_vag = pa_vag.filter(stadskarna__slug=slug)
    forst = pa_vag.order_by("stadskarna_id", "-program__ar_fran", "-pk").distinct("stadskarna_id").values("pk")
    karnkommuner = Karnkommun.objects.select_related("aktor").order_by("ordning")
    return list(
        Fardplan.objects.filter(pk__in=forst)
        .select_related("stadskarna", "program")
        .prefetch_related(Prefetch("stadskarna__karnkommun_set", karnkommuner))
        .order_by("stadskarna__ordning")
    )


def gemensamma(fardplan: Fardplan) -> list[Insats]:
    """The insatser that all stadskärnor of its program share. One query."""
    alla = Insats.objects.publicerade().filter(fardplan=None, malomrade__program=fardplan.program_id).gallande()
    return list(alla.select_related("malomrade").i_nummerordning())
