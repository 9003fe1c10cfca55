"""Files that are put beside an insats, an aktivitet, a handlingsplan, a möte or a decision."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aktorer.grund import fillager
from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.innehall import raknas
from aktorer.grund.platsratt import hor_till
from insatser.models.beslut import PLANENS_KARNA, Beslut
from insatser.models.databasregler import I_ORGANET, krav
from insatser.models.maskering import Maskering
from insatser.models.mote import Mote
from insatser.models.samtal import SAKENS_KARNA, OmEnSak, OmEnSakQuerySet, i_ratt_stadskarna, om_en_sak
from insatser.regler.bilagetyp import LANGSTA_NAMN, STORST, Bilagetyp

_MOTETS_KARNA = I_ORGANET.replace("{rad}.organ_id", "(SELECT organ_id FROM insatser_mote WHERE id = {rad}.mote_id)")
_BESLUTETS_KARNA = PLANENS_KARNA.replace("{rad}.id", "{rad}.beslut_id")


class Filinnehall(models.Model):
    """The bytes of a file, once for all places where it is attached, under their own hash.

    Without `data` they lie in the store (aktorer/grund/fillager.py), which `las` asks; they are moved by
    andringar/fillager.py, and change in nothing else. Without history, which would hold them once more: what points
    here has one. They go when they are masked everywhere.
    """

    sha256 = models.CharField(max_length=64, primary_key=True, editable=False)
    data = models.BinaryField(null=True)

    class Meta:
        verbose_name = "filinnehåll"
        verbose_name_plural = "filinnehåll"
        triggers: ClassVar = [
            pgtrigger.ReadOnly(name="filinnehall_byter_inte_avtryck", fields=["sha256"]),
            krav(
                "filinnehall_har_sitt_avtryck",
                "NEW.data IS NULL AND NEW.sha256 ~ '^[0-9a-f]{64}$' OR NEW.sha256 = encode(sha256(NEW.data), 'hex')",
                "Filen stämmer inte med sitt avtryck.",
            ),
            krav(
                "filinnehall_ligger_nagonstans",
                "NEW.data IS NOT NULL OR EXISTS (SELECT FROM insatser_lagerrest WHERE sha256 = NEW.sha256)",
                "Filen ligger inte i lagret.",
            ),
            raknas(pgtrigger.Insert | pgtrigger.Delete | pgtrigger.Truncate),
        ]

    def __str__(self) -> str:
        return self.sha256

    def las(self) -> bytes:
        """The bytes, as they were attached. Raises LagretSvararInte."""
        return fillager.hamta(self.sha256) if self.data is None else bytes(self.data)


class Lagerrest(models.Model):
    """Bytes that may lie in the store without a row that says so: written down before they are put there or let go of,
    and until that is done. So nothing is left there that nobody knows of, whenever a process dies.
    """

    sha256 = models.CharField(max_length=64, primary_key=True, editable=False)
    sedan = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "rest i fillagret"
        verbose_name_plural = "rester i fillagret"

    def __str__(self) -> str:
        return self.sha256


class BilagaQuerySet(OmEnSakQuerySet["Bilaga"]):
    def kvar(self) -> BilagaQuerySet:
        return self.filter(borttagen=None)


@historik()
class Bilaga(OmEnSak):
    """A file beside a thing. `sha256` is that of the bytes, also when a `maskering` has taken them away.

    One that is taken away is marked, and nobody gets it. Beside a decision it is its protocol, which everybody reads
    who reads the decided plan; one that the decided version names (models/beslut.py) stays.
    """

    SAK: ClassVar[tuple[str, ...]] = (*OmEnSak.SAK, "mote", "beslut")

    mote = models.ForeignKey(
        Mote, models.CASCADE, null=True, blank=True, editable=False, related_name="bilagor", verbose_name="möte"
    )
    beslut = models.ForeignKey(Beslut, models.PROTECT, null=True, blank=True, editable=False, related_name="bilagor")
    filnamn = models.CharField("filens namn", max_length=LANGSTA_NAMN)
    typ = models.CharField("slag", max_length=4, choices=[(t.kod, t.ord) for t in Bilagetyp], editable=False)
    storlek = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    innehall = models.ForeignKey(
        Filinnehall, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="innehåll"
    )
    maskering = models.ForeignKey(Maskering, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    av = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    skapad = models.DateTimeField(db_default=Now(), editable=False)
    borttagen = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects: ClassVar[Any] = BilagaQuerySet.as_manager()

    class Meta:
        verbose_name = "bilaga"
        verbose_name_plural = "bilagor"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["insats", "stadskarna", "aktivitet", "handlingsplan", "mote", "beslut", "sha256"],
                condition=Q(borttagen=None, maskering=None),
                name="bilaga_en_gang_per_sak",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=om_en_sak(
                    ("insats", "stadskarna"),
                    ("aktivitet",),
                    ("handlingsplan",),
                    ("mote",),
                    ("beslut",),
                    bland=("insats", "stadskarna", "aktivitet", "handlingsplan", "mote", "beslut"),
                ),
                name="bilaga_om_en_sak",
            ),
            models.CheckConstraint(condition=Q(storlek__gte=1, storlek__lte=STORST), name="bilaga_lagom_stor"),
            models.CheckConstraint(condition=Q(filnamn__regex=r"^[^/\\\x01-\x1f]*\S$"), name="bilaga_har_namn"),
            models.CheckConstraint(condition=Q(typ__in=[t.kod for t in Bilagetyp]), name="bilaga_typ_giltig"),
            models.CheckConstraint(
                condition=Q(innehall__isnull=False, innehall=models.F("sha256"), maskering=None)
                | Q(innehall=None, maskering__isnull=False),
                name="bilaga_utan_fil_ar_maskerad",
            ),
        ]
        triggers: ClassVar = [
            hor_till(f"SELECT coalesce(({SAKENS_KARNA}), ({_MOTETS_KARNA}), ({_BESLUTETS_KARNA}))"),
            rakna_version(),
            i_ratt_stadskarna("bilaga"),
            pgtrigger.ReadOnly(
                name="bilaga_star_dar_den_star",
                fields=[*OmEnSak.SAK, "mote", "beslut", "typ", "storlek", "sha256", "av", "skapad"],
            ),
            pgtrigger.Trigger(
                name="bilaga_i_beslutet_star_kvar",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF (TG_OP = 'DELETE' OR NEW.borttagen IS NOT NULL) AND EXISTS (SELECT FROM insatser_planversion v"
                    " WHERE v.beslut_id = OLD.beslut_id"
                    " AND v.innehall #>> '{beslut,protokollfil,sha256}' = OLD.sha256)"
                    " THEN RAISE EXCEPTION 'Protokollet hör till det som beslutades och tas inte bort.'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'bilaga_i_beslutet_star_kvar'; END IF;"
                    " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.filnamn

    @property
    def slag(self) -> Bilagetyp:
        return Bilagetyp[self.typ.upper()]
