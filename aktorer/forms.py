"""An aktör as the planerare writes it."""

from __future__ import annotations

from django import forms

from aktorer.models import Aktor


class AktorForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Aktor
        fields = ("namn", "slug", "slag", "del_av", "beskrivning", "webbplats", "kontakt", "eftertradare", "eftertradd")
        widgets = {
            "beskrivning": forms.Textarea({"rows": 3}),
            "kontakt": forms.Textarea({"rows": 3}),
            "eftertradd": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {"slug": "Sista delen av sidans adress: små bokstäver utan å, ä, ö, och bindestreck."}
