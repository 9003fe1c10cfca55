"""The handlingsplan as plain data, in JSON types: what its PDF is made of, and what is frozen when it is decided.

Facts and words alone: how they are set is for the PDF. What is decided is kept for ever: a new key is read with a
default in the template, and none changes its meaning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from insatser.fragor import insatsdata
from insatser.fragor.ansvar import ansvarstabell
from insatser.fragor.beslut import organnamn
from insatser.fragor.finansiering import Ekonomi
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.handlingsplan import innehall as innehall_av
from insatser.fragor.insatsdata import BEDOMNINGSFORKLARING, INGEN_ANSVARIG, Data, i_text
from insatser.models import Aktivitet, AktivitetAktor, Beslut, Handlingsplan, Medverkan, Planversion, Prioritering
from insatser.regler import kronor, plandiff
from insatser.regler.bojning import bojt
from insatser.regler.forsening import Forsening
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.plandiff import Skillnad
from insatser.regler.status import Bedomning, Status, kommentar_kravs
from insatser.regler.tidslinje import Skala, skala
from insatser.regler.utfall import Utfall, i_antal

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
UTKAST = "Utkast – planen är inte beslutad"


def plandata(innehall: Planinnehall) -> Data:
    """All words and values of the plan document."""
    plan = innehall.plan
    karna = plan.fardplan.stadskarna.namn
    senast = insatsdata.senast(p.insats for p in innehall.prioriteringar)
    rader = {p.pk: _prioritering(p, plats) for plats, p in enumerate(innehall.prioriteringar, start=1)}
    tid = skala(plan.ar_fran, plan.ar_till)
    return {
        "titel": f"Handlingsplan {plan.period_i_text} för {karna}",
        "stadskarna": karna,
        "program": plan.fardplan.program.namn,
        "period": plan.period_i_text,
        "tid": f"1 januari {plan.ar_fran} till 31 december {plan.ar_till}",
        "status": {"ord": plan.get_status_display(), "text": STATUSTEXT[Handlingsplan.Planstatus(plan.status)]},
        "utkast": UTKAST if plan.ar_utkast else "",
        "exempel": innehall.exempel,
        "beslut": None,
        "andringar": None,
        "avslut": avslut(innehall),
        "omfattning": _omfattning(len(rader), len(innehall.aktiviteter)),
        "lagesdag": f"Enligt rapporter till och med {i_text(senast)}" if senast else "Ingen har rapporterat ännu",
        "ingen_ansvarig": INGEN_ANSVARIG,
        "inledning": plan.inledning,
        "lasanvisning": _lasanvisning(innehall, tid),
        "ordlista": [{"ord": o.ord, "text": o.forklaring} for o in innehall.ordlista],
        "forklaringar": {
            "statusar": [insatsdata.status(s) | {"text": text} for s, text in STATUSFORKLARING.items()],
            "bedomningar": [insatsdata.bedomning(b) | {"text": text} for b, text in BEDOMNINGSFORKLARING.items()],
        },
        "ordning": list(rader.values()),
        "falt": [
            insatsdata.malomrade(f.malomrade) | {"insatser": [rader[p.pk] for p in f.prioriteringar]}
            for f in innehall.falt
        ],
        "bortval": [
            {"nummer": b.insats.nummer, "titel": b.insats.titel, "farg": b.insats.malomrade.farg, "skal": b.skal}
            for b in innehall.bortval
        ],
        "tidslinje": _tidslinje(innehall, tid),
        "ansvar": _ansvar(innehall),
        "ekonomi": _ekonomi(innehall.ekonomi) if innehall.ekonomi.finns else None,
    }


def avslut(innehall: Planinnehall) -> Data | None:
    """How the plan ended: the day, what became of its aktiviteter, and what it led to in the planerare's words."""
    if innehall.plan.avslutad is None:
        return None
    antal = Counter(Utfall(a.utfall) for a in innehall.aktiviteter if a.utfall)
    return {
        "dag": i_text(innehall.plan.avslutad),
        "utfall": [{"ord": u.label, "antal": n, "i_antal": i_antal(u, n)} for u, n in antal.items()],
        "slutord": innehall.plan.slutord,
        "avvikelser": avvikelser(innehall),
    }


