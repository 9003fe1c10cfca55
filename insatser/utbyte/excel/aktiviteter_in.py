"""What each row of a handlingsplan's aktiviteter would change: held against the plan now, and when it was fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from aktorer.grund.samtidighet import Konflikt
from aktorer.grund.tecken import nyckel
from insatser.andringar.aktivitet import RAPPORTERAS, Aktivitetsplan
from insatser.andringar.roller import Rollrad
from insatser.fragor import inlasning as underlag
from insatser.fragor.handlingsplan import frysning
from insatser.fragor.inlasning import Aktivitetslage, Nummer, Rolldel
from insatser.models import Aktivitet, Handlingsplan
from insatser.regler import nummer as insatsnummer
from insatser.regler.aktivitetstid import OMVANT, TIDER, TVA_TIDER, en_tidpunkt, omvant, utanfor
from insatser.regler.bojning import uppraknat
from insatser.regler.inlasning import Cell
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.status import Status, aktivitetsfel
from insatser.utbyte.excel import sammanfogning
from insatser.utbyte.excel.cellslag import HAMTA_NYTT
from insatser.utbyte.excel.kolumner import Mall
from insatser.utbyte.excel.nummer import Nummerkoll
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.rad import Besked, Inrad
from insatser.utbyte.excel.sammanfogning import ROLLFALT

type Aktivitetsbesked = Besked[Aktivitetsplan]

GRANSER = ("start", "slut")
DUBBEL = "Aktiviteten finns redan under insatsen. Ändra på dess rad, eller ge den nya en annan titel."
BORTTAGEN = "Aktiviteten finns inte längre i planen. Ta bort raden, eller skriv den på en ny rad om den ska in igen."


class Aktivitetsplanering:
    """Plans the rows of one workbook. Reads what it needs at the start, in a fixed number of queries."""

    def __init__(self, plan: Handlingsplan, mall: Mall, ordlista: Ordlista, rader: Sequence[Inrad]) -> None:
        self.plan = plan
        self.mall = mall
        self.ordlista = ordlista
        self.fryst = "" if plan.kan_andras else f"{frysning(plan)} Här kan du ändra Status och Kommentar."
        self.falt = mall.falt_av(Aktivitet)
        self.prioriterade = underlag.prioriterade(plan)
        self.nummer = {pk: nummer for nummer, pk in self.prioriterade.items()}
        kolumner = [*dict.fromkeys([*self.falt, *TIDER])]
        self.nu = underlag.aktiviteter(plan, kolumner)
        self.fordom = underlag.aktiviteter_vid_versioner(
            {rad["aktivitet_id"]: rad["version"] for rad in rader if self._inaktuell(rad)}, kolumner
        )
        self.nummerkoll = Nummerkoll(rader, mall.per_falt["nummer"].rubrik, "aktivitet_id", self._nummer_da(rader))
        self.kopia_av: dict[int, int] = {}
        self.oklara: dict[int, str] = {}
        self._reda_ut_kopior(rader)
        self.titlar: Counter[tuple[int | None, str]] = Counter()
        self.titlar.update((a.prioritering_id, nyckel(a.varden["titel"])) for a in self.nu.values())
        self.titlar.update(self._plats(rad) for rad in rader if self._ar_ny(rad))

    # What a row is about

    def _inaktuell(self, rad: Inrad) -> bool:
        nu = self.nu.get(rad["aktivitet_id"])
        return bool(rad["aktivitet_id"] and rad["version"]) and (nu is None or nu.version != rad["version"])

    def _da(self, rad: Inrad) -> Aktivitetslage | None:
        """What the row started from; None when that never was."""
        nu, da = self.nu.get(rad["aktivitet_id"]), self.fordom.get(rad["aktivitet_id"])
        return next((a for a in (nu, da) if a and a.version == rad["version"]), None)

    def _nummer_da(self, rader: Sequence[Inrad]) -> Callable[[Collection[int]], dict[int, Nummer]]:
        """What gives {aktivitet: the number that it stood under when it was fetched}, as far as the plan has it."""
        per_id = {rad["aktivitet_id"]: da for rad in rader if rad["aktivitet_id"] and (da := self._da(rad))}
        kanda = {pk: n for pk, da in per_id.items() if (n := self.nummer.get(da.prioritering_id))}
        return lambda ids: {pk: kanda[pk] for pk in ids if pk in kanda}

    def _reda_ut_kopior(self, rader: Sequence[Inrad]) -> None:
        """Who copies a row in a spreadsheet copies its hidden id as well: the one that kept its title is the aktivitet.

        When none did, or several, nobody can tell.
        """
        per_id: dict[int, list[Inrad]] = {}
        for rad in rader:
            if rad["aktivitet_id"]:
                per_id.setdefault(rad["aktivitet_id"], []).append(rad)
        for lika in per_id.values():
            if len(lika) == 1:
                continue
            kvar = [rad.rad for rad in lika if rad["titel"] in self._titlar(rad)]
            if len(kvar) == 1:
                self.kopia_av |= {rad.rad: kvar[0] for rad in lika if rad.rad != kvar[0]}
                continue
            vilka = f"Raderna {uppraknat([str(rad.rad) for rad in lika])} är kopior av samma aktivitet."
            text = f"{vilka} Låt bara en av dem ha kvar titeln, och ge de andra egna."
            self.oklara |= {rad.rad: text for rad in lika}

    def _titlar(self, rad: Inrad) -> set[Any]:
        """The titles that the row's aktivitet has, and had when it was fetched."""
        return {self._celler(a)["titel"] for a in (self.nu.get(rad["aktivitet_id"]), self._da(rad)) if a}

    def _ar_ny(self, rad: Inrad) -> bool:
        return rad["aktivitet_id"] is None or rad.rad in self.kopia_av

    def _plats(self, rad: Inrad) -> tuple[int | None, str]:
        """The same for new rows that people read as the same aktivitet."""
        return self.prioriterade.get(rad["nummer"]), nyckel(rad["titel"])

    def planera(self, rad: Inrad) -> Aktivitetsbesked:
        """Work out what the row changes. Cells that could not be read count as unchanged, so that the row's other
        faults are found as well.
        """
        ut: Aktivitetsbesked = Besked()
        if rad.olasta.keys() & {"aktivitet_id", "version"}:
            return ut
        if rad["ansvarig"] in rad["medverkande"]:
            # Who names an ansvarig has said all that is needed: one aktör has one role, the weightier one.
            rad.varden["medverkande"] = tuple([a for a in rad["medverkande"] if a != rad["ansvarig"]])
        if rad.rad in self.oklara:
            ut.neka("titel", self.oklara[rad.rad])
        elif self._ar_ny(rad):
            self._ny(rad, ut)
        else:
            self._andra(rad, ut)
        ut.fel = [(falt, text) for falt, text in ut.fel if falt not in rad.olasta]
        return ut

    # A row of an aktivitet

    def _andra(self, rad: Inrad, ut: Aktivitetsbesked) -> None:
        nu, da = self.nu.get(rad["aktivitet_id"]), self._da(rad)
        if nu is None:
            if da is None or self._sager_nytt(rad, da):
                ut.neka("titel", BORTTAGEN)
        elif da is None:
            text = "Den versionen av aktiviteten finns inte." if rad["version"] else "Raden saknar sin version."
            ut.neka("version", f"{text} {HAMTA_NYTT}")
        else:
            self._jamfor(rad, da, nu, ut)

    def _sager_nytt(self, rad: Inrad, da: Aktivitetslage) -> bool:
        """Whether the row says anything else than it did when it was fetched."""
        fore = {**self._celler(da), **self._rollceller(da)}
        fore["nummer"] = fore["nummer"] or rad["nummer"]  # the insats may have left the plan since
        return any(fore[falt] != varde for falt, varde in {**self._mina(rad), **self._mina_roller(rad)}.items())

    def _jamfor(self, rad: Inrad, da: Aktivitetslage, nu: Aktivitetslage, ut: Aktivitetsbesked) -> None:
        deras = {**self._celler(nu), **self._rollceller(nu)}
        val = sammanfogning.valda(rad, deras, self.mall, self.ordlista) if rad.val else {}
        skriv, krockar = sammanfogning.sammanfoga(self._celler(da), deras, self._mina(rad), val)
        roller, rollkrockar = self._jamfor_roller(rad, da, nu, val)
        blir = _med_en_tidpunkt({**deras, **skriv}) | (_ur_rollrader(roller) if roller is not None else {})
        andrade = [falt for falt in self.mall.per_falt if falt in blir and blir[falt] != deras[falt]]
        krockar += rollkrockar
        lasta = {*andrade, *(k.falt for k in krockar)} - {*RAPPORTERAS}
        if self.fryst and lasta:
            ut.fel = [(falt, self.fryst) for falt in self.mall.per_falt if falt in lasta]
            return
        ut.konflikter = [sammanfogning.konflikt(rad, deras["titel"], k, self.mall, self.ordlista) for k in krockar]
        ut.celler = [self._cell(falt, deras[falt], blir[falt]) for falt in andrade]
        self._granska(rad, andrade, blir, ut)
        if andrade and not ut.hindrad:
            alla = None if {*andrade} <= {*RAPPORTERAS, "nummer"} else _hela(nu.delar, roller)
            ut.plan = self._plan(rad, nu.pk, {falt: blir[falt] for falt in andrade}, blir, alla, ut)

    def _jamfor_roller(
        self, rad: Inrad, da: Aktivitetslage, nu: Aktivitetslage, val: Mapping[str, Any]
    ) -> tuple[tuple[Rollrad, ...] | None, list[Konflikt]]:
        mina = self._mina_roller(rad)
        return sammanfogning.roller(self._synliga(da), self._synliga(nu), mina, val) if mina else (None, [])

    # A row of a new one

    def _ny(self, rad: Inrad, ut: Aktivitetsbesked) -> None:
        if self.fryst:
            ut.neka("titel", self.fryst)
            return
        if rad.rad in self.kopia_av:
            ut.noter.append(f"Raden är en kopia av rad {self.kopia_av[rad.rad]} och blir en ny aktivitet.")
        blir = {falt: rad[falt] for falt in (*ROLLFALT, *self.falt)} | self._mina(rad)
        blir["status"] = blir["status"] or Status.PLANERAD.value
        self._granska(rad, [*blir], blir, ut)
        if rad["titel"] and rad["nummer"] in self.prioriterade and self.titlar[self._plats(rad)] > 1:
            ut.neka("titel", DUBBEL)
        ut.celler = [
            self._cell(k.falt, k.slag.tomt, blir[k.falt])
            for k in self.mall.kolumner
            if k.falt in blir and blir[k.falt] != k.slag.tomt
        ]
        if not ut.fel and not rad.olasta:
            roller, _ = sammanfogning.roller([], [], {falt: blir[falt] for falt in ROLLFALT})
            ut.plan = self._plan(rad, None, blir, blir, roller or (), ut)

    # What holds for every row

    def _granska(self, rad: Inrad, andrade: Collection[str], blir: Mapping[str, Any], ut: Aktivitetsbesked) -> None:
        """The faults of what the row changes, in the words of the pages."""
        if "nummer" in andrade:
            self._granska_nummer(rad, ut)
        if "titel" in andrade and not blir["titel"]:
            ut.neka("titel", "Skriv vad som ska göras.")
        for falt in andrade:
            if isinstance(blir[falt], str) and (fel := self.mall.per_falt[falt].for_lang(blir[falt])):
                ut.neka(falt, fel)
        if not blir["status"]:
            ut.neka("status", "Aktiviteten måste ha en status.")
        elif {*RAPPORTERAS} & {*andrade}:
            ut.fel += aktivitetsfel(blir["status"], blir["kommentar"]).items()
        if {*GRANSER, "milstolpe"} & {*andrade}:
            self._granska_tider({*GRANSER} & {*andrade}, blir, ut)

    def _granska_nummer(self, rad: Inrad, ut: Aktivitetsbesked) -> None:
        if rad["nummer"] is None:
            ut.neka("nummer", "Skriv numret på en insats som är prioriterad i planen.")
            return
        omrade, ordning = rad["nummer"]
        if self.nummerkoll.tvetydigt(rad) and (omrade, ordning * 10) in self.prioriterade:
            # 1.10 written as a number is 1.1.
            ut.neka("nummer", f"Är det {omrade}.{ordning} eller {omrade}.{ordning}0? Skriv numret som text.")
        elif rad["nummer"] not in self.prioriterade:
            ut.neka("nummer", f"Insats {omrade}.{ordning} är inte prioriterad i planen. Lyft in den först.")

    def _granska_tider(self, andrade: Collection[str], blir: Mapping[str, Any], ut: Aktivitetsbesked) -> None:
        tider = _i_kolumner({falt: blir[falt] for falt in GRANSER})
        if blir["milstolpe"] and en_tidpunkt(*(tider[falt] for falt in TIDER)) is None:
            ut.neka("milstolpe", TVA_TIDER)
        elif fore := omvant(tider):
            ut.neka(fore.removesuffix("_dag"), OMVANT)
        andrade_tider = _i_kolumner({falt: blir[falt] for falt in andrade})
        for falt, text in utanfor(andrade_tider, self.plan.ar_fran, self.plan.ar_till).items():
            ut.neka(falt.removesuffix("_dag"), text)

    # As cells

    def _celler(self, a: Aktivitetslage) -> dict[str, Any]:
        """What an aktivitet says, as a workbook gives it back."""
        celler = {
            falt: self.mall.per_falt[falt].slag.genom_fil(
                (a.varden[falt], a.varden[f"{falt}_dag"]) if falt in GRANSER else a.varden[falt]
            )
            for falt in self.falt
        }
        return {"nummer": self.nummer.get(a.prioritering_id), **celler}

    def _mina(self, rad: Inrad) -> dict[str, Any]:
        """What the row says of the aktivitet itself, where that could be read."""
        return _med_en_tidpunkt({falt: rad[falt] for falt in ("nummer", *self.falt) if falt not in rad.olasta})

    def _mina_roller(self, rad: Inrad) -> dict[str, Any]:
        """The same of who does it; nothing unless both cells could be read."""
        return {} if rad.olasta.keys() & {*ROLLFALT} else {falt: rad[falt] for falt in ROLLFALT}

    def _synliga(self, a: Aktivitetslage) -> list[Rolldel]:
        """Who stands in the workbook, as it is read: not who has declined, and whoever was merged as whom they are."""
        delar: dict[int, Rolldel] = {}
        for d in a.delar:
            if d.deltagande != Deltagande.AVBOJD:
                aktor = self.ordlista.sammanslagna.get(d.aktor_id, d.aktor_id)
                delar.setdefault(aktor, d._replace(aktor_id=aktor))
        return list(delar.values())

    def _rollceller(self, a: Aktivitetslage) -> dict[str, Any]:
        return sammanfogning.rollceller(self._synliga(a))

    # Into words

    def _i_ord(self, falt: str, *varden: Any) -> list[str]:
        return [self.mall.per_falt[falt].slag.i_ord(varde, self.ordlista) for varde in varden]

    def _cell(self, falt: str, fore: Any, efter: Any) -> Cell:
        return Cell(self.mall.per_falt[falt].rubrik, *self._i_ord(falt, fore, efter))

    def _plan(
        self,
        rad: Inrad,
        aktivitet_id: int | None,
        skriv: Mapping[str, Any],
        blir: Mapping[str, Any],
        roller: tuple[Rollrad, ...] | None,
        ut: Aktivitetsbesked,
    ) -> Aktivitetsplan:
        return Aktivitetsplan(
            rad=rad.rad,
            nummer=insatsnummer.skriv(*blir["nummer"]),
            titel=blir["titel"],
            celler=tuple(ut.celler),
            noter=tuple(ut.noter),
            ny=aktivitet_id is None,
            aktivitet_id=aktivitet_id,
            prioritering_id=self.prioriterade[blir["nummer"]],
            varden=_i_kolumner({falt: varde for falt, varde in skriv.items() if falt in self.falt}),
            roller=roller,
        )


