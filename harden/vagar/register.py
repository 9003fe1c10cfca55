"""Races on the färdplan's own texts, on aktörer and accounts, and on the registers."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal

from aktorer import andringar as konton
from aktorer.fragor import NyttSlag
from aktorer.models import Aktor, Anvandare, Identitet, Kontobegaran
from aktorer.roller import Anvandarroll
from aktorer.sso import Intyg
from harden import scen
from harden.scen import Scen
from harden.vagar.skrivning import Par, Skrivning, Vag, av_bada, las_om, samma_falt, star
from insatser.andringar import fardplan as fardplaner
from insatser.andringar import kartvy as kartvyer
from insatser.andringar import kontakt as kontakter
from insatser.andringar import konton as inbjudningar
from insatser.andringar import lagesbild as indikatorer
from insatser.andringar import program as programmen
from insatser.andringar import (
    sammanslagning,
    sso,
)
from insatser.andringar import stadskarna as stadskarnor
from insatser.andringar import styrdokument as dokument
from insatser.andringar.indikatorer import andra as andra_indikatorer
from insatser.andringar.konton import andra_konto
from insatser.andringar.lagesbild import Varderad
from insatser.andringar.program import Ordrad
from insatser.fragor import lagesbild as vardefragor
from insatser.fragor import lank
from insatser.fragor.indikatorer import NyKalla
from insatser.models import (
    Fardplan,
    Fardriktning,
    Indikator,
    Kartvy,
    Kollegainbjudan,
    Malomrade,
    Matvarde,
    Stadskarna,
    Utskick,
)


def karaktar(s: Scen, varv: int) -> Par:
    return samma_falt(las_om(s.fardplan), "karaktar", fardplaner.andra, "fardplan", varv)


def fardriktning(s: Scen, varv: int) -> Par:
    r = Fardriktning.objects.filter(fardplan=s.fardplan).select_related("malomrade").order_by("pk")[0]
    return av_bada(
        varv,
        lambda t: fardplaner.skriv_fardriktning(
            av=None, fardplan=s.fardplan, malomrade=r.malomrade, version=r.version, rubrik=t
        ),
        lambda t: star(r, rubrik=t),
    )


def forsta_fardriktningen(s: Scen, varv: int) -> Par:
    haninge = Fardplan.objects.get_by_natural_key("fardplaner-2026", "haninge")
    malomrade = Malomrade.objects.get(program=haninge.program, nummer=2)
    Fardriktning.objects.filter(fardplan=haninge).delete()
    return av_bada(
        varv,
        lambda t: fardplaner.skriv_fardriktning(
            av=None, fardplan=haninge, malomrade=malomrade, version=0, rubrik=t, text=t
        ),
        lambda t: Fardriktning.objects.filter(fardplan=haninge, rubrik=t).exists(),
    )


def publicera_mot_karaktar(s: Scen, varv: int) -> Par:
    kista = Fardplan.objects.filter(program=s.fardplan.program, stadskarna__slug__startswith="kista").get()
    if kista.publicerad:
        kista = fardplaner.dra_tillbaka(av=None, fardplan=kista, version=kista.version, skal="Prov")
    kista = fardplaner.andra(av=None, fardplan=kista, version=kista.version, karaktar=f"Före {varv}")
    return (
        Skrivning(
            lambda: fardplaner.publicera(av=None, fardplan=kista, version=kista.version),
            lambda: star(kista, publicerad=True),
        ),
        Skrivning(
            lambda: fardplaner.andra(av=None, fardplan=kista, version=kista.version, karaktar=f"Efter {varv}"),
            lambda: star(kista, karaktar=f"Efter {varv}"),
        ),
    )


def aktor_namn(s: Scen, varv: int) -> Par:
    return samma_falt(Aktor.objects.get(slug="polisen"), "namn", konton.andra_aktor, "aktor", varv)


def aktorer_slag_mot_namn(s: Scen, varv: int) -> Par:
    """The kind of many is another thing than the name of one of them: both stand."""
    valda = [*Aktor.objects.filter(slug__in=["almi-ab", "polisen"]).order_by("pk")]
    slag = (Aktor.Slag.STIFTELSE, Aktor.Slag.STAT)[varv % 2]
    atgard = NyttSlag(slag)
    rader = atgard.granska(valda, s.planerare)
    versioner = {r.rad.pk: r.sedd for r in rader}
    return (
        Skrivning(
            lambda: konton.andra_valda(av=None, atgard=atgard, rader=rader, versioner=versioner),
            lambda: Aktor.objects.filter(pk__in=versioner, slag=slag).count() == len(versioner),
        ),
        Skrivning(
            lambda: konton.andra_aktor(
                av=None, aktor=valda[0], version=valda[0].version, beskrivning=f"I cellen {varv}"
            ),
            lambda: star(valda[0], beskrivning=f"I cellen {varv}"),
        ),
    )


def aktor_medlemmar(s: Scen, varv: int) -> Par:
    grupp = Aktor.objects.get(slug=scen.GRUPP)
    ids = list(Aktor.objects.filter(slag="kommun").order_by("pk").values_list("pk", flat=True))
    en, annan = ids[varv % 5], ids[5 + varv % 5]

    def skrivning(medlem: int) -> Skrivning:
        return Skrivning(
            lambda: konton.andra_aktor(av=None, aktor=grupp, version=grupp.version, medlemmar=[medlem]),
            lambda: list(grupp.medlemmar.values_list("aktor_id", flat=True)) == [medlem],
        )

    return skrivning(en), skrivning(annan)


def aktorer_ett(s: Scen, varv: int) -> Par:
    """One merges an aktör with another, one changes its name."""
    fran = konton.skapa_aktor(av=None, namn=f"Dubblett {varv}", slag="bolag")
    till = Aktor.objects.get(slug="almi-ab")
    return (
        Skrivning(
            lambda: sammanslagning.sla_ihop(av=None, fran=fran, till=till, version=fran.version),
            lambda: star(fran, uppgatt_i=till),
        ),
        Skrivning(
            lambda: konton.andra_aktor(av=None, aktor=fran, version=fran.version, namn=f"Eget {varv}"),
            lambda: star(fran, namn=f"Eget {varv}"),
        ),
    )


def konto(s: Scen, varv: int) -> Par:
    person = Anvandare.objects.get(epost="botkyrka@fardplan.example")
    sedd = konton.senaste_handelse(person)
    return (
        Skrivning(
            lambda: andra_konto(av=None, person=person, sedd=sedd, namn=f"A {varv}", is_active=True),
            lambda: star(person, namn=f"A {varv}", is_active=True),
        ),
        Skrivning(
            lambda: andra_konto(av=None, person=person, sedd=sedd, namn=f"B {varv}", is_active=False),
            lambda: star(person, namn=f"B {varv}", is_active=False),
        ),
    )


def _intyg(varv: int) -> Intyg:
    """Of somebody whom nobody knows."""
    return Intyg("https://inloggning.example", f"varv-{varv}", f"varv-{varv}@harden.example", intygad=True)


def kontobegaran(s: Scen, varv: int) -> Par:
    """The same newcomer in two tabs asks once."""
    intyg = _intyg(varv)
    begaran = Kontobegaran.objects.filter(subjekt=intyg.subjekt)
    return av_bada(varv, lambda t: sso.ta_emot(av=None, intyg=intyg), lambda t: begaran.count() == 1)


def kontobegaran_tva_godkanner(s: Scen, varv: int) -> Par:
    sso.ta_emot(av=None, intyg=_intyg(-varv - 1))
    begaran = Kontobegaran.objects.get(subjekt=_intyg(-varv - 1).subjekt)
    som = {"roll": Anvandarroll.STYRGRUPP, "aktor": None}
    return av_bada(
        varv,
        lambda t: sso.godkann(av=None, begaran=begaran, namn=t, **som),  # type: ignore[arg-type]
        lambda t: Anvandare.objects.filter(epost=begaran.epost, namn=t).exists(),
    )


def kontobegaran_bort_mot_ja(s: Scen, varv: int) -> Par:
    intyg = replace(_intyg(varv), subjekt=f"bort-{varv}", epost=f"bort-{varv}@harden.example")
    sso.ta_emot(av=None, intyg=intyg)
    begaran = Kontobegaran.objects.get(subjekt=intyg.subjekt)
    som = {"namn": "Nytt", "roll": Anvandarroll.STYRGRUPP, "aktor": None}
    return (
        Skrivning(lambda: sso.ta_bort_begaran(av=None, begaran=begaran), lambda: not star(begaran)),
        Skrivning(
            lambda: sso.godkann(av=None, begaran=begaran, **som),  # type: ignore[arg-type]
            lambda: Anvandare.objects.filter(epost=intyg.epost).exists(),
        ),
    )


def kollegainbjudan(s: Scen, varv: int) -> Par:
    """What a samordnare wrote is carried out by the page's thread and by the timer: one account and one mail."""
    av, epost = s.personer["e"], f"kollega-{varv}@harden.example"
    assert av
    Anvandare.objects.filter(pk=av.pk).update(samordnare=True)
    av = las_om(av)
    inbjudningar.bjud_in_kollegor(av=av, inbjudna=[inbjudningar.Inbjuden(epost, "Kollega")])
    rad = Kollegainbjudan.objects.get(epost=epost)
    return av_bada(
        varv,
        lambda t: inbjudningar.utfor_inbjudan(av=av, inbjudan=rad),
        lambda t: Utskick.objects.filter(anvandare__epost=epost, slag="inbjudan").count() == 1,
    )


