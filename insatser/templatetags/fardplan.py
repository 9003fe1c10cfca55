"""The few things templates cannot say by themselves."""

from __future__ import annotations

from datetime import date

from django import template

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
