"""Who and what the attacks play with: a person of every kind, and an object behind every address.

The example data has most of it; the rest is made here by the same functions as the pages call. The tjänstepersoner's
aktörer and the two planerare differ by aktör alone: a planerare has the same rights in every stadskärna.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import AnonymousUser
from django.urls import get_resolver
from django.utils import timezone

from aktorer import andringar as konton
from aktorer.grund.samtidighet import radens_handelser
from aktorer.models import Aktor, Anvandare, Kontobegaran
from aktorer.roller import Anvandarroll
from aktorer.sso import Intyg
from harden import adresser
from harden.data import LOSENORD
from insatser.andringar import arende as arenden
from insatser.andringar import generation, sso, uppfoljning
from insatser.andringar import handlingsplan as planer
from insatser.andringar import insats as insatser
from insatser.andringar import kartvy as kartvyer
from insatser.andringar import konton as inbjudningar
from insatser.andringar import lage as lagen
from insatser.andringar import lagesbild as indikatorer
from insatser.andringar import mote as moten
from insatser.andringar import organ as organen
from insatser.andringar import overenskommelse as overenskommelser
from insatser.andringar import program as programmen
from insatser.andringar import stadskarna as stadskarnor
from insatser.andringar.avslut import Utfallsrad, avsluta
from insatser.andringar.beslut import besluta, oppna_andring
from insatser.andringar.inlasning import las_in, skriv_insatser, spara_fil
from insatser.andringar.mote import Punktrad
from insatser.andringar.roller import Rollrad
from insatser.forms.valda import FORMULAR
from insatser.fragor import lank
from insatser.fragor import uppfoljning as omgangar
from insatser.fragor.karta import Urval, hamta
from insatser.models import (
    Aktivitet,
    Arende,
    Fardplan,
    Handlingsplan,
    Indikator,
    Inlasning,
    Insats,
    Malomrade,
    Mote,
    Omgang,
    Overenskommelse,
    Prioritering,
    Samband,
    Samverkansorgan,
    Stadskarna,
    Styrdokument,
    Utskick,
)
from insatser.regler.medverkan import Roll
from insatser.regler.tolkning import Tolkning
from insatser.utbyte.excel.inlasning import planera
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_csv

# One letter each, for the literal table of rights.
PERSONER = {
    "b": "besökare",
    "x": "avstängt konto",
    "s": "styrgrupp",
    "e": "tjänsteperson, egen aktör med",
    "g": "tjänsteperson, med genom grupp",
    "a": "tjänsteperson, annan aktör",
    "p": "planerare",
    "q": "planerare bara i annan kärna",
    "d": "administratör",
}
_KONTON = {
    "x": ("planerare", "region-stockholm"),
    "s": ("styrgrupp", ""),
    "e": ("tjansteperson", "trafikverket"),
    "g": ("tjansteperson", "almi-ab"),
    "a": ("tjansteperson", "taby-kommun"),
    "p": ("planerare", "region-stockholm"),
    "q": ("planerare", "sodertalje-kommun"),
    "d": ("administrator", ""),
}
GRUPP = "fastighetsagare"
EGEN = "trafikverket"
FRAN, TILL = 2030, 2031  # of the decided plan that is made here


def dag(antal: int) -> date:
    """The day so many from today."""
    return timezone.localdate() + timedelta(days=antal)


@dataclass
class Scen:
    """`personer` by letter (None for the besökare); the objects as they were made, to be read anew when written to."""

    personer: dict[str, Anvandare | None]
    fardplan: Fardplan
    insats: Insats
    plan: Handlingsplan
    """The example draft."""
    beslutad: Handlingsplan
    aktivitet: Aktivitet
    organ: Samverkansorgan
    mote: Mote
    arende: Arende
    overenskommelse: Overenskommelse
    indikator: Indikator
    styrdokument: Styrdokument
    omgang: Omgang
    ord: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the name of an address: the words that are its own."""

    @property
    def planerare(self) -> Anvandare:
        person = self.personer["p"]
        assert person
        return person

    @cached_property
    def adresser(self) -> dict[str, str]:
        """{name: address} of every pattern, filled with the objects."""
        allmant = {
            "stadskarna": self.fardplan.stadskarna.slug,
            "nummer": self.insats.nummer,
            "int:nummer": 1,
            "falt": "titel",
            "period": self.plan.period,
            "program": self.fardplan.program.slug,
            "kontext": "00000000-0000-4000-8000-000000000000",
            "object_id": self.planerare.pk,
            "content_type_id": 1,
            "url": "nagot",
            "app_label": "aktorer",
        }
        return {
            namn: adresser.fyll(rutt, allmant | self.ord.get(namn, {}))
            for namn, rutt in adresser.rutter(get_resolver())
            if namn != "admin:view_on_site"
        }

    @property
    def med_val(self) -> list[str]:
        """Pages that have a form only when something is chosen in the address."""
        return [f"{self.adresser['insatskarta_valda']}?i={self.insats.pk}&gor={gor}" for gor in FORMULAR]


