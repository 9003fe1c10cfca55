"""What people are told by mail outside rounds: noticed, put together to one mail a person and day, and chosen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Min

from aktorer.grund.andring import slutlig_andring
from aktorer.grund.samtidighet import las
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.andringar.utskick import lagg_i_ko
from insatser.fragor import notiser as fragor
from insatser.fragor.notisunderlag import Underlag
from insatser.models import Notis, Notisslag, Notisval, Takt, Utskick

TYSTNAD = "tystnad"  # the reminders of silence (`Anvandare.paminnelser`), which one mail may hold beside them


def samla(*, idag: date) -> int:
    """Notice what has happened, for each person by itself, and queue a mail to those who are to be told today.

    Returns to how many. Run twice, or by two at once, it notices and queues nothing more; killed, it goes on where it
    was.
    """
    underlag = Underlag(idag)
    return sum(_samla_for(av=None, person=person, underlag=underlag) for person in fragor.mottagare())


@slutlig_andring
def _samla_for(*, av: Anvandare | None, person: Anvandare, underlag: Underlag) -> bool:
    """No version: what was noticed before is there already."""
    Anvandare.objects.select_for_update(no_key=True).get(pk=person.pk)
    val = _sett(person)
    nytt = fragor.att_beratta(person, val, underlag)
    redan = Notis.objects.filter(anvandare=person, nyckel__in=[n.nyckel for n in nytt])
    kanda = set(redan.values_list("nyckel", flat=True))
    nya = [n for n in nytt if n.nyckel not in kanda]
    Notis.objects.bulk_create(
        [Notis(anvandare=person, slag=n.slag, nyckel=n.nyckel, dag=n.dag or underlag.idag) for n in nya],
        ignore_conflicts=True,
    )
    dags = {n.nyckel for n in fragor.dags(person, val, underlag)}
    if not dags:
        return False
    bradskar = any(n.bradskar for n in nytt if n.nyckel in dags)
    # Whatever goes to the person next takes it along.
    if not bradskar and person.utskick.av_samma_sort(Utskick.Slag.NOTISER).filter(paborjat=None).exists():
        return False
    lagg_i_ko(person, Utskick.Slag.NOTISER, None, bradskar=bradskar)
    return True


def _sett(person: Anvandare) -> Notisval:
    """What the person has chosen; at first the defaults. Nothing is told from before the account, or our beginning."""
    val = Notisval.objects.filter(anvandare=person).first()
    if val is None:
        # By the clock of the database, which the history goes by too.
        borjan = Notisval.objects.aggregate(borjan=Min("sedan"))["borjan"]
        sedan = {"sedan": max(borjan, person.skapad)} if borjan else {}
        val = Notisval.objects.create(anvandare=person, **sedan)
        val.refresh_from_db()
    return val


@slutlig_andring
def valj(*, av: Anvandare, takter: Mapping[str, str], paminnelser: bool) -> None:
    """How soon the person wants to be told of each kind, and whether to be reminded of silence.

    No version: the last word is the person's own.
    """
    nu = las(av)
    val = _sett(nu)
    for slag, takt in takter.items():
        setattr(val, slag, takt)
    spara(val, falt=list(takter))
    nu.paminnelser = paminnelser
    spara(nu, falt=["paminnelser"])


@slutlig_andring
def avsluta(*, av: Anvandare, slag: list[str]) -> None:
    """No more mails of these kinds to the person, who has asked for it by a link in one of them.

    No version: the last word is the person's own.
    """
    nu = las(av)
    val = _sett(nu)
    egna = [s for s in Notisslag.values if s in slag]
    for s in egna:
        setattr(val, s, Takt.ALDRIG)
    spara(val, falt=egna)
    if TYSTNAD in slag:
        nu.paminnelser = False
        spara(nu, falt=["paminnelser"])