def _kopplad(varv: int) -> tuple[Anvandare, int]:
    """An account with a link, and its latest event."""
    person = Anvandare.objects.get(epost="botkyrka@fardplan.example")
    Identitet.objects.get_or_create(
        anvandare=person, leverantor="https://inloggning.example", defaults={"subjekt": f"kopplad-{varv}"}
    )
    return person, konton.senaste_handelse(person)


def koppla_loss(s: Scen, varv: int) -> Par:
    person, sedd = _kopplad(varv)
    return av_bada(
        varv,
        lambda t: sso.koppla_loss(av=s.planerare, person=person, sedd=sedd),
        lambda t: not person.identiteter.exists(),
    )


def koppla_loss_mot_namn(s: Scen, varv: int) -> Par:
    person, sedd = _kopplad(varv)
    namn = f"Kopplad {varv} {time.monotonic_ns()}"
    return (
        Skrivning(
            lambda: sso.koppla_loss(av=s.planerare, person=person, sedd=sedd), lambda: not person.identiteter.exists()
        ),
        Skrivning(lambda: andra_konto(av=None, person=person, sedd=sedd, namn=namn), lambda: star(person, namn=namn)),
    )


def kalenderadress(s: Scen, varv: int) -> Par:
    person = Anvandare.objects.get(epost="botkyrka@fardplan.example")
    konton.ta_bort_kalenderadress(av=person)
    return av_bada(
        varv,
        lambda t: konton.skapa_kalenderadress(av=person),
        lambda t: len(las_om(person).kalendernyckel) == 32,
    )


