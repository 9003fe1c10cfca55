"""A person's calendar as a file (RFC 5545) that Outlook, Google, Apple and others subscribe to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings

from insatser.fragor.kalender import Kalender
from insatser.models import Aktivitet, Mote, Omgang
from insatser.regler import styrtecken
from insatser.utbyte import adress

if TYPE_CHECKING:
    from icalendar import Event

NAMN = "Färdplan"
HAMTAS_VAR = timedelta(hours=6)
MOTETS_LANGD = timedelta(hours=1)  # nothing says when a möte ends, and programs hide what lasts no time
# As rules, not as the library's list of days up to 2038: shorter, and it puts the spring change at the right hour.
_TIDSZON = """\
BEGIN:VTIMEZONE
TZID:Europe/Stockholm
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19970330T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def skriv(kalender: Kalender) -> bytes:
    """The calendar as a file. The same content gives the same bytes, so that an ETag tells whether it has changed."""
    from icalendar import Calendar, Timezone, vDuration  # noqa: PLC0415 -- slow import

    ut = Calendar.new(prodid="-//Färdplan//Kalender//SV", uid=f"kalender@{adress.vard()}")
    ut.calendar_name = NAMN
    ut.add("REFRESH-INTERVAL", HAMTAS_VAR, parameters={"VALUE": "DURATION"})
    ut.add("X-PUBLISHED-TTL", vDuration(HAMTAS_VAR))  # the same for Outlook
    ut.add("X-WR-TIMEZONE", settings.TIME_ZONE)
    ut.add_component(Timezone.from_ical(_TIDSZON))
    for aktivitet in kalender.aktiviteter:
        ut.add_component(_aktivitet(aktivitet))
    for omgang in kalender.omgangar:
        ut.add_component(_omgang(omgang, kalender))
    for mote in kalender.moten:
        ut.add_component(_mote(mote, kalender))
    innehall: bytes = ut.to_ical()
    return innehall


def _aktivitet(a: Aktivitet) -> Event:
    plan, insats = a.prioritering.handlingsplan, a.prioritering.insats
    sidan = adress.hel("plan_varaktig", plan.pk)
    rader = [f"Insats {insats}", f"{plan}, {plan.fardplan.stadskarna}", f"Status: {a.get_status_display().lower()}"]
    rubrik = f"{'Milstolpe' if a.milstolpe else 'Ska vara klart'}: {a}{' (exempeldata)' if plan.exempel else ''}"
    assert a.sista_dag  # noqa: S101 -- chosen by it
    return _heldag(a, rubrik, a.sista_dag, rader, f"{sidan}#insats-{insats.nummer}", "Deadline")


def _omgang(o: Omgang, kalender: Kalender) -> Event:
    """For who is asked it leads to Mitt arbete, where the answer is: the personal link has no place in a calendar."""
    var = o.fardplan.stadskarna if o.fardplan else None
    if o.fragar_mig or not kalender.stadskarnor:  # type: ignore[attr-defined]
        rubrik, sidan = f"Svara senast: {o}", adress.hel("mitt_arbete")
    else:
        karna = var or kalender.stadskarnor[0]
        rubrik, sidan = f"Sista dag för svar: {o}", adress.hel("omgang", karna.slug, o.pk)
    return _heldag(o, rubrik, o.deadline, [str(var or "Alla stadskärnor"), o.fraga], sidan, "Uppföljning")


def _mote(m: Mote, kalender: Kalender) -> Event:
    karna = m.organ.stadskarna or kalender.stadskarnor[0]
    sidan = adress.hel("mote", karna.slug, m.pk)
    rubrik = f"{'Inställt möte' if m.installt else 'Möte'}: {m.organ}"
    rader = [str(m.organ.stadskarna or "Alla stadskärnor")]
    if m.tid:
        rader.append("När mötet slutar är inte inskrivet. Kalendern visar en timme.")
        start = datetime.combine(m.datum, m.tid, ZoneInfo(settings.TIME_ZONE))
        handelse = _handelse(m, rubrik, start, start + MOTETS_LANGD, rader, sidan, "Möte")
    else:
        handelse = _heldag(m, rubrik, m.datum, rader, sidan, "Möte")
    if m.plats:
        handelse.location = _text(m.plats)
    handelse.status = "CANCELLED" if m.installt else "CONFIRMED"
    return handelse


def _heldag(rad: Any, rubrik: str, dag: date, rader: list[str], sidan: str, slag: str) -> Event:
    """All day; the end is the day after, as the standard has it. It does not make the person busy."""
    return _handelse(rad, rubrik, dag, dag + timedelta(days=1), rader, sidan, slag)


def _handelse(rad: Any, rubrik: str, start: date, slut: date, rader: list[str], sidan: str, slag: str) -> Event:
    """What all have in common. The row's own identity, version and time of change: nothing depends on the clock."""
    from icalendar import TRANSP, Event  # noqa: PLC0415 -- slow import

    andrad = rad.andrad.astimezone(UTC)
    return Event.new(
        uid=f"{rad._meta.model_name}-{rad.pk}@{adress.vard()}",
        stamp=andrad,
        last_modified=andrad,
        sequence=rad.version - 1,
        start=start,
        end=slut,
        summary=_text(rubrik),
        # Many programs do not show the URL by itself.
        description=_text("\n".join(r for r in [*rader, sidan] if r)),
        url=sidan,
        categories=[slag],
        transparency=TRANSP.OPAQUE if isinstance(start, datetime) else TRANSP.TRANSPARENT,
    )


def _text(text: str) -> str:
    return styrtecken.bort(text)
