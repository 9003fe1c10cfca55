"""What may be stored of each Unicode category stands in every text at once, and every page, file and mail copes."""

from __future__ import annotations

import csv
import html
import io
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any
from xml.etree import ElementTree

import icalendar
import openpyxl
import pgtrigger
import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.models import CharField, SlugField, TextField, URLField, Value
from django.db.models.functions import Cast, Concat, Left
from django.test import Client

from aktorer import andringar as konton
from aktorer.grund.tecken import rena
from aktorer.models import Anvandare
from insatser.andringar import beslut, uppfoljning
from insatser.fragor import uppfoljning as omgangar
from insatser.models import Arende, Fardplan, Handlingsplan, Insats, Omgang, Overenskommelse, Samverkansorgan
from insatser.utbyte.mejl import sandning
from tests import klocka
from tests.pdftext import oppna as oppna_pdf

pytestmark = pytest.mark.django_db

UTOM = {"Anvandare.epost", "Anvandare.password", "Anvandare.kalendernyckel", "Mottagare.nyckel", "Aktor.diarieformat"}
SIDOR = [
    "/", "/flemingsberg/", "/flemingsberg/insatskarta/", "/flemingsberg/insatskarta/?vy=tabell",
    "/flemingsberg/insatskarta/?vy=matris", "/flemingsberg/insatser/1.3/", "/flemingsberg/insatser/1.3/redigera/",
    "/flemingsberg/insatser/1.3/roller/", "/flemingsberg/insatser/1.3/lage/", "/flemingsberg/insatser/1.3/historik/",
    "/flemingsberg/laget/", "/flemingsberg/oversikt/", "/oversikt/", "/flemingsberg/lagesbild/",
    "/flemingsberg/organ/", "/flemingsberg/uppfoljning/", "/flemingsberg/nyheter/", "/flemingsberg/historik/",
    "/aktorer/", "/aktorer/polisen/", "/arenden/", "/mitt-arbete/", "/program/fardplaner-2026/",
    "/stadskarnor/flemingsberg/", "/flemingsberg/handlingsplan/", klocka.PLAN, f"{klocka.PLAN}historik/",
]  # fmt: skip
FILER = ["insatskarta.xlsx", "insatskarta.csv", "insatskarta.pdf", "lagesbild.xlsx", "laget.pdf", "nyheter.atom"]


@cache
def tecknen() -> str:
    """The first and the last of each category that `rena` leaves as they are, lone marks among them."""
    per_kategori: dict[str, list[str]] = {}
    for nummer in [*range(0x20, 0x2FFFF), 0xF0000, 0x10FFFD]:
        tecken = chr(nummer)
        if rena(f"x{tecken}y") == f"x{tecken}y":
            per_kategori.setdefault(unicodedata.category(tecken), []).append(tecken)
    return "".join(f"x{t}y" for alla in per_kategori.values() for t in dict.fromkeys((alla[0], alla[-1])))


def skriv_overallt() -> int:
    """In all columns of text, past forms and triggers; returns how many columns took it."""
    skrivna = 0
    for modell in apps.get_models():
        if modell._meta.app_label not in {"aktorer", "insatser"} or not hasattr(modell, "pgh_event_models"):
            continue
        for falt in modell._meta.concrete_fields:
            fri = isinstance(falt, CharField | TextField) and not isinstance(falt, SlugField | URLField)
            if not fri or falt.choices or f"{modell.__name__}.{falt.name}" in UTOM:
                continue
            text = Concat(Cast("pk", TextField()), Value(f" {tecknen()}"))
            try:
                with transaction.atomic(), pgtrigger.ignore():
                    rader = modell._base_manager.exclude(**{falt.name: ""})
                    skrivna += bool(rader.update(**{falt.name: Left(text, falt.max_length or 5000)}))
            except DatabaseError:  # what must look in a certain way: a status, a day, a diarienummer
                pass
    return skrivna