def kontonyckel(s: Scen, varv: int) -> Par:
    """Both have the key of the same mail."""
    person = Anvandare.objects.get(epost="botkyrka@fardplan.example")
    Anvandare.objects.filter(pk=person.pk).update(is_active=True)  # who closed it may have won the race before
    person.refresh_from_db()
    vad = lank.Kontonyckel.LOSENORD
    token = lank.skriv_kontonyckel(person, vad)
    return av_bada(
        varv,
        lambda t: inbjudningar.valj_losenord(av=None, token=token, vad=vad, losenord=f"{t}, ett helt nytt"),
        lambda t: las_om(person).check_password(f"{t}, ett helt nytt"),
    )


def indikator_namn(s: Scen, varv: int) -> Par:
    return samma_falt(las_om(s.indikator), "namn", indikatorer.andra, "indikator", varv)


def indikatorer_kalla_mot_namn(s: Scen, varv: int) -> Par:
    """The source of many is another thing than the name of one of them: both stand."""
    valda = list(Indikator.objects.order_by("pk"))
    atgard = NyKalla(f"Källa {varv}")
    rader = atgard.granska(valda, s.planerare)
    versioner = {r.rad.pk: r.sedd for r in rader}
    en = las_om(s.indikator)
    return (
        Skrivning(
            lambda: andra_indikatorer(av=None, atgard=atgard, rader=rader, versioner=versioner),
            lambda: not Indikator.objects.exclude(kalla=atgard.kalla).exists(),
        ),
        Skrivning(
            lambda: indikatorer.andra(av=None, indikator=en, version=en.version, beskrivning=f"I cellen {varv}"),
            lambda: star(en, beskrivning=f"I cellen {varv}"),
        ),
    )


def varden(s: Scen, varv: int) -> Par:
    karna = s.fardplan.stadskarna
    sedd = vardefragor.senaste_handelse(s.indikator, karna)

    def skrivning(tal: int) -> Skrivning:
        rad = Varderad(2025, Decimal(tal), kalla="Prov")
        return Skrivning(
            lambda: indikatorer.satt(av=None, indikator=s.indikator, stadskarna=karna, sedd=sedd, rader=[rad]),
            lambda: Matvarde.objects.filter(indikator=s.indikator, ar=2025, varde=tal).exists(),
        )

    return skrivning(2 * varv), skrivning(2 * varv + 1)


