"""Where a stadskärna stands, for those who steer; and the eight beside each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from aktorer.models import Aktor, Anvandare
from insatser.fragor import oversikt as fragor
from insatser.models import (
    Aktivitet,
    Fardplan,
    Handlingsplan,
    Insats,
    Lagesrapport,
    Medverkan,
    Mote,
    Samverkansorgan,
    Stadskarna,
)
from insatser.regler.period import kvartal_i_ord
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA = "/flemingsberg/oversikt/"
SIDOR = [SIDA, "/oversikt/", "/oversikt/insatser/"]
IDAG = klocka.IDAG
SEDAN = date(klocka.TILL + 1, 1, 1)  # when the example plan is over
BESOKARE = AnonymousUser()


@pytest.fixture
def styrgruppen() -> Samverkansorgan:
    return Samverkansorgan.objects.get(slag="styrgrupp", till=None)


class Tal(HTMLParser):
    """[(number, address)] of the links of a page whose text begins or ends with a number, and the bare numbers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lankar: list[tuple[int, str]] = []
        self.adress, self.text = "", ""
        self.feed(html[html.index("<main") : html.index("</main>")])

    def handle_starttag(self, tagg: str, attribut: list[tuple[str, str | None]]) -> None:
        if tagg == "a":
            self.adress, self.text = dict(attribut)["href"] or "", ""

    def handle_data(self, text: str) -> None:
        self.text += text

    def handle_endtag(self, tagg: str) -> None:
        tal = re.match(r"\s*(\d+)(?![-\d])|.*: (\d+)$", self.text) if tagg == "a" else None
        if tal and not self.adress.startswith("#"):
            self.lankar.append((int(tal[1] or tal[2]), self.adress))


@pytest.mark.parametrize("sida", [SIDA, "/oversikt/"])
def test_varje_tal_leder_till_listan_bakom(
    client: Client, styrgrupp: Anvandare, insats: Callable[[str], Insats], aktor: Callable[[str], Aktor], sida: str
) -> None:
    # Region Stockholm only takes part in 1.5: it must not count as one of those that it answers for.
    Medverkan.objects.get_or_create(insats=insats("1.5"), aktor=aktor("region-stockholm"), roll="medverkande")
    client.force_login(styrgrupp)

    lankar = Tal(platt(client.get(sida))).lankar

    assert len(lankar) > 30
    assert [(n, len(client.get(adress).context["rader"]), adress) for n, adress in lankar] == [
        (n, n, adress) for n, adress in lankar
    ]


def test_kartorna_summerar_till_alla_insatser(client: Client, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)

    sidan = client.get(SIDA).context
    bedomning, status = sidan["bedomningar"], sidan["statusar"]

    assert (status.antal, bedomning.antal, [r.antal for r in status.rader]) == (18, 18, [5, 4, 4, 5])
    assert [(r.ord, r.antal) for r in bedomning.summa] == [
        ("Enligt plan", 9),
        ("Risk för avvikelse", 3),
        ("Avviker", 1),
        ("Ingen bedömning", 5),
    ]
    assert [r.styrka for rad in bedomning.rader for r in rad.rutor if r.kod == "avviker"] == [0, 4, 0, 0]


def test_under_siffran_star_antalet_vid_styrgruppens_mote(
    client: Client,
    styrgrupp: Anvandare,
    flemingsberg: Fardplan,
    styrgruppen: Samverkansorgan,
    insats: Callable[[str], Insats],
    lage: Any,
) -> None:
    Lagesrapport.objects.update(aterkallad=timezone.now())
    motet, karna = timezone.localdate() - timedelta(days=9), flemingsberg.stadskarna
    Mote.objects.create(organ=styrgruppen, datum=motet)
    for dag, bedomning in [(motet, "enligt_plan"), (motet + timedelta(days=2), "avviker")]:
        lage(insats("1.3"), karna, datum=dag, bedomning=bedomning, kommentar="Sent ute")
    lage(insats("1.4"), karna, datum=motet, bedomning="enligt_plan")
    client.force_login(styrgrupp)

    svar = client.get(SIDA)
    forsta = svar.context["bedomningar"].rader[0]

    assert {r.kod: (r.da, r.antal) for r in forsta.rutor} == {"enligt_plan": (2, 1), "avviker": (0, 1), "ingen": (3, 3)}
    assert '<span class="forut">2 → 1</span>' in platt(svar)
    assert "styrgruppens senaste möte, → i dag." in platt(svar)


def test_det_som_blivit_samre_star_forst(
    flemingsberg: Fardplan, styrgruppen: Samverkansorgan, insats: Callable[[str], Insats], lage: Any
) -> None:
    Lagesrapport.objects.update(aterkallad=timezone.now())
    Mote.objects.create(organ=styrgruppen, datum=IDAG - timedelta(days=9))
    gick = {
        "1.1": ("risk", "enligt_plan"),
        "1.2": ("enligt_plan", "risk"),
        "1.3": ("risk", "avviker"),
        "1.4": (None, "risk"),
    }
    for n, (nummer, (fore, nu)) in enumerate(gick.items()):
        for dagar, bedomning in [(20, fore), (8 - n, nu)]:
            if bedomning:
                dag = IDAG - timedelta(days=dagar)
                lage(insats(nummer), flemingsberg.stadskarna, datum=dag, bedomning=bedomning, kommentar="Så")

    (bild,) = fragor.oversikter([flemingsberg], BESOKARE, IDAG)

    assert [(r.insats.nummer, r.riktning) for r in bild.nya] == [
        ("1.3", "samre"),
        ("1.2", "samre"),
        ("1.1", "battre"),
        ("1.4", None),
    ]


