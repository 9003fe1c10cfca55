"""A styrdokument, new or one that other färdplaner already build on."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.grund.formular import Textyta, Webbadress
from insatser.models import Fardplan, Styrdokument


class StyrdokumentForm(forms.ModelForm[Styrdokument]):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Styrdokument
        fields = ("namn", "ar", "beskrivning", "lank", "kalla")
        field_classes = {"lank": Webbadress}
        widgets = {"beskrivning": Textyta({"rows": 3})}
        error_messages = {"namn": {"unique": "Det finns redan ett dokument med det namnet. Koppla det i stället."}}


class KopplaForm(forms.Form):
    """One of the styrdokument that the färdplan does not build on yet."""

    dokument = forms.ModelChoiceField(label="Dokument", queryset=Styrdokument.objects.none(), empty_label="Välj")

    def __init__(self, *args: Any, fardplan: Fardplan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ovriga = Styrdokument.objects.exclude(dokument__fardplan=fardplan)
        self.fields["dokument"].queryset = ovriga  # type: ignore[attr-defined]
