"""A workbook of a whole färdplan in again: every sheet, one preview, one confirmation, one way back."""

from __future__ import annotations

import io
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aktorer.andringar import andra_aktor
from aktorer.models import Aktor, Anvandare
from insatser.andringar import fardplan as fardplansandringar
from insatser.andringar.arbetsbok import Bokplan, skriv_bok
from insatser.andringar.inlasning import PlanenAndrad, Radfel, las_in, spara_fil
from insatser.andringar.inlasningar import angra_inlasning
from insatser.andringar.insats import andra_roller
from insatser.andringar.roller import Rollrad
from insatser.fragor import arbetsbok as fragor
from insatser.fragor.arbetsbok import Bokblad
from insatser.models import Aktivitet, Fardplan, Fardriktning, Handlingsplan, Inlasning, Insats, Malomrade, Medverkan
from insatser.regler.medverkan import Deltagande, Roll
from insatser.utbyte.excel import arbetsbok_ut
from insatser.utbyte.excel.arbetsbok_in import planera as planera_boken
from insatser.utbyte.excel.granskning import som_text
from tests import klocka
from tests.arbetsbok import sparad
from tests.insatser.test_konflikter import las_in as las_in_pa_sidan
from tests.insatser.test_konflikter import valj
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

IMPORT = "/flemingsberg/arbetsbok/import/"
type Andringar = dict[str, list[tuple[str, dict[str, Any]]]]


@pytest.fixture
def original(flemingsberg: Fardplan, planerare: Anvandare) -> bytes:
    return hamtad([flemingsberg], planerare)


def hamtad(fardplaner: list[Fardplan], person: Anvandare, *blad: Bokblad) -> bytes:
    return arbetsbok_ut.skriv_xlsx(fragor.hamta(fardplaner, blad or [*Bokblad], person), klocka.IDAG)


def skriv(xlsx: bytes, andringar: Andringar, bara: str = "") -> bytes:
    """Change cells by sheet, a text that stands in the row (" | " between several) and heading, as a person would;
    without a text it is a new row. `bara`: the only sheet that is left.
    """
    bok = openpyxl.load_workbook(io.BytesIO(xlsx))
    for blad, rader in andringar.items():
        ark = bok[blad]
        plats = {c.value: c.column for c in ark[1]}
        for sokt, celler in rader:
            n = ark.max_row + 1
            if sokt:
                (n,) = [r[0].row for r in ark.iter_rows() if {*sokt.split(" | ")} <= {str(c.value) for c in r}]
            for rubrik, varde in celler.items():
                ark.cell(n, plats[rubrik]).value = varde
    for namn in bok.sheetnames:
        if bara and namn not in (bara, "Listor"):
            del bok[namn]
    return sparad(bok)


@pytest.fixture
def planera(flemingsberg: Fardplan) -> Callable[[bytes], Bokplan]:
    return lambda fil: planera_boken(flemingsberg, "bok.xlsx", fil)


@pytest.fixture
def genomfor(flemingsberg: Fardplan, planerare: Anvandare) -> Callable[[bytes], Inlasning]:
    """Upload, see the plan, confirm it."""

    def kor(fil: bytes) -> Inlasning:
        sparad_fil = spara_fil(av=planerare, fardplan=flemingsberg, slag="arbetsbok", filnamn="bok.xlsx", innehall=fil)
        plan = planera_boken(flemingsberg, "bok.xlsx", fil)
        las_in(
            av=planerare,
            inlasning=sparad_fil,
            planera=lambda: planera_boken(flemingsberg, "bok.xlsx", fil, las=True),
            skriv=skriv_bok,
            fingeravtryck=plan.fingeravtryck,
        )
        sparad_fil.refresh_from_db()
        return sparad_fil

    return kor


def celler(plan: Bokplan) -> list[tuple[str, str, str, str]]:
    return [(d.rubrik, c.kolumn, c.fore, c.efter) for d in plan.delar for rad in d.plan.rader for c in rad.celler]


def felen(plan: Bokplan) -> list[tuple[str, str, str]]:
    return [(f.blad, f.kolumn, f.text) for f in plan.fel]


def medverkan(nummer: str, slug: str) -> Medverkan | None:
    omrade, ordning = map(int, nummer.split("."))
    return Medverkan.objects.filter(
        insats__malomrade__nummer=omrade,
        insats__ordning=ordning,
        insats__malomrade__program__slug="fardplaner-2026",
        aktor__slug=slug,
    ).first()


# Nothing, and one cell of each


def test_oandrad_andrar_ingenting(planera: Callable[[bytes], Bokplan], original: bytes) -> None:
    plan = planera(original)

    assert (plan.fel, plan.konflikter, plan.rader) == ((), (), ())
    assert [d.rubrik.partition(",")[0] for d in plan.delar][:3] == ["Insatser", "Medverkan", "Färdriktningar"]
    assert plan.oforandrade > 60


