"""The log as machines read it: whole, with the request it came of, and with nothing of people in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from aktorer.andringar import andra_anvandare, senaste_handelse
from aktorer.models import Anvandare
from fardplan import logg, miljo
from fardplan.miljo import Installningsfel

pytestmark = pytest.mark.django_db

FRAGA = "0f8fad5b-d9cb-469f-a165-70867728950e"

type Rader = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def rader() -> Iterator[Rader]:
    """What has been logged so far, each line read as JSON."""
    skrivna: list[str] = []
    handler = logging.Handler()
    handler.setFormatter(logg.Jsonrad())
    handler.emit = lambda record: skrivna.append(handler.format(record))  # type: ignore[method-assign]
    loggar = [logging.getLogger(namn) for namn in ("fardplan.fraga", "fardplan.sakerhet", "django.request", "prov")]
    nivaer = [en.level for en in loggar]
    for en in loggar:
        en.addHandler(handler)
        en.setLevel("INFO")
    yield lambda: [json.loads(rad) for rad in skrivna]
    for en, niva in zip(loggar, nivaer, strict=True):
        en.removeHandler(handler)
        en.setLevel(niva)


def test_en_fraga_ar_en_rad_med_rutt_status_och_tid(client: Client, rader: Rader) -> None:
    svar = client.get("/sok/?q=Kim+Prov")

    [rad] = [r for r in rader() if r["logg"] == "fardplan.fraga"]
    assert (rad["rutt"], rad["status"], rad["metod"], rad["text"]) == ("sok", 200, "GET", "GET sok 200")
    assert rad["ms"] > 0
    assert rad["fraga"] == svar.headers["X-Request-ID"]
    assert "Kim" not in json.dumps(rad)


@pytest.mark.parametrize(
    ("proxyer", "sagt", "tas"),
    [
        (1, FRAGA, True),
        (0, FRAGA, False),
        (1, "kort", False),
        (1, "a" * 65, False),
        (1, "rad\nrad-rad", False),
        (1, "", False),
    ],
)
def test_bara_en_betrodd_proxys_id_tas(client: Client, settings: Settings, proxyer: int, sagt: str, tas: bool) -> None:
    settings.ANTAL_PROXYER = proxyer

    fick = client.get("/halsa/liv/", headers={"X-Request-ID": sagt}).headers["X-Request-ID"]

    assert (fick == sagt) == tas
    assert logg.ETT_ID.fullmatch(fick)


def test_andras_rader_har_fragans_id_och_inget_om_manniskor(client: Client, rader: Rader) -> None:
    log = logging.getLogger("prov")
    try:
        raise ValueError("Key (epost)=(kim@prov.example) already exists")
    except ValueError:
        log.exception("Till kim@prov.example: https://plan.example/svara/hemligt-token/?next=/sok/\nslut")

    [rad] = rader()
    assert rad["text"] == "Till …: https://plan.example/svara/…/?…\nslut"
    assert (rad["fel"], rad["niva"]) == (["ValueError"], "ERROR")
    assert "test_logg.py" in rad["spar"][0]
    assert "kim@" not in json.dumps(rad)
    assert "fraga" not in rad


def test_det_som_hander_med_inloggningar_star_med_kontots_nummer(
    client: Client,
    administrator: Anvandare,
    planerare: Anvandare,
    rader: Rader,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """Seven failed ones: after five, the rest must wait."""
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(7):
            client.post("/konto/logga-in/", {"login": planerare.epost, "password": "hemligt-ord-som-inte-stammer"})
        client.force_login(planerare)
        client.get("/drift/")
        andra_anvandare(av=administrator, anvandare=planerare, sedd=senaste_handelse(planerare), is_active=False)

    handelser = [(r["handelse"], r["konto"]) for r in rader() if r["logg"] == "fardplan.sakerhet"]
    nummer = planerare.pk
    vantat = [("inloggning misslyckades", nummer)] * 5 + [("spärrad", nummer)] * 2
    assert handelser == [*vantat, ("rättighet nekad", nummer), ("konto stängt", nummer)]
    allt = json.dumps(rader(), ensure_ascii=False)
    assert not any(ord_ in allt for ord_ in (planerare.epost, planerare.namn, "hemligt-ord"))
    assert mail.outbox == []


def test_loggformat_som_inte_finns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGGFORMAT", "xml")

    with pytest.raises(Installningsfel, match=r"^LOGGFORMAT är ”xml”"):
        miljo.loggformat()
