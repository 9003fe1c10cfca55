"""The queue of mails. A row is written before anything is sent; a database rule allows one a day and person."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from aktorer.grund.andring import slutlig_andring
from aktorer.models import Anvandare
from insatser.fragor import notiser, notisunderlag
from insatser.models import Korning, Mottagare, Notis, Omgang, Tillfragan, Utskick
from insatser.models.utskick import KONTO, KONTOMEJL, LANK, OKLART_EFTER
from insatser.regler import paminnelse

KORNINGAR_SPARAS = timedelta(days=90)
FEL_TECKEN = 300  # what the row has room for
BRADSKAR = timedelta(days=1)  # what must be answered by then goes though another mail has gone the same day
STANGER = 421  # what a mail server says when it wants to hear no more for now

logg = logging.getLogger(__name__)


def lagg_i_ko(person: Anvandare, slag: Utskick.Slag, omgang: Omgang | None, *, bradskar: bool = False) -> Utskick:
    """A mail on the first day from today when the person gets no other. One that waits is not queued twice.

    `bradskar`: it is of no use tomorrow, and takes with it what waits. A round that ends tomorrow is so by itself.

    Locks the person: who queues mails to several does so in the order of their pk.
    """
    _las(person)
    om_kontot = slag in KONTOMEJL
    sorten = person.utskick.filter(slag=slag) if om_kontot else person.utskick.av_samma_sort(slag)
    idag = timezone.localdate()
    bradskar = bradskar and _har_gatt(person, slag, idag)
    if not bradskar and (vantar := sorten.filter(omgang=omgang, paborjat=None).first()):
        return vantar
    if om_kontot:
        return Utskick.objects.create(anvandare=person, slag=slag, dag=idag)
    dag = _ledig_dag(person, slag)
    bradskar |= omgang is not None and omgang.deadline <= idag + BRADSKAR and _har_gatt(person, slag, idag)
    return Utskick.objects.create(
        anvandare=person, slag=slag, omgang=omgang, dag=idag if bradskar else dag, bradskar=bradskar
    )


def _las(person: Anvandare) -> None:
    """Two who queue a mail to the same person at once would find the same day free."""
    Anvandare.objects.select_for_update(no_key=True).get(pk=person.pk)


def _har_gatt(person: Anvandare, slag: str, idag: date) -> bool:
    """Whether the day's mail has gone, and none that was in a hurry."""
    dagens = person.utskick.av_samma_sort(slag).filter(dag=idag)
    return dagens.filter(paborjat__isnull=False).exists() and not dagens.filter(bradskar=True).exists()


def _ledig_dag(person: Anvandare, slag: str) -> date:
    dag = timezone.localdate()
    egna = person.utskick.av_samma_sort(slag).filter(dag__gte=dag, med=None, bradskar=False)
    upptagna = set(egna.values_list("dag", flat=True))
    while dag in upptagna:
        dag += timedelta(days=1)
    return dag


def paminn(person: Anvandare, slag: Utskick.Slag, omgang: Omgang | None, idag: date) -> bool:
    """Queue a reminder for today, unless the person got a mail too near, or one still waits. True when queued."""
    _las(person)
    # What is told beside them neither holds a reminder up nor takes its place: they go in one mail.
    egna = Utskick.objects.filter(anvandare=person).exclude(KONTO).exclude(slag=Utskick.Slag.NOTISER)
    senast = egna.exclude(paborjat=None).aggregate(senast=Max("dag"))["senast"]
    vantar = egna.filter(paborjat=None)
    mellanrum = paminnelse.TYSTNAD_IGEN_DAGAR if slag == Utskick.Slag.TYSTNAD else paminnelse.TIDIGAST_IGEN_DAGAR
    # Several rounds are told of in one mail, but not silence beside them.
    redan = vantar if omgang is None else vantar.filter(omgang=omgang)
    if paminnelse.for_tidigt(senast, idag, mellanrum) or redan.exists():
        return False
    dagens = person.utskick.av_samma_sort(slag).filter(dag=idag, med=None, bradskar=False).first()
    if dagens and dagens.paborjat:
        return False
    Utskick.objects.create(anvandare=person, dag=idag, slag=slag, omgang=omgang, med=dagens)
    return True


