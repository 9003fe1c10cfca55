"""A cell of the insatskarta's table: one field of an insats, and the version it was read at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import QueryDict

from aktorer.models import Aktor
from insatser.forms.insats import TYPER, InsatsForm, UtanAnsvarigForm, VersionForm
from insatser.models import Insats


class Typcell(VersionForm):
    """Its kind; the number stays."""

    typ = forms.ChoiceField(choices=TYPER)


class Ansvarigcell(VersionForm):
    """Who answers for it, out of the register; nobody is a choice."""

    ansvarig = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)

    def __init__(self, data: QueryDict | None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        redan = [self.initial.get("ansvarig"), data.get("ansvarig") if data else None]
        val = [("", "Ingen utsedd"), *Aktor.objects.valbara(redan).values_list("pk", "namn")]
        self.fields["ansvarig"].choices = val  # type: ignore[attr-defined]


def _text(falt: str, data: QueryDict | None, insats: Insats) -> forms.BaseForm:
    # The form gets a copy: a ModelForm writes what was typed on its instance before anything is saved.
    form = InsatsForm(data, instance=Insats.objects.get(pk=insats.pk), initial={"version": insats.version})
    for annat in form.fields.keys() - {falt, "version"}:
        del form.fields[annat]
    return form


def _typ(data: QueryDict | None, insats: Insats) -> forms.BaseForm:
    typ = "gemensam" if insats.gemensam else "karnspecifik"
    return Typcell(data, initial={"version": insats.version, "typ": typ})


def _ansvarig(data: QueryDict | None, insats: Insats) -> forms.BaseForm:
    nu = insats.ansvarig.aktor_id if insats.ansvarig else None
    return Ansvarigcell(data, initial={"version": insats.version, "ansvarig": nu})


def _utan_ansvarig(data: QueryDict | None, insats: Insats) -> forms.BaseForm:
    return UtanAnsvarigForm(data, initial={"version": insats.version, "utan_ansvarig": insats.utan_ansvarig})


# What is changed in its cell: its form, and what it is called when it is changed.
CELLER: dict[str, tuple[Callable[[QueryDict | None, Insats], forms.BaseForm], str]] = {
    "titel": (partial(_text, "titel"), "titeln"),
    "text": (partial(_text, "text"), "texten"),
    "typ": (_typ, "typen"),
    "ansvarig": (_ansvarig, "ansvarig"),
    "utan_ansvarig": (_utan_ansvarig, "skälet till att ingen är ansvarig"),
    "kalla": (partial(_text, "kalla"), "källan"),
    "kallnotering": (partial(_text, "kallnotering"), "noteringen om källan"),
}
