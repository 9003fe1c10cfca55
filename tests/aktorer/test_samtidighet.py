"""Two people change the same row: what does not overlap is merged, what does is shown and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from aktorer import andringar
from aktorer.grund.samtidighet import OKANT, Konflikt, Krock, sammanfoga, vid_version
from aktorer.models import Aktor, Anvandare


# What both started from, what stands there now, what I ask for; what is written, what is in conflict.
@pytest.mark.parametrize(
    ("bas", "deras", "mina", "skriv", "konflikter"),
    [
        # Nobody has changed anything.
        ({"a": 1}, {"a": 1}, {"a": 1}, {}, []),
        # Only I have.
        ({"a": 1}, {"a": 1}, {"a": 2}, {"a": 2}, []),
        # Only they have: theirs is kept.
        ({"a": 1}, {"a": 2}, {"a": 1}, {}, []),
        # Both, alike.
        ({"a": 1}, {"a": 2}, {"a": 2}, {}, []),
        # Both, differently.
        ({"a": 1}, {"a": 2}, {"a": 3}, {}, [Konflikt("a", 1, 2, 3)]),
        # Different fields of the same row.
        ({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}, {"b": 2}, []),
        # One field in conflict does not hide the other.
        ({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 3, "b": 2}, {"b": 2}, [Konflikt("a", 1, 2, 3)]),
        # Fields I do not ask about are left alone.
        ({"a": 1, "b": 1}, {"a": 2, "b": 2}, {"b": 1}, {}, []),
        # Both added the same one, differently; None: not there.
        ({}, {"a": 2}, {"a": 3}, {}, [Konflikt("a", None, 2, 3)]),
        # They took it away, I left it as it was; and the other way round.
        ({"a": 1}, {}, {"a": 1}, {}, []),
        ({"a": 1}, {"a": 1}, {"a": None}, {"a": None}, []),
        # They took away what I changed; I took away what they changed.
        ({"a": 1}, {}, {"a": 2}, {}, [Konflikt("a", 1, None, 2)]),
        ({"a": 1}, {"a": 2}, {"a": None}, {}, [Konflikt("a", 1, 2, None)]),
        # Empty and missing are not the same.
        ({"a": ""}, {"a": ""}, {"a": None}, {"a": None}, []),
        ({}, {}, {}, {}, []),
    ],
)
def test_sammanfoga(
    bas: dict[str, Any],
    deras: dict[str, Any],
    mina: dict[str, Any],
    skriv: dict[str, Any],
    konflikter: list[Konflikt],
) -> None:
    assert sammanfoga(bas, deras, mina) == (skriv, konflikter)


@pytest.fixture
def polisen(db: None) -> Aktor:
    return Aktor.objects.get(slug="polisen")


@pytest.fixture
def andra(polisen: Aktor) -> Callable[..., Aktor]:
    """Change Polisen as it was read at `version`."""

    def kor(version: int, **varden: Any) -> Aktor:
        return andringar.andra_aktor(av=None, aktor=polisen, version=version, **varden)

    return kor


def test_olika_falt_sammanfogas(andra: Callable[..., Aktor]) -> None:
    andra(1, namn="Polismyndigheten", webbplats="")
    andrad = andra(1, namn="Polisen", webbplats="https://polisen.se/")

    assert (andrad.namn, andrad.webbplats, andrad.version) == ("Polismyndigheten", "https://polisen.se/", 3)


def test_samma_falt_krockar_och_inget_skrivs(andra: Callable[..., Aktor], polisen: Aktor) -> None:
    andra(1, namn="Polismyndigheten")

    with pytest.raises(Krock) as krock:
        andra(1, namn="Polisen i Flemingsberg", webbplats="https://polisen.se/")

    assert krock.value.konflikter == [Konflikt("namn", "Polisen", "Polismyndigheten", "Polisen i Flemingsberg")]
    assert krock.value.version == 2
    polisen.refresh_from_db()
    assert (polisen.namn, polisen.webbplats, polisen.version) == ("Polismyndigheten", "", 2)


def test_samma_andring_tva_ganger_ar_en(andra: Callable[..., Aktor]) -> None:
    andra(1, namn="Polismyndigheten")

    assert andra(1, namn="Polismyndigheten").version == 2


def test_att_spara_igen_vid_den_nya_versionen_galler(andra: Callable[..., Aktor]) -> None:
    andra(1, namn="Polismyndigheten")

    assert andra(2, namn="Polisen i söder").namn == "Polisen i söder"


def test_en_andring_fran_sql_ar_en_andring(andra: Callable[..., Aktor], sql: Callable[..., object]) -> None:
    sql("UPDATE aktorer_aktor SET namn = 'Ur databasen' WHERE slug = 'polisen'")

    with pytest.raises(Krock) as krock:
        andra(1, namn="Från sidan")

    assert krock.value.konflikter == [Konflikt("namn", "Polisen", "Ur databasen", "Från sidan")]


def test_flera_versioner_bakat(andra: Callable[..., Aktor]) -> None:
    for version, text in enumerate(["ett", "två", "tre"], start=1):
        andra(version, beskrivning=text)

    with pytest.raises(Krock) as krock:
        andra(2, beskrivning="min")

    assert krock.value.konflikter == [Konflikt("beskrivning", "ett", "tre", "min")]


def test_fram_och_tillbaka_ar_ingen_krock(andra: Callable[..., Aktor]) -> None:
    andra(1, namn="Polismyndigheten")
    andra(2, namn="Polisen")

    assert andra(1, namn="Polisen i söder").namn == "Polisen i söder"


@pytest.mark.parametrize("version", [-1, 0, 7, 10**30])
def test_en_version_som_aldrig_funnits_skriver_inte_over(andra: Callable[..., Aktor], version: int) -> None:
    with pytest.raises(Krock) as krock:
        andra(version, namn="Gissning", slag="myndighet")

    assert krock.value.konflikter == [Konflikt("namn", OKANT, "Polisen", "Gissning")]


def test_ogiltigt_nekas_ocksa_efter_sammanfogning(andra: Callable[..., Aktor], polisen: Aktor) -> None:
    andra(1, beskrivning="Ny")

    with pytest.raises(ValidationError):
        andra(1, namn="Huddinge kommun")

    polisen.refresh_from_db()
    assert (polisen.namn, polisen.version) == ("Polisen", 2)


def test_vid_version_ger_raden_som_den_var(andra: Callable[..., Aktor], polisen: Aktor) -> None:
    andra(1, namn="Polismyndigheten")

    assert [getattr(vid_version(polisen, v), "namn", None) for v in (1, 2, 3)] == ["Polisen", "Polismyndigheten", None]


def test_krocken_berattar_vad_bara_de_andra_andrat(andra: Callable[..., Aktor], polisen: Aktor) -> None:
    """The form must show it: saving once more would else take it back unseen."""
    andra(1, namn="Polismyndigheten", beskrivning="Deras", kontakt="Deras")

    with pytest.raises(Krock) as krock:
        andra(1, namn="Min polis", beskrivning=polisen.beskrivning, webbplats="https://polisen.se/")

    assert [k.falt for k in krock.value.konflikter] == ["namn"]
    assert krock.value.bara_deras == {"beskrivning": "Deras"}


def test_andringen_vet_vem_som_gjorde_den(planerare: Anvandare, polisen: Aktor) -> None:
    andringar.andra_aktor(av=planerare, aktor=polisen, version=1, namn="Polismyndigheten")

    assert vid_version(polisen, 2).pgh_context["namn"] == str(planerare)
