"""An insats, who carries it, and how insatser hang together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Greatest, Least, Now
from django.utils import timezone

from aktorer.grund.dag import Dag
from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from aktorer.grund.sokning import sokindex
from aktorer.models import Aktor, lever
from insatser.models.databasregler import I_FARDPLANEN, I_INSATSEN, krav
from insatser.models.fardplan import Fardplan
from insatser.models.program import Malomrade
from insatser.regler import nummer
from insatser.regler.medverkan import Deltagande, Roll

if TYPE_CHECKING:
    from insatser.models.lage import Lagesrapport

VID_BYTE = pgtrigger.UpdateOf("fardplan_id")  # type: ignore[no-untyped-call]  # pgtrigger forgot its types

# What hangs on a gemensam insats in a stadskärna, and why it cannot become another's own; also when it is taken away.
BARA_EGNA = {
    "kommentar": "Andra stadskärnor har kommenterat insatsen: den kan aldrig bli kärnspecifik.",
    "bilaga": "Insatsen har filer i andra stadskärnor, nu eller förr: den kan aldrig bli kärnspecifik.",
}


def _bara_eget(tabell: str, skal: str) -> pgtrigger.Trigger:
    return krav(
        f"insats_bara_egna_{tabell}",
        f"NEW.fardplan_id IS NULL OR NOT EXISTS (SELECT FROM insatser_{tabell} t"
        " JOIN insatser_fardplan f ON f.id = NEW.fardplan_id"
        " WHERE t.insats_id = NEW.id AND t.stadskarna_id <> f.stadskarna_id)",
        skal,
        vid=VID_BYTE,
    )


class Fardplansspann(Func):
    """A range over färdplan ids: just the own one, or all of them (null bounds) for a gemensam insats."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, '[]')"

    def __init__(self, falt: str = "fardplan", **extra: Any) -> None:
        super().__init__(F(falt), F(falt), **extra)


class InsatsQuerySet(models.QuerySet["Insats"]):
    """Chainable reads of insatser."""

    def get_by_natural_key(self, program: str, omrade: int, ordning: int, stadskarna: str | None) -> Insats:
        fardplan = {"fardplan__stadskarna__slug": stadskarna} if stadskarna else {"fardplan": None}
        return self.get(malomrade__program__slug=program, malomrade__nummer=omrade, ordning=ordning, **fardplan)

    def i_fardplan(self, fardplan: Fardplan) -> InsatsQuerySet:
        """Its kärnspecifika insatser and the gemensamma of its program."""
        return self.filter(Q(fardplan=fardplan) | Q(fardplan=None, malomrade__program=fardplan.program_id))

    def i_fardplaner(self, fardplaner: Iterable[Fardplan]) -> InsatsQuerySet:
        """What is `i_fardplan` of any of them. Which one a gemensam insats is read in, `Insats.ingar_i` tells."""
        planer = list(fardplaner)
        gemensamma = Q(fardplan=None, malomrade__program__in={p.program_id for p in planer})
        return self.filter(Q(fardplan__in=planer) | gemensamma)

    def gallande(self) -> InsatsQuerySet:
        """Not retired."""
        return self.filter(avford=None)

    def publicerade(self) -> InsatsQuerySet:
        """Those that are no drafts of their own; whether their färdplan is one, it says itself."""
        return self.filter(utkast=False)

    def i_nummerordning(self) -> InsatsQuerySet:
        return self.order_by("malomrade__nummer", "ordning", "pk")

    def med_nummer(self, text: str) -> InsatsQuerySet:
        """The insats numbered `text`; none when that is no insatsnummer."""
        delar = nummer.tolka(text)
        return self.filter(malomrade__nummer=delar[0], ordning=delar[1]) if delar else self.none()


