"""The few things templates cannot say by themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django import template
from django.contrib.messages.storage.base import Message
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from aktorer import behorighet
from insatser.fragor import generation
from insatser.models import Fardplan, Handlingsplan, Insats, Lagesrapport
from insatser.regler import enhet as enhetsregler
from insatser.regler import lankar
from insatser.regler import mejlfel as regler_mejlfel
from insatser.regler import tal as svenska_tal
from insatser.regler import tystnad as tystnadsregler
from insatser.regler.exempel import Exempel
from insatser.regler.exempel import exempel as exempelregeln
from insatser.regler.kronor import skriv
from insatser.regler.sokord import Bit
from insatser.utbyte.mejl import sandning

register = template.Library()


@register.inclusion_tag("insatser/lage/tyst.html")
def tystnad(insats: Insats, lage: Lagesrapport | None, idag: date) -> dict[str, object]:
    """That nobody has said anything for long, or that there has not been time to; nothing while it need not show."""
    return {
        "ord": tystnadsregler.i_ord(lage, insats.tillkom, idag),
        "ny": tystnadsregler.ar_ny(lage, insats.tillkom, idag),
    }


@register.inclusion_tag("insatser/utskick/laget.html")
def mejllaget() -> dict[str, str]:
    """What people should know of mails here before they count on them."""
    return {"laget": sandning.laget()}


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
def markerat(bitar: Iterable[Bit]) -> SafeString:
    """A text in pieces, with what was searched for marked."""
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", b.text) if b.traff else b.text,) for b in bitar))


@register.filter
def med_lankar(text: str) -> SafeString:
    """What somebody wrote, with its addresses as links that we do not vouch for."""
    lank = '<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>'
    return format_html_join("", "{}", ((format_html(lank, b.text) if b.lank else b.text,) for b in lankar.delad(text)))


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


@register.filter
def maste_ha_tvasteg(person: behorighet.Person) -> bool:
    """Whether a second factor is demanded of the person."""
    return behorighet.maste_ha_tvasteg(person)


@register.filter
def som_json(varde: Any) -> str:
    """For an attribute that a script of ours reads."""
    return json.dumps(varde, cls=DjangoJSONEncoder)


@register.filter
def epost(adress: str) -> SafeString:
    """An address that, where there is no room for all of it, is broken before its @."""
    namn, snabel_a, doman = adress.rpartition("@")
    return format_html("{}<wbr>{}{}", namn, snabel_a, doman)


@register.filter
def som_fil(rader: list[str]) -> str:
    """An address that holds the lines themselves: to save them leaves nothing with us."""
    return "data:text/plain;charset=utf-8," + quote("Reservkoder till Färdplan\r\n\r\n" + "\r\n".join(rader) + "\r\n")


@register.filter
def enhet(user_agent: str) -> str:
    """What somebody is logged in on: "Firefox på Windows"."""
    return enhetsregler.i_ord(user_agent)
