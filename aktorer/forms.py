"""An aktör as the planerare writes it."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.models import Aktor


class Textyta(forms.Textarea):
    """A text area that keeps the line breaks of the database: browsers send others, and that would be a change."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        varde = super().value_from_datadict(data, files, name)
        return varde.replace("\r\n", "\n") if isinstance(varde, str) else varde


class AktorForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Aktor
        fields = ("namn", "slug", "slag", "del_av", "beskrivning", "webbplats", "kontakt", "eftertradare", "eftertradd")
        widgets = {
            "beskrivning": Textyta({"rows": 3}),
            "kontakt": Textyta({"rows": 3}),
            "eftertradd": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {"slug": "Sista delen av sidans adress: små bokstäver utan å, ä, ö, och bindestreck."}
