"""`python -m kluster.data LÖSENORD`: what the cluster's database begins with: the plans, the example data, who writes,
and the insatser that all of them write in.
"""

from __future__ import annotations

import os
import sys

ANTAL = 5  # who write
DELADE = ("Skrivs i av alla, den första", "Skrivs i av alla, den andra", "Skrivs i av alla, den tredje")
STADSKARNA = "flemingsberg"
INBJUDARE = "inbjudare@kluster.example"


def adress(n: int) -> str:
    """Of who writes as number n."""
    return f"skribent{n}@kluster.example"


def fyll(losenord: str) -> None:
    """In an empty database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fardplan.settings")
    import django  # noqa: PLC0415 -- app ready

    django.setup()
    from aktorer.roller import Anvandarroll  # noqa: PLC0415 -- app ready
    from fardplan import exempel, start  # noqa: PLC0415 -- app ready
    from insatser.andringar import insats as insatser  # noqa: PLC0415 -- app ready
    from insatser.models import Fardplan, Malomrade  # noqa: PLC0415 -- app ready

    start.migrera()
    start.las_in(med_exempel=True)
    for epost in (INBJUDARE, *(adress(n) for n in range(ANTAL))):
        exempel.skapa(exempel.Konto(epost, epost, Anvandarroll.PLANERARE, "region-stockholm"), losenord)
    fardplan = Fardplan.objects.get_by_natural_key("fardplaner-2026", STADSKARNA)
    malomrade = Malomrade.objects.get(program=fardplan.program, nummer=4)
    for titel in DELADE:
        insatser.skapa(av=None, malomrade=malomrade, fardplan=fardplan, titel=titel, text="Början.")


if __name__ == "__main__":
    fyll(sys.argv[1])
