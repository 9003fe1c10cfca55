"""Files beside a thing: attached, taken away, and masked. Who may is asked by who calls (`behorighet`)."""

from __future__ import annotations

import logging
from functools import partial

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from aktorer.grund import fillager
from aktorer.grund.andring import andring, slutlig_andring
from aktorer.grund.platsratt import om_eget
from aktorer.grund.samtidighet import handelser, krav_oandrad, las, skriv_rad
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.andringar.angra import GAR_ATT_ANGRA
from insatser.andringar.fillager import anteckna_rest, stada
from insatser.andringar.samtal import las_innehall
from insatser.fragor.samtal import hor_till_beslutet
from insatser.models import Beslut, Bilaga, Filinnehall, Maskering, Mote, Samtalssak
from insatser.regler.bilagetyp import Fil, InteTillaten, Provad, prova

logg = logging.getLogger(__name__)


@andring
def bifoga(*, av: Anvandare, sak: Samtalssak, fil: Fil) -> Bilaga:
    """Raises ValidationError: it is no kind of file that is taken in, or the very file is here already.

    No version: it is new.
    """
    planerarens = isinstance(sak.rad, Mote | Beslut)
    return (lagg if planerarens else om_eget(lagg))(av, sak, fil)


def lagg(av: Anvandare | None, sak: Samtalssak, fil: Fil) -> Bilaga:
    """Called inside a change. Raises as `bifoga`.

    No version: it is new.
    """
    las(sak.rad)
    provat, sha256 = provad(fil), fil.sha256
    if finns := Bilaga.objects.om(sak).kvar().filter(sha256=sha256, maskering=None).first():
        raise ValidationError({"fil": f"Filen finns redan här. Den heter {finns.filnamn}."})
    las_innehall([sha256])
    Filinnehall.objects.bulk_create([Filinnehall(sha256=sha256, data=fil.innehall)], ignore_conflicts=True)
    vad = {"filnamn": provat.namn, "typ": provat.typ.kod, "storlek": len(fil.innehall)}
    return spara(Bilaga(**sak.kolumner, **vad, sha256=sha256, innehall_id=sha256, av=av))


def _ta_bort_innehall(sha256: str) -> None:
    """For good: what lies in the store when this is done, by `stada`."""
    rad = Filinnehall.objects.filter(pk=sha256)
    if fillager.valt() or rad.filter(data=None).exists():
        anteckna_rest(av=None, sha256=sha256)
    rad._raw_delete(connection.alias)  # unread: it may be large


def _stada_nu(sha256: str) -> None:
    try:
        stada(av=None, sha256=sha256)
    except fillager.LagretSvararInte as fel:
        logg.warning("Fillagret raderade inte %s: %s", sha256, fel)  # the timer does


def provad(fil: Fil) -> Provad:
    """Raises ValidationError."""
    try:
        return prova(fil)
    except InteTillaten as nej:
        raise ValidationError({"fil": str(nej)}) from nej


@andring
def ta_bort(*, av: Anvandare | None, bilaga: Bilaga, version: int) -> None:
    """Nobody gets the file any more; that it was here is in the history. Taken away twice, it is.

    Raises Krock when it was changed since, and ValidationError when it belongs to what was decided.
    """
    egen = av is not None and bilaga.av_id == av.pk and not (bilaga.mote_id or bilaga.beslut_id)
    (om_eget(_ta_bort) if egen else _ta_bort)(bilaga, version)


def _ta_bort(bilaga: Bilaga, version: int) -> None:
    nu = las(bilaga)
    if nu.borttagen:
        return
    krav_oandrad(nu, version=version, vad="filen")
    if hor_till_beslutet(nu):
        raise ValidationError("Protokollet hör till det som beslutades och tas inte bort.")
    skriv_rad(nu, {"borttagen": timezone.now()})


@slutlig_andring
def maskera(*, av: Anvandare, bilaga: Bilaga, skal: str) -> Maskering:
    """Take the bytes away for good, unless they are attached elsewhere too: what it was called, its hash, who masked it
    and why stay. Nobody gets it from then on; what lies in the store is erased at once when this has been written, and
    by the timer when the store does not answer. Raises ValidationError: no reason, or it is gone already.

    No version: what must not be read goes, whatever became of the rest.
    """
    nu = las(bilaga)
    if nu.maskering_id:
        raise ValidationError("Filen är redan maskerad.")
    maskering = spara(Maskering(modell=Bilaga._meta.label_lower, rad=nu.pk, antal=1, skal=skal.strip(), av=av))
    las_innehall([nu.sha256])
    skriv_rad(nu, {"innehall_id": None, "maskering_id": maskering.pk})
    if not Bilaga.objects.filter(innehall=nu.sha256).exists():
        _ta_bort_innehall(nu.sha256)
        transaction.on_commit(partial(_stada_nu, nu.sha256))
    return maskering


@slutlig_andring
def glom_onabara(*, av: Anvandare | None) -> None:
    """Erase the bytes that nothing points at any more, when whoever took that away can no longer undo it.

    No version: nobody reaches them, to read or to mask.
    """
    for sha256 in _onabara().values_list("pk", flat=True):
        las_innehall([sha256])
        if _onabara().filter(pk=sha256).exists():
            _ta_bort_innehall(sha256)


def _onabara() -> QuerySet[Filinnehall]:
    nyss = handelser(Bilaga).filter(pgh_label="delete", pgh_created_at__gte=timezone.now() - GAR_ATT_ANGRA)
    utan = Filinnehall.objects.exclude(pk__in=Bilaga.objects.exclude(innehall=None).values("innehall"))
    return utan.exclude(pk__in=nyss.exclude(innehall=None).values("innehall")).order_by("pk")
