"""What stands in the addresses, where it is not the same in all: an object for each of them."""

from __future__ import annotations

from typing import Any

from django.urls import get_resolver
from django.utils import timezone

from aktorer import andringar as konton
from aktorer.grund.samtidighet import radens_handelser
from aktorer.models import Aktor, Anvandare, Kontobegaran
from aktorer.roller import Anvandarroll
from aktorer.sso import Intyg
from harden import adresser
from harden.scen.filer import uppladdad
from harden.scen.personer import EGEN
from harden.scen.saker import TILL, Scen, beslutad_plan, dag
from insatser.andringar import bilaga as bilagor
from insatser.andringar import generation, sso, uppfoljning
from insatser.andringar import handlingsplan as planer
from insatser.andringar import insats as insatser
from insatser.andringar import kartvy as kartvyer
from insatser.andringar import kommentar as kommentarer
from insatser.andringar import kontakt as kontakter
from insatser.andringar import konton as inbjudningar
from insatser.andringar import lage as lagen
from insatser.andringar import organ as organen
from insatser.andringar import overenskommelse as overenskommelser
from insatser.andringar import program as programmen
from insatser.andringar import stadskarna as stadskarnor
from insatser.andringar.avslut import Utfallsrad, avsluta
from insatser.andringar.beslut import oppna_andring
from insatser.andringar.inlasning import spara_fil
from insatser.fragor import lank
from insatser.fragor import uppfoljning as omgangar
from insatser.models import (
    Aktivitet,
    Handlingsplan,
    Inlasning,
    Insats,
    Kollegainbjudan,
    Malomrade,
    Samband,
    Samtalssak,
    Utskick,
)
from insatser.regler.bilagetyp import Fil
from insatser.regler.inbjudan import Stopp
from insatser.regler.tolkning import Tolkning


def _forst_i_planen(s: Scen) -> None:
    """An insats without aktiviteter, which can be taken out again."""
    fri = Insats.objects.i_fardplan(s.fardplan).filter(avford=None, prioriteringar=None, utkast=False)
    planer.lyft(av=s.planerare, plan=s.plan, insats=fri.exclude(pk=s.insats.pk).order_by("pk")[0], plats=1)


def _losa(s: Scen) -> dict[str, dict[str, Any]]:
    """What nothing points at, and what has ended: to be taken away, or put in force again."""
    av, i_ett = s.planerare, s.fardplan.program
    aktor = konton.skapa_aktor(av=av, namn="Prov AB", slag="bolag")
    organ = organen.skapa(av=av, stadskarna=s.fardplan.stadskarna, namn="Ett organ", slag="arbetsgrupp")
    overenskommelse = overenskommelser.skapa(av=av, namn="En överenskommelse", slag="samverkan")
    karna = stadskarnor.skapa(av=av, namn="Prov", ordning=9)
    nytt = programmen.skapa(av=av, namn="Färdplaner 2036", ar_fran=2036, utgar_fran=i_ett)
    pagar = stadskarnor.skapa(av=av, namn="Utkast", ordning=9)
    generation.borja(av=av, program=i_ett, stadskarna=pagar)
    malomrade = Malomrade.objects.get(program=i_ett, nummer=2)
    avford = insatser.skapa(av=av, malomrade=malomrade, fardplan=s.fardplan, titel="Förbi")
    avford = insatser.avfor(av=av, insats=avford, version=avford.version, skal="Klar")
    ny = insatser.skapa(av=av, malomrade=malomrade, fardplan=s.fardplan, titel="Av misstag")
    return {
        "insats_ta_bort": {"nummer": ny.nummer},
        "aktor_ta_bort": {"slug": aktor.slug},
        "aktor_cell": {"slug": "polisen", "falt": "beskrivning"},
        "organ_ta_bort": {"pk": organ.pk},
        "overenskommelse_ta_bort": {"pk": overenskommelse.pk},
        "stadskarna_ta_bort": {"slug": karna.slug},
        "program_ta_bort": {"program": nytt.slug},
        "malomrade_ta_bort": {"program": nytt.slug},
        "fardplan_ta_bort": {"stadskarna": pagar.slug},
        "insats_aterta": {"nummer": avford.nummer},
    }


def _kontakt(av: Anvandare) -> int:
    egen = Aktor.objects.get(slug=EGEN)
    return kontakter.skapa(av=av, aktor=egen, namn="Kim Harden", epost="kim@harden.example").pk


