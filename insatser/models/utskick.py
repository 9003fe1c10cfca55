"""Mails: a row each, written before anything is sent, so that nobody gets the same mail twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from aktorer.grund.historik import historik
from insatser.models.uppfoljning import Omgang

# How long a mail may be under way before we say that we do not know what became of it.
OKLART_EFTER = timedelta(minutes=10)
# A link that somebody asked for does not wait for the day's reminder, nor the reminder for it.
LANK = Q(slag="lank")
# Nor does a key to the own account, of which there may be several in a day.
KONTOMEJL = ("inbjudan", "losenord", "adress", "saker")
KONTO = Q(slag__in=KONTOMEJL)


class UtskickQuerySet(models.QuerySet["Utskick"]):
    def av_samma_sort(self, slag: str) -> UtskickQuerySet:
        """The mails of which a person gets one a day together with this: links that were asked for, or all others."""
        return self.filter(LANK if slag == Utskick.Slag.LANK else ~(LANK | KONTO))

    def vantar(self) -> UtskickQuerySet:
        """Not begun, due, and with a mail of their own to be."""
        return self.filter(paborjat=None, med=None, dag__lte=timezone.localdate())

    def gar_i_dag(self, idag: date) -> UtskickQuerySet:
        """Those of them that may go today: a late one waits when the person has another one today."""
        dagens = Utskick.objects.filter(anvandare=OuterRef("anvandare"), dag=idag, med=None, bradskar=False)
        ensam = Q(LANK, ~Exists(dagens.av_samma_sort(Utskick.Slag.LANK)))
        ensam |= Q(~LANK, ~Exists(dagens.av_samma_sort(Utskick.Slag.FORE))) | KONTO
        return self.vantar().filter(Q(dag=idag) | ensam)

    def avvisade(self) -> UtskickQuerySet:
        """Refused for good by the mail server; `fel` says why."""
        return self.filter(skickat=None, paborjat__isnull=False).exclude(fel="")

    def oklara(self) -> UtskickQuerySet:
        """Begun and never ended: the process died, and nobody knows whether they went."""
        return self.filter(skickat=None, fel="", paborjat__lt=timezone.now() - OKLART_EFTER)


class Handelse(models.TextChoices):
    """What has become of somebody's login: each is told by a mail."""

    LOSENORD = "losenord", "lösenordet bytt"
    APP_TILL = "app_till", "app tillagd"
    APP_BORT = "app_bort", "app borttagen"
    PASSKEY_TILL = "passkey_till", "passkey tillagd"
    PASSKEY_BORT = "passkey_bort", "passkey borttagen"
    KODER = "koder", "nya reservkoder"
    BORTTAGET = "borttaget", "andra steget borttaget"
    KOPPLAD_LOSS = "kopplad_loss", "kopplad loss från organisationens inloggning"
    ADRESS_BEGARD = "adress_begard", "ny adress begärd"
    ADRESS_BYTT = "adress_bytt", "adressen bytt"


@historik(raknas_vid=None)
class Utskick(models.Model):
    """At most one a day and person, beside a link that was asked for and what is about the account.

    `till` is where it goes when that is not the person's address of now; `vad`, what has happened to the login.

    `dag`: when it is to go, and then when it went. `paborjat` is set before the mail server is called, `skickat` once
    it said yes. `fel` without `paborjat`: it waits for a better time; with it: the server refused this mail for good.

    `med`: it has no mail of its own, but is told in that one, whatever becomes of it. `bradskar`: it is about something
    that must be done by tomorrow, and does not wait for a day without a mail.
    """

    class Slag(models.TextChoices):
        OMGANG = "omgang", "Uppföljningsomgång"
        FORE = "fore", "Påminnelse före sista dag"
        EFTER = "efter", "Påminnelse efter sista dag"
        TIDIGARE = "tidigare", "Tidigare sista dag"
        TYSTNAD = "tystnad", "Påminnelse om tystnad"
        LANK = "lank", "Ny länk"
        INBJUDAN = "inbjudan", "Inbjudan"
        LOSENORD = "losenord", "Nytt lösenord"
        ADRESS = "adress", "Ny adress"
        SAKER = "saker", "Ändrad inloggning"
        NOTISER = "notiser", "Nytt för dig"

    anvandare = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="utskick")
    dag = models.DateField()
    slag = models.CharField(max_length=8, choices=Slag)
    omgang = models.ForeignKey(Omgang, models.CASCADE, null=True, related_name="utskick")
    till = models.EmailField(blank=True, default="", db_default="")
    med = models.ForeignKey("self", models.SET_NULL, null=True, related_name="medfoljande")
    bradskar = models.BooleanField("brådskar", default=False, db_default=False)
    vad = models.CharField(max_length=16, choices=Handelse, blank=True, default="", db_default="")
    skapad = models.DateTimeField(db_default=Now())
    paborjat = models.DateTimeField("påbörjat", null=True)
    skickat = models.DateTimeField(null=True)
    fel = models.CharField(max_length=300, blank=True)

    objects: ClassVar[Any] = UtskickQuerySet.as_manager()

    class Meta:
        verbose_name = "utskick"
        verbose_name_plural = "utskick"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["anvandare", "dag"],
                condition=~(LANK | KONTO) & Q(med=None, bradskar=False),
                name="utskick_ett_om_dagen",
            ),
            models.UniqueConstraint(
                fields=["anvandare", "dag"],
                condition=Q(med=None, bradskar=True),
                name="utskick_ett_bradskande_om_dagen",
            ),
            models.UniqueConstraint(fields=["anvandare", "dag"], condition=LANK, name="utskick_en_lank_om_dagen"),
            models.CheckConstraint(condition=Q(skickat=None) | Q(paborjat__isnull=False), name="utskick_i_ordning"),
        ]
        # A server of 0.2 takes any mail, finds nothing to say in the kinds that came later, and would take them away:
        # they wait for a server that knows them. To be dropped with the release after the next.
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="utskick_vantar_pa_den_som_kan",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(
                    old__slag__in=["inbjudan", "losenord", "adress", "saker", "notiser"],
                    old__paborjat__isnull=False,
                    old__skickat__isnull=True,
                    old__fel="",
                ),
                func="UPDATE insatser_utskick SET paborjat = NULL WHERE id = OLD.id; RETURN NULL;",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_slag_display()} till {self.anvandare} {self.dag}"


@historik(utan=("senast",), raknas_vid=None)
class Korning(models.Model):
    """A day's runs of the timer, so that it shows when it has stopped. A run that did nothing only moves `senast`."""

    dag = models.DateField(unique=True)
    senast = models.DateTimeField()
    paminnelser = models.PositiveIntegerField(default=0)
    ersattare = models.PositiveIntegerField("ersättare", default=0)
    skickade = models.PositiveIntegerField(default=0)
    fel = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "körning"
        verbose_name_plural = "körningar"

    def __str__(self) -> str:
        return f"Påminnelser {self.dag}"
