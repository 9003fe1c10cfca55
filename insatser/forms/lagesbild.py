"""An indikator, and the table of its values in a stadskärna."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from aktorer.grund.formular import Textyta
from insatser.andringar.lagesbild import SKRIV_KALLA, Varderad, saknar_kalla
from insatser.models import Indikator, Malomrade
from insatser.regler import tal


class Talfalt(forms.Field):
    """A number written as people do: "16 000", "12,5"."""

    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return tal.tolka(str(value))
        except ValueError as fel:
            raise ValidationError(str(fel), code="invalid") from fel

    def prepare_value(self, value: Any) -> Any:
        return tal.skriv(value) if isinstance(value, Decimal) else value


class Malomradesfalt(forms.ModelChoiceField[Malomrade]):
    def label_from_instance(self, obj: Malomrade) -> str:
        return str(obj)


class IndikatorForm(forms.ModelForm[Indikator]):
    malomrade = Malomradesfalt(label="Målområde", queryset=Malomrade.objects.none(), empty_label=None)
    mal = Talfalt(label="Mål", required=False, help_text="Det värde ni vill nå. Lämna tomt om inget mål är satt.")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Indikator
        fields = ("malomrade", "namn", "enhet", "beskrivning", "riktning", "mal", "mal_ar", "kalla", "ordning")
        widgets = {"beskrivning": Textyta({"rows": 3})}
        labels = {"kalla": "Källa för alla värden", "ordning": "Plats i målområdet"}

    def __init__(self, *args: Any, malomraden: QuerySet[Malomrade], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["malomrade"].queryset = malomraden  # type: ignore[attr-defined]
        self.fields["mal_ar"].help_text = "Året då målet ska vara nått."

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if {"mal", "mal_ar"} <= rent.keys() and (rent["mal"] is None) != (rent["mal_ar"] is None):
            saknas = "mal" if rent["mal"] is None else "mal_ar"
            self.add_error(saknas, "Ange både mål och målår, eller ingetdera.")
        return rent


class VardenForm(forms.Form):
    """What the writer had seen; the values are a table of their own."""

    sedd = forms.IntegerField(widget=forms.HiddenInput)


class Vardeform(forms.Form):
    """The value of a year; an empty row is not used."""

    ar = forms.IntegerField(
        label="År",
        required=False,
        min_value=1990,
        max_value=2099,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Skriv ett år mellan 1990 och 2099."),
    )
    varde = Talfalt(label="Värde", required=False)
    cirka = forms.BooleanField(label="Cirka", required=False)
    kalla = forms.CharField(label="Källa", max_length=200, required=False)

    def __init__(self, *args: Any, indikator: Indikator, kanda: Collection[Varderad], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indikator, self.kanda = indikator, kanda
        if indikator.kalla:
            self.fields["kalla"].label = "Källa (frivilligt)"

    def clean(self) -> dict[str, Any]:
        rent = super().clean() or self.cleaned_data
        if rent.get("ar") and rent.get("varde") is None and "varde" not in self.errors:
            self.add_error("varde", "Skriv värdet, eller bocka för Ta bort.")
        pastar = rent.get("varde") is not None or rent.get("kalla") or rent.get("cirka")
        if pastar and not rent.get("ar") and "ar" not in self.errors:
            self.add_error("ar", "Skriv vilket år värdet gäller.")
        if rent.get("ar") and rent.get("varde") is not None and "kalla" not in self.errors:
            rad = Varderad(rent["ar"], rent["varde"], rent["cirka"], rent["kalla"])
            if saknar_kalla(self.indikator, rad, self.kanda):
                self.add_error("kalla", SKRIV_KALLA)
        return rent


class _Varden(forms.BaseFormSet[Vardeform]):
    """All the values of an indikator in a stadskärna."""

    def clean(self) -> None:
        aren = [rad.ar for rad in self.rader()]
        if dubbla := sorted({str(ar) for ar in aren if aren.count(ar) > 1}):
            raise ValidationError(f"{', '.join(dubbla)} står på flera rader. Ta bort alla utom en.")

    def rader(self) -> list[Varderad]:
        """The rows as the change function wants them."""
        data = (f.cleaned_data for f in self.forms if f.is_valid())
        anvanda = (d for d in data if d.get("ar") and not d.get("DELETE"))
        return [Varderad(d["ar"], d["varde"], d["cirka"], d["kalla"]) for d in anvanda]


VardenFormset = forms.formset_factory(
    Vardeform, formset=_Varden, extra=3, can_delete=True, max_num=110, validate_max=True, absolute_max=150
)


def visa(indikator: Indikator, rader: Iterable[Varderad]) -> Any:
    """The table with these values in it, by year, not yet changed by anybody."""
    initial = [vars(r) for r in sorted(rader, key=lambda r: r.ar)]
    return VardenFormset(initial=initial, prefix="varde", form_kwargs={"indikator": indikator, "kanda": ()})


def svar(data: QueryDict, indikator: Indikator, kanda: Collection[Varderad]) -> Any:
    """The table as it was sent; `kanda` are the values of now and those that the writer saw."""
    return VardenFormset(data, prefix="varde", form_kwargs={"indikator": indikator, "kanda": kanda})