def test_nytt_raknas_fran_styrgruppens_senaste_mote(
    flemingsberg: Fardplan, styrgruppen: Samverkansorgan, insats: Callable[[str], Insats], lage: Any
) -> None:
    Mote.objects.create(organ=styrgruppen, datum=IDAG - timedelta(days=2))
    lage(insats("1.1"), flemingsberg.stadskarna, datum=IDAG - timedelta(days=2))
    lage(insats("1.2"), flemingsberg.stadskarna, datum=IDAG - timedelta(days=1))

    (bild,) = fragor.oversikter([flemingsberg], BESOKARE, IDAG)

    assert (bild.sedan, bild.nasta_mote) == (IDAG - timedelta(days=2), None)
    assert [r.insats.nummer for r in bild.nya] == ["1.2"]


@pytest.mark.parametrize(("dagar", "antal"), [(-1, 1), (0, 1), (1, 2)])
def test_en_gemensam_styrgrupp_motes_for_alla(
    flemingsberg: Fardplan, haninge: Fardplan, styrgruppen: Samverkansorgan, dagar: int, antal: int
) -> None:
    egen = styrgruppen.stadskarna_id
    gemensam = Samverkansorgan.objects.create(namn="Styrgrupp för alla", slag="styrgrupp")
    kommande = Mote.objects.create(organ=gemensam, datum=IDAG + timedelta(days=3))
    Mote.objects.create(organ=gemensam, datum=IDAG + timedelta(days=1), installt=True)
    nasta = Mote.objects.create(organ=styrgruppen, datum=IDAG + timedelta(days=dagar))

    bilder = fragor.oversikter([flemingsberg, haninge], BESOKARE, IDAG)

    assert egen == flemingsberg.stadskarna_id
    assert [b.nasta_mote for b in bilder] == [nasta if dagar >= 0 else kommande, kommande]
    assert (bilder[0].mote == nasta) == (dagar < 0)


def test_bara_beslutade_planers_aktiviteter_kan_vara_sena(flemingsberg: Fardplan, styrgrupp: Anvandare) -> None:
    utkast = fragor.oversikter([flemingsberg], styrgrupp, date(klocka.TILL, 12, 31))[0].sena
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad")

    sena = fragor.oversikter([flemingsberg], styrgrupp, SEDAN)[0].sena

    i_planen = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True)
    assert utkast == []
    assert len(sena) == i_planen.exclude(status__in=["genomford", "avbruten"]).count()


def test_det_som_inte_har_borjat_i_tid_ar_ocksa_sent(flemingsberg: Fardplan) -> None:
    i_planen = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True)
    i_planen.update(start=klocka.kvartal(-1), slut=klocka.kvartalsslut(0), status="pagar")
    forsta = i_planen.order_by("pk")[0]
    Aktivitet.objects.filter(pk=forsta.pk).update(status="planerad")
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad")

    (bild,) = fragor.oversikter([flemingsberg], BESOKARE, IDAG)

    sager = f"Inte påbörjad, skulle ha börjat {kvartal_i_ord(klocka.kvartal(-1))}"
    assert [(a, str(sen)) for a, sen in bild.sena] == [(forsta, sager)]


def test_den_som_vantat_langst_kommer_forst(flemingsberg: Fardplan) -> None:
    i_planen = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True)
    forst, sedan, avslutad = i_planen.order_by("pk")[:3]
    i_planen.update(start=klocka.kvartal(1), slut=klocka.kvartalsslut(1), status="planerad")
    i_planen.filter(pk=sedan.pk).update(start=klocka.kvartal(-3), slut=klocka.kvartalsslut(-2))
    i_planen.filter(pk=forst.pk).update(start=klocka.kvartal(-3))
    i_planen.filter(pk=avslutad.pk).update(start=klocka.kvartal(-3), slut=klocka.kvartalsslut(-3), utfall="klar")
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad")

    (bild,) = fragor.oversikter([flemingsberg], BESOKARE, IDAG)

    assert [a for a, _ in bild.sena] == [forst, sedan]


