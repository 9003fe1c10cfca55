"""Races on insatser: their words, roles, numbers, lägen, and taking back what was just saved."""

from __future__ import annotations

import time
from typing import Any

from aktorer.grund.samtidighet import radens_handelser
from harden import scen
from harden.scen import Scen
from harden.vagar.skrivning import Par, Skrivning, Vag, av_bada, las_om, samma_falt, star
from insatser.andringar import (
    angra,
    deltagande,
)
from insatser.andringar import insats as insatser
from insatser.andringar import lage as lagen
from insatser.andringar.roller import Rollrad
from insatser.models import (
    Insats,
    Lagesrapport,
    Malomrade,
)
from insatser.regler.medverkan import Deltagande, Roll


def insats_text(s: Scen, varv: int) -> Par:
    return samma_falt(las_om(s.insats), "titel", insatser.andra, "insats", varv)


def insats_olika(s: Scen, varv: int) -> Par:
    i, text = las_om(s.insats), f"Ord {varv}"
    return (
        Skrivning(lambda: insatser.andra(av=None, insats=i, version=i.version, text=text), lambda: star(i, text=text)),
        Skrivning(
            lambda: insatser.andra(av=None, insats=i, version=i.version, kalla=text), lambda: star(i, kalla=text)
        ),
    )


def rollrader(insats: Insats, svarar: str) -> list[Rollrad]:
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
    i = las_om(s.insats)
    rader = {text: rollrader(i, text) for text in (f"A {varv}", f"B {varv}")}
    return av_bada(
        varv,
        lambda t: insatser.andra_roller(av=None, insats=i, version=i.version, roller=rader[t]),
        lambda t: i.medverkan.filter(aktor__slug=scen.EGEN, ansvarar_for=t).exists(),
    )


def insats_roller_mot_svar(s: Scen, varv: int) -> Par:
    i, del_ = las_om(s.insats), s.insats.medverkan.get(aktor__slug=scen.EGEN)
    rader, sedd, text = rollrader(i, f"Svarar {varv}"), deltagande.senaste_handelse(del_), f"Nej tack {varv}"
    return (
        Skrivning(
            lambda: insatser.andra_roller(av=None, insats=i, version=i.version, roller=rader),
            lambda: star(del_, ansvarar_for=f"Svarar {varv}"),
        ),
        Skrivning(
            lambda: deltagande.svara(av=None, del_=del_, deltagande=Deltagande.AVBOJD, svar=text, sedd=sedd),
            lambda: star(del_, svar=text, deltagande="avbojd"),
        ),
    )


def _svar(del_: Any, varv: int) -> Par:
    sedd = deltagande.senaste_handelse(del_)

    def skrivning(vad: Deltagande, text: str) -> Skrivning:
        return Skrivning(
            lambda: deltagande.svara(av=None, del_=del_, deltagande=vad, svar=text, sedd=sedd),
            lambda: star(del_, deltagande=vad, svar=text),
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
            lambda: star(i, ordning=ordning),
        )

    return skrivning(100 + 2 * varv % 1000), skrivning(101 + 2 * varv % 1000)


def insats_nummerbyte(s: Scen, varv: int) -> Par:
    """One changes numbers with another insats, one moves it."""
    andra = Insats.objects.i_fardplan(s.fardplan).exclude(pk=s.insats.pk)  # which has that number when the first wins
    granne = andra.med_nummer("1.3").select_related("malomrade").first() or egen_insats(s)
    i = Insats.objects.select_related("malomrade", "fardplan").get(pk=s.insats.pk)
    byte, plats = (granne.ordning, i.ordning), 1200 + varv
    return (
        Skrivning(
            lambda: insatser.byt_nummer(av=None, insats=i, version=i.version, med=granne, med_version=granne.version),
            lambda: star(granne, ordning=byte[1]),
        ),
        Skrivning(
            lambda: insatser.flytta(
                av=None, insats=i, version=i.version, malomrade=i.malomrade, fardplan=i.fardplan, ordning=plats
            ),
            lambda: star(i, ordning=plats) or star(granne, ordning=plats),
        ),
    )


def egen_insats(s: Scen) -> Insats:
    egna = Insats.objects.filter(fardplan=s.fardplan, malomrade__nummer=1, avford=None).exclude(pk=s.insats.pk)
    return egna.select_related("malomrade").order_by("pk")[0]


