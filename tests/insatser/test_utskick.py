"""Mails: what is queued, and that each is sent once, to a real mail server, whatever happens to the sender."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date, timedelta
from html import unescape
from smtplib import SMTPRecipientsRefused
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aktorer.models import Anvandare
from insatser.andringar import uppfoljning, utskick
from insatser.fragor import lank, tystnad
from insatser.fragor import uppfoljning as fragor
from insatser.models import Fardplan, Insats, Korning, Lagesrapport, Mottagare, Omgang, Stadskarna, Utskick
from insatser.regler import paminnelse
from insatser.utbyte.mejl import sandning
from insatser.utbyte.mejl.brev import bygg
from tests import klocka
from tests.conftest import Brevlada
from tests.sidtext import platt

IDAG = klocka.IDAG


def databasadress() -> str:
    """Of this test's database, for another process."""
    db = connection.settings_dict
    host = quote(str(db["HOST"]), safe="")
    return f"postgresql://{quote(str(db['USER']))}:{quote(str(db['PASSWORD']))}@/{db['NAME']}?host={host}&port={db['PORT']}"


def kor(port: int, **egna: str) -> subprocess.Popen[str]:
    """`manage.py skicka_paminnelser` as a process of its own, on this test's database."""
    miljo = (
        os.environ
        | klocka.miljo()
        | {
            "DATABASE_URL": databasadress(),
            "SECRET_KEY": settings.SECRET_KEY,
            "MEJL_SERVER": f"smtp://127.0.0.1:{port}",
            "BASADRESS": "http://fardplan.example",
            **egna,
        }
    )
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
    return uppfoljning.oppna(av=None, fardplan=plan, namn="Läget", deadline=sista, fragor=fragor.amnen([plan]))


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
def test_forbindelsen_bryts_efter_mejlet_det_skickas_inte_igen(brevlada: tuple[Brevlada, int]) -> None:
    """The server has taken the mail, and the line breaks before it says so."""
    lada, port = brevlada
    oppna()
    lada.bryter_efter = 1

    bruten, fel = klar(kor(port))
    igen, _ = klar(kor(port))

    assert (bruten, "1 mejl avbröts mitt i sändningen" in fel, igen) == (1, True, 0), fel
    assert lada.till == ["botkyrka@fardplan.example", "tjansteperson@fardplan.example"]
    assert Utskick.objects.get(skickat=None).paborjat


@pytest.mark.django_db(transaction=True)
def test_en_avsandare_som_inte_ar_en_adress_sags_och_inget_fastnar(brevlada: tuple[Brevlada, int]) -> None:
    _, port = brevlada
    oppna()

    kod, ut = klar(kor(port, MEJL_FRAN="en@prov.example, tva@prov.example"))

    assert (kod, "2 mejl går inte att skriva" in ut, Utskick.objects.vantar().count()) == (1, True, 2), ut
    assert Korning.objects.get().skickade == 0


@pytest.mark.django_db(transaction=True)
def test_en_okand_adress_stoppar_inte_de_andra(brevlada: tuple[Brevlada, int]) -> None:
    lada, port = brevlada
    oppna()
    lada.nekar = {"tjansteperson@fardplan.example": "550 Finns inte"}

    kod, ut = klar(kor(port))

    assert (kod, lada.till, "1 mejl nekades av mejlservern" in ut) == (0, ["botkyrka@fardplan.example"], True)
    assert [u.fel for u in Utskick.objects.avvisade()] == ["550 Finns inte"]


@pytest.mark.django_db(transaction=True)
def test_ett_nekat_brev_stoppar_inte_de_andra(brevlada: tuple[Brevlada, int]) -> None:
    lada, port = brevlada
    oppna()
    lada.nekar_text = {"tjansteperson@fardplan.example": "554 Ser ut som skräppost"}

    klar(kor(port))

    assert lada.till == ["botkyrka@fardplan.example"]
    assert [u.fel for u in Utskick.objects.avvisade()] == ["554 Ser ut som skräppost"]


