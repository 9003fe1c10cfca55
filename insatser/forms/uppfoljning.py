"""A round of follow-up: what is asked, of whom, and the answer to one point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from aktorer.forms import Textyta
from insatser.fragor.uppfoljning import Fraga, Punkt
from insatser.regler.status import Bedomning, Status, lagesfel


class OmgangForm(forms.Form):
    namn = forms.CharField(max_length=120, help_text="Till exempel Läget inför styrgruppen i mars.")
    deadline = forms.DateField(label="Svara senast", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    fraga = forms.CharField(
        label="Fråga till de tillfrågade",
        max_length=2000,
        required=False,
        widget=Textyta({"rows": 3}),
        help_text="Visas överst i mejlet och på sidan där de svarar.",
    )
    punkter = forms.MultipleChoiceField(label="Fråga om", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, fragor: Sequence[Fraga], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fragor = {f.nyckel: f for f in fragor}
        self.fields["punkter"].choices = [(f.nyckel, str(f)) for f in fragor]  # type: ignore[attr-defined]
        self.fields["punkter"].error_messages["required"] = "Välj minst en insats eller aktivitet att fråga om."

    def valda(self) -> list[Fraga]:
        """What is chosen, in the order of the list."""
        valda = set(self.cleaned_data["punkter"])
        return [f for nyckel, f in self.fragor.items() if nyckel in valda]


class SvarForm(forms.Form):
    """The answer to one point. An aktivitet has a status only."""

    status = forms.ChoiceField(choices=Status, widget=forms.RadioSelect)
    bedomning = forms.ChoiceField(label="Bedömning", choices=Bedomning, widget=forms.RadioSelect, required=False)
    kommentar = forms.CharField(
        label="Vad har hänt, och vad behövs?", max_length=2000, required=False, widget=Textyta({"rows": 3})
    )
    sedd = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @classmethod
    def om(cls, punkt: Punkt, data: Any = None) -> SvarForm:
        """The form of a point, starting from what is known."""
        p = punkt.punkt
        if p.aktivitet:
            nu: dict[str, Any] = {"status": p.aktivitet.status, "sedd": p.aktivitet.version}
        else:
            rapport = punkt.lage
            nu = {"sedd": rapport.pk if rapport else 0}
            nu |= {"status": rapport.status, "bedomning": rapport.bedomning} if rapport else {}
        form = cls(data, initial=nu, prefix=f"p{p.pk}")
        if p.aktivitet:
            del form.fields["bedomning"], form.fields["kommentar"]
        return form

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if "status" in rent and "kommentar" in self.fields:
            for falt, text in lagesfel(rent["status"], rent.get("bedomning", ""), rent.get("kommentar", "")).items():
                if falt not in self.errors:
                    self.add_error(falt, text)
        return rent