@pytest.fixture
def overallt(planerare: Anvandare, flemingsberg: Fardplan) -> int:
    plan = Handlingsplan.objects.get(exempel=True)
    organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None, stadskarna__slug="flemingsberg")
    beslut.besluta(av=planerare, plan=plan, version=plan.version, organ=organ, datum=klocka.IDAG, paragraf="4")
    uppfoljning.oppna(
        av=planerare,
        fardplan=flemingsberg,
        namn="Läget nu",
        deadline=klocka.om(7),
        fraga="Hur går det?",
        fragor=omgangar.amnen([flemingsberg])[:3],
    )
    return skriv_overallt()


def test_varje_kategori_ar_med() -> None:
    alla = {unicodedata.category(chr(n)) for n in range(0x30000)}
    assert alla - {unicodedata.category(t) for t in tecknen()} == {"Cc", "Zl", "Zp", "Cs"}  # none of them is stored
    assert len(tecknen()) < 190  # all of it in a title


def test_sidorna(client: Client, planerare: Anvandare, overallt: int, insats: Callable[[str], Insats]) -> None:
    client.force_login(planerare)
    egna = [("/arenden/{}/", Arende), ("/arenden/overenskommelser/{}/", Overenskommelse)]
    egna += [("/flemingsberg/uppfoljning/{}/", Omgang), ("/flemingsberg/uppfoljning/{}/historik/", Omgang)]

    sidor = [*SIDOR, *(mall.format(modell.objects.earliest("pk").pk) for mall, modell in egna)]
    svar = {sida: client.get(sida) for sida in sidor}

    assert overallt > 40
    assert {sida: s.status_code for sida, s in svar.items() if s.status_code != 200} == {}
    titel = insats("1.3").titel
    for sida in ("/flemingsberg/insatser/1.3/", "/flemingsberg/insatskarta/"):
        assert html.escape(titel) in svar[sida].content.decode()


def test_filerna(client: Client, planerare: Anvandare, overallt: int) -> None:
    client.force_login(planerare)
    las: dict[str, Callable[[bytes], Any]] = {
        "xlsx": lambda b: {str(c) for ark in openpyxl.load_workbook(io.BytesIO(b)) for rad in ark.values for c in rad},
        "csv": lambda b: {c for rad in csv.reader(io.StringIO(b.decode("utf-8-sig")), delimiter=";") for c in rad},
        "atom": lambda b: {text for e in ElementTree.fromstring(b).iter() if (text := e.text)},
        "pdf": lambda b: len(oppna_pdf(b).pages),
    }
    adresser = [*(f"/flemingsberg/{fil}" for fil in FILER), *(f"{klocka.PLAN[:-1]}.{slag}" for slag in ("pdf", "xlsx"))]

    svar = {adress: client.get(adress) for adress in adresser}

    assert {adress: s.status_code for adress, s in svar.items() if s.status_code != 200} == {}
    innehall = {adress: las[adress.rpartition(".")[2]](s.content) for adress, s in svar.items()}
    assert all(innehall.values())
    for fil in FILER[:2]:
        assert any(tecknen()[20:120] in cell for cell in innehall[f"/flemingsberg/{fil}"])


def test_kalendern_och_mejlen(
    client: Client, planerare: Anvandare, tjansteperson: Anvandare, overallt: int, mailoutbox: list[Any]
) -> None:
    konton.skapa_kalenderadress(av=tjansteperson)
    tjansteperson.refresh_from_db()

    svar = client.get(f"/kalender/{tjansteperson.kalendernyckel}.ics")
    sandning.skicka_vantande()

    handelser = icalendar.Calendar.from_ical(svar.content).walk("VEVENT")
    assert any(tecknen()[20:60] in str(h["SUMMARY"]) for h in handelser)
    assert mailoutbox
    assert all(brev.message().as_bytes() for brev in mailoutbox)
