"""What pages cost when the database is large, and what they weigh over the wire."""

from __future__ import annotations

import gzip
import statistics
import time
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db import connection, transaction
from django.test import Client

from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from bench.matt import Matt

SIDOR = {
    "insatskartan": "/flemingsberg/insatskarta/",
    "tabellen": "/flemingsberg/insatskarta/?vy=tabell&status=pagar",
    "en insats": "/flemingsberg/insatser/1.3/",
    "handlingsplanerna": "/flemingsberg/handlingsplan/",
    "läget på en sida": "/flemingsberg/laget/",
}
# 100 000 insatser in the other seven färdplaner, within their own program, ten reports each. Without history rows:
# those are never read here.
VAX = """
ALTER TABLE insatser_insats DISABLE TRIGGER USER;
ALTER TABLE insatser_lagesrapport DISABLE TRIGGER USER;
INSERT INTO insatser_insats (malomrade_id, fardplan_id, ordning, titel, text, kalla, kallnotering, avford_skal, version)
SELECT m.id, f.id, 100 + n, 'Insats ' || n, repeat('Text ', 40), '', '', '', 1
FROM insatser_fardplan f JOIN insatser_stadskarna s ON s.id = f.stadskarna_id
JOIN insatser_malomrade m ON m.program_id = f.program_id, generate_series(1, 3572) n
WHERE s.slug <> 'flemingsberg';
INSERT INTO insatser_lagesrapport (insats_id, stadskarna_id, datum, status, bedomning, kommentar, exempel)
SELECT i.id, f.stadskarna_id, date '2026-01-01' + n, 'pagar', 'enligt_plan', '', false
FROM insatser_insats i JOIN insatser_fardplan f ON f.id = i.fardplan_id, generate_series(1, 10) n
WHERE i.ordning > 100;
ALTER TABLE insatser_insats ENABLE TRIGGER USER;
ALTER TABLE insatser_lagesrapport ENABLE TRIGGER USER;
ANALYZE;
"""

# 72 stadskärnor beside the eight, as the others: with the gemensamma insatser and a report of each.
KARNOR = """
INSERT INTO insatser_stadskarna (namn, slug, ordning) SELECT 'Kärna ' || n, 'karna-' || n, 100 + n
FROM generate_series(9, 80) n;
INSERT INTO insatser_fardplan (program_id, stadskarna_id, publicerad, karaktar_rubrik, karaktar, kalla, version)
SELECT p.id, s.id, true, '', '', '', 1 FROM insatser_program p, insatser_stadskarna s
WHERE p.slug = 'fardplaner-2026' AND s.ordning > 100;
INSERT INTO insatser_lagesrapport (insats_id, stadskarna_id, datum, status, bedomning, kommentar, exempel)
SELECT i.id, s.id, date '2026-01-01', 'pagar', 'enligt_plan', '', false
FROM insatser_insats i JOIN insatser_malomrade m ON m.id = i.malomrade_id
JOIN insatser_program p ON p.id = m.program_id, insatser_stadskarna s
WHERE p.slug = 'fardplaner-2026' AND i.fardplan_id IS NULL AND s.ordning > 100;
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


def _per_karna(klient: Client) -> float:
    """What a stadskärna costs in the översikt of 80, to what it costs in that of eight."""
    with transaction.atomic():
        fore = _tid(klient, "/oversikt/") / 8
        with connection.cursor() as cursor:
            cursor.execute(KARNOR)
        efter = _tid(klient, "/oversikt/") / 80
        transaction.set_rollback(True)
    return efter / fore


def kor() -> list[Matt]:
    """Ratios of pages at 100 000 insatser to the same pages at 18, and sizes in kB."""
    klient = Client(headers={"accept-encoding": "gzip"})
    inloggad = Client()
    inloggad.force_login(Anvandare.objects.create(epost="matt@bench.example", namn="Mått", roll=Anvandarroll.STYRGRUPP))
    sidor = {namn: (klient, adress) for namn, adress in SIDOR.items()}
    sidor |= {"översikten": (inloggad, "/flemingsberg/oversikt/"), "mitt arbete": (_planerare(), "/mitt-arbete/")}
    fore = {namn: _tid(*sida) for namn, sida in sidor.items()}
    karnor = Matt("en stadskärna i översikten av 80 mot i den av 8", _per_karna(inloggad), 1.3)
    sida = len(klient.get(SIDOR["insatskartan"]).content)
    with connection.cursor() as cursor:
        for sats in VAX.split(";"):  # one transaction each: a trigger is not switched while its rows wait
            if sats.strip():
                cursor.execute(sats)
    vaxt = [Matt(f"{namn} vid 100 000 insatser mot 18", _tid(*sidor[namn]) / t, 1.3) for namn, t in fore.items()]
    forsta = sida + sum(_packad(fil) for fil in FILER)
    return [
        *vaxt,
        karnor,
        Matt("första besöket", forsta / 1024, 60, "kB"),
        Matt("en sida därefter", sida / 1024, 15, "kB"),
    ]


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
