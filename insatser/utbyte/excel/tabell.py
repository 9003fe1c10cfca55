"""A file's rows, read but not yet understood: what the readers of Excel and CSV hand over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from insatser.regler.bojning import uppraknat
from insatser.regler.inlasning import Fel
from insatser.regler.rubrik import rubriknyckel
from insatser.regler.tolkning import annan_tabell, ar_summa, pa_tvaren
from insatser.utbyte.excel.kolumner import Mall, bokstav
from insatser.utbyte.excel.visning import dar_star, visad

MAX_TOMMA_RADER = 50
MAX_RADER = 50_000
MAX_RADER_I_ORD = "50 000"
MAX_RADER_FORE = 30  # the headings stand among so many rows
MAX_NAMNDA = 8
MAX_TECKEN = 60
ANNAN_TABELL = "På rad {} börjar en annan tabell. Den läses inte in."
LIGGER = (
    "Tabellen ligger på tvären: rubrikerna står under varandra. Vänd den så att de står på en rad (kopiera den och välj"
    " Klistra in special, Transponera), och läs in filen igen."
)
SUMMA = "Rad {} är en summa och läses inte in."
INGA_RADER = "Bladet har inga rader att läsa in."


@dataclass
class Tabell:
    """`rader`: (row number in the file, cells in the order of the column table). `platser`: where each stood, or -1.

    `noter`: what people should know of the file. `rubrikrad`: the row of the headings, 0 when there are none,
    and `kanda` how many of ours some row has then. `utan`: the fields that have no column.
    `oklar`: why nobody can tell what the file has of these rows, though it has such a sheet; "" when it has none.
    `blad` is the sheet, for CSV the file. To django-import-export it is a dataset: headings, and rows of cells.
    """

    blad: str
    mall: Mall
    rader: list[tuple[int, list[Any]]] = field(default_factory=list)
    fel: list[Fel] = field(default_factory=list)
    platser: list[int] = field(default_factory=list)
    noter: list[str] = field(default_factory=list)
    dolda: set[int] = field(default_factory=set)
    rubrikrad: int = 0
    kanda: int = 0
    utan: set[str] = field(default_factory=set)
    oklar: str = ""

    @property
    def saknade(self) -> int:
        """How many of the columns that it needs are not there."""
        return sum(k.falt in self.utan and not (k.upplyser or k.senare) for k in self.mall.kolumner)

    @property
    def headers(self) -> list[str]:
        return self.mall.rubriker

    def __len__(self) -> int:
        return len(self.rader)

    def __iter__(self) -> Iterator[list[Any]]:
        return (celler for _, celler in self.rader)

    def kolumn(self, falt: str) -> list[tuple[int, Any]]:
        """(row number, cell) of a column."""
        plats = self.mall.plats(falt)
        return [(rad, celler[plats]) for rad, celler in self.rader]

    def fel_i(self, rad: int, falt: str, text: str, cell: Any) -> Fel:
        """A fault in the row's cell of a field, with its address as Excel writes it and what stands there."""
        plats = self.platser[self.mall.plats(falt)]
        rubrik = self.mall.per_falt[falt].rubrik
        return Fel(text, self.blad, rad, rubrik, f"{bokstav(plats)}{rad}" if plats >= 0 else "", dar_star(cell))

    def med_kolumn(self, fel: Fel) -> Fel:
        """The fault with the heading of the column that its cell stands in."""
        forst = fel.cell.partition(":")[0].rstrip("0123456789")
        rubrik = next((r for r, n in zip(self.mall.rubriker, self.platser, strict=False) if bokstav(n) == forst), forst)
        return replace(fel, kolumn=rubrik)


