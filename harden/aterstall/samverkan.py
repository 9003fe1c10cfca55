"""Cases of organ, möten, ärenden and överenskommelser."""

from __future__ import annotations

from functools import partial

from harden import scen
from harden.aterstall.grund import (
    RUM,
    Fall,
    Gor,
    aktoren,
    las_om,
    tas_bort,
)
from harden.scen import Scen, dag
from insatser.andringar import arende as arenden
from insatser.andringar import mote as moten
from insatser.andringar import organ as organen
from insatser.andringar import overenskommelse as overenskommelser
from insatser.andringar.arende import Steg
from insatser.andringar.mote import Punktrad
from insatser.andringar.organ import Platsrad
from insatser.andringar.overenskommelse import Anslutningsrad


def _nytt_arende(s: Scen) -> Gor:
    return partial(
        arenden.skapa,
        aktor_id=aktoren().pk,
        rubrik="Nytt",
        slag="ovrigt",
        steg=[Steg("beslut", "Nämnden", dag(-9), "4")],
        insatser=[s.insats.pk],
    )


def _arende(s: Scen) -> Gor:
    a = las_om(s.arende)
    steg = [Steg("forslag", "Nämnden"), Steg("beslut", "Fullmäktige", dag(-9), "5")]
    return partial(arenden.andra, arende=a, version=a.version, steg=steg, insatser=[s.insats.pk], rubrik="Annat")


def _nytt_mote(s: Scen) -> Gor:
    punkter = [Punktrad("En punkt", insats_id=s.insats.pk), Punktrad("Övrigt")]
    return partial(moten.skapa, organ=s.organ, datum=dag(-50), punkter=punkter)


def _mote(s: Scen) -> Gor:
    m = las_om(s.mote)
    return partial(moten.andra, mote=m, version=m.version, punkter=[Punktrad("A"), Punktrad("B")], plats="Salen")


def _nytt_organ(s: Scen) -> Gor:
    platser = [Platsrad(aktoren().pk, "ordforande"), Platsrad(aktoren(scen.EGEN).pk, "ledamot")]
    return partial(organen.skapa, stadskarna=s.fardplan.stadskarna, namn="Gruppen", slag="arbetsgrupp", platser=platser)


def _organ(s: Scen) -> Gor:
    o = las_om(s.organ)
    return partial(organen.andra, organ=o, version=o.version, platser=[Platsrad(aktoren().pk, "ledamot")], namn="Annat")


def _organ_bort(s: Scen) -> Gor:
    o = organen.skapa(av=None, stadskarna=s.fardplan.stadskarna, namn="Gruppen", slag="arbetsgrupp")
    return partial(organen.ta_bort, organ=o, version=o.version)


def _ny_overenskommelse(s: Scen) -> Gor:
    rader = [Anslutningsrad(aktoren().pk, "ansluten", "2025")]
    return partial(overenskommelser.skapa, namn="Ny", slag="samverkan", anslutningar=rader, insatser=[s.insats.pk])


def _overenskommelse(s: Scen) -> Gor:
    o = las_om(s.overenskommelse)
    return partial(
        overenskommelser.andra,
        overenskommelse=o,
        version=o.version,
        anslutningar=[Anslutningsrad(aktoren().pk, "ansluten", "2025")],
        insatser=[s.insats.pk],
        namn="En annan",
    )


def _overenskommelse_bort(s: Scen) -> Gor:
    o = overenskommelser.skapa(av=None, namn="Ny", slag="samverkan", insatser=[s.insats.pk])
    return partial(overenskommelser.ta_bort, overenskommelse=o, version=o.version)


FALL: dict[str, Fall] = {
    f"{RUM}.arende.skapa": _nytt_arende,
    f"{RUM}.arende.andra": _arende,
    f"{RUM}.arende.ta_bort": tas_bort(arenden.ta_bort, "arende", lambda s: s.arende),
    f"{RUM}.mote.skapa": _nytt_mote,
    f"{RUM}.mote.andra": _mote,
    f"{RUM}.mote.ta_bort": lambda s: partial(moten.ta_bort, mote=(m := _nytt_mote(s)(av=None)), version=m.version),
    f"{RUM}.organ.skapa": _nytt_organ,
    f"{RUM}.organ.andra": _organ,
    f"{RUM}.organ.ta_bort": _organ_bort,
    f"{RUM}.overenskommelse.skapa": _ny_overenskommelse,
    f"{RUM}.overenskommelse.andra": _overenskommelse,
    f"{RUM}.overenskommelse.ta_bort": _overenskommelse_bort,
}
