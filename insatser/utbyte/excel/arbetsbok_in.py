"""From an uploaded workbook of a whole färdplan, or of all those of a program, to one plan of what reading in all its
sheets would do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from aktorer.grund.tecken import nyckel
from insatser.andringar.arbetsbok import Bokdel, Bokplan, Delplan, sammanstall
from insatser.andringar.inlasning import Inlasningsplan, Radplan
from insatser.fragor import arbetsbok as fragor
from insatser.fragor.arbetsbok import Bokblad
from insatser.fragor.handlingsplan import frysning
from insatser.fragor.inlasning import las_programmet
from insatser.models import Fardplan, Handlingsplan, Program, Stadskarna
from insatser.regler import forlopp
from insatser.regler import period as perioder
from insatser.regler.bojning import bojt, uppraknat
from insatser.regler.forlopp import Inlasningssteg
from insatser.regler.inlasning import Fel, Utelamnad
from insatser.utbyte.excel import egen_process
from insatser.utbyte.excel.arbetsbok import PERIOD, RESURSER, AktiviteterIBoken, InsatserIBoken
from insatser.utbyte.excel.cellslag import HAMTA_NYTT, OLAST
from insatser.utbyte.excel.en_gang import sagt_en_gang
from insatser.utbyte.excel.inlasning import cellval
from insatser.utbyte.excel.kolumner import ALLA_KARNOR, STADSKARNA
from insatser.utbyte.excel.medverkan import MedverkanResource
from insatser.utbyte.excel.resurs import LASNINGAR, Bladresurs
from insatser.utbyte.excel.tabell import INGA_RADER, Tabell
from insatser.utbyte.excel.visning import visad

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
ALLA = 0  # in the place of a färdplan's id: what all stadskärnor share
_BLADEN = uppraknat([f"”{b.label}”" for b in Bokblad])
INGET_BLAD = Fel(f"Filen har inget av bladen {_BLADEN}. Hämta arbetsboken här, ändra i den, och läs in den.")


@dataclass(frozen=True)
class Lasdel:
    """A sheet's rows of one färdplan, or of one handlingsplan, with what reads them; None when nothing is read."""

    blad: Bokblad
    rubrik: str
    resurs: Bladresurs | None
    tabell: Tabell
    fardplan: Fardplan
    karna: str = ""


def las_fil(
    filnamn: str, innehall: bytes, *, tolkning: Mapping[str, Any] | None = None, hogst: int | None = None
) -> list[Tabell]:
    """All sheets of the file as they stand, as `inlasning.las_fil` has one."""
    forlopp.borja(Inlasningssteg.LASER)
    return egen_process.las_bok(filnamn, innehall, [RESURSER[b] for b in Bokblad], hogst)


def planera(
    hem: Fardplan | Program,
    filnamn: str,
    innehall: bytes,
    *,
    tolkning: Mapping[str, Any] | None = None,
    val: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    las: bool = False,
    hogst: int | None = None,
    last: list[Tabell] | None = None,
) -> Bokplan:
    """The plan of every sheet that the file has, with every fault, as `inlasning.planera` has it of one, and raises
    as that does. Somebody else's table is not read here, so there is no `tolkning` of one. `hem`: a färdplan, whose
    rows alone are read, or a program: then all its färdplaner's.
    """
    tabeller = dict(zip(Bokblad, last or las_fil(filnamn, innehall, hogst=hogst), strict=True))
    finns = _ett_slag_per_blad({blad: t for blad, t in tabeller.items() if t.rubrikrad})
    fel = [Fel(t.oklar, str(blad.label)) for blad, t in tabeller.items() if t.oklar and blad not in finns]
    if not finns:
        fel = _hela_filen([*tabeller.values()]) or fel or [INGET_BLAD]
        return replace(sammanstall((), fel), frammande=True, trasig=True)
    delar: list[Lasdel] = []
    om_rader: list[Fel] = []
    utelamnade: list[Utelamnad] = []
    lamnade = Counter[str]()
    hela = _hela_bladen(finns, fel, om_rader)
    if isinstance(hem, Program):
        delar += programdelar(hem, hela, fel, om_rader, utelamnade)
    else:
        for blad, tabell in hela.items():
            delar += _delarna(blad, hem, tabell, fel, om_rader, utelamnade, lamnade)
    if fel:
        return replace(sammanstall((), [*fel, *om_rader]), trasig=True)
    for del_ in delar:
        if del_.resurs:
            del_.resurs.val = cellval(val, del_.blad)
    if las:
        _las(delar)
    plan = _planera(delar, om_rader, utelamnade)
    if lamnade and isinstance(hem, Fardplan):
        return replace(plan, noter=(_hos_dem_med(hem, lamnade), *plan.noter))
    return plan


