"""Example data says so on every page that shows it: a walk by the links, as a planerare and by a personal link."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from html import unescape

import openpyxl
import pytest
from django.test import Client
from django.urls import resolve, reverse

from aktorer.models import Anvandare
from insatser.andringar import uppfoljning
from insatser.fragor import lank
from insatser.models import Aktivitet, Fardplan, Handlingsplan, Indikator, Insats, Lagesrapport, Omgang
from insatser.regler.exempel import Exempel
from insatser.utbyte.excel.inlasning import planera
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from tests import klocka
from tests.pdftext import all_text, tatt
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

PLAN = klocka.PLAN
PER_VY = 2  # addresses of one kind
FIL = re.compile(r"\.(pdf|xlsx|csv|ods|json|ics|atom)$")


@pytest.fixture
def exempeltexter(db: None) -> set[str]:
    """The beginning of every text that only example data holds."""
    lagen = Lagesrapport.objects.filter(exempel=True).exclude(kommentar="").values_list("kommentar", flat=True)
    aktiviteter = Aktivitet.objects.filter(prioritering__handlingsplan__exempel=True).values_list("titel", flat=True)
    indikatorer = Indikator.objects.filter(exempel=True).values_list("namn", flat=True)
    return {text.splitlines()[0][:40] for text in [*lagen, *aktiviteter, *indikatorer]}


@pytest.fixture
def omgangar(oppna: Callable[..., Omgang]) -> tuple[Omgang, Omgang]:
    """A round that is open and one that is closed, about all there is to ask: also the plan, as if it were decided."""
    Handlingsplan.objects.filter(exempel=True).update(status="beslutad")
    oppen, stangd = oppna(), oppna(namn="Läget i höstas")
    return oppen, uppfoljning.stang(av=None, omgang=stangd)


def _omarkta(client: Client, forst: Sequence[str], inom: str, texter: set[str]) -> tuple[list[str], set[str]]:
    """Walk by the links: (the pages that show example data without saying so, the kinds of page that were seen)."""
    kvar, sedda, per_vy = list(forst), set(forst), Counter(resolve(a).view_name for a in forst)
    omarkta = []
    while kvar:
        svar = client.get(kvar.pop(0))
        if svar.status_code != 200:
            continue
        html = unescape(platt(svar))
        if "exempeldata" not in html.lower() and any(text in html for text in texter):
            omarkta.append(svar.request["PATH_INFO"])
        for till in re.findall(r'href="([^"#]+)', html):
            vag = till.partition("?")[0]
            if till in sedda or FIL.search(vag) or not re.match(inom, vag):
                continue
            sedda.add(till)
            vy = resolve(vag).view_name
            per_vy[vy] += 1
            if per_vy[vy] <= PER_VY:
                kvar.append(till)
    return omarkta, set(per_vy)


def test_varje_sida_med_exempeldata_sager_det(
    som_planerare: Client, exempeltexter: set[str], omgangar: tuple[Omgang, Omgang]
) -> None:
    forst = ("/flemingsberg/", "/mitt-arbete/", "/flemingsberg/uppfoljning/ny/", "/flemingsberg/insatser/1.3/lage/")
    forst += (f"{PLAN}avsluta/",)
    inom = r"/(flemingsberg|mitt-arbete|oversikt|aktorer/huddinge-kommun)/"

    omarkta, vyer = _omarkta(som_planerare, forst, inom, exempeltexter)

    assert omarkta == []
    assert {"omgang", "insats", "lage", "lagesbild", "indikator_varden", "handlingsplan", "aktivitet_status"} <= vyer


def test_varje_sida_om_ett_utkast_med_exempeldata_sager_det(som_planerare: Client, exempeltexter: set[str]) -> None:
    omarkta, vyer = _omarkta(som_planerare, [PLAN], PLAN, exempeltexter)

    assert omarkta == []
    assert {"prioritera", "plantavla", "aktivitet", "aktivitet_finansiering"} <= vyer


@pytest.mark.parametrize("vilken", [0, 1])
def test_svarssidan_sager_det(
    client: Client,
    tjansteperson: Anvandare,
    exempeltexter: set[str],
    omgangar: tuple[Omgang, Omgang],
    vilken: int,
) -> None:
    mottagare = omgangar[vilken].mottagare.get(anvandare=tjansteperson)

    svar = client.get(reverse("svara", args=[lank.skriv(mottagare)]))

    assert [t for t in exempeltexter if t in unescape(platt(svar))]
    assert "Exempeldata" in platt(svar)


# --- how much of it: the mark is there while anything is made up, and says no more than that


DELAR, ALLT = str(Exempel.DELAR), str(Exempel.ALLT)
KARNAN = [f"/flemingsberg/{s}" for s in ("", "laget/", "insatskarta/", "oversikt/")]


@pytest.fixture
def riktigt(insats: Callable[[str], Insats], lage: Callable[..., Lagesrapport], flemingsberg: Fardplan) -> Lagesrapport:
    """The newest report of all is a real one, of 1.3."""
    return lage(insats("1.3"), flemingsberg.stadskarna, datum=klocka.IDAG, kommentar="På riktigt")


@pytest.mark.parametrize("sida", [*KARNAN, "/oversikt/"])
def test_en_riktig_rapport_tar_inte_bort_market(som_planerare: Client, riktigt: Lagesrapport, sida: str) -> None:
    html = platt(som_planerare.get(sida))

    assert (DELAR in html, ALLT in html) == (True, False)


@pytest.mark.parametrize("sida", ["/flemingsberg/", "/flemingsberg/insatskarta/"])
def test_allt_sags_bara_nar_allt_ar_pahittat(client: Client, flemingsberg: Fardplan, sida: str) -> None:
    html = platt(client.get(sida))

    assert (DELAR in html, ALLT in html) == (False, True)


@pytest.mark.parametrize("sida", [f"/taby-arninge/{s}" for s in ("", "insatskarta/", "oversikt/")])
def test_inget_sags_dar_inget_ar_pahittat(som_planerare: Client, sida: str) -> None:
    assert "Exempeldata." not in platt(som_planerare.get(sida))


@pytest.mark.parametrize("vy", ["karta", "tabell"])
def test_market_star_pa_varje_pahittad_rad(client: Client, riktigt: Lagesrapport, vy: str) -> None:
    svar = client.get(f"/flemingsberg/insatskarta/?vy={vy}")

    pahittade = [i for i in svar.context["karta"].insatser if i.lage and i.lage.exempel]
    assert platt(svar).count('<span class="tag">Exempeldata</span>') == len(pahittade) > 10


def test_startsidan_sager_att_en_del_ar_pahittat(client: Client, riktigt: Lagesrapport) -> None:
    assert platt(client.get("/")).count('<span class="tag">Delvis exempeldata</span>') == 1


def test_insatskartans_filer_sager_det_pa_raden(client: Client, riktigt: Lagesrapport) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(client.get("/flemingsberg/insatskarta.xlsx").content))
    csvfil = client.get("/flemingsberg/insatskarta.csv").content.decode("utf-8-sig")

    i_boken = {rad[0]: rad[-1] for rad in bok["Insatskarta"].iter_rows(min_row=2, values_only=True)}
    i_csv = {rad["Nummer"]: rad["Exempeldata"] or None for rad in csv.DictReader(io.StringIO(csvfil), delimiter=";")}
    assert i_boken == i_csv
    assert (i_boken["1.3"], i_boken["1.4"]) == (None, "Ja")
    assert f"Exempeldata: {DELAR}" in [c.value for (c,) in bok["Läs mig"].iter_rows()]


@pytest.mark.usefixtures("alla_publicerade")
def test_kolumnen_syns_inte_dar_inget_ar_pahittat(client: Client) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(client.get("/taby-arninge/insatskarta.xlsx").content))

    assert bok["Insatskarta"].column_dimensions["M"].hidden
    assert not [c for (c,) in bok["Läs mig"].iter_rows(values_only=True) if c and "Exempeldata: Allt" in c]


def test_en_bok_utan_kolumnen_gar_att_lasa_in(flemingsberg: Fardplan, client: Client) -> None:
    """One that was fetched before there was such a column."""
    bok = openpyxl.load_workbook(io.BytesIO(client.get("/flemingsberg/insatskarta.xlsx").content))
    bok["Insatskarta"].delete_cols(17)
    fil = io.BytesIO()
    bok.save(fil)

    plan = planera(InsatskartaResource, flemingsberg, "karta.xlsx", fil.getvalue())

    assert (plan.fel, plan.rader) == ((), ())


def test_planens_arbetsbok_sager_det_pa_raden(som_planerare: Client, riktigt: Lagesrapport) -> None:
    bok = openpyxl.load_workbook(io.BytesIO(som_planerare.get(f"{PLAN[:-1]}.xlsx").content))

    prioriterat, aktiviteter = ([*bok[namn].values] for namn in ("Prioriterat", "Aktiviteter"))
    plats = prioriterat[0].index("Exempeldata")
    assert {rad[1]: rad[plats] for rad in prioriterat[1:3]} == {"1.3": "", "1.4": "Ja"}
    assert {rad[-1] for rad in aktiviteter[1:]} == {"Ja"}


@pytest.mark.parametrize("fil", ["/flemingsberg/laget.pdf", "/flemingsberg/insatskarta.pdf", f"{PLAN[:-1]}.pdf"])
def test_pdfen_sager_det_om_delar_och_pa_raderna(som_planerare: Client, riktigt: Lagesrapport, fil: str) -> None:
    text = all_text(som_planerare.get(fil).content)

    assert (tatt(DELAR) in text, tatt(ALLT) in text) == (True, False)
    assert text.count("Exempeldata") > 3


def test_lagesrapporten_sager_det_om_delar(som_planerare: Client, riktigt: Lagesrapport) -> None:
    assert tatt(DELAR) in all_text(som_planerare.get(f"{PLAN}lagesrapport.pdf").content)