def adressernas_ord(s: Scen, beslutad_aktivitet: Aktivitet) -> dict[str, dict[str, Any]]:
    """What stands in the addresses, where it is not the same in all."""
    av = s.planerare
    granne = Insats.objects.i_fardplan(s.fardplan).med_nummer("1.3").get()
    samband = insatser.koppla(av=av, fran=s.insats, till=granne, slag=Samband.Slag.HANGER_IHOP)
    rapport = lagen.rapportera(
        av=av, insats=s.insats, stadskarna=s.fardplan.stadskarna, status="pagar", bedomning="enligt_plan"
    )
    fil = spara_fil(av=av, fardplan=s.fardplan, filnamn="karta.csv", innehall=b"Nummer;Titel\n")
    tabell = b"Aktivitet;Status\nLys upp;Klar\n"
    sagt = Tolkning(("Aktivitet", "Status", ""), {0: "titel", 1: "status"}).som_json()
    annans = spara_fil(av=av, fardplan=s.fardplan, filnamn="plan.csv", innehall=tabell, tolkning=sagt)
    aktivitetsfil = spara_fil(
        av=av, fardplan=s.fardplan, handlingsplan=s.plan, filnamn="plan.xlsx", innehall=b"ingen arbetsbok"
    )
    boken = spara_fil(
        av=av, fardplan=s.fardplan, slag=Inlasning.Slag.ARBETSBOK, filnamn="bok.xlsx", innehall=b"ingen arbetsbok"
    )
    programmets = spara_fil(
        av=av,
        program=s.fardplan.program,
        slag=Inlasning.Slag.ARBETSBOK,
        filnamn="alla.xlsx",
        innehall=b"ingen arbetsbok",
    )
    programmets_inlasta = spara_fil(
        av=av, program=s.fardplan.program, slag=Inlasning.Slag.ARBETSBOK, filnamn="alla.xlsx", innehall=b"ingenting"
    )
    programmets_inlasta.inlast = timezone.now()
    programmets_inlasta.save(update_fields=["inlast"])
    inlast, bekrafta = uppladdad(s.fardplan, av, granne, "Ur en fil")
    bekrafta()
    mottagare = s.omgang.mottagare.order_by("pk")[0]
    token = lank.skriv(mottagare)
    punkt = s.omgang.punkter.order_by("ordning")[0]
    konton.skapa_kalenderadress(av=av)
    av.refresh_from_db()
    _forst_i_planen(s)
    i_planen = s.plan.prioriteringar.select_related("insats__malomrade").order_by("ordning")[0]
    beslutad = {"period": s.beslutad.period}
    ord_: dict[str, dict[str, Any]] = {
        "svara": {"token": token},
        "svara_oppnad": {"token": token},
        "svara_punkt": {"token": token, "pk": punkt.pk},
        "svara_angra": {"token": token, "pk": punkt.pk},
        "svara_lamna_over": {"token": token},
        "svara_ta_tillbaka": {"token": token, "pk": punkt.pk},
        "avanmal": {"token": lank.skriv_avanmalan(av)},
        "rollsvar": {"token": lank.skriv_rollsvar(av, s.insats.medverkan.get(aktor__slug=EGEN))},
        "mejl_avsluta": {"token": lank.skriv_mejlavslut(av, ["foljd"])},
        "kalender": {"nyckel": av.kalendernyckel},
        "insats_varaktig": {"pk": s.insats.pk},
        "lage_varaktig": {"pk": s.insats.pk},
        "ta_over_angra": {"pk": s.insats.pk},
        "kontakt_redigera": (kontakt := {"pk": _kontakt(av)}),
        "kontakt_ta_bort": kontakt,
        "kontakt_registerutdrag": kontakt,
        "kontakt_registerutdrag_json": kontakt,
        "kontakt_glom": kontakt,
        "indikator_cell": {"pk": s.indikator.pk, "falt": "namn"},
        "inlasning_granska": {"pk": fil.pk},
        "inlast": {"pk": inlast.pk},
        "inlast_fil": {"pk": inlast.pk},
        "inlasning_tolka": {"pk": annans.pk},
        "lagesbild_granska": {"pk": fil.pk},
        "arbetsbok_granska": {"pk": boken.pk},
        "program_granska": {"pk": programmets.pk},
        "program_inlast": {"pk": programmets_inlasta.pk},
        "program_inlast_fil": {"pk": programmets_inlasta.pk},
        "aktiviteter_granska": {"pk": aktivitetsfil.pk},
        "insats_samband_ta_bort": {"pk": samband.pk},
        "insats_deltagande": {"pk": s.insats.medverkan.get(aktor__slug=EGEN).pk},
        "lage_aterkalla": {"pk": rapport.pk},
        "kartvy": (vyn := {"pk": kartvyer.spara(av=av, namn="Min vy", fraga="vy=tabell").pk}),
        "kartvy_ta_bort": vyn,
        "mote_ny": {"pk": s.organ.pk},
        "utskick_igen": {"pk": Utskick.objects.order_by("pk")[0].pk},
        "aktivitet_deltagande": {"del_pk": s.aktivitet.aktorer.get(aktor__slug=EGEN).pk, "pk": s.aktivitet.pk},
        "generation": {"program": "verksamhetsplan-2009-2011"},
        "gemensam_insats": {"program": "fardplaner-2026", "nummer": "1.1"},
        "planversion": beslutad,
        "planversion_jamfor": beslutad,
        "planversion_pdf": beslutad,
        "oppna_andring": beslutad,
        "avbryt_andring": beslutad,
        "avsluta": beslutad,
        "planlage_pdf": beslutad,
        "handlingsplan": beslutad,
        "handlingsplan_pdf": beslutad,
        "handlingsplan_xlsx": beslutad,
        "plantavla": beslutad,
        "aktiviteter": beslutad,
        "aktivitet_status": {"pk": s.aktivitet.pk},
    }
    for namn, _ in adresser.rutter(get_resolver()):
        for fore, ord_i in (
            ("arende", {"pk": s.arende.pk}),
            ("overenskommelse", {"pk": s.overenskommelse.pk}),
            ("styrdokument", {"pk": s.styrdokument.pk}),
            ("indikator_", {"pk": s.indikator.pk}),
            ("organ", {"pk": s.organ.pk}),
            ("mote", {"pk": s.mote.pk}),
            ("omgang", {"pk": s.omgang.pk, "mottagare": mottagare.pk}),
            ("aktivitet", {"pk": s.aktivitet.pk}),
            ("prioritera_", {"nummer": i_planen.insats.nummer}),
            ("aktor", {"slug": "polisen"}),
            ("stadskarna_", {"slug": s.fardplan.stadskarna.slug}),
        ):
            if namn.startswith(fore):
                ord_.setdefault(namn, ord_i)
    ord_ |= _losa(s)
    ord_["prioritera_lyft"] = ord_["prioritera_vanta"] = {"nummer": s.insats.nummer}
    bortvald = Insats.objects.i_fardplan(s.fardplan).filter(avford=None, prioriteringar=None).exclude(pk=s.insats.pk)
    bortval = planer.valj_bort(av=av, plan=s.plan, insats=bortvald.select_related("malomrade")[0], skal="Sen")
    ord_["prioritera_vag_pa_nytt"] = {"nummer": bortval.insats.nummer}
    ord_["aktivitet_ny"] = {"nummer": i_planen.insats.nummer}
    for namn, fler in (_slutligt(s) | _handelser(s) | _sagt(s)).items():
        ord_[namn] = ord_.get(namn, {}) | fler
    return ord_


