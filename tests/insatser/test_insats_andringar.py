"""Every change of insatser, their roles and how they hang together: merged, refused or written whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from aktorer.grund.samtidighet import Konflikt, Krock
from aktorer.models import Aktor, Anvandare
from insatser.andringar import insats as andringar
from insatser.andringar.roller import Rollrad
from insatser.models import Fardplan, Handlingsplan, Insats, Malomrade, Prioritering, Samband
from insatser.regler.medverkan import Deltagande, Roll

pytestmark = pytest.mark.django_db

type Hamta = Callable[[str], Insats]

ANSVARIG, MEDVERKANDE = Roll.ANSVARIG, Roll.MEDVERKANDE
EXEMPEL = Deltagande.EXEMPEL


# --- skapa


@pytest.mark.parametrize(("karna", "nummer"), [("flemingsberg", "1.6"), ("haninge", "1.3"), (None, "1.6")])
def test_ny_insats_far_nasta_lediga_nummer(
    planerare: Anvandare, request: pytest.FixtureRequest, m1: Malomrade, karna: str | None, nummer: str
) -> None:
    fardplan = request.getfixturevalue(karna) if karna else None

    ny = andringar.skapa(av=planerare, malomrade=m1, fardplan=fardplan, titel="Ny", text="Text")

    ny.refresh_from_db()
    assert (ny.nummer, ny.titel, ny.text, ny.fardplan, ny.version) == (nummer, "Ny", "Text", fardplan, 1)


def test_forsta_insatsen_i_ett_malomrade_far_nummer_ett(flemingsberg: Fardplan) -> None:
    tomt = Malomrade.objects.create(program=flemingsberg.program, nummer=5, namn="Nytt", farg=5, ikon="stad")

    assert andringar.skapa(av=None, malomrade=tomt, fardplan=flemingsberg, titel="Ny").nummer == "5.1"


def test_en_avford_insats_nummer_ateranvands_inte(insats: Hamta, m1: Malomrade, flemingsberg: Fardplan) -> None:
    andringar.avfor(av=None, insats=insats("1.5"), version=1, skal="Klar")

    assert andringar.skapa(av=None, malomrade=m1, fardplan=flemingsberg, titel="Ny").nummer == "1.6"


def test_samma_insats_tva_ganger_blir_en(flemingsberg: Fardplan, m1: Malomrade) -> None:
    """As when somebody clicks twice."""
    en = andringar.skapa(av=None, malomrade=m1, fardplan=flemingsberg, titel="Ny", text="Text")
    samma = andringar.skapa(av=None, malomrade=m1, fardplan=flemingsberg, titel="Ny", text="Text")
    annan = andringar.skapa(av=None, malomrade=m1, fardplan=flemingsberg, titel="Ny", text="En annan text")
    gemensam = andringar.skapa(av=None, malomrade=m1, fardplan=None, titel="Ny", text="Text")

    assert samma == en
    assert len({en.pk, annan.pk, gemensam.pk}) == 3


def test_en_avford_insats_hindrar_inte_en_likadan_ny(flemingsberg: Fardplan, m1: Malomrade) -> None:
    gammal = andringar.skapa(av=None, malomrade=m1, fardplan=flemingsberg, titel="Ny")
    andringar.avfor(av=None, insats=gammal, version=gammal.version, skal="Klar")

    assert andringar.skapa(av=None, malomrade=m1, fardplan=flemingsberg, titel="Ny").pk != gammal.pk


@pytest.mark.parametrize(
    ("varden", "falt"),
    [
        ({"ordning": 1}, {"ordning"}),
        ({"ordning": 3}, {"ordning"}),
        ({"ordning": 100_000}, {"ordning", "__all__"}),
        ({"titel": ""}, {"titel"}),
        ({"titel": "  "}, {"__all__"}),
        ({"titel": "x" * 201}, {"titel"}),
    ],
)
def test_ogiltig_insats_skapas_inte(
    m1: Malomrade, flemingsberg: Fardplan, varden: dict[str, Any], falt: set[str]
) -> None:
    with pytest.raises(ValidationError) as nekad:
        andringar.skapa(av=None, **{"malomrade": m1, "fardplan": flemingsberg, "titel": "Ny"} | varden)

    assert set(nekad.value.message_dict) <= falt
    assert Insats.objects.i_fardplan(flemingsberg).count() == 18


def test_gemensam_kan_inte_ta_ett_nummer_som_en_karna_har(m1: Malomrade) -> None:
    with pytest.raises(ValidationError, match=r"Numret 1\.\d är upptaget av ”"):
        andringar.skapa(av=None, malomrade=m1, fardplan=None, titel="Ny", ordning=3)


@pytest.mark.django_db(transaction=True)
def test_tva_nya_insatser_samtidigt_far_var_sitt_nummer(planerare: Anvandare, m1: Malomrade, haninge: Fardplan) -> None:
    nummer: list[str] = []
    forsta_skriven = threading.Event()

    def andra() -> None:
        try:
            forsta_skriven.wait(10)
            nummer.append(andringar.skapa(av=planerare, malomrade=m1, fardplan=haninge, titel="Andra").nummer)
        finally:
            connection.close()

    trad = threading.Thread(target=andra)
    trad.start()
    with transaction.atomic():
        nummer.append(andringar.skapa(av=planerare, malomrade=m1, fardplan=haninge, titel="Första").nummer)
        forsta_skriven.set()
        trad.join(0.5)  # it waits for this transaction
    trad.join(10)

    assert nummer == ["1.3", "1.4"]


# --- andra


def test_andra_titel_och_text(planerare: Anvandare, insats: Hamta) -> None:
    andringar.andra(av=planerare, insats=insats("1.3"), version=1, titel="Utveckla Hälsovägen", text="Ny text")

    rad = insats("1.3")
    assert (rad.titel, rad.text, rad.version) == ("Utveckla Hälsovägen", "Ny text", 2)


def test_en_andrar_titeln_och_en_annan_texten(insats: Hamta) -> None:
    fore = insats("1.3")

    andringar.andra(av=None, insats=fore, version=1, titel="Deras titel", text=fore.text)
    andringar.andra(av=None, insats=fore, version=1, titel=fore.titel, text="Min text")

    rad = insats("1.3")
    assert (rad.titel, rad.text, rad.version) == ("Deras titel", "Min text", 3)


def test_bada_andrar_titeln(insats: Hamta) -> None:
    fore = insats("1.3")
    andringar.andra(av=None, insats=fore, version=1, titel="Deras titel", text="Deras text")

    with pytest.raises(Krock) as krock:
        andringar.andra(av=None, insats=fore, version=1, titel="Min titel", text=fore.text)

    assert krock.value.konflikter == [Konflikt("titel", fore.titel, "Deras titel", "Min titel")]
    assert (krock.value.version, krock.value.bara_deras) == (2, {"text": "Deras text"})
    assert insats("1.3").titel == "Deras titel"


@pytest.mark.parametrize("titel", ["", "   ", "x" * 201])
def test_ogiltig_titel_sparas_inte(insats: Hamta, titel: str) -> None:
    with pytest.raises(ValidationError):
        andringar.andra(av=None, insats=insats("1.3"), version=1, titel=titel)

    assert insats("1.3").version == 1


# --- flytta


def test_flytta_till_annat_malomrade(insats: Hamta, m2: Malomrade, flemingsberg: Fardplan) -> None:
    fore = insats("1.3")

    andringar.flytta(av=None, insats=fore, version=1, malomrade=m2, fardplan=flemingsberg, ordning=10)

    efter = insats("2.10")
    assert (efter.pk, efter.version) == (fore.pk, 2)
    assert efter.medverkan.count() == 4
    assert efter.lagesrapporter.count() == 3


def test_flytta_till_upptaget_nummer_nekas(insats: Hamta, m1: Malomrade, flemingsberg: Fardplan) -> None:
    with pytest.raises(ValidationError, match=r"Numret 1\.\d är upptaget av ”"):
        andringar.flytta(av=None, insats=insats("1.3"), version=1, malomrade=m1, fardplan=flemingsberg, ordning=4)

    assert insats("1.3").version == 1


def test_karnspecifik_blir_gemensam_och_tillbaka(insats: Hamta, m1: Malomrade, flemingsberg: Fardplan) -> None:
    andringar.flytta(av=None, insats=insats("1.3"), version=1, malomrade=m1, fardplan=None, ordning=3)
    assert insats("1.3").typ == "Gemensam"

    andringar.flytta(av=None, insats=insats("1.3"), version=2, malomrade=m1, fardplan=flemingsberg, ordning=3)
    assert insats("1.3").typ == "Kärnspecifik"


def test_gemensam_som_andra_rapporterar_blir_inte_karnspecifik(
    insats: Hamta, m1: Malomrade, flemingsberg: Fardplan
) -> None:
    with pytest.raises(ValidationError) as nekad:
        andringar.flytta(av=None, insats=insats("1.1"), version=1, malomrade=m1, fardplan=flemingsberg, ordning=1)

    assert nekad.value.message_dict == {
        "typ": ["Andra stadskärnor har rapporterat läget: insatsen kan inte bli kärnspecifik."]
    }
    assert insats("1.1").gemensam


def test_gemensam_som_andra_prioriterar_blir_inte_karnspecifik(
    insats: Hamta, m2: Malomrade, flemingsberg: Fardplan, haninge: Fardplan
) -> None:
    plan = Handlingsplan.objects.create(fardplan=haninge, ar_fran=2026, ar_till=2027)
    Prioritering.objects.create(handlingsplan=plan, insats=insats("2.2"), ordning=1)

    with pytest.raises(ValidationError, match="Andra stadskärnor har prioriterat insatsen"):
        andringar.flytta(av=None, insats=insats("2.2"), version=1, malomrade=m2, fardplan=flemingsberg, ordning=2)


def test_tva_flyttar_samma_insats(insats: Hamta, m1: Malomrade, m2: Malomrade, flemingsberg: Fardplan) -> None:
    fore = insats("1.3")
    andringar.flytta(av=None, insats=fore, version=1, malomrade=m2, fardplan=flemingsberg, ordning=8)

    with pytest.raises(Krock) as krock:
        andringar.flytta(av=None, insats=fore, version=1, malomrade=m1, fardplan=flemingsberg, ordning=9)

    assert krock.value.konflikter == [Konflikt("ordning", 3, 8, 9)]
    assert krock.value.bara_deras == {"malomrade_id": m2.pk}
    assert insats("2.8").pk == fore.pk


def test_text_och_flytt_samtidigt_sammanfogas(insats: Hamta, m1: Malomrade, flemingsberg: Fardplan) -> None:
    fore = insats("1.3")
    andringar.flytta(av=None, insats=fore, version=1, malomrade=m1, fardplan=flemingsberg, ordning=9)

    andringar.andra(av=None, insats=fore, version=1, text="Min text")

    assert (insats("1.9").text, insats("1.9").version) == ("Min text", 3)


# --- avfor, aterta


def test_avfor_med_skal_och_ersattare(planerare: Anvandare, insats: Hamta) -> None:
    fore = insats("1.3")

    andringar.avfor(av=planerare, insats=fore, version=1, skal="Slås ihop med 1.4", ersatts_av=insats("1.4"))

    rad = insats("1.3")
    assert (rad.avford, rad.avford_skal, rad.version) == (timezone.localdate(), "Slås ihop med 1.4", 2)
    assert [(s.fran.nummer, s.slag) for s in rad.samband_till.all()] == [("1.4", "ersatter")]
    assert (rad.medverkan.count(), rad.lagesrapporter.count()) == (4, 3)


@pytest.mark.parametrize("skal", ["", "  \n"])
def test_avfor_kraver_skal(insats: Hamta, skal: str) -> None:
    with pytest.raises(ValidationError, match="En insats avförs med datum och skäl"):
        andringar.avfor(av=None, insats=insats("1.3"), version=1, skal=skal)

    assert insats("1.3").avford is None


def test_ersattaren_ar_inte_sjalv_avford(insats: Hamta) -> None:
    andringar.avfor(av=None, insats=insats("1.4"), version=1, skal="Klar", datum=date(2026, 11, 1))

    with pytest.raises(ValidationError) as nekad:
        andringar.avfor(av=None, insats=insats("1.3"), version=1, skal="Ersatt", ersatts_av=insats("1.4"))

    assert set(nekad.value.message_dict) == {"ersatts_av"}
    assert (insats("1.3").avford, Samband.objects.count()) == (None, 0)


def test_en_insats_ersatter_inte_sig_sjalv(insats: Hamta) -> None:
    with pytest.raises(ValidationError):
        andringar.avfor(av=None, insats=insats("1.3"), version=1, skal="Ersatt", ersatts_av=insats("1.3"))

    assert insats("1.3").avford is None


def test_tva_avfor_med_olika_skal(insats: Hamta) -> None:
    fore = insats("1.3")
    andringar.avfor(av=None, insats=fore, version=1, skal="Deras skäl")

    with pytest.raises(Krock) as krock:
        andringar.avfor(av=None, insats=fore, version=1, skal="Mitt skäl")

    assert [k.falt for k in krock.value.konflikter] == ["avford_skal"]


def test_aterta(insats: Hamta) -> None:
    andringar.avfor(av=None, insats=insats("1.3"), version=1, skal="Ersatt", ersatts_av=insats("1.4"))

    andringar.aterta(av=None, insats=insats("1.3"), version=2)

    rad = insats("1.3")
    assert (rad.avford, rad.avford_skal, rad.version) == (None, "", 3)
    assert Samband.objects.count() == 0


# --- andra_roller


REGION, HUDDINGE, BOTKYRKA, POLISEN, LOCUM = (
    "region-stockholm",
    "huddinge-kommun",
    "botkyrka-kommun",
    "polisen",
    "locum-ab",
)
# As the fixtures have 1.3: no ansvarig, and these medverkande.
FORE_1_3 = (BOTKYRKA, HUDDINGE, REGION, POLISEN)


@pytest.mark.parametrize(
    ("ansvarig", "medverkande"),
    [
        (HUDDINGE, [BOTKYRKA, REGION, POLISEN]),
        (LOCUM, [BOTKYRKA, HUDDINGE, REGION, POLISEN]),
        (None, [POLISEN, REGION, HUDDINGE, BOTKYRKA]),
        (None, [REGION]),
        (None, []),
        (None, [LOCUM, *FORE_1_3]),
    ],
)
def test_hela_uppsattningen_roller(
    rolla: Callable[..., Insats], roller: Callable[[str], Any], ansvarig: str | None, medverkande: list[str]
) -> None:
    efter = rolla("1.3", 1, ansvarig, *medverkande)

    assert roller("1.3") == (ansvarig, medverkande)
    assert efter.version == 2


def test_samma_roller_andrar_inget(rolla: Callable[..., Insats]) -> None:
    assert rolla("1.3", 1, None, *FORE_1_3).version == 1


def test_byta_ansvarig_med_en_medverkande(rolla: Callable[..., Insats], roller: Callable[[str], Any]) -> None:
    rolla("3.3", 1, "almi-stockholm-ab", REGION, "karnkommunerna", "naringslivet")

    assert roller("3.3") == ("almi-stockholm-ab", [REGION, "karnkommunerna", "naringslivet"])


def test_vad_aktoren_svarar_for_sparas(rolla: Callable[..., Insats], insats: Hamta) -> None:
    rolla("1.3", 1, HUDDINGE, BOTKYRKA, REGION, POLISEN, huddinge="Gatan", polisen="Tryggheten")

    assert {m.aktor.slug: m.ansvarar_for for m in insats("1.3").medverkan.all()} == {
        HUDDINGE: "Gatan",
        BOTKYRKA: "",
        REGION: "",
        POLISEN: "Tryggheten",
    }


def test_exempel_i_ny_roll_ar_tillfragad(rolla: Callable[..., Insats], insats: Hamta) -> None:
    rolla("1.3", 1, HUDDINGE, BOTKYRKA, LOCUM)

    assert {m.aktor.slug: m.deltagande for m in insats("1.3").medverkan.all()} == {
        HUDDINGE: "tillfragad",
        BOTKYRKA: "exempel",
        LOCUM: "tillfragad",
    }


@pytest.mark.parametrize(
    ("rader", "skal"),
    [
        ([(REGION, MEDVERKANDE), (REGION, ANSVARIG)], "Region Stockholm står två gånger"),
        ([(REGION, ANSVARIG), (HUDDINGE, ANSVARIG)], "högst en ansvarig"),
    ],
)
def test_omojliga_roller_nekas(
    insats: Hamta, aktor: Callable[[str], Aktor], rader: list[tuple[str, Roll]], skal: str
) -> None:
    rollrader = [Rollrad(aktor(slug).pk, roll) for slug, roll in rader]

    with pytest.raises(ValidationError, match=skal):
        andringar.andra_roller(av=None, insats=insats("1.3"), version=1, roller=rollrader)

    assert (insats("1.3").version, insats("1.3").medverkan.count()) == (1, 4)


def test_for_lang_text_om_vad_aktoren_svarar_for(rolla: Callable[..., Insats], insats: Hamta) -> None:
    with pytest.raises(ValidationError):
        rolla("1.3", 1, HUDDINGE, REGION, huddinge="x" * 301)

    assert (insats("1.3").version, insats("1.3").medverkan.count()) == (1, 4)


def test_tva_lagger_till_var_sin_medverkande(rolla: Callable[..., Insats], roller: Callable[[str], Any]) -> None:
    rolla("1.3", 1, None, *FORE_1_3, LOCUM)
    rolla("1.3", 1, None, *FORE_1_3, "trafikverket")

    ansvarig, medverkande = roller("1.3")
    assert (ansvarig, sorted(medverkande)) == (None, sorted([*FORE_1_3, LOCUM, "trafikverket"]))


def test_en_tar_bort_och_en_annan_lagger_till(rolla: Callable[..., Insats], roller: Callable[[str], Any]) -> None:
    rolla("1.3", 1, None, BOTKYRKA, HUDDINGE, REGION)
    rolla("1.3", 1, None, *FORE_1_3, LOCUM)

    assert roller("1.3") == (None, [BOTKYRKA, HUDDINGE, REGION, LOCUM])


def test_en_utser_ansvarig_och_en_annan_tar_bort_en_medverkande(
    rolla: Callable[..., Insats], roller: Callable[[str], Any]
) -> None:
    rolla("1.3", 1, HUDDINGE, BOTKYRKA, REGION, POLISEN)
    rolla("1.3", 1, None, BOTKYRKA, HUDDINGE, REGION)

    assert roller("1.3") == (HUDDINGE, [BOTKYRKA, REGION])


def test_tva_utser_olika_ansvariga(rolla: Callable[..., Insats], roller: Callable[[str], Any], insats: Hamta) -> None:
    rolla("1.3", 1, HUDDINGE, BOTKYRKA, REGION, POLISEN)

    with pytest.raises(Krock) as krock:
        rolla("1.3", 1, REGION, BOTKYRKA, HUDDINGE, POLISEN)

    assert {k.falt for k in krock.value.konflikter} == {"Huddinge kommun", "Region Stockholm"}
    assert krock.value.version == 2
    assert roller("1.3") == (HUDDINGE, [BOTKYRKA, REGION, POLISEN])


def test_en_tar_bort_den_som_en_annan_andrat(rolla: Callable[..., Insats], aktor: Callable[[str], Aktor]) -> None:
    rolla("1.3", 1, None, *FORE_1_3, polisen="Tryggheten")

    with pytest.raises(Krock) as krock:
        rolla("1.3", 1, None, BOTKYRKA, HUDDINGE, REGION)

    polisen = aktor(POLISEN).pk
    assert krock.value.konflikter == [
        Konflikt(
            "Polisen",
            Rollrad(polisen, MEDVERKANDE, "", EXEMPEL),
            Rollrad(polisen, MEDVERKANDE, "Tryggheten", EXEMPEL),
            None,
        )
    ]


def test_krocken_berattar_vilka_roller_bara_de_andra_andrat(
    rolla: Callable[..., Insats], aktor: Callable[[str], Aktor]
) -> None:
    rolla("1.3", 1, None, BOTKYRKA, REGION, POLISEN, LOCUM, polisen="Tryggheten")

    with pytest.raises(Krock) as krock:
        rolla("1.3", 1, None, *FORE_1_3, polisen="Bussarna")

    assert [k.falt for k in krock.value.konflikter] == ["Polisen"]
    assert krock.value.bara_deras == {
        aktor(HUDDINGE).pk: None,
        aktor(LOCUM).pk: Rollrad(aktor(LOCUM).pk, MEDVERKANDE, "", Deltagande.TILLFRAGAD),
    }


@pytest.mark.parametrize("version", [-1, 0, 7, 10**30])
def test_roller_vid_en_version_som_aldrig_funnits_skriver_inte_over(
    rolla: Callable[..., Insats], roller: Callable[[str], Any], version: int
) -> None:
    with pytest.raises(Krock):
        rolla("1.3", version, None, REGION)

    assert roller("1.3") == (None, list(FORE_1_3))


# --- koppla


def test_insatser_som_hanger_ihop_kopplas_en_gang(planerare: Anvandare, insats: Hamta) -> None:
    rader = [
        andringar.koppla(av=planerare, fran=insats(a), till=insats(b), slag=Samband.Slag.HANGER_IHOP)
        for a, b in (("1.3", "4.3"), ("1.3", "4.3"), ("4.3", "1.3"))
    ]

    assert {rad.pk for rad in rader} == {Samband.objects.get().pk}


@pytest.mark.parametrize("slag", Samband.Slag)
def test_en_insats_hanger_inte_ihop_med_sig_sjalv(insats: Hamta, slag: Samband.Slag) -> None:
    with pytest.raises(ValidationError):
        andringar.koppla(av=None, fran=insats("1.3"), till=insats("1.3"), slag=slag)


def test_ta_bort_samband(insats: Hamta) -> None:
    rad = andringar.koppla(av=None, fran=insats("1.3"), till=insats("4.3"), slag=Samband.Slag.HANGER_IHOP)

    andringar.ta_bort_samband(av=None, samband=rad)

    assert Samband.objects.count() == 0


# Many at once


def test_flera_andras_alla_eller_ingen(flemingsberg: Fardplan) -> None:
    en, annan = (Insats.objects.i_fardplan(flemingsberg).med_nummer(n).get() for n in ("1.3", "1.4"))
    ratt = andringar.Insatsandring(insats=en, version=en.version, varden={"titel": "Ny"})
    fel = andringar.Insatsandring(insats=annan, version=annan.version, varden={"titel": ""})

    with pytest.raises(ValidationError):
        andringar.andra_flera(av=None, andringar=[ratt, fel])
    en.refresh_from_db()
    assert en.titel != "Ny"

    andringar.andra_flera(av=None, andringar=[ratt])
    en.refresh_from_db()
    assert (en.titel, en.version) == ("Ny", ratt.version + 1)


def test_flera_nya_far_veta_av_vad_numret_ar_upptaget(flemingsberg: Fardplan) -> None:
    finns = Insats.objects.i_fardplan(flemingsberg).med_nummer("1.3").get()
    ny = Insats(malomrade=finns.malomrade, fardplan=flemingsberg, ordning=3, titel="Ny")

    with pytest.raises(ValidationError, match=finns.titel):
        andringar.skapa_flera(av=None, insatser=[ny])
