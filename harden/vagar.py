"""The write paths that two people race on (harden/lopp.py): what both have read, and what each of them writes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import Model

from aktorer import andringar as konton
from aktorer.grund.samtidighet import handelser, radens_handelser
from aktorer.models import Aktor, Anvandare, Kontobegaran
from aktorer.roller import Anvandarroll
from aktorer.sso import Intyg
from harden import scen
from harden.scen import Scen, dag
from insatser.andringar import aktivitet as aktiviteter
from insatser.andringar import (
    angra,
    aterstall,
    avslut,
    beslut,
    deltagande,
    finansiering,
    rattelse,
    sammanslagning,
    sso,
    uppfoljning,
    utskick,
    valda,
)
from insatser.andringar import arende as arenden
from insatser.andringar import fardplan as fardplaner
from insatser.andringar import handlingsplan as planer
from insatser.andringar import insats as insatser
from insatser.andringar import kartvy as kartvyer
from insatser.andringar import konton as inbjudningar
from insatser.andringar import lage as lagen
from insatser.andringar import lagesbild as indikatorer
from insatser.andringar import mote as moten
from insatser.andringar import organ as organen
from insatser.andringar import overenskommelse as overenskommelser
from insatser.andringar import program as programmen
from insatser.andringar import stadskarna as stadskarnor
from insatser.andringar import styrdokument as dokument
from insatser.andringar.arende import Steg
from insatser.andringar.avslut import Utfallsrad
from insatser.andringar.finansiering import Bidragsrad
from insatser.andringar.inlasningar import angra_inlasning
from insatser.andringar.konton import andra_konto
from insatser.andringar.lagesbild import Varderad
from insatser.andringar.mote import Punktrad
from insatser.andringar.organ import Platsrad
from insatser.andringar.program import Ordrad
from insatser.andringar.roller import Rollrad
from insatser.fragor import lagesbild as vardefragor
from insatser.fragor import lank
from insatser.fragor import uppfoljning as omgangar
from insatser.fragor import valda as valdfragor
from insatser.fragor.historik import senaste_bidragshandelse
from insatser.fragor.valda import NyAnsvarig
from insatser.models import (
    Aktivitet,
    Bidrag,
    Bortval,
    Fardplan,
    Fardriktning,
    Handlingsplan,
    Insats,
    Lagesrapport,
    Malomrade,
    Matvarde,
    Medverkan,
    Omgang,
    Planversion,
    Plats,
    Prioritering,
    Rattelse,
    Stadskarna,
    Utskick,
)
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.status import Status
from insatser.utbyte.excel.insatskarta import MALL


@dataclass(frozen=True)
class Skrivning:
    """What one of the two does, and whether it can be seen in the database afterwards."""

    gor: Callable[[], object]
    syns: Callable[[], bool]


type Par = tuple[Skrivning, Skrivning]
type Vag = Callable[[Scen, int], Par]


# --- what both have read, and what each writes


def _nu[M: Model](rad: M) -> M:
    return type(rad)._default_manager.get(pk=rad.pk)


def _star(rad: Model, **varden: Any) -> bool:
    return type(rad)._default_manager.filter(pk=rad.pk, **varden).exists()


def _tva(varv: int, gor: Callable[[str], object], syns: Callable[[str], bool]) -> Par:
    """The same by both, each with words of their own."""

    def skrivning(text: str) -> Skrivning:
        return Skrivning(lambda: gor(text), lambda: syns(text))

    return skrivning(f"A {varv}"), skrivning(f"B {varv}")


def _falt(rad: Any, falt: str, andra: Callable[..., object], namn: str, varv: int, **annat: Any) -> Par:
    """Both change the same column of the row by `andra`, which calls the row `namn`."""

    def gor(text: str) -> object:
        return andra(**{namn: rad, "av": None, "version": rad.version, falt: text} | annat)

    return _tva(varv, gor, lambda text: _star(rad, **{falt: text}))


def insats_text(s: Scen, varv: int) -> Par:
    return _falt(_nu(s.insats), "titel", insatser.andra, "insats", varv)


def insats_olika(s: Scen, varv: int) -> Par:
    i, text = _nu(s.insats), f"Ord {varv}"
    return (
        Skrivning(lambda: insatser.andra(av=None, insats=i, version=i.version, text=text), lambda: _star(i, text=text)),
        Skrivning(
            lambda: insatser.andra(av=None, insats=i, version=i.version, kalla=text), lambda: _star(i, kalla=text)
        ),
    )


def _roller(insats: Insats, svarar: str) -> list[Rollrad]:
    """Its roles of now, where the aktör answers for something else."""
    return [
        Rollrad(
            m.aktor_id,
            Roll(m.roll),
            svarar if m.aktor.slug == scen.EGEN else m.ansvarar_for,
            Deltagande(m.deltagande),
        )
        for m in insats.medverkan.select_related("aktor").order_by("roll", "ordning")
    ]


def insats_roller(s: Scen, varv: int) -> Par:
    i = _nu(s.insats)
    rader = {text: _roller(i, text) for text in (f"A {varv}", f"B {varv}")}
    return _tva(
        varv,
        lambda t: insatser.andra_roller(av=None, insats=i, version=i.version, roller=rader[t]),
        lambda t: i.medverkan.filter(aktor__slug=scen.EGEN, ansvarar_for=t).exists(),
    )


def insats_roller_mot_svar(s: Scen, varv: int) -> Par:
    i, del_ = _nu(s.insats), s.insats.medverkan.get(aktor__slug=scen.EGEN)
    rader, sedd, text = _roller(i, f"Svarar {varv}"), deltagande.senaste_handelse(del_), f"Nej tack {varv}"
    return (
        Skrivning(
            lambda: insatser.andra_roller(av=None, insats=i, version=i.version, roller=rader),
            lambda: _star(del_, ansvarar_for=f"Svarar {varv}"),
        ),
        Skrivning(
            lambda: deltagande.svara(av=None, del_=del_, deltagande=Deltagande.AVBOJD, svar=text, sedd=sedd),
            lambda: _star(del_, svar=text, deltagande="avbojd"),
        ),
    )


def _svar(del_: Any, varv: int) -> Par:
    sedd = deltagande.senaste_handelse(del_)

    def skrivning(vad: Deltagande, text: str) -> Skrivning:
        return Skrivning(
            lambda: deltagande.svara(av=None, del_=del_, deltagande=vad, svar=text, sedd=sedd),
            lambda: _star(del_, deltagande=vad, svar=text),
        )

    return skrivning(Deltagande.BEKRAFTAD, f"Ja {varv}"), skrivning(Deltagande.AVBOJD, f"Nej {varv}")


def insats_deltagande(s: Scen, varv: int) -> Par:
    return _svar(s.insats.medverkan.get(aktor__slug=scen.EGEN), varv)


def aktivitet_deltagande(s: Scen, varv: int) -> Par:
    return _svar(s.aktivitet.aktorer.get(aktor__slug=scen.EGEN), varv)


def insats_flytta(s: Scen, varv: int) -> Par:
    i = Insats.objects.select_related("malomrade", "fardplan").get(pk=s.insats.pk)

    def skrivning(ordning: int) -> Skrivning:
        return Skrivning(
            lambda: insatser.flytta(
                av=None,
                insats=i,
                version=i.version,
                malomrade=i.malomrade,
                fardplan=i.fardplan,
                ordning=ordning,
            ),
            lambda: _star(i, ordning=ordning),
        )

    return skrivning(100 + 2 * varv % 1000), skrivning(101 + 2 * varv % 1000)


def insats_nummerbyte(s: Scen, varv: int) -> Par:
    """One changes numbers with another insats, one moves it."""
    granne = Insats.objects.i_fardplan(s.fardplan).med_nummer("1.3").select_related("malomrade").first() or _egen(s)
    i = Insats.objects.select_related("malomrade", "fardplan").get(pk=s.insats.pk)
    byte, plats = (granne.ordning, i.ordning), 1200 + varv
    return (
        Skrivning(
            lambda: insatser.byt_nummer(av=None, insats=i, version=i.version, med=granne, med_version=granne.version),
            lambda: _star(granne, ordning=byte[1]),
        ),
        Skrivning(
            lambda: insatser.flytta(
                av=None, insats=i, version=i.version, malomrade=i.malomrade, fardplan=i.fardplan, ordning=plats
            ),
            lambda: _star(i, ordning=plats) or _star(granne, ordning=plats),
        ),
    )


def _egen(s: Scen) -> Insats:
    egna = Insats.objects.filter(fardplan=s.fardplan, malomrade__nummer=1, avford=None).exclude(pk=s.insats.pk)
    return egna.select_related("malomrade").order_by("pk")[0]


def insats_avfor_mot_text(s: Scen, varv: int) -> Par:
    ny = _ny_insats(s, varv)
    return (
        Skrivning(
            lambda: insatser.avfor(av=None, insats=ny, version=ny.version, skal="Bort"),
            lambda: _star(ny, avford_skal="Bort"),
        ),
        Skrivning(
            lambda: insatser.andra(av=None, insats=ny, version=ny.version, text="Kvar"), lambda: _star(ny, text="Kvar")
        ),
    )


def _ny_insats(s: Scen, varv: int) -> Insats:
    """In another målområde than the others write in."""
    malomrade = Malomrade.objects.get(program=s.fardplan.program, nummer=4)
    return insatser.skapa(
        av=None, malomrade=malomrade, fardplan=s.fardplan, titel=f"Prov {varv} {time.monotonic_ns()}", utkast=True
    )


def insats_publicera_mot_text(s: Scen, varv: int) -> Par:
    ny = _ny_insats(s, varv)
    return (
        Skrivning(lambda: insatser.publicera(av=None, versioner={ny.pk: ny.version}), lambda: _star(ny, utkast=False)),
        Skrivning(
            lambda: insatser.andra(av=None, insats=ny, version=ny.version, text="Nytt"), lambda: _star(ny, text="Nytt")
        ),
    )


def insats_ny_samma_nummer(s: Scen, varv: int) -> Par:
    malomrade = Malomrade.objects.get(program=s.fardplan.program, nummer=3)
    return _tva(
        varv,
        lambda t: insatser.skapa(av=None, malomrade=malomrade, fardplan=s.fardplan, titel=t, ordning=2000 + varv),
        lambda t: Insats.objects.filter(malomrade=malomrade, titel=t, ordning=2000 + varv).exists(),
    )


def lage_mot_lage(s: Scen, varv: int) -> Par:
    karna = s.fardplan.stadskarna
    senast = s.insats.lagesrapporter.gallande().filter(stadskarna=karna).senast_forst().first()
    sedd = senast.pk if senast else 0
    return _tva(
        varv,
        lambda t: lagen.rapportera(
            av=s.planerare, insats=s.insats, stadskarna=karna, status="avbruten", kommentar=t, sedd=sedd
        ),
        lambda t: Lagesrapport.objects.filter(insats=s.insats, kommentar=t, aterkallad=None).exists(),
    )


def oforandrat_mot_lage(s: Scen, varv: int) -> Par:
    """One says that nothing has changed, one that something has."""
    nytt, karna = lage_mot_lage(s, varv)[0], s.fardplan.stadskarna
    senast = s.insats.lagesrapporter.gallande().filter(stadskarna=karna).senast_forst().first()
    samma = Lagesrapport.objects.filter(insats=s.insats, kommentar=senast.kommentar, pk__gt=senast.pk)
    sedd = {(s.insats, karna): senast.pk}
    return nytt, Skrivning(lambda: lagen.oforandrade(av=s.personer["q"], sedd=sedd), samma.exists)


# --- the handlingsplan


def _utan_val(s: Scen) -> Handlingsplan:
    """The draft, where the insats is neither lifted nor put off."""
    if p := Prioritering.objects.filter(handlingsplan=s.plan, insats=s.insats).first():
        planer.ta_ur(av=None, prioritering=p, version=p.version)
    if b := Bortval.objects.filter(handlingsplan=s.plan, insats=s.insats).first():
        planer.angra_bortval(av=None, bortval=b, version=b.version)
    return _nu(s.plan)


def lyft_mot_vanta(s: Scen, varv: int) -> Par:
    plan = _utan_val(s)
    return (
        Skrivning(
            lambda: planer.lyft(av=None, plan=plan, insats=s.insats, skal="In"),
            lambda: Prioritering.objects.filter(handlingsplan=plan, insats=s.insats).exists(),
        ),
        Skrivning(
            lambda: planer.valj_bort(av=None, plan=plan, insats=s.insats, skal=f"Sen {varv}"),
            lambda: Bortval.objects.filter(handlingsplan=plan, insats=s.insats, skal=f"Sen {varv}").exists(),
        ),
    )


def lyft_mot_nytt_skal_att_vanta(s: Scen, varv: int) -> Par:
    plan = _utan_val(s)
    b = planer.valj_bort(av=None, plan=plan, insats=s.insats, skal="Först")
    return (
        Skrivning(
            lambda: planer.lyft(av=None, plan=plan, insats=s.insats, bortval=b.version),
            lambda: Prioritering.objects.filter(handlingsplan=plan, insats=s.insats).exists(),
        ),
        Skrivning(
            lambda: planer.valj_bort(av=None, plan=plan, insats=s.insats, skal=f"Nytt {varv}", version=b.version),
            lambda: Bortval.objects.filter(handlingsplan=plan, insats=s.insats, skal=f"Nytt {varv}").exists(),
        ),
    )


def lyft_mot_lyft(s: Scen, varv: int) -> Par:
    plan = _utan_val(s)
    return _tva(
        varv,
        lambda t: planer.lyft(av=None, plan=plan, insats=s.insats),
        lambda t: Prioritering.objects.filter(handlingsplan=plan, insats=s.insats).count() == 1,
    )


def ta_ur_mot_skal(s: Scen, varv: int) -> Par:
    p = planer.lyft(av=None, plan=_utan_val(s), insats=s.insats)
    return (
        Skrivning(lambda: planer.ta_ur(av=None, prioritering=p, version=p.version), lambda: not _star(p)),
        Skrivning(
            lambda: planer.andra_skal(av=None, prioritering=p, version=p.version, skal=f"Skäl {varv}"),
            lambda: _star(p, skal=f"Skäl {varv}"),
        ),
    )


def ordning_tva_upp(s: Scen, varv: int) -> Par:
    """The last one: two who move it up move it one step."""
    sist = Prioritering.objects.filter(handlingsplan=s.plan).order_by("-ordning")[0]
    planer.flytta(av=None, prioritering=sist, version=sist.version, plats=4)
    sist = _nu(sist)
    return _tva(
        varv,
        lambda t: planer.flytta(av=None, prioritering=sist, version=sist.version, steg=-1),
        lambda t: _star(sist, ordning=3) and _hel_ordning(s),
    )


def ordning_olika_platser(s: Scen, varv: int) -> Par:
    p = Prioritering.objects.filter(handlingsplan=s.plan, ordning=3).get()

    def skrivning(plats: int) -> Skrivning:
        return Skrivning(
            lambda: planer.flytta(av=None, prioritering=p, version=p.version, plats=plats),
            lambda: _star(p, ordning=plats) and _hel_ordning(s),
        )

    return skrivning(1), skrivning(5)


def _hel_ordning(s: Scen) -> bool:
    nummer = list(
        Prioritering.objects.filter(handlingsplan=s.plan).order_by("ordning").values_list("ordning", flat=True)
    )
    return nummer == list(range(1, len(nummer) + 1))


def plan_inledning(s: Scen, varv: int) -> Par:
    return _falt(_nu(s.plan), "inledning", planer.andra, "plan", varv)


def _nytt_utkast(s: Scen, varv: int) -> Handlingsplan:
    """In another stadskärna, so that the years are free; the one of the race before is gone or goes."""
    haninge = Fardplan.objects.get_by_natural_key("fardplaner-2026", "haninge")
    for gammal in Handlingsplan.objects.filter(fardplan=haninge):
        planer.ta_bort(av=None, plan=gammal, version=gammal.version)
    return planer.skapa(av=None, fardplan=haninge, ar_fran=2026, ar_till=2027)


def plan_period(s: Scen, varv: int) -> Par:
    plan = _nytt_utkast(s, varv)

    def skrivning(fran: int, till: int) -> Skrivning:
        return Skrivning(
            lambda: planer.andra_period(av=None, plan=plan, version=plan.version, ar_fran=fran, ar_till=till),
            lambda: _star(plan, ar_fran=fran, ar_till=till),
        )

    return skrivning(2028, 2029), skrivning(2027, 2028)


def plan_bort_mot_inledning(s: Scen, varv: int) -> Par:
    plan = _nytt_utkast(s, varv)
    return (
        Skrivning(lambda: planer.ta_bort(av=None, plan=plan, version=plan.version), lambda: not _star(plan)),
        Skrivning(
            lambda: planer.andra(av=None, plan=plan, version=plan.version, inledning="Kvar"),
            lambda: _star(plan, inledning="Kvar"),
        ),
    )


def _andra_aktivitet(a: Aktivitet, **varden: Any) -> object:
    roller = [
        Rollrad(d.aktor_id, Roll(d.roll), d.ansvarar_for, Deltagande(d.deltagande))
        for d in a.aktorer.order_by("roll", "ordning")
    ]
    return planer.andra_aktivitet(av=None, aktivitet=a, version=a.version, roller=roller, **varden)


def aktivitet_text(s: Scen, varv: int) -> Par:
    a = _nu(s.aktivitet)
    return _tva(varv, lambda t: _andra_aktivitet(a, titel=t), lambda t: _star(a, titel=t))


def aktivitet_status(s: Scen, varv: int) -> Par:
    a = _nu(s.aktivitet)
    return _tva(
        varv,
        lambda t: aktiviteter.rapportera(av=None, aktivitet=a, version=a.version, status=Status.PAUSAD, kommentar=t),
        lambda t: _star(a, status="pausad", kommentar=t),
    )


def aktivitet_text_mot_status(s: Scen, varv: int) -> Par:
    a = _nu(s.aktivitet)
    status = Status.PAGAR if a.status != "pagar" else Status.PLANERAD
    return (
        Skrivning(lambda: _andra_aktivitet(a, resultat=f"Bro {varv}"), lambda: _star(a, resultat=f"Bro {varv}")),
        Skrivning(
            lambda: aktiviteter.rapportera(av=None, aktivitet=a, version=a.version, status=status),
            lambda: _star(a, status=status),
        ),
    )


def aktivitet_bort_mot_text(s: Scen, varv: int) -> Par:
    a = planer.skapa_aktivitet(av=None, prioritering=s.aktivitet.prioritering, titel="Snart borta", **scen.tid(s.plan))
    return (
        Skrivning(lambda: planer.ta_bort_aktivitet(av=None, aktivitet=a, version=a.version), lambda: not _star(a)),
        Skrivning(lambda: _andra_aktivitet(a, titel=f"Kvar {varv}"), lambda: _star(a, titel=f"Kvar {varv}")),
    )


def aktivitet_byter_insats(s: Scen, varv: int) -> Par:
    a = Aktivitet.objects.select_related("prioritering__handlingsplan").get(pk=s.aktivitet.pk)
    andra = Prioritering.objects.filter(handlingsplan=s.plan).exclude(pk=a.prioritering_id).order_by("pk")[:2]

    def skrivning(p: Prioritering) -> Skrivning:
        return Skrivning(
            lambda: planer.byt_insats(av=None, aktivitet=a, version=a.version, prioritering=p),
            lambda: _star(a, prioritering=p),
        )

    return skrivning(andra[0]), skrivning(andra[1])


def aktivitet_ordning(s: Scen, varv: int) -> Par:
    """Two who move the last one up move it one step."""
    under = Aktivitet.objects.filter(prioritering=_nu(s.aktivitet).prioritering_id).order_by("-ordning")
    while under.count() < 3:
        planer.skapa_aktivitet(av=None, prioritering=_nu(s.aktivitet).prioritering, titel="Till", **scen.tid(s.plan))
    sist = under.select_related("prioritering__handlingsplan")[0]
    plats = sist.ordning - 1
    return _tva(
        varv,
        lambda t: planer.flytta_aktivitet(av=None, aktivitet=sist, version=sist.version, steg=-1),
        lambda t: _star(sist, ordning=plats),
    )


def pengar(s: Scen, varv: int) -> Par:
    sedd, aktor = senaste_bidragshandelse(s.plan), Aktor.objects.get(slug="huddinge-kommun")

    def skrivning(belopp: int) -> Skrivning:
        rad = Bidragsrad(aktor.pk, s.plan.ar_fran, belopp)
        return Skrivning(
            lambda: finansiering.satt(av=None, mal=s.plan, sedd=sedd, rader=[rad]),
            lambda: Bidrag.objects.filter(handlingsplan=s.plan, aktor=aktor, belopp=belopp).exists(),
        )

    return skrivning(1000 + 2 * varv), skrivning(1001 + 2 * varv)


def beslut_mot_beslut(s: Scen, varv: int) -> Par:
    plan = _oppnad(s)
    return _tva(varv, partial(_besluta, s, plan), lambda t: _ett_beslut(plan, t))


def beslut_mot_inledning(s: Scen, varv: int) -> Par:
    plan, text = _oppnad(s), f"Inledning {varv}"
    return (
        Skrivning(lambda: _besluta(s, plan, f"C {varv}"), lambda: _ett_beslut(plan, f"C {varv}")),
        Skrivning(
            lambda: planer.andra(av=None, plan=plan, version=plan.version, inledning=text),
            lambda: _star(plan, inledning=text),
        ),
    )


def kasta_mot_inledning(s: Scen, varv: int) -> Par:
    plan, text = _oppnad(s), f"Kastad {varv}"
    return (
        Skrivning(
            lambda: beslut.kasta_andring(av=None, plan=plan, version=plan.version), lambda: _star(plan, andras=False)
        ),
        Skrivning(
            lambda: planer.andra(av=None, plan=plan, version=plan.version, inledning=text),
            lambda: _star(plan, inledning=text),
        ),
    )


def beslut_tva_rattar(s: Scen, varv: int) -> Par:
    sist = Planversion.objects.select_related("beslut__organ").filter(handlingsplan=s.beslutad)[0]
    nu = sist.beslut
    uppgifter = {"organ": nu.organ, "datum": nu.datum, "version": nu.version, "skal": "Skrivfel"}

    def ratta(nummer: str) -> object:
        return rattelse.ratta_beslut(av=None, planversion=sist, paragraf=nummer, **uppgifter)

    return _tva(varv, ratta, lambda t: _star(nu, paragraf=t))


def beslut_tva_aterkallar(s: Scen, varv: int) -> Par:
    _besluta(s, _oppnad(s), f"D {varv}")
    plan = _nu(s.beslutad)
    sist = plan.senast_beslutad()

    def aterkalla(skal: str) -> object:
        return rattelse.aterkalla_beslut(av=None, planversion=sist, version=plan.version, skal=skal)

    return _tva(varv, aterkalla, lambda t: Rattelse.objects.filter(aterkallar=sist, skal=t).exists())


def _oppnad(s: Scen) -> Handlingsplan:
    """The decided plan, open for an ändringsbeslut."""
    beslut.oppna_andring(av=None, plan=s.beslutad)
    return _nu(s.beslutad)


def _besluta(s: Scen, plan: Handlingsplan, paragraf: str) -> object:
    return beslut.besluta(
        av=None, plan=plan, version=plan.version, organ=s.organ, datum=dag(-2), paragraf=paragraf.replace(" ", "")
    )


def _ett_beslut(plan: Handlingsplan, paragraf: str) -> bool:
    egna = Planversion.objects.filter(handlingsplan=plan, beslut__paragraf=paragraf.replace(" ", ""))
    return egna.count() == 1 and _star(plan, andras=False)


def utfall(s: Scen, varv: int) -> Par:
    plan = _nu(s.beslutad)
    if plan.andras:
        _besluta(s, plan, "stäng")
    a = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk")[0]
    return _tva(
        varv,
        lambda t: avslut.skriv_utfall(av=None, plan=plan, rader=[Utfallsrad(a.pk, a.version, "struken", t)]),
        lambda t: _star(a, utfall="struken", utfall_skal=t),
    )


# --- the färdplan, who and what belongs to it


def karaktar(s: Scen, varv: int) -> Par:
    return _falt(_nu(s.fardplan), "karaktar", fardplaner.andra, "fardplan", varv)


def fardriktning(s: Scen, varv: int) -> Par:
    r = Fardriktning.objects.filter(fardplan=s.fardplan).select_related("malomrade").order_by("pk")[0]
    return _tva(
        varv,
        lambda t: fardplaner.skriv_fardriktning(
            av=None, fardplan=s.fardplan, malomrade=r.malomrade, version=r.version, rubrik=t
        ),
        lambda t: _star(r, rubrik=t),
    )


def forsta_fardriktningen(s: Scen, varv: int) -> Par:
    haninge = Fardplan.objects.get_by_natural_key("fardplaner-2026", "haninge")
    malomrade = Malomrade.objects.get(program=haninge.program, nummer=2)
    Fardriktning.objects.filter(fardplan=haninge).delete()
    return _tva(
        varv,
        lambda t: fardplaner.skriv_fardriktning(
            av=None, fardplan=haninge, malomrade=malomrade, version=0, rubrik=t, text=t
        ),
        lambda t: Fardriktning.objects.filter(fardplan=haninge, rubrik=t).exists(),
    )


def publicera_mot_karaktar(s: Scen, varv: int) -> Par:
    kista = Fardplan.objects.filter(program=s.fardplan.program, stadskarna__slug__startswith="kista").get()
    if kista.publicerad:
        kista = fardplaner.dra_tillbaka(av=None, fardplan=kista, version=kista.version, skal="Prov")
    kista = fardplaner.andra(av=None, fardplan=kista, version=kista.version, karaktar=f"Före {varv}")
    return (
        Skrivning(
            lambda: fardplaner.publicera(av=None, fardplan=kista, version=kista.version),
            lambda: _star(kista, publicerad=True),
        ),
        Skrivning(
            lambda: fardplaner.andra(av=None, fardplan=kista, version=kista.version, karaktar=f"Efter {varv}"),
            lambda: _star(kista, karaktar=f"Efter {varv}"),
        ),
    )


def aktor_namn(s: Scen, varv: int) -> Par:
    return _falt(Aktor.objects.get(slug="polisen"), "namn", konton.andra_aktor, "aktor", varv)


def aktor_medlemmar(s: Scen, varv: int) -> Par:
    grupp = Aktor.objects.get(slug=scen.GRUPP)
    ids = list(Aktor.objects.filter(slag="kommun").order_by("pk").values_list("pk", flat=True))
    en, annan = ids[varv % 5], ids[5 + varv % 5]

    def skrivning(medlem: int) -> Skrivning:
        return Skrivning(
            lambda: konton.andra_aktor(av=None, aktor=grupp, version=grupp.version, medlemmar=[medlem]),
            lambda: list(grupp.medlemmar.values_list("aktor_id", flat=True)) == [medlem],
        )

    return skrivning(en), skrivning(annan)


def aktorer_ett(s: Scen, varv: int) -> Par:
    """One merges an aktör with another, one changes its name."""
    fran = konton.skapa_aktor(av=None, namn=f"Dubblett {varv}", slag="bolag")
    till = Aktor.objects.get(slug="almi-ab")
    return (
        Skrivning(
            lambda: sammanslagning.sla_ihop(av=None, fran=fran, till=till, version=fran.version),
            lambda: _star(fran, uppgatt_i=till),
        ),
        Skrivning(
            lambda: konton.andra_aktor(av=None, aktor=fran, version=fran.version, namn=f"Eget {varv}"),
            lambda: _star(fran, namn=f"Eget {varv}"),
        ),
    )


def konto(s: Scen, varv: int) -> Par:
    person = Anvandare.objects.get(epost="botkyrka@fardplan.example")
    sedd = konton.senaste_handelse(person)
    return (
        Skrivning(
            lambda: andra_konto(av=None, person=person, sedd=sedd, namn=f"A {varv}", is_active=True),
            lambda: _star(person, namn=f"A {varv}", is_active=True),
        ),
        Skrivning(
            lambda: andra_konto(av=None, person=person, sedd=sedd, namn=f"B {varv}", is_active=False),
            lambda: _star(person, namn=f"B {varv}", is_active=False),
        ),
    )


def _intyg(varv: int) -> Intyg:
    """Of somebody whom nobody knows."""
    return Intyg("https://inloggning.example", f"varv-{varv}", f"varv-{varv}@harden.example", intygad=True)


def kontobegaran(s: Scen, varv: int) -> Par:
    """The same newcomer in two tabs asks once."""
    intyg = _intyg(varv)
    begaran = Kontobegaran.objects.filter(subjekt=intyg.subjekt)
    return _tva(varv, lambda t: sso.ta_emot(av=None, intyg=intyg), lambda t: begaran.count() == 1)


def kontobegaran_tva_godkanner(s: Scen, varv: int) -> Par:
    sso.ta_emot(av=None, intyg=_intyg(-varv - 1))
    begaran = Kontobegaran.objects.get(subjekt=_intyg(-varv - 1).subjekt)
    som = {"roll": Anvandarroll.STYRGRUPP, "aktor": None}
    return _tva(
        varv,
        lambda t: sso.godkann(av=None, begaran=begaran, namn=t, **som),  # type: ignore[arg-type]
        lambda t: Anvandare.objects.filter(epost=begaran.epost, namn=t).exists(),
    )


def kalenderadress(s: Scen, varv: int) -> Par:
    person = Anvandare.objects.get(epost="botkyrka@fardplan.example")
    konton.ta_bort_kalenderadress(av=person)
    return _tva(
        varv,
        lambda t: konton.skapa_kalenderadress(av=person),
        lambda t: len(_nu(person).kalendernyckel) == 32,
    )


def kontonyckel(s: Scen, varv: int) -> Par:
    """Both have the key of the same mail."""
    person = Anvandare.objects.get(epost="botkyrka@fardplan.example")
    vad = lank.Kontonyckel.LOSENORD
    token = lank.skriv_kontonyckel(person, vad)
    return _tva(
        varv,
        lambda t: inbjudningar.valj_losenord(av=None, token=token, vad=vad, losenord=f"{t}, ett helt nytt"),
        lambda t: _nu(person).check_password(f"{t}, ett helt nytt"),
    )


def mote_plats(s: Scen, varv: int) -> Par:
    m = _nu(s.mote)
    return _falt(m, "plats", moten.andra, "mote", varv, punkter=moten.rader(m.punkter.order_by("ordning")))


def mote_dagordning(s: Scen, varv: int) -> Par:
    m = _nu(s.mote)
    return _tva(
        varv,
        lambda t: moten.andra(av=None, mote=m, version=m.version, punkter=[Punktrad(t)]),
        lambda t: list(m.punkter.values_list("rubrik", flat=True)) == [t],
    )


def mote_bort_mot_plats(s: Scen, varv: int) -> Par:
    datum = dag(400 + varv)
    m = moten.skapa(av=None, organ=s.organ, datum=datum)
    return (
        Skrivning(lambda: moten.ta_bort(av=None, mote=m, version=m.version), lambda: not _star(m)),
        Skrivning(
            lambda: moten.andra(av=None, mote=m, version=m.version, punkter=[], plats="Kvar"),
            lambda: _star(m, plats="Kvar"),
        ),
    )


def mote_samma_dag(s: Scen, varv: int) -> Par:
    datum = dag(-100 - varv)
    return _tva(
        varv,
        lambda t: moten.skapa(av=None, organ=s.organ, datum=datum, plats=t),
        lambda t: s.organ.moten.filter(datum=datum, plats=t).exists(),
    )


def arende_rubrik(s: Scen, varv: int) -> Par:
    a = _nu(s.arende)
    steg = arenden.rader(a.beslut.order_by("ordning"))
    return _falt(a, "rubrik", arenden.andra, "arende", varv, steg=steg, insatser=[])


def arende_steg(s: Scen, varv: int) -> Par:
    a = _nu(s.arende)
    return _tva(
        varv,
        lambda t: arenden.andra(av=None, arende=a, version=a.version, steg=[Steg("forslag", t)], insatser=[]),
        lambda t: list(a.beslut.values_list("instans", flat=True)) == [t],
    )


def organ_namn(s: Scen, varv: int) -> Par:
    o = _nu(s.organ)
    return _falt(o, "beskrivning", organen.andra, "organ", varv, platser=organen.rader(o.platser.order_by("ordning")))


def organ_platser(s: Scen, varv: int) -> Par:
    o, aktor = _nu(s.organ), Aktor.objects.get(slug="polisen")
    return _tva(
        varv,
        lambda t: organen.andra(
            av=None, organ=o, version=o.version, platser=[Platsrad(aktor.pk, "ledamot", befattning=t)]
        ),
        lambda t: list(o.platser.values_list("befattning", flat=True)) == [t],
    )


def organ_lagg_tillbaka(s: Scen, varv: int) -> Par:
    """One puts a seat back that was taken away, one writes another."""
    o, plats = _nu(s.organ), Platsrad(Aktor.objects.get(slug="polisen").pk, "ledamot", befattning=f"Åter {varv}")
    o = organen.andra(av=None, organ=o, version=o.version, platser=[plats])
    o = organen.andra(av=None, organ=o, version=o.version, platser=[])
    borta = list(handelser(Plats).filter(befattning=plats.befattning, pgh_label="delete"))
    ny = Platsrad(plats.aktor_id, "ledamot", befattning=f"Ny {varv}")
    return (
        Skrivning(
            lambda: aterstall.lagg_tillbaka(av=s.planerare, rad=o, version=o.version, borta=borta),
            lambda: o.platser.filter(befattning=plats.befattning).exists(),
        ),
        Skrivning(
            lambda: organen.andra(av=None, organ=o, version=o.version, platser=[ny]),
            lambda: o.platser.filter(befattning=ny.befattning).exists(),
        ),
    )


def aktivitet_lagg_tillbaka(s: Scen, varv: int) -> Par:
    """Both put the same back."""
    grannen = Aktivitet.objects.filter(prioritering=s.aktivitet.prioritering_id).exclude(pk=s.aktivitet.pk)
    a = planer.kopiera_aktivitet(av=None, aktivitet=grannen.first() or s.aktivitet)
    planer.ta_bort_aktivitet(av=None, aktivitet=a, version=_nu(a).version)
    borta = list(handelser(Aktivitet).filter(titel=a.titel, pgh_label="delete").order_by("-pgh_id")[:1])
    plan = _nu(s.plan)
    return _tva(
        varv,
        lambda t: aterstall.lagg_tillbaka(av=s.planerare, rad=plan, version=plan.version, borta=borta),
        lambda t: Aktivitet.objects.filter(pk=borta[0].pgh_obj_id).exists(),
    )


def overenskommelse(s: Scen, varv: int) -> Par:
    o = _nu(s.overenskommelse)
    anslutningar = overenskommelser.rader(o.anslutningar.order_by("ordning"))
    return _falt(o, "namn", overenskommelser.andra, "overenskommelse", varv, anslutningar=anslutningar, insatser=[])


def indikator_namn(s: Scen, varv: int) -> Par:
    return _falt(_nu(s.indikator), "namn", indikatorer.andra, "indikator", varv)


def varden(s: Scen, varv: int) -> Par:
    karna = s.fardplan.stadskarna
    sedd = vardefragor.senaste_handelse(s.indikator, karna)

    def skrivning(tal: int) -> Skrivning:
        rad = Varderad(2025, Decimal(tal), kalla="Prov")
        return Skrivning(
            lambda: indikatorer.satt(av=None, indikator=s.indikator, stadskarna=karna, sedd=sedd, rader=[rad]),
            lambda: Matvarde.objects.filter(indikator=s.indikator, ar=2025, varde=tal).exists(),
        )

    return skrivning(2 * varv), skrivning(2 * varv + 1)


def kartvy(s: Scen, varv: int) -> Par:
    vy = kartvyer.spara(av=s.planerare, namn=f"Vy {varv} {time.monotonic_ns()}", fraga="")
    return _falt(vy, "namn", kartvyer.andra, "vy", varv)


def styrdokument(s: Scen, varv: int) -> Par:
    return _falt(_nu(s.styrdokument), "beskrivning", dokument.andra, "dokument", varv)


def ordlista(s: Scen, varv: int) -> Par:
    p = _nu(s.fardplan.program)
    return _tva(
        varv,
        lambda t: programmen.andra(av=None, program=p, version=p.version, ordlista=[Ordrad("Ord", t)]),
        lambda t: list(p.ordlista.values_list("forklaring", flat=True)) == [t],
    )


def malomrade(s: Scen, varv: int) -> Par:
    m = Malomrade.objects.select_related("program").get(program=s.fardplan.program, nummer=3)
    return _falt(m, "namn", programmen.andra_malomrade, "malomrade", varv)


def stadskarna(s: Scen, varv: int) -> Par:
    k = Stadskarna.objects.get(slug="haninge")
    kommuner = stadskarnor.rader(k.karnkommun_set.order_by("ordning"))
    return _falt(k, "namn", stadskarnor.andra, "stadskarna", varv, karnkommuner=kommuner)


# --- rounds, mails, files, taking back


def _ny_omgang(s: Scen, varv: int) -> Omgang:
    amnen = [f for f in omgangar.amnen([s.fardplan]) if f.insats == s.insats]
    return uppfoljning.oppna(av=s.planerare, fardplan=s.fardplan, namn=f"Omgång {varv}", deadline=dag(7), fragor=amnen)


def omgang_sista_dag(s: Scen, varv: int) -> Par:
    o = _nu(s.omgang)

    def skrivning(dagar: int) -> Skrivning:
        return Skrivning(
            lambda: uppfoljning.andra_deadline(av=None, omgang=o, version=o.version, deadline=dag(dagar)),
            lambda: _star(o, deadline=dag(dagar)),
        )

    return skrivning(10 + 2 * varv), skrivning(11 + 2 * varv)


def _svara(s: Scen, omgang: Omgang, text: str) -> Skrivning:
    mottagare = omgang.mottagare.select_related("anvandare__aktor").order_by("pk")[0]
    punkt = omgang.punkter.select_related("insats", "stadskarna").order_by("pk")[0]
    (p,) = omgangar.punkter(omgang)
    sedd = p.sedd
    return Skrivning(
        lambda: uppfoljning.svara(
            av=mottagare.anvandare, mottagare=mottagare, punkt=punkt, status="avbruten", kommentar=text, sedd=sedd
        ),
        lambda: punkt.svar.filter(angrat=None, lagesrapport__kommentar=text).count() == 1,
    )


def omgang_svar_mot_svar(s: Scen, varv: int) -> Par:
    return _svara(s, s.omgang, f"A {varv}"), _svara(s, s.omgang, f"B {varv}")


def omgang_svar_mot_stangning(s: Scen, varv: int) -> Par:
    """A report that the round closed over is in its record."""
    o, text = _ny_omgang(s, varv), f"Sist {varv}"
    svar = _svara(s, o, text)
    return (
        Skrivning(svar.gor, lambda: svar.syns() and text in str(_nu(o).rapport)),
        Skrivning(lambda: uppfoljning.stang(av=None, omgang=o), lambda: _star(o, stangd__isnull=False)),
    )


def omgang_tva_stanger(s: Scen, varv: int) -> Par:
    o = _ny_omgang(s, varv)
    return _tva(varv, lambda t: uppfoljning.stang(av=None, omgang=o), lambda t: _star(o, stangd__isnull=False))


def mejl_tva_sandare(s: Scen, varv: int) -> Par:
    """One mail in the queue, two who empty it: it goes once."""
    person = Anvandare.objects.get(epost="tjansteperson@fardplan.example")
    Utskick.objects.all().delete()
    rad = Utskick.objects.create(anvandare=person, slag=Utskick.Slag.LANK, omgang=None, dag=dag(0))
    sanda: list[int] = []
    skicka = partial(utskick.skicka, lambda r: r.pk, sanda.append)
    return _tva(varv, lambda t: skicka(), lambda t: sanda == [rad.pk])


def import_tva_bekraftar(s: Scen, varv: int) -> Par:
    fil = _fil(s, f"Ur fil {varv}")
    return _tva(
        varv,
        lambda t: fil(),
        lambda t: Insats.objects.get(pk=_egen(s).pk).text == f"Ur fil {varv}",
    )


def import_mot_text(s: Scen, varv: int) -> Par:
    fil, i = _fil(s, f"Ur annan fil {varv}"), _nu(_egen(s))
    return (
        Skrivning(fil, lambda: _star(i, text=f"Ur annan fil {varv}")),
        Skrivning(
            lambda: insatser.andra(av=None, insats=i, version=i.version, text=f"För hand {varv}"),
            lambda: _star(i, text=f"För hand {varv}"),
        ),
    )


def import_tva_nya_gemensamma(s: Scen, varv: int) -> Par:
    """Out of files of two stadskärnor: each takes a number that nobody else may have."""
    haninge = Fardplan.objects.get_by_natural_key(s.fardplan.program.slug, "haninge")

    def skrivning(fardplan: Fardplan, ordning: int) -> Skrivning:
        malomrade = Malomrade.objects.get(program=fardplan.program_id, nummer=2)
        titel = f"Gemensam {varv} {time.monotonic_ns()}"
        celler = {"Nummer": f"2.{ordning}", "Typ": "Gemensam", "Målområde": str(malomrade), "Titel": titel}
        rad = ";".join(celler.get(rubrik, "") for rubrik in MALL.rubriker)
        _, gor = scen.sparad_fil(fardplan, s.planerare, f"{';'.join(MALL.rubriker)}\r\n{rad}\r\n".encode())
        return Skrivning(gor, lambda: Insats.objects.filter(fardplan=None, titel=titel).exists())

    return skrivning(s.fardplan, 3000 + 2 * varv), skrivning(haninge, 3001 + 2 * varv)


def _fil(s: Scen, text: str) -> Callable[[], object]:
    """What confirming a file does, that gives the insats this text."""
    return scen.uppladdad(s.fardplan, s.planerare, _egen(s), text)[1]


def import_angras_mot_text(s: Scen, varv: int) -> Par:
    """One takes back a file that was read in, one goes on from it."""
    inlast, bekrafta = scen.uppladdad(s.fardplan, s.planerare, _egen(s), f"Ur fil {varv}")
    fore = _nu(_egen(s)).text
    bekrafta()
    i = _nu(_egen(s))
    return (
        Skrivning(lambda: angra_inlasning(av=s.planerare, inlasning=inlast), lambda: _star(i, text=fore)),
        Skrivning(
            lambda: insatser.andra(av=None, insats=i, version=i.version, text=f"Sedan {varv}"),
            lambda: _star(i, text=f"Sedan {varv}"),
        ),
    )


def import_angras_av_tva(s: Scen, varv: int) -> Par:
    par = import_angras_mot_text(s, varv)
    return par[0], par[0]


def angra_mot_text(s: Scen, varv: int) -> Par:
    """One takes back what was just saved, one goes on from it."""
    i = _nu(s.insats)
    fore = i.titel
    i = insatser.andra(av=s.planerare, insats=i, version=i.version, titel=f"Nyss {varv}")
    kontext = radens_handelser(i).latest("pgh_id").pgh_context_id
    return (
        Skrivning(lambda: angra.angra(av=s.planerare, kontext=kontext), lambda: _star(i, titel=fore)),
        Skrivning(
            lambda: insatser.andra(av=None, insats=i, version=i.version, titel=f"Sedan {varv}"),
            lambda: _star(i, titel=f"Sedan {varv}"),
        ),
    )


def angra_tva_ganger(s: Scen, varv: int) -> Par:
    par = angra_mot_text(s, varv)
    return par[0], par[0]


def valda_mot_valda(s: Scen, varv: int) -> Par:
    """Each sets another aktör as ansvarig of the same two insatser."""
    fler = Insats.objects.i_fardplan(s.fardplan).filter(fardplan=s.fardplan, avford=None).exclude(pk=s.insats.pk)
    ids = {s.insats.pk, fler.order_by("pk")[0].pk}

    def skrivning(slug: str) -> Skrivning:
        atgard = NyAnsvarig(Aktor.objects.get(slug=slug), kvar=False)
        rader = atgard.granska(valdfragor.hamta(s.fardplan, s.planerare, ids), s.planerare)
        versioner = {r.insats.pk: r.sedd for r in rader}
        ansvariga = Medverkan.objects.filter(insats__in=ids, roll=Roll.ANSVARIG, aktor__slug=slug)
        return Skrivning(
            lambda: valda.andra(av=s.planerare, atgard=atgard, rader=rader, versioner=versioner),
            lambda: ansvariga.count() == len(ids),
        )

    par = ("polisen", "huddinge-kommun") if varv % 2 else ("haninge-kommun", "botkyrka-kommun")
    return skrivning(par[0]), skrivning(par[1])


VAGAR: dict[str, Vag] = {
    "insats, samma fält": insats_text,
    "insats, olika fält": insats_olika,
    "insats, roller": insats_roller,
    "insats, roller mot deltagande": insats_roller_mot_svar,
    "insats, deltagande": insats_deltagande,
    "insats, två flyttar": insats_flytta,
    "insats, byter nummer mot flyttar": insats_nummerbyte,
    "insats, avför mot ändrar": insats_avfor_mot_text,
    "insats, publicerar mot ändrar": insats_publicera_mot_text,
    "insats, två nya på samma nummer": insats_ny_samma_nummer,
    "insatser, samma val av två": valda_mot_valda,
    "läge mot läge": lage_mot_lage,
    "läge mot oförändrat": oforandrat_mot_lage,
    "plan, lyft in mot låt vänta": lyft_mot_vanta,
    "plan, lyft in mot nytt skäl att vänta": lyft_mot_nytt_skal_att_vanta,
    "plan, två lyfter in": lyft_mot_lyft,
    "plan, ta ur mot nytt skäl": ta_ur_mot_skal,
    "plan, ordning: två flyttar upp": ordning_tva_upp,
    "plan, ordning: olika platser": ordning_olika_platser,
    "plan, inledning": plan_inledning,
    "plan, period": plan_period,
    "plan, tas bort mot inledning": plan_bort_mot_inledning,
    "aktivitet, text": aktivitet_text,
    "aktivitet, status": aktivitet_status,
    "aktivitet, text mot status": aktivitet_text_mot_status,
    "aktivitet, tas bort mot text": aktivitet_bort_mot_text,
    "aktivitet, byter insats": aktivitet_byter_insats,
    "aktivitet, ordning: två flyttar upp": aktivitet_ordning,
    "aktivitet, deltagande": aktivitet_deltagande,
    "finansiering": pengar,
    "beslut mot beslut": beslut_mot_beslut,
    "beslut mot inledning": beslut_mot_inledning,
    "beslut, två rättar": beslut_tva_rattar,
    "beslut, två återkallar": beslut_tva_aterkallar,
    "ändring kastas mot inledning": kasta_mot_inledning,
    "utfall": utfall,
    "färdplan, karaktär": karaktar,
    "färdriktning": fardriktning,
    "färdriktning, den första": forsta_fardriktningen,
    "färdplan, publicerar mot ändrar": publicera_mot_karaktar,
    "aktör, namn": aktor_namn,
    "aktör, medlemmar": aktor_medlemmar,
    "aktör, slås ihop mot namn": aktorer_ett,
    "konto": konto,
    "kontobegäran, samma person två gånger": kontobegaran,
    "kontobegäran, två godkänner": kontobegaran_tva_godkanner,
    "kalenderadress": kalenderadress,
    "kontonyckel": kontonyckel,
    "möte, plats": mote_plats,
    "möte, dagordning": mote_dagordning,
    "möte, tas bort mot plats": mote_bort_mot_plats,
    "möte, två samma dag": mote_samma_dag,
    "ärende, rubrik": arende_rubrik,
    "ärende, steg": arende_steg,
    "organ, beskrivning": organ_namn,
    "organ, platser": organ_platser,
    "organ, läggs tillbaka mot platser": organ_lagg_tillbaka,
    "aktivitet, läggs tillbaka två gånger": aktivitet_lagg_tillbaka,
    "överenskommelse": overenskommelse,
    "indikator": indikator_namn,
    "mätvärden": varden,
    "sparad vy": kartvy,
    "styrdokument": styrdokument,
    "program, ordlista": ordlista,
    "målområde": malomrade,
    "stadskärna": stadskarna,
    "omgång, sista dag": omgang_sista_dag,
    "omgång, svar mot svar": omgang_svar_mot_svar,
    "omgång, svar mot stängning": omgang_svar_mot_stangning,
    "omgång, två stänger": omgang_tva_stanger,
    "mejl, två sändare": mejl_tva_sandare,
    "import, två bekräftar": import_tva_bekraftar,
    "import mot ändring": import_mot_text,
    "import, ångrar mot ändrar": import_angras_mot_text,
    "import, två ångrar": import_angras_av_tva,
    "import, två nya gemensamma": import_tva_nya_gemensamma,
    "ångra mot ändring": angra_mot_text,
    "ångra två gånger": angra_tva_ganger,
}
