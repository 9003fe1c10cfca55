"""`{% csrf_token %}` of every form, ours, Django's and the admin's, with the mark that makes it count once."""

from __future__ import annotations

import secrets

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from aktorer.grund import gjort
from aktorer.grund.inskick import FALT
from aktorer.grund.skrivskydd import skrivskyddad

register = template.Library()


class Formularmarke(CsrfTokenNode):
    """As Django's, and a hidden field: how many forms the person has sent, or for others a number by chance."""

    def render(self, context: Context) -> SafeString:
        if gjort.gors():
            return mark_safe(gjort.HAL)  # noqa: S308 -- ours
        request = context.get("request")
        if request is not None and request.user.is_authenticated:
            marke = request.session.get(FALT, 0)
        else:
            marke = secrets.token_urlsafe(12)
        return format_html('{}<input type="hidden" name="{}" value="{}">', super().render(context), FALT, marke)


@register.tag
def csrf_token(parser: Parser, token: Token) -> Formularmarke:
    return Formularmarke()


class Skrivskyddslapp(template.Node):
    """What it holds; before it, when there is a form in it and nothing can be written, a strip that says so."""

    def __init__(self, innehall: template.NodeList) -> None:
        self.innehall = innehall

    def render(self, context: Context) -> SafeString:
        html = self.innehall.render(context)
        if 'method="post"' in html and skrivskyddad():
            return render_to_string("delar/skrivskydd.html", {"user": context["request"].user}) + html
        return html


@register.tag
def skrivskydd(parser: Parser, token: Token) -> Skrivskyddslapp:
    """{% skrivskydd %} … {% endskrivskydd %}, around what a page shows."""
    innehall = parser.parse(("endskrivskydd",))
    parser.delete_first_token()
    return Skrivskyddslapp(innehall)
