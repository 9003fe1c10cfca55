"""Who gets in where: every address × every method × every kind of person, held against a table written by hand.

Of the two planerare one may change things everywhere, the other in another stadskärna alone: it invites people and adds
aktörer, and reads the rest here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http.cookies import SimpleCookie
from typing import Any

from django.db import connection
from django.test import Client

from aktorer.models import Anvandare
from harden import lackage, scen
from harden.linje import Linje, ogjort, tyst
from insatser.models import Fardplan

# Letters as in scen.PERSONER. A deactivated account is a besökare.
INGEN = ""
ALLA = "bxsegapqd"
INLOGGADE = "segapqd"
RAPPORTORER = "egpd"  # where the own aktör takes part, also by its group
ALLA_RAPPORTORER = "egapd"  # on which insatser, the page tells
EGNA = "epd"  # where the own aktör itself does
PLANERARE = "pd"
ALLA_PLANERARE = "pqd"
ADMIN = "d"

# Kinds of address: (who reads it, who writes by it).
SIDA = (ALLA, INGEN)
INTERN = (INLOGGADE, INGEN)
PLANERARES_SIDA = (PLANERARE, INGEN)
FORMULAR = (PLANERARE, PLANERARE)
KNAPP = (INGEN, PLANERARE)
DEN_EGNA = ("p", "p")  # whoever made it, and nobody else
EGEN_KNAPP = (INGEN, INLOGGADE)

# By the name of the address in urls.py. A new one falls until it stands here.
_TABELL: dict[tuple[str, str], str] = {
    SIDA: """
        start sok halsa halsa_liv halsa_redo om robots webbkarta tillganglighet personuppgifter
        account_inactive mfa_authenticate mfa_login_webauthn sso_besked
        fardplan generation nyheter nyheter_atom nyheter_alla nyheter_alla_atom nytt nytt_pdf nulage
        nulage_pdf
        insatskarta insatskarta_xlsx insatskarta_csv insatskarta_ods insatskarta_json insatskarta_pdf
        arbetsbok arbetsbok_xlsx arbetsbok_ods arbetsbok_json
        arbetsbok_alla arbetsbok_alla_xlsx arbetsbok_alla_ods arbetsbok_alla_json
        insats insats_varaktig gemensam_insats oversikt_insatser
        lagesbild lagesbild_xlsx organ mote mote_pdf aktorer aktor arenden arende overenskommelse
        handlingsplaner handlingsplan handlingsplan_xlsx handlingsplan_pdf plantavla planlage_pdf aktiviteter
        planversion planversion_pdf planversion_jamfor planversion_fil plan_varaktig planversion_varaktig
        kalender
        """,
    INTERN: """
        lage_varaktig
        kartvyer oversikt oversikt_alla mitt_arbete prenumerera uppfoljning omgang
        omgang_pdf omgang_xlsx
        insats_historik aktivitet_historik handlingsplan_historik fardplan_historik fardriktning_historik
        aktor_historik indikator_historik arende_historik mote_historik organ_historik
        overenskommelse_historik omgang_historik
        insats_fil aktivitet_fil handlingsplan_fil mote_fil
        mitt_konto konto_adress account_set_password
        account_reauthenticate mfa_reauthenticate mfa_reauthenticate_webauthn
        mfa_index mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes mfa_generate_recovery_codes
        mfa_list_webauthn mfa_add_webauthn usersessions_list
        """,
    PLANERARES_SIDA: """
        stadskarnor stadskarna_historik program_alla program_historik prioritera utskick inlasningar inlast_fil
        program_inlasningar program_inlast_fil
        """,
    FORMULAR: """
        fardplan_redigera fardriktning_redigera publicera dra_tillbaka fardplan_ta_bort ta_over
        insats_ny insats_redigera insats_cell insats_roller insats_flytta insats_avfor insats_aterta insats_samband
        insats_ta_bort insats_publicera
        klistra klistra_lagesbild klistra_aktiviteter klistra_aktorer
        inlasning inlasning_granska inlasning_tolka lagesbild_inlasning lagesbild_granska
        aktiviteter_inlasning aktiviteter_granska arbetsbok_inlasning arbetsbok_granska inlast
        program_inlasning program_granska program_inlast
        indikator_ny indikator_redigera indikator_cell indikatorer_valda indikator_varden
        handlingsplan_ny plan_period plan_ta_bort inledning besluta avsluta finansiering
        prioritera_skal prioritera_vanta
        aktivitet_ny aktivitet aktivitet_cell aktivitet_flytta aktivitet_finansiering
        organ_ny organ_redigera organ_ta_bort mote_ny mote_redigera
        arende_ny arende_redigera arende_ta_bort
        overenskommelse_ny overenskommelse_redigera overenskommelse_ta_bort
        styrdokument_ny styrdokument_redigera
        aktor_redigera aktor_cell aktorer_valda aktor_sla_ihop aktor_ta_bort
        program program_ny program_ta_bort ordlista malomrade_ny malomrade malomrade_ta_bort
        stadskarna_ny stadskarna_redigera stadskarna_ta_bort
        insats_fil_maskera aktivitet_fil_maskera handlingsplan_fil_maskera mote_fil_maskera
        planversion_fil_maskera planversion_filer
        omgang_ny omgang_deadline omgang_ta_bort omgang_oppna_igen
        beslut_ratta beslut_aterkalla kasta_andring plan_oppna_igen
        insats_aterstall aktivitet_aterstall handlingsplan_aterstall fardplan_aterstall fardriktning_aterstall
        aktor_aterstall indikator_aterstall arende_aterstall mote_aterstall organ_aterstall
        overenskommelse_aterstall program_aterstall stadskarna_aterstall omgang_aterstall
        """,
    KNAPP: """
        generation_borja ta_over_angra forhandsvisa styrdokument_koppla styrdokument_koppla_bort
        insats_samband_ta_bort lage_aterkalla indikator_ta_bort mote_ta_bort
        prioritera_lyft prioritera_ta_ur prioritera_upp prioritera_ner prioritera_plats prioritera_vag_pa_nytt
        oppna_andring avbryt_andring
        aktivitet_upp aktivitet_ner aktivitet_kopiera aktivitet_ta_bort
        insats_kommentar_ta_bort aktivitet_kommentar_ta_bort handlingsplan_kommentar_ta_bort
        insats_fil_ta_bort aktivitet_fil_ta_bort handlingsplan_fil_ta_bort mote_fil_ta_bort
        planversion_fil_ta_bort
        utskick_skicka utskick_igen omgang_paminn omgang_stang omgang_ny_lank omgang_aterkalla
        """,
    EGEN_KNAPP: "angra folj sluta_forhandsvisa kalenderadress_skapa kalenderadress_byt kalenderadress_ta_bort",
    DEN_EGNA: "kartvy insats_kommentar aktivitet_kommentar handlingsplan_kommentar",
    (INGEN, "p"): "kartvy_ta_bort",
    (INLOGGADE, INLOGGADE): """
        kartvy_ny account_change_password konto_namn konto_mejl
        insats_samtal aktivitet_samtal handlingsplan_samtal
        insats_filer aktivitet_filer handlingsplan_filer
        """,
    (INLOGGADE, PLANERARE): "mote_filer",
    (RAPPORTORER, RAPPORTORER): "lage",
    (ALLA_RAPPORTORER, ALLA_RAPPORTORER): "insatskarta_valda",
    (ALLA_PLANERARE, INGEN): "konton",
    (ALLA_PLANERARE, ALLA_PLANERARE): "bjud_in aktor_ny",
    (INGEN, ALLA_PLANERARE): "bjud_in_igen",
    ("egapqd", "egapqd"): "mitt_arbete_oforandrat kontakt_ny aktiviteter_valda",
    (EGNA, EGNA): "kontakt_redigera kontakt_ta_bort insats_deltagande aktivitet_deltagande aktivitet_status",
    # By who has the link, whoever that is.
    (ALLA, ALLA): """
        account_login account_logout ny_lank svara svara_punkt svara_lamna_over avanmal glomt valkommen nytt_losenord
        konto_adress_bekrafta mejl_avsluta rollsvar sso_koppla
        """,
    (INGEN, ALLA): "svara_oppnad svara_angra svara_ta_tillbaka",
    (INGEN, ADMIN): "kontobegaran_neka kontobegaran_ta_bort inbjudan_igen inbjudan_ta_bort",
    (ADMIN, ADMIN): """
        konto konto_stang konto_tvasteg konto_koppla_loss granska glom kontakt_glom kontobegaran
        admin:index admin:app_list admin:login admin:password_change
        admin:aktorer_anvandare_changelist admin:aktorer_anvandare_add admin:aktorer_anvandare_change
        admin:aktorer_anvandare_history
        """,
    (ADMIN, INGEN): """
        drift
        registerutdrag registerutdrag_json kontakt_registerutdrag kontakt_registerutdrag_json
        konto_historik admin:jsi18n admin:password_change_done /admin/aktorer/anvandare/<path:object_id>/
        """,
    # The ways in by other organisations are not set up here: tests/sso walks them.
    # The passkeys are somebody's own, and nobody here has any.
    (INGEN, INGEN): """
        metrik mfa_edit_webauthn mfa_remove_webauthn
        sso sso_oidc sso_saml sso_saml_klart sso_saml_metadata
        admin:autocomplete admin:aktorer_anvandare_delete
        /admin/<url>
        """,
}
TABELL = {namn: ratt for ratt, namnen in _TABELL.items() for namn in namnen.split()}
# What an address is as well, with a question: masking, from every history but that of an account.
MASKERA = "?maskera=1"
MED_FRAGA = {f"{n}{MASKERA}": FORMULAR for n in TABELL if n.endswith("_historik")} | {
    f"konto_historik{MASKERA}": (INGEN, INGEN)
}
# Not tried: a page that leads to one of what the admin shows, where nothing has any; and the end of the own session.
UTANFOR = {"admin:view_on_site", "admin:logout"}
# What is shown is what would be written: it is, and taken back.
PROVAR = {"glom"}
METODER = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
# What a POST must name to come past "there is no such thing".
KROPP: dict[str, dict[str, Any]] = {"generation_borja": {"stadskarna": "flemingsberg"}}
# Rows that a change would write, in this transaction so far.
RADER = """SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_all_tables
WHERE relname ~ '^(aktorer|insatser)_' AND relname <> 'aktorer_inskick'"""


def kor(var_n: int = 1) -> Iterator[Linje]:
    """A line for each method, and one for the draft's words. `var_n`: only every so manieth address, without the draft,
    which tests/insatser/test_publicering.py walks.
    """
    with tyst(), ogjort():
        s = scen.bygg()
        klienter = {bokstav: _klient(person) for bokstav, person in s.personer.items()}
        _stang_av(s)
        alla = s.adresser | {n: s.adresser[n.removesuffix(MASKERA)] + MASKERA for n in MED_FRAGA}
        adresser = {n: a for n, a in sorted(alla.items())[::var_n] if n not in UTANFOR}
        for metod in METODER:
            linje = Linje(f"åtkomst {metod}: {len(adresser)} adresser × {len(klienter)} personer", minst=len(adresser))
            with linje.tid():
                for namn, adress in adresser.items():
                    for bokstav, klient in klienter.items():
                        linje.prova(_prova(metod, namn, adress, bokstav, klient))
            yield linje
        if var_n == 1:
            yield _utkastets_ord(s)


def _klient(person: Anvandare | None) -> Client:
    klient = Client(raise_request_exception=False)
    if person:
        klient.force_login(person)
    return klient


def _stang_av(s: scen.Scen) -> None:
    """After it has logged in: what is left is its cookie."""
    Anvandare.objects.filter(pk=s.personer["x"].pk).update(is_active=False)  # type: ignore[union-attr]


def _prova(metod: str, namn: str, adress: str, bokstav: str, klient: Client) -> str:
    """What is wrong with the answer, "" when it is as the table says."""
    kakor = SimpleCookie(klient.cookies)
    with ogjort():
        fore = skrivna_rader()
        svar = klient.generic(metod, adress) if metod != "POST" else klient.post(adress, KROPP.get(namn, {}))
        skrev = skrivna_rader() - fore
    klient.cookies = kakor  # also after logging out
    fel = dom(TABELL | MED_FRAGA, metod, namn, bokstav, utfall(svar), skrev=bool(skrev))
    return f"{metod} {adress} ({namn}) som {scen.PERSONER[bokstav]}: {fel}" if fel else ""


def skrivna_rader() -> int:
    with connection.cursor() as cursor:
        cursor.execute(RADER)
        return int(cursor.fetchone()[0])


def utfall(svar: Any) -> str:
    """ "in", or what stopped the person: the login, 403, 404, 405, 500, or that it only says how one may ask."""
    if svar.status_code == 302 and svar.headers["Location"].startswith(("/konto/logga-in/?", "/admin/login/")):
        return "logga in"
    if svar.headers.get("Allow") and not svar.content:  # OPTIONS of a class view: which methods there are, and no more
        return "bara metoder"
    return str(svar.status_code) if svar.status_code in {403, 404, 405} or svar.status_code >= 500 else "in"


def dom(tabell: Mapping[str, tuple[str, str]], metod: str, namn: str, bokstav: str, blev: str, *, skrev: bool) -> str:
    """What the outcome `blev` breaks of the table; "" when nothing."""
    if namn not in tabell:
        return f"adressen står inte i tabellen (svaret blev {blev})"
    laser, skriver = (bokstav in vilka for vilka in tabell[namn])
    if blev.startswith("5"):
        return f"svarade {blev}"
    if metod == "POST":
        far, maste = skriver or (laser and not tabell[namn][1]), skriver
    elif metod in {"GET", "HEAD"}:
        far = maste = laser
    else:
        far, maste = laser or skriver, False
    if blev == "in" and not far:
        return "kom in, men ska stoppas"
    if blev != "in" and maste:
        return f"stoppades ({blev}), men ska komma in"
    if skrev and namn not in PROVAR and not (metod == "POST" and skriver):
        return "skrev i databasen"
    return ""


def _utkastets_ord(s: scen.Scen) -> Linje:
    """Everything that leads to a draft's words, fetched once more as a besökare."""
    linje = Linje("åtkomst: utkastets ord når ingen besökare", minst=40)
    utkastet = Fardplan.objects.select_related("stadskarna", "program").get_by_natural_key("fardplaner-2026", "haninge")
    with linje.tid():
        lackage.skriv_hemligt(utkastet, s.planerare)
        sidor = lackage.genomsokt(_klient(s.planerare))
        besokare = Client(raise_request_exception=False)
        for adress, text in sidor.items():
            if lackage.HEMLIGT in text:
                lackt = lackage.HEMLIGT in lackage.text_i(besokare.get(adress))
                linje.prova(f"GET {adress} som besökare: utkastets ord står där" if lackt else "")
    return linje
