"""Races on files that are read in, pasted and taken back."""

from __future__ import annotations

import time
from collections.abc import Callable

from harden import scen
from harden.scen import Scen
from harden.vagar.insatser import egen_insats
from harden.vagar.skrivning import Par, Skrivning, Vag, av_bada, las_om, star
from insatser.andringar import insats as insatser
from insatser.andringar.inlasningar import angra_inlasning
from insatser.models import (
    Fardplan,
    Insats,
    Malomrade,
)
from insatser.utbyte.excel.insatskarta import MALL


def import_tva_bekraftar(s: Scen, varv: int) -> Par:
    fil = _fil(s, f"Ur fil {varv}")
    return av_bada(
        varv,
        lambda t: fil(),
        lambda t: Insats.objects.get(pk=egen_insats(s).pk).text == f"Ur fil {varv}",
    )


def import_mot_text(s: Scen, varv: int) -> Par:
    fil, i = _fil(s, f"Ur annan fil {varv}"), las_om(egen_insats(s))
    return (
        Skrivning(fil, lambda: star(i, text=f"Ur annan fil {varv}")),
        Skrivning(
            lambda: insatser.andra(av=None, insats=i, version=i.version, text=f"För hand {varv}"),
            lambda: star(i, text=f"För hand {varv}"),
        ),
    )


def import_tva_nya_gemensamma(s: Scen, varv: int) -> Par:
    """Out of files of two stadskärnor: each takes a number that nobody else may have."""
    haninge = Fardplan.objects.get_by_natural_key(s.fardplan.program.slug, "haninge")

    def skrivning(fardplan: Fardplan, ordning: int) -> Skrivning:
        malomrade = Malomrade.objects.get(program=fardplan.program_id, nummer=2)
        titel = f"Gemensam {varv} {time.monotonic_ns()}"
        celler = {"Nummer": f"2.{ordning}", "Typ": "Gemensam", "Målområde": str(malomrade), "Titel": titel}
        rad = ";".join(celler.get(rubrik, "") for rubrik in MALL.rubriker)
        _, gor = scen.sparad_fil(fardplan, s.planerare, f"{';'.join(MALL.rubriker)}\r\n{rad}\r\n".encode())
        return Skrivning(gor, lambda: Insats.objects.filter(fardplan=None, titel=titel).exists())

    return skrivning(s.fardplan, 3000 + 2 * varv), skrivning(haninge, 3001 + 2 * varv)


def _fil(s: Scen, text: str) -> Callable[[], object]:
    """What confirming a file does, that gives the insats this text."""
    return scen.uppladdad(s.fardplan, s.planerare, egen_insats(s), text)[1]


def import_angras_mot_text(s: Scen, varv: int) -> Par:
    """One takes back a file that was read in, one goes on from it."""
    inlast, bekrafta = scen.uppladdad(s.fardplan, s.planerare, egen_insats(s), f"Ur fil {varv}")
    fore = las_om(egen_insats(s)).text
    bekrafta()
    i = las_om(egen_insats(s))
    return (
        Skrivning(lambda: angra_inlasning(av=s.planerare, inlasning=inlast), lambda: star(i, text=fore)),
        Skrivning(
            lambda: insatser.andra(av=None, insats=i, version=i.version, text=f"Sedan {varv}"),
            lambda: star(i, text=f"Sedan {varv}"),
        ),
    )


def import_angras_av_tva(s: Scen, varv: int) -> Par:
    par = import_angras_mot_text(s, varv)
    return par[0], par[0]


VAGAR: dict[str, Vag] = {
    "import, två bekräftar": import_tva_bekraftar,
    "import mot ändring": import_mot_text,
    "import, ångrar mot ändrar": import_angras_mot_text,
    "import, två ångrar": import_angras_av_tva,
    "import, två nya gemensamma": import_tva_nya_gemensamma,
}
