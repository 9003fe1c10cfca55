"""The few things templates cannot say by themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import template

from insatser.regler import tal as svenska_tal
from insatser.regler.kronor import skriv
from insatser.regler.tystnad import dagar_sedan

register = template.Library()


@register.filter
def dagar_till(datum: date, idag: date) -> int:
    """Days from `datum` to `idag`."""
    return dagar_sedan(datum, idag)


@register.filter
def kronor(belopp: int) -> str:
    """Whole kronor as "1 500 000 kr"."""
    return skriv(belopp)


@register.filter
def tal(varde: Decimal) -> str:
    """A number as Swedes write it: "16 000", "12,5"."""
    return svenska_tal.skriv(varde)
