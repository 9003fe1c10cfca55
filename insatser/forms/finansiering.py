"""Money: what each aktör puts in, per year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from aktorer.forms import Aktorsrad, Aktorsrader
from insatser.andringar.finansiering import Bidragsrad
from insatser.models import Handlingsplan
from insatser.regler import kronor


class Kronfalt(forms.IntegerField):
    """Whole kronor, written as people do: "1 000 000", "250000 kr"."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_value=kronor.HOGST, **kwargs)
        self.widget.attrs["inputmode"] = "numeric"

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            try:
                value = kronor.tolka(value)
            except ValueError as fel:
                raise forms.ValidationError(str(fel)) from fel
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return kronor.tal(value) if isinstance(value, int) else value


class FinansieringForm(forms.Form):
    """What the writer had seen; the rows are a table of their own."""

    sedd = forms.IntegerField(widget=forms.HiddenInput)


class Bidragsform(Aktorsrad):
    ar = forms.TypedChoiceField(label="År", coerce=int)
    belopp = Kronfalt(label="Kronor", min_value=1, required=False)

    def __init__(self, *args: Any, plan: Handlingsplan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ar = {*range(plan.ar_fran, plan.ar_till + 1)}
        # A year that the plan's new period left outside must not become another by opening the form.
        ar |= {self.initial["ar"]} if "ar" in self.initial else set()
        self.fields["ar"].choices = [(y, str(y)) for y in sorted(ar)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if rent.get("aktor") and rent.get("belopp") is None and "belopp" not in self.errors:
            self.add_error("belopp", "Skriv hur mycket.")
        if rent.get("belopp") and not rent.get("aktor") and "aktor" not in self.errors:
            self.add_error("aktor", "Välj vem som betalar.")
        return rent


class _Bidrag(Aktorsrader):
    """All the money for a plan or an aktivitet."""

    def rader(self) -> list[Bidragsrad]:
        """The rows as the change function wants them."""
        return [Bidragsrad(d["aktor"], d["ar"], d["belopp"]) for d in self.anvanda()]


BidragForm = forms.formset_factory(
    Bidragsform, formset=_Bidrag, extra=3, can_delete=True, max_num=200, validate_max=True, absolute_max=300
)


def visa(plan: Handlingsplan, rader: Iterable[Bidragsrad]) -> Any:
    """The table with this money in it, not yet changed by anybody."""
    nu = [{"aktor": r.aktor_id, "ar": r.ar, "belopp": r.belopp} for r in rader]
    return BidragForm(initial=nu, form_kwargs={"plan": plan}, prefix="bidrag")


def svar(plan: Handlingsplan, data: QueryDict) -> Any:
    """The table as it was sent."""
    return BidragForm(data, form_kwargs={"plan": plan}, prefix="bidrag")
