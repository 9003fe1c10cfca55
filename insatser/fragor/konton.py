"""The accounts: who gets in, as what, and who was invited and has not come."""

from __future__ import annotations

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Case, Max, Q, QuerySet, Value, When
from django.db.models.fields import CharField

from aktorer.grund.sokning import innehaller
from aktorer.grund.sortering import svensk_sortering
from aktorer.models import Anvandare
from insatser.models import Utskick

LAGEN = {"aktiv": "Aktiv", "inbjuden": "Inbjuden", "avstangd": "Avstängd"}


def lista(q: str = "", roll: str = "", lage: str = "") -> QuerySet[Anvandare]:
    """By name, with `lage` (a key of LAGEN) and `inbjuden`, when the latest invitation was written. One query."""
    inbjuden = Q(utskick__slag=Utskick.Slag.INBJUDAN)
    alla = Anvandare.objects.select_related("aktor").annotate(
        inbjuden=Max("utskick__skapad", filter=inbjuden),
        lage=Case(
            When(is_active=False, then=Value("avstangd")),
            When(password__startswith=UNUSABLE_PASSWORD_PREFIX, then=Value("inbjuden")),
            default=Value("aktiv"),
            output_field=CharField(),
        ),
    )
    if q:
        alla = alla.filter(innehaller(q, "namn") | innehaller(q, "epost") | innehaller(q, "aktor__namn"))
    if roll:
        alla = alla.filter(roll=roll)
    if lage:
        alla = alla.filter(lage=lage)
    return alla.order_by(svensk_sortering("namn"), "pk")


def upptagna(adresser: list[str]) -> dict[str, Anvandare]:
    """{address in lower case: the account that has it}. One query."""
    return {k.epost.lower(): k for k in Anvandare.objects.filter(epost__in=[a.lower() for a in adresser])}
