"""Which columns a table shows, out of the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

NAMN = "kolumner"


@dataclass(frozen=True)
class Tabellkolumner:
    """All columns there are by name, in their order; `alltid` tell which row it is, `vanliga` show unless asked."""

    alla: Mapping[str, str]
    alltid: tuple[str, ...]
    vanliga: tuple[str, ...]

    def valda(self, begarda: Any) -> tuple[str, ...]:
        """Those asked for that there are, in the table's order, with those that are always there; none: not asked."""
        valda = self.alla.keys() & set(begarda or ())
        return tuple(falt for falt in self.alla if falt in valda | {*self.alltid}) if valda else ()

    def las(self, fraga: QueryDict) -> tuple[str, ...]:
        """Those to show for this address."""
        return self.valda(fraga.getlist(NAMN)) or self.vanliga

    def som_falt(self, fraga: QueryDict) -> list[tuple[str, str]]:
        """The same as (name, value) of hidden fields; nothing when they are the usual ones."""
        nu = self.las(fraga)
        return [] if nu == self.vanliga else [(NAMN, falt) for falt in nu]

    def behall(self, fraga: QueryDict) -> str:
        """The same to hang on an address; "" when they are the usual ones."""
        par = self.som_falt(fraga)
        return f"?{urlencode(par)}" if par else ""

    def att_valja(self, nu: tuple[str, ...]) -> list[tuple[str, str, bool]]:
        """(name, heading, whether it shows) of those that can be left out."""
        return [(falt, ord_, falt in nu) for falt, ord_ in self.alla.items() if falt not in self.alltid]

    @property
    def alltid_i_ord(self) -> str:
        return " och ".join(self.alla[falt] for falt in self.alltid)


class Kolumnval(forms.MultipleChoiceField):
    """The columns as a field of a form."""

    def __init__(self, kolumner: Tabellkolumner, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kolumner = kolumner

    def clean(self, value: Any) -> tuple[str, ...]:
        return self.kolumner.valda(value)