def bygg() -> Scen:
    """Make all of it, in the database one is in."""
    personer = _personer()
    planerare = personer["p"]
    fardplan = Fardplan.objects.select_related("stadskarna", "program").get_by_natural_key(
        "fardplaner-2026", "flemingsberg"
    )
    _ge_gruppen_en_medlem()
    insats = _insats(fardplan, planerare)
    plan = Handlingsplan.objects.get(exempel=True)
    aktivitet = _aktivitet(plan, planerare)
    organ = Samverkansorgan.objects.get(stadskarna=fardplan.stadskarna, slag="styrgrupp", till=None)
    mote = moten.skapa(av=planerare, organ=organ, datum=dag(-5), punkter=[Punktrad("En punkt")])
    beslutad, beslutad_aktivitet = _beslutad(fardplan, insats, organ, planerare)
    arende = arenden.skapa(
        av=planerare, aktor_id=Aktor.objects.get(slug="polisen").pk, rubrik="Ett ärende", slag="ovrigt"
    )
    malomrade = Malomrade.objects.get(program=fardplan.program, nummer=1)
    indikator = indikatorer.skapa(av=planerare, malomrade=malomrade, namn="Ett mått", enhet="procent", riktning="oka")
    omgang = uppfoljning.oppna(
        av=planerare,
        fardplan=fardplan,
        namn="Läget nu",
        deadline=dag(7),
        fragor=[f for f in omgangar.amnen([fardplan]) if f.insats == insats],
    )
    scen = Scen(
        personer=personer,
        fardplan=fardplan,
        insats=insats,
        plan=plan,
        beslutad=beslutad,
        aktivitet=aktivitet,
        organ=organ,
        mote=mote,
        arende=arende,
        overenskommelse=Overenskommelse.objects.get(),
        indikator=indikator,
        styrdokument=Styrdokument.objects.filter(fardplaner=fardplan).first() or Styrdokument.objects.all()[0],
        omgang=omgang,
    )
    scen.ord = _ord(scen, beslutad_aktivitet)
    return scen


def _personer() -> dict[str, Anvandare | None]:
    """Each has an app for codes, which nobody asks for here."""
    ut: dict[str, Anvandare | None] = {"b": None}
    for bokstav, (roll, aktor) in _KONTON.items():
        ut[bokstav] = person = konton.skapa_anvandare(
            av=None,
            epost=f"{bokstav}@harden.example",
            namn=f"Harden {bokstav}",
            roll=Anvandarroll(roll),
            aktor=Aktor.objects.get(slug=aktor) if aktor else None,
            losenord=LOSENORD,
            bara_i=Stadskarna.objects.filter(slug="sodertalje").values_list("pk", flat=True) if bokstav == "q" else (),
        )
        TOTP.activate(person, generate_totp_secret())
        RecoveryCodes.activate(person)
    return ut


def _ge_gruppen_en_medlem() -> None:
    grupp, almi = Aktor.objects.get(slug=GRUPP), Aktor.objects.get(slug="almi-ab")
    konton.andra_aktor(av=None, aktor=grupp, version=grupp.version, medlemmar=[almi.pk])


