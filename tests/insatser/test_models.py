"""The rules of insatser, lägen and plans hold in the database: against the ORM and against SQL at a prompt."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from aktorer.models import Aktor
from insatser.models import (
    Aktivitet,
    AktivitetAktor,
    Fardplan,
    Fardriktning,
    Handlingsplan,
    Insats,
    Karnkommun,
    Lagesrapport,
    Malomrade,
    Medverkan,
    Prioritering,
    Program,
    Samband,
    Stadskarna,
)
from tests import klocka

pytestmark = pytest.mark.django_db

type Nekas = Callable[[str], AbstractContextManager[None]]
type Sql = Callable[..., list[tuple[Any, ...]]]
type Rader = dict[str, Any]


@pytest.fixture
def r(flemingsberg: Fardplan, haninge: Fardplan, insats: Callable[[str], Insats]) -> Rader:
    """The rows that the tables below speak of: Flemingsberg's, Haninge's, and a program of 1999 with one of each."""
    gammalt = Program.objects.create(namn="Verksamhetsplan 1999–2001", slug="vp-1999", ar_fran=1999, ar_till=2001)
    gammalt_m1 = Malomrade.objects.create(program=gammalt, nummer=1, namn="Strategi 1", farg=1, ikon="stad")
    gammal = Fardplan.objects.create(program=gammalt, stadskarna=flemingsberg.stadskarna)
    plan = Handlingsplan.objects.get(fardplan=flemingsberg)
    return {
        "program": flemingsberg.program,
        "gammalt": gammalt,
        "gammalt_m1": gammalt_m1,
        "gammal": gammal,
        "gammal_insats": Insats.objects.create(malomrade=gammalt_m1, fardplan=gammal, ordning=1, titel="Från 1999"),
        "gammal_gemensam": Insats.objects.create(malomrade=gammalt_m1, ordning=2, titel="Gemensam 1999"),
        "flemingsberg": flemingsberg,
        "haninge": haninge,
        "karna": flemingsberg.stadskarna,
        "annan_karna": haninge.stadskarna,
        "m1": Malomrade.objects.get(program=flemingsberg.program, nummer=1),
        "m2": Malomrade.objects.get(program=flemingsberg.program, nummer=2),
        "gemensam": insats("1.1"),
        "egen": insats("1.3"),
        "annan_egen": insats("1.4"),
        "plan": plan,
        "prio": plan.prioriteringar.get(ordning=1),
        "aktivitet": Aktivitet.objects.filter(prioritering__handlingsplan=plan, ordning=1).first(),
        "region": Aktor.objects.get(slug="region-stockholm"),
        "huddinge": Aktor.objects.get(slug="huddinge-kommun"),
        "polisen": Aktor.objects.get(slug="polisen"),
        "botkyrka": Aktor.objects.get(slug="botkyrka-kommun"),
    }


@pytest.fixture
def kor(r: Rader, sql: Sql) -> Callable[[str], list[tuple[Any, ...]]]:
    """SQL with the rows above by name: `%(egen)s` is the id of 1.3."""

    def med_rader(text: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(text, {namn: rad.pk for namn, rad in r.items()})
            return cursor.fetchall() if cursor.description else []

    return med_rader


LAGE = (
    "INSERT INTO insatser_lagesrapport (insats_id, stadskarna_id, datum, status, bedomning, kommentar, exempel) VALUES"
)
INSATS = (
    "INSERT INTO insatser_insats"
    " (malomrade_id, fardplan_id, ordning, titel, text, kalla, kallnotering, avford, avford_skal, version) VALUES"
    " ({}, '', '', '', {}, 1)"
)
PLAN = (
    "INSERT INTO insatser_handlingsplan (fardplan_id, ar_fran, ar_till, status, inledning, exempel, version) VALUES"
    " (%(flemingsberg)s, {}, '', false, 1)"
)
AKTIVITET = (
    "INSERT INTO insatser_aktivitet (prioritering_id, ordning, titel, resultat, start, slut, status, version) VALUES"
)


def insats_(r: Rader, **varden: Any) -> Insats:
    return Insats.objects.create(**{"malomrade": r["m1"], "ordning": 90, "titel": "Prov"} | varden)


def lage_(r: Rader, **varden: Any) -> Lagesrapport:
    vanligt = {"insats": r["egen"], "stadskarna": r["karna"], "datum": "2026-11-20", "status": "genomford"}
    return Lagesrapport.objects.create(**vanligt | varden)


def plan_(r: Rader, fran: int, till: int, status: str = "utkast") -> Handlingsplan:
    return Handlingsplan.objects.create(fardplan=r["flemingsberg"], ar_fran=fran, ar_till=till, status=status)


def _malomrade_sql(nummer: int) -> str:
    return (
        "INSERT INTO insatser_malomrade (program_id, nummer, namn, beskrivning, farg, ikon, version)"
        f" VALUES (%(program)s, {nummer}, 'Ett till', '', 1, 'stad', 1)"
    )


# The rule's name in the database, a way past it by the ORM, and one by SQL.
REGLER: list[tuple[str, Callable[[Rader], object], str]] = [
    (
        "insatser_program_namn_key",
        lambda r: Program.objects.create(namn="Färdplaner 2026", slug="kopia", ar_fran=2027),
        "UPDATE insatser_program SET namn = 'Färdplaner 2026' WHERE id = %(gammalt)s",
    ),
    (
        "insatser_program_slug_key",
        lambda r: Program.objects.create(namn="Kopia", slug="fardplaner-2026", ar_fran=2027),
        "UPDATE insatser_program SET slug = 'fardplaner-2026' WHERE id = %(gammalt)s",
    ),
    (
        "insatser_program_ar_fran_key",
        lambda r: Program.objects.create(namn="Kopia", slug="kopia", ar_fran=2026),
        "UPDATE insatser_program SET ar_fran = 2026, ar_till = NULL WHERE id = %(gammalt)s",
    ),
    (
        "program_slut_efter_start",
        lambda r: Program.objects.create(namn="Bakvänt", slug="bakvant", ar_fran=2027, ar_till=2026),
        "UPDATE insatser_program SET ar_till = 2025 WHERE id = %(program)s",
    ),
    (
        "malomrade_nummer_en_gang",
        lambda r: Malomrade.objects.create(program=r["program"], nummer=1, namn="Ett till", farg=1, ikon="stad"),
        _malomrade_sql(1),
    ),
    (
        "malomrade_nummer_giltigt",
        lambda r: Malomrade.objects.create(program=r["program"], nummer=100, namn="Hundra", farg=1, ikon="stad"),
        _malomrade_sql(0),
    ),
    (
        "malomrade_nummer_star_fast",
        lambda r: Malomrade.objects.filter(pk=r["m2"].pk).update(nummer=9),
        "UPDATE insatser_malomrade SET nummer = 9 WHERE id = %(m2)s",
    ),
    (
        "malomrade_ikon_giltig",
        lambda r: Malomrade.objects.create(program=r["program"], nummer=9, namn="Drake", farg=1, ikon="drake"),
        "UPDATE insatser_malomrade SET ikon = 'drake' WHERE id = %(m2)s",
    ),
    (
        "malomrade_farg_giltig",
        lambda r: Malomrade.objects.create(program=r["program"], nummer=9, namn="Lila", farg=10, ikon="stad"),
        "UPDATE insatser_malomrade SET farg = 0 WHERE id = %(m2)s",
    ),
    (
        "insatser_stadskarna_slug_key",
        lambda r: Stadskarna.objects.create(namn="Ny", slug="flemingsberg", ordning=9),
        "UPDATE insatser_stadskarna SET slug = 'flemingsberg' WHERE id = %(annan_karna)s",
    ),
    (
        "stadskarna_ordning_en_gang",
        lambda r: Stadskarna.objects.create(namn="Ny", slug="ny", ordning=3),
        "UPDATE insatser_stadskarna SET ordning = 3 WHERE id = %(annan_karna)s",
    ),
    (
        "karnkommun_en_gang",
        lambda r: Karnkommun.objects.create(stadskarna=r["karna"], aktor=r["huddinge"], ordning=9),
        "INSERT INTO insatser_karnkommun (stadskarna_id, aktor_id, ordning) VALUES (%(karna)s, %(huddinge)s, 9)",
    ),
    (
        "karnkommun_ordning_en_gang",
        lambda r: Karnkommun.objects.create(stadskarna=r["karna"], aktor=r["polisen"], ordning=1),
        "UPDATE insatser_karnkommun SET ordning = 1 WHERE stadskarna_id = %(karna)s AND aktor_id = %(botkyrka)s",
    ),
    (
        "fardplan_en_per_stadskarna",
        lambda r: Fardplan.objects.create(program=r["program"], stadskarna=r["karna"]),
        "INSERT INTO insatser_fardplan"
        " (program_id, stadskarna_id, karaktar_rubrik, karaktar, kalla, publicerad, tillbakadragen_skal, version)"
        " VALUES (%(program)s, %(karna)s, '', '', '', false, '', 1)",
    ),
    (
        "fardplan_tillbakadragen_med_skal",
        lambda r: Fardplan.objects.filter(pk=r["flemingsberg"].pk).update(tillbakadragen=klocka.IDAG),
        "UPDATE insatser_fardplan SET tillbakadragen_skal = 'Därför' WHERE id = %(flemingsberg)s",
    ),
    (
        "fardplan_publicerad_med_karaktar",
        lambda r: Fardplan.objects.filter(pk=r["flemingsberg"].pk).update(karaktar=" "),
        "UPDATE insatser_fardplan SET publicerad = true WHERE stadskarna_id <> %(karna)s",
    ),
    (
        "fardriktning_en_per_malomrade",
        lambda r: Fardriktning.objects.create(fardplan=r["flemingsberg"], malomrade=r["m1"], rubrik="Kopia"),
        "UPDATE insatser_fardriktning SET malomrade_id = %(m1)s"
        " WHERE fardplan_id = %(flemingsberg)s AND malomrade_id = %(m2)s",
    ),
    (
        "fardriktning_samma_program",
        lambda r: Fardriktning.objects.create(fardplan=r["gammal"], malomrade=r["m1"], rubrik="Fel program"),
        "UPDATE insatser_fardriktning SET malomrade_id = %(gammalt_m1)s WHERE malomrade_id = %(m1)s",
    ),
    # A number is taken by a gemensam insats, by an own one, and for a gemensam one by any kärna's own.
    (
        "insats_nummer_en_gang",
        lambda r: insats_(r, ordning=1, fardplan=r["flemingsberg"]),
        "UPDATE insatser_insats SET ordning = 1 WHERE id = %(egen)s",
    ),
    (
        "insats_nummer_en_gang",
        lambda r: insats_(r, ordning=3, fardplan=r["flemingsberg"]),
        "UPDATE insatser_insats SET ordning = 4 WHERE id = %(egen)s",
    ),
    (
        "insats_nummer_en_gang",
        lambda r: insats_(r, ordning=3),
        "UPDATE insatser_insats SET ordning = 3 WHERE id = %(gemensam)s",
    ),
    (
        "insats_nummer_en_gang",
        lambda r: insats_(r, ordning=2),
        "UPDATE insatser_insats SET ordning = 2 WHERE id = %(gemensam)s",
    ),
    (
        "insats_ordning_giltig",
        lambda r: insats_(r, ordning=0),
        "UPDATE insatser_insats SET ordning = 100000 WHERE id = %(egen)s",
    ),
    (
        "insats_har_titel",
        lambda r: insats_(r, titel=""),
        "UPDATE insatser_insats SET titel = ' ' WHERE id = %(egen)s",
    ),
    (
        "insats_avford_med_skal",
        lambda r: insats_(r, avford="2026-11-01"),
        "UPDATE insatser_insats SET avford = '2026-11-01' WHERE id = %(egen)s",
    ),
    (
        "insats_avford_med_skal",
        lambda r: insats_(r, avford="2026-11-01", avford_skal="\n"),
        "UPDATE insatser_insats SET avford_skal = 'Därför' WHERE id = %(egen)s",
    ),
    (
        "insats_samma_program",
        lambda r: insats_(r, fardplan=r["gammal"]),
        "UPDATE insatser_insats SET malomrade_id = %(gammalt_m1)s, ordning = 90 WHERE id = %(egen)s",
    ),
    (
        "insats_samma_program",
        lambda r: insats_(r, malomrade=r["gammalt_m1"], fardplan=r["flemingsberg"]),
        INSATS.format("%(m1)s, %(gammal)s, 90, 'Fel program'", "NULL, ''"),
    ),
    (
        "insats_bara_egna_lagen",
        lambda r: (lage_(r, insats=r["gemensam"], stadskarna=r["annan_karna"]),
                   Insats.objects.filter(pk=r["gemensam"].pk).update(fardplan=r["flemingsberg"])),
        "UPDATE insatser_insats SET fardplan_id = %(haninge)s WHERE id = %(gemensam)s",
    ),
    (
        "insats_bara_egna_prioriteringar",
        lambda r: (Prioritering.objects.create(
                       handlingsplan=Handlingsplan.objects.create(fardplan=r["haninge"], ar_fran=2026, ar_till=2027),
                       insats=(ny := insats_(r)), ordning=1),
                   Insats.objects.filter(pk=ny.pk).update(fardplan=r["flemingsberg"])),
        INSATS.format("%(m1)s, NULL, 90, 'Ny'", "NULL, ''") + ";"
        "INSERT INTO insatser_prioritering (handlingsplan_id, insats_id, ordning, skal, version)"
        " SELECT %(plan)s, id, 99, '', 1 FROM insatser_insats WHERE titel = 'Ny';"
        "UPDATE insatser_insats SET fardplan_id = %(haninge)s WHERE titel = 'Ny'",
    ),
    (
        "medverkan_en_roll_per_aktor",
        lambda r: Medverkan.objects.create(insats=r["gemensam"], aktor=r["region"], roll="medverkande"),
        "UPDATE insatser_medverkan SET aktor_id = %(region)s WHERE insats_id = %(gemensam)s",
    ),
    (
        "medverkan_hogst_en_ansvarig",
        lambda r: Medverkan.objects.create(insats=r["gemensam"], aktor=r["huddinge"], roll="ansvarig"),
        "UPDATE insatser_medverkan SET roll = 'ansvarig' WHERE insats_id = %(gemensam)s",
    ),
    (
        "samband_inte_med_sig_sjalv",
        lambda r: Samband.objects.create(fran=r["egen"], till=r["egen"], slag="hanger_ihop"),
        "INSERT INTO insatser_samband (fran_id, till_id, slag) VALUES (%(egen)s, %(egen)s, 'ersatter')",
    ),
    (
        "samband_en_gang",
        lambda r: (Samband.objects.create(fran=r["egen"], till=r["gemensam"], slag="hanger_ihop"),
                   Samband.objects.create(fran=r["gemensam"], till=r["egen"], slag="hanger_ihop")),
        "INSERT INTO insatser_samband (fran_id, till_id, slag)"
        " VALUES (%(egen)s, %(gemensam)s, 'ersatter'), (%(egen)s, %(gemensam)s, 'ersatter')",
    ),
    (
        "lage_bedomning_nar_den_kravs",
        lambda r: lage_(r, status="pagar"),
        f"{LAGE} (%(egen)s, %(karna)s, '2026-11-20', 'planerad', '', '', false)",
    ),
    (
        "lage_bedomning_nar_den_kravs",
        lambda r: lage_(r, status="pausad", kommentar="Därför"),
        f"{LAGE} (%(egen)s, %(karna)s, '2026-11-20', 'pausad', '', 'Därför', false)",
    ),
    (
        "lage_kommentar_nar_den_kravs",
        lambda r: lage_(r, status="pagar", bedomning="risk"),
        f"{LAGE} (%(egen)s, %(karna)s, '2026-11-20', 'pagar', 'avviker', '', false)",
    ),
    (
        "lage_kommentar_nar_den_kravs",
        lambda r: lage_(r, status="avbruten", kommentar=" \n"),
        f"{LAGE} (%(egen)s, %(karna)s, '2026-11-20', 'pausad', 'enligt_plan', ' ', false)",
    ),
    (
        "lage_status_giltig",
        lambda r: lage_(r, status="klar"),
        f"{LAGE} (%(egen)s, %(karna)s, '2026-11-20', '', '', '', false)",
    ),
    (
        "lage_bedomning_giltig",
        lambda r: lage_(r, bedomning="bra"),
        f"{LAGE} (%(egen)s, %(karna)s, '2026-11-20', 'genomford', 'bra', '', false)",
    ),
    (
        "lage_i_ratt_stadskarna",
        lambda r: lage_(r, stadskarna=r["annan_karna"]),
        f"{LAGE} (%(egen)s, %(annan_karna)s, '2026-11-20', 'genomford', '', '', false)",
    ),
    (
        "handlingsplan_en_per_period",
        lambda r: plan_(r, klocka.FRAN, klocka.TILL),
        PLAN.format(f"{klocka.FRAN}, {klocka.TILL}, 'utkast'"),
    ),
    (
        "handlingsplan_slut_efter_start",
        lambda r: plan_(r, 2029, 2028),
        "UPDATE insatser_handlingsplan SET ar_till = 2025 WHERE id = %(plan)s",
    ),
    (
        "handlingsplan_slut_efter_start",
        lambda r: plan_(r, 1989, 1990),
        "UPDATE insatser_handlingsplan SET ar_fran = 2098, ar_till = 2100 WHERE id = %(plan)s",
    ),
    (
        "handlingsplan_beslutade_overlappar_inte",
        lambda r: (plan_(r, 2028, 2029, "beslutad"), plan_(r, 2029, 2030, "beslutad")),
        PLAN.format("2030, 2031, 'beslutad'") + ";" + PLAN.format("2031, 2032, 'beslutad'"),
    ),
    (
        "handlingsplan_beslutade_overlappar_inte",
        lambda r: (plan_(r, klocka.TILL, klocka.TILL + 1, "beslutad"), Handlingsplan.objects.update(status="beslutad")),
        PLAN.format(f"{klocka.TILL}, {klocka.TILL + 1}, 'beslutad'")
        + "; UPDATE insatser_handlingsplan SET status = 'beslutad'",
    ),
    (
        "prioritering_insats_en_gang",
        lambda r: Prioritering.objects.create(handlingsplan=r["plan"], insats=r["prio"].insats, ordning=99),
        "INSERT INTO insatser_prioritering (handlingsplan_id, insats_id, ordning, skal, version)"
        " SELECT handlingsplan_id, insats_id, 99, '', 1 FROM insatser_prioritering WHERE id = %(prio)s",
    ),
    (
        "prioritering_ordning_en_gang",
        lambda r: Prioritering.objects.create(handlingsplan=r["plan"], insats=r["gemensam"], ordning=1),
        "UPDATE insatser_prioritering SET ordning = 2 WHERE id = %(prio)s",
    ),
    (
        "prioritering_i_ratt_fardplan",
        lambda r: Prioritering.objects.create(
            handlingsplan=Handlingsplan.objects.create(fardplan=r["haninge"], ar_fran=2026, ar_till=2027),
            insats=r["egen"], ordning=1),
        "UPDATE insatser_prioritering SET insats_id = %(gammal_insats)s WHERE id = %(prio)s",
    ),
    (
        "prioritering_i_ratt_fardplan",
        lambda r: Prioritering.objects.create(handlingsplan=r["plan"], insats=r["gammal_gemensam"], ordning=99),
        "UPDATE insatser_prioritering SET insats_id = %(gammal_gemensam)s WHERE id = %(prio)s",
    ),
    (
        "aktivitet_ordning_en_gang",
        lambda r: Aktivitet.objects.create(prioritering=r["aktivitet"].prioritering, ordning=1, titel="Kopia"),
        f"{AKTIVITET} (%(prio)s, 99, 'A', '', NULL, NULL, 'pagar', 1), (%(prio)s, 99, 'B', '', NULL, NULL, 'pagar', 1)",
    ),
    (
        "aktivitet_slut_efter_start",
        lambda r: Aktivitet.objects.create(
            prioritering=r["prio"], ordning=99, titel="Bakvänd", start="2026-07-01", slut="2026-06-30"),
        "UPDATE insatser_aktivitet SET start = '2026-07-01', slut = '2026-06-30' WHERE id = %(aktivitet)s",
    ),
    (
        "aktivitet_status_giltig",
        lambda r: Aktivitet.objects.create(prioritering=r["prio"], ordning=99, titel="Klar", status="klar"),
        "UPDATE insatser_aktivitet SET status = '' WHERE id = %(aktivitet)s",
    ),
    (
        "aktivitet_kommentar_nar_den_kravs",
        lambda r: Aktivitet.objects.create(
            prioritering=r["prio"], ordning=99, titel="Vilar", status="pausad", kommentar=" \n"),
        "UPDATE insatser_aktivitet SET status = 'avbruten' WHERE id = %(aktivitet)s",
    ),
    (
        "aktivitetaktor_en_roll_per_aktor",
        lambda r: [AktivitetAktor.objects.create(aktivitet=r["aktivitet"], aktor=r["polisen"], roll="medverkande")
                   for _ in range(2)],
        "UPDATE insatser_aktivitetaktor SET aktor_id = %(region)s WHERE aktivitet_id = %(aktivitet)s",
    ),
    (
        "aktivitetaktor_hogst_en_ansvarig",
        lambda r: [AktivitetAktor.objects.create(aktivitet=a, aktor=aktor, roll="ansvarig")
                   for a in [Aktivitet.objects.create(prioritering=r["prio"], ordning=99, titel="Ny")]
                   for aktor in (r["region"], r["huddinge"])],
        "UPDATE insatser_aktivitetaktor SET roll = 'ansvarig' WHERE aktivitet_id = %(aktivitet)s",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("regel", "orm"), [pytest.param(n, o, id=f"{n}-{i}") for i, (n, o, _) in enumerate(REGLER)])
def test_regeln_haller_mot_orm(nekas: Nekas, r: Rader, regel: str, orm: Callable[[Rader], object]) -> None:
    with nekas(regel):
        orm(r)


@pytest.mark.parametrize(("regel", "sats"), [pytest.param(n, s, id=f"{n}-{i}") for i, (n, _, s) in enumerate(REGLER)])
def test_regeln_haller_mot_sql(nekas: Nekas, kor: Callable[[str], object], regel: str, sats: str) -> None:
    with nekas(regel):
        for del_ in sats.split(";"):
            kor(del_)


# What is fixed once written, and the words the database refuses with.
LAST = [
    ("UPDATE insatser_fardplan SET program_id = %(gammalt)s WHERE id = %(haninge)s", "Cannot update rows"),
    ("UPDATE insatser_fardplan SET stadskarna_id = %(annan_karna)s WHERE id = %(gammal)s", "Cannot update rows"),
    ("UPDATE insatser_malomrade SET program_id = %(gammalt)s WHERE id = %(m2)s", "Cannot update rows"),
    ("UPDATE insatser_handlingsplan SET fardplan_id = %(haninge)s WHERE id = %(plan)s", "Cannot update rows"),
    ("DELETE FROM insatser_lagesrapport", "Cannot delete rows"),
    ("DELETE FROM insatser_insats WHERE id = %(egen)s", "Cannot delete rows"),
    ("DELETE FROM insatser_insats WHERE id = %(gammal_insats)s", "Cannot delete rows"),
]


def _langt_efterat(r: Rader) -> None:
    """When all has been there for days, and been public."""
    Fardplan.objects.filter(pk=r["gammal"].pk).update(publicerad=True, karaktar="Karaktär")
    Insats.objects.update(skapad=timezone.now() - timedelta(days=2))


@pytest.mark.parametrize(("sats", "skal"), LAST)
def test_det_som_ar_last_andras_inte_med_sql(kor: Callable[[str], object], r: Rader, sats: str, skal: str) -> None:
    _langt_efterat(r)

    with pytest.raises(DatabaseError, match=f"pgtrigger: {skal}"), transaction.atomic():
        kor(sats)


@pytest.mark.parametrize(
    "andra",
    [
        lambda r: r["gammal_insats"].delete(),
        lambda r: Insats.objects.filter(pk=r["gammal_insats"].pk).delete(),
        lambda r: lage_(r).delete(),
        lambda r: Fardplan.objects.filter(pk=r["haninge"].pk).update(program=r["gammalt"]),
        lambda r: Handlingsplan.objects.update(fardplan=r["haninge"]),
    ],
)
def test_det_som_ar_last_andras_inte_med_orm(r: Rader, andra: Callable[[Rader], object]) -> None:
    _langt_efterat(r)

    with pytest.raises(DatabaseError, match="pgtrigger: Cannot"), transaction.atomic():
        andra(r)


@pytest.mark.parametrize(
    "andring",
    [
        "kommentar = 'Ändrad'",
        "datum = datum",
        "aterkallad = NULL",
        "aterkallad = now(), kommentar = 'Ändrad'",
    ],
)
def test_en_lagesrapport_andras_inte(kor: Callable[[str], object], nekas: Nekas, andring: str) -> None:
    with nekas("lage_andras_inte"):
        kor(f"UPDATE insatser_lagesrapport SET {andring}")


def test_en_lagesrapport_aterkallas_en_gang(kor: Callable[[str], object], nekas: Nekas) -> None:
    kor("UPDATE insatser_lagesrapport SET aterkallad = now()")

    with nekas("lage_andras_inte"):
        kor("UPDATE insatser_lagesrapport SET aterkallad = NULL")


@pytest.mark.parametrize("rad", ["flemingsberg", "karna", "program", "m1", "plan", "prio", "huddinge", "gemensam"])
def test_det_som_andra_rader_vilar_pa_tas_inte_bort(r: Rader, rad: str) -> None:
    with pytest.raises(ProtectedError):
        r[rad].delete()


@pytest.mark.parametrize(
    ("tabell", "rad", "andring"),
    [
        ("fardplan", "flemingsberg", "karaktar = 'Ny'"),
        ("insats", "egen", "titel = 'Ny'"),
        ("insats", "egen", "titel = titel"),
        ("handlingsplan", "plan", "inledning = 'Ny'"),
        ("prioritering", "prio", "skal = 'Ny'"),
        ("aktivitet", "aktivitet", "titel = 'Ny'"),
    ],
)
def test_sql_raknar_upp_versionen(
    kor: Callable[[str], list[tuple[Any, ...]]], r: Rader, tabell: str, rad: str, andring: str
) -> None:
    fore = r[rad].version

    kor(f"UPDATE insatser_{tabell} SET {andring} WHERE id = %({rad})s")

    assert kor(f"SELECT version FROM insatser_{tabell} WHERE id = %({rad})s") == [(fore + 1,)]


def test_fardriktningens_version_raknas_upp(kor: Callable[[str], list[tuple[Any, ...]]]) -> None:
    kor("UPDATE insatser_fardriktning SET rubrik = 'Ny' WHERE malomrade_id = %(m1)s")

    assert kor("SELECT rubrik, version FROM insatser_fardriktning WHERE malomrade_id = %(m1)s") == [("Ny", 2)]


def test_samma_nummer_i_tva_karnor_ar_tva_insatser(r: Rader, haninge: Fardplan) -> None:
    ny = insats_(r, ordning=3, fardplan=haninge)

    assert ny.nummer == r["egen"].nummer == "1.3"


def test_avford_behaller_sitt_nummer(r: Rader, nekas: Nekas) -> None:
    Insats.objects.filter(pk=r["egen"].pk).update(avford="2026-11-01", avford_skal="Klar")

    with nekas("insats_nummer_en_gang"):
        insats_(r, ordning=3, fardplan=r["flemingsberg"])


def test_tva_insatser_kan_byta_nummer_i_en_transaktion(kor: Callable[[str], object], r: Rader) -> None:
    kor("SET CONSTRAINTS insats_nummer_en_gang DEFERRED")
    kor("UPDATE insatser_insats SET ordning = 7 - ordning WHERE id IN (%(egen)s, %(annan_egen)s)")
    connection.check_constraints()

    assert [Insats.objects.get(pk=r[rad].pk).ordning for rad in ("egen", "annan_egen")] == [4, 3]


def test_prioriteringar_kan_byta_plats_i_en_sats(kor: Callable[[str], list[tuple[Any, ...]]]) -> None:
    kor("UPDATE insatser_prioritering SET ordning = 6 - ordning WHERE handlingsplan_id = %(plan)s")
    connection.check_constraints()

    assert kor("SELECT ordning FROM insatser_prioritering WHERE id = %(prio)s") == [(5,)]


def test_gemensam_med_eget_lage_kan_bli_karnspecifik_dar(r: Rader) -> None:
    ny = insats_(r)
    lage_(r, insats=ny)
    Prioritering.objects.create(handlingsplan=r["plan"], insats=ny, ordning=99)

    Insats.objects.filter(pk=ny.pk).update(fardplan=r["flemingsberg"])

    ny.refresh_from_db()
    assert ny.typ == "Kärnspecifik"


def test_utkast_far_overlappa_beslutade_och_andra_karnor(r: Rader) -> None:
    till = klocka.TILL
    planer = [
        plan_(r, till, till + 1, "beslutad"),
        plan_(r, till + 2, till + 3, "beslutad"),
        plan_(r, till + 1, till + 2),
        Handlingsplan.objects.create(fardplan=r["haninge"], ar_fran=till, ar_till=till + 1, status="beslutad"),
    ]

    assert [p.ar_fran - till for p in planer] == [0, 2, 1, 0]


def test_plan_for_ett_ar(r: Rader) -> None:
    plan = plan_(r, 1999, 1999, "beslutad")

    assert (plan.period, plan.period_i_text, str(plan), plan.ar_utkast) == ("1999", "1999", "Handlingsplan 1999", False)


def test_regelns_ord_nar_fram_till_den_som_skriver(r: Rader) -> None:
    """The constraints' own messages, as full_clean puts them before people."""
    with pytest.raises(ValidationError) as nummer:
        Insats(malomrade=r["m1"], ordning=3, titel="Upptagen").full_clean()
    with pytest.raises(ValidationError) as plan:
        Handlingsplan(fardplan=r["flemingsberg"], ar_fran=2030, ar_till=2029).full_clean()

    assert nummer.value.messages == ["Numret är upptaget i målområdet."]
    assert plan.value.messages == ["Planen kan inte sluta innan den börjar."]


