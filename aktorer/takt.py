"""How often a visitor may do what costs something, such as asking for a mail. All server processes count together."""

import ipaddress
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest

TIMME = 3600


def ryms(request: HttpRequest, vad: str, *, antal: int, inom: float = TIMME) -> bool:
    """Whether `vad` may be done once more from the visitor's address: at most `antal` times in any `inom` seconds.

    What is refused is not counted. Two at once wait for each other, since the cache itself cannot add to a list.
    """
    nyckel = f"takt:{vad}:{_varifran(request)}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [nyckel])
        nu = time.time()
        ganger = [tid for tid in cache.get(nyckel, []) if tid > nu - inom]
        if len(ganger) >= antal:
            return False
        cache.set(nyckel, [*ganger, nu], inom)
    return True


def _varifran(request: HttpRequest) -> str:
    """The visitor's address, as the login limits see it: of IPv6 the network, within which one may have any address."""
    adress = ipaddress.ip_address(get_adapter().get_client_ip(request))
    natet = ipaddress.ip_network((adress, 64 if adress.version == 6 else 32), strict=False)
    return str(natet.network_address)
