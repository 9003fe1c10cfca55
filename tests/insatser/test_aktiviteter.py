"""The table of a plan's aktiviteter: its columns, its cells, and one change of many rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from aktorer.models import Aktor, Anvandare
from insatser.andringar import handlingsplan as planer
from insatser.andringar.roller import Rollrad
from insatser.models import Aktivitet, Fardplan, Handlingsplan
from insatser.regler.medverkan import Roll
from tests import klocka
from tests.sidtext import platt
from tests.valda import Valjare

pytestmark = pytest.mark.django_db

TABELLEN = "/flemingsberg/handlingsplan/2026-2027/aktiviteter/"
SIDA = f"{TABELLEN}valda/"
PLANEN = "/flemingsberg/handlingsplan/2026-2027/"

type Hamta = Callable[[str], Aktivitet]


@pytest.fixture
def plan(flemingsberg: Fardplan) -> Handlingsplan:
    """The example draft, with A, B and C under its first insats alone."""
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna").get(fardplan=flemingsberg, exempel=True)
    Aktivitet.objects.filter(prioritering__handlingsplan=plan).delete()
    for titel in "ABC":
        planer.skapa_aktivitet(
            av=None,
            prioritering=plan.prioriteringar.order_by("ordning")[0],
            titel=titel,
            start=date(2026, 4, 1),
            slut=date(2026, 9, 30),
            start_dag=date(2026, 5, 12),
        )
    return plan


@pytest.fixture
def hamta(plan: Handlingsplan) -> Hamta:
    alla = Aktivitet.objects.select_related("prioritering__handlingsplan")
    return lambda titel: alla.get(prioritering__handlingsplan=plan, titel=titel)


@pytest.fixture
def i_cellen(som_planerare: Client, hamta: Hamta) -> Callable[..., Any]:
    """Send what is typed in a cell of A, as htmx does, at the version of now unless told."""

    def skicka(falt: str, klient: Client = som_planerare, **varden: Any) -> Any:
        a = hamta("A")
        huvuden = {"HX-Request": "true", "HX-Target": f"cell-{a.pk}-{falt}"}
        data = {"version": a.version, **varden}
        return klient.post(f"{PLANEN}aktivitet/{a.pk}/cell/{falt}/", data, headers=huvuden)

    return skicka


@pytest.fixture
def som_tjansteperson(tjansteperson: Anvandare) -> Client:
    klient = Client()
    klient.force_login(tjansteperson)
    return klient


@pytest.fixture
def jag(som_planerare: Client) -> Valjare:
    return Valjare(som_planerare, SIDA, TABELLEN)


@pytest.fixture
def alla(hamta: Hamta) -> list[int]:
    return [hamta(titel).pk for titel in "ABC"]


def nu(hamta: Hamta, falt: str) -> list[Any]:
    return [getattr(hamta(titel), falt) for titel in "ABC"]


# --- the table


def test_kolumnerna_valjs_i_adressen(som_planerare: Client, plan: Handlingsplan) -> None:
    html = platt(som_planerare.get(TABELLEN, {"kolumner": ["kostnad", "resultat", "strunt"]}))

    rubriker = [del_.partition("</th>")[0] for del_ in html.split('<th scope="col">')[1:]]
    assert rubriker == ["Insats", "Aktivitet", "Förväntat resultat", "Kostnad"]


def test_den_som_bara_laser_har_varken_penna_eller_ruta(
    client: Client, planerare: Anvandare, styrgrupp: Anvandare, plan: Handlingsplan
) -> None:
    client.force_login(planerare)
    skriver = platt(client.get(TABELLEN))
    client.force_login(styrgrupp)
    laser = platt(client.get(TABELLEN))

    assert ('class="penna' in skriver, 'form="valda"' in skriver) == (True, True)
    assert ('class="penna' in laser, 'form="valda"' in laser, ">A</" in laser) == (False, False, True)


# --- cells


@pytest.mark.parametrize(
    ("falt", "varde"), [("titel", "Rita om"), ("resultat", "Två rader\nmed text"), ("kostnad", "1500000")]
)
def test_en_cell_sparas_och_kommer_tillbaka(
    i_cellen: Callable[..., Any], hamta: Hamta, plan: Handlingsplan, falt: str, varde: str
) -> None:
    pk = hamta("A").pk
    svar = i_cellen(falt, **{falt: varde})

    assert svar.status_code == 200
    assert str(getattr(Aktivitet.objects.get(pk=pk), falt)) == varde
    assert platt(svar).startswith(f'<div class="cell" id="cell-{pk}-{falt}"')


def test_kvartalet_och_dagen_ar_en_sak(i_cellen: Callable[..., Any], hamta: Hamta) -> None:
    nekad = i_cellen("start", start="2026-07-01", start_dag="2026-05-12")
    i_cellen("start", start="2026-07-01", start_dag="")

    assert (nekad.status_code, "Dagen ligger inte i kvartalet" in platt(nekad)) == (422, True)
    assert (hamta("A").start, hamta("A").start_dag) == (date(2026, 7, 1), None)


def test_den_slutar_inte_innan_den_borjar(i_cellen: Callable[..., Any], hamta: Hamta) -> None:
    svar = i_cellen("slut", slut="2026-03-31", slut_dag="")

    assert (svar.status_code, "kan inte sluta innan den börjar" in platt(svar)) == (422, True)


def test_en_milstolpe_har_en_tidpunkt_aven_i_cellen(i_cellen: Callable[..., Any], hamta: Hamta) -> None:
    a = hamta("A")
    en = dict.fromkeys(("start_dag", "slut_dag"), date(2026, 5, 12))
    planer.andra_aktivitet(
        av=None, aktivitet=a, version=a.version, milstolpe=True, start=a.start, slut=date(2026, 6, 30), **en
    )

    i_cellen("start", start="", start_dag="2026-08-20")

    assert hamta("A").tider == (date(2026, 7, 1), date(2026, 9, 30), date(2026, 8, 20), date(2026, 8, 20))


def test_ansvarig_byts_och_ovriga_star_kvar(
    i_cellen: Callable[..., Any], hamta: Hamta, aktor: Callable[[str], Aktor]
) -> None:
    a = hamta("A")
    med = [Rollrad(aktor("huddinge-kommun").pk, Roll.ANSVARIG), Rollrad(aktor("polisen").pk, Roll.MEDVERKANDE)]
    planer.andra_aktivitet(av=None, aktivitet=a, version=a.version, roller=med)

    i_cellen("ansvarig", ansvarig=aktor("region-stockholm").pk)

    assert {d.aktor.slug: d.roll for d in hamta("A").aktorer.all()} == {
        "region-stockholm": "ansvarig",
        "polisen": "medverkande",
    }


def test_status_med_kommentar_i_cellen(i_cellen: Callable[..., Any], hamta: Hamta) -> None:
    nekad = i_cellen("status", status="pausad", kommentar="")
    i_cellen("status", status="pausad", kommentar="Väntar")

    assert (nekad.status_code, "Skriv en kommentar" in platt(nekad)) == (422, True)
    assert (hamta("A").status, hamta("A").kommentar) == ("pausad", "Väntar")


def test_en_krock_visar_bada_i_cellen(i_cellen: Callable[..., Any], hamta: Hamta) -> None:
    fore = hamta("A")
    planer.andra_aktivitet(av=None, aktivitet=fore, version=fore.version, resultat="Deras")

    svar = i_cellen("resultat", resultat="Mitt", version=fore.version)

    assert svar.status_code == 409
    assert 'Det står nu:<span class="skrivet">Deras</span>' in platt(svar)
    assert hamta("A").resultat == "Deras"


def test_i_en_beslutad_plan_andras_bara_status(
    i_cellen: Callable[..., Any], hamta: Hamta, plan: Handlingsplan, som_planerare: Client
) -> None:
    Handlingsplan.objects.filter(pk=plan.pk).update(status="beslutad")

    sida = platt(som_planerare.get(TABELLEN))

    assert i_cellen("titel", titel="X").status_code == 404 or hamta("A").titel == "A"
    assert i_cellen("status", status="pagar", kommentar="").status_code == 200
    assert (f"aktivitet/{hamta('A').pk}/cell/titel/" in sida, f"{hamta('A').pk}/cell/status/" in sida) == (False, True)


def test_utan_javascript_ar_cellen_en_sida(som_planerare: Client, hamta: Hamta) -> None:
    a = hamta("A")
    adress = f"{PLANEN}aktivitet/{a.pk}/cell/titel/?kolumner=kostnad"
    sida = som_planerare.get(adress)
    svar = som_planerare.post(adress, {"version": a.version, "titel": "Ny"})

    assert "<h1>Ändra vad som ska göras</h1>" in platt(sida)
    assert svar["Location"] == f"{TABELLEN}?kolumner=insats&kolumner=titel&kolumner=kostnad"


def test_den_som_medverkar_rapporterar_i_cellen_och_andrar_inget_annat(
    i_cellen: Callable[..., Any],
    som_tjansteperson: Client,
    tjansteperson: Anvandare,
    hamta: Hamta,
) -> None:
    a = hamta("A")
    utan = i_cellen("status", som_tjansteperson, status="pagar", kommentar="")
    egen = [Rollrad(tjansteperson.aktor_id or 0, Roll.MEDVERKANDE)]
    planer.andra_aktivitet(av=None, aktivitet=a, version=a.version, roller=egen)

    assert utan.status_code == 403
    assert i_cellen("status", som_tjansteperson, status="pagar", kommentar="").status_code == 200
    assert i_cellen("titel", som_tjansteperson, titel="X").status_code == 403


# --- many at once


def test_status_for_manga_forhandsgranskas_skrivs_och_angras_pa_en_gang(
    jag: Valjare, hamta: Hamta, alla: list[int]
) -> None:
    ifyllt = {"status": "pausad", "kommentar": "Väntar på besked"}
    svar, _ = jag.granska("status", alla, **ifyllt)
    rader = [(r.rad.titel, r.var, r.blir) for r in svar.context["andras"]]
    fore = nu(hamta, "status")
    klart = jag.gor("status", alla, **ifyllt)
    skrivet = nu(hamta, "kommentar")
    jag.angra(klart)

    assert rader == [(t, "Planerad", "Pausad\nVäntar på besked") for t in "ABC"]
    assert (fore, skrivet, nu(hamta, "status")) == (["planerad"] * 3, ["Väntar på besked"] * 3, ["planerad"] * 3)


def test_ansvarig_for_manga(jag: Valjare, hamta: Hamta, alla: list[int], aktor: Callable[[str], Aktor]) -> None:
    a = hamta("A")
    egen = [Rollrad(aktor("polisen").pk, Roll.ANSVARIG)]
    planer.andra_aktivitet(av=None, aktivitet=a, version=a.version, roller=egen)

    svar = jag.gor("ansvarig", alla, aktor=aktor("region-stockholm").pk, forra="kvar")

    assert svar["Location"] == TABELLEN
    assert [a.ansvarig.aktor.slug for a in map(hamta, "ABC") if a.ansvarig] == ["region-stockholm"] * 3
    assert {d.aktor.slug: d.roll for d in hamta("A").aktorer.all()}["polisen"] == "medverkande"


def test_kvartal_for_manga_later_det_andra_sta_och_sager_vad_som_inte_gar(
    jag: Valjare, hamta: Hamta, alla: list[int]
) -> None:
    a = hamta("A")
    planer.andra_aktivitet(av=None, aktivitet=a, version=a.version, slut=date(2026, 6, 30))
    ifyllt = {"start": "2026-07-01", "slut": ""}
    svar, _ = jag.granska("tid", alla, **ifyllt)
    jag.gor("tid", alla, **ifyllt)

    assert [(r.rad.titel, r.hinder) for r in svar.context["hindrade"]] == [
        ("A", "Aktiviteten kan inte sluta innan den börjar.")
    ]
    assert nu(hamta, "start") == [date(2026, 4, 1), date(2026, 7, 1), date(2026, 7, 1)]
    assert nu(hamta, "start_dag") == [date(2026, 5, 12), None, None]
    assert nu(hamta, "slut") == [date(2026, 6, 30), date(2026, 9, 30), date(2026, 9, 30)]


def test_ingenting_valt_ar_inget_kvartal(jag: Valjare, alla: list[int]) -> None:
    svar, _ = jag.granska("tid", alla, start="", slut="")

    assert (svar.status_code, "Välj start, slut eller båda." in platt(svar)) == (422, True)


def test_det_som_andrats_sedan_granskningen_skriver_inget(jag: Valjare, hamta: Hamta, alla: list[int]) -> None:
    _, sant = jag.granska("status", alla, status="pagar", kommentar="")
    b = hamta("B")
    planer.andra_aktivitet(av=None, aktivitet=b, version=b.version, status="pausad", kommentar="Deras")

    svar = jag.klient.post(SIDA, sant)

    assert (svar.status_code, "”B” har ändrats sedan du granskade" in platt(svar)) == (409, True)
    assert nu(hamta, "status") == ["planerad", "pausad", "planerad"]


def test_tjanstepersonen_rapporterar_bara_dar_den_egna_aktoren_ar_med(
    som_tjansteperson: Client, tjansteperson: Anvandare, hamta: Hamta, alla: list[int]
) -> None:
    b = hamta("B")
    egen = [Rollrad(tjansteperson.aktor_id or 0, Roll.MEDVERKANDE)]
    planer.andra_aktivitet(av=None, aktivitet=b, version=b.version, roller=egen)
    hon = Valjare(som_tjansteperson, SIDA, TABELLEN)
    hon.gor("status", alla, status="pagar", kommentar="")

    assert nu(hamta, "status") == ["planerad", "pagar", "planerad"]
    assert "Sätt kvartal" not in platt(som_tjansteperson.get(SIDA, {"i": alla}))


def test_i_en_avslutad_plan_andras_inget(som_planerare: Client, plan: Handlingsplan, alla: list[int]) -> None:
    Handlingsplan.objects.filter(pk=plan.pk).update(status="avslutad", avslutad=klocka.IDAG)

    assert som_planerare.get(SIDA, {"i": alla}).status_code == 404
