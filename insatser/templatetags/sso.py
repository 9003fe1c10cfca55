"""The ways in by other organisations, for the pages about logging in."""

from __future__ import annotations

from django import template

from insatser.fragor import sso

register = template.Library()
register.simple_tag(sso.vagar_in)
