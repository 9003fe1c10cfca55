"""Every kind of change that may be taken back, done and taken back: afterwards all is as it was, and done again by
taking back the taking back.

A function of `andringar` with `@andring` that has no case here makes the line fall.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection

from aktorer import andringar as konton
from aktorer.grund.inskick import tar_emot
from aktorer.grund.samtidighet import Krock, handelser, radens_handelser
from aktorer.models import Aktor, Anvandare
from harden import scen
from harden.linje import Linje, ogjort, tyst
from harden.scen import Scen, dag
from insatser.andringar import aktivitet as aktiviteter
from insatser.andringar import aktor as aktorsandringar
from insatser.andringar import angra as angrar
from insatser.andringar import arende as arenden
from insatser.andringar import aterstall as aterstallning
from insatser.andringar import avslut, beslut, deltagande, finansiering, generation, sammanslagning, valda
from insatser.andringar import fardplan as fardplaner
from insatser.andringar import handlingsplan as planer
from insatser.andringar import insats as insatser
from insatser.andringar import kartvy as kartvyer
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
from insatser.andringar.generation import Arvsval
from insatser.andringar.inlasningar import angra_inlasning
from insatser.andringar.insats import Insatsandring
from insatser.andringar.lage import Lagesuppgift
from insatser.andringar.lagesbild import Varderad
from insatser.andringar.mote import Punktrad
from insatser.andringar.organ import Platsrad
from insatser.andringar.overenskommelse import Anslutningsrad
from insatser.andringar.program import Ordrad
from insatser.andringar.roller import Rollrad
from insatser.andringar.stadskarna import Karnkommunrad
from insatser.fragor import lagesbild as vardefragor
from insatser.fragor import valda as valdfragor
from insatser.fragor.historik import senaste_bidragshandelse
from insatser.fragor.valda import (
    Atgard,
    Avforing,
    NyAnsvarig,
    NyttDeltagande,
    NyttLage,
    NyttMalomrade,
    TillPlanen,
)
from insatser.models import (
    Aktivitet,
    Fardplan,
    Handlingsplan,
    Indikator,
    Insats,
    Malomrade,
    Prioritering,
    Program,
    Samband,
    Stadskarna,
    Styrdokument,
)
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.status import Status

ROT = Path(__file__).parents[1]
# Taking back is what the line is about.
UTAN_FALL = {"insatser.andringar.angra.angra"}
# A report that is taken back stays, and is marked. It never counts again: who errs there reports anew.
STAR_KVAR = "insatser_lagesrapport"
GORS_INTE_OM = {
    f"insatser.andringar.{namn}"
    for namn in ("lage.rapportera", "lage.rapportera_flera", "lage.oforandrade", "valda.andra, läge")
}
# What the database writes at an insert, and the history does not keep.
EGNA = "{version,skapad}"

type Gor = Callable[..., object]
type Fall = Callable[[Scen], Gor]
"""Prepares, and returns what is to be taken back; it is called with `av`."""


def kor(var_n: int = 1) -> Iterator[Linje]:
    """A line for the kinds of change, one for done again, and one that says which kinds have no case."""
    tillbaka, igen = (
        Linje("återställ: ångrat är som det var", minst=1),
        Linje("återställ: ångrat och gjort igen", minst=1),
    )
    with tyst(), ogjort():
        s = scen.bygg()
        for namn, fall in list(FALL.items())[::var_n]:
            with ogjort():
                with tillbaka.tid():
                    gjort, fel = _prova(s, fall)
                tillbaka.prova(f"{namn}: {fel}" if fel else "")
                if not fel and namn not in GORS_INTE_OM:
                    with igen.tid():
                        fel = _gor_om(s, *gjort)
                    igen.prova(f"{namn}: {fel}" if fel else "")
    yield tillbaka
    yield igen
    alla = Linje("återställ: varje slags ändring har ett fall")
    for namn in andringar():
        alla.prova("" if namn in FALL or namn in UTAN_FALL else f"{namn} har inget fall i harden/aterstall.py")
    yield alla


def andringar() -> Iterator[str]:
    """The name of every function with `@andring`."""
    for fil in [ROT / "aktorer/andringar.py", *sorted((ROT / "insatser/andringar").glob("[a-z]*.py"))]:
        modul = import_module(".".join(fil.relative_to(ROT).with_suffix("").parts))
        for namn, funktion in inspect.getmembers(modul, inspect.isfunction):
            if funktion.__module__ == modul.__name__ and inspect.getsource(funktion).startswith("@andring\n"):
                yield f"{modul.__name__}.{namn}"


def _prova(s: Scen, fall: Fall) -> tuple[tuple[dict[str, Any], str], str]:
    """((what there was once it was done, the context of taking it back), what is wrong)."""
    gor, fore = fall(s), innehall()
    with tar_emot(lambda: None) as inskickat:
        try:
            gor(av=s.planerare)
        except (ValidationError, Krock) as nej:
            return ({}, ""), f"nekades från början: {nej}"
    efter = innehall()
    if fore == efter:
        return (efter, ""), "ändrade inget"
    if not (inskickat.kontext and inskickat.angras):
        return (efter, ""), "går inte att ångra"
    kontext, fel = _angra(s.planerare, inskickat.kontext)
    return (efter, kontext), fel or _skillnad(fore, innehall())


def _gor_om(s: Scen, efter: dict[str, Any], kontext: str) -> str:
    _, fel = _angra(s.planerare, kontext)
    return fel or _skillnad(efter, innehall())


def _angra(av: Anvandare, kontext: str) -> tuple[str, str]:
    """(the context of taking it back, why it could not be)."""
    try:
        with tar_emot(lambda: None) as inskickat:
            angrar.angra(av=av, kontext=UUID(kontext))
    except ValidationError as nej:
        return "", f"nekades: {' '.join(nej.messages)}"
    return inskickat.kontext, ""


def innehall() -> dict[str, dict[str, Any]]:
    """All rows of ours by table and key, without what every change and every insert writes anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^(aktorer|insatser)_'"
            " AND relname !~ 'event$' AND relname <> 'aktorer_inskick'"
        )
        tabeller = [namn for (namn,) in cursor.fetchall()]
        fraga = " UNION ALL ".join(f"SELECT '{t}', (to_jsonb(x) - '{EGNA}'::text[])::text FROM {t} x" for t in tabeller)
        cursor.execute(fraga)
        ut: dict[str, dict[str, Any]] = {t: {} for t in tabeller}
        for tabell, rad in cursor.fetchall():
            varden = json.loads(rad)
            ut[tabell][str(varden.get("id"))] = varden
        return ut


