"""What becomes of each insats of the generation before: a row of choices per insats, saved together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from aktorer.grund.formular import Textyta
from insatser.andringar.generation import Arvsval
from insatser.forms.gemensam import FALT
from insatser.fragor.generation import Arv
from insatser.models import Insats, Malomrade

OVER, AVSLUTA = "over", "avsluta"
VAL = [(OVER, "Ta över"), (AVSLUTA, "För inte vidare"), ("", "Inte avgjort än")]


class _Malomradesfalt(forms.ModelChoiceField[Malomrade]):
    def label_from_instance(self, obj: Malomrade) -> str:
        return str(obj)


class Arvrad(forms.Form):
    """One insats that has not been decided on."""

    val = forms.ChoiceField(choices=VAL, required=False, widget=forms.RadioSelect, label="Vad händer med insatsen?")
    malomrade = _Malomradesfalt(
        label="Till målområde", queryset=Malomrade.objects.none(), required=False, empty_label="Välj målområde"
    )
    skal = forms.CharField(
        label="Varför förs den inte vidare?", max_length=2000, required=False, widget=Textyta({"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, *, arv: Arv, malomraden: QuerySet[Malomrade]) -> None:
        sett = {"version": arv.insats.version, "malomrade": arv.malomrade, "val": ""}
        super().__init__(data, prefix=_prefix(arv), initial=sett)
        self.fields["malomrade"].queryset = malomraden  # type: ignore[attr-defined]
        self.arv = arv

    def clean(self) -> dict[str, Any]:
        varden: dict[str, Any] = super().clean() or {}
        if varden.get("val") == OVER and not varden.get("malomrade") and "malomrade" not in self.errors:
            self.add_error("malomrade", "Välj vilket målområde insatsen ska till.")
        if varden.get("val") == AVSLUTA and not varden.get("skal") and "skal" not in self.errors:
            self.add_error("skal", "Skriv varför insatsen inte förs vidare.")
        return varden

    def som_val(self) -> Arvsval | None:
        """What was chosen; None for one to be decided on later."""
        d = self.cleaned_data
        if d["val"] == OVER:
            return Arvsval(self.arv.insats.pk, d["version"], malomrade=d["malomrade"])
        return Arvsval(self.arv.insats.pk, d["version"], skal=d["skal"]) if d["val"] == AVSLUTA else None


def _prefix(arv: Arv) -> str:
    return f"insats-{arv.insats.pk}"


class AvgorForm(forms.Form):
    """The rows together, and what is said of them as a whole. The button `alla` carries over what is left undecided:
    the rows then say so themselves, also when they come back to be corrected.
    """

    def __init__(self, data: QueryDict | None, *, arv: Sequence[Arv], malomraden: QuerySet[Malomrade]) -> None:
        oavgjorda = [a for a in arv if not a.avgjord]
        if data and data.get("alla"):
            data = data.copy()
            for namn in (f"{_prefix(a)}-val" for a in oavgjorda):
                data[namn] = data.get(namn) or OVER
        super().__init__(data)
        self.rader = [Arvrad(data, arv=a, malomraden=malomraden) for a in oavgjorda]

    def gemensamma(self) -> list[Insats]:
        """Those of which something is chosen that shows in other stadskärnor as well."""
        return [r.arv.insats for r in self.rader if r.arv.insats.gemensam and r["val"].value()]

    def clean(self) -> dict[str, Any]:
        varden: dict[str, Any] = super().clean() or {}
        if any(rad.errors for rad in self.rader):
            self.add_error(None, "Inget är sparat. Rätta det som är markerat.")
        elif FALT in self.errors:
            self.add_error(None, "Inget är sparat än. Några val gäller överallt: svara på frågan längst ned.")
        elif not self.val():
            self.add_error(None, "Välj vad som ska hända med minst en insats.")
        return varden

    def val(self) -> list[Arvsval]:
        return [v for rad in self.rader if (v := rad.som_val())]


class AngraForm(forms.Form):
    """Take back what was decided; with the version of what was carried over, throw that away.

    `fragad`: the person has had the question, where there is one.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    fragad = forms.BooleanField(widget=forms.HiddenInput, required=False)
