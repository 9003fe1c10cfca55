"""Every write of programs, of their målområden and of their ordlista."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.adress import ledig_adress
from aktorer.grund.andring import andring
from aktorer.grund.rader import jamfor_lista, skriv_lista
from aktorer.grund.samtidighet import (
    jamfor,
    krav_oandrad,
    krav_utan_krock,
    las,
    radens_handelser,
    skriv_rad,
)
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.fragor.program import fulla, inlasta, numren_star_fast
from insatser.models import Malomrade, Program
from insatser.models.program import NUMREN_STAR_FAST, RESERVERADE


@dataclass(frozen=True)
class Ordrad:
    """A word of the ordlista, as a form states it; they come in the order given."""

    ord: str
    forklaring: str

    def __str__(self) -> str:
        return f"{self.ord}: {self.forklaring}"


@andring
def skapa(*, av: Anvandare | None, utgar_fran: Program | None = None, **varden: Any) -> Program:
    """A new program (`namn`, `ar_fran` …) with copies of the målområden and the ordlista of `utgar_fran`, if any.

    Its address is made from the name. Raises ValidationError.
    """
    list(Program.objects.select_for_update().order_by("pk"))  # one at a time: the next one sees what this one made
    upptagna = {*RESERVERADE, *Program.objects.values_list("slug", flat=True)}
    nytt = spara(Program(slug=ledig_adress(varden["namn"], ord_="program", upptagna=upptagna), **varden))
    for m in utgar_fran.malomraden.order_by("nummer") if utgar_fran else ():
        lika = {falt: getattr(m, falt) for falt in ("nummer", "namn", "beskrivning", "farg", "ikon")}
        spara(Malomrade(program=nytt, **lika))
    skriv_lista(nytt.ordlista, rader(utgar_fran.ordlista.order_by("ordning")) if utgar_fran else ())
    return nytt


@andring
def andra(
    *, av: Anvandare | None, program: Program, version: int, ordlista: Sequence[Ordrad] | None = None, **varden: Any
) -> Program:
    """Change name, years, the word for målområde, the source; not the address. `ordlista`: all its words.

    Raises Krock and ValidationError.
    """
    nu = las(program)
    rad = jamfor(nu, version=version, varden=varden)
    orden = {}
    if ordlista is not None:
        orden["ordlista"] = jamfor_lista(nu.ordlista, version=version, nya=ordlista, las=rader, rubrik="Ordlistan")
    krav_utan_krock(nu.version, radens_handelser(nu), rad, **orden)
    nya = any(lista.skriv for lista in orden.values())
    if nya:
        skriv_lista(nu.ordlista, ordlista or ())
    return skriv_rad(nu, rad.skriv, rader=nya)


@andring
def ta_bort(*, av: Anvandare | None, program: Program, version: int) -> None:
    """Take away a program that no färdplan is of, with its empty målområden. Raises Krock and ValidationError."""
    nu = las(program)
    krav_oandrad(nu, version=version, vad="programmet")
    malomraden = list(nu.malomraden.select_for_update())
    if nu.fardplaner.exists() or fulla(nu.malomraden.all()).exists() or inlasta(nu).exists():
        raise ValidationError("Programmet används. Läs vad som finns i det nedan.")
    for m in malomraden:
        m.delete()
    nu.inlasningar.all().delete()
    nu.delete()


@andring
def skapa_malomrade(*, av: Anvandare | None, program: Program, **varden: Any) -> Malomrade:
    """A new målområde of the program. Raises ValidationError, also when its number is taken."""
    las(program)
    if annat := program.malomraden.filter(nummer=varden["nummer"]).first():
        raise ValidationError({"nummer": f"{annat.nummer} är numret på {annat.namn}. Välj ett annat."})
    return spara(Malomrade(program=program, **varden))


@andring
def andra_malomrade(
    *, av: Anvandare | None, malomrade: Malomrade, version: int, **varden: Any
) -> tuple[Malomrade, Malomrade | None]:
    """Change a målområde. One whose number it takes gets its number instead, and is told as the second.

    With the number follow those of its insatser: it stands fast once a färdplan of the program has been published.
    Raises Krock and ValidationError.
    """
    program = las(malomrade.program)
    nu = las(malomrade)
    rad = jamfor(nu, version=version, varden=varden)
    krav_utan_krock(nu.version, radens_handelser(nu), rad)
    annat = None
    if "nummer" in rad.skriv:
        if numren_star_fast(program):
            raise ValidationError({"nummer": NUMREN_STAR_FAST})
        annat = program.malomraden.filter(nummer=rad.skriv["nummer"]).first()
        if annat:
            annat.nummer = nu.nummer
            annat.save(update_fields=["nummer"])
    return skriv_rad(nu, rad.skriv), annat


@andring
def ta_bort_malomrade(*, av: Anvandare | None, malomrade: Malomrade, version: int) -> None:
    """Take away a målområde with nothing in it. Raises Krock and ValidationError."""
    nu = las(malomrade)
    krav_oandrad(nu, version=version, vad="målområdet")
    if fulla(Malomrade.objects.filter(pk=nu.pk)).exists():
        raise ValidationError("Målområdet är inte tomt. Läs vad som finns i det nedan.")
    nu.delete()


def rader(ordlista: Iterable[Any]) -> list[Ordrad]:
    """What the words, as they are now or in the history, say."""
    return [Ordrad(o.ord, o.forklaring) for o in ordlista]