def _skillnad(fore: dict[str, Any], efter: dict[str, Any]) -> str:
    fel = []
    for tabell, rader in fore.items():
        for pk in rader.keys() | efter[tabell].keys():
            a, b = rader.get(pk), efter[tabell].get(pk)
            if tabell == STAR_KVAR and (a is None or b is None or _sagt(a) == _sagt(b)):
                continue
            if a != b:
                olika = (
                    [f"{k}: {a[k]!r} → {b[k]!r}" for k in a if a[k] != b[k]] if a and b else ["borta" if a else "ny"]
                )
                fel.append(f"{tabell} {pk}: {', '.join(olika)}"[:200])
    return "; ".join(fel[:3])


def _sagt(rapport: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in rapport.items() if k != "aterkallad"}


# --- a case of each kind


def _nu[M: Any](rad: M) -> M:
    nu: M = type(rad)._default_manager.get(pk=rad.pk)
    return nu


def _aktor(slug: str = "polisen") -> Aktor:
    return Aktor.objects.get(slug=slug)


def _malomrade(s: Scen, nummer: int = 2) -> Malomrade:
    return Malomrade.objects.select_related("program").get(program=s.fardplan.program, nummer=nummer)


def _ny_aktor() -> Aktor:
    return konton.skapa_aktor(av=None, namn="Ett annat AB", slag="bolag")


def _ta_bort_aktor(s: Scen) -> Gor:
    ny = _ny_aktor()
    return partial(aktorsandringar.ta_bort, aktor=ny, version=ny.version)


def _sla_ihop(s: Scen) -> Gor:
    return partial(
        sammanslagning.sla_ihop, fran=_aktor("almi-ab"), till=_aktor("polisen"), version=_aktor("almi-ab").version
    )


def _andra_aktor(s: Scen) -> Gor:
    grupp = _aktor(scen.GRUPP)
    return partial(
        konton.andra_aktor, aktor=grupp, version=grupp.version, namn="Alla fastighetsägare", medlemmar=[_aktor().pk]
    )


