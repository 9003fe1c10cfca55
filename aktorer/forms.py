"""An aktör as the planerare writes it."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.grund.formular import Textyta, svenska_val, valda_aktorer
from aktorer.models import Aktor


class AktorForm(forms.ModelForm[Aktor]):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Aktor
        fields = (
            "namn",
            "slug",
            "slag",
            "del_av",
            "beskrivning",
            "webbplats",
            "diarieformat",
            "kontakt",
            "eftertradare",
            "eftertradd",
        )
        widgets = {
            "beskrivning": Textyta({"rows": 3}),
            "kontakt": Textyta({"rows": 3}),
            "eftertradd": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {"slug": "Sista delen av sidans adress: små bokstäver utan å, ä, ö, och bindestreck."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        svenska_val(self)
        for namn in ("del_av", "eftertradare"):
            self.fields[namn].queryset = Aktor.objects.valbara(valda_aktorer(self, namn))  # type: ignore[attr-defined]
