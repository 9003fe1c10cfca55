"""The accounts: who gets in, as what, and who was invited and has not come."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Case, Max, Q, QuerySet, Value, When
from django.db.models.fields import CharField

from aktorer.behorighet import Person
from aktorer.grund.sokning import innehaller
from aktorer.grund.sortering import svensk_sortering
from aktorer.models import Anvandare
from insatser.behorighet import synliga_konton
from insatser.models import Stadskarna, Utskick
from insatser.regler.bojning import uppraknat

LAGEN = {"aktiv": "Aktiv", "inbjuden": "Inbjuden", "avstangd": "Avstängd"}


def lista(person: Person, q: str = "", roll: str = "", lage: str = "") -> QuerySet[Anvandare]:
    """Those that the person may see, by name, with `lage` (a key of LAGEN) and `inbjuden`, when the latest invitation
    was written. One query.
    """
    inbjuden = Q(utskick__slag=Utskick.Slag.INBJUDAN)
    alla = (
        synliga_konton(person)
        .select_related("aktor")
        .annotate(
            inbjuden=Max("utskick__skapad", filter=inbjuden),
            lage=Case(
                When(is_active=False, then=Value("avstangd")),
                When(password__startswith=UNUSABLE_PASSWORD_PREFIX, then=Value("inbjuden")),
                default=Value("aktiv"),
                output_field=CharField(),
            ),
        )
    )
    if q:
        alla = alla.filter(innehaller(q, "namn") | innehaller(q, "epost") | innehaller(q, "aktor__namn"))
    if roll:
        alla = alla.filter(roll=roll)
    if lage:
        alla = alla.filter(lage=lage)
    return alla.order_by(svensk_sortering("namn"), "pk")


def med_stadskarnor(konton: Sequence[Anvandare]) -> None:
    """Let each carry `karnor`: the names of those in which alone it may change things. At most one query."""
    begransade = {i for konto in konton for i in konto.bara_i}
    namn = dict(Stadskarna.objects.filter(pk__in=begransade).values_list("pk", "namn")) if begransade else {}
    for konto in konton:
        konto.karnor = uppraknat([namn[i] for i in konto.bara_i if i in namn])  # type: ignore[attr-defined]


def upptagna(adresser: list[str]) -> dict[str, Anvandare]:
    """{address in lower case: the account that has it}. One query."""
    return {k.epost.lower(): k for k in Anvandare.objects.filter(epost__in=[a.lower() for a in adresser])}
