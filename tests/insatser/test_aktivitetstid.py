"""When an aktivitet is: quarters or days, and milstolpar, wherever they are shown and counted."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from python_calamine import CalamineWorkbook

from aktorer.grund.samtidighet import Krock
from aktorer.models import Anvandare
from insatser.andringar import beslut
from insatser.andringar import handlingsplan as andringar
from insatser.bild.tidslinje import tidslinje
from insatser.fragor import handlingsplan as planer
from insatser.fragor import kalender, oversikt, planhistorik
from insatser.fragor.plandata import att_besluta, plandata
from insatser.models import Aktivitet, Fardplan, Handlingsplan, Planversion, Prioritering, Samverkansorgan
from insatser.pdf.handlingsplan import handlingsplan as plan_pdf
from insatser.pdf.handlingsplan import plandokument
from insatser.pdf.schema import schema
from insatser.regler.forsening import forsening
from insatser.regler.period import i_ord, tidsspann
from insatser.regler.tidslinje import skala
from insatser.utbyte.floden.kalender import skriv
from tests import klocka
from tests.klocka import FRAN, TILL
from tests.sidtext import platt

NY = f"{klocka.PLAN}prioritera/1.3/aktivitet/"
Q2 = (date(2026, 4, 1), date(2026, 6, 30))
DAGEN = date(2026, 5, 12)


@pytest.fixture
def utkast(flemingsberg: Fardplan) -> Handlingsplan:
    return Handlingsplan.objects.select_related("fardplan__stadskarna").get(fardplan=flemingsberg, exempel=True)


@pytest.fixture
def forsta(utkast: Handlingsplan) -> Prioritering:
    """1.3, without aktiviteter."""
    p = utkast.prioriteringar.select_related("handlingsplan").order_by("ordning").first()
    Aktivitet.objects.filter(prioritering=p).delete()
    return p


@pytest.fixture
def gor(forsta: Prioritering) -> Callable[..., Aktivitet]:
    """An aktivitet of the second quarter of the plan's first year, unless told."""

    def skapa(**varden: Any) -> Aktivitet:
        vanligt = {"titel": "A", "start": date(FRAN, 4, 1), "slut": date(FRAN, 6, 30)}
        return andringar.skapa_aktivitet(av=None, prioritering=forsta, **vanligt | varden)

    return skapa


def _besluta(plan: Handlingsplan) -> Planversion:
    organ = Samverkansorgan.objects.get(stadskarna=plan.fardplan.stadskarna, slag="styrgrupp", till=None)
    nu = Handlingsplan.objects.get(pk=plan.pk)
    return beslut.besluta(av=None, plan=nu, version=nu.version, organ=organ, datum=date(2026, 3, 19), paragraf="4")


def falt(**varden: Any) -> dict[str, Any]:
    return {
        "titel": "Ny",
        "status": "planerad",
        "version": "1",
        "roll-TOTAL_FORMS": "0",
        "roll-INITIAL_FORMS": "0",
    } | varden


# --- in words ---


@pytest.mark.parametrize(
    ("tider", "kort", "ord_"),
    [
        ((*Q2, None, None), "2026 kv. 2", "kvartal 2 2026"),
        ((*Q2, None, DAGEN), "2026 kv. 2 – 2026-05-12", "kvartal 2 till 12 maj 2026"),
        ((*Q2, DAGEN, None), "2026-05-12 – 2026 kv. 2", "12 maj till kvartal 2 2026"),
        ((*Q2, DAGEN, DAGEN), "2026-05-12", "12 maj 2026"),
        ((Q2[0], date(2027, 3, 31), DAGEN, None), "2026-05-12 – 2027 kv. 1", "12 maj 2026 till kvartal 1 2027"),
        ((Q2[0], None, DAGEN, None), "från 2026-05-12", "från 12 maj 2026"),
        ((None, Q2[1], None, DAGEN), "till 2026-05-12", "till 12 maj 2026"),
    ],
)
def test_tiden_i_ord(tider: tuple[Any, ...], kort: str, ord_: str) -> None:
    assert (tidsspann(*tider), i_ord(*tider)) == (kort, ord_)


