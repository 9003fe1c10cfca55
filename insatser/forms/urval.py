"""The filter of the insatskarta, out of the address. What makes no sense is left out, never an error page."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from insatser.fragor.karta import Urval
from insatser.regler.status import Bedomning, Status

VYER = [("karta", "Karta"), ("tabell", "Tabell"), ("matris", "Matris")]
TYPER = [("", "Alla"), ("gemensam", "Gemensamma"), ("karnspecifik", "Kärnspecifika")]


class UrvalForm(forms.Form):
    """Choices of aktörer and målområden are set by the view from what the färdplan holds."""

    q = forms.CharField(label="Sök", max_length=100, required=False, widget=forms.TextInput({"type": "search"}))
    malomrade = forms.IntegerField(min_value=1, max_value=99, required=False)
    typ = forms.ChoiceField(choices=TYPER, required=False)
    status = forms.ChoiceField(choices=[("", "Alla"), *Status.choices, ("ingen", "Ingen rapport")], required=False)
    bedomning = forms.ChoiceField(label="Bedömning", choices=[("", "Alla"), *Bedomning.choices], required=False)
    aktor = forms.SlugField(max_length=80, required=False)
    vy = forms.ChoiceField(choices=VYER, required=False)
    avforda = forms.BooleanField(required=False)


def las(fraga: QueryDict) -> tuple[Urval, str]:
    """(what to show, how: karta, tabell or matris) of a query string. Bad values count as not given."""
    form = UrvalForm(fraga)
    form.is_valid()
    rent = {namn: varde for namn, varde in form.cleaned_data.items() if varde}
    vy = rent.pop("vy", "karta")
    return Urval(**rent), vy
