"""The register of aktörer as a sheet, and its Resource.

To add a column of the aktör: a line in KOLUMNER, with `modell=Aktor`. What only who
edits sees is left out, as contact persons: files travel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from aktorer.models import Aktor
from insatser.fragor import arbetsbok as fragor
from insatser.utbyte.excel import cellslag
from insatser.utbyte.excel.aktorer_in import Aktorsbesked, Aktorsplanering
from insatser.utbyte.excel.insatskarta import hela_tal
from insatser.utbyte.excel.kolumner import Kolumn, Mall
from insatser.utbyte.excel.medverkan import Radaktor
from insatser.utbyte.excel.rad import Inrad
from insatser.utbyte.excel.resurs import Bladresurs
from insatser.utbyte.excel.tabell import Tabell

KOLUMNER = (
    Kolumn("namn", "Namn", 40, cellslag.Textrad(), "Högst 120 tecken, utan semikolon. Får inte vara tomt.", Aktor),
    Kolumn("slag", "Slag", 16, cellslag.Val(Aktor.Slag), "Vad för slags aktör det är.", Aktor, lista="Slag"),
    Kolumn("del_av", "Del av", 30, Radaktor(), "Aktören som den hör till, eller tomt.", lista="Aktörer"),
    Kolumn("beskrivning", "Beskrivning", 60, cellslag.Text(), "Får vara tom.", Aktor),
    Kolumn("webbplats", "Webbplats", 36, cellslag.Textrad(), "Adressen med https://, eller tomt.", Aktor),
    Kolumn(
        "aktor_id", "Aktör-id", 10, cellslag.Heltal(), "Teknisk: vilken aktör raden gällde när boken hämtades.",
        dold=True,
    ),
    Kolumn(
        "version", "Version", 10, cellslag.Heltal(), "Teknisk: vad aktören sade när arbetsboken hämtades.", dold=True
    ),
)  # fmt: skip
MALL = Mall("Aktörer", KOLUMNER, "aktörerna")


class AktorerResource(Bladresurs):
    mall = MALL
    namnfalt: ClassVar[tuple[str, ...]] = ("namn",)

    class Meta:
        model = Aktor
        import_id_fields = ("aktor_id",)

    def varden(self, objekt: Aktor) -> dict[str, Any]:
        return {
            **self.mall.tomma,
            **{falt: getattr(objekt, falt) for falt in self.mall.falt_av(Aktor)},
            "del_av": objekt.del_av_id,
            "aktor_id": objekt.pk,
            "version": objekt.version,
        }

    def las_rader(self, tabell: Tabell) -> None:
        fragor.las_aktorer(hela_tal(tabell, "aktor_id"))

    def bedom(self, rader: Sequence[Inrad]) -> Iterable[tuple[Inrad, Aktorsbesked]]:
        return Aktorsplanering(self.mall, self.ordlista, rader).planera(rader)
