"""Settings from the environment: read, checked, and refused with one line that names the variable."""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from aktorer.grund.fillager import Fillager

# What every connection to the database begins with: a trigger of ours that finds no such setting catches the error of
# it, at every row, which is ten times its own work.
FORVALDA = {"pgtrigger.ignore": "{}"}
# What one question of the web, and its wait for somebody else's change, may take.
GRANSER = {"statement_timeout": "30s", "lock_timeout": "10s"}


class Installningsfel(Exception):
    """A setting is missing or bad. The message is one Swedish line that names it."""


def text(namn: str, standard: str = "") -> str:
    """The variable's text without surrounding space, or `standard` when it is unset or empty."""
    return os.environ.get(namn, "").strip() or standard


def flagga(namn: str, standard: bool) -> bool:
    """True for 1, False for 0, `standard` when unset. Raises Installningsfel for anything else."""
    varde = text(namn)
    if varde not in {"", "0", "1"}:
        raise Installningsfel(f"{namn} är ”{varde}” men ska vara 0 eller 1.")
    return standard if varde == "" else varde == "1"


def katalog(namn: str, standard: Path) -> Path:
    """The variable as an absolute path."""
    return Path(text(namn, str(standard))).absolute()


def heltal(namn: str, standard: int, *, minst: int = 1, mest: int) -> int:
    """The variable as a whole number from `minst` to `mest`, `standard` when unset. Raises Installningsfel."""
    varde = text(namn, str(standard))
    # As text first: int() takes "१२" and a sign, and spends long on a thousand digits.
    if not (varde.isascii() and varde.isdigit() and len(varde) <= len(str(mest)) and minst <= int(varde) <= mest):
        raise Installningsfel(f"{namn} är ”{varde}” men ska vara ett tal mellan {minst} och {mest}.")
    return int(varde)


