"""What lies in drift/ and the image is what the program takes: commands, options, addresses, settings, files."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import resolve

from fardplan import miljo

ROT = Path(__file__).parents[2]
DRIFT = ROT / "drift"
AVBILD = (ROT / "Containerfile").read_text().replace("\\\n", " ")
ENHETER = sorted(DRIFT.glob("*.service"))
KONTRAKT = (ROT / "docs" / "contracts.md").read_text()


def _kommandon() -> list[tuple[str, str]]:
    """Every `manage.py …` of the units and the compose file, with where it stands."""
    filer = [*ENHETER, DRIFT / "compose.yaml"]
    return [(fil.name, rad.strip()) for fil in filer for rad in re.findall(r"manage\.py ([^;\"\n]+)", fil.read_text())]


@pytest.mark.parametrize(("fil", "rad"), _kommandon())
def test_varje_kommando_finns_och_tar_sina_val(fil: str, rad: str) -> None:
    namn, *val = shlex.split(rad)

    load_command_class(get_commands()[namn], namn).create_parser("manage.py", namn).parse_args(val)


def test_avbilden_har_det_den_kopierar_och_kor() -> None:
    kopierat = [k for rad in re.findall(r"^COPY (?!--from)(.+) \S+$", AVBILD, re.MULTILINE) for k in rad.split()]
    undantaget = (ROT / ".containerignore").read_text().split()
    kod = {"manage.py", "fardplan", "insatser", "aktorer", "templates", "static", "fixtures", "requirements.txt"}

    assert [k for k in kopierat if not (ROT / k).exists()] == []
    assert [u for u in undantaget if u in kod] == []
    assert '\nCMD [".venv/bin/python", "manage.py", "start"]' in AVBILD


def test_avbildens_halsokontroll_fragar_det_som_lyssnar(monkeypatch: pytest.MonkeyPatch) -> None:
    [kod] = re.findall(r'HEALTHCHECK .*"-c",\s+"([^"]+)"\]', AVBILD)
    [adress] = re.findall(r"http://127\.0\.0\.1:\d+(/\S+?)'", kod)
    [lyssnar] = re.findall(r"LYSSNA=(\S+)", AVBILD)
    monkeypatch.setenv("LYSSNA", lyssnar)

    compile(kod, "HEALTHCHECK", "exec")
    assert resolve(adress).view_name == "halsa_liv"
    assert f":{miljo.lyssna().port}/" in kod
    assert f"\nEXPOSE {miljo.lyssna().port}\n" in AVBILD


@pytest.mark.parametrize("fil", ["Containerfile", "docs/drift.md"])
def test_varje_installning_som_namns_finns(fil: str) -> None:
    """But for what the units themselves read, and Python."""
    text = (ROT / fil).read_text()
    namnda = set(re.findall(r"^\s+([A-Z_]{4,})=", text, re.MULTILINE)) | set(re.findall(r"ENV ([A-Z_]+)=", text))
    kanda = set(re.findall(r"^\| `([A-Z_]+)` \|", KONTRAKT, re.MULTILINE))

    assert namnda - kanda - {"KOPIENYCKEL", "PYTHONDONTWRITEBYTECODE"} == set()
    assert namnda & kanda


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd finns inte här")
def test_systemd_forstar_enheterna(tmp_path: Path) -> None:
    """As far as it can be asked without Färdplan in /opt."""
    for fil in [*ENHETER, *DRIFT.glob("*.timer")]:
        (tmp_path / fil.name).write_text(fil.read_text().replace("/opt/fardplan/.venv/bin/python", sys.executable))

    svar = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True, check=False
    )

    assert (svar.returncode, svar.stderr) == (0, "")
