"""From an uploaded workbook of a whole färdplan to one plan of what reading in all its sheets would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aktorer.grund.tecken import nyckel
from insatser.andringar.arbetsbok import Bokdel, Bokplan, Delplan, sammanstall
from insatser.andringar.inlasning import Inlasningsplan, Radplan
from insatser.fragor.arbetsbok import Bokblad
from insatser.fragor.handlingsplan import frysning
from insatser.models import Fardplan, Handlingsplan
from insatser.regler import period as perioder
from insatser.regler.bojning import bojt, uppraknat
from insatser.regler.inlasning import Fel
from insatser.utbyte.excel import egen_process
from insatser.utbyte.excel.arbetsbok import PERIOD, RESURSER, AktiviteterIBoken, InsatserIBoken
from insatser.utbyte.excel.cellslag import HAMTA_NYTT, OLAST
from insatser.utbyte.excel.kolumner import STADSKARNA
from insatser.utbyte.excel.medverkan import MedverkanResource
from insatser.utbyte.excel.resurs import Bladresurs
from insatser.utbyte.excel.tabell import INGA_RADER, Tabell

BORTA = f"Handlingsplanen finns inte, eller så har den bytt period sedan arbetsboken hämtades. {HAMTA_NYTT}"
# The order in which they are locked: what writes in a plan locks it first, and the register comes last.
I_LASORDNING = (
    Bokblad.AKTIVITETER,
    Bokblad.INSATSER,
    Bokblad.MEDVERKAN,
    Bokblad.FARDRIKTNINGAR,
    Bokblad.LAGESBILD,
    Bokblad.AKTORER,
)
_BLADEN = uppraknat([f"”{b.label}”" for b in Bokblad])
INGET_BLAD = Fel(f"Filen har inget av bladen {_BLADEN}. Hämta arbetsboken här, ändra i den, och läs in den.")


@dataclass(frozen=True)
class Lasdel:
    """A sheet of the file, or its rows of one handlingsplan, with what reads them; None when nothing is read."""

    blad: Bokblad
    rubrik: str
    resurs: Bladresurs | None
    tabell: Tabell


def planera(fardplan: Fardplan, filnamn: str, innehall: bytes, *, las: bool = False) -> Bokplan:
    """The plan of every sheet that the file has, with every fault. `las`: also lock what it rests on (inside a
    transaction). Raises Upptagen.
    """
    bladen = [*Bokblad]
    tabeller = dict(zip(bladen, egen_process.las_bok(filnamn, innehall, [RESURSER[b] for b in bladen]), strict=True))
    finns = _ett_slag_per_blad({blad: t for blad, t in tabeller.items() if t.rubrikrad})
    fel = [Fel(t.oklar, str(blad.label)) for blad, t in tabeller.items() if t.oklar and blad not in finns]
    if not finns:
        return replace(sammanstall((), _hela_filen([*tabeller.values()]) or fel or [INGET_BLAD]), frammande=True)
    delar: list[Lasdel] = []
    for blad, tabell in finns.items():
        fel += [f for f in tabell.fel if f.text != INGA_RADER]
        delar += _delarna(blad, fardplan, tabell, fel)
    if fel:
        return sammanstall((), fel)
    if las:
        _las(delar)
    return _planera(delar)


def _ett_slag_per_blad(tabeller: Mapping[Bokblad, Tabell]) -> dict[Bokblad, Tabell]:
    """What is found by its headings, on a sheet by another name, is what most of its columns are there for."""
    bast: dict[str, Bokblad] = {}
    for blad, tabell in tabeller.items():
        annat = bast.setdefault(tabell.blad, blad)
        if tabell.saknade < tabeller[annat].saknade:
            bast[tabell.blad] = blad
    return {blad: t for blad, t in tabeller.items() if bast[t.blad] == blad}


def _planera(delar: list[Lasdel]) -> Bokplan:
    planer = {n: _plan(d) for n, d in enumerate(delar)}
    bokdelar = [Bokdel(d.rubrik, planer[n]) for n, d in enumerate(delar)]
    return sammanstall(bokdelar, [*_sagt_pa_tva_blad({d.blad: planer[n] for n, d in enumerate(delar)})])


def _plan(del_: Lasdel) -> Inlasningsplan[Any]:
    if not (del_.resurs and del_.tabell.rader):
        return Inlasningsplan[Any](noter=tuple(del_.tabell.noter))
    plan = del_.resurs.planera(del_.tabell)
    fel = tuple(replace(f, blad=f.blad or str(del_.blad.label)) for f in plan.fel)
    return replace(plan, fel=fel)


def _hela_filen(tabeller: list[Tabell]) -> list[Fel]:
    """What is wrong with the whole file, which is the same for every sheet."""
    texter = {f.text for t in tabeller for f in t.fel}
    return [Fel(texter.pop())] if len(texter) == 1 else []


def _las(delar: list[Lasdel]) -> None:
    """Lock everything at once, always in one order. The insatser of two sheets are locked as of one."""
    insatser = next((d.resurs for d in delar if isinstance(d.resurs, InsatserIBoken)), None)
    for blad in I_LASORDNING:
        for del_ in delar:
            if del_.blad != blad:
                continue
            if isinstance(del_.resurs, MedverkanResource) and insatser:
                continue
            if isinstance(del_.resurs, InsatserIBoken):
                for annan in delar:
                    if isinstance(annan.resurs, MedverkanResource):
                        del_.resurs.aven |= annan.resurs.insatserna(annan.tabell)
            if del_.resurs:
                del_.resurs.las_rader(del_.tabell)


def _sagt_pa_tva_blad(planer: Mapping[Bokblad, Inlasningsplan[Any]]) -> Iterator[Fel]:
    """Who takes part stands on two sheets: what both change of the same insats, nobody can tell which is meant."""
    if not {Bokblad.INSATSER, Bokblad.MEDVERKAN} <= planer.keys():
        return
    insatser: tuple[Radplan, ...] = planer[Bokblad.INSATSER].rader
    pa_bladet = {r.insats_id: r for r in insatser if r.insats_id and (r.roller is not None or _om_ansvarig(r))}
    delplaner: tuple[Delplan, ...] = planer[Bokblad.MEDVERKAN].rader
    for rad in delplaner:
        if annan := pa_bladet.get(rad.insats_id):
            text = (
                f"Vilka som är med i {rad.nummer} är ändrat också på bladet {Bokblad.INSATSER.label},"
                f" rad {annan.rad}. Ändra det på ett av bladen."
            )
            yield Fel(text, str(Bokblad.MEDVERKAN.label), rad.rad, "Aktör", "", rad.titel)


def _om_ansvarig(rad: Radplan) -> bool:
    return "utan_ansvarig" in rad.texter


# Which rows are ours


def _delarna(blad: Bokblad, fardplan: Fardplan, tabell: Tabell, fel: list[Fel]) -> Iterator[Lasdel]:
    """What is read in here of a sheet. `fel` gets what cannot be told."""
    if blad == Bokblad.AKTIVITETER:
        yield from _per_plan(fardplan, tabell, fel)
        return
    resurs = RESURSER[blad](fardplan)
    if STADSKARNA in tabell.mall.kolumner:
        tabell, fel_hem = _bara_har(fardplan, tabell, resurs)
        if fel_hem:
            fel.append(fel_hem)
            return
    yield Lasdel(blad, str(blad.label), resurs, tabell)


def _bara_har(fardplan: Fardplan, tabell: Tabell, resurs: Bladresurs) -> tuple[Tabell, Fel | None]:
    """Without the rows of other stadskärnor; with a fault when there are no others."""
    har: list[tuple[int, list[Any]]] = []
    andras: list[tuple[int, Any]] = []
    karnor = dict(tabell.kolumn(STADSKARNA.falt))
    for (rad, celler), (_, hem) in zip(tabell.rader, tabell.kolumn(resurs.hemkolumn), strict=True):
        text = "" if hem is OLAST else str(hem or "").strip()
        if text == resurs.hem or (not text and _galler_har(karnor[rad], fardplan)):
            har.append((rad, celler))
        else:
            andras.append((rad, hem))
    if andras and not har and (rad_hem := next(((r, h) for r, h in andras if h), None)):
        rad, hem = rad_hem
        return tabell, tabell.fel_i(rad, resurs.hemkolumn, resurs.hamtad_for(str(hem)), hem)
    return _utan(tabell, har, len(andras)), None


def _galler_har(cell: Any, fardplan: Fardplan) -> bool:
    """Whether a row that was written by hand is of the stadskärna: it says nothing else."""
    return not isinstance(cell, str) or nyckel(cell) in {"", nyckel(str(fardplan.stadskarna))}


def _utan(tabell: Tabell, rader: list[tuple[int, list[Any]]], andras: int) -> Tabell:
    gar = bojt(andras, "En rad gäller en annan stadskärna", f"{andras} rader gäller andra stadskärnor")
    noter = [*tabell.noter, *([f"{gar} och läses inte in här."] if andras else [])]
    return replace(tabell, rader=rader, noter=noter, fel=[])


def _per_plan(fardplan: Fardplan, tabell: Tabell, fel: list[Fel]) -> Iterator[Lasdel]:
    """The aktiviteter of each of the färdplan's handlingsplaner. What is closed is left as it is, and that is said."""
    planer: dict[str, Handlingsplan] = {}
    for plan in Handlingsplan.objects.filter(fardplan=fardplan).nyast_forst():
        plan.fardplan = fardplan
        planer["/".join(map(str, plan.natural_key()))] = plan
    rader, andras = _fordelade(fardplan, tabell, planer, fel)
    noter = _utan(tabell, [], andras).noter
    for hem, plan in planer.items():
        if not rader[hem]:
            continue
        del_ = replace(tabell, rader=rader[hem], noter=noter, fel=[])
        if not plan.kan_rapporteras:
            antal = len(del_.rader)
            raden = bojt(antal, "En rad läses inte in", f"{antal} rader läses inte in")
            del_ = replace(del_, rader=[], noter=[*del_.noter, f"{raden}. {frysning(plan)}"])
        rubrik = f"{Bokblad.AKTIVITETER.label}, {plan.period_i_text}"
        yield Lasdel(Bokblad.AKTIVITETER, rubrik, AktiviteterIBoken(plan), del_)
        noter = []  # they are of the whole sheet, and said once
    if noter:
        yield Lasdel(Bokblad.AKTIVITETER, str(Bokblad.AKTIVITETER.label), None, replace(tabell, rader=[], noter=noter))


