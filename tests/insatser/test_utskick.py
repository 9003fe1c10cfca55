"""Mails: what is queued, and that each is sent once, to a real mail server, whatever happens to the sender."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aktorer.models import Anvandare
from insatser.andringar import uppfoljning, utskick
from insatser.fragor import lank, tystnad
from insatser.fragor import uppfoljning as fragor
from insatser.models import Fardplan, Lagesrapport, Mottagare, Omgang, Utskick
from insatser.regler import paminnelse

IDAG = date(2026, 11, 21)


class Brevlada:
    """What a mail server got. `hall` makes it keep the one who delivers the n:th mail waiting for its answer."""

    def __init__(self) -> None:
        self.brev: list[EmailMessage] = []
        self.hall_vid = 0
        self.okand = ""
        self.slapp = threading.Event()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address == self.okand:
            return "550 Finns inte"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.brev.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        if len(self.brev) == self.hall_vid:
            await server.loop.run_in_executor(None, self.slapp.wait, 30)
        return "250 OK"

    @property
    def till(self) -> list[str]:
        return sorted(str(b["To"]) for b in self.brev)


@pytest.fixture
def brevlada() -> Iterator[tuple[Brevlada, int]]:
    """A mail server on loopback and its port."""
    lada = Brevlada()
    with socket.socket() as ledig:
        ledig.bind(("127.0.0.1", 0))
        port = ledig.getsockname()[1]
    server = Controller(lada, hostname="127.0.0.1", port=port)
    server.start()
    yield lada, port
    lada.slapp.set()
    server.stop()


def kor(port: int) -> subprocess.Popen[str]:
    """`manage.py skicka_paminnelser` as a process of its own, on this test's database."""
    db = connection.settings_dict
    host = quote(str(db["HOST"]), safe="")
    adress = f"postgresql://{quote(str(db['USER']))}:{quote(str(db['PASSWORD']))}@/{db['NAME']}?host={host}&port={db['PORT']}"
    miljo = os.environ | {
        "DATABASE_URL": adress,
        "SECRET_KEY": settings.SECRET_KEY,
        "MEJL_SERVER": f"smtp://127.0.0.1:{port}",
        "BASADRESS": "http://fardplan.example",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "skicka_paminnelser"],
        env=miljo,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=settings.BASE_DIR,
    )


def klar(process: subprocess.Popen[str]) -> tuple[int, str]:
    """(exit code, all it said) when it has ended."""
    with process:
        ut, fel = process.communicate(timeout=90)
    return process.returncode, ut + fel


def oppna(deadline: date | None = None) -> Omgang:
    plan = Fardplan.objects.select_related("stadskarna", "program").get_by_natural_key(
        "fardplaner-2026", "flemingsberg"
    )
    sista = deadline or timezone.localdate() + timedelta(days=30)
    return uppfoljning.oppna(av=None, fardplan=plan, namn="Läget", deadline=sista, fragor=fragor.fragor([plan]))


def manga(antal: int) -> None:
    """So many more tjänstepersoner at Huddinge."""
    huddinge = Anvandare.objects.get(epost="tjansteperson@fardplan.example").aktor
    for n in range(antal):
        Anvandare.objects.create(
            epost=f"person{n}@prov.example", namn=f"Person {n}", roll="tjansteperson", aktor=huddinge
        )