def natverk(namn: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The variable as networks with commas between, () when unset. Raises Installningsfel."""
    try:
        return tuple(ip_network(nat.strip()) for nat in text(namn).split(",") if nat.strip())
    except ValueError as fel:
        exempel = "10.0.0.0/24, 192.0.2.7"
        raise Installningsfel(f"{namn} är ”{text(namn)}” men ska vara nät med komma emellan, som {exempel}.") from fel


def nyckel(namn: str) -> str:
    """The variable, which nobody can guess: "" when unset. Raises Installningsfel, which never quotes it."""
    varde = text(namn)
    if varde and not (len(varde) >= 32 and varde.isascii() and varde.isprintable() and " " not in varde):
        raise Installningsfel(f"{namn} ska vara minst 32 tecken, utan mellanslag och å, ä, ö.")
    return varde


def vardar(namn: str, standard: str) -> list[str]:
    """The variable as names of hosts with commas between. Raises Installningsfel: with one that no request can have,
    nobody would get an answer.
    """
    alla = [v.strip() for v in text(namn, standard).split(",") if v.strip()]
    if not alla or not all(
        re.fullmatch(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\]", v) for v in alla
    ):
        exempel = "plan.example, www.plan.example"
        raise Installningsfel(f"{namn} är ”{text(namn)}” men ska vara namn utan https:// och port, som {exempel}.")
    return alla


def port() -> int:
    """PORT, or 8000. Raises Installningsfel."""
    return heltal("PORT", 8000, mest=65535)


@dataclass(frozen=True)
class Lyssnar:
    """Where the web server listens: an address and a port, or a socket's path."""

    vard: str = ""
    port: int = 0
    uttag: Path | None = None

    def __str__(self) -> str:
        if self.uttag:
            return f"unix:{self.uttag}"
        return f"http://{f'[{self.vard}]' if ':' in self.vard else self.vard}:{self.port}/"


def lyssna() -> Lyssnar:
    """LYSSNA, `adress:port` or `unix:/väg`; else PORT on this machine alone. Raises Installningsfel."""
    varde = text("LYSSNA")
    if not varde:
        return Lyssnar("127.0.0.1", port())
    if vag := varde.removeprefix("unix:") if varde.startswith("unix:/") else "":
        return Lyssnar(uttag=Path(vag))
    vard, _, nummer = varde.rpartition(":")
    try:
        adress = str(ip_address(vard.strip("[]")))
        if not (nummer.isascii() and nummer.isdigit() and 1 <= int(nummer[:6]) <= 65535):
            raise ValueError(nummer)
    except ValueError as fel:
        exempel = "0.0.0.0:8000, [::]:8000 eller unix:/run/fardplan/uttag"
        raise Installningsfel(f"LYSSNA är ”{varde}” men ska vara som {exempel}.") from fel
    return Lyssnar(adress, int(nummer))


def databas(url: str, namn_: str = "DATABASE_URL", *, delad: bool = False) -> dict[str, object]:
    """Django's DATABASES entry for a postgresql:// address. Raises Installningsfel naming the setting `namn_`.

    An address without a host (`postgresql://u@/namn?host=/katalog`) means a socket directory.
    The message never quotes the address: a password with an unescaped / or # ends up in any part of it.

    `delad`: behind a pooler like PgBouncer, where each transaction may get another connection. Then no cursor outlives
    its transaction, and what every connection is to have set is kept by the database (`databas.forvalj`).
    """
    form = "postgresql://användare:lösenord@värd/namn"
    try:
        delar = urlsplit(url)
        port = delar.port
    except ValueError as fel:
        raise Installningsfel(f"{namn_} går inte att tolka som {form}; skriv tecken som / @ # som %-koder.") from fel
    if delar.scheme not in {"postgres", "postgresql"}:
        raise Installningsfel(f"{namn_} ska börja med postgresql://, som {form}.")
    namn = unquote(delar.path.lstrip("/"))
    if not namn or "/" in namn or "@" in namn or delar.fragment:
        raise Installningsfel(f"{namn_} saknar databasens namn: {form}; skriv tecken som / @ # som %-koder.")
    alternativ = {n: unquote(v) for n, _, v in (par.partition("=") for par in delar.query.split("&") if par)}
    if not delad:
        alternativ["options"] = f"{_flaggor(FORVALDA)} {alternativ.get('options', '')}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": namn,
        "USER": unquote(delar.username or ""),
        "PASSWORD": unquote(delar.password or ""),
        "HOST": alternativ.pop("host", "") or unquote(delar.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": delad,
        "OPTIONS": {"connect_timeout": 5, **alternativ},
    }


def granser(alternativ: dict[str, Any]) -> None:
    """Add to the OPTIONS of a database how long the server may let one question, and a wait for a lock, take.

    Beside what DATABASE_URL says itself (`?options=…`), which comes last and wins.
    """
    alternativ["options"] = f"{_flaggor(GRANSER)} {alternativ.get('options', '')}".strip()


def _flaggor(installningar: Mapping[str, str]) -> str:
    return " ".join(f"-c {namn}={varde}" for namn, varde in installningar.items())


INGA_MEJL = "av"


def lank(namn: str) -> str:
    """An address that the pages link to, "" when it is unset. Raises Installningsfel."""
    adress = text(namn)
    try:
        delar = urlsplit(adress)
    except ValueError:
        delar = urlsplit("")
    if adress and (delar.scheme not in {"http", "https"} or not delar.hostname):
        raise Installningsfel(f"{namn} är ”{adress}” men ska vara en adress som https://kod.example/fardplan.")
    return adress


def basadress(varfran: list[str], *, nabar: bool) -> str:
    """BASADRESS, what links in mails begin with; `varfran`: ALLOWED_HOSTS. Raises Installningsfel.

    Where others reach the site (`nabar`) its only name will do, and of several one must be said: else the links that
    people get would lead to their own machine.
    """
    adress = text("BASADRESS").rstrip("/")
    if not adress:
        if nabar and (len(varfran) > 1 or varfran[0].startswith((".", "*"))):
            raise Installningsfel(
                "BASADRESS saknas: vad länkar i mejl ska börja med, till exempel https://plan.example."
            )
        return f"https://{varfran[0]}" if nabar else f"http://127.0.0.1:{text('PORT', '8000')}"
    delar = urlsplit(adress)
    if delar.scheme not in {"http", "https"} or not delar.hostname or delar.path or delar.query:
        raise Installningsfel(f"BASADRESS är ”{adress}” men ska vara en adress som https://plan.example.")
    if nabar and delar.scheme != "https":
        raise Installningsfel(f"BASADRESS är ”{adress}” men ska börja med https: webbplatsen nås av andra.")
    return adress


def avsandare(standard: str, *, nabar: bool) -> str:
    """MEJL_FRAN, or `standard`. Raises Installningsfel.

    Where mails go to others (`nabar`) it must be said and be one address: servers refuse one of this machine alone.
    """
    varde = text("MEJL_FRAN", standard)
    adress = parseaddr(varde, strict=True)[1]
    if nabar and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", adress):
        exempel = "Färdplan <fardplan@plan.example>"
        sagt = " ".join(text("MEJL_FRAN").split())
        raise Installningsfel(f"MEJL_FRAN är ”{sagt}” men ska vara en adress som mejlen kommer från, som {exempel}.")
    return varde


def mejl(katalog: Path, *, nabar: bool) -> dict[str, object]:
    """Django's MAILERS entry for MEJL_SERVER; unset, mails become files in `katalog`. Raises Installningsfel.

    Where others reach the site (`nabar`) it must be said, "av" when no mails are to go. smtp:// speaks plainly,
    smtp+tls:// starts TLS, smtps:// begins with it. The message never quotes the address.
    """
    url = text("MEJL_SERVER")
    if nabar and not url:
        raise Installningsfel("MEJL_SERVER saknas: säg vilken server som skickar mejl, eller av om inga ska skickas.")
    if url in {"", INGA_MEJL}:
        return {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": str(katalog)}}
    form = "smtp+tls://användare:lösenord@värd:587"
    try:
        delar = urlsplit(url)
        port = delar.port
    except ValueError as fel:
        raise Installningsfel(f"MEJL_SERVER går inte att tolka som {form}.") from fel
    if delar.scheme not in {"smtp", "smtp+tls", "smtps"} or not delar.hostname:
        raise Installningsfel(f"MEJL_SERVER ska vara en adress som {form}.")
    return {
        "BACKEND": "insatser.utbyte.mejl.server.Smtp",
        "OPTIONS": {
            "host": delar.hostname,
            "port": port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[delar.scheme],
            "username": unquote(delar.username or ""),
            "password": unquote(delar.password or ""),
            "use_tls": delar.scheme == "smtp+tls",
            "use_ssl": delar.scheme == "smtps",
            "timeout": 20,
        },
    }


def fillager() -> Fillager | None:
    """FILLAGER: the S3-compatible store that new files go to; None for the database. Raises Installningsfel.

    s3:// is spoken with TLS, s3+http:// without. The message never quotes the address.
    """
    adress, form = text("FILLAGER"), "s3://nyckel:hemlighet@värd/hink?region=namn"
    if not adress:
        return None
    try:
        delar = urlsplit(adress)
        vard = f"{delar.hostname}:{delar.port}" if delar.port else delar.hostname
    except ValueError as fel:
        raise Installningsfel(f"FILLAGER går inte att tolka som {form}.") from fel
    hink = delar.path.strip("/")
    nycklar = unquote(delar.username or ""), unquote(delar.password or "")
    if (
        delar.scheme not in {"s3", "s3+http"}
        or not vard
        or not all(nycklar)
        or not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", hink)
    ):
        raise Installningsfel(f"FILLAGER ska vara en adress som {form}.")
    region = dict(parse_qsl(delar.query)).get("region", "us-east-1")
    return Fillager(vard, hink, *nycklar, tls=delar.scheme == "s3", region=region)


def krav_tvasteg(produktion: bool) -> str:
    """KRAV_TVASTEG: of whom a second factor is demanded. Raises Installningsfel.

    In a trial nobody, since its accounts come with a password alone; in production administratörer at least.
    """
    varde = text("KRAV_TVASTEG", "administrator" if produktion else "ingen")
    if varde not in {"ingen", "administrator", "planerare"}:
        raise Installningsfel(f"KRAV_TVASTEG är ”{varde}” men ska vara administrator eller planerare.")
    if produktion and varde == "ingen":
        raise Installningsfel("KRAV_TVASTEG är ”ingen”: i produktion måste minst administrator ha ett andra steg.")
    return varde


def hemlig_nyckel(produktion: bool, data: Path) -> str:
    """SECRET_KEY: required and at least 50 characters in production, else a key made once and kept in `data`."""
    nyckel = text("SECRET_KEY")
    if produktion and len(nyckel) < 50:
        fel = "saknas" if not nyckel else f"har {len(nyckel)} tecken"
        raise Installningsfel(f"SECRET_KEY {fel}: när DATABASE_URL är satt krävs en hemlig nyckel på minst 50 tecken.")
    if nyckel:
        return nyckel
    fil = data / "hemlig-nyckel"
    if not (nyckel := hemlighet(fil)):
        nyckel = secrets.token_urlsafe(50)
        spara_hemlighet(fil, nyckel)
    return nyckel


def hemlighet(fil: Path) -> str:
    """What the file holds, or nothing when it is not there. Raises Installningsfel when it cannot be read."""
    try:
        return fil.read_text()
    except FileNotFoundError:
        return ""
    except OSError as fel:
        raise Installningsfel(f"FARDPLAN_DATA: det går inte att läsa {fil} ({fel.strerror}).") from fel


def spara_hemlighet(fil: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all. Raises Installningsfel."""
    try:
        fil.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=fil.parent, prefix=".", delete=False) as ny:
            ny.write(text)
        Path(ny.name).replace(fil)
    except OSError as fel:
        raise Installningsfel(f"FARDPLAN_DATA: det går inte att skriva i {fil.parent} ({fel.strerror}).") from fel


def loggniva() -> str:
    """LOGGNIVA, WARNING when unset. Raises Installningsfel for a word that is no level."""
    niva = text("LOGGNIVA", "WARNING").upper()
    if niva not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise Installningsfel(f"LOGGNIVA är ”{niva}” men ska vara DEBUG, INFO, WARNING eller ERROR.")
    return niva


def loggformat() -> str:
    """LOGGFORMAT, text when unset. Raises Installningsfel."""
    form = text("LOGGFORMAT", "text")
    if form not in {"text", "json"}:
        raise Installningsfel(f"LOGGFORMAT är ”{form}” men ska vara text eller json.")
    return form
