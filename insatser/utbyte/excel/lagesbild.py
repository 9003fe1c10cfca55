"""The columns of a stadskärna's lägesbild as a file, and its Resource. A row is an indikator a year.

To add a column of the mätvärde: a line in KOLUMNER, with `modell=Matvarde`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from insatser.fragor import lagesbild as fragor
from insatser.models import Fardplan, Indikator, Matvarde
from insatser.utbyte.excel import cellslag
from insatser.utbyte.excel.cellslag import AR_FRAN, AR_TILL
from insatser.utbyte.excel.kolumner import Kolumn, Mall
from insatser.utbyte.excel.lagesbild_in import Vardebesked, Vardeplanering
from insatser.utbyte.excel.rad import Inrad
from insatser.utbyte.excel.resurs import Bladresurs
from insatser.utbyte.excel.tabell import Tabell

KOLUMNER = (
    Kolumn("malomrade", "Målområde", 34, cellslag.Textrad(), "Ändras inte här. Får vara tomt."),
    Kolumn(
        "indikator", "Indikator", 34, cellslag.Textrad(),
        "Vilken indikator värdet gäller. Nya indikatorer läggs upp på sidan Lägesbild.",
    ),
    Kolumn(
        "enhet", "Enhet", 14, cellslag.Textrad(), "Enheten som värdet har. Ändras inte här. Får vara tomt.",
    ),
    Kolumn("ar", "År", 8, cellslag.Ar(), f"Ett år mellan {AR_FRAN} och {AR_TILL}.", Matvarde),
    Kolumn(
        "varde", "Värde", 16, cellslag.Tal(),
        "Ett tal med högst två decimaler. Töm cellen för att ta bort värdet.", Matvarde,
    ),
    Kolumn(
        "cirka", "Cirka", 8, cellslag.Ja("källan säger cirka", "ca", "cirka"), "Ja när källan säger cirka.", Matvarde
    ),
    Kolumn(
        "kalla", "Källa", 50, cellslag.Textrad(),
        "Dokument och sida, eller statistikens namn. Högst 200 tecken. Får vara tomt om indikatorn har en källa.",
        Matvarde,
    ),
    Kolumn(
        "varde_id", "Värde-id", 10, cellslag.Heltal(),
        "Teknisk: vilket värde raden gällde när arbetsboken hämtades.", dold=True,
    ),
    Kolumn(
        "version", "Version", 10, cellslag.Heltal(), "Teknisk: vad värdet var när arbetsboken hämtades.", dold=True
    ),
    Kolumn("fardplan", "Färdplan", 10, cellslag.Textrad(), "Teknisk: vilken färdplan.", dold=True),
    Kolumn(
        "exempel", "Exempeldata", 13, cellslag.Text(),
        "Ja när värdet är påhittat. Läses inte in: ett värde som du ändrar är ditt.", upplyser=True,
    ),
)  # fmt: skip
MALL = Mall("Lägesbild", KOLUMNER, "mätvärdena")


class LagesbildResource(Bladresurs):
    mall = MALL
    namnfalt: ClassVar[tuple[str, ...]] = ("indikator", "ar")

    class Meta:
        model = Matvarde
        import_id_fields = ("indikator", "ar")

    def __init__(self, fardplan: Fardplan) -> None:
        super().__init__(fardplan)
        self._vardefalt = self.mall.falt_av(Matvarde)

    def varden(self, objekt: tuple[Indikator, Matvarde | None]) -> dict[str, Any]:
        """An indikator without a value has a row to begin on."""
        indikator, varde = objekt
        varden = {
            **self.mall.tomma,
            "malomrade": str(indikator.malomrade),
            "indikator": indikator.namn,
            "enhet": indikator.enhet,
            "fardplan": self.ordlista.fardplan,
        }
        if indikator.exempel or (varde and varde.exempel):
            varden["exempel"] = cellslag.JA
        if varde:
            varden |= {falt: getattr(varde, falt) for falt in self._vardefalt}
            varden |= {"varde_id": varde.pk, "version": varde.version}
        return varden

    def las_rader(self, tabell: Tabell) -> None:
        fragor.las_indikatorer(self.fardplan)

    def bedom(self, rader: Sequence[Inrad]) -> Iterable[tuple[Inrad, Vardebesked]]:
        return Vardeplanering(self.fardplan, self.mall, self.ordlista).planera(rader)
