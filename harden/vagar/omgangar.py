"""Races on rounds of follow-up, their answers and the mails."""

from __future__ import annotations

from functools import partial

from aktorer.models import Anvandare
from harden.scen import Scen, dag
from harden.vagar.skrivning import Par, Skrivning, Vag, av_bada, las_om, star
from insatser.andringar import (
    uppfoljning,
    utskick,
)
from insatser.fragor import uppfoljning as omgangar
from insatser.models import (
    Omgang,
    Utskick,
)


def _ny_omgang(s: Scen, varv: int) -> Omgang:
    amnen = [f for f in omgangar.amnen([s.fardplan]) if f.insats == s.insats]
    return uppfoljning.oppna(av=s.planerare, fardplan=s.fardplan, namn=f"Omgång {varv}", deadline=dag(7), fragor=amnen)


def omgang_sista_dag(s: Scen, varv: int) -> Par:
    o = las_om(s.omgang)

    def skrivning(dagar: int) -> Skrivning:
        return Skrivning(
            lambda: uppfoljning.andra_deadline(av=None, omgang=o, version=o.version, deadline=dag(dagar)),
            lambda: star(o, deadline=dag(dagar)),
        )

    return skrivning(10 + 2 * varv), skrivning(11 + 2 * varv)


def _svara(s: Scen, omgang: Omgang, text: str) -> Skrivning:
    mottagare = omgang.mottagare.select_related("anvandare__aktor").order_by("pk")[0]
    punkt = omgang.punkter.select_related("insats", "stadskarna").order_by("pk")[0]
    (p,) = omgangar.punkter(omgang)
    sedd = p.sedd
    return Skrivning(
        lambda: uppfoljning.svara(
            av=mottagare.anvandare, mottagare=mottagare, punkt=punkt, status="avbruten", kommentar=text, sedd=sedd
        ),
        lambda: punkt.svar.filter(angrat=None, lagesrapport__kommentar=text).count() == 1,
    )


def omgang_svar_mot_svar(s: Scen, varv: int) -> Par:
    return _svara(s, s.omgang, f"A {varv}"), _svara(s, s.omgang, f"B {varv}")


def omgang_svar_mot_stangning(s: Scen, varv: int) -> Par:
    """A report that the round closed over is in its record."""
    o, text = _ny_omgang(s, varv), f"Sist {varv}"
    svar = _svara(s, o, text)
    return (
        Skrivning(svar.gor, lambda: svar.syns() and text in str(las_om(o).rapport)),
        Skrivning(lambda: uppfoljning.stang(av=None, omgang=o), lambda: star(o, stangd__isnull=False)),
    )


def omgang_tva_stanger(s: Scen, varv: int) -> Par:
    o = _ny_omgang(s, varv)
    return av_bada(varv, lambda t: uppfoljning.stang(av=None, omgang=o), lambda t: star(o, stangd__isnull=False))


def mejl_tva_sandare(s: Scen, varv: int) -> Par:
    """One mail in the queue, two who empty it: it goes once."""
    person = Anvandare.objects.get(epost="tjansteperson@fardplan.example")
    Utskick.objects.all().delete()
    rad = Utskick.objects.create(anvandare=person, slag=Utskick.Slag.LANK, omgang=None, dag=dag(0))
    sanda: list[int] = []
    skicka = partial(utskick.skicka, lambda r: r.pk, sanda.append)
    return av_bada(varv, lambda t: skicka(), lambda t: sanda == [rad.pk])


VAGAR: dict[str, Vag] = {
    "omgång, sista dag": omgang_sista_dag,
    "omgång, svar mot svar": omgang_svar_mot_svar,
    "omgång, svar mot stängning": omgang_svar_mot_stangning,
    "omgång, två stänger": omgang_tva_stanger,
    "mejl, två sändare": mejl_tva_sandare,
}
