"""The kinds of files that are read in: the words and addresses of their pages, and what a file is fetched for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from aktorer.roller import Rattighet
from insatser.fragor.handlingsplan import BARA_STATUS
from insatser.models import Fardplan, Handlingsplan, Inlasning, Program, Stadskarna
from insatser.utbyte.excel import filslag
from insatser.utbyte.excel.filslag import Filslag
from insatser.views import atkomst


@dataclass(frozen=True)
class Slag:
    """The pages of a kind of workbook: what it is fetched for, the names of its addresses, and its words. `hamta`
    takes the request and the words of the address, and fetches with access.
    """

    filslag: Filslag
    hamta: Callable[..., Fardplan | Handlingsplan | Program]
    sida: str
    fil: str
    ladda_upp: str
    granska: str
    rubrik: str
    i_bestamd: str
    rader: str  # one and many
    flera: str
    ord_nya: tuple[str, str]
    ord_andrade: tuple[str, str]
    ord_oforandrade: tuple[str, str]
    inte_med: str

    @property
    def ar_bok(self) -> bool:
        return len(self.filslag.mallar) > 1


INSATSKARTA = Slag(
    filslag.INSATSKARTA,
    partial(atkomst.fardplan, ratt=Rattighet.REDIGERA),
    sida="insatskarta",
    fil="insatskarta_xlsx",
    ladda_upp="inlasning",
    granska="inlasning_granska",
    rubrik="Insatskarta",
    i_bestamd="insatskartan",
    rader="insats,insatser",
    flera="insatser",
    ord_nya=("ny insats", "nya insatser"),
    ord_andrade=("ändrad", "ändrade"),
    ord_oforandrade=("oförändrad", "oförändrade"),
    inte_med="En insats som inte finns med i filen tas inte bort.",
)
LAGESBILD = Slag(
    filslag.LAGESBILD,
    partial(atkomst.fardplan, ratt=Rattighet.REDIGERA),
    sida="lagesbild",
    fil="lagesbild_xlsx",
    ladda_upp="lagesbild_inlasning",
    granska="lagesbild_granska",
    rubrik="Lägesbild",
    i_bestamd="lägesbilden",
    rader="mätvärde,mätvärden",
    flera="mätvärden",
    ord_nya=("nytt mätvärde", "nya mätvärden"),
    ord_andrade=("ändrat", "ändrade"),
    ord_oforandrade=("oförändrat", "oförändrade"),
    inte_med="Ett mätvärde som inte finns med i filen tas inte bort. Töm cellen Värde om det ska bort.",
)
AKTIVITETER = Slag(
    filslag.AKTIVITETER,
    atkomst.plan_att_lasa_in,
    sida="handlingsplan",
    fil="handlingsplan_xlsx",
    ladda_upp="aktiviteter_inlasning",
    granska="aktiviteter_granska",
    rubrik="Handlingsplan",
    i_bestamd="handlingsplanen",
    rader="aktivitet,aktiviteter",
    flera="aktiviteter",
    ord_nya=("ny aktivitet", "nya aktiviteter"),
    ord_andrade=("ändrad", "ändrade"),
    ord_oforandrade=("oförändrad", "oförändrade"),
    inte_med="Bara bladet Aktiviteter läses in. En aktivitet som inte finns med i det tas inte bort.",
)
ARBETSBOK = Slag(
    filslag.ARBETSBOK,
    partial(atkomst.fardplan, ratt=Rattighet.REDIGERA),
    sida="arbetsbok",
    fil="arbetsbok",
    ladda_upp="arbetsbok_inlasning",
    granska="arbetsbok_granska",
    rubrik="Hela färdplanen i en arbetsbok",
    i_bestamd="arbetsboken",
    rader="rad,rader",
    flera="rader",
    ord_nya=("ny rad", "nya rader"),
    ord_andrade=("ändrad", "ändrade"),
    ord_oforandrade=("oförändrad", "oförändrade"),
    inte_med="Alla blad som finns i filen läses. En rad som inte finns med tas inte bort.",
)
PROGRAM = replace(
    ARBETSBOK,
    hamta=atkomst.program_att_lasa_in,
    sida="arbetsbok_alla",
    fil="arbetsbok_alla_xlsx",
    ladda_upp="program_inlasning",
    granska="program_granska",
    rubrik="Alla färdplaner i en arbetsbok",
)


@dataclass(frozen=True)
class Hem:
    """What a workbook is fetched for, and where its pages are. `adress`: the words of their addresses."""

    slag: Slag
    objekt: Fardplan | Handlingsplan | Program
    adress: dict[str, str]

    @property
    def plan(self) -> Handlingsplan | None:
        return self.objekt if isinstance(self.objekt, Handlingsplan) else None

    @property
    def program(self) -> Program | None:
        """The program that it is for as a whole."""
        return self.objekt if isinstance(self.objekt, Program) else None

    @property
    def fardplan(self) -> Any:
        """The only färdplan that it is for; None for a program, which only few pages have."""
        if isinstance(self.objekt, Program):
            return None
        return self.objekt.fardplan if isinstance(self.objekt, Handlingsplan) else self.objekt

    @property
    def karna(self) -> Stadskarna | None:
        return self.fardplan.stadskarna if self.fardplan else None

    @property
    def rubrik(self) -> str:
        return f"{self.plan or self.slag.rubrik} för {self.karna or self.program}"

    @property
    def vid_kartan(self) -> bool:
        """Whether it is found by way of the insatskarta."""
        return self.slag is INSATSKARTA or self.slag is ARBETSBOK

    @property
    def upplysning(self) -> str:
        """What its reader should know before choosing a file."""
        return BARA_STATUS if self.plan and not self.plan.kan_andras else ""

    @property
    def sida(self) -> str:
        return reverse(self.slag.sida, kwargs={} if self.program else self.adress)

    @property
    def fil(self) -> str:
        return reverse(self.slag.fil, kwargs={} if self.program else self.adress)

    @property
    def inlasningar(self) -> str:
        """The list of the files that have been read in."""
        return inlasningarna(self.karna or self.objekt)

    def kvitto(self, inlasning: Inlasning) -> str:
        """Where who has read in the file ends up: at what it is about, or at what it changed when that is a lot."""
        return adressen(inlasning) if self.slag.ar_bok else self.sida

    @property
    def ladda_upp(self) -> str:
        return reverse(self.slag.ladda_upp, kwargs=self.adress)


def inlasningarna(hem: Any) -> str:
    """The address of the list of what has been read in, of a stadskärna or a program."""
    return reverse("program_inlasningar" if isinstance(hem, Program) else "inlasningar", args=[hem.slug])


def adressen(inlasning: Inlasning, vad: str = "inlast") -> str:
    """Of what it changed (`vad` inlast), or of the file itself (`inlast_fil`)."""
    if inlasning.program:
        return reverse(f"program_{vad}", args=[inlasning.program.slug, inlasning.pk])
    return reverse(vad, args=[inlasning.fardplan.stadskarna.slug, inlasning.pk])  # type: ignore[union-attr]


def hamta_hem(request: HttpRequest, slag: Slag, adress: dict[str, str]) -> Hem:
    return Hem(slag, slag.hamta(request, **adress), adress)
