"""What is known of who comes by another organisation's login, and what the settings make of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import F, QuerySet

from aktorer.models import Aktor, Anvandare, Identitet, Kontobegaran
from aktorer.roller import Anvandarroll
from aktorer.sso import Intyg, losenord_galler


class Vagar(NamedTuple):
    """{how: whose it is}, and whether there is no other way."""

    finns: dict[str, str]
    endast: bool


def vagar_in(epost: str = "") -> Vagar:
    """The ways in by other organisations: all of them, or with `epost` those by which that address may come."""
    val, doman = settings.SSO, epost.rpartition("@")[2].lower()
    uppsatta = {vag: v for vag, v in (("oidc", val.oidc), ("saml", val.saml)) if v}
    finns = {vag: v.namn for vag, v in uppsatta.items() if not (doman and v.domaner) or doman in v.domaner}
    return Vagar(finns, val.endast)


def kand(intyg: Intyg) -> Anvandare | None:
    """The account that the provider's subject is, also a closed one."""
    var = Identitet.objects.select_related("anvandare__aktor").filter(
        leverantor=intyg.leverantor, subjekt=intyg.subjekt
    )
    hittad = var.first()
    return hittad.anvandare if hittad else None


def koppling(konto: Anvandare, leverantor: str) -> int | None:
    """The id of the account's link to the provider."""
    return konto.identiteter.filter(leverantor=leverantor).values_list("pk", flat=True).first()


def losenord_behovs(konto: Anvandare) -> bool:
    """Whether somebody must show that the account is theirs before it is linked: it has a password, and that counts."""
    return konto.has_usable_password() and losenord_galler(konto.epost)


def roll(intyg: Intyg) -> Anvandarroll | None:
    """The first role of the settings that the provider's words give."""
    return next((Anvandarroll(roll) for varde, roll in settings.SSO.roller.items() if varde in intyg.roller), None)


def aktor(slug: str) -> Aktor | None:
    """The aktör that the settings or the provider name; None when there is none."""
    return _aktorer([slug]).get(slug) if slug else None


def _aktorer(sluggar: Iterable[str]) -> dict[str, Aktor]:
    """{slug: the aktör, or the one that it is part of now}. One query."""
    hittade = Aktor.objects.select_related("uppgatt_i").filter(slug__in=set(sluggar))
    return {a.slug: a.uppgatt_i or a for a in hittade}


def begaran() -> QuerySet[Kontobegaran]:
    """Who asks for an account: those that wait first, the oldest of them on top."""
    return Kontobegaran.objects.order_by(F("nekad").asc(nulls_first=True), "skapad", "pk")


def okand_aktor(fraga: Kontobegaran) -> str:
    """Why no aktör is proposed, when none is."""
    if fraga.aktor:
        return f"Aktören är okänd: det finns ingen aktör med adressen {fraga.aktor}."
    return f"Aktören är okänd: domänen {fraga.epost.rpartition('@')[2]} står inte i inställningen SSO_AKTORER."


def kopplingar(konto: Anvandare) -> list[tuple[str, datetime]]:
    """Whose logins the account is linked to, and since when."""
    return [(leverantorens_namn(i.leverantor), i.skapad) for i in konto.identiteter.order_by("pk")]


def leverantorens_namn(leverantor: str) -> str:
    """As its button says, while the settings still have it."""
    oidc = settings.SSO.oidc
    if oidc and oidc.utgivare == leverantor:
        return str(oidc.namn)
    return str(settings.SSO.saml.namn) if settings.SSO.saml else leverantor


def begaran_i_ord(hogst: int) -> list[tuple[Kontobegaran, Aktor | str]]:
    """The first of them, each with the aktör proposed, or why none is. At most two queries."""
    alla = list(begaran()[:hogst])
    aktorer = _aktorer(b.aktor for b in alla) if alla else {}
    return [(b, aktorer.get(b.aktor) or okand_aktor(b)) for b in alla]
