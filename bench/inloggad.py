"""What the pages of who is logged in cost, and saving a läge: over HTTP, with two workers.

Processor time of the server and PostgreSQL together a request, in ms, when the page is made and when nothing has
changed since the same person had it. When it is made, also over (a) the SQL of the same page asked by psycopg alone
and its rows written out by string formatting, and (b) a page without content through the same middleware, in turns.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client

from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from bench import server
from bench.lager import FORBINDELSER, i_sekunden
from bench.matt import Matt, median_av
from bench.plan import AKTIVITETER, fyll
from bench.server import TOM, Server
from insatser.models import Aktivitet, Handlingsplan

KARTAN, INSATSEN = "/flemingsberg/insatskarta/", "/flemingsberg/insatser/1.3/"
SIDOR = {
    "kartan": KARTAN,
    "tabellen": f"{KARTAN}?vy=tabell",
    "en insats": INSATSEN,
    "mitt arbete": "/mitt-arbete/",
    "översikten": "/flemingsberg/oversikt/",
    "sökning i allt": "/sok/?q=stadsdel",
}
PLANEN = f"handlingsplanen, {AKTIVITETER} aktiviteter,"
GRANS, PLANENS, SPARA = 15, 25, 20  # ms
FRAGOR = 14  # to save a läge
VARV, GANGER = 7, 10
MINST = 120  # maps a second


def kor() -> Iterator[Matt]:
    """Costs with their limits, ratios to both yardsticks, and how many maps a second."""
    klient = inloggad(Anvandarroll.PLANERARE)
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)
    extra = fyll(plan)
    sidor = SIDOR | {PLANEN: f"/flemingsberg/handlingsplan/{plan.period}/"}
    bara = {namn: _bara(klient, adress) for namn, adress in sidor.items()}
    yield Matt("frågor för att spara ett läge", _fragor(klient), FRAGOR, "st")
    klient.get(KARTAN)  # tells that it was saved: what waits to be told is told on every page, and none of them is kept
    with server.igang() as igang:
        yield from _kostnader(igang, kaka(klient), sidor, bara)
        antal = i_sekunden(igang.port, KARTAN, Cookie=kaka(klient))
        yield Matt(f"kartan inloggad, oförändrad, {FORBINDELSER} förbindelser", antal, MINST, "/s", minst=True)
    Aktivitet.objects.filter(pk__in=extra).delete()


def inloggad(roll: Anvandarroll, namn: str = "Mått") -> Client:
    """Somebody of Region Stockholm, which answers for the gemensamma insatser in every stadskärna."""
    aktor = Aktor.objects.get(slug="region-stockholm")
    epost = f"{roll}-{namn.lower()}@bench.example"
    person, _ = Anvandare.objects.get_or_create(epost=epost, defaults={"namn": namn, "roll": roll, "aktor": aktor})
    klient = Client()
    klient.force_login(person)
    return klient


def kaka(klient: Client) -> str:
    return "; ".join(f"{namn}={morsel.value}" for namn, morsel in klient.cookies.items())


def _kostnader(igang: Server, kaka: str, sidor: dict[str, str], bara: dict[str, Callable[[], float]]) -> Iterator[Matt]:
    """Medians of rounds in which each is asked for in turn, and of the ratios within a round."""
    kostar: dict[str, list[float]] = {namn: [] for namn in sidor}
    mot_sql: dict[str, list[float]] = {namn: [] for namn in sidor}
    mot_tom: dict[str, list[float]] = {namn: [] for namn in sidor}
    oforandrat: dict[str, list[float]] = {namn: [] for namn in sidor}
    sparat: list[float] = []
    for adress in sidor.values():
        igang.hamta(adress, 4, Cookie=kaka)
    for _ in range(VARV):
        tom = igang.kostnad(TOM, GANGER * 20, Cookie=kaka)
        for namn, adress in sidor.items():
            kostar[namn].append(_gjord(igang, adress, kaka))
            oforandrat[namn].append(igang.kostnad(adress, GANGER * 4, Cookie=kaka))
            mot_sql[namn].append(kostar[namn][-1] / bara[namn]())
            mot_tom[namn].append(kostar[namn][-1] / tom)
        sparat += [spara(igang, kaka, f"Mätning {len(sparat)}") for _ in range(3)]
    for namn in sidor:
        yield median_av(f"{namn} inloggad", kostar[namn], PLANENS if namn == PLANEN else GRANS, "ms")
        yield median_av(f"{namn} inloggad, oförändrad sedan sist", oforandrat[namn], GRANS, "ms")
        yield median_av(f"{namn} inloggad mot sin SQL i psycopg", mot_sql[namn], None)
        yield median_av(f"{namn} inloggad mot tom sida", mot_tom[namn], None)
    yield median_av("spara ett läge", sparat, SPARA, "ms")


def _gjord(igang: Server, adress: str, kaka: str) -> float:
    """Milliseconds of processor of a page that is made: a cookie that nobody had before is another key of the store."""
    fore = igang.processortid()
    for _ in range(GANGER):
        igang.hamta(adress, Cookie=f"{kaka}; matning={secrets.token_hex(8)}")
    return (igang.processortid() - fore) / GANGER * 1000


def _bara(klient: Client, adress: str) -> Callable[[], float]:
    """What the same SQL costs when psycopg asks it alone, and every value is written out, in ms of processor."""
    fragor: list[tuple[str, Any]] = []

    def lyssna(kor: Any, sql: str, params: Any, many: bool, allt: Any) -> Any:
        if sql.startswith("SELECT"):
            fragor.append((sql, params))
        return kor(sql, params, many, allt)

    klient.get(adress)
    with connection.execute_wrapper(lyssna):
        klient.get(adress)
    val = connection.settings_dict
    egen = psycopg.connect(
        host=val["HOST"], user=val["USER"], dbname=val["NAME"], autocommit=True, cursor_factory=psycopg.ClientCursor
    )

    def skriv() -> str:
        rader = (rad for sql, params in fragor for rad in egen.execute(sql, params))  # type: ignore[arg-type]
        return "".join(f"<tr>{''.join(f'<td>{varde}</td>' for varde in rad)}</tr>" for rad in rader)

    def kostar() -> float:
        databasen = Path(f"/proc/{egen.info.backend_pid}/schedstat")
        fore, start = int(databasen.read_text().split()[0]), time.thread_time_ns()
        for _ in range(GANGER):
            skriv()
        tog = time.thread_time_ns() - start + int(databasen.read_text().split()[0]) - fore
        return tog / GANGER / 1e6

    skriv()
    return kostar


def spara(igang: Server, kaka: str, kommentar: str) -> float:
    """Report a läge as the form does; milliseconds of processor, without the form before it."""
    adress = f"http://127.0.0.1:{igang.port}{INSATSEN}lage/"
    with urlopen(Request(adress, headers={"Cookie": kaka})) as svar:
        falten = lagets_falt(svar.read().decode(), kommentar)
        egna = f"{kaka}; {svar.headers.get('Set-Cookie', '').split(';')[0]}"
    fore = igang.processortid()
    huvuden = {"Cookie": egna, "Referer": adress}
    with urlopen(Request(adress, urlencode(falten).encode(), huvuden)) as svar:
        if "/lage/" in svar.url:
            raise RuntimeError("Läget sparades inte.")
    # Where it led costs what that page costs.
    return (igang.processortid() - fore) * 1000 - igang.kostnad(INSATSEN, 1, Cookie=kaka)


def lagets_falt(html: str, kommentar: str) -> dict[str, str]:
    """What the form sends when somebody says how it goes."""
    dolda = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    sedd = re.search(r'name="sedd"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="sedd"', html)
    sett = {"sedd": sedd[1] or sedd[2]} if sedd else {}
    return dict(dolda) | sett | {"status": "pagar", "bedomning": "enligt_plan", "kommentar": kommentar}


def _fragor(klient: Client) -> int:
    ut: list[str] = []

    def lyssna(kor: Any, sql: str, *resten: Any) -> Any:
        ut.append(sql)
        return kor(sql, *resten)

    adress = f"{INSATSEN}lage/"
    falten = lagets_falt(klient.get(adress).content.decode(), "Så många frågor")
    with connection.execute_wrapper(lyssna):
        svar = klient.post(adress, falten)
    if svar.status_code != 302 or settings.DEBUG:
        raise RuntimeError("Läget sparades inte.")
    return len(ut)
