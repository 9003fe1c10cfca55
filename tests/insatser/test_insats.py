"""One insats with everything about it on one page, and nothing internal for besökare."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from aktorer.models import Aktor, Anvandare, Gruppmedlem
from insatser.andringar import insats as andringar
from insatser.models import Fardplan, Handlingsplan, Insats, Lagesrapport, Prioritering, Samband
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]

SIDA = "/flemingsberg/insatser/1.3/"
REGION, HUDDINGE, BOTKYRKA, LOCUM = "region-stockholm", "huddinge-kommun", "botkyrka-kommun", "locum-ab"


def test_allt_om_insatsen_star_pa_en_sida(som_planerare: Client, insats: Hamta) -> None:
    andringar.koppla(av=None, fran=insats("1.3"), till=insats("4.3"), slag=Samband.Slag.HANGER_IHOP)
    andringar.avfor(av=None, insats=insats("1.5"), version=1, skal="Ersatt", ersatts_av=insats("1.3"))
    rad, senaste = insats("1.3"), Lagesrapport.objects.filter(insats=insats("1.3")).latest("datum")
    prio = Prioritering.objects.get(insats=rad)

    html = platt(som_planerare.get(SIDA))

    delar = [
        f'<span class="nr">1.3</span>{rad.titel}</h1>',
        "1. Levande och attraktiva stadskärnor · Kärnspecifik insats",
        rad.text,
        f"Källa: {rad.kalla}",
        rad.kallnotering,
        "Ingen ansvarig utsedd.",
        senaste.kommentar,
        date_format(klocka.lagets("2026-11-12"), "j F Y"),
        "Risk för avvikelse",
        "Exempeldata",
        "Tidigare lägesrapporter (2)",
        f"handlingsplanen {klocka.AREN}",
        prio.skal,
        prio.aktiviteter.first().titel,
        "Hänger ihop med",
        insats("4.3").titel,
        "Ersätter",
        "Rapportera läget",
        "Senast ändrat",
        "Insatsen lades upp",
        'rel="prev"',
        'rel="next"',
        *(namn for namn in ("Botkyrka kommun", "Huddinge kommun", "Region Stockholm", "Polisen")),
        *(f"{SIDA}{del_}/" for del_ in ("redigera", "roller", "flytta", "avfor", "samband", "historik", "lage")),
    ]
    assert [del_ for del_ in delar if del_ not in html] == []


def test_besokare_ser_det_antagna_men_inget_internt(client: Client, insats: Hamta) -> None:
    prio = Prioritering.objects.get(insats=insats("1.3"))

    html = platt(client.get(SIDA))

    assert insats("1.3").titel in html
    assert "Upphandlingen av gestaltningen är försenad till våren." in html
    internt = [
        "Nuläget är beskrivet",
        f"handlingsplanen {klocka.FRAN}",
        prio.skal,
        "Senast ändrat",
        "historik/",
        "redigera/",
        "roller/",
        "Rapportera läget",
        "csrfmiddlewaretoken",
    ]
    assert [del_ for del_ in internt if del_ in html] == []


def test_besokare_ser_beslutad_handlingsplan(client: Client) -> None:
    Handlingsplan.objects.update(status="beslutad")

    assert f"handlingsplanen {klocka.AREN}" in platt(client.get(SIDA))


def test_namnet_pa_den_som_rapporterat_visas_bara_for_inloggade(
    client: Client, tjansteperson: Anvandare, insats: Hamta, flemingsberg: Fardplan, lage: Callable[..., Lagesrapport]
) -> None:
    lage(insats("1.3"), flemingsberg.stadskarna, av=tjansteperson, aktor=tjansteperson.aktor)

    utan = platt(client.get(SIDA))
    client.force_login(tjansteperson)
    med = platt(client.get(SIDA))

    assert ("Huddinge kommun" in utan, tjansteperson.namn in utan) == (True, False)
    assert tjansteperson.namn in med


@pytest.mark.usefixtures("alla_publicerade")
def test_gruppen_visar_vilka_den_betyder_har(client: Client, aktor: Callable[[str], Aktor]) -> None:
    Gruppmedlem.objects.create(grupp=aktor("naringslivet"), aktor=aktor(LOCUM))

    har = client.get("/flemingsberg/insatser/1.1/").context["roller"]
    dar = client.get("/haninge/insatser/1.1/").context["roller"]

    def betyder(roller: Any) -> dict[str, list[str]]:
        return {d.medverkan.aktor.slug: [a.slug for a in d.betyder] for d in roller}

    assert betyder(har) == {
        REGION: [],
        "karnkommunerna": [HUDDINGE, BOTKYRKA],
        "naringslivet": [LOCUM],
        "fastighetsagare": [],
    }
    assert betyder(dar)["karnkommunerna"] == ["haninge-kommun"]


@pytest.mark.usefixtures("alla_publicerade")
def test_laget_ar_karnans_eget(client: Client, planerare: Anvandare) -> None:
    client.force_login(planerare)

    har, dar = (
        [c["lage"], *c["tidigare_rapporter"]]
        for c in (client.get(f"/{s}/insatser/1.1/").context for s in ("flemingsberg", "kungens-kurva-skarholmen"))
    )

    assert [r.datum for r in har] == [klocka.lagets(d) for d in ("2026-10-06", "2026-05-28", "2026-02-12")]
    assert [r.datum for r in dar] == [klocka.lagets(d) for d in ("2026-09-29", "2026-04-15")]


@pytest.mark.parametrize(
    ("nummer", "fore", "efter"),
    [("1.1", None, "1.2"), ("1.5", "1.4", "2.1"), ("4.5", "4.4", None)],
)
def test_grannarna_kommer_i_nummerordning(client: Client, nummer: str, fore: str | None, efter: str | None) -> None:
    sammanhang = client.get(f"/flemingsberg/insatser/{nummer}/").context

    assert [getattr(sammanhang[vem], "nummer", None) for vem in ("fore", "efter")] == [fore, efter]


@pytest.mark.parametrize("nummer", ["1.6", "0.1", "1.03", "01.3", "1", "1.3.1", "x", "1.99999999", "١.٣", "1%00"])
def test_okant_nummer_ar_404(som_planerare: Client, nummer: str) -> None:
    svar = [
        som_planerare.get(f"/flemingsberg/insatser/{nummer}/{del_}").status_code for del_ in ("", "redigera/", "lage/")
    ]

    assert svar == [404, 404, 404]


def test_det_senast_andrade_sager_vem_och_vad(
    client: Client, planerare: Anvandare, styrgrupp: Anvandare, insats: Hamta
) -> None:
    andringar.andra(av=planerare, insats=insats("1.3"), version=1, titel="Ny titel", text="Ny text")
    client.force_login(styrgrupp)

    svar = client.get(SIDA)

    assert [(a.vem, a.vad) for a in svar.context["andrat"]] == [
        (planerare.namn, "Titeln och texten ändrades"),
        ("", "Insatsen lades upp"),
    ]


def test_en_tyst_insats_syns(
    client: Client, lage: Callable[..., Lagesrapport], insats: Hamta, haninge: Fardplan
) -> None:
    lage(insats("1.1"), haninge.stadskarna, datum=date(2026, 1, 1))
    dagar = (timezone.localdate() - date(2026, 1, 1)).days

    assert f"Inte uppdaterad på {dagar} dagar" in platt(client.get("/haninge/insatser/1.1/"))


def test_antalet_fragor_beror_inte_pa_vad_som_finns_om_insatsen(
    som_planerare: Client,
    django_assert_num_queries: Any,
    insats: Hamta,
    haninge: Fardplan,
    lage: Callable[..., Lagesrapport],
    rolla: Callable[..., Insats],
) -> None:
    def fyll(antal: int) -> None:
        rolla("1.2", insats("1.2").version, None, *[REGION, HUDDINGE, BOTKYRKA][:antal])
        for nr in ("2.1", "2.2", "3.1")[:antal]:
            andringar.koppla(av=None, fran=insats("1.2"), till=insats(nr), slag=Samband.Slag.HANGER_IHOP)
        for dag in range(antal):
            lage(insats("1.2"), haninge.stadskarna, datum=date(2026, 11, 1 + dag))

    for antal in (1, 3):
        fyll(antal)
        with django_assert_num_queries(23):
            som_planerare.get("/haninge/insatser/1.2/")


def test_samband_till_en_insats_i_en_annan_karna_visas_inte(
    client: Client, flemingsberg: Fardplan, insats: Callable[[str], Insats]
) -> None:
    Samband.objects.create(fran=insats("1.1"), till=insats("1.3"), slag="hanger_ihop")

    har, dar = client.get("/flemingsberg/insatser/1.1/"), client.get("/haninge/insatser/1.1/")

    assert insats("1.3").titel in har.text
    assert insats("1.3").titel not in dar.text


def test_radslut_ar_ingen_andring(client: Client, planerare: Anvandare, insats: Callable[[str], Insats]) -> None:
    Insats.objects.filter(pk=insats("1.3").pk).update(text="Ett\n\nTvå")
    client.force_login(planerare)
    fore = insats("1.3")
    falt = {"titel": fore.titel, "text": "Ett\r\n\r\nTvå", "kalla": fore.kalla, "kallnotering": fore.kallnotering}

    client.post("/flemingsberg/insatser/1.3/redigera/", falt | {"version": fore.version, "insats": fore.pk})

    assert insats("1.3").version == fore.version


# --- the selection of the insatskarta that one came from

URVAL = "?typ=karnspecifik&bedomning=risk"


@pytest.fixture
def i_urvalet(flemingsberg: Fardplan, lage: Callable[..., Lagesrapport], insats: Hamta) -> list[str]:
    """The numbers of what URVAL selects: three insatser that lie apart."""
    Lagesrapport.objects.filter(bedomning="risk").update(aterkallad=timezone.now())
    nummer = ["1.3", "2.4", "4.5"]
    for n in nummer:
        lage(insats(n), flemingsberg.stadskarna, datum=timezone.localdate(), bedomning="risk", kommentar="Prov")
    return nummer


@pytest.mark.parametrize("vy", ["karta", "tabell", "matris"])
def test_kartan_leder_till_insatserna_med_sitt_urval(client: Client, i_urvalet: list[str], vy: str) -> None:
    html = platt(client.get(f"/flemingsberg/insatskarta/{URVAL}&vy={vy}"))

    med_vy = URVAL.replace("&", "&amp;") + ("" if vy == "karta" else f"&amp;vy={vy}")
    assert re.findall(r'href="/flemingsberg/insatser/([\d.]+)/(.*?)"', html) == [(n, med_vy) for n in i_urvalet]


def test_man_bladdrar_i_urvalet_och_hittar_tillbaka_till_det(client: Client, i_urvalet: list[str]) -> None:
    html = platt(client.get(f"/flemingsberg/insatser/2.4/{URVAL}"))

    kvar = URVAL.replace("&", "&amp;")
    assert f'<a href="/flemingsberg/insatskarta/{kvar}">Insatskarta (ditt urval)</a>' in html
    assert f'href="/flemingsberg/insatser/1.3/{kvar}" rel="prev"' in html
    assert f'href="/flemingsberg/insatser/4.5/{kvar}" rel="next"' in html


def test_man_bladdrar_i_tabellens_ordning(client: Client, i_urvalet: list[str]) -> None:
    svar = client.get(f"/flemingsberg/insatser/1.3/{URVAL}&vy=tabell&fallande=1")

    assert (svar.context["fore"].nummer, svar.context["efter"]) == ("2.4", None)


def test_en_insats_som_lamnat_urvalet_har_grannar_kvar_i_det(client: Client, i_urvalet: list[str]) -> None:
    svar = client.get(f"/flemingsberg/insatser/3.1/{URVAL}")

    assert (svar.context["fore"].nummer, svar.context["efter"].nummer) == ("2.4", "4.5")


@pytest.mark.parametrize(
    ("fraga", "kvar"),
    [
        ("status=pagar&next=//ond.example/&fran=https://ond.example/", "?status=pagar"),
        ("status=strunt&malomrade=-1&vy=karta&q=", ""),
        ("q=%C3%A5%26x%3D1%23y&tyst=on", "?q=%C3%A5%26x%3D1%23y&amp;tyst=1"),
        ("sedan=2026-09-01&sortera=titel&vy=tabell", "?sedan=2026-09-01&amp;vy=tabell&amp;sortera=titel"),
    ],
)
def test_bara_det_som_ar_ett_urval_foljer_med(client: Client, fraga: str, kvar: str) -> None:
    html = platt(client.get(f"{SIDA}?{fraga}"))

    assert f'<p class="eyebrow"><a href="/flemingsberg/insatskarta/{kvar}">Insatskarta' in html
    assert "ond.example" not in html.split("<main")[1]


def test_bladdrandet_i_ett_urval_kostar_lika_mycket_hur_stort_det_an_ar(
    som_planerare: Client, django_assert_num_queries: Any
) -> None:
    for urval in ("malomrade=1&typ=karnspecifik", "vy=tabell"):
        with django_assert_num_queries(28):
            som_planerare.get(f"{SIDA}?{urval}")
