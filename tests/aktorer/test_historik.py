"""Every change by any path leaves an append-only row: what, when, and where known by whom and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aktorer import andringar
from aktorer.models import (  # type: ignore[attr-defined]
    Agarandel,
    AgarandelEvent,
    Aktor,
    AktorEvent,
    Anvandare,
    AnvandareEvent,
    Faktor,
    Innehallsmarke,
    Inskick,
)
from insatser.models import Filinnehall, Forsegling, Granskningssida, Inlasningsjobb, Lagerrest, Sigill
from tests.conftest import LOSENORD

pytestmark = pytest.mark.django_db

type Sql = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def andel(region: Aktor) -> Agarandel:
    """Region Stockholm's share of Almi Stockholm AB, from the fixtures: 49 %."""
    return Agarandel.objects.get(agare=region, aktor__slug="almi-stockholm-ab")


def historia(andel: Agarandel) -> list[tuple[str, Decimal | None]]:
    """What happened to the share, oldest first."""
    return list(AgarandelEvent.objects.filter(pgh_obj_id=andel.pk).order_by("pgh_id").values_list("pgh_label", "andel"))


INSATT = ("insert", Decimal(49))
# Under way and then gone: forms that were sent, files being read in, what is to be erased in the store of files.
FLYKTIGA = {Inskick, Inlasningsjobb, Granskningssida, Lagerrest}
NEKAS = "Cannot update or delete rows from aktorer_aktorevent"


def test_varje_modell_har_historik_over_allt_som_kan_handa() -> None:
    modeller = [m for app in ("aktorer", "insatser") for m in apps.get_app_config(app).get_models()]
    med_historik = {m.pgh_tracked_model for m in modeller if hasattr(m, "pgh_tracked_model")}
    # Those without tell nothing of themselves, are told of elsewhere, or are the seals on the history.
    utan = {Faktor, Innehallsmarke, Forsegling, Sigill, Filinnehall, *FLYKTIGA}
    egna = {m for m in modeller if not hasattr(m, "pgh_tracked_model")} - utan

    assert {Aktor, Agarandel, Anvandare} <= egna == med_historik
    for modell in egna:
        vakter = {t.name for t in modell._meta.triggers if t.name.endswith(("_insert", "_update", "_delete"))}
        assert vakter >= {"insert_insert", "update_update", "delete_delete"}, modell


@pytest.mark.parametrize(
    "andra",
    [
        lambda andel, sql: (setattr(andel, "andel", 48), andel.save()),
        lambda andel, sql: Agarandel.objects.filter(pk=andel.pk).update(andel=48),
        lambda andel, sql: (setattr(andel, "andel", 48), Agarandel.objects.bulk_update([andel], ["andel"])),
        lambda andel, sql: sql("UPDATE aktorer_agarandel SET andel = 48 WHERE id = %s", andel.pk),
    ],
    ids=["save", "update", "bulk_update", "sql"],
)
def test_andring_pa_alla_vagar(andel: Agarandel, sql: Sql, andra: Callable[..., object]) -> None:
    andra(andel, sql)

    assert historia(andel) == [INSATT, ("update", Decimal(48))]


@pytest.mark.parametrize(
    "ta_bort",
    [
        lambda andel, sql: andel.delete(),
        lambda andel, sql: Agarandel.objects.filter(pk=andel.pk).delete(),
        lambda andel, sql: sql("DELETE FROM aktorer_agarandel WHERE id = %s", andel.pk),
    ],
    ids=["delete", "queryset", "sql"],
)
def test_borttagning_pa_alla_vagar(andel: Agarandel, sql: Sql, ta_bort: Callable[..., object]) -> None:
    kvar = Agarandel(pk=andel.pk)

    ta_bort(andel, sql)

    assert historia(kvar) == [INSATT, ("delete", Decimal(49))]


@pytest.mark.parametrize(
    "skapa",
    [
        lambda a, b, sql: Agarandel.objects.create(aktor=a, agare=b, andel=1),
        lambda a, b, sql: Agarandel.objects.bulk_create([Agarandel(aktor=a, agare=b, andel=1)]),
        lambda a, b, sql: sql(
            "INSERT INTO aktorer_agarandel (aktor_id, agare_id, andel) VALUES (%s, %s, 1)", a.pk, b.pk
        ),
    ],
    ids=["create", "bulk_create", "sql"],
)
def test_ny_rad_pa_alla_vagar(region: Aktor, sql: Sql, skapa: Callable[..., object]) -> None:
    skapa(region, Aktor.objects.get(slug="polisen"), sql)

    assert historia(Agarandel.objects.get(aktor=region)) == [("insert", Decimal(1))]