@pytest.mark.django_db(transaction=True)
def test_ett_nej_for_stunden_provas_igen_nasta_gang(brevlada: tuple[Brevlada, int]) -> None:
    """Greylisting: a server that does not know us says "come back later"."""
    lada, port = brevlada
    oppna()
    lada.nekar = {"tjansteperson@fardplan.example": "450 Kom tillbaka senare"}

    kod, _ = klar(kor(port))
    forst, vantar = lada.till, [u.fel for u in Utskick.objects.vantar()]
    lada.nekar = {}
    klar(kor(port))

    assert (kod, forst, vantar) == (0, ["botkyrka@fardplan.example"], ["450 Kom tillbaka senare"])
    assert lada.till == ["botkyrka@fardplan.example", "tjansteperson@fardplan.example"]


@pytest.mark.django_db(transaction=True)
def test_en_server_som_stanger_lamnas_i_fred(brevlada: tuple[Brevlada, int]) -> None:
    lada, port = brevlada
    oppna()
    lada.nekar = dict.fromkeys(Utskick.objects.values_list("anvandare__epost", flat=True), "421 Stänger för kvällen")

    kod, ut = klar(kor(port))

    assert (kod, "421 Stänger för kvällen" in ut, Utskick.objects.vantar().count()) == (1, True, 2)


@pytest.mark.django_db(transaction=True)
def test_forsenade_mejl_kommer_i_ett_aven_fran_tva_processer(brevlada: tuple[Brevlada, int]) -> None:
    """The mail server was down for days: who had two mails waiting gets one, which tells of both."""
    lada, port = brevlada
    manga(8)
    oppna()
    oppna()
    dagar = [timezone.localdate() - timedelta(days=3), timezone.localdate() - timedelta(days=2)]
    for person in Anvandare.objects.filter(utskick__isnull=False).distinct():
        for rad, dag in zip(person.utskick.order_by("dag"), dagar, strict=True):
            Utskick.objects.filter(pk=rad.pk).update(dag=dag)

    slut = [klar(p) for p in [kor(port), kor(port)]]

    assert [kod for kod, _ in slut] == [0, 0], slut
    assert Counter(Counter(lada.till).values()) == {1: 10}
    assert set(Utskick.objects.values_list("dag", "skickat__date")) == {(timezone.localdate(), timezone.localdate())}
    assert (Utskick.objects.filter(med=None).count(), Utskick.objects.count()) == (10, 20)


@pytest.mark.django_db(transaction=True)
def test_tva_som_koar_till_samma_person_far_var_sin_dag() -> None:
    person = Anvandare.objects.get(epost="tjansteperson@fardplan.example")

    omgang = Omgang.objects.create(namn="Läget", deadline=timezone.localdate())

    def koa(om: Omgang | None) -> date:
        with transaction.atomic():
            dag = utskick.lagg_i_ko(person, Utskick.Slag.FORE, om).dag
            time.sleep(0.5)  # long enough for the other to have looked for a free day
        connection.close()
        return dag

    with ThreadPoolExecutor(2) as tradar:
        dagar = sorted(tradar.map(koa, [omgang, None]))

    assert [dag - timezone.localdate() for dag in dagar] == [timedelta(0), timedelta(days=1)]


@pytest.mark.django_db(transaction=True)
def test_den_som_ber_om_en_lank_skickar_inte_alla_andras_mejl(client: Client) -> None:
    oppna()

    client.post(reverse("ny_lank"), {"epost": "tjansteperson@fardplan.example"})

    borjan = time.monotonic()
    while not Utskick.objects.exclude(skickat=None).exists() and time.monotonic() - borjan < 30:
        time.sleep(0.05)
    time.sleep(0.5)
    assert [b.to for b in mail.outbox] == [["tjansteperson@fardplan.example"]]
    assert set(Utskick.objects.filter(paborjat=None).values_list("slag", flat=True)) == {"omgang"}


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


@pytest.mark.django_db(transaction=True)
def test_mejlprogram_kan_lasa_avanmalan_och_anvanda_den(brevlada: tuple[Brevlada, int]) -> None:
    """The address stands on one line as it is; encoded or folded, no mail program finds it."""
    lada, port = brevlada
    person = Anvandare.objects.get(epost="tjansteperson@fardplan.example")
    Utskick.objects.create(anvandare=person, slag="tystnad", dag=timezone.localdate())
    doman = "en-lang-vard-som-ensam-nastan-fyller-en-rad.i-ett-mejl.fardplan.example"
    klar(kor(port, BASADRESS=f"https://{doman}", TYST_EFTER_DAGAR="1"))

    huvuden = lada.ratt[0].partition("\r\n\r\n")[0].split("\r\n")
    (rad,) = (h for h in huvuden if h.startswith("List-Unsubscribe:"))
    traff = re.fullmatch(rf"List-Unsubscribe: <https://{re.escape(doman)}(/\S+)>", rad)
    assert traff, rad
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in huvuden

    utan_sida = Client(enforce_csrf_checks=True)
    svar = utan_sida.post(traff[1], {"List-Unsubscribe": "One-Click"})
    person.refresh_from_db()
    assert (svar.status_code, person.paminnelser) == (200, False)


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
    html = platt(client.post(adress))

    assert (fore, Anvandare.objects.get(pk=tjansteperson.pk).paminnelser) == (True, False)
    assert "Du får inga fler påminnelser." in html


