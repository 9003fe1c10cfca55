"""What a styrgrupp finds in Mitt arbete: its möten with their papers, plans that wait, what is new."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from aktorer.models import Anvandare
from insatser.andringar import mote as andringar
from insatser.andringar.mote import Punktrad
from insatser.models import Handlingsplan, Samverkansorgan
from tests import klocka
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA = "/mitt-arbete/"


def test_styrgruppen_ser_moten_planer_och_det_som_ar_nytt(
    client: Client, styrgrupp: Anvandare, planerare: Anvandare
) -> None:
    plan = Handlingsplan.objects.get(exempel=True)
    organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    punkter = [Punktrad("Handlingsplanen antas", handlingsplan_id=plan.pk)]
    andringar.skapa(av=None, organ=organ, datum=klocka.om(14), punkter=punkter)

    client.force_login(styrgrupp)
    svar = client.get(SIDA)
    html = platt(svar)
    client.force_login(planerare)

    assert f'href="/handlingsplaner/{plan.pk}/">Läs planen' in html
    assert svar.context["styrgrupp"].planer == [plan]
    assert "/flemingsberg/nytt/?sedan=" in html
    assert client.get(SIDA).context["styrgrupp"] is None


def test_utan_mote_och_plan_sags_det(client: Client, styrgrupp: Anvandare) -> None:
    Handlingsplan.objects.filter(status="utkast").update(status="beslutad")
    client.force_login(styrgrupp)

    html = platt(client.get(SIDA))

    assert "Inget kommande möte är inskrivet." in html
    assert "Ingen handlingsplan väntar på beslut." in html


@pytest.mark.usefixtures("alla_publicerade")
@pytest.mark.parametrize("antal", [1, 3])
def test_antalet_fragor_beror_inte_pa_antalet_moten(
    client: Client, django_assert_num_queries: Any, styrgrupp: Anvandare, antal: int
) -> None:
    organ = Samverkansorgan.objects.get(slag="styrgrupp", till=None)
    for n in range(antal):
        andringar.skapa(av=None, organ=organ, datum=klocka.om(14 + n), punkter=[Punktrad("Laget")])
    client.force_login(styrgrupp)

    with django_assert_num_queries(17):
        client.get(SIDA)