def _aktivitetsstatus(s: Scen) -> Gor:
    a = _nu(s.aktivitet)
    return partial(aktiviteter.rapportera, aktivitet=a, version=a.version, status=Status.PAUSAD, kommentar="Väntar")


def _nytt_arende(s: Scen) -> Gor:
    return partial(
        arenden.skapa,
        aktor_id=_aktor().pk,
        rubrik="Nytt",
        slag="ovrigt",
        steg=[Steg("beslut", "Nämnden", dag(-9), "4")],
        insatser=[s.insats.pk],
    )


def _arende(s: Scen) -> Gor:
    a = _nu(s.arende)
    steg = [Steg("forslag", "Nämnden"), Steg("beslut", "Fullmäktige", dag(-9), "5")]
    return partial(arenden.andra, arende=a, version=a.version, steg=steg, insatser=[s.insats.pk], rubrik="Annat")


def _inlast(s: Scen) -> Gor:
    inlast, bekrafta = scen.uppladdad(s.fardplan, s.planerare, s.insats, "Ur en fil")
    bekrafta()
    return partial(angra_inlasning, inlasning=inlast)


def _bort(funktion: Gor, namn: str, rad: Callable[[Scen], Any]) -> Fall:
    """Take a row away, which the function calls `namn`."""

    def fall(s: Scen) -> Gor:
        nu = _nu(rad(s))
        return partial(funktion, **{namn: nu, "version": nu.version})

    return fall


def _utfall(s: Scen) -> Gor:
    a = Aktivitet.objects.filter(prioritering__handlingsplan=s.beslutad).order_by("pk")[0]
    return partial(avslut.skriv_utfall, plan=s.beslutad, rader=[Utfallsrad(a.pk, a.version, "struken", "För dyrt")])


def _som_forut(s: Scen) -> Gor:
    forst = radens_handelser(s.insats).order_by("pgh_id")[0]
    i = insatser.andra(av=None, insats=_nu(s.insats), version=_nu(s.insats).version, titel="En tredje")
    return partial(aterstallning.aterstall, rad=i, version=i.version, handelse=forst)


def _lagg_tillbaka(s: Scen) -> Gor:
    a = _nu(s.aktivitet)
    planer.ta_bort_aktivitet(av=None, aktivitet=a, version=a.version)
    borta = list(handelser(Aktivitet).filter(pgh_obj_id=s.aktivitet.pk, pgh_label="delete"))
    return partial(aterstallning.lagg_tillbaka, rad=s.plan, version=s.plan.version, borta=borta)


def _kasta(s: Scen) -> Gor:
    plan = beslut.oppna_andring(av=None, plan=s.beslutad)
    plan = planer.andra(av=None, plan=plan, version=plan.version, inledning="Ny inledning")
    return partial(beslut.kasta_andring, plan=plan, version=plan.version)


def _deltagande(s: Scen) -> Gor:
    del_ = s.insats.medverkan.get(aktor__slug=scen.EGEN)
    sedd = deltagande.senaste_handelse(del_)
    return partial(deltagande.svara, del_=del_, deltagande=Deltagande.AVBOJD, svar="Hinner inte", sedd=sedd)


def _karaktar(s: Scen) -> Gor:
    f = _nu(s.fardplan)
    return partial(fardplaner.andra, fardplan=f, version=f.version, karaktar="En annan", kalla="s. 1")


def _fardriktning(s: Scen) -> Gor:
    m = _malomrade(s)
    r = m.fardriktningar.get(fardplan=s.fardplan)
    return partial(fardplaner.skriv_fardriktning, fardplan=s.fardplan, malomrade=m, version=r.version, rubrik="Ditåt")


def _utkastet() -> Fardplan:
    return Fardplan.objects.select_related("program", "stadskarna").get_by_natural_key("fardplaner-2026", "haninge")


def _nytt_program() -> Program:
    return programmen.skapa(
        av=None, namn="Färdplaner 2034", ar_fran=2034, utgar_fran=Program.objects.get(slug="fardplaner-2026")
    )


def _pengar(s: Scen) -> Gor:
    rad = Bidragsrad(_aktor().pk, s.plan.ar_fran, 1000)
    return partial(finansiering.satt, mal=s.plan, sedd=senaste_bidragshandelse(s.plan), rader=[rad])


def _borja(s: Scen) -> Gor:
    return partial(generation.borja, program=_nytt_program(), stadskarna=s.fardplan.stadskarna)


