"""The objects that all attacks play with, and the days and numbers they have."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.urls import get_resolver
from django.utils import timezone

from aktorer.forms import VALDA
from aktorer.models import Aktor, Anvandare
from harden import adresser
from harden.scen.personer import EGEN, GRUPP
from insatser.andringar import handlingsplan as planer
from insatser.andringar import insats as insatser
from insatser.andringar.beslut import besluta
from insatser.andringar.roller import Rollrad
from insatser.forms import indikatorer
from insatser.forms.aktiviteter import ANDRING, RAPPORT
from insatser.forms.valda import FORMULAR
from insatser.models import (
    Aktivitet,
    Arende,
    Fardplan,
    Handlingsplan,
    Indikator,
    Insats,
    Malomrade,
    Mote,
    Omgang,
    Overenskommelse,
    Prioritering,
    Samverkansorgan,
    Styrdokument,
)
from insatser.regler.medverkan import Roll

FRAN, TILL = 2030, 2031  # of the decided plan that is made here


def dag(antal: int) -> date:
    """The day so many from today."""
    return timezone.localdate() + timedelta(days=antal)


@dataclass
class Scen:
    """`personer` by letter (None for the besökare); the objects as they were made, to be read anew when written to."""

    personer: dict[str, Anvandare | None]
    fardplan: Fardplan
    insats: Insats
    plan: Handlingsplan
    """The example draft."""
    beslutad: Handlingsplan
    aktivitet: Aktivitet
    organ: Samverkansorgan
    mote: Mote
    arende: Arende
    overenskommelse: Overenskommelse
    indikator: Indikator
    styrdokument: Styrdokument
    omgang: Omgang
    ord: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the name of an address: the words that are its own."""

    @property
    def planerare(self) -> Anvandare:
        person = self.personer["p"]
        assert person
        return person

    @cached_property
    def adresser(self) -> dict[str, str]:
        """{name: address} of every pattern, filled with the objects."""
        allmant = {
            "stadskarna": self.fardplan.stadskarna.slug,
            "nummer": self.insats.nummer,
            "int:nummer": 1,
            "falt": "titel",
            "period": self.plan.period,
            "program": self.fardplan.program.slug,
            "kontext": "00000000-0000-4000-8000-000000000000",
            "object_id": self.planerare.pk,
            "content_type_id": 1,
            "url": "nagot",
            "app_label": "aktorer",
        }
        return {
            namn: adresser.fyll(rutt, allmant | self.ord.get(namn, {}))
            for namn, rutt in adresser.rutter(get_resolver())
            if namn != "admin:view_on_site"
        }

    @property
    def med_val(self) -> list[str]:
        """Pages that have a form only when something is chosen in the address."""
        valda = {
            "insatskarta_valda": (self.insats, FORMULAR),
            "aktiviteter_valda": (self.aktivitet, {**RAPPORT, **ANDRING}),
            "aktorer_valda": (Aktor.objects.get(slug=EGEN), VALDA),
            "indikatorer_valda": (self.indikator, indikatorer.VALDA),
        }
        return [f"{self.adresser[n]}?i={rad.pk}&gor={gor}" for n, (rad, slag) in valda.items() for gor in slag]


def ny_insats(fardplan: Fardplan, av: Anvandare | None) -> Insats:
    """An insats of its own with an ansvarig, an aktör and a group in it, a läge, a link; not in the draft plan."""
    malomrade = Malomrade.objects.get(program=fardplan.program, nummer=1)
    ny = insatser.skapa(av=av, malomrade=malomrade, fardplan=fardplan, titel="Bygg en bro", text="En bro.")
    ids = dict(Aktor.objects.values_list("slug", "pk"))
    roller = [
        Rollrad(ids["region-stockholm"], Roll.ANSVARIG),
        Rollrad(ids[EGEN], Roll.MEDVERKANDE),
        Rollrad(ids[GRUPP], Roll.MEDVERKANDE),
    ]
    ny = insatser.andra_roller(av=av, insats=ny, version=ny.version, roller=roller)
    return Insats.objects.select_related("malomrade__program", "fardplan__stadskarna").get(pk=ny.pk)


def ny_aktivitet(plan: Handlingsplan, av: Anvandare | None) -> Aktivitet:
    """In the draft, with the same aktör in it."""
    prioritering = Prioritering.objects.filter(handlingsplan=plan).order_by("ordning")[0]
    roller = [Rollrad(Aktor.objects.get(slug=EGEN).pk, Roll.MEDVERKANDE)]
    return planer.skapa_aktivitet(av=av, prioritering=prioritering, roller=roller, titel="Rita bron", **tid(plan))


def tid(plan: Handlingsplan) -> dict[str, date]:
    return {"start": date(plan.ar_fran, 1, 1), "slut": date(plan.ar_till, 12, 31)}


def beslutad_plan(
    fardplan: Fardplan, insats: Insats, organ: Samverkansorgan, av: Anvandare | None, fran: int = FRAN, till: int = 0
) -> tuple[Handlingsplan, Aktivitet]:
    """A decided plan, of two years unless told, and an aktivitet in it."""
    plan = planer.skapa(av=av, fardplan=fardplan, ar_fran=fran, ar_till=till or fran + 1)
    prioritering = planer.lyft(av=av, plan=plan, insats=insats, skal="Viktigt")
    aktivitet = planer.skapa_aktivitet(av=av, prioritering=prioritering, titel="Mät", **tid(plan))
    plan.refresh_from_db()
    besluta(av=av, plan=plan, version=plan.version, organ=organ, datum=dag(-4), paragraf="2")
    plan.refresh_from_db()
    return plan, aktivitet
