"""What the documentation lists is what there is: addresses, settings, and the files it leads to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.urls import URLPattern, URLResolver, get_resolver

ROT = Path(__file__).parents[2]
DOKUMENT = [*sorted((ROT / "docs").rglob("*.md")), ROT / "README.md", ROT / "CONTRIBUTING.md"]
KONTRAKT = (ROT / "docs" / "contracts.md").read_text()
LASNING = re.compile(r'(?:text|lank|flagga|katalog|heltal|natverk|nyckel|vardar)\("([A-Z_]+)"')


def _adresser(resolver: URLResolver, fore: str = "/") -> Iterator[str]:
    """Every address of ours; of the admin's just the first."""
    for monster in resolver.url_patterns:
        adress = fore + re.sub(r"<\w+:(\w+)>", r"<\1>", str(monster.pattern))
        if isinstance(monster, URLPattern) or adress == "/admin/":
            yield adress
        else:
            yield from _adresser(monster, adress)


def test_varje_adress_star_i_kontraktet() -> None:
    assert sorted(re.findall(r"^(/\S*) ", KONTRAKT, re.MULTILINE)) == sorted(_adresser(get_resolver()))


@pytest.mark.parametrize("fil", ["README.md", "docs/contracts.md"])
def test_varje_installning_star_beskriven(fil: str) -> None:
    kod = [(ROT / "fardplan" / namn).read_text() for namn in ("settings.py", "miljo.py", "sso.py", "exempel.py")]
    installningar = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROT / fil).read_text(), re.MULTILINE))

    assert installningar == {namn for text in kod for namn in LASNING.findall(text)}


@pytest.mark.parametrize("dokument", DOKUMENT, ids=lambda d: str(d.relative_to(ROT)))
def test_varje_lank_leder_nagonstans(dokument: Path) -> None:
    lankar = re.findall(r"\]\((?!https?:)([^)#]+)", dokument.read_text())

    assert [lank for lank in lankar if not (dokument.parent / lank).exists()] == []


def test_hotbilden_namner_tester_som_finns() -> None:
    namnda = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROT / "SECURITY.md").read_text())

    assert len(namnda) > 20
    assert [(fil, namn) for fil, namn in namnda if f"def {namn}(" not in (ROT / fil).read_text()] == []


def test_publiccode_sager_som_projektet() -> None:
    projekt = tomllib.loads((ROT / "pyproject.toml").read_text())["project"]
    publiccode = (ROT / "publiccode.yml").read_text()

    assert f'softwareVersion: "{projekt["version"]}"' in publiccode
    assert f"license: {projekt['license']}" in publiccode
    assert (ROT / "LICENSE").read_text().startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")


def test_publiccode_har_det_som_standarden_kraver() -> None:
    """Version 0.5 of https://yml.publiccode.tools: its mandatory keys, and how long its texts may be."""
    allt = yaml.safe_load((ROT / "publiccode.yml").read_text())
    kravs = "publiccodeYmlVersion name url platforms developmentStatus softwareType"
    kravs += " description legal maintenance localisation"
    texter = allt["description"].values()

    assert set(kravs.split()) - allt.keys() == set()
    assert allt["maintenance"]["type"] == "community"
    assert all(kontakt["name"] for kontakt in allt["maintenance"]["contacts"])
    assert isinstance(allt["localisation"]["localisationReady"], bool)
    assert allt["localisation"]["availableLanguages"] == ["sv"]
    assert [len(t["shortDescription"]) <= 150 <= len(t["longDescription"]) <= 10_000 for t in texter] == [True, True]
    assert all(t["features"] for t in texter)
