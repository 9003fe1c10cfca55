"""Indikatorer and mätvärden: the lägesbild of a stadskärna beside the others, and what the values were before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aktorer.behorighet import Person
from aktorer.grund.rader import efter, senaste
from insatser.behorighet import synliga_fardplaner
from insatser.models import (  # type: ignore[attr-defined]
    Fardplan,
    Indikator,
    Malomrade,
    Matvarde,
    MatvardeEvent,
    Stadskarna,
)
from insatser.regler import malavstand, tal
from insatser.regler.bojning import raknat
from insatser.regler.malavstand import Avstand, avstand
from insatser.regler.status import Riktning


@dataclass(frozen=True)
class Karnvarden:
    """The values of one stadskärna by year."""

    stadskarna: Stadskarna
    egen: bool
    per_ar: Mapping[int, Matvarde]


@dataclass(frozen=True)
class Indikatorbild:
    """An indikator with the values of all stadskärnor that have any, our own first."""

    indikator: Indikator
    karnor: list[Karnvarden]

    @property
    def egna(self) -> list[Matvarde]:
        """Our own values, latest first."""
        return [v for k in self.karnor if k.egen for _, v in sorted(k.per_ar.items(), reverse=True)]

    @property
    def ovriga(self) -> list[Karnvarden]:
        return [k for k in self.karnor if not k.egen]

    @property
    def senast(self) -> Matvarde | None:
        return next(iter(self.egna), None)

    @property
    def kalla(self) -> str:
        """That of the latest value, else what the indikator says of all."""
        return (self.senast and self.senast.kalla) or self.indikator.kalla

    @property
    def kallor(self) -> list[tuple[str, list[Matvarde]]]:
        """(source, its values) of our own, latest first; when all have the same there is nothing more to tell."""
        per_kalla: dict[str, list[Matvarde]] = {}
        for v in self.egna:
            per_kalla.setdefault(v.kalla or self.indikator.kalla, []).append(v)
        return list(per_kalla.items()) if len(per_kalla) > 1 else []

    @property
    def till_malet(self) -> Avstand | None:
        if self.senast is None or self.indikator.mal is None:
            return None
        return avstand(self.senast.varde, self.indikator.mal, self.indikator.riktning)

    @property
    def forandring(self) -> str:
        """How the latest value differs from the one before it, in words; "" when there is none before it."""
        if len(self.egna) < 2:
            return ""
        nu, fore = self.egna[:2]
        return f"{malavstand.forandring(fore.varde, nu.varde, self.indikator.enhet)} sedan {fore.ar}"

    @property
    def vart(self) -> Riktning | None:
        """Whether that is better or worse; None where no direction is wanted, and when there is none before it."""
        if len(self.egna) < 2:
            return None
        nu, fore = self.egna[:2]
        return malavstand.vart(fore.varde, nu.varde, self.indikator.riktning)

    @property
    def avstandsenhet(self) -> str:
        return malavstand.enhet(self.indikator.enhet)

    @property
    def ar(self) -> list[int]:
        return sorted({ar for k in self.karnor for ar in k.per_ar})

    @property
    def tabell(self) -> list[tuple[Karnvarden, list[Matvarde | None]]]:
        """A row per stadskärna, with its value or None for each of `ar`."""
        aren = self.ar
        return [(k, [k.per_ar.get(ar) for ar in aren]) for k in self.karnor]

    @property
    def i_ord(self) -> str:
        """What the chart shows, for who does not see it."""
        meningar = [_utveckling(k) for k in self.karnor if k.egen]
        if antal := len(self.ovriga):
            meningar.append(f"Jämfört med {raknat(antal, 'annan stadskärna', 'andra stadskärnor')}.")
        if self.indikator.mal is not None:
            meningar.append(f"Målet är {tal.skriv(self.indikator.mal)} år {self.indikator.mal_ar}.")
        return " ".join(meningar)

    @property
    def pahittat(self) -> str:
        """What here is example data, in words; "" when nothing is."""
        namn = [str(k.stadskarna) for k in self.karnor if any(v.exempel for v in k.per_ar.values())]
        return pahittat(self.indikator, namn)


def pahittat(indikator: Indikator, karnor: Sequence[str]) -> str:
    """That the indikator is example data, or its values in these stadskärnor; "" when nothing is."""
    if indikator.exempel:
        return "Indikatorn, målet och värdena är påhittade för att visa hur verktyget fungerar."
    return f"Det finns påhittade värden för {', '.join(karnor)}." if karnor else ""


def _utveckling(karna: Karnvarden) -> str:
    forsta, sista = min(karna.per_ar), max(karna.per_ar)
    nu = _i_ord(karna.per_ar[sista])
    if forsta == sista:
        return f"{karna.stadskarna} hade {nu}."
    return f"{karna.stadskarna} gick från {_i_ord(karna.per_ar[forsta])} till {nu}."


def _i_ord(varde: Matvarde) -> str:
    return f"{'cirka ' if varde.cirka else ''}{tal.skriv(varde.varde)} år {varde.ar}"


def lagesbild(fardplan: Fardplan, person: Person) -> list[tuple[Malomrade, list[Indikatorbild]]]:
    """The målområden of the färdplan's program, each with its indikatorer. Three queries.

    The values of a stadskärna are part of its färdplan of that program, and shown to those who may see that one.
    """
    karnor = synliga_fardplaner(person).filter(program=fardplan.program_id).values("stadskarna")
    varden: dict[int, dict[int, dict[int, Matvarde]]] = {}
    rader = Matvarde.objects.filter(indikator__malomrade__program=fardplan.program_id, stadskarna__in=karnor)
    namn: dict[int, Stadskarna] = {}
    for v in rader.select_related("stadskarna").order_by("stadskarna__ordning", "ar"):
        namn[v.stadskarna_id] = v.stadskarna
        varden.setdefault(v.indikator_id, {}).setdefault(v.stadskarna_id, {})[v.ar] = v
    bilder: dict[int, list[Indikatorbild]] = {}
    for i in indikatorer(fardplan):
        per_karna = [
            Karnvarden(namn[pk], pk == fardplan.stadskarna_id, per_ar) for pk, per_ar in varden.get(i.pk, {}).items()
        ]
        per_karna.sort(key=lambda k: not k.egen)
        bilder.setdefault(i.malomrade_id, []).append(Indikatorbild(i, per_karna))
    malomraden = Malomrade.objects.filter(program=fardplan.program_id).order_by("nummer")
    return [(m, bilder.get(m.pk, [])) for m in malomraden]


def indikatorer(fardplan: Fardplan) -> list[Indikator]:
    """Those of the färdplan's program in the order people see them. One query."""
    alla = Indikator.objects.filter(malomrade__program=fardplan.program_id).select_related("malomrade")
    return list(alla.order_by("malomrade__nummer", "ordning", "namn"))