def _hela_bladen(tabeller: Mapping[Bokblad, Tabell], fel: list[Fel], om_rader: list[Fel]) -> dict[Bokblad, Tabell]:
    """Those with nothing wrong in them as sheets. `fel` gets what is, `om_rader` what is wrong with their rows."""
    ut: dict[Bokblad, Tabell] = {}
    for blad, tabell in tabeller.items():
        om_bladet = [f for f in tabell.fel if f.rad <= tabell.rubrikrad and f.text != INGA_RADER]
        fel += om_bladet
        om_rader += [f for f in tabell.fel if f.rad > tabell.rubrikrad]
        if not om_bladet:
            ut[blad] = tabell
    return ut


def _ett_slag_per_blad(tabeller: Mapping[Bokblad, Tabell]) -> dict[Bokblad, Tabell]:
    """What is found by its headings, on a sheet by another name, is what most of its columns are there for."""
    bast: dict[str, Bokblad] = {}
    for blad, tabell in tabeller.items():
        annat = bast.setdefault(tabell.blad, blad)
        if tabell.saknade < tabeller[annat].saknade:
            bast[tabell.blad] = blad
    return {blad: t for blad, t in tabeller.items() if bast[t.blad] == blad}


def _planera(delar: list[Lasdel], fel: list[Fel], utelamnade: list[Utelamnad]) -> Bokplan:
    forlopp.borja(Inlasningssteg.JAMFOR, LASNINGAR * sum(len(d.tabell) for d in delar))
    planer = [_plan(d) for d in delar]
    planer, om_samma = sagt_en_gang([(d.blad, plan) for d, plan in zip(delar, planer, strict=True)])
    om_roller = [*_sagt_pa_tva_blad([(d.blad, plan) for d, plan in zip(delar, planer, strict=True)])]
    utan = {(f.blad, f.rad) for f in (*om_samma, *(f for par in om_roller for f in par))}
    bokdelar = [
        Bokdel(d.rubrik, _utan_rader(d, p, utan), d.fardplan, d.karna) for d, p in zip(delar, planer, strict=True)
    ]
    return sammanstall(bokdelar, [*fel, *om_samma, *(pa_delen for _, pa_delen in om_roller)], utelamnade)


def _plan(del_: Lasdel) -> Inlasningsplan[Any]:
    if not (del_.resurs and del_.tabell.rader):
        return Inlasningsplan[Any](noter=tuple(del_.tabell.noter))
    plan = del_.resurs.planera(del_.tabell)
    blad = str(del_.blad.label)
    return replace(
        plan,
        fel=tuple(replace(f, blad=f.blad or blad) for f in plan.fel),
        konflikter=tuple(replace(k, blad=str(del_.blad)) for k in plan.konflikter),
        utelamnade=tuple(replace(u, blad=blad) for u in plan.utelamnade),
    )


def _utan_rader(del_: Lasdel, plan: Inlasningsplan[Any], utan: Set[tuple[str, int]]) -> Inlasningsplan[Any]:
    """The plan without the rows that another sheet contradicts."""
    blad = str(del_.blad.label)
    bort = [rad for rad in plan.rader if (blad, rad.rad) in utan]
    nekade = tuple(Utelamnad(rad.rad, f"{rad.nummer} {rad.titel}", "fel", blad) for rad in bort)
    rader = tuple(rad for rad in plan.rader if rad not in bort) if bort else plan.rader
    return replace(plan, rader=rader, utelamnade=(*plan.utelamnade, *nekade))


def _hela_filen(tabeller: list[Tabell]) -> list[Fel]:
    """What is wrong with the whole file, which is the same for every sheet."""
    texter = {f.text for t in tabeller for f in t.fel}
    return [Fel(texter.pop())] if len(texter) == 1 else []


def _las(delar: list[Lasdel]) -> None:
    """Lock everything at once, always in one order. The insatser of two sheets are locked as of one."""
    insatser = next((d.resurs for d in delar if isinstance(d.resurs, InsatserIBoken)), None)
    flera = len({d.fardplan.pk for d in delar}) > 1
    for blad in I_LASORDNING:
        if flera and blad == Bokblad.INSATSER:
            las_programmet(delar[0].fardplan.program)
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


