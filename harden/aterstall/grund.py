"""What a case is, and what many of them begin with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from aktorer import andringar as konton
from aktorer.models import Aktor
from harden.scen import Scen
from insatser.andringar import program as programmen
from insatser.models import (
    Fardplan,
    Malomrade,
    Program,
)

type Gor = Callable[..., object]


type Fall = Callable[[Scen], Gor]
"""Prepares, and returns what is to be taken back; it is called with `av`."""


def las_om[M: Any](rad: M) -> M:
    nu: M = type(rad)._default_manager.get(pk=rad.pk)
    return nu


def aktoren(slug: str = "polisen") -> Aktor:
    return Aktor.objects.get(slug=slug)


def malomradet(s: Scen, nummer: int = 2) -> Malomrade:
    return Malomrade.objects.select_related("program").get(program=s.fardplan.program, nummer=nummer)


def ny_aktor() -> Aktor:
    return konton.skapa_aktor(av=None, namn="Ett annat AB", slag="bolag")


def tas_bort(funktion: Gor, namn: str, rad: Callable[[Scen], Any]) -> Fall:
    """Take a row away, which the function calls `namn`."""

    def fall(s: Scen) -> Gor:
        nu = las_om(rad(s))
        return partial(funktion, **{namn: nu, "version": nu.version})

    return fall


def utkastet() -> Fardplan:
    return Fardplan.objects.select_related("program", "stadskarna").get_by_natural_key("fardplaner-2026", "haninge")


def nytt_program() -> Program:
    return programmen.skapa(
        av=None, namn="Färdplaner 2034", ar_fran=2034, utgar_fran=Program.objects.get(slug="fardplaner-2026")
    )


KONTON, RUM = "aktorer.andringar", "insatser.andringar"
