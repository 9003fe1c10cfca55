"""Whatever is written in the cells of a fetched workbook is found in the preview: those cells, and no others."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aktorer.models import Anvandare
from insatser.fragor import arbetsbok as fragor
from insatser.fragor.arbetsbok import Bokblad
from insatser.models import Fardplan
from insatser.regler import tal
from insatser.utbyte.excel import arbetsbok_ut
from insatser.utbyte.excel.arbetsbok_in import planera
from tests import klocka
from tests.arbetsbok import sparad

pytestmark = pytest.mark.django_db

# What people write, and what programs stumble over: signs of formulas, quotation marks, entities, characters outside
# the first plane. Only a first "=" is something else than text.
TECKEN = "abcxyzåäöÅÉß€🙂0123456789.,;:!?'\"-–+@()/%&<>_\\"
ORD = st.text(TECKEN, min_size=1, max_size=9)


def text(mellan: str = " ") -> st.SearchStrategy[str]:
    return st.lists(ORD, min_size=1, max_size=6).map(mellan.join)


def val(*alternativ: str) -> st.SearchStrategy[str]:
    return st.sampled_from(alternativ)


TAL = st.decimals(0, 10**9, places=2, allow_nan=False).map(lambda d: d.normalize() + 0)
KOLUMNER: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "Insatser": {"Titel": text(), "Text": text("\n")},
    "Medverkan": {"Svarar för": text(), "Deltagande": val("Tillfrågad", "Bekräftad", "Avböjd")},
    "Färdriktningar": {"Rubrik": text(), "Färdriktning": text("\n"), "Källa": text()},
    "Aktiviteter": {"Kommentar": text("\n"), "Status": val("Planerad", "Pågår", "Genomförd")},
    "Aktörer": {"Beskrivning": text("\n")},
    "Lägesbild": {"Värde": TAL, "Källa": text()},
}
ANDRING = st.one_of(
    st.tuples(st.just(blad), st.just(rubrik), st.integers(0, 500), varde)
    for blad, kolumner in KOLUMNER.items()
    for rubrik, varde in kolumner.items()
)
ANDRINGAR = st.lists(ANDRING, min_size=1, max_size=20)
BUNDEN = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
    phases=[Phase.explicit, Phase.generate],  # a workbook takes too long to make ever smaller
    print_blob=False,
)

type Andring = tuple[str, str, int, Any]
type Celler = dict[tuple[str, int, str], str]


@pytest.fixture
def prova(flemingsberg: Fardplan, planerare: Anvandare) -> Callable[..., None]:
    """Write them in the workbook, and hold what the preview says against them. `genom`: what is done with the file."""
    original = arbetsbok_ut.skriv_xlsx(fragor.hamta([flemingsberg], [*Bokblad], planerare), klocka.IDAG)

    def kor(andringar: list[Andring], genom: Callable[[bytes], bytes] = lambda fil: fil) -> None:
        fil, skrivet = skriv(original, andringar)
        plan = planera(flemingsberg, "bok.xlsx", genom(fil))
        assert (plan.fel, plan.konflikter, plan.nya, plan.tvillingar) == ((), (), [], ())
        hittat = {
            (d.rubrik.partition(",")[0], rad.rad, c.kolumn): c.efter
            for d in plan.delar
            for rad in d.plan.rader
            for c in rad.celler
        }
        assert hittat == skrivet

    return kor


def skriv(xlsx: bytes, andringar: list[Andring]) -> tuple[bytes, Celler]:
    """The workbook with them in it, and the cells that say something else than before."""
    bok = openpyxl.load_workbook(io.BytesIO(xlsx))
    fore: dict[tuple[str, int, str], Any] = {}
    skrivet: Celler = {}
    for blad, rubrik, n, varde in andringar:
        ark = bok[blad]
        plats_av = {c.value: c.column for c in ark[1]}
        finns = [r for r in range(2, ark.max_row + 1) if ark.cell(r, plats_av["Version"]).value]  # the others are blank
        rad = finns[n % len(finns)]
        cell = ark.cell(rad, plats_av[rubrik])
        plats = blad, rad, rubrik
        fore.setdefault(plats, _som_text(cell.value))
        cell.value = f" {varde}" if str(varde).startswith("=") else varde
        skrivet[plats] = _som_text(varde)
    return sparad(bok), {plats: varde for plats, varde in skrivet.items() if varde != fore[plats]}


def _som_text(varde: Any) -> str:
    return tal.skriv(Decimal(str(varde))) if isinstance(varde, int | float | Decimal) else str(varde or "")


@settings(BUNDEN, max_examples=15)
@given(andringar=ANDRINGAR)
def test_varje_andrad_cell_hittas_och_ingen_annan(prova: Callable[..., None], andringar: list[Andring]) -> None:
    prova(andringar)


@settings(BUNDEN, max_examples=2)
@given(andringar=st.lists(ANDRING, min_size=30, max_size=40))
def test_ocksa_genom_libreoffice(prova: Callable[..., None], tmp_path: Path, andringar: list[Andring]) -> None:
    def genom(fil: bytes) -> bytes:
        (tmp_path / "bok.xlsx").write_bytes(fil)
        kommando = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profil", "--headless", "--convert-to", "xlsx"]
        ut = ["--outdir", tmp_path / "ut", tmp_path / "bok.xlsx"]
        subprocess.run([*kommando, *ut], check=True, capture_output=True, timeout=180)
        return (tmp_path / "ut" / "bok.xlsx").read_bytes()

    prova(andringar, genom)
