"""What the preview of a file shows of its plan. Kept as JSON where the plan is too large to be made for each page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from aktorer.grund.tecken import rena
from insatser.andringar.arbetsbok import Bokdel, Bokplan
from insatser.andringar.inlasning import Andringsrad, Inlasningsplan
from insatser.regler.bojning import uppraknat
from insatser.regler.inlasning import Cell, Cellkonflikt, Cellval, Fel, Utelamnad

RADER_PER_SIDA = 50
VISADE_FEL = 1000
VISADE_KONFLIKTER = 100  # each has three fields in the form, and Django takes a thousand
_RADENS = tuple(f.name for f in fields(Andringsrad))


@dataclass(frozen=True)
class Bladgranskning:
    """How many rows of a sheet are new, changed and as they were, and how many cells are changed. `karna`: as in
    `Bokdel`.
    """

    rubrik: str
    nya: int
    andrade: int
    celler: int
    oforandrade: int
    karna: str = ""


@dataclass(frozen=True)
class Granskning:
    """A plan but for its rows: counts, and of what may be very many the first. `delar`: sheet by sheet, where there are
    several. `konflikter`: first those where it is not chosen what is to stand (`antal_att_avgora`). `i_alla`: so many
    rows change what shows in all stadskärnor. `nekad`: the first fault is of a row that the database refused; `andrad`:
    what was confirmed was another plan. `frammande`: the table is somebody else's, and what it means is to be said
    first.
    """

    fingeravtryck: str
    rader: int
    nya: int
    andrade: int
    celler: int
    oforandrade: int
    i_alla: int
    antal_fel: int
    fel: tuple[Fel, ...]
    antal_konflikter: int
    antal_att_avgora: int
    konflikter: tuple[Cellkonflikt, ...]
    antal_tvillingar: int
    tvillingar: tuple[Andringsrad, ...]
    antal_utelamnade: int
    utelamnade: tuple[Utelamnad, ...]
    noter: tuple[str, ...]
    hindrad: bool
    kan_delas: bool
    frammande: bool = False
    delar: tuple[Bladgranskning, ...] = ()
    nekad: bool = False
    andrad: bool = False

    @property
    def per_karna(self) -> list[tuple[Bladgranskning, list[Bladgranskning]]]:
        """(the sum of a stadskärna, its sheets where something changes) in a workbook of a whole program; else []."""
        ut = []
        for karna, bladen in groupby(self.delar, key=attrgetter("karna")):
            alla = list(bladen)
            summa = Bladgranskning(
                karna,
                sum(b.nya for b in alla),
                sum(b.andrade for b in alla),
                sum(b.celler for b in alla),
                sum(b.oforandrade for b in alla),
                karna,
            )
            ut.append((summa, [b for b in alla if b.nya or b.andrade]))
        return ut if any(b.karna for b in self.delar) else []

    @property
    def utan_andring(self) -> str:
        """The stadskärnor of a whole program where nothing changes."""
        return uppraknat([summa.karna for summa, bladen in self.per_karna if not bladen])

    @property
    def fler_fel(self) -> int:
        return self.antal_fel - len(self.fel)

    @property
    def kan_lasas_in(self) -> bool:
        return bool(self.rader or self.antal_tvillingar) and not self.hindrad

    @property
    def antal_att_lasa(self) -> int:
        """How many the words about what is read in are to fit."""
        return self.rader or self.antal_tvillingar

    def som_json(self) -> dict[str, Any]:
        # A twin has fields of its own kind, which only its writer needs.
        tvillingar = {"tvillingar": [_rad_som_json(rad) for rad in self.tvillingar]}
        ut: dict[str, Any] = _renat(asdict(replace(self, tvillingar=())) | tvillingar)
        return ut

    @classmethod
    def ur_json(cls, data: Mapping[str, Any]) -> Granskning:
        konflikter = [
            Cellkonflikt(**k | {"val": Cellval(**k["val"]) if k["val"] else None}) for k in data["konflikter"]
        ]
        return cls(
            **{
                # That a preview of before they were counted has all of.
                "antal_konflikter": len(konflikter),
                "antal_att_avgora": sum(not k.avgjord for k in konflikter),
                **data,
                "fel": tuple(Fel(**f) for f in data["fel"]),
                "konflikter": tuple(konflikter),
                "tvillingar": tuple(_rad_ur_json(r) for r in data["tvillingar"]),
                "utelamnade": tuple(Utelamnad(**u) for u in data["utelamnade"]),
                "noter": tuple(data["noter"]),
                "delar": tuple(Bladgranskning(**d) for d in data["delar"]),
            }
        )


def granskad(
    plan: Inlasningsplan[Any], *, nekad: Fel | None = None, andrad: bool = False, frammande: bool = False
) -> Granskning:
    """`nekad`: the fault of the row that the database refused."""
    fel = (*([nekad] if nekad else []), *plan.fel)
    return Granskning(
        fingeravtryck=plan.fingeravtryck,
        rader=len(plan.rader),
        nya=len(plan.nya),
        andrade=len(plan.andrade),
        celler=plan.celler,
        oforandrade=plan.oforandrade,
        i_alla=sum(rad.i_alla for rad in plan.rader),
        antal_fel=len(fel),
        fel=fel[:VISADE_FEL],
        antal_konflikter=len(plan.konflikter),
        antal_att_avgora=len(plan.att_avgora),
        konflikter=tuple(sorted(plan.konflikter, key=lambda k: k.avgjord)[:VISADE_KONFLIKTER]),
        antal_tvillingar=len(plan.tvillingar),
        tvillingar=plan.tvillingar[:RADER_PER_SIDA],
        antal_utelamnade=len(plan.utelamnade),
        utelamnade=plan.utelamnade[:VISADE_FEL],
        noter=plan.noter,
        hindrad=plan.hindrad,
        kan_delas=plan.kan_delas,
        frammande=frammande,
        delar=tuple(_bladet(d) for d in plan.delar) if isinstance(plan, Bokplan) else (),
        nekad=nekad is not None,
        andrad=andrad,
    )


def _bladet(del_: Bokdel) -> Bladgranskning:
    plan = del_.plan
    return Bladgranskning(del_.rubrik, len(plan.nya), len(plan.andrade), plan.celler, plan.oforandrade, del_.karna)


type Granskadrad = tuple[str, Andringsrad]


def rader(plan: Inlasningsplan[Any]) -> list[Granskadrad]:
    """(the part of the workbook that it stands in, the row) of all rows in order."""
    if isinstance(plan, Bokplan):
        return [(d.namn, rad) for d in plan.delar for rad in d.plan.rader]
    return [("", rad) for rad in plan.rader]


def sidor_som_json(plan: Inlasningsplan[Any]) -> list[list[Any]]:
    """The rows as they are kept, page by page."""
    alla: list[Any] = _renat([[rubrik, _rad_som_json(rad)] for rubrik, rad in rader(plan)])
    return [alla[n : n + RADER_PER_SIDA] for n in range(0, len(alla), RADER_PER_SIDA)]


def _renat(data: Any) -> Any:
    """The same with texts that may be stored: a fault is shown with what stands in the file, whatever that is."""
    if isinstance(data, str):
        return rena(data)
    if isinstance(data, dict):
        return {namn: _renat(varde) for namn, varde in data.items()}
    return [_renat(varde) for varde in data] if isinstance(data, list | tuple) else data


def sida_ur_json(sida: Iterable[Sequence[Any]]) -> list[Granskadrad]:
    return [(rubrik, _rad_ur_json(rad)) for rubrik, rad in sida]


def _rad_som_json(rad: Andringsrad) -> dict[str, Any]:
    return {
        **{namn: getattr(rad, namn) for namn in _RADENS},
        "celler": [[c.kolumn, c.fore, c.efter] for c in rad.celler],
    }


def _rad_ur_json(rad: Mapping[str, Any]) -> Andringsrad:
    celler = tuple(Cell(*c) for c in rad["celler"])
    return Andringsrad(**{**rad, "celler": celler, "noter": tuple(rad["noter"])})