@pytest.mark.parametrize(
    ("dagar", "idag", "sagt"),
    [
        ((None, None), date(2026, 6, 30), None),
        ((None, None), date(2026, 7, 1), "Inte klar, skulle ha slutat kvartal 2 2026"),
        ((None, DAGEN), DAGEN, None),
        ((None, DAGEN), date(2026, 5, 13), "Inte klar, skulle ha slutat 12 maj 2026"),
        ((date(2026, 4, 7), None), date(2026, 4, 7), None),
        ((date(2026, 4, 7), None), date(2026, 4, 8), "Inte påbörjad, skulle ha börjat 7 april 2026"),
    ],
)
def test_forsenad_dagen_efter_en_dag_och_efter_kvartalet_annars(dagar: Any, idag: date, sagt: str | None) -> None:
    sen = forsening(*Q2, "planerad", idag, *dagar)

    assert (sen.ord if sen else None) == sagt


@pytest.mark.parametrize(
    ("tider", "spann"),
    [
        ((*Q2, None, None), (1, 1)),
        ((*Q2, date(2026, 5, 16), None), (1.495, 0.505)),
        ((*Q2, None, date(2026, 6, 30)), (1, 1)),
        ((*Q2, DAGEN, DAGEN), (1.356, 0.2)),
        ((Q2[0], None, DAGEN, None), (1.356, 0.2)),
    ],
)
def test_stapeln_gar_fran_dag_till_dag(tider: Any, spann: tuple[float, float]) -> None:
    assert skala(2026, 2027).spann(*tider) == spann


# --- the form ---


@pytest.mark.parametrize(
    ("skrivet", "tid"),
    [
        ({"start_dag": f"{FRAN}-05-12", "slut": f"{FRAN}-12-31"}, f"{FRAN}-05-12 – {FRAN} kv. 4"),
        ({"start": f"{FRAN}-04-01", "start_dag": f"{FRAN}-05-12"}, f"från {FRAN}-05-12"),
        ({"slut_dag": f"{TILL}-12-31"}, f"till {TILL}-12-31"),
        ({"start_dag": f"{FRAN}0512", "slut_dag": f"{FRAN}-05-12"}, f"{FRAN}-05-12"),
        ({"milstolpe": "on", "slut_dag": f"{FRAN}-05-12"}, f"Milstolpe {FRAN}-05-12"),
        ({"milstolpe": "on", "start": f"{FRAN}-04-01"}, f"Milstolpe {FRAN} kv. 2"),
        ({"milstolpe": "on", "start": f"{FRAN}-04-01", "slut_dag": f"{FRAN}-05-12"}, f"Milstolpe {FRAN}-05-12"),
        ({"milstolpe": "on"}, "Milstolpe utan tidpunkt"),
    ],
)
def test_kvartal_eller_dag(som_planerare: Client, forsta: Prioritering, skrivet: dict[str, str], tid: str) -> None:
    svar = som_planerare.post(NY, falt(**skrivet))

    assert svar.status_code == 302
    assert forsta.aktiviteter.get().tid == tid


@pytest.mark.parametrize(
    ("skrivet", "fel"),
    [
        ({"start": f"{FRAN}-01-01", "start_dag": f"{FRAN}-05-12"}, "Dagen ligger inte i kvartalet."),
        ({"start_dag": f"{FRAN}-05-12", "slut_dag": f"{FRAN}-05-11"}, "Aktiviteten kan inte sluta innan den börjar."),
        ({"start_dag": f"{FRAN}-07-01", "slut": f"{FRAN}-06-30"}, "Aktiviteten kan inte sluta innan den börjar."),
        ({"slut_dag": f"{TILL + 1}-01-01"}, f"Aktiviteten ligger utanför planens period {klocka.AREN}."),
        ({"start_dag": f"{FRAN}-02-30"}, "Fyll i ett giltigt datum."),
        ({"start_dag": "kv 2"}, "Fyll i ett giltigt datum."),
        ({"milstolpe": "on", "start": f"{FRAN}-04-01", "slut": f"{FRAN}-09-30"}, "En milstolpe har en enda tidpunkt."),
        (
            {"milstolpe": "on", "start_dag": f"{FRAN}-05-12", "slut_dag": f"{FRAN}-05-13"},
            "En milstolpe har en enda tidpunkt.",
        ),
    ],
)
def test_en_omojlig_tid_nekas_och_det_skrivna_star_kvar(
    som_planerare: Client, forsta: Prioritering, skrivet: dict[str, str], fel: str
) -> None:
    svar = som_planerare.post(NY, falt(**skrivet))

    assert (svar.status_code, forsta.aktiviteter.count()) == (422, 0)
    assert fel in platt(svar)
    star = {f: svar.context["form"][f].data for f in skrivet}
    assert star == {f: True if f == "milstolpe" else v for f, v in skrivet.items()}


