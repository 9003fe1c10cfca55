"""The table of who does what: of an insats and of an aktivitet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.http import QueryDict

from aktorer.forms import Aktorsrad, Aktorsrader
from insatser.andringar.roller import Rollrad
from insatser.models import AktivitetAktor, Medverkan
from insatser.regler.medverkan import Deltagande, Roll


class RollForm(Aktorsrad):
    roll = forms.ChoiceField(choices=Roll, initial=Roll.MEDVERKANDE)
    ansvarar_for = forms.CharField(label="Svarar för", max_length=300, required=False)
    deltagande = forms.ChoiceField(choices=Deltagande, initial=Deltagande.TILLFRAGAD)


class _Roller(Aktorsrader):
    """The whole set of roles."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Where there is nobody yet, the first row is for who will be ansvarig."""
        super().add_fields(form, index)
        if not self.is_bound and not self.initial and index == 0:
            form.fields["roll"].initial = Roll.ANSVARIG

    def clean(self) -> None:
        self.krav_en_rad_var()
        if sum(r.roll == Roll.ANSVARIG for r in self.rader()) > 1:
            raise forms.ValidationError("Två aktörer är ansvariga. Välj en och gör den andra till medverkande.")

    def med_flytt(self) -> Iterator[tuple[Any, bool, bool]]:
        """(row, whether it can go up, whether it can go down): those with an aktör change places."""
        anvanda = [n for n, rad in enumerate(self.forms) if rad["aktor"].value()]
        for n, rad in enumerate(self.forms):
            yield rad, n in anvanda[1:], n in anvanda[:-1]

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