def _en_cell_per_blad() -> Andringar:
    return {
        "Insatser": [("1.3", {"Titel": "En ny titel"})],
        "Medverkan": [("1.1 | Näringslivet", {"Svarar för": "Trygghet"})],
        "Färdriktningar": [("1. Levande och attraktiva stadskärnor", {"Rubrik": "Nytt"})],
        "Aktörer": [("Polisen", {"Beskrivning": "Polismyndigheten"})],
    }


def test_en_cell_per_blad_hittas_och_skrivs(
    planera: Callable[[bytes], Bokplan], genomfor: Callable[[bytes], Inlasning], original: bytes, flemingsberg: Fardplan
) -> None:
    del_ = medverkan("1.1", "naringslivet")
    assert del_
    aktivitet = Aktivitet.objects.filter(prioritering__handlingsplan__fardplan=flemingsberg)[0]
    fil = skriv(original, _en_cell_per_blad() | {"Aktiviteter": [(aktivitet.titel, {"Kommentar": "Det går bra"})]})

    hittat = celler(planera(fil))
    genomfor(fil)

    assert [(blad.partition(",")[0], kolumn, efter) for blad, kolumn, _, efter in hittat] == [
        ("Insatser", "Titel", "En ny titel"),
        ("Medverkan", "Svarar för", "Trygghet"),
        ("Färdriktningar", "Rubrik", "Nytt"),
        ("Aktiviteter", "Kommentar", "Det går bra"),
        ("Aktörer", "Beskrivning", "Polismyndigheten"),
    ]
    del_.refresh_from_db()
    aktivitet.refresh_from_db()
    assert (del_.ansvarar_for, aktivitet.kommentar) == ("Trygghet", "Det går bra")
    assert Insats.objects.filter(titel="En ny titel").exists()
    assert Fardriktning.objects.filter(rubrik="Nytt").count() == 1
    assert Aktor.objects.get(slug="polisen").beskrivning == "Polismyndigheten"
    assert planera(fil).rader == ()


def test_en_inlasning_och_en_vag_tillbaka(
    genomfor: Callable[[bytes], Inlasning], original: bytes, planerare: Anvandare
) -> None:
    inlasning = genomfor(skriv(original, _en_cell_per_blad()))

    kvar = angra_inlasning(av=planerare, inlasning=inlasning)

    assert (inlasning.andrade, inlasning.nya, kvar) == (4, 0, 0)
    assert not Insats.objects.filter(titel="En ny titel").exists()
    assert not Fardriktning.objects.filter(rubrik="Nytt").exists()
    del_ = medverkan("1.1", "naringslivet")
    assert del_
    assert (del_.ansvarar_for, Aktor.objects.get(slug="polisen").beskrivning) != ("Trygghet", "Polismyndigheten")


def test_matvarden_och_bara_ett_blad(planera: Callable[[bytes], Bokplan], original: bytes) -> None:
    fil = skriv(
        original, {"Lägesbild": [("", {"Indikator": "Boende", "År": 2020, "Värde": 1, "Källa": "SCB"})]}, "Lägesbild"
    )

    plan = planera(fil)

    assert [d.rubrik for d in plan.delar] == ["Lägesbild"]
    assert (felen(plan), len(plan.nya)) == ([], 1)


# On the page


def _ladda_upp(klient: Client, fil: bytes) -> Any:
    return klient.post(IMPORT, {"fil": SimpleUploadedFile("bok.xlsx", fil)})


def test_fran_uppladdning_till_kvitto(som_planerare: Client, formular: Any, original: bytes) -> None:
    fil = skriv(original, _en_cell_per_blad())

    sida = som_planerare.get(_ladda_upp(som_planerare, fil).headers["Location"])
    svar = som_planerare.post(sida.request["PATH_INFO"], formular(sida), follow=True)

    sidan = platt(sida)
    assert "Medverkan, rad för rad" in sidan
    assert "Läs in 4 rader" in sidan
    assert "bok.xlsx är inläst: 0 nya rader, 4 ändrade, " in platt(svar)
    assert "Filen är inläst" in platt(som_planerare.get(sida.request["PATH_INFO"]))


def test_ingenting_ar_sagt_nar_inget_andras(som_planerare: Client, original: bytes) -> None:
    sida = som_planerare.get(_ladda_upp(som_planerare, original).headers["Location"])

    assert "Inget ändras" in platt(sida)
    assert "fingeravtryck" not in platt(sida)