def test_formularet_visar_det_som_star_och_sparat_oforandrat_andrar_inget(
    som_planerare: Client, gor: Callable[..., Aktivitet], formular: Callable[[Any], dict[str, str]]
) -> None:
    a = gor(start_dag=date(FRAN, 5, 12), slut=date(TILL, 3, 31))
    adress = f"{klocka.PLAN}aktivitet/{a.pk}/"

    skrivet = formular(som_planerare.get(adress))
    som_planerare.post(adress, skrivet)

    assert {f: skrivet[f] for f in ("start", "start_dag", "slut", "slut_dag")} == {
        "start": "",
        "start_dag": f"{FRAN}-05-12",
        "slut": f"{TILL}-03-31",
        "slut_dag": "",
    }
    assert Aktivitet.objects.get(pk=a.pk).version == a.version


def test_den_som_satter_en_dag_och_den_som_byter_kvartal_ser_bada(
    som_planerare: Client, gor: Callable[..., Aktivitet], formular: Callable[[Any], dict[str, str]]
) -> None:
    a = gor()
    adress = f"{klocka.PLAN}aktivitet/{a.pk}/"
    skrivet = formular(som_planerare.get(adress)) | {"slut_dag": f"{FRAN}-05-12"}
    Aktivitet.objects.filter(pk=a.pk).update(slut=date(FRAN, 9, 30))

    krock = som_planerare.post(adress, skrivet)
    igen = som_planerare.post(adress, formular(krock))

    a.refresh_from_db()
    assert [(k["rubrik"], k["deras"], k["mina"]) for k in krock.context["konflikter"]] == [
        ("Slut, kvartal", f"{FRAN}-09-30", f"{FRAN}-06-30")
    ]
    assert (krock.status_code, igen.status_code, a.slut, a.slut_dag) == (
        409,
        302,
        date(FRAN, 6, 30),
        date(FRAN, 5, 12),
    )


def test_start_och_slut_sammanfogas_var_for_sig(gor: Callable[..., Aktivitet]) -> None:
    a = gor()
    vad: dict[str, Any] = {"start": a.start, "slut": a.slut, "start_dag": None, "slut_dag": None}
    dag = {"slut_dag": date(FRAN, 6, 1)}
    andringar.andra_aktivitet(av=None, aktivitet=a, version=a.version, roller=[], **vad | dag)

    nu = andringar.andra_aktivitet(
        av=None, aktivitet=a, version=a.version, roller=[], **vad | {"start": date(FRAN, 1, 1)}
    )

    assert nu.tid == f"{FRAN} kv. 1 – {FRAN}-06-01"
    tidigare = vad | {"slut": date(FRAN, 12, 31)}
    with pytest.raises(Krock):
        andringar.andra_aktivitet(av=None, aktivitet=a, version=a.version, roller=[], **tidigare)


@pytest.mark.parametrize(
    ("varden", "villkor"),
    [
        ({"start_dag": date(FRAN, 7, 1)}, "aktivitet_dag_i_sitt_kvartal"),
        ({"slut_dag": date(FRAN + 1, 6, 1)}, "aktivitet_dag_i_sitt_kvartal"),
        ({"start": None, "start_dag": date(FRAN, 5, 1)}, "aktivitet_dag_i_sitt_kvartal"),
        (
            {"start_dag": date(FRAN, 5, 2), "slut_dag": date(FRAN, 5, 1)},
            "aktivitet_slutdag_efter_startdag",
        ),
        ({"milstolpe": True, "slut": date(FRAN, 9, 30)}, "aktivitet_milstolpe_har_en_tidpunkt"),
        ({"milstolpe": True, "slut": date(FRAN + 1, 6, 30)}, "aktivitet_milstolpe_har_en_tidpunkt"),
        ({"milstolpe": True, "start": None}, "aktivitet_milstolpe_har_en_tidpunkt"),
        ({"milstolpe": True, "slut_dag": date(FRAN, 5, 1)}, "aktivitet_milstolpe_har_en_tidpunkt"),
    ],
)
def test_databasen_haller_pa_tiden(
    gor: Callable[..., Aktivitet],
    nekas: Callable[[str], AbstractContextManager[None]],
    varden: dict[str, Any],
    villkor: str,
) -> None:
    a = gor()

    with nekas(villkor):
        Aktivitet.objects.filter(pk=a.pk).update(**varden)