def test_en_sats_over_manga_rader_ger_en_handelse_per_rad() -> None:
    Aktor.objects.filter(slag="kommun").update(beskrivning="En kommun")

    handelser = AktorEvent.objects.filter(pgh_label="update").values_list("slag", "beskrivning", "version")
    assert list(handelser) == [("kommun", "En kommun", 2)] * 10


def test_en_uppdatering_utan_andring_ar_ingen_handelse(andel: Agarandel, sql: Sql) -> None:
    sql("UPDATE aktorer_agarandel SET andel = andel WHERE id = %s", andel.pk)

    assert historia(andel) == [INSATT]


def test_handelsen_har_tid_och_hela_raden(planerare: Anvandare) -> None:
    andringar.skapa_aktor(av=planerare, namn="Konstfack", slug="konstfack", slag="larosate", kontakt="Vaktmästaren")

    handelse = AktorEvent.objects.get(slug="konstfack")
    assert timezone.now() - handelse.pgh_created_at < timedelta(minutes=5)
    assert (handelse.pgh_label, handelse.namn, handelse.slag, handelse.kontakt, handelse.version) == (
        "insert",
        "Konstfack",
        "larosate",
        "Vaktmästaren",
        1,
    )


@pytest.mark.parametrize("vem", ["planerare", None])
def test_andringar_berattar_vem_och_vad(request: pytest.FixtureRequest, vem: str | None) -> None:
    av = request.getfixturevalue(vem) if vem else None
    andringar.skapa_aktor(av=av, namn="Konstfack", slug="konstfack", slag="larosate")

    assert AktorEvent.objects.get(slug="konstfack").pgh_context == {
        "andring": "aktorer.andringar.skapa_aktor",
        "anvandare": av.pk if av else None,
        "namn": av.namn if av else "Färdplan",
    }


def test_en_andring_pa_sidan_berattar_ocksa_vilken_sida(client: Client, planerare: Anvandare) -> None:
    client.force_login(planerare)

    tomma = {f"{tabell}-{falt}_FORMS": "0" for tabell in ("medlem", "agare") for falt in ("TOTAL", "INITIAL")}
    client.post(reverse("aktor_ny"), tomma | {"namn": "Konstfack", "slag": "larosate"})

    assert AktorEvent.objects.get(slug="konstfack").pgh_context == {
        "sida": "/aktorer/ny/",
        "andring": "aktorer.andringar.skapa_aktor",
        "anvandare": planerare.pk,
        "namn": planerare.namn,
    }


def test_orsaken_foljer_med(planerare: Anvandare) -> None:
    with pghistory.context(orsak="ur fil insatskarta.xlsx"):
        andringar.skapa_aktor(av=planerare, namn="Konstfack", slug="konstfack", slag="larosate")

    assert AktorEvent.objects.get(slug="konstfack").pgh_context["orsak"] == "ur fil insatskarta.xlsx"


def test_sql_vid_sidan_om_har_ingen_avsandare(sql: Sql) -> None:
    sql("UPDATE aktorer_aktor SET beskrivning = 'Ny' WHERE slug = 'polisen'")

    handelse = AktorEvent.objects.get(slug="polisen", pgh_label="update")
    assert (handelse.beskrivning, handelse.pgh_context) == ("Ny", None)


@pytest.mark.parametrize(
    "sats",
    [
        "UPDATE aktorer_aktorevent SET namn = 'Omskriven'",
        "UPDATE aktorer_aktorevent SET pgh_context = NULL",
        "DELETE FROM aktorer_aktorevent",
    ],
)
def test_historien_kan_inte_skrivas_om_med_sql(sql: Sql, sats: str) -> None:
    fore = sql("SELECT * FROM aktorer_aktorevent ORDER BY pgh_id")

    with pytest.raises(DatabaseError, match=NEKAS), transaction.atomic():
        sql(sats)

    assert len(fore) == Aktor.objects.count()
    assert sql("SELECT * FROM aktorer_aktorevent ORDER BY pgh_id") == fore


@pytest.mark.parametrize(
    "skriv_om",
    [
        lambda: AktorEvent.objects.update(namn="Omskriven"),
        lambda: AktorEvent.objects.all().delete(),
        lambda: AktorEvent.objects.first().delete(),
    ],
    ids=["update", "delete", "en"],
)
def test_historien_kan_inte_skrivas_om_med_orm(skriv_om: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match=NEKAS), transaction.atomic():
        skriv_om()

    assert AktorEvent.objects.exclude(namn="Omskriven").count() == Aktor.objects.count()


