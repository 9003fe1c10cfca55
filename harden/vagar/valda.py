"""Races on what is changed for many insatser at once, or in a cell of the table."""

from __future__ import annotations

from aktorer.grund.valda import Atgard
from aktorer.models import Aktor
from harden import scen
from harden.scen import Scen
from harden.vagar.insatser import egen_insats, ny_insats
from harden.vagar.planer import utan_val
from harden.vagar.skrivning import Par, Skrivning, Vag, las_om, star
from insatser.andringar import aktiviteter, deltagande, valda
from insatser.andringar import handlingsplan as planer
from insatser.andringar import insats as insatser
from insatser.andringar import lage as lagen
from insatser.andringar.roller import med_ansvarig
from insatser.fragor import aktiviteter as plantabell
from insatser.fragor import valda as valdfragor
from insatser.fragor.aktiviteter import NyAktivitetsansvarig, NyStatus
from insatser.fragor.valda import (
    Avforing,
    NyAnsvarig,
    NyttDeltagande,
    NyttLage,
    NyttMalomrade,
    TillPlanen,
)
from insatser.models import Aktivitet, Bortval, Insats, Lagesrapport, Malomrade, Medverkan, Prioritering
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.status import Status


def _valda(s: Scen, atgard: Atgard[Insats], *valda_: Insats) -> Skrivning:
    """All of them as they were previewed now; seen by what the caller says."""
    rader = atgard.granska(valdfragor.hamta(s.fardplan, s.planerare, {i.pk for i in valda_}), s.planerare)
    versioner = {r.rad.pk: r.sedd for r in rader}
    return Skrivning(lambda: valda.andra(av=s.planerare, atgard=atgard, rader=rader, versioner=versioner), lambda: True)


def ansvarig_av_tva(s: Scen, varv: int) -> Par:
    """Each sets another aktör as ansvarig of the same two insatser."""
    par = s.insats, egen_insats(s)

    def skrivning(slug: str) -> Skrivning:
        gor = _valda(s, NyAnsvarig(Aktor.objects.get(slug=slug), kvar=False), *par)
        ansvariga = Medverkan.objects.filter(insats__in=par, roll=Roll.ANSVARIG, aktor__slug=slug)
        return Skrivning(gor.gor, lambda: ansvariga.count() == len(par))

    en, annan = ("polisen", "huddinge-kommun") if varv % 2 else ("haninge-kommun", "botkyrka-kommun")
    return skrivning(en), skrivning(annan)


def avfor_mot_text(s: Scen, varv: int) -> Par:
    """One retires two, one writes in one of them: both or none."""
    en, annan = ny_insats(s, varv), ny_insats(s, varv)
    bort = Insats.objects.filter(pk__in=[en.pk, annan.pk], avford_skal="Klara")
    return (
        Skrivning(_valda(s, Avforing("Klara"), en, annan).gor, lambda: bort.count() == 2),
        Skrivning(
            lambda: insatser.andra(av=None, insats=annan, version=annan.version, text="Kvar"),
            lambda: star(annan, text="Kvar"),
        ),
    )


def lage_mot_lage(s: Scen, varv: int) -> Par:
    karna, text, annans = s.fardplan.stadskarna, f"Alla {varv}", f"Ensam {varv}"
    atgard = NyttLage(s.planerare, karna, Status.AVBRUTEN, "", text)
    senast = s.insats.lagesrapporter.gallande().filter(stadskarna=karna).senast_forst().first()
    sedd = senast.pk if senast else 0
    egna = Lagesrapport.objects.filter(aterkallad=None)
    return (
        Skrivning(_valda(s, atgard, s.insats, egen_insats(s)).gor, lambda: egna.filter(kommentar=text).count() == 2),
        Skrivning(
            lambda: lagen.rapportera(
                av=s.personer["q"], insats=s.insats, stadskarna=karna, status="avbruten", kommentar=annans, sedd=sedd
            ),
            lambda: egna.filter(kommentar=annans).exists(),
        ),
    )


def malomrade_mot_flytt(s: Scen, varv: int) -> Par:
    """One moves two to another målområde, one gives one of them another number where it is."""
    en, annan = ny_insats(s, varv), ny_insats(s, varv)
    dit = Malomrade.objects.get(program=s.fardplan.program, nummer=1)
    plats = 90_000 - varv  # no number that a new one gets
    flyttade = Insats.objects.filter(pk__in=[en.pk, annan.pk], malomrade=dit)
    return (
        Skrivning(_valda(s, NyttMalomrade(dit, s.fardplan), en, annan).gor, lambda: flyttade.count() == 2),
        Skrivning(
            lambda: insatser.flytta(
                av=None,
                insats=annan,
                version=annan.version,
                malomrade=annan.malomrade,
                fardplan=s.fardplan,
                ordning=plats,
            ),
            lambda: star(annan, ordning=plats),
        ),
    )


def till_planen_mot_vanta(s: Scen, varv: int) -> Par:
    plan, skal = utan_val(s), f"Sen {varv}"
    med = Prioritering.objects.filter(handlingsplan=plan, insats=s.insats)
    return (
        Skrivning(_valda(s, TillPlanen(plan, "Alla"), s.insats).gor, med.exists),
        Skrivning(
            lambda: planer.valj_bort(av=None, plan=plan, insats=s.insats, skal=skal),
            lambda: Bortval.objects.filter(handlingsplan=plan, insats=s.insats, skal=skal).exists(),
        ),
    )


