"""The columns of the insatskarta as a file, and its Resource.

To add a column of the insats itself: a line in KOLUMNER, with `modell=Insats`. One of the läge: `modell=Lagesrapport`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from aktorer.grund.tecken import nyckel
from insatser.fragor import inlasning as underlag
from insatser.fragor.inlasning import Nummer
from insatser.models import Fardplan, Insats, Lagesrapport
from insatser.regler import nummer as insatsnummer
from insatser.regler.medverkan import Roll
from insatser.regler.status import Bedomning, Status
from insatser.utbyte.excel import cellslag
from insatser.utbyte.excel.insatskarta_in import Insatsbesked, Insatsplanering
from insatser.utbyte.excel.kolumner import Kolumn, Mall
from insatser.utbyte.excel.rad import Inrad
from insatser.utbyte.excel.resurs import Bladresurs
from insatser.utbyte.excel.tabell import Tabell

KOLUMNER = (
    Kolumn(
        "nummer", "Nummer", 9,
        cellslag.Insatsnummer("Skriv till exempel 1.3, eller töm cellen för att få nästa lediga."),
        "Säger vilken insats raden gäller. Ändra inte numret. En ny rad utan nummer får nästa lediga.",
    ),
    Kolumn(
        "typ", "Typ", 14, cellslag.Insatstyp(),
        "Gemensam: samma insats i alla stadskärnor. Kärnspecifik: bara här.", lista="Typ",
    ),
    Kolumn(
        "malomrade", "Målområde", 30, cellslag.Malomradesnummer(),
        "Ska stämma med numrets första siffra.", lista="Målområde",
    ),
    Kolumn("titel", "Titel", 42, cellslag.Textrad(), "Högst 200 tecken. Får inte vara tom.", Insats),
    Kolumn("text", "Text", 70, cellslag.Text(), "Vad vi ska göra. Högst 5 000 tecken.", Insats),
    Kolumn("ansvarig", "Ansvarig", 26, cellslag.EnAktor(), "En aktör ur registret, eller tomt.", lista="Aktörer"),
    Kolumn(
        "utan_ansvarig", "Varför ingen ansvarig", 30, cellslag.Textrad(),
        "Skälet när ingen ansvarig är utsedd. Högst 300 tecken. Tomt när det finns en.", Insats, senare=True,
    ),
    Kolumn(
        "medverkande", "Medverkande", 40, cellslag.Aktorer(),
        "Aktörer ur registret med semikolon emellan, i den ordning de ska stå.",
    ),
    Kolumn(
        "status", "Status", 14, cellslag.Val(Status),
        "Läget i den här stadskärnan. En ändring blir en ny lägesrapport i ditt namn.", Lagesrapport, lista="Status",
    ),
    Kolumn(
        "bedomning", "Bedömning", 19, cellslag.Val(Bedomning),
        "Krävs när insatsen är planerad, pågår eller är pausad.", Lagesrapport, lista="Bedömning",
    ),
    Kolumn(
        "kommentar", "Kommentar", 50, cellslag.Text(),
        "Krävs vid risk för avvikelse, avviker, pausad och avbruten. Högst 2 000 tecken.", Lagesrapport,
    ),
    Kolumn(
        "datum", "Datum", 12, cellslag.Datum(),
        "Dagen läget gäller. Ändrar du läget men inte datumet blir det dagens datum.", Lagesrapport,
    ),
    Kolumn(
        "insats_id", "Insats-id", 10, cellslag.Heltal(),
        "Teknisk: vilken insats numret hörde till när arbetsboken hämtades.", dold=True,
    ),
    Kolumn(
        "version", "Version", 10, cellslag.Heltal(), "Teknisk: vad insatsen sade när arbetsboken hämtades.", dold=True
    ),
    Kolumn("lage_id", "Läge", 10, cellslag.Heltal(), "Teknisk: vilken lägesrapport som var den senaste.", dold=True),
    Kolumn(
        "fardplan", "Färdplan", 10, cellslag.Text(),
        "Teknisk: vilken färdplan arbetsboken hämtades för.", dold=True,
    ),
    Kolumn(
        "exempel", "Exempeldata", 13, cellslag.Text(),
        "Ja när läget är påhittat. Läses inte in: ett läge som du ändrar är ditt.", upplyser=True,
    ),
)  # fmt: skip
MALL = Mall("Insatskarta", KOLUMNER, "insatserna")
_ID = re.compile(r"[0-9]{1,15}")
_I_ORDNING = attrgetter("ordning", "id")


class InsatskartaResource(Bladresurs):
    mall = MALL

    class Meta:
        model = Insats
        import_id_fields = ("nummer",)

    def __init__(self, fardplan: Fardplan) -> None:
        super().__init__(fardplan)
        self.aven: set[int] = set()  # ids of other insatser that are locked with those of the rows
        self._insatsfalt = self.mall.falt_av(Insats)
        self._lagesfalt = self.mall.falt_av(Lagesrapport)

    def varden(self, objekt: Insats) -> dict[str, Any]:
        ansvarig, medverkande = None, []
        for del_ in sorted(objekt.medverkan.all(), key=_I_ORDNING):
            if del_.roll == Roll.ANSVARIG:
                ansvarig = del_.aktor_id
            else:
                medverkande.append(del_.aktor_id)
        varden = {
            **self.mall.tomma,
            "nummer": (objekt.malomrade.nummer, objekt.ordning),
            "typ": objekt.gemensam,
            "malomrade": objekt.malomrade.nummer,
            "ansvarig": ansvarig,
            "medverkande": tuple(medverkande),
            "insats_id": objekt.pk,
            "version": objekt.version,
            "fardplan": self.ordlista.fardplan,
        }
        for falt in self._insatsfalt:
            varden[falt] = getattr(objekt, falt)
        if objekt.lage:
            varden["lage_id"] = objekt.lage.pk
            varden["exempel"] = cellslag.JA if objekt.lage.exempel else ""
            for falt in self._lagesfalt:
                varden[falt] = getattr(objekt.lage, falt)
        return varden

    def las_rader(self, tabell: Tabell) -> None:
        lasta = lasta_nummer(tabell)
        gemensam = (nyckel(str(cell or "")) == nyckel(cellslag.GEMENSAM) for _, cell in tabell.kolumn("typ"))
        underlag.las_rader(
            self.fardplan,
            {n for n in lasta if n},
            {*hela_tal(tabell, "insats_id"), *self.aven},
            {n for n, typ in zip(lasta, gemensam, strict=True) if typ},
        )

    def bedom(self, rader: Sequence[Inrad]) -> Iterable[tuple[Inrad, Insatsbesked]]:
        planering = Insatsplanering(self.fardplan, self.mall, self.ordlista, rader, self.utan)
        self.noter = planering.nummer.noter
        # The numbers of those that may not be written come after all others.
        return ((rad, planering.planera(rad)) for rad in sorted(rader, key=lambda rad: rad.rad in planering.tvillingar))


def hela_tal(tabell: Tabell, falt: str) -> set[int]:
    """The ids that stand in a column, before anything of it is understood."""
    celler = (str(cell or "").removesuffix(".0") for _, cell in tabell.kolumn(falt))
    return {int(pk) for pk in celler if _ID.fullmatch(pk)}


def lasta_nummer(tabell: Tabell) -> list[Nummer | None]:
    """The same of the column of numbers, row by row."""
    return [insatsnummer.tolka(str(cell or "").replace(",", ".")) for _, cell in tabell.kolumn("nummer")]
