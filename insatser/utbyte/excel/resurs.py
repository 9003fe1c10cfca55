"""A sheet as a django-import-export Resource: its column table is the one contract for what is written and read.

A subclass per sheet says what an object's row holds, and what is found of the rows that were read. Each cell is read
once, by import-export's row machinery through the columns; what is slow in it is left out: no row asks the database,
and nothing is copied, saved and rolled back only to be shown. Importing writes nothing. It leaves a plan, which is
shown first and carried out by `andringar.inlasning.las_in`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource

from insatser.andringar.inlasning import Inlasningsplan
from insatser.models import Fardplan
from insatser.regler import forlopp
from insatser.regler.bojning import bojt
from insatser.regler.inlasning import Cellkonflikt, Cellval, Fel, Utelamnad
from insatser.utbyte.excel.cellslag import Cellvarde
from insatser.utbyte.excel.kolumner import Kolumn, Mall
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.rad import Besked, Inrad
from insatser.utbyte.excel.tabell import Tabell
from insatser.utbyte.excel.visning import visad

LASNINGAR = 2  # how often each row is told of as done: when its cells are read, and when it is compared
PER_GANG = 100  # rows between two times that it is told
DOLD = "Raden är dold eller bortfiltrerad i filen."


class Cellfalt(Field):  # type: ignore[misc]  # import-export has no types
    """A column: from a row's cell to its value. The way back needs no field: `Bladresurs.export_resource`."""

    def __init__(self, kolumn: Kolumn, ordlista: Ordlista) -> None:
        super().__init__(attribute=kolumn.falt, column_name=kolumn.rubrik)
        self.slag = kolumn.slag
        self.upplyser = kolumn.upplyser
        self.ordlista = ordlista

    def save(self, instance: Inrad, row: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        if self.upplyser:
            return
        instance.varden[self.attribute] = self.slag.las(row[self.column_name], self.ordlista)


class Bladresurs(Resource):  # type: ignore[misc]  # import-export has no types
    """One export or import each. After `import_data`, `plan` says what reading in the rows would do.

    `hemkolumn`: the field of the column that says what a workbook was fetched for. `namnfalt`: the fields that people
    know a row by. `val`: {row number: {field: what is chosen where both changed}}.
    """

    mall: ClassVar[Mall]
    hemkolumn: ClassVar[str] = "fardplan"
    namnfalt: ClassVar[tuple[str, ...]] = ("nummer", "titel")

    class Meta:
        instance_loader_class = BaseInstanceLoader  # never asked: all rows are compared at once
        skip_diff = True  # no copies
        use_bulk = True  # no savepoint per row, since no row is written
        report_skipped = False

    def __init__(self, fardplan: Fardplan) -> None:
        super().__init__()
        self.fardplan = fardplan
        self.ordlista = Ordlista(fardplan)
        self.fields = {k.falt: Cellfalt(k, self.ordlista) for k in self.mall.kolumner}
        self._falt = list(self.fields.values())
        # A workbook has a hundred thousand cells: they are written without a call of Field in between.
        self._skrivning = [(k.falt, k.slag.skriv) for k in self.mall.kolumner]
        self._rader: list[Inrad] = []
        self.noter: list[str] = []
        self.utan: set[str] = set()
        self.val: Mapping[int, Mapping[str, Cellval]] = {}
        self.plan: Inlasningsplan[Any] = Inlasningsplan()

    # What a sheet says of itself

    @property
    def hem(self) -> str:
        """The lasting name of what its workbooks are fetched for."""
        return self.ordlista.fardplan

    def hamtad_for(self, annat: str) -> str:
        """That a workbook was fetched for something else than this, which has that lasting name."""
        alla = {"/".join(f.natural_key()): f for f in Fardplan.objects.select_related("program", "stadskarna")}
        annan, karna = alla.get(annat), self.fardplan.stadskarna
        if annan and annan.stadskarna_id == karna.pk:
            return f"Arbetsboken är hämtad för {annan}, inte för {self.fardplan}."
        return f"Arbetsboken är hämtad för {annan.stadskarna if annan else 'en annan färdplan'}, inte för {karna}."

    def hinder(self) -> str:
        """Why nothing can be read in now; "" when something can."""
        return ""

    def varden(self, objekt: Any) -> Mapping[str, Any]:
        """{field: value} of what a row is about."""
        raise NotImplementedError

    def las_rader(self, tabell: Tabell) -> None:
        """Lock what a plan of these rows rests on until the transaction ends."""
        raise NotImplementedError

    def bedom(self, rader: Sequence[Inrad]) -> Iterable[tuple[Inrad, Besked[Any]]]:
        """What is found of each row that says anything. A fixed number of queries."""
        raise NotImplementedError

    # Out

    def export_resource(self, instance: Any, selected_fields: Any = None, **kwargs: Any) -> list[Cellvarde]:
        """The cells of the object's row, in the order of the columns."""
        varden = self.varden(instance)
        return [skriv(varden[falt], self.ordlista) for falt, skriv in self._skrivning]

    # In: the hooks in the order that import_data calls them

    def planera(self, tabell: Tabell) -> Inlasningsplan[Any]:
        """What reading in the table would do. Writes nothing."""
        resultat = self.import_data(tabell, use_transactions=False)
        # A fault of ours, not of the workbook: import-export would hide it. A row's comes before what came of it.
        for ovantat in [*(fel for rad in resultat.error_rows for fel in rad.errors), *resultat.base_errors]:
            raise ovantat.error
        return self.plan

    def get_import_fields(self) -> list[Cellfalt]:
        return self._falt

    def get_or_init_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> tuple[Inrad, bool]:
        """An empty row to read into. New or not is seen when all are read."""
        return Inrad(row, dict(self.mall.tomma)), False

    def skip_row(
        self,
        instance: Inrad,
        original: Any,
        row: Any,
        import_validation_errors: Mapping[str, list[ValidationError]] | None = None,
    ) -> bool:
        """The row is read, with what could not be; there is nothing to save."""
        instance.olasta = {falt: str(fel.message) for falt, (fel,) in (import_validation_errors or {}).items()}
        self._rader.append(instance)
        if len(self._rader) % PER_GANG == 0:
            forlopp.gjort(PER_GANG)
        return True

    def after_import(self, dataset: Tabell, *args: Any, **kwargs: Any) -> None:
        for inrad, (nummer, _) in zip(self._rader, dataset.rader, strict=True):
            inrad.rad = nummer
            inrad.val = self.val.get(nummer, {})
        self.utan = dataset.utan
        plan = self._sammanstall(dataset, self.bedom(self._rader))
        self.plan = replace(plan, noter=(*dataset.noter, *_dolda(dataset), *self.noter))

    def _sammanstall(self, tabell: Tabell, bedomda: Iterable[tuple[Inrad, Besked[Any]]]) -> Inlasningsplan[Any]:
        rader: list[Any] = []
        tvillingar: list[Any] = []
        fel: list[Fel] = []
        konflikter: list[Cellkonflikt] = []
        utelamnade: list[Utelamnad] = []
        oforandrade = 0
        for n, (rad, besked) in enumerate(bedomda, start=1):
            if n % PER_GANG == 0:
                forlopp.gjort(PER_GANG)
            _flytta_till_val(besked)
            fel += _felen(tabell, rad, besked)
            konflikter += besked.konflikter
            if rad.olasta or besked.hindrad:
                skal = "fel" if rad.olasta or besked.fel else "ändrat på två håll"
                utelamnade.append(Utelamnad(rad.rad, self._namn(rad), skal))
            elif besked.tomt:
                oforandrade += 1
            elif besked.plan:
                dold = (DOLD,) if rad.rad in tabell.dolda else ()
                plan = replace(besked.plan, noter=(*besked.plan.noter, *dold))
                (tvillingar if plan.tvilling else rader).append(plan)
        return Inlasningsplan(
            rader=tuple(rader),
            oforandrade=oforandrade,
            fel=tuple(fel),
            konflikter=tuple(konflikter),
            tvillingar=tuple(tvillingar),
            utelamnade=tuple(utelamnade),
        )

    def _namn(self, rad: Inrad) -> str:
        """What people know the row by, as the file has it."""
        celler = (rad.celler[self.mall.per_falt[falt].rubrik] for falt in self.namnfalt)
        return " ".join(visad(c).strip() for c in celler if isinstance(c, str | int | float)).strip()


def _flytta_till_val(besked: Besked[Any]) -> None:
    """What is wrong with a cell that a person has chosen is told at the choice: the file has nothing to mend."""
    valda = {k.falt for k in besked.konflikter if k.avgjord}
    om_val = [(falt, text) for falt, text in besked.fel if falt in valda]
    if om_val:
        besked.fel = [par for par in besked.fel if par not in om_val]
        per_falt = {falt: " ".join(t for f, t in om_val if f == falt) for falt, _ in om_val}
        besked.konflikter = [replace(k, fel=per_falt.get(k.falt, k.fel)) for k in besked.konflikter]


def _dolda(tabell: Tabell) -> list[str]:
    """That rows which nobody sees are read as the others are."""
    antal = sum(nummer in tabell.dolda for nummer, _ in tabell.rader)
    if not antal:
        return []
    en = (
        "En rad är dold eller bortfiltrerad i filen. Den läses in som de andra, och är märkt nedan om den ändrar något."
    )
    flera = f"{antal} rader är dolda eller bortfiltrerade i filen. De läses in som de andra, och är märkta nedan"
    return [bojt(antal, en, f"{flera} om de ändrar något.")]


def _felen(tabell: Tabell, rad: Inrad, besked: Besked[Any]) -> list[Fel]:
    """Cells that could not be read, then the others; those of one cell together."""
    per_falt: dict[str, list[str]] = {}
    for falt in tabell.mall.per_falt:
        if falt in rad.olasta:
            per_falt[falt] = [rad.olasta[falt]]
    for falt, text in besked.fel:
        per_falt.setdefault(falt, []).append(text)
    return [
        tabell.fel_i(rad.rad, falt, text, rad.celler[tabell.mall.per_falt[falt].rubrik])
        for falt, texter in per_falt.items()
        for text in texter
        if text  # else the file's reader has told it
    ]