@slutlig_andring
def planera(*, av: Anvandare | None, idag: date, tysta: Sequence[Anvandare]) -> int:
    """Queue today's reminders: to who has not answered an open round, then to `tysta`, who have long said nothing.

    Returns how many. Run twice, it queues nothing more.

    No version: run twice, it queues nothing more.
    """
    att_paminna: list[tuple[Anvandare, Utskick.Slag, Omgang | None]] = []
    # A round before the people in it, as everywhere.
    oppna = Omgang.objects.filter(stangd=None).order_by("pk").select_for_update()
    for omgang in sorted(oppna, key=lambda o: o.deadline):
        slag = paminnelse.omgangens(omgang.deadline, idag)
        if not slag:
            continue
        att_paminna += [(person, Utskick.Slag(slag), omgang) for person in har_kvar(omgang)]
    att_paminna += [(p, Utskick.Slag.TYSTNAD, None) for p in tysta if p.paminnelser]
    # Each person's in that order, and the people in that of their locks.
    return sum(paminn(p, slag, omgang, idag) for p, slag, omgang in sorted(att_paminna, key=lambda a: a[0].pk))


def har_kvar(omgang: Omgang) -> list[Anvandare]:
    """Whom there is something left to answer for in the round, and who can: in the order of their locks."""
    obesvarade = Tillfragan.objects.filter(punkt__omgang=omgang).obesvarade()
    kvar = Mottagare.objects.filter(omgang=omgang, aterkallad=None, tillfragningar__in=obesvarade)
    return list(Anvandare.objects.filter(is_active=True, omgangar__in=kvar).distinct().order_by("pk"))


class Nere(Exception):
    """The mail server cannot be reached: nothing was sent."""


@dataclass(frozen=True)
class Resultat:
    """What became of the queue: sent, refused, still waiting, cut off so that nobody knows, impossible to write.

    `fel`: why it stopped before the end, "" when it did not. `senare`: of those that wait, how many go another day,
    since nobody gets two mails in one.
    """

    skickade: int
    avvisade: int
    vantar: int
    oklara: int
    fel: str = ""
    trasiga: int = 0
    senare: int = 0


def skicka[Brev](
    bygg: Callable[[Utskick], Brev | None], sand: Callable[[Brev], None], bara: Utskick | None = None
) -> Resultat:
    """Send what is due, one by one, or `bara` that one; several processes may do so at once.

    A row is claimed and committed before `sand` speaks to the mail server, and released only when we know that nothing
    went: a mail is never sent twice, also when the process dies or the line breaks in between. `bygg` writes the mail;
    None says that there was nothing left to say, and the row is taken away. A mail that cannot be written waits, and
    the others go. `sand` raises Nere when nothing was sent, ValueError for an address that is none, OSError otherwise.
    A mail that the server refuses is told of, and not tried again unless the refusal was for the moment only.
    All that waits for a person goes in one mail, and shares its fate.
    """
    skickade, avvisade, avbrutna, trasiga, fel, provade = 0, 0, 0, 0, "", set[int]()
    while not fel and (rad := _ta_nasta(provade, bara)):
        provade.add(rad.pk)
        denna = Utskick.objects.filter(Q(pk=rad.pk) | Q(med=rad.pk))
        try:
            brev = bygg(rad)
        except Exception as orsak:
            # Whatever is wrong with one mail, the others are to go and the run is to be written down.
            logg.exception("Mejlet %s går inte att skriva", rad.pk)
            denna.update(paborjat=None, fel=_trasigt(orsak))
            trasiga += 1
            continue
        if brev is None:
            _inget_att_saga(rad)
            continue
        try:
            sand(brev)
        except Nere as orsak:
            fel = _kort(orsak)
            denna.update(paborjat=None, fel=fel)
        except ValueError as orsak:
            denna.update(paborjat=None, fel=_trasigt(orsak))
            trasiga += 1
        except OSError as orsak:
            kod, text, galler_alla = _svaret(orsak)
            if not kod:
                # The line broke: the server may have it. It stays begun, and a person decides.
                fel = text
                avbrutna += 1
            elif kod >= 500 and not galler_alla:
                # One address that does not exist must not keep everybody else's mail waiting.
                avvisade += 1
                denna.update(fel=text)
            else:
                fel = text if galler_alla else ""
                denna.update(paborjat=None, fel=text)
        else:
            denna.update(skickat=timezone.now(), fel="")
            skickade += 1
    oklara = avbrutna + Utskick.objects.oklara().filter(med=None).count()
    vantar, senare = kvar()
    return Resultat(skickade, avvisade, vantar, oklara, fel, trasiga, senare)