def test_avanmalan_med_fel_lank(client: Client, db: None) -> None:
    assert client.post(reverse("avanmal", args=["strunt"])).status_code == 404


# --- the queue


def _sandare(skickade: list[Utskick], *nekas: Exception) -> Any:
    """Takes mails in hand, or refuses them in turn."""
    kvar = list(nekas)

    def sand(rad: Utskick) -> None:
        if kvar:
            raise kvar.pop()
        skickade.append(rad)

    return sand


def test_ett_mejl_som_inte_gar_att_skriva_stoppar_inte_de_andra(gammal_omgang: Omgang) -> None:
    utskick.planera(av=None, idag=timezone.localdate(), tysta=[])
    trasigt = Utskick.objects.vantar().first()
    skickade: list[Utskick] = []

    def bygg(rad: Utskick) -> Utskick:
        if rad == trasigt:
            raise KeyError("omgang")
        return rad

    resultat = utskick.skicka(bygg, _sandare(skickade))

    assert (len(skickade), resultat.trasiga, resultat.fel) == (1, 1, "")
    assert [(u, u.fel) for u in Utskick.objects.vantar()] == [(trasigt, "Mejlet går inte att skriva: 'omgang'")]


def test_ett_mejl_som_vantar_paminns_inte_om(gammal_omgang: Omgang, tjansteperson: Anvandare) -> None:
    """The mail server has been down since the round opened."""
    Utskick.objects.update(paborjat=None, skickat=None)

    assert utskick.planera(av=None, idag=timezone.localdate(), tysta=[tjansteperson]) == 0


def test_en_begard_lank_gar_samma_dag_som_en_paminnelse(gammal_omgang: Omgang, tjansteperson: Anvandare) -> None:
    utskick.planera(av=None, idag=timezone.localdate(), tysta=[])
    uppfoljning.begar_lank(av=None, epost=tjansteperson.epost)
    skickade: list[Utskick] = []

    utskick.skicka(lambda rad: rad, _sandare(skickade))

    assert sorted(u.slag for u in skickade if u.anvandare == tjansteperson) == ["fore", "lank"]


def test_databasen_tillater_en_om_dagen_av_varje_sort(
    db: None, tjansteperson: Anvandare, nekas: Callable[[str], AbstractContextManager[None]]
) -> None:
    egen = {"anvandare": tjansteperson, "dag": IDAG}
    Utskick.objects.create(slag="fore", **egen)
    Utskick.objects.create(slag="lank", **egen)

    with nekas("utskick_ett_om_dagen"):
        Utskick.objects.create(slag="tystnad", **egen)
    with nekas("utskick_en_lank_om_dagen"):
        Utskick.objects.create(slag="lank", **egen)


def test_det_som_inte_behover_sagas_skickas_inte(gammal_omgang: Omgang) -> None:
    """Answered by all while the mails waited: nothing goes, and nothing says that it did."""
    utskick.planera(av=None, idag=timezone.localdate(), tysta=[])
    for m in gammal_omgang.mottagare.select_related("anvandare"):
        for p in fragor.att_svara(m):
            svar = {"status": "genomford", "kommentar": f"Klart, säger {m}", "bedomning": "enligt_plan"}
            uppfoljning.svara(av=m.anvandare, mottagare=m, punkt=p.punkt, sedd=p.lage.pk if p.lage else 0, **svar)

    resultat = utskick.skicka(bygg, sandning.sand)

    assert (resultat.skickade, len(mail.outbox), Utskick.objects.filter(dag=timezone.localdate()).count()) == (0, 0, 0)


