"""The handlingsplaner of a kärna: which ones one sees, and one in full with who answers for what and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from aktorer.models import Aktor, Anvandare
from insatser.fragor import handlingsplan as fragor
from insatser.models import Aktivitet, AktivitetAktor, Fardplan, Handlingsplan, Insats, Lagesrapport, Prioritering
from insatser.regler.exempel import Exempel
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

LISTA = "/flemingsberg/handlingsplan/"
SIDA = klocka.PLAN
FRAN, TILL = klocka.FRAN, klocka.TILL
FORRA = f"{FRAN - 2}-{FRAN - 1}"
NASTA = f"{TILL + 1}-{TILL + 2}"


@pytest.fixture
def plan(flemingsberg: Fardplan) -> Handlingsplan:
    return Handlingsplan.objects.get(fardplan=flemingsberg)


def perioder(svar: Any) -> list[tuple[str, int, int]]:
    return [(p.period, p.antal_insatser, p.antal_aktiviteter) for p, _ in svar.context["planer"]]


def test_listan_visar_utkast_for_inloggade(client: Client, styrgrupp: Anvandare, flemingsberg: Fardplan) -> None:
    for fran, till, status in (
        (1999, 1999, "beslutad"),
        (FRAN - 2, FRAN - 1, "beslutad"),
        (TILL + 1, TILL + 2, "utkast"),
    ):
        Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=fran, ar_till=till, status=status)

    besokare = client.get(LISTA)
    client.force_login(styrgrupp)
    inloggad = client.get(LISTA)

    aldre = [("2009", 3, 15), ("1999", 0, 0)]
    assert perioder(besokare) == [(FORRA, 0, 0), *aldre]
    assert perioder(inloggad) == [(NASTA, 0, 0), (klocka.PERIOD, 5, 10), (FORRA, 0, 0), *aldre]
    assert f'href="{LISTA}1999/"' in platt(besokare)


@pytest.mark.usefixtures("alla_publicerade")
def test_tom_lista_sager_nar_nagot_kommer(client: Client) -> None:
    assert "Ingen handlingsplan än" in platt(client.get("/haninge/handlingsplan/"))


def test_listan_visar_inte_en_annan_karnas_planer(client: Client, haninge: Fardplan) -> None:
    Handlingsplan.objects.create(fardplan=haninge, ar_fran=2024, ar_till=2025, status="beslutad")

    assert perioder(client.get(LISTA)) == [("2009", 3, 15)]


def test_planen_visar_vem_som_gor_vad_och_nar(client: Client, styrgrupp: Anvandare, plan: Handlingsplan) -> None:
    client.force_login(styrgrupp)

    html = platt(client.get(SIDA))

    prio = plan.prioriteringar.select_related("insats").first()
    rad = prio.aktiviteter.first()
    delar = [
        f"<h1>Handlingsplan {klocka.AREN}</h1>",
        "Utkast",
        "Styrgruppen har inte beslutat om det",
        "Exempeldata.",
        "5 prioriterade insatser · 10 aktiviteter",
        plan.inledning.split("\n")[0],
        prio.insats.titel,
        prio.skal,
        rad.titel,
        rad.resultat,
        rad.tid,
        rad.get_status_display(),
        *(d.aktor.namn for d in rad.aktorer.all()),
        *(d.ansvarar_for for d in rad.aktorer.all()),
        f'href="/flemingsberg/handlingsplan/{klocka.PERIOD}.pdf"',
        'href="#insats-1.3"',
        'id="insats-1.3"',
    ]
    assert [d for d in delar if d not in html] == []


def test_utkastet_finns_inte_for_besokare(client: Client, plan: Handlingsplan) -> None:
    svar = client.get(SIDA)

    assert svar.status_code == 404
    assert f"Det finns ingen handlingsplan för {klocka.PERIOD} i Flemingsberg." in platt(svar)
    assert plan.inledning not in platt(svar)


@pytest.mark.parametrize("status", ["beslutad", "avslutad"])
def test_en_beslutad_plan_ar_offentlig(client: Client, status: str) -> None:
    Handlingsplan.objects.update(status=status, avslutad=f"{TILL + 1}-01-31" if status == "avslutad" else None)

    svar = client.get(SIDA)

    html = platt(svar)
    assert svar.status_code == 200
    assert status.capitalize() in html
    assert "Det här är ett utkast" not in html
    assert len(svar.context["innehall"].prioriteringar) == 5


def test_en_aldre_plans_insatser_leder_till_den_aldre_planen(client: Client) -> None:
    html = platt(client.get(f"{LISTA}2009/"))

    aldre = Insats.objects.filter(malomrade__program__slug="verksamhetsplan-2009-2011").med_nummer("2.1").get()
    svar = client.get(f"/insatser/{aldre.pk}/?stadskarna=flemingsberg")
    assert f'href="/insatser/{aldre.pk}/?stadskarna=flemingsberg"' in html
    assert svar.headers["Location"] == "/generation/verksamhetsplan-2009-2011/flemingsberg/insatser/2.1/"
    # The färdplan in force has another insats of that number.
    assert "/flemingsberg/insatser/" not in html


@pytest.mark.parametrize(
    "period",
    [
        *(NASTA, FRAN, TILL, f"{FRAN}-{FRAN}", f"{TILL}-{FRAN}", f"{FRAN}-{TILL + 1}", f"{FRAN % 100}-{TILL % 100}"),
        *("utkast", klocka.AREN, f"{klocka.PERIOD}-"),
    ],
)
def test_okand_period_ar_404(som_planerare: Client, period: str) -> None:
    assert som_planerare.get(f"{LISTA}{period}/").status_code == 404


def test_plan_for_ett_ar_har_kort_adress(client: Client, flemingsberg: Fardplan) -> None:
    Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=1999, ar_till=1999, status="beslutad")

    assert client.get(f"{LISTA}1999/").status_code == 200
    assert client.get(f"{LISTA}1999-1999/").status_code == 404


def test_innehallet_star_i_malomradenas_och_planens_ordning(plan: Handlingsplan) -> None:
    innehall = fragor.innehall(plan)

    assert [(f.malomrade.nummer, [p.insats.nummer for p in f.prioriteringar]) for f in innehall.falt] == [
        (1, ["1.3", "1.4"]),
        (2, ["2.3"]),
        (3, ["3.4"]),
        (4, ["4.4"]),
    ]
    assert [p.ordning for p in innehall.prioriteringar] == [1, 2, 3, 4, 5]
    assert (len(innehall.aktiviteter), bool(innehall.exempel)) == (10, True)


def test_den_ansvariga_star_forst(plan: Handlingsplan) -> None:
    for aktivitet in fragor.innehall(plan).aktiviteter:
        roller = [d.roll for d in aktivitet.aktorer.all()]
        assert roller == sorted(roller), aktivitet
        assert roller.count("ansvarig") <= 1, aktivitet


def test_laget_i_planen_ar_karnans(plan: Handlingsplan) -> None:
    lagen = {p.insats.nummer: p.insats.lage.datum for p in fragor.innehall(plan).prioriteringar}

    assert lagen["1.3"] == klocka.lagets("2026-11-12")


@pytest.mark.parametrize(
    ("exempel", "lage_exempel", "markt"),
    [
        (True, True, Exempel.ALLT),
        (True, False, Exempel.DELAR),
        (False, True, Exempel.DELAR),
        (False, False, Exempel.INGET),
    ],
)
def test_exempeldata_ar_markt(
    flemingsberg: Fardplan,
    insats: Callable[[str], Insats],
    lage: Callable[..., Lagesrapport],
    exempel: bool,
    lage_exempel: bool,
    markt: Exempel,
) -> None:
    plan = Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=2030, ar_till=2031, exempel=exempel)
    Prioritering.objects.create(handlingsplan=plan, insats=insats("2.2"), ordning=1)
    lage(insats("2.2"), flemingsberg.stadskarna, exempel=lage_exempel)

    assert fragor.innehall(plan).exempel == markt


@pytest.mark.parametrize("sida", [SIDA, f"{SIDA}tavla/"])
@pytest.mark.parametrize(
    ("status", "efter", "syns"), [("beslutad", 120, True), ("beslutad", 3650, False), ("avslutad", 120, False)]
)
def test_tystnad_syns_medan_planen_pagar(
    client: Client,
    plan: Handlingsplan,
    settings: Settings,
    lage: Callable[..., Lagesrapport],
    sida: str,
    status: str,
    efter: int,
    syns: bool,
) -> None:
    settings.TYST_EFTER_DAGAR = efter
    rad = Prioritering.objects.filter(handlingsplan=plan).first()
    rad.insats.lagesrapporter.update(aterkallad=timezone.now())
    lage(rad.insats, plan.fardplan.stadskarna, datum=timezone.localdate() - timedelta(days=143))
    avslutad = timezone.localdate() if status == "avslutad" else None
    Handlingsplan.objects.filter(pk=plan.pk).update(status=status, avslutad=avslutad)

    assert ("Inte uppdaterad på 143 dagar" in platt(client.get(sida))) is syns


def test_tom_plan(som_planerare: Client, flemingsberg: Fardplan) -> None:
    Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=2030, ar_till=2031)

    assert "Inga prioriterade insatser än" in platt(som_planerare.get(f"{LISTA}2030-2031/"))


def fyll(plan: Handlingsplan, insats: Callable[[str], Insats], antal: int) -> None:
    """Let the plan have `antal` insatser, each with that many aktiviteter of that many aktörer."""
    aktorer = list(Aktor.objects.filter(slag="kommun")[:antal])
    for n, nummer in enumerate(("1.1", "2.1", "3.1")[:antal], start=1):
        prio, _ = Prioritering.objects.get_or_create(handlingsplan=plan, ordning=n, defaults={"insats": insats(nummer)})
        for m in range(1, antal + 1):
            aktivitet, _ = Aktivitet.objects.get_or_create(
                prioritering=prio, ordning=m, defaults={"titel": f"Steg {m}"}
            )
            for aktor in aktorer:
                AktivitetAktor.objects.get_or_create(aktivitet=aktivitet, aktor=aktor, roll="medverkande")


def test_antalet_fragor_beror_inte_pa_planens_storlek(
    client: Client,
    django_assert_num_queries: Any,
    flemingsberg: Fardplan,
    insats: Callable[[str], Insats],
    styrgrupp: Anvandare,
) -> None:
    plan = Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=2030, ar_till=2031)
    client.force_login(styrgrupp)

    for antal in (1, 3):
        fyll(plan, insats, antal)
        with django_assert_num_queries(20):
            svar = client.get(f"{LISTA}2030-2031/")
        assert len(svar.context["innehall"].aktiviteter) == antal**2


def test_antalet_fragor_beror_inte_pa_antalet_planer(
    client: Client, django_assert_num_queries: Any, flemingsberg: Fardplan
) -> None:
    for fran in (2030, 2032, 2034):
        Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=fran, ar_till=fran + 1, status="beslutad")
        if fran != 2032:
            with django_assert_num_queries(3):
                client.get(LISTA)
