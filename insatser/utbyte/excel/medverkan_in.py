"""What each row of the sheet Medverkan would change: an aktör's part in an insats, now and when it was fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from aktorer.grund.samtidighet import utan_mask
from insatser.andringar.arbetsbok import Delplan
from insatser.andringar.roller import Rollrad
from insatser.fragor import inlasning as underlag
from insatser.fragor.inlasning import Insatslage
from insatser.models import Fardplan
from insatser.regler import nummer as insatsnummer
from insatser.regler.bojning import i_ord
from insatser.regler.inlasning import Cell, Cellkonflikt
from insatser.regler.medverkan import Deltagande, Roll
from insatser.utbyte.excel import sammanfogning
from insatser.utbyte.excel.cellslag import HAMTA_NYTT
from insatser.utbyte.excel.kolumner import Mall
from insatser.utbyte.excel.nummer import Nummerkoll
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.rad import Besked, Inrad

type Delbesked = Besked[Delplan]

FALT = ("roll", "ansvarar_for", "deltagande")
TEKNISKA = {"nummer", "aktor", "insats_id", "aktor_id", "version"}
type Celler = dict[str, str]


class Delplanering:
    """Plans the rows of one sheet. Reads what it needs at the start, in a fixed number of queries."""

    def __init__(self, fardplan: Fardplan, mall: Mall, ordlista: Ordlista, rader: Sequence[Inrad]) -> None:
        self.mall = mall
        self.ordlista = ordlista
        self.alla_karnor = f"alla {i_ord(Fardplan.objects.filter(program=fardplan.program_id).count())} stadskärnor"
        self.nummerkoll = Nummerkoll(rader, mall.per_falt["nummer"].rubrik, "insats_id", underlag.nummer_nu)
        nummer_nu = underlag.nummer_nu({rad["insats_id"] for rad in rader if rad["insats_id"]})
        nummer = {rad["nummer"] for rad in rader if rad["nummer"]} | {*nummer_nu.values()}
        self.nu = underlag.insatser(fardplan, nummer, ("titel", "utan_ansvarig"))
        self.per_pk = {i.pk: i for i in self.nu.values()}
        gamla = {rad["insats_id"]: rad["version"] for rad in rader if self._inaktuell(rad)}
        omraden = {m.pk: m.nummer for m in ordlista.malomraden.values()}
        self.fordom = underlag.vid_versioner(gamla, omraden, ())
        self.antal = Counter(self._sak(rad) for rad in rader)

    # What a row is about

    def _inaktuell(self, rad: Inrad) -> bool:
        nu = self.per_pk.get(rad["insats_id"])
        return bool(nu and rad["version"]) and nu is not None and nu.version != rad["version"]

    def _da(self, rad: Inrad) -> Insatslage | None:
        """Its insats as it was when the row was fetched; None when that never was."""
        alla = (self.per_pk.get(rad["insats_id"]), self.fordom.get(rad["insats_id"]))
        return next((i for i in alla if i and i.version == rad["version"]), None)

    def _insatsen(self, rad: Inrad) -> Insatslage | None:
        """By its hidden id, also when it has another number since; by the number where that was written anew."""
        egen, med_numret = self.per_pk.get(rad["insats_id"]), self.nu.get(rad["nummer"])
        da = self._da(rad)
        if egen and (rad["nummer"] in {None, egen.nummer} or (da and da.nummer == rad["nummer"])):
            return egen
        return med_numret

    def _sak(self, rad: Inrad) -> tuple[int | None, int | None]:
        insats = self._insatsen(rad)
        return (insats.pk if insats else None), rad["aktor"]

    def _ursprung(self, rad: Inrad) -> int | None:
        """The aktör that it was fetched for, by whom it has been merged with since."""
        return self.ordlista.sammanslagna.get(rad["aktor_id"], rad["aktor_id"]) if rad["aktor_id"] else None

    def planera(self, rader: Sequence[Inrad]) -> Iterator[tuple[Inrad, Delbesked]]:
        """What is found of each row that says anything; last, that an insats has one ansvarig."""
        klara = [(rad, self._bedom(rad)) for rad in rader]
        self._krav_en_ansvarig(klara)
        yield from klara

    def _bedom(self, rad: Inrad) -> Delbesked:
        ut: Delbesked = Besked()
        insats = self._insatsen(rad)
        if rad.olasta.keys() & TEKNISKA:
            return ut
        if insats is None:
            ut.neka("nummer", self._ingen_insats(rad))
        elif rad["aktor"] is None:
            ut.neka("aktor", "Skriv vilken aktör raden gäller. Töm cellen Roll om aktören ska bort.")
        elif self.antal[self._sak(rad)] > 1:
            ut.neka("aktor", "Aktören står på flera rader för samma insats. Låt en av dem stå kvar.")
        elif self.nummerkoll.tvetydigt(rad) and (insats.nummer[0], insats.nummer[1] * 10) in self.nu:
            omrade, ordning = insats.nummer
            ut.neka("nummer", f"Är det {omrade}.{ordning} eller {omrade}.{ordning}0? Skriv numret som text.")
        elif rad["insats_id"] == insats.pk and self._ursprung(rad) == rad["aktor"]:
            self._andra(rad, insats, ut)
        else:
            self._ny(rad, insats, ut)
        ut.fel = [(falt, text) for falt, text in ut.fel if falt not in rad.olasta]
        if rad.olasta or ut.hindrad:
            ut.plan = None
        if insats and insats.avford and not ut.tomt:
            ut.konflikter.clear()
            ut.fel = [("nummer", f"Insatsen avfördes {insats.avford} och ändras inte här. Återta den först.")]
            ut.plan = None
        return ut

    def _ingen_insats(self, rad: Inrad) -> str:
        if rad["nummer"] is None:
            return "Skriv numret på insatsen som raden gäller."
        nummer = insatsnummer.skriv(*rad["nummer"])
        return f"Det finns ingen insats {nummer} i färdplanen. Läs först in den, på bladet Insatser."

    # A row that was fetched

    def _andra(self, rad: Inrad, insats: Insatslage, ut: Delbesked) -> None:
        da = self._da(rad)
        if da is None:
            ut.neka("version", f"Den versionen av insatsen finns inte. {HAMTA_NYTT}")
            return
        bas, nu, mina = self._del(da, rad["aktor"]), self._del(insats, rad["aktor"]), self._mina(rad)
        if bas is None:
            self._ny(rad, insats, ut)
        elif mina in (bas, nu):
            return
        elif mina is None or nu is None:
            self._bort_eller_kvar(rad, insats, (bas, nu, mina), ut)
        else:
            if da is not insats:
                bas = {falt: utan_mask(text) for falt, text in bas.items()}
            val = sammanfogning.valda(rad, nu, self.mall, self.ordlista)
            skriv, krockar = sammanfogning.sammanfoga(bas, nu, mina, val)
            for k in krockar:
                self._konflikt(rad, insats, str(k.falt), (k.bas, k.deras, k.mina), ut)
            if skriv:
                self._plan(rad, insats, nu, {**nu, **skriv}, ut)

    def _bort_eller_kvar(
        self, rad: Inrad, insats: Insatslage, varden: tuple[Celler, Celler | None, Celler | None], ut: Delbesked
    ) -> None:
        """One side has taken the aktör out: who is to have no Roll is."""
        bas, nu, mina = varden
        if mina is None and nu == bas:
            self._plan(rad, insats, nu, None, ut)
            return
        deras, mitt = (delen or dict.fromkeys(FALT, "") for delen in (nu, mina))
        val = sammanfogning.valda(rad, deras, self.mall, self.ordlista, mitt)
        for falt in FALT:
            if deras[falt] != mitt[falt]:
                self._konflikt(rad, insats, falt, (bas[falt], deras[falt], mitt[falt]), ut)
        vald = {**deras, **val}
        blir = vald if vald["roll"] else None
        if blir != nu:
            self._plan(rad, insats, nu, blir, ut)

    # A row of a new part

    def _ny(self, rad: Inrad, insats: Insatslage, ut: Delbesked) -> None:
        nu, mina = self._del(insats, rad["aktor"]), self._mina(rad)
        if mina is None:
            if "roll" not in rad.olasta:
                ut.neka("roll", "Välj Ansvarig eller Medverkande.")
            return
        if nu == mina:
            return
        if mina["deltagande"] in {"", Deltagande.EXEMPEL}:
            mina["deltagande"] = Deltagande.TILLFRAGAD.value  # only the färdplan itself gives examples
        if nu == mina:
            return
        if nu:
            ut.neka("aktor", f"Aktören är redan med i insatsen. Ändra på dess rad. {HAMTA_NYTT}")
            return
        fanns = self._ursprung(rad)
        if fanns and fanns != rad["aktor"] and not self.antal[insats.pk, fanns]:
            namn = self.ordlista.aktorer_i_text([fanns])
            ut.noter.append(f"Raden gällde {namn} när arbetsboken hämtades. {namn} står kvar i insatsen.")
        self._plan(rad, insats, None, mina, ut)

    # As cells

    def _del(self, insats: Insatslage, aktor: int) -> Celler | None:
        """An aktör's part as a workbook gives it back."""
        for d in insats.delar:
            if self.ordlista.sammanslagna.get(d.aktor_id, d.aktor_id) == aktor:
                return {falt: self.mall.per_falt[falt].slag.genom_fil(getattr(d, falt)) for falt in FALT}
        return None

    def _mina(self, rad: Inrad) -> Celler | None:
        """What the row says; None when the aktör is to have no part."""
        return {falt: rad[falt] for falt in FALT} if rad["roll"] else None

    def _plan(self, rad: Inrad, insats: Insatslage, nu: Celler | None, blir: Celler | None, ut: Delbesked) -> None:
        if nu and blir and nu["roll"] != blir["roll"] and blir["deltagande"] == Deltagande.EXEMPEL:
            blir["deltagande"] = Deltagande.TILLFRAGAD.value  # the färdplan gave an example of another roll
        fore, efter = (delen or dict.fromkeys(FALT, "") for delen in (nu, blir))
        ut.celler = [self._cell(falt, fore[falt], efter[falt]) for falt in FALT if fore[falt] != efter[falt]]
        if blir and not blir["deltagande"]:
            ut.neka("deltagande", "Välj hur säkert det är att aktören är med.")
        if blir and (fel := self.mall.per_falt["ansvarar_for"].for_lang(blir["ansvarar_for"])):
            ut.neka("ansvarar_for", fel)
        if blir is None:
            ut.noter.append("Aktören tas bort ur insatsen.")
        elif blir["roll"] == Roll.ANSVARIG and insats.texter["utan_ansvarig"]:
            ut.noter.append("Insatsen får en ansvarig: skälet till att ingen var utsedd tas bort.")
        if insats.gemensam:
            ut.noter.append(f"Gemensam insats: ändringen gäller i {self.alla_karnor}.")
        if ut.fel or rad.olasta:
            return
        ut.plan = Delplan(
            rad=rad.rad,
            nummer=insatsnummer.skriv(*insats.nummer),
            titel=f"{self.ordlista.aktorer_i_text([rad['aktor']])} i {insats.texter['titel']}",
            celler=tuple(ut.celler),
            noter=tuple(ut.noter),
            ny=nu is None,
            i_alla=insats.gemensam,
            insats_id=insats.pk,
            aktor_id=next(
                (d.aktor_id for d in insats.delar if self.ordlista.sammanslagna.get(d.aktor_id) == rad["aktor"]),
                rad["aktor"],
            ),
            del_=None,
        )
        if blir:
            del_ = Rollrad(ut.plan.aktor_id, Roll(blir["roll"]), blir["ansvarar_for"], Deltagande(blir["deltagande"]))
            ut.plan = replace(ut.plan, del_=del_)

    def _krav_en_ansvarig(self, klara: Sequence[tuple[Inrad, Delbesked]]) -> None:
        """Held against the parts that no row changes."""
        blir: dict[int, dict[int, str]] = {}
        for _, besked in klara:
            if plan := besked.plan:
                roller = blir.setdefault(plan.insats_id, self._rollerna(plan.insats_id))
                roller[plan.aktor_id] = plan.del_.roll if plan.del_ else ""
        for _, besked in klara:
            plan = besked.plan
            if not (plan and plan.del_ and plan.del_.roll == Roll.ANSVARIG):
                continue
            ansvariga = [a for a, roll in blir[plan.insats_id].items() if roll == Roll.ANSVARIG]
            if len(ansvariga) > 1:
                andra = self.ordlista.aktorer_i_text(a for a in ansvariga if a != plan.aktor_id)
                text = f"Insatsen kan ha en ansvarig. {andra} är det också: gör den till medverkande på sin rad."
                besked.neka("roll", text)
                besked.plan = None

    def _rollerna(self, insats_id: int) -> dict[int, str]:
        return {d.aktor_id: d.roll for d in self.per_pk[insats_id].delar}

    # Into words

    def _cell(self, falt: str, fore: str, efter: str) -> Cell:
        k = self.mall.per_falt[falt]
        return Cell(k.rubrik, k.slag.i_ord(fore, self.ordlista), k.slag.i_ord(efter, self.ordlista))

    def _konflikt(self, rad: Inrad, insats: Insatslage, falt: str, tre: tuple[Any, Any, Any], ut: Delbesked) -> None:
        k = self.mall.per_falt[falt]
        bas, deras, mina = (str(v) if not isinstance(v, str) else k.slag.i_ord(v, self.ordlista) for v in tre)
        namn = f"{insatsnummer.skriv(*insats.nummer)} {self.ordlista.aktorer_i_text([rad['aktor']])}"
        val, valfel = rad.val.get(falt), rad.valfel.get(falt, "")
        ut.konflikter.append(Cellkonflikt(rad.rad, namn, k.rubrik, bas, deras, mina, falt, val, valfel))
