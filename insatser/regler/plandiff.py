"""What differs between a handlingsplan as it was decided and as it is now, out of their plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from insatser.regler.medverkan import Roll

type Data = Mapping[str, Any]
type Flyttade = Mapping[int | str, tuple[Data, Data]]

NAR = "När"
# What lives on after the decision: the insats itself, which the färdplan decides.
INSATSENS = ("Insatsens nummer", "Insatsens titel", "Insatsens text", "Insatsens ansvarig", "Insatsens medverkande")
LEVER = frozenset(INSATSENS)


@dataclass(frozen=True)
class Skillnad:
    """`vad` is the insats or aktivitet, `falt` what of it; `da` or `nu` is empty when it came or went."""

    vad: str
    falt: str
    da: str
    nu: str


def skillnader(beslutad: Data, nu: Data) -> list[Skillnad]:
    """Compares prioriteringar and aktiviteter by their id. How it goes is not part of what was decided: the läge of an
    insats, the status of an aktivitet.

    Versions decided before they had the insats's text and roles differ in its title and the name of its ansvarig alone.
    """
    beslutad = _med_dagens_namn(beslutad, nu)
    da_rader = {i["id"]: i for i in beslutad["ordning"]}
    nu_rader = {i["id"]: i for i in nu["ordning"]}
    ut = (
        []
        if beslutad["inledning"] == nu["inledning"]
        else [Skillnad("Inledningen", "Text", beslutad["inledning"], nu["inledning"])]
    )
    flyttade = _dar_aktiviteter_star(beslutad, nu)
    for pk in [*da_rader, *(pk for pk in nu_rader if pk not in da_rader)]:
        ut += _insats(da_rader.get(pk), nu_rader.get(pk), flyttade)
    da_bort, nu_bort = _bortval(beslutad), _bortval(nu)
    for vad in [*da_bort, *(v for v in nu_bort if v not in da_bort)]:
        if da_bort.get(vad) != nu_bort.get(vad):
            ut.append(Skillnad(vad, "Får vänta", da_bort.get(vad, ""), nu_bort.get(vad, "")))
    da_pengar, nu_pengar = _pengar(beslutad), _pengar(nu)
    for aktor in [*da_pengar, *(a for a in nu_pengar if a not in da_pengar)]:
        if da_pengar.get(aktor) != nu_pengar.get(aktor):
            ut.append(Skillnad("Finansieringen", aktor, da_pengar.get(aktor, ""), nu_pengar.get(aktor, "")))
    return ut


def mellan_planer(plan: Data) -> Data:
    """The same with ids that hold in any plan, to compare two: an insats by its number, an aktivitet by its title."""

    def insats(i: Data) -> Data:
        titlar = [a["titel"].strip().casefold() for a in i["aktiviteter"]]
        rader = [
            {**a, "id": f"{i['nummer']} {titel} {titlar[:plats].count(titel)}"}
            for plats, (titel, a) in enumerate(zip(titlar, i["aktiviteter"], strict=True))
        ]
        return {**i, "id": i["nummer"], "aktiviteter": rader}

    return {**plan, "ordning": [insats(i) for i in plan["ordning"]]}


def att_besluta(skillnader: Iterable[Skillnad]) -> list[Skillnad]:
    """What only an ändringsbeslut may change: the insatser go on living."""
    return [s for s in skillnader if s.falt not in LEVER]


def _bortval(plan: Data) -> dict[str, str]:
    """{insats: why it has to wait}."""
    return {f"{b['nummer']} {b['titel']}": b["skal"] for b in plan.get("bortval", ())}


def _pengar(plan: Data) -> dict[str, str]:
    """{aktör: what it puts in, per year}."""
    ekonomi = plan.get("ekonomi")
    if not ekonomi:
        return {}
    return {
        rad["namn"]: ", ".join(f"{ar}: {b}" for ar, b in zip(ekonomi["ar"], rad["belopp"], strict=True) if b)
        for rad in ekonomi["rader"]
    }


def _dar_aktiviteter_star(beslutad: Data, nu: Data) -> Flyttade:
    """{aktivitet id: (itself and its insats then)} of those that stand under another insats now."""
    da = {a["id"]: (i, a) for i in beslutad["ordning"] for a in i["aktiviteter"]}
    idag = {a["id"]: i["id"] for i in nu["ordning"] for a in i["aktiviteter"]}
    return {pk: (i, a) for pk, (i, a) in da.items() if idag.get(pk, i["id"]) != i["id"]}


def _insats(da: Data | None, nu: Data | None, flyttade: Flyttade) -> Iterator[Skillnad]:
    if da is None or nu is None:
        rad = da or nu
        assert rad is not None  # noqa: S101 -- one of the two has it
        vad = f"{rad['nummer']} {rad['titel']}"
        yield Skillnad(vad, "Prioriterad insats", vad if da else "", vad if nu else "")
        yield from _hitflyttade(nu, flyttade) if nu else ()
        return
    vad = f"{nu['nummer']} {nu['titel']}"
    for falt, forut, efter in zip(INSATSENS, _insatsens(da, nu), _insatsens(nu, da), strict=True):
        if forut != efter:
            yield Skillnad(vad, falt, forut, efter)
    if da["skal"] != nu["skal"]:
        yield Skillnad(vad, "Skäl", da["skal"], nu["skal"])
    if da["plats"] != nu["plats"]:
        yield Skillnad(vad, "Prioritet", str(da["plats"]), str(nu["plats"]))
    forr, nya = ({a["id"]: a for a in i["aktiviteter"] if a["id"] not in flyttade} for i in (da, nu))
    for pk in [*forr, *(pk for pk in nya if pk not in forr)]:
        yield from _aktivitet(nu["nummer"], forr.get(pk), nya.get(pk))
    yield from _hitflyttade(nu, flyttade)
    yield from _ordning(vad, forr, nya)


def _hitflyttade(insats: Data, flyttade: Flyttade) -> Iterator[Skillnad]:
    """The aktiviteter that came from another insats, and what else of them has changed."""
    for a in insats["aktiviteter"]:
        if a["id"] in flyttade:
            fran, da = flyttade[a["id"]]
            ord_ = (f"{i['nummer']} {i['titel']}" for i in (fran, insats))
            yield Skillnad(f"{insats['nummer']} {a['titel']}", "Insats", *ord_)
            yield from _aktivitet(insats["nummer"], da, a)


def _ordning(vad: str, forr: Data, nya: Data) -> Iterator[Skillnad]:
    """The order of those that were there and are, by what they are called now."""
    da, nu = [pk for pk in forr if pk in nya], [pk for pk in nya if pk in forr]
    if da != nu:
        yield Skillnad(vad, "Aktiviteternas ordning", *("; ".join(nya[pk]["titel"] for pk in rad) for rad in (da, nu)))


def _insatsens(insats: Data, annan: Data) -> tuple[str, ...]:
    """The values of INSATSENS; of what only one of the two tells, nothing."""
    bada = insats.keys() & annan.keys()
    ansvarig, medverkande = insats["ansvarig"] if insats["har_ansvarig"] else "", ""
    if "roller" in bada:
        ansvarig, medverkande = (", ".join(_roller(insats, roll)) for roll in (Roll.ANSVARIG, Roll.MEDVERKANDE))
    return insats["nummer"], insats["titel"], insats["text"] if "text" in bada else "", ansvarig, medverkande


def _roller(insats: Data, roll: Roll) -> list[str]:
    alla = [d for d in insats["roller"] if d["roll"] == roll]
    return [f"{d['namn']}: {d['svarar']}" if d["svarar"] else d["namn"] for d in alla]


def _aktivitet(nummer: str, da: Data | None, nu: Data | None) -> Iterator[Skillnad]:
    vad = f"{nummer} {(nu or da or {})['titel']}"
    if da is None or nu is None:
        yield Skillnad(vad, "Aktivitet", da["titel"] if da else "", nu["titel"] if nu else "")
        return
    for rubrik, las in _FALT.items():
        if las(da) != las(nu):
            yield Skillnad(vad, rubrik, las(da), las(nu))


def _tid(a: Data) -> str:
    # Versions of before 0.2 froze it as it was set in their PDF, where a quarter is not split over two lines.
    tid: str = a["tid"]
    return tid.replace("\N{NO-BREAK SPACE}", " ")


def _vem(a: Data) -> str:
    delar = [f"{a['ansvarig']['namn']} (ansvarig)"] if a["ansvarig"] else []
    return ", ".join([*delar, *(d["namn"] for d in a["medverkande"])])


def _svarar(a: Data) -> str:
    return "; ".join(f"{d['namn']}: {d['svarar']}" for d in _delar(a) if d["svarar"])


def _delar(a: Data) -> list[Data]:
    return [*([a["ansvarig"]] if a["ansvarig"] else []), *a["medverkande"]]


def _betalas(a: Data) -> str:
    # Versions decided before money was part of the plan say nothing of it.
    return ", ".join(f"{b['namn']} {b['ar']}: {b['belopp']}" for b in a.get("betalas", ()))


def _med_dagens_namn(beslutad: Data, nu: Data) -> Data:
    """The decided content with the names that its aktörer bear now: who is renamed since has not changed the plan."""
    namn = {d["id"]: d["namn"] for d in _alla_aktorer(nu) if "id" in d}

    def bytt(varde: Any) -> Any:
        if isinstance(varde, Mapping):
            ny = {nyckel: bytt(v) for nyckel, v in varde.items()}
            return ny | {"namn": namn[ny["id"]]} if "namn" in ny and ny.get("id") in namn else ny
        return [bytt(v) for v in varde] if isinstance(varde, list) else varde

    dagens: Data = bytt(beslutad)
    return dagens


def _alla_aktorer(plan: Data) -> Iterator[Data]:
    for insats in plan["ordning"]:
        yield from insats.get("roller", ())
        for a in insats["aktiviteter"]:
            yield from _delar(a)
            yield from a.get("betalas", ())
    yield from (plan.get("ekonomi") or {}).get("rader", ())


_FALT = {
    "Vad": lambda a: a["titel"],
    "Resultat": lambda a: a["resultat"],
    NAR: _tid,
    "Aktörer": _vem,
    "Svarar för": _svarar,
    "Kostnad": lambda a: a.get("kostnad", ""),
    "Betalas av": _betalas,
}
