"""What each row of the sheet Aktörer would change: held against the register now, and when it was fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.samtidighet import OKANT, utan_mask
from aktorer.grund.tecken import nyckel
from aktorer.models import Aktor
from insatser.andringar.arbetsbok import Aktorsplan
from insatser.fragor import arbetsbok as fragor
from insatser.regler.inlasning import Cell
from insatser.utbyte.excel import sammanfogning
from insatser.utbyte.excel.cellslag import HAMTA_NYTT
from insatser.utbyte.excel.kolumner import Mall
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.rad import Besked, Inrad

type Aktorsbesked = Besked[Aktorsplan]

FINNS = "Det finns redan en aktör som heter så. Ändra på dess rad, eller ge den nya ett annat namn."


class Aktorsplanering:
    """Plans the rows of one sheet, in a fixed number of queries."""

    def __init__(self, mall: Mall, ordlista: Ordlista, rader: Sequence[Inrad]) -> None:
        self.mall = mall
        self.ordlista = ordlista
        self.falt = (*mall.falt_av(Aktor), "del_av")
        self.nu: dict[int, Aktor] = Aktor.objects.in_bulk({rad["aktor_id"] for rad in rader if rad["aktor_id"]})
        self.fordom = fragor.aktorer_da(
            {pk: rad["version"] for rad in rader if (pk := rad["aktor_id"]) and self._inaktuell(rad)}
        )
        self.namn = {nyckel(namn): pk for pk, namn in ordlista.aktornamn.items()}
        self.nya_namn = Counter(nyckel(rad["namn"]) for rad in rader)
        self.original = self._original(rader)

    def _inaktuell(self, rad: Inrad) -> bool:
        nu = self.nu.get(rad["aktor_id"])
        return bool(rad["version"]) and nu is not None and nu.version != rad["version"]

    def _original(self, rader: Sequence[Inrad]) -> dict[int, int | None]:
        """{aktör: its row, None when nobody can tell}: who copies a row copies its hidden id as well, and the one that
        kept the name is the aktör.
        """
        per_id: dict[int, list[Inrad]] = {}
        for rad in rader:
            if rad["aktor_id"]:
                per_id.setdefault(rad["aktor_id"], []).append(rad)
        ut: dict[int, int | None] = {}
        for pk, lika in per_id.items():
            namnen = {a.namn for a in (self.nu.get(pk), self.fordom.get(pk)) if a}
            kvar = lika if len(lika) == 1 else [rad for rad in lika if rad["namn"] in namnen]
            ut[pk] = kvar[0].rad if len(kvar) == 1 else None
        return ut

    def planera(self, rader: Sequence[Inrad]) -> Iterator[tuple[Inrad, Aktorsbesked]]:
        """What is found of each row that says anything."""
        for rad in rader:
            ut: Aktorsbesked = Besked()
            if not rad.olasta.keys() & {"aktor_id", "version"}:
                self._bedom(rad, ut)
            ut.fel = [(falt, text) for falt, text in ut.fel if falt not in rad.olasta]
            if rad.olasta or ut.hindrad:
                ut.plan = None
            yield rad, ut

    def _bedom(self, rad: Inrad, ut: Aktorsbesked) -> None:
        pk = rad["aktor_id"]
        if pk and self.original[pk] is None:
            ut.neka("namn", "Flera rader är kopior av samma aktör. Låt bara en av dem ha kvar namnet.")
        elif pk and self.original[pk] == rad.rad:
            self._andra(rad, ut)
        else:
            self._ny(rad, ut)

    # A row of an aktör

    def _andra(self, rad: Inrad, ut: Aktorsbesked) -> None:
        nu = self.nu.get(rad["aktor_id"])
        if nu is None or nu.uppgatt_i_id:
            vad = "är sammanslagen med en annan" if nu else "finns inte längre i registret"
            ut.neka("namn", f"Aktören {vad}. Ta bort raden.")
            return
        mina = {falt: rad[falt] for falt in self.falt if falt not in rad.olasta}
        deras = self._celler(nu)
        if all(deras[falt] == varde for falt, varde in mina.items()):
            return
        if not rad["version"]:
            ut.neka("version", f"Raden saknar sin version. {HAMTA_NYTT}")
            return
        da = nu if nu.version == rad["version"] else self.fordom.get(nu.pk)
        if da is None:
            ut.neka("version", f"Den versionen av aktören finns inte. {HAMTA_NYTT}")
            return
        bas = self._celler(da)
        if da is not nu:
            bas = {falt: utan_mask(varde) for falt, varde in bas.items()}
        val = sammanfogning.valda(rad, deras, self.mall, self.ordlista)
        skriv, krockar = sammanfogning.sammanfoga(bas, deras, mina, val)
        for k in krockar:
            utan_bas = replace(k, bas=deras[str(k.falt)]) if k.bas is OKANT else k
            konflikt = sammanfogning.konflikt(rad, nu.namn, utan_bas, self.mall, self.ordlista)
            ut.konflikter.append(replace(konflikt, bas=self._i_ord(str(k.falt), k.bas)))
        if skriv:
            self._plan(rad, nu, deras, {**deras, **skriv}, ut)

    # A row of a new one

    def _ny(self, rad: Inrad, ut: Aktorsbesked) -> None:
        blir = {falt: rad[falt] for falt in self.falt}
        if not any(blir.values()):
            return
        if rad["aktor_id"]:
            ut.noter.append("Raden är en kopia och blir en ny aktör. Den gamla ändras inte.")
        self._plan(rad, None, {falt: self.mall.tomma[falt] for falt in self.falt}, blir, ut)

    # What holds for every row

    def _plan(self, rad: Inrad, nu: Aktor | None, fore: dict[str, Any], blir: dict[str, Any], ut: Aktorsbesked) -> None:
        andrade = [falt for falt in self.falt if nu is None or blir[falt] != fore[falt]]
        for falt in andrade:
            self._granska(falt, blir[falt], ut)
        if "namn" in andrade and blir["namn"]:
            annan = self.namn.get(nyckel(blir["namn"]))
            if (annan and not (nu and annan == nu.pk)) or self.nya_namn[nyckel(blir["namn"])] > 1:
                ut.neka("namn", FINNS)
        if nu and blir["del_av"] == nu.pk:
            ut.neka("del_av", "En aktör kan inte vara del av sig själv.")
        ut.celler = [
            Cell(self.mall.per_falt[f].rubrik, self._i_ord(f, fore[f]), self._i_ord(f, blir[f]))
            for f in self.mall.per_falt
            if f in andrade and blir[f] != fore[f]
        ]
        varden = {falt: blir[falt] for falt in andrade if falt != "del_av"}
        if "del_av" in andrade:
            varden["del_av_id"] = blir["del_av"]
        ut.plan = Aktorsplan(
            rad=rad.rad,
            nummer="",
            titel=blir["namn"],
            celler=tuple(ut.celler),
            noter=tuple(ut.noter),
            ny=nu is None,
            aktor_id=nu.pk if nu else None,
            varden=varden,
        )

    def _granska(self, falt: str, varde: Any, ut: Aktorsbesked) -> None:
        """The faults of the value, in the words of the page."""
        if falt == "del_av":
            return
        if falt == "slag" and not varde:
            ut.neka("slag", "Välj vad för slags aktör det är.")
        elif falt == "namn" and not varde:
            ut.neka("namn", "Aktören måste ha ett namn.")
        elif fel := self.mall.per_falt[falt].for_lang(varde):
            ut.neka(falt, fel)
        else:
            try:
                Aktor._meta.get_field(falt).clean(varde, None)  # type: ignore[union-attr]
            except ValidationError as fel_:
                ut.neka(falt, " ".join(fel_.messages))

    def _celler(self, aktor: Any) -> dict[str, Any]:
        """What an aktör, or an event of one, says as a workbook gives it back."""
        celler = {falt: self.mall.per_falt[falt].slag.genom_fil(getattr(aktor, falt)) for falt in self.falt[:-1]}
        del_av = self.ordlista.sammanslagna.get(aktor.del_av_id, aktor.del_av_id)
        return {**celler, "del_av": del_av}

    def _i_ord(self, falt: str, varde: Any) -> str:
        return str(varde) if varde is OKANT else self.mall.per_falt[falt].slag.i_ord(varde, self.ordlista)
