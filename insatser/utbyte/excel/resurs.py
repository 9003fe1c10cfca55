"""The insatskarta as a django-import-export Resource, made from the column table: the same one writes and reads.

What is slow in it is replaced: rows are compared with what was read beforehand instead of
asking the database row by row, and nothing is copied, saved and rolled back only to be shown. Importing with it writes
nothing; it plans, and `andringar.inlasning.las_in` carries the plan out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.widgets import Widget

from insatser.andringar.inlasning import Plan, Radplan
from insatser.fragor.inlasning import Nummer
from insatser.models import Fardplan, Insats
from insatser.regler import nummer as insatsnummer
from insatser.regler.inlasning import Cellkonflikt, Fel
from insatser.utbyte.excel.cellrad import Cellrad
from insatser.utbyte.excel.kolumner import FARDPLAN, KOLUMNER, OLAST, PER_FALT, RUBRIKER, Cellvarde, Kolumn, tillagg
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.planering import Planering
from insatser.utbyte.excel.tabell import Tabell

# What tells a row's insats and what it started from: read before all else, for the whole workbook at once.
NYCKELFALT = ("nummer", "typ", "insats_id", "version", "lage_id")


class Cellwidget(Widget):  # type: ignore[misc]  # import-export has no types
    """Reads and shows a cell as its column says."""

    def __init__(self, kolumn: Kolumn, ordlista: Ordlista) -> None:
        super().__init__()
        self.kolumn = kolumn
        self.ordlista = ordlista

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self.kolumn.las(value, self.ordlista)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.kolumn.i_ord(value, self.ordlista)


class InsatskartaResource(Resource):  # type: ignore[misc]  # import-export has no types
    """One import each: it carries what became of the rows in `rader` and `konflikter`."""

    class Meta:
        model = Insats
        import_id_fields = ("nummer",)
        instance_loader_class = BaseInstanceLoader  # never asked: `before_import` has read them all
        skip_diff = True  # no copies: `skip_row` compares by itself
        use_bulk = True  # no savepoint per row, since no row is written
        clean_model_instances = False
        report_skipped = False

    def __init__(self, fardplan: Fardplan, ordlista: Ordlista | None = None) -> None:
        super().__init__()
        self.fardplan = fardplan
        self.ordlista = ordlista or Ordlista(fardplan)
        self.fields = {k.falt: self._falt(k) for k in KOLUMNER}
        self._importfalt = list(self.fields.values())
        self.planering: Planering | None = None
        self.rader: list[Radplan] = []
        self.konflikter: list[Cellkonflikt] = []

    def _falt(self, kolumn: Kolumn) -> Field:
        return Field(attribute=kolumn.falt, column_name=kolumn.rubrik, widget=Cellwidget(kolumn, self.ordlista))

    # Out

    def export_resource(self, instance: Insats, selected_fields: Any = None, **kwargs: Any) -> list[Cellvarde]:
        """The insats's cells in the order of the columns."""
        utover = tillagg(instance, self.ordlista)
        return [k.skriv(instance, utover) for k in KOLUMNER]

    # In: the hooks in the order that import_data calls them

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Read what all rows are compared with."""
        plats = {f: RUBRIKER.index(PER_FALT[f].rubrik) for f in NYCKELFALT}
        nycklar = [self._nyckelrad(rad, plats) for rad in dataset]
        self.planering = Planering(self.fardplan, self.ordlista, nycklar)

    def _nyckelrad(self, rad: Sequence[Any], plats: Mapping[str, int]) -> Cellrad:
        nyckel = Cellrad(raknetal=isinstance(rad[plats["nummer"]], float))
        for falt, n in plats.items():
            try:
                setattr(nyckel, falt, PER_FALT[falt].las(rad[n], self.ordlista))
            except ValueError:
                continue  # told when the row itself is read
        return nyckel

    def get_import_fields(self) -> list[Field]:
        return self._importfalt

    def get_or_init_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> tuple[Cellrad, bool]:
        """An empty row to read into. New or not is seen by the number, which is read with the other cells."""
        return Cellrad(raknetal=isinstance(row[PER_FALT["nummer"].rubrik], float)), False

    def after_init_instance(self, instance: Cellrad, new: bool, row: Any, **kwargs: Any) -> None:
        instance.rad = kwargs["radnummer"][kwargs["row_number"] - 1]

    def skip_row(
        self, instance: Cellrad, original: Any, row: Any, import_validation_errors: Mapping[str, Any] | None = None
    ) -> bool:
        assert self.planering  # noqa: S101 -- set by before_import
        instance.utfall = self.planering.planera(instance, (import_validation_errors or {}).keys())
        self.konflikter += instance.utfall.konflikter
        return instance.utfall.tomt and not import_validation_errors

    def validate_instance(
        self, instance: Cellrad, import_validation_errors: Mapping[str, Any] | None = None, validate_unique: bool = True
    ) -> None:
        assert instance.utfall  # noqa: S101 -- set by skip_row
        fel = dict(import_validation_errors or {})
        for falt, text in instance.utfall.fel:
            fel.setdefault(falt, []).append(text)
        if fel:
            raise ValidationError(fel)

    def save_instance(self, instance: Cellrad, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Nothing is saved here: the plan is shown first, and written when somebody has said so."""
        if instance.utfall and instance.utfall.plan:
            self.rader.append(instance.utfall.plan)