def test_numret_ar_malomradets_och_ordningen(insats: Callable[[str], Insats]) -> None:
    rad = insats("4.5")

    assert (rad.nummer, rad.typ, str(rad)[:9]) == ("4.5", "Kärnspecifik", "4.5 Under")


def test_1_10_kommer_efter_1_9(flemingsberg: Fardplan, r: Rader) -> None:
    for ordning in (10, 9, 100):
        insats_(r, ordning=ordning, fardplan=flemingsberg)

    i_ordning = Insats.objects.i_fardplan(flemingsberg).filter(malomrade=r["m1"]).i_nummerordning()
    assert [i.nummer for i in i_ordning] == ["1.1", "1.2", "1.3", "1.4", "1.5", "1.9", "1.10", "1.100"]


@pytest.mark.parametrize(
    ("modell", "nyckel"),
    [
        (Insats, ("fardplaner-2026", 1, 1, None)),
        (Insats, ("fardplaner-2026", 1, 3, "flemingsberg")),
        (Fardplan, ("fardplaner-2026", "haninge")),
        (Handlingsplan, ("fardplaner-2026", "flemingsberg", klocka.FRAN, klocka.TILL)),
        (Malomrade, ("fardplaner-2026", 4)),
        (Stadskarna, ("taby-arninge",)),
        (Program, ("fardplaner-2026",)),
    ],
)
def test_naturliga_nycklar_gar_fram_och_tillbaka(modell: Any, nyckel: tuple[Any, ...]) -> None:
    assert modell.objects.get_by_natural_key(*nyckel).natural_key() == nyckel