def kvar() -> tuple[int, int]:
    """(how many mails wait, how many of them for another day). What waits for one person is one mail."""
    alla = Utskick.objects.filter(paborjat=None, med=None)
    gar = alla.gar_i_dag(timezone.localdate())
    egna = gar.filter(LANK | KONTO).count()
    dagens = set(gar.exclude(LANK | KONTO).values_list("anvandare", flat=True))
    senare = alla.exclude(pk__in=gar.values("pk")).exclude(~(LANK | KONTO) & Q(anvandare__in=dagens)).count()
    return egna + len(dagens) + senare, senare


def _svaret(orsak: OSError) -> tuple[int, str, bool]:
    """(the mail server's refusal, 400–599, or 0 when it gave none; what to tell of it; whether it is of all mails)."""
    kod = 0
    text: bytes | str = ""
    if isinstance(orsak, SMTPRecipientsRefused) and orsak.recipients:
        kod, text = next(iter(orsak.recipients.values()))
    elif isinstance(orsak, SMTPResponseException):
        kod, text = orsak.smtp_code, orsak.smtp_error
    if not 400 <= kod <= 599:
        return 0, _kort(orsak), True
    ord_ = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    return kod, f"{kod} {ord_}"[:FEL_TECKEN], kod == STANGER or isinstance(orsak, SMTPSenderRefused)


def _trasigt(orsak: Exception) -> str:
    return f"Mejlet går inte att skriva: {_kort(orsak)}"[:FEL_TECKEN]


def _kort(orsak: Exception) -> str:
    return (str(orsak) or type(orsak).__name__)[:FEL_TECKEN]


def _inget_att_saga(rad: Utskick) -> None:
    """There was nothing left to say: neither the row nor what was to go with it was ever sent."""
    with transaction.atomic():
        Notis.objects.filter(utskick=rad).update(utskick=None, tagen=None)
        alla = Utskick.objects.filter(Q(pk=rad.pk) | Q(med=rad.pk))
        alla.update(paborjat=None)  # the database keeps what a server of before has taken and does not know
        alla.filter(med=rad.pk).delete()
        alla.delete()


def _ta_nasta(provade: set[int], bara: Utskick | None) -> Utskick | None:
    """Claim the next mail that nobody else has, for today. `provade` have had their turn."""
    vilka = Q() if bara is None else Q(pk=bara.pk)
    while True:
        idag = timezone.localdate()
        # Looked for without a lock, and taken when the person is ours: of two who send, one takes all of a person's.
        nasta = Utskick.objects.gar_i_dag(idag).filter(vilka).exclude(pk__in=provade).order_by("-dag", "pk").first()
        if nasta is None:
            return None
        try:
            with transaction.atomic():
                if rad := _ta(nasta, idag):
                    return rad
        except IntegrityError:
            # Another process took another mail to the same person this very moment: look again.
            continue