def insats_avfor_mot_text(s: Scen, varv: int) -> Par:
    ny = ny_insats(s, varv)
    return (
        Skrivning(
            lambda: insatser.avfor(av=None, insats=ny, version=ny.version, skal="Bort"),
            lambda: star(ny, avford_skal="Bort"),
        ),
        Skrivning(
            lambda: insatser.andra(av=None, insats=ny, version=ny.version, text="Kvar"), lambda: star(ny, text="Kvar")
        ),
    )


def insats_bort_mot_text(s: Scen, varv: int) -> Par:
    ny = ny_insats(s, varv)
    return (
        Skrivning(lambda: insatser.ta_bort(av=None, insats=ny, version=ny.version), lambda: not star(ny)),
        Skrivning(
            lambda: insatser.andra(av=None, insats=ny, version=ny.version, text="Kvar"), lambda: star(ny, text="Kvar")
        ),
    )


def ny_insats(s: Scen, varv: int) -> Insats:
    """In another målområde than the others write in."""
    malomrade = Malomrade.objects.get(program=s.fardplan.program, nummer=4)
    return insatser.skapa(
        av=None, malomrade=malomrade, fardplan=s.fardplan, titel=f"Prov {varv} {time.monotonic_ns()}", utkast=True
    )


def insats_publicera_mot_text(s: Scen, varv: int) -> Par:
    ny = ny_insats(s, varv)
    return (
        Skrivning(lambda: insatser.publicera(av=None, versioner={ny.pk: ny.version}), lambda: star(ny, utkast=False)),
        Skrivning(
            lambda: insatser.andra(av=None, insats=ny, version=ny.version, text="Nytt"), lambda: star(ny, text="Nytt")
        ),
    )


def insats_ny_samma_nummer(s: Scen, varv: int) -> Par:
    malomrade = Malomrade.objects.get(program=s.fardplan.program, nummer=3)
    return av_bada(
        varv,
        lambda t: insatser.skapa(av=None, malomrade=malomrade, fardplan=s.fardplan, titel=t, ordning=2000 + varv),
        lambda t: Insats.objects.filter(malomrade=malomrade, titel=t, ordning=2000 + varv).exists(),
    )


def lage_mot_lage(s: Scen, varv: int) -> Par:
    karna = s.fardplan.stadskarna
    senast = s.insats.lagesrapporter.gallande().filter(stadskarna=karna).senast_forst().first()
    sedd = senast.pk if senast else 0
    return av_bada(
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
    vem, sedd = s.personer["q"], {(s.insats, karna): senast.pk}
    # Who said it last, today, has said it already.
    samma = Lagesrapport.objects.filter(insats=s.insats, kommentar=senast.kommentar, av=vem, pk__gte=senast.pk)
    return nytt, Skrivning(lambda: lagen.oforandrade(av=vem, sedd=sedd), samma.exists)


def angra_mot_text(s: Scen, varv: int) -> Par:
    """One takes back what was just saved, one goes on from it."""
    i = las_om(s.insats)
    fore = i.titel
    i = insatser.andra(av=s.planerare, insats=i, version=i.version, titel=f"Nyss {varv}")
    kontext = radens_handelser(i).latest("pgh_id").pgh_context_id
    return (
        Skrivning(lambda: angra.angra(av=s.planerare, kontext=kontext), lambda: star(i, titel=fore)),
        Skrivning(
            lambda: insatser.andra(av=None, insats=i, version=i.version, titel=f"Sedan {varv}"),
            lambda: star(i, titel=f"Sedan {varv}"),
        ),
    )


def angra_tva_ganger(s: Scen, varv: int) -> Par:
    par = angra_mot_text(s, varv)
    return par[0], par[0]


VAGAR: dict[str, Vag] = {
    "insats, samma fält": insats_text,
    "insats, olika fält": insats_olika,
    "insats, roller": insats_roller,
    "insats, roller mot deltagande": insats_roller_mot_svar,
    "insats, deltagande": insats_deltagande,
    "insats, två flyttar": insats_flytta,
    "insats, byter nummer mot flyttar": insats_nummerbyte,
    "insats, avför mot ändrar": insats_avfor_mot_text,
    "insats, tas bort mot ändrar": insats_bort_mot_text,
    "insats, publicerar mot ändrar": insats_publicera_mot_text,
    "insats, två nya på samma nummer": insats_ny_samma_nummer,
    "läge mot läge": lage_mot_lage,
    "läge mot oförändrat": oforandrat_mot_lage,
    "aktivitet, deltagande": aktivitet_deltagande,
    "ångra mot ändring": angra_mot_text,
    "ångra två gånger": angra_tva_ganger,
}
