"""The workbook of a whole program in again: every stadskärna in one preview, one confirmation, one way back."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aktorer.models import Aktor, Anvandare
from insatser.andringar.arbetsbok import Bokplan
from insatser.andringar.insats import andra
from insatser.fragor.arbetsbok import programmets
from insatser.models import Fardplan, Fardriktning, Inlasning, Insats, Malomrade, Matvarde, Medverkan, Program
from insatser.utbyte.excel import bakgrund
from insatser.utbyte.excel.arbetsbok_in import planera as planera_boken
from tests.arbetsbok import sparad
from tests.conftest import andra_konto
from tests.insatser.test_arbetsbok_in import felen, hamtad
from tests.insatser.test_konflikter import valj
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

IMPORT = "/program/fardplaner-2026/arbetsbok/import/"
type Sokt = tuple[str, ...]
type Andringar = list[tuple[str, Sokt, dict[str, Any]]]


@pytest.fixture
def program(db: None) -> Program:
    return Program.objects.get(slug="fardplaner-2026")


@pytest.fixture
def original(program: Program, planerare: Anvandare) -> bytes:
    return hamtad(programmets(program), planerare)


def skriv(xlsx: bytes, *andringar: tuple[str, Sokt, dict[str, Any]]) -> bytes:
    """Change cells on a sheet, in the first row where these texts stand; without texts on a new row."""
    bok = openpyxl.load_workbook(io.BytesIO(xlsx))
    for blad, sokt, varden in andringar:
        ark = bok[blad]
        plats = {c.value: c.column for c in ark[1]}
        n = ark.max_row + 1
        if sokt:
            n = next(r[0].row for r in ark.iter_rows() if {*sokt} <= {str(c.value) for c in r})
        for rubrik, varde in varden.items():
            ark.cell(n, plats[rubrik]).value = varde
    return sparad(bok)


def planera(fil: bytes) -> Bokplan:
    return planera_boken(Program.objects.get(slug="fardplaner-2026"), "alla.xlsx", fil)


def hittat(plan: Bokplan) -> list[tuple[str, str, str]]:
    return [(d.namn.partition(",")[0], c.kolumn, c.efter) for d in plan.delar for r in d.plan.rader for c in r.celler]


F, H, K = "Flemingsberg", "Haninge stadskärna", "Kista Sollentuna-Häggvik"
M1 = "1. Levande och attraktiva stadskärnor"


@pytest.fixture
def i_haninge(haninge: Fardplan) -> Insats:
    """An insats of Haninge's own."""
    omrade = Malomrade.objects.get(program=haninge.program_id, nummer=1)
    return Insats.objects.create(malomrade=omrade, fardplan=haninge, ordning=90, titel="Haninges egen", text="Så.")


I_TRE: Andringar = [
    ("Insatser", (F, "1.1"), {"Titel": "Gemensam ny titel"}),
    ("Insatser", (H, "1.90"), {"Text": "Ny text i Haninge"}),
    ("Insatser", (K, "1.1"), {"Status": "Pågår", "Bedömning": "Enligt plan"}),
    ("Medverkan", ("1.1", "Näringslivet"), {"Svarar för": "Trygghet"}),
    ("Färdriktningar", (H, M1), {"Rubrik": "Ny riktning", "Färdriktning": "Dit."}),
    ("Aktiviteter", (F,), {"Kommentar": "Det går bra"}),
    ("Aktörer", ("Polisen",), {"Beskrivning": "Polismyndigheten"}),
    ("Lägesbild", (), {"Stadskärna": K, "Indikator": "Boende", "År": 2020, "Värde": 1, "Källa": "SCB"}),
]


def ladda_upp(klient: Client, fil: bytes) -> Any:
    return klient.post(IMPORT, {"fil": SimpleUploadedFile("alla.xlsx", fil)})


def las_in(klient: Client, fil: bytes, **falt: str) -> Inlasning:
    adress = ladda_upp(klient, fil).headers["Location"]
    avtryck = klient.get(adress).context["plan"].fingeravtryck
    klient.post(adress, {"fingeravtryck": avtryck, **falt})
    return Inlasning.objects.latest("pk")


# Exactly what is changed


def test_oandrad_andrar_ingenting(original: bytes, program: Program) -> None:
    plan = planera(original)

    assert (plan.fel, plan.konflikter, plan.rader, plan.tvillingar) == ((), (), (), ())
    assert {d.karna for d in plan.delar} == {
        "Alla stadskärnor",
        *(str(f.stadskarna) for f in programmets(program)),
        "Registret",
    }
    assert plan.oforandrade > 150