def test_varje_historietabell_ar_lika_last(sql: Sql) -> None:
    tabeller = {m._meta.db_table for m in apps.get_models() if hasattr(m, "pgh_tracked_model")}
    vakter = sql(
        "SELECT c.relname, array_agg(t.tgname::text) FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid"
        " WHERE c.relkind = 'r' AND c.relname LIKE '%%event' GROUP BY 1"
    )

    lasta = {tabell for tabell, namn in vakter if any(n and n.startswith("pgtrigger_append_only") for n in namn)}
    assert lasta == tabeller
    assert "aktorer_aktorevent" in lasta


def test_inget_sparas_nar_historien_inte_gar_att_skriva(planerare: Anvandare, sql: Sql) -> None:
    sql("ALTER TABLE aktorer_aktorevent ADD CONSTRAINT vagra CHECK (namn <> 'Förbjuden')")
    polisen = Aktor.objects.get(slug="polisen")

    with pytest.raises(IntegrityError, match="vagra"):
        andringar.andra_aktor(av=planerare, aktor=polisen, version=1, namn="Förbjuden")

    polisen.refresh_from_db()
    assert (polisen.namn, polisen.version) == ("Polisen", 1)


NYTT = "ett-helt-nytt-losenord"


def _byt_pa_sidan(klient: Client, person: Anvandare) -> None:
    klient.force_login(person)
    falt = {"oldpassword": LOSENORD, "password1": NYTT, "password2": NYTT}
    klient.post(reverse("account_change_password"), falt)


def _byt_i_skalet(klient: Client, person: Anvandare) -> None:
    person.set_password(NYTT)
    person.save()


VAGAR: dict[str, Callable[[Client, Anvandare], object]] = {
    "sidan": _byt_pa_sidan,
    "andringar": lambda klient, person: andringar.byt_losenord(av=None, anvandare=person, losenord=NYTT),
    "skalet": _byt_i_skalet,
    "update": lambda klient, person: Anvandare.objects.filter(pk=person.pk).update(password=make_password(NYTT)),
}


@pytest.mark.parametrize("byt", VAGAR.values(), ids=VAGAR)
def test_ett_losenordsbyte_ar_en_rad_utan_losenordet(
    client: Client, planerare: Anvandare, sql: Sql, byt: Callable[[Client, Anvandare], object]
) -> None:
    byt(client, planerare)

    planerare.refresh_from_db()
    (rad,) = AnvandareEvent.objects.filter(pgh_obj_id=planerare.pk, pgh_label="update")
    assert planerare.check_password(NYTT)
    assert rad.losenord_bytt == planerare.losenord_bytt is not None
    (text,) = sql("SELECT e::text FROM aktorer_anvandareevent e WHERE pgh_id = %s", rad.pgh_id)[0]
    assert planerare.password not in text
    assert "orsak" not in (rad.pgh_context or {})


def test_samma_losenord_sparat_pa_nytt_satt_ar_inget_byte(planerare: Anvandare, settings: Any) -> None:
    """Django does so at a login, when there is a better method than the one it was kept by."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", *settings.PASSWORD_HASHERS]

    assert planerare.check_password(LOSENORD)

    rad = AnvandareEvent.objects.get(pgh_obj_id=planerare.pk, pgh_label="update")
    assert rad.pgh_context["orsak"] == "Samma lösenord, sparat med en nyare metod"
    assert planerare.password.startswith("scrypt$")


def test_losenord_och_inloggningstid_hamnar_inte_i_historien(sql: Sql) -> None:
    fore = sql("SELECT count(*) FROM aktorer_anvandareevent")
    Anvandare.objects.update(last_login=timezone.now())

    fraga = "SELECT column_name FROM information_schema.columns WHERE table_name = 'aktorer_anvandareevent'"
    kolumner = {k for (k,) in sql(fraga)}
    assert {"password", "last_login", "kalendernyckel"} & kolumner == set()
    assert "roll" in kolumner
    assert sql("SELECT count(*) FROM aktorer_anvandareevent") == fore


def test_ingen_tabell_toms(sql: Sql) -> None:
    """Neither what is kept nor its history, by the one statement that no trigger on rows sees."""
    modeller = [m for app in ("aktorer", "insatser") for m in apps.get_app_config(app).get_models()]
    connection.check_constraints()
    for modell in set(modeller) - FLYKTIGA:
        with pytest.raises(IntegrityError, match="töms inte"), transaction.atomic():
            sql(f"TRUNCATE {modell._meta.db_table} CASCADE")
