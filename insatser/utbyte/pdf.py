"""The handlingsplan, its lägesrapport and the insatskarta as PDF/UA-1 and PDF/A-2a, by Typst.

Each goes in two steps: plain data first (`plandata`, `planlagesdata`, `kartdata`), then a template over it (`rita`).
All that stands in the file comes from that data, so the same data gives the same bytes; nothing here asks what time it
is.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insatser.fragor.beslutat import frys
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.handlingsplan import innehall as innehall_av
from insatser.fragor.karta import Falt, Karta
from insatser.fragor.laget import Laget
from insatser.models import Beslut, Handlingsplan, Insats, Planversion
from insatser.regler import plandiff, tystnad
from insatser.utbyte import insatsdata, typsnitt
from insatser.utbyte.insatsdata import BEDOMNINGSFORKLARING, EXEMPELTEXT, Data, i_text
from insatser.utbyte.laget import lagesdata
from insatser.utbyte.plandata import plandata
from insatser.utbyte.planlage import planlagesdata
from insatser.utbyte.schema import schema

if TYPE_CHECKING:
    from typst import Fonts

MALLAR = Path(__file__).parent / "typst"
# Beyond this the poster's type is too small to read and its setting too slow for a web page.
MEST_PA_AFFISCH = 150
# What a plan's template does not read: its rows twice over, and what `schema` makes its table of.
TABELLER = {"ordning", "tidslinje", "ansvar", "rader"}


def handlingsplan(innehall: Planinnehall, beslutad: Planversion | None = None) -> bytes:
    """The plan as an A4 document; with what differs from the version that was decided last, when there is one."""
    senast = insatsdata.senast(p.insats for p in innehall.prioriteringar)
    data = plandata(innehall)
    return plandokument(data | _andringar(data, beslutad), senast or date(innehall.plan.ar_fran, 1, 1))


def beslutad_plan(plan: Handlingsplan, beslut: Beslut, nummer: int) -> tuple[Data, bytes]:
    """The plan as it is decided: (its words and values, to be frozen; the PDF made of just them).

    Frozen with them are its rows, for those who read it while an ändringsbeslut is prepared.
    """
    data = plandata(innehall_av(plan)) | {"beslut": beslutsdata(beslut, nummer)}
    data |= _andringar(data, plan.versioner.filter(nummer__lt=nummer).select_related("beslut").first())
    return data | {"rader": frys(plan)}, plandokument(data, beslut.datum)


def plandokument(data: Data, dag: date) -> bytes:
    """The plan of `plandata`, as it is now or as it was frozen by a decision."""
    att_satta = {nyckel: v for nyckel, v in data.items() if nyckel not in TABELLER}
    tabeller = schema(data["tidslinje"], data["ansvar"]) if "tidslinje" in data else []
    return rita("handlingsplan.typ", att_satta | {"schema": tabeller}, dag)


def lagesrapport(innehall: Planinnehall, idag: date, beslutad: Planversion | None = None) -> bytes:
    """How the plan stands on the day `idag`, on one A4 page whatever there is to say; for a meeting."""
    skillnader = plandiff.skillnader(beslutad.innehall, plandata(innehall)) if beslutad else []
    return rita("lagesrapport.typ", planlagesdata(innehall, idag, beslutad, skillnader), idag)


def laget(laget: Laget, idag: date) -> bytes:
    """How a stadskärna stands on the day `idag`, on one A4 page whatever there is to say; for a meeting."""
    return rita("laget.typ", lagesdata(laget, idag), idag)


def antal_andrat(plan: Handlingsplan) -> int:
    """How much in the plan differs from what was decided last and needs a new decision."""
    beslutad = plan.versioner.defer("pdf").first()
    if beslutad is None:
        return 0
    nu = plandata(innehall_av(plan))
    return len(plandiff.att_besluta(plandiff.skillnader(beslutad.innehall, nu)))


def _andringar(data: Data, beslutad: Planversion | None) -> Data:
    if beslutad is None:
        return {}
    rader = [vars(s) for s in plandiff.skillnader(beslutad.innehall, data)]
    sedan = f"Jämfört med version {beslutad.nummer}, beslutad {i_text(beslutad.beslut.datum)}"
    return {"andringar": {"sedan": sedan, "rader": rader}}


def beslutsdata(beslut: Beslut, nummer: int) -> Data:
    """What the decision box says."""
    return {
        "rubrik": "Beslut" if nummer == 1 else f"Ändringsbeslut, version {nummer}",
        "organ": beslut.organ.namn,
        "datum": i_text(beslut.datum),
        "paragraf": f"§ {beslut.paragraf}" if beslut.paragraf else "",
        "diarienummer": beslut.diarienummer,
        "protokoll": beslut.protokoll,
        "notering": beslut.notering,
    }


def affisch(karta: Karta, rubrikrad: str = "", idag: date | None = None) -> bytes:
    """The map as a poster: one A3 page, whatever the number of insatser. `rubrikrad` names the selection.

    `idag` is the day the poster speaks of; with it, long silence about an insats is marked. Without it the poster
    speaks of the day of the newest report.
    """
    dag = idag or insatsdata.senast(karta.insatser) or date(karta.fardplan.program.ar_fran, 1, 1)
    return rita("affisch.typ", kartdata(karta, rubrikrad, idag), dag)


def rita(mall: str, data: Data, dag: date) -> bytes:
    """`data` set with the template `mall`. `dag` is the time of creation written into the file."""
    import typst  # noqa: PLC0415 -- slow import

    pdf = typst.compile(
        MALLAR / mall,
        root=MALLAR,
        font_paths=_typsnitt(),
        sys_inputs={"data": json.dumps(_sattbart(data), ensure_ascii=False)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=datetime.combine(dag, time(), UTC),
    )
    assert isinstance(pdf, bytes)  # noqa: S101 -- only pictures come as a list of pages
    return pdf


@cache
def _typsnitt() -> Fonts:
    import typst  # noqa: PLC0415 -- slow import

    # Nothing of the machine's own fonts: the same plan looks the same everywhere.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[typsnitt.katalog()])


def _sattbart(varde: Any) -> Any:
    """The same data with every text made safe for the typeface."""
    if isinstance(varde, str):
        return typsnitt.sattbar(varde)
    if isinstance(varde, dict):
        return {nyckel: _sattbart(v) for nyckel, v in varde.items()}
    return [_sattbart(v) for v in varde] if isinstance(varde, list) else varde


def kartdata(karta: Karta, rubrikrad: str = "", idag: date | None = None) -> Data:
    """All words and values of the poster, in plain JSON types."""
    karna = karta.fardplan.stadskarna.namn
    dag = idag or insatsdata.senast(karta.insatser)
    visade = len(karta.insatser)
    plats = MEST_PA_AFFISCH if visade <= MEST_PA_AFFISCH else MEST_PA_AFFISCH // len(karta.falt)
    return {
        "titel": f"Insatskarta för {karna}",
        "program": karta.fardplan.program.namn,
        "dag": f"Läget den {i_text(dag)}" if dag else "Ingen har rapporterat ännu",
        "antal": f"{visade} av {karta.totalt} insatser" if rubrikrad else _antal_insatser(visade),
        "urval": rubrikrad,
        "per_status": [insatsdata.status(s.status or "") | {"antal": s.antal} for s in karta.per_status],
        "exempel": EXEMPELTEXT if karta.har_exempel else "",
        "bedomningar": [insatsdata.bedomning(b) | {"text": text} for b, text in BEDOMNINGSFORKLARING.items()],
        "falt": [
            _affischfalt(f, plats, idag)
            for f in karta.falt
            # A selection leaves målområden empty: the others get their room.
            if f.insatser or not karta.insatser or not rubrikrad
        ],
    }


def _affischfalt(falt: Falt, plats: int, idag: date | None) -> Data:
    return insatsdata.malomrade(falt.malomrade) | {
        "insatser": [_kort(i, idag) for i in falt.insatser[:plats]],
        "utelamnade": max(0, len(falt.insatser) - plats),
    }


def _antal_insatser(antal: int) -> str:
    return f"{antal} insats" if antal == 1 else f"{antal} insatser"


def _kort(insats: Insats, idag: date | None) -> Data:
    tyst = tystnad.i_ord(insats.lage, idag) if idag else ""
    avford = f"Avförd {insats.avford.isoformat()}" if insats.avford else ""
    return insatsdata.insats(insats) | {"prioriterad": insats.prioriterad, "tyst": tyst, "avford": avford}
