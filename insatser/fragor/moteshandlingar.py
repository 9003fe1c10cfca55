"""The papers of a möte as plain data in JSON types: what one PDF for all who meet is made of.

The agenda, where the stadskärna stands, what is new since the möte before, the plans that are proposed, how the decided
ones go, and which files lie beside the möte. Each of it as the person may see it anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.template.defaultfilters import filesizeformat

from aktorer.behorighet import Person, har
from aktorer.roller import Rattighet
from insatser.behorighet import kanda_handlingsplaner
from insatser.fragor import handlingsplan as planer
from insatser.fragor import mote as moten
from insatser.fragor import nytt as nyheter
from insatser.fragor import samtal
from insatser.fragor.handlingsplan import Planinnehall
from insatser.fragor.insatsdata import Data, i_text
from insatser.fragor.mote import Dagordningspunkt
from insatser.fragor.nulage import nulagesdata
from insatser.fragor.nyttdata import nyttdata
from insatser.fragor.plandata import med_andringar, med_forsening, plandata
from insatser.fragor.planlage import planlagesdata
from insatser.models import Beslut, Fardplan, Handlingsplan, Mote, Planversion, Samtalssak

SAKNAS = "Mötet har inga handlingar än: dagordningen är tom och inga filer ligger vid mötet."
SAKNAS_UTANFOR = "Inga beslut från mötet är inskrivna."
KOMMER = "Mötet har inte varit än. Det som beslutas står här efteråt."
INSTALLT = "Mötet är inställt."


def moteshandlingar(mote: Mote, fardplan: Fardplan, person: Person, idag: date) -> Data:
    """All words and values of them, read in the stadskärna of `fardplan`. A number of queries that depends on how many
    plans the agenda names, and on nothing else.
    """
    internt = har(person, Rattighet.SE_INTERNT)
    punkter = moten.punkter(mote, fardplan, person)
    beslut = moten.beslut(mote, person)
    forslag, antagna = _planerna(punkter, fardplan, person, idag)
    filer = _filer(mote, fardplan, person) if internt else []
    sedan, _ = nyheter.sedan_mote(fardplan, mote.datum, idag)
    laget = nulagesdata(fardplan, person, idag)
    nytt = nyttdata(nyheter.nytt(fardplan, person, sedan), fardplan, sedan, idag)
    lagesrapporter = [planlagesdata(i, idag, i.plan.senast_beslutad()) for i in antagna]
    delar = [laget, nytt, *lagesrapporter]
    tid = f" kl. {mote.tid:%H.%M}" if mote.tid else ""
    return {
        "titel": f"Möteshandlingar: {mote.organ}, {i_text(mote.datum)}",
        "organ": mote.organ.namn,
        "stadskarna": fardplan.stadskarna.namn,
        "nar": i_text(mote.datum) + tid,
        "plats": mote.plats,
        "protokoll": mote.protokoll,
        "dag": f"Läget den {i_text(idag)}",
        "besked": _besked(mote, idag, internt=internt, finns=bool(punkter or beslut or filer)),
        "dagordning": internt,
        "punkter": [_punkt(p) for p in punkter],
        "beslut": [_beslut(b, version) for b, version in beslut],
        "exempel": next((str(d["exempel"]) for d in delar if d["exempel"]), ""),
        "laget": None if mote.installt else laget,
        "nytt": None if mote.installt else nytt,
        "forslag": [] if mote.installt else [_forslag(i, idag) for i in forslag],
        "lagesrapporter": [] if mote.installt else lagesrapporter,
        "filer": filer,
    }


def _besked(mote: Mote, idag: date, *, internt: bool, finns: bool) -> str:
    """What is said of a möte that has no papers, or never was; "" of any other."""
    if mote.installt:
        return INSTALLT
    if finns:
        return ""
    return SAKNAS if internt else SAKNAS_UTANFOR if mote.datum <= idag else KOMMER


def _punkt(p: Dagordningspunkt) -> Data:
    rad = p.rad
    galler = f"Insats {rad.insats}" if p.fardplan and rad.insats else ""
    if p.handlingsplan:
        galler = f"{p.handlingsplan}, {p.handlingsplan.fardplan.stadskarna}"
    elif rad.arende:
        galler = f"{rad.arende} ({rad.arende.aktor})"
    return {
        "nummer": rad.ordning,
        "rubrik": rad.rubrik,
        "galler": galler,
        "paragraf": f"§ {rad.paragraf}" if rad.paragraf else "",
        "beslut": rad.beslut,
    }


def _beslut(beslut: Beslut, version: Planversion | None) -> str:
    paragraf = f"§ {beslut.paragraf}" if beslut.paragraf else beslut.notering
    om = f"{version.handlingsplan}, version {version.nummer}" if version else ""
    return " · ".join(filter(None, [paragraf, beslut.diarienummer, om]))


def _planerna(
    punkter: Iterable[Dagordningspunkt], fardplan: Fardplan, person: Person, idag: date
) -> tuple[list[Planinnehall], list[Planinnehall]]:
    """(the plans that are proposed, the decided ones): those of the agenda, and what holds in the stadskärna now."""
    valda = {p.handlingsplan.pk: p.handlingsplan for p in punkter if p.handlingsplan}
    beslutade = kanda_handlingsplaner(person).filter(fardplan=fardplan, ar_fran__lte=idag.year, ar_till__gte=idag.year)
    for plan in beslutade.filter(status=Handlingsplan.Planstatus.BESLUTAD):
        valda.setdefault(plan.pk, plan)
    hela = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").filter(pk__in=valda)
    lasta = [innehall for plan in hela.order_by("pk") if (innehall := planer.innehall_for(plan, person))]
    forslag = [i for i in lasta if i.plan.ar_utkast or (i.plan.andras and not i.som_beslutat)]
    return forslag, [i for i in lasta if i not in forslag]


def _forslag(innehall: Planinnehall, idag: date) -> Data:
    """As the plan's own PDF has it: with what differs from what was decided, and what is late."""
    beslutad = innehall.plan.senast_beslutad()
    return med_forsening(med_andringar(plandata(innehall), beslutad), innehall.sena(idag))


def _filer(mote: Mote, fardplan: Fardplan, person: Person) -> list[Data]:
    sak = Samtalssak(mote, fardplan.stadskarna if mote.organ.stadskarna_id else None)
    kvar = [r.bilaga for r in samtal.bilagor(sak, person).rader if r.bilaga.maskering_id is None]
    return [{"namn": b.filnamn, "slag": f"{b.slag.ord}, {filesizeformat(b.storlek)}", "sha256": b.sha256} for b in kvar]
