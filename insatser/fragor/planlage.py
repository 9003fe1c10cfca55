"""How a handlingsplan stands on a day, as plain data in JSON types: what its PDF on one page is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from insatser.fragor import insatsdata
from insatser.fragor.beslut import organnamn
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.insatsdata import INGEN_ANSVARIG, Data, i_text
from insatser.fragor.plandata import UTKAST, avslut, avvikelser, plandata, skillnader
from insatser.models import Planversion, Prioritering
from insatser.regler import tystnad
from insatser.regler.forsening import Forsening
from insatser.regler.kapning import kapa
from insatser.regler.plandiff import Skillnad
from insatser.regler.status import I_STAPEL, Status

# More rows than these never fit on the page; how many of them do is for the template to see.
MEST = 30
LANGST, LANGST_VARFOR = 90, 240
# What a reader wants to know first when something has changed; the rest after it.
_RADER = {
    "Prioriterad insats": ("Ny prioriterad insats", "Inte längre prioriterad"),
    "Aktivitet": ("Ny aktivitet", "Borttagen aktivitet"),
}
_VIKTIGAST = (*_RADER, "När", "Aktörer", "Kostnad", "Betalas av")


def planlagesdata(innehall: Planinnehall, idag: date, beslutad: Planversion | None) -> Data:
    """All words and values of it, with what differs from the version that was decided last, when there is one."""
    plan = innehall.plan
    visad = "beslutad" if innehall.som_beslutat else "nu"
    antal = Counter(a.status for a in innehall.aktiviteter)
    forsenade = innehall.sena(idag)
    insatser = [_insats(p, idag, forsenade, foljs_upp=plan.foljs_upp) for p in innehall.prioriteringar]
    sena = sorted((rad for p in innehall.prioriteringar for rad in _sena(p, forsenade)), key=lambda rad: rad["sedan"])
    avviker = avvikelser(innehall)
    return {
        "titel": f"Lägesrapport: handlingsplan {plan.period_i_text} för {plan.fardplan.stadskarna.namn}",
        "plan": f"Handlingsplan {plan.period_i_text}",
        "stadskarna": plan.fardplan.stadskarna.namn,
        "dag": f"Läget den {i_text(idag)}",
        "utkast": UTKAST if plan.ar_utkast else "",
        "andras": f"Ett ändringsbeslut förbereds. Rapporten visar planen som den är {visad}." if plan.andras else "",
        "exempel": innehall.exempel,
        "beslut": _beslut(beslutad) if beslutad else "",
        "avslut": avslut(innehall),
        "antal": len(innehall.aktiviteter),
        "antal_sena": len(sena),
        "per_status": [insatsdata.status(s) | {"antal": antal[s]} for s in I_STAPEL if s and antal[s]],
        "antal_insatser": len(insatser),
        "insatser": insatser[:MEST],
        "sena": sena[:MEST],
        "antal_avvikelser": len(avviker),
        "avvikelser": [a | {"kommentar": _kort(a["kommentar"], LANGST_VARFOR)} for a in avviker[:MEST]],
        "andringar": _andringar(skillnader(plandata(innehall), beslutad)) if beslutad else None,
    }


def _beslut(version: Planversion) -> str:
    b = version.beslut
    delar = [
        f"Version {version.nummer} beslutades {i_text(b.datum)} av {organnamn(version)}",
        b.paragraf and f"§ {b.paragraf}",
        b.diarienummer,
    ]
    return ", ".join(d for d in delar if d) + "."


def _insats(p: Prioritering, idag: date, sena: Mapping[int, Forsening], *, foljs_upp: bool) -> Data:
    aktiviteter = list(p.aktiviteter.all())
    foljs_upp = foljs_upp and not p.insats.avford
    return insatsdata.insats(p.insats) | {
        "tyst": tystnad.i_ord(p.insats.lage, p.insats.tillkom, idag) if foljs_upp else "",
        "antal": len(aktiviteter),
        "klara": sum(a.status == Status.GENOMFORD for a in aktiviteter),
        "pagar": sum(a.status == Status.PAGAR for a in aktiviteter),
        "sena": sum(a.pk in sena for a in aktiviteter),
    }


def _sena(p: Prioritering, sena: Mapping[int, Forsening]) -> list[Data]:
    return [
        {
            "nummer": p.insats.nummer,
            "farg": p.insats.malomrade.farg,
            "titel": a.titel,
            "ansvarig": a.ansvarig.aktor.namn if a.ansvarig else INGEN_ANSVARIG,
            "skal": sen.ord,
            "exempel": p.handlingsplan.exempel,
            "sedan": sen.sedan.isoformat(),
        }
        for a in p.aktiviteter.all()
        if (sen := sena.get(a.pk))
    ]


def _andringar(skillnader: Sequence[Skillnad]) -> Data:
    rader = sorted(skillnader, key=_vikt)
    return {"antal": len(rader), "rader": [_andring(s) for s in rader[:MEST]]}


def _andring(s: Skillnad) -> Data:
    """What came or went is named once; of the rest both sides are shown."""
    if s.falt in _RADER:
        ord_ = _RADER[s.falt][0 if s.nu else 1]
        return {"vad": _kort(s.vad), "falt": ord_, "da": "", "nu": ""}
    return {n: _kort(v) for n, v in vars(s).items()}


def _vikt(s: Skillnad) -> int:
    return _VIKTIGAST.index(s.falt) if s.falt in _VIKTIGAST else len(_VIKTIGAST)


def _kort(text: str, langst: int = LANGST) -> str:
    """The plan itself has the whole of it."""
    return kapa(" ".join(text.split()), langst)
