"""Cases of handlingsplaner, their aktiviteter, money and decisions."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from aktorer.grund.samtidighet import handelser
from aktorer.grund.valda import Atgard
from harden import scen
from harden.aterstall.grund import (
    RUM,
    Fall,
    Gor,
    aktoren,
    las_om,
    tas_bort,
    utkastet,
)
from harden.scen import Scen
from insatser.andringar import aktivitet as aktiviteter
from insatser.andringar import aktiviteter as valda
from insatser.andringar import aterstall as aterstallning
from insatser.andringar import avslut, beslut, finansiering
from insatser.andringar import handlingsplan as planer
from insatser.andringar.avslut import Utfallsrad
from insatser.andringar.finansiering import Bidragsrad
from insatser.andringar.roller import Rollrad
from insatser.fragor import aktiviteter as valdfragor
from insatser.fragor.aktiviteter import NyAktivitetsansvarig, NyStatus, NyTid
from insatser.fragor.historik import senaste_bidragshandelse
from insatser.models import (
    Aktivitet,
    Handlingsplan,
    Insats,
    Prioritering,
)
from insatser.regler.medverkan import Roll
from insatser.regler.status import Status


def _aktivitetsstatus(s: Scen) -> Gor:
    a = las_om(s.aktivitet)
    return partial(aktiviteter.rapportera, aktivitet=a, version=a.version, status=Status.PAUSAD, kommentar="Väntar")


def _valda_aktiviteter(s: Scen, atgard: Atgard[Aktivitet]) -> Gor:
    """Done to all of the draft."""
    alla = valdfragor.rader(las_om(s.plan))
    rader = [r for r in atgard.granska(alla, s.planerare) if r.andras]
    return partial(valda.andra, atgard=atgard, rader=rader, versioner={r.rad.pk: r.sedd for r in rader})


def _valdas_status(s: Scen) -> Gor:
    karna = s.plan.fardplan.stadskarna_id
    return _valda_aktiviteter(s, NyStatus(s.planerare, karna, Status.PAUSAD, "Väntar på besked"))


def _valdas_tid(s: Scen) -> Gor:
    return _valda_aktiviteter(s, NyTid(date(s.plan.ar_fran, 1, 1), date(s.plan.ar_fran, 6, 30)))


def _utfall(s: Scen) -> Gor:
    a = Aktivitet.objects.filter(prioritering__handlingsplan=s.beslutad).order_by("pk")[0]
    return partial(avslut.skriv_utfall, plan=s.beslutad, rader=[Utfallsrad(a.pk, a.version, "struken", "För dyrt")])


def _lagg_tillbaka(s: Scen) -> Gor:
    a = las_om(s.aktivitet)
    planer.ta_bort_aktivitet(av=None, aktivitet=a, version=a.version)
    borta = list(handelser(Aktivitet).filter(pgh_obj_id=s.aktivitet.pk, pgh_label="delete"))
    return partial(aterstallning.lagg_tillbaka, rad=s.plan, version=s.plan.version, borta=borta)


def _kasta(s: Scen) -> Gor:
    plan = beslut.oppna_andring(av=None, plan=s.beslutad)
    plan = planer.andra(av=None, plan=plan, version=plan.version, inledning="Ny inledning")
    return partial(beslut.kasta_andring, plan=plan, version=plan.version)


def _pengar(s: Scen) -> Gor:
    rad = Bidragsrad(aktoren().pk, s.plan.ar_fran, 1000)
    return partial(finansiering.satt, mal=s.plan, sedd=senaste_bidragshandelse(s.plan), rader=[rad])


def _nytt_utkast(s: Scen) -> Handlingsplan:
    plan = planer.skapa(av=None, fardplan=utkastet(), ar_fran=2028, ar_till=2029)
    gemensam = Insats.objects.i_fardplan(utkastet()).filter(fardplan=None).order_by("pk")[0]
    p = planer.lyft(av=None, plan=plan, insats=gemensam, skal="Viktigt")
    planer.skapa_aktivitet(
        av=None, prioritering=p, titel="Mät", roller=[Rollrad(aktoren().pk, Roll.MEDVERKANDE)], **scen.tid(plan)
    )
    return las_om(plan)


def _sist_i_planen(s: Scen) -> Prioritering:
    return Prioritering.objects.filter(handlingsplan=s.plan).order_by("-ordning")[0]


def _flytta_upp(s: Scen) -> Gor:
    p = _sist_i_planen(s)
    return partial(planer.flytta, prioritering=p, version=p.version, plats=1)


def _ta_ur(s: Scen) -> Gor:
    p = planer.lyft(av=None, plan=las_om(s.plan), insats=s.insats, plats=1)
    p = las_om(p)
    return partial(planer.ta_ur, prioritering=p, version=p.version)


def _skal(s: Scen) -> Gor:
    p = _sist_i_planen(s)
    return partial(planer.andra_skal, prioritering=p, version=p.version, skal="Ett annat skäl")


def _bortvalet(s: Scen) -> Any:
    return planer.valj_bort(av=None, plan=las_om(s.plan), insats=s.insats, skal="Sen")


def _lyft_det_bortvalda(s: Scen) -> Gor:
    b = _bortvalet(s)
    return partial(planer.lyft, plan=las_om(s.plan), insats=s.insats, plats=1, bortval=b.version)


def _ny_aktivitet(s: Scen) -> Gor:
    roller = [Rollrad(aktoren().pk, Roll.ANSVARIG)]
    return partial(
        planer.skapa_aktivitet, prioritering=_sist_i_planen(s), titel="Ny", roller=roller, **scen.tid(s.plan)
    )


def _aktivitet(s: Scen) -> Gor:
    a = las_om(s.aktivitet)
    roller = [Rollrad(aktoren().pk, Roll.ANSVARIG)]
    return partial(planer.andra_aktivitet, aktivitet=a, version=a.version, roller=roller, titel="En annan")


def _aktivitet_upp(s: Scen) -> Gor:
    a = las_om(s.aktivitet)
    return partial(planer.flytta_aktivitet, aktivitet=a, version=a.version, steg=-1)


def _byt_insats(s: Scen) -> Gor:
    a = las_om(s.aktivitet)
    return partial(planer.byt_insats, aktivitet=a, version=a.version, prioritering=_sist_i_planen(s))


def _nya_aktiviteter(s: Scen) -> Gor:
    dit, roller = _sist_i_planen(s), [Rollrad(aktoren().pk, Roll.ANSVARIG, "allt")]
    nya = [
        planer.NyAktivitet(prioritering=dit, varden={"titel": t, **scen.tid(s.plan)}, roller=roller)
        for t in ("En", "Två")
    ]
    return partial(planer.skapa_aktiviteter, nya=nya)


def _flera_aktiviteter(s: Scen) -> Gor:
    a, annan = las_om(s.aktivitet), _ny_aktivitet(s)(av=None)
    andringar = [
        planer.Aktivitetsandring(aktivitet=x, version=x.version, varden={"titel": "En annan"}, roller=roller)
        for x, roller in ((a, [Rollrad(aktoren().pk, Roll.ANSVARIG)]), (annan, []))
    ]
    return partial(planer.andra_aktiviteter, andringar=andringar)


def _flera_statusar(s: Scen) -> Gor:
    a = las_om(s.aktivitet)
    rapporter = [aktiviteter.Aktivitetsrapport(a, a.version, Status.PAUSAD, "Väntar")]
    return partial(aktiviteter.rapportera_flera, rapporter=rapporter)


FALL: dict[str, Fall] = {
    f"{RUM}.aktivitet.rapportera_flera": _flera_statusar,
    f"{RUM}.handlingsplan.skapa_aktiviteter": _nya_aktiviteter,
    f"{RUM}.handlingsplan.andra_aktiviteter": _flera_aktiviteter,
    f"{RUM}.aktivitet.rapportera": _aktivitetsstatus,
    f"{RUM}.aterstall.lagg_tillbaka": _lagg_tillbaka,
    f"{RUM}.avslut.skriv_utfall": _utfall,
    f"{RUM}.beslut.kasta_andring": _kasta,
    f"{RUM}.finansiering.satt": _pengar,
    f"{RUM}.handlingsplan.skapa": lambda s: partial(planer.skapa, fardplan=utkastet(), ar_fran=2028, ar_till=2029),
    f"{RUM}.handlingsplan.andra": lambda s: partial(
        planer.andra, plan=s.plan, version=las_om(s.plan).version, inledning="En annan"
    ),
    f"{RUM}.handlingsplan.andra_period": lambda s: partial(
        planer.andra_period, plan=(p := _nytt_utkast(s)), version=p.version, ar_fran=2032, ar_till=2033
    ),
    f"{RUM}.handlingsplan.ta_bort": lambda s: partial(planer.ta_bort, plan=(p := _nytt_utkast(s)), version=p.version),
    f"{RUM}.handlingsplan.lyft": _lyft_det_bortvalda,
    f"{RUM}.aktiviteter.andra": lambda s: _valda_aktiviteter(s, NyAktivitetsansvarig(aktoren("polisen"), kvar=True)),
    f"{RUM}.aktiviteter.andra, status": _valdas_status,
    f"{RUM}.aktiviteter.andra, tid": _valdas_tid,
    f"{RUM}.handlingsplan.ta_ur": _ta_ur,
    f"{RUM}.handlingsplan.flytta": _flytta_upp,
    f"{RUM}.handlingsplan.andra_skal": _skal,
    f"{RUM}.handlingsplan.valj_bort": lambda s: partial(
        planer.valj_bort, plan=las_om(s.plan), insats=s.insats, skal="Sen"
    ),
    f"{RUM}.handlingsplan.angra_bortval": lambda s: partial(
        planer.angra_bortval, bortval=(b := _bortvalet(s)), version=b.version
    ),
    f"{RUM}.handlingsplan.skapa_aktivitet": _ny_aktivitet,
    f"{RUM}.handlingsplan.andra_aktivitet": _aktivitet,
    f"{RUM}.handlingsplan.ta_bort_aktivitet": tas_bort(planer.ta_bort_aktivitet, "aktivitet", lambda s: s.aktivitet),
    f"{RUM}.handlingsplan.flytta_aktivitet": _aktivitet_upp,
    f"{RUM}.handlingsplan.byt_insats": _byt_insats,
    f"{RUM}.handlingsplan.kopiera_aktivitet": lambda s: partial(planer.kopiera_aktivitet, aktivitet=s.aktivitet),
}
