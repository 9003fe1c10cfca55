"""The filter of the insatskarta, out of the address. What makes no sense is left out, never an error page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from aktorer.grund.kolumnval import Kolumnval, Tabellkolumner
from insatser.fragor.aktor import adress_idag
from insatser.fragor.karta import Urval
from insatser.regler.fordelning import BEDOMNINGAR, INGEN, STATUSAR

VYER = [("karta", "Karta"), ("tabell", "Tabell"), ("matris", "Matris")]
TYPER = [("gemensam", "Gemensamma"), ("karnspecifik", "Kärnspecifika")]
# The filters that are chosen as chips: what each choice is called, in the order people see them.
CHIPS = {
    "typ": ("Typ", dict(TYPER)),
    "tyst": ("Tystnad", {"1": "Inte uppdaterade"}),
    "status": ("Status", STATUSAR),
    "bedomning": ("Bedömning", BEDOMNINGAR),
}
# The table's columns in their order. What the Excel has as well is called the same there, but for those that say more.
KOLUMNER = {
    "nummer": "Nr",
    "titel": "Insats",
    "typ": "Typ",
    "malomrade": "Målområde",
    "text": "Text",
    "ansvarig": "Ansvarig",
    "utan_ansvarig": "Varför ingen ansvarig",
    "medverkande": "Medverkande",
    "status": "Läge",
    "bedomning": "Bedömning",
    "kommentar": "Kommentar",
    "datum": "Senast",
    "handlingsplan": "Handlingsplan",
    "arenden": "Ärenden",
    "kalla": "Källa",
    "kallnotering": "Notering om källan",
}
ALLTID = ("nummer", "titel")  # what tells which insats the row is about
VANLIGA = (*ALLTID, "typ", "ansvarig", "status", "datum")
TABELLKOLUMNER = Tabellkolumner(KOLUMNER, ALLTID, VANLIGA)
SORTERA = [(falt, KOLUMNER[falt]) for falt in (*VANLIGA, "bedomning")]


@dataclass(frozen=True)
class Chip:
    """One choice of a filter, with how many insatser it holds."""

    falt: str
    kod: str
    ord: str
    antal: int
    vald: bool

    @property
    def ikon(self) -> bool:
        return self.falt in ("status", "bedomning") and self.kod != INGEN


def chips(urval: Urval, antal: Mapping[str, Mapping[str, int]]) -> list[tuple[str, list[Chip]]]:
    """(heading, choices) of each filter: those that hold something or are chosen, with the counts of `Karta.antal`."""
    grupper = []
    for falt, (rubrik, val) in CHIPS.items():
        valda = ("1",) * urval.tyst if falt == "tyst" else getattr(urval, falt)
        # What nobody has judged says less than what nobody has reported: it is shown when it is asked for.
        finns = antal[falt].keys() - ({INGEN} if falt == "bedomning" else set())
        visas = [kod for kod in val if kod in finns or kod in valda]
        grupper.append((rubrik, [Chip(falt, kod, val[kod], antal[falt].get(kod, 0), kod in valda) for kod in visas]))
    return grupper


@dataclass(frozen=True)
class Visning:
    """How to show what is selected."""

    vy: str = "karta"
    sortera: str = "nummer"
    fallande: bool = False
    kolumner: tuple[str, ...] = VANLIGA


class UrvalForm(forms.Form):
    """All fields of the address. Aktör and målområde are chosen from what the färdplan holds."""

    q = forms.CharField(max_length=300, required=False)
    malomrade = forms.IntegerField(min_value=1, max_value=99, required=False)
    typ = forms.MultipleChoiceField(choices=TYPER, required=False)
    status = forms.MultipleChoiceField(choices=STATUSAR.items(), required=False)
    bedomning = forms.MultipleChoiceField(choices=BEDOMNINGAR.items(), required=False)
    aktor = forms.SlugField(max_length=80, required=False)
    ansvarig = forms.BooleanField(required=False)
    tyst = forms.BooleanField(required=False)
    sedan = forms.DateField(required=False)
    avforda = forms.BooleanField(required=False)
    vy = forms.ChoiceField(choices=VYER, required=False)
    sortera = forms.ChoiceField(choices=SORTERA, required=False)
    fallande = forms.BooleanField(required=False)
    kolumner = Kolumnval(TABELLKOLUMNER, required=False)


def las(fraga: QueryDict) -> tuple[Urval, Visning]:
    """(what to show, how) of a query string. Bad values count as not given. One query with an aktör, as a rule.

    An address that an aktör had before, or that of one merged with it, stands for the aktör.
    """
    rent = _rent(fraga)
    if rent.get("aktor", INGEN) != INGEN:
        rent["aktor"] = adress_idag(rent["aktor"])
    visning = {namn: rent.pop(namn) for namn in vars(Visning()) if namn in rent}
    return Urval(**rent), Visning(**visning)


def behall(fraga: QueryDict) -> str:
    """The same selection to hang on an address, "?status=pagar", so that one finds back to it; "" for all of the map.

    Written anew out of what was understood: nothing else that an address carries goes on.
    """
    par = som_falt(fraga)
    return f"?{urlencode(par)}" if par else ""


def som_falt(fraga: QueryDict) -> list[tuple[str, str]]:
    """The same as (name, value) of hidden fields, for a form that changes a part of it."""
    standard = vars(Visning())
    rent = {namn: varde for namn, varde in _rent(fraga).items() if varde != standard.get(namn)}
    alla = ((namn, v) for namn, varde in rent.items() for v in (varde if isinstance(varde, tuple) else [varde]))
    return [(namn, "1" if v is True else str(v)) for namn, v in alla]


def _rent(fraga: QueryDict) -> dict[str, Any]:
    form = UrvalForm(fraga)
    form.is_valid()
    alla = {namn: varde for namn, varde in form.cleaned_data.items() if varde}
    return {namn: tuple(varde) if isinstance(varde, list) else varde for namn, varde in alla.items()}
