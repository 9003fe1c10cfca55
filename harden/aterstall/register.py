"""Cases of färdplaner, generations, aktörer and the registers."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from aktorer import andringar as konton
from aktorer.fragor import Aktorsatgard, NyHelhet, NyttSlag
from aktorer.models import Aktor
from harden import scen
from harden.aterstall.grund import (
    KONTON,
    RUM,
    Fall,
    Gor,
    aktoren,
    las_om,
    malomradet,
    ny_aktor,
    nytt_program,
    tas_bort,
    utkastet,
)
from harden.scen import Scen
from insatser.andringar import aktor as aktorsandringar
from insatser.andringar import fardplan as fardplaner
from insatser.andringar import generation, sammanslagning
from insatser.andringar import lagesbild as indikatorer
from insatser.andringar import program as programmen
from insatser.andringar import stadskarna as stadskarnor
from insatser.andringar import styrdokument as dokument
from insatser.andringar.generation import Arvsval
from insatser.andringar.indikatorer import andra as andra_indikatorer
from insatser.andringar.lagesbild import Varderad
from insatser.andringar.program import Ordrad
from insatser.andringar.stadskarna import Karnkommunrad
from insatser.fragor import lagesbild as vardefragor
from insatser.fragor.indikatorer import Indikatoratgard, NyKalla, NyttIndikatoromrade
from insatser.models import (
    Indikator,
    Insats,
    Malomrade,
    Stadskarna,
    Styrdokument,
)


def _ta_bort_aktor(s: Scen) -> Gor:
    ny = ny_aktor()
    return partial(aktorsandringar.ta_bort, aktor=ny, version=ny.version)


def _sla_ihop(s: Scen) -> Gor:
    return partial(
        sammanslagning.sla_ihop, fran=aktoren("almi-ab"), till=aktoren("polisen"), version=aktoren("almi-ab").version
    )


def _valda_aktorer(s: Scen, atgard: Aktorsatgard) -> Gor:
    """Two of the register."""
    valda = [aktoren("almi-ab"), aktoren("polisen")]
    rader = [r for r in atgard.granska(valda, s.planerare) if r.andras]
    return partial(konton.andra_valda, atgard=atgard, rader=rader, versioner={r.rad.pk: r.sedd for r in rader})


def _andra_aktor(s: Scen) -> Gor:
    grupp = aktoren(scen.GRUPP)
    return partial(
        konton.andra_aktor, aktor=grupp, version=grupp.version, namn="Alla fastighetsägare", medlemmar=[aktoren().pk]
    )


def _karaktar(s: Scen) -> Gor:
    f = las_om(s.fardplan)
    return partial(fardplaner.andra, fardplan=f, version=f.version, karaktar="En annan", kalla="s. 1")


def _fardriktning(s: Scen) -> Gor:
    m = malomradet(s)
    r = m.fardriktningar.get(fardplan=s.fardplan)
    return partial(fardplaner.skriv_fardriktning, fardplan=s.fardplan, malomrade=m, version=r.version, rubrik="Ditåt")


def _borja(s: Scen) -> Gor:
    return partial(generation.borja, program=nytt_program(), stadskarna=s.fardplan.stadskarna)


def _avgor(s: Scen) -> Gor:
    program = nytt_program()
    ny = generation.borja(av=None, program=program, stadskarna=s.fardplan.stadskarna)
    en, annan = Insats.objects.i_fardplan(s.fardplan).filter(avford=None).order_by("pk")[:2]
    malomrade = Malomrade.objects.get(program=program, nummer=en.malomrade.nummer)
    val = [Arvsval(en.pk, en.version, malomrade), Arvsval(annan.pk, annan.version, skal="Klar")]
    return partial(generation.avgor, fardplan=ny, val=val)


def _aterta_avslut(s: Scen) -> Gor:
    ny = generation.borja(av=None, program=nytt_program(), stadskarna=s.fardplan.stadskarna)
    en = Insats.objects.i_fardplan(s.fardplan).filter(avford=None).order_by("pk")[0]
    generation.avgor(av=None, fardplan=ny, val=[Arvsval(en.pk, en.version, skal="Klar")])
    return partial(generation.aterta_avslut, fardplan=ny, insats=en)


def _aterta_overforing(s: Scen) -> Gor:
    ny = generation.borja(av=None, program=nytt_program(), stadskarna=s.fardplan.stadskarna)
    en = Insats.objects.i_fardplan(s.fardplan).filter(avford=None).order_by("pk")[0]
    malomrade = Malomrade.objects.get(program=ny.program, nummer=en.malomrade.nummer)
    over = generation.avgor(av=None, fardplan=ny, val=[Arvsval(en.pk, en.version, malomrade)]).nya[0]
    return partial(generation.aterta_overforing, fardplan=ny, insats=en, version=over.version)


def _ny_indikator(s: Scen) -> Gor:
    return partial(indikatorer.skapa, malomrade=malomradet(s), namn="Bänkar", enhet="st")


def _indikator(s: Scen) -> Gor:
    i = las_om(s.indikator)
    return partial(indikatorer.andra, indikator=i, version=i.version, namn="Ett annat mått", enhet="st")


def _valda_indikatorer(s: Scen, atgard: Indikatoratgard) -> Gor:
    """Two of the lägesbild."""
    valda = list(Indikator.objects.select_related("malomrade").order_by("pk")[:2])
    rader = [r for r in atgard.granska(valda, s.planerare) if r.andras]
    return partial(andra_indikatorer, atgard=atgard, rader=rader, versioner={r.rad.pk: r.sedd for r in rader})


def _varden(s: Scen) -> Gor:
    i = Indikator.objects.filter(exempel=True).order_by("pk")[0]
    karna = s.fardplan.stadskarna
    rader = [Varderad(2025, Decimal(5), kalla="Prov")]
    return partial(
        indikatorer.satt, indikator=i, stadskarna=karna, sedd=vardefragor.senaste_handelse(i, karna), rader=rader
    )


def _program(s: Scen) -> Gor:
    p = las_om(s.fardplan.program)
    return partial(programmen.andra, program=p, version=p.version, ordlista=[Ordrad("Ord", "Förklaring")], kalla="s. 1")


def _program_bort(s: Scen) -> Gor:
    p = nytt_program()
    return partial(programmen.ta_bort, program=p, version=p.version)


def _nytt_malomrade(s: Scen) -> Gor:
    return partial(
        programmen.skapa_malomrade, program=nytt_program(), nummer=9, namn="Nytt", farg=1, ikon=malomradet(s).ikon
    )


def _byt_malomradens_nummer(s: Scen) -> Gor:
    m = Malomrade.objects.select_related("program").get(program=nytt_program(), nummer=1)
    return partial(programmen.andra_malomrade, malomrade=m, version=m.version, nummer=2, namn="Ett annat")


def _malomrade_bort(s: Scen) -> Gor:
    m = Malomrade.objects.get(program=nytt_program(), nummer=1)
    return partial(programmen.ta_bort_malomrade, malomrade=m, version=m.version)


def _ny_stadskarna(s: Scen) -> Gor:
    kommun = Karnkommunrad(aktoren("danderyds-kommun").pk)
    return partial(stadskarnor.skapa, namn="Danderyd", ordning=2, karnkommuner=[kommun])


def _stadskarna(s: Scen) -> Gor:
    k = Stadskarna.objects.get(slug="haninge")
    return partial(
        stadskarnor.andra,
        stadskarna=k,
        version=k.version,
        karnkommuner=[Karnkommunrad(aktoren("danderyds-kommun").pk)],
        namn="Handen",
        ordning=1,
        latitud=Decimal("59.2"),
    )


def _stadskarna_bort(s: Scen) -> Gor:
    k: Any = _ny_stadskarna(s)(av=None)
    return partial(stadskarnor.ta_bort, stadskarna=k, version=las_om(k).version)


def _dokument(s: Scen) -> Gor:
    d = las_om(s.styrdokument)
    return partial(dokument.andra, dokument=d, version=d.version, namn="Ett annat", ar=2020)


def _fardplan_bort(s: Scen) -> Gor:
    plan = generation.borja(av=None, program=nytt_program(), stadskarna=s.fardplan.stadskarna)
    return partial(fardplaner.ta_bort, fardplan=plan, version=plan.version)


FALL: dict[str, Fall] = {
    f"{KONTON}.skapa_aktor": lambda s: partial(
        konton.skapa_aktor, namn="Gruppen", slag="grupp", medlemmar=[aktoren().pk]
    ),
    f"{KONTON}.aktor_med_namn": lambda s: partial(konton.aktor_med_namn, namn="Ett annat AB", slag="bolag"),
    f"{KONTON}.andra_aktor": _andra_aktor,
    f"{KONTON}.andra_valda": lambda s: _valda_aktorer(s, NyttSlag(Aktor.Slag.STIFTELSE)),
    f"{KONTON}.andra_valda, del av": lambda s: _valda_aktorer(s, NyHelhet(aktoren("region-stockholm"))),
    f"{RUM}.aktor.ta_bort": _ta_bort_aktor,
    f"{RUM}.fardplan.andra": _karaktar,
    f"{RUM}.fardplan.skriv_fardriktning": _fardriktning,
    f"{RUM}.fardplan.ta_bort": _fardplan_bort,
    f"{RUM}.generation.borja": _borja,
    f"{RUM}.generation.avgor": _avgor,
    f"{RUM}.generation.aterta_avslut": _aterta_avslut,
    f"{RUM}.generation.aterta_overforing": _aterta_overforing,
    f"{RUM}.indikatorer.andra": lambda s: _valda_indikatorer(s, NyKalla("Prov")),
    f"{RUM}.indikatorer.andra, målområde": lambda s: _valda_indikatorer(s, NyttIndikatoromrade(malomradet(s))),
    f"{RUM}.lagesbild.skapa": _ny_indikator,
    f"{RUM}.lagesbild.andra": _indikator,
    f"{RUM}.lagesbild.ta_bort": tas_bort(indikatorer.ta_bort, "indikator", lambda s: s.indikator),
    f"{RUM}.lagesbild.satt": _varden,
    f"{RUM}.program.skapa": lambda s: partial(
        programmen.skapa, namn="Färdplaner 2040", ar_fran=2040, utgar_fran=s.fardplan.program
    ),
    f"{RUM}.program.andra": _program,
    f"{RUM}.program.ta_bort": _program_bort,
    f"{RUM}.program.skapa_malomrade": _nytt_malomrade,
    f"{RUM}.program.andra_malomrade": _byt_malomradens_nummer,
    f"{RUM}.program.ta_bort_malomrade": _malomrade_bort,
    f"{RUM}.sammanslagning.sla_ihop": _sla_ihop,
    f"{RUM}.stadskarna.skapa": _ny_stadskarna,
    f"{RUM}.stadskarna.andra": _stadskarna,
    f"{RUM}.stadskarna.ta_bort": _stadskarna_bort,
    f"{RUM}.styrdokument.skapa": lambda s: partial(dokument.skapa, fardplan=s.fardplan, namn="Nytt", ar=2020),
    f"{RUM}.styrdokument.andra": _dokument,
    f"{RUM}.styrdokument.koppla": lambda s: partial(
        dokument.koppla, fardplan=utkastet(), dokument=Styrdokument.objects.order_by("pk")[0]
    ),
    f"{RUM}.styrdokument.koppla_bort": lambda s: partial(
        dokument.koppla_bort, fardplan=s.fardplan, dokument=s.styrdokument
    ),
}
