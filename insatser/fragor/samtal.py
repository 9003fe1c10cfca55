"""What is said of a thing, in the order in which it was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from aktorer.behorighet import Person
from insatser.behorighet import far_kommentera, far_ta_bort_sagt
from insatser.models import Handlingsplan, Kommentar, Samtalssak

VISAS = 10  # of a thread beside other things


@dataclass(frozen=True)
class Samtalsrad:
    """A comment, and what its reader may do with it."""

    kommentar: Kommentar
    far_andra: bool
    far_ta_bort: bool


@dataclass(frozen=True)
class Samtal:
    """A thread: those of its rows that are shown, how many stand before them, how many comments there are, and whether
    the reader may say something.
    """

    rader: Sequence[Samtalsrad]
    fore: int
    antal: int
    far_kommentera: bool


def samtal(sak: Samtalssak, person: Person, *, allt: bool = False) -> Samtal:
    """The thread, or its end. One query."""
    alla = list(Kommentar.objects.om(sak).select_related("av__aktor").order_by("skapad", "pk"))
    far = far_kommentera(person)
    visade = alla if allt else alla[-VISAS:]
    return Samtal([_rad(k, sak, person, far=far) for k in visade], len(alla) - len(visade), _kvar(alla), far)


def antal_om_aktiviteter(plan: Handlingsplan) -> dict[int, int]:
    """{id of an aktivitet in the plan: how many comments there are on it}. One query."""
    om = Kommentar.objects.kvar().filter(aktivitet__prioritering__handlingsplan=plan).order_by()
    return dict(om.values_list("aktivitet").annotate(antal=Count("pk")))


def _rad(kommentar: Kommentar, sak: Samtalssak, person: Person, *, far: bool) -> Samtalsrad:
    kvar = far and kommentar.borttagen is None
    egen = kommentar.av_id == person.pk
    return Samtalsrad(kommentar, kvar and egen, kvar and far_ta_bort_sagt(person, kommentar.av_id, sak.stadskarna.pk))


def _kvar(alla: Sequence[Kommentar]) -> int:
    return sum(k.borttagen is None for k in alla)
