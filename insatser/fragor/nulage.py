"""Where a stadskärna stands, as a styrgrupp wants it in front of it at a meeting.

Plain data in JSON types: what both the page and its PDF are made of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from aktorer.behorighet import Person
from insatser.behorighet import laser_som_beslutad
from insatser.fragor import beslutat, insatsdata, lagesbild
from insatser.fragor.insatsdata import INGEN_ANSVARIG, Data, i_text
from insatser.fragor.lagesbild import Indikatorbild
from insatser.fragor.oversikt import Oversiktsrad, arets_plan, oversikter
from insatser.models import Aktivitet, Fardplan, Handlingsplan, Mote, Planversion, Prioritering
from insatser.regler import tal, tystnad
from insatser.regler.exempel import MARKE, exempel
from insatser.regler.fordelning import BEDOMNINGAR, INGEN, STATUSAR
from insatser.regler.forsening import Forsening
from insatser.regler.kapning import kapa
from insatser.regler.status import Bedomning

# More than these no meeting reads; how many of them the A4 holds is for its template to see.
MEST_INSATSER, MEST, MEST_INDIKATORER = 100, 12, 6
LANGST = 160


@dataclass(frozen=True)
class Arsplan:
    """The handlingsplan of the year and the version that was decided last, None for a draft.

    `per_status` counts its aktiviteter; None where the person reads what was decided, and it froze no rows.
    """

    plan: Handlingsplan
    version: Planversion | None
    prioriterade: set[int]
    per_status: Counter[str] | None


def nulagesdata(fardplan: Fardplan, person: Person, idag: date) -> Data:
    """All words and values of the page, as the person may see it. Lists are cut at what a meeting reads; `antal_…`
    counts the whole of them. A constant number of queries, whatever there is to tell."""
    (o,) = oversikter([fardplan], person, idag)
    bilder = [b for _, per_omrade in lagesbild.lagesbild(fardplan, person) for b in per_omrade]
    # Those with a value of the stadskärna's own.
    indikatorer = [b for b in bilder if b.senast]
    matt = [rad for b in indikatorer[:MEST_INDIKATORER] for rad in (b.indikator, b.senast)]
    plan = _arsplan(fardplan, person, idag.year)
    sena = [_sen(a, sen) for a, sen in o.sena]
    tysta = [{"namn": a.namn if a else INGEN_ANSVARIG, "antal": n} for a, n in o.tysta_aktorer]
    return {
        "titel": f"Läget i {o.fardplan.stadskarna.namn} den {i_text(idag)}",
        "stadskarna": o.fardplan.stadskarna.namn,
        "program": o.fardplan.program.namn,
        "dag": f"Läget den {i_text(idag)}",
        "exempel": exempel([*o.visade, *matt, plan.plan if plan else None]),
        "antal": len(o.rader),
        "per_status": _antal((r.status for r in o.rader), STATUSAR),
        "per_bedomning": _antal((r.bedomning for r in o.rader if r.bedomning != INGEN), BEDOMNINGAR),
        "nya": len(o.nya),
        "sedan": f"vid styrgruppens möte {i_text(o.sedan)}" if o.mote else f"den {i_text(o.sedan)}",
        "tysta": len(o.tysta),
        "falt": _falt(o.rader, plan.prioriterade if plan else set(), idag),
        "antal_sena": len(sena),
        "sena": sena[:MEST],
        "antal_tysta_aktorer": len(tysta),
        "tysta_aktorer": tysta[:MEST],
        "plan": _plan(plan) if plan else None,
        "moten": [_mote("Senaste möte", o.mote), _mote("Nästa möte", o.nasta_mote)],
        "antal_indikatorer": len(indikatorer),
        "indikatorer": [_indikator(b) for b in indikatorer[:MEST_INDIKATORER]],
    }


def _arsplan(fardplan: Fardplan, person: Person, ar: int) -> Arsplan | None:
    """The plan of this year; where there is none, the newest."""
    plan = arets_plan(fardplan, person, ar)
    if plan is None:
        return None
    version = plan.versioner.gallande().uppgifter().select_related("beslut").first()
    if laser_som_beslutad(person, plan):
        for b in beslutat.las(Handlingsplan.objects.filter(pk=plan.pk)):
            return Arsplan(plan, version, b.insatser, Counter(a.status for a in b.aktiviteter))
        return Arsplan(plan, version, set(), None)
    prioriterade = set(Prioritering.objects.filter(handlingsplan=plan).values_list("insats_id", flat=True))
    aktiviteter = Aktivitet.objects.filter(prioritering__handlingsplan=plan)
    return Arsplan(plan, version, prioriterade, Counter(aktiviteter.values_list("status", flat=True)))


def _antal(koder: Iterable[str], ord_: Mapping[str, str]) -> list[Data]:
    antal = Counter(koder)
    return [{"slag": "" if k == INGEN else k, "ord": text, "antal": antal[k]} for k, text in ord_.items() if antal[k]]


def _falt(rader: Sequence[Oversiktsrad], prioriterade: set[int], idag: date) -> list[Data]:
    """The målområden. `plats` ranks the insatser of all of them: what there is no room for is what comes last."""
    plats = {r.insats.pk: n for n, r in enumerate(sorted(rader, key=_vikt))}
    ut = []
    for omrade, grupp in groupby(rader, key=lambda r: r.insats.malomrade):
        har = list(grupp)
        insatser = [
            _insats(r, idag) | {"plats": plats[r.insats.pk], "prioriterad": r.insats.pk in prioriterade}
            for r in har
            if plats[r.insats.pk] < MEST_INSATSER
        ]
        ut.append(insatsdata.malomrade(omrade) | {"antal": len(har), "insatser": insatser})
    return ut


def _vikt(rad: Oversiktsrad) -> int:
    """What goes wrong comes first, then what is new, then what nobody has said anything about for long."""
    return [rad.bedomning == Bedomning.AVVIKER, rad.bedomning == Bedomning.RISK, rad.ny, rad.tyst, True].index(True)


def _insats(rad: Oversiktsrad, idag: date) -> Data:
    return {
        "nummer": rad.insats.nummer,
        "titel": rad.insats.titel,
        "farg": rad.insats.malomrade.farg,
        "lage": insatsdata.lage(rad.lage),
        "ny": "Ändrat" if rad.ny else "",
        "nytillkommen": tystnad.ar_ny(rad.lage, rad.insats.tillkom, idag),
        "tyst": tystnad.i_ord(rad.lage, rad.insats.tillkom, idag),
        "kommentar": _kort(rad.skal),
    }


def _sen(aktivitet: Aktivitet, sen: Forsening) -> Data:
    insats = aktivitet.prioritering.insats
    return {
        "nummer": insats.nummer,
        "farg": insats.malomrade.farg,
        "titel": aktivitet.titel,
        "skal": sen.ord,
        "exempel": aktivitet.prioritering.handlingsplan.exempel,
        "ansvarig": aktivitet.ansvarig.aktor.namn if aktivitet.ansvarig else INGEN_ANSVARIG,
    }


def _plan(plan: Arsplan) -> Data:
    status = Handlingsplan.Planstatus(plan.plan.status)
    lage = {
        Handlingsplan.Planstatus.UTKAST: "Utkast, inte beslutad",
        Handlingsplan.Planstatus.BESLUTAD: "Beslutad",
        Handlingsplan.Planstatus.AVSLUTAD: f"Avslutad {i_text(plan.plan.avslutad)}" if plan.plan.avslutad else "",
    }[status]
    if plan.version and status == Handlingsplan.Planstatus.BESLUTAD:
        lage += f" {i_text(plan.version.beslut.datum)}"
        if plan.version.nummer > 1:
            lage += f", version {plan.version.nummer}"
    antal = plan.per_status
    return {
        "namn": str(plan.plan),
        "period": plan.plan.period,
        "exempel": plan.plan.exempel,
        "lage": lage,
        "andras": "Ett ändringsbeslut förbereds." if plan.plan.andras else "",
        "antal_insatser": None if antal is None else len(plan.prioriterade),
        "antal": None if antal is None else antal.total(),
        "per_status": _antal(antal.elements(), STATUSAR) if antal else [],
    }


def _mote(ord_: str, mote: Mote | None) -> Data:
    """`pk` is for the page to link by."""
    if mote is None:
        return {"ord": ord_, "nar": "Inget inskrivet", "pk": None}
    tid = f" kl. {mote.tid:%H.%M}" if mote.tid else ""
    return {"ord": ord_, "nar": f"{i_text(mote.datum)}{tid}" + (f", {mote.plats}" if mote.plats else ""), "pk": mote.pk}


def _indikator(bild: Indikatorbild) -> Data:
    i, v = bild.indikator, bild.senast
    assert v is not None  # noqa: S101 -- only those with a value are shown
    return {
        "namn": i.namn,
        "varde": f"{'cirka ' if v.cirka else ''}{tal.skriv(v.varde)} {i.enhet}",
        "ar": str(v.ar),
        "mal": f"Mål {i.mal_ar}: {tal.skriv(i.mal)}" if i.mal is not None else "",
        "kalla": bild.kalla,
        "exempel": MARKE if v.exempel or i.exempel else "",
    }


def _kort(text: str) -> str:
    """The insats's own page has the whole of it."""
    return kapa(" ".join(text.split()), LANGST)
