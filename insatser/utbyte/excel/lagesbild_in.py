"""From an uploaded lägesbild to the plan of what reading it in would do. A fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from insatser.andringar.inlasning import Plan
from insatser.andringar.lagesbild import FALT, SKRIV_KALLA, Vardeplan, Varderad, saknar_kalla, som_rad
from insatser.fragor import lagesbild as fragor
from insatser.models import Fardplan, Indikator, Malomrade, Matvarde
from insatser.regler import tal
from insatser.regler.inlasning import Cell, Cellkonflikt, Fel
from insatser.utbyte.excel import lasning
from insatser.utbyte.excel.kolumner import HAMTA_NYTT, stada_rad
from insatser.utbyte.excel.lagesbild import JA, KOLUMNER, MALL, PER_FALT
from insatser.utbyte.excel.ordlista import nyckel
from insatser.utbyte.excel.resurs import fel_fardplan
from insatser.utbyte.excel.tabell import Tabell


def planera(fardplan: Fardplan, filnamn: str, innehall: bytes, *, las: bool = False) -> Plan[Vardeplan]:
    """The plan, with every fault of file and rows. `las`: also lock what it rests on (inside a transaction)."""
    tabell = lasning.las(filnamn, innehall, MALL)
    if fel := fel_fardplan(fardplan, tabell):
        return Plan(fel=(fel,))  # what else is wrong is wrong for another färdplan
    if las:
        fragor.las_indikatorer(fardplan)
    plan = _Planering(fardplan, tabell).planera() if tabell.rader else Plan[Vardeplan]()
    return replace(plan, fel=(*tabell.fel, *plan.fel))


@dataclass(slots=True)
class _Rad:
    """One row, read. `celler` as they stand in the file."""

    rad: int
    celler: Sequence[Any]
    malomrade: str = ""
    indikator: str = ""
    enhet: str = ""
    ar: int | None = None
    varde: Decimal | None = None
    cirka: bool = False
    kalla: str = ""
    varde_id: int | None = None
    version: int | None = None
    fardplan: str = ""
    gallde: Indikator = field(init=False)

    @property
    def tom(self) -> bool:
        """Nothing but an indikator to begin on."""
        return self.ar is None and self.varde is None and not (self.cirka or self.kalla or self.varde_id)

    @property
    def nyckel(self) -> tuple[int, int]:
        return self.gallde.pk, self.ar or 0

    @property
    def mitt(self) -> Varderad | None:
        """What the row says; None that there is to be no value."""
        return None if self.varde is None else Varderad(self.ar or 0, self.varde, self.cirka, self.kalla)


class _Nekad(Exception):
    """A fault of the row, in the cell of a field."""

    def __init__(self, falt: str, text: str) -> None:
        super().__init__(text)
        self.falt = falt


class _Planering:
    """Holds the rows against the values now, and against what they were when the workbook was fetched."""

    def __init__(self, fardplan: Fardplan, tabell: Tabell) -> None:
        self.tabell = tabell
        self.stadskarna_id = fardplan.stadskarna_id
        self.indikatorer = {i.pk: i for i in fragor.indikatorer(fardplan)}
        varden = fragor.egna_varden(fardplan)
        self.nu = {(v.indikator_id, v.ar): v for v in varden}
        self.per_pk = {v.pk: v for v in varden}
        self.fel: list[Fel] = []
        self.konflikter: list[Cellkonflikt] = []
        self.rader = [rad for nummer, celler in tabell.rader if (rad := self._las(nummer, celler)) and not rad.tom]
        self.antal = Counter(rad.nyckel for rad in self.rader)
        self.fordom = fragor.vid_versioner(
            {
                rad.varde_id: rad.version
                for rad in self.rader
                if rad.varde_id and rad.version and not self._aktuell(rad.varde_id, rad.version)
            }
        )

    def _aktuell(self, pk: int, version: int) -> bool:
        return pk in self.per_pk and self.per_pk[pk].version == version

    def planera(self) -> Plan[Vardeplan]:
        planer: list[Vardeplan] = []
        nekade = 0
        for rad in self.rader:
            try:
                if plan := self._planera(rad):
                    planer.append(plan)
            except _Nekad as fel:
                self._neka(rad, fel)
                nekade += 1
        gjort = len(planer) + nekade + len({k.rad for k in self.konflikter})
        return Plan(tuple(planer), len(self.rader) - gjort, tuple(self.fel), tuple(self.konflikter))

    def _neka(self, rad: _Rad, fel: _Nekad) -> None:
        self.fel.append(self.tabell.fel_i(rad.rad, PER_FALT[fel.falt].rubrik, str(fel), rad.celler))

    # Reading

    def _las(self, nummer: int, celler: Sequence[Any]) -> _Rad | None:
        """The row, or None when it has faults; they are told."""
        rad = _Rad(nummer, celler)
        olast = False
        for k, cell in zip(KOLUMNER, celler, strict=True):
            try:
                setattr(rad, k.falt, k.las(cell))
            except ValueError as fel:
                olast = True
                if str(fel):  # else the file's reader has told it
                    self._neka(rad, _Nekad(k.falt, str(fel)))
        if olast:
            return None
        try:
            rad.gallde = self._indikator(rad)
            self._granska(rad)
        except _Nekad as nekad:
            self._neka(rad, nekad)
            return None
        return rad

    def _indikator(self, rad: _Rad) -> Indikator:
        if not rad.indikator:
            raise _Nekad("indikator", "Skriv vilken indikator raden gäller.")
        med_namnet = [i for i in self.indikatorer.values() if nyckel(i.namn) == nyckel(rad.indikator)]
        ratta = [i for i in med_namnet if not rad.malomrade or _heter(i.malomrade, rad.malomrade)]
        if len(ratta) == 1:
            return ratta[0]
        if ratta:
            raise _Nekad("malomrade", "Flera målområden har en indikator med det namnet. Skriv vilket du menar.")
        if med_namnet:
            finns = " eller ".join(f"”{i.malomrade}”" for i in med_namnet)
            raise _Nekad("malomrade", f"Indikatorn hör till {finns}. Skriv det, eller töm cellen.")
        if fanns := self.per_pk.get(rad.varde_id or 0):
            heter = self.indikatorer[fanns.indikator_id].namn
            raise _Nekad("indikator", f"Indikatorn heter nu ”{heter}”. Skriv det namnet, eller hämta en ny arbetsbok.")
        raise _Nekad("indikator", "Indikatorn finns inte. Välj en ur bladet Listor, eller lägg först upp den.")

    def _granska(self, rad: _Rad) -> None:
        if rad.enhet and nyckel(rad.enhet) != nyckel(rad.gallde.enhet):
            raise _Nekad("enhet", f"Enheten är ”{rad.gallde.enhet}” och ändras på sidan, inte här. Kontrollera värdet.")
        if rad.ar is None and not rad.tom:
            raise _Nekad("ar", "Skriv vilket år värdet gäller.")

    # Planning

    def _planera(self, rad: _Rad) -> Vardeplan | None:
        """What the row changes; None when nothing, or when somebody else has changed the same."""
        if self.antal[rad.nyckel] > 1:
            raise _Nekad("ar", "Samma indikator och år står på flera rader. Ta bort alla utom en.")
        nu = self.nu.get(rad.nyckel)
        mitt, deras = rad.mitt, _stadad(nu)
        if mitt == deras and (mitt or rad.varde_id):
            return None
        noter: list[str] = []
        bas = self._bas(rad, nu, noter)
        if mitt == bas and (mitt or rad.varde_id):
            return None
        if mitt is None and bas is None:
            raise _Nekad("varde", "Skriv ett värde, eller ta bort raden.")
        if mitt and saknar_kalla(rad.gallde, mitt, [bas]):
            raise _Nekad("kalla", SKRIV_KALLA)
        if deras != bas:
            self._krock(rad, bas, deras)
            return None
        return self._plan(rad, deras, nu, noter)

    def _bas(self, rad: _Rad, nu: Matvarde | None, noter: list[str]) -> Varderad | None:
        """What the row started from, None when it is new. Raises _Nekad."""
        if rad.varde_id is None or rad.version is None:
            if nu:
                raise _Nekad("ar", f"Året har redan ett värde, men raden säger inte vilket den bygger på. {HAMTA_NYTT}")
            return None
        da: Any = self.per_pk.get(rad.varde_id) if self._aktuell(rad.varde_id, rad.version) else None
        da = da or self.fordom.get(rad.varde_id)
        if da is None or da.stadskarna_id != self.stadskarna_id:
            raise _Nekad("version", f"Den versionen av värdet finns inte. {HAMTA_NYTT}")
        if (da.indikator_id, da.ar) == rad.nyckel:
            return _stadad(da)
        if nu:
            raise _Nekad("ar", f"Året har redan ett värde, på en annan rad. {HAMTA_NYTT}")
        noter.append(f"Raden gällde {da.ar} när filen hämtades. Det blir ett nytt värde, och det gamla ändras inte.")
        return None

    def _krock(self, rad: _Rad, bas: Varderad | None, deras: Varderad | None) -> None:
        alla = [_celler(v) for v in (bas, deras, rad.mitt)]
        namn = f"{rad.gallde} {rad.ar}"
        for falt in FALT:
            fore, nu, min_ = (c.get(falt, "") for c in alla)
            if nu != min_:
                self.konflikter.append(Cellkonflikt(rad.rad, namn, PER_FALT[falt].rubrik, fore, nu, min_))

    def _plan(self, rad: _Rad, deras: Varderad | None, nu: Matvarde | None, noter: list[str]) -> Vardeplan:
        fore, efter = _celler(deras), _celler(rad.mitt)
        if rad.mitt is None:
            noter.append("Mätvärdet tas bort.")
        elif nu and nu.exempel:
            noter.append("Värdet var märkt som exempeldata. Märkningen tas bort.")
        return Vardeplan(
            rad=rad.rad,
            nummer=str(rad.ar),
            titel=f"{rad.gallde} ({rad.gallde.enhet})",
            celler=tuple(
                Cell(PER_FALT[f].rubrik, fore.get(f, ""), efter.get(f, "")) for f in FALT if fore.get(f) != efter.get(f)
            ),
            noter=tuple(noter),
            ny=nu is None,
            indikator_id=rad.gallde.pk,
            ar=rad.nyckel[1],
            varde=rad.mitt,
        )


def _heter(malomrade: Malomrade, text: str) -> bool:
    return nyckel(text) in {nyckel(str(malomrade)), nyckel(malomrade.namn), str(malomrade.nummer)}


def _stadad(varde: Any) -> Varderad | None:
    """A mätvärde, or an event of one, as a workbook gives it back."""
    if varde is None:
        return None
    rad = som_rad(varde)
    return replace(rad, kalla=stada_rad(rad.kalla))


def _celler(varde: Varderad | None) -> dict[str, str]:
    """The fields in the words of the workbook, without empty ones."""
    if varde is None:
        return {}
    celler = {"varde": tal.skriv(varde.varde), "cirka": JA if varde.cirka else "", "kalla": varde.kalla}
    return {falt: text for falt, text in celler.items() if text}
