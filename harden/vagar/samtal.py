"""Races on what people say of things, and put beside them."""

from __future__ import annotations

from harden.scen import Scen
from harden.vagar.skrivning import Par, Skrivning, Vag, av_bada, samma_falt, star
from insatser.andringar import bilaga as bilagor
from insatser.andringar import kommentar as kommentarer
from insatser.models import Bilaga, Filinnehall, Kommentar, Samtalssak
from insatser.regler.bilagetyp import Fil


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


def bilaga_samma_fil(s: Scen, varv: int) -> Par:
    sak, innehall = Samtalssak(s.insats, s.fardplan.stadskarna), f"%PDF-1.7 {varv}".encode()
    return av_bada(
        varv,
        lambda t: bilagor.bifoga(av=s.planerare, sak=sak, fil=Fil(f"{t}.pdf", innehall)),
        lambda t: Bilaga.objects.kvar().filter(filnamn=f"{t}.pdf").exists(),
    )


def bilaga_maskeras_mot_samma_fil(s: Scen, varv: int) -> Par:
    """Beside another thing: whoever comes second finds the bytes, or brings them."""
    sak, innehall = Samtalssak(s.insats, s.fardplan.stadskarna), f"%PDF-1.7 M {varv}".encode()
    forst = bilagor.bifoga(av=s.planerare, sak=sak, fil=Fil("m.pdf", innehall))
    planens = Samtalssak(s.plan, s.fardplan.stadskarna)
    return (
        Skrivning(
            lambda: bilagor.maskera(av=s.planerare, bilaga=forst, skal="Prov"),
            lambda: Bilaga.objects.filter(pk=forst.pk, innehall=None).exists(),
        ),
        Skrivning(
            lambda: bilagor.bifoga(av=s.planerare, sak=planens, fil=Fil("n.pdf", innehall)),
            lambda: Filinnehall.objects.filter(pk=forst.sha256).exists(),
        ),
    )


VAGAR: dict[str, Vag] = {
    "kommentar, ord": kommentar_ord,
    "kommentar, tas bort mot ord": kommentar_bort_mot_ord,
    "fil, samma två gånger": bilaga_samma_fil,
    "fil, maskeras mot samma": bilaga_maskeras_mot_samma_fil,
}