@pytest.mark.parametrize(
    ("innehall", "text"),
    [
        (b"", "Filen är tom."),
        (b"PK\x03\x04", "Filen är skadad"),
        (b"a;b\r\n1;2\r\n", "Filen är ingen Excel-arbetsbok"),
        (sparad(openpyxl.Workbook()), "Filen har inget av bladen ”Insatser”, ”Medverkan”"),
    ],
    # A workbook says when it was written, and the workers must call a test the same.
    ids=["tom", "skadad", "csv", "andra blad"],
)
def test_andra_filer_nekas(som_planerare: Client, innehall: bytes, text: str) -> None:
    svar = _ladda_upp(som_planerare, innehall)

    assert (svar.status_code, text in platt(svar)) == (422, True)


def test_fel_sager_blad_och_cell(som_planerare: Client, original: bytes) -> None:
    fil = skriv(
        original,
        {"Medverkan": [("1.1 | Näringslivet", {"Aktör": "Ingen alls"})], "Insatser": [("1.3", {"Titel": None})]},
    )

    svar = _ladda_upp(som_planerare, fil)

    sidan = platt(svar)
    assert svar.status_code == 422
    assert "bladet Medverkan" in sidan
    assert "bladet Insatser" in sidan


def test_det_som_andrats_sedan_granskas_om(som_planerare: Client, formular: Any, original: bytes) -> None:
    sida = som_planerare.get(_ladda_upp(som_planerare, skriv(original, _en_cell_per_blad())).headers["Location"])
    polisen = Aktor.objects.get(slug="polisen")
    andra_aktor(av=None, aktor=polisen, version=polisen.version, beskrivning="Deras")

    svar = som_planerare.post(sida.request["PATH_INFO"], formular(sida))

    assert svar.status_code == 409
    assert "Ändrat på två håll" in platt(svar)
    assert not Insats.objects.filter(titel="En ny titel").exists()


# Sheets that cannot be understood


def _utan_rubriker(bok: openpyxl.Workbook) -> None:
    bok["Medverkan"].delete_rows(1)


def _pa_tva_blad(bok: openpyxl.Workbook) -> None:
    bok.copy_worksheet(bok["Medverkan"]).title = "Nya roller"
    bok["Medverkan"].title = "Gamla roller"


def _for_langt_ned(bok: openpyxl.Workbook) -> None:
    bok["Medverkan"].cell(50_020, 1).value = "1.1"


@pytest.mark.parametrize(
    ("gor", "text"),
    [
        (_utan_rubriker, "Bladet har inte sina rubriker."),
        (_pa_tva_blad, "Tabellen finns på flera blad: ”Gamla roller” och ”Nya roller”."),
        (_for_langt_ned, "har värden efter rad 50 000"),
    ],
)
def test_ett_blad_som_inte_gar_att_forsta_ar_ett_fel(
    planera: Callable[[bytes], Bokplan], original: bytes, gor: Callable[[openpyxl.Workbook], None], text: str
) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(skriv(original, {"Insatser": [("1.3", {"Titel": "En ny titel"})]})))
    gor(bok)

    plan = planera(sparad(bok))

    assert [(blad, text in sagt) for blad, _, sagt in felen(plan)] == [("Medverkan", True)]
    assert plan.rader == ()


@pytest.mark.parametrize("blad", [b.label for b in Bokblad])
def test_ett_blad_far_tas_bort(planera: Callable[[bytes], Bokplan], original: bytes, blad: str) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(original))
    del bok[blad]

    plan = planera(sparad(bok))

    assert felen(plan) == []
    assert blad not in {d.rubrik.partition(",")[0] for d in plan.delar}


# Medverkan


def test_en_aktor_lags_till_byter_roll_och_tas_bort(genomfor: Callable[[bytes], Inlasning], original: bytes) -> None:
    fil = skriv(
        original,
        {
            "Medverkan": [
                ("", {"Insats": "1.1", "Aktör": "Trafikverket", "Roll": "Medverkande", "Svarar för": "Spåren"}),
                ("1.1 | Näringslivet", {"Roll": None}),
            ]
        },
    )

    genomfor(fil)

    ny = medverkan("1.1", "trafikverket")
    assert ny
    assert (ny.roll, ny.ansvarar_for, ny.deltagande) == ("medverkande", "Spåren", "tillfragad")
    assert medverkan("1.1", "naringslivet") is None


def test_fragorna_blir_inte_fler_med_de_insatser_som_nagon_laggs_till_i(
    genomfor: Callable[[bytes], Inlasning], flemingsberg: Fardplan, planerare: Anvandare
) -> None:
    Aktor.objects.create(slug="provbolaget", namn="Provbolaget", slag="bolag")

    def fragor(*nummer: str) -> int:
        rader = [("", {"Insats": n, "Aktör": "Provbolaget", "Roll": "Medverkande"}) for n in nummer]
        with CaptureQueriesContext(connection) as alla:
            genomfor(skriv(hamtad([flemingsberg], planerare, Bokblad.MEDVERKAN), {"Medverkan": rader}))
        assert all(medverkan(n, "provbolaget") for n in nummer)
        return len(alla)

    assert fragor("1.1", "2.1", "3.1") == fragor("4.1")


