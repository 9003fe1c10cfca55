"""A stadskärna and its kärnkommuner."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.http import QueryDict

from aktorer.forms import Aktorsrad, Aktorsrader
from aktorer.models import Aktor
from insatser.andringar.stadskarna import Karnkommunrad
from insatser.models import Stadskarna
from insatser.models.stadskarna import NORDLIGAST, OSTLIGAST, SYDLIGAST, VASTLIGAST

METER = Decimal("0.00001")  # of a degree, about
FAST = "Adressen står i publicerade länkar och filer och kan inte ändras."


class Grader(forms.DecimalField):
    """Degrees of latitude or longitude, with a decimal comma or point: a map gives more decimals than are kept."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, *, minst: Decimal, mest: Decimal, exempel: str, **kwargs: Any) -> None:
        utanfor = (
            f"{kwargs['label']} är mellan {_skrivet(minst)} och {_skrivet(mest)} i Stockholms län."
            " Kontrollera talet, och att latitud och longitud inte har bytt plats."
        )
        super().__init__(
            localize=True,
            required=False,
            validators=[MinValueValidator(minst, utanfor), MaxValueValidator(mest, utanfor)],
            error_messages={"invalid": f"Skriv grader med decimaler, till exempel {exempel}."},
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        tal: Any = super().to_python(value)
        rimligt = tal is not None and tal.is_finite() and abs(tal) < 1000
        return tal.quantize(METER, ROUND_HALF_EVEN) if tal is not None and rimligt else tal

    def prepare_value(self, value: Any) -> Any:
        return _skrivet(value) if isinstance(value, Decimal) else value


def _skrivet(grader: Decimal) -> str:
    """59.62000 → "59,62"."""
    heltal, _, decimaler = f"{grader:f}".partition(".")
    decimaler = decimaler.rstrip("0")
    return f"{heltal},{decimaler}" if decimaler else heltal


class StadskarnaForm(forms.ModelForm[Stadskarna]):
    """Its address is not asked for when it is made: it follows from the name."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    ordning = forms.IntegerField(
        label="Plats i ordningen",
        min_value=1,
        max_value=999,
        help_text="1 står först på startsidan. De andra flyttas så att ordningen blir hel.",
    )

    latitud = Grader(
        label="Latitud",
        minst=SYDLIGAST,
        mest=NORDLIGAST,
        exempel="59,33",
        help_text=(
            "Var stadskärnan ligger på kartan, i grader (WGS84) som karttjänster visar dem. Latituden kommer först"
            " där, till exempel 59,33. Skriv både latitud och longitud, eller ingen av dem."
        ),
    )
    longitud = Grader(
        label="Longitud", minst=VASTLIGAST, mest=OSTLIGAST, exempel="18,06", help_text="Till exempel 18,06."
    )

    class Meta:
        model = Stadskarna
        # Not `ordning`: a place that is taken is no fault, the others move.
        fields = ("namn", "slug", "latitud", "longitud")
        help_texts = {"slug": "Första delen av alla dess sidors adress: små bokstäver utan å, ä, ö, och bindestreck."}

    def __init__(self, *args: Any, fast: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["slug"]
        elif fast:
            self.fields["slug"] = forms.SlugField(label="Adress", disabled=True, help_text=FAST)

    def clean(self) -> dict[str, Any] | None:
        rent = super().clean()
        for falt, annat in (("latitud", "longitud"), ("longitud", "latitud")):
            bada = [self.cleaned_data.get(namn) for namn in (falt, annat)]
            if not {falt, annat} & set(self.errors) and bada[0] is None and bada[1] is not None:
                self.add_error(falt, f"Skriv {falt}en också, eller ta bort {annat}en.")
        return rent


class _Kommuner(Aktorsrader):
    urval = Q(slag=Aktor.Slag.KOMMUN)

    def clean(self) -> None:
        self.krav_en_rad_var()

    def rader(self) -> list[Karnkommunrad]:
        """The kärnkommuner as the change function wants them."""
        return [Karnkommunrad(d["aktor"]) for d in self.anvanda()]


KommunerForm = forms.formset_factory(
    Aktorsrad, formset=_Kommuner, extra=2, can_delete=True, max_num=20, validate_max=True, absolute_max=30
)


def visa(karnkommuner: Iterable[Karnkommunrad]) -> Any:
    """The table with these kommuner in it, not yet changed by anybody."""
    return KommunerForm(initial=[{"aktor": k.aktor_id} for k in karnkommuner], prefix="kommun")


def svar(data: QueryDict) -> Any:
    """The table as it was sent."""
    return KommunerForm(data, prefix="kommun")
