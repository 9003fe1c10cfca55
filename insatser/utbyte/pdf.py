"""The handlingsplan and the insatskarta as PDF/UA-1 and PDF/A-2a, by Typst.

Each goes in two steps: plain data first (`plandata`, `kartdata`), then a template over it (`rita`). All that stands in
the file comes from that data, so the same data gives the same bytes; nothing here asks what time it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format

from insatser.fragor.ansvar import ansvarstabell
from insatser.fragor.finansiering import Ekonomi
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.handlingsplan import innehall as innehall_av
from insatser.fragor.karta import Falt, Karta
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Beslut,
    Handlingsplan,
    Insats,
    Lagesrapport,
    Malomrade,
    Planversion,
    Prioritering,
)
from insatser.regler import kronor, plandiff, tystnad
from insatser.regler.medverkan import Roll
from insatser.regler.status import Bedomning, Status
from insatser.regler.tidslinje import skala
from insatser.utbyte import typsnitt

if TYPE_CHECKING:
    from typst import Fonts

MALLAR = Path(__file__).parent / "typst"
INGEN_ANSVARIG = "Ingen ansvarig utsedd"
INGEN_RAPPORT = "Ingen rapport"
# Beyond this the poster's type is too small to read and its setting too slow for a web page.
MEST_PA_AFFISCH = 150
EXEMPELTEXT = "Lägen eller aktiviteter i dokumentet är påhittade exempel, inte uppgifter från aktörerna."

STATUSTEXT = {
    Handlingsplan.Planstatus.UTKAST: "Ett förslag. Styrgruppen har inte beslutat planen och innehållet kan ändras.",
    Handlingsplan.Planstatus.BESLUTAD: "Styrgruppen har beslutat planen.",
    Handlingsplan.Planstatus.AVSLUTAD: "Styrgruppen har beslutat planen. Perioden är avslutad.",
}
STATUSFORKLARING = {
    Status.EJ_PABORJAD: "Inget arbete har börjat.",
    Status.PLANERAD: "Arbetet är förberett men har inte börjat.",
    Status.PAGAR: "Arbetet är i gång.",
    Status.PAUSAD: "Arbetet ligger nere tills vidare.",
    Status.GENOMFORD: "Arbetet är klart.",
    Status.AVBRUTEN: "Arbetet slutförs inte.",
}
BEDOMNINGSFORKLARING = {
    Bedomning.ENLIGT_PLAN: "Tid och innehåll håller.",
    Bedomning.RISK: "Planen håller inte om inget görs.",
    Bedomning.AVVIKER: "Planen håller inte.",
}

_SMALA = frozenset("abcdefghijklnopqrstuvxyzåäöé0123456789 .,;:-–'\"”!?/()")

type Data = dict[str, Any]


def handlingsplan(innehall: Planinnehall, beslutad: Planversion | None = None) -> bytes:
    """The plan as an A4 document; with what differs from the version that was decided last, when there is one."""
    senast = _senast(p.insats for p in innehall.prioriteringar)
    data = plandata(innehall)
    return rita("handlingsplan.typ", data | _andringar(data, beslutad), senast or date(innehall.plan.ar_fran, 1, 1))


def beslutad_plan(plan: Handlingsplan, beslut: Beslut, nummer: int) -> tuple[Data, bytes]:
    """The plan as it is decided: (its words and values, to be frozen; the PDF made of just them)."""
    data = plandata(innehall_av(plan)) | {"beslut": beslutsdata(beslut, nummer)}
    data |= _andringar(data, plan.versioner.filter(nummer__lt=nummer).select_related("beslut").first())
    return data, rita("handlingsplan.typ", data, beslut.datum)


def antal_andrat(plan: Handlingsplan) -> int:
    """How much in the plan differs from what was decided last; statuses go on living and do not count."""
    beslutad = plan.versioner.defer("pdf").first()
    if beslutad is None:
        return 0
    nu = plandata(innehall_av(plan))
    return sum(s.falt != plandiff.STATUS for s in plandiff.skillnader(beslutad.innehall, nu))


def _andringar(data: Data, beslutad: Planversion | None) -> Data:
    if beslutad is None:
        return {}
    rader = [vars(s) for s in plandiff.skillnader(beslutad.innehall, data)]
    sedan = f"Jämfört med version {beslutad.nummer}, beslutad {_i_text(beslutad.beslut.datum)}"
    return {"andringar": {"sedan": sedan, "rader": rader}}


def beslutsdata(beslut: Beslut, nummer: int) -> Data:
    """What the decision box says."""
    return {
        "rubrik": "Beslut" if nummer == 1 else f"Ändringsbeslut, version {nummer}",
        "organ": beslut.organ.namn,
        "datum": _i_text(beslut.datum),
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
    dag = idag or _senast(karta.insatser) or date(karta.fardplan.program.ar_fran, 1, 1)
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


# --- the handlingsplan as data ---


def plandata(innehall: Planinnehall) -> Data:
    """All words and values of the plan document, in plain JSON types."""
    plan = innehall.plan
    karna = plan.fardplan.stadskarna.namn
    senast = _senast(p.insats for p in innehall.prioriteringar)
    rader = {p.pk: _prioriteringsdata(p, plats) for plats, p in enumerate(innehall.prioriteringar, start=1)}
    return {
        "titel": f"Handlingsplan {plan.period_i_text} för {karna}",
        "stadskarna": karna,
        "program": plan.fardplan.program.namn,
        "period": plan.period_i_text,
        "tid": f"1 januari {plan.ar_fran} till 31 december {plan.ar_till}",
        "status": {"ord": plan.get_status_display(), "text": STATUSTEXT[Handlingsplan.Planstatus(plan.status)]},
        "utkast": "Utkast – planen är inte beslutad" if plan.ar_utkast else "",
        "exempel": EXEMPELTEXT if innehall.har_exempel else "",
        "beslut": None,
        "andringar": None,
        "omfattning": _omfattning(len(rader), len(innehall.aktiviteter)),
        "lagesdag": f"Enligt rapporter till och med {_i_text(senast)}" if senast else "Ingen har rapporterat ännu",
        "ingen_ansvarig": INGEN_ANSVARIG,
        "inledning": plan.inledning,
        "lasanvisning": _lasanvisning(plan),
        "forklaringar": {
            "statusar": [_status(s) | {"text": text} for s, text in STATUSFORKLARING.items()],
            "bedomningar": [_bedomning(b) | {"text": text} for b, text in BEDOMNINGSFORKLARING.items()],
        },
        "ordning": list(rader.values()),
        "falt": [
            _malomrade(f.malomrade) | {"insatser": [rader[p.pk] for p in f.prioriteringar]} for f in innehall.falt
        ],
        "tidslinje": _tidslinje(innehall),
        "ansvar": _ansvar(innehall),
        "ekonomi": _ekonomi(innehall.ekonomi) if innehall.ekonomi.finns else None,
    }


def _tidslinje(innehall: Planinnehall) -> Data:
    """The steps (quarters, or years) and, per aktivitet, the first step it covers and how many."""
    plan = innehall.plan
    tid = skala(plan.ar_fran, plan.ar_till)
    return {
        "ar": [] if tid.per_ar else [{"ar": str(ar), "antal": antal} for ar, antal in tid.ar],
        "steg": [ord_ for ord_, _ in tid.steg],
        "insatser": [
            {
                "nummer": p.insats.nummer,
                "titel": p.insats.titel,
                "farg": p.insats.malomrade.farg,
                "aktiviteter": [
                    {"titel": a.titel, "tid": _tid(a), "status": _status(a.status), "spann": tid.spann(a.start, a.slut)}
                    for a in p.aktiviteter.all()
                ],
            }
            for p in innehall.prioriteringar
        ],
    }


def _ansvar(innehall: Planinnehall) -> Data:
    tabell = ansvarstabell(innehall)
    return {
        "aktorer": [a.namn for a in tabell.aktorer],
        "rader": [
            {
                "nummer": rad.insats.nummer,
                "farg": rad.insats.malomrade.farg,
                "titel": rad.aktivitet.titel,
                "roller": [d.roll if d else "" for d in rad.delar],
            }
            for rad in tabell.rader
        ],
    }


def _ekonomi(ekonomi: Ekonomi) -> Data:
    """Amounts in words; "" where an aktör puts in nothing that year."""
    summor = ekonomi.summor
    return {
        "ar": [str(ar) for ar in summor.ar],
        "rader": [
            {"namn": a.namn, "belopp": [_kr(v) for v in varden], "totalt": _kr(totalt)}
            for a, varden, totalt in summor.rader
        ],
        "per_ar": [_kr(v) for v in summor.per_ar],
        "totalt": _kr(summor.totalt),
        "gemensamt": _kr(ekonomi.gemensamt),
        "riktat": _kr(ekonomi.riktat),
        "kostnad": _kr(ekonomi.kostnad),
        "saknas": _kr(ekonomi.saknas),
    }


def _kr(belopp: int | None) -> str:
    return kronor.skriv(belopp) if belopp else ""


def _omfattning(insatser: int, aktiviteter: int) -> str:
    insatsord = "prioriterad insats" if insatser == 1 else "prioriterade insatser"
    aktivitetsord = "aktivitet" if aktiviteter == 1 else "aktiviteter"
    return f"{insatser or 'Inga'} {insatsord} och {aktiviteter or 'inga'} {aktivitetsord}"


def _lasanvisning(plan: Handlingsplan) -> list[str]:
    karna, program, period = plan.fardplan.stadskarna.namn, plan.fardplan.program, plan.period_i_text
    return [
        f"Färdplanen för {karna} beskriver insatser som ingen aktör klarar ensam. Handlingsplanen lyfter fram dem "
        f"som drivs tillsammans {period}. En insats har samma nummer här som i färdplanens insatskarta."
        if program.malomrade_ord == "målområde"
        # Older programs were no färdplaner and had no insatskarta.
        else f"{program} för {karna} säger vart parterna vill. Handlingsplanen lyfter fram det som de driver "
        f"tillsammans {period}, ordnat efter programmets {program.malomraden_ord}.",
        "Varje insats har ett skäl, ett läge och en ansvarig aktör. Under den står aktiviteterna: vad som ska göras, "
        "vad det ska leda till, när det sker och vad varje aktör svarar för. Tider anges i kvartal: kvartal 1 är "
        "januari till mars.",
        "Status säger hur långt arbetet har kommit. Bedömningen säger om det går som planerat. Båda visas med en "
        "form och ett ord.",
    ]


def _prioriteringsdata(p: Prioritering, plats: int) -> Data:
    insats = _insats(p.insats)
    return insats | {
        "id": p.pk,
        "plats": plats,
        "skal": p.skal,
        "rader": _rader(p.skal, 85) + _rader(insats["lage"]["kommentar"], 85),
        "aktiviteter": [_aktivitet(a) for a in p.aktiviteter.all()],
    }


def _aktivitet(a: Aktivitet) -> Data:
    aktorer = sorted(a.aktorer.all(), key=lambda d: (d.ordning, d.pk))
    ansvarig = next((_del(d) for d in aktorer if d.roll == Roll.ANSVARIG), None)
    medverkande = [_del(d) for d in aktorer if d.roll == Roll.MEDVERKANDE]
    delar = [ansvarig, *medverkande] if ansvarig else medverkande
    return {
        "id": a.pk,
        "titel": a.titel,
        "resultat": a.resultat,
        "tid": _tid(a),
        "status": _status(a.status),
        "kostnad": _kr(a.kostnad),
        "betalas": [{"namn": b.aktor.namn, "ar": str(b.ar), "belopp": _kr(b.belopp)} for b in a.bidrag.all()],
        "utfall": {"ord": a.get_utfall_display(), "skal": a.utfall_skal} if a.utfall else None,
        "foljer_pa": str(a.foljer_pa.prioritering.handlingsplan) if a.foljer_pa else "",
        "ansvarig": ansvarig,
        "medverkande": medverkande,
        "rader": max(
            _rader(a.titel, 34) + _rader(a.resultat, 36),
            sum(1 + _rader(f"{d['namn']} – {d['svarar']}", 30) for d in delar),
        ),
    }


def _tid(a: Aktivitet) -> str:
    """Its quarters, none of them split over two lines."""
    return a.tid.replace(" kv. ", "\N{NO-BREAK SPACE}kv.\N{NO-BREAK SPACE}")


def _del(d: AktivitetAktor) -> Data:
    return {"namn": d.aktor.namn, "svarar": d.ansvarar_for}


def _rader(text: str, bredd: int) -> int:
    """At most about how many lines `text` takes where `bredd` ordinary letters go on one."""
    return sum(1 + sum(1 if t in _SMALA else 2 for t in rad) // bredd for rad in text.splitlines())


# --- the insatskarta as data ---


def kartdata(karta: Karta, rubrikrad: str = "", idag: date | None = None) -> Data:
    """All words and values of the poster, in plain JSON types."""
    karna = karta.fardplan.stadskarna.namn
    dag = idag or _senast(karta.insatser)
    visade = len(karta.insatser)
    plats = MEST_PA_AFFISCH if visade <= MEST_PA_AFFISCH else MEST_PA_AFFISCH // len(karta.falt)
    return {
        "titel": f"Insatskarta för {karna}",
        "program": karta.fardplan.program.namn,
        "dag": f"Läget den {_i_text(dag)}" if dag else "Ingen har rapporterat ännu",
        "antal": f"{visade} av {karta.totalt} insatser" if rubrikrad else _antal_insatser(visade),
        "urval": rubrikrad,
        "per_status": [_status(s.status or "") | {"antal": s.antal} for s in karta.per_status],
        "exempel": EXEMPELTEXT if karta.har_exempel else "",
        "bedomningar": [_bedomning(b) | {"text": text} for b, text in BEDOMNINGSFORKLARING.items()],
        "falt": [
            _affischfalt(f, plats, idag)
            for f in karta.falt
            # A selection leaves målområden empty: the others get their room.
            if f.insatser or not karta.insatser or not rubrikrad
        ],
    }


def _affischfalt(falt: Falt, plats: int, idag: date | None) -> Data:
    return _malomrade(falt.malomrade) | {
        "insatser": [_kort(i, idag) for i in falt.insatser[:plats]],
        "utelamnade": max(0, len(falt.insatser) - plats),
    }


def _antal_insatser(antal: int) -> str:
    return f"{antal} insats" if antal == 1 else f"{antal} insatser"


def _kort(insats: Insats, idag: date | None) -> Data:
    datum = insats.lage.datum if insats.lage else None
    tyst = ""
    if idag and datum and tystnad.ar_tyst(datum, idag):
        tyst = f"Inte uppdaterad på {tystnad.dagar_sedan(datum, idag)} dagar"
    avford = f"Avförd {insats.avford.isoformat()}" if insats.avford else ""
    return _insats(insats) | {"prioriterad": insats.prioriterad, "tyst": tyst, "avford": avford}


# --- what both say of an insats ---


def _malomrade(malomrade: Malomrade) -> Data:
    return {
        "rubrik": f"{malomrade.nummer}. {malomrade.namn}",
        "beskrivning": malomrade.beskrivning,
        "farg": malomrade.farg,
        "ikon": malomrade.ikon,
    }


def _insats(insats: Insats) -> Data:
    ansvarig = insats.ansvarig
    return {
        "nummer": insats.nummer,
        "titel": insats.titel,
        "typ": insats.typ,
        "farg": insats.malomrade.farg,
        "ansvarig": ansvarig.aktor.namn if ansvarig else INGEN_ANSVARIG,
        "har_ansvarig": ansvarig is not None,
        "lage": _lage(insats.lage),
    }


def _lage(rapport: Lagesrapport | None) -> Data:
    if rapport is None:
        return {"status": _status(""), "bedomning": None, "dag": "", "nar": "", "kommentar": ""}
    return {
        "status": _status(rapport.status),
        "bedomning": _bedomning(rapport.bedomning) if rapport.bedomning else None,
        "dag": rapport.datum.isoformat(),
        "nar": _i_text(rapport.datum) + (f", {rapport.aktor.namn}" if rapport.aktor else ""),
        "kommentar": rapport.kommentar,
    }


def _status(slag: str) -> Data:
    return {"slag": slag, "ord": Status(slag).label if slag else INGEN_RAPPORT}


def _bedomning(slag: str) -> Data:
    return {"slag": slag, "ord": Bedomning(slag).label}


def _senast(insatser: Iterable[Insats]) -> date | None:
    """The day of the newest report."""
    return max((i.lage.datum for i in insatser if i.lage), default=None)


def _i_text(dag: date) -> str:
    return date_format(dag, "j F Y")
