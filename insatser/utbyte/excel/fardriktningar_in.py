"""What each row of the sheet Färdriktningar would change: held against what stands now, and when it was fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from aktorer.grund.samtidighet import utan_mask
from insatser.andringar.arbetsbok import Riktningsplan
from insatser.fragor import arbetsbok as fragor
from insatser.models import Fardplan, Fardriktning, Malomrade
from insatser.regler.inlasning import Cell
from insatser.utbyte.excel import sammanfogning
from insatser.utbyte.excel.cellslag import HAMTA_NYTT
from insatser.utbyte.excel.kolumner import Mall
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.rad import Besked, Inrad

type Riktningsbesked = Besked[Riktningsplan]

KRAVS = {"rubrik": "Färdriktningen måste ha en rubrik.", "text": "Skriv färdriktningens text."}


class Riktningsplanering:
    """Plans the rows of one sheet, in a fixed number of queries."""

    def __init__(self, fardplan: Fardplan, mall: Mall, ordlista: Ordlista, rader: Sequence[Inrad]) -> None:
        self.mall = mall
        self.ordlista = ordlista
        self.falt = mall.falt_av(Fardriktning)
        self.nu = {m.nummer: (m, r) for m, r in fragor.riktningar(fardplan)}
        skrivna = {nr: r for nr, (_, r) in self.nu.items() if r}
        per_rad = [(skrivna[rad["malomrade"]], rad) for rad in rader if rad["malomrade"] in skrivna]
        self.fordom = fragor.riktningar_da(
            {r.pk: rad["version"] for r, rad in per_rad if rad["version"] and rad["version"] != r.version}
        )
        self.antal = Counter(rad["malomrade"] for rad in rader)

    def planera(self, rader: Sequence[Inrad]) -> Iterator[tuple[Inrad, Riktningsbesked]]:
        """What is found of each row that says anything."""
        for rad in rader:
            ut: Riktningsbesked = Besked()
            if not rad.olasta.keys() & {"malomrade", "version"}:
                self._bedom(rad, ut)
            ut.fel = [(falt, text) for falt, text in ut.fel if falt not in rad.olasta]
            if rad.olasta or ut.hindrad:
                ut.plan = None
            yield rad, ut

    def _bedom(self, rad: Inrad, ut: Riktningsbesked) -> None:
        mina = {falt: rad[falt] for falt in self.falt if falt not in rad.olasta}
        if rad["malomrade"] is None:
            if any(mina.values()):
                ut.neka("malomrade", "Skriv vilket målområde färdriktningen gäller.")
            return
        if self.antal[rad["malomrade"]] > 1:
            ut.neka("malomrade", "Målområdet står på flera rader. Låt en av dem stå kvar.")
            return
        malomrade, nu = self.nu[rad["malomrade"]]
        deras = self._celler(nu)
        if mina == {falt: deras[falt] for falt in mina}:
            return
        bas = self._bas(rad, nu, ut)
        if bas is None:
            return
        val = sammanfogning.valda(rad, deras, self.mall, self.ordlista)
        skriv, krockar = sammanfogning.sammanfoga(bas, deras, mina, val)
        ut.konflikter = [sammanfogning.konflikt(rad, str(malomrade), k, self.mall, self.ordlista) for k in krockar]
        if skriv:
            self._plan(rad, malomrade, nu, {**deras, **skriv}, ut)

    def _celler(self, riktning: Any) -> dict[str, str]:
        """What it says as a workbook gives it back; all empty when there is none."""
        if riktning is None:
            return dict.fromkeys(self.falt, "")
        return {falt: self.mall.per_falt[falt].slag.genom_fil(getattr(riktning, falt)) for falt in self.falt}

    def _bas(self, rad: Inrad, nu: Fardriktning | None, ut: Riktningsbesked) -> dict[str, Any] | None:
        """What the row started from, or None with the fault said."""
        if nu is None or rad["version"] is None:
            return self._celler(None)
        if rad["version"] == nu.version:
            return self._celler(nu)
        if (da := self.fordom.get(nu.pk)) is None:
            ut.neka("version", f"Den versionen av färdriktningen finns inte. {HAMTA_NYTT}")
            return None
        return {falt: utan_mask(text) for falt, text in self._celler(da).items()}

    def _plan(
        self, rad: Inrad, malomrade: Malomrade, nu: Fardriktning | None, blir: dict[str, str], ut: Riktningsbesked
    ) -> None:
        fore = self._celler(nu)
        andrade = [falt for falt in self.falt if blir[falt] != fore[falt]]
        for falt in self.falt:
            if falt in KRAVS and not blir[falt]:
                ut.neka(falt, KRAVS[falt])
            elif falt in andrade and (fel := self.mall.per_falt[falt].for_lang(blir[falt])):
                ut.neka(falt, fel)
        ut.celler = [Cell(self.mall.per_falt[f].rubrik, fore[f], blir[f]) for f in andrade]
        ut.plan = Riktningsplan(
            rad=rad.rad,
            nummer=str(malomrade.nummer),
            titel=malomrade.namn,
            celler=tuple(ut.celler),
            noter=(),
            ny=nu is None,
            malomrade_id=malomrade.pk,
            version=nu.version if nu else 0,
            varden={falt: blir[falt] for falt in andrade},
        )
