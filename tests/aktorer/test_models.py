"""The rules of aktörer and accounts hold in the database, whoever writes and however."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import ProtectedError

from aktorer.models import Agarandel, Aktor, Anvandare, Gruppmedlem

pytestmark = pytest.mark.django_db

type Nekas = Callable[[str], AbstractContextManager[None]]
type Sql = Callable[..., list[tuple[Any, ...]]]

# Constraint, and columns that break it on an aktör that is otherwise right.
OGILTIGA_AKTORER: list[tuple[str, dict[str, Any]]] = [
    ("aktor_namn_en_gang", {"namn": "Huddinge kommun"}),
    ("aktorer_aktor_slug_key", {"slug": "huddinge-kommun"}),
    ("aktor_adress_inte_reserverad", {"slug": "ny"}),
    ("aktor_namn_utan_semikolon", {"namn": ""}),
    ("aktor_namn_utan_semikolon", {"namn": "Ett; två"}),
    ("aktor_eftertradd_med_datum", {"eftertradd": "2019-01-01"}),
    ("aktor_karnkommuner_ar_grupp", {"avser_karnkommuner": True}),
    ("aktor_en_grupp_karnkommuner", {"avser_karnkommuner": True, "slag": "grupp"}),
]


@pytest.mark.parametrize(("villkor", "varden"), OGILTIGA_AKTORER)
def test_ogiltig_aktor_kan_inte_skapas(nekas: Nekas, villkor: str, varden: dict[str, Any]) -> None:
    with nekas(villkor):
        Aktor.objects.create(**{"namn": "Prov", "slug": "prov", "slag": "kommun"} | varden)


@pytest.mark.parametrize(("villkor", "varden"), OGILTIGA_AKTORER)
def test_aktor_kan_inte_goras_ogiltig_med_sql(nekas: Nekas, sql: Sql, villkor: str, varden: dict[str, Any]) -> None:
    kolumner = ", ".join(f"{kolumn} = %s" for kolumn in varden)

    with nekas(villkor):
        sql(f"UPDATE aktorer_aktor SET {kolumner} WHERE slug = 'polisen'", *varden.values())


@pytest.mark.parametrize(
    ("villkor", "sats"),
    [
        ("aktor_inte_sin_egen", "del_av_id = id"),
        ("aktor_inte_sin_egen", "eftertradare_id = id, eftertradd = '2019-01-01'"),
        ("aktor_eftertradd_med_datum", "eftertradare_id = (SELECT min(id) FROM aktorer_aktor)"),
    ],
)
def test_aktor_kan_inte_peka_fel(nekas: Nekas, sql: Sql, villkor: str, sats: str) -> None:
    with nekas(villkor):
        sql(f"UPDATE aktorer_aktor SET {sats} WHERE slug = 'polisen'")


@pytest.mark.parametrize("namn", ["A; B", "A\nB", "A\rB"])
def test_namnet_far_rum_i_en_cell_med_flera_namn(namn: str) -> None:
    with pytest.raises(ValidationError) as fel:
        Aktor(namn=namn, slug="a-b", slag="kommun").full_clean()

    assert "Namnet får inte innehålla semikolon eller radbrytning." in fel.value.message_dict["namn"]


def test_en_aktor_eftertrader_en_annan(region: Aktor) -> None:
    landsting = Aktor.objects.get(slug="stockholms-lans-landsting")
    annan = Aktor.objects.create(
        namn="Regionplanen", slug="regionplanen", slag="ovrig", eftertradare=region, eftertradd="2011-01-01"
    )

    assert set(region.foregangare.all()) == {landsting, annan}


def test_aktor_med_delar_tas_inte_bort(region: Aktor, sql: Sql) -> None:
    with pytest.raises(ProtectedError):
        region.delete()
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="violates foreign key constraint"), transaction.atomic():
        sql("DELETE FROM aktorer_aktor WHERE id = %s", region.pk)


@pytest.mark.parametrize("sats", ["beskrivning = 'Ny'", "beskrivning = 'Ny', version = version"])
def test_sql_raknar_upp_versionen(sql: Sql, sats: str) -> None:
    sql(f"UPDATE aktorer_aktor SET {sats} WHERE slug = 'polisen'")

    assert Aktor.objects.get(slug="polisen").version == 2


def test_update_pa_manga_raknar_upp_varje_version() -> None:
    Aktor.objects.filter(slag="kommun").update(beskrivning="Kommun")

    assert set(Aktor.objects.values_list("slag", "version").filter(slag="kommun")) == {("kommun", 2)}
    assert not Aktor.objects.exclude(slag="kommun").exclude(version=1).exists()


def test_medlem_star_en_gang_och_inte_i_sig_sjalv(nekas: Nekas, sql: Sql) -> None:
    grupp, polisen = Aktor.objects.get(slug="naringslivet"), Aktor.objects.get(slug="polisen")
    Gruppmedlem.objects.create(grupp=grupp, aktor=polisen)

    for villkor, medlem in (("gruppmedlem_en_gang", polisen), ("gruppmedlem_inte_sig_sjalv", grupp)):
        with nekas(villkor):
            Gruppmedlem.objects.create(grupp=grupp, aktor=medlem)
        with nekas(villkor):
            sql("INSERT INTO aktorer_gruppmedlem (grupp_id, aktor_id) VALUES (%s, %s)", grupp.pk, medlem.pk)


def test_agare_star_en_gang_och_ager_inte_sig_sjalv(region: Aktor, nekas: Nekas, sql: Sql) -> None:
    almi = Aktor.objects.get(slug="almi-stockholm-ab")

    for villkor, agare in (("agarandel_en_gang", region), ("agarandel_inte_sig_sjalv", almi)):
        with nekas(villkor):
            Agarandel.objects.create(aktor=almi, agare=agare)
        with nekas(villkor):
            sql("INSERT INTO aktorer_agarandel (aktor_id, agare_id) VALUES (%s, %s)", almi.pk, agare.pk)


@pytest.mark.parametrize("andel", ["-1", "0", "100.01"])
def test_andel_ar_mellan_noll_och_hundra(region: Aktor, nekas: Nekas, sql: Sql, andel: str) -> None:
    with nekas("agarandel_hogst_hundra"):
        Agarandel.objects.create(aktor=region, agare=Aktor.objects.get(slug="polisen"), andel=Decimal(andel))
    with nekas("agarandel_hogst_hundra"):
        sql("UPDATE aktorer_agarandel SET andel = %s WHERE agare_id = %s", andel, region.pk)


def test_agarna_ager_hogst_allt_tillsammans(region: Aktor, nekas: Nekas, sql: Sql) -> None:
    polisen, trafikverket = Aktor.objects.get(slug="polisen"), Aktor.objects.get(slug="trafikverket")
    Agarandel.objects.create(aktor=region, agare=polisen, andel=60)
    Agarandel.objects.create(aktor=region, agare=trafikverket, andel=40)

    with nekas("agarandel_summa"):
        sql("UPDATE aktorer_agarandel SET andel = 41 WHERE agare_id = %s AND aktor_id = %s", trafikverket.pk, region.pk)


@pytest.mark.parametrize(
    ("kolumner", "villkor"),
    [
        ("del_av_id = %s", "aktor_del_av_utan_ring"),
        ("eftertradare_id = %s, eftertradd = '2026-01-01'", "aktor_eftertradd_utan_ring"),
    ],
)
def test_kedjan_leder_inte_tillbaka(nekas: Nekas, sql: Sql, kolumner: str, villkor: str) -> None:
    forst, mitten, sist = (Aktor.objects.get(slug=s).pk for s in ("polisen", "trafikverket", "svenska-staten"))
    satt = f"UPDATE aktorer_aktor SET {kolumner} WHERE id = %s"
    sql(satt, mitten, forst)
    sql(satt, sist, mitten)

    with nekas(villkor):
        sql(satt, forst, sist)


@pytest.mark.parametrize("andel", [None, Decimal("0.01"), Decimal(100)])
def test_andel_kan_vara_okand_eller_allt(region: Aktor, andel: Decimal | None) -> None:
    Agarandel.objects.create(aktor=region, agare=Aktor.objects.get(slug="polisen"), andel=andel)

    assert list(region.agare.values_list("andel", flat=True)) == [andel]


@pytest.mark.parametrize("epost", ["planerare@fardplan.example", "PLANERARE@fardplan.Example"])
def test_epost_finns_en_gang_oavsett_skiftlage(planerare: Anvandare, nekas: Nekas, sql: Sql, epost: str) -> None:
    lika = epost == planerare.epost
    villkor = "aktorer_anvandare_epost_key" if lika else "anvandare_epost_en_gang"

    with nekas(villkor):
        Anvandare.objects.create(epost=epost, namn="Kopia", roll="styrgrupp")
    with nekas(villkor):
        sql("UPDATE aktorer_anvandare SET epost = %s WHERE roll = 'styrgrupp'", epost)


def test_tjansteperson_har_alltid_en_aktor(tjansteperson: Anvandare, nekas: Nekas, sql: Sql) -> None:
    with nekas("anvandare_tjansteperson_har_aktor"):
        Anvandare.objects.create(epost="ny@fardplan.example", namn="Ny", roll="tjansteperson")
    with nekas("anvandare_tjansteperson_har_aktor"):
        sql("UPDATE aktorer_anvandare SET aktor_id = NULL WHERE id = %s", tjansteperson.pk)


def test_konton_tas_inte_bort(planerare: Anvandare, sql: Sql) -> None:
    for ta_bort in (
        planerare.delete,
        lambda: Anvandare.objects.filter(pk=planerare.pk).delete(),
        lambda: sql("DELETE FROM aktorer_anvandare WHERE id = %s", planerare.pk),
    ):
        with pytest.raises(DatabaseError, match="Cannot delete rows from aktorer_anvandare"), transaction.atomic():
            ta_bort()

    assert Anvandare.objects.filter(pk=planerare.pk).exists()


def test_forsta_administratoren_skapas_med_kommandot() -> None:
    anvandare = Anvandare.objects.create_superuser("  Chef@Fardplan.Example ", "ett-langt-losenord", namn="Chefen")

    assert (anvandare.epost, anvandare.roll, anvandare.is_staff) == ("chef@fardplan.example", "administrator", True)
    assert anvandare.check_password("ett-langt-losenord")


def test_anvandare_hittas_oavsett_skiftlage(planerare: Anvandare) -> None:
    assert Anvandare.objects.get_by_natural_key("Planerare@FARDPLAN.example") == planerare


def test_samma_adress_med_annat_skiftlage_sags_i_ord(planerare: Anvandare) -> None:
    annan = Anvandare(epost=planerare.epost.upper(), namn="Annan", roll="styrgrupp")
    with pytest.raises(ValidationError, match="Det finns redan ett konto med den adressen"):
        annan.validate_constraints()
