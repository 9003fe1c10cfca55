"""An address that is a key in itself stands in no history row and no line of the server's log."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from aktorer.grund.hemligt import Loggrad, dolj
from aktorer.models import Anvandare
from fardplan.logg import Loggtext
from insatser.fragor import lank
from insatser.models import Lagesrapport, LagesrapportEvent, Mottagare, Omgang  # type: ignore[attr-defined]
from tests.fardplan.test_sidor import rutter
from tests.insatser.conftest import oforandrat

pytestmark = pytest.mark.django_db

NYCKEL = "WzEsIm55Y2tlbCJd:1sAbCd:hEmLiG-t_x"


@pytest.mark.parametrize(
    ("text", "dolt"),
    [
        (f"/svara/{NYCKEL}/", "/svara/…/"),
        (f"/svara/{NYCKEL}/12/angra/", "/svara/…/12/angra/"),
        (f"/paminnelser/{NYCKEL}/", "/paminnelser/…/"),
        (f"/konto/mejl/svara/{NYCKEL}/", "/konto/mejl/svara/…/"),
        (f"/konto/mejl/avsluta/{NYCKEL}/", "/konto/mejl/avsluta/…/"),
        ("/kalender/0f3a5c.ics", "/kalender/…"),
        (f"GET /svara/{NYCKEL} HTTP/1.1", "GET /svara/… HTTP/1.1"),
        (f"/konto/logga-in/?next=%2Fsvara%2F{NYCKEL}%2F", "/konto/logga-in/?next=%2Fsvara%2F…%2F"),
        (f"/konto/valkommen/{NYCKEL}/", "/konto/valkommen/…/"),
        (f"/konto/nytt-losenord/{NYCKEL}/", "/konto/nytt-losenord/…/"),
        ("/svara/ny-lank/", "/svara/ny-lank/"),
        ("/flemingsberg/insatser/1.3/", "/flemingsberg/insatser/1.3/"),
    ],
)
def test_nyckeln_ar_borta_och_resten_star_kvar(text: str, dolt: str) -> None:
    assert dolj(text) == dolt


def test_varje_adress_med_en_nyckel_i_sig_ar_kand() -> None:
    """A new one, such as for a forgotten password, must be added to `grund/hemligt.py`."""
    hemliga = [r for r, _ in rutter(get_resolver()) if re.search(r"<(?:token|nyckel|key|uidb36|uidb64)>", r)]

    assert len(hemliga) >= 6
    assert [r for r in hemliga if dolj(re.sub(r"<\w+>", "12", r)) == re.sub(r"<\w+>", "12", r)] == []


def test_en_personlig_lank_star_inte_i_historiken(
    client: Client, adress: str, omgang: Omgang, insats: Callable[[str], Any]
) -> None:
    client.post(f"{adress}{omgang.punkter.get().pk}/", oforandrat(omgang))

    rapport = Lagesrapport.objects.latest("pk")
    handelse = LagesrapportEvent.objects.get(pgh_obj_id=rapport.pk)
    assert handelse.pgh_context["sida"] == f"/svara/…/{omgang.punkter.get().pk}/"
    assert adress.split("/")[2] not in str(handelse.pgh_context)


def test_ingen_rad_i_nagon_historietabell_har_lanken(
    client: Client, adress: str, omgang: Omgang, huddinge: Mottagare
) -> None:
    avanmalan = lank.skriv_avanmalan(huddinge.anvandare)
    client.post(f"{adress}oppnad/")
    client.post(f"{adress}{omgang.punkter.get().pk}/", oforandrat(omgang))
    client.post(reverse("avanmal", args=[avanmalan]))

    nycklar = [adress.split("/")[2], avanmalan]
    for modell in apps.get_models():
        if hasattr(modell, "pgh_tracked_model"):
            with connection.cursor() as cursor:
                tabell = modell._meta.db_table
                cursor.execute(
                    f"SELECT count(*) FROM {tabell} WHERE {tabell}::text LIKE ANY(%s)", [[f"%{n}%" for n in nycklar]]
                )
                assert cursor.fetchone() == (0,), modell


def test_loggen_haller_ingen_nyckel(capsys: pytest.CaptureFixture[str]) -> None:
    """The line and its traceback, as the server writes them."""
    hanterare = logging.StreamHandler()
    hanterare.setFormatter(Loggrad())
    logg = logging.getLogger("prov.nycklar")
    logg.addHandler(hanterare)
    try:
        raise ValueError(f"/svara/{NYCKEL}/ gick fel")
    except ValueError:
        logg.exception("Internal Server Error: %s", f"/paminnelser/{NYCKEL}/")
    finally:
        logg.removeHandler(hanterare)

    rad = capsys.readouterr().err
    assert ("/paminnelser/…/" in rad, "/svara/… " in rad.replace("/ gick", " gick"), NYCKEL in rad) == (
        True,
        True,
        False,
    )
    assert {h["formatter"] for h in settings.LOGGING["handlers"].values()} == {"rad"}
    assert issubclass(Loggtext, Loggrad)


def test_det_som_redan_stod_dar_ar_borta(planerare: Anvandare) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_metadata', %s, true),"
            " set_config('pghistory.context_id', gen_random_uuid()::text, true);"
            "UPDATE aktorer_aktor SET beskrivning = 'Ny' WHERE slug = 'polisen'",
            [f'{{"sida": "/svara/{NYCKEL}/12/"}}'],
        )
        with connection.schema_editor() as editor:
            import_module("insatser.migrations.0019_nycklar_ur_historiken").dolj_nycklar(apps, editor)
        cursor.execute("SELECT DISTINCT pgh_context->>'sida' FROM aktorer_aktorevent WHERE pgh_context IS NOT NULL")
        assert cursor.fetchall() == [("/svara/…/12/",)]
