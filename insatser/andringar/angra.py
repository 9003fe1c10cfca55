"""Take back what was just done: all that one change wrote, put as it was, out of the history.

Nobody else's work goes with it: a column that has been changed since stays in the way, and so does what has been built
on a row that would go. What has been decided, published or mailed has ways of its own (`slutlig_andring`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pghistory
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection
from django.db.models import F, Model
from django.utils import timezone
from psycopg.errors import CheckViolation, RaiseException, UniqueViolation

from aktorer.grund.andring import andring
from aktorer.grund.inskick import markera
from aktorer.grund.platsratt import om_eget
from aktorer.grund.samtidighet import handelser
from aktorer.models import Anvandare
from insatser.andringar.samtal import som_finns
from insatser.fragor import angra as fragor
from insatser.fragor import tillfallen
from insatser.fragor.angra import HOJS, Rad
from insatser.models import Handlingsplan, Lagesrapport
from insatser.regler.medverkan import Roll

GAR_ATT_ANGRA = timedelta(days=1)
INTE = "Det går inte att ångra: "


@andring
@om_eget
def angra(*, av: Anvandare, kontext: UUID) -> bool:
    """Put back all that `av` wrote in this context of the history; True when things went that were new, and not only
    rows beside what was there before.

    Taken back twice, it is taken back. No version: the history says what was written, and what has come since.
    Raises ValidationError with what stands in the way.
    """
    rader = fragor.rader(kontext, las=True)
    _krav_egen_och_ny(av, rader)
    if i_vagen := fragor.i_vagen(rader):
        raise ValidationError(f"{INTE}{_andrat(i_vagen[0])}.")
    gors_om = any(tillfallen.ar_angring(r.sist.pgh_context) for r in rader)
    da = timezone.localtime(max(r.sist.pgh_created_at for r in rader))
    orsak = "Gjort igen: det som ångrades" if gors_om else "Ångrat: det som gjordes"
    pghistory.context(orsak=f"{orsak} {da:%Y-%m-%d %H.%M}", **({"gor_om": True} if gors_om else {}))
    skriv_tillbaka(rader)
    return any(r.fore is None and r.efter and HOJS in r.falt() for r in rader)


def skriv_tillbaka(rader: Sequence[Rad]) -> None:
    """Put the locked rows of one change, that nobody has changed since, as they were before it. Raises ValidationError
    with why the database does not let them: then the transaction, or savepoint, must be rolled back.
    """
    ordning = fragor.i_ordning({r.modell for r in rader})
    andrade = [r for r in rader if r.fore and r.efter]
    # Whether its rows may change is for the plan to say: it comes first. Then who is no longer to be ansvarig: the
    # database allows one at a time, and none where there is a reason why there is none.
    andrade.sort(key=lambda r: (r.modell is not Handlingsplan, not _lamnar(r)))
    planer = sum(r.modell is Handlingsplan for r in andrade)
    try:
        for r in andrade[:planer]:
            _stall_tillbaka(r)
        for modell in reversed(ordning):
            _ta_bort(modell, [r.pk for r in rader if r.modell is modell and r.fore is None and r.efter and r.nu])
        for r in andrade[planer:]:
            _stall_tillbaka(r)
        for modell in ordning:
            borta = [r for r in rader if r.modell is modell and r.fore and r.efter is None and r.nu is None]
            modell._base_manager.bulk_create(som_finns([_som_forr(r) for r in sorted(borta, key=lambda r: r.pk)]))
        connection.check_constraints()
    except DatabaseError as fel:
        if skal := _databasens_skal(fel):
            raise ValidationError(f"{INTE}{skal}") from fel
        raise


def _krav_egen_och_ny(av: Anvandare, rader: Sequence[Rad]) -> None:
    """That the person did it, lately, and is who they were then. Raises ValidationError."""
    if not rader:
        raise ValidationError("Inget ändrades, så det finns inget att ångra.")
    if any(r.sist.pgh_context.get("anvandare") != av.pk for r in rader):
        raise ValidationError("Bara den som gjorde ändringen kan ångra den här.")
    if any(r.sist.pgh_context.get("slutlig") for r in rader):
        raise ValidationError("Den ändringen går inte att ångra med ett klick.")
    nar = max(r.sist.pgh_created_at for r in rader)
    if nar < timezone.now() - GAR_ATT_ANGRA:
        raise ValidationError("Det går inte att ångra längre: det var mer än ett dygn sedan.")
    if handelser(Anvandare).filter(pgh_obj_id=av.pk, pgh_created_at__gt=nar).exists():
        raise ValidationError("Ditt konto har ändrats sedan dess. Gör ändringen för hand i stället.")


def _ta_bort(modell: type[Model], vilka: list[int]) -> None:
    alla = modell._base_manager.filter(pk__in=vilka)
    if vilka and modell is Lagesrapport:  # a report is never gone: it is taken back, and marked
        pghistory.context(slutlig=True)
        alla.filter(aterkallad=None).update(aterkallad=timezone.now())
        markera("", angras=False)  # it never counts again: who errs here reports anew
    elif vilka:
        # Without Django's cascade: what somebody has built on it must stand in the way.
        alla._raw_delete(connection.alias)


def _lamnar(rad: Rad) -> bool:
    """Whether what was changed made it an ansvarig."""
    return getattr(rad.efter, "roll", "") == Roll.ANSVARIG != getattr(rad.fore, "roll", "")


def _stall_tillbaka(rad: Rad) -> None:
    varden = rad.andrade()
    if not varden and HOJS in rad.falt():
        # It was written for its rows: who has it open must not miss that they are as they were.
        varden = {HOJS: F(HOJS) + 1}
    if varden:
        rad.modell._base_manager.filter(pk=rad.pk).update(**varden)


def _som_forr(rad: Rad) -> Model:
    varden = {f: getattr(rad.fore, f) for f in rad.falt()}
    if HOJS in varden:
        varden[HOJS] += 1
    return rad.modell(**varden)


def _andrat(rad: Rad) -> str:
    if rad.nu is None:
        return "det är borttaget sedan dess"
    return f"”{rad.nu}” har ändrats sedan dess, {fragor.senast([rad])[rad.modell, rad.pk]}"


def _databasens_skal(fel: DatabaseError) -> str:
    """Our own rules have Swedish words; of a row that points at what would go, what kind it is. Else ""."""
    diag = getattr(fel.__cause__, "diag", None)
    if getattr(diag, "sqlstate", "") == RaiseException.sqlstate:  # what is kept for ever
        return "det som en gång är skrivet där finns kvar."
    if not isinstance(fel, IntegrityError):
        return ""
    text = str(getattr(diag, "message_primary", ""))
    if getattr(diag, "sqlstate", "") == CheckViolation.sqlstate and not text.startswith("new row"):
        return text
    tabell = getattr(diag, "table_name", "")
    namn = next((str(m._meta.verbose_name) for m in apps.get_models() if m._meta.db_table == tabell), "något")
    if getattr(diag, "sqlstate", "") == UniqueViolation.sqlstate:
        return f"det krockar med en annan rad som har kommit till sedan dess ({namn})."
    return f"{namn} bygger på det. Ta bort det först."