def _insats(fardplan: Fardplan, av: Anvandare | None) -> Insats:
    """An insats of its own with an ansvarig, an aktör and a group in it, a läge, a link; not in the draft plan."""
    malomrade = Malomrade.objects.get(program=fardplan.program, nummer=1)
    ny = insatser.skapa(av=av, malomrade=malomrade, fardplan=fardplan, titel="Bygg en bro", text="En bro.")
    ids = dict(Aktor.objects.values_list("slug", "pk"))
    roller = [
        Rollrad(ids["region-stockholm"], Roll.ANSVARIG),
        Rollrad(ids[EGEN], Roll.MEDVERKANDE),
        Rollrad(ids[GRUPP], Roll.MEDVERKANDE),
    ]
    ny = insatser.andra_roller(av=av, insats=ny, version=ny.version, roller=roller)
    return Insats.objects.select_related("malomrade__program", "fardplan__stadskarna").get(pk=ny.pk)


def _aktivitet(plan: Handlingsplan, av: Anvandare | None) -> Aktivitet:
    """In the draft, with the same aktör in it."""
    prioritering = Prioritering.objects.filter(handlingsplan=plan).order_by("ordning")[0]
    roller = [Rollrad(Aktor.objects.get(slug=EGEN).pk, Roll.MEDVERKANDE)]
    return planer.skapa_aktivitet(av=av, prioritering=prioritering, roller=roller, titel="Rita bron", **tid(plan))


def tid(plan: Handlingsplan) -> dict[str, date]:
    return {"start": date(plan.ar_fran, 1, 1), "slut": date(plan.ar_till, 12, 31)}


def _beslutad(
    fardplan: Fardplan, insats: Insats, organ: Samverkansorgan, av: Anvandare | None, fran: int = FRAN, till: int = 0
) -> tuple[Handlingsplan, Aktivitet]:
    """A decided plan, of two years unless told, and an aktivitet in it."""
    plan = planer.skapa(av=av, fardplan=fardplan, ar_fran=fran, ar_till=till or fran + 1)
    prioritering = planer.lyft(av=av, plan=plan, insats=insats, skal="Viktigt")
    aktivitet = planer.skapa_aktivitet(av=av, prioritering=prioritering, titel="Mät", **tid(plan))
    plan.refresh_from_db()
    besluta(av=av, plan=plan, version=plan.version, organ=organ, datum=dag(-4), paragraf="2")
    plan.refresh_from_db()
    return plan, aktivitet


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
    return {
        "aktor_ta_bort": {"slug": aktor.slug},
        "organ_ta_bort": {"pk": organ.pk},
        "overenskommelse_ta_bort": {"pk": overenskommelse.pk},
        "stadskarna_ta_bort": {"slug": karna.slug},
        "program_ta_bort": {"program": nytt.slug},
        "malomrade_ta_bort": {"program": nytt.slug},
        "fardplan_ta_bort": {"stadskarna": pagar.slug},
        "insats_aterta": {"nummer": avford.nummer},
    }


def uppladdad(fardplan: Fardplan, av: Anvandare, insats: Insats, text: str) -> tuple[Inlasning, Callable[[], object]]:
    """A file that gives the insats this text, uploaded and looked at; and what confirming it does."""
    i = Insats.objects.select_related("malomrade").get(pk=insats.pk)
    if not i.text:
        i = insatser.andra(av=None, insats=i, version=i.version, text="Ord att byta")
    karta = skriv_csv(hamta(fardplan, Urval(q=i.titel), AnonymousUser()))
    return sparad_fil(fardplan, av, karta.replace(i.text.encode(), text.encode()))


def sparad_fil(fardplan: Fardplan, av: Anvandare, innehall: bytes) -> tuple[Inlasning, Callable[[], object]]:
    """A CSV file uploaded and looked at, and what confirming it does."""
    sparad = spara_fil(av=av, fardplan=fardplan, filnamn="karta.csv", innehall=innehall)
    plan = partial(planera, InsatskartaResource, fardplan, "karta.csv", innehall)
    return sparad, partial(
        las_in,
        av=av,
        inlasning=sparad,
        planera=partial(plan, las=True),
        skriv=skriv_insatser,
        fingeravtryck=plan().fingeravtryck,
    )


