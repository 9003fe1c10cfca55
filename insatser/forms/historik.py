"""What of a thing's history is shown, out of the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from insatser.fragor.sakhistorik import Del, Historikurval


def _dag(rubrik: str) -> forms.DateField:
    return forms.DateField(label=rubrik, required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class HistorikurvalForm(forms.Form):
    """By person, kind of row and days. What cannot be meant is told at its field, and asks for nothing."""

    vem = forms.ChoiceField(label="Vem ändrade", required=False)
    slag = forms.ChoiceField(label="Vad ändrades", required=False)
    fran = _dag("Från och med")
    till = _dag("Till och med")

    def __init__(self, data: QueryDict, *, personer: Sequence[tuple[str, str]], delar: Sequence[Del]) -> None:
        super().__init__(data)
        self._val("vem", [("", "Alla"), *personer])
        self._val("slag", [("", "Allt"), *{d.nyckel: d.rubrik for d in delar}.items()])

    def _val(self, falt: str, val: list[tuple[str, str]]) -> None:
        self.fields[falt].choices = val  # type: ignore[attr-defined]

    def urval(self) -> Historikurval:
        self.is_valid()
        return Historikurval(**{namn: varde for namn, varde in self.cleaned_data.items() if varde})

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if rent.get("fran") and rent.get("till") and rent["fran"] > rent["till"]:
            self.add_error("till", "Den sista dagen ligger före den första.")
        return rent