def test_en_cell_per_blad_i_tre_stadskarnor_hittas_och_skrivs(
    som_planerare: Client, i_haninge: Insats, original: bytes
) -> None:
    fil = skriv(original, *I_TRE)

    plan = planera(fil)
    las_in(som_planerare, fil)

    assert felen(plan) == []
    assert sorted(hittat(plan)) == [
        ("Alla stadskärnor: Medverkan", "Svarar för", "Trygghet"),
        (f"{F}: Aktiviteter", "Kommentar", "Det går bra"),
        (f"{F}: Insatser", "Titel", "Gemensam ny titel"),
        (f"{H}: Färdriktningar", "Färdriktning", "Dit."),
        (f"{H}: Färdriktningar", "Rubrik", "Ny riktning"),
        (f"{H}: Insatser", "Text", "Ny text i Haninge"),
        (f"{K}: Insatser", "Bedömning", "Enligt plan"),
        (f"{K}: Insatser", "Status", "Pågår"),
        (f"{K}: Lägesbild", "Källa", "SCB"),
        (f"{K}: Lägesbild", "Värde", "1"),
        ("Registret: Aktörer", "Beskrivning", "Polismyndigheten"),
    ]
    assert planera(fil).rader == ()


def test_en_inlasning_angras_som_en(som_planerare: Client, i_haninge: Insats, original: bytes) -> None:
    inlasning = las_in(som_planerare, skriv(original, *I_TRE))
    skrivet = Fardriktning.objects.filter(rubrik="Ny riktning", fardplan__stadskarna__slug="haninge").exists()

    svar = som_planerare.post(f"/program/fardplaner-2026/inlasningar/{inlasning.pk}/", follow=True)

    i_haninge.refresh_from_db()
    assert (skrivet, inlasning.andrade, inlasning.nya) == (True, 6, 2)
    assert "Inläsningen av alla.xlsx är ångrad." in platt(svar)
    assert (i_haninge.text, Aktor.objects.get(slug="polisen").beskrivning) != ("Ny text i Haninge", "Polismyndigheten")
    assert not Matvarde.objects.filter(ar=2020, stadskarna__slug="kista-sollentuna-haggvik").exists()
    assert not Fardriktning.objects.filter(rubrik="Ny riktning").exists()
    assert not Insats.objects.filter(titel="Gemensam ny titel").exists()


# What all share


def test_gemensamma_medverkar_pa_en_rad(original: bytes, program: Program) -> None:
    rader = [*openpyxl.load_workbook(io.BytesIO(original))["Medverkan"].iter_rows(values_only=True)]
    gemensamma = Medverkan.objects.filter(insats__fardplan=None, insats__malomrade__program=program).count()

    assert sum(rad[1] == "Alla stadskärnor" for rad in rader) == gemensamma > 10
    assert not planera_boken(programmets(program)[3], "alla.xlsx", original).rader  # also of a stadskärna alone


def test_samma_andring_pa_tva_rader_ar_en(original: bytes) -> None:
    plan = planera(
        skriv(
            original,
            ("Insatser", (F, "1.1"), {"Titel": "Ny titel"}),
            ("Insatser", (H, "1.1"), {"Titel": "Ny titel", "Status": "Pågår", "Bedömning": "Enligt plan"}),
            ("Insatser", (K, "1.1"), {"Titel": "Ny titel"}),
        )
    )

    assert felen(plan) == []
    assert sorted(hittat(plan)) == [
        (f"{F}: Insatser", "Titel", "Ny titel"),
        (f"{H}: Insatser", "Bedömning", "Enligt plan"),
        (f"{H}: Insatser", "Status", "Pågår"),
    ]
    assert sum(r.i_alla for r in plan.rader) == 1


def test_olika_andringar_av_samma_sak_nekas(original: bytes) -> None:
    plan = planera(
        skriv(
            original,
            ("Insatser", (F, "1.1"), {"Titel": "En titel"}),
            ("Insatser", (H, "1.1"), {"Titel": "En annan"}),
        )
    )

    assert [(blad, kolumn) for blad, kolumn, _ in felen(plan)] == [("Insatser", "Titel")]
    assert "säger något annat. Skriv samma sak på båda raderna." in felen(plan)[0][2]


def test_en_ny_gemensam_insats_star_pa_en_rad(original: bytes) -> None:
    ny = {"Nummer": "1.50", "Typ": "Gemensam", "Målområde": M1, "Titel": "Ny för alla"}

    en = planera(skriv(original, ("Insatser", (), ny | {"Stadskärna": "Alla stadskärnor"})))
    tva = planera(skriv(original, *[("Insatser", (), ny | {"Stadskärna": k}) for k in (F, H)]))

    assert (felen(en), len(en.nya)) == ([], 1)
    assert [text for _, _, text in felen(tva)] == [
        f"En ny gemensam insats har samma nummer på rad {tva.nya[0].rad}. Skriv den på en rad."
    ]


