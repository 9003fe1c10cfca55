"""A changed workbook: what it would change, what it may not, and that it is read in whole or not at all."""

from __future__ import annotations

import io
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aktorer.models import Aktor, Anvandare
from insatser.andringar import insats as insatser
from insatser.andringar import lage
from insatser.andringar.inlasning import Inlasningsplan, PlanenAndrad, Radfel, las_in, skriv_insatser, spara_fil
from insatser.andringar.roller import Rollrad
from insatser.fragor.karta import Karta, Urval, hamta
from insatser.models import (
    Fardplan,
    Inlasning,
    Insats,
    InsatsEvent,  # type: ignore[attr-defined]
    Lagesrapport,
    Malomrade,
    Program,
    Stadskarna,
)
from insatser.regler.medverkan import Deltagande, Roll
from insatser.utbyte.excel import inlasning as excel
from insatser.utbyte.excel.insatskarta import MALL, InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_csv, skriv_xlsx
from tests.sidtext import platt

BLAD, RUBRIKER = MALL.blad, MALL.rubriker
planera = partial(excel.planera, InsatskartaResource)

pytestmark = pytest.mark.django_db

type Andringar = Mapping[str, Mapping[str, Any]]

NY = {"Typ": "Kärnspecifik", "Målområde": "1. Levande och attraktiva stadskärnor", "Titel": "Plantera träd"}
SOM_DET_VAR = "Botkyrka kommun; Huddinge kommun; Region Stockholm; Polisen"  # medverkande i 1.3
IMPORT = "/flemingsberg/insatskarta/import/"


@pytest.fixture
def fardplan(flemingsberg: Fardplan) -> Fardplan:
    return flemingsberg


@pytest.fixture
def original(fardplan: Fardplan) -> bytes:
    """The workbook as fetched before anybody changed anything."""
    return skriv_xlsx(hamta(fardplan, Urval(), AnonymousUser()))


def insats(fardplan: Fardplan, nummer: str) -> Insats:
    return Insats.objects.i_fardplan(fardplan).med_nummer(nummer).select_related("malomrade").get()


