"""What each row of a workbook would change: compared with the insats now, and with what it was when it was fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from aktorer.grund.samtidighet import Konflikt, utan_mask
from aktorer.grund.tecken import nyckel
from insatser.andringar.inlasning import Radplan
from insatser.andringar.insats import nasta_ordning
from insatser.andringar.roller import Rollrad
from insatser.fragor import inlasning as underlag
from insatser.fragor.inlasning import Insatslage, Nummer, Rolldel
from insatser.fragor.insats import hinder
from insatser.models import Fardplan, Insats, Lagesrapport
from insatser.regler import nummer as insatsnummer
from insatser.regler.bojning import i_ord
from insatser.regler.inlasning import Cell
from insatser.regler.medverkan import Roll
from insatser.regler.status import BEDOMNING_KRAVER_KOMMENTAR, kommentar_kravs, lagesfel
from insatser.utbyte.excel import sammanfogning
from insatser.utbyte.excel.cellslag import HAMTA_NYTT
from insatser.utbyte.excel.kolumner import Mall
from insatser.utbyte.excel.nummer import Nummerkoll
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.rad import Besked, Inrad
from insatser.utbyte.excel.sammanfogning import ROLLFALT


@dataclass(slots=True)
class Insatsbesked(Besked[Radplan]):
    """With what its plan is to write."""

    texter: dict[str, str] = field(default_factory=dict)
    gemensam: bool = False
    i_alla: bool = False
    byter_typ: bool = False
    roller: tuple[Rollrad, ...] | None = None
    lage: dict[str, Any] | None = None


class Insatsplanering:
    """Plans the rows of one workbook. Reads what it needs at the start, in a fixed number of queries.

    `utan`: the fields that the workbook has no column for.
    """

    def __init__(
        self, fardplan: Fardplan, mall: Mall, ordlista: Ordlista, rader: Sequence[Inrad], utan: Set[str]
    ) -> None:
        self.fardplan = fardplan
        self.mall = mall
        self.ordlista = ordlista
        self.utan = utan
        self.idag = timezone.localdate()
        self.insatsfalt = mall.falt_av(Insats)
        self.lagesfalt = mall.falt_av(Lagesrapport)
        self.inget_lage = {falt: mall.tomma[falt] for falt in self.lagesfalt}
        self.alla_karnor = f"alla {i_ord(Fardplan.objects.filter(program=fardplan.program_id).count())} stadskärnor"
        self.nummer = Nummerkoll(rader, mall.per_falt["nummer"].rubrik, "insats_id", underlag.nummer_nu, unika=True)
        self.antal = Counter(rad["nummer"] for rad in rader if rad["nummer"])
        self._cellerna: dict[int, tuple[Insatslage, dict[str, Any]]] = {}
        # 1.10 written as a number is 1.1: such rows are held against what they might have been.
        self.tvetydiga = Counter(rad["nummer"] for rad in rader if rad["nummer"] and self.nummer.tvetydigt(rad))
        tior = {(m, o * 10) for m, o in self.tvetydiga}
        self.nu = underlag.insatser(fardplan, {*self.antal, *tior}, self.insatsfalt)
        self.tvillingar = self._hitta_tvillingar(rader)
        self._las_fordom(rader)
        self._las_typbyten(rader)
        self._nasta: dict[tuple[int, bool], int] = {}
        self._sista_i_filen: dict[int, int] = {}
        for omrade, ordning in self.antal:
            self._sista_i_filen[omrade] = max(ordning, self._sista_i_filen.get(omrade, 0))

    def _hitta_tvillingar(self, rader: Sequence[Inrad]) -> dict[int, str]:
        """{row: what its new insats is called the same as} in the målområde, or on a row above."""
        nya = [rad for rad in rader if rad["titel"] and rad["malomrade"] and rad["nummer"] not in self.nu]
        if not nya:
            return {}
        hur = f" i {self.alla_karnor}"
        finns: dict[tuple[int, str], str] = {}
        for (omrade, ordning), titel, gemensam, avford in underlag.titlar(self.fardplan):
            vad = f"{insatsnummer.skriv(omrade, ordning)} ”{titel}”{', som är avförd' if avford else ''}"
            en, var = ("En gemensam insats", f",{hur}") if gemensam else ("En insats", "")
            finns[omrade, nyckel(titel)] = f"{en} med samma titel finns redan i målområdet{var}: {vad}."
        tvillingar: dict[int, str] = {}
        for rad in nya:
            namn = (rad["malomrade"], nyckel(rad["titel"]))
            if namn in finns:
                skulle = f" Läggs den upp ändå visas den{hur}." if rad["typ"] else ""
                tvillingar[rad.rad] = finns[namn] + skulle
            else:
                finns[namn] = f"Samma titel står på rad {rad.rad}."
        return tvillingar

    def _las_fordom(self, rader: Sequence[Inrad]) -> None:
        """What stale rows started from, and where insatser went whose number no longer is theirs."""
        versioner: dict[int, int] = {}
        borta: set[int] = set()
        for rad in rader:
            nu, pk, version = self.nu.get(rad["nummer"]), rad["insats_id"], rad["version"]
            if pk and (nu is None or nu.pk != pk):
                borta.add(pk)
            if pk and version and (nu is None or nu.version != version):
                versioner[pk] = version
        omraden = {m.pk: m.nummer for m in self.ordlista.malomraden.values()}
        self.fordom = underlag.vid_versioner(versioner, omraden, self.insatsfalt)
        self.flyttade = underlag.nummer_nu(borta)
        lagen = {nu.lage_id for nu in self.nu.values()} | {rad["lage_id"] for rad in rader}
        self.rapporter = underlag.rapporter(lagen)

    def _las_typbyten(self, rader: Sequence[Inrad]) -> None:
        """What stands in the way of another kind."""
        blir_egna, blir_gemensamma = set(), set()
        for rad in rader:
            nu = self.nu.get(rad["nummer"]) if rad["nummer"] else None
            if nu and nu.gemensam and rad["typ"] is False:
                blir_egna.add(nu.pk)
            if rad["nummer"] and rad["typ"] and not (nu and nu.gemensam):
                blir_gemensamma.add(rad["nummer"])
        self.hinder = hinder(blir_egna, self.fardplan)
        self.ovriga_karnors = underlag.ovriga_karnors(self.fardplan, blir_gemensamma) if blir_gemensamma else {}

    def planera(self, rad: Inrad) -> Insatsbesked:
        """Work out what the row changes. Cells that could not be read count as unchanged, so that the row's other
        faults are found as well.
        """
        ut = Insatsbesked()
        if "nummer" in rad.olasta:
            return ut
        nu = self.nu.get(rad["nummer"])
        if rad.olasta or self.utan:
            self._bortse(rad, nu)
        self._granska_nummer(rad, ut)
        if not ut.fel:
            if nu:
                self._andra(rad, nu, ut)
            else:
                self._ny(rad, ut)
        ut.fel = [(falt, text) for falt, text in ut.fel if falt not in rad.olasta]
        if ut.celler and not ut.hindrad:
            ut.plan = self._plan(rad, nu, ut)
        return ut

    def _bortse(self, rad: Inrad, nu: Insatslage | None) -> None:
        """Let the row say what stands already, where it could not be read or has no column."""
        falt = {*rad.olasta, *self.utan, *(self.lagesfalt if rad.olasta.keys() & {*self.lagesfalt} else ())}
        varden: dict[str, Any] = {**self.inget_lage, "malomrade": rad["nummer"] and rad["nummer"][0]}
        if nu:
            tekniska: dict[str, Any] = {"insats_id": nu.pk, "version": nu.version, "lage_id": nu.lage_id}
            tekniska["fardplan"] = self.ordlista.fardplan
            varden |= self._texter(nu) | sammanfogning.rollceller(nu.delar) | self._lage(nu.lage_id) | tekniska
        for namn in falt & varden.keys():
            rad.varden[namn] = varden[namn]

    # What holds for every row

    def _granska_nummer(self, rad: Inrad, ut: Insatsbesked) -> None:
        if rad["nummer"] is None:
            return
        omrade, ordning = rad["nummer"]
        if self.nummer.tvetydigt(rad) and self._kan_vara_en_tia(rad):
            ut.neka("nummer", f"Är det {omrade}.{ordning} eller {omrade}.{ordning}0? Skriv numret som text.")
        elif self.antal[rad["nummer"]] - self.tvetydiga[rad["nummer"]] > 1:
            ut.neka("nummer", "Numret står på flera rader. Varje insats får ha en rad.")
        elif omrade not in self.ordlista.malomraden:
            finns = ", ".join(map(str, self.ordlista.malomraden))
            ut.neka("nummer", f"Det finns inget målområde {omrade}. Numret ska börja med {finns}.")
        elif rad["malomrade"] != omrade:
            ratt = self.ordlista.malomraden[omrade]
            ut.neka("malomrade", f"Numret {omrade}.{ordning} hör till ”{ratt}”. Skriv det, eller ändra numret.")
        if rad["ansvarig"] and rad["ansvarig"] in rad["medverkande"]:
            # Who names an ansvarig has said all that is needed: one aktör has one role, the weightier one.
            rad.varden["medverkande"] = tuple([a for a in rad["medverkande"] if a != rad["ansvarig"]])

    def _kan_vara_en_tia(self, rad: Inrad) -> bool:
        """Whether somebody has the number already, or the one that it may have been before it lost its zero."""
        omrade, ordning = rad["nummer"]
        return self.antal[rad["nummer"]] > 1 or bool(self.nu.keys() & {(omrade, ordning), (omrade, ordning * 10)})

    def _granska_skal(self, delar: Iterable[Rollrad | Rolldel], ut: Insatsbesked) -> None:
        """Why nobody is ansvarig can be said only when nobody is."""
        if ut.texter.get("utan_ansvarig") and any(d.roll == Roll.ANSVARIG for d in delar):
            ut.neka("utan_ansvarig", "Insatsen har en ansvarig. Töm cellen, eller cellen Ansvarig.")

    def _granska_langd(self, rad: Inrad, falt: Iterable[str], ut: Insatsbesked) -> None:
        for namn in falt:
            if fel := self.mall.per_falt[namn].for_lang(rad[namn]):
                ut.neka(namn, fel)

    # A row whose insats exists

    def _andra(self, rad: Inrad, nu: Insatslage, ut: Insatsbesked) -> None:
        bas = self._bas(rad, nu, ut)
        baslage = self._baslage(rad, nu, ut)
        if bas is None or baslage is None:
            return
        lage = self._lage(nu.lage_id)
        val = self._valda(rad, {**self._texter(nu), **sammanfogning.rollceller(nu.delar), **lage})
        if val.get("ansvarig", rad["ansvarig"]) and rad["utan_ansvarig"] == self._texter(nu)["utan_ansvarig"] != "":
            rad.varden["utan_ansvarig"] = ""
            ut.noter.append("Insatsen får en ansvarig: skälet till att ingen var utsedd tas bort.")
        self._jamfor_texter(rad, bas, nu, val, ut)
        self._jamfor_roller(rad, bas, nu, val, ut)
        self._granska_skal(nu.delar if ut.roller is None else ut.roller, ut)
        if nu.gemensam and ut.celler:
            ut.i_alla = True
            ut.noter.append(f"Gemensam insats: ändringen gäller i {self.alla_karnor}.")
        self._jamfor_lage(rad, baslage, lage, val, ut)
        if nu.avford and not ut.tomt:
            # Conflicts and rules do not matter: nothing of it can be written.
            ut.konflikter.clear()
            ut.fel.clear()
            ut.neka("nummer", f"Insatsen avfördes {nu.avford} och ändras inte här. Återta den på dess sida först.")

    def _bas(self, rad: Inrad, nu: Insatslage, ut: Insatsbesked) -> Insatslage | None:
        """What the row started from, or None with the fault said."""
        if rad["insats_id"] is None or rad["version"] is None or not rad["fardplan"]:
            text = f"Numret är upptaget av ”{nu.texter['titel']}”, och raden säger inte vilken version den bygger på."
            ut.neka("nummer", f"{text} {HAMTA_NYTT}")
            return None
        if rad["insats_id"] != nu.pk:
            text = f"Numret är upptaget av ”{nu.texter['titel']}”, men raden gällde en annan insats när den hämtades."
            ut.neka("nummer", f"{text} {HAMTA_NYTT}")
            return None
        if rad["version"] == nu.version:
            return nu
        da = self.fordom.get(nu.pk)
        if da is None or da.version != rad["version"]:
            ut.neka("version", f"Den versionen av insatsen finns inte. {HAMTA_NYTT}")
            return None
        if da.nummer != nu.nummer:
            ut.neka("nummer", f"Insatsen hade ett annat nummer när arbetsboken hämtades. {HAMTA_NYTT}")
            return None
        return da

    def _baslage(self, rad: Inrad, nu: Insatslage, ut: Insatsbesked) -> dict[str, Any] | None:
        """The läge that the row started from, or None with the fault said."""
        rapport = self.rapporter.get(rad["lage_id"]) if rad["lage_id"] else None
        egen = rapport and rapport.insats_id == nu.pk and rapport.stadskarna_id == self.fardplan.stadskarna_id
        if rad["lage_id"] and not egen:
            ut.neka("lage_id", f"Lägesrapporten hör inte till insatsen här. {HAMTA_NYTT}")
            return None
        bas = self._lage(rad["lage_id"])
        if rad["version"] != nu.version:  # a report has none, but what it is of got another when it was masked
            bas = {falt: utan_mask(varde) for falt, varde in bas.items()}
        return bas

    def _lage(self, pk: int | None) -> dict[str, Any]:
        rapport: Lagesrapport | None = self.rapporter.get(pk) if pk else None
        if rapport is None:
            return self.inget_lage
        return {falt: self.mall.per_falt[falt].slag.genom_fil(getattr(rapport, falt)) for falt in self.lagesfalt}

    def _texter(self, i: Insatslage) -> dict[str, Any]:
        """The cells of its own columns; asked for of the same insats several times."""
        if i.pk not in self._cellerna or self._cellerna[i.pk][0] is not i:
            texter = {falt: self.mall.per_falt[falt].slag.genom_fil(text) for falt, text in i.texter.items()}
            self._cellerna[i.pk] = i, {**texter, "typ": i.gemensam}
        return dict(self._cellerna[i.pk][1])

    def _valda(self, rad: Inrad, deras: dict[str, Any]) -> dict[str, Any]:
        return sammanfogning.valda(rad, deras, self.mall, self.ordlista) if rad.val else {}

    def _jamfor_texter(
        self, rad: Inrad, bas: Insatslage, nu: Insatslage, val: dict[str, Any], ut: Insatsbesked
    ) -> None:
        deras = self._texter(nu)
        skriv, krockar = sammanfogning.sammanfoga(self._texter(bas), deras, {f: rad[f] for f in deras}, val)
        self._krock(rad, ut, krockar)
        ut.gemensam = skriv.get("typ", nu.gemensam)
        for falt, varde in skriv.items():
            self._cell(ut, falt, deras[falt], varde)
        ut.byter_typ = skriv.pop("typ", None) is not None
        ut.texter = skriv
        rad.varden |= {falt: val[falt] for falt in deras.keys() & val.keys()}
        self._granska_langd(rad, skriv, ut)
        if not rad["titel"]:
            ut.neka("titel", "Insatsen måste ha en titel.")
        if rad["typ"] is None:
            ut.neka("typ", "Välj Gemensam eller Kärnspecifik.")
        elif ut.byter_typ:
            self._byt_typ(nu, ut)

    def _byt_typ(self, nu: Insatslage, ut: Insatsbesked) -> None:
        ut.i_alla = True
        if ut.gemensam:
            self._granska_gemensamt_nummer(nu.nummer, ut)
            ut.noter.append(f"Insatsen blir gemensam och visas i {self.alla_karnor}.")
        elif nu.pk in self.hinder:
            ut.neka("typ", self.hinder[nu.pk])
        else:
            ut.noter.append("Insatsen blir kärnspecifik och försvinner ur de andra stadskärnornas insatskartor.")

    def _granska_gemensamt_nummer(self, nummer: Nummer, ut: Insatsbesked) -> None:
        if text := self.ovriga_karnors.get(nummer):
            ut.neka("nummer", f"{text} En gemensam insats behöver ett nummer som är ledigt överallt.")

    def _jamfor_roller(
        self, rad: Inrad, bas: Insatslage, nu: Insatslage, val: dict[str, Any], ut: Insatsbesked
    ) -> None:
        ut.roller, krockar = sammanfogning.roller(bas.delar, nu.delar, {f: rad[f] for f in ROLLFALT}, val)
        self._krock(rad, ut, krockar)
        if ut.roller is None:
            return
        nya: dict[str, Any] = {
            "ansvarig": next((r.aktor_id for r in ut.roller if r.roll == Roll.ANSVARIG), None),
            "medverkande": tuple(r.aktor_id for r in ut.roller if r.roll == Roll.MEDVERKANDE),
        }
        for falt, fore in sammanfogning.rollceller(nu.delar).items():
            if falt == "medverkande" and nya["ansvarig"] in fore:
                vem = self.ordlista.aktornamn[nya["ansvarig"]]
                ut.noter.append(f"{vem} går från medverkande till ansvarig.")
                if tuple([a for a in fore if a != nya["ansvarig"]]) == nya[falt]:
                    continue  # it follows from the other cell
            self._cell(ut, falt, fore, nya[falt])

    def _jamfor_lage(
        self, rad: Inrad, bas: dict[str, Any], nu: dict[str, Any], val: dict[str, Any], ut: Insatsbesked
    ) -> None:
        mina, krockar = sammanfogning.lage(bas, nu, {f: rad[f] for f in self.lagesfalt}, val)
        self._krock(rad, ut, krockar)
        if mina is None:
            return
        rad.varden |= mina
        lika = all(mina[f] == nu[f] for f in self.lagesfalt if f != "datum")
        if lika and rad["datum"] and nu["datum"] and rad["datum"] < nu["datum"]:
            # The same words of an earlier day are no report: the file is from before, or the day was mistyped.
            ut.noter.append(f"Läget är redan rapporterat {nu['datum']} med samma ord och lämnas som det är.")
            return
        for falt in self.lagesfalt:
            if mina[falt] != nu[falt]:
                self._cell(ut, falt, nu[falt], mina[falt])
        if nu["status"] and not rad["status"]:
            ut.neka("status", "Läget kan inte tas bort. Rapportera ett nytt, eller skriv tillbaka det gamla.")
            return
        if lika and rad["datum"] is None:
            ut.neka("datum", "Läget måste ha ett datum. Skriv tillbaka det, eller ange ett nytt.")
            return
        self._granska_gammal_kommentar(rad, nu, ut)
        self._nytt_lage(rad, rad["datum"] if rad["datum"] != nu["datum"] else None, nu["datum"], ut)

    def _granska_gammal_kommentar(self, rad: Inrad, nu: dict[str, Any], ut: Insatsbesked) -> None:
        """A comment that was written for the läge before says nothing of why the läge is another."""
        samma_lage = (rad["status"], rad["bedomning"]) == (nu["status"], nu["bedomning"])
        if samma_lage or not rad["kommentar"] or rad["kommentar"] != nu["kommentar"]:
            return
        if kommentar_kravs(rad["status"], rad["bedomning"]):
            falt = "bedomning" if rad["bedomning"] in BEDOMNING_KRAVER_KOMMENTAR else "status"
            orsak = self.mall.per_falt[falt].slag.i_ord(rad[falt], self.ordlista).lower()
            ut.neka("kommentar", f"Skriv en ny kommentar: den krävs vid ”{orsak}”. Den gamla gällde förra läget.")
        else:
            ut.noter.append("Kommentaren följer med från förra läget.")

    def _nytt_lage(self, rad: Inrad, angivet: date | None, senaste: date | None, ut: Insatsbesked) -> None:
        """A new report, on the day the row gives or today; with the faults that the rules find."""
        datum = angivet or self.idag
        if not rad["status"]:
            ut.neka("status", "Ange status, eller töm Bedömning, Kommentar och Datum.")
            return
        ut.fel += list(lagesfel(rad["status"], rad["bedomning"], rad["kommentar"]).items())
        self._granska_langd(rad, self.lagesfalt, ut)
        if datum > self.idag:
            ut.neka("datum", "Datumet ligger i framtiden. Ange i dag eller en tidigare dag.")
        elif senaste and datum < senaste:
            ut.neka("datum", f"Det senaste läget är från {senaste}. Ange samma dag eller en senare.")
        ut.lage = {f: rad[f] for f in self.lagesfalt} | {"datum": datum}
        if angivet is None:
            ut.noter.append(f"Läget får dagens datum, {datum}.")

    # A row whose insats does not exist

    def _ny(self, rad: Inrad, ut: Insatsbesked) -> None:
        if not self._verkligen_ny(rad, ut):
            return
        self._granska_ny(rad, ut)
        if any({f: rad[f] for f in self.lagesfalt}.values()):
            self._nytt_lage(rad, rad["datum"], None, ut)
        if ut.fel:
            return
        ut.gemensam = ut.i_alla = bool(rad["typ"])
        if rad.rad in self.tvillingar:
            ut.noter.append(self.tvillingar[rad.rad])
        elif ut.gemensam:
            ut.noter.append(f"Ny gemensam insats: den visas i {self.alla_karnor}.")
        if rad["nummer"] is None:
            rad.varden["nummer"] = self._nasta_nummer(rad)
        ut.texter = {f: rad[f] for f in self.insatsfalt}
        ut.roller = sammanfogning.roller([], [], {f: rad[f] for f in ROLLFALT})[0]
        self._granska_skal(ut.roller or (), ut)
        for k in self.mall.kolumner:
            if not k.dold and (varde := rad[k.falt]) not in (None, "", ()):
                ut.celler.append(Cell(k.rubrik, "", k.slag.i_ord(varde, self.ordlista)))

    def _granska_ny(self, rad: Inrad, ut: Insatsbesked) -> None:
        if not rad["titel"]:
            ut.neka("titel", "En ny insats måste ha en titel.")
        if rad["typ"] is None:
            ut.neka("typ", "Välj Gemensam eller Kärnspecifik för den nya insatsen.")
        if rad["malomrade"] is None:
            ut.neka("malomrade", "Välj målområde för den nya insatsen.")
        if rad["nummer"] and rad["typ"]:
            self._granska_gemensamt_nummer(rad["nummer"], ut)
        self._granska_langd(rad, self.insatsfalt, ut)

    def _verkligen_ny(self, rad: Inrad, ut: Insatsbesked) -> bool:
        """Whether the row was written or copied as a new one, not one whose insats got another number since."""
        if rad["insats_id"] is None:
            return True
        da, nu = self.fordom.get(rad["insats_id"]), self.flyttade.get(rad["insats_id"])
        nummer = insatsnummer.skriv(*nu) if nu else ""
        if nummer and da and da.nummer == rad["nummer"]:
            ut.neka("nummer", f"Insatsen har fått numret {nummer} sedan arbetsboken hämtades. {HAMTA_NYTT}")
            return False
        if nummer:
            hur = f"Raden är kopierad från {nummer} eller har fått ett nytt nummer"
            ut.noter.append(f"{hur}: det blir en ny insats, och den gamla ändras inte.")
        return True

    def _nasta_nummer(self, rad: Inrad) -> Nummer:
        """The first number after all that are taken, in the database and in the workbook."""
        assert rad["malomrade"]  # noqa: S101 -- _ny has refused rows without
        nyckel = (rad["malomrade"], bool(rad["typ"]))
        if nyckel not in self._nasta:
            egen = None if rad["typ"] else self.fardplan
            self._nasta[nyckel] = nasta_ordning(self.ordlista.malomraden[rad["malomrade"]], egen)
        ordning = max(self._nasta[nyckel], self._sista_i_filen.get(rad["malomrade"], 0) + 1)
        self._sista_i_filen[rad["malomrade"]] = ordning
        return rad["malomrade"], ordning

    # Into words

    def _cell(self, ut: Insatsbesked, falt: str, fore: Any, efter: Any) -> None:
        if fore != efter:
            k = self.mall.per_falt[falt]
            ut.celler.append(Cell(k.rubrik, k.slag.i_ord(fore, self.ordlista), k.slag.i_ord(efter, self.ordlista)))

    def _krock(self, rad: Inrad, ut: Insatsbesked, krockar: Iterable[Konflikt]) -> None:
        nummer = insatsnummer.skriv(*rad["nummer"])
        ut.konflikter += [sammanfogning.konflikt(rad, nummer, k, self.mall, self.ordlista) for k in krockar]

    def _plan(self, rad: Inrad, nu: Insatslage | None, ut: Insatsbesked) -> Radplan:
        assert rad["nummer"]  # noqa: S101 -- a new row without has got its number
        omrade, ordning = rad["nummer"]
        return Radplan(
            rad=rad.rad,
            nummer=insatsnummer.skriv(omrade, ordning),
            titel=rad["titel"],
            ny=nu is None,
            insats_id=nu.pk if nu else None,
            celler=tuple(ut.celler),
            noter=tuple(ut.noter),
            i_alla=ut.i_alla,
            tvilling=nu is None and rad.rad in self.tvillingar,
            malomrade=omrade,
            ordning=ordning,
            gemensam=ut.gemensam,
            byter_typ=ut.byter_typ,
            texter=ut.texter,
            roller=ut.roller,
            lage=ut.lage,
        )
