"""How often a visitor may do what costs something, such as asking for a mail, or guess at a password.

All server processes count together, in the cache. Two at once wait for each other: it cannot add to a list by itself.
"""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from aktorer import varifran
from aktorer.grund.tecken import epostnyckel

TIMME = 3600
# Failed sign-ins: so many from one address in five minutes, at whatever accounts.
FRAN_EN_ADRESS, FEM_MINUTER = 30, 300
# And so many at one account from one address before it must wait, twice as long after each one more, at most an hour.
# They are remembered for a day. An account that is guessed at from many addresses has less to give each of them, and
# always one: whoever has the right password gets in from an address of their own.
FRIA, FARRE_VID, MINST_VANTAN, DYGN = 5, 20, 300, 86_400
FLEST = 100  # so many are remembered of one thing
# A code has six digits: when so many have failed at one account in a day, it takes one try in so many seconds, from
# wherever. Whoever gets that far knows the password.
EN_I_TAGET = 60

logg = logging.getLogger(__name__)


def ryms(request: HttpRequest, vad: str, *, antal: int, inom: float = TIMME) -> bool:
    """Whether `vad` may be done once more from the visitor's address: at most `antal` times in any `inom` seconds.

    What is refused is not counted. Nor is who comes from we do not know where: else one would stop everybody.
    """
    if (fran := _fran(request)) == varifran.OKAND:
        return True
    nyckel = f"takt:{vad}:{fran}"
    with _last(nyckel):
        nu = time.time()
        ganger = _ganger(nyckel, nu - inom)
        if len(ganger) >= antal:
            return False
        cache.set(nyckel, [*ganger, nu], inom)
    return True


@dataclass(frozen=True)
class Gissning:
    """A try to sign in. It counts as failed until it has `lyckats`; refused, one may try again in `vantan` seconds."""

    fran: str
    konto: str
    nar: float
    vantan: float = 0

    def lyckats(self) -> None:
        """What failed before it at the account from the same address is forgotten; other addresses know nothing."""
        with _last(*_nycklar(self.fran, self.konto)):
            adressen, kontot, bada = _nycklar(self.fran, self.konto)
            cache.delete(bada)
            for nyckel, inom in ((adressen, FEM_MINUTER), (kontot, DYGN)):
                cache.set(nyckel, [g for g in _ganger(nyckel, self.nar - inom) if g != self.nar], inom)


def gissar(request: HttpRequest, epost: str) -> Gissning:
    """Count a try to sign in as `epost`, whether anybody has that address or not, unless it must wait."""
    return _gissar(_fran(request), hashlib.sha256(epostnyckel(epost).encode()).hexdigest())


def gissar_kod(request: HttpRequest, konto: int) -> Gissning:
    """The same of a code of the second step for the account with that id."""
    return _gissar(_fran(request), f"kod:{konto}", sammanlagt=True)


def _gissar(fran: str, konto: str, *, sammanlagt: bool = False) -> Gissning:
    adressen, kontot, bada = _nycklar(fran, konto)
    with _last(adressen, kontot, bada):
        nu = time.time()
        harifran, pa_kontot, egna = (
            _ganger(n, nu - inom) for n, inom in ((adressen, FEM_MINUTER), (kontot, DYGN), (bada, DYGN))
        )
        vantan = _vantan(nu, egna, len(pa_kontot) - len(egna))
        if fran != varifran.OKAND and len(harifran) >= FRAN_EN_ADRESS:
            vantan = max(vantan, harifran[-FRAN_EN_ADRESS] + FEM_MINUTER - nu)
        if sammanlagt and len(pa_kontot) >= FLEST:
            vantan = max(vantan, pa_kontot[-1] + EN_I_TAGET - nu)
        if vantan <= 0:
            for nyckel, ganger, inom in (
                (adressen, harifran, FEM_MINUTER),
                (kontot, pa_kontot, DYGN),
                (bada, egna, DYGN),
            ):
                cache.set(nyckel, [*ganger, nu][-FLEST:], inom)
    return Gissning(fran, konto, nu, max(vantan, 0))


def forsok_igen(vantan: float) -> str:
    """When one may try again, `vantan` seconds from now: in whole minutes, so that nobody comes too early."""
    minuter = math.ceil(vantan / 60)
    klockan = timezone.localtime() + timedelta(seconds=vantan + 59)
    om = "1 minut" if minuter == 1 else f"{minuter} minuter"
    return f"För många misslyckade försök. Försök igen om {om}, kl. {date_format(klockan, 'H.i')}."


def glom() -> None:
    """What no longer counts, and with it from where somebody came, goes from the cache and not only out of use."""
    with connection.cursor() as cursor:
        tabell = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
        cursor.execute(f"DELETE FROM {tabell} WHERE expires < now()")  # noqa: S608 -- our own name


def _vantan(nu: float, egna: list[float], andras: int) -> float:
    """Seconds until one more may be tried by who has failed at these times, at an account where others have too."""
    over = len(egna) - max(1, FRIA - andras // FARRE_VID)
    return egna[-1] + min(MINST_VANTAN * 2**over, TIMME) - nu if over >= 0 else 0


def _nycklar(fran: str, konto: str) -> tuple[str, str, str]:
    return f"takt:fran:{fran}", f"takt:konto:{konto}", f"takt:gissning:{fran}:{konto}"


def _ganger(nyckel: str, sedan: float) -> list[float]:
    return [tid for tid in cache.get(nyckel, []) if tid > sedan]


@contextmanager
def _last(*nycklar: str) -> Iterator[None]:
    """One at a time has these, taken in one order so that nobody waits for who waits for them."""
    with transaction.atomic(), connection.cursor() as cursor:
        for nyckel in sorted(nycklar):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [nyckel])
        yield


def _fran(request: HttpRequest) -> str:
    fran = varifran.natet(request)
    if fran == varifran.OKAND:
        logg.warning("Proxyn säger inte vem som frågar: X-Forwarded-For har färre adresser än ANTAL_PROXYER.")
    return fran