def _sagt_pa_tva_blad(planer: Sequence[tuple[Bokblad, Inlasningsplan[Any]]]) -> Iterator[tuple[Fel, Fel]]:
    """Who takes part stands on two sheets: what both change of the same insats, nobody can tell which is meant. The
    fault as of its row of Insatser, and as of that of Medverkan, where it is told.
    """
    insatser: list[Radplan] = [rad for blad, plan in planer if blad == Bokblad.INSATSER for rad in plan.rader]
    pa_bladet = {r.insats_id: r for r in insatser if r.insats_id and (r.roller is not None or _om_ansvarig(r))}
    delplaner: list[Delplan] = [rad for blad, plan in planer if blad == Bokblad.MEDVERKAN for rad in plan.rader]
    for rad in delplaner:
        if annan := pa_bladet.get(rad.insats_id):
            text = (
                f"Vilka som är med i {rad.nummer} är ändrat också på bladet {Bokblad.INSATSER.label},"
                f" rad {annan.rad}. Ändra det på ett av bladen."
            )
            fel = Fel(text, str(Bokblad.MEDVERKAN.label), rad.rad, "Aktör", "", rad.titel)
            yield replace(fel, blad=str(Bokblad.INSATSER.label), rad=annan.rad), fel


def _om_ansvarig(rad: Radplan) -> bool:
    return "utan_ansvarig" in rad.texter


# The rows of a whole program


def programdelar(
    program: Program,
    tabeller: Mapping[Bokblad, Tabell],
    fel: list[Fel],
    om_rader: list[Fel],
    utelamnade: list[Utelamnad],
) -> Iterator[Lasdel]:
    """What is read in of each färdplan of the program, stadskärna by stadskärna, and the register once. `fel`,
    `om_rader` and `utelamnade` as `_delarna` has them.
    """
    fardplaner = fragor.programmets(program)
    if not fardplaner:
        fel.append(Fel(f"{program} har inga färdplaner att läsa in i än."))
        return
    per_blad = {
        blad: _per_fardplan(fardplaner, blad, tabell, om_rader, utelamnade)
        for blad, tabell in tabeller.items()
        if blad != Bokblad.AKTORER
    }
    for blad, egna in per_blad.items():
        if egna[ALLA].rader:
            resurs = RESURSER[blad](fardplaner[0])
            yield Lasdel(blad, str(blad.label), resurs, egna[ALLA], fardplaner[0], ALLA_KARNOR)
    for fardplan in fardplaner:
        for blad, egna in per_blad.items():
            for del_ in _delarna(blad, fardplan, egna[fardplan.pk], fel, om_rader, utelamnade, Counter()):
                yield replace(del_, karna=str(fardplan.stadskarna))
    if registret := tabeller.get(Bokblad.AKTORER):
        resurs = RESURSER[Bokblad.AKTORER](fardplaner[0])
        tabell = replace(registret, fel=[])
        yield Lasdel(Bokblad.AKTORER, str(Bokblad.AKTORER.label), resurs, tabell, fardplaner[0], "Registret")


def _per_fardplan(
    fardplaner: Sequence[Fardplan], blad: Bokblad, tabell: Tabell, fel: list[Fel], utelamnade: list[Utelamnad]
) -> dict[int, Tabell]:
    """{färdplan id, or ALLA: the sheet with its rows alone}. What the sheet says of itself is said once."""
    egna: dict[int, list[tuple[int, list[Any]]]] = {pk: [] for pk in (ALLA, *(f.pk for f in fardplaner))}
    hem = {"/".join(f.natural_key()): f.pk for f in fardplaner} | {fardplaner[0].program.slug: ALLA}
    karnor = {nyckel(str(f.stadskarna)): f.pk for f in fardplaner}
    if blad in {Bokblad.INSATSER, Bokblad.MEDVERKAN}:
        karnor[nyckel(ALLA_KARNOR)] = ALLA
    hemkolumn, namn = RESURSER[blad].hemkolumn, dict(tabell.kolumn(RESURSER[blad].namnfalt[-1]))
    utanfor = 0
    for (rad, celler), (_, hemcell), (_, karna) in zip(
        tabell.rader, tabell.kolumn(hemkolumn), tabell.kolumn(STADSKARNA.falt), strict=True
    ):
        text = "" if hemcell is OLAST else str(hemcell or "").strip()
        skriven = karnor.get(nyckel(karna)) if isinstance(karna, str) else None
        if (vems := hem.get("/".join(text.split("/")[:2])) if text else skriven) is not None:
            egna[vems].append((rad, celler))
        elif text:
            utanfor += 1
        else:
            finns = uppraknat([str(f.stadskarna) for f in fardplaner])
            text = f"Vilken stadskärna gäller raden? Skriv en av {finns}."
            fel.append(tabell.fel_i(rad, STADSKARNA.falt, text, karna))
            utelamnade.append(Utelamnad(rad, visad(namn[rad]), "fel", str(blad.label)))
    noter = list(tabell.noter)
    if utanfor:
        gar = bojt(utanfor, "En rad gäller en färdplan", f"{utanfor} rader gäller färdplaner")
        noter.append(f"{gar} utanför {fardplaner[0].program} och läses inte in här.")
    ut = {pk: replace(tabell, rader=rader, fel=[], noter=[]) for pk, rader in egna.items()}
    ut[fardplaner[0].pk].noter = noter
    return ut


