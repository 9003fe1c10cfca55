"""Ärenden and överenskommelser as lists, and where the insatser they concern are read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Func, Max, Prefetch, Q, QuerySet, TextField, Value

from aktorer import diarienummer
from aktorer.behorighet import Person
from aktorer.grund.sokning import Vikt
from aktorer.grund.tecken import nyckel
from aktorer.models import Aktor
from insatser.behorighet import gallande_fardplaner, synliga_beslut
from insatser.fragor.mote import planversioner
from insatser.models import (
    Anslutning,
    Arende,
    Arendebeslut,
    Beslut,
    Mote,
    Overenskommelse,
    Planversion,
    Stadskarna,
)
from insatser.models.organ import har_eller_for_alla
from insatser.regler.bojning import bojt

FLEST_BESLUT = 50


@dataclass(frozen=True)
class Arendeurval:
    """What the visitor asked to see; empty means all. `aktor` is a slug."""

    q: str = ""
    slag: str = ""
    aktor: str = ""

    @property
    def nummer(self) -> str:
        """What is searched for as a diarienummer, in the form that is compared; none is without digits."""
        nummer = diarienummer.utan_fyllnad(diarienummer.i_fraga(self.q))
        return nummer if any(tecken.isdecimal() for tecken in nummer) else ""

    @property
    def filtrerat(self) -> bool:
        return self != Arendeurval()


def med_steg(arenden: QuerySet[Arende]) -> QuerySet[Arende]:
    """With aktör and the list `steg`, newest decision first; those without a date last."""
    return (
        arenden.select_related("aktor")
        .prefetch_related(Prefetch("beslut", Arendebeslut.objects.order_by("ordning"), to_attr="steg"))
        .annotate(senast=Max("beslut__datum"))
        .order_by(F("senast").desc(nulls_last=True), "-pk")
    )


def arenden(urval: Arendeurval) -> QuerySet[Arende]:
    """Those asked for. A whole diarienummer, however it is written, gives the ärenden that bear it, no more; a begun
    one those that begin with it.
    """
    alla = Arende.objects.all()
    if urval.slag:
        alla = alla.filter(slag=urval.slag)
    if urval.aktor:
        alla = alla.filter(aktor__slug=urval.aktor)
    if urval.nummer:
        utan_del = Func(F("nummer"), Value("."), Value(1), function="split_part", output_field=TextField())
        med_nummer = alla.annotate(nummer=_jamforbart(), utan_del=utan_del)
        utan_del_sokt = diarienummer.utan_del(urval.nummer)
        for lika in ({"nummer": urval.nummer}, {"utan_del": utan_del_sokt}, {"nummer__startswith": urval.nummer}):
            if (exakt := med_nummer.filter(**lika)).exists():
                return med_steg(exakt)
    for ord_ in nyckel(urval.q).split():
        alla = alla.sok(ord_)
    return med_steg(alla)


def _jamforbart() -> Func:
    """A row's diarienummer in the form of `Urval.nummer`."""
    delar = Vikt("diarienummer"), Value(diarienummer.FYLLNAD), Value(""), Value("g")
    return Func(*delar, function="regexp_replace", output_field=TextField())


@dataclass(frozen=True)
class Beslutstraff:
    """A decision of an organ, and where it is read: in the `stadskarna`, at its möte and as a version of a plan."""

    beslut: Beslut
    stadskarna: Stadskarna
    mote: Mote | None
    version: Planversion | None


def beslut(urval: Arendeurval, person: Person, *, paragraf: str = "") -> list[Beslutstraff]:
    """The decisions of organ whose diarienummer, or § alone, is searched for, newest first, at most `FLEST_BESLUT`.
    Five queries.

    A whole diarienummer gives those that bear it; a part of one those that hold it. They have neither kind nor aktör.
    """
    if not (urval.nummer or paragraf) or urval.slag or urval.aktor:
        return []
    karnor = [f.stadskarna for f in gallande_fardplaner(person).select_related("stadskarna")]
    if not karnor:
        return []
    alla = (
        synliga_beslut(person)
        .annotate(nummer=_jamforbart())
        .filter(har_eller_for_alla(*karnor, via="organ"), nummer__contains=urval.nummer)
        .filter(Q(paragraf=paragraf) if paragraf else Q())
        .select_related("organ__stadskarna")
        .order_by("-datum", "-pk")
    )
    hittade = list((urval.nummer and alla.filter(nummer=urval.nummer)[:FLEST_BESLUT]) or alla[:FLEST_BESLUT])
    versioner = planversioner(hittade, person)
    dagar = Mote.objects.filter(organ__in={b.organ_id for b in hittade}, datum__in={b.datum for b in hittade})
    moten = {(m.organ_id, m.datum): m for m in dagar}
    ut = []
    for b in hittade:
        version = versioner.get(b.pk)
        plats = b.organ.stadskarna or (version.handlingsplan.fardplan.stadskarna if version else karnor[0])
        ut.append(Beslutstraff(b, plats, moten.get((b.organ_id, b.datum)), version))
    return ut


def med_antal(overenskommelser: QuerySet[Overenskommelse]) -> QuerySet[Overenskommelse]:
    """With how many have joined (`anslutna`) and are proposed (`foreslagna`)."""
    status = Anslutning.Anslutningsstatus
    return overenskommelser.annotate(
        anslutna=Count("anslutningar", filter=Q(anslutningar__status=status.ANSLUTEN), distinct=True),
        foreslagna=Count("anslutningar", filter=Q(anslutningar__status=status.FORESLAGEN), distinct=True),
    ).order_by("namn")


def overenskommelser(urval: Arendeurval) -> QuerySet[Overenskommelse]:
    """Those asked for, by name."""
    alla = Overenskommelse.objects.all()
    if urval.slag:
        alla = alla.filter(slag=urval.slag)
    if urval.aktor:
        anslutna = Anslutning.objects.filter(aktor__slug=urval.aktor)
        alla = alla.filter(pk__in=anslutna.values("overenskommelse"))
    for ord_ in urval.q.split():
        alla = alla.sok(ord_)
    return med_antal(alla)


def aktorer_i() -> QuerySet[Aktor]:
    """The aktörer that have an ärende or stand in an överenskommelse."""
    i_arenden, i_overenskommelser = Arende.objects.values("aktor"), Anslutning.objects.values("aktor")
    hittade: QuerySet[Aktor] = Aktor.objects.filter(Q(pk__in=i_arenden) | Q(pk__in=i_overenskommelser)).i_ordning()
    return hittade


def hinder(arende: Arende) -> list[str]:
    """Why the ärende cannot be taken away: what points at it."""
    anslutningar = arende.anslutningar.select_related("aktor", "overenskommelse")
    punkter = arende.motespunkter.select_related("mote__organ")
    return [
        f"{a.aktor} står i överenskommelsen ”{a.overenskommelse}” genom ärendet. Ändra det där först."
        for a in anslutningar
    ] + [f"Ärendet står på dagordningen för {p.mote.organ} {p.mote.datum}. Ta bort punkten där först." for p in punkter]


def hinder_overenskommelse(overenskommelse: Overenskommelse) -> list[str]:
    """Why the överenskommelse cannot be taken away: who stands in it."""
    antal = overenskommelse.anslutningar.count()
    ord_ = bojt(antal, "En aktör", f"{antal} aktörer")
    return [f"{ord_} står i överenskommelsen. Bara en som ingen står i kan tas bort."] if antal else []
