"""Every write of stadskärnor: what they are called, in which order they stand, and the kommuner they lie in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.adress import ledig_adress
from aktorer.grund.andring import andring
from aktorer.grund.rader import jamfor_lista, skriv_lista
from aktorer.grund.samtidighet import jamfor, krav_oandrad, krav_utan_krock, las, radens_handelser, skriv_rad
from aktorer.grund.spara import spara
from aktorer.models import Aktor, Anvandare
from insatser.fragor.stadskarna import har_publicerat, innehall
from insatser.models import Stadskarna
from insatser.models.stadskarna import RESERVERADE


@dataclass(frozen=True)
class Karnkommunrad:
    """A kommun that a stadskärna lies in, as a form states it; they come in the order given."""

    aktor_id: int

    def __str__(self) -> str:
        return str(Aktor.objects.get(pk=self.aktor_id))


@andring
def skapa(
    *,
    av: Anvandare | None,
    namn: str,
    ordning: int,
    karnkommuner: Sequence[Karnkommunrad] = (),
    latitud: Decimal | None = None,
    longitud: Decimal | None = None,
) -> Stadskarna:
    """A new stadskärna at its place in the order; its address is made from the name. Raises ValidationError.

    `latitud` and `longitud`: degrees WGS84, both or none.
    """
    _krav_kommuner(karnkommuner)
    andra = _las_alla()
    slug = ledig_adress(namn, ord_="stadskarna", upptagna={*RESERVERADE, *(k.slug for k in andra)})
    plats = _ge_plats(andra, ordning)
    ny = Stadskarna(namn=namn, slug=slug, ordning=plats, latitud=latitud, longitud=longitud)
    spara(ny)
    skriv_lista(ny.karnkommun_set, karnkommuner)
    return ny


@andring
def andra(
    *,
    av: Anvandare | None,
    stadskarna: Stadskarna,
    version: int,
    karnkommuner: Sequence[Karnkommunrad],
    **varden: Any,
) -> Stadskarna:
    """Change a stadskärna and its whole list of kärnkommuner. Raises Krock and ValidationError."""
    _krav_kommuner(karnkommuner)
    alla = _las_alla()
    nu = las(stadskarna)
    rad = jamfor(nu, version=version, varden=varden)
    lista = jamfor_lista(nu.karnkommun_set, version=version, nya=karnkommuner, las=rader, rubrik="Kärnkommuner")
    krav_utan_krock(nu.version, radens_handelser(nu), rad, karnkommuner=lista)
    skriv = dict(rad.skriv)
    if "slug" in skriv and har_publicerat(nu):
        raise ValidationError({"slug": "Adressen står i publicerade länkar och filer och kan inte ändras."})
    if "ordning" in skriv:
        skriv["ordning"] = _ge_plats([k for k in alla if k != nu], skriv["ordning"])
    if lista.skriv:
        skriv_lista(nu.karnkommun_set, karnkommuner)
    return skriv_rad(nu, skriv, rader=bool(lista.skriv))


@andring
def ta_bort(*, av: Anvandare | None, stadskarna: Stadskarna, version: int) -> None:
    """Take away a stadskärna that was made by mistake: one without färdplan, and with nothing reported in it.

    The others close up. Raises Krock and ValidationError.
    """
    alla = _las_alla()
    nu = las(stadskarna)
    krav_oandrad(nu, version=version, vad="stadskärnan")
    if kvar := innehall(nu):
        raise ValidationError(f"Stadskärnan används: {', '.join(h.rubrik.lower() for h in kvar)}.")
    nu.delete()
    _ge_plats([k for k in alla if k.pk != stadskarna.pk], len(alla))


def rader(karnkommuner: Iterable[Any]) -> list[Karnkommunrad]:
    """What kärnkommuner, as they are now or in the history, say."""
    return [Karnkommunrad(k.aktor_id) for k in karnkommuner]


def _las_alla() -> list[Stadskarna]:
    """All in their order, locked: one at a time moves them, and the next one sees what this one made."""
    list(Stadskarna.objects.select_for_update().order_by("pk"))
    return list(Stadskarna.objects.order_by("ordning"))


def _ge_plats(andra: list[Stadskarna], plats: int) -> int:
    """Make room among the others, and tell which place it became: there are no gaps."""
    plats = min(plats, len(andra) + 1)
    for nummer, k in enumerate(andra, start=1):
        ny = nummer if nummer < plats else nummer + 1
        if k.ordning != ny:
            k.ordning = ny
            k.save(update_fields=["ordning"])
    return plats


def _krav_kommuner(karnkommuner: Sequence[Karnkommunrad]) -> None:
    andra = Aktor.objects.filter(pk__in=[k.aktor_id for k in karnkommuner]).exclude(slag=Aktor.Slag.KOMMUN)
    if annan := andra.first():
        raise ValidationError(f"{annan} är ingen kommun. Bara kommuner är kärnkommuner.")