def _ord(s: Scen, beslutad_aktivitet: Aktivitet) -> dict[str, dict[str, Any]]:
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
        "avanmal": {"token": lank.skriv_avanmalan(av)},
        "kalender": {"nyckel": av.kalendernyckel},
        "insats_varaktig": {"pk": s.insats.pk},
        "lage_varaktig": {"pk": s.insats.pk},
        "ta_over_angra": {"pk": s.insats.pk},
        "inlasning_granska": {"pk": fil.pk},
        "inlast": {"pk": inlast.pk},
        "inlast_fil": {"pk": inlast.pk},
        "inlasning_tolka": {"pk": annans.pk},
        "lagesbild_granska": {"pk": fil.pk},
        "arbetsbok_granska": {"pk": boken.pk},
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
        "planversion": beslutad,
        "planversion_pdf": beslutad,
        "oppna_andring": beslutad,
        "avbryt_andring": beslutad,
        "avsluta": beslutad,
        "planlage_pdf": beslutad,
        "handlingsplan": beslutad,
        "handlingsplan_pdf": beslutad,
        "handlingsplan_xlsx": beslutad,
        "plantavla": beslutad,
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
    for namn, fler in (_slutligt(s) | _handelser(s)).items():
        ord_[namn] = ord_.get(namn, {}) | fler
    return ord_


def _slutligt(s: Scen) -> dict[str, dict[str, Any]]:
    """What is to be set right: a decision, a plan and a round that are closed, a plan that is being changed."""
    av, i_ar = s.planerare, timezone.localdate().year
    planen = {"period": s.beslutad.period, "pk": s.beslutad.pk}
    stangd = _avslutad(s, i_ar)
    andras, _ = _beslutad(s.fardplan, s.insats, s.organ, av, fran=TILL + 1)
    oppna_andring(av=av, plan=andras)
    amnen = [f for f in omgangar.amnen([s.fardplan]) if f.insats == s.insats]
    vem, roll = [inbjudningar.Inbjuden("inbjuden@fardplan.example", "Inbjuden")], Anvandarroll.TJANSTEPERSON
    [inbjuden] = inbjudningar.bjud_in(av=av, inbjudna=vem, roll=roll, aktor=av.aktor)
    begaran = {"pk": _begaran().pk}
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
        "konto_adress_bekrafta": {"token": lank.skriv_adressnyckel(inbjuden, "ny.adress@fardplan.example")},
        "registerutdrag": {"pk": inbjuden.pk},
        "registerutdrag_json": {"pk": inbjuden.pk},
        "glom": {"pk": Anvandare.objects.get(epost="x@harden.example").pk},
        "bjud_in_igen": {"pk": inbjuden.pk},
        "kontobegaran": begaran,
        "kontobegaran_neka": begaran,
        "sso": {"vag": "oidc"},
        "sso_besked": {"besked": "svarar-inte"},
        "valkommen": {"token": lank.skriv_kontonyckel(inbjuden, lank.Kontonyckel.INBJUDAN)},
        # Of somebody who does not log in meanwhile, which ends a key.
        "nytt_losenord": {"token": lank.skriv_kontonyckel(inbjuden, lank.Kontonyckel.LOSENORD)},
    }


def _begaran() -> Kontobegaran:
    """Somebody came by another organisation's login and has no account."""
    vem = {"leverantor": "https://inloggning.example", "subjekt": "harden"}
    sso.ta_emot(av=None, intyg=Intyg(**vem, epost="vill.in@harden.example", intygad=True, aktor="huddinge-kommun"))
    return Kontobegaran.objects.get(**vem)


def _avslutad(s: Scen, ar: int) -> Handlingsplan:
    plan, aktivitet = _beslutad(s.fardplan, s.insats, s.organ, s.planerare, fran=ar, till=ar)
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
