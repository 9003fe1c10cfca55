"""A möte and its agenda."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q

from aktorer.grund.formular import Textyta, Webbadress
from insatser.andringar.mote import Punktrad
from insatser.models import Arende, Handlingsplan, Insats, Mote, Program, Stadskarna

type Val = list[tuple[str, str]]

SLAG = ("insats", "handlingsplan", "arende")


class MoteForm(forms.ModelForm[Mote]):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Mote
        fields = ("datum", "tid", "plats", "installt", "protokoll")
        labels = {"datum": "Dag", "installt": "Mötet är inställt"}
        field_classes = {"protokoll": Webbadress}
        widgets = {
            "datum": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "tid": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }


class PunktForm(forms.Form):
    """An item of the agenda. A row with nothing in it is not used."""

    rubrik = forms.CharField(max_length=200, required=False)
    galler = forms.ChoiceField(label="Gäller", required=False)
    paragraf = forms.CharField(label="§", max_length=20, required=False)
    beslut = forms.CharField(label="Beslut: vad det blev", max_length=2000, required=False, widget=Textyta({"rows": 2}))

    def clean_paragraf(self) -> str:
        return str(self.cleaned_data["paragraf"]).lstrip("§ ").strip()

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if "rubrik" in rent and not rent["rubrik"] and any(rent.get(f) for f in ("galler", "paragraf", "beslut")):
            self.add_error("rubrik", "Skriv en rubrik, eller töm raden.")
        return rent

    def rad(self) -> Punktrad:
        """The row as the change function wants it."""
        d = self.cleaned_data
        slag, _, pk = d["galler"].partition("-")
        galler = {f"{slag}_id": int(pk)} if pk else {}
        return Punktrad(d["rubrik"], paragraf=d["paragraf"], beslut=d["beslut"], **galler)


class _Punkter(forms.BaseFormSet[PunktForm]):
    """The agenda. What its items may be about, and what they are about `nu`, is read once for all rows.

    A form that was sent does not get `nu` beside it: a row that somebody else wrote alike would count as untouched.
    """

    def __init__(self, data: Any = None, *, stadskarna: Stadskarna, nu: Iterable[Punktrad] = ()) -> None:
        rader = _visa(nu)
        super().__init__(data, initial=None if data else rader, prefix="punkt")
        self.galler = _val(stadskarna, [rad["galler"] for rad in rader])

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["galler"].choices = self.galler
        form.fields["ORDER"].label = "Ordning"

    def rader(self) -> list[Punktrad]:
        """The rows in use, in the order of their numbers."""
        return [form.rad() for form in self.ordered_forms if form.cleaned_data["rubrik"]]


PunkterForm: Any = forms.formset_factory(
    PunktForm,
    formset=_Punkter,
    extra=3,
    can_delete=True,
    can_order=True,
    max_num=60,
    validate_max=True,
    absolute_max=100,
)


def _visa(rader: Iterable[Punktrad]) -> list[dict[str, str]]:
    """The rows as the agenda's form shows them from the start."""
    return [{"rubrik": r.rubrik, "galler": _galler(r), "paragraf": r.paragraf, "beslut": r.beslut} for r in rader]


def _galler(rad: Punktrad) -> str:
    return next((f"{slag}-{pk}" for slag in SLAG if (pk := getattr(rad, f"{slag}_id"))), "")


def _val(stadskarna: Stadskarna, redan: Iterable[str]) -> list[tuple[str, str | Val]]:
    """What an item may be about, seen from the stadskärna, and what those there are already about."""
    valda: dict[str, list[str]] = {slag: [] for slag in SLAG}
    for slag, _, pk in (varde.partition("-") for varde in redan if varde):
        valda[slag].append(pk)
    planer = (
        Handlingsplan.objects.filter(Q(fardplan__stadskarna=stadskarna) | Q(pk__in=valda["handlingsplan"]))
        .select_related("fardplan__stadskarna")
        .nyast_forst()
    )
    arenden = Arende.objects.select_related("aktor").order_by("aktor__sortering", "diarienummer", "rubrik")
    grupper = {
        **_insatser(stadskarna, valda["insats"]),
        "Handlingsplaner": [
            (f"handlingsplan-{p.pk}", f"{p}{_annan(p.fardplan.stadskarna, stadskarna)}") for p in planer
        ],
        "Ärenden": [(f"arende-{a.pk}", f"{a} ({a.aktor})") for a in arenden],
    }
    return [("", "Inget särskilt"), *((grupp, val) for grupp, val in grupper.items() if val)]


def _insatser(stadskarna: Stadskarna, valda: list[str]) -> dict[str, Val]:
    """Of every generation, newest first: numbers come again in the next one."""
    program = Program.objects.filter(fardplaner__stadskarna=stadskarna)
    har = Q(fardplan__stadskarna=stadskarna) | Q(fardplan=None, malomrade__program__in=program)
    insatser = (
        Insats.objects.filter(har | Q(pk__in=valda))
        .select_related("malomrade__program", "fardplan__stadskarna")
        .order_by("-malomrade__program__ar_fran", "malomrade__program", "malomrade__nummer", "ordning", "pk")
    )
    return {
        f"Insatser i {namn}": [(f"insats-{i.pk}", _insats(i, stadskarna)) for i in grupp]
        for namn, grupp in groupby(insatser, key=lambda i: i.malomrade.program.namn)
    }


def _insats(insats: Insats, stadskarna: Stadskarna) -> str:
    egen = insats.fardplan.stadskarna if insats.fardplan else stadskarna
    return f"{insats}{_annan(egen, stadskarna)}{' (avförd)' if insats.avford else ''}"


def _annan(egen: Stadskarna, stadskarna: Stadskarna) -> str:
    return "" if egen == stadskarna else f" ({egen})"
