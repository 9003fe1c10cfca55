"""A färdplan's own texts."""

from __future__ import annotations

from django import forms

from aktorer.grund.formular import Textyta
from insatser.models import Fardplan, Fardriktning


class KaraktarForm(forms.ModelForm[Fardplan]):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Fardplan
        fields = ("karaktar_rubrik", "karaktar", "kalla")
        widgets = {"karaktar": Textyta({"rows": 8})}
        help_texts = {"karaktar": "Behövs innan färdplanen publiceras."}


class FardriktningForm(forms.ModelForm[Fardriktning]):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Fardriktning
        fields = ("rubrik", "text", "kalla")
        widgets = {"text": Textyta({"rows": 6})}


class TillbakaForm(forms.Form):
    """Withdraw a published färdplan."""

    skal = forms.CharField(
        label="Varför dras färdplanen tillbaka?",
        max_length=2000,
        widget=Textyta({"rows": 3}),
        help_text="Skälet visas för den som loggar in.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
