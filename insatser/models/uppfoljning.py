"""A round of follow-up: what is asked about, whom, and what they answered. A closed round is frozen with its report."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Now

from aktorer.grund.dag import Dag
from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from aktorer.models import Aktor
from insatser.models.databasregler import I_FARDPLANEN, krav, rattad
from insatser.models.fardplan import Fardplan
from insatser.models.handlingsplan import Aktivitet, Handlingsplan
from insatser.models.insats import Insats
from insatser.models.lage import Lagesrapport
from insatser.models.stadskarna import Stadskarna
from insatser.regler.ersattning import Skal
from insatser.regler.status import Status

_OPPEN = "(SELECT o.stangd IS NULL FROM insatser_omgang o WHERE o.id = {omgang})"
STANGD = "Uppföljningsomgången är stängd."


@historik()
class Omgang(models.Model):
    """Open until `stangd`; then `rapport` holds what was answered. Without a färdplan it is about all of them."""

    fardplan = models.ForeignKey(
        Fardplan, models.PROTECT, null=True, blank=True, related_name="omgangar", verbose_name="färdplan"
    )
    namn = models.CharField(max_length=120)
    fraga = models.TextField("fråga till de tillfrågade", max_length=2000, blank=True)
    deadline = Dag("svara senast")
    oppnad = models.DateTimeField(db_default=Now(), editable=False)
    oppnad_av = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    stangd = models.DateTimeField(null=True, editable=False)
    rapport = models.JSONField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "uppföljningsomgång"
        verbose_name_plural = "uppföljningsomgångar"
        ordering: ClassVar = ["-oppnad"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stangd=None, rapport__isnull=True) | Q(stangd__isnull=False, rapport__isnull=False),
                name="omgang_stangd_med_rapport",
            )
        ]
        triggers: ClassVar = [
            hor_till(I_FARDPLANEN),
            rakna_version(),
            krav(
                "omgang_fryst",
                f"OLD.stangd IS NULL OR (NEW.stangd IS NULL AND {rattad('omgang')})",
                STANGD,
                vid=pgtrigger.Update,
            ),
            pgtrigger.Protect(
                name="omgang_tas_inte_bort",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.stangd IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return self.namn

    @property
    def omfattning(self) -> str:
        """Where it asks: "Flemingsberg", or "alla stadskärnor"."""
        return str(self.fardplan.stadskarna) if self.fardplan else "alla stadskärnor"


class OmgangspunktQuerySet(models.QuerySet["Omgangspunkt"]):
    def obesvarade(self) -> OmgangspunktQuerySet:
        """What an aktör that is asked is to answer still."""
        return self.filter(Exists(Tillfragan.objects.obesvarade().filter(punkt=OuterRef("pk"))))


@historik()
class Omgangspunkt(models.Model):
    """What is asked about: an insats in a stadskärna, or an aktivitet of a plan there."""

    omgang = models.ForeignKey(Omgang, models.CASCADE, related_name="punkter")
    ordning = models.PositiveIntegerField()
    stadskarna = models.ForeignKey(Stadskarna, models.PROTECT, related_name="+")
    insats = models.ForeignKey(Insats, models.PROTECT, null=True, related_name="omgangspunkter")
    aktivitet = models.ForeignKey(Aktivitet, models.PROTECT, null=True, related_name="omgangspunkter")

    objects: ClassVar[Any] = OmgangspunktQuerySet.as_manager()

    class Meta:
        verbose_name = "punkt i omgång"
        verbose_name_plural = "punkter i omgångar"
        ordering: ClassVar = ["omgang", "ordning"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(insats=None, aktivitet__isnull=False) | Q(insats__isnull=False, aktivitet=None),
                name="omgangspunkt_om_ett",
            ),
            models.UniqueConstraint(
                fields=["omgang", "stadskarna", "insats", "aktivitet"],
                name="omgangspunkt_en_gang",
                nulls_distinct=False,
            ),
        ]
        triggers: ClassVar = [
            krav("omgangspunkt_i_oppen", _OPPEN.format(omgang="NEW.omgang_id"), STANGD),
        ]

    def __str__(self) -> str:
        return str(self.insats or self.aktivitet)


def ny_nyckel() -> str:
    """Enough to be unguessable; changed, it makes every link sent before worthless."""
    return secrets.token_hex(16)


@historik(utan=("nyckel",))
class Mottagare(models.Model):
    """A person who is asked. `nyckel` is part of the personal link; `aterkallad` shuts it."""

    omgang = models.ForeignKey(Omgang, models.CASCADE, related_name="mottagare")
    anvandare = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="omgangar")
    nyckel = models.CharField(max_length=32, unique=True, default=ny_nyckel, editable=False)
    aterkallad = models.DateTimeField("länken återkallad", null=True, editable=False)
    oppnad = models.DateTimeField("öppnade länken", null=True, editable=False)
    punkter: models.ManyToManyField[Omgangspunkt, Tillfragan] = models.ManyToManyField(
        Omgangspunkt, through="Tillfragan", through_fields=("mottagare", "punkt"), related_name="mottagare"
    )

    class Meta:
        verbose_name = "mottagare"
        verbose_name_plural = "mottagare"
        constraints: ClassVar = [models.UniqueConstraint(fields=["omgang", "anvandare"], name="mottagare_en_gang")]

    def __str__(self) -> str:
        return str(self.anvandare)


class TillfraganQuerySet(models.QuerySet["Tillfragan"]):
    def utan_svar(self) -> TillfraganQuerySet:
        """Those whose aktör has not answered."""
        svar = Omgangssvar.objects.filter(punkt=OuterRef("punkt"), angrat=None)
        aktorens = svar.alias(for_aktor=_aktor("aktor")).filter(for_aktor=_aktor(OuterRef("aktor")))
        return self.exclude(Exists(aktorens))

    def obesvarade(self) -> TillfraganQuerySet:
        """What is to be answered still: the aktör has not, the person has handed it over to nobody, and the plan of the
        aktivitet is decided and goes on.
        """
        beslutad = Handlingsplan.Planstatus.BESLUTAD
        galler = Q(punkt__aktivitet=None) | Q(punkt__aktivitet__prioritering__handlingsplan__status=beslutad)
        return self.utan_svar().filter(galler, lamnad_till=None)


def _aktor(falt: Any) -> Coalesce:
    """Who has no aktör answers with the others who have none."""
    return Coalesce(falt, Value(0), output_field=models.BigIntegerField())


@historik()
class Tillfragan(models.Model):
    """A person is asked about a point, for the aktör: one answer of each aktör is enough.

    `i_stallet_for` is the colleague from whom no answer is to be expected, `skal` why. Who is the wrong person hands it
    over: `lamnad_till` whom, with a word why, `lamnad_ord`.
    """

    mottagare = models.ForeignKey(Mottagare, models.CASCADE, related_name="tillfragningar")
    punkt = models.ForeignKey(Omgangspunkt, models.CASCADE, related_name="tillfragningar")
    aktor = models.ForeignKey(Aktor, models.PROTECT, null=True, related_name="+", verbose_name="aktör")
    i_stallet_for = models.ForeignKey(Mottagare, models.RESTRICT, null=True, related_name="ersattare")
    skal = models.CharField("skäl", max_length=10, choices=Skal, blank=True, default="", db_default="")
    lamnad_till = models.ForeignKey(
        Mottagare, models.RESTRICT, null=True, related_name="mottagna", verbose_name="lämnad över till"
    )
    lamnad_ord = models.CharField("varför", max_length=300, blank=True, default="", db_default="")

    objects: ClassVar[Any] = TillfraganQuerySet.as_manager()

    class Meta:
        verbose_name = "tillfrågan"
        verbose_name_plural = "tillfrågningar"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mottagare", "punkt"], name="tillfragan_en_gang"),
            models.CheckConstraint(
                condition=Q(i_stallet_for=None, skal="") | Q(i_stallet_for__isnull=False) & ~Q(skal=""),
                name="tillfragan_ersatter_av_skal",
            ),
            models.CheckConstraint(
                condition=Q(lamnad_till=None, lamnad_ord="")
                | Q(lamnad_till__isnull=False) & ~Q(lamnad_ord="") & ~Q(lamnad_till=F("mottagare")),
                name="tillfragan_lamnad_med_ord",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mottagare}: {self.punkt}"


@historik()
class Omgangssvar(models.Model):
    """An aktör's answer: a lägesrapport for an insats, or an aktivitet's status and a word about it, before and after.

    `angrat`: taken back, or replaced by the one that `ersatter` it; taken back in its turn, that one gives it back.
    A report may have been there already (`egen_rapport` is False): two rounds may ask the same on the same day.
    """

    punkt = models.ForeignKey(Omgangspunkt, models.CASCADE, related_name="svar")
    mottagare = models.ForeignKey(Mottagare, models.PROTECT, related_name="svar")
    aktor = models.ForeignKey(Aktor, models.PROTECT, null=True, related_name="+", verbose_name="aktör")
    lagesrapport = models.ForeignKey(Lagesrapport, models.PROTECT, null=True, related_name="omgangssvar")
    egen_rapport = models.BooleanField("skrev rapporten", default=True, db_default=True)
    ersatter = models.ForeignKey("self", models.RESTRICT, null=True, related_name="ersatt_av", editable=False)
    status_fore = models.CharField(max_length=12, choices=Status, blank=True)
    status_efter = models.CharField(max_length=12, choices=Status, blank=True)
    kommentar_fore = models.TextField(max_length=2000, blank=True, default="", db_default="")
    kommentar_efter = models.TextField(max_length=2000, blank=True, default="", db_default="")
    oforandrat = models.BooleanField("oförändrat", default=False)
    skapad = models.DateTimeField(db_default=Now(), editable=False)
    angrat = models.DateTimeField("ångrat", null=True, editable=False)

    class Meta:
        verbose_name = "svar i omgång"
        verbose_name_plural = "svar i omgångar"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["punkt", "aktor"],
                condition=Q(angrat=None),
                nulls_distinct=False,
                name="omgangssvar_ett_per_aktor",
            )
        ]
        triggers: ClassVar = [
            krav(
                "omgangssvar_i_oppen",
                "(SELECT o.stangd IS NULL FROM insatser_omgangspunkt p JOIN insatser_omgang o ON o.id = p.omgang_id"
                " WHERE p.id = NEW.punkt_id)",
                STANGD,
            )
        ]

    def __str__(self) -> str:
        return f"{self.mottagare} om {self.punkt}"

    @property
    def kommentar(self) -> str:
        """What the person wrote."""
        return self.lagesrapport.kommentar if self.lagesrapport else self.kommentar_efter