def avvikelser(innehall: Planinnehall) -> list[Data]:
    """What does not go as planned and has been told why, the worst first: insatser, and aktiviteter under them.

    An aktivitet has no bedömning; its number is that of its insats.
    """
    ut: list[Data] = []
    for p in innehall.prioriteringar:
        rad = {"nummer": p.insats.nummer, "farg": p.insats.malomrade.farg}
        lage = insatsdata.lage(p.insats.lage)
        bedomning = lage["bedomning"]
        if kommentar_kravs(lage["status"]["slag"], bedomning["slag"] if bedomning else ""):
            ut.append(rad | {"vad": p.insats.titel, "aktivitet": False} | lage)
        for a in p.aktiviteter.all():
            if kommentar_kravs(a.status, ""):
                status, exempel = insatsdata.status(a.status), p.handlingsplan.exempel
                dess = {"status": status, "bedomning": None, "kommentar": a.kommentar, "exempel": exempel}
                ut.append(rad | {"vad": a.titel, "aktivitet": True} | dess)
    return sorted(ut, key=_tyngst)


def _tyngst(avvikelse: Data) -> int:
    slag = avvikelse["bedomning"]["slag"] if avvikelse["bedomning"] else ""
    return [slag == Bedomning.AVVIKER, slag == Bedomning.RISK, True].index(True)


def _omfattning(insatser: int, aktiviteter: int) -> str:
    insatsord = bojt(insatser, "prioriterad insats", "prioriterade insatser")
    aktivitetsord = bojt(aktiviteter, "aktivitet", "aktiviteter")
    return f"{insatser or 'Inga'} {insatsord} och {aktiviteter or 'inga'} {aktivitetsord}"


def _lasanvisning(innehall: Planinnehall, tid: Skala) -> list[str]:
    karna, plan = innehall.plan.fardplan.stadskarna.namn, innehall.plan.period_i_text
    program = innehall.plan.fardplan.program
    steg = "det år" if tid.per_ar else "det kvartal"
    dagar = " Ett datum gäller den dagen." if any(a.start_dag or a.slut_dag for a in innehall.aktiviteter) else ""
    romber = " En milstolpe är en romb." if any(a.milstolpe for a in innehall.aktiviteter) else ""
    stycken = [
        f"Färdplanen för {karna} beskriver insatser som ingen aktör klarar ensam. Handlingsplanen lyfter fram dem "
        f"som drivs tillsammans {plan}. En insats har samma nummer här som i färdplanens insatskarta."
        if program.malomrade_ord == "målområde"
        # Older programs were no färdplaner and had no insatskarta.
        else f"{program} för {karna} säger vart parterna vill. Handlingsplanen lyfter fram det som de driver "
        f"tillsammans {plan}, ordnat efter programmets {program.malomraden_ord}.",
        "Varje insats har ett skäl, ett läge och en ansvarig aktör. Under den står aktiviteterna: vad som ska göras, "
        "vad det ska leda till, när det sker och vad varje aktör svarar för. Tider anges i kvartal: kvartal 1 är "
        f"januari till mars.{dagar}",
        "Status säger hur långt arbetet har kommit. Bedömningen säger om det går som planerat. Båda visas med en "
        "form och ett ord.",
    ]
    if innehall.aktiviteter:
        stycken.append(
            f"Tidslinjen visar varje aktivitet som en stapel, från {steg} den börjar till {steg} den slutar. Varje "
            f"aktör har en kolumn: en fylld ruta betyder att aktören är ansvarig, en ring att den medverkar.{romber}"
        )
    if innehall.ekonomi.finns:
        stycken.append(
            "Belopp anges i hela kronor. Gemensamma medel är till för hela planen, medel till enskilda aktiviteter "
            "bara för dem. Räcker inte medlen till det som aktiviteterna kostar står det som saknas för sig."
        )
    return stycken


# --- a decision, and what differs from it ---


def beslutsdata(beslut: Beslut, nummer: int, *, andrar: bool) -> Data:
    """What the decision box says. `andrar`: the plan was decided before."""
    ord_ = "Ändringsbeslut" if andrar else "Beslut"
    return {
        "rubrik": ord_ if nummer == 1 else f"{ord_}, version {nummer}",
        "organ": beslut.organ.namn,
        "datum": i_text(beslut.datum),
        "paragraf": f"§ {beslut.paragraf}" if beslut.paragraf else "",
        "diarienummer": beslut.diarienummer,
        "protokoll": beslut.protokoll,
        "notering": beslut.notering,
    }


def med_forsening(data: Data, sena: Mapping[int, Forsening]) -> Data:
    """The data of `plandata` with what is late now: of the day, and so never of what is frozen."""

    def rad(a: Data) -> Data:
        return a | {"sen": sena[a["id"]].mening if a["id"] in sena else ""}

    def insats(i: Data) -> Data:
        return i | {"aktiviteter": [rad(a) for a in i["aktiviteter"]]}

    return data | {
        "ordning": [insats(i) for i in data["ordning"]],
        "falt": [f | {"insatser": [insats(i) for i in f["insatser"]]} for f in data["falt"]],
        "tidslinje": data["tidslinje"] | {"insatser": [insats(i) for i in data["tidslinje"]["insatser"]]},
    }