def _avgor(s: Scen) -> Gor:
    program = _nytt_program()
    ny = generation.borja(av=None, program=program, stadskarna=s.fardplan.stadskarna)
    en, annan = Insats.objects.i_fardplan(s.fardplan).filter(avford=None).order_by("pk")[:2]
    malomrade = Malomrade.objects.get(program=program, nummer=en.malomrade.nummer)
    val = [Arvsval(en.pk, en.version, malomrade), Arvsval(annan.pk, annan.version, skal="Klar")]
    return partial(generation.avgor, fardplan=ny, val=val)


def _aterta_avslut(s: Scen) -> Gor:
    ny = generation.borja(av=None, program=_nytt_program(), stadskarna=s.fardplan.stadskarna)
    en = Insats.objects.i_fardplan(s.fardplan).filter(avford=None).order_by("pk")[0]
    generation.avgor(av=None, fardplan=ny, val=[Arvsval(en.pk, en.version, skal="Klar")])
    return partial(generation.aterta_avslut, fardplan=ny, insats=en)


def _aterta_overforing(s: Scen) -> Gor:
    ny = generation.borja(av=None, program=_nytt_program(), stadskarna=s.fardplan.stadskarna)
    en = Insats.objects.i_fardplan(s.fardplan).filter(avford=None).order_by("pk")[0]
    malomrade = Malomrade.objects.get(program=ny.program, nummer=en.malomrade.nummer)
    over = generation.avgor(av=None, fardplan=ny, val=[Arvsval(en.pk, en.version, malomrade)]).nya[0]
    return partial(generation.aterta_overforing, fardplan=ny, insats=en, version=over.version)


def _nytt_utkast(s: Scen) -> Handlingsplan:
    plan = planer.skapa(av=None, fardplan=_utkastet(), ar_fran=2028, ar_till=2029)
    gemensam = Insats.objects.i_fardplan(_utkastet()).filter(fardplan=None).order_by("pk")[0]
    p = planer.lyft(av=None, plan=plan, insats=gemensam, skal="Viktigt")
    planer.skapa_aktivitet(
        av=None, prioritering=p, titel="Mät", roller=[Rollrad(_aktor().pk, Roll.MEDVERKANDE)], **scen.tid(plan)
    )
    return _nu(plan)


def _sist_i_planen(s: Scen) -> Prioritering:
    return Prioritering.objects.filter(handlingsplan=s.plan).order_by("-ordning")[0]


def _flytta_upp(s: Scen) -> Gor:
    p = _sist_i_planen(s)
    return partial(planer.flytta, prioritering=p, version=p.version, plats=1)


def _ta_ur(s: Scen) -> Gor:
    p = planer.lyft(av=None, plan=_nu(s.plan), insats=s.insats, plats=1)
    p = _nu(p)
    return partial(planer.ta_ur, prioritering=p, version=p.version)


def _skal(s: Scen) -> Gor:
    p = _sist_i_planen(s)
    return partial(planer.andra_skal, prioritering=p, version=p.version, skal="Ett annat skäl")


def _bortvalet(s: Scen) -> Any:
    return planer.valj_bort(av=None, plan=_nu(s.plan), insats=s.insats, skal="Sen")


def _lyft_det_bortvalda(s: Scen) -> Gor:
    b = _bortvalet(s)
    return partial(planer.lyft, plan=_nu(s.plan), insats=s.insats, plats=1, bortval=b.version)


def _ny_aktivitet(s: Scen) -> Gor:
    roller = [Rollrad(_aktor().pk, Roll.ANSVARIG)]
    return partial(
        planer.skapa_aktivitet, prioritering=_sist_i_planen(s), titel="Ny", roller=roller, **scen.tid(s.plan)
    )


def _aktivitet(s: Scen) -> Gor:
    a = _nu(s.aktivitet)
    roller = [Rollrad(_aktor().pk, Roll.ANSVARIG)]
    return partial(planer.andra_aktivitet, aktivitet=a, version=a.version, roller=roller, titel="En annan")


def _nya_aktiviteter(s: Scen) -> Gor:
    dit, roller = _sist_i_planen(s), [Rollrad(_aktor().pk, Roll.ANSVARIG, "allt")]
    nya = [
        planer.NyAktivitet(prioritering=dit, varden={"titel": t, **scen.tid(s.plan)}, roller=roller)
        for t in ("En", "Två")
    ]
    return partial(planer.skapa_aktiviteter, nya=nya)


