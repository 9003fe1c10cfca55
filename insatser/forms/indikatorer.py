"""The lägesbild as a table: its columns, a cell of it, and what can be done with many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from aktorer.grund.kolumnval import Tabellkolumner
from aktorer.grund.valda import Valdaform
from insatser.andringar.lagesbild import Varderad, som_rad
from insatser.forms.lagesbild import IndikatorForm, Malomradesfalt, Vardeform
from insatser.fragor.indikatorer import Indikatorrad, NyKalla, NyttIndikatoromrade
from insatser.models import Fardplan, Indikator, Malomrade

KOLUMNER = Tabellkolumner(
    alla={
        "malomrade": "Målområde",
        "namn": "Indikator",
        "beskrivning": "Vad den visar",
        "enhet": "Enhet",
        "riktning": "Önskad riktning",
        "mal": "Mål",
        "senast": "Senaste värde",
        "forandring": "Förändring",
        "till_malet": "Till målet",
        "kalla": "Källa för alla värden",
    },
    alltid=("namn",),
    vanliga=("malomrade", "namn", "enhet", "mal", "senast", "forandring", "kalla"),
)


def _malomraden(program: int) -> QuerySet[Malomrade]:
    omraden: QuerySet[Malomrade] = Malomrade.objects.filter(program=program).order_by("nummer")
    return omraden


class Indikatorcell(IndikatorForm):
    """One field of the indikator, a target with its year."""

    def __init__(self, data: QueryDict | None, rad: Indikatorrad, falten: tuple[str, ...]) -> None:
        # The form gets a copy: a ModelForm writes what was typed on its instance before anything is saved.
        egen = Indikator.objects.select_related("malomrade").get(pk=rad.pk)
        omraden = _malomraden(egen.malomrade.program_id)
        super().__init__(data, instance=egen, initial={"version": rad.version}, malomraden=omraden)
        for annat in self.fields.keys() - {*falten, "version"}:
            del self.fields[annat]


class Vardecell(Vardeform):
    """The latest value with its year and its source; another year makes one more value. `version`: the latest event
    of the values that the writer had seen.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("varde", "ar", "cirka", "kalla")

    def __init__(self, data: QueryDict | None, rad: Indikatorrad) -> None:
        nu = rad.bild.senast
        super().__init__(
            data,
            initial={"version": rad.version, **(vars(som_rad(nu)) if nu else {})},
            indikator=rad.bild.indikator,
            kanda=[som_rad(v) for v in rad.bild.egna],
        )
        for krav in ("varde", "ar"):
            self.fields[krav].required = True
        self.fields["ar"].help_text = "Ett år som inte har något värde får ett nytt; de andra står kvar."

    @property
    def rad(self) -> Varderad:
        """What was typed, when it holds."""
        sagt = self.cleaned_data
        return Varderad(sagt["ar"], sagt["varde"], sagt["cirka"], sagt["kalla"])


@dataclass(frozen=True)
class Tabellfalt:
    """How a cell is changed: its form, what it is called, and the row's other cells that say something of it."""

    formular: Callable[[QueryDict | None, Indikatorrad], forms.BaseForm]
    vad: str
    med: tuple[str, ...] = ()


def _falt(*falten: str) -> Callable[[QueryDict | None, Indikatorrad], forms.BaseForm]:
    return partial(Indikatorcell, falten=falten)


VARDET = "senast"  # the stadskärna's own; the others are the same in all
CELLER: Mapping[str, Tabellfalt] = {
    "malomrade": Tabellfalt(_falt("malomrade"), "målområdet"),
    "namn": Tabellfalt(_falt("namn"), "namnet"),
    "beskrivning": Tabellfalt(_falt("beskrivning"), "vad den visar"),
    "enhet": Tabellfalt(_falt("enhet"), "enheten", med=("mal", "forandring", "till_malet")),
    "riktning": Tabellfalt(_falt("riktning"), "den önskade riktningen", med=("till_malet",)),
    "mal": Tabellfalt(_falt("mal", "mal_ar"), "målet", med=("till_malet",)),
    VARDET: Tabellfalt(Vardecell, "det senaste värdet", med=("forandring", "till_malet")),
    "kalla": Tabellfalt(_falt("kalla"), "källan"),
}


class IndikatorvalForm(Valdaform):
    """Of indikatorer of one program."""

    def __init__(self, *args: Any, fardplan: Fardplan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fardplan = fardplan


class IndikatoromradeForm(IndikatorvalForm):
    """Where they belong."""

    rubrik = "Sätt målområde"

    malomrade = Malomradesfalt(
        label="Målområde",
        queryset=Malomrade.objects.none(),
        empty_label="Välj målområde",
        help_text="Indikatorerna är gemensamma: de flyttas i alla stadskärnor.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["malomrade"].queryset = _malomraden(self.fardplan.program_id)  # type: ignore[attr-defined]

    def atgard(self) -> NyttIndikatoromrade:
        return NyttIndikatoromrade(self.cleaned_data["malomrade"])


class IndikatorkallaForm(IndikatorvalForm):
    """Where their values come from."""

    rubrik = "Sätt källa"

    kalla = forms.CharField(
        label="Källa för alla värden",
        max_length=200,
        required=False,
        help_text="Gäller i alla stadskärnor, utom för de värden som har en egen källa. Tomt tar bort källan.",
    )

    def atgard(self) -> NyKalla:
        return NyKalla(self.cleaned_data["kalla"])


VALDA: Mapping[str, type[IndikatorvalForm]] = {"malomrade": IndikatoromradeForm, "kalla": IndikatorkallaForm}