# On the page


def haninges(svar: Any) -> tuple[int, int, int]:
    """How many of its rows are new and changed, and how many cells."""
    return next((s.nya, s.andrade, s.celler) for s, _ in svar.context["plan"].per_karna if s.rubrik == H)


def test_granskningen_star_stadskarna_for_stadskarna(som_planerare: Client, i_haninge: Insats, original: bytes) -> None:
    svar = som_planerare.get(ladda_upp(som_planerare, skriv(original, *I_TRE)).headers["Location"])

    sida = platt(svar)
    assert haninges(svar) == (1, 1, 1)
    assert f"{H}: Insatser, rad för rad" in sida
    assert "Läs in 8 rader" in sida
    assert "2 rader gäller gemensamma insatser och ändrar i alla åtta stadskärnor" in sida


def test_ny_rad_sager_vilken_stadskarna(som_planerare: Client, original: bytes) -> None:
    ny = {"Typ": "Kärnspecifik", "Målområde": M1, "Titel": "Ny"}
    fil = skriv(original, ("Insatser", (), ny), ("Insatser", (), ny | {"Stadskärna": H, "Titel": "I Haninge"}))

    plan = planera(fil)
    las_in(som_planerare, fil, delvis="1")

    assert [kolumn for _, kolumn, _ in felen(plan)] == ["Stadskärna"]
    assert Insats.objects.get(titel="I Haninge").fardplan.stadskarna.slug == "haninge"
    assert not Insats.objects.filter(titel="Ny").exists()


def test_en_konflikt_valjs_pa_sidan(
    som_planerare: Client, planerare: Anvandare, i_haninge: Insats, original: bytes
) -> None:
    andra(av=planerare, insats=i_haninge, version=1, titel="Deras")
    adress = ladda_upp(som_planerare, skriv(original, ("Insatser", (H, "1.90"), {"Titel": "Min"}))).headers["Location"]

    valj(som_planerare, adress, titel="mina")
    avtryck = som_planerare.get(adress).context["plan"].fingeravtryck
    som_planerare.post(adress, {"fingeravtryck": avtryck})

    i_haninge.refresh_from_db()
    assert i_haninge.titel == "Min"


def test_den_som_har_en_stadskarna_far_veta_var(som_planerare: Client, planerare: Anvandare, haninge: Fardplan) -> None:
    andra_konto(planerare, bara_i=[haninge.stadskarna_id])

    svar = som_planerare.get(IMPORT)

    assert svar.status_code == 403
    assert "Du får ändra i Haninge stadskärna: läs in samma fil där" in platt(svar)
    assert som_planerare.get("/program/fardplaner-2026/inlasningar/").status_code == 403


def test_programmets_inlasning_star_ocksa_hos_stadskarnan(
    som_planerare: Client, planerare: Anvandare, i_haninge: Insats, haninge: Fardplan, original: bytes
) -> None:
    inlasning = las_in(som_planerare, skriv(original, *I_TRE))
    adress = f"/program/fardplaner-2026/inlasningar/{inlasning.pk}/"

    alla = som_planerare.get("/haninge/inlasningar/").content.decode()
    andra_konto(planerare, bara_i=[haninge.stadskarna_id])
    en = som_planerare.get("/haninge/inlasningar/").content.decode()

    assert (adress in alla, adress in en, "alla.xlsx" in en) == (True, False, True)
    assert som_planerare.get(f"/haninge/inlasningar/{inlasning.pk}/").status_code == 404


def test_historiken_leder_till_programmets_fil(som_planerare: Client, i_haninge: Insats, original: bytes) -> None:
    inlasning = las_in(som_planerare, skriv(original, *I_TRE))

    sida = som_planerare.get("/haninge/insatser/1.90/historik/").content.decode()

    assert f"/program/fardplaner-2026/inlasningar/{inlasning.pk}/" in sida


@pytest.mark.django_db(transaction=True)
def test_en_stor_fil_lases_bakom_sidorna(
    som_planerare: Client, i_haninge: Insats, original: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bakgrund, "STOR", 10)
    adress = ladda_upp(som_planerare, skriv(original, *I_TRE)).headers["Location"]

    bakgrund.arbeta(uuid4())
    sida = som_planerare.get(adress)
    som_planerare.post(adress, {"fingeravtryck": sida.context["plan"].fingeravtryck})
    bakgrund.arbeta(uuid4())

    i_haninge.refresh_from_db()
    assert (haninges(sida), i_haninge.text) == ((1, 1, 1), "Ny text i Haninge")
