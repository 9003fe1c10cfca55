"""A samverkansorgan and its seats."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.forms import Textyta, svenska_val
from insatser.andringar.organ import Platsrad
from insatser.forms.roller import Aktorsrad, Aktorsrader
from insatser.models import Plats, Samverkansorgan


class OrganForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Samverkansorgan
        fields = ("namn", "slag", "beskrivning", "moten_per_ar", "fran", "till")
        widgets = {
            "beskrivning": Textyta({"rows": 3}),
            "fran": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "till": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        svenska_val(self)


class PlatsForm(Aktorsrad):
    """One seat. No person is named."""

    roll = forms.ChoiceField(choices=Plats.Platsroll, initial=Plats.Platsroll.LEDAMOT)
    parti = forms.CharField(max_length=20, required=False)
    befattning = forms.CharField(max_length=120, required=False)


class _Platser(Aktorsrader):
    def clean(self) -> None:
        if sum(p.roll == Plats.Platsroll.ORDFORANDE for p in self.rader()) > 1:
            raise forms.ValidationError("Två platser är ordförande. Välj en.")

    def rader(self) -> list[Platsrad]:
        """The seats as the change function wants them."""
        return [Platsrad(d["aktor"], d["roll"], d["parti"], d["befattning"]) for d in self.anvanda()]


PlatserForm = forms.formset_factory(
    PlatsForm, formset=_Platser, extra=3, can_delete=True, max_num=60, validate_max=True, absolute_max=100
)
