"""Who takes part in the insatser as a sheet, and its Resource. A row is an aktör with its roll in an insats.

To add a column of the part itself: a line in KOLUMNER, with `modell=Medverkan`, and the field in `Rollrad`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from insatser.fragor import arbetsbok as fragor
from insatser.fragor import inlasning as underlag
from insatser.models import Insats, Medverkan
from insatser.regler.medverkan import Deltagande, Roll
from insatser.utbyte.excel import cellslag
from insatser.utbyte.excel.insatskarta import hela_tal, lasta_nummer
from insatser.utbyte.excel.kolumner import STADSKARNA, Kolumn, Mall
from insatser.utbyte.excel.medverkan_in import Delbesked, Delplanering
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.rad import Inrad
from insatser.utbyte.excel.resurs import Bladresurs
from insatser.utbyte.excel.tabell import Tabell


class Radaktor(cellslag.EnAktor):
    """The one aktör that a row is about."""

    def las(self, cell: Any, ord_: Ordlista) -> int | None:
        aktorer: tuple[int, ...] = self._alla.las(cell, ord_)
        if len(aktorer) > 1:
            raise ValueError("Skriv en aktör på varje rad.")
        return aktorer[0] if aktorer else None


KOLUMNER = (
    Kolumn(
        "nummer", "Insats", 9, cellslag.Insatsnummer("Skriv numret på en insats, till exempel 1.3."),
        "Numret på insatsen. Ändra det inte: skriv en ny rad för en annan insats.",
    ),
    STADSKARNA,
    Kolumn("titel", "Insatsens titel", 42, cellslag.Textrad(), "Läses inte in.", upplyser=True),
    Kolumn(
        "aktor", "Aktör", 30, Radaktor(), "En aktör ur registret. En aktör har en roll i en insats.", lista="Aktörer"
    ),
    Kolumn(
        "roll", "Roll", 14, cellslag.Val(Roll),
        "Ansvarig, högst en i varje insats, eller Medverkande. Töm cellen för att ta bort aktören ur insatsen.",
        Medverkan, lista="Roll",
    ),
    Kolumn(
        "ansvarar_for", "Svarar för", 50, cellslag.Textrad(), "Vad aktören svarar för. Högst 300 tecken.", Medverkan
    ),
    Kolumn(
        "deltagande", "Deltagande", 22, cellslag.Val(Deltagande),
        "Hur säkert det är att aktören är med. Tom på en ny rad: Tillfrågad.", Medverkan, lista="Deltagande",
    ),
    Kolumn(
        "insats_id", "Insats-id", 10, cellslag.Heltal(),
        "Teknisk: vilken insats numret hörde till när arbetsboken hämtades.", dold=True,
    ),
    Kolumn(
        "aktor_id", "Aktör-id", 10, cellslag.Heltal(),
        "Teknisk: vilken aktör raden gällde när arbetsboken hämtades.", dold=True,
    ),
    Kolumn(
        "version", "Version", 10, cellslag.Heltal(), "Teknisk: vad insatsen sade när arbetsboken hämtades.", dold=True
    ),
    Kolumn("fardplan", "Färdplan", 10, cellslag.Textrad(), "Teknisk: vilken färdplan.", dold=True),
)  # fmt: skip
MALL = Mall("Medverkan", KOLUMNER, "aktörerna och deras roller")


class MedverkanResource(Bladresurs):
    mall = MALL
    namnfalt: ClassVar[tuple[str, ...]] = ("nummer", "aktor")

    class Meta:
        model = Medverkan
        import_id_fields = ("nummer", "aktor")

    def varden(self, objekt: tuple[Insats, Medverkan]) -> dict[str, Any]:
        insats, del_ = objekt
        return {
            **self.mall.tomma,
            **{falt: getattr(del_, falt) for falt in self.mall.falt_av(Medverkan)},
            "nummer": (insats.malomrade.nummer, insats.ordning),
            "titel": insats.titel,
            "aktor": del_.aktor_id,
            "insats_id": insats.pk,
            "aktor_id": del_.aktor_id,
            "version": insats.version,
            "fardplan": self.ordlista.fardplan,
        }

    def insatserna(self, tabell: Tabell) -> set[int]:
        """The ids of those that the rows are about."""
        nummer = {n for n in lasta_nummer(tabell) if n}
        return hela_tal(tabell, "insats_id") | fragor.insatsernas_id(self.fardplan, nummer)

    def las_rader(self, tabell: Tabell) -> None:
        underlag.las_rader(self.fardplan, (), self.insatserna(tabell))

    def bedom(self, rader: Sequence[Inrad]) -> Iterable[tuple[Inrad, Delbesked]]:
        planering = Delplanering(self.fardplan, self.mall, self.ordlista, rader)
        self.noter = planering.nummerkoll.noter
        return planering.planera(rader)
