"""What the tests of insatser share: Flemingsberg's färdplan and ways to reach into it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aktorer.models import Aktor, Anvandare
from aktorer.roller import Anvandarroll
from insatser.andringar import insats as andringar
from insatser.andringar import uppfoljning
from insatser.andringar.roller import Rollrad
from insatser.fragor import lank
from insatser.fragor import uppfoljning as fragor
from insatser.models import Fardplan, Insats, Lagesrapport, Malomrade, Mottagare, Omgang, Stadskarna, Tillfragan
from insatser.regler.medverkan import Deltagande, Roll
from tests import klocka
from tests.conftest import publicerad


@pytest.fixture
def flemingsberg(db: None) -> Fardplan:
    return Fardplan.objects.select_related("stadskarna", "program").get_by_natural_key(
        "fardplaner-2026", "flemingsberg"
    )


@pytest.fixture
def utkastet(db: None) -> Fardplan:
    """The färdplan of Haninge: a draft, of the same program, with nothing written in it."""
    return Fardplan.objects.select_related("stadskarna", "program").get_by_natural_key("fardplaner-2026", "haninge")


@pytest.fixture
def haninge(utkastet: Fardplan) -> Fardplan:
    """The same, published with no insats of its own."""
    return publicerad(utkastet)


@pytest.fixture
def insats(flemingsberg: Fardplan) -> Callable[[str], Insats]:
    """The insats with a number in Flemingsberg, as it is now."""

    def hamta(nummer: str) -> Insats:
        return Insats.objects.i_fardplan(flemingsberg).med_nummer(nummer).select_related("malomrade", "fardplan").get()

    return hamta


@pytest.fixture
def aktor(db: None) -> Callable[[str], Aktor]:
    return lambda slug: Aktor.objects.get(slug=slug)


@pytest.fixture
def person(db: None) -> Callable[..., Anvandare]:
    """An account of a role, and of an aktör when given its slug."""

    def skapa(roll: str, aktor: str = "", **varden: Any) -> Anvandare:
        tillhor = Aktor.objects.get(slug=aktor) if aktor else None
        epost = f"{roll}.{aktor}@prov.example"
        if roll == Anvandarroll.KONTAKT:
            varden = {"password": make_password(None)} | varden
        return Anvandare.objects.create(epost=epost, namn="Prov", roll=roll, aktor=tillhor, **varden)

    return skapa


@pytest.fixture
def lage(db: None) -> Callable[..., Lagesrapport]:
    """A report that says nothing special unless told."""

    def skapa(insats: Insats, stadskarna: Stadskarna, **varden: Any) -> Lagesrapport:
        vanligt = {"datum": klocka.om(-1), "status": "pagar", "bedomning": "enligt_plan"}
        return Lagesrapport.objects.create(insats=insats, stadskarna=stadskarna, **vanligt | varden)

    return skapa


@pytest.fixture
def rolla(insats: Callable[[str], Insats]) -> Callable[..., Insats]:
    """Set the roles of an insats: ansvarig or None, then medverkande, by slug; what they answer for by first word."""

    def kor(nummer: str, version: int, ansvarig: str | None, *medverkande: str, **svarar: str) -> Insats:
        ids = dict(Aktor.objects.values_list("slug", "pk"))
        alla = [(ansvarig, Roll.ANSVARIG)] if ansvarig else []
        alla += [(slug, Roll.MEDVERKANDE) for slug in medverkande]
        rader = [Rollrad(ids[s], roll, svarar.get(s.split("-")[0], ""), Deltagande.EXEMPEL) for s, roll in alla]
        return andringar.andra_roller(av=None, insats=insats(nummer), version=version, roller=rader)

    return kor


@pytest.fixture
def roller(insats: Callable[[str], Insats]) -> Callable[[str], tuple[str | None, list[str]]]:
    """(ansvarig, medverkande in order) of an insats, by slug."""

    def las(nummer: str) -> tuple[str | None, list[str]]:
        rad = insats(nummer)
        return (rad.ansvarig.aktor.slug if rad.ansvarig else None, [m.aktor.slug for m in rad.medverkande])

    return las


@pytest.fixture
def som_planerare(client: Client, planerare: Anvandare) -> Client:
    client.force_login(planerare)
    return client


@pytest.fixture
def m1(flemingsberg: Fardplan) -> Malomrade:
    return Malomrade.objects.get(program=flemingsberg.program, nummer=1)


@pytest.fixture
def m2(flemingsberg: Fardplan) -> Malomrade:
    return Malomrade.objects.get(program=flemingsberg.program, nummer=2)


@pytest.fixture
def sql(db: None) -> Callable[..., list[tuple[Any, ...]]]:
    """Run SQL as somebody at a prompt would, past all Python."""

    def kor(text: str, *varden: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(text, varden)
            return cursor.fetchall() if cursor.description else []

    return kor


@pytest.fixture
def nekas(db: None) -> Callable[[str], AbstractContextManager[None]]:
    """The database refuses what is done in the block, at once or at commit, by the constraint or rule of that name."""

    @contextmanager
    def provat() -> Iterator[None]:
        yield
        connection.check_constraints()

    @contextmanager
    def av(villkor: str) -> Iterator[None]:
        with pytest.raises(IntegrityError) as fel, transaction.atomic(), provat():
            yield
        assert fel.value.__cause__.diag.constraint_name == villkor  # type: ignore[union-attr]

    return av


def om_en_vecka() -> date:
    return timezone.localdate() + timedelta(days=7)


@pytest.fixture
def oppna(flemingsberg: Fardplan) -> Callable[..., Omgang]:
    """A round about the insatser with these numbers (all when none is given)."""

    def kor(*nummer: str, **varden: Any) -> Omgang:
        alla = fragor.amnen([flemingsberg])
        valda = [f for f in alla if not nummer or (f.insats and f.insats.nummer in nummer)]
        vanligt = {"namn": "Läget i mars", "deadline": om_en_vecka()}
        return uppfoljning.oppna(av=None, fardplan=flemingsberg, fragor=valda, **vanligt | varden)

    return kor


@pytest.fixture
def omgang(oppna: Callable[..., Omgang]) -> Omgang:
    """About 1.3, where Huddinge and Botkyrka are asked."""
    return oppna("1.3")


def oforandrat(omgang: Omgang) -> dict[str, str]:
    """What the button Oförändrat of the round's only point sends."""
    (p,) = fragor.punkter(omgang)
    return {"oforandrat": "1", "sedd": str(p.sedd)}


@pytest.fixture
def huddinge(omgang: Omgang, tjansteperson: Anvandare) -> Mottagare:
    return Mottagare.objects.get(omgang=omgang, anvandare=tjansteperson)


@pytest.fixture
def adress(huddinge: Mottagare) -> str:
    return reverse("svara", args=[lank.skriv(huddinge)])


def bli_kollegor(omgang: Omgang, *personer: Anvandare) -> None:
    """Let them be of the same aktör, that of the first, and asked for it."""
    Anvandare.objects.filter(pk__in=[p.pk for p in personer]).update(aktor=personer[0].aktor)
    fragade = Tillfragan.objects.filter(punkt__omgang=omgang, mottagare__anvandare__in=personer)
    fragade.update(aktor=personer[0].aktor)


def skriven_for(m: Mottagare, dagar: int) -> str:
    """The token as it was written so many days ago."""

    class Da(signing.TimestampSigner):
        def timestamp(self) -> str:
            return signing.b62_encode(int(time.time()) - dagar * 24 * 3600)

    return Da(salt="fardplan.svar").sign_object([m.pk, m.nyckel])
