"""An överenskommelse and the aktörer in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict

from aktorer.forms import Aktorsrad, Aktorsrader
from aktorer.grund.formular import Textyta, Webbadress, svenska_val
from insatser.andringar.overenskommelse import Anslutningsrad
from insatser.forms.insatsval import Insatsval
from insatser.models import Anslutning, Arende, Overenskommelse
from insatser.models.overenskommelse import en_tidpunkt


class OverenskommelseForm(forms.ModelForm[Overenskommelse]):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    insatser = Insatsval()

    class Meta:
        model = Overenskommelse
        fields = ("namn", "slag", "ingangen", "beskrivning", "forpliktar", "lank", "kalla")
        field_classes = {"lank": Webbadress}
        widgets = {"beskrivning": Textyta({"rows": 4})}
        help_texts = {"kalla": "Dokument, med sida eller datum."}

    def __init__(self, *args: Any, valda: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["insatser"].fraga(valda)  # type: ignore[attr-defined]
        self.initial["insatser"] = valda
        svenska_val(self)


class AnslutningForm(Aktorsrad):
    """One aktör. Who has joined did so some day, month or year."""

    status = forms.ChoiceField(choices=Anslutning.Anslutningsstatus, initial=Anslutning.Anslutningsstatus.FORESLAGEN)
    sedan = forms.CharField(max_length=10, required=False, validators=[en_tidpunkt])
    arende = forms.TypedChoiceField(label="Genom ärendet", coerce=int, empty_value=None, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("aktor") and (self.data.get(self.add_prefix("sedan")) or data.get("arende")):
            self.add_error("aktor", "Välj vilken aktör raden gäller.")
        ansluten = data.get("aktor") and data.get("status") == Anslutning.Anslutningsstatus.ANSLUTEN
        if ansluten and data.get("sedan") == "":
            self.add_error("sedan", "Ange sedan när aktören är ansluten: en dag, en månad eller ett år.")
        return data


class _Anslutningar(Aktorsrader):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slag = Arende.Slag
        # By a remissvar or a budget nobody joins anything: the list is shorter without them.
        leder_hit = Q(slag__in=[slag.AVSIKTSFORKLARING, slag.AVTAL, slag.UPPDRAG, slag.OVRIGT])
        arenden = Arende.objects.filter(leder_hit | Q(anslutningar__isnull=False)).distinct()
        self.arenden = [
            ("", "Inget"),
            *((a.pk, f"{a.aktor}: {a}") for a in arenden.select_related("aktor").order_by("aktor__sortering", "-pk")),
        ]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["arende"].choices = self.arenden

    def clean(self) -> None:
        self.krav_en_rad_var()

    def rader(self) -> list[Anslutningsrad]:
        """The rows as the change function wants them."""
        return [Anslutningsrad(d["aktor"], d["status"], d["sedan"], d["arende"]) for d in self.anvanda()]


AnslutningarForm = forms.formset_factory(
    AnslutningForm, formset=_Anslutningar, extra=3, can_delete=True, max_num=100, validate_max=True, absolute_max=150
)


def visa(anslutningar: Iterable[Anslutningsrad]) -> Any:
    """The table with these aktörer in it, not yet changed by anybody."""
    rader = [vars(a) | {"aktor": a.aktor_id, "arende": a.arende_id} for a in anslutningar]
    return AnslutningarForm(initial=rader, prefix="anslutning")


def svar(data: QueryDict) -> Any:
    """The table as it was sent. It stands alone: beside it, a row that somebody else wrote alike would count as
    untouched."""
    return AnslutningarForm(data, prefix="anslutning")
