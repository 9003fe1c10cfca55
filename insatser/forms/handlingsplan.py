"""The draft of a handlingsplan: its period, why an insats is in it or has to wait, and its aktiviteter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms

from aktorer.grund.formular import Textyta
from insatser.forms.finansiering import Kronfalt
from insatser.fragor.handlingsplan import fragor_om_perioden, upptagen
from insatser.models import Fardplan, Handlingsplan, Prioritering
from insatser.models.handlingsplan import FOR_LANG, UPPTAGEN, HandlingsplanQuerySet
from insatser.regler import aktivitetstid, period
from insatser.regler.aktivitetstid import OMVANT, TIDER, TVA_TIDER, omvant
from insatser.regler.status import Status, aktivitetsfel


class Arsform(forms.Form):
    """The years of a plan, both included. Unusual ones are asked about: the box holds for just them."""

    ar_fran = forms.IntegerField(label="Från år", min_value=1990, max_value=2099)
    ar_till = forms.IntegerField(label="Till och med år", min_value=1990, max_value=2099)

    def __init__(self, *args: Any, fardplan: Fardplan, plan: Handlingsplan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fardplan, self.plan = fardplan, plan

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if "ar_fran" in rent and "ar_till" in rent:
            self._krav_rimliga(rent["ar_fran"], rent["ar_till"])
        return rent

    def _krav_rimliga(self, fran: int, till: int) -> None:
        if till < fran:
            self.add_error("ar_till", "Planen kan inte sluta innan den börjar.")
        elif till - fran >= period.LANGST:
            self.add_error("ar_till", FOR_LANG)
        elif upptagen(self.fardplan, fran, till, utom=self.plan):
            self.add_error("ar_fran", UPPTAGEN)
        elif fragor := fragor_om_perioden(self.fardplan, fran, till, utom=self.plan):
            vald = period.skriv(fran, till)
            self.fields["anda"] = forms.MultipleChoiceField(
                label="Är perioden rätt?",
                choices=[(vald, f"Ja, planen ska gälla {period.skriv(fran, till, streck='–')}")],
                widget=forms.CheckboxSelectMultiple,
            )
            if vald not in (self["anda"].data or []):
                self.add_error("anda", fragor)


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

    def __init__(self, *args: Any, fardplan: Fardplan, avslutade: HandlingsplanQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, fardplan=fardplan, **kwargs)
        self.fields["fran"].queryset = avslutade  # type: ignore[attr-defined]
        if not avslutade.exists():
            self.fields["fran"].widget = forms.HiddenInput()


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It may come later, but the plan says in red that it is missing.
        self.fields["skal"].behovs = "bör finnas före beslutet"  # type: ignore[attr-defined]


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


def _dagfalt(rubrik: str) -> forms.DateField:
    return forms.DateField(label=rubrik, required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class AktivitetForm(forms.Form):
    """What is done and when. Start and end are quarters of the plan's years, kept as their first and last day, or days:
    then the quarter follows from the day and need not be chosen.
    """

    titel = forms.CharField(label="Vad ska göras?", max_length=200, help_text="Börja med ett verb: Ta fram, Pröva …")
    resultat = forms.CharField(label="Förväntat resultat", max_length=2000, required=False, widget=Textyta({"rows": 3}))
    start = forms.TypedChoiceField(label="Start, kvartal", coerce=date.fromisoformat, empty_value=None, required=False)
    start_dag = _dagfalt("Start, dag")
    slut = forms.TypedChoiceField(label="Slut, kvartal", coerce=date.fromisoformat, empty_value=None, required=False)
    slut_dag = _dagfalt("Slut, dag")
    milstolpe = forms.BooleanField(label="Det är en milstolpe: en enda tidpunkt", required=False)
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
        for falt in ("start", "slut"):
            if self.initial.get(f"{falt}_dag"):
                self.initial[falt] = None

    def _val(self, falt: str, val: list[tuple[str, str]]) -> None:
        nu = self.initial.get(falt)
        if nu and nu.isoformat() not in dict(val):
            val = [*val, (nu.isoformat(), nu.isoformat())]
        self.fields[falt].choices = [("", "Inte valt"), *val]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        for falt, kvartalets in (("start", period.kvartalets_forsta_dag), ("slut", period.kvartalets_sista_dag)):
            self._kvartalet(rent, falt, kvartalets)
        if rent.get("milstolpe"):
            self._en_tidpunkt(rent)
        elif (fore := omvant(rent)) and fore not in self.errors:
            self.add_error(fore, OMVANT)
        for falt, text in aktivitetsfel(rent.get("status", ""), rent.get("kommentar", "")).items():
            if falt in self.fields and falt not in self.errors:
                self.add_error(falt, text)
        return rent

    def _kvartalet(self, rent: dict[str, Any], falt: str, kvartalets: Callable[[date], date]) -> None:
        """The quarter that follows from a day. Two that do not agree are not guessed between."""
        dag, valt = rent.get(f"{falt}_dag"), rent.get(falt)
        if not dag or falt in self.errors:
            return
        if valt and not period.samma_kvartal(dag, valt):
            text = "Dagen ligger inte i kvartalet. Ändra det ena, eller låt kvartalet vara tomt."
            self.add_error(f"{falt}_dag", text)
        else:
            rent[falt] = valt or kvartalets(dag)

    def _en_tidpunkt(self, rent: dict[str, Any]) -> None:
        """The start of a milstolpe is its end: one of them is enough."""
        tider = aktivitetstid.en_tidpunkt(*(rent.get(falt) for falt in TIDER))
        if self.errors:
            return
        if tider is None:
            self.add_error("milstolpe", TVA_TIDER)
        else:
            rent.update(zip(TIDER, tider, strict=True))
