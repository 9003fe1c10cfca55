"""A färdplan's own texts."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.grund.formular import Textyta
from insatser.models import Fardplan, Fardriktning

# Nothing stops a text without it, but the checklist counts it as missing until it is there.
KALLA_BEHOVS = "bör finnas när färdplanen publiceras"


class KaraktarForm(forms.ModelForm[Fardplan]):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Fardplan
        fields = ("karaktar_rubrik", "karaktar", "kalla")
        widgets = {"karaktar": Textyta({"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A draft is saved without it, so that the field is not required; nor is it up to whoever writes.
        self.fields["karaktar"].behovs = "behövs innan färdplanen publiceras"  # type: ignore[attr-defined]
        self.fields["kalla"].behovs = KALLA_BEHOVS  # type: ignore[attr-defined]


class FardriktningForm(forms.ModelForm[Fardriktning]):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Fardriktning
        fields = ("rubrik", "text", "kalla")
        widgets = {"text": Textyta({"rows": 6})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kalla"].behovs = KALLA_BEHOVS  # type: ignore[attr-defined]


class TillbakaForm(forms.Form):
    """Withdraw a published färdplan."""

    skal = forms.CharField(
        label="Varför dras färdplanen tillbaka?",
        max_length=2000,
        widget=Textyta({"rows": 3}),
        help_text="Skälet visas för den som loggar in.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
