"""News of a stadskärna, or of all, as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks

from insatser.fragor.nyheter import Nyhet
from insatser.models import Fardplan
from insatser.regler import styrtecken
from insatser.utbyte import adress

SLAG = Atom1Feed.content_type
ALLA = "alla"  # in the identities where the stadskärna's address is otherwise; none can have it (RESERVERADE)


def skriv(fardplan: Fardplan | None, nyheter: Sequence[Nyhet]) -> str:
    """The feed, newest first; without a färdplan that of all stadskärnor, where each title says which it is about.

    An entry keeps its identity for ever, wherever its page moves.
    """
    karna = fardplan.stadskarna if fardplan else None
    plats = karna.slug if karna else ALLA
    av = [karna.slug] if karna else []
    flode = Atom1Feed(
        title=f"Nyheter från {karna or 'alla stadskärnor'}",
        subtitle="Det som är antaget: färdplaner, handlingsplaner, beslut och överenskommelser.",
        description=None,
        link=adress.hel("nyheter" if karna else "nyheter_alla", *av),
        feed_url=adress.hel("nyheter_atom" if karna else "nyheter_alla_atom", *av),
        feed_guid=_identitet(plats),
        author_name="Färdplan",
        author_link=adress.hel("start"),
        language="sv",
    )
    for nyhet in nyheter:
        rubrik = f"{nyhet.rubrik} (exempeldata)" if nyhet.exempel else nyhet.rubrik
        if not karna and nyhet.var and nyhet.var not in rubrik:
            rubrik = f"{nyhet.var}: {rubrik}"
        flode.add_item(
            title=styrtecken.bort(rubrik),
            link=adress.fran_sokvag(nyhet.adress),
            description=linebreaks(styrtecken.bort(nyhet.text), autoescape=True),
            unique_id=_identitet(plats, nyhet.nyckel),
            pubdate=timezone.make_aware(datetime.combine(nyhet.dag, time.min)),
            updateddate=nyhet.skriven,
            categories=[nyhet.slag],
        )
    return flode.writeString("utf-8")


def _identitet(*delar: str) -> str:
    """A tag URI (RFC 4151); the year is when we began to give them out."""
    return f"tag:{adress.vard()},2026:nyheter/{'/'.join(delar)}"
