"""A samverkansorgan and its seats."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from django import forms
from django.http import QueryDict

from aktorer.forms import Aktorsrad, Aktorsrader
from aktorer.grund.formular import Textyta, svenska_val
from insatser.andringar.organ import Platsrad
from insatser.models import Plats, Samverkansorgan
from insatser.regler import period


class OrganForm(forms.ModelForm[Samverkansorgan]):
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
    fran = forms.DateField(label="Från", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    till = forms.DateField(
        label="Till och med", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if not rent.get("aktor") and any(rent.get(falt) for falt in ("parti", "befattning", "fran", "till")):
            self.add_error("aktor", "Välj vilken aktör som har platsen.")
        if rent.get("fran") and rent.get("till") and rent["till"] < rent["fran"]:
            self.add_error("till", "Platsen kan inte upphöra innan den börjar.")
        return rent


class _Platser(Aktorsrader):
    def clean(self) -> None:
        tider = [(p.fran, p.till) for p in self.rader() if p.roll == Plats.Platsroll.ORDFORANDE]
        if any(period.samtidigt(*par) for par in combinations(tider, 2)):
            text = "Två platser är ordförande samtidigt. Välj en, eller skilj dem åt med från och till och med."
            raise forms.ValidationError(text)

    def rader(self) -> list[Platsrad]:
        """The seats as the change function wants them."""
        return [
            Platsrad(d["aktor"], d["roll"], d["parti"], d["befattning"], d["fran"], d["till"]) for d in self.anvanda()
        ]


PlatserForm = forms.formset_factory(
    PlatsForm, formset=_Platser, extra=3, can_delete=True, max_num=60, validate_max=True, absolute_max=100
)


def visa(platser: Iterable[Platsrad]) -> Any:
    """The table with these seats in it, not yet changed by anybody."""
    return PlatserForm(initial=[vars(p) | {"aktor": p.aktor_id} for p in platser], prefix="plats")


def svar(data: QueryDict) -> Any:
    """The table as it was sent. It stands alone: beside it, a seat that somebody else wrote alike would count as
    untouched."""
    return PlatserForm(data, prefix="plats")
