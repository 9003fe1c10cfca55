"""An uploaded workbook between preview and confirmation, and afterwards the proof of what was read in."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from aktorer.grund.historik import historik
from insatser.models.databasregler import krav
from insatser.models.fardplan import Fardplan
from insatser.models.handlingsplan import Handlingsplan
from insatser.models.maskering import Maskering
from insatser.models.program import Program
from insatser.models.stadskarna import Stadskarna
from insatser.regler.kodning import KODNINGAR, som_utf8


@historik(utan=("innehall", "sha256", "tolkning", "val", "kodning"))
class Inlasning(models.Model):
    """`inlast` is set when its changes were written; until then nothing has been. It is of a färdplan, or of all
    those of a `program`. `handlingsplan`: whose it is, when it is not the färdplan's own. `nya`, `andrade` and
    `oforandrade` are what it did, by rows of the file; None of those that were read in before that was noted, as
    `slag` is "". `angrad` is set when it was taken back, last; `kvar` is how many things stood in the way then, and
    were left. `kodning`: how its letters are kept, where somebody says it. `tolkning`: of a table that is not ours,
    what a person says that it means. `val`: what is chosen in cells that both the file and others changed, as {row,
    of several sheets with the sheet: {field: [which, the mark of theirs, text]}}. `sha256` is that of the file as
    it was uploaded, which the database writes; the file itself goes when a `maskering` asks for it, and that says
    who and why.
    """

    class Slag(models.TextChoices):
        INSATSKARTA = "insatskarta", "Insatskarta"
        LAGESBILD = "lagesbild", "Lägesbild"
        AKTIVITETER = "aktiviteter", "Aktiviteter"
        ARBETSBOK = "arbetsbok", "Hela färdplanen"

    fardplan = models.ForeignKey(Fardplan, models.PROTECT, null=True, blank=True, related_name="inlasningar")
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, related_name="inlasningar")
    handlingsplan = models.ForeignKey(Handlingsplan, models.PROTECT, null=True, blank=True, related_name="inlasningar")
    av = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="inlasningar")
    filnamn = models.CharField(max_length=200)
    innehall = models.BinaryField("innehåll", null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    maskering = models.ForeignKey(Maskering, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    slag = models.CharField(max_length=12, choices=Slag, blank=True, default="", db_default="")
    tolkning = models.JSONField(null=True, blank=True, editable=False)
    val = models.JSONField(null=True, blank=True, editable=False)
    kodning = models.CharField("teckenkodning", max_length=10, choices=KODNINGAR, blank=True, default="", db_default="")
    skapad = models.DateTimeField(db_default=Now(), editable=False)
    inlast = models.DateTimeField("inläst", null=True, blank=True)
    nya = models.PositiveIntegerField(null=True, blank=True)
    andrade = models.PositiveIntegerField("ändrade", null=True, blank=True)
    oforandrade = models.PositiveIntegerField("oförändrade", null=True, blank=True)
    noter = models.TextField(blank=True, default="", db_default="")
    angrad = models.DateTimeField("ångrad", null=True, blank=True)
    kvar = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = "inläsning"
        verbose_name_plural = "inläsningar"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(slag__in=["", "insatskarta", "lagesbild", "aktiviteter", "arbetsbok"]),
                name="inlasning_slag_giltigt",
            ),
            models.CheckConstraint(
                condition=Q(fardplan__isnull=False, program=None) | Q(fardplan=None, program__isnull=False),
                name="inlasning_av_fardplan_eller_program",
            ),
            models.CheckConstraint(
                condition=Q(angrad=None, kvar=0) | Q(angrad__isnull=False, inlast__isnull=False),
                name="inlasning_angrad_ar_inlast",
            ),
            models.CheckConstraint(
                condition=Q(innehall__isnull=False, maskering=None)
                | Q(innehall=None, maskering__isnull=False, inlast__isnull=False),
                name="inlasning_utan_fil_ar_maskerad",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="inlasning_avtryck",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("innehall", "sha256"),  # type: ignore[no-untyped-call]
                func=(
                    "IF TG_OP = 'INSERT' THEN NEW.sha256 := encode(sha256(NEW.innehall), 'hex');"
                    " ELSIF NEW.sha256 <> OLD.sha256 OR NEW.innehall IS NOT NULL AND NEW.innehall <> OLD.innehall"
                    " THEN RAISE EXCEPTION 'En uppladdad fil ändras inte.' USING ERRCODE = 'check_violation';"
                    " END IF; RETURN NEW;"
                ),
            ),
            krav(
                "inlasning_i_planens_fardplan",
                "NEW.handlingsplan_id IS NULL OR NEW.fardplan_id ="
                " (SELECT fardplan_id FROM insatser_handlingsplan WHERE id = NEW.handlingsplan_id)",
                "Handlingsplanen hör till en annan färdplan än filen.",
            ),
        ]

    def __str__(self) -> str:
        return self.filnamn

    @property
    def hem(self) -> Stadskarna | Program | None:
        """What it is of, as people name it; the database sees to it that it is of something."""
        return self.fardplan.stadskarna if self.fardplan else self.program

    @property
    def karna_id(self) -> int | None:
        """The stadskärna in which it may be read in by whoever may change it; None: that takes the right in all."""
        return self.fardplan.stadskarna_id if self.fardplan else None

    @property
    def fil(self) -> bytes:
        """The file as it was uploaded; nothing of it where it has been taken away."""
        return bytes(self.innehall or b"")

    @property
    def att_lasa(self) -> bytes:
        """The same for those who read it, with its letters as somebody says that they are kept."""
        return som_utf8(self.fil, self.kodning)

    @property
    def ar_text(self) -> bool:
        """Whether its letters may be kept in several ways: it is no workbook."""
        return not self.fil.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


class Inlasningsjobb(models.Model):
    """What is done with a large file behind the pages: its preview, or reading it in. One at a time of each file.

    Whoever does it rents it (`hyra`) until `hyrt_till`, which is put off as long as the one lives: what a dead one had
    begun is begun anew by another. `villkor` is what the person saw and chose when asking; `granskning` the latest
    preview but for its rows. `fel` says why it failed, for people. Without history: what it leads to has one.
    """

    class Vad(models.TextChoices):
        GRANSKA = "granska", "Granskning"
        LAS_IN = "las_in", "Inläsning"

    class Skick(models.TextChoices):
        VANTAR = "vantar", "Väntar"
        PAGAR = "pagar", "Pågår"
        KLART = "klart", "Klart"
        AVBRUTET = "avbrutet", "Avbrutet"
        FEL = "fel", "Gick inte"

    inlasning = models.OneToOneField(Inlasning, models.CASCADE, primary_key=True, related_name="jobb")
    vad = models.CharField(max_length=7, choices=Vad)
    skick = models.CharField(max_length=8, choices=Skick, default=Skick.VANTAR)
    av = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    villkor = models.JSONField(default=dict, editable=False)
    bestallt = models.DateTimeField("beställt", db_default=Now(), editable=False)
    hyra = models.UUIDField(null=True, blank=True, editable=False)
    hyrt_till = models.DateTimeField(null=True, blank=True, editable=False)
    forsok = models.PositiveSmallIntegerField("försök", default=0)
    avbryts = models.BooleanField(default=False)
    paborjat = models.DateTimeField("påbörjat", null=True, blank=True)
    steg = models.CharField(max_length=10, blank=True)
    klara = models.PositiveIntegerField(default=0)
    alla = models.PositiveIntegerField(default=0)
    granskning = models.JSONField(null=True, blank=True, editable=False)
    granskat = models.DateTimeField(null=True, blank=True)
    fel = models.TextField(blank=True)

    class Meta:
        verbose_name = "inläsningsjobb"
        verbose_name_plural = "inläsningsjobb"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(vad__in=["granska", "las_in"]), name="inlasningsjobb_vad_giltigt"),
            models.CheckConstraint(
                condition=Q(skick="pagar", hyra__isnull=False, hyrt_till__isnull=False)
                | Q(skick__in=["vantar", "klart", "avbrutet", "fel"], hyra=None, hyrt_till=None),
                name="inlasningsjobb_hyrs_medan_det_pagar",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_vad_display()} av {self.inlasning}"

    @property
    def gors(self) -> bool:
        """Whether it is being done, or is to be."""
        return self.skick in {self.Skick.VANTAR, self.Skick.PAGAR}

    @property
    def vantar(self) -> bool:
        """Whether nobody has it: not yet, or not any more."""
        return self.gors and (self.hyrt_till is None or self.hyrt_till < timezone.now())


class Granskningssida(models.Model):
    """So many rows of a large file's preview as a page shows. Without history: it is made anew with the preview."""

    jobb = models.ForeignKey(Inlasningsjobb, models.CASCADE, related_name="sidor")
    nummer = models.PositiveIntegerField()
    rader = models.JSONField(editable=False)

    class Meta:
        verbose_name = "granskningssida"
        verbose_name_plural = "granskningssidor"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["jobb", "nummer"], name="granskningssida_en_per_nummer")
        ]

    def __str__(self) -> str:
        return f"Sida {self.nummer} av {self.jobb_id}"
