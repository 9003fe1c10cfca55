"""The tillgänglighetsredogörelse: all that Digg asks for, or a start that says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from fardplan import tillganglighet
from fardplan.miljo import Installningsfel
from tests.sidtext import platt

EXEMPEL = Path(__file__).parents[2] / "drift" / "tillganglighet.toml"


@pytest.mark.django_db
def test_sidan_har_allt_som_lagen_kraver(client: Client, settings: Settings) -> None:
    settings.TILLGANGLIGHET = tillganglighet.las(str(EXEMPEL))

    sidan = platt(client.get("/om/tillganglighet/"))

    for krav in (
        "Exempelkommunen",
        "delvis förenlig",
        "Filer som andra har bifogat är inte alltid tillgängliga.",
        "De kommer från många organisationer.",
        "Följer inte lagen",
        "Bedömningen gjordes den 30 november 2026.",
        "uppdaterades senast den 30 november 2026.",
        "Vi har själva prövat webbplatsen",
        'href="mailto:tillganglighet@plan.example"',
        'href="https://www.digg.se/tdosanmalan"',
    ):
        assert krav in sidan, krav


@pytest.mark.django_db
def test_utan_fil_sags_det_som_galler_alla_och_vart_man_anmaler(client: Client) -> None:
    sidan = platt(client.get("/om/tillganglighet/"))

    assert "https://www.digg.se/tdosanmalan" in sidan
    assert "förenlig" not in sidan


@pytest.mark.parametrize(
    ("byt", "till", "namner"),
    [
        ('aktor = "Exempelkommunen"', "", "aktor"),
        ('niva = "delvis"', 'niva = "nästan"', "niva"),
        ("bedomd = 2026-11-30", 'bedomd = "2026-11-30"', "bedomd"),
        ("uppdaterad = 2026-11-30", "", "uppdaterad"),
        ('kontakt = "tillganglighet@plan.example"', 'kontakt = "växeln"', "kontakt"),
        ('skal = "foljer-inte-lagen"', 'skal = "svårt"', "skal"),
        ("[[brist]]", "[ingen]", "brist"),
        ("[[brist]]", "[[brist", "TOML"),
    ],
)
def test_det_som_saknas_namns_i_en_rad(tmp_path: Path, byt: str, till: str, namner: str) -> None:
    fil = tmp_path / "tillganglighet.toml"
    fil.write_text(EXEMPEL.read_text().replace(byt, till))

    with pytest.raises(Installningsfel, match=rf"^TILLGANGLIGHET: .*{namner}"):
        tillganglighet.las(str(fil))


def test_en_fil_som_inte_finns_namns(tmp_path: Path) -> None:
    with pytest.raises(Installningsfel, match=r"^TILLGANGLIGHET: det går inte att läsa"):
        tillganglighet.las(str(tmp_path / "ingen.toml"))