def _fordelade(
    fardplan: Fardplan, tabell: Tabell, planer: Mapping[str, Handlingsplan], fel: list[Fel]
) -> tuple[dict[str, list[tuple[int, list[Any]]]], int]:
    """(the rows by plan, how many are of other stadskärnor). `fel` gets those that nobody can tell."""
    rader: dict[str, list[tuple[int, list[Any]]]] = {hem: [] for hem in planer}
    borta: dict[str, int] = {}
    andras = 0
    har = "/".join([*fardplan.natural_key(), ""])
    perioden, karnor = dict(tabell.kolumn(PERIOD.falt)), dict(tabell.kolumn(STADSKARNA.falt))
    for (rad, celler), (_, hem) in zip(tabell.rader, tabell.kolumn("handlingsplan"), strict=True):
        text = "" if hem is OLAST else str(hem or "").strip()
        if text in planer:
            rader[text].append((rad, celler))
        elif text.startswith(har):
            borta.setdefault(text, rad)
        elif text or not _galler_har(karnor[rad], fardplan):
            andras += 1
        elif vald := _vald_plan(perioden[rad], planer):
            rader[vald].append((rad, celler))
        else:
            oppna = [p.period_i_text for p in planer.values() if p.kan_andras]
            skriv = f"Skriv {' eller '.join(oppna)}." if oppna else "Det finns ingen som går att ändra."
            fel.append(tabell.fel_i(rad, PERIOD.falt, f"Vilken handlingsplan gäller raden? {skriv}", perioden[rad]))
    fel += [tabell.fel_i(rad, PERIOD.falt, BORTA, perioden[rad]) for rad in borta.values()]
    return rader, andras


def _vald_plan(cell: Any, planer: Mapping[str, Handlingsplan]) -> str | None:
    """The plan of a new row: the one that it names, else the only one that can be changed."""
    text = str(int(cell)) if isinstance(cell, float) else str(cell or "").strip()
    if text:
        ar = perioder.tolka(text.replace("–", "-").replace(" ", ""))
        return next((hem for hem, p in planer.items() if ar == (p.ar_fran, p.ar_till)), None)
    oppna = [hem for hem, p in planer.items() if p.kan_andras]
    return oppna[0] if len(oppna) == 1 else None
