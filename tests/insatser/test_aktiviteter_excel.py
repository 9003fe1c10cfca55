"""The aktiviteter of a handlingsplan out to Excel and in again: nothing is lost, and what is decided stays decided."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import partial
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl.worksheet.worksheet import Worksheet

from aktorer.models import Aktor, Anvandare
from insatser.andringar import beslut, deltagande, sammanslagning
from insatser.andringar import handlingsplan as andringar
from insatser.andringar.aktivitet import Aktivitetsplan, skriv_aktiviteter
from insatser.andringar.inlasning import Inlasningsplan, Radfel, las_in, spara_fil
from insatser.andringar.roller import Rollrad
from insatser.fragor import handlingsplan as planer
from insatser.models import Aktivitet, AktivitetAktor, Fardplan, Handlingsplan, Inlasning, Samverkansorgan
from insatser.regler.status import Status
from insatser.utbyte.excel import handlingsplan as ut
from insatser.utbyte.excel import inlasning as excel
from insatser.utbyte.excel.aktiviteter import KOLUMNER, MALL, AktiviteterResource
from insatser.utbyte.excel.aktiviteter_in import BORTTAGEN, DUBBEL
from insatser.utbyte.excel.ordlista import Ordlista
from tests import klocka
from tests.klocka import AREN, FRAN, PLAN, TILL
from tests.sidtext import platt

BLAD, RUBRIKER = MALL.blad, MALL.rubriker
planera = partial(excel.planera, AktiviteterResource)

pytestmark = pytest.mark.django_db

IMPORT = f"{PLAN}aktiviteter/import/"
MALBILD = "Ta fram en gemensam målbild för Hälsovägen"  # 1.3, row 2
VANDRING = "Gå trygghetsvandring längs gatan med studenter och boende"  # 1.3, row 3
METOD = "Välj metod för att mäta upplevd trygghet"  # 1.4, row 4
ANTAL = 10
NY = {"Insats": "1.3", "Aktivitet": "Plantera träd"}

type Celler = Mapping[str, Mapping[str, Any]]


@pytest.fixture
def plan(flemingsberg: Fardplan) -> Handlingsplan:
    """The example draft with five prioritised insatser."""
    return _plan(flemingsberg)


def _plan(fardplan: Fardplan) -> Handlingsplan:
    alla = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program")
    return alla.get(fardplan=fardplan, exempel=True)


@pytest.fixture
def beslutad(plan: Handlingsplan) -> Handlingsplan:
    organ = Samverkansorgan.objects.get(stadskarna=plan.fardplan.stadskarna, slag="styrgrupp", till=None)
    beslut.besluta(av=None, plan=plan, version=plan.version, organ=organ, datum=date(2026, 3, 19), paragraf="4")
    return _plan(plan.fardplan)


def bok(plan: Handlingsplan) -> bytes:
    return ut.skriv(planer.innehall(plan), utfall=True, idag=klocka.IDAG)


def ark(xlsx: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(xlsx))[BLAD]


def andrad(xlsx: bytes, gor: Callable[[Worksheet], object]) -> bytes:
    """The workbook after somebody has done something to its sheet."""
    bok_ = openpyxl.load_workbook(io.BytesIO(xlsx))
    gor(bok_[BLAD])
    buffert = io.BytesIO()
    bok_.save(buffert)
    return buffert.getvalue()


def skriv(xlsx: bytes, celler: Celler, nya: Sequence[Mapping[str, Any]] = (), kopior: Celler | None = None) -> bytes:
    """Change cells by title and heading, write new rows, and copy rows to the end, as a person would in Excel."""

    def gor(blad: Worksheet) -> None:
        rader = {blad.cell(n, 2).value: n for n in range(2, blad.max_row + 1)}
        i_botten = blad.max_row + 1
        for n, (titel, andrat) in enumerate((kopior or {}).items(), start=i_botten):
            for k in range(1, len(RUBRIKER) + 1):
                blad.cell(n, k).value = blad.cell(rader[titel], k).value
            satt(blad, n, andrat)
        for titel, andrat in celler.items():
            satt(blad, rader[titel], andrat)
        for n, andrat in enumerate(nya, start=i_botten + len(kopior or {})):
            satt(blad, n, andrat)

    def satt(blad: Worksheet, n: int, rad: Mapping[str, Any]) -> None:
        for rubrik, varde in rad.items():
            blad.cell(n, RUBRIKER.index(rubrik) + 1).value = varde

    return andrad(xlsx, gor)


def genomfor(av: Anvandare, plan: Handlingsplan, fil: bytes) -> Inlasningsplan[Aktivitetsplan] | None:
    """Upload, see the plan, confirm it."""
    inlasning = spara_fil(av=av, fardplan=plan.fardplan, handlingsplan=plan, filnamn="plan.xlsx", innehall=fil)
    gor = partial(planera, plan, "plan.xlsx", fil)
    avtryck = gor().fingeravtryck
    return las_in(
        av=av, inlasning=inlasning, planera=partial(gor, las=True), skriv=skriv_aktiviteter, fingeravtryck=avtryck
    )


def fel(plan: Inlasningsplan[Aktivitetsplan]) -> list[tuple[int, str, str]]:
    return [(f.rad, f.kolumn, f.text) for f in plan.fel]


def celler(plan: Inlasningsplan[Aktivitetsplan]) -> list[tuple[str, str, str]]:
    assert not plan.hindrad, (plan.fel, plan.konflikter)
    return [(c.kolumn, c.fore, c.efter.replace("\xa0", " ")) for r in plan.rader for c in r.celler]


def aktivitet(titel: str) -> Aktivitet:
    return Aktivitet.objects.select_related("prioritering__handlingsplan").get(titel=titel)


def ta_bort(titel: str) -> None:
    nu = aktivitet(titel)
    andringar.ta_bort_aktivitet(av=None, aktivitet=nu, version=nu.version)


def titlar(plan: Handlingsplan, ordning: int) -> list[str]:
    """The aktiviteter of the insats in that place of the plan, which are numbered 1, 2, 3 …"""
    rader = list(Aktivitet.objects.filter(prioritering__handlingsplan=plan, prioritering__ordning=ordning))
    assert [a.ordning for a in rader] == list(range(1, len(rader) + 1))
    return [a.titel for a in rader]


def allt() -> list[tuple[Any, ...]]:
    delar = AktivitetAktor.objects.order_by("pk").values_list("aktivitet", "aktor", "roll", "ordning", "deltagande")
    return [*Aktivitet.objects.order_by("pk").values_list(), *delar]


# Out


def test_arbetsboken_har_dolda_kolumner_listor_och_las_mig(plan: Handlingsplan) -> None:
    arbetsbok = openpyxl.load_workbook(io.BytesIO(bok(plan)))

    blad, listor = arbetsbok[BLAD], arbetsbok["Listor"]
    dolda = blad.column_dimensions["R"]
    assert arbetsbok.sheetnames == ["Prioriterat", BLAD, "Ansvar", "Finansiering", "Läs mig", "Listor"]
    assert [k.rubrik for k in KOLUMNER if k.dold] == RUBRIKER[17:20] == ["Aktivitet-id", "Version", "Handlingsplan"]
    assert (dolda.hidden, dolda.min, dolda.max) == (True, 18, 20)
    assert [str(v.sqref)[0] for v in blad.data_validations.dataValidation] == ["A", "G", "H", "J"]
    assert [c.value for c in listor[2]][:3] == ["1.3", "Ja", "Ej påbörjad"]
    assert blad["T2"].value == f"fardplaner-2026/flemingsberg/{FRAN}/{TILL}"


def test_fram_och_tillbaka_andrar_inget(plan: Handlingsplan, planerare: Anvandare) -> None:
    """Also what spreadsheets like to change: formulas, odd spaces, days and quarters, milstolpar, large sums."""
    p = plan.prioriteringar.select_related("handlingsplan").order_by("ordning")[0]
    dag, kvartal = date(FRAN, 5, 12), {"start": date(FRAN, 4, 1), "slut": date(FRAN, 6, 30)}
    andringar.skapa_aktivitet(av=None, prioritering=p, titel="=1+1", resultat=" +46 \n-7", kostnad=10**12, **kvartal)
    andringar.skapa_aktivitet(
        av=None, prioritering=p, titel="'0012", milstolpe=True, start_dag=dag, slut_dag=dag, kostnad=0, **kvartal
    )
    andringar.skapa_aktivitet(av=None, prioritering=p, titel="@å ”ä” 😀", slut=kvartal["slut"], slut_dag=dag)
    fore, fil = allt(), bok(plan)

    planen = planera(plan, "plan.xlsx", fil)

    assert (planen.rader, planen.fel, planen.konflikter, planen.oforandrade) == ((), (), (), ANTAL + 3)
    assert planera(plan, "plan.xlsx", andrad(fil, lambda blad: None)) == planen
    assert planera(plan, "plan.csv", som_csv(fil)) == planen
    genomfor(planerare, plan, fil)
    assert allt() == fore


def som_csv(xlsx: bytes) -> bytes:
    """The sheet as a spreadsheet saves it."""
    buffert = io.StringIO(newline="")
    rader = csv.writer(buffert, delimiter=";")
    for rad in ark(xlsx).values:
        rader.writerow([f"{v:%Y-%m-%d}" if isinstance(v, datetime) else "" if v is None else str(v) for v in rad])
    return buffert.getvalue().encode("utf-8-sig")


def test_en_besokares_fil_av_det_beslutade_andrar_inget(client: Client, beslutad: Handlingsplan) -> None:
    """While the next decision is prepared outsiders get what was decided; who reads that in changes nothing."""
    beslut.oppna_andring(av=None, plan=beslutad)
    ta_bort(VANDRING)
    nu = aktivitet(MALBILD)
    andringar.byt_insats(av=None, aktivitet=nu, version=nu.version, prioritering=aktivitet(METOD).prioritering)
    fil = client.get(f"{PLAN[:-1]}.xlsx").content

    planen = planera(_plan(beslutad.fardplan), "plan.xlsx", fil)

    assert (planen.rader, planen.fel, planen.konflikter, planen.oforandrade) == ((), (), (), ANTAL)


# In


@pytest.mark.parametrize(
    ("cell", "varde"),
    [
        *((text, (date(2026, 6, 30), None)) for text in ("2026 kv. 2", "2026 kv 2", "kv 2 2026", "2026 Q2", "q2 2026")),
        *((text, (date(2026, 6, 30), None)) for text in ("2026K2", " Kvartal 2  2026", "kv. 2, 2026", "2026\xa0kv. 2")),
        (date(2026, 5, 12), (date(2026, 6, 30), date(2026, 5, 12))),
        (datetime(2026, 5, 12, 8), (date(2026, 6, 30), date(2026, 5, 12))),  # noqa: DTZ001 -- a cell has no time zone
        *((text, (date(2026, 6, 30), date(2026, 5, 12))) for text in ("2026-05-12", "20260512")),
        *((tomt, (None, None)) for tomt in (None, "", " ")),
        *((text, None) for text in ("i vår", "2026", 2026.0, "2026 kv. 5", "kv. 2", "2026-02-30", "Q2-2026", True)),
        *((text, None) for text in ("9999 kv. 4", date(9999, 12, 31), date(1905, 7, 18), "٢٠٢٦ kv. 2")),
    ],
)
def test_ett_kvartal_eller_en_dag(cell: Any, varde: Any, flemingsberg: Fardplan) -> None:
    slag, ordlista = MALL.per_falt["slut"].slag, Ordlista(flemingsberg)

    if varde is None:
        with pytest.raises(ValueError, match=r"^Skriv ett kvartal som 2026 kv\. 2, eller en dag som 2026-05-12\.$"):
            slag.las(cell, ordlista)
    else:
        assert slag.las(cell, ordlista) == slag.las(slag.skriv(varde, ordlista), ordlista) == varde


@pytest.mark.parametrize(
    ("cell", "varde"),
    [
        *((cell, 150_000) for cell in (150_000, 150_000.0, "150000", "150 000", "150\xa0000 kr", "150.000 kronor")),
        *((cell, None) for cell in (None, " ")),
        *((cell, "Skriv hela kronor") for cell in ("mycket", "-5", -5, 1.5, "1,5", "-", True, date(2026, 1, 1), 1e300)),
        (10**13, "Beloppet är för stort. Högst"),
    ],
)
def test_kostnaden_ar_hela_kronor(cell: Any, varde: Any, flemingsberg: Fardplan) -> None:
    slag, ordlista = MALL.per_falt["kostnad"].slag, Ordlista(flemingsberg)

    if isinstance(varde, str):
        with pytest.raises(ValueError, match=varde):
            slag.las(cell, ordlista)
    else:
        assert slag.las(cell, ordlista) == varde


@pytest.mark.parametrize(
    ("celler_", "varden"),
    [
        ({"Förväntat resultat": "Rad ett\r\nrad två "}, {"resultat": "Rad ett\nrad två"}),
        ({"Start": f"{FRAN} kv. 2"}, {"start": date(FRAN, 4, 1), "start_dag": None}),
        ({"Slut": date(TILL, 5, 12)}, {"slut": date(TILL, 6, 30), "slut_dag": date(TILL, 5, 12)}),
        ({"Start": None, "Slut": ""}, {"start": None, "slut": None}),
        (
            {"Milstolpe": "ja", "Slut": None},
            {"milstolpe": True, "slut": date(FRAN, 6, 30), "slut_dag": date(FRAN, 4, 3)},
        ),
        ({"Milstolpe": "x", "Start": None, "Slut": date(TILL, 5, 12)}, {"start_dag": date(TILL, 5, 12)}),
        ({"Status": "pausad", "Kommentar": "Väntar på beslut"}, {"status": "pausad", "kommentar": "Väntar på beslut"}),
        ({"Kostnad": "150\xa0000 kr"}, {"kostnad": 150_000}),
        ({"Aktivitet": "Ta  fram en\nmålbild"}, {"titel": "Ta fram en målbild"}),
    ],
)
def test_varje_cell_gar_att_andra(
    plan: Handlingsplan, planerare: Anvandare, celler_: dict[str, Any], varden: dict[str, Any]
) -> None:
    start = aktivitet(MALBILD)
    andringar.andra_aktivitet(
        av=None, aktivitet=start, version=start.version, roller=(), start=date(FRAN, 4, 1), slut=date(TILL, 3, 31)
    )

    genomfor(planerare, plan, skriv(bok(plan), {MALBILD: {"Start": date(FRAN, 4, 3), **celler_}}))

    nu = Aktivitet.objects.get(pk=start.pk)
    assert {falt: getattr(nu, falt) for falt in varden} == varden


def test_planen_visar_celler_i_ord(plan: Handlingsplan) -> None:
    nytt = {"Start": date(FRAN, 4, 3), "Kostnad": "250000", "Ansvarig": "Botkyrka kommun", "Status": "Genomförd"}

    planen = planera(plan, "plan.xlsx", skriv(bok(plan), {MALBILD: nytt | {"Medverkande": "Huddinge kommun"}}))

    (rad,) = planen.rader
    assert (rad.nummer, rad.titel, rad.ny, planen.oforandrade) == ("1.3", MALBILD, False, ANTAL - 1)
    assert celler(planen) == [
        ("Start", f"{FRAN} kv. 2", f"{FRAN}-04-03"),
        ("Status", "Pågår", "Genomförd"),
        ("Ansvarig", "Huddinge kommun", "Botkyrka kommun"),
        ("Medverkande", "Botkyrka kommun; Region Stockholm", "Huddinge kommun"),
        ("Kostnad", "", "250 000"),
    ]


def test_en_ny_rad_hamnar_sist_under_sin_insats(plan: Handlingsplan, planerare: Anvandare) -> None:
    ny = NY | {"Start": f"{TILL} kv. 1", "Ansvarig": "polisen", "Medverkande": "Botkyrka kommun; Polisen"}

    planen = genomfor(planerare, plan, skriv(bok(plan), {}, [ny, NY | {"Aktivitet": "Rensa diket"}]))

    assert planen
    assert [(r.ny, r.nummer, r.titel) for r in planen.rader] == [
        (True, "1.3", "Plantera träd"),
        (True, "1.3", "Rensa diket"),
    ]
    assert titlar(plan, 1) == [MALBILD, VANDRING, "Plantera träd", "Rensa diket"]
    nu = aktivitet("Plantera träd")
    assert (nu.status, nu.start, nu.slut) == (Status.PLANERAD, date(TILL, 1, 1), None)
    roller = nu.aktorer.order_by("ordning").values_list("aktor__slug", "roll", "deltagande")
    assert list(roller) == [("polisen", "ansvarig", "tillfragad"), ("botkyrka-kommun", "medverkande", "tillfragad")]


def test_ett_annat_nummer_flyttar_aktiviteten(plan: Handlingsplan, planerare: Anvandare) -> None:
    fil = skriv(bok(plan), {MALBILD: {"Insats": "1.4", "Aktivitet": "Målbild"}, VANDRING: {"Kostnad": 7}}, [NY])

    planen = genomfor(planerare, plan, fil)

    assert planen
    assert next((c.kolumn, c.fore, c.efter) for c in planen.rader[0].celler) == ("Insats", "1.3", "1.4")
    assert (titlar(plan, 1), titlar(plan, 2)[-1]) == ([VANDRING, "Plantera träd"], "Målbild")
    assert aktivitet(VANDRING).kostnad == 7
    assert aktivitet("Målbild").aktorer.count() == 3


def test_en_saknad_rad_star_kvar_och_ordningen_betyder_inget(plan: Handlingsplan, planerare: Anvandare) -> None:
    def gor(blad: Worksheet) -> None:
        blad.move_range("A2:U2", rows=20)
        blad.delete_rows(2, 2)

    planen = genomfor(planerare, plan, andrad(bok(plan), gor))

    assert planen
    assert (planen.rader, planen.oforandrade) == ((), ANTAL - 1)
    assert titlar(plan, 1) == [MALBILD, VANDRING]


def test_det_som_arbetsboken_inte_visar_ar_kvar(plan: Handlingsplan, planerare: Anvandare) -> None:
    """What an aktör answers for and has said, and who has declined."""
    borta = aktivitet(MALBILD).aktorer.get(aktor__slug="region-stockholm")
    deltagande.svara(
        av=None, del_=borta, sedd=deltagande.senaste_handelse(borta), deltagande="avbojd", svar="Hinner inte"
    )
    fil = bok(plan)
    assert "Region Stockholm" not in [c.value for c in ark(fil)[2]][10]

    genomfor(planerare, plan, skriv(fil, {MALBILD: {"Medverkande": "Polisen; Botkyrka kommun", "Kostnad": 5}}))

    delar = aktivitet(MALBILD).aktorer.values_list("aktor__slug", "roll", "ansvarar_for", "deltagande")
    assert set(delar) == {
        ("huddinge-kommun", "ansvarig", "Leder arbetet och upphandlar gestaltning", "bekraftad"),
        ("polisen", "medverkande", "", "tillfragad"),
        ("botkyrka-kommun", "medverkande", "Anslutningar till Botkyrka", "bekraftad"),
        ("region-stockholm", "medverkande", "Busstrafik och sjukhusets entréer", "avbojd"),
    }


def test_en_ny_ansvarig_tar_over_efter_den_som_avbojt(plan: Handlingsplan, planerare: Anvandare) -> None:
    ansvarig = aktivitet(MALBILD).aktorer.get(roll="ansvarig")
    deltagande.svara(
        av=None, del_=ansvarig, sedd=deltagande.senaste_handelse(ansvarig), deltagande="avbojd", svar="Hinner inte"
    )

    genomfor(planerare, plan, skriv(bok(plan), {MALBILD: {"Ansvarig": "Polisen"}}))

    assert [str(d.aktor) for d in aktivitet(MALBILD).aktorer.filter(roll="ansvarig")] == ["Polisen"]


# Copies of rows


def test_en_kopierad_rad_blir_en_ny_aktivitet(plan: Handlingsplan, planerare: Anvandare) -> None:
    fil = skriv(bok(plan), {MALBILD: {"Kostnad": 5}}, kopior={MALBILD: {"Aktivitet": "Visa målbilden"}})

    planen = genomfor(planerare, plan, fil)

    assert planen
    assert [(r.rad, r.ny, r.noter) for r in planen.rader] == [
        (2, False, ()),
        (12, True, ("Raden är en kopia av rad 2 och blir en ny aktivitet.",)),
    ]
    assert titlar(plan, 1) == [MALBILD, VANDRING, "Visa målbilden"]
    assert set(aktivitet("Visa målbilden").aktorer.values_list("deltagande", flat=True)) == {"tillfragad"}


@pytest.mark.parametrize(("titel", "kopians"), [(MALBILD, MALBILD), ("Ena", "Andra")])
def test_kopior_som_inte_gar_att_skilja_at_ar_fel(plan: Handlingsplan, titel: str, kopians: str) -> None:
    fil = skriv(bok(plan), {MALBILD: {"Aktivitet": titel}}, kopior={MALBILD: {"Aktivitet": kopians}})

    planen = planera(plan, "plan.xlsx", fil)

    assert [(rad, kolumn) for rad, kolumn, _ in fel(planen)] == [(2, "Aktivitet"), (12, "Aktivitet")]
    assert {text[:49] for _, _, text in fel(planen)} == {"Raderna 2 och 12 är kopior av samma aktivitet. Lå"}


def test_en_ny_rad_som_redan_finns_ar_fel(plan: Handlingsplan) -> None:
    """Who reads the same file in twice does not get its new rows twice."""
    nya = [NY | {"Aktivitet": f" {MALBILD.upper()}"}, NY, NY | {"Aktivitet": "plantera  träd"}, NY | {"Insats": "1.4"}]

    planen = planera(plan, "plan.xlsx", skriv(bok(plan), {}, nya))

    assert fel(planen) == [(rad, "Aktivitet", DUBBEL) for rad in (12, 13, 14)]


# Somebody else was here


def andra(vilken: str, **varden: Any) -> None:
    nu = aktivitet(vilken)
    roller = varden.pop("roller", None)
    if roller is None:
        roller = [Rollrad(d.aktor_id, d.roll, d.ansvarar_for, d.deltagande) for d in nu.aktorer.all()]
    andringar.andra_aktivitet(av=None, aktivitet=nu, version=nu.version, roller=roller, **varden)


def test_samma_cell_pa_tva_hall_ar_en_konflikt(plan: Handlingsplan) -> None:
    fil = bok(plan)
    andra(MALBILD, start_dag=date(FRAN, 4, 7), titel="Målbild", kostnad=3)

    planen = planera(plan, "plan.xlsx", skriv(fil, {MALBILD: {"Start": f"{FRAN} kv. 1", "Milstolpe": None}}))

    konflikter = [(k.rad, k.nummer, k.kolumn, k.bas, k.deras, k.mina) for k in planen.konflikter]
    assert konflikter == [(2, "Målbild", "Start", f"{FRAN} kv. 2", f"{FRAN}-04-07", f"{FRAN} kv. 1")]
    assert (planen.rader, planen.fel) == ((), ())


def test_olika_celler_i_samma_rad_far_plats_bada(plan: Handlingsplan, planerare: Anvandare) -> None:
    fil = bok(plan)
    polisen = Aktor.objects.get(slug="polisen").pk
    nu = [Rollrad(d.aktor_id, d.roll) for d in aktivitet(MALBILD).aktorer.order_by("roll", "ordning")]
    andra(MALBILD, titel="Målbild", start_dag=date(FRAN, 4, 7), roller=[*nu, Rollrad(polisen, "medverkande")])

    genomfor(planerare, plan, skriv(fil, {MALBILD: {"Kostnad": 5, "Medverkande": "Botkyrka kommun"}}))

    nu_ = aktivitet("Målbild")
    medverkande = nu_.aktorer.filter(roll="medverkande").order_by("ordning")
    assert (nu_.kostnad, nu_.start_dag) == (5, date(FRAN, 4, 7))
    assert [str(d.aktor) for d in medverkande] == ["Botkyrka kommun", "Polisen"]


def test_en_rad_vars_aktivitet_ar_borttagen(plan: Handlingsplan) -> None:
    """It is in the way only when it says something."""
    fil = bok(plan)
    ta_bort(MALBILD)

    ororda = planera(plan, "plan.xlsx", fil)
    andrade = planera(plan, "plan.xlsx", skriv(fil, {MALBILD: {"Kostnad": 5}}))

    assert (ororda.rader, ororda.fel, ororda.oforandrade) == ((), (), ANTAL)
    assert fel(andrade) == [(2, "Aktivitet", BORTTAGEN)]


def test_den_som_slagits_ihop_sedan_beslutet_heter_som_da_och_ar_densamma(beslutad: Handlingsplan) -> None:
    polisen, trafikverket = (Aktor.objects.get(slug=s) for s in ("polisen", "trafikverket"))
    sammanslagning.sla_ihop(av=None, fran=polisen, till=trafikverket, version=polisen.version)

    fil = bok(beslutad)
    planen = planera(beslutad, "plan.xlsx", fil)

    assert "Polisen" in str([c.value for c in ark(fil)[3]])
    assert (planen.rader, planen.fel, planen.oforandrade) == ((), (), ANTAL)


# Faults


@pytest.mark.parametrize(
    ("andrat", "kolumn", "text"),
    [
        ({"Insats": "2.1"}, "Insats", "Insats 2.1 är inte prioriterad i planen. Lyft in den först."),
        ({"Insats": "ett"}, "Insats", "Det är inget insatsnummer. Skriv till exempel 1.3."),
        ({"Insats": None}, "Insats", "Skriv numret på en insats som är prioriterad i planen."),
        ({"Aktivitet": " "}, "Aktivitet", "Skriv vad som ska göras."),
        ({"Aktivitet": "x" * 201}, "Aktivitet", "Texten är 201 tecken. Högst 200 får plats."),
        ({"Förväntat resultat": "x" * 2001}, "Förväntat resultat", "Texten är 2001 tecken."),
        ({"Kommentar": "x" * 2001}, "Kommentar", "Texten är 2001 tecken."),
        ({"Start": "i vår"}, "Start", "Skriv ett kvartal som 2026 kv. 2, eller en dag som 2026-05-12."),
        ({"Start": 2026}, "Start", "Skriv ett kvartal"),
        ({"Start": f"{FRAN - 1} kv. 4"}, "Start", f"Aktiviteten ligger utanför planens period {AREN}."),
        ({"Slut": date(TILL + 1, 1, 1)}, "Slut", f"Aktiviteten ligger utanför planens period {AREN}."),
        ({"Start": f"{TILL} kv. 4"}, "Slut", "Aktiviteten kan inte sluta innan den börjar."),
        ({"Start": date(FRAN, 5, 2), "Slut": date(FRAN, 5, 1)}, "Slut", "Aktiviteten kan inte sluta innan den börjar."),
        ({"Milstolpe": "Ja"}, "Milstolpe", "En milstolpe har en enda tidpunkt. Fyll i start eller slut, inte båda."),
        ({"Milstolpe": "kanske"}, "Milstolpe", "Skriv Ja när det är en milstolpe, annars inget."),
        ({"Status": "klar"}, "Status", "Välj Ej påbörjad, Planerad"),
        ({"Status": None}, "Status", "Aktiviteten måste ha en status."),
        ({"Status": "Pausad"}, "Kommentar", "Skriv en kommentar: den krävs vid ”pausad”."),
        ({"Ansvarig": "Polisn"}, "Ansvarig", "Aktören ”Polisn” finns inte i registret. Menade du ”Polisen”?"),
        ({"Ansvarig": "Polisen; Trafikverket"}, "Ansvarig", "Det kan finnas högst en ansvarig."),
        ({"Medverkande": "Polisen; polisen"}, "Medverkande", "”polisen” står två gånger."),
        ({"Kostnad": "mycket"}, "Kostnad", "Skriv hela kronor, till exempel 250 000."),
        ({"Aktivitet-id": "1; DROP TABLE"}, "Aktivitet-id", "Kolumnen är teknisk och ska inte ändras."),
        ({"Aktivitet-id": 10**14}, "Aktivitet", BORTTAGEN),
        ({"Version": 99}, "Version", "Den versionen av aktiviteten finns inte."),
        ({"Version": None}, "Version", "Raden saknar sin version."),
    ],
)
def test_ett_fel_namner_raden_kolumnen_och_vad_man_gor(
    plan: Handlingsplan, andrat: dict[str, Any], kolumn: str, text: str
) -> None:
    planen = planera(plan, "plan.xlsx", skriv(bok(plan), {MALBILD: andrat}))

    ((rad, i_kolumn, orsak),) = fel(planen)
    assert (rad, i_kolumn, planen.rader) == (2, kolumn, ())
    assert text in orsak


def test_alla_fel_i_en_rad_sags_pa_en_gang(plan: Handlingsplan) -> None:
    andrat = {"Insats": "4.9", "Aktivitet": None, "Start": "nyss", "Slut": f"{TILL + 1} kv. 1", "Kostnad": "x"}

    planen = planera(plan, "plan.xlsx", skriv(bok(plan), {MALBILD: andrat}, [NY | {"Status": "Avbruten"}]))

    kolumner = [(rad, kolumn) for rad, kolumn, _ in fel(planen)]
    assert kolumner == [
        (2, "Start"), (2, "Kostnad"), (2, "Insats"), (2, "Aktivitet"), (2, "Slut"), (12, "Kommentar")
    ]  # fmt: skip


def test_ett_nummer_som_blivit_raknetal_gissas_inte(plan: Handlingsplan, insats: Any) -> None:
    tionde = insats("1.3")
    tionde.pk, tionde._state.adding, tionde.ordning, tionde.version = None, True, 30, 1
    tionde.save()
    andringar.lyft(av=None, plan=plan, insats=tionde)

    planen = planera(plan, "plan.xlsx", skriv(bok(plan), {}, [NY | {"Insats": 1.3}]))

    assert fel(planen) == [(12, "Insats", "Är det 1.3 eller 1.30? Skriv numret som text.")]


def test_formler_och_sammanfogade_celler_sags_en_gang(plan: Handlingsplan) -> None:
    def gor(blad: Worksheet) -> None:
        blad["B2"], blad["E3"] = "=1+1", "=TODAY()"
        blad.merge_cells("C4:D4")

    planen = planera(plan, "plan.xlsx", andrad(bok(plan), gor))

    assert [(f.cell, f.kolumn) for f in planen.fel] == [
        ("B2", "Aktivitet"), ("E3", "Start"), ("C4:D4", "Förväntat resultat")
    ]  # fmt: skip


# Decided, closed, another's


def test_i_en_beslutad_plan_rapporteras_status(beslutad: Handlingsplan, planerare: Anvandare) -> None:
    fil = skriv(bok(beslutad), {VANDRING: {"Status": "Avbruten", "Kommentar": "Det regnade"}})
    version = beslutad.version

    planen = genomfor(planerare, beslutad, fil)

    assert planen
    assert celler(planen) == [("Status", "Planerad", "Avbruten"), ("Kommentar", "", "Det regnade")]
    nu = aktivitet(VANDRING)
    assert (nu.status, nu.kommentar) == ("avbruten", "Det regnade")
    assert Handlingsplan.objects.get(pk=beslutad.pk).version == version


def test_i_en_beslutad_plan_andras_inget_annat(beslutad: Handlingsplan) -> None:
    fil = skriv(bok(beslutad), {MALBILD: {"Kostnad": 5, "Ansvarig": "Polisen", "Status": "Genomförd"}}, [NY])

    planen = planera(beslutad, "plan.xlsx", fil)

    assert [(rad, kolumn) for rad, kolumn, _ in fel(planen)] == [
        (2, "Ansvarig"), (2, "Kostnad"), (12, "Aktivitet")
    ]  # fmt: skip
    assert {text for _, _, text in fel(planen)} == {
        f"Handlingsplan {AREN} är beslutad sedan 19 mars 2026: innehållet ändras bara genom ett ändringsbeslut."
        " Här kan du ändra Status och Kommentar."
    }


def test_medan_ett_andringsbeslut_forbereds_andras_allt(beslutad: Handlingsplan, planerare: Anvandare) -> None:
    beslut.oppna_andring(av=None, plan=beslutad)
    plan = _plan(beslutad.fardplan)

    genomfor(planerare, plan, skriv(bok(plan), {MALBILD: {"Kostnad": 5}}, [NY]))

    assert (aktivitet(MALBILD).kostnad, titlar(plan, 1)[-1]) == (5, "Plantera träd")


def test_en_avslutad_plan_nekas_hel(som_planerare: Client, plan: Handlingsplan) -> None:
    fil = skriv(bok(plan), {MALBILD: {"Status": "Genomförd"}})
    granskning = ladda_upp(som_planerare, fil)
    adress = granskning.redirect_chain[-1][0]
    Handlingsplan.objects.filter(pk=plan.pk).update(status="avslutad", avslutad=date(2026, 11, 1))

    svar = som_planerare.post(adress, {"fingeravtryck": granskning.context["plan"].fingeravtryck})
    ny = ladda_upp(som_planerare, fil)

    text = f"Handlingsplan {AREN} är avslutad sedan 1 november 2026 och går bara att läsa."
    assert (svar.status_code, ny.status_code, som_planerare.get(IMPORT).status_code) == (409, 422, 404)
    assert [text in platt(s) for s in (svar, ny, som_planerare.get(IMPORT))] == [True] * 3
    assert aktivitet(MALBILD).status == "pagar"
    assert "Läs in Excel" not in platt(som_planerare.get(PLAN))


def test_ett_utkast_som_blivit_kvar_i_en_aldre_generation_nekas_helt(plan: Handlingsplan) -> None:
    fil = bok(plan)
    plan.fardplan.ar_aldre = True

    planen = planera(plan, "plan.xlsx", fil)

    assert [f.text.partition(", ")[0] for f in planen.fel] == [f"Handlingsplan {AREN} är ett utkast i Färdplaner 2026"]


def test_en_annan_plans_arbetsbok_nekas_med_dess_namn(plan: Handlingsplan, haninge: Fardplan) -> None:
    andras = Handlingsplan.objects.create(fardplan=haninge, ar_fran=FRAN, ar_till=TILL)
    nasta = Handlingsplan.objects.create(fardplan=plan.fardplan, ar_fran=2030, ar_till=2031)
    fil = skriv(bok(plan), {MALBILD: {"Start": "strunt"}})

    texter = [planera(p, "plan.xlsx", fil).fel for p in (nasta, andras)]

    assert [[f.text for f in t] for t in texter] == [
        [f"Arbetsboken är hämtad för planen {AREN}, inte för planen 2030–2031."],
        [
            f"Arbetsboken är hämtad för planen {AREN} i Flemingsberg, Färdplaner 2026,"
            f" inte för planen {AREN} i Haninge stadskärna, Färdplaner 2026."
        ],
    ]


def test_en_plan_som_bytt_period_kanns_inte_igen(plan: Handlingsplan) -> None:
    fil = bok(plan)
    Handlingsplan.objects.filter(pk=plan.pk).update(ar_till=TILL + 1)

    planen = planera(_plan(plan.fardplan), "plan.xlsx", fil)

    assert [f.text.partition(", inte")[0] for f in planen.fel] == [
        "Arbetsboken är hämtad för en plan som inte finns, eller som har bytt period"
    ]


# All or nothing


def test_planen_laser_med_lika_manga_fragor_hur_manga_rader_som_an_finns(plan: Handlingsplan) -> None:
    fil = bok(plan)
    andra(MALBILD, kostnad=3)
    andra(METOD, kostnad=3)
    manga_nya = [NY | {"Aktivitet": f"Nr {n}", "Ansvarig": "Polisen"} for n in range(40)]

    with CaptureQueriesContext(connection) as fa:
        planera(plan, "plan.xlsx", skriv(fil, {MALBILD: {"Status": "Genomförd"}}, manga_nya[:1]))
    with CaptureQueriesContext(connection) as manga:
        planen = planera(plan, "plan.xlsx", skriv(fil, {METOD: {"Status": "Genomförd"}}, manga_nya))

    assert (len(planen.nya), len(planen.andrade)) == (40, 1)
    assert len(manga) == len(fa) <= 8


def test_skrivningens_fragor_blir_inte_fler_med_raderna(plan: Handlingsplan, planerare: Anvandare) -> None:
    """New ones, changed ones, and those whose status alone is reported."""

    def fragor(antal: int) -> int:
        nya = [NY | {"Aktivitet": f"Nr {antal}.{n}", "Ansvarig": "Polisen"} for n in range(antal)]
        genomfor(planerare, plan, skriv(bok(plan), {}, nya))
        andrade = {f"Nr {antal}.{n}": {"Kostnad": n + 1, "Medverkande": "Näringslivet"} for n in range(antal)}
        with CaptureQueriesContext(connection) as alla:
            genomfor(
                planerare, plan, skriv(bok(plan), andrade, [rad | {"Aktivitet": f"{rad['Aktivitet']}b"} for rad in nya])
            )
        return len(alla)

    assert fragor(9) == fragor(2)


def test_en_nekad_rad_lamnar_inget_efter_sig(plan: Handlingsplan, planerare: Anvandare) -> None:
    fil = skriv(bok(plan), {MALBILD: {"Kostnad": 5}, VANDRING: {"Kostnad": 5}})
    planen = planera(plan, "plan.xlsx", fil)
    # As if a check in the database refused what the preview let through.
    planen.rader[1].varden["kostnad"] = -1
    inlasning = spara_fil(av=planerare, fardplan=plan.fardplan, handlingsplan=plan, filnamn="a.xlsx", innehall=fil)

    with pytest.raises(Radfel) as radfel:
        las_in(
            av=planerare,
            inlasning=inlasning,
            planera=lambda: planen,
            skriv=skriv_aktiviteter,
            fingeravtryck=planen.fingeravtryck,
        )

    assert (radfel.value.fel.rad, radfel.value.fel.varde) == (3, VANDRING)
    assert not Aktivitet.objects.filter(kostnad=5).exists()


def test_en_fil_hor_till_en_plan_i_sin_fardplan(
    plan: Handlingsplan, planerare: Anvandare, haninge: Fardplan, nekas: Callable[[str], AbstractContextManager[None]]
) -> None:
    with nekas("inlasning_i_planens_fardplan"):
        spara_fil(av=planerare, fardplan=haninge, handlingsplan=plan, filnamn="a.xlsx", innehall=b"")


# The pages


def ladda_upp(client: Client, fil: bytes, adress: str = IMPORT) -> Any:
    return client.post(adress, {"fil": SimpleUploadedFile("plan.xlsx", fil)}, follow=True)


def test_hela_vagen_pa_sidan_och_bara_en_gang(som_planerare: Client) -> None:
    assert f'href="{IMPORT}"' in platt(som_planerare.get(PLAN))
    fil = som_planerare.get(f"{PLAN[:-1]}.xlsx").content
    granskning = ladda_upp(som_planerare, skriv(fil, {MALBILD: {"Kostnad": "150 000 kr"}}, [NY]))
    adress = granskning.redirect_chain[-1][0]
    avtryck = {"fingeravtryck": granskning.context["plan"].fingeravtryck}

    svar = som_planerare.post(adress, avtryck, follow=True)
    igen = som_planerare.post(adress, avtryck, follow=True)

    assert "Läs in 2 aktiviteter" in platt(granskning)
    assert f"Handlingsplan {AREN} för Flemingsberg" in platt(granskning)
    assert svar.redirect_chain == [(PLAN, 302)]
    assert f"plan.xlsx är inläst: 1 ny aktivitet, 1 ändrad, {ANTAL - 1} oförändrade." in platt(svar)
    assert (Aktivitet.objects.filter(titel="Plantera träd").count(), aktivitet(MALBILD).kostnad) == (1, 150_000)
    assert "Filen är inläst" in platt(igen)


def test_en_fil_med_fel_sparas_inte(som_planerare: Client, plan: Handlingsplan) -> None:
    svar = ladda_upp(som_planerare, skriv(bok(plan), {MALBILD: {"Start": "<b>snart</b>"}}))

    assert svar.status_code == 422
    assert ("Cell E2" in platt(svar), "&lt;b&gt;snart" in platt(svar)) == (True, True)
    assert not Inlasning.objects.exists()


def test_sidan_sager_vad_som_gar_att_andra_i_en_beslutad_plan(som_planerare: Client, beslutad: Handlingsplan) -> None:
    assert planer.BARA_STATUS in platt(som_planerare.get(IMPORT))
    assert planer.BARA_STATUS in str([*openpyxl.load_workbook(io.BytesIO(bok(beslutad)))["Läs mig"].values])


@pytest.mark.parametrize(
    ("roll", "kod"), [("styrgrupp", 403), ("tjansteperson", 403), ("planerare", 200), ("administrator", 200)]
)
def test_bara_den_som_redigerar_laser_in(client: Client, person: Callable[..., Anvandare], roll: str, kod: int) -> None:
    client.force_login(person(roll, "polisen"))

    svar = client.get(IMPORT)

    assert svar.status_code == kod
    assert ("Läs in Excel" in platt(client.get(PLAN))) is (kod == 200)
    assert client.post(IMPORT).status_code == (422 if kod == 200 else 403)


@pytest.mark.parametrize(
    "adress", [f"/haninge{IMPORT.removeprefix('/flemingsberg')}", IMPORT.replace(f"{TILL}", "2099")]
)
def test_en_plan_som_inte_finns_ar_404(som_planerare: Client, adress: str) -> None:
    assert (som_planerare.get(adress).status_code, som_planerare.post(adress).status_code) == (404, 404)


def test_den_som_inte_ar_inloggad_far_logga_in(client: Client) -> None:
    assert client.get(IMPORT).headers["Location"].startswith("/konto/logga-in/")


def test_planens_fil_gar_inte_att_na_som_en_annan_fil(som_planerare: Client, plan: Handlingsplan) -> None:
    pk = ladda_upp(som_planerare, skriv(bok(plan), {}, [NY])).redirect_chain[-1][0].split("/")[-2]

    koder = [
        som_planerare.get(f"/flemingsberg/{vad}/import/{pk}/").status_code
        for vad in ("insatskarta", "lagesbild", f"handlingsplan/{klocka.PERIOD}/aktiviteter")
    ]

    assert koder == [404, 404, 200]


def test_ett_utkast_med_en_uppladdad_fil_gar_att_ta_bort(
    som_planerare: Client, plan: Handlingsplan, planerare: Anvandare
) -> None:
    adress = ladda_upp(som_planerare, skriv(bok(plan), {}, [NY])).redirect_chain[-1][0]
    andringar.ta_bort(av=planerare, plan=plan, version=plan.version)

    assert som_planerare.post(adress, {"fingeravtryck": "x"}).status_code == 404
    assert not Inlasning.objects.exists()
