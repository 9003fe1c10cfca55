"""What Prometheus reads at /metrik/: how many requests, how quick, and how the installation is.

Each server process counts in files of its own, in a folder that `start` makes, and whichever is asked adds them up. A
process that takes a dead one's place goes on in its files, so that they stay as few as the processes. What the database
knows is asked of it at each reading, but for what is dear to count.
"""

from __future__ import annotations

import fcntl
import hmac
import ipaddress
import itertools
import os
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from aktorer import varifran
from aktorer.grund.skrivskydd import skrivskyddad
from fardplan import drift, kopia
from fardplan.logg import rutt
from insatser.fragor import tystnad
from insatser.models import Inlasningsjobb, Utskick

SORT = CONTENT_TYPE_LATEST
MAPP = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
METODER = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SEKUNDER = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
RAKNAS_OM = 300  # seconds that the silent insatser are remembered: there may be a hundred thousand

_egna: dict[int, tuple[int, IO[str]]] = {}  # process id: its number among the processes, and the lock that says so


def _nummer() -> int:
    """This process's number: the lowest that no living one has. The kernel frees it, however the process dies."""
    pid = os.getpid()
    if pid not in _egna:
        for nummer in itertools.count():
            fil = (Path(MAPP) / f"{nummer}.las").open("w")
            try:
                fcntl.lockf(fil, fcntl.LOCK_EX | fcntl.LOCK_NB)  # of the process, not shared with what it forks
            except OSError:
                fil.close()
                continue
            _egna[pid] = nummer, fil
            break
    return _egna[pid][0]


if MAPP:  # before there is anything to count
    values.ValueClass = values.MultiProcessValue(_nummer)  # type: ignore[no-untyped-call]

RAKNAT = CollectorRegistry()
FRAGOR = Counter("fardplan_fragor", "Answered requests.", ["metod", "rutt", "status"], registry=RAKNAT)
TID = Histogram("fardplan_svarstid_seconds", "Time to the answer.", ["rutt"], registry=RAKNAT, buckets=SEKUNDER)


class Matning:
    """Counts every request and its time, by the name of its address: never by what people's addresses hold."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        borjade = time.perf_counter()
        svar = self.get_response(request)
        namn = rutt(request)
        metod = request.method if request.method in METODER else "annan"
        FRAGOR.labels(metod, namn, f"{svar.status_code // 100}xx").inc()
        TID.labels(namn).observe(time.perf_counter() - borjade)
        return svar


def far_lasa(request: HttpRequest) -> bool:
    """Whether the request comes from a network of METRIK_FRAN, as our proxies saw it, or carries METRIK_NYCKEL."""
    sort, _, nyckel = request.headers.get("Authorization", "").partition(" ")
    ratt = settings.METRIK_NYCKEL
    if ratt and sort.lower() == "bearer" and hmac.compare_digest(nyckel.strip().encode(), ratt.encode()):
        return True
    fran = varifran.adress(request)
    return fran != varifran.OKAND and any(ipaddress.ip_address(fran) in nat for nat in settings.METRIK_FRAN)


def som_text() -> bytes:
    """All of it, as Prometheus reads it. Six queries, and two more every fifth minute."""
    raknat, laget = RAKNAT, CollectorRegistry()
    if MAPP:
        raknat = CollectorRegistry()
        MultiProcessCollector(raknat, MAPP)  # type: ignore[no-untyped-call]
    laget.register(_Laget())
    return generate_latest(raknat) + generate_latest(laget)


class _Laget(Collector):
    def collect(self) -> Iterator[Metric]:
        try:
            yield from _ur_databasen()
            svarar = True
        except DatabaseError:
            svarar = False
        yield GaugeMetricFamily("fardplan_databas_svarar", "1 while the database answers.", svarar)
        yield GaugeMetricFamily("fardplan_skrivskyddad", "1 while nothing can be written.", skrivskyddad())
        if finns := kopia.kopior(settings.KOPIOR):
            alder = (timezone.now() - kopia.gjord(finns[0])).total_seconds()
            yield GaugeMetricFamily("fardplan_sakerhetskopia_alder_seconds", "Age of the latest backup.", alder)


def _ur_databasen() -> Iterator[Metric]:
    nu = timezone.now()
    ko = Utskick.objects.vantar().aggregate(antal=Count("pk"), aldst=Min("skapad"))
    yield GaugeMetricFamily("fardplan_mejl_vantar", "Mails that should have gone.", ko["antal"])
    aldst = (nu - ko["aldst"]).total_seconds() if ko["aldst"] else 0
    yield GaugeMetricFamily("fardplan_mejl_aldst_seconds", "Age of the oldest of them.", aldst)
    yield GaugeMetricFamily(
        "fardplan_mejl_avvisade", "Mails that the mail server refused.", Utskick.objects.avvisade().count()
    )
    inlasningar = GaugeMetricFamily("fardplan_inlasningar", "Large files being read in.", labels=["skick"])
    jobb = dict(Inlasningsjobb.objects.values_list("skick").annotate(Count("pk")))
    for skick in (Inlasningsjobb.Skick.VANTAR, Inlasningsjobb.Skick.PAGAR):
        inlasningar.add_metric([skick], jobb.get(skick, 0))
    yield inlasningar
    timrar = GaugeMetricFamily("fardplan_timer_alder_seconds", "Since each timer last ran.", labels=["kommando"])
    for _, kommando, senast in drift.timrar():
        if senast:
            timrar.add_metric([kommando], (nu - senast).total_seconds())
    yield timrar
    yield GaugeMetricFamily("fardplan_tysta_andel", "Share of insatser that are silent.", _tyst_andel(_stund()))


def _stund() -> int:
    return int(time.monotonic() // RAKNAS_OM)


@lru_cache(maxsize=1)
def _tyst_andel(_stund_nu: int) -> float:
    tysta, alla = tystnad.antal(timezone.localdate())
    return tysta / alla if alla else 0