def skriv(xlsx: bytes, andringar: Andringar, nya: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Change cells by number and heading, and write new rows, as a person would in Excel."""
    bok = openpyxl.load_workbook(io.BytesIO(xlsx))
    blad = bok[BLAD]
    rader = {blad.cell(n, 1).value: n for n in range(2, blad.max_row + 1)}
    for nummer, celler in andringar.items():
        for rubrik, varde in celler.items():
            blad.cell(rader[nummer], RUBRIKER.index(rubrik) + 1).value = varde
    for n, rad in enumerate(nya, start=blad.max_row + 1):
        for rubrik, varde in rad.items():
            blad.cell(n, RUBRIKER.index(rubrik) + 1, varde)
    buffert = io.BytesIO()
    bok.save(buffert)
    return buffert.getvalue()


def plan_av(
    fardplan: Fardplan, xlsx: bytes, andringar: Andringar | None = None, nya: Sequence[Mapping[str, Any]] = ()
) -> Inlasningsplan:
    return planera(fardplan, "karta.xlsx", skriv(xlsx, andringar or {}, nya))


def celler(plan: Inlasningsplan) -> list[tuple[str, str, str, str]]:
    assert not plan.hindrad, (plan.fel, plan.konflikter)
    return [(r.nummer, c.kolumn, c.fore, c.efter) for r in plan.rader for c in r.celler]


def fel(plan: Inlasningsplan) -> list[tuple[str, str, str]]:
    return [(f.cell, f.kolumn, f.text) for f in plan.fel]


def genomfor(av: Anvandare, fardplan: Fardplan, fil: bytes) -> Inlasningsplan | None:
    """Upload, see the plan, confirm it."""
    inlasning = spara_fil(av=av, fardplan=fardplan, filnamn="karta.xlsx", innehall=fil)
    gor = partial(planera, fardplan, "karta.xlsx", fil)
    return las_in(
        av=av,
        inlasning=inlasning,
        planera=partial(gor, las=True),
        skriv=skriv_insatser,
        fingeravtryck=gor().fingeravtryck,
    )


# What changes


def test_tre_andrade_celler_ar_tre_andringar(fardplan: Fardplan, original: bytes) -> None:
    plan = plan_av(
        fardplan,
        original,
        {"1.3": {"Titel": "Bygg om", "Ansvarig": "Huddinge kommun", "Medverkande": "Botkyrka kommun; Polisen"}},
    )

    assert celler(plan) == [
        ("1.3", "Titel", insats(fardplan, "1.3").titel, "Bygg om"),
        ("1.3", "Ansvarig", "", "Huddinge kommun"),
        ("1.3", "Medverkande", SOM_DET_VAR, "Botkyrka kommun; Polisen"),
    ]
    assert (len(plan.nya), len(plan.andrade), plan.celler, plan.oforandrade) == (0, 1, 3, 17)


def test_celler_andrade_i_libreoffice(fardplan: Fardplan, original: bytes, tmp_path: Path) -> None:
    andringar = {"1.3": {"Titel": "Bygg om"}, "2.2": {"Text": "Två\nrader"}, "3.4": {"Ansvarig": "Näringslivet"}}
    andringar["3.4"] |= {"Medverkande": "Botkyrka kommun"}
    (tmp_path / "karta.xlsx").write_bytes(skriv(original, andringar))
    profil = f"-env:UserInstallation=file://{tmp_path}/profil"
    kommando = ["soffice", profil, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "ut"]
    subprocess.run([*kommando, tmp_path / "karta.xlsx"], check=True, capture_output=True)

    plan = planera(fardplan, "karta.xlsx", (tmp_path / "ut" / "karta.xlsx").read_bytes())

    assert [(nummer, kolumn) for nummer, kolumn, _, _ in celler(plan)] == [
        ("1.3", "Titel"),
        ("2.2", "Text"),
        ("3.4", "Ansvarig"),
        ("3.4", "Medverkande"),
    ]


def test_rader_som_saknas_tas_inte_bort(fardplan: Fardplan, planerare: Anvandare) -> None:
    urval = skriv_xlsx(hamta(fardplan, Urval(malomrade=1), AnonymousUser()))

    genomfor(planerare, fardplan, skriv(urval, {"1.3": {"Titel": "Bygg om Hälsovägen"}}))

    assert Insats.objects.i_fardplan(fardplan).gallande().count() == 18
    assert insats(fardplan, "1.3").titel == "Bygg om Hälsovägen"


def test_tom_cell_ar_tomt_varde(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    genomfor(planerare, fardplan, skriv(original, {"4.5": {"Text": None, "Ansvarig": None, "Medverkande": " "}}))

    nu = insats(fardplan, "4.5")
    assert (nu.text, list(nu.medverkan.all())) == ("", [])


def test_ordningen_mellan_medverkande_gar_att_andra(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    namn = "Polisen; Region Stockholm; Huddinge kommun; Botkyrka kommun"

    genomfor(planerare, fardplan, skriv(original, {"1.3": {"Medverkande": namn}}))

    assert "; ".join(str(m.aktor) for m in insats(fardplan, "1.3").medverkande) == namn


def test_aktorer_som_star_kvar_behaller_vad_arbetsboken_inte_visar(fardplan: Fardplan, planerare: Anvandare) -> None:
    huddinge, botkyrka = (Aktor.objects.get(slug=s) for s in ("huddinge-kommun", "botkyrka-kommun"))
    nu = insats(fardplan, "1.3")
    rader = [
        Rollrad(huddinge.pk, Roll.MEDVERKANDE, "gatan", Deltagande.BEKRAFTAD),
        Rollrad(botkyrka.pk, Roll.MEDVERKANDE, "bussen", Deltagande.BEKRAFTAD),
    ]
    insatser.andra_roller(av=planerare, insats=nu, version=nu.version, roller=rader)
    fil = skriv_xlsx(hamta(fardplan, Urval(), AnonymousUser()))

    genomfor(
        planerare,
        fardplan,
        skriv(fil, {"1.3": {"Ansvarig": "Botkyrka kommun", "Medverkande": "polisen; huddinge  kommun"}}),
    )

    assert {(m.aktor.slug, m.roll, m.ansvarar_for, m.deltagande) for m in nu.medverkan.all()} == {
        ("huddinge-kommun", "medverkande", "gatan", "bekraftad"),
        ("botkyrka-kommun", "ansvarig", "bussen", "tillfragad"),
        ("polisen", "medverkande", "", "tillfragad"),
    }


def test_nytt_lage_blir_en_ny_rapport_med_dagens_datum(
    fardplan: Fardplan, original: bytes, planerare: Anvandare
) -> None:
    andringar = {"4.3": {"Status": "Pågår", "Bedömning": "risk för avvikelse", "Kommentar": "Bron dröjer"}}

    plan = genomfor(planerare, fardplan, skriv(original, andringar))

    rapport = insats(fardplan, "4.3").lagesrapporter.get()
    assert (rapport.status, rapport.bedomning, rapport.kommentar) == ("pagar", "risk", "Bron dröjer")
    assert (rapport.datum, rapport.av, rapport.aktor) == (timezone.localdate(), planerare, planerare.aktor)
    assert plan
    assert plan.rader[0].noter == (f"Läget får dagens datum, {timezone.localdate()}.",)


def test_datum_som_andras_ar_lagets_datum(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    genomfor(planerare, fardplan, skriv(original, {"4.3": {"Status": "Ej påbörjad", "Datum": "2026-01-15"}}))

    assert f"{insats(fardplan, '4.3').lagesrapporter.get().datum}" == "2026-01-15"


def test_ny_rad_utan_nummer_far_nasta(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    nya = [NY | {"Ansvarig": "Huddinge kommun", "Status": "Genomförd"}, NY | {"Titel": "Rensa diket"}]

    plan = plan_av(fardplan, original, nya=nya)
    genomfor(planerare, fardplan, skriv(original, {}, nya))

    assert [(r.nummer, r.ny, r.titel) for r in plan.rader] == [
        ("1.6", True, "Plantera träd"),
        ("1.7", True, "Rensa diket"),
    ]
    assert plan.celler == 0
    ny = insats(fardplan, "1.6")
    assert (ny.fardplan, str(ny.ansvarig), ny.lagesrapporter.get().status) == (
        fardplan, "Huddinge kommun (ansvarig)", "genomford",
    )  # fmt: skip


def test_okant_nummer_ar_en_ny_insats_med_det_numret(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    genomfor(planerare, fardplan, skriv(original, {}, [NY | {"Nummer": "1.10", "Typ": "Gemensam"}]))

    ny = insats(fardplan, "1.10")
    assert ny.gemensam
    assert insats(Fardplan.objects.get(stadskarna__slug="haninge"), "1.10") == ny


def test_karnspecifik_blir_gemensam_och_tvartom(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    plan = plan_av(fardplan, original, {"1.3": {"Typ": "Gemensam"}, "4.2": {"Typ": "kärnspecifik"}})
    genomfor(planerare, fardplan, skriv(original, {"1.3": {"Typ": "Gemensam"}, "4.2": {"Typ": "Kärnspecifik"}}))

    assert insats(fardplan, "1.3").gemensam
    assert insats(fardplan, "4.2").fardplan == fardplan
    assert plan.rader[0].noter == ("Insatsen blir gemensam och visas i alla åtta stadskärnor.",)


def test_gemensam_insats_sager_att_den_andras_overallt(fardplan: Fardplan, original: bytes) -> None:
    plan = plan_av(fardplan, original, {"2.1": {"Titel": "Vård nära"}, "2.2": {"Status": "Ej påbörjad"}})

    assert plan.rader[0].noter == ("Gemensam insats: ändringen gäller i alla åtta stadskärnor.",)
    # A läge is this stadskärna's alone.
    assert "Gemensam" not in " ".join(plan.rader[1].noter)


def test_granskningen_sager_hur_manga_rader_som_ror_alla_stadskarnor(som_planerare: Client, original: bytes) -> None:
    fil = skriv(original, {"2.1": {"Titel": "Vård nära"}, "2.2": {"Titel": "Ny"}, "1.3": {"Titel": "Bara här"}})

    html = platt(som_planerare.post(IMPORT, {"fil": SimpleUploadedFile("karta.xlsx", fil)}, follow=True))

    assert "2 rader gäller gemensamma insatser och ändrar i alla åtta stadskärnor: Södertälje stadskärna, Kung" in html


SKAL = "Varför ingen ansvarig"


def test_skalet_till_att_ingen_ar_ansvarig_gar_ut_och_in(
    fardplan: Fardplan, original: bytes, planerare: Anvandare
) -> None:
    genomfor(planerare, fardplan, skriv(original, {"1.3": {SKAL: "Utses i vår"}}))
    skrivet = insats(fardplan, "1.3").utan_ansvarig
    igen = skriv_xlsx(hamta(fardplan, Urval(), AnonymousUser()))

    assert skrivet == "Utses i vår"
    assert plan_av(fardplan, igen, {}).rader == ()


def test_en_ny_ansvarig_tar_bort_skalet_och_tvartom(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    Insats.objects.filter(pk=insats(fardplan, "1.3").pk).update(utan_ansvarig="Utses i vår")
    igen = skriv_xlsx(hamta(fardplan, Urval(), AnonymousUser()))
    utsedd = skriv(igen, {"1.3": {"Ansvarig": "Huddinge kommun"}})
    noter = planera(fardplan, "karta.xlsx", utsedd).rader[0].noter
    genomfor(planerare, fardplan, utsedd)
    med, utan_skal = str(insats(fardplan, "1.3").ansvarig), insats(fardplan, "1.3").utan_ansvarig
    igen = skriv_xlsx(hamta(fardplan, Urval(), AnonymousUser()))
    genomfor(planerare, fardplan, skriv(igen, {"1.3": {"Ansvarig": None, SKAL: "Avgick"}}))

    assert "Insatsen får en ansvarig: skälet till att ingen var utsedd tas bort." in noter
    assert (med, utan_skal) == ("Huddinge kommun (ansvarig)", "")
    assert (insats(fardplan, "1.3").ansvarig, insats(fardplan, "1.3").utan_ansvarig) == (None, "Avgick")


def test_bade_ansvarig_och_skal_nekas(fardplan: Fardplan, original: bytes) -> None:
    bada = {"Ansvarig": "Huddinge kommun", SKAL: "Ingen vill"}
    plan = planera(fardplan, "karta.xlsx", skriv(original, {"1.3": bada, "1.1": {SKAL: "x"}}, [NY | bada]))

    assert [(f.kolumn, f.text) for f in plan.fel] == [
        (SKAL, "Insatsen har en ansvarig. Töm cellen, eller cellen Ansvarig.")
    ] * 3


def test_tidigare_aktorsnamn_kanns_igen(fardplan: Fardplan, original: bytes) -> None:
    Aktor.objects.filter(slug="polisen").update(namn="Polismyndigheten")

    assert celler(plan_av(fardplan, original)) == []


def test_antalet_fragor_beror_inte_pa_antalet_rader(fardplan: Fardplan, original: bytes) -> None:
    def fragor(fil: bytes) -> int:
        with CaptureQueriesContext(connection) as fangade:
            planera(fardplan, "karta.xlsx", fil)
        return len(fangade)

    en = skriv(original, {"1.3": {"Titel": "A", "Typ": "Gemensam"}})
    manga = skriv(original, {n: {"Titel": "A", "Typ": "Gemensam"} for n in ("1.3", "1.4", "2.3", "4.4")})

    assert fragor(en) == fragor(manga) <= 12


def test_kommentar_som_star_kvar_nar_laget_andras_namns(
    fardplan: Fardplan, original: bytes, planerare: Anvandare
) -> None:
    nu = insats(fardplan, "1.3")
    kommentar = Lagesrapport.objects.filter(insats=nu, stadskarna=fardplan.stadskarna).latest("datum", "pk").kommentar

    plan = genomfor(planerare, fardplan, skriv(original, {"1.3": {"Status": "Genomförd", "Bedömning": None}}))

    assert plan
    assert "Kommentaren följer med från förra läget." in plan.rader[0].noter
    assert kommentar
    assert nu.lagesrapporter.latest("pk").kommentar == kommentar
    datum = plan_av(fardplan, skriv_xlsx(hamta(fardplan, Urval(), AnonymousUser())), {"1.3": {"Kommentar": "Ny"}})
    assert "följer med" not in " ".join(datum.rader[0].noter)


# What is refused: every fault with its cell


@pytest.mark.parametrize(
    ("andring", "orsak"),
    [
        ({"Status": "Avbruten", "Bedömning": None}, "avbruten"),
        ({"Status": "Pausad", "Bedömning": "Enligt plan"}, "pausad"),
        ({"Bedömning": "Avviker"}, "avviker"),
    ],
)
def test_lage_som_kraver_kommentar_kraver_en_ny(
    fardplan: Fardplan, original: bytes, andring: dict[str, Any], orsak: str
) -> None:
    plan = plan_av(fardplan, original, {"1.3": andring})

    text = f"Skriv en ny kommentar: den krävs vid ”{orsak}”. Den gamla gällde förra läget."
    assert fel(plan) == [("K4", "Kommentar", text)]
    assert plan_av(fardplan, original, {"1.3": andring | {"Kommentar": "Nytt skäl"}}).fel == ()


@pytest.mark.parametrize(("las_ut", "namn"), [(skriv_xlsx, "karta.xlsx"), (skriv_csv, "karta.csv")])
def test_en_annan_stadskarnas_fil_ar_ett_enda_fel(
    inloggad: Client, fardplan: Fardplan, las_ut: Callable[[Karta], bytes], namn: str
) -> None:
    taby = Fardplan.objects.select_related("stadskarna").get(stadskarna__slug="taby-arninge")
    fil = las_ut(hamta(taby, Urval(), AnonymousUser()))

    plan = planera(fardplan, namn, fil)

    text = f"Arbetsboken är hämtad för {taby.stadskarna}, inte för Flemingsberg."
    assert ([f.text for f in plan.fel], plan.rader) == ([text], ())
    assert platt(ladda_upp(inloggad, fil, namn)).count(text) == 1
    assert not Inlasning.objects.exists()


def test_en_rad_ur_en_annan_stadskarnas_fil_nekas(fardplan: Fardplan, original: bytes) -> None:
    plan = plan_av(fardplan, original, {"1.3": {"Färdplan": "fardplaner-2026/okand", "Titel": None}})

    assert [(f.cell, f.kolumn, f.text) for f in plan.fel] == [
        ("P4", "Färdplan", "Arbetsboken är hämtad för en annan färdplan, inte för Flemingsberg.")
    ]


def test_samma_stadskarna_i_ett_annat_program_namns_med_programmet(fardplan: Fardplan, original: bytes) -> None:
    program = Program.objects.create(namn="Färdplaner 2031", slug="fardplaner-2031", ar_fran=2031)
    ny = Fardplan.objects.create(program=program, stadskarna=fardplan.stadskarna)

    (nekad,) = planera(ny, "karta.xlsx", original).fel

    assert nekad.text == (
        "Arbetsboken är hämtad för Flemingsberg, Färdplaner 2026, inte för Flemingsberg, Färdplaner 2031."
    )


def test_en_medverkande_som_blir_ansvarig_ar_en_enda_andring(
    planerare: Anvandare, fardplan: Fardplan, original: bytes
) -> None:
    fil = skriv(original, {"1.3": {"Ansvarig": "Huddinge kommun"}})

    plan = genomfor(planerare, fardplan, fil)

    assert plan is not None
    assert celler(plan) == [("1.3", "Ansvarig", "", "Huddinge kommun")]
    assert plan.rader[0].noter == ("Huddinge kommun går från medverkande till ansvarig.",)
    assert [m.aktor.namn for m in insats(fardplan, "1.3").medverkande] == [
        "Botkyrka kommun",
        "Region Stockholm",
        "Polisen",
    ]


@pytest.mark.parametrize(
    ("nummer", "andring", "kolumn", "text"),
    [
        ("1.3", {"Titel": None}, "Titel", "måste ha en titel"),
        ("1.3", {"Titel": "x" * 201}, "Titel", "201 tecken. Högst 200"),
        ("1.3", {"Text": "x" * 5001}, "Text", "5001 tecken"),
        ("1.3", {"Typ": "Egen"}, "Typ", "Välj Gemensam eller Kärnspecifik"),
        ("1.3", {"Typ": None}, "Typ", "Välj Gemensam eller Kärnspecifik"),
        ("1.3", {"Målområde": "Vården"}, "Målområde", "Skriv ”1. Levande och attraktiva stadskärnor”, ”2."),
        ("1.3", {"Målområde": 2}, "Målområde", "Numret 1.3 hör till ”1."),
        ("1.3", {"Ansvarig": "Hudinge kommun"}, "Ansvarig", "Menade du ”Huddinge kommun” eller"),
        ("1.3", {"Medverkande": "Polisen; polisen"}, "Medverkande", "”polisen” står två gånger"),
        ("1.3", {"Ansvarig": "Bоtkyrka kommun"}, "Ansvarig", "Tecknet ”о” hör till ett annat alfabet"),  # a Cyrillic о
        ("1.3", {"Medverkande": "Xyzzy"}, "Medverkande", "Aktören ”Xyzzy” finns inte i registret"),
        ("1.3", {"Status": "På gång"}, "Status", "Välj Ej påbörjad, Planerad, Pågår"),
        ("1.3", {"Status": None}, "Status", "Läget kan inte tas bort"),
        ("1.3", {"Datum": None}, "Datum", "Läget måste ha ett datum"),
        ("1.3", {"Datum": "2020-01-01", "Kommentar": "Nytt"}, "Datum", "Ange samma dag eller en senare"),
        ("1.3", {"Datum": "2099-01-01"}, "Datum", "i framtiden"),
        ("1.3", {"Datum": "i går"}, "Datum", "Skriv det som 2026-11-21"),
        ("1.3", {"Kommentar": None}, "Kommentar", "den krävs vid ”risk för avvikelse”"),
        ("1.3", {"Version": None}, "Nummer", "Hämta arbetsboken på nytt"),
        ("1.3", {"Färdplan": None}, "Nummer", "Hämta arbetsboken på nytt"),
        ("1.3", {"Version": 7}, "Version", "Hämta arbetsboken på nytt"),
        ("1.3", {"Version": "ett"}, "Version", "Hämta arbetsboken på nytt"),
        ("1.3", {"Insats-id": 1}, "Nummer", "gällde en annan insats"),
        ("1.3", {"Läge": 1}, "Läge", "hör inte till insatsen"),
        ("1.3", {"Nummer": "1.4"}, "Nummer", "står på flera rader"),
        ("1.3", {"Nummer": "ett tre"}, "Nummer", "inget insatsnummer"),
        ("1.3", {"Nummer": "9.1"}, "Nummer", "inget målområde 9"),
        ("4.3", {"Bedömning": "Avviker"}, "Status", "Ange status, eller töm"),
        ("4.3", {"Status": "Pågår"}, "Bedömning", "Ange en bedömning"),
        ("1.1", {"Typ": "Kärnspecifik"}, "Typ", "Andra stadskärnor har rapporterat läget"),
    ],
)
def test_fel_namns_med_cell(
    fardplan: Fardplan, original: bytes, nummer: str, andring: dict[str, Any], kolumn: str, text: str
) -> None:
    plan = plan_av(fardplan, original, {nummer: andring})

    hittade = [f for f in plan.fel if f.kolumn == kolumn and text in f.text]
    assert hittade, plan.fel
    assert hittade[0].cell.endswith(str(hittade[0].rad))
    assert hittade[0].blad == BLAD
    assert not plan.rader


def test_samma_ord_om_laget_fran_en_aldre_dag_ar_ingen_rapport(fardplan: Fardplan, original: bytes) -> None:
    plan = plan_av(fardplan, original, {"1.3": {"Datum": "2020-01-01", "Titel": "Ny titel"}})

    (rad,) = plan.rader
    assert (plan.fel, rad.lage, [c.kolumn for c in rad.celler]) == ((), None, ["Titel"])
    assert "lämnas som det är" in " ".join(rad.noter)


@pytest.mark.parametrize(
    ("ny", "kolumn", "text"),
    [
        (NY | {"Titel": None, "Text": "Bara text"}, "Titel", "måste ha en titel"),
        (NY | {"Typ": None}, "Typ", "för den nya insatsen"),
        (NY | {"Målområde": None}, "Målområde", "Välj målområde"),
        (NY | {"Målområde": None, "Nummer": "1.9"}, "Målområde", "hör till ”1."),
        (NY | {"Kommentar": "Redan klart"}, "Status", "Ange status"),
    ],
)
def test_fel_i_en_ny_rad(fardplan: Fardplan, original: bytes, ny: dict[str, Any], kolumn: str, text: str) -> None:
    plan = plan_av(fardplan, original, nya=[ny])

    assert [(f.rad, f.kolumn, text in f.text) for f in plan.fel] == [(20, kolumn, True)]


def test_alla_fel_namns_pa_en_gang(fardplan: Fardplan, original: bytes) -> None:
    plan = plan_av(
        fardplan,
        original,
        {"1.3": {"Titel": None, "Ansvarig": "Xyzzy", "Datum": "i går"}, "1.4": {"Status": "På", "Text": "x" * 5001}},
        [NY | {"Nummer": "1.5"}],
    )

    assert sorted((f.rad, f.kolumn) for f in plan.fel) == [
        (4, "Ansvarig"),
        (4, "Datum"),
        (4, "Titel"),
        (5, "Status"),
        (5, "Text"),
        (6, "Nummer"),
        (20, "Nummer"),
    ]


def test_kant_nummer_utan_version_nekas(fardplan: Fardplan) -> None:
    urval = skriv_xlsx(hamta(fardplan, Urval(malomrade=4), AnonymousUser()))

    (nekad,) = plan_av(fardplan, urval, nya=[NY | {"Nummer": "1.1"}]).fel

    assert (nekad.cell, nekad.varde) == ("A7", "1.1")
    assert "vilken version den bygger på. Hämta arbetsboken på nytt" in nekad.text


def test_nummer_som_raknetal_ar_tvetydigt_nar_det_finns_en_tia(fardplan: Fardplan, planerare: Anvandare) -> None:
    """Excel makes 1.6 of 1.60 unless the cell holds text."""
    omrade = Malomrade.objects.get(program=fardplan.program, nummer=1)
    insatser.skapa(av=planerare, malomrade=omrade, fardplan=fardplan, titel="Sextio", ordning=60)
    fil = skriv_xlsx(hamta(fardplan, Urval(), AnonymousUser()))

    plan = plan_av(fardplan, fil, {"1.60": {"Nummer": 1.6, "Insats-id": None}})

    assert [(f.kolumn, f.text[:22]) for f in plan.fel] == [("Nummer", "Är det 1.6 eller 1.60?")]
    assert plan_av(fardplan, fil, {"1.4": {"Nummer": 1.4}}).fel == ()


def test_avford_insats_far_finnas_men_inte_andras(fardplan: Fardplan, planerare: Anvandare) -> None:
    nu = insats(fardplan, "1.3")
    insatser.avfor(av=planerare, insats=nu, version=nu.version, skal="Klar")
    fil = skriv_xlsx(hamta(fardplan, Urval(avforda=True), AnonymousUser()))

    assert celler(plan_av(fardplan, fil)) == []
    (nekad,) = plan_av(fardplan, fil, {"1.3": {"Titel": "Igen", "Status": None}}).fel
    assert (nekad.kolumn, nekad.text[:16]) == ("Nummer", "Insatsen avförde")


def test_gemensam_behover_ett_nummer_som_ar_ledigt_overallt(
    fardplan: Fardplan, original: bytes, planerare: Anvandare
) -> None:
    haninge = Fardplan.objects.get(stadskarna__slug="haninge")
    omrade = Malomrade.objects.get(program=fardplan.program, nummer=1)
    for ordning in (3, 9):
        insatser.skapa(av=planerare, malomrade=omrade, fardplan=haninge, titel="Haninges", ordning=ordning)

    plan = plan_av(fardplan, original, {"1.3": {"Typ": "Gemensam"}}, [NY | {"Nummer": "1.9", "Typ": "Gemensam"}])

    vem = "är upptaget av ”Haninges” i Haninge stadskärna."
    assert [(f.rad, f.kolumn, f.text.partition(" En ")[0]) for f in plan.fel] == [
        (4, "Nummer", f"Numret 1.3 {vem}"),
        (20, "Nummer", f"Numret 1.9 {vem}"),
    ]


def test_en_ny_rad_med_upptaget_nummer_far_veta_av_vad(fardplan: Fardplan, original: bytes) -> None:
    Insats.objects.filter(pk=insats(fardplan, "1.5").pk).update(ordning=12)
    plan = plan_av(fardplan, original, nya=[NY | {"Nummer": "1.12"}])

    titel = insats(fardplan, "1.12").titel
    assert any(f.text.startswith(f"Numret är upptaget av ”{titel}”, och raden säger inte") for f in plan.fel)


# Somebody else changed meanwhile


def test_andras_andringar_i_andra_celler_slas_ihop(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    nu = insats(fardplan, "1.3")
    nu = insatser.andra(av=planerare, insats=nu, version=nu.version, text="Ny text")
    kvar = [Rollrad(m.aktor_id, Roll(m.roll), m.ansvarar_for, Deltagande(m.deltagande)) for m in nu.medverkande]
    insatser.andra_roller(av=planerare, insats=nu, version=nu.version, roller=kvar[:3])  # without Polisen
    lage.rapportera(av=planerare, insats=nu, stadskarna=fardplan.stadskarna, status="genomford")
    medverkande = "Trafikverket; Botkyrka kommun; Huddinge kommun; Region Stockholm; Polisen"

    fil = skriv(original, {"1.3": {"Titel": "Bygg om", "Medverkande": medverkande}})
    plan = planera(fardplan, "karta.xlsx", fil)
    genomfor(planerare, fardplan, fil)

    assert celler(plan)[1] == (
        "1.3",
        "Medverkande",
        "Botkyrka kommun; Huddinge kommun; Region Stockholm",
        "Botkyrka kommun; Huddinge kommun; Region Stockholm; Trafikverket",
    )
    nu = insats(fardplan, "1.3")
    assert (nu.titel, nu.text, nu.lagesrapporter.latest("datum").status) == ("Bygg om", "Ny text", "genomford")
    assert [m.aktor.slug for m in nu.medverkande][-1] == "trafikverket"


def test_samma_cell_ar_en_konflikt_och_hindrar(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    nu = insats(fardplan, "1.3")
    insatser.andra(av=planerare, insats=nu, version=nu.version, titel="Deras")

    plan = plan_av(fardplan, original, {"1.3": {"Titel": "Min"}, "1.4": {"Titel": "Annan"}})

    assert [(k.rad, k.nummer, k.kolumn, k.bas, k.deras, k.mina) for k in plan.konflikter] == [
        (4, "1.3", "Titel", nu.titel, "Deras", "Min")
    ]
    assert plan.hindrad
    assert [r.nummer for r in plan.rader] == ["1.4"]


def test_samma_andring_av_bada_ar_ingen_konflikt(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    nu = insats(fardplan, "1.3")
    insatser.andra(av=planerare, insats=nu, version=nu.version, titel="Samma")

    assert celler(plan_av(fardplan, original, {"1.3": {"Titel": "Samma"}})) == []


def test_tva_ansvariga_ar_en_konflikt(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    nu = insats(fardplan, "4.3")
    polisen = Aktor.objects.get(slug="polisen")
    kvar = [Rollrad(m.aktor_id, Roll(m.roll)) for m in nu.medverkande]
    insatser.andra_roller(
        av=planerare, insats=nu, version=nu.version, roller=[Rollrad(polisen.pk, Roll.ANSVARIG), *kvar]
    )

    plan = plan_av(fardplan, original, {"4.3": {"Ansvarig": "Näringslivet"}})

    assert [(k.kolumn, k.bas, k.deras, k.mina) for k in plan.konflikter] == [
        ("Ansvarig", "", "Polisen", "Näringslivet")
    ]


def test_lage_som_bada_rapporterat_ar_en_konflikt(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    nu = insats(fardplan, "4.3")
    lage.rapportera(av=planerare, insats=nu, stadskarna=fardplan.stadskarna, status="pagar", bedomning="enligt_plan")

    plan = plan_av(fardplan, original, {"4.3": {"Status": "Genomförd"}})

    assert [(k.kolumn, k.bas, k.deras, k.mina) for k in plan.konflikter] == [("Status", "", "Pågår", "Genomförd")]
    assert celler(plan_av(fardplan, original)) == []


def test_insats_som_fatt_nytt_nummer_blir_inte_en_kopia(
    fardplan: Fardplan, original: bytes, planerare: Anvandare
) -> None:
    nu = insats(fardplan, "1.3")
    insatser.flytta(av=planerare, insats=nu, version=nu.version, malomrade=nu.malomrade, fardplan=fardplan, ordning=8)

    plan = plan_av(fardplan, original, {"1.3": {"Titel": "Bygg om"}})

    assert [(f.kolumn, "har fått numret 1.8" in f.text) for f in plan.fel] == [("Nummer", True)]


def test_nummer_som_en_annan_insats_tagit_over(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    """Both are at version 2: without the id, the one's text would be written over the other's."""
    tre, fyra = insats(fardplan, "1.3"), insats(fardplan, "1.4")
    for rad, ordning in ((tre, 90), (fyra, 3)):
        insatser.flytta(
            av=planerare, insats=rad, version=rad.version, malomrade=rad.malomrade, fardplan=fardplan, ordning=ordning
        )

    plan = plan_av(fardplan, original, {"1.3": {"Titel": "Bygg om", "Version": 2}})

    assert any(f.cell == "A4" and "en annan insats" in f.text for f in plan.fel)


def test_kopierad_rad_ar_en_ny_insats_och_sager_det(fardplan: Fardplan, original: bytes) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(original))
    kopia = [c.value for c in bok[BLAD][4]]

    plan = plan_av(fardplan, original, nya=[dict(zip(RUBRIKER, kopia, strict=True)) | {"Nummer": None}])

    (rad,) = plan.tvillingar  # until it gets a title of its own
    assert (rad.nummer, rad.ny) == ("1.6", True)
    assert rad.noter[0].startswith("Raden är kopierad från 1.3")


# Written whole or not at all


def test_historiken_sager_ur_vilken_fil(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    genomfor(planerare, fardplan, skriv(original, {"1.3": {"Titel": "Bygg om"}}))

    handelse = InsatsEvent.objects.filter(titel="Bygg om").latest("pgh_id")
    assert handelse.pgh_context["orsak"] == "ur fil karta.xlsx"
    assert handelse.pgh_context["anvandare"] == planerare.pk


def test_nekas_en_rad_skrivs_ingen(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION neka() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.titel = 'Andra' THEN"
            " RAISE 'nej' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER neka BEFORE UPDATE ON insatser_insats FOR EACH ROW EXECUTE FUNCTION neka()"
        )
    fil = skriv(original, {"1.3": {"Titel": "Första"}, "1.4": {"Titel": "Andra"}}, [NY])

    with pytest.raises(Radfel) as nekad:
        genomfor(planerare, fardplan, fil)

    assert (nekad.value.fel.rad, nekad.value.fel.varde) == (5, "1.4")
    assert not Insats.objects.filter(titel__in=["Första", "Andra", "Plantera träd"]).exists()
    assert Inlasning.objects.get().inlast is None


def test_bekraftelsens_fragor_beror_inte_pa_antalet_rader(
    fardplan: Fardplan, original: bytes, planerare: Anvandare
) -> None:
    def fragor(*nummer: str) -> int:
        klart = {"Status": "Genomförd", "Bedömning": None, "Kommentar": f"Klart {len(nummer)}"}
        andrat = {"Titel": f"Titel {len(nummer)}", "Medverkande": f"Polisen{'; Trafikverket' * len(nummer[1:2])}"}
        fil = skriv(skriv_xlsx(hamta(fardplan, Urval(), planerare)), {n: {**klart, **andrat} for n in nummer})
        with CaptureQueriesContext(connection) as fangade:
            genomfor(planerare, fardplan, fil)
        return len(fangade)

    fragor("2.1")
    assert fragor("1.3", "1.4", "2.3", "2.1") <= fragor("2.2") + 2
    assert insats(fardplan, "2.3").titel == "Titel 4"


def test_andra_bekraftelsen_gor_ingenting(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    fil = skriv(original, {}, [NY])
    inlasning = spara_fil(av=planerare, fardplan=fardplan, filnamn="karta.xlsx", innehall=fil)
    gor = partial(planera, fardplan, "karta.xlsx", fil)
    avtryck = gor().fingeravtryck

    forsta = las_in(av=planerare, inlasning=inlasning, planera=gor, skriv=skriv_insatser, fingeravtryck=avtryck)
    andra = las_in(av=planerare, inlasning=inlasning, planera=gor, skriv=skriv_insatser, fingeravtryck=avtryck)

    assert forsta is not None
    assert andra is None
    assert Insats.objects.filter(titel="Plantera träd").count() == 1


def test_bekraftar_ingen_annan_plan_an_den_visade(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    fil = skriv(original, {"1.3": {"Titel": "Bygg om"}})
    inlasning = spara_fil(av=planerare, fardplan=fardplan, filnamn="karta.xlsx", innehall=fil)
    gor = partial(planera, fardplan, "karta.xlsx", fil)
    visad = gor().fingeravtryck
    nu = insats(fardplan, "1.3")
    insatser.andra(av=planerare, insats=nu, version=nu.version, titel="Deras")

    with pytest.raises(PlanenAndrad) as andrad:
        las_in(av=planerare, inlasning=inlasning, planera=gor, skriv=skriv_insatser, fingeravtryck=visad)

    assert [k.deras for k in andrad.value.plan.konflikter] == ["Deras"]
    assert insats(fardplan, "1.3").titel == "Deras"


def med_egen_anslutning(gor: Callable[[], object]) -> object:
    """For a thread: what it opened is closed after it."""
    try:
        return gor()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_tva_samtidiga_bekraftelser_skriver_en_gang(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    fil = skriv(original, {}, [NY])
    inlasning = spara_fil(av=planerare, fardplan=fardplan, filnamn="karta.xlsx", innehall=fil)
    gor = partial(planera, fardplan, "karta.xlsx", fil)
    bekrafta = partial(
        las_in,
        av=planerare,
        inlasning=inlasning,
        planera=partial(gor, las=True),
        skriv=skriv_insatser,
        fingeravtryck=gor().fingeravtryck,
    )

    with ThreadPoolExecutor(2) as tradar:
        svar = list(tradar.map(med_egen_anslutning, [bekrafta, bekrafta]))

    assert sorted(plan is None for plan in svar) == [False, True]
    assert Insats.objects.filter(titel="Plantera träd").count() == 1


def vanta_pa_las(antal: int) -> None:
    """Until so many connections wait for a lock."""
    slut = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < slut:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0] == antal:
                return
            time.sleep(0.02)
    pytest.fail("Ingen väntar på låset.")


@pytest.mark.django_db(transaction=True)
def test_inlasningen_laser_malomradet_fore_insatsen_som_sidorna(
    fardplan: Fardplan, original: bytes, planerare: Anvandare
) -> None:
    """`flytta` takes the målområde first. Were the insats already the import's, each would wait for the other."""
    fil = skriv(original, {"1.3": {"Titel": "Bygg om"}}, [NY])
    nu = insats(fardplan, "1.3")

    with ThreadPoolExecutor(1) as tradar:
        with transaction.atomic():
            Malomrade.objects.select_for_update(no_key=True).get(pk=nu.malomrade_id)
            svar = tradar.submit(med_egen_anslutning, partial(genomfor, planerare, fardplan, fil))
            vanta_pa_las(1)
            Insats.objects.select_for_update(nowait=True).get(pk=nu.pk)
        assert svar.result()


@pytest.mark.django_db(transaction=True)
def test_tva_inlasningar_planerar_inte_samma_nummer(fardplan: Fardplan, planerare: Anvandare) -> None:
    """Also when they share no insats."""
    filer = [
        skriv(skriv_xlsx(hamta(fardplan, Urval(malomrade=n), AnonymousUser())), {}, [NY | {"Titel": f"Träd {n}"}])
        for n in (2, 3)
    ]

    def las_in_trad(fil: bytes) -> str:
        try:
            med_egen_anslutning(partial(genomfor, planerare, fardplan, fil))
        except (PlanenAndrad, Radfel) as nekad:
            return type(nekad).__name__
        return "inläst"

    with ThreadPoolExecutor(2) as tradar:
        with transaction.atomic():
            Malomrade.objects.select_for_update(no_key=True).get(program=fardplan.program, nummer=1)
            svar = [tradar.submit(las_in_trad, fil) for fil in filer]
            vanta_pa_las(2)
        slag = sorted(s.result() for s in svar)

    assert slag == ["PlanenAndrad", "inläst"]
    assert insats(fardplan, "1.6").titel.startswith("Träd")


@pytest.mark.django_db(transaction=True)
def test_tva_inlasningar_av_gemensamma_vantar_inte_pa_varandra(
    fardplan: Fardplan, utkastet: Fardplan, planerare: Anvandare
) -> None:
    """Of two stadskärnor, each with its plan made before the other writes: a new one, and one that is to be own."""
    m1 = Malomrade.objects.get(program=fardplan.program, nummer=1)
    grind = threading.Barrier(2)

    def bekrafta(egen: Fardplan, malomrade: int, andringar: Andringar, *nya: Mapping[str, Any]) -> str:
        fil = skriv(skriv_xlsx(hamta(egen, Urval(malomrade=malomrade), AnonymousUser())), andringar, nya)
        sparad = spara_fil(av=planerare, fardplan=egen, filnamn="karta.xlsx", innehall=fil)
        gor = partial(planera, egen, "karta.xlsx", fil)
        visad = gor().fingeravtryck
        grind.wait(10)

        def planerad() -> Inlasningsplan:
            plan = gor(las=True)
            with suppress(threading.BrokenBarrierError):  # the other waits for a lock, as it should
                grind.wait(0.5)
            return plan

        klar = las_in(av=planerare, inlasning=sparad, planera=planerad, skriv=skriv_insatser, fingeravtryck=visad)
        return "inläst" if klar else ""

    insatser.skapa(av=None, malomrade=m1, fardplan=None, ordning=50, titel="Måla bron")
    egna = [
        partial(bekrafta, fardplan, 1, {"1.50": {"Typ": "Kärnspecifik"}}),
        partial(bekrafta, utkastet, 2, {}, NY | {"Typ": "Gemensam", "Nummer": "1.60"}),
    ]
    with ThreadPoolExecutor(2) as tradar:
        en, annan = (tradar.submit(med_egen_anslutning, gor) for gor in egna)

    assert (en.result(), annan.result()) == ("inläst", "inläst")


@pytest.mark.django_db(transaction=True)
def test_avbrott_mitt_i_skriver_inget(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    """The first row is written and the second waits for a lock when the database kills the connection."""
    fil = skriv(original, {"1.3": {"Titel": "Första"}, "4.3": {"Status": "Ej påbörjad"}})
    avsluta = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE wait_event = 'relation' AND datname = current_database()"
    )

    with ThreadPoolExecutor(1) as tradar, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE insatser_lagesrapport IN EXCLUSIVE MODE")
        svar = tradar.submit(med_egen_anslutning, partial(genomfor, planerare, fardplan, fil))
        while not svar.done():
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(avsluta)

    with pytest.raises(OperationalError):
        svar.result()
    assert insats(fardplan, "1.3").titel != "Första"
    assert not InsatsEvent.objects.filter(titel="Första").exists()
    assert Inlasning.objects.get().inlast is None


# The pages


@pytest.fixture
def inloggad(client: Client, planerare: Anvandare) -> Client:
    client.force_login(planerare)
    return client


def ladda_upp(klient: Client, innehall: bytes, namn: str = "karta.xlsx") -> Any:
    return klient.post(IMPORT, {"fil": SimpleUploadedFile(namn, innehall)})


def test_fran_fil_till_karta(inloggad: Client, fardplan: Fardplan, original: bytes) -> None:
    svar = ladda_upp(inloggad, skriv(original, {"1.3": {"Titel": "Bygg om Hälsovägen"}}, [NY]))
    sida = inloggad.get(svar.url)
    klar = inloggad.post(svar.url, {"fingeravtryck": sida.context["plan"].fingeravtryck})

    assert (svar.status_code, sida.status_code) == (302, 200)
    assert "<dt>Nya insatser</dt><dd>1</dd>" in platt(sida)
    assert klar.url == "/flemingsberg/insatskarta/"
    assert insats(fardplan, "1.3").titel == "Bygg om Hälsovägen"
    igen = inloggad.get(svar.url)
    assert "Filen är inläst" in platt(igen)


def test_lang_text_visas_ord_for_ord(inloggad: Client, fardplan: Fardplan, original: bytes) -> None:
    text = insats(fardplan, "1.3").text

    sida = inloggad.get(ladda_upp(inloggad, skriv(original, {"1.3": {"Text": f"{text} Nyskrivet <b>ord</b>."}})).url)

    assert "Nyskrivet &lt;b&gt;ord&lt;/b&gt;.</ins>" in platt(sida)


def test_fel_i_filen_listas_och_inget_sparas(inloggad: Client, original: bytes) -> None:
    svar = ladda_upp(inloggad, skriv(original, {"1.3": {"Ansvarig": "Hudinge kommun"}, "1.4": {"Titel": None}}))

    assert svar.status_code == 422
    assert "2 fel" in platt(svar)
    assert "Menade du ”Huddinge kommun”" in platt(svar)
    assert "Cell F4" in platt(svar)
    assert not Inlasning.objects.exists()


def test_langa_varden_bryts_och_star_efter_hjalpen(inloggad: Client, original: bytes) -> None:
    svar = ladda_upp(inloggad, skriv(original, {"1.3": {"Status": "x" * 100}}))

    assert 0 < platt(svar).index("Välj Ej påbörjad, Planerad") < platt(svar).index("x" * 100)
    assert f'<td class="bryt" data-rubrik="Där står">”{"x" * 100}”</td>' in platt(svar)


@pytest.mark.parametrize("data", [{}, {"fil": ""}, {"fil": "text"}])
def test_utan_fil_ar_422(inloggad: Client, data: dict[str, str]) -> None:
    svar = inloggad.post(IMPORT, data)

    assert svar.status_code == 422
    assert "Välj en fil." in platt(svar)


def test_inaktuell_bekraftelse_ar_409_med_den_nya_granskningen(
    inloggad: Client, fardplan: Fardplan, original: bytes, planerare: Anvandare
) -> None:
    adress = ladda_upp(inloggad, skriv(original, {"1.3": {"Titel": "Bygg om"}})).url
    avtryck = inloggad.get(adress).context["plan"].fingeravtryck
    nu = insats(fardplan, "1.3")
    insatser.andra(av=planerare, insats=nu, version=nu.version, titel="Deras")

    svar = inloggad.post(adress, {"fingeravtryck": avtryck})

    assert svar.status_code == 409
    assert "Ändrat på två håll" in platt(svar)
    assert insats(fardplan, "1.3").titel == "Deras"


def test_annan_fardplans_fil_ar_404(inloggad: Client, original: bytes) -> None:
    adress = ladda_upp(inloggad, skriv(original, {"1.3": {"Titel": "Bygg om"}})).url

    assert inloggad.get(adress.replace("flemingsberg", "haninge")).status_code == 404


def test_bara_planerare_laser_in(client: Client, tjansteperson: Anvandare) -> None:
    assert client.get(IMPORT).status_code == 302

    client.force_login(tjansteperson)
    assert client.get(IMPORT).status_code == 403
    assert client.get(f"{IMPORT}1/").status_code == 403


def test_inget_lage_andras_for_andra_stadskarnor(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    andras = Stadskarna.objects.exclude(pk=fardplan.stadskarna_id)
    fore = Lagesrapport.objects.filter(stadskarna__in=andras).count()

    genomfor(planerare, fardplan, skriv(original, {"2.2": {"Status": "Ej påbörjad"}}))

    assert Lagesrapport.objects.filter(stadskarna__in=andras).count() == fore


def test_en_databas_som_dor_mitt_i_en_rad_ar_det_som_sags(fardplan: Fardplan, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not what came of that the row was never read."""

    def dog(*_: Any, **__: Any) -> bool:
        raise OperationalError("databasen dog")

    monkeypatch.setattr(InsatskartaResource, "skip_row", dog)

    with pytest.raises(OperationalError, match="databasen dog"):
        excel.planera(InsatskartaResource, fardplan, "karta.csv", skriv_csv(hamta(fardplan, Urval(), AnonymousUser())))


@pytest.mark.parametrize("rader", [1, 0])
def test_det_som_ar_last_lases_inte_en_gang_till(fardplan: Fardplan, rader: int) -> None:
    """Nobody waits for a file to be read while what it changes is locked."""
    fil = b"\n".join(skriv_csv(hamta(fardplan, Urval(), AnonymousUser())).splitlines()[: 1 + rader])
    last = excel.las_fil(InsatskartaResource, "karta.csv", fil)

    plan = excel.planera(InsatskartaResource, fardplan, "karta.csv", b"", last=last)

    assert plan == excel.planera(InsatskartaResource, fardplan, "karta.csv", fil)