def _sagt(s: Scen) -> dict[str, dict[str, Any]]:
    """A comment on each kind of thing and a file beside it, by the planerare; of a möte and a decision a file alone."""
    saker = {"insats": s.insats, "aktivitet": s.aktivitet, "handlingsplan": s.plan}
    i_beslutet = {"period": s.beslutad.period}
    ut: dict[str, dict[str, Any]] = {}
    for namn, rad in saker.items():
        om = Samtalssak(rad, s.fardplan.stadskarna)
        ord_ = {"kommentar": kommentarer.skapa(av=s.planerare, sak=om, text="Sagt").pk}
        fil = bilagor.bifoga(av=s.planerare, sak=om, fil=Fil("a.pdf", b"%PDF-1.7"))
        ut |= {f"{namn}_kommentar": ord_, f"{namn}_kommentar_ta_bort": ord_}
        ut |= {f"{namn}_fil{slut}": {"bilaga": fil.pk} for slut in ("", "_ta_bort", "_maskera")}
    for namn, rad, med in (("mote", s.mote, {}), ("planversion", s.beslutad.versioner.get().beslut, i_beslutet)):
        om = Samtalssak(rad, s.fardplan.stadskarna)
        fil = bilagor.bifoga(av=s.planerare, sak=om, fil=Fil("b.pdf", b"%PDF-1.7"))
        ut |= {f"{namn}_fil{slut}": med | {"bilaga": fil.pk} for slut in ("", "_ta_bort", "_maskera")}
    return ut | {"planversion_filer": i_beslutet}


