"""A samverkansorgan and its seats."""

from __future__ import annotations

from typing import Any

from django import forms

from aktorer.models import Aktor
from insatser.andringar.organ import Platsrad
from insatser.models import Plats, Samverkansorgan


class OrganForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Samverkansorgan
        fields = ("namn", "slag", "beskrivning", "moten_per_ar", "fran", "till")
        widgets = {
            "beskrivning": forms.Textarea({"rows": 3}),
            "fran": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "till": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }


class PlatsForm(forms.Form):
    """One seat. An empty aktör means the row is not used. No person is named."""

    aktor = forms.ModelChoiceField(label="Aktör", queryset=Aktor.objects.all(), required=False)
    roll = forms.ChoiceField(choices=Plats.Platsroll, initial=Plats.Platsroll.LEDAMOT)
    parti = forms.CharField(max_length=20, required=False)
    befattning = forms.CharField(max_length=120, required=False)


class _Platser(forms.BaseFormSet):
    """All rows share one query for the aktörer to choose among."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.aktorer = list(Aktor.objects.i_ordning().values_list("pk", "namn"))

    def add_fields(self, form: PlatsForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["aktor"].widget.choices = [("", "Välj aktör"), *self.aktorer]

    def clean(self) -> None:
        if sum(p.roll == Plats.Platsroll.ORDFORANDE for p in self.rader()) > 1:
            raise forms.ValidationError("Två platser är ordförande. Välj en.")

    def rader(self) -> list[Platsrad]:
        return [
            Platsrad(d["aktor"], d["roll"], d["parti"], d["befattning"])
            for d in (f.cleaned_data for f in self.forms if f.is_valid())
            if d.get("aktor") and not d.get("DELETE")
        ]


PlatserForm = forms.formset_factory(
    PlatsForm, formset=_Platser, extra=3, can_delete=True, max_num=60, validate_max=True, absolute_max=100
)
