"""The handlingsplan: which insatser are pushed together for two years, and the aktiviteter under them."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import ExtractQuarter, ExtractYear

from aktorer.grund import gjort
from aktorer.grund.dag import Dag
from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from aktorer.grund.sokning import sokindex
from aktorer.models import Aktor, lever
from insatser.models.databasregler import I_FARDPLANEN, I_PLANEN, fryst, krav, rattad
from insatser.models.fardplan import Fardplan
from insatser.models.insats import Insats
from insatser.regler import period
from insatser.regler.aktivitetstid import OMVANT
from insatser.regler.forsening import Forsening, forsening
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.status import KRAVER_KOMMENTAR, Status
from insatser.regler.utfall import Utfall

_AKTIVITETENS_PLAN = "SELECT p.handlingsplan_id FROM insatser_prioritering p WHERE p.id = {rad}.prioritering_id"
_ROLLENS_PLAN = (
    "SELECT p.handlingsplan_id FROM insatser_aktivitet a"
    " JOIN insatser_prioritering p ON p.id = a.prioritering_id WHERE a.id = {rad}.aktivitet_id"
)
UPPTAGEN = "Det finns redan en handlingsplan för perioden."
FOR_LANG = "En handlingsplan gäller högst fyra år."


class Arsspann(Func):
    """The plan's years as a range with both ends in it."""

    function = "int4range"
    template = "%(function)s(%(expressions)s, '[]')"


class HandlingsplanQuerySet(models.QuerySet["Handlingsplan"]):
    def get_by_natural_key(self, program: str, stadskarna: str, ar_fran: int, ar_till: int) -> Handlingsplan:
        return self.get(
            fardplan__program__slug=program, fardplan__stadskarna__slug=stadskarna, ar_fran=ar_fran, ar_till=ar_till
        )

    def beslutade(self) -> HandlingsplanQuerySet:
        return self.exclude(status=Handlingsplan.Planstatus.UTKAST)

    def nyast_forst(self) -> HandlingsplanQuerySet:
        return self.order_by("-ar_fran", "-ar_till", "-pk")


