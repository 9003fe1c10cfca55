"""The färdplan for Flemingsberg as the fixtures hold it: numbers, titles and roles exactly as in the source."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from aktorer.models import Aktor
from insatser.fragor.finansiering import summor
from insatser.models import (
    Bidrag,
    Fardplan,
    Handlingsplan,
    Insats,
    Lagesrapport,
    Medverkan,
    Planversion,
    Plats,
    Samverkansorgan,
)
from insatser.pdf.handlingsplan import plandokument
from insatser.regler.medverkan import Deltagande, Roll
from insatser.regler.status import Bedomning, Status, lagesfel

pytestmark = pytest.mark.django_db

TITLAR = [
    (
        "1.1",
        "Stärk kommunikationen om de regionala stadskärnorna och deras betydelse för Stockholmsregionens utveckling",
    ),
    ("1.2", "Samverka för att stärka folkhälsoperspektivet i utvecklingen av de regionala stadskärnorna"),
    ("1.3", "Samverka kring utvecklingen av Hälsovägen"),
    ("1.4", "Arbeta med metodutveckling för en tryggare stadskärna"),
    ("1.5", "Fortsätt samverka kring aktörsneutral platskommunikation i Flemingsberg"),
    ("2.1", "Säkerställ vård efter behov med hjälp av stärkt samverkan"),
    ("2.2", "Samverka för att stärka kulturens och idrottens roll i utvecklingen av de regionala stadskärnorna"),
    ("2.3", "Verka för att Södertörns högskola blir universitet"),
    ("2.4", "Samverka för att stärka Flemingsbergs rättskluster"),
    ("3.1", "Stärk de regionala stadskärnornas olika profiler"),
    ("3.2", "Stärk näringslivet i de regionala stadskärnorna"),
    ("3.3", "Stärk små och medelstora företags konkurrenskraft i de regionala stadskärnorna"),
    ("3.4", "Stärk utvecklingen av Flemingsbergs Life Science-kluster"),
    ("4.1", "Stärk samverkan mellan nationell, regional och kommunal nivå"),
    ("4.2", "Öka kunskapen om resandets utveckling till och från de regionala stadskärnorna"),
    (
        "4.3",
        "Stärk kopplingarna inom kärnan och till dess omland och underlätta för fler att gå, cykla och åka kollektivt",
    ),
    ("4.4", "Säkerställ framkomligheten för samhällsviktig verksamhet i Flemingsberg"),
    ("4.5", "Undersök hur den storregionala tillgängligheten i järnvägssystemet kan utvecklas"),
]

GEMENSAMMA = ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "4.2"]
KARNSPECIFIKA = ["1.3", "1.4", "1.5", "2.3", "2.4", "3.4", "4.3", "4.4", "4.5"]

REGION = "Region Stockholm"
HUDDINGE = "Huddinge kommun"
BOTKYRKA = "Botkyrka kommun"

# Number: (ansvarig, medverkande in the order of the source).
ROLLER: dict[str, tuple[str | None, list[str]]] = {
    "1.1": (REGION, ["Kärnkommunerna", "Näringslivet", "Fastighetsägare"]),
    "1.2": (REGION, ["Kärnkommunerna"]),
    "1.3": (None, [BOTKYRKA, HUDDINGE, REGION, "Polisen"]),
    "1.4": (None, [HUDDINGE, BOTKYRKA, REGION]),
    "1.5": (None, [BOTKYRKA, HUDDINGE, REGION, "Flemingsberg Science"]),
    "2.1": (REGION, ["Kärnkommunerna"]),
    "2.2": (REGION, ["Kärnkommunerna"]),
    "2.3": (None, ["Södertörns högskola", BOTKYRKA, HUDDINGE, REGION]),
    "2.4": (None, [BOTKYRKA, HUDDINGE, REGION, "Näringslivet"]),
    "3.1": (REGION, ["Kärnkommunerna"]),
    "3.2": (REGION, ["Kärnkommunerna", "Näringslivet"]),
    "3.3": (REGION, ["Almi Stockholm AB", "Kärnkommunerna", "Näringslivet"]),
    "3.4": (None, [BOTKYRKA, HUDDINGE, REGION, "Flemingsberg Science", "Näringslivet"]),
    "4.1": (REGION, ["Kärnkommunerna", "Trafikverket"]),
    "4.2": (REGION, ["Kärnkommunerna", "Trafikverket", "Kommersiella kollektivtrafikföretag"]),
    "4.3": (None, [REGION, BOTKYRKA, HUDDINGE, "Trafikverket"]),
    "4.4": (None, [BOTKYRKA, HUDDINGE, REGION, "Trafikverket"]),
    "4.5": (REGION, ["Trafikverket", "Berörda kommuner"]),
}

# Where the source contradicts itself or is unclear, and a word that the note on it must hold.
MOTSAGELSER = {
    "1.1": "punkt",
    "1.3": "vad som ska göras",
    "1.4": "nummer 1.5",
    "1.5": "nummer 1.4",
    "2.3": "Flemingsberg Science",
    "2.4": "ansvarig",
    "4.2": "komma",
    "4.3": "punkt",
    "4.5": "ansvarig",
}

KARNKOMMUNER = [
    ("Södertälje stadskärna", ["Södertälje kommun"]),
    ("Kungens kurva-Skärholmen", [HUDDINGE, "Stockholms stad"]),
    ("Flemingsberg", [HUDDINGE, BOTKYRKA]),
    ("Haninge stadskärna", ["Haninge kommun"]),
    ("Arlanda-Märsta", ["Sigtuna kommun"]),
    ("Kista Sollentuna-Häggvik", ["Stockholms stad", "Sollentuna kommun"]),
    ("Barkarby-Jakobsberg", ["Järfälla kommun"]),
    ("Täby Centrum-Arninge", ["Täby kommun"]),
]


@pytest.fixture
def flemingsberg() -> Fardplan:
    return Fardplan.objects.get_by_natural_key("fardplaner-2026", "flemingsberg")


@pytest.fixture
def insatser(flemingsberg: Fardplan) -> list[Insats]:
    return list(
        Insats.objects.i_fardplan(flemingsberg)
        .select_related("malomrade__program", "fardplan__stadskarna")
        .prefetch_related("medverkan__aktor")
        .i_nummerordning()
    )


def test_flemingsberg_har_nio_gemensamma_och_nio_egna_insatser(insatser: list[Insats]) -> None:
    assert [i.nummer for i in insatser if i.gemensam] == GEMENSAMMA
    assert [i.nummer for i in insatser if not i.gemensam] == KARNSPECIFIKA
    assert len(insatser) == 18


def test_nummer_och_titlar_foljer_insatskartan(insatser: list[Insats]) -> None:
    assert [(i.nummer, i.titel) for i in insatser] == TITLAR


def test_roller_och_deras_ordning_foljer_kallan(insatser: list[Insats]) -> None:
    roller = {
        i.nummer: (i.ansvarig.aktor.namn if i.ansvarig else None, [m.aktor.namn for m in i.medverkande])
        for i in insatser
    }

    assert roller == ROLLER


def test_ordningen_raknas_fran_ett_i_varje_roll(insatser: list[Insats]) -> None:
    for insats in insatser:
        for roll in Roll:
            ordning = [m.ordning for m in insats.roller(roll)]
            assert ordning == list(range(1, len(ordning) + 1)), insats.nummer


def test_ingen_medverkan_utges_for_att_vara_bekraftad(insatser: list[Insats]) -> None:
    deltagande = Medverkan.objects.filter(insats__in=insatser).values_list("deltagande", flat=True)

    assert set(deltagande) == {Deltagande.EXEMPEL}


def test_varje_insats_har_text_och_sida_i_kallan(insatser: list[Insats]) -> None:
    utan_text = [i.nummer for i in insatser if not i.text]
    utan_sida = [i.nummer for i in insatser if not i.kalla.startswith("Färdplan för Flemingsberg (2026), s. ")]

    assert (utan_text, utan_sida) == ([], [])


def test_kallans_motsagelser_har_en_notering(insatser: list[Insats]) -> None:
    noteringar = {i.nummer: i.kallnotering for i in insatser if i.kallnotering}

    assert noteringar.keys() == MOTSAGELSER.keys()
    assert [nr for nr, ord_ in MOTSAGELSER.items() if ord_ not in noteringar[nr]] == []


def test_bara_en_grupp_betyder_karnkommunerna() -> None:
    karnkommunerna = Aktor.objects.get(avser_karnkommuner=True)

    assert (karnkommunerna.slug, karnkommunerna.namn) == ("karnkommunerna", "Kärnkommunerna")
    # Its members depend on the stadskärna, so it has none of its own.
    assert not karnkommunerna.medlemmar.exists()


def test_kallans_samlingsnamn_ar_grupper(insatser: list[Insats]) -> None:
    grupper = {m.aktor.namn for i in insatser for m in i.medverkan.all() if m.aktor.ar_grupp}

    assert grupper == {
        "Berörda kommuner",
        "Fastighetsägare",
        "Kommersiella kollektivtrafikföretag",
        "Kärnkommunerna",
        "Näringslivet",
    }


def test_atta_fardplaner_med_sina_karnkommuner() -> None:
    fardplaner = Fardplan.objects.filter(program__slug="fardplaner-2026").order_by("stadskarna__ordning")

    karnor = [
        (f.stadskarna.namn, [k.aktor.namn for k in f.stadskarna.karnkommun_set.order_by("ordning")]) for f in fardplaner
    ]

    assert karnor == KARNKOMMUNER


def test_bara_flemingsberg_har_karaktar_och_egna_insatser_och_ar_publicerad() -> None:
    fardplaner = Fardplan.objects.filter(program__slug="fardplaner-2026")

    assert [f.stadskarna.slug for f in fardplaner.publicerade()] == ["flemingsberg"]
    assert [f.stadskarna.slug for f in fardplaner.exclude(karaktar="")] == ["flemingsberg"]
    assert [f.stadskarna.slug for f in fardplaner.filter(egna_insatser__isnull=False).distinct()] == ["flemingsberg"]


def test_fardriktningarna_har_kapitlens_egna_rubriker(flemingsberg: Fardplan) -> None:
    rubriker = flemingsberg.fardriktningar.order_by("malomrade__nummer").values_list("rubrik", flat=True)

    assert list(rubriker) == [
        "Levande och attraktiv stadskärna",
        "Regional målpunkt för samhällsservice",
        "Naturlig lokaliseringsplats för näringsliv och innovation",
        "Tillgänglig regional stadskärna som bidrar till hållbart resande",
    ]


def test_almis_agare_och_andelar() -> None:
    almi = Aktor.objects.get_by_natural_key("almi-stockholm-ab")

    andelar = {a.agare.namn: a.andel for a in almi.agare.select_related("agare")}

    assert andelar == {"Almi AB": 51, REGION: 49}


def test_exempellagena_visar_alla_lagen_och_foljer_reglerna() -> None:
    lagen = Lagesrapport.objects.filter(exempel=True)

    assert {r.status for r in lagen} == set(Status)
    assert {r.bedomning for r in lagen} == {"", *Bedomning}
    assert [lagesfel(r.status, r.bedomning, r.kommentar) for r in lagen] == [{}] * len(lagen)


def test_exempellagena_namner_ingen_person() -> None:
    lagen = Lagesrapport.objects.filter(exempel=True)

    assert set(lagen.values_list("av", flat=True)) == {None}
    assert not lagen.filter(aktor=None).exists()


# --- the verksamhetsplan of 2009–2011

LANDSTINGET = "Stockholms läns landsting"
STYRGRUPPEN = [
    (LANDSTINGET, "ordforande", "m"),
    (LANDSTINGET, "ledamot", "kd"),
    (LANDSTINGET, "ledamot", "fp"),
    (LANDSTINGET, "ledamot", "s"),
    (HUDDINGE, "ledamot", "m"),
    (HUDDINGE, "ledamot", "s"),
    (BOTKYRKA, "ledamot", "s"),
    (BOTKYRKA, "ledamot", "m"),
]
LEDNINGSGRUPPEN = [
    (LANDSTINGET, "ordforande", "landstingsdirektör"),
    (LANDSTINGET, "ledamot", "FoUU-direktör"),
    (HUDDINGE, "ledamot", "kommundirektör"),
    (BOTKYRKA, "ledamot", "kommundirektör"),
    ("Karolinska Institutet", "ledamot", "direktör"),
    ("Kungliga Tekniska högskolan (KTH)", "ledamot", "dekan"),
    ("Södertörns högskola", "ledamot", "prefekt"),
]


@pytest.fixture
def verksamhetsplanen() -> Fardplan:
    return Fardplan.objects.select_related("program").get_by_natural_key("verksamhetsplan-2009-2011", "flemingsberg")


@pytest.fixture
def plan_2009(verksamhetsplanen: Fardplan) -> Handlingsplan:
    return verksamhetsplanen.handlingsplaner.get()


def platser(slag: str, falt: str) -> list[tuple[str, str, str]]:
    """The seats of the organ of that kind 2009–2011, in order."""
    rader = Plats.objects.filter(organ__slag=slag, organ__fran="2009-01-01").order_by("ordning")
    return list(rader.values_list("aktor__namn", "roll", falt))


def test_verksamhetsplanen_hade_fem_strategier_med_varsin_text(verksamhetsplanen: Fardplan) -> None:
    program = verksamhetsplanen.program

    assert (program.ar_fran, program.ar_till, program.malomraden_ord) == (2009, 2011, "strategier")
    assert list(program.malomraden.values_list("nummer", flat=True)) == [1, 2, 3, 4, 5]
    assert verksamhetsplanen.fardriktningar.exclude(text="").exclude(kalla="").count() == 5
    assert (verksamhetsplanen.karaktar_rubrik, verksamhetsplanen.publicerad) == ("Målbild 2011", True)


def test_styrgruppen_hade_atta_platser_och_ledningsgruppen_sju() -> None:
    assert platser("styrgrupp", "parti") == STYRGRUPPEN
    assert platser("ledningsgrupp", "befattning") == LEDNINGSGRUPPEN


def test_organen_2009_till_2011_och_deras_moten() -> None:
    organ = Samverkansorgan.objects.filter(fran="2009-01-01", till="2011-12-31")

    assert sorted(organ.values_list("slag", "moten_per_ar"), key=str) == [
        ("arbetsgrupp", None),
        ("arbetsgrupp", None),
        ("ledningsgrupp", 6),
        ("samordningsgrupp", 6),
        ("styrgrupp", 6),
    ]
    assert set(Plats.objects.filter(organ__in=organ).values_list("fran", "till")) == {
        (date(2009, 1, 1), date(2011, 12, 31))
    }


def test_handlingsplan_2009_har_tre_omraden_med_tva_sju_och_sex_aktiviteter(plan_2009: Handlingsplan) -> None:
    omraden = plan_2009.prioriteringar.order_by("ordning")

    assert [(p.insats.nummer, p.aktiviteter.count()) for p in omraden] == [("2.1", 2), ("2.2", 7), ("5.1", 6)]
    assert all("vilken strategi" in p.insats.kallnotering and not p.insats.gemensam for p in omraden)
    dagar = omraden.values_list("aktiviteter__start", "aktiviteter__slut", "aktiviteter__aktorer")
    assert set(dagar) == {(date(2009, 1, 1), date(2009, 12, 31), None)}


def test_handlingsplan_2009_ar_beslutad_och_fryst_med_sin_pdf(plan_2009: Handlingsplan) -> None:
    version = Planversion.objects.select_related("beslut__organ").get(handlingsplan=plan_2009)

    beslut = version.beslut
    assert (plan_2009.status, version.nummer, beslut.datum, beslut.paragraf) == ("beslutad", 1, date(2009, 10, 22), "")
    assert (beslut.organ.slag, beslut.organ.till) == ("styrgrupp", date(2011, 12, 31))
    assert "paragraf" in beslut.notering
    assert hashlib.sha256(bytes(version.pdf)).hexdigest() == version.sha256
    assert plandokument(version.innehall, beslut.datum) == bytes(version.pdf)


def test_bidragen_2009_till_2011(verksamhetsplanen: Fardplan) -> None:
    bidrag = Bidrag.objects.filter(fardplan=verksamhetsplanen).select_related("aktor")

    sammanlagt = summor(bidrag)
    assert (len(bidrag), sammanlagt.ar, sammanlagt.totalt) == (9, [2009, 2010, 2011], 7_500_000)
    assert {(a.namn, *varden) for a, varden, _ in sammanlagt.rader} == {
        (LANDSTINGET, 1_000_000, 1_000_000, 1_000_000),
        (HUDDINGE, 1_000_000, 1_000_000, 1_000_000),
        (BOTKYRKA, 500_000, 500_000, 500_000),
    }


def test_landstinget_eftertraddes_av_regionen() -> None:
    landstinget = Aktor.objects.get(namn=LANDSTINGET)

    assert (landstinget.eftertradare.namn, landstinget.eftertradd) == (REGION, date(2019, 1, 1))


def test_fardplanerna_bygger_pa_varsitt_utvecklingsprogram(flemingsberg: Fardplan, verksamhetsplanen: Fardplan) -> None:
    ar = [list(plan.styrdokument.values_list("ar", flat=True)) for plan in (verksamhetsplanen, flemingsberg)]

    assert ar == [[2007], [2018]]


def test_varje_historisk_rad_har_sida_i_kallan(verksamhetsplanen: Fardplan) -> None:
    kallor = [
        *verksamhetsplanen.fardriktningar.values_list("kalla", flat=True),
        *verksamhetsplanen.egna_insatser.values_list("kalla", flat=True),
        *verksamhetsplanen.bidrag.values_list("kalla", flat=True),
        *verksamhetsplanen.styrdokument.values_list("kalla", flat=True),
        verksamhetsplanen.kalla,
    ]

    assert len(kallor) == 5 + 3 + 9 + 1 + 1
    assert [
        k for k in kallor if not k.startswith("Verksamhetsplan 2009–2011 för Flemingsberg, ") or "s. " not in k
    ] == []


def test_regionalt_forum_ar_foreslaget_och_gemensamt() -> None:
    forum = Samverkansorgan.objects.get(slag="forum")

    assert (forum.stadskarna, "Föreslaget" in forum.beskrivning) == (None, True)