def test_den_som_avanmalt_sig_far_inte_det_som_redan_vantar(db: None, tjansteperson: Anvandare) -> None:
    Utskick.objects.create(anvandare=tjansteperson, slag="tystnad", dag=timezone.localdate())
    Anvandare.objects.filter(pk=tjansteperson.pk).update(paminnelser=False)

    assert (utskick.skicka(bygg, sandning.sand).skickade, len(mail.outbox)) == (0, 0)


def test_omgangar_kommer_aven_till_den_som_avanmalt_sig(gammal_omgang: Omgang, tjansteperson: Anvandare) -> None:
    Anvandare.objects.filter(pk=tjansteperson.pk).update(paminnelser=False)
    utskick.planera(av=None, idag=timezone.localdate(), tysta=[])

    utskick.skicka(bygg, sandning.sand)

    assert sorted(b.to[0] for b in mail.outbox) == ["botkyrka@fardplan.example", "tjansteperson@fardplan.example"]
    assert [b.extra_headers.get("List-Unsubscribe") for b in mail.outbox] == [None, None]


@pytest.fixture
def tyst(settings: Any, tjansteperson: Anvandare) -> Callable[[], Any]:
    """The reminder about silence to Huddinge's tjänsteperson, as it goes today: nearly everything is silent."""
    settings.TYST_EFTER_DAGAR, settings.BASADRESS = 1, "https://fardplan.example"
    rad = Utskick.objects.create(anvandare=tjansteperson, slag="tystnad", dag=timezone.localdate())
    return lambda: bygg(rad)


def kropp(brev: Any) -> list[str]:
    """The mail as text, and as HTML."""
    return [brev.body, unescape(platt(brev.alternatives[0].content))]


@pytest.mark.usefixtures("alla_publicerade")
def test_tystnadsmejlet_namner_insatserna(
    tyst: Callable[[], Any], tjansteperson: Anvandare, monkeypatch: pytest.MonkeyPatch
) -> None:
    idag = timezone.localdate()
    monkeypatch.setattr("insatser.utbyte.mejl.brev.NAMNS", 100)
    tysta = tystnad.hos(tjansteperson, idag)

    brev = tyst()

    delar = [
        del_
        for f in tysta
        for del_ in (
            f"{f.insats.nummer} {f.insats.titel}",
            f"Inte uppdaterad på {(idag - f.lage.datum).days} dagar",
            f"https://fardplan.example/insatser/{f.insats.pk}/lage/?stadskarna={f.stadskarna.slug}",
        )
    ]
    assert len(tysta) > 1
    assert [[d for d in delar if d not in k] for k in kropp(brev)] == [[], []]
    assert brev.subject == f"{len(tysta)} insatser i 2 stadskärnor har inte uppdaterats på länge"
    assert [f.lage.datum for f in tysta] == sorted(f.lage.datum for f in tysta)


