"""What a file can be: which columns each kind has, what plans it and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from aktorer.grund.tecken import nyckel
from insatser.andringar.aktivitet import skriv_aktiviteter
from insatser.andringar.arbetsbok import Skriv, skriv_bok
from insatser.andringar.inlasning import Inlasningsplan, skriv_insatser
from insatser.andringar.lagesbild import skriv_varden
from insatser.models import Inlasning
from insatser.utbyte.excel import arbetsbok_in
from insatser.utbyte.excel.aktiviteter import AktiviteterResource
from insatser.utbyte.excel.arbetsbok import RESURSER
from insatser.utbyte.excel.inlasning import las_fil, planera
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from insatser.utbyte.excel.kolumner import Mall
from insatser.utbyte.excel.lagesbild import LagesbildResource
from insatser.utbyte.excel.resurs import Bladresurs


@dataclass(frozen=True)
class Filslag:
    """`mallar`: {sheet, as `Cellkonflikt.blad` names it: its columns}. `las` and `planera` are called as those of
    `inlasning` are, without the kind: with the name of the file and its content, and what it is about.
    """

    namn: Inlasning.Slag
    mallar: Mapping[str, Mall]
    las: Callable[..., Any]
    planera: Callable[..., Inlasningsplan[Any]]
    skriv: Skriv

    def kanner(self, rubriker: Iterable[str]) -> bool:
        """Whether most of the headings of a sheet are among these."""
        finns = {nyckel(r) for r in rubriker}
        return any(2 * len(finns & mall.per_nyckel.keys()) > len(mall.per_nyckel) for mall in self.mallar.values())


def _ett_blad(namn: Inlasning.Slag, resurs: type[Bladresurs], skriv: Skriv) -> Filslag:
    return Filslag(namn, {"": resurs.mall}, partial(las_fil, resurs), partial(planera, resurs), skriv)


INSATSKARTA = _ett_blad(Inlasning.Slag.INSATSKARTA, InsatskartaResource, skriv_insatser)
LAGESBILD = _ett_blad(Inlasning.Slag.LAGESBILD, LagesbildResource, skriv_varden)
AKTIVITETER = _ett_blad(Inlasning.Slag.AKTIVITETER, AktiviteterResource, skriv_aktiviteter)
ARBETSBOK = Filslag(
    Inlasning.Slag.ARBETSBOK,
    {str(blad): resurs.mall for blad, resurs in RESURSER.items()},
    arbetsbok_in.las_fil,
    arbetsbok_in.planera,
    skriv_bok,
)
PER_NAMN = {str(slag.namn): slag for slag in (INSATSKARTA, LAGESBILD, AKTIVITETER, ARBETSBOK)}
