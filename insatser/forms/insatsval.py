"""The choice of insatser of any färdplan: one tick each, folded away by färdplan."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.db.models import F, Q

from insatser.models import Insats


class _Kryss(forms.CheckboxSelectMultiple):
    """A färdplan with something ticked stands open."""

    template_name = "delar/insatsval.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        sammanhang = super().get_context(name, value, attrs)
        sammanhang["widget"]["grupper"] = [
            {"namn": namn, "val": val, "valda": sum(v["selected"] for v in val)}
            for namn, val, _ in sammanhang["widget"]["optgroups"]
        ]
        return sammanhang


class Insatsval(forms.TypedMultipleChoiceField):
    """Gives the ids. The form asks for the choices with `fraga`, once."""

    widget = _Kryss

    def __init__(self) -> None:
        super().__init__(label="Insatser som berörs", coerce=int, required=False)

    def fraga(self, valda: list[int]) -> None:
        """Offer the insatser in force of all färdplaner, and the `valda` even when they are retired."""
        insatser = (
            Insats.objects.filter(Q(avford=None) | Q(pk__in=valda))
            .select_related("malomrade__program", "fardplan__stadskarna")
            .order_by(
                "-malomrade__program__ar_fran",
                F("fardplan__stadskarna__ordning").asc(nulls_first=True),
                "malomrade__nummer",
                "ordning",
                "pk",
            )
        )
        self.choices = [
            (plan, [(i.pk, f"{i.nummer} {i.titel}") for i in egna]) for plan, egna in groupby(insatser, key=_plan)
        ]


def _plan(insats: Insats) -> str:
    """Whose the insats is, as a heading."""
    karna = insats.fardplan.stadskarna.namn if insats.fardplan else "gemensamma för alla stadskärnor"
    return f"{insats.malomrade.program}: {karna}"
