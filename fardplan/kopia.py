"""A copy of everything that is kept, as one file, and the way back from it.

The file is a tar of `innehall.json`, which says what the copy holds, and `databas.dump`, PostgreSQL's own (pg_dump's
custom format). Both are of the same moment. With a key it is sealed by age (age-encryption.org), whose own program
opens it too. All that is kept lies in the database; what does not is said in docs/drift.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]
from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.loader import MigrationLoader

from aktorer.grund import installation
from fardplan import databas
from insatser.fragor.forsegling import finns_i_kedjan, historiktabeller
from insatser.models.forsegling import Sigill

FORMAT = 1
BESKRIVNING, DUMP = "innehall.json", "databas.dump"
NAMN = re.compile(r"fardplan-\d{8}T\d{6}Z\.kopia(\.age)?")
FORSEGLAD = b"age-encryption.org/v1\n"
FRYSTA = {"insatser_planversion", "insatser_planavslut"}  # the tables with PDFs that must never change


class Kopiafel(Exception):
    """The copy cannot be made or brought back. The message is one Swedish line that says why; nothing was changed."""


@dataclass(frozen=True)
class Innehall:
    """What a copy holds, so that it can be held against what comes back.

    `gjord`, `senast`: UTC, ISO 8601; the latter is when the newest row of the history was written, "" without one.
    `installation` is the same for as long as an installation lives, also after it came back from a copy. `rader`: how
    many there are of each table. `pdf`: SHA-256 of each frozen PDF. `huvud`: the head of the history's chain.
    """

    format: int
    gjord: str
    senast: str
    installation: str
    migreringar: list[str]
    rader: dict[str, int]
    pdf: dict[str, str]
    huvud: str
    sha256: str
    byte: int


def gor(katalog: Path, nyckel: str = "") -> tuple[Path, Innehall]:
    """Write a copy of now into `katalog`, sealed for the holder of `nyckel` (`age1…`). Raises Kopiafel.

    The file is there whole or not at all. People may work meanwhile.
    """
    mottagare = _mottagare(nyckel)
    try:
        katalog.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=katalog, prefix=".") as plats:
            dump, halv = Path(plats) / DUMP, Path(plats) / "halv"
            innehall = _dumpa(dump)
            _packa(innehall, dump, halv)
            dump.unlink()
            slut = ".kopia"
            if mottagare is not None:
                oppen, halv = halv, Path(plats) / "forseglad"
                pyrage.encrypt_file(str(oppen), str(halv), [mottagare])
                slut = ".kopia.age"
            halv.chmod(0o600)
            fil = katalog / f"fardplan-{datetime.fromisoformat(innehall.gjord):%Y%m%dT%H%M%SZ}{slut}"
            return halv.replace(fil), innehall
    except OSError as fel:
        raise Kopiafel(f"Det går inte att skriva kopian i {katalog} ({fel.strerror}).") from fel


def gallra(katalog: Path, behall: int) -> list[Path]:
    """Take away all copies in the folder but the `behall` latest. Returns those that went."""
    gamla = kopior(katalog)[behall:]
    for fil in gamla:
        fil.unlink()
    return gamla


def kopior(katalog: Path) -> list[Path]:
    """The copies in the folder, the latest first."""
    if not katalog.is_dir():
        return []
    return sorted((f for f in katalog.iterdir() if NAMN.fullmatch(f.name)), key=lambda f: f.name, reverse=True)


def gjord(fil: Path) -> datetime:
    """When the copy was made, as its name says."""
    return datetime.strptime(fil.name.split(".")[0], "fardplan-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


@contextmanager
def oppnad(fil: Path, identitet: Path | None = None) -> Iterator[tuple[Innehall, Path]]:
    """What the copy holds and its dump, unpacked for this block and proved to be as they were made.

    `identitet`: a file with the age key (`AGE-SECRET-KEY-…`) of a sealed copy. Raises Kopiafel.
    """
    with tempfile.TemporaryDirectory() as plats:
        try:
            tar = _oppen_tar(fil, identitet, Path(plats))
            with tarfile.open(tar) as arkiv:
                arkiv.extractall(plats, members=[arkiv.getmember(n) for n in (BESKRIVNING, DUMP)], filter="data")
            varden = json.loads((Path(plats) / BESKRIVNING).read_text())
            if varden.get("format") != FORMAT:
                raise Kopiafel(f"{fil.name} har ett format som den här versionen av Färdplan inte läser.")
            innehall = Innehall(**varden)
        except OSError as fel:
            raise Kopiafel(f"{fil} går inte att läsa ({fel.strerror or fel}).") from fel
        except (tarfile.TarError, KeyError, TypeError, ValueError, EOFError) as fel:
            raise Kopiafel(f"{fil.name} är skadad, eller ingen säkerhetskopia.") from fel
        dump = Path(plats) / DUMP
        if (dump.stat().st_size, _sha256(dump)) != (innehall.byte, innehall.sha256):
            raise Kopiafel(f"{fil.name} är skadad: innehållet är inte det som skrevs.")
        yield innehall, dump


def hinder(innehall: Innehall) -> list[str]:
    """What would be lost if the copy took the place of what the database holds. Raises Kopiafel when it never may."""
    if set(innehall.migreringar) - _kanda():
        raise Kopiafel("Kopian är gjord av en nyare version av Färdplan än den här. Uppdatera först.")
    if "django_migrations" not in connection.introspection.table_names():
        return []
    nu = _beskriv()
    ut = []
    if nu.installation != innehall.installation:
        ut.append("Databasen hör till en annan installation än kopian.")
    if nu.senast > innehall.senast:
        ut.append(f"Databasen har ändringar fram till {i_ord(nu.senast)}, kopian bara till {i_ord(innehall.senast)}.")
    return ut


def aterstall(innehall: Innehall, dump: Path) -> list[str]:
    """Let the copy take the place of all that the database holds: all of it or nothing. Raises Kopiafel.

    Returns what does not tell the same as the copy: nothing, unless something is badly wrong.
    """
    if antal := _andra():
        raise Kopiafel(f"{antal} andra använder databasen. Stäng av webbservern och timern först.")
    argument, miljo = _klient()
    connection.close()
    with tempfile.TemporaryDirectory() as plats:
        # Whole before psql sees it: one that broke off in the middle of a table would look like its end.
        skript = Path(plats) / "databas.sql"
        _kor(["pg_restore", "--no-owner", "--no-privileges", "--no-comments", f"--file={skript}", str(dump)], {})
        _for_aldre_server(skript)
        flaggor = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        tom = ["--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public"]
        _kor(["psql", *argument, *flaggor, *tom, f"--file={skript}"], miljo)
    return avvikelser(innehall)


def _for_aldre_server(skript: Path) -> None:
    """Our pg_restore begins its script with a setting that PostgreSQL 15 and 16 do not know: make a comment of it."""
    with skript.open("r+b") as fil:
        borjan = fil.read(4096)
        fil.seek(0)
        fil.write(borjan.replace(b"\nSET transaction_timeout = 0;", b"\n--- transaction_timeout = 0;"))


def avvikelser(innehall: Innehall) -> list[str]:
    """Where the database does not tell the same as the copy, in whole sentences."""
    nu = _beskriv()
    ut = [
        f"{tabell} har {nu.rader.get(tabell, 0)} rader, kopian har {antal}."
        for tabell, antal in innehall.rader.items()
        if nu.rader.get(tabell) != antal
    ]
    ut += [f"PDF:en i {var} är inte den som kopian har." for var, s in innehall.pdf.items() if nu.pdf.get(var) != s]
    if not finns_i_kedjan(bytes.fromhex(innehall.huvud)):
        ut.append("Historikens kedja slutar inte där kopians gör.")
    return ut


def i_ord(nar: str) -> str:
    return f"{datetime.fromisoformat(nar):%Y-%m-%d kl. %H.%M} UTC" if nar else "tidens början"


def _dumpa(till: Path) -> Innehall:
    """pg_dump of the very moment that the description is of."""
    if Sigill._meta.db_table not in connection.introspection.table_names():
        raise Kopiafel("Databasen har inte alla tabeller än. Vänta tills den första starten är klar.")
    argument, miljo = _klient()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (bild,) = cursor.fetchone()
        innehall = _beskriv()
        flaggor = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={bild}", f"--file={till}"]
        _kor(["pg_dump", *flaggor, *argument], miljo)
    return replace(innehall, sha256=_sha256(till), byte=till.stat().st_size)


def _beskriv() -> Innehall:
    namn = connection.ops.quote_name
    with connection.cursor() as cursor:
        rader: dict[str, int] = {}
        pdf: dict[str, str] = {}
        senast = None
        for tabell in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {namn(tabell)}")  # noqa: S608 -- our own names, here and below
            rader[tabell] = cursor.fetchone()[0]
        for tabell in FRYSTA & rader.keys():
            cursor.execute(f"SELECT id, encode(sha256(pdf), 'hex') FROM {tabell}")  # noqa: S608
            pdf |= {f"{tabell} {pk}": sha for pk, sha in cursor.fetchall()}
        for tabell in {m._meta.db_table for m in historiktabeller()} & rader.keys():
            cursor.execute(f"SELECT max(pgh_created_at) FROM {namn(tabell)}")  # noqa: S608
            senast = max(filter(None, (senast, cursor.fetchone()[0])), default=None)
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")
        gjorda = [namn for (namn,) in cursor.fetchall()]
    return Innehall(
        format=FORMAT,
        gjord=_utc(datetime.now(UTC)),
        senast=_utc(senast) if senast else "",
        installation=installation.marke(),
        migreringar=gjorda,
        rader=rader,
        pdf=pdf,
        huvud=Sigill.objects.huvud().hex(),
        sha256="",
        byte=0,
    )


def _packa(innehall: Innehall, dump: Path, till: Path) -> None:
    beskrivning = till.with_name(BESKRIVNING)
    beskrivning.write_text(json.dumps(asdict(innehall), ensure_ascii=False, indent=1))
    with tarfile.open(till, "w") as arkiv:
        for fil in (beskrivning, dump):
            arkiv.add(fil, arcname=fil.name)


def _mottagare(nyckel: str) -> Any:
    if not nyckel:
        return None
    try:
        return pyrage.x25519.Recipient.from_str(nyckel.strip())
    except pyrage.RecipientError as fel:
        raise Kopiafel("Nyckeln är ingen age-nyckel: den börjar med age1. Gör en med age-keygen.") from fel


def _oppen_tar(fil: Path, identitet: Path | None, plats: Path) -> Path:
    with fil.open("rb") as b:
        forseglad = b.read(len(FORSEGLAD)) == FORSEGLAD
    if not forseglad:
        return fil
    if identitet is None:
        raise Kopiafel(f"{fil.name} är krypterad. Ange filen med den hemliga nyckeln: --identitet FIL.")
    rader = identitet.read_text(errors="replace").splitlines()
    hemlig = next((r.strip() for r in rader if r.strip().startswith("AGE-SECRET-KEY-")), "")
    try:
        pyrage.decrypt_file(str(fil), str(plats / "oppen"), [pyrage.x25519.Identity.from_str(hemlig)])
    except pyrage.IdentityError as fel:
        raise Kopiafel(f"{identitet} har ingen hemlig age-nyckel (AGE-SECRET-KEY-…).") from fel
    except pyrage.DecryptError as fel:
        raise Kopiafel(f"{fil.name} går inte att öppna med den nyckeln, eller är skadad.") from fel
    return plats / "oppen"


def _kanda() -> set[str]:
    laddare = MigrationLoader(None, ignore_no_migrations=True)
    ersatta = {ersatt for m in laddare.disk_migrations.values() for ersatt in m.replaces}
    return {f"{app}.{namn}" for app, namn in {*laddare.disk_migrations, *ersatta}}


def _andra() -> int:
    """How many others are connected to the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        antal: int = cursor.fetchone()[0]
    return antal


def _klient() -> tuple[list[str], dict[str, str]]:
    """What PostgreSQL's programs are told of the database: as arguments, and what is secret as environment."""
    argument, miljo = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    *delar, namn = argument[1:]
    return [*delar, f"--dbname={namn}"], miljo or {}


def _kor(kommando: list[str], miljo: dict[str, str]) -> None:
    """Run one of PostgreSQL's programs. Raises Kopiafel with what it says."""
    svar = subprocess.run(
        [str(databas.program(kommando[0])), *kommando[1:]],
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **miljo},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if svar.returncode:
        raise Kopiafel(f"{kommando[0]} gick inte, och inget är ändrat: {_sagt(svar.stderr)}")


def _sagt(stderr: bytes) -> str:
    """The line of what a program said that tells what was wrong."""
    rader = [r for r in stderr.decode(errors="replace").splitlines() if r.strip()]
    fel = [r for r in rader if "error" in r.lower()]
    return (fel or rader or ["den säger inte varför"])[0][:300]


def _sha256(fil: Path) -> str:
    with fil.open("rb") as b:
        return hashlib.file_digest(b, "sha256").hexdigest()


def _utc(nar: datetime) -> str:
    return nar.astimezone(UTC).isoformat()
