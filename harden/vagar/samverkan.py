"""Races on organ, möten, ärenden and överenskommelser."""

from __future__ import annotations

from aktorer.grund.samtidighet import handelser
from aktorer.models import Aktor
from harden.scen import Scen, dag
from harden.vagar.skrivning import Par, Skrivning, Vag, av_bada, las_om, samma_falt, star
from insatser.andringar import arende as arenden
from insatser.andringar import (
    aterstall,
)
from insatser.andringar import mote as moten
from insatser.andringar import organ as organen
from insatser.andringar import overenskommelse as overenskommelser
from insatser.andringar.arende import Steg
from insatser.andringar.mote import Punktrad
from insatser.andringar.organ import Platsrad
from insatser.models import (
    Plats,
)


def mote_plats(s: Scen, varv: int) -> Par:
    m = las_om(s.mote)
    return samma_falt(m, "plats", moten.andra, "mote", varv, punkter=moten.rader(m.punkter.order_by("ordning")))


def mote_dagordning(s: Scen, varv: int) -> Par:
    m = las_om(s.mote)
    return av_bada(
        varv,
        lambda t: moten.andra(av=None, mote=m, version=m.version, punkter=[Punktrad(t)]),
        lambda t: list(m.punkter.values_list("rubrik", flat=True)) == [t],
    )


def mote_bort_mot_plats(s: Scen, varv: int) -> Par:
    datum = dag(400 + varv)
    m = moten.skapa(av=None, organ=s.organ, datum=datum)
    return (
        Skrivning(lambda: moten.ta_bort(av=None, mote=m, version=m.version), lambda: not star(m)),
        Skrivning(
            lambda: moten.andra(av=None, mote=m, version=m.version, punkter=[], plats="Kvar"),
            lambda: star(m, plats="Kvar"),
        ),
    )


def mote_samma_dag(s: Scen, varv: int) -> Par:
    datum = dag(-100 - varv)
    return av_bada(
        varv,
        lambda t: moten.skapa(av=None, organ=s.organ, datum=datum, plats=t),
        lambda t: s.organ.moten.filter(datum=datum, plats=t).exists(),
    )


def arende_rubrik(s: Scen, varv: int) -> Par:
    a = las_om(s.arende)
    steg = arenden.rader(a.beslut.order_by("ordning"))
    return samma_falt(a, "rubrik", arenden.andra, "arende", varv, steg=steg, insatser=[])


def arende_steg(s: Scen, varv: int) -> Par:
    a = las_om(s.arende)
    return av_bada(
        varv,
        lambda t: arenden.andra(av=None, arende=a, version=a.version, steg=[Steg("forslag", t)], insatser=[]),
        lambda t: list(a.beslut.values_list("instans", flat=True)) == [t],
    )


def organ_namn(s: Scen, varv: int) -> Par:
    o = las_om(s.organ)
    return samma_falt(
        o, "beskrivning", organen.andra, "organ", varv, platser=organen.rader(o.platser.order_by("ordning"))
    )


def organ_platser(s: Scen, varv: int) -> Par:
    o, aktor = las_om(s.organ), Aktor.objects.get(slug="polisen")
    return av_bada(
        varv,
        lambda t: organen.andra(
            av=None, organ=o, version=o.version, platser=[Platsrad(aktor.pk, "ledamot", befattning=t)]
        ),
        lambda t: list(o.platser.values_list("befattning", flat=True)) == [t],
    )


def organ_lagg_tillbaka(s: Scen, varv: int) -> Par:
    """One puts a seat back that was taken away, one writes another."""
    o, plats = las_om(s.organ), Platsrad(Aktor.objects.get(slug="polisen").pk, "ledamot", befattning=f"Åter {varv}")
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


def overenskommelse(s: Scen, varv: int) -> Par:
    o = las_om(s.overenskommelse)
    anslutningar = overenskommelser.rader(o.anslutningar.order_by("ordning"))
    return samma_falt(
        o, "namn", overenskommelser.andra, "overenskommelse", varv, anslutningar=anslutningar, insatser=[]
    )


VAGAR: dict[str, Vag] = {
    "möte, plats": mote_plats,
    "möte, dagordning": mote_dagordning,
    "möte, tas bort mot plats": mote_bort_mot_plats,
    "möte, två samma dag": mote_samma_dag,
    "ärende, rubrik": arende_rubrik,
    "ärende, steg": arende_steg,
    "organ, beskrivning": organ_namn,
    "organ, platser": organ_platser,
    "organ, läggs tillbaka mot platser": organ_lagg_tillbaka,
    "överenskommelse": overenskommelse,
}