# Which rows are ours


def _delarna(
    blad: Bokblad,
    fardplan: Fardplan,
    tabell: Tabell,
    fel: list[Fel],
    om_rader: list[Fel],
    utelamnade: list[Utelamnad],
    lamnade: Counter[str],
) -> Iterator[Lasdel]:
    """What is read in here of a sheet. `fel` gets what cannot be told of the whole, `om_rader` of rows; they are
    `utelamnade`. `lamnade`: how many rows are of which other stadskärnor.
    """
    if blad == Bokblad.AKTIVITETER:
        yield from _per_plan(fardplan, tabell, om_rader, utelamnade, lamnade)
        return
    resurs = RESURSER[blad](fardplan)
    if STADSKARNA in tabell.mall.kolumner:
        tabell, fel_hem = _bara_har(fardplan, tabell, resurs, lamnade)
        if fel_hem:
            fel.append(fel_hem)
            return
    yield Lasdel(blad, str(blad.label), resurs, tabell, fardplan)


def _bara_har(
    fardplan: Fardplan, tabell: Tabell, resurs: Bladresurs, lamnade: Counter[str]
) -> tuple[Tabell, Fel | None]:
    """Without the rows of other stadskärnor; with a fault when there are no others."""
    har: list[tuple[int, list[Any]]] = []
    andras: list[tuple[int, Any]] = []
    karnor = dict(tabell.kolumn(STADSKARNA.falt))
    for (rad, celler), (_, hem) in zip(tabell.rader, tabell.kolumn(resurs.hemkolumn), strict=True):
        text = "" if hem is OLAST else str(hem or "").strip()
        if text in {resurs.hem, fardplan.program.slug} or (not text and _galler_har(karnor[rad], fardplan)):
            har.append((rad, celler))
        else:
            andras.append((rad, hem))
    if andras and not har and (rad_hem := next(((r, h) for r, h in andras if h), None)):
        rad, hem = rad_hem
        return tabell, tabell.fel_i(rad, resurs.hemkolumn, resurs.hamtad_for(str(hem)), hem)
    return _utan(tabell, har, _vilkas(fardplan, (karnor[rad] for rad, _ in andras)), lamnade), None


def _galler_har(cell: Any, fardplan: Fardplan) -> bool:
    """Whether a row that was written by hand is of the stadskärna: it says nothing else."""
    return not isinstance(cell, str) or nyckel(cell) in {"", nyckel(ALLA_KARNOR), nyckel(str(fardplan.stadskarna))}


def _vilkas(fardplan: Fardplan, celler: Iterable[Any]) -> Counter[str]:
    """What the stadskärnor of rows that are not ours are called, and how many each has. A query when there are any."""
    skrivna = Counter(nyckel(cell) if isinstance(cell, str) else "" for cell in celler)
    namn = {nyckel(str(k)): str(k) for k in Stadskarna.objects.order_by("ordning")} if skrivna else {}
    namn[nyckel(str(fardplan.stadskarna))] = f"en annan färdplan för {fardplan.stadskarna}"
    ut = Counter[str]()
    for skriven in sorted(skrivna, key=lambda s: [*namn, s].index(s)):
        ut[namn.get(skriven, "okänd stadskärna")] += skrivna[skriven]
    return ut


def _hos_dem_med(fardplan: Fardplan, lamnade: Counter[str]) -> str:
    """What is read in of a workbook of several, and what to do about the rest."""
    return (
        f"Filen har rader för flera stadskärnor. Här läses bara de för {fardplan.stadskarna} in, inte de för"
        f" {uppraknat([*lamnade])}. Läs in samma fil där också, eller för hela programmet, om något är ändrat i de"
        " raderna."
    )


def _utan(tabell: Tabell, rader: list[tuple[int, list[Any]]], andras: Counter[str], lamnade: Counter[str]) -> Tabell:
    lamnade.update(andras)
    antal = andras.total()
    gar = bojt(antal, "En rad gäller en annan stadskärna", f"{antal} rader gäller andra stadskärnor")
    vilka = uppraknat([f"{namn} {n}" if antal > 1 else namn for namn, n in andras.items()])
    noter = [*tabell.noter, *([f"{gar} och läses inte in här: {vilka}."] if andras else [])]
    return replace(tabell, rader=rader, noter=noter, fel=[])


