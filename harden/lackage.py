"""What a draft says, and everything near it that anybody can fetch: does a word of it reach a besökare?"""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import Any

from django.test import Client

from aktorer.models import Aktor, Anvandare
from harden.scen import dag
from insatser.andringar import fardplan as fardplaner
from insatser.andringar import handlingsplan as planer
from insatser.andringar import insats as insatser
from insatser.andringar import lage as lagen
from insatser.andringar import mote as moten
from insatser.andringar import organ as organen
from insatser.andringar.beslut import besluta
from insatser.andringar.mote import Punktrad
from insatser.andringar.roller import Rollrad
from insatser.models import Fardplan, Malomrade
from insatser.regler.medverkan import Deltagande, Roll
from tests import pdftext

HEMLIGT = "Xylofon"  # in every text of the draft
# Not walked: what is nobody's text, and the other stadskärnor but for what Flemingsberg shows at first hand.
ANDRAS = re.compile(r"/(static|admin|konto|sodertalje|kungens-|arlanda-|kista-|barkarby-|taby-)")


def skriv_hemligt(utkastet: Fardplan, planerare: Anvandare) -> None:
    """A draft full of work: texts, an insats with läge and ansvarig, a decided plan, an organ, its möte."""
    text = f"{HEMLIGT}backen"
    utkastet = fardplaner.andra(av=None, fardplan=utkastet, version=1, karaktar=text, karaktar_rubrik=text, kalla=text)
    karna = utkastet.stadskarna
    for malomrade in Malomrade.objects.filter(program=utkastet.program):
        varden = {"rubrik": text, "text": text, "kalla": text}
        fardplaner.skriv_fardriktning(av=None, fardplan=utkastet, malomrade=malomrade, version=0, **varden)
        insats = insatser.skapa(
            av=None, malomrade=malomrade, fardplan=utkastet, titel=f"{text} {malomrade.nummer}", text=text, kalla=text
        )
        region = Rollrad(Aktor.objects.get(slug="region-stockholm").pk, Roll.ANSVARIG, text, Deltagande.BEKRAFTAD)
        insats = insatser.andra_roller(av=None, insats=insats, version=1, roller=[region])
        lagen.rapportera(av=planerare, insats=insats, stadskarna=karna, status="avbruten", kommentar=text)
    organ = organen.skapa(av=None, stadskarna=karna, namn=text, slag="styrgrupp", beskrivning=text)
    punkter = [Punktrad(text, insats_id=insats.pk, paragraf="1", beslut=text)]
    moten.skapa(av=None, organ=organ, datum=dag(-5), punkter=punkter)
    plan = planer.skapa(av=None, fardplan=utkastet, ar_fran=2026, ar_till=2027)
    planer.lyft(av=None, plan=plan, insats=insats)
    plan.refresh_from_db()
    besluta(av=None, plan=plan, version=plan.version, organ=organ, datum=dag(-4), paragraf="2", notering=text)


text_i_pdf = pdftext.all_text


def text_i(svar: Any) -> str:
    """All that a response says, whatever its format."""
    data = svar.getvalue()
    if data.startswith(b"%PDF"):
        return pdftext.all_text(data)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as arkiv:
            return " ".join(arkiv.read(namn).decode(errors="replace") for namn in arkiv.namelist())
    return data.decode(errors="replace")


def genomsokt(client: Client) -> dict[str, str]:
    """{address: what it says} of every page and file that the client's pages lead to; with questions in it, each kind
    once. Haninge is the draft.
    """
    kvar = ["/", "/haninge/", "/haninge/handlingsplan/2026-2027.xlsx"]
    # What is searched for stands on the page as it was typed: in small letters.
    kvar.append(f"/sok/?q={HEMLIGT.lower()}backen")
    kvar += [f"/{var}/arbetsbok.{a}" for var in ("haninge", "oversikt") for a in ("xlsx", "ods", "json")]
    ut: dict[str, str] = {}
    sedda: set[str] = set()
    while kvar:
        adress = kvar.pop()
        sort = re.sub(r"\d+", "N", re.sub(r"=[^&]*", "", adress)) if "?" in adress else adress
        if sort in sedda or ANDRAS.match(adress):
            continue
        sedda.add(sort)
        svar = client.get(adress)
        ut[adress] = text_i(svar)
        if "html" in svar.headers.get("Content-Type", "") and not adress.startswith("/flemingsberg/"):
            lankar = re.findall(r'(?:href|action)="(/[^"#]*)', ut[adress])
            kvar += [html.unescape(lank) for lank in lankar if "haninge" in lank or "?" not in lank]
    return ut
