"""Working on the draft: weigh, prioritise, put off, and say what is to be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar import beslut
from insatser.andringar import handlingsplan as andringar
from insatser.andringar.roller import Rollrad
from insatser.fragor import handlingsplan as planer
from insatser.models import Aktivitet, Bortval, Fardplan, Handlingsplan, Insats, Prioritering, Samverkansorgan
from insatser.regler.medverkan import Deltagande, Roll
from tests import klocka
from tests.sidtext import platt

TAVLAN = f"{klocka.PLAN}prioritera/"
FRAN, TILL = klocka.FRAN, klocka.TILL


@pytest.fixture
def utkast(flemingsberg: Fardplan) -> Handlingsplan:
    """The example draft with five prioritised insatser."""
    return Handlingsplan.objects.select_related("fardplan__stadskarna").get(fardplan=flemingsberg, exempel=True)


@pytest.fixture
def forsta(utkast: Handlingsplan) -> Prioritering:
    return utkast.prioriteringar.order_by("ordning").first()


@pytest.fixture
def som_planerare(client: Client, planerare: Anvandare) -> Client:
    client.force_login(planerare)
    return client


def _ordning(plan: Handlingsplan) -> list[str]:
    rader = plan.prioriteringar.select_related("insats__malomrade").order_by("ordning")
    assert [p.ordning for p in rader] == list(range(1, len(rader) + 1))
    return [p.insats.nummer for p in rader]


def _version(plan: Handlingsplan, nummer: str) -> int:
    """That of the prioritering, as its buttons carry it."""
    (version,) = [
        p.version for p in plan.prioriteringar.select_related("insats__malomrade") if p.insats.nummer == nummer
    ]
    return version


def test_ett_utkast_skapas_och_leder_till_tavlan(som_planerare: Client, flemingsberg: Fardplan) -> None:
    svar = som_planerare.post(
        "/flemingsberg/handlingsplan/ny/", {"ar_fran": f"{TILL + 1}", "ar_till": f"{TILL + 2}", "inledning": ""}
    )

    assert svar.headers["Location"] == f"/flemingsberg/handlingsplan/{TILL + 1}-{TILL + 2}/prioritera/"
    assert Handlingsplan.objects.get(fardplan=flemingsberg, ar_fran=TILL + 1).status == "utkast"


def test_den_forsta_planen_fragar_inte_vad_som_fors_over(som_planerare: Client) -> None:
    html = platt(som_planerare.get("/kungens-kurva-skarholmen/handlingsplan/ny/"))

    assert "Skapa utkast" in html
    assert "Ta med det som förs över" not in html


def test_skalet_fragas_efter_med_samma_ord_som_planen_sager_att_det_saknas(som_planerare: Client) -> None:
    html = platt(som_planerare.get(f"{TAVLAN}1.3/skal/"))

    assert 'Varför prioriteras insatsen nu?<span class="small">(bör finnas före beslutet)</span>' in html


def test_en_andra_plan_for_samma_period_nekas_och_det_skrivna_star_kvar(som_planerare: Client) -> None:
    svar = som_planerare.post(
        "/flemingsberg/handlingsplan/ny/", {"ar_fran": f"{FRAN}", "ar_till": f"{TILL}", "inledning": "Min text"}
    )

    assert svar.status_code == 422
    assert "Det finns redan en handlingsplan för perioden." in platt(svar)
    assert "Min text" in platt(svar)


def test_en_insats_som_lyfts_in_hamnar_sist(
    som_planerare: Client, utkast: Handlingsplan, insats: Callable[[str], Insats]
) -> None:
    som_planerare.post(f"{TAVLAN}3.1/lyft/")
    som_planerare.post(f"{TAVLAN}3.1/lyft/")

    assert _ordning(utkast) == ["1.3", "1.4", "2.3", "3.4", "4.4", "3.1"]


@pytest.mark.parametrize(
    ("nummer", "hall", "efter"),
    [
        ("3.4", "upp", ["1.3", "1.4", "3.4", "2.3", "4.4"]),
        ("1.3", "ner", ["1.4", "1.3", "2.3", "3.4", "4.4"]),
        ("1.3", "upp", ["1.3", "1.4", "2.3", "3.4", "4.4"]),
        ("4.4", "ner", ["1.3", "1.4", "2.3", "3.4", "4.4"]),
    ],
)
def test_flytta_ett_steg(
    som_planerare: Client, utkast: Handlingsplan, nummer: str, hall: str, efter: list[str]
) -> None:
    som_planerare.post(f"{TAVLAN}{nummer}/{hall}/", {"version": _version(utkast, nummer)})

    assert _ordning(utkast) == efter


def test_tva_som_flyttar_lika_flyttar_en_gang(som_planerare: Client, utkast: Handlingsplan) -> None:
    sedd = {"version": _version(utkast, "3.4")}

    svar = [som_planerare.post(f"{TAVLAN}3.4/upp/", sedd, follow=True) for _ in range(2)]

    assert _ordning(utkast) == ["1.3", "1.4", "3.4", "2.3", "4.4"]
    assert ["3.4 är flyttad upp." in platt(s) for s in svar] == [True, True]


def test_den_som_flyttar_det_en_annan_flyttat_far_veta_det(som_planerare: Client, utkast: Handlingsplan) -> None:
    sedd = {"version": _version(utkast, "3.4")}

    som_planerare.post(f"{TAVLAN}3.4/upp/", sedd)
    svar = som_planerare.post(f"{TAVLAN}3.4/ner/", sedd, follow=True)

    assert _ordning(utkast) == ["1.3", "1.4", "3.4", "2.3", "4.4"]
    assert "Inget är gjort: det här har ändrats sedan du öppnade sidan, senast av dig" in platt(svar)


def test_ett_nytt_skal_hindrar_inte_en_flytt(som_planerare: Client, utkast: Handlingsplan) -> None:
    p = utkast.prioriteringar.get(ordning=2)
    andringar.andra_skal(av=None, prioritering=p, version=p.version, skal="Nytt")

    som_planerare.post(f"{TAVLAN}1.4/upp/", {"version": p.version})

    assert _ordning(utkast)[:2] == ["1.4", "1.3"]


def test_en_insats_med_aktiviteter_tas_inte_ur(som_planerare: Client, utkast: Handlingsplan) -> None:
    svar = som_planerare.post(f"{TAVLAN}1.3/ta-ur/", {"version": _version(utkast, "1.3")}, follow=True)

    assert "Insatsen har 2 aktiviteter i planen. Ta bort dem först." in platt(svar)
    assert "1.3" in _ordning(utkast)


def test_att_ta_ur_sluter_luckan(som_planerare: Client, utkast: Handlingsplan) -> None:
    Aktivitet.objects.filter(prioritering__handlingsplan=utkast, prioritering__ordning=2).delete()

    som_planerare.post(f"{TAVLAN}1.4/ta-ur/", {"version": _version(utkast, "1.4")})

    assert _ordning(utkast) == ["1.3", "2.3", "3.4", "4.4"]


def test_ett_skal_som_ingen_last_forsvinner_inte(
    som_planerare: Client, utkast: Handlingsplan, insats: Callable[[str], Insats]
) -> None:
    """Neither when the insats is taken out, nor when it is lifted in from a page that was opened before."""
    p = andringar.lyft(av=None, plan=utkast, insats=insats("3.1"))
    andringar.andra_skal(av=None, prioritering=p, version=p.version, skal="Nu är det dags.")
    andringar.valj_bort(av=None, plan=utkast, insats=insats("2.2"), skal="Pengarna räcker inte.")

    ut = som_planerare.post(f"{TAVLAN}3.1/ta-ur/", {"version": p.version}, follow=True)
    in_ = som_planerare.post(f"{TAVLAN}2.2/lyft/", follow=True)

    assert ["Inget är gjort" in platt(svar) for svar in (ut, in_)] == [True, True]
    assert (utkast.bortval.get().skal, "3.1" in _ordning(utkast)) == ("Pengarna räcker inte.", True)


def test_det_som_far_vanta_star_antecknat_tills_det_lyfts_in(som_planerare: Client, utkast: Handlingsplan) -> None:
    utan_skal = som_planerare.post(f"{TAVLAN}3.1/vanta/", {"skal": " ", "version": "0"})
    som_planerare.post(f"{TAVLAN}3.1/vanta/", {"skal": "Väntar på kartläggningen.", "version": "0"})
    pa_tavlan = platt(som_planerare.get(TAVLAN))
    som_planerare.post(f"{TAVLAN}3.1/lyft/", {"version": Bortval.objects.get().version})

    assert utan_skal.status_code == 422
    assert "Väntar på kartläggningen." in pa_tavlan
    assert not Bortval.objects.exists()


def test_tavlan_visar_vad_forra_planen_gjorde(
    som_planerare: Client, flemingsberg: Fardplan, insats: Callable[[str], Insats]
) -> None:
    forra = Handlingsplan.objects.create(fardplan=flemingsberg, ar_fran=FRAN - 2, ar_till=FRAN - 1)
    Prioritering.objects.create(handlingsplan=forra, insats=insats("3.1"), ordning=1, skal="Det var bråttom.")

    sagt = f"Handlingsplan {FRAN - 2}–{FRAN - 1}: prioritet 1"
    kortet = platt(som_planerare.get(TAVLAN)).split(sagt)[1].split("</details>")[0]
    assert [d for d in ("Det var bråttom.", "Inga aktiviteter") if d not in kortet] == []


def test_tavlan_kostar_lika_mycket_med_fler_insatser(
    som_planerare: Client, flemingsberg: Fardplan, django_assert_num_queries: Callable[..., object]
) -> None:
    fraga = 12
    with django_assert_num_queries(fraga):
        som_planerare.get(TAVLAN)
    malomrade = Insats.objects.first().malomrade
    for n in range(50, 60):
        Insats.objects.create(malomrade=malomrade, fardplan=flemingsberg, ordning=n, titel="Ny")

    with django_assert_num_queries(fraga):
        som_planerare.get(TAVLAN)


def test_en_aktivitet_skrivs_med_sina_aktorer(
    som_planerare: Client, forsta: Prioritering, aktor: Callable[[str], Aktor]
) -> None:
    huddinge = aktor("huddinge-kommun")
    svar = som_planerare.post(
        f"{TAVLAN}1.3/aktivitet/",
        {
            "titel": "Pröva en sommargata",
            "start": f"{TILL}-04-01",
            "slut": f"{TILL}-09-30",
            "status": "planerad",
            "version": "1",
            "roll-TOTAL_FORMS": "1",
            "roll-INITIAL_FORMS": "0",
            "roll-0-aktor": huddinge.pk,
            "roll-0-roll": "ansvarig",
            "roll-0-ansvarar_for": "Avstängning och möblering",
            "roll-0-deltagande": "tillfragad",
        },
    )

    ny = forsta.aktiviteter.get(titel="Pröva en sommargata")
    assert svar.headers["Location"] == f"{klocka.PLAN}#insats-1.3"
    assert (ny.tid, ny.ordning) == (f"{TILL} kv. 2–3", 3)
    assert [(d.aktor, d.roll, d.ansvarar_for) for d in ny.aktorer.all()] == [
        (huddinge, "ansvarig", "Avstängning och möblering")
    ]


@pytest.mark.parametrize(
    ("start", "slut", "meddelande"),
    [
        (f"{TILL}-04-01", f"{FRAN}-03-31", "Aktiviteten kan inte sluta innan den börjar."),
        (f"{TILL + 4}-01-01", "", "Välj ett giltigt alternativ"),
    ],
)
def test_en_omojlig_aktivitet_nekas(som_planerare: Client, start: str, slut: str, meddelande: str) -> None:
    svar = som_planerare.post(
        f"{TAVLAN}1.3/aktivitet/",
        {
            "titel": "Min aktivitet",
            "start": start,
            "slut": slut,
            "status": "planerad",
            "version": "1",
            "roll-TOTAL_FORMS": "0",
            "roll-INITIAL_FORMS": "0",
        },
    )

    assert svar.status_code == 422
    assert meddelande in platt(svar)
    assert "Min aktivitet" in platt(svar)


def test_utanfor_perioden_nekas_av_andringen_sjalv(planerare: Anvandare, forsta: Prioritering) -> None:
    with pytest.raises(ValidationError, match=f"utanför planens period {klocka.AREN}"):
        andringar.skapa_aktivitet(av=planerare, prioritering=forsta, titel="Sent", start=date(TILL + 1, 1, 1))


def test_tva_andrar_en_aktivitet_och_bada_andringarna_star_kvar(
    planerare: Anvandare, forsta: Prioritering, aktor: Callable[[str], Aktor]
) -> None:
    vald = forsta.aktiviteter.first()
    roller = [Rollrad(d.aktor_id, Roll(d.roll), d.ansvarar_for, Deltagande(d.deltagande)) for d in vald.aktorer.all()]
    polisen = Rollrad(aktor("polisen").pk, Roll.MEDVERKANDE, "Trygghet")
    andringar.andra_aktivitet(
        av=planerare, aktivitet=vald, version=vald.version, roller=[*roller, polisen], titel=vald.titel
    )

    nu = andringar.andra_aktivitet(av=planerare, aktivitet=vald, version=vald.version, roller=roller, titel="Ny titel")

    assert nu.titel == "Ny titel"
    assert "polisen" in {d.aktor.slug for d in nu.aktorer.all()}
    assert nu.version == vald.version + 2


def test_tva_andrar_samma_titel_och_den_andra_ser_bada(planerare: Anvandare, forsta: Prioritering) -> None:
    vald = forsta.aktiviteter.first()
    roller = [Rollrad(d.aktor_id, Roll(d.roll), d.ansvarar_for, Deltagande(d.deltagande)) for d in vald.aktorer.all()]
    Aktivitet.objects.filter(pk=vald.pk).update(titel="Deras")

    with pytest.raises(Krock) as krock:
        andringar.andra_aktivitet(av=planerare, aktivitet=vald, version=vald.version, roller=roller, titel="Min")

    assert [(k.bas, k.deras, k.mina) for k in krock.value.konflikter] == [(vald.titel, "Deras", "Min")]


def test_en_beslutad_plan_andras_av_ingen_har(
    som_planerare: Client, planerare: Anvandare, utkast: Handlingsplan, insats: Callable[[str], Insats]
) -> None:
    Handlingsplan.objects.filter(pk=utkast.pk).update(status="beslutad")

    assert som_planerare.get(TAVLAN).status_code == 404
    with pytest.raises(ValidationError, match="beslutad"):
        andringar.lyft(av=planerare, plan=utkast, insats=insats("3.1"))


@pytest.fixture
def decided_meanwhile(utkast: Handlingsplan) -> str:
    """The rule that the plan is under since somebody opened a page to change it."""
    organ = Samverkansorgan.objects.get(stadskarna=utkast.fardplan.stadskarna, slag="styrgrupp", till=None)
    varden = {"organ": organ, "datum": date(2026, 3, 19), "paragraf": "4"}
    beslut.besluta(av=None, plan=utkast, version=utkast.version, **varden)
    beslutad = f"Handlingsplan {klocka.AREN} är beslutad sedan 19 mars 2026"
    return f"{beslutad}: innehållet ändras bara genom ett ändringsbeslut."


@pytest.mark.parametrize("htmx", [False, True])
def test_den_som_sparar_efter_beslutet_far_veta_regeln_och_har_det_skrivna_kvar(
    som_planerare: Client, forsta: Prioritering, decided_meanwhile: str, htmx: bool
) -> None:
    vald = forsta.aktiviteter.order_by("ordning").first()
    sida = klocka.PLAN
    falt = {"titel": "Min nya titel", "status": "planerad", "version": str(vald.version)}
    falt |= {"roll-TOTAL_FORMS": "0", "roll-INITIAL_FORMS": "0"}
    skrivet = {
        f"{sida}aktivitet/{vald.pk}/": falt,
        f"{TAVLAN}1.3/aktivitet/": falt,
        f"{TAVLAN}1.3/skal/": {"skal": "Min nya titel", "version": str(forsta.version)},
        f"{TAVLAN}3.1/vanta/": {"skal": "Min nya titel", "version": "0"},
        f"{sida}inledning/": {"inledning": "Min nya titel", "version": "2"},
    }

    svar = {a: som_planerare.post(a, f, headers={"HX-Request": "true"} if htmx else {}) for a, f in skrivet.items()}

    assert {a: s.status_code for a, s in svar.items()} == dict.fromkeys(skrivet, 422)
    assert [a for a, s in svar.items() if decided_meanwhile not in platt(s) or "Min nya titel" not in platt(s)] == []


def test_en_beslutad_plans_tavla_sager_det_och_leder_till_planen(som_planerare: Client, decided_meanwhile: str) -> None:
    sidan = som_planerare.get(TAVLAN)
    knappen = som_planerare.post(f"{TAVLAN}1.3/ner/", follow=True)

    for svar in (sidan, knappen):
        assert svar.status_code == 404
        assert f"<h1>Handlingsplan {klocka.AREN} är beslutad</h1>" in platt(svar)
        assert decided_meanwhile in platt(svar)
        assert f'href="{klocka.PLAN}"' in platt(svar)
        assert "Sidan finns inte" not in platt(svar)


def test_en_avslutad_plan_sager_att_den_ar_avslutad(
    som_planerare: Client, planerare: Anvandare, utkast: Handlingsplan, decided_meanwhile: str
) -> None:
    Handlingsplan.objects.filter(pk=utkast.pk).update(status="avslutad", avslutad=date(2026, 11, 2))

    text = platt(som_planerare.get(TAVLAN))

    assert f"Handlingsplan {klocka.AREN} är avslutad sedan 2 november 2026 och går bara att läsa." in text
    with pytest.raises(ValidationError, match="är avslutad sedan 2 november 2026"):
        andringar.andra(av=planerare, plan=utkast, version=utkast.version, inledning="Ny")


def test_det_som_saknas_listas_fore_beslutet(
    som_planerare: Client, utkast: Handlingsplan, forsta: Prioritering
) -> None:
    Prioritering.objects.filter(pk=forsta.pk).update(skal="")
    forsta.aktiviteter.first().aktorer.filter(roll="ansvarig").delete()

    text = platt(som_planerare.get(klocka.PLAN))

    utan = forsta.aktiviteter.first()
    brister = planer.brister(planer.innehall(utkast))
    assert f"Det här saknas före beslutet ({len(brister)})" in text
    assert f'<a href="{TAVLAN}1.3/skal/">1.3 saknar skäl.</a>' in text
    assert f'<a href="{klocka.PLAN}aktivitet/{utan.pk}/">1.3: ”{utan.titel}” har ingen ansvarig.</a>' in text


def test_varje_brist_leder_dit_man_rattar_den(
    som_planerare: Client, utkast: Handlingsplan, forsta: Prioritering
) -> None:
    Prioritering.objects.filter(pk=forsta.pk).update(skal="")
    Insats.objects.filter(pk=forsta.insats_id).update(avford=date(2026, 11, 2), avford_skal="Klar")
    Aktivitet.objects.filter(prioritering=forsta).update(start=None, kostnad=90_000)

    brister = planer.brister(planer.innehall(utkast))

    sidor = {b.adress for b in brister}
    assert {f"{TAVLAN}?vid=1.3", f"{TAVLAN}1.3/skal/", f"{klocka.PLAN}finansiering/"} < sidor
    assert {som_planerare.get(adress).status_code for adress in sidor} == {200}


def test_knappen_sager_andra_nar_skalet_ar_skrivet(som_planerare: Client, forsta: Prioritering) -> None:
    skrivet = platt(som_planerare.get(TAVLAN))
    Prioritering.objects.filter(pk=forsta.pk).update(skal="")
    utan = platt(som_planerare.get(TAVLAN))

    assert 'Ändra skäl<span class="dold">för 1.3</span>' in skrivet
    assert 'Skriv skäl<span class="dold">för 1.3</span>' in utan


@pytest.mark.parametrize("adress", [TAVLAN, f"{TAVLAN}1.3/skal/", f"{TAVLAN}1.3/aktivitet/", f"{TAVLAN}3.1/vanta/"])
def test_bara_de_som_planerar_kommer_till_tavlan(client: Client, tjansteperson: Anvandare, adress: str) -> None:
    client.force_login(tjansteperson)

    assert client.get(adress).status_code == 403


def test_att_spara_igen_efter_en_krock_behaller_den_andras_roller(
    som_planerare: Client, planerare: Anvandare, forsta: Prioritering, aktor: Callable[[str], Aktor]
) -> None:
    vald = forsta.aktiviteter.first()
    adress = f"{klocka.PLAN}aktivitet/{vald.pk}/"
    gammal = som_planerare.get(adress).context
    falt = {f.html_name: f.value() or "" for f in gammal["form"]} | {"titel": "Min titel"}
    falt |= {f.html_name: f.value() or "" for rad in gammal["rader"] for f in rad if f.name != "DELETE"}
    falt |= {f.html_name: f.value() or "" for f in gammal["rader"].management_form}
    roller = [Rollrad(d.aktor_id, Roll(d.roll), d.ansvarar_for, Deltagande(d.deltagande)) for d in vald.aktorer.all()]
    polisen = Rollrad(aktor("polisen").pk, Roll.MEDVERKANDE, "Trygghet")
    andringar.andra_aktivitet(
        av=planerare, aktivitet=vald, version=vald.version, roller=[*roller, polisen], titel="Deras titel"
    )

    krock = som_planerare.post(adress, falt)
    igen = {f.html_name: f.value() or "" for f in krock.context["form"]}
    igen |= {f.html_name: f.value() or "" for rad in krock.context["rader"] for f in rad if f.name != "DELETE"}
    igen |= {f.html_name: f.value() or "" for f in krock.context["rader"].management_form}
    sparat = som_planerare.post(adress, igen)

    vald.refresh_from_db()
    assert (krock.status_code, sparat.status_code, vald.titel) == (409, 302, "Min titel")
    assert "polisen" in {d.aktor.slug for d in vald.aktorer.all()}


@pytest.mark.parametrize(
    ("plats", "efter"),
    [
        ("1", ["2.3", "1.3", "1.4", "3.4", "4.4"]),
        ("5", ["1.3", "1.4", "3.4", "4.4", "2.3"]),
        ("99", ["1.3", "1.4", "3.4", "4.4", "2.3"]),
        ("0", ["2.3", "1.3", "1.4", "3.4", "4.4"]),
        ("", ["1.3", "1.4", "2.3", "3.4", "4.4"]),
        ("mitten", ["1.3", "1.4", "2.3", "3.4", "4.4"]),
    ],
)
def test_ett_kort_stalls_dar_det_slapptes(
    som_planerare: Client, utkast: Handlingsplan, plats: str, efter: list[str]
) -> None:
    svar = som_planerare.post(f"{TAVLAN}2.3/plats/", {"plats": plats, "version": _version(utkast, "2.3")})

    assert (svar.status_code, _ordning(utkast)) == (302, efter)


def test_en_insats_lyfts_in_pa_sin_plats(som_planerare: Client, utkast: Handlingsplan) -> None:
    som_planerare.post(f"{TAVLAN}3.1/lyft/", {"plats": "2"})

    assert _ordning(utkast) == ["1.3", "3.1", "1.4", "2.3", "3.4", "4.4"]


def test_korten_sager_vad_forra_planen_sa(som_planerare: Client, utkast: Handlingsplan) -> None:
    Handlingsplan.objects.filter(pk=utkast.pk).update(status="beslutad")
    ny = andringar.skapa(av=None, fardplan=utkast.fardplan, ar_fran=TILL + 1, ar_till=TILL + 2)

    html = platt(som_planerare.get(f"/flemingsberg/handlingsplan/{TILL + 1}-{TILL + 2}/prioritera/"))

    assert ny.pk != utkast.pk
    assert html.count(f"Handlingsplan {klocka.AREN}: prioritet") == 5
    aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan=utkast).first()
    assert f"{aktivitet.titel}: {aktivitet.get_status_display().lower()}" in html


def test_pa_vaggen_star_ordning_skal_och_det_som_far_vanta(
    client: Client, styrgrupp: Anvandare, utkast: Handlingsplan, insats: Callable[[str], Insats]
) -> None:
    andringar.valj_bort(av=None, plan=utkast, insats=insats("3.1"), skal="Inga pengar i år")
    client.force_login(styrgrupp)

    html = platt(client.get(f"{klocka.PLAN}tavla/"))

    forsta = utkast.prioriteringar.order_by("ordning").first()
    assert html.index(forsta.skal) < html.index("Får vänta") < html.index("Inga pengar i år") < html.index("Inte vägda")


def test_utkastets_vagg_ar_bara_for_inloggade(client: Client, utkast: Handlingsplan) -> None:
    adress = f"{klocka.PLAN}tavla/"
    utan = client.get(adress).status_code
    Handlingsplan.objects.filter(pk=utkast.pk).update(status="beslutad")

    assert (utan, client.get(adress).status_code) == (404, 200)
