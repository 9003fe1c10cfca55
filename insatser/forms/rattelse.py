"""Why something final is set right, and the decision as it should have been registered."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.grund.formular import Textyta
from insatser.forms.beslut import BeslutForm
from insatser.forms.insats import VersionForm


class _Skal(forms.Form):
    skal = forms.CharField(
        label="Varför?",
        max_length=2000,
        widget=Textyta({"rows": 3}),
        error_messages={"required": "Skriv varför. Skälet visas för alla som läser."},
        help_text="Visas för alla som läser. Till exempel: Skrivfel när beslutet registrerades.",
    )


class OppnaIgenForm(VersionForm, _Skal):
    field_order = ("skal", "version")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skal"].help_text = "Visas för alla som läser. Till exempel: Stängd av misstag."


class BeslutRattelseForm(BeslutForm, _Skal):
    """An old decision whose source does not give the § has a note that says so instead."""

    fil = None  # type: ignore[assignment]  # the protocol is beside the version, and belongs to it
    notering = forms.CharField(
        label="Notering om källan",
        max_length=200,
        required=False,
        help_text="För äldre beslut där källan inte säger paragrafen.",
    )
    field_order = ("organ", "datum", "paragraf", "notering", "diarienummer", "protokoll", "skal")

    def clean_paragraf(self) -> str:
        return super().clean_paragraf() if self.cleaned_data["paragraf"] else ""
