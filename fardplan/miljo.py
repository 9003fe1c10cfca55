"""Settings from the environment: read, checked, and refused with one line that names the variable."""

import os
from urllib.parse import unquote, urlsplit


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


def databas(url: str) -> dict[str, object]:
    """Django's DATABASES entry for a postgresql:// address. Raises Installningsfel naming DATABASE_URL.

    An address without a host (`postgresql://u@/namn?host=/katalog`) means a socket directory.
    """
    try:
        delar = urlsplit(url)
        port = delar.port
    except ValueError as fel:
        raise Installningsfel(f"DATABASE_URL går inte att tolka: {fel}.") from fel
    if delar.scheme not in {"postgres", "postgresql"}:
        raise Installningsfel("DATABASE_URL ska börja med postgresql://.")
    namn = unquote(delar.path.lstrip("/"))
    if not namn:
        raise Installningsfel("DATABASE_URL saknar databasens namn: postgresql://användare:lösenord@värd/namn.")
    alternativ = dict(par.partition("=")[::2] for par in delar.query.split("&") if par)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": namn,
        "USER": unquote(delar.username or ""),
        "PASSWORD": unquote(delar.password or ""),
        "HOST": unquote(alternativ.pop("host", "") or delar.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **{namn: unquote(varde) for namn, varde in alternativ.items()}},
    }


def hemlig_nyckel(produktion: bool, data_nyckel: str) -> str:
    """SECRET_KEY: required and at least 50 characters in production, else the key kept beside the data."""
    nyckel = text("SECRET_KEY")
    if produktion and len(nyckel) < 50:
        fel = "saknas" if not nyckel else f"har {len(nyckel)} tecken"
        raise Installningsfel(f"SECRET_KEY {fel}: när DATABASE_URL är satt krävs en hemlig nyckel på minst 50 tecken.")
    return nyckel or data_nyckel
