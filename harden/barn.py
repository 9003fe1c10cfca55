"""The process that is killed: it makes one kind of change over and over until it dies.

It is forked from a process that has read all of Django and nothing else, so that one more costs a few hundredths.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import time_machine
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from harden import data

data.gor_klart()

# ruff: noqa: E402 -- the models can be read when Django is ready
from django.contrib.auth.models import AnonymousUser

from aktorer.grund.samtidighet import radens_handelser
from aktorer.models import Anvandare
from insatser.andringar import angra as angrar
from insatser.andringar import beslut, uppfoljning, utskick
from insatser.andringar import handlingsplan as planer
from insatser.andringar.inlasning import las_in, skriv_insatser, spara_fil
from insatser.fragor import uppfoljning as omgangar
from insatser.fragor.karta import Urval, hamta
from insatser.models import Fardplan, Handlingsplan, Prioritering, Samverkansorgan
from insatser.utbyte.excel.inlasning import planera
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_csv

type Ids = Mapping[str, Any]

DATABASEN_DOG = 3


def kor(databas: Mapping[str, Any], nu: datetime, vad: str, ids: Ids, fran: int) -> None:
    """Connect to the database and do `vad` for ever, numbered from `fran`; at `nu`, if the tests' clock is another."""
    connection.settings_dict.update(databas)
    if abs(nu - timezone.now()) > timedelta(minutes=1):
        time_machine.travel(nu).start()
    gor = {"import": importera, "beslut": besluta, "ordning": ordna, "omgång": oppna, "ångra": angra, "mejl": mejla}[
        vad
    ]
    try:
        for varv in count(fran):
            gor(ids, varv)
    except (OperationalError, InterfaceError):  # the database was killed
        os._exit(DATABASEN_DOG)


def _fardplan(ids: Ids) -> Fardplan:
    return Fardplan.objects.select_related("stadskarna", "program").get(pk=ids["fardplan"])


def importera(ids: Ids, varv: int) -> None:
    """Every insats of the färdplan's own gets the same text, out of a file."""
    fardplan, av, namn = _fardplan(ids), Anvandare.objects.get(pk=ids["av"]), f"{varv}.csv"
    innehall = _med_text(skriv_csv(hamta(fardplan, Urval(typ="karnspecifik"), AnonymousUser())), namn)
    plan = partial(planera, InsatskartaResource, fardplan, namn, innehall)
    las_in(
        av=av,
        inlasning=spara_fil(av=av, fardplan=fardplan, filnamn=namn, innehall=innehall),
        planera=partial(plan, las=True),
        skriv=skriv_insatser,
        fingeravtryck=plan().fingeravtryck,
    )


def _med_text(fil: bytes, text: str) -> bytes:
    rubriker, *rader = csv.reader(io.StringIO(fil.decode("utf-8-sig")), delimiter=";")
    kolumn = rubriker.index("Text")
    buffert = io.StringIO(newline="")
    csv.writer(buffert, delimiter=";").writerows([rubriker, *([*r[:kolumn], text, *r[kolumn + 1 :]] for r in rader)])
    return buffert.getvalue().encode("utf-8-sig")


def besluta(ids: Ids, varv: int) -> None:
    """Open the decided plan, decide on it anew."""
    plan = Handlingsplan.objects.get(pk=ids["plan"])
    plan = beslut.oppna_andring(av=None, plan=plan)
    organ = Samverkansorgan.objects.get(pk=ids["organ"])
    beslut.besluta(av=None, plan=plan, version=plan.version, organ=organ, datum=ids["dag"], paragraf=str(varv))


def ordna(ids: Ids, varv: int) -> None:
    """The last insats of the draft first: every row changes."""
    sist = Prioritering.objects.filter(handlingsplan=ids["utkast"]).order_by("-ordning")[0]
    planer.flytta(av=Anvandare.objects.get(pk=ids["av"]), prioritering=sist, version=sist.version, plats=1)


def angra(ids: Ids, varv: int) -> None:
    """The same, and taken back."""
    sist = Prioritering.objects.filter(handlingsplan=ids["utkast"]).order_by("-ordning")[0]
    ordna(ids, varv)
    kontext = radens_handelser(sist).latest("pgh_id").pgh_context_id
    angrar.angra(av=Anvandare.objects.get(pk=ids["av"]), kontext=kontext)


def oppna(ids: Ids, varv: int) -> None:
    """Open a round about all there is, and close it."""
    fardplan = _fardplan(ids)
    omgang = uppfoljning.oppna(
        av=Anvandare.objects.get(pk=ids["av"]),
        fardplan=fardplan,
        namn=f"Omgång {varv}",
        deadline=ids["deadline"],
        fragor=[f for f in omgangar.amnen([fardplan]) if f.personer],
    )
    uppfoljning.stang(av=None, omgang=omgang)


def mejla(ids: Ids, varv: int) -> None:
    """Empty the queue; what goes is written at the end of a file, as a mail server would have it."""
    fil = os.open(ids["brevlada"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    utskick.skicka(lambda rad: f"{rad.pk}\n".encode(), lambda brev: _lagg(fil, brev))
    os.close(fil)


def _lagg(fil: int, brev: bytes) -> None:
    os.write(fil, brev)
