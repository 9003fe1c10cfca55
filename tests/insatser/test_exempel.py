"""Example data says so on every page that shows it: a walk by the links, as a planerare and by a personal link."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from html import unescape

import pytest
from django.test import Client
from django.urls import resolve, reverse

from aktorer.models import Anvandare
from insatser.andringar import uppfoljning
from insatser.fragor import lank
from insatser.models import Aktivitet, Handlingsplan, Indikator, Lagesrapport, Omgang
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

PLAN = klocka.PLAN
PER_VY = 2  # addresses of one kind
FIL = re.compile(r"\.(pdf|xlsx|csv|ics|atom)$")


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