def test_andringen_sager_det_i_ord(gor: Callable[..., Aktivitet]) -> None:
    with pytest.raises(ValidationError, match="Dagen ligger inte i sitt kvartal"):
        gor(start_dag=date(FRAN, 7, 1))
    with pytest.raises(ValidationError, match="En milstolpe har en enda tidpunkt"):
        gor(milstolpe=True, slut_dag=date(FRAN, 5, 1))


# --- where it is shown ---


def test_planen_visar_dagen_och_milstolpen(som_planerare: Client, gor: Callable[..., Aktivitet]) -> None:
    gor(titel="Bygga", start_dag=date(FRAN, 5, 12))
    gor(titel="Inviga", milstolpe=True)

    text = platt(som_planerare.get(klocka.PLAN))

    assert f"{FRAN}-05-12 – {FRAN} kv. 2" in text
    assert f"Milstolpe {FRAN} kv. 2" in text
    assert text.count('class="stund romb"') == 2
    assert "En romb är en milstolpe." in text


def test_utan_milstolpar_forklaras_inga(som_planerare: Client, gor: Callable[..., Aktivitet]) -> None:
    gor()

    text = platt(som_planerare.get(klocka.PLAN))

    assert ("omb är en milstolpe" in text, "är en romb" in text, "Ett datum gäller" in text) == (False, False, False)


@pytest.mark.parametrize(
    ("varden", "mitt"),
    [({}, 18.75), ({"start_dag": date(FRAN, 4, 1), "slut_dag": date(FRAN, 4, 1)}, pytest.approx(12.6, abs=0.1))],
)
def test_en_milstolpe_star_mitt_i_sin_tid(
    utkast: Handlingsplan, gor: Callable[..., Aktivitet], varden: dict[str, Any], mitt: float
) -> None:
    a = gor(milstolpe=True, **varden)

    bild = tidslinje(planer.innehall(utkast), None)

    (rad,) = [r for r in bild.rader if r.aktivitet == a]
    assert (rad.milstolpe, rad.mitt_andel) == (True, mitt)


def test_pdf_visar_dagen_och_milstolpen(utkast: Handlingsplan, gor: Callable[..., Aktivitet]) -> None:
    gor(titel="Inviga", milstolpe=True, start_dag=date(FRAN, 5, 12), slut_dag=date(FRAN, 5, 12))
    innehall = planer.innehall(utkast)
    data = plandata(innehall)

    (aktivitet,) = data["ordning"][0]["aktiviteter"]
    rad = schema(data["tidslinje"], data["ansvar"])[0]["insatser"][0]["rader"][0]

    assert aktivitet["tid"] == f"Milstolpe {FRAN}-05-12"
    assert (rad["milstolpe"], rad["i_ord"].split(",")[0]) == (True, f"milstolpe 12 maj {FRAN}")
    assert plan_pdf(innehall).startswith(b"%PDF")


def test_en_version_fran_fore_dagar_och_milstolpar_satts_som_forut(
    utkast: Handlingsplan, gor: Callable[..., Aktivitet]
) -> None:
    gor()
    data = plandata(planer.innehall(utkast))
    nu = plandokument(data, DAGEN)
    for i in data["tidslinje"]["insatser"]:
        for a in i["aktiviteter"]:
            del a["milstolpe"]

    assert plandokument(data, DAGEN) == nu


def test_excel_har_ord_och_dagar(som_planerare: Client, gor: Callable[..., Aktivitet]) -> None:
    gor(titel="Inviga", milstolpe=True, start_dag=date(FRAN, 5, 12), slut_dag=date(FRAN, 5, 12))

    svar = som_planerare.get(f"{klocka.PLAN[:-1]}.xlsx")
    blad = CalamineWorkbook.from_filelike(io.BytesIO(svar.content)).get_sheet_by_name("Aktiviteter").to_python()

    rad = dict(zip(*blad[:2], strict=True))
    assert (rad["När"], rad["Start"], rad["Slut"]) == (
        f"Milstolpe {FRAN}-05-12",
        date(FRAN, 5, 12),
        date(FRAN, 5, 12),
    )


