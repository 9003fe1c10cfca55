"""What a draft says, and everything near it that anybody can fetch: does a word of it reach a besökare?"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.test import Client
from django.urls import Resolver404, resolve

from aktorer.models import Aktor, Anvandare
from harden.scen import dag
from harden.scen.filer import uppladdad
from insatser.andringar import bilaga as bilagor
from insatser.andringar import fardplan as fardplaner
from insatser.andringar import handlingsplan as planer
from insatser.andringar import insats as insatser
from insatser.andringar import kartvy as kartvyer
from insatser.andringar import kommentar as kommentarer
from insatser.andringar import lage as lagen
from insatser.andringar import mote as moten
from insatser.andringar import organ as organen
from insatser.andringar import styrdokument, uppfoljning
from insatser.andringar.beslut import besluta
from insatser.andringar.inlasning import spara_fil
from insatser.andringar.mote import Punktrad
from insatser.andringar.roller import Rollrad
from insatser.fragor import uppfoljning as omgangsfragor
from insatser.models import (
    Aktivitet,
    Arende,
    Fardplan,
    Inlasning,
    Insats,
    Kontakt,
    Malomrade,
    Mote,
    Overenskommelse,
    Planversion,
    Samtalssak,
)
from insatser.regler.bilagetyp import Fil
from insatser.regler.medverkan import Deltagande, Roll
from tests import pdftext

PNG = b"\x89PNG\r\n\x1a\n"
HEMLIGT = "Xylofon"  # in every text of the draft
# Not walked: what is nobody's text, and the other stadskärnor but for what Flemingsberg shows at first hand.
ANDRAS = re.compile(r"/(static|admin|konto|generation/verk|sodertalje|kungens-|arlanda-|kista-|barkarby-|taby-)")
I_INSATS = re.compile(r"/haninge/insatser/([\d.]+)/.")  # of the gemensamma only their own page is the draft's
# The addresses by their names that the walk does not come to, and why none of them gives a draft away.
UTELAMNADE = {
    "De handlar om den som loggar in eller om ett konto, inte om en färdplan": """
        account_change_password account_inactive account_login account_logout account_reauthenticate
        account_set_password avanmal bjud_in bjud_in_igen glom glomt granska inbjudan_igen
        inbjudan_ta_bort konto konto_adress
        konto_adress_bekrafta konto_historik konto_koppla_loss konto_mejl konto_namn konto_stang konto_tvasteg
        kontobegaran kontobegaran_neka kontobegaran_ta_bort konton mfa_activate_totp mfa_add_webauthn mfa_authenticate
        mfa_deactivate_totp mfa_edit_webauthn mfa_generate_recovery_codes mfa_index mfa_list_webauthn
        mfa_login_webauthn mfa_reauthenticate mfa_reauthenticate_webauthn mfa_remove_webauthn
        mfa_view_recovery_codes mitt_konto ny_lank nytt_losenord registerutdrag registerutdrag_json sso
        sso_besked sso_koppla sso_oidc sso_saml sso_saml_klart sso_saml_metadata usersessions_list valkommen""",
    "De handlar om driften": "drift halsa halsa_liv halsa_redo metrik",
    "De är en nyckel i sig: den som har adressen har fått frågan, eller har gjort adressen": """
        kalender mejl_avsluta rollsvar svara svara_angra svara_lamna_over svara_oppnad svara_punkt svara_ta_tillbaka""",
    "De är knappar och svarar bara med vart man kommer sedan": """
        angra avbryt_andring insats_samband_ta_bort kalenderadress_byt kalenderadress_ta_bort mitt_arbete_oforandrat
        sluta_forhandsvisa ta_over_angra utskick_igen""",
    "De finns bara för det som har varit publicerat eller avslutat, har en föregångare, eller är tomt": """
        aktivitet_flytta dra_tillbaka insats_aterta insats_publicera insats_ta_bort kasta_andring omgang_oppna_igen
        overenskommelse_ta_bort plan_oppna_igen ta_over""",
    "De är samma sida som en som provas: en insats som läggs tillbaka, en fil som granskas eller har lästs in": """
        aktivitet_aterstall aktiviteter_granska aktor_aterstall arbetsbok_granska arende_aterstall program_granska
        fardriktning_aterstall handlingsplan_aterstall indikator_aterstall lagesbild_granska mote_aterstall
        omgang_aterstall organ_aterstall overenskommelse_aterstall program_aterstall stadskarna_aterstall
        program_inlast program_inlast_fil""",
    "De är för administratörer, eller för en kontakt som ska glömmas": """
        kontakt_glom kontakt_registerutdrag kontakt_registerutdrag_json""",
}


def skriv_hemligt(utkastet: Fardplan, planerare: Anvandare) -> None:
    """A draft full of work: texts, an insats with läge and ansvarig, a decided plan, an organ, its möte."""
    text = f"{HEMLIGT}backen"
    utkastet = fardplaner.andra(av=None, fardplan=utkastet, version=1, karaktar=text, karaktar_rubrik=text, kalla=text)
    karna, forsta = utkastet.stadskarna, None
    for malomrade in Malomrade.objects.filter(program=utkastet.program):
        varden = {"rubrik": text, "text": text, "kalla": text}
        fardplaner.skriv_fardriktning(av=None, fardplan=utkastet, malomrade=malomrade, version=0, **varden)
        insats = insatser.skapa(
            av=None, malomrade=malomrade, fardplan=utkastet, titel=f"{text} {malomrade.nummer}", text=text, kalla=text
        )
        region = Rollrad(Aktor.objects.get(slug="region-stockholm").pk, Roll.ANSVARIG, text, Deltagande.BEKRAFTAD)
        insats = insatser.andra_roller(av=None, insats=insats, version=1, roller=[region])
        forsta = forsta or insats
        lagen.rapportera(av=planerare, insats=insats, stadskarna=karna, status="avbruten", kommentar=text)
    organ = organen.skapa(av=None, stadskarna=karna, namn=text, slag="styrgrupp", beskrivning=text)
    punkter = [Punktrad(text, insats_id=insats.pk, paragraf="1", beslut=text)]
    moten.skapa(av=None, organ=organ, datum=dag(-5), punkter=punkter)
    plan = planer.skapa(av=None, fardplan=utkastet, ar_fran=2026, ar_till=2027)
    lyft = planer.lyft(av=None, plan=plan, insats=insats)
    aktivitet = planer.skapa_aktivitet(av=None, prioritering=lyft, titel=text, resultat=text, roller=[region])
    plan.refresh_from_db()
    version = besluta(av=None, plan=plan, version=plan.version, organ=organ, datum=dag(-4), paragraf="2", notering=text)
    nasta = planer.skapa(av=None, fardplan=utkastet, ar_fran=2028, ar_till=2029)
    planer.valj_bort(av=None, plan=nasta, insats=insats, skal=text)
    i_nasta = planer.lyft(av=None, plan=nasta, insats=forsta)
    planer.skapa_aktivitet(av=None, prioritering=i_nasta, titel=text)
    _skriv_bredvid(utkastet, planerare, insats, aktivitet, version)


def _skriv_bredvid(
    utkastet: Fardplan, planerare: Anvandare, insats: Insats, aktivitet: Aktivitet, version: Planversion
) -> None:
    """What hangs on the draft: comments, files, contacts, a round, files read in, links from what is public."""
    text, karna = f"{HEMLIGT}backen", utkastet.stadskarna
    mote = Mote.objects.get(organ__namn=text)
    for rad in (insats, aktivitet, version.handlingsplan, mote, version.beslut):
        om = Samtalssak(rad, karna)
        bilagor.bifoga(av=planerare, sak=om, fil=Fil(f"{text}.png", PNG + text.encode()))
        if rad not in (mote, version.beslut):
            kommentarer.skapa(av=planerare, sak=om, text=text)
    region = Aktor.objects.get(slug="region-stockholm")
    vem = {"aktor": region, "namn": text, "epost": f"kim@{HEMLIGT.lower()}.example", "offentlig": True}
    Kontakt.objects.create(insats=insats, stadskarna=karna, **vem)
    Kontakt.objects.create(aktivitet=aktivitet, stadskarna=karna, **vem)
    amnen = [amne for amne in omgangsfragor.amnen([utkastet]) if amne.insats == insats]
    uppfoljning.oppna(av=planerare, fardplan=utkastet, namn=text, deadline=dag(7), fragor=amnen)
    spara_fil(av=planerare, fardplan=utkastet, filnamn=f"{text}.csv", innehall=b"Nummer;Titel\n")
    uppladdad(utkastet, planerare, insats, f"{text} ur en fil")[1]()
    styrdokument.skapa(av=None, fardplan=utkastet, namn=text, ar=2024)
    Arende.objects.order_by("pk")[0].insatser.add(insats)
    Overenskommelse.objects.order_by("pk")[0].insatser.add(insats)
    kartvyer.spara(av=planerare, namn=text, fraga="vy=tabell")


text_i_pdf = pdftext.all_text


def text_i(svar: Any) -> str:
    """All that a response says, whatever its format."""
    data = svar.getvalue()
    huvuden = " ".join(str(svar.headers.get(namn, "")) for namn in ("Content-Disposition", "Location"))
    return f"{_i_kroppen(data)} {huvuden}"


def _i_kroppen(data: bytes) -> str:
    if data.startswith(b"%PDF"):
        return pdftext.all_text(data)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as arkiv:
            return " ".join(arkiv.read(namn).decode(errors="replace") for namn in arkiv.namelist())
    return data.decode(errors="replace")


def obesokta(adresser: Iterable[str], alla: Iterable[str]) -> set[str]:
    """Of the names `alla`, those that none of the addresses has and that are not left out on purpose."""
    besokta = set()
    for adress in adresser:
        with suppress(Resolver404):  # of another generation
            besokta.add(resolve(adress.partition("?")[0]).url_name)
    return {*alla} - besokta - {namn for namnen in UTELAMNADE.values() for namn in namnen.split()}


def genomsokt(client: Client) -> dict[str, str]:
    """{address: what it says} of every page and file that the client's pages lead to; with questions in it, each kind
    once. Haninge is the draft.
    """
    kvar = ["/", "/haninge/", "/haninge/handlingsplan/2026-2027.xlsx"]
    # What is searched for stands on the page as it was typed: in small letters.
    kvar.append(f"/sok/?q={HEMLIGT.lower()}backen")
    kvar += ["/robots.txt", "/sitemap.xml"]  # no page leads there
    kvar += [f"/{var}/arbetsbok.{a}" for var in ("haninge", "oversikt") for a in ("xlsx", "ods", "json")]
    kvar += ["/oversikt/insatser/", "/nyheter/", "/nyheter.atom", "/haninge/nytt/", "/haninge/nyheter.atom"]
    for fil in Inlasning.objects.filter(fardplan__stadskarna__slug="haninge", inlast=None):
        kvar += [f"/haninge/insatskarta/import/{fil.pk}/{slut}" for slut in ("", "tolka/")]
    kvar += [f"/insatser/{pk}/lage/" for pk in Insats.objects.filter(titel__contains=HEMLIGT).values_list("pk")[0]]
    egna = {i.nummer for i in Insats.objects.filter(titel__contains=HEMLIGT).select_related("malomrade")}
    ut: dict[str, str] = {}
    sedda: set[str] = set()
    while kvar:
        adress = kvar.pop()
        sort = re.sub(r"\d+", "N", re.sub(r"=[^&]*", "", adress)) if "?" in adress else adress
        gemensam = (traff := I_INSATS.match(adress)) and traff[1] not in egna
        if sort in sedda or gemensam or ANDRAS.match(adress):
            continue
        sedda.add(sort)
        svar = client.get(adress)
        ut[adress] = text_i(svar)
        if "html" in svar.headers.get("Content-Type", "") and not adress.startswith("/flemingsberg/"):
            lankar = re.findall(r'(?:href|action)="(/[^"#]*)', ut[adress])
            kvar += [html.unescape(lank) for lank in lankar if "haninge" in lank or "?" not in lank]
    return ut
