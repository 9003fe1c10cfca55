"""The ways in by other organisations, for the pages about logging in."""

from __future__ import annotations

from typing import NamedTuple

from django import template
from django.conf import settings

register = template.Library()


class Vagar(NamedTuple):
    """{how: whose it is}, and whether there is no other way."""

    finns: dict[str, str]
    endast: bool


@register.simple_tag
def vagar_in() -> Vagar:
    val = settings.SSO
    return Vagar({vag: v.namn for vag, v in (("oidc", val.oidc), ("saml", val.saml)) if v}, val.endast)
