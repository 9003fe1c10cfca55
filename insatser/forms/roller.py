"""The table of who does what: of an insats, an aktivitet, and (its rows of aktörer) the seats of an organ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from aktorer.models import Aktor
from insatser.andringar.roller import Rollrad
from insatser.models import AktivitetAktor, Medverkan
from insatser.regler.medverkan import Deltagande, Roll


class Aktorsrad(forms.Form):
    """A row that begins with an aktör; without one the row is not used."""

    aktor = forms.TypedChoiceField(label="Aktör", coerce=int, empty_value=None, required=False)


class Aktorsrader(forms.BaseFormSet[Aktorsrad]):
    """Rows that share one query for the aktörer to choose among: those in force, and those that stand in a row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        redan = [rad.get("aktor") for rad in self.initial or []]
        redan += [varde for namn, varde in self.data.items() if namn.endswith("-aktor")]
        self.aktorer = [("", "Välj aktör"), *Aktor.objects.valbara(redan).values_list("pk", "namn")]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["aktor"].choices = self.aktorer

    def anvanda(self) -> list[dict[str, Any]]:
        """What stands in the rows that are used and not to be removed."""
        data = (f.cleaned_data for f in self.forms if f.is_valid())
        return [d for d in data if d.get("aktor") and not d.get("DELETE")]

    def krav_en_rad_var(self) -> None:
        """That no aktör stands in two rows: the names of those that do. Raises ValidationError."""
        antal, namn = Counter(d["aktor"] for d in self.anvanda()), dict(self.aktorer)
        if flera := [namn[aktor] for aktor, rader in antal.items() if rader > 1]:
            raise forms.ValidationError([f"{n} står på mer än en rad. Låt en av dem stå kvar." for n in flera])


class RollForm(Aktorsrad):
    roll = forms.ChoiceField(choices=Roll, initial=Roll.MEDVERKANDE)
    ansvarar_for = forms.CharField(label="Svarar för", max_length=300, required=False)
    deltagande = forms.ChoiceField(choices=Deltagande, initial=Deltagande.TILLFRAGAD)


class _Roller(Aktorsrader):
    """The whole set of roles."""

    def clean(self) -> None:
        self.krav_en_rad_var()
        if sum(r.roll == Roll.ANSVARIG for r in self.rader()) > 1:
            raise forms.ValidationError("Två aktörer är ansvariga. Välj en och gör den andra till medverkande.")

    def rader(self) -> list[Rollrad]:
        """The rows as the change function wants them."""
        return [
            Rollrad(d["aktor"], Roll(d["roll"]), d["ansvarar_for"], Deltagande(d["deltagande"])) for d in self.anvanda()
        ]


RollerForm = forms.formset_factory(
    RollForm, formset=_Roller, extra=4, can_delete=True, max_num=60, validate_max=True, absolute_max=100
)


def visa(delar: Iterable[Medverkan | AktivitetAktor | Rollrad]) -> Any:
    """The table with these parts in it, not yet changed by anybody."""
    rader = [
        {"aktor": d.aktor_id, "roll": d.roll, "ansvarar_for": d.ansvarar_for, "deltagande": d.deltagande} for d in delar
    ]
    return RollerForm(initial=rader, prefix="roll")


def svar(data: QueryDict) -> Any:
    """The table as it was sent."""
    return RollerForm(data, prefix="roll")