def test_bara_fardplanen_ger_exempel(
    planera: Callable[[bytes], Bokplan], genomfor: Callable[[bytes], Inlasning], original: bytes
) -> None:
    rad = {"Insats": "1.1", "Aktör": "Trafikverket", "Roll": "Medverkande", "Deltagande": Deltagande.EXEMPEL.label}
    fil = skriv(original, {"Medverkan": [("", rad)]})

    sagt = celler(planera(fil))
    genomfor(fil)

    ny = medverkan("1.1", "trafikverket")
    assert ny
    assert ("Medverkan", "Deltagande", "", Deltagande(ny.deltagande).label) in sagt
    assert planera(fil).rader == ()


def test_tva_ansvariga_nekas(planera: Callable[[bytes], Bokplan], original: bytes) -> None:
    fil = skriv(original, {"Medverkan": [("1.1 | Näringslivet", {"Roll": "Ansvarig"})]})

    (fel,) = felen(planera(fil))

    assert fel[:2] == ("Medverkan", "Roll")
    assert "Insatsen kan ha en ansvarig." in fel[2]


def test_ansvaret_flyttas_pa_tva_rader(genomfor: Callable[[bytes], Inlasning], original: bytes) -> None:
    ansvarig = Medverkan.objects.get(insats=_insats("1.1"), roll="ansvarig").aktor
    fil = skriv(
        original,
        {
            "Medverkan": [
                ("1.1 | Näringslivet", {"Roll": "Ansvarig"}),
                (f"1.1 | {ansvarig.namn}", {"Roll": "Medverkande"}),
            ]
        },
    )

    genomfor(fil)

    assert Medverkan.objects.get(insats=_insats("1.1"), roll="ansvarig").aktor.slug == "naringslivet"


def _insats(nummer: str) -> Insats:
    omrade, ordning = map(int, nummer.split("."))
    return Insats.objects.get(
        malomrade__nummer=omrade, ordning=ordning, malomrade__program__slug="fardplaner-2026", fardplan=None
    )


def test_roller_pa_tva_blad_nekas(planera: Callable[[bytes], Bokplan], original: bytes) -> None:
    fil = skriv(
        original,
        {
            "Insatser": [("1.1", {"Medverkande": "Trafikverket"})],
            "Medverkan": [("1.1 | Näringslivet", {"Svarar för": "Trygghet"})],
        },
    )

    (fel,) = felen(planera(fil))

    assert "är ändrat också på bladet Insatser" in fel[2]


def test_samma_cell_pa_tva_hall(planera: Callable[[bytes], Bokplan], original: bytes) -> None:
    _svarar_for("naringslivet", "Deras")
    fil = skriv(original, {"Medverkan": [("1.1 | Näringslivet", {"Svarar för": "Mitt"})]})

    (krock,) = planera(fil).konflikter

    assert (krock.kolumn, krock.deras, krock.mina) == ("Svarar för", "Deras", "Mitt")


def test_andras_andring_av_en_annan_aktor_star_kvar(genomfor: Callable[[bytes], Inlasning], original: bytes) -> None:
    annan = Medverkan.objects.filter(insats=_insats("1.1")).exclude(aktor__slug="naringslivet")[0].aktor.slug
    _svarar_for(annan, "Deras")

    genomfor(skriv(original, {"Medverkan": [("1.1 | Näringslivet", {"Svarar för": "Mitt"})]}))

    delar = [medverkan("1.1", "naringslivet"), medverkan("1.1", annan)]
    assert [d.ansvarar_for for d in delar if d] == ["Mitt", "Deras"]


def _svarar_for(slug: str, text: str) -> None:
    insats = _insats("1.1")
    rader = [
        Rollrad(m.aktor_id, Roll(m.roll), text if m.aktor.slug == slug else m.ansvarar_for, Deltagande(m.deltagande))
        for m in insats.medverkan.select_related("aktor").order_by("ordning")
    ]
    andra_roller(av=None, insats=insats, version=insats.version, roller=rader)


# Färdriktningar


def test_den_forsta_fardriktningen_skrivs(utkastet: Fardplan, planerare: Anvandare) -> None:
    fil = skriv(
        hamtad([utkastet], planerare, Bokblad.FARDRIKTNINGAR),
        {
            "Färdriktningar": [
                ("1. Levande och attraktiva stadskärnor", {"Rubrik": "Hav", "Färdriktning": "Till havet."})
            ]
        },
    )

    plan = planera_boken(utkastet, "bok.xlsx", fil)

    assert (felen(plan), [c[1:] for c in celler(plan)]) == (
        [],
        [("Rubrik", "", "Hav"), ("Färdriktning", "", "Till havet.")],
    )


