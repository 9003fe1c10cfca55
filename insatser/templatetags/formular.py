"""`{% csrf_token %}` of every form, ours, Django's and the admin's, with the mark that makes it count once."""

from __future__ import annotations

import secrets

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from aktorer.grund.inskick import FALT

register = template.Library()


class Formularmarke(CsrfTokenNode):
    """As Django's, and a hidden field: how many forms the person has sent, or for others a number by chance."""

    def render(self, context: Context) -> SafeString:
        request = context.get("request")
        if request is not None and request.user.is_authenticated:
            marke = request.session.get(FALT, 0)
        else:
            marke = secrets.token_urlsafe(12)
        return format_html('{}<input type="hidden" name="{}" value="{}">', super().render(context), FALT, marke)


@register.tag
def csrf_token(parser: Parser, token: Token) -> Formularmarke:
    return Formularmarke()
