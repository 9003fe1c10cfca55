"""A closed plan shows what held when it was closed, for ever, whatever becomes of what it is about."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pgtrigger
import pytest
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from django.urls import reverse

from aktorer.grund.kolumnval import NAMN
from aktorer.models import Aktor, Anvandare
from insatser.andringar import avslut, bilaga, kommentar
from insatser.andringar import beslut as beslutsandringar
from insatser.andringar import insats as insatsandringar
from insatser.andringar.avslut import Utfallsrad
from insatser.andringar.rattelse import ratta_beslut
from insatser.forms.aktiviteter import KOLUMNER
from insatser.models import (
    Aktivitet,
    Bidrag,
    Fardplan,
    Handlingsplan,
    Insats,
    Kontakt,
    Lagesrapport,
    Malomrade,
    Ordforklaring,
    Planavslut,
    Program,
    Samtalssak,
    Samverkansorgan,
    Stadskarna,
)
from insatser.regler.bilagetyp import Fil
from tests import klocka
from tests.pdftext import all_text, tatt
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

PLAN = klocka.PLAN
FILER = [f"{PLAN[:-1]}.pdf", f"{PLAN}lagesrapport.pdf", f"{PLAN[:-1]}.xlsx", f"{PLAN}version/1.pdf"]
ALLA = "?" + "&".join(f"{NAMN}={falt}" for falt in KOLUMNER.alla)
SKAL = "Upphandlingen dröjer"

type Sql = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def avslutad(flemingsberg: Fardplan) -> Handlingsplan:
    """The example plan, decided and closed: the first aktivitet is carried over, the others are done."""
    plan = Handlingsplan.objects.get(exempel=True)
    Bidrag.objects.create(aktor=Aktor.objects.get(slug="polisen"), ar=klocka.FRAN, belopp=70_000, fardplan=flemingsberg)
    styrgrupp = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    beslutsandringar.besluta(
        av=None, plan=plan, version=plan.version, organ=styrgrupp, datum=date(2026, 3, 19), paragraf="4"
    )
    alla = Aktivitet.objects.filter(prioritering__handlingsplan=plan).order_by("prioritering__ordning", "ordning")
    utfall = [("overford", SKAL), *[("klar", "")] * (len(alla) - 1)]
    rader = [Utfallsrad(a.pk, a.version, *u) for a, u in zip(alla, utfall, strict=True)]
    return avslut.avsluta(av=None, plan=plan, rader=rader, slutord="Bra fart.")


@pytest.fixture
def tiden_gar(
    flemingsberg: Fardplan,
    insats: Callable[[str], Insats],
    rolla: Callable[..., Insats],
    lage: Callable[..., Any],
    planerare: Anvandare,
) -> Callable[[], None]:
    """Everything around the plan changes, and more is said of it."""

    def kor() -> None:
        plan = Handlingsplan.objects.get(exempel=True)
        aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan=plan).first()
        for rad in (plan, aktivitet):
            om = Samtalssak(rad, flemingsberg.stadskarna)
            kommentar.skapa(av=planerare, sak=om, text="Så blev det sedan.")
            bilaga.bifoga(av=planerare, sak=om, fil=Fil("Sedan.pdf", b"%PDF-1.7\n%%EOF\n"))
        huddinge = Aktor.objects.get(slug="huddinge-kommun")
        Kontakt.objects.create(aktor=huddinge, aktivitet=aktivitet, namn="Kim", telefon="08-123 456", offentlig=True)
        Samverkansorgan.objects.filter(slag="styrgrupp", till=None).update(namn="Rådet")
        forsta = insats("1.3")
        insatsandringar.andra(av=None, insats=forsta, version=forsta.version, titel="Något annat", text="Helt ny")
        rolla("1.3", insats("1.3").version, "polisen", "trafikverket")
        lage(insats("1.3"), flemingsberg.stadskarna, datum=klocka.IDAG, status="genomford", kommentar="Klart!")
        Aktor.objects.filter(slug="huddinge-kommun").update(namn="Stor-Huddinge", slug="stor-huddinge")
        Malomrade.objects.filter(program=flemingsberg.program, nummer=1).update(namn="Lugna gatan", farg=5)
        Stadskarna.objects.filter(pk=flemingsberg.stadskarna_id).update(namn="Flemingsbergsdalen", slug="dalen")
        Program.objects.filter(pk=flemingsberg.program_id).update(namn="Planerna", slug="pl", malomrade_ord="strategi")
        Ordforklaring.objects.filter(program=flemingsberg.program_id).update(forklaring="Betyder nu något annat.")
        Bidrag.objects.filter(fardplan=flemingsberg, ar=klocka.FRAN).update(belopp=1)
        Insats.objects.filter(pk=insats("2.3").pk).update(avford=klocka.IDAG, avford_skal="Klar", ordning=40)

    return kor


def sedd(svar: Any) -> str:
    """What the page is about but for tokens, where its links lead, and what those who log in go on saying of the plan
    beside it.
    """
    text = platt(svar)
    text = text[text.index("<main") : text.index("</main>")]
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|(href|nonce|action|hx-get|hx-post)="[^"]*"', "", text)
    if 'id="samtal"' in text:
        text = re.sub(r'<section class="panel inte-utskrift" id="(samtal|filer)".*?</section>', "", text)
        text = re.sub(r"Samtal och filer( \(\d+\))?", "", text)
    return text


@pytest.mark.parametrize("sida", [PLAN, f"{PLAN}tavla/", f"{PLAN}aktiviteter/{ALLA}", f"{PLAN}version/1/"])
@pytest.mark.parametrize("inloggad", [True, False])
def test_sidan_ar_densamma_for_alltid(
    client: Client,
    planerare: Any,
    avslutad: Handlingsplan,
    tiden_gar: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    sida: str,
    inloggad: bool,
) -> None:
    if inloggad:
        client.force_login(planerare)
    fore = sedd(client.get(sida))

    tiden_gar()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(klocka.TILL + 3, 5, 1))

    assert sedd(client.get(_nu(sida))) == fore
    assert "Hälsovägen" in fore


@pytest.mark.parametrize("fil", FILER)
def test_filerna_ar_desamma_for_alltid(
    client: Client, avslutad: Handlingsplan, tiden_gar: Callable[[], None], fil: str
) -> None:
    fore = client.get(fil).content

    tiden_gar()
    efter = client.get(_nu(fil)).content

    assert _celler(efter) == _celler(fore) if fil.endswith("xlsx") else efter == fore


def _nu(adress: str) -> str:
    """Where what had this address is read after `tiden_gar`."""
    return adress.replace("/flemingsberg/", "/dalen/")


def _celler(bok: bytes) -> list[list[tuple[Any, ...]]]:
    return [list(blad.values) for blad in openpyxl.load_workbook(io.BytesIO(bok))]


def test_lankarna_leder_till_dagens_sidor(
    client: Client, avslutad: Handlingsplan, insats: Any, flemingsberg: Any
) -> None:
    Insats.objects.filter(pk=insats("1.3").pk).update(ordning=77)
    Aktor.objects.filter(slug="huddinge-kommun").update(slug="stor-huddinge")

    html = platt(client.get(PLAN))

    assert f'href="{reverse("insats", args=["flemingsberg", "1.77"])}"' in html
    assert f'href="{reverse("aktor", args=["stor-huddinge"])}"' in html
    assert '<span class="nr">1.3</span>' in html


def test_slutrapporten_sager_vad_det_blev(client: Client, avslutad: Handlingsplan) -> None:
    html, text = platt(client.get(PLAN)), all_text(client.get(FILER[0]).content)

    assert '<h2 id="r-slutrapport">Slutrapport</h2>' in html
    for ord_ in ("Bra fart.", "9 är klara", "1 förs över till nästa plan", SKAL, "styrgrupp", "§ 4"):
        assert (ord_ in html, tatt(ord_) in text) == (True, True), ord_


def test_slutrapporten_sager_varfor_det_inte_gick(client: Client, avslutad: Handlingsplan) -> None:
    skal = "Upphandlingen av gestaltningen är försenad till våren."
    rubrik = "Det som inte gick som planerat"

    html, text = platt(client.get(PLAN)), all_text(client.get(FILER[0]).content)

    assert skal in html.split(rubrik)[-1].split("</section>")[0]
    assert tatt(skal) in text.split(tatt(rubrik))[-1].split(tatt("Planen i korthet"))[0]


def test_det_beslutade_star_kvar_som_det_beslutades(client: Client, avslutad: Handlingsplan) -> None:
    """Its file has nothing of what became of it."""
    version = avslutad.versioner.get()

    assert client.get(f"{PLAN}version/1.pdf").content == bytes(version.pdf)
    assert tatt("Slutrapport") not in all_text(bytes(version.pdf))


def test_en_plan_som_avslutades_forr_visas_anda(client: Client, avslutad: Handlingsplan) -> None:
    """Before what held was kept, only its own rows were."""
    with pgtrigger.ignore("insatser.Planavslut:planavslut_andras_inte"):
        Planavslut.objects.all().delete()

    assert "Bra fart." in platt(client.get(PLAN))
    assert tatt("Bra fart.") in all_text(client.get(FILER[0]).content)


def test_menyn_leder_till_stadskarnan_som_den_heter_nu(
    client: Client, avslutad: Handlingsplan, tiden_gar: Callable[[], None]
) -> None:
    tiden_gar()

    html = platt(client.get(_nu(PLAN)))

    assert '<a class="karnnamn" href="/dalen/">Flemingsbergsdalen</a>' in html
    assert "· Flemingsberg · Färdplaner 2026" in html


def test_det_som_frystes_forr_heter_som_da(client: Client, avslutad: Handlingsplan, sql: Sql) -> None:
    """Before the rows of stadskärna and program were kept, the words were."""
    rader = avslutad.avslut.get().rader
    kvar = [r for r in rader if r["model"] not in {"insatser.stadskarna", "insatser.program"}]
    with pgtrigger.ignore("insatser.Planavslut:planavslut_andras_inte"):
        Planavslut.objects.update(rader=kvar)
    Stadskarna.objects.filter(slug="flemingsberg").update(namn="Flemingsbergsdalen")
    Program.objects.update(namn=Concat(Value("Ny "), "namn"))

    assert len(kvar) == len(rader) - 2
    assert "· Flemingsberg · Färdplaner 2026" in platt(client.get(PLAN))


def test_ett_rattat_beslut_sager_vad_organet_hette_da(client: Client, avslutad: Handlingsplan) -> None:
    version = avslutad.versioner.get()
    organ = version.beslut.organ
    ratta_beslut(
        av=None,
        planversion=version,
        version=1,
        skal="Fel paragraf.",
        organ=organ,
        datum=date(2026, 3, 19),
        paragraf="5",
    )
    Samverkansorgan.objects.filter(pk=organ.pk).update(namn="Rådet")

    for sida in (PLAN, f"{PLAN}version/1/"):
        html = platt(client.get(sida))
        assert "§ 5" in html
        assert "Rådet" not in html
        assert organ.namn in html


def test_inga_personer_fryses(avslutad: Handlingsplan) -> None:
    falt = {rad["model"]: rad["fields"] for rad in avslutad.avslut.get().rader}

    assert "kontakt" not in falt[Aktor._meta.label_lower]
    assert "av" not in falt[Lagesrapport._meta.label_lower]


@pytest.mark.parametrize(
    "andring", ["UPDATE insatser_planavslut SET sha256 = sha256", "DELETE FROM insatser_planavslut"]
)
def test_det_frysta_andras_inte(avslutad: Handlingsplan, sql: Sql, andring: str) -> None:
    with pytest.raises(Exception, match="Cannot update or delete rows"):
        sql(andring)


def test_bara_en_avslutad_plan_fryses(flemingsberg: Fardplan, nekas: Any) -> None:
    utkast = Handlingsplan.objects.get(exempel=True)

    with nekas("planavslut_av_avslutad_plan"):
        Planavslut.objects.create(handlingsplan=utkast, innehall={}, rader=[], pdf=b"%PDF", sha256="0" * 64)


def test_en_avslutad_plan_kostar_lika_manga_fragor(
    client: Client, avslutad: Handlingsplan, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(16):
        client.get(PLAN)
