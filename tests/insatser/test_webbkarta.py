"""What search engines are told: every page of it is open to all, and nothing of a draft is in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from insatser.models import Fardplan

pytestmark = pytest.mark.django_db


def test_webbkartan_har_det_alla_far_lasa(client: Client, haninge: Fardplan) -> None:
    Fardplan.objects.filter(pk=haninge.pk).update(publicerad=False)

    adresser = re.findall("<loc>https?://[^/]+(.*?)</loc>", client.get("/sitemap.xml").text)

    assert {"/", "/flemingsberg/", "/flemingsberg/insatskarta/", "/nyheter/", "/om/"} <= set(adresser)
    assert not [a for a in adresser if "haninge" in a]
    assert {client.get(a, follow=True).status_code for a in adresser} == {200}


@pytest.mark.usefixtures("alla_publicerade")
@pytest.mark.parametrize("antal", [1, 8])
def test_antalet_fragor_beror_inte_pa_antalet_stadskarnor(
    client: Client, django_assert_max_num_queries: Any, antal: int
) -> None:
    Fardplan.objects.exclude(stadskarna__ordning__lte=antal).update(publicerad=False)

    with django_assert_max_num_queries(10):
        client.get("/sitemap.xml")


def test_robots_leder_till_webbkartan(client: Client) -> None:
    text = client.get("/robots.txt").text

    assert "Disallow: /svara/" in text
    assert f"Sitemap: {settings.BASADRESS}/sitemap.xml" in text
