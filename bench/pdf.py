"""How long a handlingsplan with 60 aktiviteter takes to become a PDF."""

from __future__ import annotations

import statistics
import time

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat

from bench.matt import Matt
from insatser.fragor import handlingsplan as planer
from insatser.models import Aktivitet, AktivitetAktor, Handlingsplan
from insatser.utbyte import pdf

AKTIVITETER = 60
GRANS = 0.1


@transaction.atomic
def kor() -> list[Matt]:
    """Median seconds from what is read to the bytes, in a process that has made a PDF before."""
    plan = Handlingsplan.objects.select_related("fardplan__stadskarna", "fardplan__program").get(exempel=True)
    _fyll(plan)
    tider = [_tid(plan, varv) for varv in range(11)]
    transaction.set_rollback(True)
    return [Matt(f"handlingsplan med {AKTIVITETER} aktiviteter till PDF", statistics.median(tider[1:]), GRANS, "s")]


def _fyll(plan: Handlingsplan) -> None:
    """Copies of the plan's aktiviteter with their aktörer until there are 60."""
    forebilder = planer.innehall(plan).aktiviteter
    for n in range(AKTIVITETER - len(forebilder)):
        forebild = forebilder[n % len(forebilder)]
        delar = list(forebild.aktorer.all())
        ny = Aktivitet.objects.create(
            prioritering=forebild.prioritering,
            ordning=100 + n,
            titel=f"{forebild.titel} {n}",
            resultat=forebild.resultat,
            start=forebild.start,
            slut=forebild.slut,
            status=forebild.status,
        )
        for d in delar:
            AktivitetAktor.objects.create(
                aktivitet=ny, aktor=d.aktor, roll=d.roll, ordning=d.ordning, ansvarar_for=d.ansvarar_for
            )


def _tid(plan: Handlingsplan, varv: int) -> float:
    # Typst remembers what it has set before: every round gets other words.
    Aktivitet.objects.filter(prioritering__handlingsplan=plan).update(
        titel=Concat("titel", Value(f" {varv}")), resultat=Concat("resultat", Value(f" {varv}"))
    )
    innehall = planer.innehall(plan)
    if len(innehall.aktiviteter) != AKTIVITETER:
        raise RuntimeError(f"{len(innehall.aktiviteter)} aktiviteter")
    start = time.perf_counter()
    pdf.handlingsplan(innehall)
    return time.perf_counter() - start