def bygg(rader: Sequence[Sequence[Any]], blad: str, mall: Mall, *, dolda: Collection[int] = ()) -> Tabell:
    """The table that stands somewhere among a sheet's rows, by its headings. Faults are collected, never raised.

    What stands around it is not read, and that is said. `dolda`: the rows that nobody sees.
    """
    tabell = Tabell(blad, mall, dolda=set(dolda))
    plats = _hitta_rubriker(rader, mall)
    if plats is None:
        kanda = max((_kanda(rad, mall) for rad in rader[:MAX_RADER_FORE]), key=len, default=set())
        tabell.kanda = len(kanda)
        tabell.fel.append(Fel(LIGGER if pa_tvaren(rader[:MAX_RADER_FORE]) else _inte_var(kanda, mall)))
        return tabell
    tabell.rubrikrad = plats + 1
    rubriker = [_rubrik(c) for c in rader[plats]]
    saknas = _placera(tabell, rubriker)
    if plats and any(_har_varde(c) for rad in rader[:plats] for c in rad):
        tabell.noter.append(f"Rubrikerna står på rad {plats + 1}. Det som står ovanför läses inte in.")
    lasta = {n for n in tabell.platser if n >= 0}
    med_rubrik = {n for n, rubrik in enumerate(rubriker) if rubrik}
    tomma, utanfor = 0, set[int]()
    for nummer, celler in enumerate(rader[plats + 1 :], start=plats + 2):
        fyllda = {n for n, c in enumerate(celler) if _har_varde(c)}
        utanfor |= fyllda - med_rubrik
        if lasta.isdisjoint(fyllda):
            tomma += 1
            continue
        if tomma and _slutar_fore(tabell, rader, nummer, tomma):
            break
        if anmarkning := _utanfor(celler, nummer, fyllda & lasta, tomma):
            tabell.noter.append(anmarkning)
            continue
        tomma = 0
        if not saknas and not _ar_rubriker(celler, tabell):
            tabell.rader.append((nummer, [celler[n] if 0 <= n < len(celler) else None for n in tabell.platser]))
    if utanfor:
        vilka = uppraknat([bokstav(n) for n in sorted(utanfor)])
        kolumnen = "Kolumnen" if len(utanfor) == 1 else "Kolumnerna"
        tabell.noter.append(f"{kolumnen} {vilka} har ingen rubrik och läses inte in.")
    if not (tabell.rader or tabell.fel):
        tabell.fel.append(Fel(INGA_RADER, blad))
    return tabell


def _hitta_rubriker(rader: Sequence[Sequence[Any]], mall: Mall) -> int | None:
    """The row, counted from 0, that holds the most of our headings; None when no row has half of them."""
    bast, flest = None, 0
    for n, rad in enumerate(rader[:MAX_RADER_FORE]):
        if (antal := len(_kanda(rad, mall))) > flest:
            bast, flest = n, antal
    if bast is None:
        return None
    behovs = {k.rubrik for k in mall.kolumner if not k.upplyser}
    return bast if 2 * len(_kanda(rader[bast], mall) & behovs) > len(behovs) else None


def _kanda(rad: Sequence[Any], mall: Mall) -> set[str]:
    return {mall.per_nyckel[n] for c in rad if isinstance(c, str) and (n := rubriknyckel(c)) in mall.per_nyckel}


def _inte_var(kanda: Collection[str], mall: Mall) -> str:
    """That this is no file of ours, what of it that we know, and how to begin."""
    har = f" Av dem finns bara {uppraknat([r for r in mall.rubriker if r in kanda])}." if kanda else ""
    return (
        f"Filen är inte hämtad härifrån för att läsas in här: den har inte kolumnerna i ”{mall.blad}”.{har} Börja så"
        f" här: hämta arbetsboken som Excel, klistra in {mall.raderna} i den, en kolumn i taget, och läs in den."
    )


