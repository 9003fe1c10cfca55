"""The lägesbild out to Excel and in again: nothing is lost, nothing is overwritten, and faults say where they are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl.worksheet.worksheet import Worksheet

from aktorer.models import Anvandare
from insatser.andringar import lagesbild as andringar
from insatser.andringar.inlasning import Inlasningsplan, PlanenAndrad, Radfel, las_in, spara_fil
from insatser.andringar.lagesbild import Vardeplan, Varderad, skriv_varden
from insatser.fragor import lagesbild as fragor
from insatser.models import Fardplan, Indikator, Inlasning, Malomrade, Matvarde, Program
from insatser.utbyte.excel import arkiv
from insatser.utbyte.excel import inlasning as excel
from insatser.utbyte.excel.lagesbild import KOLUMNER, MALL, LagesbildResource
from insatser.utbyte.excel.lagesbild_ut import skriv_xlsx
from tests.sidtext import platt

BLAD, RUBRIKER = MALL.blad, MALL.rubriker
planera = partial(excel.planera, LagesbildResource)

pytestmark = pytest.mark.django_db

SIDAN = "/flemingsberg/lagesbild/"
IMPORT = f"{SIDAN}import/"
NY = {"Indikator": "Boende", "År": 2020, "Värde": 15500, "Källa": "SCB"}

type Andra = Callable[[Worksheet], object]


@pytest.fixture
def fardplan(flemingsberg: Fardplan) -> Fardplan:
    return flemingsberg


@pytest.fixture
def original(fardplan: Fardplan) -> bytes:
    return skriv_xlsx(fardplan)


@pytest.fixture
def studenter(fardplan: Fardplan) -> Indikator:
    return Indikator.objects.get(namn="Studenter", malomrade__program=fardplan.program)


@pytest.fixture
def satt(fardplan: Fardplan) -> Callable[..., None]:
    """Somebody else lets these be the values of an indikator in Flemingsberg."""

    def kor(indikator: Indikator, *rader: Varderad) -> None:
        karna = fardplan.stadskarna
        sedd = fragor.senaste_handelse(indikator, karna)
        andringar.satt(av=None, indikator=indikator, stadskarna=karna, sedd=sedd, rader=rader)

    return kor


def ark(xlsx: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(xlsx))[BLAD]


def andrad(xlsx: bytes, gor: Andra) -> bytes:
    """The workbook after somebody has done something to its sheet."""
    bok = openpyxl.load_workbook(io.BytesIO(xlsx))
    gor(bok[BLAD])
    buffert = io.BytesIO()
    bok.save(buffert)
    return buffert.getvalue()


def skriv(
    xlsx: bytes, celler: Mapping[tuple[str, int], Mapping[str, Any]], nya: Sequence[Mapping[str, Any]] = ()
) -> bytes:
    """Change cells by (indikator, year) and heading, and write new rows, as a person would in Excel."""

    def gor(blad: Worksheet) -> None:
        rader = {(blad.cell(n, 2).value, blad.cell(n, 4).value): n for n in range(2, blad.max_row + 1)}
        andringar_ = [(rader[nyckel], rad) for nyckel, rad in celler.items()]
        andringar_ += list(enumerate(nya, start=blad.max_row + 1))
        for n, rad in andringar_:
            for rubrik, varde in rad.items():
                blad.cell(n, RUBRIKER.index(rubrik) + 1).value = varde

    return andrad(xlsx, gor)


def genomfor(av: Anvandare, fardplan: Fardplan, fil: bytes) -> Inlasningsplan[Vardeplan] | None:
    """Upload, see the plan, confirm it."""
    inlasning = spara_fil(av=av, fardplan=fardplan, filnamn="lage.xlsx", innehall=fil)
    gor = partial(planera, fardplan, "lage.xlsx", fil)
    avtryck = gor().fingeravtryck
    return las_in(av=av, inlasning=inlasning, planera=partial(gor, las=True), skriv=skriv_varden, fingeravtryck=avtryck)


def fel(plan: Inlasningsplan[Vardeplan]) -> list[tuple[int, str, str]]:
    return [(f.rad, f.kolumn, f.text) for f in plan.fel]


def allt() -> list[tuple[Any, ...]]:
    falt = ("indikator_id", "stadskarna_id", "ar", "varde", "cirka", "kalla", "exempel", "version")
    return list(Matvarde.objects.order_by("pk").values_list(*falt))


# Out


def test_en_rad_per_indikator_och_ar_med_dolda_kolumner(original: bytes) -> None:
    blad = ark(original)

    rader = [[c.value for c in rad[:7]] for rad in blad.iter_rows(min_row=2)]
    assert [c.value for c in blad[1]] == RUBRIKER
    dolda = blad.column_dimensions["H"]
    assert (dolda.hidden, dolda.min, dolda.max) == (True, 8, 10)
    assert [k.rubrik for k in KOLUMNER if k.dold] == RUBRIKER[7:10]
    assert blad.auto_filter.ref == "A1:K21"
    assert rader[6][:6] == ["2. Regionala målpunkter för samhällsservice", "Studenter", "studenter", 2009, 15000, "Ja"]
    assert rader[9][1:5] == ["Personer som arbetar i stadskärnan", "personer", None, None]
    assert len(rader) == 4 + 1 + 3 * 5


def test_filen_ar_oppen_och_heter_efter_dagen(client: Client) -> None:
    svar = client.get("/flemingsberg/lagesbild.xlsx")

    assert svar.status_code == 200
    assert svar.headers["Content-Disposition"].startswith('attachment; filename="lagesbild-flemingsberg-20')
    assert openpyxl.load_workbook(io.BytesIO(svar.content)).sheetnames == [BLAD, "Läs mig", "Listor"]


def test_filen_skrivs_med_lika_manga_fragor_hur_mycket_som_an_finns(fardplan: Fardplan, m1: Malomrade) -> None:
    with CaptureQueriesContext(connection) as fore:
        skriv_xlsx(fardplan)
    nya = Indikator.objects.bulk_create(Indikator(malomrade=m1, namn=f"Nr {n}", enhet="st") for n in range(30))
    Matvarde.objects.bulk_create(
        Matvarde(indikator=i, stadskarna=fardplan.stadskarna, ar=ar, varde=1) for i in nya for ar in range(2000, 2020)
    )

    with CaptureQueriesContext(connection) as efter:
        skriv_xlsx(fardplan)

    assert len(efter) == len(fore) <= 4


def test_fram_och_tillbaka_andrar_inget(fardplan: Fardplan, planerare: Anvandare, studenter: Indikator) -> None:
    """Also what spreadsheets like to change: formulas, many digits, odd spaces, negative numbers."""
    svart = [("=1+1", "99999999999999.99"), ("  +46 -7\n", "-0.01"), ("å ”ä” 😀", "0"), ("0012", "0.30"), ("", "7.50")]
    for ar, (kalla, varde) in enumerate(svart, start=2010):
        Matvarde.objects.create(
            indikator=studenter, stadskarna=fardplan.stadskarna, ar=ar, varde=varde, kalla=kalla, cirka=ar % 2 == 0
        )
    fore = allt()

    fil = skriv_xlsx(fardplan)
    plan = planera(fardplan, "lage.xlsx", fil)
    efter_openpyxl = planera(fardplan, "lage.xlsx", andrad(fil, lambda blad: None))

    assert (plan.rader, plan.fel, plan.konflikter, plan.oforandrade) == ((), (), (), 4 + 15 + 5)
    assert efter_openpyxl == plan
    genomfor(planerare, fardplan, fil)
    assert allt() == fore


# In


def test_bara_andrade_rader_skrivs(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    fil = skriv(original, {("Studenter", 2026): {"Värde": 26_000, "Cirka": None, "Källa": "SCB"}}, [NY])
    fore = set(allt())

    plan = genomfor(planerare, fardplan, fil)

    assert plan
    assert (len(plan.nya), len(plan.andrade), plan.oforandrade) == (1, 1, 18)
    andrat, nytt = sorted(set(allt()) - fore, key=lambda rad: -rad[2])
    assert andrat[2:] == (2026, 26_000, False, "SCB", False, 2)
    assert nytt[2:] == (2020, 15_500, False, "SCB", False, 1)
    assert len(fore - set(allt())) == 1


def test_planen_visar_celler_i_ord(fardplan: Fardplan, original: bytes) -> None:
    plan = planera(fardplan, "lage.xlsx", skriv(original, {("Studenter", 2009): {"Värde": "15 200,5", "Cirka": ""}}))

    (rad,) = plan.rader
    celler = [(c.kolumn, c.fore.replace("\xa0", " "), c.efter.replace("\xa0", " ")) for c in rad.celler]
    assert (rad.titel, rad.nummer, rad.ny) == ("Studenter (studenter)", "2009", False)
    assert celler == [("Värde", "15 000", "15 200,5"), ("Cirka", "Ja", "")]


def test_ett_tomt_varde_tas_bort_men_en_saknad_rad_star_kvar(
    fardplan: Fardplan, original: bytes, planerare: Anvandare, studenter: Indikator
) -> None:
    fil = skriv(original, {("Studenter", 2009): {"Värde": None}})
    fil = andrad(fil, lambda blad: blad.delete_rows(2))  # Boende

    plan = genomfor(planerare, fardplan, fil)

    assert plan
    assert [rad.noter for rad in plan.rader] == [("Mätvärdet tas bort.",)]
    assert list(studenter.varden.values_list("ar", flat=True)) == [2026]
    assert Matvarde.objects.filter(indikator__namn="Boende").exists()


def test_ett_andrat_ar_blir_ett_nytt_varde(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    plan = genomfor(planerare, fardplan, skriv(original, {("Boende", 2026): {"År": 2027}}))

    assert plan
    assert "Raden gällde 2026 när filen hämtades." in plan.rader[0].noter[0]
    assert list(Matvarde.objects.filter(indikator__namn="Boende").values_list("ar", flat=True)) == [2026, 2027]


def test_den_som_andrar_ett_exempel_star_for_det(fardplan: Fardplan, original: bytes, planerare: Anvandare) -> None:
    plan = genomfor(planerare, fardplan, skriv(original, {("Tomma lokaler", 2025): {"Värde": 8}}))

    assert plan
    assert "Märkningen tas bort." in plan.rader[0].noter[0]
    nu = Matvarde.objects.get(indikator__namn="Tomma lokaler", stadskarna=fardplan.stadskarna, ar=2025)
    assert (nu.varde, nu.exempel) == (8, False)


def test_csv_gar_ocksa_att_lasa_in(fardplan: Fardplan, original: bytes) -> None:
    rader = [[str(c.value if c.value is not None else "") for c in rad] for rad in ark(original).iter_rows()]
    rader[1][4] = "16 100,5"
    text = "\r\n".join(";".join(rad) for rad in rader)

    plan = planera(fardplan, "lage.csv", text.encode("utf-8-sig"))

    assert plan.fel == ()
    assert [r.varde.varde for r in plan.rader if r.varde] == [Decimal("16100.50")]


@pytest.mark.parametrize(
    ("celler", "kolumn", "text"),
    [
        ({"Värde": "tolv"}, "Värde", "Det är inget tal. Skriv till exempel 16 000 eller 12,5."),
        ({"Värde": "16.000"}, "Värde", "Skriv med decimalkomma och utan punkt: 16000 eller 16,5."),
        ({"Värde": 1 / 3}, "Värde", "Talet har för många decimaler. Avrunda till högst två."),
        ({"Värde": 1e300}, "Värde", "Talet är för stort. Byt till en större enhet"),
        ({"Värde": True}, "Värde", "Det är inget tal."),
        ({"Värde": date(2026, 5, 12)}, "Värde", "Det är inget tal."),
        ({"År": 1800}, "År", "Skriv ett år mellan 1990 och 2099."),
        ({"År": "i fjol"}, "År", "Skriv ett år mellan 1990 och 2099."),
        ({"År": 2026.5}, "År", "Skriv ett år mellan 1990 och 2099."),
        ({"År": date(2026, 1, 1)}, "År", "Skriv ett år mellan 1990 och 2099."),
        ({"År": None}, "År", "Skriv vilket år värdet gäller."),
        ({"Cirka": "kanske"}, "Cirka", "Skriv Ja när källan säger cirka, annars inget."),
        ({"Källa": "x" * 201}, "Källa", "Texten är 201 tecken. Högst 200 får plats."),
        ({"Värde": 16200, "Källa": None}, "Källa", "Skriv varifrån värdet kommer"),
        ({"Indikator": None}, "Indikator", "Skriv vilken indikator raden gäller."),
        ({"Indikator": "Boend"}, "Indikator", "Indikatorn heter nu ”Boende”."),
        ({"Indikator": "Boend", "Värde-id": None}, "Indikator", "Indikatorn finns inte."),
        ({"Målområde": "2"}, "Målområde", "Indikatorn hör till ”1. Levande och attraktiva stadskärnor”."),
        ({"Enhet": "tusental"}, "Enhet", "Enheten är ”personer” och ändras på sidan, inte här."),
        ({"Värde-id": "1; DROP TABLE"}, "Värde-id", "Kolumnen är teknisk och ska inte ändras."),
        ({"Version": 99, "Värde": 1}, "Version", "Den versionen av värdet finns inte."),
        ({"Värde-id": 10**14, "Värde": 1}, "Version", "Den versionen av värdet finns inte."),
        ({"Version": None, "Värde": 1}, "År", "Året har redan ett värde, men raden säger inte vilket"),
    ],
)
def test_ett_fel_namner_raden_kolumnen_och_vad_man_gor(
    fardplan: Fardplan, original: bytes, celler: dict[str, Any], kolumn: str, text: str
) -> None:
    plan = planera(fardplan, "lage.xlsx", skriv(original, {("Boende", 2026): celler}))

    ((rad, i_kolumn, orsak),) = fel(plan)
    assert (rad, i_kolumn) == (2, kolumn)
    assert text in orsak
    assert plan.rader == ()


def test_samma_ar_pa_tva_rader_ar_fel_pa_bada(fardplan: Fardplan, original: bytes) -> None:
    plan = planera(fardplan, "lage.xlsx", skriv(original, {}, [NY, NY | {"Värde": 3}]))

    text = "Samma indikator och år står på flera rader. Ta bort alla utom en."
    assert fel(plan) == [(22, "År", text), (23, "År", text)]


def test_alla_fel_sags_pa_en_gang(fardplan: Fardplan, original: bytes) -> None:
    celler = {("Boende", 2026): {"År": "x", "Värde": "y"}, ("Studenter", 2009): {"Cirka": "z"}}

    plan = planera(fardplan, "lage.xlsx", skriv(original, celler, [{"Indikator": "Boende", "År": 2020}]))

    assert [(rad, kolumn) for rad, kolumn, _ in fel(plan)] == [(2, "År"), (2, "Värde"), (8, "Cirka"), (22, "Värde")]


def test_en_indikator_som_heter_lika_i_tva_malomraden(fardplan: Fardplan, original: bytes) -> None:
    m4 = Malomrade.objects.get(program=fardplan.program, nummer=4)
    Indikator.objects.create(malomrade=m4, namn="Boende", enhet="personer")
    rad = {"Indikator": "boende ", "År": 2020, "Värde": 5, "Källa": "SCB"}

    tvetydig = planera(fardplan, "lage.xlsx", skriv(original, {}, [rad]))
    klar = planera(fardplan, "lage.xlsx", skriv(original, {}, [rad | {"Målområde": "4"}]))

    assert [(kolumn, text[:15]) for _, kolumn, text in fel(tvetydig)] == [("Målområde", "Flera målområde")]
    assert [r.indikator_id for r in klar.rader] == [Indikator.objects.get(malomrade=m4, namn="Boende").pk]


# Somebody else was here


def test_en_rad_med_aldre_version_krockar(
    fardplan: Fardplan, original: bytes, studenter: Indikator, satt: Callable[..., None]
) -> None:
    satt(studenter, Varderad(2009, Decimal(15000), True), Varderad(2026, Decimal(27000), True, "SCB"))

    plan = planera(fardplan, "lage.xlsx", skriv(original, {("Studenter", 2026): {"Värde": 26000}}))

    forst = plan.konflikter[0]
    varden = [text.replace("\xa0", " ") for text in (forst.bas, forst.deras, forst.mina)]
    assert (forst.rad, forst.nummer, forst.kolumn, *varden) == (
        9, "Studenter 2026", "Värde", "25 000", "27 000", "26 000"
    )  # fmt: skip
    assert [k.kolumn for k in plan.konflikter] == ["Värde", "Källa"]
    assert (plan.rader, plan.hindrad) == ((), True)


def test_en_oandrad_rad_skriver_inte_over_det_nyare(
    fardplan: Fardplan, original: bytes, studenter: Indikator, satt: Callable[..., None], planerare: Anvandare
) -> None:
    satt(studenter, Varderad(2026, Decimal(27000)))  # and 2009 is taken away

    plan = genomfor(planerare, fardplan, skriv(original, {}, [NY]))

    assert plan
    assert [r.titel for r in plan.rader] == ["Boende (personer)"]
    assert [(v.ar, v.varde) for v in studenter.varden.all()] == [(2026, 27000)]


def test_ett_varde_som_nagon_tagit_bort_krockar_med_mitt(
    fardplan: Fardplan, original: bytes, studenter: Indikator, satt: Callable[..., None]
) -> None:
    satt(studenter, Varderad(2026, Decimal(25000), True))

    plan = planera(fardplan, "lage.xlsx", skriv(original, {("Studenter", 2009): {"Värde": 15001}}))

    assert [(k.nummer, k.kolumn, k.deras) for k in plan.konflikter] == [
        ("Studenter 2009", "Värde", ""),
        ("Studenter 2009", "Cirka", ""),
        ("Studenter 2009", "Källa", ""),
    ]


def test_en_arbetsbok_for_en_annan_karna_nekas(fardplan: Fardplan, haninge: Fardplan) -> None:
    plan = planera(fardplan, "lage.xlsx", skriv(skriv_xlsx(haninge), {("Resor utan bil", 2025): {"Värde": "x"}}))

    assert [f.text for f in plan.fel] == ["Arbetsboken är hämtad för Haninge stadskärna, inte för Flemingsberg."]


def test_en_annan_karnas_varde_id_nekas(fardplan: Fardplan, haninge: Fardplan, original: bytes) -> None:
    deras = Matvarde.objects.filter(stadskarna=haninge.stadskarna).first()
    assert deras

    plan = planera(fardplan, "lage.xlsx", skriv(original, {}, [NY | {"Värde-id": deras.pk, "Version": 1}]))

    assert [kolumn for _, kolumn, _ in fel(plan)] == ["Version"]


def test_andra_programs_indikatorer_gar_inte_att_na(fardplan: Fardplan, original: bytes) -> None:
    program = Program.objects.create(namn="Plan 1999", slug="plan-1999", ar_fran=1999)
    omrade = Malomrade.objects.create(program=program, nummer=1, namn="Annat", farg=1, ikon="stad")
    Indikator.objects.create(malomrade=omrade, namn="Främmande", enhet="st")

    plan = planera(fardplan, "lage.xlsx", skriv(original, {}, [NY | {"Indikator": "Främmande"}]))

    assert [kolumn for _, kolumn, _ in fel(plan)] == ["Indikator"]


def test_planen_laser_med_lika_manga_fragor_hur_manga_rader_som_an_finns(
    fardplan: Fardplan, original: bytes, studenter: Indikator, satt: Callable[..., None]
) -> None:
    satt(studenter, Varderad(2026, Decimal(27000)))
    fler = [NY | {"År": ar} for ar in range(1990, 2026)]

    with CaptureQueriesContext(connection) as fa:
        planera(fardplan, "lage.xlsx", skriv(original, {("Studenter", 2026): {"Värde": 1}}))
    with CaptureQueriesContext(connection) as manga:
        plan = planera(fardplan, "lage.xlsx", skriv(original, {("Studenter", 2026): {"Värde": 1}}, fler))

    assert len(plan.nya) == 36
    assert len(manga) == len(fa) <= 4


# All or nothing


def test_det_som_andrats_sedan_granskningen_visas_pa_nytt(
    fardplan: Fardplan, original: bytes, planerare: Anvandare, satt: Callable[..., None], studenter: Indikator
) -> None:
    fil = skriv(original, {("Studenter", 2026): {"Värde": 26000}}, [NY])
    inlasning = spara_fil(av=planerare, fardplan=fardplan, filnamn="lage.xlsx", innehall=fil)
    gor = partial(planera, fardplan, "lage.xlsx", fil)
    visad = gor().fingeravtryck
    satt(studenter, Varderad(2026, Decimal(27000)))

    with pytest.raises(PlanenAndrad):
        las_in(av=planerare, inlasning=inlasning, planera=gor, skriv=skriv_varden, fingeravtryck=visad)

    assert not Matvarde.objects.filter(ar=2020).exists()


def test_en_nekad_rad_lamnar_inget_efter_sig(
    fardplan: Fardplan, original: bytes, planerare: Anvandare, monkeypatch: pytest.MonkeyPatch
) -> None:
    fil = skriv(original, {}, [NY, NY | {"År": 2021}])
    plan = planera(fardplan, "lage.xlsx", fil)
    # As if a check in the database refused what the preview let through.
    object.__setattr__(plan.rader[1].varde, "varde", Decimal("1e20"))
    inlasning = spara_fil(av=planerare, fardplan=fardplan, filnamn="lage.xlsx", innehall=fil)

    with pytest.raises(Radfel) as radfel:
        las_in(
            av=planerare,
            inlasning=inlasning,
            planera=lambda: plan,
            skriv=skriv_varden,
            fingeravtryck=plan.fingeravtryck,
        )

    assert radfel.value.fel.rad == 23
    assert not Matvarde.objects.filter(ar__in=[2020, 2021], exempel=False).exists()
    inlasning.refresh_from_db()
    assert inlasning.inlast is None


@pytest.mark.django_db(transaction=True)
def test_tva_samtidiga_filer_for_samma_ar_blir_ett_varde_och_en_ny_granskning(
    flemingsberg: Fardplan, planerare: Anvandare
) -> None:
    original = skriv_xlsx(flemingsberg)
    filer = [skriv(original, {}, [NY | {"Värde": v}]) for v in (1, 2)]

    def gor(fil: bytes) -> str:
        try:
            genomfor(planerare, flemingsberg, fil)
        except PlanenAndrad:
            return "visas igen"
        finally:
            connection.close()
        return "inläst"

    with ThreadPoolExecutor(2) as tradar:
        svar = sorted(tradar.map(gor, filer))

    # When one was done before the other had been planned, the other was refused at once.
    assert svar[0] == "inläst"
    assert Matvarde.objects.filter(indikator__namn="Boende", ar=2020).count() == 1


# The pages


def ladda_upp(client: Client, fil: bytes, namn: str = "lage.xlsx") -> Any:
    return client.post(IMPORT, {"fil": SimpleUploadedFile(namn, fil)}, follow=True)


def test_hela_vagen_pa_sidan(som_planerare: Client, original: bytes) -> None:
    granskning = ladda_upp(som_planerare, skriv(original, {("Studenter", 2009): {"Värde": 15100}}, [NY]))
    adress = granskning.redirect_chain[-1][0]

    svar = som_planerare.post(adress, {"fingeravtryck": granskning.context["plan"].fingeravtryck}, follow=True)

    assert "Läs in 2 mätvärden" in platt(granskning)
    assert svar.redirect_chain == [(SIDAN, 302)]
    assert "lage.xlsx är inläst: 1 nytt mätvärde, 1 ändrat, 18 oförändrade." in platt(svar)
    assert Matvarde.objects.get(indikator__namn="Studenter", ar=2009).varde == 15100
    assert "Filen är inläst" in platt(som_planerare.get(adress))


def test_en_fil_med_fel_sparas_inte(som_planerare: Client, original: bytes) -> None:
    svar = ladda_upp(som_planerare, skriv(original, {("Studenter", 2009): {"Värde": "många"}}))

    assert svar.status_code == 422
    assert "Cell E8" in platt(svar)
    assert "Det är inget tal." in platt(svar)
    assert not Inlasning.objects.exists()


@pytest.mark.parametrize("adress", ["/flemingsberg/insatskarta/import/{pk}/", "/haninge/lagesbild/import/{pk}/"])
def test_filen_gar_inte_att_lasa_in_nagon_annanstans(som_planerare: Client, original: bytes, adress: str) -> None:
    ladda_upp(som_planerare, skriv(original, {}, [NY]))
    adress = adress.format(pk=Inlasning.objects.get().pk)

    svar = som_planerare.get(adress)
    bekraftat = som_planerare.post(adress, {"fingeravtryck": "x"})

    assert (svar.status_code, bekraftat.status_code) == (404, 404)
    assert not Matvarde.objects.filter(ar=2020).exists()


def test_skrivningens_fragor_blir_inte_fler_med_raderna(fardplan: Fardplan, planerare: Anvandare) -> None:
    """New values, changed ones, and those that go."""

    def fragor(ar: range) -> int:
        nya = [NY | {"År": n} for n in (*ar, *(n + 40 for n in ar))]
        genomfor(planerare, fardplan, skriv(skriv_xlsx(fardplan), {}, nya))
        andrade = {("Boende", n): {"Värde": n} for n in ar} | {("Boende", n + 40): {"Värde": None} for n in ar}
        fil = skriv(skriv_xlsx(fardplan), andrade, [NY | {"År": n + 20} for n in ar])
        with CaptureQueriesContext(connection) as alla:
            genomfor(planerare, fardplan, fil)
        return len(alla)

    assert fragor(range(2040, 2049)) == fragor(range(2030, 2032))


# Hostile files


def med_del(xlsx: bytes, namn: str, innehall: bytes) -> bytes:
    buffert = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as gammal, zipfile.ZipFile(buffert, "w", zipfile.ZIP_DEFLATED) as ny:
        for del_ in gammal.namelist():
            ny.writestr(del_, gammal.read(del_))
        ny.writestr(namn, innehall)
    return buffert.getvalue()


@pytest.mark.parametrize(
    ("namn", "innehall", "text"),
    [
        ("tom.xlsx", b"", "Filen är tom"),
        ("bild.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(100), "ingen Excel-arbetsbok"),
        ("gammal.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "låst med lösenord"),
        ("halv.xlsx", b"PK\x03\x04" + bytes(50), "skadad"),
        ("annan.csv", b"a;b\n1;2", "inte hämtad härifrån"),
    ],
)
def test_det_som_inte_ar_en_lagesbild(som_planerare: Client, namn: str, innehall: bytes, text: str) -> None:
    svar = ladda_upp(som_planerare, innehall, namn)

    assert svar.status_code == 422
    assert text in platt(svar)


@pytest.mark.parametrize(
    ("del_", "innehall", "text"),
    [
        ("xl/connections.xml", b"<a/>", "utifrån"),
        ("xl/media/bomb.bin", bytes(60 * arkiv.MB), "packar upp till orimligt mycket"),
    ],
)
def test_arkiv_som_inte_far_oppnas(fardplan: Fardplan, original: bytes, del_: str, innehall: bytes, text: str) -> None:
    plan = planera(fardplan, "lage.xlsx", med_del(original, del_, innehall))

    assert [text in f.text for f in plan.fel] == [True]


def test_formler_och_sammanfogade_celler_sags_en_gang(fardplan: Fardplan, original: bytes) -> None:
    def gor(blad: Worksheet) -> None:
        blad["E2"], blad["D8"] = "=1+1", "=2008+1"
        blad.merge_cells("G3:H3")

    plan = planera(fardplan, "lage.xlsx", andrad(original, gor))

    assert [(f.cell, f.kolumn, f.text.split(".")[0], f.blad) for f in plan.fel] == [
        ("E2", "Värde", "Cellen innehåller en formel", BLAD),
        ("D8", "År", "Cellen innehåller en formel", BLAD),
        ("G3:H3", "Källa", "Cellerna är sammanfogade", BLAD),
    ]


def test_insatskartan_gar_inte_att_lasa_in_som_lagesbild(som_planerare: Client) -> None:
    karta = som_planerare.get("/flemingsberg/insatskarta.xlsx").content

    svar = ladda_upp(som_planerare, karta, "karta.xlsx")

    assert svar.status_code == 422
    assert "Arbetsboken saknar bladet ”Lägesbild”." in platt(svar)
    assert "Börja så här: hämta arbetsboken" in platt(svar)