def skillnader(data: Data, beslutad: Planversion | None) -> list[Skillnad]:
    """What differs in `data` from the version that was decided last, when there is one."""
    return plandiff.skillnader(beslutad.innehall, data) if beslutad else []


def med_andringar(data: Data, beslutad: Planversion | None) -> Data:
    """The data of `plandata` with that in it, for its reader."""
    if beslutad is None:
        return data
    sedan = f"Jämfört med version {beslutad.nummer}, beslutad {i_text(beslutad.beslut.datum)}"
    return data | {"andringar": {"sedan": sedan, "rader": [vars(s) for s in skillnader(data, beslutad)]}}


def slutdata(innehall: Planinnehall, beslutad: Any) -> Data:
    """The data of a closed plan, for its slutrapport: with the decision behind it, and what has changed since.

    `beslutad` is its Planversion `med_foregangare`, or None.
    """
    data = med_andringar(plandata(innehall), beslutad)
    if beslutad is None:
        return data | {"beslut": None}
    beslutet = beslutsdata(beslutad.beslut, beslutad.nummer, andrar=beslutad.andrar)
    return data | {"beslut": beslutet | {"organ": organnamn(beslutad)}}


def att_besluta(plan: Handlingsplan) -> list[Skillnad]:
    """What in the plan differs from what was decided last and needs a new decision."""
    beslutad = plan.senast_beslutad()
    if beslutad is None:
        return []
    return plandiff.att_besluta(skillnader(plandata(innehall_av(plan)), beslutad))


# --- the insatser and their aktiviteter ---


def _prioritering(p: Prioritering, plats: int) -> Data:
    return insatsdata.insats(p.insats) | {
        "id": p.pk,
        "plats": plats,
        "skal": p.skal,
        "text": p.insats.text,
        "roller": [_roll(m) for roll in Roll for m in p.insats.roller(roll) if m.deltagande != Deltagande.AVBOJD],
        "aktiviteter": [_aktivitet(a, exempel=p.handlingsplan.exempel) for a in p.aktiviteter.all()],
    }


def _roll(m: Medverkan) -> Data:
    return {"id": m.aktor_id, "namn": m.aktor.namn, "roll": m.roll, "svarar": m.ansvarar_for}


def _aktivitet(a: Aktivitet, *, exempel: bool) -> Data:
    aktorer = sorted((d for d in a.aktorer.all() if not d.avbojd), key=lambda d: (d.ordning, d.pk))
    return {
        "id": a.pk,
        "titel": a.titel,
        "resultat": a.resultat,
        "tid": a.tid,
        "status": insatsdata.status(a.status),
        "exempel": exempel,
        "kostnad": _kr(a.kostnad),
        "betalas": [
            {"id": b.aktor_id, "namn": b.aktor.namn, "ar": str(b.ar), "belopp": _kr(b.belopp)} for b in a.bidrag.all()
        ],
        "utfall": {"ord": a.get_utfall_display(), "skal": a.utfall_skal} if a.utfall else None,
        "foljer_pa": str(a.foljer_pa.prioritering.handlingsplan) if a.foljer_pa else "",
        "ansvarig": next((_del(d) for d in aktorer if d.roll == Roll.ANSVARIG), None),
        "medverkande": [_del(d) for d in aktorer if d.roll == Roll.MEDVERKANDE],
    }


def _del(d: AktivitetAktor) -> Data:
    return {"id": d.aktor_id, "namn": d.aktor.namn, "svarar": d.ansvarar_for}


# --- the whole of it seen from time, aktörer and money ---


def _tidslinje(innehall: Planinnehall, tid: Skala) -> Data:
    """The steps (quarters, or years) and, per aktivitet, the first step it covers and how many."""
    return {
        "ar": [] if tid.per_ar else [{"ar": str(ar), "antal": antal} for ar, antal in tid.ar],
        "steg": [ord_ for ord_, _ in tid.steg],
        "insatser": [
            {
                "nummer": p.insats.nummer,
                "titel": p.insats.titel,
                "farg": p.insats.malomrade.farg,
                "aktiviteter": [
                    {
                        "id": a.pk,
                        "titel": a.titel,
                        "tid": a.tid,
                        "i_ord": a.i_ord,
                        "status": insatsdata.status(a.status),
                        "spann": tid.spann(*a.tider),
                        "milstolpe": a.milstolpe,
                    }
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
            {"id": a.pk, "namn": a.namn, "belopp": [_kr(v) for v in varden], "totalt": _kr(totalt)}
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
