"""Files that are uploaded, and what confirming them does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib.auth.models import AnonymousUser

from aktorer.models import Anvandare
from insatser.andringar import insats as insatser
from insatser.andringar.inlasning import las_in, skriv_insatser, spara_fil
from insatser.fragor.karta import Urval, hamta
from insatser.models import (
    Fardplan,
    Inlasning,
    Insats,
)
from insatser.utbyte.excel.inlasning import planera
from insatser.utbyte.excel.insatskarta import InsatskartaResource
from insatser.utbyte.excel.insatskarta_ut import skriv_csv


def uppladdad(fardplan: Fardplan, av: Anvandare, insats: Insats, text: str) -> tuple[Inlasning, Callable[[], object]]:
    """A file that gives the insats this text, uploaded and looked at; and what confirming it does."""
    i = Insats.objects.select_related("malomrade").get(pk=insats.pk)
    if not i.text:
        i = insatser.andra(av=None, insats=i, version=i.version, text="Ord att byta")
    karta = skriv_csv(hamta(fardplan, Urval(q=i.titel), AnonymousUser()))
    return sparad_fil(fardplan, av, karta.replace(i.text.encode(), text.encode()))


def sparad_fil(fardplan: Fardplan, av: Anvandare, innehall: bytes) -> tuple[Inlasning, Callable[[], object]]:
    """A CSV file uploaded and looked at, and what confirming it does."""
    sparad = spara_fil(av=av, fardplan=fardplan, filnamn="karta.csv", innehall=innehall)
    plan = partial(planera, InsatskartaResource, fardplan, "karta.csv", innehall)
    return sparad, partial(
        las_in,
        av=av,
        inlasning=sparad,
        planera=partial(plan, las=True),
        skriv=skriv_insatser,
        fingeravtryck=plan().fingeravtryck,
    )
