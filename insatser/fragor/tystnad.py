"""Who has long said nothing."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser

from aktorer.models import Anvandare
from insatser.behorighet import gallande_fardplaner
from insatser.fragor import lage
from insatser.fragor.uppfoljning import fragor
from insatser.regler.tystnad import ar_tyst


def personer(idag: date) -> list[Anvandare]:
    """The people who answer for an insats that nobody has reported on for so long that it must show.

    Public färdplaner only: a draft is nobody's duty yet.
    """
    fardplaner = list(gallande_fardplaner(AnonymousUser()).select_related("stadskarna", "program"))
    om_insatser = [f for f in fragor(fardplaner) if f.insats]
    lagen = lage.lagen((f.insats.pk, f.stadskarna.pk) for f in om_insatser if f.insats)
    tysta = {
        p.pk: p
        for f in om_insatser
        if f.insats and (rapport := lagen.get((f.insats.pk, f.stadskarna.pk))) and ar_tyst(rapport, idag)
        for p in f.personer
        if p.paminnelser
    }
    return list(tysta.values())
