"""The example's handlingsplan, as large as plans become."""

from __future__ import annotations

from insatser.fragor import handlingsplan as planer
from insatser.models import Aktivitet, AktivitetAktor, Handlingsplan

AKTIVITETER = 60


def fyll(plan: Handlingsplan) -> list[int]:
    """Copies of the plan's aktiviteter with their aktörer until there are 60; the ids of those that were made."""
    gjorda = []
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
        gjorda.append(ny.pk)
        for d in delar:
            AktivitetAktor.objects.create(
                aktivitet=ny, aktor=d.aktor, roll=d.roll, ordning=d.ordning, ansvarar_for=d.ansvarar_for
            )
    return gjorda
