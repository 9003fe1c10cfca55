"""The history is sealed in a chain; whoever changes, takes away or puts in a row of it is told of by name."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from aktorer.models import Aktor, AktorEvent  # type: ignore[attr-defined]
from insatser.andringar import forsegling as andringar
from insatser.fragor import forsegling as fragor
from insatser.models import Forsegling, Sigill

pytestmark = pytest.mark.django_db

TABELL = "aktorer_aktorevent"

type Sql = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def forseglad(db: None) -> str:
    """The history with all of it sealed; the head of the chain."""
    return andringar.forsegla(av=None).huvud


@contextmanager
def utan_vakt(*tabeller: str) -> Iterator[None]:
    """As somebody who owns the database may."""
    connection.check_constraints()  # a table that is waited for is not altered
    with connection.cursor() as cursor:
        for t in tabeller:
            cursor.execute(f"ALTER TABLE {t} DISABLE TRIGGER USER")
        yield
        connection.check_constraints()
        for t in tabeller:
            cursor.execute(f"ALTER TABLE {t} ENABLE TRIGGER USER")


def funna() -> list[str]:
    return [str(a) for a in fragor.avvikelser()]


def en_rad() -> int:
    rad: int = AktorEvent.objects.filter(slug="polisen").latest("pgh_id").pgh_id
    return rad


def ny_rad(sql: Sql, pgh_id: str, skapad: str) -> int:
    """A row as SQL can put it in, with a time of its own."""
    kolumner = [f.column for f in AktorEvent._meta.concrete_fields if f.column not in {"pgh_id", "pgh_created_at"}]
    lista = ", ".join(f'"{k}"' for k in kolumner)
    sats = (
        f"INSERT INTO {TABELL} (pgh_id, pgh_created_at, {lista}) SELECT {pgh_id}, {skapad}, {lista} FROM {TABELL}"
        " WHERE pgh_id = %s RETURNING pgh_id"
    )
    return int(sql(sats, en_rad())[0][0])


def test_varje_rad_i_historien_far_ett_sigill_en_gang(forseglad: str) -> None:
    antal = sum(m._default_manager.count() for m in fragor.historiktabeller())

    igen = andringar.forsegla(av=None)

    assert Sigill.objects.count() == antal > 400
    assert (igen.huvud, igen.antal) == (forseglad, 0)
    assert funna() == []


def test_det_nya_forseglas_nasta_gang(forseglad: str) -> None:
    Aktor.objects.filter(slug="polisen").update(beskrivning="Ny")

    assert funna() == []
    nasta = andringar.forsegla(av=None)

    assert (nasta.antal, nasta.huvud == forseglad, funna()) == (1, False, [])


def test_en_andrad_rad_namns(forseglad: str, sql: Sql) -> None:
    rad = en_rad()
    with utan_vakt(TABELL):
        sql(f"UPDATE {TABELL} SET namn = 'Omskriven' WHERE pgh_id = %s", rad)

    assert funna() == [f"{TABELL} {rad}: ändrad"]


def test_vem_och_varifran_ar_ocksa_forseglat(forseglad: str, sql: Sql) -> None:
    rad = en_rad()
    with utan_vakt(TABELL):
        sql(f"""UPDATE {TABELL} SET pgh_context = '{{"namn": "Någon annan"}}' WHERE pgh_id = %s""", rad)

    assert funna() == [f"{TABELL} {rad}: ändrad"]


def test_en_borttagen_rad_namns(forseglad: str, sql: Sql) -> None:
    rad = en_rad()
    with utan_vakt(TABELL):
        sql(f"DELETE FROM {TABELL} WHERE pgh_id = %s", rad)

    assert funna() == [f"{TABELL} {rad}: borttagen"]


@pytest.mark.parametrize(
    ("pgh_id", "skapad"),
    [
        ("nextval('aktorer_aktorevent_pgh_id_seq')", "now() - interval '3 days'"),
        ("-1", "clock_timestamp()"),
    ],
    ids=["äldre än den kan vara", "id från före och tid från efter"],
)
def test_en_insatt_rad_namns_och_forseglas_inte(forseglad: str, sql: Sql, pgh_id: str, skapad: str) -> None:
    rad = ny_rad(sql, pgh_id, skapad)

    assert funna() == [f"{TABELL} {rad}: tillkommen i efterhand"]
    resultat = andringar.forsegla(av=None)
    assert [str(a) for a in resultat.tillkomna] == funna() == [f"{TABELL} {rad}: tillkommen i efterhand"]
    assert (resultat.antal, resultat.huvud) == (0, forseglad)


def test_en_rad_som_skrevs_klart_sent_ar_ingen_avvikelse(sql: Sql) -> None:
    """Its transaction got its id before the seal and ended after it: the id is smaller than sealed ones."""
    pgh_id = sql("SELECT nextval('aktorer_aktorevent_pgh_id_seq')")[0][0]
    Aktor.objects.filter(slug="polisen").update(beskrivning="Ny")
    andringar.forsegla(av=None)
    ny_rad(sql, str(pgh_id), "now()")

    assert funna() == []
    assert andringar.forsegla(av=None).antal == 1
    assert funna() == []


def test_den_som_andrar_sigillet_med_raden_marks(forseglad: str, sql: Sql) -> None:
    rad = en_rad()
    with utan_vakt(TABELL, "insatser_sigill"):
        sql(f"UPDATE {TABELL} SET namn = 'Omskriven' WHERE pgh_id = %s", rad)
        avtryck = fragor._avtryck(fragor.kolumner(AktorEvent))
        nytt = sql(f"SELECT {avtryck} FROM {TABELL} e WHERE pgh_id = %s", TABELL, rad)[0][0]
        sql("UPDATE insatser_sigill SET avtryck = %s WHERE tabell = %s AND rad = %s", nytt, TABELL, rad)

    assert funna() == [f"{TABELL} {rad}: sigillet är ändrat, eller ett före det är borta"]


def test_ett_borttaget_sigill_marks_vid_nasta(forseglad: str, sql: Sql) -> None:
    forsta, nasta = Sigill.objects.filter(tabell=TABELL).order_by("pk")[:2]
    with utan_vakt("insatser_sigill"):
        sql("DELETE FROM insatser_sigill WHERE id = %s", forsta.pk)

    assert f"{TABELL} {nasta.rad}: sigillet är ändrat, eller ett före det är borta" in funna()


def test_en_ny_kolumn_andrar_inte_det_forseglade(forseglad: str, sql: Sql) -> None:
    sql(f"ALTER TABLE {TABELL} ADD COLUMN farg text DEFAULT 'blå'")

    assert funna() == []


def test_en_borttagen_kolumn_sager_vad_som_inte_gar_att_prova(forseglad: str, sql: Sql) -> None:
    sql(f"ALTER TABLE {TABELL} DROP COLUMN kontakt")
    nr = Forsegling.objects.get(tabell=TABELL).pk

    assert funna() == [f"{TABELL}: kolumnen kontakt är borttagen, så försegling {nr} går inte att pröva"]


@pytest.mark.parametrize("tabell", ["insatser_sigill", "insatser_forsegling"])
@pytest.mark.parametrize("sats", ["UPDATE {} SET tabell = 'x'", "DELETE FROM {}"])
def test_kedjan_laggs_bara_till(forseglad: str, sql: Sql, tabell: str, sats: str) -> None:
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        sql(sats.format(tabell))


# The commands


def kor(kommando: str, *argument: str) -> tuple[int, str]:
    """(how it ended, what it said)."""
    ut = io.StringIO()
    try:
        call_command(kommando, *argument, stdout=ut, stderr=ut)
    except SystemExit as slut:
        return int(slut.code or 0), ut.getvalue()
    return 0, ut.getvalue()


def test_forsegla_skriver_ut_huvudet_och_ger_det_utanfor(tmp_path: Path, mailoutbox: list[Any]) -> None:
    fil = tmp_path / "huvuden.txt"

    kod, text = kor("forsegla", "--till", str(fil), "--mejla", "revision@region.example")
    huvud = Sigill.objects.huvud().hex()

    assert (kod, huvud in text, huvud in fil.read_text()) == (0, True, True)
    assert [(b.to, huvud in str(b.body)) for b in mailoutbox] == [(["revision@region.example"], True)]
    kor("forsegla", "--till", str(fil))
    assert len(fil.read_text().splitlines()) == 2


def test_ett_huvud_som_inte_kommer_ut_sager_det(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="förseglad, men huvudet kom inte ut"):
        kor("forsegla", "--till", str(tmp_path / "finns" / "inte"))

    assert Sigill.objects.exists()


def test_verifiera_ar_tyst_om_rader_nar_allt_stammer(forseglad: str) -> None:
    kod, text = kor("verifiera", "--huvud", forseglad)

    assert (kod, text.startswith("Historiken stämmer: "), forseglad in text) == (0, True, True)


def test_verifiera_namner_raden_och_slutar_med_ett(forseglad: str, sql: Sql) -> None:
    rad = en_rad()
    with utan_vakt(TABELL):
        sql(f"UPDATE {TABELL} SET namn = 'Omskriven' WHERE pgh_id = %s", rad)

    kod, text = kor("verifiera")

    assert (kod, f"{TABELL} {rad}: ändrad" in text) == (1, True)


def test_ett_huvud_utifran_avslojar_en_omskriven_kedja(forseglad: str, sql: Sql) -> None:
    with utan_vakt("insatser_sigill", "insatser_forsegling"):
        sql("DELETE FROM insatser_sigill")
        sql("DELETE FROM insatser_forsegling")
    Aktor.objects.filter(slug="polisen").update(beskrivning="Ny")
    andringar.forsegla(av=None)

    assert kor("verifiera")[0] == 0
    kod, text = kor("verifiera", "--huvud", forseglad)
    assert (kod, "Huvudet finns inte i kedjan" in text) == (1, True)


@pytest.mark.parametrize("huvud", ["abc", "zz" * 32, "ab" * 31])
def test_ett_huvud_som_inget_ar(huvud: str) -> None:
    with pytest.raises(CommandError, match="64 tecken"):
        kor("verifiera", "--huvud", huvud)