def _flera_aktiviteter(s: Scen) -> Gor:
    a, annan = _nu(s.aktivitet), _ny_aktivitet(s)(av=None)
    andringar = [
        planer.Aktivitetsandring(aktivitet=x, version=x.version, varden={"titel": "En annan"}, roller=roller)
        for x, roller in ((a, [Rollrad(_aktor().pk, Roll.ANSVARIG)]), (annan, []))
    ]
    return partial(planer.andra_aktiviteter, andringar=andringar)


def _flera_statusar(s: Scen) -> Gor:
    a = _nu(s.aktivitet)
    rapporter = [aktiviteter.Aktivitetsrapport(a, a.version, Status.PAUSAD, "Väntar")]
    return partial(aktiviteter.rapportera_flera, rapporter=rapporter)


def _aktivitet_upp(s: Scen) -> Gor:
    a = _nu(s.aktivitet)
    return partial(planer.flytta_aktivitet, aktivitet=a, version=a.version, steg=-1)


def _byt_insats(s: Scen) -> Gor:
    a = _nu(s.aktivitet)
    return partial(planer.byt_insats, aktivitet=a, version=a.version, prioritering=_sist_i_planen(s))


def _insats(s: Scen) -> Gor:
    i = _nu(s.insats)
    return partial(insatser.andra, insats=i, version=i.version, titel="En annan", text="Annan text")


def _flytta_insats(s: Scen) -> Gor:
    i = _nu(s.insats)
    return partial(
        insatser.flytta, insats=i, version=i.version, malomrade=_malomrade(s), fardplan=s.fardplan, ordning=99
    )


def _granne(s: Scen) -> Insats:
    return Insats.objects.i_fardplan(s.fardplan).med_nummer("1.3").select_related("malomrade").get()


def _byt_nummer(s: Scen) -> Gor:
    i, granne = _nu(s.insats), _granne(s)
    return partial(insatser.byt_nummer, insats=i, version=i.version, med=granne, med_version=granne.version)


def _avfor(s: Scen) -> Gor:
    i = Insats.objects.i_fardplan(s.fardplan).med_nummer("1.4").select_related("malomrade__program").get()
    return partial(insatser.avfor, insats=i, version=i.version, skal="Klar", ersatts_av=_granne(s))


def _aterta(s: Scen) -> Gor:
    avford = _avfor(s)(av=None)
    nu: Insats = _nu(avford)
    return partial(insatser.aterta, insats=nu, version=nu.version)


def _roller(s: Scen) -> Gor:
    i = _nu(s.insats)
    roller = [Rollrad(_aktor().pk, Roll.ANSVARIG, "allt"), Rollrad(_aktor(scen.EGEN).pk, Roll.MEDVERKANDE)]
    return partial(insatser.andra_roller, insats=i, version=i.version, roller=roller)


def _utan_ansvarig(s: Scen) -> Gor:
    i = _nu(s.insats)
    return partial(insatser.andra_roller, insats=i, version=i.version, roller=[], utan_ansvarig="Ingen vill")


def _nya_insatser(s: Scen) -> Gor:
    omrade = _malomrade(s)
    nya = [Insats(malomrade=omrade, fardplan=s.fardplan, ordning=n, titel=f"Ny {n}") for n in (801, 802)]
    return partial(insatser.skapa_flera, insatser=nya)


def _flera_insatser(s: Scen) -> Gor:
    i, granne = _nu(s.insats), _granne(s)
    roller = [Rollrad(_aktor(scen.EGEN).pk, Roll.ANSVARIG, "allt")]
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


def _valda(s: Scen, atgard: Atgard) -> Gor:
    """Done to the insats of the scene and two more."""
    andra = Insats.objects.i_fardplan(s.fardplan).filter(fardplan=s.fardplan, prioriteringar=None, avford=None)
    ids = {s.insats.pk, *andra.order_by("pk").values_list("pk", flat=True)[:3]}
    rader = [r for r in atgard.granska(valdfragor.hamta(s.fardplan, s.planerare, ids), s.planerare) if r.andras]
    return partial(valda.andra, atgard=atgard, rader=rader, versioner={r.insats.pk: r.sedd for r in rader})


def _valdas_deltagande(s: Scen) -> Gor:
    return _valda(s, NyttDeltagande(_aktor(scen.EGEN), Deltagande.BEKRAFTAD, "Ja"))


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


