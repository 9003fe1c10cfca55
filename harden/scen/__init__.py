"""Who and what the attacks play with: a person of every kind, and an object behind every address.

The example data has most of it; the rest is made here by the same functions as the pages call. The tjänstepersoner
differ by aktör alone, and one of the two planerare may change things in another stadskärna alone.
"""

from __future__ import annotations

from aktorer.models import Aktor
from harden.scen.filer import sparad_fil, uppladdad
from harden.scen.ord import adressernas_ord
from harden.scen.personer import EGEN, GRUPP, PERSONER, ge_gruppen_en_medlem, gor_personer
from harden.scen.saker import Scen, beslutad_plan, dag, ny_aktivitet, ny_insats, tid
from insatser.andringar import arende as arenden
from insatser.andringar import lagesbild as indikatorer
from insatser.andringar import mote as moten
from insatser.andringar import uppfoljning
from insatser.andringar.mote import Punktrad
from insatser.fragor import uppfoljning as omgangar
from insatser.models import (
    Fardplan,
    Handlingsplan,
    Malomrade,
    Overenskommelse,
    Samverkansorgan,
    Styrdokument,
)

__all__ = ["EGEN", "GRUPP", "PERSONER", "Scen", "bygg", "dag", "sparad_fil", "tid", "uppladdad"]


def bygg() -> Scen:
    """Make all of it, in the database one is in."""
    personer = gor_personer()
    planerare = personer["p"]
    fardplan = Fardplan.objects.select_related("stadskarna", "program").get_by_natural_key(
        "fardplaner-2026", "flemingsberg"
    )
    ge_gruppen_en_medlem()
    insats = ny_insats(fardplan, planerare)
    plan = Handlingsplan.objects.get(exempel=True)
    aktivitet = ny_aktivitet(plan, planerare)
    organ = Samverkansorgan.objects.get(stadskarna=fardplan.stadskarna, slag="styrgrupp", till=None)
    mote = moten.skapa(av=planerare, organ=organ, datum=dag(-5), punkter=[Punktrad("En punkt")])
    beslutad, beslutad_aktivitet = beslutad_plan(fardplan, insats, organ, planerare)
    arende = arenden.skapa(
        av=planerare, aktor_id=Aktor.objects.get(slug="polisen").pk, rubrik="Ett ärende", slag="ovrigt"
    )
    malomrade = Malomrade.objects.get(program=fardplan.program, nummer=1)
    indikator = indikatorer.skapa(av=planerare, malomrade=malomrade, namn="Ett mått", enhet="procent", riktning="oka")
    omgang = uppfoljning.oppna(
        av=planerare,
        fardplan=fardplan,
        namn="Läget nu",
        deadline=dag(7),
        fragor=[f for f in omgangar.amnen([fardplan]) if f.insats == insats],
    )
    scen = Scen(
        personer=personer,
        fardplan=fardplan,
        insats=insats,
        plan=plan,
        beslutad=beslutad,
        aktivitet=aktivitet,
        organ=organ,
        mote=mote,
        arende=arende,
        overenskommelse=Overenskommelse.objects.get(),
        indikator=indikator,
        styrdokument=Styrdokument.objects.filter(fardplaner=fardplan).first() or Styrdokument.objects.all()[0],
        omgang=omgang,
    )
    scen.ord = adressernas_ord(scen, beslutad_aktivitet)
    return scen
