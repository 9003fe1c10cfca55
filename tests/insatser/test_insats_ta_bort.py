"""An insats that was made by mistake goes for good, while nobody has read or used it for long; others are retired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from aktorer.grund.samtidighet import Krock
from aktorer.models import Aktor
from insatser.andringar import insats as andringar
from insatser.andringar.roller import Rollrad
from insatser.models import Fardplan, Insats, Lagesrapport, Malomrade, Medverkan
from insatser.regler.medverkan import Roll
from tests.sidtext import platt

pytestmark = pytest.mark.django_db

type Formular = Callable[[Any], dict[str, str]]


@pytest.fixture
def misstag(m1: Malomrade, flemingsberg: Fardplan, aktor: Callable[[str], Aktor]) -> Insats:
    """With a role and a new title: one click does not take all of it back."""
    ny = andringar.skapa(av=None, malomrade=m1, fardplan=flemingsberg, titel="Av misstag")
    roller = [Rollrad(aktor("polisen").pk, Roll.ANSVARIG)]
    return andringar.andra_roller(av=None, insats=ny, version=ny.version, roller=roller)


def test_den_forsvinner_med_sina_roller(misstag: Insats) -> None:
    andringar.ta_bort(av=None, insats=misstag, version=misstag.version)

    assert not Insats.objects.filter(pk=misstag.pk).exists()
    assert not Medverkan.objects.filter(insats=misstag.pk).exists()


def test_den_som_andrats_medan_man_laste_tas_inte_bort(misstag: Insats) -> None:
    with pytest.raises(Krock):
        andringar.ta_bort(av=None, insats=misstag, version=misstag.version - 1)


def test_den_som_varit_offentlig_mer_an_ett_dygn_avfors_i_stallet(misstag: Insats) -> None:
    with (
        time_machine.travel(timezone.now() + timedelta(days=2)),
        pytest.raises(ValidationError, match="Avför den i stället"),
    ):
        andringar.ta_bort(av=None, insats=misstag, version=misstag.version)


def test_ett_aldrig_offentligt_utkast_far_vara_gammalt(m1: Malomrade, utkastet: Fardplan) -> None:
    ny = andringar.skapa(av=None, malomrade=m1, fardplan=utkastet, titel="Utkastet")

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        andringar.ta_bort(av=None, insats=ny, version=ny.version)

    assert not Insats.objects.filter(pk=ny.pk).exists()


def test_den_som_har_ett_lage_stannar(
    misstag: Insats, lage: Callable[..., Lagesrapport], flemingsberg: Fardplan
) -> None:
    lage(misstag, flemingsberg.stadskarna, status="pagar")

    with pytest.raises(ValidationError, match="används: lägesrapporter"):
        andringar.ta_bort(av=None, insats=misstag, version=misstag.version)


def test_sidan_for_att_avfora_leder_dit_och_det_gar_att_angra(
    som_planerare: Client, misstag: Insats, formular: Formular
) -> None:
    sidan = f"/flemingsberg/insatser/{misstag.nummer}/ta-bort/"
    assert f'href="{sidan}"' in platt(som_planerare.get(sidan.replace("ta-bort", "avfor")))

    svar = som_planerare.post(sidan, formular(som_planerare.get(sidan)), follow=True)

    assert f"{misstag} är borttagen." in platt(svar)
    assert ">Ångra</button>" in platt(svar)
    assert som_planerare.get(f"/flemingsberg/insatser/{misstag.nummer}/").status_code == 404


def test_en_insats_i_bruk_erbjuds_bara_att_avforas(som_planerare: Client) -> None:
    svar = platt(som_planerare.get("/flemingsberg/insatser/1.3/ta-bort/"))

    assert "Insatsen kan inte tas bort än." in svar
    assert 'href="/flemingsberg/insatser/1.3/avfor/"' in svar
    assert "Ta bort den helt" not in platt(som_planerare.get("/flemingsberg/insatser/1.3/avfor/"))
