"""What pages cost when the database is large, and what they weigh over the wire."""

from __future__ import annotations

import gzip
import statistics
import time
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client

from aktorer.models import Aktor, Anvandare
from bench.matt import Matt

SIDOR = {
    "insatskartan": "/flemingsberg/insatskarta/",
    "tabellen": "/flemingsberg/insatskarta/?vy=tabell&status=pagar",
    "en insats": "/flemingsberg/insatser/1.3/",
    "handlingsplanerna": "/flemingsberg/handlingsplan/",
    "mitt arbete": "/mitt-arbete/",
}
# 100 000 insatser in the other seven färdplaner, ten reports each. Without history rows: those are never read here.
VAX = """
ALTER TABLE insatser_insats DISABLE TRIGGER USER;
ALTER TABLE insatser_lagesrapport DISABLE TRIGGER USER;
INSERT INTO insatser_insats (malomrade_id, fardplan_id, ordning, titel, text, kalla, kallnotering, avford_skal, version)
SELECT m.id, f.id, 100 + n, 'Insats ' || n, repeat('Text ', 40), '', '', '', 1
FROM insatser_malomrade m, insatser_fardplan f JOIN insatser_stadskarna s ON s.id = f.stadskarna_id,
     generate_series(1, 3572) n
WHERE s.slug <> 'flemingsberg';
INSERT INTO insatser_lagesrapport (insats_id, stadskarna_id, datum, status, bedomning, kommentar, exempel)
SELECT i.id, f.stadskarna_id, date '2026-01-01' + n, 'pagar', 'enligt_plan', '', false
FROM insatser_insats i JOIN insatser_fardplan f ON f.id = i.fardplan_id, generate_series(1, 10) n
WHERE i.ordning > 100;
ALTER TABLE insatser_insats ENABLE TRIGGER USER;
ALTER TABLE insatser_lagesrapport ENABLE TRIGGER USER;
ANALYZE;
"""


def _tid(klient: Client, adress: str, ganger: int = 25) -> float:
    """Median seconds of a page, after warming up."""
    tider = []
    for _ in range(ganger + 5):
        start = time.perf_counter()
        svar = klient.get(adress)
        tider.append(time.perf_counter() - start)
        if svar.status_code != 200:
            raise RuntimeError(f"{adress} svarar {svar.status_code}")
    return statistics.median(tider[5:])


def kor() -> list[Matt]:
    """Ratios of pages at 100 000 insatser to the same pages at 18, and sizes in kB."""
    klient = Client(headers={"accept-encoding": "gzip"})
    klienter = dict.fromkeys(SIDOR, klient) | {"mitt arbete": _planerare()}
    fore = {namn: _tid(klienter[namn], adress) for namn, adress in SIDOR.items()}
    sida = len(klient.get(SIDOR["insatskartan"]).content)
    with connection.cursor() as cursor:
        for sats in VAX.split(";"):  # one transaction each: a trigger is not switched while its rows wait
            if sats.strip():
                cursor.execute(sats)
    vaxt = [
        Matt(f"{namn} vid 100 000 insatser mot 18", _tid(klienter[namn], SIDOR[namn]) / t, 1.3)
        for namn, t in fore.items()
    ]
    forsta = sida + sum(_packad(fil) for fil in FILER)
    return [*vaxt, Matt("första besöket", forsta / 1024, 60, "kB"), Matt("en sida därefter", sida / 1024, 15, "kB")]


def _planerare() -> Client:
    """Logged in for Region Stockholm, which answers for the gemensamma insatser in every stadskärna."""
    aktor = Aktor.objects.get(slug="region-stockholm")
    klient = Client()
    klient.force_login(Anvandare.objects.create(epost="bench@prov.example", namn="Prov", roll="planerare", aktor=aktor))
    return klient


FILER = ["fardplan.css", "fardplan.js", "ikoner.svg", "ikon.svg", "django_htmx/htmx-2.min.js"]


def _packad(fil: str) -> int:
    """Bytes of a static file as it is sent, gzipped."""
    vag = finders.find(fil)
    if not isinstance(vag, str):
        raise RuntimeError(f"{fil} saknas")
    return len(gzip.compress(Path(vag).read_bytes(), 9))
