"""What points at an aktör: all of it, what it is called, and where it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from aktorer.behorighet import Person
from aktorer.models import Agarandel, Aktor, Anvandare, Gruppmedlem
from insatser.behorighet import gallande_fardplaner
from insatser.fragor.insatslankar import insatslankar
from insatser.models import (
    AktivitetAktor,
    Anslutning,
    Arende,
    Bidrag,
    Fardplan,
    Handlingsplan,
    Insats,
    Karnkommun,
    Kollegainbjudan,
    Kontakt,
    Lagesrapport,
    Medverkan,
    Omgangssvar,
    Planavslut,
    Planversion,
    Plats,
    Tillfragan,
)

_INGA = Q(pk__in=[])
FORST = 10  # of each kind; of the rest it is told how many they are


@dataclass(frozen=True)
class Hanvisningslank:
    """What points at the aktör, by name, and its address; "" when it has no page that everybody here may open."""

    text: str
    adress: str = ""
    exempel: bool = False


type _Lankar = Callable[[Sequence[Any], Person], list[Hanvisningslank]]


@dataclass(frozen=True)
class Relation:
    """Rows that point at an aktör by their `falt`. With it, the fields of `unikt` name just one row."""

    modell: type[Model]
    falt: str
    rubrik: str
    lankar: _Lankar
    med: tuple[str, ...] = ()
    unikt: tuple[str, ...] = ()
    # What a merge may move. What has been decided, and what somebody has reported, stays as it was written.
    foljer: Q = Q()  # noqa: RUF009 -- never changed
    exempel: Q = _INGA  # those that are made up
    # It goes with the aktör: its own facts do not stop it from being taken away.
    egen: bool = False

    def rader(self, aktor: Aktor) -> QuerySet[Any]:
        alla = self.modell._default_manager.filter(**{self.falt: aktor}).order_by("pk")
        return alla.select_related(*self.med) if self.med else alla

    def har_exempel(self, aktor: Aktor) -> bool:
        """Whether any of them is made up: what is shown of them says so."""
        return self.exempel != _INGA and self.rader(aktor).filter(self.exempel).exists()


def _en(lank: Callable[[Any], Hanvisningslank]) -> _Lankar:
    return lambda rader, person: [lank(rad) for rad in rader]


def insatsadresser(insatser: Iterable[Insats], person: Person) -> dict[int, str]:
    """{insats id: where it is read}."""
    return {lank.insats.pk: lank.adress for lank in insatslankar({i.pk: i for i in insatser}.values(), person)}


def _insatser(rader: Sequence[Medverkan], person: Person) -> list[Hanvisningslank]:
    adresser = insatsadresser((m.insats for m in rader), person)
    return [Hanvisningslank(str(m.insats), adresser.get(m.insats_id, "")) for m in rader]


def _lagesrapporter(rader: Sequence[Lagesrapport], person: Person) -> list[Hanvisningslank]:
    adresser = insatsadresser((r.insats for r in rader), person)
    return [
        Hanvisningslank(f"{r.insats} ({r.stadskarna}), {r.datum}", adresser.get(r.insats_id, ""), r.exempel)
        for r in rader
    ]


def _fragade(rader: Sequence[Tillfragan | Omgangssvar], person: Person) -> list[Hanvisningslank]:
    """A round about all stadskärnor is read in each."""
    return [
        Hanvisningslank(str(rad.punkt), reverse("omgang", args=[rad.punkt.stadskarna.slug, rad.punkt.omgang_id]))
        for rad in rader
    ]


def _platser(rader: Sequence[Plats], person: Person) -> list[Hanvisningslank]:
    """An organ for all stadskärnor is read in the first of them."""
    forsta = gallande_fardplaner(person).order_by("stadskarna__ordning").values_list("stadskarna__slug", flat=True)
    gemensamt = next(iter(forsta[:1]), "") if any(p.organ.stadskarna is None for p in rader) else ""
    ut = []
    for p in rader:
        karna = p.organ.stadskarna.slug if p.organ.stadskarna else gemensamt
        ut.append(Hanvisningslank(str(p.organ), reverse("organ", args=[karna]) if karna else ""))
    return ut


def _planen(plan: Handlingsplan) -> str:
    return reverse("plan_varaktig", args=[plan.pk])


def _generationen(plan: Fardplan) -> str:
    return reverse("generation", args=[plan.stadskarna.slug, plan.program.slug])


def _aktivitet(rad: AktivitetAktor) -> Hanvisningslank:
    p = rad.aktivitet.prioritering
    plan = p.handlingsplan
    text = f"{rad.aktivitet} ({plan.fardplan.stadskarna}, {str(plan)[0].lower()}{str(plan)[1:]})"
    return Hanvisningslank(text, f"{_planen(plan)}#insats-{p.insats.nummer}", plan.exempel)


def bidragets_mal(rad: Bidrag) -> str:
    """What the money is for."""
    return str(rad.aktivitet or rad.handlingsplan or rad.fardplan)


def _bidrag(rad: Bidrag) -> Hanvisningslank:
    plan = rad.aktivitet.prioritering.handlingsplan if rad.aktivitet else rad.handlingsplan
    adress = _planen(plan) if plan else _generationen(rad.fardplan) if rad.fardplan else ""
    return Hanvisningslank(f"{bidragets_mal(rad)}, {rad.ar}", adress, bool(plan and plan.exempel))


def _aktor(aktor: Aktor) -> Hanvisningslank:
    return Hanvisningslank(str(aktor), reverse("aktor", args=[aktor.slug]))


_PLAN = "aktivitet__prioritering__handlingsplan"
_UTKAST = Handlingsplan.Planstatus.UTKAST

_PUNKT = ("punkt__stadskarna", "punkt__insats__malomrade", "punkt__aktivitet")

RELATIONER = (
    Relation(
        Medverkan, "aktor", "Roller i insatser", _insatser, ("insats__malomrade", "insats__fardplan"), ("insats_id",)
    ),
    Relation(
        AktivitetAktor,
        "aktor",
        "Roller i aktiviteter",
        _en(_aktivitet),
        (f"{_PLAN}__fardplan__stadskarna", "aktivitet__prioritering__insats__malomrade"),
        ("aktivitet_id",),
        Q(**{f"{_PLAN}__status": _UTKAST}),
        Q(**{f"{_PLAN}__exempel": True}),
    ),
    Relation(
        Bidrag,
        "aktor",
        "Pengar",
        _en(_bidrag),
        (
            "fardplan__stadskarna",
            "fardplan__program",
            "handlingsplan__fardplan__stadskarna",
            f"{_PLAN}__fardplan__stadskarna",
        ),
        ("ar", "fardplan_id", "handlingsplan_id", "aktivitet_id"),
        Q(fardplan__isnull=False) | Q(handlingsplan__status=_UTKAST) | Q(**{f"{_PLAN}__status": _UTKAST}),
        Q(handlingsplan__exempel=True) | Q(**{f"{_PLAN}__exempel": True}),
    ),
    Relation(Plats, "aktor", "Platser i samverkansorgan", _platser, ("organ__stadskarna",)),
    Relation(
        Arende, "aktor", "Ärenden", _en(lambda a: Hanvisningslank(str(a), reverse("arende", args=[a.pk]))), ("aktor",)
    ),
    Relation(
        Anslutning,
        "aktor",
        "Överenskommelser",
        _en(lambda a: Hanvisningslank(str(a.overenskommelse), reverse("overenskommelse", args=[a.overenskommelse_id]))),
        ("overenskommelse",),
        ("overenskommelse_id",),
    ),
    Relation(
        Karnkommun,
        "aktor",
        "Kärnkommun",
        _en(lambda k: Hanvisningslank(str(k.stadskarna), reverse("stadskarna_redigera", args=[k.stadskarna.slug]))),
        ("stadskarna",),
        ("stadskarna_id",),
    ),
    Relation(
        Kontakt, "aktor", "Kontakter", _en(lambda k: Hanvisningslank(str(k), reverse("kontakt_redigera", args=[k.pk])))
    ),
    Relation(
        Lagesrapport,
        "aktor",
        "Lägesrapporter",
        _lagesrapporter,
        ("insats__malomrade", "insats__fardplan", "stadskarna"),
        foljer=_INGA,
        exempel=Q(exempel=True),
    ),
    Relation(Tillfragan, "aktor", "Frågor i uppföljningen", _fragade, _PUNKT, foljer=_INGA),
    Relation(Omgangssvar, "aktor", "Svar i uppföljningen", _fragade, _PUNKT, foljer=_INGA),
    Relation(Kollegainbjudan, "aktor", "Inbjudningar", _en(lambda i: Hanvisningslank(str(i)))),
    Relation(Anvandare, "aktor", "Konton", _en(lambda p: Hanvisningslank(str(p)))),
    Relation(Gruppmedlem, "aktor", "Medlem i grupper", _en(lambda m: _aktor(m.grupp)), ("grupp",), ("grupp_id",)),
    Relation(Gruppmedlem, "grupp", "Medlemmar", _en(lambda m: _aktor(m.aktor)), ("aktor",), ("aktor_id",), egen=True),
    Relation(Agarandel, "agare", "Äger", _en(lambda a: _aktor(a.aktor)), ("aktor",), ("aktor_id",)),
    Relation(Agarandel, "aktor", "Ägare", _en(lambda a: _aktor(a.agare)), ("agare",), ("agare_id",), egen=True),
    Relation(Aktor, "del_av", "Delar", _en(_aktor)),
    Relation(Aktor, "eftertradare", "Har efterträtt", _en(_aktor)),
    Relation(Aktor, "uppgatt_i", "Sammanslagna med den", _en(_aktor)),
)


@dataclass(frozen=True)
class Hanvisningar:
    """Those of one kind: the first of them, and how many more there are."""

    rubrik: str
    lankar: list[Hanvisningslank]
    fler: int


def hanvisningar(aktor: Aktor, person: Person) -> list[Hanvisningar]:
    """Everything that stops the aktör from being taken away, as the person may open it."""
    ut = []
    for relation in RELATIONER:
        rader = relation.rader(aktor)
        if not relation.egen and (antal := rader.count()):
            lankar = relation.lankar(list(rader[:FORST]), person)
            ut.append(Hanvisningar(relation.rubrik, lankar, max(0, antal - FORST)))
    if avslut := list(_avslutade(aktor)):
        ut.append(Hanvisningar("Avslutade handlingsplaner", [_avslut(a) for a in avslut], 0))
    if versioner := list(_beslutade(aktor)):
        ut.append(Hanvisningar("Beslutade handlingsplaner", [_version(v) for v in versioner], 0))
    return ut


def _beslutade(aktor: Aktor) -> QuerySet[Planversion]:
    """Decided versions whose frozen rows name it: they are thawed for who may not see what is being prepared."""
    i_raderna = Planversion.objects.filter(rader__contains=[{"fields": {"aktor": aktor.pk}}])
    return i_raderna.select_related("handlingsplan__fardplan__stadskarna").defer("innehall", "pdf", "rader")


def _avslutade(aktor: Aktor) -> QuerySet[Planavslut]:
    """The same of plans as they were when they were closed."""
    i_raderna = Planavslut.objects.filter(rader__contains=[{"fields": {"aktor": aktor.pk}}])
    return i_raderna.select_related("handlingsplan__fardplan__stadskarna").defer("innehall", "pdf", "rader")


def _avslut(a: Planavslut) -> Hanvisningslank:
    plan = a.handlingsplan
    return Hanvisningslank(f"{plan} ({plan.fardplan.stadskarna})", _planen(plan), plan.exempel)


def _version(v: Planversion) -> Hanvisningslank:
    plan = v.handlingsplan
    karna = plan.fardplan.stadskarna
    adress = reverse("planversion_varaktig", args=[plan.pk, v.nummer])
    return Hanvisningslank(f"{plan} ({karna}), version {v.nummer}", adress, plan.exempel)
