"""The aktiviteter of a handlingsplan as a sheet of its workbook, and its Resource.

To add a column of the aktivitet: a line in KOLUMNER, with `modell=Aktivitet`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, ClassVar

from insatser.fragor import inlasning as underlag
from insatser.fragor.handlingsplan import frysning
from insatser.models import Aktivitet, Handlingsplan
from insatser.regler import period
from insatser.regler.aktivitetstid import TIDER
from insatser.regler.exempel import MARKE
from insatser.regler.forsening import FORSENAD
from insatser.regler.medverkan import Roll
from insatser.regler.status import Status
from insatser.utbyte.excel import cellslag
from insatser.utbyte.excel.aktiviteter_in import Aktivitetsbesked, Aktivitetsplanering
from insatser.utbyte.excel.kolumner import Kolumn, Mall
from insatser.utbyte.excel.rad import Inrad
from insatser.utbyte.excel.resurs import Bladresurs
from insatser.utbyte.excel.tabell import Tabell

_TID = "Ett kvartal (2026 kv. 2) eller en dag (2026-05-12)"

KOLUMNER = (
    Kolumn(
        "nummer", "Insats", 9, cellslag.Insatsnummer(),
        "Numret på en insats som är prioriterad i planen. Byt det för att flytta aktiviteten dit.", lista="Insatser",
    ),
    Kolumn("titel", "Aktivitet", 50, cellslag.Textrad(), "Vad som ska göras. Högst 200 tecken.", Aktivitet),
    Kolumn("resultat", "Förväntat resultat", 50, cellslag.Text(), "Högst 2 000 tecken.", Aktivitet),
    Kolumn("tid", "När", 22, cellslag.Text(), "Start och slut i ord. Läses inte in.", upplyser=True),
    Kolumn(
        "start", "Start", 13, cellslag.Tidpunkt(period.kvartalets_forsta_dag), f"{_TID} inom planens år.", Aktivitet
    ),
    Kolumn("slut", "Slut", 13, cellslag.Tidpunkt(period.kvartalets_sista_dag), f"{_TID} inom planens år.", Aktivitet),
    Kolumn(
        "milstolpe", "Milstolpe", 10, cellslag.Ja("det är en milstolpe"),
        "Ja när aktiviteten är en enda tidpunkt. Då räcker det med start eller slut.", Aktivitet, lista="Milstolpe",
    ),
    Kolumn(
        "status", "Status", 14, cellslag.Val(Status),
        "Hur det går. Går att ändra också när planen är beslutad.", Aktivitet, lista="Status",
    ),
    Kolumn(
        "kommentar", "Kommentar", 40, cellslag.Text(),
        "Till statusen. Krävs när aktiviteten är pausad eller avbruten. Högst 2 000 tecken.", Aktivitet,
    ),
    Kolumn("ansvarig", "Ansvarig", 28, cellslag.EnAktor(), "En aktör ur registret, eller tomt.", lista="Aktörer"),
    Kolumn(
        "medverkande", "Medverkande", 40, cellslag.Aktorer(),
        "Aktörer ur registret med semikolon emellan, i den ordning de ska stå.",
    ),
    Kolumn(
        "svarar_for", "Svarar för", 50, cellslag.Text(),
        "Vad aktörerna svarar för. Läses inte in: det ändras på aktivitetens sida.", upplyser=True,
    ),
    Kolumn("kostnad", "Kostnad", 14, cellslag.Kronor(), "Hela kronor, eller tomt.", Aktivitet),
    Kolumn(
        "bidrag", "Betalas av", 40, cellslag.Text(), "Läses inte in: det ändras på aktivitetens sida.", upplyser=True
    ),
    Kolumn("utfall", "Utfall", 24, cellslag.Text(), "Vad det blev av den. Läses inte in.", upplyser=True),
    Kolumn("utfall_skal", "Varför", 40, cellslag.Text(), "Varför det blev så. Läses inte in.", upplyser=True),
    Kolumn("forsening", FORSENAD, 30, cellslag.Text(), "Vad som skulle ha hänt nu. Läses inte in.", upplyser=True),
    Kolumn(
        "aktivitet_id", "Aktivitet-id", 10, cellslag.Heltal(),
        "Teknisk: vilken aktivitet raden gällde när arbetsboken hämtades.", dold=True,
    ),
    Kolumn(
        "version", "Version", 10, cellslag.Heltal(),
        "Teknisk: vad aktiviteten sade när arbetsboken hämtades.", dold=True,
    ),
    Kolumn("handlingsplan", "Handlingsplan", 10, cellslag.Textrad(), "Teknisk: vilken handlingsplan.", dold=True),
    Kolumn("exempel", MARKE, 13, cellslag.Text(), "Ja när planen är påhittad. Läses inte in.", upplyser=True),
)  # fmt: skip
MALL = Mall("Aktiviteter", KOLUMNER, "aktiviteterna")
_I_ORDNING = attrgetter("ordning", "id")


class AktiviteterResource(Bladresurs):
    mall = MALL
    hemkolumn: ClassVar[str] = "handlingsplan"

    class Meta:
        model = Aktivitet
        import_id_fields = ("aktivitet_id",)

    def __init__(self, handlingsplan: Handlingsplan) -> None:
        super().__init__(handlingsplan.fardplan)
        self.handlingsplan = handlingsplan
        self._kolumner = [falt for falt in self.mall.falt_av(Aktivitet) if falt not in TIDER]

    @property
    def hem(self) -> str:
        return "/".join(map(str, self.handlingsplan.natural_key()))

    def hamtad_for(self, annat: str) -> str:
        planer = Handlingsplan.objects.select_related("fardplan__program", "fardplan__stadskarna")
        annan = next((p for p in planer if "/".join(map(str, p.natural_key())) == annat), None)
        vilken = _planen(annan, self.handlingsplan) if annan else "en plan som inte finns, eller som har bytt period"
        return f"Arbetsboken är hämtad för {vilken}, inte för {_planen(self.handlingsplan, annan)}."

    def hinder(self) -> str:
        return "" if self.handlingsplan.kan_rapporteras else frysning(self.handlingsplan)

    def varden(self, objekt: tuple[Aktivitet, Mapping[str, str]]) -> dict[str, Any]:
        """An aktivitet, and what else its reader may know of it, by field. Who has declined is left out."""
        a, mer = objekt
        insats = a.prioritering.insats
        delar = sorted((d for d in a.aktorer.all() if not d.avbojd), key=_I_ORDNING)
        self.ordlista.raders_namn |= {d.aktor_id: d.aktor.namn for d in delar}
        return {
            **self.mall.tomma,
            **{falt: getattr(a, falt) for falt in self._kolumner},
            "nummer": (insats.malomrade.nummer, insats.ordning),
            "tid": a.tid,
            "start": (a.start, a.start_dag),
            "slut": (a.slut, a.slut_dag),
            "ansvarig": next((d.aktor_id for d in delar if d.roll == Roll.ANSVARIG), None),
            "medverkande": tuple([d.aktor_id for d in delar if d.roll == Roll.MEDVERKANDE]),
            "svarar_for": "\n".join(f"{d.aktor.namn}: {d.ansvarar_for}" for d in delar if d.ansvarar_for),
            "bidrag": "; ".join(f"{b.aktor.namn} {b.ar}: {b.belopp}" for b in a.bidrag.all()),
            "aktivitet_id": a.pk,
            "version": a.version,
            "handlingsplan": self.hem,
            "exempel": cellslag.JA if self.handlingsplan.exempel else "",
            **mer,
        }

    def las_rader(self, tabell: Tabell) -> None:
        self.handlingsplan = underlag.las_plan(self.handlingsplan)

    def bedom(self, rader: Sequence[Inrad]) -> Iterable[tuple[Inrad, Aktivitetsbesked]]:
        planering = Aktivitetsplanering(self.handlingsplan, self.mall, self.ordlista, rader)
        self.noter = planering.nummerkoll.noter
        return ((rad, planering.planera(rad)) for rad in rader)


def _planen(plan: Handlingsplan, annan: Handlingsplan | None) -> str:
    """The plan as it is told apart from the other."""
    text = f"planen {plan.period_i_text}"
    return f"{text} i {plan.fardplan}" if annan and annan.fardplan_id != plan.fardplan_id else text
