"""A färdplan's own texts."""

from __future__ import annotations

from django import forms

from aktorer.grund.formular import Textyta
from insatser.models import Fardplan, Fardriktning


class KaraktarForm(forms.ModelForm[Fardplan]):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Fardplan
        fields = ("karaktar_rubrik", "karaktar")
        widgets = {"karaktar": Textyta({"rows": 8})}


class FardriktningForm(forms.ModelForm[Fardriktning]):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Fardriktning
        fields = ("rubrik", "text")
        widgets = {"text": Textyta({"rows": 6})}