def kartvy(s: Scen, varv: int) -> Par:
    vy = kartvyer.spara(av=s.planerare, namn=f"Vy {varv} {time.monotonic_ns()}", fraga="")
    return samma_falt(vy, "namn", kartvyer.andra, "vy", varv)


def kartvy_tva_nya(s: Scen, varv: int) -> Par:
    """A name is one's own once."""
    namn = f"Vy {varv} {time.monotonic_ns()}"
    return av_bada(
        varv,
        lambda t: kartvyer.spara(av=s.planerare, namn=namn, fraga=f"q={t}"),
        lambda t: Kartvy.objects.filter(agare=s.planerare, namn=namn, fraga=f"q={t}").exists(),
    )


def kartvy_bort_mot_namn(s: Scen, varv: int) -> Par:
    vy = kartvyer.spara(av=s.planerare, namn=f"Vy {varv} {time.monotonic_ns()}", fraga="")
    annat = f"{vy.namn} igen"
    return (
        Skrivning(lambda: kartvyer.ta_bort(av=None, vy=vy, version=vy.version), lambda: not star(vy)),
        Skrivning(lambda: kartvyer.andra(av=None, vy=vy, version=vy.version, namn=annat), lambda: star(vy, namn=annat)),
    )


def styrdokument(s: Scen, varv: int) -> Par:
    return samma_falt(las_om(s.styrdokument), "beskrivning", dokument.andra, "dokument", varv)


def ordlista(s: Scen, varv: int) -> Par:
    p = las_om(s.fardplan.program)
    return av_bada(
        varv,
        lambda t: programmen.andra(av=None, program=p, version=p.version, ordlista=[Ordrad("Ord", t)]),
        lambda t: list(p.ordlista.values_list("forklaring", flat=True)) == [t],
    )


def malomrade(s: Scen, varv: int) -> Par:
    m = Malomrade.objects.select_related("program").get(program=s.fardplan.program, nummer=3)
    return samma_falt(m, "namn", programmen.andra_malomrade, "malomrade", varv)


def stadskarna(s: Scen, varv: int) -> Par:
    k = Stadskarna.objects.get(slug="haninge")
    kommuner = stadskarnor.rader(k.karnkommun_set.order_by("ordning"))
    return samma_falt(k, "namn", stadskarnor.andra, "stadskarna", varv, karnkommuner=kommuner)


def kontakt(s: Scen, varv: int) -> Par:
    vem = {"namn": "Kim", "epost": f"kim{varv}@harden.example"}
    k = kontakter.skapa(av=None, aktor=Aktor.objects.get(slug="polisen"), **vem)
    return av_bada(
        varv, lambda t: kontakter.andra(av=None, kontakt=k, version=k.version, namn=t), lambda t: star(k, namn=t)
    )


VAGAR: dict[str, Vag] = {
    "kontakt": kontakt,
    "färdplan, karaktär": karaktar,
    "färdriktning": fardriktning,
    "färdriktning, den första": forsta_fardriktningen,
    "färdplan, publicerar mot ändrar": publicera_mot_karaktar,
    "aktör, namn": aktor_namn,
    "aktörer, slag för många mot text i cellen": aktorer_slag_mot_namn,
    "aktör, medlemmar": aktor_medlemmar,
    "aktör, slås ihop mot namn": aktorer_ett,
    "konto": konto,
    "kontobegäran, samma person två gånger": kontobegaran,
    "kontobegäran, två godkänner": kontobegaran_tva_godkanner,
    "kontobegäran, tas bort mot godkänns": kontobegaran_bort_mot_ja,
    "kollegors inbjudan, utförs av två": kollegainbjudan,
    "konto, kopplas loss av två": koppla_loss,
    "konto, kopplas loss mot namn": koppla_loss_mot_namn,
    "kalenderadress": kalenderadress,
    "kontonyckel": kontonyckel,
    "indikator": indikator_namn,
    "indikatorer, källa för många mot text i cellen": indikatorer_kalla_mot_namn,
    "mätvärden": varden,
    "sparad vy": kartvy,
    "sparad vy, två nya": kartvy_tva_nya,
    "sparad vy, tas bort mot namn": kartvy_bort_mot_namn,
    "styrdokument": styrdokument,
    "program, ordlista": ordlista,
    "målområde": malomrade,
    "stadskärna": stadskarna,
}
