"""Races on handlingsplaner: what is prioritised, the aktiviteter, the money, the decisions."""

from __future__ import annotations

from typing import Any

from aktorer.grund.samtidighet import handelser
from aktorer.models import Aktor
from harden import scen
from harden.scen import Scen
from harden.vagar.skrivning import Par, Skrivning, Vag, av_bada, las_om, samma_falt, star
from insatser.andringar import aktivitet as aktiviteter
from insatser.andringar import (
    aterstall,
    finansiering,
)
from insatser.andringar import handlingsplan as planer
from insatser.andringar.finansiering import Bidragsrad
from insatser.andringar.roller import Rollrad
from insatser.fragor.historik import senaste_bidragshandelse
from insatser.models import (
    Aktivitet,
    Bidrag,
    Bortval,
    Fardplan,
    Handlingsplan,
    Prioritering,
)
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.status import Status


def utan_val(s: Scen) -> Handlingsplan:
    """The draft, where the insats is neither lifted nor put off."""
    if p := Prioritering.objects.filter(handlingsplan=s.plan, insats=s.insats).first():
        planer.ta_ur(av=None, prioritering=p, version=p.version)
    if b := Bortval.objects.filter(handlingsplan=s.plan, insats=s.insats).first():
        planer.angra_bortval(av=None, bortval=b, version=b.version)
    return las_om(s.plan)


def lyft_mot_vanta(s: Scen, varv: int) -> Par:
    plan = utan_val(s)
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
    plan = utan_val(s)
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
    plan = utan_val(s)
    return av_bada(
        varv,
        lambda t: planer.lyft(av=None, plan=plan, insats=s.insats),
        lambda t: Prioritering.objects.filter(handlingsplan=plan, insats=s.insats).count() == 1,
    )


def ta_ur_mot_skal(s: Scen, varv: int) -> Par:
    p = planer.lyft(av=None, plan=utan_val(s), insats=s.insats)
    return (
        Skrivning(lambda: planer.ta_ur(av=None, prioritering=p, version=p.version), lambda: not star(p)),
        Skrivning(
            lambda: planer.andra_skal(av=None, prioritering=p, version=p.version, skal=f"Skäl {varv}"),
            lambda: star(p, skal=f"Skäl {varv}"),
        ),
    )


def ordning_tva_upp(s: Scen, varv: int) -> Par:
    """The last one: two who move it up move it one step."""
    sist = Prioritering.objects.filter(handlingsplan=s.plan).order_by("-ordning")[0]
    planer.flytta(av=None, prioritering=sist, version=sist.version, plats=4)
    sist = las_om(sist)
    return av_bada(
        varv,
        lambda t: planer.flytta(av=None, prioritering=sist, version=sist.version, steg=-1),
        lambda t: star(sist, ordning=3) and _hel_ordning(s),
    )


def ordning_olika_platser(s: Scen, varv: int) -> Par:
    p = Prioritering.objects.filter(handlingsplan=s.plan, ordning=3).get()

    def skrivning(plats: int) -> Skrivning:
        return Skrivning(
            lambda: planer.flytta(av=None, prioritering=p, version=p.version, plats=plats),
            lambda: star(p, ordning=plats) and _hel_ordning(s),
        )

    return skrivning(1), skrivning(5)


def _hel_ordning(s: Scen) -> bool:
    nummer = list(
        Prioritering.objects.filter(handlingsplan=s.plan).order_by("ordning").values_list("ordning", flat=True)
    )
    return nummer == list(range(1, len(nummer) + 1))


def plan_inledning(s: Scen, varv: int) -> Par:
    return samma_falt(las_om(s.plan), "inledning", planer.andra, "plan", varv)


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
            lambda: star(plan, ar_fran=fran, ar_till=till),
        )

    return skrivning(2028, 2029), skrivning(2027, 2028)


def plan_bort_mot_inledning(s: Scen, varv: int) -> Par:
    plan = _nytt_utkast(s, varv)
    return (
        Skrivning(lambda: planer.ta_bort(av=None, plan=plan, version=plan.version), lambda: not star(plan)),
        Skrivning(
            lambda: planer.andra(av=None, plan=plan, version=plan.version, inledning="Kvar"),
            lambda: star(plan, inledning="Kvar"),
        ),
    )