def test_en_tom_fardriktning_nekas(planera: Callable[[bytes], Bokplan], original: bytes) -> None:
    fil = skriv(original, {"Färdriktningar": [("1. Levande och attraktiva stadskärnor", {"Färdriktning": None})]})

    assert felen(planera(fil)) == [("Färdriktningar", "Färdriktning", "Skriv färdriktningens text.")]


def test_en_andrad_fardriktning_blir_en_konflikt(
    planera: Callable[[bytes], Bokplan], original: bytes, flemingsberg: Fardplan, m1: Malomrade
) -> None:
    nu = Fardriktning.objects.get(fardplan=flemingsberg, malomrade=m1)
    varden = {"rubrik": "Deras"}
    fardplansandringar.skriv_fardriktning(av=None, fardplan=flemingsberg, malomrade=m1, version=nu.version, **varden)
    fil = skriv(original, {"Färdriktningar": [("1. Levande och attraktiva stadskärnor", {"Rubrik": "Min"})]})

    assert [(k.kolumn, k.deras, k.mina) for k in planera(fil).konflikter] == [("Rubrik", "Deras", "Min")]


# Aktörer


def test_en_ny_aktor_far_sin_adress(genomfor: Callable[[bytes], Inlasning], original: bytes) -> None:
    genomfor(skriv(original, {"Aktörer": [("", {"Namn": "Hamnbolaget", "Slag": "Bolag", "Del av": "Polisen"})]}))

    ny = Aktor.objects.get(namn="Hamnbolaget")
    assert (ny.slug, ny.slag, ny.del_av and ny.del_av.slug) == ("hamnbolaget", "bolag", "polisen")


@pytest.mark.parametrize(
    ("celler_", "kolumn", "text"),
    [
        ({"Namn": "Polisen", "Slag": "Bolag"}, "Namn", "Det finns redan en aktör"),
        ({"Namn": "Hamnbolaget"}, "Slag", "Välj vad för slags aktör"),
        ({"Namn": "Hamn; bolag", "Slag": "Bolag"}, "Namn", "semikolon"),
        ({"Namn": "Hamn", "Slag": "Bolag", "Webbplats": "hamn"}, "Webbplats", "url"),
    ],
)
def test_en_ny_aktor_nekas(
    planera: Callable[[bytes], Bokplan], original: bytes, celler_: dict[str, str], kolumn: str, text: str
) -> None:
    plan = planera(skriv(original, {"Aktörer": [("", celler_)]}))

    assert [(f.blad, f.kolumn) for f in plan.fel] == [("Aktörer", kolumn)]
    assert text.lower() in plan.fel[0].text.lower()


def test_en_kopierad_rad_blir_en_ny_aktor(planera: Callable[[bytes], Bokplan], original: bytes) -> None:
    polisen = Aktor.objects.get(slug="polisen")
    kopia = {"Namn": "Kustpolisen", "Slag": "Myndighet", "Aktör-id": polisen.pk, "Version": polisen.version}

    plan = planera(skriv(original, {"Aktörer": [("", kopia)]}))

    assert ([r.titel for r in plan.nya], plan.andrade) == (["Kustpolisen"], [])


# Aktiviteter


def test_en_ny_aktivitet_hamnar_i_den_plan_som_raden_sager(
    genomfor: Callable[[bytes], Inlasning], planera: Callable[[bytes], Bokplan], original: bytes, flemingsberg: Fardplan
) -> None:
    plan = Handlingsplan.objects.get(fardplan=flemingsberg, exempel=True)
    nummer = plan.prioriteringar.select_related("insats__malomrade")[0].insats.nummer
    rad = {"Insats": nummer, "Aktivitet": "Bygg bryggor", "Period": plan.period_i_text}

    genomfor(skriv(original, {"Aktiviteter": [("", rad)]}))

    assert Aktivitet.objects.get(titel="Bygg bryggor").prioritering.handlingsplan == plan


def test_en_okand_period_nekas(planera: Callable[[bytes], Bokplan], original: bytes) -> None:
    rad = {"Insats": "1.1", "Aktivitet": "Bygg bryggor", "Period": "1999"}

    (fel,) = felen(planera(skriv(original, {"Aktiviteter": [("", rad)]})))

    assert fel[:2] == ("Aktiviteter", "Period")