def test_det_ingen_har_rapporterat_pa_lange_namns_i_mejlet(
    tyst: Callable[[], Any], insats: Callable[[str], Insats], tjansteperson: Anvandare, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never reported: new at first, and silent after as many days as anything else."""
    monkeypatch.setattr("insatser.utbyte.mejl.brev.NAMNS", 100)
    aldrig = insats("4.3")
    fore = tyst().body
    Insats.objects.filter(pk=aldrig.pk).update(skapad=timezone.now() - timedelta(days=500))

    efter = tyst().body

    assert (str(aldrig) in fore, str(aldrig) in efter) == (False, True)
    assert "Inte uppdaterad på 500 dagar" in efter


def test_mejlet_marker_det_som_ar_pahittat(
    tyst: Callable[[], Any],
    lage: Callable[..., Lagesrapport],
    insats: Callable[[str], Insats],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The silence after an invented report is invented too; that after a real one in the same mail is not."""
    monkeypatch.setattr("insatser.utbyte.mejl.brev.NAMNS", 100)
    lage(insats("1.3"), Stadskarna.objects.get(slug="flemingsberg"), datum=klocka.om(-5))

    rader = tyst().body.splitlines()

    sagt = [(rad[:3], rader[n + 1]) for n, rad in enumerate(rader[:-1]) if re.match(r"\d\.\d+ ", rad)]
    assert [n for n, ord_ in sagt if not ord_.endswith(" (exempeldata)")] == ["1.3"]
    assert len(sagt) > 1


def test_tystnadsmejlet_om_en_enda_insats(tyst: Callable[[], Any], tjansteperson: Anvandare, settings: Any) -> None:
    aldst = tystnad.hos(tjansteperson, timezone.localdate())[0]
    settings.TYST_EFTER_DAGAR = (timezone.localdate() - aldst.lage.datum).days - 1

    brev = tyst()

    assert brev.subject == "En insats i Flemingsberg har inte uppdaterats på länge"
    assert all("hur det går med den här insatsen i Flemingsberg." in text for text in kropp(brev))
    assert "(Flemingsberg)" not in brev.body


def test_tystnadsmejlet_namner_bara_de_tystaste(
    tyst: Callable[[], Any], tjansteperson: Anvandare, monkeypatch: pytest.MonkeyPatch
) -> None:
    tysta = tystnad.hos(tjansteperson, timezone.localdate())
    monkeypatch.setattr("insatser.utbyte.mejl.brev.NAMNS", 1)

    brev = tyst()

    for text in kropp(brev):
        assert [str(f.insats) in text for f in tysta] == [True] + [False] * (len(tysta) - 1)
        assert f"och {len(tysta) - 1} till." in text
        assert "https://fardplan.example/mitt-arbete/" in text


@pytest.mark.usefixtures("alla_publicerade")
def test_tystnadsmejlet_namner_karnan_nar_det_ar_flera(
    tyst: Callable[[], Any], lage: Any, insats: Any, rolla: Any, haninge: Fardplan
) -> None:
    gemensam = rolla("1.1", insats("1.1").version, "huddinge-kommun")
    lage(gemensam, haninge.stadskarna, datum=timezone.localdate() - timedelta(days=143))

    brev = tyst()

    for text in kropp(brev):
        assert "(Haninge stadskärna)" in text
        assert "(Flemingsberg)" in text
        assert "Inte uppdaterad på 143 dagar" in text
        assert f"https://fardplan.example/insatser/{gemensam.pk}/lage/?stadskarna=haninge" in text
    assert "i 3 stadskärnor har inte uppdaterats" in brev.subject


def test_tystnadsmejlet_gar_inte_nar_nagon_har_rapporterat(tyst: Callable[[], Any], settings: Any) -> None:
    settings.TYST_EFTER_DAGAR = 3650

    assert tyst() is None


def test_den_som_far_en_fraga_kan_svara_den_som_fragar(gammal_omgang: Omgang, planerare: Anvandare) -> None:
    Omgang.objects.update(oppnad_av=planerare)
    rad = Utskick.objects.select_related("omgang").first()

    brev = bygg(rad)

    assert brev is not None
    (svar_till,) = brev.message()["Reply-To"].addresses
    assert (svar_till.display_name, svar_till.addr_spec) == (str(planerare), planerare.epost)
    for text in kropp(brev):
        assert f"{planerare}, {planerare.aktor} (" in text
        assert planerare.epost in text


def test_tystnadsmejlet_besvaras_av_den_som_fragade_sist(
    gammal_omgang: Omgang, tyst: Callable[[], Any], planerare: Anvandare
) -> None:
    utan = tyst()
    Omgang.objects.update(oppnad_av=planerare)

    med = tyst()

    assert (utan.reply_to, "Svara på mejlet" in utan.body) == ([], False)
    assert planerare.epost in med.reply_to[0]
    assert all(planerare.epost in text for text in kropp(med))


@pytest.mark.parametrize("aktiv", [None, False])
def test_ingen_svarsadress_till_den_som_inte_finns_kvar(
    gammal_omgang: Omgang, planerare: Anvandare, aktiv: bool | None
) -> None:
    if aktiv is False:
        Anvandare.objects.filter(pk=planerare.pk).update(is_active=False)
        Omgang.objects.update(oppnad_av=planerare)

    brev = bygg(Utskick.objects.select_related("omgang").first())

    assert brev is not None
    assert (brev.reply_to, "Svara på mejlet" in brev.body) == ([], False)


def test_en_ny_lank_besvaras_av_den_som_fragar(
    gammal_omgang: Omgang, planerare: Anvandare, tjansteperson: Anvandare
) -> None:
    Omgang.objects.update(oppnad_av=planerare)

    brev = bygg(Utskick.objects.create(anvandare=tjansteperson, slag="lank", dag=timezone.localdate()))

    assert brev is not None
    assert planerare.epost in brev.reply_to[0]
    assert all("Flemingsberg" in text and planerare.epost in text for text in kropp(brev))


@pytest.mark.parametrize(("alla", "var"), [(False, "Flemingsberg"), (True, "alla stadskärnor")])
@pytest.mark.parametrize("slag", ["omgang", "fore", "efter"])
def test_amnet_sager_vilken_omgang_och_var(gammal_omgang: Omgang, slag: str, alla: bool, var: str) -> None:
    Omgang.objects.update(namn="Läget\ni mars", **{"fardplan": None} if alla else {})
    Utskick.objects.update(slag=slag)

    brev = bygg(Utskick.objects.first())

    assert brev is not None
    assert brev.subject.endswith(f" (Läget i mars, {var})")
    assert all(var in text for text in kropp(brev))


def test_tystnadsmejlet_har_avanmalan_i_huvudet(tyst: Callable[[], Any]) -> None:
    brev = tyst()

    assert brev is not None
    assert brev.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert brev.extra_headers["List-Unsubscribe"].strip("<>") in brev.body


@pytest.mark.parametrize(
    ("slag", "dagar_kvar", "amne"),
    [
        ("omgang", 3, "Hur går det? Svara senast"),
        ("omgang", -3, "Hur går det?"),
        ("fore", 3, "Påminnelse: svara senast"),
        ("fore", -3, "Vi saknar ditt svar från"),
        ("efter", 3, "Påminnelse: svara senast"),
        ("efter", -3, "Vi saknar ditt svar från"),
        ("tidigare", 3, "Ny sista dag: svara senast"),
        ("tidigare", -3, "Vi saknar ditt svar från"),
    ],
)
def test_mejlet_ar_sant_den_dag_det_gar(gammal_omgang: Omgang, slag: str, dagar_kvar: int, amne: str) -> None:
    """It may have waited for the mail server, and the last day may have been moved."""
    Omgang.objects.update(deadline=timezone.localdate() + timedelta(days=dagar_kvar))
    rad = Utskick.objects.select_related("omgang").first()
    rad.slag = slag

    brev = bygg(rad)

    assert brev is not None
    assert brev.subject.startswith(amne)
    assert ("men du hinner fortfarande" in brev.body) == (dagar_kvar < 0)


# --- the page of the mails

SIDA = "/flemingsberg/uppfoljning/mejl/"


@pytest.mark.parametrize(("roll", "kod"), [("styrgrupp", 403), ("tjansteperson", 403), ("planerare", 200)])
def test_vem_som_ser_mejlen(client: Client, person: Callable[..., Anvandare], roll: str, kod: int) -> None:
    client.force_login(person(roll, "huddinge-kommun"))

    svar = [client.get(SIDA), client.post(f"{SIDA}skicka/", follow=True), client.post(f"{SIDA}0/igen/")]

    assert [s.status_code for s in svar] == [kod, kod, 404 if kod == 200 else kod]


def test_sidan_sager_att_mejlservern_ar_nere(som_planerare: Client, gammal_omgang: Omgang) -> None:
    utskick.planera(av=None, idag=timezone.localdate(), tysta=[])
    resultat = utskick.skicka(lambda rad: rad, _sandare([], utskick.Nere("Ingen svarar")))
    utskick.bokfor(av=None, idag=timezone.localdate(), paminnelser=2, ersattare=0, resultat=resultat)

    html = platt(som_planerare.get(SIDA))

    delar = ["Orsak: Ingen svarar", "Väntar (2)", "Inget är förlorat", "Stannade: Ingen svarar", "2 nya påminnelser"]
    assert [d for d in delar if d not in html] == []


def test_det_som_vantar_gar_att_skicka_fran_sidan(som_planerare: Client, gammal_omgang: Omgang) -> None:
    utskick.planera(av=None, idag=timezone.localdate(), tysta=[])

    html = platt(som_planerare.post(f"{SIDA}skicka/", follow=True))

    sandning.skicka_vantande()
    efter = platt(som_planerare.get(SIDA))
    assert ("2 mejl skickas nu." in html, "Inget mejl väntar." in efter, len(mail.outbox)) == (True, True, 2)


@pytest.mark.parametrize(
    ("vantande", "text"),
    [
        (0, "Inget mejl skickas.</span>"),
        (1, "Inget mejl skickas. Ett väntar till en senare dag: ingen får två mejl samma dag."),
        (2, "Inget mejl skickas. 2 väntar till en senare dag: ingen får två mejl samma dag."),
    ],
)
def test_varfor_inget_skickades(
    som_planerare: Client, gammal_omgang: Omgang, capsys: pytest.CaptureFixture[str], vantande: int, text: str
) -> None:
    """Each has got one today, and another was queued. The page, the answer and the command count alike."""
    idag, nu = timezone.localdate(), timezone.now()
    # Nobody is to be reminded, and nothing is in a hurry.
    Omgang.objects.update(deadline=idag + timedelta(days=30))
    gammal_omgang.refresh_from_db()
    for person in [m.anvandare for m in gammal_omgang.mottagare.all()][:vantande]:
        Utskick.objects.create(anvandare=person, slag="fore", omgang=gammal_omgang, dag=idag, paborjat=nu, skickat=nu)
        utskick.lagg_i_ko(person, Utskick.Slag.OMGANG, gammal_omgang)

    sidan = platt(som_planerare.post(f"{SIDA}skicka/", follow=True))
    call_command("skicka_paminnelser")

    assert text in sidan
    assert f"Väntar ({vantande})" in sidan
    assert f" 0 mejl skickade, {vantande} väntar." in capsys.readouterr().out


def test_det_som_inte_gick_visas_inte_som_gjort(som_planerare: Client, gammal_omgang: Omgang, settings: Any) -> None:
    smtp = "insatser.utbyte.mejl.server.Smtp"
    settings.MAILERS = {"default": {"BACKEND": smtp, "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 5}}}
    utskick.planera(av=None, idag=timezone.localdate(), tysta=[])

    som_planerare.post(f"{SIDA}skicka/")
    sandning.skicka_vantande()

    assert "Mejl har inte kunnat lämnas till mejlservern." in platt(som_planerare.get(SIDA))


@contextmanager
def _droppande_server(*svar: bytes) -> Iterator[int]:
    """The port of a mail server that answers so, then a byte at a time, and comes to no end."""

    def tala(lyssnar: socket.socket) -> None:
        sock, _ = lyssnar.accept()
        with sock, suppress(OSError):
            for ett in svar:
                sock.sendall(ett)
                sock.recv(1 << 16)
            while True:
                sock.sendall(b"2")
                time.sleep(0.02)

    with socket.create_server(("127.0.0.1", 0)) as lyssnar:
        Thread(target=tala, args=[lyssnar], daemon=True).start()
        yield lyssnar.getsockname()[1]


@pytest.mark.parametrize(
    ("svar", "vantar", "oklara"), [([], 1, 0), ([b"220 hej\r\n", b"250 hej\r\n"], 0, 1)], ids=["hälsningen", "mejlet"]
)
def test_en_server_som_svarar_droppvis_haller_inte_upp_nagon(
    gammal_omgang: Omgang, settings: Any, svar: list[bytes], vantar: int, oklara: int
) -> None:
    """Each byte comes in time; all together they do not. What was begun is not sent again by itself."""
    person = gammal_omgang.mottagare.earliest("pk").anvandare
    utskick.lagg_i_ko(person, Utskick.Slag.OMGANG, gammal_omgang)
    with _droppande_server(*svar) as port:
        val = {"host": "127.0.0.1", "port": port, "timeout": 10, "sammanlagt": 0.3}
        settings.MAILERS = {"default": {"BACKEND": "insatser.utbyte.mejl.server.Smtp", "OPTIONS": val}}
        resultat = sandning.skicka_vantande()
    assert (resultat.skickade, resultat.vantar, resultat.oklara) == (0, vantar, oklara)
    assert "timed out" in resultat.fel


def test_ett_nekat_mejl_gar_att_skicka_igen(som_planerare: Client, gammal_omgang: Omgang) -> None:
    utskick.planera(av=None, idag=timezone.localdate(), tysta=[])
    nej = SMTPRecipientsRefused({"x": (550, b"Finns inte")})
    utskick.skicka(lambda rad: rad, _sandare([], nej))
    nekat = Utskick.objects.avvisade().get()
    fore = platt(som_planerare.get(SIDA))

    som_planerare.post(f"{SIDA}{nekat.pk}/igen/")
    sandning.skicka_vantande()

    assert "Mejlservern nekade: 550 Finns inte" in fore
    assert [b.to for b in mail.outbox] == [[nekat.anvandare.epost]]
    assert Utskick.objects.get(pk=nekat.pk).skickat


@pytest.mark.parametrize(
    ("lage", "svar"),
    [
        ({"skickat": None, "paborjat": None}, "Mejlet väntar redan på att skickas."),
        ({}, "Mejlet är redan skickat."),
        ({"skickat": None, "paborjat": "nu"}, "Mejlet skickas just nu."),
        ({"skickat": None, "paborjat": "nyss"}, "Ett mejl skickas nu."),
    ],
)
def test_vad_som_gar_att_skicka_igen(
    som_planerare: Client, gammal_omgang: Omgang, lage: dict[str, Any], svar: str
) -> None:
    rad = Utskick.objects.first()
    nu = timezone.now()
    tider = {"nu": nu, "nyss": nu - timedelta(minutes=11)}
    Utskick.objects.filter(pk=rad.pk).update(**{k: tider.get(v, v) for k, v in lage.items()})

    assert svar in platt(som_planerare.post(f"{SIDA}{rad.pk}/igen/", follow=True))


def test_ett_nytt_forsok_vantar_pa_en_ledig_dag(som_planerare: Client, gammal_omgang: Omgang) -> None:
    """The person has got another mail today."""
    nekat = Utskick.objects.first()
    Utskick.objects.filter(pk=nekat.pk).update(skickat=None, fel="550 Nej")
    nu = timezone.now()
    Utskick.objects.create(anvandare=nekat.anvandare, slag="tystnad", dag=timezone.localdate(), paborjat=nu, skickat=nu)

    html = platt(som_planerare.post(f"{SIDA}{nekat.pk}/igen/", follow=True))

    assert f"Mejlet går {timezone.localdate() + timedelta(days=1):%Y-%m-%d}" in html
    assert mail.outbox == []


@pytest.mark.parametrize(("timmar", "stannat"), [(1, False), (35, False), (37, True), (None, True)])
def test_sidan_sager_nar_timern_har_stannat(som_planerare: Client, timmar: int | None, stannat: bool) -> None:
    if timmar is not None:
        da = timezone.now() - timedelta(hours=timmar)
        Korning.objects.create(dag=timezone.localdate(da), senast=da)

    html = platt(som_planerare.get(SIDA))

    assert ("Be driften att köra" in html) == stannat


def test_en_korning_som_inget_gjorde_lamnar_ingen_historik(db: None) -> None:
    """The timer may run every ten minutes."""
    tom = utskick.Resultat(0, 0, 0, 0)
    korning = {"av": None, "idag": IDAG, "ersattare": 0}
    for antal in (2, 0, 0, 1):
        utskick.bokfor(paminnelser=antal, resultat=tom, **korning)

    assert Korning.objects.get().paminnelser == 3
    historik = apps.get_model("insatser", "KorningEvent").objects.order_by("pgh_id")
    assert list(historik.values_list("pgh_label", "paminnelser")) == [("insert", 0), ("update", 2), ("update", 3)]


def test_gamla_korningar_stadas_bort(db: None) -> None:
    for dagar in (91, 90):
        Korning.objects.create(dag=IDAG - timedelta(days=dagar), senast=timezone.now())

    utskick.bokfor(av=None, idag=IDAG, paminnelser=0, ersattare=0, resultat=utskick.Resultat(0, 0, 0, 0))

    assert set(Korning.objects.values_list("dag", flat=True)) == {IDAG, IDAG - timedelta(days=90)}


@pytest.mark.parametrize("antal", [1, 60])
def test_mejlens_sida_kostar_lika_mycket(
    som_planerare: Client, gammal_omgang: Omgang, django_assert_num_queries: Any, antal: int
) -> None:
    alla = {"anvandare": Utskick.objects.first().anvandare, "slag": "omgang", "omgang": gammal_omgang}
    nu = timezone.now() - timedelta(hours=1)
    for n in range(antal):
        dag = timezone.localdate() + timedelta(days=1 + 4 * n)
        Utskick.objects.create(dag=dag, **alla)
        Utskick.objects.create(dag=dag + timedelta(days=1), paborjat=nu, skickat=nu, **alla)
        Utskick.objects.create(dag=dag + timedelta(days=2), paborjat=nu, fel="550 Nej", **alla)
        Utskick.objects.create(dag=dag + timedelta(days=3), paborjat=nu, **alla)

    with django_assert_num_queries(9):
        html = platt(som_planerare.get(SIDA))

    assert html.count("Försök igen<") == 2 * antal
