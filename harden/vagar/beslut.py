"""Races on what is decided: decisions, their corrections, changes that are prepared, outcomes."""

from __future__ import annotations

from functools import partial

from harden.scen import Scen, dag
from harden.vagar.skrivning import Par, Skrivning, Vag, av_bada, las_om, star
from insatser.andringar import (
    avslut,
    beslut,
    rattelse,
)
from insatser.andringar import handlingsplan as planer
from insatser.andringar.avslut import Utfallsrad
from insatser.models import (
    Aktivitet,
    Handlingsplan,
    Planversion,
    Rattelse,
)


def beslut_mot_beslut(s: Scen, varv: int) -> Par:
    plan = _oppnad(s)
    return av_bada(varv, partial(_besluta, s, plan), lambda t: _ett_beslut(plan, t))


def beslut_mot_inledning(s: Scen, varv: int) -> Par:
    plan, text = _oppnad(s), f"Inledning {varv}"
    return (
        Skrivning(lambda: _besluta(s, plan, f"C {varv}"), lambda: _ett_beslut(plan, f"C {varv}")),
        Skrivning(
            lambda: planer.andra(av=None, plan=plan, version=plan.version, inledning=text),
            lambda: star(plan, inledning=text),
        ),
    )


def kasta_mot_inledning(s: Scen, varv: int) -> Par:
    plan, text = _oppnad(s), f"Kastad {varv}"
    return (
        Skrivning(
            lambda: beslut.kasta_andring(av=None, plan=plan, version=plan.version), lambda: star(plan, andras=False)
        ),
        Skrivning(
            lambda: planer.andra(av=None, plan=plan, version=plan.version, inledning=text),
            lambda: star(plan, inledning=text),
        ),
    )


def beslut_tva_rattar(s: Scen, varv: int) -> Par:
    sist = Planversion.objects.select_related("beslut__organ").filter(handlingsplan=s.beslutad)[0]
    nu = sist.beslut
    uppgifter = {"organ": nu.organ, "datum": nu.datum, "version": nu.version, "skal": "Skrivfel"}

    def ratta(nummer: str) -> object:
        return rattelse.ratta_beslut(av=None, planversion=sist, paragraf=nummer, **uppgifter)

    return av_bada(varv, ratta, lambda t: star(nu, paragraf=t))


def beslut_tva_aterkallar(s: Scen, varv: int) -> Par:
    _besluta(s, _oppnad(s), f"D {varv}")
    plan = las_om(s.beslutad)
    sist = plan.senast_beslutad()

    def aterkalla(skal: str) -> object:
        return rattelse.aterkalla_beslut(av=None, planversion=sist, version=plan.version, skal=skal)

    return av_bada(varv, aterkalla, lambda t: Rattelse.objects.filter(aterkallar=sist, skal=t).exists())


def beslut_aterkallas_mot_oppnas(s: Scen, varv: int) -> Par:
    """One recalls the decision, one begins to prepare another."""
    _besluta(s, _oppnad(s), f"E {varv}")
    plan = las_om(s.beslutad)
    sist = plan.senast_beslutad()
    return (
        Skrivning(
            lambda: rattelse.aterkalla_beslut(av=None, planversion=sist, version=plan.version, skal="Misstag"),
            lambda: Rattelse.objects.filter(aterkallar=sist).exists(),
        ),
        Skrivning(lambda: beslut.oppna_andring(av=None, plan=plan), lambda: star(plan, andras=True)),
    )


def beslut_aterkallas_mot_rattas(s: Scen, varv: int) -> Par:
    _besluta(s, _oppnad(s), f"F {varv}")
    plan = las_om(s.beslutad)
    sist = plan.senast_beslutad()
    nu = sist.beslut
    return (
        Skrivning(
            lambda: rattelse.aterkalla_beslut(av=None, planversion=sist, version=plan.version, skal="Misstag"),
            lambda: Rattelse.objects.filter(aterkallar=sist).exists(),
        ),
        Skrivning(
            lambda: rattelse.ratta_beslut(
                av=None,
                planversion=sist,
                version=nu.version,
                skal="Skrivfel",
                organ=nu.organ,
                datum=nu.datum,
                paragraf=f"9{varv}",
            ),
            lambda: star(nu, paragraf=f"9{varv}"),
        ),
    )


def _oppnad(s: Scen) -> Handlingsplan:
    """The decided plan, open for an ändringsbeslut."""
    beslut.oppna_andring(av=None, plan=s.beslutad)
    return las_om(s.beslutad)


def _besluta(s: Scen, plan: Handlingsplan, paragraf: str) -> object:
    return beslut.besluta(
        av=None, plan=plan, version=plan.version, organ=s.organ, datum=dag(-2), paragraf=paragraf.replace(" ", "")
    )


def _ett_beslut(plan: Handlingsplan, paragraf: str) -> bool:
    egna = Planversion.objects.filter(handlingsplan=plan, beslut__paragraf=paragraf.replace(" ", ""))
    return egna.count() == 1 and star(plan, andras=False)


def utfall(s: Scen, varv: int) -> Par:
    plan = las_om(s.beslutad)
    if plan.andras:
        _besluta(s, plan, "stäng")
    a = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("pk")[0]
    return av_bada(
        varv,
        lambda t: avslut.skriv_utfall(av=None, plan=plan, rader=[Utfallsrad(a.pk, a.version, "struken", t)]),
        lambda t: star(a, utfall="struken", utfall_skal=t),
    )


VAGAR: dict[str, Vag] = {
    "beslut mot beslut": beslut_mot_beslut,
    "beslut mot inledning": beslut_mot_inledning,
    "beslut, två rättar": beslut_tva_rattar,
    "beslut, två återkallar": beslut_tva_aterkallar,
    "beslut, återkallas mot öppnas": beslut_aterkallas_mot_oppnas,
    "beslut, återkallas mot rättas": beslut_aterkallas_mot_rattas,
    "ändring kastas mot inledning": kasta_mot_inledning,
    "utfall": utfall,
}
