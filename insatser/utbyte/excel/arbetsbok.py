"""The sheets of the workbook of a whole färdplan: those that have a workbook of their own, as they stand in this one.

To add a sheet: a word in `fragor.arbetsbok.Bokblad`, its Resource here and where its rows come from in `arbetsbok_ut`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from insatser.fragor.arbetsbok import Bokblad
from insatser.models import Aktivitet
from insatser.utbyte.excel import aktiviteter, cellslag, insatskarta, lagesbild
from insatser.utbyte.excel.aktiviteter import AktiviteterResource
from insatser.utbyte.excel.aktorer import AktorerResource
from insatser.utbyte.excel.fardriktningar import FardriktningarResource
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from insatser.utbyte.excel.kolumner import STADSKARNA, Kolumn, Mall
from insatser.utbyte.excel.lagesbild import LagesbildResource
from insatser.utbyte.excel.medverkan import MedverkanResource
from insatser.utbyte.excel.resurs import Bladresurs

PERIOD = Kolumn(
    "period", "Period", 13, cellslag.Textrad(),
    "Vilken handlingsplan: dess år. Skriv den på en ny rad när det finns flera planer. Annars ändras den inte.",
    upplyser=True,
)  # fmt: skip
# The words that can be chosen in a column, where its own workbook has them in another way.
_LISTOR = {"indikator": "Indikator", "cirka": "Cirka"}


def _i_boken(blad: Bokblad, mall: Mall, *mer: Kolumn) -> Mall:
    """The columns of a workbook of its own, with those that tell what a row is about."""
    forst, *resten = (replace(k, lista=_LISTOR.get(k.falt, k.lista)) for k in mall.kolumner)
    return Mall(str(blad.label), (forst, STADSKARNA, *mer, *resten), mall.raderna)


class InsatserIBoken(InsatskartaResource):
    """The insatskarta, as a sheet among others."""

    mall = _i_boken(Bokblad.INSATSER, insatskarta.MALL)


class AktiviteterIBoken(AktiviteterResource):
    """The aktiviteter of one of the handlingsplaner that the sheet has."""

    mall = _i_boken(Bokblad.AKTIVITETER, aktiviteter.MALL, PERIOD)

    def varden(self, objekt: tuple[Aktivitet, Mapping[str, str]]) -> dict[str, Any]:
        return {**super().varden(objekt), "period": self.handlingsplan.period_i_text}


class LagesbildIBoken(LagesbildResource):
    """The lägesbild, as a sheet among others."""

    mall = _i_boken(Bokblad.LAGESBILD, lagesbild.MALL)


RESURSER: dict[Bokblad, type[Bladresurs]] = {
    Bokblad.INSATSER: InsatserIBoken,
    Bokblad.MEDVERKAN: MedverkanResource,
    Bokblad.FARDRIKTNINGAR: FardriktningarResource,
    Bokblad.AKTIVITETER: AktiviteterIBoken,
    Bokblad.AKTORER: AktorerResource,
    Bokblad.LAGESBILD: LagesbildIBoken,
}