def test_en_plan_som_har_bytt_period_ar_ett_fel(planera: Callable[[bytes], Bokplan], original: bytes) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(original))
    plats = [c.value for c in bok["Aktiviteter"][1]].index("Handlingsplan")
    for rad in bok["Aktiviteter"].iter_rows(min_row=2):
        rad[plats].value = "fardplaner-2026/flemingsberg/1999/2000"

    (fel,) = felen(planera(sparad(bok)))

    assert fel[:2] == ("Aktiviteter", "Period")
    assert "har den bytt period" in fel[2]


def test_det_sags_om_planen_inte_kan_andras(
    planera: Callable[[bytes], Bokplan], original: bytes, flemingsberg: Fardplan
) -> None:
    Handlingsplan.objects.filter(fardplan=flemingsberg).update(status="avslutad", avslutad=klocka.IDAG)

    assert [n for n in planera(original).noter if n.startswith("Aktiviteter,") and "läses inte in." in n]


# Other stadskärnor


def test_det_sags_att_alla_rader_ar_andras(
    planera: Callable[[bytes], Bokplan], haninge: Fardplan, flemingsberg: Fardplan, planerare: Anvandare
) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(hamtad([flemingsberg], planerare, Bokblad.MEDVERKAN, Bokblad.AKTIVITETER)))
    for blad, nyckeln in (("Medverkan", "Färdplan"), ("Aktiviteter", "Handlingsplan")):
        rubriker = [c.value for c in bok[blad][1]]
        for rad in bok[blad].iter_rows(min_row=2):
            rad[rubriker.index(nyckeln)].value = None
            rad[rubriker.index("Stadskärna")].value = str(haninge.stadskarna)

    plan = planera(sparad(bok))

    assert (felen(plan), plan.rader) == ([], ())
    assert [n.partition(":")[0] for n in plan.noter if "andra stadskärnor" in n] == ["Medverkan", "Aktiviteter"]


def test_en_annan_stadskarnas_bok_nekas(
    planera: Callable[[bytes], Bokplan], haninge: Fardplan, planerare: Anvandare
) -> None:
    (fel,) = felen(planera(hamtad([haninge], planerare, Bokblad.INSATSER)))

    assert "Arbetsboken är hämtad för Haninge" in fel[2]


def test_ur_hela_programmets_bok_lases_de_egna_raderna(
    planera: Callable[[bytes], Bokplan], flemingsberg: Fardplan, haninge: Fardplan, planerare: Anvandare
) -> None:
    fil = hamtad([flemingsberg, haninge], planerare)
    rad = {"Insats": "1.1", "Aktör": "Trafikverket", "Roll": "Medverkande", "Stadskärna": "Flemingsberg"}
    annans = rad | {"Aktör": "SL", "Stadskärna": str(haninge.stadskarna)}

    oandrad, plan = planera(fil), planera(skriv(fil, {"Medverkan": [("", rad), ("", annans)]}))

    assert (felen(oandrad), oandrad.rader) == ([], ())
    assert oandrad.noter[0] == (
        "Filen har rader för flera stadskärnor. Här läses bara de för Flemingsberg in, inte de för Haninge stadskärna. "
        "Läs in samma fil där också, eller för hela programmet, om något är ändrat i de raderna."
    )
    assert [n for n in oandrad.noter if n.startswith("Färdriktningar: ") and "inte in här: Haninge stadskärna" in n]
    assert ([r.titel.partition(" i ")[0] for r in plan.rader], felen(plan)) == (["Trafikverket"], [])


def test_tvillingar_star_pa_sitt_blad_nar_de_laggs_upp(planera: Callable[[bytes], Bokplan], original: bytes) -> None:
    ny = {"Målområde": "1. Levande och attraktiva stadskärnor", "Titel": _insats("1.1").titel, "Typ": "Kärnspecifik"}

    plan = planera(skriv(original, {"Insatser": [("", ny)]}))
    med = plan.med_tvillingar

    assert (len(plan.tvillingar), plan.rader, med.tvillingar) == (1, (), ())
    assert [r for d in med.delar for r in d.plan.rader] == [*med.rader]
    assert "(ny)" in "\n".join(som_text(med))


# Whole, and no more questions for more rows


def test_en_rad_som_nekas_tar_med_sig_allt(flemingsberg: Fardplan, planerare: Anvandare, original: bytes) -> None:
    fil = skriv(original, _en_cell_per_blad() | {"Aktörer": [("Polisen", {"Del av": "Trafikverket"})]})
    trafikverket = Aktor.objects.get(slug="trafikverket")
    polisen = Aktor.objects.get(slug="polisen")
    andra_aktor(av=None, aktor=trafikverket, version=trafikverket.version, del_av_id=polisen.pk)
    inlasning = spara_fil(av=planerare, fardplan=flemingsberg, slag="arbetsbok", filnamn="bok.xlsx", innehall=fil)
    plan = planera_boken(flemingsberg, "bok.xlsx", fil)

    with pytest.raises(Radfel) as nekad:
        las_in(
            av=planerare,
            inlasning=inlasning,
            planera=lambda: plan,
            skriv=skriv_bok,
            fingeravtryck=plan.fingeravtryck,
        )

    assert (nekad.value.fel.blad, nekad.value.fel.kolumn) == ("Aktörer", "Namn")


