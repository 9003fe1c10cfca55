"""Aktiviteter as daily work: their order, moved to another insats, copied."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar import beslut
from insatser.andringar import handlingsplan as andringar
from insatser.andringar.roller import Rollrad
from insatser.fragor import planhistorik
from insatser.fragor.handlingsplan import innehall
from insatser.fragor.plandata import att_besluta, plandata
from insatser.models import (
    Aktivitet,
    Bidrag,
    Fardplan,
    Handlingsplan,
    Insats,
    Prioritering,
    Samverkansorgan,
)
from insatser.regler.medverkan import Deltagande, Roll
from tests import klocka
from tests.sidtext import platt


@pytest.fixture
def utkast(flemingsberg: Fardplan) -> Handlingsplan:
    """The example draft with five prioritised insatser."""
    return Handlingsplan.objects.select_related("fardplan__stadskarna").get(fardplan=flemingsberg, exempel=True)


@pytest.fixture
def forsta(utkast: Handlingsplan) -> Prioritering:
    """1.3, with three aktiviteter called A, B and C."""
    p = utkast.prioriteringar.order_by("ordning").first()
    Aktivitet.objects.filter(prioritering=p).delete()
    for titel in "ABC":
        andringar.skapa_aktivitet(av=None, prioritering=p, titel=titel)
    return Prioritering.objects.select_related("handlingsplan").get(pk=p.pk)


@pytest.fixture
def andra(utkast: Handlingsplan) -> Prioritering:
    """1.4."""
    return utkast.prioriteringar.order_by("ordning")[1]


@pytest.fixture
def oppnad(utkast: Handlingsplan, forsta: Prioritering) -> Handlingsplan:
    """The same plan, decided and open for an ändringsbeslut."""
    organ = Samverkansorgan.objects.get(stadskarna=utkast.fardplan.stadskarna, slag="styrgrupp", till=None)
    nu = Handlingsplan.objects.get(pk=utkast.pk)
    beslut.besluta(av=None, plan=nu, version=nu.version, organ=organ, datum=date(2026, 3, 19), paragraf="4")
    beslut.oppna_andring(av=None, plan=nu)
    return Handlingsplan.objects.select_related("fardplan__stadskarna").get(pk=utkast.pk)


def _titlar(p: Prioritering) -> list[str]:
    rader = list(p.aktiviteter.order_by("ordning"))
    assert [a.ordning for a in rader] == list(range(1, len(rader) + 1))
    return [a.titel for a in rader]


def _adress(titel: str, vad: str = "") -> str:
    return f"{klocka.PLAN}aktivitet/{Aktivitet.objects.get(titel=titel).pk}/{vad}"


# --- the order ---


@pytest.mark.parametrize(
    ("titel", "hall", "efter"),
    [("B", "upp", "BAC"), ("B", "ner", "ACB"), ("A", "upp", "ABC"), ("C", "ner", "ABC")],
)
def test_en_aktivitet_flyttas_ett_steg(
    som_planerare: Client, forsta: Prioritering, titel: str, hall: str, efter: str
) -> None:
    svar = som_planerare.post(
        _adress(titel, f"{hall}/"), {"version": Aktivitet.objects.get(titel=titel).version}, follow=True
    )

    assert _titlar(forsta) == list(efter)
    assert f"”{titel}” är flyttad {hall}." in platt(svar)


@pytest.mark.parametrize(("titel", "hall", "knapp"), [("C", "upp", "upp"), ("B", "upp", "ner")])
def test_fokus_star_kvar_pa_en_knapp_som_gar_att_trycka(
    som_planerare: Client, forsta: Prioritering, titel: str, hall: str, knapp: str
) -> None:
    text = platt(
        som_planerare.post(
            _adress(titel, f"{hall}/"), {"version": Aktivitet.objects.get(titel=titel).version}, follow=True
        )
    )

    knappen = text.split("autofocus")[1].split("</button>")[0]
    assert text.count("autofocus") == 1
    assert f"Flytta {knapp} {titel}" in knappen


def test_en_ny_ordning_skiljer_sig_fran_beslutet_tills_den_ar_tillbaka(
    oppnad: Handlingsplan, forsta: Prioritering
) -> None:
    b = forsta.aktiviteter.get(titel="B")

    andringar.flytta_aktivitet(av=None, aktivitet=b, version=b.version, steg=-1)
    ((vad, falt, da, nu),) = [(s.vad, s.falt, s.da, s.nu) for s in att_besluta(oppnad)]
    b.refresh_from_db()
    andringar.flytta_aktivitet(av=None, aktivitet=b, version=b.version, steg=1)

    assert (vad[:3], falt, da, nu) == ("1.3", "Aktiviteternas ordning", "A; B; C", "B; A; C")
    assert att_besluta(oppnad) == []


def test_den_som_ar_borttagen_flyttas_inte(forsta: Prioritering) -> None:
    b = forsta.aktiviteter.get(titel="B")
    andringar.ta_bort_aktivitet(av=None, aktivitet=Aktivitet.objects.get(pk=b.pk), version=b.version)

    with pytest.raises(ValidationError, match="finns inte längre"):
        andringar.flytta_aktivitet(av=None, aktivitet=b, version=b.version, steg=1)
    assert _titlar(forsta) == ["A", "C"]


# --- under another insats ---


def test_en_aktivitet_byter_insats_med_sina_pengar_och_tillbaka(
    som_planerare: Client, forsta: Prioritering, andra: Prioritering, aktor: Callable[[str], Aktor]
) -> None:
    b = forsta.aktiviteter.get(titel="B")
    Bidrag.objects.create(aktivitet=b, aktor=aktor("huddinge-kommun"), ar=klocka.FRAN, belopp=1000)
    fore = _titlar(andra)

    svar = som_planerare.post(_adress("B", "flytta/"), {"prioritering": andra.pk, "version": b.version}, follow=True)
    emellan = (_titlar(forsta), _titlar(andra))
    b.refresh_from_db()
    som_planerare.post(_adress("B", "flytta/"), {"prioritering": forsta.pk, "version": b.version})

    assert "”B” står nu under 1.4" in platt(svar)
    assert emellan == (["A", "C"], [*fore, "B"])
    assert (_titlar(forsta), _titlar(andra)) == (["A", "C", "B"], fore)
    assert b.bidrag.count() == 1


def test_att_flytta_dit_den_star_andrar_inget(forsta: Prioritering) -> None:
    b = forsta.aktiviteter.get(titel="B")

    nu = andringar.byt_insats(av=None, aktivitet=b, version=b.version, prioritering=forsta)

    assert (nu.version, _titlar(forsta)) == (b.version, list("ABC"))


def test_tva_som_flyttar_at_var_sitt_hall_krockar_och_ser_bada(
    som_planerare: Client, utkast: Handlingsplan, forsta: Prioritering, andra: Prioritering
) -> None:
    b, tredje = forsta.aktiviteter.get(titel="B"), utkast.prioriteringar.order_by("ordning")[2]
    andringar.byt_insats(av=None, aktivitet=b, version=b.version, prioritering=andra)

    svar = som_planerare.post(_adress("B", "flytta/"), {"prioritering": tredje.pk, "version": b.version})

    assert svar.status_code == 409
    assert [k["deras"] for k in svar.context["konflikter"]] == [str(andra.insats)]
    with pytest.raises(Krock):
        andringar.byt_insats(av=None, aktivitet=b, version=b.version, prioritering=tredje)


def test_en_insats_i_en_annan_plan_valjs_inte(
    som_planerare: Client, flemingsberg: Fardplan, forsta: Prioritering, insats: Callable[[str], Insats]
) -> None:
    b = forsta.aktiviteter.get(titel="B")
    annan = Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=klocka.TILL + 1, ar_till=klocka.TILL + 2)
    dar = Prioritering.objects.create(handlingsplan=annan, insats=insats("1.3"), ordning=1)

    svar = som_planerare.post(_adress("B", "flytta/"), {"prioritering": dar.pk, "version": b.version})

    assert svar.status_code == 422
    with pytest.raises(ValidationError, match="inte längre med i planen"):
        andringar.byt_insats(av=None, aktivitet=b, version=b.version, prioritering=dar)


def test_inte_heller_databasen_flyttar_en_aktivitet_till_en_annan_plan(
    flemingsberg: Fardplan, forsta: Prioritering, insats: Callable[[str], Insats], nekas: Callable[[str], object]
) -> None:
    annan = Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=klocka.TILL + 1, ar_till=klocka.TILL + 2)
    dar = Prioritering.objects.create(handlingsplan=annan, insats=insats("1.3"), ordning=1)

    with nekas("aktivitet_byter_inte_plan"):  # type: ignore[attr-defined]
        forsta.aktiviteter.filter(titel="B").update(prioritering=dar)


def test_en_flyttad_aktivitet_ar_en_skillnad_och_inte_tva(
    oppnad: Handlingsplan, forsta: Prioritering, andra: Prioritering
) -> None:
    b = forsta.aktiviteter.get(titel="B")

    andringar.byt_insats(av=None, aktivitet=b, version=b.version, prioritering=andra)

    alla = [(s.vad, s.falt, s.da, s.nu) for s in att_besluta(oppnad)]
    assert alla == [("1.4 B", "Insats", str(forsta.insats), str(andra.insats))]


def test_historiken_sager_att_den_flyttades(utkast: Handlingsplan, forsta: Prioritering, andra: Prioritering) -> None:
    b = forsta.aktiviteter.get(titel="B")
    andringar.byt_insats(av=None, aktivitet=b, version=b.version, prioritering=andra)

    def senast(p: Prioritering) -> str:
        ((_, rader),) = planhistorik.andrat([p.insats_id], [utkast]).items()
        return rader[0].vad

    assert senast(forsta) == "Aktiviteten ”B” flyttades till en annan insats"
    assert senast(andra) == "Aktiviteten ”B” flyttades hit"


# --- a new one ---

NY = f"{klocka.PLAN}prioritera/1.3/aktivitet/"


def _roller(rader: Any) -> list[tuple[str, str, str, str]]:
    """(aktör, role, what it answers for, part) of the rows that a form proposes."""
    slugar = dict(Aktor.objects.values_list("pk", "slug"))
    alla = [r.initial for r in rader.initial_forms]
    return [(slugar[r["aktor"]], r["roll"], r["ansvarar_for"], r["deltagande"]) for r in alla]


def test_en_ny_aktivitet_borjar_med_insatsens_roller_utan_dem_som_avbojt(
    som_planerare: Client, forsta: Prioritering, rolla: Callable[..., Insats]
) -> None:
    insats = rolla("1.3", forsta.insats.version, "huddinge-kommun", "polisen", "botkyrka-kommun", huddinge="Torget")
    insats.medverkan.filter(aktor__slug="polisen").update(deltagande=Deltagande.AVBOJD)
    insats.medverkan.filter(aktor__slug="botkyrka-kommun").update(deltagande=Deltagande.BEKRAFTAD)

    svar = som_planerare.get(NY)

    assert _roller(svar.context["rader"]) == [
        ("huddinge-kommun", "ansvarig", "Torget", "tillfragad"),
        ("botkyrka-kommun", "medverkande", "", "tillfragad"),
    ]
    assert "Hämtade från insatsen." in platt(svar)


def test_det_som_hamtats_gar_att_ta_bort_fore_det_sparas(
    som_planerare: Client, forsta: Prioritering, rolla: Callable[..., Insats], formular: Callable[[Any], dict[str, str]]
) -> None:
    rolla("1.3", forsta.insats.version, "huddinge-kommun", "polisen")

    som_planerare.post(NY, formular(som_planerare.get(NY)) | {"titel": "Ny", "roll-1-DELETE": "on"})

    assert [d.aktor.slug for d in Aktivitet.objects.get(titel="Ny").aktorer.all()] == ["huddinge-kommun"]


def test_utan_roller_i_insatsen_ar_inget_hamtat(
    som_planerare: Client, forsta: Prioritering, rolla: Callable[..., Insats]
) -> None:
    rolla("1.3", forsta.insats.version, None)

    assert "Hämtade från" not in platt(som_planerare.get(NY))


@pytest.mark.parametrize("htmx", [False, True])
def test_spara_och_lagg_till_en_till_ger_ett_tomt_formular_med_samma_roller(
    som_planerare: Client, forsta: Prioritering, aktor: Callable[[str], Aktor], htmx: bool
) -> None:
    falt = {"titel": "D", "resultat": "Ett torg", "status": "planerad", "version": "1", "fler": "1"}
    falt |= {"roll-TOTAL_FORMS": "1", "roll-INITIAL_FORMS": "0", "roll-0-aktor": aktor("polisen").pk}
    falt |= {"roll-0-roll": "ansvarig", "roll-0-ansvarar_for": "Allt", "roll-0-deltagande": "bekraftad"}

    svar = som_planerare.post(NY, falt, headers={"HX-Request": "true"} if htmx else {})
    adress = json.loads(svar.headers["HX-Location"])["path"] if htmx else svar.headers["Location"]
    nasta = som_planerare.get(adress, headers={"HX-Request": "true", "HX-Target": "innehall"} if htmx else {})

    assert _titlar(forsta) == list("ABCD")
    assert adress == f"{NY}?efter={Aktivitet.objects.get(titel='D').pk}"
    assert _roller(nasta.context["rader"]) == [("polisen", "ansvarig", "Allt", "tillfragad")]
    assert "”D” är tillagd. Skriv nästa." in platt(nasta)
    assert "Hämtade från ”D”." in platt(nasta)
    assert "autofocus" in str(nasta.context["form"]["titel"])
    assert not nasta.context["form"]["resultat"].value()
    assert 'id="innehall"' in platt(nasta)


@pytest.mark.parametrize("efter", ["0", "1.5", "-1", "x", "9" * 40])
def test_en_adress_efter_nagot_som_inte_finns_ar_ett_vanligt_formular(
    som_planerare: Client, forsta: Prioritering, efter: str
) -> None:
    svar = som_planerare.get(NY, {"efter": efter})

    assert (svar.status_code, "Hämtade från insatsen." in platt(svar)) == (200, True)


# --- a copy ---


def test_en_kopia_star_efter_sitt_original_och_oppnas(
    som_planerare: Client, forsta: Prioritering, aktor: Callable[[str], Aktor]
) -> None:
    roller = [
        Rollrad(aktor("huddinge-kommun").pk, Roll.ANSVARIG, "Allt", Deltagande.BEKRAFTAD),
        Rollrad(aktor("polisen").pk, Roll.MEDVERKANDE, "", Deltagande.AVBOJD),
    ]
    varden = {"resultat": "Ett torg", "start": klocka.kvartal(0), "status": "pagar", "kostnad": 5000}
    andringar.skapa_aktivitet(av=None, prioritering=forsta, titel="D", roller=roller, **varden)
    andringar.skapa_aktivitet(av=None, prioritering=forsta, titel="E")

    svar = som_planerare.post(_adress("D", "kopiera/"))

    assert _titlar(forsta) == [*"ABCD", "D (kopia)", "E"]
    kopia = Aktivitet.objects.get(titel="D (kopia)")
    assert svar.headers["Location"] == _adress("D (kopia)")
    assert (kopia.resultat, kopia.start, kopia.status) == ("Ett torg", klocka.kvartal(0), "planerad")
    assert (kopia.kostnad, kopia.bidrag.count()) == (None, 0)
    assert [(d.aktor.slug, d.ansvarar_for, d.deltagande) for d in kopia.aktorer.all()] == [
        ("huddinge-kommun", "Allt", "tillfragad")
    ]


def test_en_kopia_av_en_lang_titel_far_plats(forsta: Prioritering) -> None:
    lang = andringar.skapa_aktivitet(av=None, prioritering=forsta, titel="x" * 200)

    kopia = andringar.kopiera_aktivitet(av=None, aktivitet=lang)

    assert len(kopia.titel) == 200
    assert kopia.titel.endswith("… (kopia)")


@pytest.mark.parametrize("vad", ["upp/", "ner/", "kopiera/", "flytta/"])
def test_en_beslutad_plans_aktiviteter_star_dar_de_star(
    som_planerare: Client, utkast: Handlingsplan, forsta: Prioritering, andra: Prioritering, vad: str
) -> None:
    adress, b = _adress("B", vad), forsta.aktiviteter.get(titel="B")
    Handlingsplan.objects.filter(pk=utkast.pk).update(status="beslutad")

    svar = som_planerare.post(adress, {"prioritering": andra.pk, "version": b.version}, follow=True)

    assert "innehållet ändras bara genom ett ändringsbeslut." in platt(svar)
    assert _titlar(forsta) == list("ABC")


@pytest.mark.parametrize("vad", ["upp/", "kopiera/", "flytta/"])
def test_bara_de_som_planerar_flyttar_och_kopierar(
    client: Client, tjansteperson: Anvandare, forsta: Prioritering, vad: str
) -> None:
    client.force_login(tjansteperson)

    assert client.post(_adress("B", vad)).status_code == 403


def test_planens_ord_har_den_nya_ordningen(utkast: Handlingsplan, forsta: Prioritering) -> None:
    c = forsta.aktiviteter.get(titel="C")
    andringar.flytta_aktivitet(av=None, aktivitet=c, version=c.version, steg=-2)

    data = plandata(innehall(utkast))

    assert [a["titel"] for a in data["ordning"][0]["aktiviteter"]] == ["C", "A", "B"]