def las_indikatorer(fardplan: Fardplan) -> None:
    """Lock them until the transaction ends, always in the same order: whoever writes values locks their indikator."""
    rader = Indikator.objects.filter(malomrade__program=fardplan.program_id).order_by("pk").only("pk")
    list(rader.select_for_update(no_key=True))


def hinder(indikator: Indikator) -> list[str]:
    """Why the indikator cannot be taken away. One query."""
    return ["Indikatorn har mätvärden. Ta bort dem först, i alla stadskärnor."] if indikator.varden.exists() else []


def egna_varden(fardplan: Fardplan) -> list[Matvarde]:
    """The stadskärna's values of the program's indikatorer, by year. One query."""
    return list(
        Matvarde.objects.filter(
            stadskarna=fardplan.stadskarna_id, indikator__malomrade__program=fardplan.program_id
        ).order_by("ar")
    )


def rader(fardplan: Fardplan, alla: Sequence[Indikator]) -> list[tuple[Indikator, Matvarde | None]]:
    """Each of the indikatorer with each of the stadskärna's values; once without when there is none. One query."""
    varden: dict[int, list[Matvarde]] = {}
    for v in egna_varden(fardplan):
        varden.setdefault(v.indikator_id, []).append(v)
    return [(i, v) for i in alla for v in varden.get(i.pk, [None])]


def senaste_handelse(indikator: Indikator, stadskarna: Stadskarna) -> int:
    """The id of the latest event in the history of the indikator's values here; 0 when there is none."""
    return senaste(_handelser(indikator, stadskarna))


def varden_da(indikator: Indikator, stadskarna: Stadskarna, handelse: int) -> list[Any]:
    """The events that hold the values as they were after that event."""
    return efter(_handelser(indikator, stadskarna), handelse)


def vid_versioner(versioner: Mapping[int, int]) -> dict[int, Any]:
    """{mätvärde id: the event that holds it as it was at the given version}; missing when that never was."""
    if not versioner:
        return {}
    handelser = MatvardeEvent.objects.filter(pgh_obj_id__in=versioner).exclude(pgh_label="delete").order_by("pgh_id")
    return {h.pgh_obj_id: h for h in handelser if h.version == versioner[h.pgh_obj_id]}


def _handelser(indikator: Indikator, stadskarna: Stadskarna) -> Any:
    return MatvardeEvent.objects.filter(indikator=indikator.pk, stadskarna=stadskarna.pk)