def nummer_i(tabell: Tabell) -> set[Nummer]:
    """The insatsnummer that the table is about, as far as they can be read."""
    plats = RUBRIKER.index(PER_FALT["nummer"].rubrik)
    lasta = (insatsnummer.tolka(str(celler[plats] or "")) for _, celler in tabell.rader)
    return {n for n in lasta if n}


def fel_fardplan(fardplan: Fardplan, tabell: Tabell) -> Fel | None:
    """The fault that the first row fetched for another färdplan gives. A row written by hand names none."""
    rubrik = PER_FALT[FARDPLAN].rubrik
    plats = tabell.mall.rubriker.index(rubrik)
    min_ = "/".join(fardplan.natural_key())
    for rad, celler in tabell.rader:
        if celler[plats] is not OLAST and (varde := str(celler[plats] or "").strip()) not in {"", min_}:
            alla = {"/".join(f.natural_key()): f for f in Fardplan.objects.select_related("program", "stadskarna")}
            return tabell.fel_i(rad, rubrik, _hamtad_for(alla.get(varde), fardplan), celler)
    return None


def _hamtad_for(annan: Fardplan | None, fardplan: Fardplan) -> str:
    if annan and annan.stadskarna_id == fardplan.stadskarna_id:
        return f"Arbetsboken är hämtad för {annan}, inte för {fardplan}."
    namn = annan.stadskarna if annan else "en annan färdplan"
    return f"Arbetsboken är hämtad för {namn}, inte för {fardplan.stadskarna}."


def planera(fardplan: Fardplan, tabell: Tabell) -> Plan[Radplan]:
    """What reading in the table would do: new and changed rows, faults and conflicts. Writes nothing."""
    resurs = InsatskartaResource(fardplan)
    data = tablib.Dataset(headers=RUBRIKER)
    for _, celler in tabell.rader:
        data.append(celler)
    radnummer = [rad for rad, _ in tabell.rader]
    resultat = resurs.import_data(data, use_transactions=False, radnummer=radnummer)
    for ovantat in [*resultat.base_errors, *(fel for rad in resultat.error_rows for fel in rad.errors)]:
        raise ovantat.error  # a fault of ours, not of the workbook: django-import-export would hide it
    fel = [
        tabell.fel_i(radnummer[rad.number - 1], PER_FALT[falt].rubrik, text, rad.values)
        for rad in resultat.invalid_rows
        for falt, texter in rad.error_dict.items()
        for text in texter
        if text  # else the file's reader has told it
    ]
    gjort = len(resurs.rader) + len(resultat.invalid_rows) + len({k.rad for k in resurs.konflikter})
    return Plan(tuple(resurs.rader), len(radnummer) - gjort, tuple(fel), tuple(resurs.konflikter))