def _slutligt(s: Scen) -> dict[str, dict[str, Any]]:
    """What is to be set right: a decision, a plan and a round that are closed, a plan that is being changed."""
    av, i_ar = s.planerare, timezone.localdate().year
    planen = {"period": s.beslutad.period, "pk": s.beslutad.pk}
    stangd = _avslutad(s, i_ar)
    andras, _ = beslutad_plan(s.fardplan, s.insats, s.organ, av, fran=TILL + 1)
    oppna_andring(av=av, plan=andras)
    amnen = [f for f in omgangar.amnen([s.fardplan]) if f.insats == s.insats]
    vem, roll = [inbjudningar.Inbjuden("inbjuden@fardplan.example", "Inbjuden")], Anvandarroll.TJANSTEPERSON
    [inbjuden] = inbjudningar.bjud_in(av=av, inbjudna=vem, roll=roll, aktor=av.aktor)
    begaran = {"pk": _begaran("vill.in").pk}
    stoppad = {"pk": _stoppad_inbjudan(s).pk}
    kopplad = sso.godkann(av=av, begaran=_begaran("kom.in"), namn="Kopplad", roll=Anvandarroll.STYRGRUPP, aktor=None)
    omgang = uppfoljning.oppna(av=av, fardplan=s.fardplan, namn="Slut", deadline=dag(7), fragor=amnen)
    return {
        "beslut_ratta": planen,
        "beslut_aterkalla": planen,
        "plan_varaktig": planen,
        "planversion_varaktig": planen,
        "plan_oppna_igen": {"period": stangd.period},
        "kasta_andring": {"period": andras.period},
        "omgang_oppna_igen": {"pk": uppfoljning.stang(av=av, omgang=omgang).pk},
        "konto_historik": {"pk": av.pk},
        "konto": {"pk": av.pk},
        "konto_stang": {"pk": inbjuden.pk},
        "konto_tvasteg": {"pk": av.pk},
        "konto_koppla_loss": {"pk": kopplad.pk},
        "konto_adress_bekrafta": {"token": lank.skriv_adressnyckel(inbjuden, "ny.adress@fardplan.example")},
        "registerutdrag": {"pk": inbjuden.pk},
        "registerutdrag_json": {"pk": inbjuden.pk},
        "glom": {"pk": Anvandare.objects.get(epost="x@harden.example").pk},
        "bjud_in_igen": {"pk": inbjuden.pk},
        "inbjudan_igen": stoppad,
        "inbjudan_ta_bort": stoppad,
        "kontobegaran": begaran,
        "kontobegaran_neka": begaran,
        "kontobegaran_ta_bort": begaran,
        "sso": {"vag": "oidc"},
        "sso_besked": {"besked": "svarar-inte"},
        "valkommen": {"token": lank.skriv_kontonyckel(inbjuden, lank.Kontonyckel.INBJUDAN)},
        # Of somebody who does not log in meanwhile, which ends a key.
        "nytt_losenord": {"token": lank.skriv_kontonyckel(inbjuden, lank.Kontonyckel.LOSENORD)},
    }


def _begaran(namn: str) -> Kontobegaran:
    """Somebody came by another organisation's login and has no account."""
    vem = {"leverantor": "https://inloggning.example", "subjekt": namn}
    sso.ta_emot(av=None, intyg=Intyg(**vem, epost=f"{namn}@harden.example", intygad=True, aktor="huddinge-kommun"))
    return Kontobegaran.objects.get(**vem)


def _stoppad_inbjudan(s: Scen) -> Kollegainbjudan:
    """A samordnare has invited somebody whose address is another's."""
    egen = s.personer["e"]
    assert egen
    inbjuden = {"av": egen, "aktor": egen.aktor, "epost": s.planerare.epost, "namn": "Stoppad"}
    return Kollegainbjudan.objects.create(**inbjuden, stopp=Stopp.ANNANS, stoppad=timezone.now())


def _avslutad(s: Scen, ar: int) -> Handlingsplan:
    plan, aktivitet = beslutad_plan(s.fardplan, s.insats, s.organ, s.planerare, fran=ar, till=ar)
    aktivitet.refresh_from_db()
    rader = [Utfallsrad(aktivitet.pk, aktivitet.version, "klar", "")]
    return avsluta(av=s.planerare, plan=plan, rader=rader, slutord="Av misstag.")


def _handelser(s: Scen) -> dict[str, dict[str, Any]]:
    """An event of each thing, to go back to."""
    riktning = s.fardplan.fardriktningar.get(malomrade__nummer=1)
    saker: dict[str, Any] = {
        "insats": s.insats,
        "aktivitet": s.aktivitet,
        "handlingsplan": s.plan,
        "fardplan": s.fardplan,
        "fardriktning": riktning,
        "aktor": Aktor.objects.get(slug="polisen"),
        "indikator": s.indikator,
        "arende": s.arende,
        "mote": s.mote,
        "organ": s.organ,
        "overenskommelse": s.overenskommelse,
        "program": s.fardplan.program,
        "stadskarna": s.fardplan.stadskarna,
        "omgang": s.omgang,
    }
    return {
        f"{namn}_aterstall": {"handelse": radens_handelser(sak).order_by("-pgh_id")[0].pgh_id}
        for namn, sak in saker.items()
    }
