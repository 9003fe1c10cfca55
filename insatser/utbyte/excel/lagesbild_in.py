"""What each row of a lägesbild would change: held against the values now, and what they were when it was fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from aktorer.grund.samtidighet import Konflikt, utan_mask
from aktorer.grund.tecken import nyckel
from insatser.andringar.lagesbild import FALT, SKRIV_KALLA, Vardeplan, Varderad, saknar_kalla, som_rad
from insatser.fragor import lagesbild as fragor
from insatser.models import Fardplan, Indikator, Malomrade, Matvarde
from insatser.regler import malavstand
from insatser.regler.inlasning import Cell
from insatser.utbyte.excel import sammanfogning
from insatser.utbyte.excel.cellslag import HAMTA_NYTT, i_procent
from insatser.utbyte.excel.kolumner import Mall
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.rad import Besked, Inrad
from insatser.utbyte.excel.visning import visad

type Vardebesked = Besked[Vardeplan]


class _Nekad(Exception):
    """A fault of the row, in the cell of a field."""

    def __init__(self, falt: str, text: str) -> None:
        super().__init__(text)
        self.falt = falt


class Vardeplanering:
    """Plans the rows of one workbook, in a fixed number of queries."""

    def __init__(self, fardplan: Fardplan, mall: Mall, ordlista: Ordlista) -> None:
        self.mall = mall
        self.ordlista = ordlista
        self.vardefalt = mall.falt_av(Matvarde)
        self.stadskarna_id = fardplan.stadskarna_id
        self.indikatorer = {i.pk: i for i in fragor.indikatorer(fardplan)}
        varden = fragor.egna_varden(fardplan)
        self.nu = {(v.indikator_id, v.ar): v for v in varden}
        self.per_pk = {v.pk: v for v in varden}
        self.antal: Counter[tuple[int, int]] = Counter()
        self.fordom: dict[int, Any] = {}

    def planera(self, rader: Sequence[Inrad]) -> Iterator[tuple[Inrad, Vardebesked]]:
        """What is found of each row that says anything; first of those that cannot be understood."""
        klara: list[tuple[Inrad, Indikator]] = []
        for rad in rader:
            rad.olasta = {**rad.olasta, **self._for_langa(rad)}
            besked: Vardebesked = Besked()
            try:
                if rad.olasta:
                    yield rad, besked
                elif (indikator := self._gallde(rad)) and not self._tom(rad):
                    klara.append((rad, indikator))
            except _Nekad as nekad:
                besked.neka(nekad.falt, str(nekad))
                yield rad, besked
        self.antal = Counter((i.pk, rad["ar"]) for rad, i in klara)
        self.fordom = self._las_fordom([rad for rad, _ in klara])
        for rad, indikator in klara:
            besked = Besked()
            try:
                self._planera(rad, indikator, besked)
            except _Nekad as nekad:
                besked.neka(nekad.falt, str(nekad))
            yield rad, besked

    def _las_fordom(self, rader: Sequence[Inrad]) -> dict[int, Any]:
        """What stale rows started from."""
        return fragor.vid_versioner(
            {
                rad["varde_id"]: rad["version"]
                for rad in rader
                if rad["varde_id"] and rad["version"] and not self._aktuell(rad["varde_id"], rad["version"])
            }
        )

    def _aktuell(self, pk: int, version: int) -> bool:
        return pk in self.per_pk and self.per_pk[pk].version == version

    # What a row is about

    def _for_langa(self, rad: Inrad) -> dict[str, str]:
        texter = {falt: rad[falt] for falt in self.vardefalt if isinstance(rad[falt], str)}
        return {falt: fel for falt, text in texter.items() if (fel := self.mall.per_falt[falt].for_lang(text))}

    def _tom(self, rad: Inrad) -> bool:
        """Nothing but an indikator to begin on."""
        return all(rad[falt] == self.mall.tomma[falt] for falt in (*self.vardefalt, "varde_id"))

    def _gallde(self, rad: Inrad) -> Indikator:
        indikator = self._indikator(rad)
        if rad["enhet"] and nyckel(rad["enhet"]) != nyckel(indikator.enhet):
            raise _Nekad("enhet", f"Enheten är ”{indikator.enhet}” och ändras på sidan, inte här. Kontrollera värdet.")
        cell = rad.celler[self.mall.per_falt["varde"].rubrik]
        if i_procent(cell) and not malavstand.i_procent(indikator.enhet):
            visas = f"Cellen visar procent ({visad(cell)}), men enheten är {indikator.enhet}."
            raise _Nekad("varde", f"{visas} Välj formatet Tal och skriv värdet i {indikator.enhet}.")
        if rad["ar"] is None and not self._tom(rad):
            raise _Nekad("ar", "Skriv vilket år värdet gäller.")
        return indikator

    def _indikator(self, rad: Inrad) -> Indikator:
        if not rad["indikator"]:
            raise _Nekad("indikator", "Skriv vilken indikator raden gäller.")
        med_namnet = [i for i in self.indikatorer.values() if nyckel(i.namn) == nyckel(rad["indikator"])]
        ratta = [i for i in med_namnet if not rad["malomrade"] or _heter(i.malomrade, rad["malomrade"])]
        if len(ratta) == 1:
            return ratta[0]
        if ratta:
            raise _Nekad("malomrade", "Flera målområden har en indikator med det namnet. Skriv vilket du menar.")
        if med_namnet:
            finns = " eller ".join(f"”{i.malomrade}”" for i in med_namnet)
            raise _Nekad("malomrade", f"Indikatorn hör till {finns}. Skriv det, eller töm cellen.")
        if fanns := self.per_pk.get(rad["varde_id"] or 0):
            heter = self.indikatorer[fanns.indikator_id].namn
            raise _Nekad("indikator", f"Indikatorn heter nu ”{heter}”. Skriv det namnet, eller hämta en ny arbetsbok.")
        raise _Nekad("indikator", "Indikatorn finns inte. Välj en ur bladet Listor, eller lägg först upp den.")

    # What it changes

    def _planera(self, rad: Inrad, indikator: Indikator, besked: Vardebesked) -> None:
        """Nothing, or a plan, or what somebody else has changed of the same. Raises _Nekad."""
        if self.antal[indikator.pk, rad["ar"]] > 1:
            raise _Nekad("ar", "Samma indikator och år står på flera rader. Ta bort alla utom en.")
        nu = self.nu.get((indikator.pk, rad["ar"]))
        mitt, deras = self._mitt(rad), self._genom_fil(nu)
        if mitt == deras and (mitt or rad["varde_id"]):
            return
        bas = self._bas(rad, indikator, nu, besked)
        if mitt == bas and (mitt or rad["varde_id"]):
            return
        if mitt is None and bas is None:
            raise _Nekad("varde", "Skriv ett värde, eller ta bort raden.")
        if deras != bas and not self._avgor(rad, f"{indikator} {rad['ar']}", (bas, deras, mitt), besked):
            return
        mitt = self._mitt(rad)
        if mitt and saknar_kalla(indikator, mitt, [bas, deras]):
            raise _Nekad("kalla", SKRIV_KALLA)
        if mitt != deras:
            self._plan(rad, indikator, deras, nu, besked)

    def _mitt(self, rad: Inrad) -> Varderad | None:
        """What the row says; None that there is to be no value."""
        return None if rad["varde"] is None else Varderad(**{falt: rad[falt] for falt in self.vardefalt})

    def _genom_fil(self, varde: Any) -> Varderad | None:
        """A mätvärde, or an event of one, as a workbook gives it back."""
        if varde is None:
            return None
        rad = som_rad(varde)
        return replace(rad, **{f: self.mall.per_falt[f].slag.genom_fil(getattr(rad, f)) for f in FALT})

    def _bas(self, rad: Inrad, indikator: Indikator, nu: Matvarde | None, besked: Vardebesked) -> Varderad | None:
        """What the row started from, None when it is new. Raises _Nekad."""
        pk, version = rad["varde_id"], rad["version"]
        if pk is None or version is None:
            if nu:
                raise _Nekad("ar", f"Året har redan ett värde, men raden säger inte vilket den bygger på. {HAMTA_NYTT}")
            return None
        aktuell = self._aktuell(pk, version)
        da: Any = self.per_pk[pk] if aktuell else self.fordom.get(pk)
        if da is None or da.stadskarna_id != self.stadskarna_id:
            raise _Nekad("version", f"Den versionen av värdet finns inte. {HAMTA_NYTT}")
        if (da.indikator_id, da.ar) == (indikator.pk, rad["ar"]):
            bas = self._genom_fil(da)
            return bas if aktuell or bas is None else replace(bas, kalla=utan_mask(bas.kalla))
        if nu:
            raise _Nekad("ar", f"Året har redan ett värde, på en annan rad. {HAMTA_NYTT}")
        vad = f"Raden gällde {da.ar} när filen hämtades."
        besked.noter.append(f"{vad} Det blir ett nytt värde, och det gamla ändras inte.")
        return None

    def _avgor(self, rad: Inrad, om: str, varden: tuple[Varderad | None, ...], besked: Vardebesked) -> bool:
        """Tell what both changed. Returns whether all of it is chosen; the row says that then.

        `varden`: what the row started from, what stands now, what it says.
        """
        bas, deras, mitt = ({f: getattr(v, f) if v else self.mall.tomma[f] for f in FALT} for v in varden)
        krockar = [Konflikt(f, bas[f], deras[f], mitt[f]) for f in FALT if deras[f] != mitt[f]]
        val: dict[Any, Any] = sammanfogning.valda(rad, deras, self.mall, self.ordlista)
        besked.konflikter += [sammanfogning.konflikt(rad, om, k, self.mall, self.ordlista) for k in krockar]
        if any(k.falt not in val for k in krockar):
            return False
        rad.varden |= {str(k.falt): val[k.falt] for k in krockar}
        return True

    def _plan(
        self, rad: Inrad, indikator: Indikator, deras: Varderad | None, nu: Matvarde | None, besked: Vardebesked
    ) -> None:
        mitt = self._mitt(rad)
        fore, efter = self._i_ord(deras), self._i_ord(mitt)
        if mitt is None:
            besked.noter.append("Mätvärdet tas bort.")
        elif nu and nu.exempel:
            besked.noter.append("Värdet var märkt som exempeldata. Märkningen tas bort.")
        besked.celler = [
            Cell(self.mall.per_falt[f].rubrik, fore.get(f, ""), efter.get(f, ""))
            for f in FALT
            if fore.get(f) != efter.get(f)
        ]
        besked.plan = Vardeplan(
            rad=rad.rad,
            nummer=str(rad["ar"]),
            titel=f"{indikator} ({indikator.enhet})",
            celler=tuple(besked.celler),
            noter=tuple(besked.noter),
            ny=nu is None,
            indikator_id=indikator.pk,
            ar=rad["ar"],
            varde=mitt,
        )

    def _i_ord(self, varde: Varderad | None) -> dict[str, str]:
        """The fields in the words of the workbook, without empty ones."""
        if varde is None:
            return {}
        celler = {f: self.mall.per_falt[f].slag.i_ord(getattr(varde, f), self.ordlista) for f in FALT}
        return {falt: text for falt, text in celler.items() if text}


def _heter(malomrade: Malomrade, text: str) -> bool:
    return nyckel(text) in {nyckel(str(malomrade)), nyckel(malomrade.namn), str(malomrade.nummer)}
