"""What pages cost when the database is large, and what they weigh over the wire."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from django.contrib.staticfiles import finders
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from aktorer.roller import Anvandarroll
from bench import par
from bench.inloggad import inloggad
from bench.matt import Matt
from insatser.models import Handlingsplan

KARTAN = "/flemingsberg/insatskarta/"
# What DESIGN calls bounded, as a besökare, someone of the styrgrupp and a planerare meet it.
SIDOR = {
    "startsidan": "/",
    "insatskartan": KARTAN,
    "tabellen": f"{KARTAN}?vy=tabell&status=pagar",
    "sökning i kartan": f"{KARTAN}?q=stadsdel",
    "sökning bland ärenden": "/arenden/?q=2024",
    "sökning i allt": "/sok/?q=h%C3%A4lsov%C3%A4gen",
    "sökning i allt, en bokstav fel": "/sok/?q=halsovegen",
    "sökning i allt, ett ord som står överallt": "/sok/?q=text",
    "en insats": "/flemingsberg/insatser/1.3/",
    "handlingsplanerna": "/flemingsberg/handlingsplan/",
    "läget på en sida": "/flemingsberg/laget/",
    "en aktör": "/aktorer/huddinge-kommun/",
}
OVERSIKTEN = {"översikten": "/flemingsberg/oversikt/"}
I_ALLT = {"sökning i allt för den som ser det": "/sok/?q=text"}
PLANERARENS = {"mitt arbete": "/mitt-arbete/"}
HISTORIK = "/flemingsberg/insatser/1.3/historik/"
# 100 000 insatser in the other seven färdplaner, within their own program, with their history and somebody who takes
# part; ten reports each, without history: that of reports is never read by a page.
VAX = """
INSERT INTO insatser_insats
(malomrade_id, fardplan_id, ordning, titel, text, kalla, kallnotering, utan_ansvarig, avford_skal, version)
SELECT m.id, f.id, 100 + n, 'Insats ' || n, repeat('Text ', 40), '', '', '', '', 1
FROM insatser_fardplan f JOIN insatser_stadskarna s ON s.id = f.stadskarna_id
JOIN insatser_malomrade m ON m.program_id = f.program_id, generate_series(1, 3572) n
WHERE s.slug <> 'flemingsberg';
ANALYZE;
INSERT INTO insatser_medverkan (insats_id, aktor_id, roll, ordning, ansvarar_for, deltagande, svar)
SELECT i.id, a.id, 'ansvarig', 1, '', 'bekraftad', '' FROM insatser_insats i, aktorer_aktor a
WHERE i.ordning > 100 AND a.slug = 'taby-kommun';
ALTER TABLE insatser_lagesrapport DISABLE TRIGGER USER;
INSERT INTO insatser_lagesrapport (insats_id, stadskarna_id, datum, status, bedomning, kommentar, exempel)
SELECT i.id, f.stadskarna_id, date '2026-01-01' + n, 'pagar', 'enligt_plan', '', false
FROM insatser_insats i JOIN insatser_fardplan f ON f.id = i.fardplan_id, generate_series(1, 10) n
WHERE i.ordning > 100;
ALTER TABLE insatser_lagesrapport ENABLE TRIGGER USER;
VACUUM ANALYZE;
"""
# 72 stadskärnor beside the eight, as the others: with the gemensamma insatser and a report of each.
PUBLICERADE = "UPDATE insatser_fardplan SET karaktar = 'Karaktär', publicerad = true WHERE NOT publicerad;"
KARNOR = f"""
{PUBLICERADE}
INSERT INTO insatser_stadskarna (namn, slug, ordning, version) SELECT 'Kärna ' || n, 'karna-' || n, 100 + n, 1
FROM generate_series(9, 80) n;
INSERT INTO insatser_fardplan
(program_id, stadskarna_id, publicerad, karaktar_rubrik, karaktar, kalla, tillbakadragen_skal, version)
SELECT p.id, s.id, true, '', 'Karaktär', '', '', 1 FROM insatser_program p, insatser_stadskarna s
WHERE p.slug = 'fardplaner-2026' AND s.ordning > 100;
INSERT INTO insatser_lagesrapport (insats_id, stadskarna_id, datum, status, bedomning, kommentar, exempel)
SELECT i.id, s.id, date '2026-01-01', 'pagar', 'enligt_plan', '', false
FROM insatser_insats i JOIN insatser_malomrade m ON m.id = i.malomrade_id
JOIN insatser_program p ON p.id = m.program_id, insatser_stadskarna s
WHERE p.slug = 'fardplaner-2026' AND i.fardplan_id IS NULL AND s.ordning > 100;
VACUUM ANALYZE;
"""
FILER = ["fardplan.css", "fardplan.js", "ikoner.svg", "ikon.svg", "django_htmx/htmx-2.min.js"]


def kor() -> Iterator[Matt]:
    """Ratios of pages in a large database to the same pages in the small one, and sizes in kB."""
    yield from _vikter()
    besokare, styrgrupp, planerare = Client(), inloggad(Anvandarroll.STYRGRUPP), inloggad(Anvandarroll.PLANERARE)
    liten = connections["default"]
    stor, manga, atta = _kopia("stor", VAX), _kopia("manga", KARNOR), _kopia("atta", PUBLICERADE)

    def matt(namn: str, klient: Client, adress: str, grans: float | None = 1.3) -> Matt:
        i_stor, i_liten = _sida(stor, klient, adress), _sida(liten, klient, adress)
        return par.kvot(f"{namn} vid 100 000 insatser mot 18", i_stor, i_liten, grans=grans)

    planen = {"en handlingsplan": f"/flemingsberg/handlingsplan/{Handlingsplan.objects.get(exempel=True).period}/"}
    for klient, sidor in ((besokare, SIDOR), (styrgrupp, OVERSIKTEN | planen | I_ALLT), (planerare, PLANERARENS)):
        for namn, adress in sidor.items():
            yield matt(namn, klient, adress)
    yield matt("historiken", styrgrupp, HISTORIK, None)
    yield par.kvot(
        "en stadskärna i översikten av 80 mot i den av 8",
        lambda: _sida(manga, styrgrupp, "/oversikt/")() / 80,
        lambda: _sida(atta, styrgrupp, "/oversikt/")() / 8,
        grans=1.3,
    )
    connections["default"] = liten


def _kopia(namn: str, vaxt: str) -> BaseDatabaseWrapper:
    """A connection to a copy of the database in which `vaxt` has been run, a transaction each."""
    val = connection.settings_dict
    connection.close()
    with psycopg.connect(host=val["HOST"], user=val["USER"], dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {namn} TEMPLATE {val['NAME']}")
    kopia = connections.create_connection("default")
    kopia.settings_dict = val | {"NAME": namn}
    with kopia.cursor() as cursor:
        for sats in filter(str.strip, vaxt.split(";")):
            cursor.execute(sats)
    return kopia


def _sida(databas: BaseDatabaseWrapper, klient: Client, adress: str) -> Callable[[], float]:
    """Its seconds, in that database."""

    def hamta() -> None:
        svar = klient.get(adress)
        if svar.status_code != 200:
            raise RuntimeError(f"{adress} svarar {svar.status_code}")

    def sekunder() -> float:
        connections["default"] = databas
        return par.tid(hamta)

    return sekunder


def _vikter() -> list[Matt]:
    sida = len(Client(headers={"accept-encoding": "gzip"}).get(KARTAN).content)
    forsta = sida + sum(_packad(fil) for fil in FILER)
    return [Matt("första besöket", forsta / 1024, 60, "kB"), Matt("en sida därefter", sida / 1024, 15, "kB")]


def _packad(fil: str) -> int:
    """Bytes of a static file as it is sent, gzipped."""
    vag = finders.find(fil)
    if not isinstance(vag, str):
        raise RuntimeError(f"{fil} saknas")
    return len(gzip.compress(Path(vag).read_bytes(), 9))
