"""Who has long said nothing."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser

from aktorer.models import Anvandare
from insatser.behorighet import gallande_fardplaner
from insatser.fragor.uppfoljning import fragor
from insatser.regler.tystnad import ar_tyst


def personer(idag: date) -> list[Anvandare]:
    """The people who answer for an insats that nobody has reported on for so long that it must show.

    Public färdplaner only: a draft is nobody's duty yet.
    """
    fardplaner = list(gallande_fardplaner(AnonymousUser()).select_related("stadskarna", "program"))
    tysta = (f for f in fragor(fardplaner) if f.lage and ar_tyst(f.lage, idag))
    return list({p.pk: p for f in tysta for p in f.personer if p.paminnelser}.values())
