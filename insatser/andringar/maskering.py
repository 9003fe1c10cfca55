"""Masking personal data, in what is written and in all that was: the one exception to that the history only grows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import CASCADE, F, ForeignKey, Model

from aktorer.grund.andring import slutlig_andring
from aktorer.grund.samtidighet import handelser
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.andringar.inlasningsjobb import glom_granskningar
from insatser.behorighet import karna_for
from insatser.fragor import forsegling
from insatser.fragor import maskering as fragor
from insatser.fragor.sakhistorik import Del
from insatser.models import Inlasning, Lagesrapport, Maskering

# The triggers that write the history and guard whole tables; the others freeze what is masked.
_GALLER = {"insert_insert", "update_update", "delete_delete", "toms_inte", "raknas"}


@slutlig_andring
def maskera(
    *, av: Anvandare, sak: Model, delar: Sequence[Del], vad: str, skal: str, filer: Sequence[Inlasning] = ()
) -> Maskering:
    """Replace `vad` by MASK wherever it stands in the texts of `sak` and its parts, now and in their history; take away
    the uploaded `filer`, in which it stands too. Of what was read in there stays that it was, and the file's hash. The
    previews of large files go, since they quote what was, and are made anew when asked for.

    Decided plans and reports that are frozen keep their words (`fragor.maskering.leta` tells which). Raises
    ValidationError: too short, no reason, nowhere to be found.

    No version: what must not be read goes, whoever has changed the rest since.
    """
    sokt, antal, avtryck = fragor.monster(vad), 0, []
    huvuden: dict[type[Model], set[int]] = {}
    with connection.cursor() as cursor:  # what is being sealed meanwhile would be sealed as it was
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [forsegling.LAS])
    for del_ in [*fragor.maskeras(delar), *([fragor.filernas(filer)] if filer else [])]:
        handelsemodell = handelser(del_.modell).model
        har_version = any(f.name == "version" for f in del_.modell._meta.concrete_fields)
        with utan_vakter(del_.modell), utan_vakter(handelsemodell):
            for rad in fragor.rader(del_).select_for_update(of=("self",)):
                if nytt := fragor.maskerat(del_, rad, sokt):
                    # One version on: what was open or fetched then must not bring the words back unseen.
                    ny_version = {"version": F("version") + 1} if har_version else {}
                    del_.modell._base_manager.filter(pk=rad.pk).update(**nytt, **ny_version)
                    antal += 1
                    if not har_version:
                        for huvud, pk in _star_i(rad):
                            huvuden.setdefault(huvud, set()).add(pk)
            andrade = []
            for h in del_.handelser():
                if nytt := fragor.maskerat(del_, h, sokt):
                    handelser(del_.modell).filter(pk=h.pk).update(**nytt)
                    andrade.append(h.pk)
        antal += len(andrade)
        avtryck += forsegling.nya_avtryck(handelsemodell, andrade)
    if not antal and not filer:
        raise ValidationError({"vad": fragor.INGENSTANS})
    for huvud, ids in huvuden.items():
        with utan_vakter(huvud):
            huvud._base_manager.filter(pk__in=ids).update(version=F("version") + 1)
    modell = sak._meta.label_lower
    maskering = spara(Maskering(modell=modell, rad=sak.pk, antal=antal, skal=skal.strip(), avtryck=avtryck, av=av))
    _ta_bort(filer, maskering)
    glom_granskningar(karna_for(sak))
    return maskering


def _ta_bort(filer: Sequence[Inlasning], maskering: Maskering) -> None:
    """With what was said of the words in them. An upload that was never confirmed goes as a whole."""
    alla = Inlasning.objects.filter(pk__in=[fil.pk for fil in filer])
    alla.filter(inlast=None).delete()
    alla.update(innehall=None, tolkning=None, val=None, maskering=maskering)


def _star_i(rad: Model) -> Iterator[tuple[type[Model], int]]:
    """What a row without a version goes with, and changes by the version of: forms and workbooks carry that."""
    for falt in rad._meta.concrete_fields:
        rapportens = isinstance(rad, Lagesrapport) and falt.name == "insats"
        if isinstance(falt, ForeignKey) and (rapportens or falt.remote_field.on_delete is CASCADE):
            huvud = falt.related_model
            if any(f.name == "version" for f in huvud._meta.concrete_fields) and (pk := getattr(rad, falt.attname)):
                yield huvud, pk


@contextmanager
def utan_vakter(modell: type[Model]) -> Iterator[None]:
    """What freezes the rows of the table lets this block through, and nothing else."""
    alla = [t.name for m, t in pgtrigger.registered() if m._meta.label == modell._meta.label]
    vakter = [f"{modell._meta.label}:{namn}" for namn in alla if namn not in _GALLER]
    with pgtrigger.ignore(*vakter):
        yield
