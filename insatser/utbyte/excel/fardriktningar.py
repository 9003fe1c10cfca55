"""The färdriktningar of a färdplan as a sheet, and its Resource. A row is a målområde.

To add a column of the färdriktning: a line in KOLUMNER, with `modell=Fardriktning`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from insatser.fragor import arbetsbok as fragor
from insatser.models import Fardriktning, Malomrade
from insatser.utbyte.excel import cellslag
from insatser.utbyte.excel.fardriktningar_in import Riktningsbesked, Riktningsplanering
from insatser.utbyte.excel.kolumner import STADSKARNA, Kolumn, Mall
from insatser.utbyte.excel.rad import Inrad
from insatser.utbyte.excel.resurs import Bladresurs
from insatser.utbyte.excel.tabell import Tabell

KOLUMNER = (
    Kolumn("malomrade", "Målområde", 30, cellslag.Malomradesnummer(), "Vilket målområde. Ändras inte här."),
    STADSKARNA,
    Kolumn("rubrik", "Rubrik", 40, cellslag.Textrad(), "Högst 120 tecken. Får inte vara tom.", Fardriktning),
    Kolumn("text", "Färdriktning", 90, cellslag.Text(), "Vart vi ska. Får inte vara tom.", Fardriktning),
    Kolumn("kalla", "Källa", 40, cellslag.Textrad(), "Dokument och sida. Högst 200 tecken.", Fardriktning),
    Kolumn(
        "version", "Version", 10, cellslag.Heltal(),
        "Teknisk: vad färdriktningen sade när arbetsboken hämtades.", dold=True,
    ),
    Kolumn("fardplan", "Färdplan", 10, cellslag.Textrad(), "Teknisk: vilken färdplan.", dold=True),
)  # fmt: skip
MALL = Mall("Färdriktningar", KOLUMNER, "färdriktningarna")


class FardriktningarResource(Bladresurs):
    mall = MALL
    namnfalt: ClassVar[tuple[str, ...]] = ("malomrade",)

    class Meta:
        model = Fardriktning
        import_id_fields = ("malomrade",)

    def varden(self, objekt: tuple[Malomrade, Fardriktning | None]) -> dict[str, Any]:
        """A målområde without one has a row to begin on."""
        malomrade, riktning = objekt
        varden = {**self.mall.tomma, "malomrade": malomrade.nummer, "fardplan": self.ordlista.fardplan}
        if riktning:
            varden |= {falt: getattr(riktning, falt) for falt in self.mall.falt_av(Fardriktning)}
            varden["version"] = riktning.version
        return varden

    def las_rader(self, tabell: Tabell) -> None:
        fragor.las_riktningar(self.fardplan)

    def bedom(self, rader: Sequence[Inrad]) -> Iterable[tuple[Inrad, Riktningsbesked]]:
        return Riktningsplanering(self.fardplan, self.mall, self.ordlista, rader).planera(rader)