def _placera(tabell: Tabell, rubriker: Sequence[str]) -> bool:
    """Find each column by its heading. Returns whether any is missing."""
    platser: dict[str, int] = {}
    okanda: list[str] = []
    for n, rubrik in enumerate(rubriker):
        kand = tabell.mall.per_nyckel.get(rubriknyckel(rubrik))
        if rubrik and not kand:
            okanda.append(f"”{_kort(rubrik)}”")
        elif kand in platser:
            text = f"Kolumnen finns två gånger, först i {bokstav(platser[kand])}. Ta bort den ena."
            cell = f"{bokstav(n)}{tabell.rubrikrad}"
            tabell.fel.append(Fel(text, tabell.blad, tabell.rubrikrad, rubrik, cell, rubrik))
        elif kand:
            platser[kand] = n
    tabell.utan = {k.falt for k in tabell.mall.kolumner if k.rubrik not in platser}
    saknas = [k.rubrik for k in tabell.mall.kolumner if k.falt in tabell.utan and not (k.upplyser or k.senare)]
    if saknas:
        tabell.fel.append(_saknas(tabell, saknas, okanda))
    elif okanda:
        kolumnen, vara = ("Kolumnen", "vår") if len(okanda) == 1 else ("Kolumnerna", "våra")
        tabell.noter.append(f"{kolumnen} {uppraknat(okanda[:MAX_NAMNDA])} är inte {vara} och läses inte in.")
    tabell.platser = [platser.get(r, -1) for r in tabell.mall.rubriker]
    return bool(saknas)


def _saknas(tabell: Tabell, saknas: Sequence[str], okanda: Sequence[str]) -> Fel:
    kolumnen = "Kolumnen" if len(saknas) == 1 else "Kolumnerna"
    andra = f" Okända rubriker på raden: {uppraknat(okanda[:MAX_NAMNDA])}." if okanda else ""
    text = (
        f"{kolumnen} {uppraknat(saknas)} saknas. Skriv rubriken som den var, eller hämta arbetsboken på nytt och"
        f" klistra in dina ändringar där: alla kolumner behövs, också de dolda.{andra}"
    )
    return Fel(text, tabell.blad, tabell.rubrikrad)


def _slutar_fore(tabell: Tabell, rader: Sequence[Sequence[Any]], nummer: int, tomma: int) -> bool:
    """Whether the table ends before the row, which so many empty ones stand before; that is said."""
    if tomma >= MAX_TOMMA_RADER:
        text = f"Före raden finns {tomma} tomma rader. Ta bort dem, eller raden om den inte hör till tabellen."
        tabell.fel.append(Fel(text, tabell.blad, nummer))
        return True
    if (annan := annan_tabell(rader, nummer - 1)) and not _ar_rubriker(annan, tabell):
        tabell.noter.append(ANNAN_TABELL.format(nummer))
        return True
    return False


def _utanfor(celler: Sequence[Any], nummer: int, fyllda: set[int], tomma: int) -> str:
    """That the row is none of the table's: it sums them up, or says, after an empty row, when it was printed."""
    if ar_summa(celler):
        return SUMMA.format(nummer)
    text = celler[next(iter(fyllda))] if tomma and len(fyllda) == 1 else ""
    if isinstance(text, str) and " " in text.strip():
        return f"Rad {nummer} hör inte till tabellen och läses inte in: ”{_kort(text)}”."
    return ""


def _ar_rubriker(celler: Sequence[Any], tabell: Tabell) -> bool:
    """The headings once more, as some repeat them over each page."""
    forst = celler[tabell.platser[0]] if tabell.platser[0] < len(celler) else None
    return forst == tabell.mall.rubriker[0] and len(_kanda(celler, tabell.mall)) > 2


def _rubrik(cell: Any) -> str:
    return " ".join(str(cell).split()) if isinstance(cell, str) else visad(cell)


def _kort(text: str) -> str:
    return text if len(text) <= MAX_TECKEN else f"{text[:MAX_TECKEN]}…"


def _har_varde(varde: Any) -> bool:
    return varde is not None and varde != "" and not (isinstance(varde, str) and varde.isspace())