@historik()
class Handlingsplan(models.Model):
    """The years `ar_fran` to `ar_till`, both included: two unless history says otherwise."""

    class Planstatus(models.TextChoices):
        UTKAST = "utkast", "Utkast"
        BESLUTAD = "beslutad", "Beslutad"
        AVSLUTAD = "avslutad", "Avslutad"

    fardplan = models.ForeignKey(Fardplan, models.PROTECT, related_name="handlingsplaner", verbose_name="färdplan")
    ar_fran = models.PositiveSmallIntegerField("från år", validators=[MinValueValidator(1990), MaxValueValidator(2099)])
    ar_till = models.PositiveSmallIntegerField("till år", validators=[MinValueValidator(1990), MaxValueValidator(2099)])
    status = models.CharField(max_length=10, choices=Planstatus, default=Planstatus.UTKAST)
    inledning = models.TextField(max_length=5000, blank=True)
    andras = models.BooleanField(
        "ändring pågår",
        default=False,
        db_default=False,
        editable=False,
        help_text="Ett ändringsbeslut förbereds; det beslutade gäller.",
    )
    avslutad = Dag("avslutad den", null=True, blank=True, editable=False)
    slutord = models.TextField("det här kom ut av planen", max_length=5000, blank=True, default="", db_default="")
    exempel = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = HandlingsplanQuerySet.as_manager()

    class Meta:
        verbose_name = "handlingsplan"
        verbose_name_plural = "handlingsplaner"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fardplan", "ar_fran", "ar_till"],
                name="handlingsplan_en_per_period",
                violation_error_message=UPPTAGEN,
            ),
            models.CheckConstraint(
                condition=Q(status__in=["utkast", "beslutad", "avslutad"]), name="handlingsplan_status_giltig"
            ),
            models.CheckConstraint(
                condition=Q(ar_till__gte=F("ar_fran"), ar_fran__gte=1990, ar_till__lte=2099),
                name="handlingsplan_slut_efter_start",
                violation_error_message="Planen kan inte sluta innan den börjar.",
            ),
            models.CheckConstraint(
                condition=Q(status="avslutad", avslutad__isnull=False, andras=False)
                | (~Q(status="avslutad") & Q(avslutad=None, slutord="")),
                name="handlingsplan_avslutad_med_datum",
            ),
            # One that is closed before its end leaves its years to the next.
            ExclusionConstraint(
                name="handlingsplan_beslutade_overlappar_inte",
                expressions=[
                    ("fardplan", RangeOperators.EQUAL),
                    (Arsspann("ar_fran", "ar_till"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status="beslutad"),
                violation_error_message="En annan beslutad handlingsplan gäller redan under perioden.",
            ),
        ]
        triggers: ClassVar = [
            hor_till(I_FARDPLANEN),
            rakna_version(),
            pgtrigger.ReadOnly(name="handlingsplan_byter_inte_fardplan", fields=["fardplan"]),
            # Asked of new years alone: what is there already can still be read, and given others.
            krav(
                "handlingsplan_hogst_fyra_ar",
                f"NEW.ar_till - NEW.ar_fran < {period.LANGST}",
                FOR_LANG,
                vid=pgtrigger.Insert | pgtrigger.UpdateOf("ar_fran", "ar_till"),  # type: ignore[no-untyped-call]
            ),
            krav(
                "handlingsplan_fryst",
                "OLD.status = 'utkast'"
                f" OR (NEW.status = 'utkast' AND OLD.status = 'beslutad' AND {rattad('handlingsplan')})"
                " OR (NEW.status <> 'utkast' AND NEW.ar_fran = OLD.ar_fran"
                " AND NEW.ar_till = OLD.ar_till AND (OLD.andras OR NEW.andras OR NEW.inledning = OLD.inledning)"
                " AND (OLD.status = 'beslutad' OR (NEW.status = OLD.status AND NEW.avslutad = OLD.avslutad"
                " AND NEW.slutord = OLD.slutord)"
                f" OR (NEW.status = 'beslutad' AND {rattad('handlingsplan')})))",
                "Handlingsplanen är beslutad: innehållet ändras bara genom ett ändringsbeslut.",
                vid=pgtrigger.Update,
            ),
            pgtrigger.Protect(
                name="handlingsplan_tas_inte_bort",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.status <> 'utkast'"),
            ),
        ]

    def __str__(self) -> str:
        return f"Handlingsplan {self.period_i_text}"

    def natural_key(self) -> tuple[str, str, int, int]:
        return (*self.fardplan.natural_key(), self.ar_fran, self.ar_till)

    natural_key.dependencies = ["insatser.fardplan"]  # type: ignore[attr-defined]

    def senast_beslutad(self) -> Any:
        """The Planversion in force with words and decision, without PDF and rows; None before the first. One query."""
        versioner: Any = self.versioner
        senast = gjort.rader(
            lambda: versioner.gallande().med_foregangare().med_innehall().select_related("beslut__organ")[:1], self.pk
        )
        return senast[0] if senast else None

    @property
    def period(self) -> str:
        """As in addresses: 2026-2027."""
        return period.skriv(self.ar_fran, self.ar_till)

    @property
    def period_i_text(self) -> str:
        return period.skriv(self.ar_fran, self.ar_till, streck="–")

    @property
    def ar_utkast(self) -> bool:
        return self.status == self.Planstatus.UTKAST

    @property
    def kan_andras(self) -> bool:
        """A draft, or a decided plan for which an ändringsbeslut is being prepared. A draft left behind is dead."""
        return self.andras or (self.ar_utkast and not self.ar_efterlamnad)

    @property
    def ar_efterlamnad(self) -> bool:
        """A draft whose färdplan another generation has taken the place of: there is nothing to decide on."""
        return self.ar_utkast and self.fardplan.ar_aldre

    @property
    def kan_rapporteras(self) -> bool:
        """Whether at least the statuses of its aktiviteter can change: not of what is closed or left behind."""
        return self.kan_andras or self.status == self.Planstatus.BESLUTAD

    @property
    def har_deadliner(self) -> bool:
        """Whether its aktiviteter can be late: a draft's dates are nobody's deadline, and what is past has no now."""
        return self.status == self.Planstatus.BESLUTAD and self.foljs_upp

    @property
    def foljs_upp(self) -> bool:
        """Whether silence means anything: nobody reports on what is closed or has been followed by a new generation."""
        return self.status != self.Planstatus.AVSLUTAD and not self.fardplan.ar_aldre


class PrioriteringQuerySet(models.QuerySet["Prioritering"]):
    def get_by_natural_key(
        self, program: str, stadskarna: str, ar_fran: int, ar_till: int, insats: list[Any]
    ) -> Prioritering:
        return self.get(
            handlingsplan=Handlingsplan.objects.get_by_natural_key(program, stadskarna, ar_fran, ar_till),
            insats=Insats.objects.get_by_natural_key(*insats),
        )


@historik()
class Prioritering(models.Model):
    """An insats lifted into a handlingsplan: in which order and why."""

    handlingsplan = models.ForeignKey(Handlingsplan, models.PROTECT, related_name="prioriteringar")
    insats = models.ForeignKey(Insats, models.PROTECT, related_name="prioriteringar")
    ordning = models.PositiveSmallIntegerField()
    skal = models.TextField("skäl", max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = PrioriteringQuerySet.as_manager()

    class Meta:
        verbose_name = "prioritering"
        verbose_name_plural = "prioriteringar"
        ordering: ClassVar = ["handlingsplan", "ordning"]
        constraints: ClassVar = [
            # Judged at once, but for who puts all of the plan back as it was decided.
            models.UniqueConstraint(
                fields=["handlingsplan", "insats"],
                name="prioritering_insats_en_gang",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.UniqueConstraint(
                fields=["handlingsplan", "ordning"],
                name="prioritering_ordning_en_gang",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        triggers: ClassVar = [
            hor_till(I_PLANEN.format(plan="{rad}.handlingsplan_id")),
            rakna_version(),
            fryst("prioritering_fryst", "{rad}.handlingsplan_id"),
            krav(
                "prioritering_i_ratt_fardplan",
                "(SELECT CASE WHEN i.fardplan_id IS NULL THEN m.program_id = f.program_id"
                " ELSE i.fardplan_id = f.id END"
                " FROM insatser_insats i JOIN insatser_malomrade m ON m.id = i.malomrade_id,"
                " insatser_handlingsplan h JOIN insatser_fardplan f ON f.id = h.fardplan_id"
                " WHERE i.id = NEW.insats_id AND h.id = NEW.handlingsplan_id)",
                "Insatsen hör inte till handlingsplanens färdplan.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ordning}. {self.insats}"

    def natural_key(self) -> tuple[Any, ...]:
        return (*self.handlingsplan.natural_key(), self.insats.natural_key())

    natural_key.dependencies = ["insatser.handlingsplan", "insatser.insats"]  # type: ignore[attr-defined]


@historik()
class Bortval(models.Model):
    """An insats that was weighed for a handlingsplan and put off, and why."""

    handlingsplan = models.ForeignKey(Handlingsplan, models.PROTECT, related_name="bortval")
    insats = models.ForeignKey(Insats, models.PROTECT, related_name="bortval")
    skal = models.TextField("skäl", max_length=2000)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "bortval"
        verbose_name_plural = "bortval"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handlingsplan", "insats"], name="bortval_insats_en_gang"),
            models.CheckConstraint(
                condition=Q(skal__regex=r"\S"),
                name="bortval_har_skal",
                violation_error_message="Skriv varför insatsen får vänta.",
            ),
        ]
        triggers: ClassVar = [
            hor_till(I_PLANEN.format(plan="{rad}.handlingsplan_id")),
            rakna_version(),
            fryst("bortval_fryst", "{rad}.handlingsplan_id"),
        ]

    def __str__(self) -> str:
        return f"{self.insats} väntar"


class AktivitetQuerySet(models.QuerySet["Aktivitet"]):
    def get_by_natural_key(self, prioritering: list[Any], ordning: int) -> Aktivitet:
        return self.get(prioritering=Prioritering.objects.get_by_natural_key(*prioritering), ordning=ordning)


def _samma_kvartal(ena: str, andra: str) -> Q:
    """Whether both columns hold a day of the same quarter."""
    return Q(**{f"{ena}__quarter": ExtractQuarter(andra), f"{ena}__year": ExtractYear(andra)})


def _i_kvartalet(grans: str) -> Q:
    """Whether the day of a start or an end, where one is set, lies in its quarter."""
    dag = f"{grans}_dag"
    return Q(**{dag: None}) | (Q(**{f"{grans}__isnull": False}) & _samma_kvartal(dag, grans))


@historik()
class Aktivitet(models.Model):
    """Concrete work under a prioriterad insats.

    `start` and `slut` tell the quarters, the first by its first day and the last by its last. Where the very day is
    set, `start_dag` and `slut_dag` tell that too. A milstolpe has one time: its start is its end.
    """

    prioritering = models.ForeignKey(Prioritering, models.PROTECT, related_name="aktiviteter")
    ordning = models.PositiveSmallIntegerField()
    titel = models.CharField("vad som ska göras", max_length=200)
    resultat = models.TextField("förväntat resultat", max_length=2000, blank=True)
    start = Dag(null=True, blank=True)
    slut = Dag(null=True, blank=True)
    start_dag = Dag("startdag", null=True, blank=True)
    slut_dag = Dag("slutdag", null=True, blank=True)
    milstolpe = models.BooleanField(default=False, db_default=False)
    status = models.CharField(max_length=12, choices=Status, default=Status.PLANERAD)
    kommentar = models.TextField("kommentar till statusen", max_length=2000, blank=True, default="", db_default="")
    kostnad = models.PositiveBigIntegerField("kostnad i kronor", null=True, blank=True)
    utfall = models.CharField(
        "vad det blev av den", max_length=12, choices=Utfall, blank=True, default="", db_default=""
    )
    utfall_skal = models.TextField("varför", max_length=2000, blank=True, default="", db_default="")
    foljer_pa = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="fortsattningar"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = AktivitetQuerySet.as_manager()

    class Meta:
        verbose_name = "aktivitet"
        verbose_name_plural = "aktiviteter"
        ordering: ClassVar = ["prioritering", "ordning"]
        indexes: ClassVar = sokindex("aktivitet", "titel", "resultat")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["prioritering", "ordning"],
                name="aktivitet_ordning_en_gang",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(start=None) | Q(slut=None) | Q(slut__gte=F("start")),
                name="aktivitet_slut_efter_start",
                violation_error_message=OMVANT,
            ),
            models.CheckConstraint(
                condition=_i_kvartalet("start") & _i_kvartalet("slut"),
                name="aktivitet_dag_i_sitt_kvartal",
                violation_error_message="Dagen ligger inte i sitt kvartal. Ändra det ena av dem.",
            ),
            models.CheckConstraint(
                condition=Q(start_dag=None) | Q(slut_dag=None) | Q(slut_dag__gte=F("start_dag")),
                name="aktivitet_slutdag_efter_startdag",
                violation_error_message=OMVANT,
            ),
            models.CheckConstraint(
                condition=Q(milstolpe=False)
                | Q(start=None, slut=None)
                | (
                    Q(start__isnull=False, slut__isnull=False)
                    & _samma_kvartal("start", "slut")
                    & (
                        Q(start_dag=None, slut_dag=None)
                        | Q(start_dag__isnull=False, slut_dag__isnull=False, slut_dag=F("start_dag"))
                    )
                ),
                name="aktivitet_milstolpe_har_en_tidpunkt",
                violation_error_message="En milstolpe har en enda tidpunkt: samma start och slut.",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="aktivitet_status_giltig"),
            models.CheckConstraint(
                condition=~Q(status__in=KRAVER_KOMMENTAR) | Q(kommentar__regex=r"\S"),
                name="aktivitet_kommentar_nar_den_kravs",
                violation_error_message="Skriv en kommentar: den krävs vid paus och avbrott.",
            ),
            models.CheckConstraint(
                condition=Q(utfall="", utfall_skal="") | Q(utfall__in=Utfall.values),
                name="aktivitet_utfall_giltigt",
            ),
            models.CheckConstraint(
                condition=~Q(utfall__in=["overford", "struken"]) | Q(utfall_skal__regex=r"\S"),
                name="aktivitet_utfall_med_skal",
                violation_error_message="Skriv varför aktiviteten förs över eller stryks.",
            ),
        ]
        triggers: ClassVar = [
            hor_till(I_PLANEN.format(plan=_AKTIVITETENS_PLAN)),
            rakna_version(),
            fryst(
                "aktivitet_fryst",
                _AKTIVITETENS_PLAN,
                fria=("status", "kommentar", "utfall", "utfall_skal", "version"),
            ),
            krav(
                "aktivitet_byter_inte_plan",
                "(SELECT fran.handlingsplan_id = till.handlingsplan_id"
                " FROM insatser_prioritering fran, insatser_prioritering till"
                " WHERE fran.id = OLD.prioritering_id AND till.id = NEW.prioritering_id)",
                "En aktivitet flyttas bara inom sin handlingsplan.",
                vid=pgtrigger.Update,
            ),
        ]

    def __str__(self) -> str:
        return self.titel

    def natural_key(self) -> tuple[Any, int]:
        return (self.prioritering.natural_key(), self.ordning)

    natural_key.dependencies = ["insatser.prioritering"]  # type: ignore[attr-defined]

    @property
    def ansvarig(self) -> AktivitetAktor | None:
        """Who answers for it, from what is prefetched; also who has declined since."""
        return next((d for d in self.aktorer.all() if d.roll == Roll.ANSVARIG), None)

    @property
    def medverkande(self) -> list[AktivitetAktor]:
        """Who takes part in it, from what is prefetched; not who has declined."""
        return [d for d in self.aktorer.all() if d.roll == Roll.MEDVERKANDE and not d.avbojd]

    @property
    def start_i_text(self) -> str:
        """Its start for people, a day or a quarter."""
        return period.tidsspann(self.start, self.start, self.start_dag, self.start_dag)

    @property
    def slut_i_text(self) -> str:
        return period.tidsspann(self.slut, self.slut, self.slut_dag, self.slut_dag)

    @property
    def tider(self) -> tuple[date | None, date | None, date | None, date | None]:
        """Start and end as the rules ask for them: in quarters, and the days where those are set."""
        return self.start, self.slut, self.start_dag, self.slut_dag

    @property
    def tid(self) -> str:
        """Start and end, for people; of a milstolpe that it is one, too."""
        tid = period.tidsspann(*self.tider)
        return f"Milstolpe {tid or 'utan tidpunkt'}" if self.milstolpe else tid

    @property
    def i_ord(self) -> str:
        """The same for those who listen."""
        return f"milstolpe {period.i_ord(*self.tider)}".strip() if self.milstolpe else period.i_ord(*self.tider)

    @property
    def sista_dag(self) -> date | None:
        """The day by which it should be done."""
        sista: date | None = self.slut_dag or self.slut
        return sista

    def forsening(self, idag: date) -> Forsening | None:
        """Since when it is late and how, None when it is not: also when somebody has said what became of it."""
        if self.utfall:
            return None
        return forsening(self.start, self.slut, self.status, idag, self.start_dag, self.slut_dag)


@historik()
class AktivitetAktor(models.Model):
    """An aktör's part in an aktivitet and what it answers for."""

    aktivitet = models.ForeignKey(Aktivitet, models.CASCADE, related_name="aktorer")
    aktor = models.ForeignKey(Aktor, models.PROTECT, related_name="aktiviteter", verbose_name="aktör")
    roll = models.CharField(max_length=12, choices=Roll)
    ordning = models.PositiveSmallIntegerField(default=1)
    ansvarar_for = models.CharField("svarar för", max_length=300, blank=True)
    deltagande = models.CharField(max_length=12, choices=Deltagande, default=Deltagande.TILLFRAGAD)
    svar = models.CharField("aktörens svar", max_length=300, blank=True)

    class Meta:
        verbose_name = "aktör i aktivitet"
        verbose_name_plural = "aktörer i aktiviteter"
        ordering: ClassVar = ["aktivitet", "roll", "ordning"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["aktivitet", "aktor"], name="aktivitetaktor_en_roll_per_aktor"),
            models.CheckConstraint(
                condition=Q(roll__in=Roll.values, deltagande__in=Deltagande.values), name="aktivitetaktor_val_giltiga"
            ),
            models.UniqueConstraint(
                fields=["aktivitet"], condition=Q(roll="ansvarig"), name="aktivitetaktor_hogst_en_ansvarig"
            ),
        ]
        triggers: ClassVar = [
            hor_till(I_PLANEN.format(plan=_ROLLENS_PLAN)),
            lever("aktivitetaktor_aktor_lever"),
            fryst(
                "aktivitetaktor_fryst",
                _ROLLENS_PLAN,
                fria=("deltagande", "svar"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aktor} ({self.get_roll_display().lower()})"

    @property
    def vantar_pa_svar(self) -> bool:
        return self.deltagande == Deltagande.TILLFRAGAD

    @property
    def avbojd(self) -> bool:
        """Who has declined carries nothing, whatever the planerare had hoped."""
        return self.deltagande == Deltagande.AVBOJD

    def forsening(self, idag: date) -> Forsening | None:
        """What the aktör owes by now; a draft's dates are nobody's deadline yet, and who has declined owes nothing."""
        beslutad = self.aktivitet.prioritering.handlingsplan.status == Handlingsplan.Planstatus.BESLUTAD
        return self.aktivitet.forsening(idag) if beslutad and not self.avbojd else None
