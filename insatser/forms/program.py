"""A program and its målområden."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from aktorer.grund.formular import Textyta
from insatser.andringar.program import Ordrad
from insatser.models import Malomrade, Program
from insatser.models.program import NUMREN_STAR_FAST, SLUTAR_FORE_START, UTANFOR

BYTER_PLATS = "Insatsernas nummer följer med: 2 ger 2.1, 2.2 … Har ett annat målområde numret byter de plats."


class ProgramForm(forms.ModelForm[Program]):
    """Its address follows from the name it got first."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    utgar_fran = forms.ModelChoiceField(
        label="Utgå från",
        queryset=Program.objects.order_by("-ar_fran", "namn"),
        required=False,
        empty_label="Inga målområden",
        help_text="Målområdena kopieras med nummer, namn, färg, ikon och text, och ordlistan. Du kan ändra dem sedan.",
    )

    class Meta:
        model = Program
        fields = ("namn", "ar_fran", "ar_till", "malomrade_ord", "kalla")
        help_texts = {"ar_till": "Lämna tomt så länge inget annat program har tagit vid."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            del self.fields["utgar_fran"]

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        fran, till = rent.get("ar_fran"), rent.get("ar_till")
        if fran and till and till < fran:
            self.add_error("ar_till", SLUTAR_FORE_START)
        return rent


class MalomradeForm(forms.ModelForm[Malomrade]):
    """`malomrade` says which one it is about: its number, that the address bears, may be given to another."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    malomrade = forms.IntegerField(widget=forms.HiddenInput, required=False)
    nummer = forms.IntegerField(
        min_value=1, max_value=99, help_text="Insatserna får det före punkten: 2 ger 2.1, 2.2 …"
    )

    class Meta:
        model = Malomrade
        # Not `nummer`: one that is taken is no fault, the two change places.
        fields = ("namn", "farg", "ikon", "beskrivning")
        labels = {"beskrivning": "Text"}
        error_messages = UTANFOR
        help_texts = {"beskrivning": "En mening om vad målområdet handlar om."}
        widgets = {"farg": forms.RadioSelect, "ikon": forms.RadioSelect, "beskrivning": Textyta({"rows": 3})}

    def __init__(self, *args: Any, fast: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for namn in ("farg", "ikon"):  # a choice has been made, or must be
            falt: Any = self.fields[namn]
            falt.choices = [val for val in falt.choices if val[0] != ""]
        if fast:
            self.fields["nummer"] = forms.IntegerField(disabled=True, help_text=NUMREN_STAR_FAST)
        elif self.instance.pk:
            self.fields["nummer"].help_text = BYTER_PLATS


class TaBortMalomradeForm(forms.Form):
    """Which one it is, beside the version it was read at: numbers can be given away."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    malomrade = forms.IntegerField(widget=forms.HiddenInput)


class OrdForm(forms.Form):
    """A word and what it means; a row with neither is not used."""

    ord = forms.CharField(max_length=60, required=False)
    forklaring = forms.CharField(label="Förklaring", max_length=500, required=False, widget=Textyta({"rows": 2}))

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if rent.get("forklaring") and not rent.get("ord"):
            self.add_error("ord", "Skriv ordet som förklaras.")
        if rent.get("ord") and not rent.get("forklaring"):
            self.add_error("forklaring", "Skriv vad ordet betyder.")
        return rent


class _Ordlista(forms.BaseFormSet[OrdForm]):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = "Plats"

    def clean(self) -> None:
        antal = Counter(rad.ord.lower() for rad in self.rader())
        if flera := [rad.ord for rad in self.rader() if antal.pop(rad.ord.lower(), 1) > 1]:
            raise forms.ValidationError([f"”{o}” står på mer än en rad. Låt en av dem stå kvar." for o in flera])

    def rader(self) -> list[Ordrad]:
        """The words as the change function wants them: by their places, those without one last."""
        data = enumerate((f.cleaned_data for f in self.forms if f.is_valid()), start=1)
        anvanda = [(plats, d) for plats, d in data if d.get("ord") and not d.get("DELETE")]
        return [Ordrad(d["ord"], d["forklaring"]) for _, d in sorted(anvanda, key=_plats)]


def _plats(rad: tuple[int, dict[str, Any]]) -> tuple[float, bool, bool]:
    """To sort by: one that is moved upwards goes before the one that has the place, one moved downwards after it."""
    stod, vill = rad[0], rad[1].get("ORDER")
    return (math.inf, False, False) if vill is None else (vill, vill > stod, vill >= stod)


OrdlistaForm = forms.formset_factory(
    OrdForm, formset=_Ordlista, extra=3, can_order=True, can_delete=True, max_num=60, validate_max=True, absolute_max=90
)


def visa(ordlista: Iterable[Ordrad]) -> Any:
    """The table with these words in it, not yet changed by anybody."""
    return OrdlistaForm(initial=[vars(rad) for rad in ordlista], prefix="ord")


def svar(data: QueryDict) -> Any:
    """The table as it was sent."""
    return OrdlistaForm(data, prefix="ord")