@historik(utan=("skapad",), index=models.Index(fields=["malomrade", "ordning", "fardplan"], name="insatsevent_nummer"))
class Insats(models.Model):
    """Something no single aktör can do alone. Gemensam (all eight kärnor) when it has no färdplan of its own."""

    malomrade = models.ForeignKey(Malomrade, models.PROTECT, related_name="insatser", verbose_name="målområde")
    fardplan = models.ForeignKey(
        Fardplan, models.PROTECT, null=True, blank=True, related_name="egna_insatser", verbose_name="färdplan"
    )
    ordning = models.PositiveIntegerField(
        "nummer i målområdet", validators=[MinValueValidator(1), MaxValueValidator(99_999)]
    )
    titel = models.CharField(max_length=200)
    text = models.TextField("vad vi ska göra", max_length=5000, blank=True)
    kalla = models.CharField("källa", max_length=200, blank=True)
    kallnotering = models.TextField(
        "notering om källan", max_length=2000, blank=True, help_text="Var källan är otydlig eller säger emot sig själv."
    )
    utan_ansvarig = models.CharField(
        "varför ingen ansvarig är utsedd", max_length=300, blank=True, default="", db_default=""
    )
    utkast = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Visas bara för inloggade tills insatsen publiceras.",
        editable=False,
    )
    avford = Dag("avförd den", null=True, blank=True)
    avford_skal = models.TextField("skäl för att avföra", max_length=2000, blank=True)
    skapad = models.DateTimeField(db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = InsatsQuerySet.as_manager()

    if TYPE_CHECKING:
        # Set by fragor/karta.py on the rows it reads.
        lage: Lagesrapport | None
        lage_id: int | None
        prioriterad: bool
        vald: bool  # shown beside the map

    class Meta:
        verbose_name = "insats"
        verbose_name_plural = "insatser"
        indexes: ClassVar = [
            models.Index(fields=["fardplan", "malomrade", "ordning"], name="insats_plats"),
            *sokindex("insats", "titel", "text"),
        ]
        constraints: ClassVar = [
            # A kärna shows its own insatser and the gemensamma in one series: no number may occur twice in it.
            # Retired ones keep their number, so that an address never changes its meaning.
            ExclusionConstraint(
                name="insats_nummer_en_gang",
                expressions=[("malomrade", "="), ("ordning", "="), (Fardplansspann(), "&&")],
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message="Numret är upptaget i målområdet.",
            ),
            models.CheckConstraint(condition=Q(ordning__range=(1, 99_999)), name="insats_ordning_giltig"),
            models.CheckConstraint(
                condition=Q(titel__regex=r"\S"),
                name="insats_har_titel",
                violation_error_message="Insatsen måste ha en titel.",
            ),
            models.CheckConstraint(
                condition=Q(avford=None, avford_skal="") | Q(avford__isnull=False, avford_skal__regex=r"\S"),
                name="insats_avford_med_skal",
                violation_error_message="En insats avförs med datum och skäl.",
            ),
        ]
        triggers: ClassVar = [
            hor_till(I_FARDPLANEN),
            rakna_version(),
            # What was made by mistake may go the same day, when nothing points at it, and while nobody but who logs in
            # has been able to read it; after that it is retired.
            pgtrigger.Trigger(
                name="insats_tas_inte_bort",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.skapad < now() - interval '1 day'"),
                func=(
                    "IF EXISTS (SELECT FROM insatser_malomrade m"
                    " JOIN insatser_fardplan f ON f.program_id = m.program_id"
                    " WHERE m.id = OLD.malomrade_id AND f.id = coalesce(OLD.fardplan_id, f.id)"
                    " AND (f.publicerad OR f.tillbakadragen IS NOT NULL))"
                    " THEN RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME; END IF;"
                    " RETURN OLD;"
                ),
            ),
            krav(
                "insats_samma_program",
                "NEW.fardplan_id IS NULL OR"
                " (SELECT program_id FROM insatser_fardplan WHERE id = NEW.fardplan_id)"
                " = (SELECT program_id FROM insatser_malomrade WHERE id = NEW.malomrade_id)",
                "Färdplanen och målområdet hör till olika program.",
            ),
            krav(
                "insats_utan_ansvarig_har_ingen",
                "NEW.utan_ansvarig = '' OR NOT EXISTS (SELECT FROM insatser_medverkan m"
                " WHERE m.insats_id = NEW.id AND m.roll = 'ansvarig')",
                "Insatsen har en ansvarig. Då finns inget skäl till att ingen är utsedd.",
                vid=pgtrigger.UpdateOf("utan_ansvarig"),  # type: ignore[no-untyped-call]
            ),
            krav(
                "insats_beslutad_ar_inget_utkast",
                "NOT NEW.utkast OR NOT EXISTS (SELECT FROM insatser_prioritering p"
                " JOIN insatser_handlingsplan h ON h.id = p.handlingsplan_id"
                " WHERE p.insats_id = NEW.id AND h.status <> 'utkast')",
                "Insatsen står i en beslutad handlingsplan och kan inte vara ett utkast.",
                vid=pgtrigger.UpdateOf("utkast"),  # type: ignore[no-untyped-call]
            ),
            krav(
                "insats_bara_egna_lagen",
                "NEW.fardplan_id IS NULL OR NOT EXISTS (SELECT FROM insatser_lagesrapport l"
                " JOIN insatser_fardplan f ON f.id = NEW.fardplan_id"
                " WHERE l.insats_id = NEW.id AND l.stadskarna_id <> f.stadskarna_id)",
                "Andra stadskärnor har rapporterat läget: insatsen kan inte bli kärnspecifik.",
                vid=VID_BYTE,
            ),
            krav(
                "insats_bara_egna_prioriteringar",
                "NEW.fardplan_id IS NULL OR NOT EXISTS (SELECT FROM insatser_prioritering p"
                " JOIN insatser_handlingsplan h ON h.id = p.handlingsplan_id"
                " WHERE p.insats_id = NEW.id AND h.fardplan_id <> NEW.fardplan_id)",
                "Andra stadskärnor har prioriterat insatsen: den kan inte bli kärnspecifik.",
                vid=VID_BYTE,
            ),
            *(_bara_eget(tabell, skal) for tabell, skal in BARA_EGNA.items()),
        ]

    def __str__(self) -> str:
        return f"{self.nummer} {self.titel}"

    def natural_key(self) -> tuple[str, int, int, str | None]:
        return (
            self.malomrade.program.slug,
            self.malomrade.nummer,
            self.ordning,
            self.fardplan.stadskarna.slug if self.fardplan else None,
        )

    natural_key.dependencies = ["insatser.malomrade", "insatser.fardplan"]  # type: ignore[attr-defined]

    @property
    def nummer(self) -> str:
        return nummer.skriv(self.malomrade.nummer, self.ordning)

    @property
    def tillkom(self) -> date:
        """The day since which there is something to report."""
        return timezone.localdate(self.skapad)

    @property
    def farsk(self) -> bool:
        """Whether it came within a day, so that it may go for good (`insats_tas_inte_bort`)."""
        return self.skapad > timezone.now() - timedelta(days=1)

    @property
    def gemensam(self) -> bool:
        return self.fardplan_id is None

    def ingar_i(self, fardplan: Fardplan) -> bool:
        """Whether it is one of the färdplan's own insatser, or a gemensam one of its program."""
        if self.gemensam:
            return bool(self.malomrade.program_id == fardplan.program_id)
        return bool(self.fardplan_id == fardplan.pk)

    @property
    def typ(self) -> str:
        return "Gemensam" if self.gemensam else "Kärnspecifik"

    def roller(self, roll: Roll) -> list[Medverkan]:
        """Its medverkan rows with this roll, in order, from what is prefetched."""
        return sorted((m for m in self.medverkan.all() if m.roll == roll), key=lambda m: (m.ordning, m.pk))

    @property
    def ansvarig(self) -> Medverkan | None:
        return next(iter(self.roller(Roll.ANSVARIG)), None)

    @property
    def medverkande(self) -> list[Medverkan]:
        return self.roller(Roll.MEDVERKANDE)


class MedverkanQuerySet(models.QuerySet["Medverkan"]):
    def av_aktor(self, aktor: Any, *, som_karnkommun: models.QuerySet[Any] | None = None) -> MedverkanQuerySet:
        """The parts that the aktör takes (its id or a query for it), itself or through a group; not those it declined.

        What *kärnkommunerna* take depends on the stadskärna, and is counted when `som_karnkommun`, rows of Karnkommun
        that say it is one of them, has any.
        """
        vilka = aktor if isinstance(aktor, models.QuerySet) else [aktor]
        eget = Q(pk__in=vilka) | Q(medlemmar__aktor__in=vilka)
        if som_karnkommun is not None:
            eget |= Q(models.Exists(som_karnkommun), avser_karnkommuner=True)
        # Which aktörer first, a few: then the parts of each are found by its index, however many all have.
        return self.filter(aktor__in=Aktor.objects.filter(eget)).exclude(deltagande=Deltagande.AVBOJD)


@historik()
class Medverkan(models.Model):
    """The part an aktör takes in an insats."""

    insats = models.ForeignKey(Insats, models.CASCADE, related_name="medverkan")
    aktor = models.ForeignKey(Aktor, models.PROTECT, related_name="medverkan", verbose_name="aktör")
    roll = models.CharField(max_length=12, choices=Roll)
    ordning = models.PositiveSmallIntegerField(default=1)
    ansvarar_for = models.CharField("svarar för", max_length=300, blank=True)
    deltagande = models.CharField(max_length=12, choices=Deltagande, default=Deltagande.TILLFRAGAD)
    svar = models.CharField("aktörens svar", max_length=300, blank=True)

    objects: ClassVar[Any] = MedverkanQuerySet.as_manager()

    class Meta:
        verbose_name = "medverkan"
        verbose_name_plural = "medverkan"
        ordering: ClassVar = ["insats", "-roll", "ordning"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["insats", "aktor"], name="medverkan_en_roll_per_aktor"),
            models.CheckConstraint(
                condition=Q(roll__in=Roll.values, deltagande__in=Deltagande.values), name="medverkan_val_giltiga"
            ),
            models.UniqueConstraint(
                fields=["insats"], condition=Q(roll="ansvarig"), name="medverkan_hogst_en_ansvarig"
            ),
        ]
        triggers: ClassVar = [
            hor_till(I_INSATSEN.format(insats="{rad}.insats_id")),
            lever("medverkan_aktor_lever"),
            krav(
                "medverkan_ansvarig_utan_skal",
                "NEW.roll <> 'ansvarig' OR NOT EXISTS (SELECT FROM insatser_insats i"
                " WHERE i.id = NEW.insats_id AND i.utan_ansvarig <> '')",
                "Insatsen har ett skäl till att ingen är ansvarig. Ta bort det först.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aktor} ({self.get_roll_display().lower()})"

    @property
    def vantar_pa_svar(self) -> bool:
        """The sources name examples of who takes part: they have not said so themselves."""
        return self.deltagande in {Deltagande.TILLFRAGAD, Deltagande.EXEMPEL}


@historik()
class Samband(models.Model):
    """Two insatser that hang together, or one (`fran`) that takes the place of another (`till`)."""

    class Slag(models.TextChoices):
        HANGER_IHOP = "hanger_ihop", "Hänger ihop med"
        ERSATTER = "ersatter", "Ersätter"

    fran = models.ForeignKey(Insats, models.CASCADE, related_name="samband_fran", verbose_name="från")
    till = models.ForeignKey(Insats, models.CASCADE, related_name="samband_till")
    slag = models.CharField(max_length=12, choices=Slag)

    class Meta:
        verbose_name = "samband"
        verbose_name_plural = "samband"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(fran=F("till")), name="samband_inte_med_sig_sjalv"),
            models.CheckConstraint(condition=Q(slag__in=["hanger_ihop", "ersatter"]), name="samband_slag_giltigt"),
            models.UniqueConstraint(Least("fran", "till"), Greatest("fran", "till"), F("slag"), name="samband_en_gang"),
        ]
        triggers: ClassVar = [hor_till(I_INSATSEN.format(insats="{rad}.fran_id"))]

    def __str__(self) -> str:
        return f"{self.fran} {self.get_slag_display().lower()} {self.till}"