@pytest.mark.parametrize(
    ("sist", "andrad"), [({}, False), ({"status": "pausad"}, True), ({"kommentar": "Upphandlingen dröjer"}, True)]
)
def test_bara_det_som_star_annorlunda_till_ar_andrat(
    client: Client, styrgrupp: Anvandare, insats: Callable[[str], Insats], sist: dict[str, str], andrad: bool
) -> None:
    karna, sagt = insats("4.3").fardplan.stadskarna, {"status": "pagar", "bedomning": "risk", "kommentar": "Sent ute"}
    for dagar, ord_ in [(200, sagt), (10, sagt | {"status": "avbruten"}), (5, sagt | sist)]:
        Lagesrapport.objects.create(
            insats=insats("4.3"), stadskarna=karna, datum=timezone.localdate() - timedelta(days=dagar), **ord_
        )
    client.force_login(styrgrupp)

    bild = client.get("/flemingsberg/oversikt/").context["o"]
    listan = client.get(f"/flemingsberg/insatskarta/?sedan={bild.sedan}").context["karta"].insatser

    assert ("4.3" in {r.insats.nummer for r in bild.nya}) is andrad
    assert {i.nummer for i in listan} == {r.insats.nummer for r in bild.nya}


def test_listan_sager_bara_det_urval_den_gor(client: Client, styrgrupp: Anvandare) -> None:
    client.force_login(styrgrupp)

    svar = client.get("/oversikt/insatser/?q=cykel&malomrade=1&status=pagar")

    assert "cykel" not in platt(svar)
    assert "Urval: status pågår</p>" in platt(svar)


def test_en_plan_som_andras_ar_ingens_sak_utifran(flemingsberg: Fardplan, styrgrupp: Anvandare) -> None:
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad", andras=True)

    sedda = [fragor.oversikter([flemingsberg], vem, SEDAN)[0].sena for vem in (BESOKARE, styrgrupp)]

    assert [bool(sena) for sena in sedda] == [False, True]


def test_tysta_aktorer_raknas(flemingsberg: Fardplan) -> None:
    senast = Lagesrapport.objects.order_by("-datum").first().datum

    (bild,) = fragor.oversikter([flemingsberg], BESOKARE, senast + timedelta(days=200))

    assert len(bild.tysta) == 16  # of 18: one is genomförd, one avbruten
    assert [(a and a.slug, n) for a, n in bild.tysta_aktorer] == [("region-stockholm", 8), (None, 8)]


@pytest.mark.parametrize("roll", ["tjansteperson", "styrgrupp", "planerare"])
def test_bara_inloggade_ser_oversikten(client: Client, person: Callable[..., Anvandare], roll: str) -> None:
    utan = [client.get(s).status_code for s in SIDOR]
    client.force_login(person(roll, "huddinge-kommun"))

    assert utan == [302, 302, 200]  # the list is open to all, of what they may see
    assert [client.get(s).status_code for s in SIDOR] == [200] * 3


@pytest.mark.parametrize("antal", [8, 80])
@pytest.mark.parametrize("sida", SIDOR)
def test_alla_karnor_kostar_lika_mycket(
    client: Client, styrgrupp: Anvandare, flemingsberg: Fardplan, django_assert_num_queries: Any, sida: str, antal: int
) -> None:
    for n in range(8, antal):
        karna = Stadskarna.objects.create(namn=f"Kärna {n}", slug=f"karna-{n}", ordning=100 + n)
        Fardplan.objects.create(program=flemingsberg.program, stadskarna=karna, publicerad=True, karaktar="Så.")
    client.force_login(styrgrupp)

    with django_assert_num_queries(9):
        svar = client.get(f"{sida}?sida=99")

    assert ("Kärna 79" in platt(svar).split("<main")[1]) == (antal == 80 and sida != SIDA)


@pytest.mark.parametrize(
    ("fraga", "antal"),
    [
        ("", 81),
        ("status=genomford", 1),
        ("status=ingen&aktor=ingen", 1),
        ("bedomning=risk", 4),
        ("bedomning=ingen&status=ej_paborjad", 2),
        ("status=strunt", 81),
        ("bedomning=avviker&status=ingen", 0),
    ],
)
def test_listan_over_alla_karnor_gar_att_valja_i(client: Client, styrgrupp: Anvandare, fraga: str, antal: int) -> None:
    client.force_login(styrgrupp)

    assert len(client.get(f"/oversikt/insatser/?{fraga}").context["rader"]) == antal


@pytest.mark.parametrize(("dagar", "tysta"), [(120, False), (121, True)])
def test_det_aldrig_rapporterade_ar_nytt_innan_det_ar_tyst(
    som_planerare: Client, haninge: Fardplan, dagar: int, tysta: bool
) -> None:
    """The gemensamma insatser of a stadskärna where hardly anything has been reported."""
    Insats.objects.update(skapad=timezone.now() - timedelta(days=dagar))

    (bild,) = fragor.oversikter([haninge], BESOKARE, timezone.localdate())
    laget, kartan = (platt(som_planerare.get(f"/haninge/{sida}/")) for sida in ("laget", "insatskarta"))

    aldrig = [r for r in bild.rader if r.lage is None]
    alla, nya = len(aldrig), 0 if tysta else len(aldrig)
    assert [r.tyst for r in aldrig] == [tysta] * alla != []
    assert (laget.count('<span class="tag">Ny</span>'), kartan.count('<span class="tag">Ny</span>')) == (nya, nya)
    assert kartan.count("Inte uppdaterad på 121 dagar") == alla - nya