def _ny_indikator(s: Scen) -> Gor:
    return partial(indikatorer.skapa, malomrade=_malomrade(s), namn="Bänkar", enhet="st")


def _indikator(s: Scen) -> Gor:
    i = _nu(s.indikator)
    return partial(indikatorer.andra, indikator=i, version=i.version, namn="Ett annat mått", enhet="st")


def _varden(s: Scen) -> Gor:
    i = Indikator.objects.filter(exempel=True).order_by("pk")[0]
    karna = s.fardplan.stadskarna
    rader = [Varderad(2025, Decimal(5), kalla="Prov")]
    return partial(
        indikatorer.satt, indikator=i, stadskarna=karna, sedd=vardefragor.senaste_handelse(i, karna), rader=rader
    )


def _nytt_mote(s: Scen) -> Gor:
    punkter = [Punktrad("En punkt", insats_id=s.insats.pk), Punktrad("Övrigt")]
    return partial(moten.skapa, organ=s.organ, datum=dag(-50), punkter=punkter)


def _mote(s: Scen) -> Gor:
    m = _nu(s.mote)
    return partial(moten.andra, mote=m, version=m.version, punkter=[Punktrad("A"), Punktrad("B")], plats="Salen")


def _nytt_organ(s: Scen) -> Gor:
    platser = [Platsrad(_aktor().pk, "ordforande"), Platsrad(_aktor(scen.EGEN).pk, "ledamot")]
    return partial(organen.skapa, stadskarna=s.fardplan.stadskarna, namn="Gruppen", slag="arbetsgrupp", platser=platser)


def _organ(s: Scen) -> Gor:
    o = _nu(s.organ)
    return partial(organen.andra, organ=o, version=o.version, platser=[Platsrad(_aktor().pk, "ledamot")], namn="Annat")


def _organ_bort(s: Scen) -> Gor:
    o = organen.skapa(av=None, stadskarna=s.fardplan.stadskarna, namn="Gruppen", slag="arbetsgrupp")
    return partial(organen.ta_bort, organ=o, version=o.version)


def _ny_overenskommelse(s: Scen) -> Gor:
    rader = [Anslutningsrad(_aktor().pk, "ansluten", "2025")]
    return partial(overenskommelser.skapa, namn="Ny", slag="samverkan", anslutningar=rader, insatser=[s.insats.pk])


def _overenskommelse(s: Scen) -> Gor:
    o = _nu(s.overenskommelse)
    return partial(
        overenskommelser.andra,
        overenskommelse=o,
        version=o.version,
        anslutningar=[Anslutningsrad(_aktor().pk, "ansluten", "2025")],
        insatser=[s.insats.pk],
        namn="En annan",
    )


def _overenskommelse_bort(s: Scen) -> Gor:
    o = overenskommelser.skapa(av=None, namn="Ny", slag="samverkan", insatser=[s.insats.pk])
    return partial(overenskommelser.ta_bort, overenskommelse=o, version=o.version)


def _program(s: Scen) -> Gor:
    p = _nu(s.fardplan.program)
    return partial(programmen.andra, program=p, version=p.version, ordlista=[Ordrad("Ord", "Förklaring")], kalla="s. 1")


def _program_bort(s: Scen) -> Gor:
    p = _nytt_program()
    return partial(programmen.ta_bort, program=p, version=p.version)


def _nytt_malomrade(s: Scen) -> Gor:
    return partial(
        programmen.skapa_malomrade, program=_nytt_program(), nummer=9, namn="Nytt", farg=1, ikon=_malomrade(s).ikon
    )


def _byt_malomradens_nummer(s: Scen) -> Gor:
    m = Malomrade.objects.select_related("program").get(program=_nytt_program(), nummer=1)
    return partial(programmen.andra_malomrade, malomrade=m, version=m.version, nummer=2, namn="Ett annat")


def _malomrade_bort(s: Scen) -> Gor:
    m = Malomrade.objects.get(program=_nytt_program(), nummer=1)
    return partial(programmen.ta_bort_malomrade, malomrade=m, version=m.version)


def _ny_stadskarna(s: Scen) -> Gor:
    kommun = Karnkommunrad(_aktor("danderyds-kommun").pk)
    return partial(stadskarnor.skapa, namn="Danderyd", ordning=2, karnkommuner=[kommun])


