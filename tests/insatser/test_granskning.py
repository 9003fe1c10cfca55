"""Accounts that nobody signs in with are looked at once a year: closed, or kept for one more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from aktorer.andringar import senaste_handelse
from aktorer.models import Anvandare, AnvandareEvent  # type: ignore[attr-defined]
from insatser.fragor import konton as fragor
from insatser.models import Omgang
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

SIDA = "/konton/granska/"
AR = timedelta(days=366)


@pytest.fixture
def som_admin(client: Client, administrator: Anvandare) -> Client:
    """All others have signed in today."""
    Anvandare.objects.update(last_login=timezone.now())
    client.force_login(administrator)
    return client


def lange_sedan(person: Anvandare, **varden: Any) -> str:
    """Nobody has signed in with the account for long. What its box and buttons send."""
    Anvandare.objects.filter(pk=person.pk).update(**{"last_login": timezone.now() - AR} | varden)
    return f"{person.pk}:{senaste_handelse(person)}"


@pytest.mark.parametrize(
    ("varden", "visas"),
    [
        ({}, True),
        ({"last_login": timedelta(days=-364)}, False),
        ({"last_login": None, "skapad": timedelta(days=-8)}, True),
        ({"last_login": None, "skapad": timedelta(days=-6)}, False),
        ({"granskad": timedelta(days=-364)}, False),
        ({"granskad": timedelta(days=-366)}, True),
        ({"is_active": False}, False),
    ],
)
def test_de_som_ar_att_granska(
    som_admin: Client, tjansteperson: Anvandare, varden: dict[str, Any], visas: bool
) -> None:
    nu = timezone.now()
    lange_sedan(tjansteperson, **{f: nu + v if isinstance(v, timedelta) else v for f, v in varden.items()})
    assert [k.pk for k in fragor.att_granska(nu)] == [tjansteperson.pk] * visas


def test_ett_klick_stanger(som_admin: Client, tjansteperson: Anvandare) -> None:
    svar = som_admin.post(SIDA, {"stang": lange_sedan(tjansteperson)}, follow=True)
    tjansteperson.refresh_from_db()
    assert not tjansteperson.is_active
    assert f"Kontot för {tjansteperson} är avstängt." in platt(svar)
    assert "Det finns inget att granska" in platt(svar)


def test_ett_klick_behaller_ett_ar_och_historiken_vet_vem(
    som_admin: Client, administrator: Anvandare, tjansteperson: Anvandare
) -> None:
    som_admin.post(SIDA, {"behall": lange_sedan(tjansteperson)})
    assert tjansteperson.pk not in [k.pk for k in fragor.att_granska(timezone.now())]
    sist = AnvandareEvent.objects.filter(pgh_obj=tjansteperson).latest("pgh_id")
    assert (sist.pgh_context["anvandare"], sist.granskad is not None) == (administrator.pk, True)


def test_flera_pa_en_gang_och_bara_de_som_inget_vantar_pa(
    som_admin: Client, tjansteperson: Anvandare, styrgrupp: Anvandare, omgang: Omgang
) -> None:
    rutor = [lange_sedan(tjansteperson), lange_sedan(styrgrupp), "strunt", "1:", "99999999:1"]
    svar = som_admin.post(SIDA, {"konto": rutor, "gor": "stang"}, follow=True)
    oppna = set(Anvandare.objects.filter(is_active=True).values_list("pk", flat=True))
    assert {tjansteperson.pk, styrgrupp.pk} & oppna == {tjansteperson.pk}
    assert f"Något väntar på {tjansteperson}" in platt(svar)


def test_en_som_nagot_vantar_pa_leder_till_vem_som_tar_over(
    som_admin: Client, tjansteperson: Anvandare, omgang: Omgang
) -> None:
    svar = som_admin.post(SIDA, {"stang": lange_sedan(tjansteperson)})
    assert svar.headers["Location"] == f"/konton/{tjansteperson.pk}/stang/"


def test_den_som_har_andrats_sedan_sidan_lastes_stangs_inte(som_admin: Client, tjansteperson: Anvandare) -> None:
    svar = som_admin.post(SIDA, {"konto": [lange_sedan(tjansteperson).replace(":", ":9")], "gor": "stang"}, follow=True)
    tjansteperson.refresh_from_db()
    assert tjansteperson.is_active
    assert f"Kontot för {tjansteperson} är inte stängt." in platt(svar)


def test_inget_valt_sags(som_admin: Client) -> None:
    assert "Kryssa för minst ett konto." in platt(som_admin.post(SIDA, {"gor": "behall"}, follow=True))


def test_fragorna_blir_inte_fler_med_kontona(som_admin: Client, django_assert_num_queries: Any) -> None:
    for antal in (1, 10):
        for n in range(antal):
            Anvandare.objects.create(
                epost=f"{antal}.{n}@prov.example", password="!", roll="styrgrupp", last_login=timezone.now() - AR
            )
        som_admin.get(SIDA)
        with django_assert_num_queries(5):
            som_admin.get(SIDA)
