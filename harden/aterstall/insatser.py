"""Cases of insatser: words, numbers, roles, lägen, many at once, files and saved views."""

from __future__ import annotations

from functools import partial
from typing import Any

from aktorer.grund.samtidighet import radens_handelser
from aktorer.grund.valda import Atgard
from harden import scen
from harden.aterstall.grund import (
    RUM,
    Fall,
    Gor,
    aktoren,
    las_om,
    malomradet,
)
from harden.scen import Scen
from insatser.andringar import aterstall as aterstallning
from insatser.andringar import deltagande, valda
from insatser.andringar import insats as insatser
from insatser.andringar import kartvy as kartvyer
from insatser.andringar import lage as lagen
from insatser.andringar.inlasningar import angra_inlasning
from insatser.andringar.insats import Insatsandring
from insatser.andringar.lage import Lagesuppgift
from insatser.andringar.roller import Rollrad
from insatser.fragor import valda as valdfragor
from insatser.fragor.valda import (
    Avforing,
    NyAnsvarig,
    NyttDeltagande,
    NyttLage,
    NyttMalomrade,
    TillPlanen,
)
from insatser.models import (
    Insats,
    Samband,
)
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.status import Status


def _inlast(s: Scen) -> Gor:
    inlast, bekrafta = scen.uppladdad(s.fardplan, s.planerare, s.insats, "Ur en fil")
    bekrafta()
    return partial(angra_inlasning, inlasning=inlast)


def _som_forut(s: Scen) -> Gor:
    forst = radens_handelser(s.insats).order_by("pgh_id")[0]
    i = insatser.andra(av=None, insats=las_om(s.insats), version=las_om(s.insats).version, titel="En tredje")
    return partial(aterstallning.aterstall, rad=i, version=i.version, handelse=forst)


def _deltagande(s: Scen) -> Gor:
    del_ = s.insats.medverkan.get(aktor__slug=scen.EGEN)
    sedd = deltagande.senaste_handelse(del_)
    return partial(deltagande.svara, del_=del_, deltagande=Deltagande.AVBOJD, svar="Hinner inte", sedd=sedd)


def _insats(s: Scen) -> Gor:
    i = las_om(s.insats)
    return partial(insatser.andra, insats=i, version=i.version, titel="En annan", text="Annan text")


def _flytta_insats(s: Scen) -> Gor:
    i = las_om(s.insats)
    return partial(
        insatser.flytta, insats=i, version=i.version, malomrade=malomradet(s), fardplan=s.fardplan, ordning=99
    )


def _granne(s: Scen) -> Insats:
    return Insats.objects.i_fardplan(s.fardplan).med_nummer("1.3").select_related("malomrade").get()


def _byt_nummer(s: Scen) -> Gor:
    i, granne = las_om(s.insats), _granne(s)
    return partial(insatser.byt_nummer, insats=i, version=i.version, med=granne, med_version=granne.version)


def _avfor(s: Scen) -> Gor:
    i = Insats.objects.i_fardplan(s.fardplan).med_nummer("1.4").select_related("malomrade__program").get()
    return partial(insatser.avfor, insats=i, version=i.version, skal="Klar", ersatts_av=_granne(s))


def _bort(s: Scen) -> Gor:
    ny = insatser.skapa(av=None, malomrade=malomradet(s), fardplan=s.fardplan, titel="Av misstag")
    return partial(insatser.ta_bort, insats=ny, version=ny.version)


def _aterta(s: Scen) -> Gor:
    avford = _avfor(s)(av=None)
    nu: Insats = las_om(avford)
    return partial(insatser.aterta, insats=nu, version=nu.version)


def _roller(s: Scen) -> Gor:
    i = las_om(s.insats)
    roller = [Rollrad(aktoren().pk, Roll.ANSVARIG, "allt"), Rollrad(aktoren(scen.EGEN).pk, Roll.MEDVERKANDE)]
    return partial(insatser.andra_roller, insats=i, version=i.version, roller=roller)


def _utan_ansvarig(s: Scen) -> Gor:
    i = las_om(s.insats)
    return partial(insatser.andra_roller, insats=i, version=i.version, roller=[], utan_ansvarig="Ingen vill")


def _nya_insatser(s: Scen) -> Gor:
    omrade = malomradet(s)
    nya = [Insats(malomrade=omrade, fardplan=s.fardplan, ordning=n, titel=f"Ny {n}") for n in (801, 802)]
    return partial(insatser.skapa_flera, insatser=nya)


def _flera_insatser(s: Scen) -> Gor:
    i, granne = las_om(s.insats), _granne(s)
    roller = [Rollrad(aktoren(scen.EGEN).pk, Roll.ANSVARIG, "allt")]
    andringar = [
        Insatsandring(insats=i, version=i.version, varden={"text": "Annan"}, roller=roller),
        Insatsandring(insats=granne, version=granne.version, varden={"titel": "Också den"}),
    ]
    return partial(insatser.andra_flera, andringar=andringar)


