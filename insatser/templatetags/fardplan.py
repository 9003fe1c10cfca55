"""The few things templates cannot say by themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import template
from django.contrib.messages.storage.base import Message

from insatser.fragor import generation
from insatser.models import Fardplan, Handlingsplan, Insats, Lagesrapport
from insatser.regler import mejlfel as regler_mejlfel
from insatser.regler import tal as svenska_tal
from insatser.regler import tystnad as tystnadsregler
from insatser.regler.exempel import Exempel
from insatser.regler.exempel import exempel as exempelregeln
from insatser.regler.kronor import skriv

register = template.Library()


@register.inclusion_tag("insatser/lage/tyst.html")
def tystnad(insats: Insats, lage: Lagesrapport | None, idag: date) -> dict[str, object]:
    """That nobody has said anything for long, or that there has not been time to; nothing while it need not show."""
    return {
        "ord": tystnadsregler.i_ord(lage, insats.tillkom, idag),
        "ny": tystnadsregler.ar_ny(lage, insats.tillkom, idag),
    }


@register.simple_tag
def tyst_efter() -> int:
    """So many days without a report, and an insats is not up to date."""
    return tystnadsregler.efter_dagar()


@register.filter
def angra(besked: Message) -> dict[str, str]:
    """How what a message tells is taken back; {} when it is not. `redigering.sparat` wrote it."""
    kontext, _, fran = str(besked.extra_tags or "").partition(" ")
    return (
        {"kontext": kontext, "fran": fran, "ord": "Gör om" if fran.startswith("/angra/") else "Ångra"} if fran else {}
    )


@register.filter
def exempel(visad: Handlingsplan | Lagesrapport | None) -> Exempel:
    """What a page that is about this alone says of it."""
    return exempelregeln([visad])


@register.filter
def kronor(belopp: int) -> str:
    """Whole kronor as "1 500 000 kr"."""
    return skriv(belopp)


@register.filter
def tal(varde: Decimal) -> str:
    """A number as Swedes write it: "16 000", "12,5"."""
    return svenska_tal.skriv(varde)


@register.filter
def mejlfel(fel: str) -> str:
    """What the mail server's words mean, "" when we do not know."""
    return regler_mejlfel.i_ord(fel)


@register.filter
def i_kraft(fardplan: Fardplan) -> str:
    """The address of the stadskärna's färdplan in force, also from another generation's pages."""
    return generation.adress(fardplan, "fardplan", galler=True)
