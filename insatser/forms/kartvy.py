"""Give what the insatskarta shows a name, and share it."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.models import Aktor
from insatser.models import Kartvy


class KartvyForm(forms.ModelForm[Kartvy]):
    """`dela_med` is the aktör whose planerare may have it too; None for who shares with nobody."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Kartvy
        fields = ("namn", "delad")

    def __init__(self, *args: Any, dela_med: Aktor | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["namn"].help_text = "Det som står i menyn, till exempel Försenat i målområde 1."
        if dela_med is None:
            del self.fields["delad"]
        else:
            self.fields["delad"].label = f"Dela med planerarna på {dela_med}"