def test_kalendern_har_dagen(utkast: Handlingsplan, gor: Callable[..., Aktivitet], planerare: Anvandare) -> None:
    slut = klocka.kvartalsslut(0)
    dag = slut.replace(day=1)
    tider = {"start": klocka.kvartal(0), "slut": slut, "start_dag": dag, "slut_dag": dag}
    a = gor(titel="Inviga", milstolpe=True, **tider)
    Handlingsplan.objects.filter(pk=utkast.pk).update(status="beslutad")

    hela = skriv(kalender.kalender(planerare, klocka.IDAG)).decode().replace("\r\n ", "")
    handelsen = next(h for h in hela.split("BEGIN:VEVENT") if f"aktivitet-{a.pk}@" in h)

    assert "SUMMARY:Milstolpe: Inviga (exempeldata)" in handelsen
    assert f"DTSTART;VALUE=DATE:{dag:%Y%m%d}" in handelsen


def test_oversikten_raknar_den_som_har_passerat_sin_dag(
    utkast: Handlingsplan, flemingsberg: Fardplan, gor: Callable[..., Aktivitet], planerare: Anvandare
) -> None:
    dag = klocka.om(-1)
    slut = klocka.kvartalsslut(0)
    assert dag >= klocka.kvartal(0), "provet vill ha en dag i kvartalet"
    a = gor(start=None, slut=slut, slut_dag=dag)
    Handlingsplan.objects.filter(pk=utkast.pk).update(status="beslutad")

    sena = oversikt._sena([flemingsberg], planerare, klocka.IDAG)

    assert [str(sen) for vald, sen in sena[flemingsberg.pk] if vald == a] == [
        f"Inte klar, skulle ha slutat {i_ord(None, slut, None, dag).removeprefix('till ')}"
    ]


# --- the decision, the history, the next plan ---


def test_en_dag_skiljer_sig_fran_beslutet(utkast: Handlingsplan, gor: Callable[..., Aktivitet]) -> None:
    a = gor()
    _besluta(utkast)
    oppen = Handlingsplan.objects.get(pk=utkast.pk)
    beslut.oppna_andring(av=None, plan=oppen)
    tider = {"start": a.start, "slut": a.slut, "start_dag": None, "milstolpe": True}

    andringar.andra_aktivitet(av=None, aktivitet=a, version=a.version, roller=[], **tider)

    skillnad = [(s.falt, s.da, s.nu) for s in att_besluta(Handlingsplan.objects.get(pk=utkast.pk))]
    assert skillnad == [("När", f"{FRAN} kv. 2", f"Milstolpe {FRAN} kv. 2")]


def test_historiken_sager_att_dagen_andrades(utkast: Handlingsplan, gor: Callable[..., Aktivitet]) -> None:
    a = gor()
    Aktivitet.objects.filter(pk=a.pk).update(slut_dag=date(FRAN, 5, 12))

    ((_, rader),) = planhistorik.andrat([a.prioritering.insats_id], [utkast]).items()

    assert rader[0].vad == "Aktiviteten ”A” ändrades"


def test_det_som_fors_over_ar_fortfarande_en_milstolpe(utkast: Handlingsplan, gor: Callable[..., Aktivitet]) -> None:
    dag = date(TILL, 5, 12)
    tider = {"start": date(TILL, 4, 1), "slut": date(TILL, 6, 30), "start_dag": dag, "slut_dag": dag}
    gor(milstolpe=True, **tider)
    _besluta(utkast)
    Aktivitet.objects.filter(prioritering__handlingsplan=utkast).update(utfall="overford", utfall_skal="Hann inte")
    Handlingsplan.objects.filter(pk=utkast.pk).update(status="avslutad", avslutad=date(2026, 11, 2))
    gammal = Handlingsplan.objects.get(pk=utkast.pk)

    ny = andringar.skapa(av=None, fardplan=gammal.fardplan, ar_fran=TILL + 1, ar_till=TILL + 2, fran=gammal)

    assert Aktivitet.objects.filter(prioritering__handlingsplan=ny, titel="A").get().tid == "Milstolpe utan tidpunkt"