def _per_plan(
    fardplan: Fardplan, tabell: Tabell, fel: list[Fel], utelamnade: list[Utelamnad], lamnade: Counter[str]
) -> Iterator[Lasdel]:
    """The aktiviteter of each of the färdplan's handlingsplaner. What is closed is left as it is, and that is said."""
    planer: dict[str, Handlingsplan] = {}
    for plan in Handlingsplan.objects.filter(fardplan=fardplan).nyast_forst():
        plan.fardplan = fardplan
        planer["/".join(map(str, plan.natural_key()))] = plan
    rader, andras, oklara = _fordelade(fardplan, tabell, planer, fel)
    titlar = dict(tabell.kolumn("titel"))
    utelamnade += [Utelamnad(rad, visad(titlar[rad]), "fel", str(Bokblad.AKTIVITETER.label)) for rad in oklara]
    noter = _utan(tabell, [], _vilkas(fardplan, andras), lamnade).noter
    for hem, plan in planer.items():
        if not rader[hem]:
            continue
        del_ = replace(tabell, rader=rader[hem], noter=noter, fel=[])
        if not plan.kan_rapporteras:
            antal = len(del_.rader)
            raden = bojt(antal, "En rad läses inte in", f"{antal} rader läses inte in")
            del_ = replace(del_, rader=[], noter=[*del_.noter, f"{raden}. {frysning(plan)}"])
        rubrik = f"{Bokblad.AKTIVITETER.label}, {plan.period_i_text}"
        yield Lasdel(Bokblad.AKTIVITETER, rubrik, AktiviteterIBoken(plan), del_, fardplan)
        noter = []  # they are of the whole sheet, and said once
    if noter:
        utan = replace(tabell, rader=[], noter=noter)
        yield Lasdel(Bokblad.AKTIVITETER, str(Bokblad.AKTIVITETER.label), None, utan, fardplan)


def _fordelade(
    fardplan: Fardplan, tabell: Tabell, planer: Mapping[str, Handlingsplan], fel: list[Fel]
) -> tuple[dict[str, list[tuple[int, list[Any]]]], list[Any], list[int]]:
    """(the rows by plan, the stadskärnor of those that are of others, those that nobody can tell); `fel` gets why."""
    rader: dict[str, list[tuple[int, list[Any]]]] = {hem: [] for hem in planer}
    borta: dict[str, list[int]] = {}
    andras, oklara = list[Any](), list[int]()
    har = "/".join([*fardplan.natural_key(), ""])
    perioden, karnor = dict(tabell.kolumn(PERIOD.falt)), dict(tabell.kolumn(STADSKARNA.falt))
    for (rad, celler), (_, hem) in zip(tabell.rader, tabell.kolumn("handlingsplan"), strict=True):
        text = "" if hem is OLAST else str(hem or "").strip()
        if text in planer:
            rader[text].append((rad, celler))
        elif text.startswith(har):
            borta.setdefault(text, []).append(rad)
        elif text or not _galler_har(karnor[rad], fardplan):
            andras.append(karnor[rad])
        elif vald := _vald_plan(perioden[rad], planer):
            rader[vald].append((rad, celler))
        else:
            oppna = [p.period_i_text for p in planer.values() if p.kan_andras]
            skriv = f"Skriv {' eller '.join(oppna)}." if oppna else "Det finns ingen som går att ändra."
            oklara.append(rad)
            fel.append(tabell.fel_i(rad, PERIOD.falt, f"Vilken handlingsplan gäller raden? {skriv}", perioden[rad]))
    fel += [tabell.fel_i(alla[0], PERIOD.falt, BORTA, perioden[alla[0]]) for alla in borta.values()]
    oklara += [rad for alla in borta.values() for rad in alla]
    return rader, andras, oklara


def _vald_plan(cell: Any, planer: Mapping[str, Handlingsplan]) -> str | None:
    """The plan of a new row: the one that it names, else the only one that can be changed."""
    text = str(int(cell)) if isinstance(cell, float) else str(cell or "").strip()
    if text:
        ar = perioder.tolka(text.replace("–", "-").replace(" ", ""))
        return next((hem for hem, p in planer.items() if ar == (p.ar_fran, p.ar_till)), None)
    oppna = [hem for hem, p in planer.items() if p.kan_andras]
    return oppna[0] if len(oppna) == 1 else None
