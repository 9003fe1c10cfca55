"""Races on what is changed for many insatser at once, or in a cell of the table."""

from __future__ import annotations

from aktorer.models import Aktor
from harden.scen import Scen
from harden.vagar.skrivning import Par, Skrivning, Vag
from insatser.andringar import (
    valda,
)
from insatser.fragor import valda as valdfragor
from insatser.fragor.valda import NyAnsvarig
from insatser.models import (
    Insats,
    Medverkan,
)
from insatser.regler.medverkan import Roll


def valda_mot_valda(s: Scen, varv: int) -> Par:
    """Each sets another aktör as ansvarig of the same two insatser."""
    fler = Insats.objects.i_fardplan(s.fardplan).filter(fardplan=s.fardplan, avford=None).exclude(pk=s.insats.pk)
    ids = {s.insats.pk, fler.order_by("pk")[0].pk}

    def skrivning(slug: str) -> Skrivning:
        atgard = NyAnsvarig(Aktor.objects.get(slug=slug), kvar=False)
        rader = atgard.granska(valdfragor.hamta(s.fardplan, s.planerare, ids), s.planerare)
        versioner = {r.insats.pk: r.sedd for r in rader}
        ansvariga = Medverkan.objects.filter(insats__in=ids, roll=Roll.ANSVARIG, aktor__slug=slug)
        return Skrivning(
            lambda: valda.andra(av=s.planerare, atgard=atgard, rader=rader, versioner=versioner),
            lambda: ansvariga.count() == len(ids),
        )

    par = ("polisen", "huddinge-kommun") if varv % 2 else ("haninge-kommun", "botkyrka-kommun")
    return skrivning(par[0]), skrivning(par[1])


VAGAR: dict[str, Vag] = {
    "insatser, samma val av två": valda_mot_valda,
}