def _ta(nasta: Utskick, idag: date) -> Utskick | None:
    """Claim it, and all else that waits for the person; None when somebody else was quicker."""
    _las(nasta.anvandare)
    rad: Utskick | None = (
        Utskick.objects.gar_i_dag(idag)
        .filter(pk=nasta.pk)
        .select_for_update(of=("self",))
        .select_related("anvandare", "omgang__fardplan__stadskarna", "omgang__oppnad_av__aktor")
        .first()
    )
    if rad is None:
        return None
    rad.paborjat, rad.dag = timezone.now(), idag
    rad.save(update_fields=["paborjat", "dag"])
    if rad.slag == Utskick.Slag.LANK or rad.slag in KONTOMEJL:
        return rad
    andra = Utskick.objects.filter(anvandare=rad.anvandare_id, paborjat=None).av_samma_sort(rad.slag)
    andra.update(med=rad, dag=idag, paborjat=rad.paborjat)
    # What was taken for a mail that never went is looked at anew: it may have changed since.
    Notis.objects.filter(Q(utskick=rad) | Q(utskick__med=rad)).update(utskick=None, tagen=None)
    person = rad.anvandare
    dags = notiser.dags(person, notiser.val_for(person), notisunderlag.Underlag(idag))
    Notis.objects.filter(pk__in=[n.pk for n in dags]).update(utskick=rad, tagen=rad.paborjat)
    return rad


@slutlig_andring
def forsok_igen(*, av: Anvandare | None, utskick: int) -> Utskick:
    """Put a mail that did not arrive, or perhaps did not, in the queue once more. Raises ValidationError.

    No version: a mail is claimed by one.
    """
    alla = Utskick.objects.select_for_update(of=("self",)).select_related("anvandare")
    nu: Utskick = alla.get(pk=utskick)
    nu = alla.get(pk=nu.med_id) if nu.med_id else nu  # the mail that it went in
    if nu.skickat:
        raise ValidationError("Mejlet är redan skickat.")
    if nu.paborjat is None:
        raise ValidationError("Mejlet väntar redan på att skickas.")
    if not nu.fel and nu.paborjat > timezone.now() - OKLART_EFTER:
        raise ValidationError("Mejlet skickas just nu. Vänta tio minuter och se efter igen.")
    _las(nu.anvandare)
    if nu.slag == Utskick.Slag.LOSENORD:
        raise ValidationError("En länk till ett nytt lösenord gäller i en timme. Personen får be om en ny.")
    if nu.slag in KONTOMEJL:
        nu.dag = timezone.localdate()
    elif nu.dag != timezone.localdate():
        nu.dag = _ledig_dag(nu.anvandare, nu.slag)
    nu.paborjat, nu.fel = None, ""
    nu.save(update_fields=["paborjat", "fel", "dag"])
    nu.medfoljande.update(paborjat=None, fel="", dag=nu.dag)
    return nu


@slutlig_andring
def satt_at_sidan(*, av: Anvandare | None) -> int:
    """What waited when a backup was made may have gone after it: nobody knows, and a person decides. Returns how many.

    No version: run twice, it puts nothing more aside.
    """
    antal: int = Utskick.objects.filter(paborjat=None).update(paborjat=timezone.now() - OKLART_EFTER, fel="")
    return antal


@slutlig_andring
def bokfor(*, av: Anvandare | None, idag: date, paminnelser: int, ersattare: int, resultat: Resultat) -> None:
    """Write down that the timer ran, what it did and whether the mail server answered. Old days are cleared away.

    No version: it only counts up.
    """
    dagen, _ = Korning.objects.select_for_update().get_or_create(dag=idag, defaults={"senast": timezone.now()})
    Korning.objects.filter(pk=dagen.pk).update(
        senast=timezone.now(),
        paminnelser=F("paminnelser") + paminnelser,
        ersattare=F("ersattare") + ersattare,
        skickade=F("skickade") + resultat.skickade,
        fel=resultat.fel,
    )
    Korning.objects.filter(dag__lt=idag - KORNINGAR_SPARAS).delete()