def test_fragorna_blir_inte_fler_med_raderna(flemingsberg: Fardplan, planerare: Anvandare, original: bytes) -> None:
    def fragor_till(fil: bytes) -> int:
        with CaptureQueriesContext(connection) as korda:
            planera_boken(flemingsberg, "bok.xlsx", fil, las=True)
        return len(korda)

    fa = skriv(original, {"Medverkan": [("1.1 | Näringslivet", {"Svarar för": "x"})]})
    manga = skriv(
        original,
        {
            "Medverkan": [("1.1 | Näringslivet", {"Svarar för": "x"})]
            + [("", {"Insats": n, "Aktör": "Trafikverket", "Roll": "Medverkande"}) for n in ("2.1", "3.1", "4.1")],
            "Aktörer": [("", {"Namn": f"Bolag {n}", "Slag": "Bolag"}) for n in range(5)],
        },
    )

    assert fragor_till(manga) == fragor_till(fa)


def test_genom_libreoffice_oandrad(planera: Callable[[bytes], Bokplan], original: bytes, tmp_path: Path) -> None:
    (tmp_path / "bok.xlsx").write_bytes(original)
    kommando = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profil", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*kommando, "--outdir", tmp_path / "ut", tmp_path / "bok.xlsx"], check=True, capture_output=True, timeout=180
    )

    plan = planera((tmp_path / "ut" / "bok.xlsx").read_bytes())

    assert (felen(plan), celler(plan), plan.konflikter) == ([], [], ())


def test_ods_lases_in_igen(flemingsberg: Fardplan, planerare: Anvandare) -> None:
    fil = arbetsbok_ut.skriv_ods(fragor.hamta([flemingsberg], [*Bokblad], planerare), klocka.IDAG)

    plan = planera_boken(flemingsberg, "bok.ods", fil)

    assert (felen(plan), celler(plan), plan.konflikter) == ([], [], ())


def test_planen_ar_den_som_granskades(flemingsberg: Fardplan, planerare: Anvandare, original: bytes) -> None:
    inlasning = spara_fil(av=planerare, fardplan=flemingsberg, slag="arbetsbok", filnamn="b.xlsx", innehall=original)

    with pytest.raises(PlanenAndrad):
        las_in(
            av=planerare,
            inlasning=inlasning,
            planera=lambda: planera_boken(flemingsberg, "b.xlsx", skriv(original, _en_cell_per_blad())),
            skriv=skriv_bok,
            fingeravtryck="gammalt",
        )


# What both changed is chosen on the page, and the other rows need not wait


def _andra_ett_av_varje(flemingsberg: Fardplan) -> None:
    """Theirs, in a row of each sheet whose rows a person merges."""
    polisen = Aktor.objects.get(slug="polisen")
    andra_aktor(av=None, aktor=polisen, version=polisen.version, beskrivning="Deras")
    riktning = Fardriktning.objects.select_related("malomrade").get(fardplan=flemingsberg, malomrade__nummer=1)
    fardplansandringar.skriv_fardriktning(
        av=None, fardplan=flemingsberg, malomrade=riktning.malomrade, version=riktning.version, rubrik="Deras"
    )
    del_ = medverkan("1.1", "naringslivet")
    assert del_
    roller = [
        Rollrad(m.aktor_id, Roll(m.roll), "Deras" if m == del_ else m.ansvarar_for, Deltagande(m.deltagande))
        for m in Medverkan.objects.filter(insats=del_.insats).order_by("ordning")
    ]
    andra_roller(av=None, insats=del_.insats, version=del_.insats.version, roller=roller)


def _som_de_star(flemingsberg: Fardplan) -> list[str]:
    del_ = medverkan("1.1", "naringslivet")
    return [
        del_.ansvarar_for if del_ else "",
        Fardriktning.objects.get(fardplan=flemingsberg, malomrade__nummer=1).rubrik,
        Aktor.objects.get(slug="polisen").beskrivning,
    ]


