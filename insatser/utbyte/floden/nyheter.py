"""News of a stadskärna as an Atom feed (RFC 4287)."""

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


def skriv(fardplan: Fardplan, nyheter: Sequence[Nyhet]) -> str:
    """The feed, newest first. An entry keeps its identity for ever, wherever its page moves."""
    karna = fardplan.stadskarna
    flode = Atom1Feed(
        title=f"Nyheter från {karna}",
        subtitle="Det som är antaget: färdplaner, handlingsplaner, beslut och överenskommelser.",
        description=None,
        link=adress.hel("nyheter", karna.slug),
        feed_url=adress.hel("nyheter_atom", karna.slug),
        feed_guid=_identitet(karna.slug),
        author_name="Färdplan",
        author_link=adress.hel("start"),
        language="sv",
    )
    for nyhet in nyheter:
        rubrik = f"{nyhet.rubrik} (exempeldata)" if nyhet.exempel else nyhet.rubrik
        flode.add_item(
            title=styrtecken.bort(rubrik),
            link=adress.fran_sokvag(nyhet.adress),
            description=linebreaks(styrtecken.bort(nyhet.text), autoescape=True),
            unique_id=_identitet(karna.slug, nyhet.nyckel),
            pubdate=timezone.make_aware(datetime.combine(nyhet.dag, time.min)),
            updateddate=nyhet.skriven,
            categories=[nyhet.slag],
        )
    return flode.writeString("utf-8")


def _identitet(*delar: str) -> str:
    """A tag URI (RFC 4151); the year is when we began to give them out."""
    return f"tag:{adress.vard()},2026:nyheter/{'/'.join(delar)}"