@pytest.mark.django_db(transaction=True)
def test_tva_processer_skickar_varje_mejl_en_gang(brevlada: tuple[Brevlada, int]) -> None:
    lada, port = brevlada
    manga(18)
    oppna()

    processer = [kor(port), kor(port)]
    slut = [klar(p) for p in processer]

    assert [kod for kod, _ in slut] == [0, 0], slut
    assert Counter(Counter(lada.till).values()) == {1: 20}
    assert Utskick.objects.filter(skickat=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_dodad_mitt_i_borjar_om_dar_den_slutade(brevlada: tuple[Brevlada, int]) -> None:
    lada, port = brevlada
    manga(8)
    oppna()
    lada.hall_vid = 4
    forsta = kor(port)
    borjan = time.monotonic()
    while len(lada.brev) < 4 and time.monotonic() - borjan < 60:
        time.sleep(0.05)
    os.kill(forsta.pid, signal.SIGKILL)
    klar(forsta)
    lada.slapp.set()

    kod, ut = klar(kor(port))

    assert kod == 0, ut
    assert set(Counter(lada.till).values()) == {1}
    assert len(lada.brev) == 10
    assert Utskick.objects.filter(skickat=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_mejlservern_nere_ingenting_forloras(brevlada: tuple[Brevlada, int]) -> None:
    lada, port = brevlada
    oppna()

    utan, fel = klar(kor(1))
    med, _ = klar(kor(port))

    assert (utan, "Mejlservern svarar inte" in fel) == (1, True), fel
    assert (med, len(lada.brev), len(set(lada.till))) == (0, 2, 2)


@pytest.mark.django_db(transaction=True)
def test_en_okand_adress_stoppar_inte_de_andra(brevlada: tuple[Brevlada, int]) -> None:
    lada, port = brevlada
    oppna()
    lada.okand = str(Utskick.objects.order_by("pk").first().anvandare.epost)  # type: ignore[union-attr]

    kod, _ = klar(kor(port))

    assert (kod, len(lada.brev), Utskick.objects.exclude(fel="").count()) == (0, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_mejlet_har_text_html_och_personlig_lank(brevlada: tuple[Brevlada, int], client: Client) -> None:
    lada, port = brevlada
    omgang = oppna()
    klar(kor(port))

    brev = next(b for b in lada.brev if b["To"] == "tjansteperson@fardplan.example")
    text, html = (brev.get_body((slag,)).get_content() for slag in ("plain", "html"))  # type: ignore[union-attr]
    mottagare = Mottagare.objects.get(omgang=omgang, anvandare__epost="tjansteperson@fardplan.example")
    lanken = f"http://fardplan.example{reverse('svara', args=[lank.skriv(mottagare)])}"
    delar = ["1.3 Samverka kring utvecklingen av Hälsovägen", "Svara senast"]
    assert [d for d in delar if d not in text or d not in html] == []
    assert client.get(lanken.removeprefix("http://fardplan.example")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("dagar_kvar", "slag"),
    [(10, ""), (4, ""), (3, "fore"), (0, "fore"), (-1, "efter"), (-5, "efter"), (-6, ""), (-8, "efter"), (-30, "")],
)
def test_nar_en_omgang_paminner(dagar_kvar: int, slag: str) -> None:
    assert paminnelse.omgangens(IDAG + timedelta(days=dagar_kvar), IDAG) == slag


@pytest.fixture
def gammal_omgang(db: None) -> Omgang:
    """Opened two weeks ago, to be answered by tomorrow; the mails have gone."""
    omgang = oppna(timezone.localdate() + timedelta(days=1))
    da = timezone.now() - timedelta(days=14)
    Utskick.objects.update(dag=da.date(), paborjat=da, skickat=da)
    return omgang


def test_paminnelser_laggs_i_ko_en_gang(gammal_omgang: Omgang) -> None:
    idag = timezone.localdate()

    antal = [utskick.planera(av=None, idag=idag, tysta=[]) for _ in range(2)]

    assert antal == [2, 0]
    assert set(Utskick.objects.filter(dag=idag).values_list("slag", flat=True)) == {"fore"}


@pytest.mark.parametrize(("dagar", "antal"), [(1, 0), (4, 0), (5, 2), (6, 2)])
def test_aldrig_tva_mejl_inom_fem_dagar(gammal_omgang: Omgang, dagar: int, antal: int) -> None:
    Utskick.objects.update(dag=timezone.localdate() - timedelta(days=dagar))

    assert utskick.planera(av=None, idag=timezone.localdate(), tysta=[]) == antal


def test_den_som_svarat_pa_allt_paminns_inte(gammal_omgang: Omgang, tjansteperson: Anvandare) -> None:
    mottagare = gammal_omgang.mottagare.get(anvandare=tjansteperson)
    for p in fragor.punkter(gammal_omgang, mottagare):
        uppfoljning.svara(
            av=tjansteperson,
            mottagare=mottagare,
            punkt=p.punkt,
            status="genomford",
            kommentar="Klart",
            sedd=p.lage.pk if p.lage else 0,
        )

    utskick.planera(av=None, idag=timezone.localdate(), tysta=[])

    paminda = set(Utskick.objects.filter(dag=timezone.localdate()).values_list("anvandare__epost", flat=True))
    assert "tjansteperson@fardplan.example" not in paminda


def test_tystnad_paminner_den_som_vill(db: None, tjansteperson: Anvandare, botkyrka: Anvandare) -> None:
    idag = Lagesrapport.objects.order_by("-datum").first().datum + timedelta(days=200)
    Anvandare.objects.filter(pk=botkyrka.pk).update(paminnelser=False)

    personer = tystnad.personer(idag)

    assert [p.epost for p in personer] == ["tjansteperson@fardplan.example"]
    assert [utskick.planera(av=None, idag=idag, tysta=personer) for _ in range(2)] == [1, 0]


def test_avanmalan_fragar_forst(client: Client, tjansteperson: Anvandare) -> None:
    adress = reverse("avanmal", args=[lank.skriv_avanmalan(tjansteperson)])

    client.get(adress)
    fore = Anvandare.objects.get(pk=tjansteperson.pk).paminnelser
    html = client.post(adress).content.decode()

    assert (fore, Anvandare.objects.get(pk=tjansteperson.pk).paminnelser) == (True, False)
    assert "Du får inga fler påminnelser." in html


def test_avanmalan_med_fel_lank(client: Client, db: None) -> None:
    assert client.post(reverse("avanmal", args=["strunt"])).status_code == 404