def _med_en_tidpunkt(celler: Mapping[str, Any]) -> dict[str, Any]:
    """A milstolpe with its one time as both start and end; where it has two they are left to be told."""
    if celler.get("milstolpe") and {*GRANSER} <= celler.keys():
        tider = _i_kolumner({falt: celler[falt] for falt in GRANSER})
        if ett := en_tidpunkt(*(tider[falt] for falt in TIDER)):
            start, slut, start_dag, slut_dag = ett
            return {**celler, "start": (start, start_dag), "slut": (slut, slut_dag)}
    return dict(celler)


def _i_kolumner(celler: Mapping[str, Any]) -> dict[str, Any]:
    """{column: value} of cells by field: a quarter and its day stand in one cell and in two columns."""
    ut: dict[str, Any] = {}
    for falt, varde in celler.items():
        if falt in GRANSER:
            ut[falt], ut[f"{falt}_dag"] = varde
        else:
            ut[falt] = varde
    return ut


def _ur_rollrader(roller: Iterable[Rollrad]) -> dict[str, Any]:
    """What the two cells say of these roles."""
    return sammanfogning.rollceller([Rolldel(r.aktor_id, r.roll, r.ansvarar_for, r.deltagande) for r in roller])


def _hela(delar: Sequence[Rolldel], nya: Sequence[Rollrad] | None) -> tuple[Rollrad, ...]:
    """All roles of an aktivitet: as they are when there are no `nya`, else those and who has declined another part."""
    som_de_ar = [Rollrad(d.aktor_id, Roll(d.roll), d.ansvarar_for, Deltagande(d.deltagande)) for d in delar]
    if nya is None:
        return tuple(som_de_ar)
    upptagna = {r.aktor_id for r in nya}
    roller_nu = {r.roll for r in nya} & {Roll.ANSVARIG}
    kvar = (r for r in som_de_ar if r.deltagande == Deltagande.AVBOJD and r.aktor_id not in upptagna)
    return (*nya, *(r for r in kvar if r.roll not in roller_nu))
