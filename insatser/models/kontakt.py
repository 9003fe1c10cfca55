"""Contact persons of aktörer, with or without an account."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aktorer.grund.historik import historik, rakna_version
from aktorer.grund.platsratt import hor_till
from aktorer.models import Aktor, lever
from insatser.models.handlingsplan import Aktivitet
from insatser.models.insats import Insats
from insatser.models.stadskarna import Stadskarna

PERSONLIGT = ("namn", "roll", "epost", "telefon")


@historik(utan=PERSONLIGT)
class Kontakt(models.Model):
    """Whom to turn to at an aktör: everywhere, in a stadskärna, or about an insats or aktivitet (its handläggare).

    Who it is stands in no history: that is what one may ask to be rid of. `offentlig` is for the aktör itself to say
    (andringar/kontakt.py). `anvandare` is the account that the person has, or got when a round asked: such a one is
    closed when the contact is taken away, and keeps name and address until the person is forgotten.
    """

    # Without what it was about it is still a contact of the aktör, and comes back to it when that is put back.
    aktor = models.ForeignKey(Aktor, models.PROTECT, related_name="kontakter", verbose_name="aktör")
    stadskarna = models.ForeignKey(
        Stadskarna, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="stadskärna"
    )
    insats = models.ForeignKey(Insats, models.SET_NULL, null=True, blank=True, related_name="handlaggare")
    aktivitet = models.ForeignKey(Aktivitet, models.SET_NULL, null=True, blank=True, related_name="handlaggare")
    namn = models.CharField(max_length=120)
    roll = models.CharField("titel eller uppgift", max_length=120, blank=True)
    epost = models.EmailField("e-postadress i arbetet", blank=True)
    telefon = models.CharField(
        max_length=40,
        blank=True,
        validators=[
            RegexValidator(r"^[+0-9][0-9 ()/.-]{4,38}$", "Skriv numret i siffror, till exempel 08-123 456 78.")
        ],
    )
    offentlig = models.BooleanField("visas för alla", default=False, db_default=False)
    anvandare = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="kontakter",
        editable=False,
        verbose_name="konto",
    )
    skapad = models.DateTimeField(db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "kontakt"
        verbose_name_plural = "kontakter"
        ordering: ClassVar = ["namn", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(insats=None) | Q(aktivitet=None),
                name="kontakt_om_ett",
                violation_error_message="En kontakt är handläggare för en insats eller för en aktivitet, inte båda.",
            ),
            models.CheckConstraint(
                condition=~Q(epost="") | ~Q(telefon=""),
                name="kontakt_gar_att_na",
                violation_error_message="Ange en e-postadress eller ett telefonnummer.",
            ),
        ]
        triggers: ClassVar = [
            rakna_version(),
            hor_till("{rad}.stadskarna_id"),
            lever("kontakt_aktor_lever"),
        ]

    def __str__(self) -> str:
        return self.namn

    def clean(self) -> None:
        """One person is not the same contact twice."""
        samma = Kontakt.objects.filter(
            aktor=self.aktor_id, stadskarna=self.stadskarna_id, insats=self.insats_id, aktivitet=self.aktivitet_id
        ).exclude(pk=self.pk)
        if self.epost and samma.filter(epost__iexact=self.epost).exists():
            raise ValidationError({"epost": "Personen är redan kontakt här. Ändra den raden i stället."})

    @property
    def galler(self) -> str:
        """Where, or about what, it is the one to turn to."""
        return str(self.insats or self.aktivitet or self.stadskarna or "")

    @property
    def handlaggare(self) -> bool:
        return bool(self.insats_id or self.aktivitet_id)
