"""The draft of a handlingsplan: its period, why an insats is in it or has to wait, and its aktiviteter."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from aktorer.grund.formular import Textyta
from insatser.forms.finansiering import Kronfalt
from insatser.models import Handlingsplan, Prioritering
from insatser.models.handlingsplan import HandlingsplanQuerySet
from insatser.regler import period
from insatser.regler.status import Status, aktivitetsfel


class Arsform(forms.Form):
    """The years of a plan, both included."""

    ar_fran = forms.IntegerField(label="Från år", min_value=1990, max_value=2099)
    ar_till = forms.IntegerField(label="Till och med år", min_value=1990, max_value=2099)

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if "ar_fran" in rent and "ar_till" in rent and rent["ar_till"] < rent["ar_fran"]:
            self.add_error("ar_till", "Planen kan inte sluta innan den börjar.")
        return rent


class PeriodForm(Arsform):
    """Other years for a draft."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class NyPlanForm(Arsform):
    """Two years unless told otherwise."""

    fran = forms.ModelChoiceField(
        label="Ta med det som förs över från",
        queryset=Handlingsplan.objects.none(),
        required=False,
        empty_label="Ingen, börja med en tom plan",
    )
    inledning = forms.CharField(max_length=5000, required=False, widget=Textyta({"rows": 4}))

    def __init__(self, *args: Any, avslutade: HandlingsplanQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fran"].queryset = avslutade  # type: ignore[attr-defined]


class InledningForm(forms.ModelForm[Handlingsplan]):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Handlingsplan
        fields = ("inledning",)
        widgets = {"inledning": Textyta({"rows": 6})}


class SkalForm(forms.Form):
    """Why the insats is pushed now."""

    skal = forms.CharField(
        label="Varför prioriteras insatsen nu?", max_length=2000, required=False, widget=Textyta({"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class BortvalForm(forms.Form):
    """Why the insats has to wait."""

    skal = forms.CharField(label="Varför får insatsen vänta?", max_length=2000, widget=Textyta({"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)


class _PrioriteringFalt(forms.ModelChoiceField[Prioritering]):
    def label_from_instance(self, obj: Prioritering) -> str:
        return str(obj.insats)


class BytInsatsForm(forms.Form):
    """Under which of the plan's insatser an aktivitet stands."""

    prioritering = _PrioriteringFalt(label="Insats", queryset=Prioritering.objects.none(), empty_label=None)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: Handlingsplan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alla = plan.prioriteringar.select_related("insats__malomrade").order_by("ordning")
        self.fields["prioritering"].queryset = alla  # type: ignore[attr-defined]


class AktivitetForm(forms.Form):
    """What is done. Start and end are chosen as quarters of the plan's years and kept as their first and last day."""

    titel = forms.CharField(label="Vad ska göras?", max_length=200, help_text="Börja med ett verb: Ta fram, Pröva …")
    resultat = forms.CharField(label="Förväntat resultat", max_length=2000, required=False, widget=Textyta({"rows": 3}))
    start = forms.TypedChoiceField(coerce=date.fromisoformat, empty_value=None, required=False)
    slut = forms.TypedChoiceField(coerce=date.fromisoformat, empty_value=None, required=False)
    status = forms.ChoiceField(choices=Status, initial=Status.PLANERAD)
    kommentar = forms.CharField(
        label="Kommentar till statusen",
        max_length=2000,
        required=False,
        widget=Textyta({"rows": 2}),
        help_text="Krävs vid paus och avbrott.",
    )
    kostnad = Kronfalt(
        label="Kostnad i kronor", min_value=0, required=False, help_text="Vem som betalar skriver du sedan."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    def __init__(self, *args: Any, plan: Handlingsplan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dagar = period.kvartal_i(plan.ar_fran, plan.ar_till)
        starter = [(dag.isoformat(), period.kvartal(dag)) for dag in dagar]
        slut = [(period.kvartalets_slut(dag).isoformat(), period.kvartal(dag)) for dag in dagar]
        # A day that is no quarter's (from SQL or a file) must not be lost by opening the form.
        self._val("start", starter)
        self._val("slut", slut)

    def _val(self, falt: str, val: list[tuple[str, str]]) -> None:
        nu = self.initial.get(falt)
        if nu and nu.isoformat() not in dict(val):
            val = [*val, (nu.isoformat(), nu.isoformat())]
        self.fields[falt].choices = [("", "Inte bestämt"), *val]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if rent.get("start") and rent.get("slut") and rent["slut"] < rent["start"]:
            self.add_error("slut", "Aktiviteten kan inte sluta innan den börjar.")
        for falt, text in aktivitetsfel(rent.get("status", ""), rent.get("kommentar", "")).items():
            if falt not in self.errors:
                self.add_error(falt, text)
        return rent
