"""What has happened lately that people may be told of by mail, to whomever it may matter."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, QuerySet
from django.utils import timezone

from insatser.fragor import motesnytt
from insatser.fragor.historik import fore_och_nu
from insatser.fragor.motesnytt import Motesnytt
from insatser.models import (  # type: ignore[attr-defined]
    AktivitetAktor,
    AktivitetAktorEvent,
    Handlingsplan,
    HandlingsplanEvent,
    Korning,
    Lagesrapport,
    Medverkan,
    MedverkanEvent,
    Mote,
    Omgang,
    Planversion,
)
from insatser.regler import notiser as regler
from insatser.regler.medverkan import Deltagande
from insatser.regler.period import dag_i_ord
from insatser.regler.status import Bedomning


class Underlag:
    """What has happened lately, to whomever it may matter. Asked for once, and only when somebody needs it."""

    def __init__(self, idag: date) -> None:
        self.idag = idag
        self.fran: datetime = timezone.now() - regler.FONSTER

    @cached_property
    def tillfragade(self) -> dict[tuple[type, int], Any]:
        """{(Medverkan or AktivitetAktor, id): the event by which it came to be asked}. Two queries."""
        ut: dict[tuple[type, int], Any] = {}
        for modell, handelser in ((Medverkan, MedverkanEvent), (AktivitetAktor, AktivitetAktorEvent)):
            fragade = modell.objects.filter(deltagande=Deltagande.TILLFRAGAD).values("pk")
            for fore, nu in fore_och_nu(handelser.objects.filter(pgh_obj_id__in=fragade), self.fran):
                fragad_fore = fore is not None and fore.deltagande == Deltagande.TILLFRAGAD
                if nu.deltagande == Deltagande.TILLFRAGAD and not fragad_fore and nu.pgh_label != "delete":
                    ut[modell, nu.pgh_obj_id] = nu
        return ut

    @cached_property
    def avviker(self) -> list[Lagesrapport]:
        """The reports by which an insats came to deviate somewhere where it still does. Three queries at most."""
        nya = list(
            Lagesrapport.objects.gallande()
            .filter(skapad__gte=self.fran, datum__gte=timezone.localdate(self.fran), bedomning=Bedomning.AVVIKER)
            .filter(insats__avford=None)
            .select_related("insats__malomrade", "stadskarna", "av")
        )
        if not nya:
            return []
        egna: dict[tuple[int, int], list[Lagesrapport]] = {}
        alla = Lagesrapport.objects.gallande().filter(insats__in={r.insats_id for r in nya}).senast_forst()
        for r in alla.only("insats_id", "stadskarna_id", "bedomning", "datum"):
            egna.setdefault((r.insats_id, r.stadskarna_id), []).append(r)

        def blev(r: Lagesrapport) -> bool:
            lagen = egna[r.insats_id, r.stadskarna_id]
            fore = next(iter(lagen[lagen.index(r) + 1 :]), None)
            avvek_redan = fore is not None and fore.bedomning == Bedomning.AVVIKER
            return lagen[0].bedomning == Bedomning.AVVIKER and not avvek_redan

        return [r for r in nya if blev(r)]

    @cached_property
    def versioner(self) -> list[Any]:
        """What was decided of plans, and holds. One query."""
        nya = Planversion.objects.gallande().med_foregangare().uppgifter().filter(skapad__gte=self.fran)
        return list(nya.select_related("beslut__organ", "handlingsplan__fardplan__stadskarna").order_by("pk"))

    @cached_property
    def oppnade(self) -> list[tuple[Handlingsplan, Any]]:
        """The plans that were opened for an ändringsbeslut and still are, with the event. Two queries at most."""
        handelser = HandlingsplanEvent.objects.filter(pgh_created_at__gte=self.fran, andras=True).values("pgh_obj_id")
        egna = HandlingsplanEvent.objects.filter(pgh_obj_id__in=handelser)
        par = fore_och_nu(egna, self.fran)
        nu_oppna = {nu.pgh_obj_id: nu for fore, nu in par if nu.andras and fore and not fore.andras}
        planer = Handlingsplan.objects.filter(pk__in=nu_oppna, andras=True).select_related("fardplan__stadskarna")
        return [(p, nu_oppna[p.pk]) for p in planer.order_by("pk")]

    @cached_property
    def moten(self) -> list[Motesnytt]:
        """The möten that were called, changed or called off lately. Two queries at most."""
        return motesnytt.sedan(self.fran, self.idag)

    @cached_property
    def mandag(self) -> date:
        """The Monday of this week: a veckobrev is of one week, and is not sent after it."""
        return self.idag - timedelta(days=self.idag.weekday())

    @cached_property
    def veckan_ar_ny(self) -> bool:
        """Whether a veckobrev may begin: on its Monday, or as soon as the timer runs again when it did not then."""
        return self.idag == self.mandag or not Korning.objects.filter(dag=self.mandag).exists()

    @cached_property
    def rapporterat(self) -> dict[int, tuple[int, bool]]:
        """{stadskärna id: (how many insatser somebody reported on in a week, whether any of it is invented)}."""
        nya = Lagesrapport.objects.gallande().filter(skapad__gte=timezone.now() - timedelta(days=7))
        return _per_karna(nya.filter(datum__gte=self.idag - timedelta(days=7)))

    @cached_property
    def avvikande(self) -> dict[int, tuple[int, bool]]:
        """The same of those that deviate now."""
        senaste = Lagesrapport.objects.senaste_av_varje().values("pk")
        avviker = Lagesrapport.objects.filter(pk__in=senaste, bedomning=Bedomning.AVVIKER, insats__avford=None)
        return _per_karna(avviker)

    @cached_property
    def vantar(self) -> list[tuple[int | None, str]]:
        """(stadskärna id or None for all, words) of rounds to be answered, and möten in the two weeks to come."""
        oppna = Omgang.objects.filter(stangd=None).select_related("fardplan").order_by("deadline")
        rundor = [(o.fardplan.stadskarna_id if o.fardplan else None, _omgangen(o, self.idag)) for o in oppna]
        till = self.idag + regler.FONSTER
        moten = Mote.objects.filter(datum__gte=self.idag, datum__lte=till, installt=False).select_related("organ")
        kallade = [(m.organ.stadskarna_id, f"{m.organ} möts {dag_i_ord(m.datum)}") for m in moten.order_by("datum")]
        return rundor + kallade


def _per_karna(rapporter: QuerySet[Lagesrapport]) -> dict[int, tuple[int, bool]]:
    antal = rapporter.order_by().values("stadskarna").annotate(n=Count("insats", distinct=True), ex=BoolOr("exempel"))
    return {rad["stadskarna"]: (rad["n"], rad["ex"]) for rad in antal}


def _omgangen(omgang: Omgang, idag: date) -> str:
    nar = "skulle besvaras" if omgang.deadline < idag else "besvaras"
    return f"{omgang} {nar} senast {dag_i_ord(omgang.deadline)}"
