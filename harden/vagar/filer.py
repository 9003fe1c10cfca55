"""Races on files that are read in, pasted and taken back."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from harden import scen
from harden.filer import byt_i_delar
from harden.scen import Scen, dag
from harden.vagar.insatser import egen_insats, rollrader
from harden.vagar.skrivning import Par, Skrivning, Vag, av_bada, las_om, star
from insatser.andringar import fardplan as fardplaner
from insatser.andringar import insats as insatser
from insatser.andringar.arbetsbok import skriv_bok
from insatser.andringar.inlasning import las_in, spara_fil
from insatser.andringar.inlasningar import angra_inlasning
from insatser.fragor import arbetsbok
from insatser.fragor.arbetsbok import Bokblad
from insatser.fragor.karta import Urval, hamta
from insatser.models import (
    Fardplan,
    Fardriktning,
    Insats,
    Malomrade,
)
from insatser.utbyte.excel import klistrat
from insatser.utbyte.excel.arbetsbok_in import planera as planera_bok
from insatser.utbyte.excel.arbetsbok_ut import skriv_xlsx
from insatser.utbyte.excel.insatskarta import MALL, InsatskartaResource


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


def bok_mot_hand(s: Scen, varv: int) -> Par:
    """One reads in the workbook of the whole färdplan, one writes on the page what is in two of its sheets."""
    r, text = _riktning(s, f"I bok {varv}"), f"För hand {varv}"
    bok = _bok(s, f"I bok {varv}", f"Ur bok {varv}")
    return (
        Skrivning(bok, lambda: star(r, rubrik=f"Ur bok {varv}")),
        Skrivning(
            lambda: fardplaner.skriv_fardriktning(
                av=None, fardplan=s.fardplan, malomrade=r.malomrade, version=r.version, rubrik=text
            ),
            lambda: star(r, rubrik=text),
        ),
    )


def bok_mot_roller(s: Scen, varv: int) -> Par:
    i, text = las_om(s.insats), f"Svarar {varv}"
    i = insatser.andra_roller(av=None, insats=i, version=i.version, roller=rollrader(i, f"I bok {varv}"))
    bok = _bok(s, f"I bok {varv}", f"Ur bok {varv}")
    rader = rollrader(i, text)
    return (
        Skrivning(bok, lambda: i.medverkan.filter(ansvarar_for=f"Ur bok {varv}").exists()),
        Skrivning(
            lambda: insatser.andra_roller(av=None, insats=i, version=i.version, roller=rader),
            lambda: i.medverkan.filter(ansvarar_for=text).exists(),
        ),
    )


def bok_tva_bekraftar(s: Scen, varv: int) -> Par:
    r = _riktning(s, f"I bok {varv}")
    bok = _bok(s, f"I bok {varv}", f"Ur bok {varv}")
    return av_bada(varv, lambda t: bok(), lambda t: star(r, rubrik=f"Ur bok {varv}"))


def _riktning(s: Scen, rubrik: str) -> Fardriktning:
    r = Fardriktning.objects.filter(fardplan=s.fardplan).select_related("malomrade").order_by("pk")[0]
    return fardplaner.skriv_fardriktning(
        av=None, fardplan=s.fardplan, malomrade=r.malomrade, version=r.version, rubrik=rubrik
    )


def _bok(s: Scen, var: str, blir: str) -> Callable[[], object]:
    """What confirming the färdplan's workbook does, where one text has been changed in the sheets it stands on."""
    bladen = [Bokblad.MEDVERKAN, Bokblad.FARDRIKTNINGAR]
    xlsx = skriv_xlsx(arbetsbok.hamta([s.fardplan], bladen, s.planerare), dag(0))
    med = byt_i_delar(xlsx, var.encode(), blir.encode())
    sparad = spara_fil(av=s.planerare, fardplan=s.fardplan, slag="arbetsbok", filnamn="bok.xlsx", innehall=med)
    plan = partial(planera_bok, s.fardplan, "bok.xlsx", med)
    return partial(
        las_in,
        av=s.planerare,
        inlasning=sparad,
        planera=partial(plan, las=True),
        skriv=skriv_bok,
        fingeravtryck=plan().fingeravtryck,
    )


def klistrat_mot_cell(s: Scen, varv: int) -> Par:
    """One pastes titles over two rows, one writes one of them in its cell."""
    ids = [egen_insats(s).pk, s.insats.pk]
    alla = hamta(s.fardplan, Urval(avforda=True), s.planerare).insatser
    par = sorted((i for i in alla if i.pk in ids), key=lambda i: ids.index(i.pk))
    titlar, text = [f"Klistrad {varv} {n}" for n in (1, 2)], f"I cellen {varv}"
    i = par[1]
    per_nyckel = {klistrat.nyckeln(i.nummer): i for i in alla}
    underlag = klistrat.Klistertabell(InsatskartaResource(s.fardplan), ("nummer",), per_nyckel, par)
    innehall, _ = klistrat.som_fil("\n".join(titlar), "titel", underlag)
    _, gor = scen.sparad_fil(s.fardplan, s.planerare, innehall)
    return (
        Skrivning(gor, lambda: all(star(i, titel=t) for i, t in zip(par, titlar, strict=True))),
        Skrivning(
            lambda: insatser.andra(av=None, insats=i, version=i.version, titel=text), lambda: star(i, titel=text)
        ),
    )


VAGAR: dict[str, Vag] = {
    "import, två bekräftar": import_tva_bekraftar,
    "import mot ändring": import_mot_text,
    "import, ångrar mot ändrar": import_angras_mot_text,
    "arbetsbok mot färdriktning": bok_mot_hand,
    "arbetsbok mot roller": bok_mot_roller,
    "arbetsbok, två bekräftar": bok_tva_bekraftar,
    "klistrat mot cell": klistrat_mot_cell,
    "import, två ångrar": import_angras_av_tva,
    "import, två nya gemensamma": import_tva_nya_gemensamma,
}