def _stadskarna(s: Scen) -> Gor:
    k = Stadskarna.objects.get(slug="haninge")
    return partial(
        stadskarnor.andra,
        stadskarna=k,
        version=k.version,
        karnkommuner=[Karnkommunrad(_aktor("danderyds-kommun").pk)],
        namn="Handen",
        ordning=1,
    )


def _stadskarna_bort(s: Scen) -> Gor:
    k: Any = _ny_stadskarna(s)(av=None)
    return partial(stadskarnor.ta_bort, stadskarna=k, version=_nu(k).version)


def _dokument(s: Scen) -> Gor:
    d = _nu(s.styrdokument)
    return partial(dokument.andra, dokument=d, version=d.version, namn="Ett annat", ar=2020)


def _kartvy(s: Scen) -> Any:
    return kartvyer.spara(av=s.planerare, namn="Prov", fraga="vy=tabell")


def _fardplan_bort(s: Scen) -> Gor:
    plan = generation.borja(av=None, program=_nytt_program(), stadskarna=s.fardplan.stadskarna)
    return partial(fardplaner.ta_bort, fardplan=plan, version=plan.version)


KONTON, RUM = "aktorer.andringar", "insatser.andringar"
FALL: dict[str, Fall] = {
    f"{KONTON}.skapa_aktor": lambda s: partial(
        konton.skapa_aktor, namn="Gruppen", slag="grupp", medlemmar=[_aktor().pk]
    ),
    f"{KONTON}.aktor_med_namn": lambda s: partial(konton.aktor_med_namn, namn="Ett annat AB", slag="bolag"),
    f"{KONTON}.andra_aktor": _andra_aktor,
    f"{RUM}.aktivitet.rapportera": _aktivitetsstatus,
    f"{RUM}.aktivitet.rapportera_flera": _flera_statusar,
    f"{RUM}.aktor.ta_bort": _ta_bort_aktor,
    f"{RUM}.arende.skapa": _nytt_arende,
    f"{RUM}.arende.andra": _arende,
    f"{RUM}.arende.ta_bort": _bort(arenden.ta_bort, "arende", lambda s: s.arende),
    f"{RUM}.aterstall.aterstall": _som_forut,
    f"{RUM}.aterstall.lagg_tillbaka": _lagg_tillbaka,
    f"{RUM}.avslut.skriv_utfall": _utfall,
    f"{RUM}.beslut.kasta_andring": _kasta,
    f"{RUM}.deltagande.svara": _deltagande,
    f"{RUM}.fardplan.andra": _karaktar,
    f"{RUM}.fardplan.skriv_fardriktning": _fardriktning,
    f"{RUM}.fardplan.ta_bort": _fardplan_bort,
    f"{RUM}.finansiering.satt": _pengar,
    f"{RUM}.generation.borja": _borja,
    f"{RUM}.generation.avgor": _avgor,
    f"{RUM}.generation.aterta_avslut": _aterta_avslut,
    f"{RUM}.generation.aterta_overforing": _aterta_overforing,
    f"{RUM}.handlingsplan.skapa": lambda s: partial(planer.skapa, fardplan=_utkastet(), ar_fran=2028, ar_till=2029),
    f"{RUM}.handlingsplan.andra": lambda s: partial(
        planer.andra, plan=s.plan, version=_nu(s.plan).version, inledning="En annan"
    ),
    f"{RUM}.handlingsplan.andra_period": lambda s: partial(
        planer.andra_period, plan=(p := _nytt_utkast(s)), version=p.version, ar_fran=2032, ar_till=2033
    ),
    f"{RUM}.handlingsplan.ta_bort": lambda s: partial(planer.ta_bort, plan=(p := _nytt_utkast(s)), version=p.version),
    f"{RUM}.handlingsplan.lyft": _lyft_det_bortvalda,
    f"{RUM}.handlingsplan.ta_ur": _ta_ur,
    f"{RUM}.handlingsplan.flytta": _flytta_upp,
    f"{RUM}.handlingsplan.andra_skal": _skal,
    f"{RUM}.handlingsplan.valj_bort": lambda s: partial(
        planer.valj_bort, plan=_nu(s.plan), insats=s.insats, skal="Sen"
    ),
    f"{RUM}.handlingsplan.angra_bortval": lambda s: partial(
        planer.angra_bortval, bortval=(b := _bortvalet(s)), version=b.version
    ),
    f"{RUM}.handlingsplan.skapa_aktivitet": _ny_aktivitet,
    f"{RUM}.handlingsplan.skapa_aktiviteter": _nya_aktiviteter,
    f"{RUM}.handlingsplan.andra_aktiviteter": _flera_aktiviteter,
    f"{RUM}.handlingsplan.andra_aktivitet": _aktivitet,
    f"{RUM}.handlingsplan.ta_bort_aktivitet": _bort(planer.ta_bort_aktivitet, "aktivitet", lambda s: s.aktivitet),
    f"{RUM}.handlingsplan.flytta_aktivitet": _aktivitet_upp,
    f"{RUM}.handlingsplan.byt_insats": _byt_insats,
    f"{RUM}.handlingsplan.kopiera_aktivitet": lambda s: partial(planer.kopiera_aktivitet, aktivitet=s.aktivitet),
    f"{RUM}.insats.skapa": lambda s: partial(
        insatser.skapa, malomrade=_malomrade(s), fardplan=s.fardplan, titel="Ny", text="Text"
    ),
    f"{RUM}.insats.andra": _insats,
    f"{RUM}.insats.skapa_flera": _nya_insatser,
    f"{RUM}.insats.andra_flera": _flera_insatser,
    f"{RUM}.insats.flytta": _flytta_insats,
    f"{RUM}.insats.byt_nummer": _byt_nummer,
    f"{RUM}.insats.avfor": _avfor,
    f"{RUM}.insats.aterta": _aterta,
    f"{RUM}.insats.andra_roller": _roller,
    f"{RUM}.insats.andra_roller, utan ansvarig": _utan_ansvarig,
    f"{RUM}.insats.koppla": _koppla,
    f"{RUM}.insats.ta_bort_samband": _samband_bort,
    f"{RUM}.lage.rapportera": _rapport,
    f"{RUM}.lage.oforandrade": _oforandrade,
    f"{RUM}.lage.rapportera_flera": _flera_lagen,
    f"{RUM}.lagesbild.skapa": _ny_indikator,
    f"{RUM}.lagesbild.andra": _indikator,
    f"{RUM}.inlasningar.angra_inlasning": _inlast,
    f"{RUM}.kartvy.spara": lambda s: partial(kartvyer.spara, namn="Ny", fraga="vy=tabell"),
    f"{RUM}.kartvy.andra": lambda s: partial(kartvyer.andra, vy=_kartvy(s), version=1, namn="Annat", delad=True),
    f"{RUM}.kartvy.ta_bort": lambda s: partial(kartvyer.ta_bort, vy=_kartvy(s), version=1),
    f"{RUM}.lagesbild.ta_bort": _bort(indikatorer.ta_bort, "indikator", lambda s: s.indikator),
    f"{RUM}.lagesbild.satt": _varden,
    f"{RUM}.mote.skapa": _nytt_mote,
    f"{RUM}.mote.andra": _mote,
    f"{RUM}.mote.ta_bort": lambda s: partial(moten.ta_bort, mote=(m := _nytt_mote(s)(av=None)), version=m.version),
    f"{RUM}.organ.skapa": _nytt_organ,
    f"{RUM}.organ.andra": _organ,
    f"{RUM}.organ.ta_bort": _organ_bort,
    f"{RUM}.overenskommelse.skapa": _ny_overenskommelse,
    f"{RUM}.overenskommelse.andra": _overenskommelse,
    f"{RUM}.overenskommelse.ta_bort": _overenskommelse_bort,
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
        dokument.koppla, fardplan=_utkastet(), dokument=Styrdokument.objects.order_by("pk")[0]
    ),
    f"{RUM}.valda.andra": lambda s: _valda(s, NyAnsvarig(_aktor("polisen"), kvar=True)),
    f"{RUM}.valda.andra, deltagande": _valdas_deltagande,
    f"{RUM}.valda.andra, läge": _valdas_lage,
    f"{RUM}.valda.andra, målområde": lambda s: _valda(s, NyttMalomrade(_malomrade(s), s.fardplan)),
    f"{RUM}.valda.andra, plan": lambda s: _valda(s, TillPlanen(_nu(s.plan), "Viktigt")),
    f"{RUM}.valda.andra, avför": lambda s: _valda(s, Avforing("Klara")),
    f"{RUM}.styrdokument.koppla_bort": lambda s: partial(
        dokument.koppla_bort, fardplan=s.fardplan, dokument=s.styrdokument
    ),
}