def _flera_lagen(s: Scen) -> Gor:
    uppgifter = [Lagesuppgift(i, "avbruten", "", "Fel insats") for i in (s.insats, _granne(s))]
    return partial(lagen.rapportera_flera, stadskarna=s.fardplan.stadskarna, uppgifter=uppgifter)


def _koppla(s: Scen) -> Gor:
    annan = Insats.objects.i_fardplan(s.fardplan).med_nummer("2.1").select_related("malomrade__program").get()
    return partial(insatser.koppla, fran=s.insats, till=annan, slag=Samband.Slag.HANGER_IHOP)


def _samband_bort(s: Scen) -> Gor:
    samband = Samband.objects.get(fran=s.insats)
    return partial(insatser.ta_bort_samband, samband=samband)


def _valda(s: Scen, atgard: Atgard[Insats]) -> Gor:
    """Done to the insats of the scene and two more."""
    andra = Insats.objects.i_fardplan(s.fardplan).filter(fardplan=s.fardplan, prioriteringar=None, avford=None)
    ids = {s.insats.pk, *andra.order_by("pk").values_list("pk", flat=True)[:3]}
    rader = [r for r in atgard.granska(valdfragor.hamta(s.fardplan, s.planerare, ids), s.planerare) if r.andras]
    return partial(valda.andra, atgard=atgard, rader=rader, versioner={r.rad.pk: r.sedd for r in rader})


def _valdas_deltagande(s: Scen) -> Gor:
    return _valda(s, NyttDeltagande(aktoren(scen.EGEN), Deltagande.BEKRAFTAD, "Ja"))


def _valdas_lage(s: Scen) -> Gor:
    return _valda(s, NyttLage(s.planerare, s.fardplan.stadskarna, Status.PAUSAD, "risk", "Väntar"))


def _rapport(s: Scen) -> Gor:
    return partial(
        lagen.rapportera,
        insats=s.insats,
        stadskarna=s.fardplan.stadskarna,
        status="avbruten",
        kommentar="Fel insats",
    )


def _oforandrade(s: Scen) -> Gor:
    lage: Any = _rapport(s)(av=None)
    return partial(lagen.oforandrade, sedd={(s.insats, s.fardplan.stadskarna): lage.pk})


def _kartvy(s: Scen) -> Any:
    return kartvyer.spara(av=s.planerare, namn="Prov", fraga="vy=tabell")


FALL: dict[str, Fall] = {
    f"{RUM}.aterstall.aterstall": _som_forut,
    f"{RUM}.deltagande.svara": _deltagande,
    f"{RUM}.insats.skapa": lambda s: partial(
        insatser.skapa, malomrade=malomradet(s), fardplan=s.fardplan, titel="Ny", text="Text"
    ),
    f"{RUM}.insats.andra": _insats,
    f"{RUM}.insats.skapa_flera": _nya_insatser,
    f"{RUM}.insats.andra_flera": _flera_insatser,
    f"{RUM}.insats.flytta": _flytta_insats,
    f"{RUM}.insats.byt_nummer": _byt_nummer,
    f"{RUM}.insats.avfor": _avfor,
    f"{RUM}.insats.ta_bort": _bort,
    f"{RUM}.insats.aterta": _aterta,
    f"{RUM}.insats.andra_roller": _roller,
    f"{RUM}.insats.andra_roller, utan ansvarig": _utan_ansvarig,
    f"{RUM}.insats.koppla": _koppla,
    f"{RUM}.insats.ta_bort_samband": _samband_bort,
    f"{RUM}.lage.rapportera": _rapport,
    f"{RUM}.lage.oforandrade": _oforandrade,
    f"{RUM}.lage.rapportera_flera": _flera_lagen,
    f"{RUM}.inlasningar.angra_inlasning": _inlast,
    f"{RUM}.kartvy.spara": lambda s: partial(kartvyer.spara, namn="Ny", fraga="vy=tabell"),
    f"{RUM}.kartvy.andra": lambda s: partial(kartvyer.andra, vy=_kartvy(s), version=1, namn="Annat", delad=True),
    f"{RUM}.kartvy.ta_bort": lambda s: partial(kartvyer.ta_bort, vy=_kartvy(s), version=1),
    f"{RUM}.valda.andra": lambda s: _valda(s, NyAnsvarig(aktoren("polisen"), kvar=True)),
    f"{RUM}.valda.andra, deltagande": _valdas_deltagande,
    f"{RUM}.valda.andra, läge": _valdas_lage,
    f"{RUM}.valda.andra, målområde": lambda s: _valda(s, NyttMalomrade(malomradet(s), s.fardplan)),
    f"{RUM}.valda.andra, plan": lambda s: _valda(s, TillPlanen(las_om(s.plan), "Viktigt")),
    f"{RUM}.valda.andra, avför": lambda s: _valda(s, Avforing("Klara")),
}
