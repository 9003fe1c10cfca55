"""The läge report: two choices and a comment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from aktorer.grund.formular import Textyta
from insatser.models import Lagesrapport
from insatser.regler.status import Bedomning, Status, lagesfel


class LageForm(forms.Form):
    """Starts from the latest report, so that what is unchanged need not be said again (but the comment must)."""

    status = forms.ChoiceField(choices=Status, widget=forms.RadioSelect)
    bedomning = forms.ChoiceField(label="Bedömning", choices=Bedomning, widget=forms.RadioSelect, required=False)
    kommentar = forms.CharField(
        label="Vad har hänt, och vad behövs?", max_length=2000, required=False, widget=Textyta({"rows": 4})
    )
    datum = forms.DateField(
        label="Gäller läget den", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), required=False
    )
    sedd = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    @classmethod
    def efter(cls, senaste: Lagesrapport | None) -> LageForm:
        """An empty form on top of the latest report."""
        idag = timezone.localdate()
        if senaste is None:
            return cls(initial={"datum": idag, "sedd": 0})
        return cls(
            initial={"status": senaste.status, "bedomning": senaste.bedomning, "datum": idag, "sedd": senaste.pk}
        )

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if "status" in rent:
            for falt, text in lagesfel(rent["status"], rent.get("bedomning", ""), rent.get("kommentar", "")).items():
                if falt not in self.errors:
                    self.add_error(falt, text)
        return rent
