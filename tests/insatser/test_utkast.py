"""A draft that was never decided: taken away, or given another period."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar import finansiering
from insatser.andringar import handlingsplan as andringar
from insatser.andringar.finansiering import Bidragsrad
from insatser.fragor import handlingsplan as planer
from insatser.models import (  # type: ignore[attr-defined]
    Aktivitet,
    AktivitetEvent,
    Arende,
    Fardplan,
    Handlingsplan,
    HandlingsplanEvent,
    Mote,
    Motespunkt,
    Samverkansorgan,
)
from insatser.regler import kronor
from insatser.regler import period as perioder
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

LISTAN = "/flemingsberg/handlingsplan/"
SIDA = klocka.PLAN
FRAN, TILL = klocka.FRAN, klocka.TILL
NASTA = f"{TILL + 1}–{TILL + 2}"


@pytest.fixture
def utkast(flemingsberg: Fardplan) -> Handlingsplan:
    """The example draft: five insatser and their aktiviteter."""
    return Handlingsplan.objects.select_related("fardplan__stadskarna").get(fardplan=flemingsberg, exempel=True)


@pytest.fixture
def nasta_beslutad(flemingsberg: Fardplan) -> Handlingsplan:
    return Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=TILL + 1, ar_till=TILL + 2, status="beslutad")


@pytest.fixture
def aktiviteter(utkast: Handlingsplan) -> int:
    return Aktivitet.objects.filter(prioritering__handlingsplan=utkast).count()


# --- taken away


def test_bekraftelsen_sager_vad_som_forsvinner(som_planerare: Client, utkast: Handlingsplan, aktiviteter: int) -> None:
    svar = som_planerare.get(f"{SIDA}ta-bort/")

    assert "5 prioriterade insatser" in platt(svar)
    assert f"{aktiviteter} aktiviteter" in platt(svar)
    assert Handlingsplan.objects.filter(pk=utkast.pk).exists()


def test_utkastet_tas_bort_med_allt_i_sig_men_inte_ur_historiken(
    som_planerare: Client, utkast: Handlingsplan, aktiviteter: int, aktor: Callable[[str], Aktor], formular: Any
) -> None:
    finansiering.satt(av=None, mal=utkast, sedd=0, rader=[Bidragsrad(aktor("huddinge-kommun").pk, FRAN, 1000)])
    andringar.skapa_aktivitet(av=None, prioritering=utkast.prioriteringar.first(), titel="Sist")

    svar = som_planerare.post(f"{SIDA}ta-bort/", formular(som_planerare.get(f"{SIDA}ta-bort/")), follow=True)

    assert svar.redirect_chain == [(LISTAN, 302)]
    assert f"Utkastet till Handlingsplan {klocka.AREN} är borttaget." in platt(svar)
    assert not Handlingsplan.objects.filter(pk=utkast.pk).exists()
    assert HandlingsplanEvent.objects.filter(pgh_obj_id=utkast.pk, pgh_label="delete").exists()
    assert AktivitetEvent.objects.filter(pgh_label="delete").count() == aktiviteter + 1


def test_ett_utkast_som_andrats_sedan_sidan_oppnades_star_kvar(
    som_planerare: Client, utkast: Handlingsplan, formular: Any
) -> None:
    falt = formular(som_planerare.get(f"{SIDA}ta-bort/"))
    andringar.andra(av=None, plan=utkast, version=utkast.version, inledning="Nytt")

    svar = som_planerare.post(f"{SIDA}ta-bort/", falt)

    assert (svar.status_code, "Utkastet ändrades medan du läste" in platt(svar)) == (409, True)
    assert Handlingsplan.objects.filter(pk=utkast.pk).exists()


def test_ett_utkast_som_nagot_pekar_pa_star_kvar(som_planerare: Client, utkast: Handlingsplan) -> None:
    mote = Mote.objects.create(organ=Samverkansorgan.objects.get(slag="styrgrupp", till=None), datum=klocka.om(19))
    Motespunkt.objects.create(mote=mote, ordning=1, rubrik="Handlingsplan", handlingsplan=utkast)
    Arende.objects.filter(diarienummer="KS-2026/74").update(handlingsplan=utkast)

    svar = som_planerare.get(f"{SIDA}ta-bort/")

    assert "står på dagordningen för Politisk" in platt(svar)
    assert "KS-2026/74" in platt(svar)
    assert "Ta bort utkastet</button>" not in platt(svar)
    with pytest.raises(ValidationError, match="dagordningen"):
        andringar.ta_bort(av=None, plan=utkast, version=utkast.version)


@pytest.mark.parametrize("status", ["beslutad", "andras"])
def test_en_beslutad_plan_tas_inte_bort_och_byter_inte_period(
    som_planerare: Client, utkast: Handlingsplan, status: str
) -> None:
    Handlingsplan.objects.filter(pk=utkast.pk).update(status="beslutad", andras=status == "andras")
    utkast.refresh_from_db()

    assert som_planerare.get(f"{SIDA}ta-bort/").status_code == 404
    assert som_planerare.get(f"{SIDA}period/").status_code == 404
    with pytest.raises(ValidationError, match="beslutad"):
        andringar.ta_bort(av=None, plan=utkast, version=utkast.version)
    with pytest.raises(ValidationError, match="beslutad"):
        andringar.andra_period(av=None, plan=utkast, version=utkast.version, ar_fran=TILL + 3, ar_till=TILL + 4)


@pytest.mark.parametrize("vad", ["ta-bort/", "period/"])
def test_bara_planerare_rar_utkastet(client: Client, tjansteperson: Anvandare, utkast: Handlingsplan, vad: str) -> None:
    client.force_login(tjansteperson)

    assert client.post(SIDA + vad, {"version": utkast.version}).status_code == 403


def test_planens_sida_leder_till_period_och_ta_bort(som_planerare: Client, utkast: Handlingsplan) -> None:
    html = platt(som_planerare.get(SIDA))

    assert f'href="{SIDA}period/"' in html
    assert f'href="{SIDA}ta-bort/"' in html


# --- another period


def test_det_som_hamnar_utanfor_den_nya_perioden_listas_som_brist(
    som_planerare: Client, utkast: Handlingsplan, aktiviteter: int, formular: Any
) -> None:
    falt = formular(som_planerare.get(f"{SIDA}period/")) | {"ar_fran": f"{TILL + 1}", "ar_till": f"{TILL + 2}"}

    svar = som_planerare.post(f"{SIDA}period/", falt, follow=True)

    assert svar.redirect_chain == [(f"{LISTAN}{TILL + 1}-{TILL + 2}/", 302)]
    assert f"Perioden är nu {NASTA}." in platt(svar)
    utanfor = [b for b in svar.context["brister"] if b.text.endswith("ligger utanför perioden.")]
    assert len(utanfor) == len(svar.context["innehall"].aktiviteter) == aktiviteter
    assert f"{aktiviteter} aktiviteter ligger utanför" in platt(svar)


def test_en_aktivitet_utanfor_perioden_har_ingen_stapel_i_tidslinjen(
    som_planerare: Client, utkast: Handlingsplan
) -> None:
    andringar.andra_period(av=None, plan=utkast, version=utkast.version, ar_fran=TILL + 3, ar_till=TILL + 4)

    tidslinjen = som_planerare.get(f"{LISTAN}{TILL + 3}-{TILL + 4}/").context["tidslinje"]

    assert [rad.stapel for rad in tidslinjen.rader if rad.aktivitet and rad.stapel] == []


def test_pengar_utanfor_perioden_star_kvar_och_gar_att_flytta(
    som_planerare: Client, utkast: Handlingsplan, aktor: Callable[[str], Aktor], formular: Any
) -> None:
    finansiering.satt(av=None, mal=utkast, sedd=0, rader=[Bidragsrad(aktor("huddinge-kommun").pk, FRAN, 1000)])
    utkast.refresh_from_db()
    andringar.andra_period(av=None, plan=utkast, version=utkast.version, ar_fran=TILL, ar_till=TILL + 1)
    sidan = f"{LISTAN}{TILL}-{TILL + 1}/finansiering/"

    falt = formular(som_planerare.get(sidan))
    svar = som_planerare.post(sidan, falt | {"bidrag-0-ar": f"{TILL}"})

    assert falt["bidrag-0-ar"] == f"{FRAN}"
    assert svar.status_code == 302
    assert utkast.bidrag.get().ar == TILL


def test_pengar_utanfor_perioden_ar_en_brist(utkast: Handlingsplan, aktor: Callable[[str], Aktor]) -> None:
    finansiering.satt(av=None, mal=utkast, sedd=0, rader=[Bidragsrad(aktor("huddinge-kommun").pk, FRAN, 1000)])
    utkast.refresh_from_db()

    plan = andringar.andra_period(av=None, plan=utkast, version=utkast.version, ar_fran=TILL, ar_till=TILL + 1)

    text = f"{kronor.skriv(1000)} från Huddinge kommun gäller {FRAN}, som ligger utanför perioden."
    assert text in [b.text for b in planer.brister(planer.innehall(plan))]


@pytest.mark.parametrize(
    ("fran", "till", "text"),
    [
        ("2029", "2028", "Planen kan inte sluta innan den börjar."),
        ("2009", "2009", "Det finns redan en handlingsplan för perioden."),
        ("1900", "2028", "1990"),
    ],
)
def test_en_omojlig_period_vagras_och_det_skrivna_star_kvar(
    som_planerare: Client, utkast: Handlingsplan, formular: Any, fran: str, till: str, text: str
) -> None:
    Handlingsplan.objects.create(fardplan=utkast.fardplan, ar_fran=2009, ar_till=2009)
    falt = formular(som_planerare.get(f"{SIDA}period/")) | {"ar_fran": fran, "ar_till": till}

    svar = som_planerare.post(f"{SIDA}period/", falt)

    assert (svar.status_code, text in platt(svar), f'value="{fran}"' in platt(svar)) == (422, True, True)
    utkast.refresh_from_db()
    assert utkast.period == klocka.PERIOD


def test_tva_perioder_blandas_inte_till_en_tredje(utkast: Handlingsplan) -> None:
    andringar.andra_period(av=None, plan=utkast, version=utkast.version, ar_fran=FRAN - 1, ar_till=TILL)

    with pytest.raises(Krock):
        andringar.andra_period(av=None, plan=utkast, version=utkast.version, ar_fran=FRAN, ar_till=TILL + 1)


# --- years that are asked about


@pytest.mark.parametrize(
    ("fran", "till", "text"),
    [
        pytest.param(TILL + 2, TILL + 3, f"överlappar Handlingsplan {NASTA}, som är beslutad", id="beslutad"),
        pytest.param(TILL, TILL, "överlappar Handlingsplan {utkast}, som också är ett utkast", id="utkast"),
        pytest.param(TILL + 3, TILL + 5, "Perioden är tre år. En handlingsplan gäller två år.", id="lang"),
        pytest.param(2014, 2015, "Färdplaner 2026 gäller från 2026. Perioden 2014–2015 ligger utanför", id="fore"),
        pytest.param(2040, 2041, "Färdplaner 2026 gäller från 2026. Perioden 2040–2041 ligger utanför", id="efter"),
    ],
)
def test_en_ovanlig_period_fragas_det_om_en_gang(
    som_planerare: Client, utkast: Handlingsplan, nasta_beslutad: Handlingsplan, fran: int, till: int, text: str
) -> None:
    varden = {"ar_fran": str(fran), "ar_till": str(till), "inledning": "Min text"}
    fraga = som_planerare.post(f"{LISTAN}ny/", varden)
    assert (fraga.status_code, text.format(utkast=utkast.period_i_text) in platt(fraga)) == (422, True)

    annan = som_planerare.post(f"{LISTAN}ny/", varden | {"anda": "1999-2000"})
    svar = som_planerare.post(f"{LISTAN}ny/", varden | {"anda": perioder.skriv(fran, till)})

    assert [annan.status_code, svar.status_code] == [422, 302]
    assert Handlingsplan.objects.get(ar_fran=fran, ar_till=till).inledning == "Min text"


def test_en_avslutad_plans_ar_fragas_det_om(som_planerare: Client, flemingsberg: Fardplan) -> None:
    slut = {"status": "avslutad", "avslutad": klocka.IDAG}
    Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=TILL + 1, ar_till=TILL + 2, **slut)

    svar = som_planerare.post(f"{LISTAN}ny/", {"ar_fran": f"{TILL + 2}", "ar_till": f"{TILL + 3}"})

    assert f"Perioden överlappar Handlingsplan {NASTA}, som är avslutad sedan" in platt(svar)


@pytest.mark.parametrize("antal_beslutade", [0, 1])
def test_det_som_foreslas_fragas_det_inte_om(
    som_planerare: Client, utkast: Handlingsplan, formular: Any, antal_beslutade: int
) -> None:
    for _ in range(antal_beslutade):
        Handlingsplan.objects.create(fardplan=utkast.fardplan, ar_fran=TILL + 1, ar_till=TILL + 2, status="beslutad")
    falt = formular(som_planerare.get(f"{LISTAN}ny/"))

    assert falt["ar_fran"] == f"{TILL + 1 + 2 * antal_beslutade}"
    assert som_planerare.post(f"{LISTAN}ny/", falt).status_code == 302


def test_en_plan_for_mer_an_fyra_ar_finns_inte(som_planerare: Client, flemingsberg: Fardplan) -> None:
    svar = som_planerare.post(f"{LISTAN}ny/", {"ar_fran": f"{TILL + 1}", "ar_till": f"{TILL + 5}"})

    assert (svar.status_code, "En handlingsplan gäller högst fyra år." in platt(svar)) == (422, True)
    with pytest.raises(IntegrityError, match="högst fyra år"), transaction.atomic():
        Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=TILL + 1, ar_till=TILL + 5)


def test_egna_ar_fragas_det_inte_om_nar_perioden_andras(
    som_planerare: Client, utkast: Handlingsplan, formular: Any
) -> None:
    falt = formular(som_planerare.get(f"{SIDA}period/")) | {"ar_fran": f"{FRAN}", "ar_till": f"{FRAN}"}

    assert som_planerare.post(f"{SIDA}period/", falt).status_code == 302


# --- a decided plan in the same years


def test_en_ny_period_som_overlappar_far_en_varning_och_star_bland_bristerna(
    som_planerare: Client, utkast: Handlingsplan, nasta_beslutad: Handlingsplan, formular: Any
) -> None:
    falt = formular(som_planerare.get(f"{SIDA}period/")) | {"ar_till": f"{TILL + 1}"}

    svar = som_planerare.post(f"{SIDA}period/", falt | {"anda": f"{FRAN}-{TILL + 1}"}, follow=True)
    beslutet = som_planerare.get(f"{LISTAN}{FRAN}-{TILL + 1}/besluta/")

    text = f"Perioden överlappar Handlingsplan {NASTA}, som är beslutad"
    assert platt(svar).count(text) == 1  # among what is missing
    assert text in beslutet.context["brister"][0].text


def test_ett_utkast_eller_en_annan_karnas_plan_overlappar_ingenting(utkast: Handlingsplan, haninge: Fardplan) -> None:
    Handlingsplan.objects.create(fardplan=utkast.fardplan, ar_fran=TILL, ar_till=TILL + 1)
    Handlingsplan.objects.create(fardplan=haninge, ar_fran=FRAN, ar_till=TILL, status="beslutad")

    assert list(planer.overlappar(utkast)) == []
