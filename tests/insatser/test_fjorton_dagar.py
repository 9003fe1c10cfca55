"""A fortnight of mails, day by day, to a real mail server: who gets what, and that nobody gets it twice."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as klockslag
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from aktorer.models import Aktor, Anvandare
from insatser.andringar import foljning, lage, mote, notiser, uppfoljning
from insatser.andringar.insats import andra_roller
from insatser.andringar.roller import Rollrad
from insatser.fragor import uppfoljning as omgangar
from insatser.models import (
    Fardplan,
    Insats,
    Korning,
    Lagesrapport,
    Mote,
    Notis,
    Notisval,
    Samverkansorgan,
    Utskick,
)
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.period import dag_i_ord
from tests import klocka
from tests.conftest import Brevlada
from tests.insatser.test_utskick import klar, kor

# The database keeps its own clock, on the last of the days. The first is a Sunday.
START = klocka.IDAG - timedelta(days=klocka.IDAG.weekday() + 8)


def dagen(nummer: int) -> date:
    return START + timedelta(days=nummer)


# What a mail tells of, by words that stand in it.
SAKER = {
    "tillfrågad": "är tillfrågad som ansvarig",
    "avviker": "Hälsovägen avviker",
    "möte 5": f"möts {dag_i_ord(dagen(5))}",
    "möte 6": f"möts {dag_i_ord(dagen(6))}",
    "möte 12": f"möts {dag_i_ord(dagen(12))}",
    "inte möte 12": f"möts inte {dag_i_ord(dagen(12))}",
    "följd": "Ansvarig utsedd",
    "vecka": "Veckan i Flemingsberg",
    "det du följer": "Det du följer",
    "höst": "Höstens läge",
    "vinter": "Vinterns läge",
}


class Fjorton:
    """The clock, the mail server and what came of it: {person: {day: what the mail told of}}."""

    def __init__(self, lada: Brevlada, port: int, settings: Any) -> None:
        self.lada, self.port, self.settings = lada, port, settings
        self.fick: dict[str, dict[int, list[str]]] = {}
        self.resa: Any = None
        self.dag = 0

    def till(self, dag: int) -> None:
        self._bokfor()
        self.tillbaka()
        self.dag = dag
        nar = datetime.combine(dagen(dag), klockslag(12), UTC)
        self.resa = time_machine.travel(nar)
        self.resa.start()

    def tillbaka(self) -> None:
        if self.resa:
            self.resa.stop()
        self.resa = None

    def kor(self, *, port: int = 0) -> None:
        """The timer, twice. Another `port` is a server that is down or hangs: it is not waited for long."""
        smtp = {"host": "127.0.0.1", "port": port or self.port, "timeout": 1 if port else 20}
        self.settings.MAILERS = {"default": {"BACKEND": "insatser.utbyte.mejl.server.Smtp", "OPTIONS": smtp}}
        for _ in range(2):
            try:
                call_command("skicka_paminnelser")
            except SystemExit:
                assert port, "mejlservern svarade inte"

    def doda_vid_andra(self) -> None:
        """A sender of its own dies when the server has its second mail and has not said so."""
        self.lada.hall_vid = 2
        dodas = kor(self.port)
        slut = time.monotonic() + 60
        while len(self.lada.brev) < 2 and time.monotonic() < slut:
            time.sleep(0.05)
        os.kill(dodas.pid, signal.SIGKILL)
        klar(dodas)
        self.lada.hall_vid = 0
        self.lada.slapp.set()

    def slut(self) -> dict[str, dict[int, list[str]]]:
        self._bokfor()
        return self.fick

    def _bokfor(self) -> None:
        """What has come since the last time is of today."""
        brev, self.lada.brev[:] = list(self.lada.brev), []
        assert [n for n in Counter(str(b["To"]) for b in brev).values() if n > 1] == []
        for b in brev:
            text = b.get_body(("plain",)).get_content()  # type: ignore[union-attr]
            saker = sorted(vad for vad, ord_ in SAKER.items() if ord_ in text)
            self.fick.setdefault(str(b["To"]).partition("@")[0], {})[self.dag] = saker


@pytest.fixture
def fjorton(brevlada: tuple[Brevlada, int], settings: Any, transactional_db: None) -> Iterator[Fjorton]:
    """Everybody has logged in but who was only invited, and all that is before the first day is known."""
    huddinge = Aktor.objects.get(slug="huddinge-kommun")
    for namn in ("slutar", "studsar", "inbjuden"):
        Anvandare.objects.create(epost=f"{namn}@prov.example", namn=namn, roll="tjansteperson", aktor=huddinge)
    forsta = datetime.combine(START, klockslag(0), UTC)
    Anvandare.objects.exclude(namn="inbjuden").update(last_login=forsta)
    Anvandare.objects.update(paminnelser=False)  # how it has been silent is another story
    Lagesrapport.objects.update(aterkallad=forsta)  # the example data lies among the days
    notiser.samla(idag=START)
    Notisval.objects.update(sedan=forsta)
    Notis.objects.all().delete()
    Utskick.objects.all().delete()
    tid = Fjorton(*brevlada, settings)
    tid.lada.nekar = {"studsar@prov.example": "550 Finns inte"}
    yield tid
    tid.tillbaka()


class Huset:
    """The people, and what they do in Flemingsberg."""

    def __init__(self) -> None:
        self.person = {a.epost.partition("@")[0]: a for a in Anvandare.objects.select_related("aktor")}
        planer = Fardplan.objects.select_related("stadskarna", "program")
        self.plan = planer.get_by_natural_key("fardplaner-2026", "flemingsberg")
        self.insats = Insats.objects.i_fardplan(self.plan).med_nummer("1.3").get()

    def huddinge_fragas(self) -> None:
        huddinge = self.person["tjansteperson"]
        foljning.folj(av=huddinge, insats=self.insats, stadskarna=self.plan.stadskarna)
        rad = Rollrad(huddinge.aktor_id or 0, Roll.ANSVARIG, "", Deltagande.TILLFRAGAD)
        andra_roller(av=self.person["planerare"], insats=self.insats, version=self.insats.version, roller=[rad])

    def insatsen_avviker(self) -> None:
        sagt = {"status": "pagar", "bedomning": "avviker", "kommentar": "Marken är inte klar."}
        av, karna = self.person["botkyrka"], self.plan.stadskarna
        lage.rapportera(av=av, insats=self.insats, stadskarna=karna, **sagt)

    def omgang(self, namn: str, sista: int) -> None:
        fragor = omgangar.amnen([self.plan])
        av = self.person["admin"]
        uppfoljning.oppna(av=av, namn=namn, fardplan=self.plan, deadline=dagen(sista), fragor=fragor)

    def mote(self, nar: int) -> Mote:
        organ = Samverkansorgan.objects.verksamma(klocka.IDAG).get(slag="styrgrupp", stadskarna=self.plan.stadskarna)
        return mote.skapa(av=self.person["admin"], organ=organ, datum=dagen(nar))

    def motet_stalls_in(self, nu: Mote) -> None:
        mote.andra(av=self.person["admin"], mote=nu, version=nu.version, punkter=[], installt=True)


@pytest.fixture
def hangande() -> Iterator[int]:
    """The port of a server that takes the call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_fjorton_dagar(fjorton: Fjorton, hangande: int) -> None:
    huset = Huset()

    fjorton.till(0)  # Huddinge is asked, at once; who follows the insats reads of it on Monday
    huset.huddinge_fragas()
    fjorton.kor()
    fjorton.till(1)
    fjorton.kor()

    fjorton.till(2)  # somebody leaves when it has been noticed, and two processes send
    huset.insatsen_avviker()
    notiser.samla(idag=dagen(2))
    Anvandare.objects.filter(namn="slutar").update(is_active=False)
    slut = [klar(p) for p in [kor(fjorton.port), kor(fjorton.port)]]
    assert [kod for kod, _ in slut] == [0, 0], slut

    fjorton.till(3)  # two rounds and a möte, and the sender is killed when the server has the second mail
    huset.omgang("Höstens läge", 10)
    huset.omgang("Vinterns läge", 11)
    huset.mote(5)
    fjorton.doda_vid_andra()
    fjorton.kor()

    for dag, port in ((4, 1), (5, hangande), (6, 1)):  # nobody answers; one möte is over when somebody does
        fjorton.till(dag)
        if dag == 5:
            huset.mote(6)
            tolfte = huset.mote(12)
        fjorton.kor(port=port)
        assert "timed out" in Korning.objects.get(dag=dagen(dag)).fel or port == 1

    for dag in (7, 8, 9, 10, 11, 12, 13):  # the tenth the server hangs when a möte is called off
        fjorton.till(dag)
        if dag == 10:
            huset.motet_stalls_in(tolfte)
        fjorton.kor(port=hangande if dag == 10 else 0)

    assert fjorton.slut() == {
        "tjansteperson": {
            0: ["tillfrågad"],
            1: ["det du följer", "följd"],
            2: ["avviker"],
            3: ["höst", "vinter"],
            8: ["det du följer", "höst", "vinter"],  # what deviated has been told
            13: ["höst", "vinter"],
        },
        "planerare": {
            2: ["avviker"],
            3: ["möte 5"],
            7: ["möte 12"],
            8: ["höst", "möte 12", "vecka", "vinter"],
            11: ["inte möte 12"],
        },
        "styrgrupp": {3: ["möte 5"], 7: ["möte 12"], 11: ["inte möte 12"]},
        "botkyrka": {3: ["höst", "vinter"], 8: ["höst", "vinter"], 13: ["höst", "vinter"]},
        # A round may be answered without having logged in; nothing else goes to who has not.
        "inbjuden": {3: ["höst", "vinter"], 8: ["höst", "vinter"], 13: ["höst", "vinter"]},
        "slutar": {0: ["tillfrågad"]},
    }
    # One cut off, which the server had; all else that did not go was refused, and nothing waits.
    assert Counter(Utskick.objects.filter(skickat=None, med=None).values_list("anvandare__namn", "fel")) == {
        ("Exempel: Botkyrka", ""): 1,
        ("studsar", "550 Finns inte"): 5,
    }
    osagt = Notis.objects.filter(tagen=None).values_list("anvandare__namn", "slag")
    assert set(osagt) == {("slutar", "avviker"), ("Exempel: styrgrupp", "mote"), ("Exempel: planerare", "mote")}
