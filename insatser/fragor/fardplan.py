"""A färdplan on one page: its målområden with färdriktning and insatser."""

from __future__ import annotations

from dataclasses import dataclass, field

from insatser.models import Fardplan, Fardriktning, Insats, Malomrade


@dataclass
class Fardplanfalt:
    malomrade: Malomrade
    fardriktning: Fardriktning | None
    insatser: list[Insats] = field(default_factory=list)


def falt(fardplan: Fardplan) -> list[Fardplanfalt]:
    """Every målområde of the färdplan's program, with the insatser in force. Three queries."""
    riktningar = {r.malomrade_id: r for r in Fardriktning.objects.filter(fardplan=fardplan)}
    omraden = Malomrade.objects.filter(program=fardplan.program_id).order_by("nummer")
    ut = {m.pk: Fardplanfalt(m, riktningar.get(m.pk)) for m in omraden}
    insatser = Insats.objects.i_fardplan(fardplan).gallande().select_related("malomrade").i_nummerordning()
    for insats in insatser:
        ut[insats.malomrade_id].insatser.append(insats)
    return list(ut.values())