def deltagande_mot_svar(s: Scen, varv: int) -> Par:
    """A planerare writes an answer down for many, the aktör gives another."""
    del_ = s.insats.medverkan.get(aktor__slug=scen.EGEN)
    sedd, text = deltagande.senaste_handelse(del_), f"Tyvärr {varv}"
    atgard = NyttDeltagande(del_.aktor, Deltagande.BEKRAFTAD, f"Visst {varv}")
    return (
        Skrivning(_valda(s, atgard, s.insats).gor, lambda: star(del_, deltagande="bekraftad", svar=f"Visst {varv}")),
        Skrivning(
            lambda: deltagande.svara(av=None, del_=del_, deltagande=Deltagande.AVBOJD, svar=text, sedd=sedd),
            lambda: star(del_, deltagande="avbojd", svar=text),
        ),
    )


def _valda_aktiviteter(s: Scen, atgard: Atgard[Aktivitet], *valda_: Aktivitet) -> Skrivning:
    rader = atgard.granska(plantabell.hamta(s.plan, {a.pk for a in valda_}), s.planerare)
    versioner = {r.rad.pk: r.sedd for r in rader}
    return Skrivning(
        lambda: aktiviteter.andra(av=s.planerare, atgard=atgard, rader=rader, versioner=versioner), lambda: True
    )


def aktiviteter_status_av_tva(s: Scen, varv: int) -> Par:
    """Two set a status of the same three aktiviteter, in one order and the other."""
    alla, karna = list(plantabell.rader(s.plan)[:3]), s.plan.fardplan.stadskarna_id

    def skrivning(vad: str, valda_: list[Aktivitet]) -> Skrivning:
        text = f"Av många: {vad} {varv}"  # not the words of another race, which would have nothing to change
        atgard = NyStatus(s.planerare, karna, Status.PAUSAD, text)
        skrivna = Aktivitet.objects.filter(pk__in=[a.pk for a in alla], kommentar=text)
        return Skrivning(_valda_aktiviteter(s, atgard, *valda_).gor, lambda: skrivna.count() == len(alla))

    return skrivning("A", alla), skrivning("B", alla[::-1])


def aktiviteter_ansvarig_mot_titel(s: Scen, varv: int) -> Par:
    """Ansvarig of many is another thing than the words of one of them: both stand."""
    alla = list(plantabell.rader(s.plan)[:2])
    en, slug = alla[0], ("polisen", "huddinge-kommun")[varv % 2]
    atgard = NyAktivitetsansvarig(Aktor.objects.get(slug=slug), kvar=False)
    return (
        Skrivning(
            _valda_aktiviteter(s, atgard, *alla).gor,
            lambda: en.aktorer.filter(aktor__slug=slug, roll=Roll.ANSVARIG).exists(),
        ),
        Skrivning(
            lambda: planer.andra_aktivitet(av=None, aktivitet=en, version=en.version, titel=f"I cellen {varv}"),
            lambda: star(en, titel=f"I cellen {varv}"),
        ),
    )


def cell_ansvarig(s: Scen, varv: int) -> Par:
    """Each chooses another ansvarig in the cell."""
    i = Insats.objects.prefetch_related("medverkan").get(pk=s.insats.pk)

    def skrivning(slug: str) -> Skrivning:
        aktor = Aktor.objects.get(slug=slug)
        roller = med_ansvarig(i, aktor.pk)
        return Skrivning(
            lambda: insatser.andra_roller(av=None, insats=i, version=i.version, roller=roller),
            lambda: i.medverkan.filter(aktor=aktor, roll=Roll.ANSVARIG).exists(),
        )

    nu = i.ansvarig.aktor.slug if i.ansvarig else ""
    en, annan = [slug for slug in ("polisen", "huddinge-kommun", "haninge-kommun") if slug != nu][:2]
    return skrivning(en), skrivning(annan)


def cell_skal_mot_ansvarig(s: Scen, varv: int) -> Par:
    """One writes why nobody is ansvarig, one chooses somebody."""
    i = las_om(ny_insats(s, varv))
    aktor = Aktor.objects.get(slug="polisen")
    return (
        Skrivning(
            lambda: insatser.andra_roller(
                av=None, insats=i, version=i.version, roller=med_ansvarig(i, None), utan_ansvarig="Ingen har frågats"
            ),
            lambda: star(i, utan_ansvarig="Ingen har frågats"),
        ),
        Skrivning(
            lambda: insatser.andra_roller(av=None, insats=i, version=i.version, roller=med_ansvarig(i, aktor.pk)),
            lambda: i.medverkan.filter(aktor=aktor, roll=Roll.ANSVARIG).exists(),
        ),
    )


VAGAR: dict[str, Vag] = {
    "valda, ansvarig av två": ansvarig_av_tva,
    "valda, avför mot text": avfor_mot_text,
    "valda, läge mot läge": lage_mot_lage,
    "valda, målområde mot flyttar": malomrade_mot_flytt,
    "valda, till planen mot låt vänta": till_planen_mot_vanta,
    "valda, deltagande mot svar": deltagande_mot_svar,
    "valda aktiviteter, status av två": aktiviteter_status_av_tva,
    "valda aktiviteter, ansvarig mot titel i cellen": aktiviteter_ansvarig_mot_titel,
    "cell, två väljer ansvarig": cell_ansvarig,
    "cell, skäl till ingen mot ansvarig": cell_skal_mot_ansvarig,
}