@pytest.mark.parametrize(
    ("val", "blir"),
    [
        ("deras", ["Deras", "Deras", "Deras"]),
        ("mina", ["Trygghet", "Nytt", "Polismyndigheten"]),
        ("annat:Eget", ["Eget", "Eget", "Eget"]),
    ],
)
def test_vad_som_ska_sta_valjs_blad_for_blad(
    som_planerare: Client, flemingsberg: Fardplan, original: bytes, val: str, blir: list[str]
) -> None:
    _andra_ett_av_varje(flemingsberg)
    adress = _ladda_upp(som_planerare, skriv(original, _en_cell_per_blad())).headers["Location"]

    assert som_planerare.get(adress).context["plan"].antal_att_avgora == 3
    valj(som_planerare, adress, ansvarar_for=val, rubrik=val, beskrivning=val)
    las_in_pa_sidan(som_planerare, adress)

    assert _som_de_star(flemingsberg) == blir
    assert Insats.objects.filter(titel="En ny titel").count() == 1


@pytest.mark.parametrize(("val", "kvar"), [("deras", False), ("mina", True)])
def test_den_som_andra_tog_bort_valjs_in_eller_ut(som_planerare: Client, original: bytes, val: str, kvar: bool) -> None:
    del_ = medverkan("1.1", "naringslivet")
    assert del_
    andra = [
        Rollrad(m.aktor_id, Roll(m.roll), m.ansvarar_for, Deltagande(m.deltagande))
        for m in del_.insats.medverkan.exclude(pk=del_.pk)
    ]
    andra_roller(av=None, insats=del_.insats, version=del_.insats.version, roller=andra)
    fil = skriv(original, {"Medverkan": [("1.1 | Näringslivet", {"Svarar för": "Trygghet"})]})
    adress = _ladda_upp(som_planerare, fil).headers["Location"]

    plan = valj(som_planerare, adress, ovriga=val).context["plan"]
    assert not plan.hindrad
    las_in_pa_sidan(som_planerare, adress)

    assert bool(medverkan("1.1", "naringslivet")) == kvar


def test_de_andra_raderna_lases_in(som_planerare: Client, flemingsberg: Fardplan, original: bytes) -> None:
    _andra_ett_av_varje(flemingsberg)
    fel: Andringar = {"Aktiviteter": [("", {"Insats": "1.1", "Aktivitet": "Ny", "Period": "1999"})]}
    adress = _ladda_upp(som_planerare, skriv(original, _en_cell_per_blad() | fel)).headers["Location"]

    svar = las_in_pa_sidan(som_planerare, adress, delvis="1")

    assert "1 ändrad" in platt(svar)
    assert "4 rader som inte lästes in" in platt(svar)
    assert _som_de_star(flemingsberg) == ["Deras", "Deras", "Deras"]
    assert Insats.objects.filter(titel="En ny titel").count() == 1
    assert "på bladet Aktiviteter" in Inlasning.objects.get().noter


def test_rader_som_sager_emot_varandra_lamnas_bada(planera: Callable[[bytes], Bokplan], original: bytes) -> None:
    plan = planera(
        skriv(
            original,
            {
                "Insatser": [("1.1", {"Medverkande": "Polisen", "Titel": "Nej"}), ("1.3", {"Titel": "Ja"})],
                "Medverkan": [("1.1 | Näringslivet", {"Svarar för": "Trygghet"})],
            },
        )
    )

    assert [(u.blad, u.skal) for u in plan.utelamnade] == [("Insatser", "fel"), ("Medverkan", "fel")]
    assert [c.efter for rad in plan.rader for c in rad.celler] == ["Ja"]
    assert plan.kan_delas


# Two at once


@pytest.mark.django_db(transaction=True)
def test_tva_som_sparar_fil_och_laser_in_i_ett_vantar_inte_pa_varandra(
    flemingsberg: Fardplan, planerare: Anvandare
) -> None:
    """As the command does: both refer to the färdplan before either wants it."""
    bok, redo = hamtad([flemingsberg], planerare, Bokblad.FARDRIKTNINGAR), threading.Barrier(2, timeout=20)
    malomraden = [str(m) for m in Malomrade.objects.filter(program=flemingsberg.program_id)[:2]]

    def las_in_en(malomrade: str) -> None:
        fil = skriv(bok, {"Färdriktningar": [(malomrade, {"Rubrik": "Ny"})]})
        plan = planera_boken(flemingsberg, "bok.xlsx", fil)

        def planera() -> Bokplan:
            redo.wait()
            return planera_boken(flemingsberg, "bok.xlsx", fil, las=True)

        with transaction.atomic():
            fil_ = spara_fil(av=planerare, fardplan=flemingsberg, slag="arbetsbok", filnamn="bok.xlsx", innehall=fil)
            las_in(av=planerare, inlasning=fil_, planera=planera, skriv=skriv_bok, fingeravtryck=plan.fingeravtryck)
        connection.close()

    with ThreadPoolExecutor(2) as tradar:
        list(tradar.map(las_in_en, malomraden))

    assert Fardriktning.objects.filter(fardplan=flemingsberg, rubrik="Ny").count() == 2
