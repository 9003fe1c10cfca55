"""The queue of mails. A row is written before anything is sent; a database rule allows one a day and person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from aktorer.andringar import andring
from aktorer.models import Anvandare
from insatser.models import Mottagare, Omgang, Omgangssvar, Utskick
from insatser.regler import paminnelse

# How long a mail may be under way before we say that we do not know what became of it.
OKLART_EFTER = timedelta(minutes=10)


def lagg_i_ko(person: Anvandare, slag: Utskick.Slag, omgang: Omgang | None) -> Utskick:
    """A mail on the first day from today when the person gets no other. One that waits is not queued twice."""
    vantar = Utskick.objects.filter(anvandare=person, omgang=omgang, paborjat=None).first()
    if vantar:
        return vantar
    upptagna = set(
        Utskick.objects.filter(anvandare=person, dag__gte=timezone.localdate()).values_list("dag", flat=True)
    )
    dag = timezone.localdate()
    while dag in upptagna:
        dag += timedelta(days=1)
    return Utskick.objects.create(anvandare=person, slag=slag, omgang=omgang, dag=dag)


def paminn(person: Anvandare, slag: Utskick.Slag, omgang: Omgang | None, idag: date) -> bool:
    """Queue a reminder for today, unless the person got a mail too near. True when it was queued."""
    senast = Utskick.objects.filter(anvandare=person).aggregate(senast=Max("dag"))["senast"]
    mellanrum = paminnelse.TYSTNAD_IGEN_DAGAR if slag == Utskick.Slag.TYSTNAD else paminnelse.TIDIGAST_IGEN_DAGAR
    if paminnelse.for_tidigt(senast, idag, mellanrum):
        return False
    # Two processes at once: the second finds the row of the first.
    _, ny = Utskick.objects.get_or_create(anvandare=person, dag=idag, defaults={"slag": slag, "omgang": omgang})
    return ny


@andring
def planera(*, av: Anvandare | None, idag: date, tysta: Sequence[Anvandare]) -> int:
    """Queue today's reminders: to who has not answered an open round, then to `tysta`, who have long said nothing.

    Returns how many. Run twice, it queues nothing more.
    """
    antal = 0
    for omgang in Omgang.objects.filter(stangd=None).order_by("deadline"):
        slag = paminnelse.omgangens(omgang.deadline, idag)
        if not slag:
            continue
        kvar = Mottagare.objects.filter(omgang=omgang, aterkallad=None, anvandare__is_active=True)
        obesvarade = kvar.filter(tillfragningar__punkt__in=_obesvarade(omgang)).distinct().select_related("anvandare")
        antal += sum(paminn(m.anvandare, Utskick.Slag(slag), omgang, idag) for m in obesvarade)
    antal += sum(paminn(p, Utskick.Slag.TYSTNAD, None, idag) for p in tysta if p.paminnelser)
    return antal


def _obesvarade(omgang: Omgang) -> Any:
    return omgang.punkter.exclude(svar__in=_svarade(omgang))


def _svarade(omgang: Omgang) -> Any:
    return Omgangssvar.objects.filter(punkt__omgang=omgang, angrat=None)


@dataclass(frozen=True)
class Resultat:
    """What became of the queue: sent, still waiting, and under way so long that nobody knows; `fel` why it stopped."""

    skickade: int
    vantar: int
    oklara: int
    fel: str = ""


def skicka(sand: Callable[[Utskick], None]) -> Resultat:
    """Send what is due, one by one; several processes may do so at once.

    A row is claimed and committed before `sand` speaks to the mail server: a mail is never sent twice, also when the
    process dies in between. When `sand` raises OSError, nothing was sent: the row waits for the next time, and so do
    the others. An address that the server refuses is told of among the unclear ones and not tried again.
    """
    skickade, fel = 0, ""
    while not fel and (rad := _ta_nasta()):
        try:
            sand(rad)
        except SMTPRecipientsRefused as orsak:
            # One address that does not exist must not keep everybody else's mail waiting.
            Utskick.objects.filter(pk=rad.pk).update(fel=str(orsak)[:300])
        except OSError as orsak:
            fel = str(orsak)[:300] or type(orsak).__name__
            Utskick.objects.filter(pk=rad.pk).update(paborjat=None, fel=fel)
        else:
            Utskick.objects.filter(pk=rad.pk).update(skickat=timezone.now(), fel="")
            skickade += 1
    return Resultat(skickade, _vantar().count(), oklara().count(), fel)


def _vantar() -> Any:
    return Utskick.objects.filter(paborjat=None, dag__lte=timezone.localdate())


def oklara() -> Any:
    """Mails whose sending was begun and never ended: the process died, and nobody knows whether they went."""
    return Utskick.objects.filter(skickat=None, paborjat__lt=timezone.now() - OKLART_EFTER)


def _ta_nasta() -> Utskick | None:
    """Claim the next mail that nobody else has."""
    with transaction.atomic():
        rad = (
            _vantar()
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("anvandare", "omgang")
            .order_by("dag", "pk")
            .first()
        )
        if rad:
            rad.paborjat = timezone.now()
            rad.save(update_fields=["paborjat"])
        return rad
