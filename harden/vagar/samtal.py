"""Races on what people say of things."""

from __future__ import annotations

from harden.scen import Scen
from harden.vagar.skrivning import Par, Skrivning, Vag, samma_falt, star
from insatser.andringar import kommentar as kommentarer
from insatser.models import Kommentar, Samtalssak


def _sagt(s: Scen, varv: int) -> Kommentar:
    sak = Samtalssak(s.insats, s.fardplan.stadskarna)
    return kommentarer.skapa(av=s.planerare, sak=sak, text=f"Sagt {varv}")


def kommentar_ord(s: Scen, varv: int) -> Par:
    return samma_falt(_sagt(s, varv), "text", kommentarer.andra, "kommentar", varv)


def kommentar_bort_mot_ord(s: Scen, varv: int) -> Par:
    k = _sagt(s, varv)
    return (
        Skrivning(
            lambda: kommentarer.ta_bort(av=None, kommentar=k, version=k.version),
            lambda: Kommentar.objects.filter(pk=k.pk, borttagen__isnull=False).exists(),
        ),
        Skrivning(
            lambda: kommentarer.andra(av=None, kommentar=k, version=k.version, text="Kvar"),
            lambda: star(k, text="Kvar", borttagen=None),
        ),
    )


VAGAR: dict[str, Vag] = {
    "kommentar, ord": kommentar_ord,
    "kommentar, tas bort mot ord": kommentar_bort_mot_ord,
}