def _andra_aktivitet(a: Aktivitet, **varden: Any) -> object:
    roller = [
        Rollrad(d.aktor_id, Roll(d.roll), d.ansvarar_for, Deltagande(d.deltagande))
        for d in a.aktorer.order_by("roll", "ordning")
    ]
    return planer.andra_aktivitet(av=None, aktivitet=a, version=a.version, roller=roller, **varden)


def aktivitet_text(s: Scen, varv: int) -> Par:
    a = las_om(s.aktivitet)
    return av_bada(varv, lambda t: _andra_aktivitet(a, titel=t), lambda t: star(a, titel=t))


def aktivitet_status(s: Scen, varv: int) -> Par:
    a = las_om(s.aktivitet)
    return av_bada(
        varv,
        lambda t: aktiviteter.rapportera(av=None, aktivitet=a, version=a.version, status=Status.PAUSAD, kommentar=t),
        lambda t: star(a, status="pausad", kommentar=t),
    )


def aktivitet_text_mot_status(s: Scen, varv: int) -> Par:
    a = las_om(s.aktivitet)
    status = Status.PAGAR if a.status != "pagar" else Status.PLANERAD
    return (
        Skrivning(lambda: _andra_aktivitet(a, resultat=f"Bro {varv}"), lambda: star(a, resultat=f"Bro {varv}")),
        Skrivning(
            lambda: aktiviteter.rapportera(av=None, aktivitet=a, version=a.version, status=status),
            lambda: star(a, status=status),
        ),
    )


def aktivitet_bort_mot_text(s: Scen, varv: int) -> Par:
    a = planer.skapa_aktivitet(av=None, prioritering=s.aktivitet.prioritering, titel="Snart borta", **scen.tid(s.plan))
    return (
        Skrivning(lambda: planer.ta_bort_aktivitet(av=None, aktivitet=a, version=a.version), lambda: not star(a)),
        Skrivning(lambda: _andra_aktivitet(a, titel=f"Kvar {varv}"), lambda: star(a, titel=f"Kvar {varv}")),
    )


def aktivitet_byter_insats(s: Scen, varv: int) -> Par:
    a = Aktivitet.objects.select_related("prioritering__handlingsplan").get(pk=s.aktivitet.pk)
    andra = Prioritering.objects.filter(handlingsplan=s.plan).exclude(pk=a.prioritering_id).order_by("pk")[:2]

    def skrivning(p: Prioritering) -> Skrivning:
        return Skrivning(
            lambda: planer.byt_insats(av=None, aktivitet=a, version=a.version, prioritering=p),
            lambda: star(a, prioritering=p),
        )

    return skrivning(andra[0]), skrivning(andra[1])


def aktivitet_ordning(s: Scen, varv: int) -> Par:
    """Two who move the last one up move it one step."""
    under = Aktivitet.objects.filter(prioritering=las_om(s.aktivitet).prioritering_id).order_by("-ordning")
    while under.count() < 3:
        planer.skapa_aktivitet(av=None, prioritering=las_om(s.aktivitet).prioritering, titel="Till", **scen.tid(s.plan))
    sist = under.select_related("prioritering__handlingsplan")[0]
    plats = sist.ordning - 1
    return av_bada(
        varv,
        lambda t: planer.flytta_aktivitet(av=None, aktivitet=sist, version=sist.version, steg=-1),
        lambda t: star(sist, ordning=plats),
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


def aktivitet_lagg_tillbaka(s: Scen, varv: int) -> Par:
    """Both put the same back, which has been taken away and put back in every race before."""
    grannen = Aktivitet.objects.filter(prioritering=s.aktivitet.prioritering_id).exclude(pk=s.aktivitet.pk)
    a = grannen.first() or planer.kopiera_aktivitet(av=None, aktivitet=s.aktivitet)
    planer.ta_bort_aktivitet(av=None, aktivitet=a, version=las_om(a).version)
    borta = list(handelser(Aktivitet).filter(titel=a.titel, pgh_label="delete").order_by("-pgh_id")[:1])
    plan = las_om(s.plan)
    return av_bada(
        varv,
        lambda t: aterstall.lagg_tillbaka(av=s.planerare, rad=plan, version=plan.version, borta=borta),
        lambda t: Aktivitet.objects.filter(pk=borta[0].pgh_obj_id).exists(),
    )


VAGAR: dict[str, Vag] = {
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
    "finansiering": pengar,
    "aktivitet, läggs tillbaka två gånger": aktivitet_lagg_tillbaka,
}
