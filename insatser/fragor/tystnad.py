"""Who has long said nothing, and about what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from aktorer.models import Anvandare
from insatser.behorighet import gallande_fardplaner, synliga_insatser
from insatser.fragor.uppfoljning import Amne, amnen
from insatser.models import Fardplan, Lagesrapport, Omgang
from insatser.regler.tystnad import ar_tyst, sista_dag

GEMENSAMMA = "program__malomraden__insatser"


def personer(idag: date) -> list[Anvandare]:
    """The people who answer for an insats that nobody has reported on for so long that it must show."""
    return list({p.pk: p for f in _tysta(idag) for p in f.personer if p.paminnelser}.values())


def hos(person: Anvandare, idag: date) -> list[Amne]:
    """The silent insatser that the person answers for, the longest silent first."""
    egna = [
        (f.lage.datum if f.lage else f.insats.tillkom, f) for f in _tysta(idag) if f.insats and person in f.personer
    ]
    return [f for _, f in sorted(egna, key=lambda par: par[0])]


def antal(idag: date) -> tuple[int, int]:
    """(silent, all) insatser as everybody sees them, a gemensam one once for each stadskärna. Two queries."""
    talar = Lagesrapport.objects.bryter_tystnad(idag).filter(pk=OuterRef("lage_id"))
    senast = Lagesrapport.objects.gallande().filter(insats=OuterRef("insats_id"), stadskarna=OuterRef("stadskarna"))
    insatser = synliga_insatser(AnonymousUser()).gallande()
    alla = tysta = 0
    for vag, villkor in (("egna_insatser", {}), (GEMENSAMMA, {f"{GEMENSAMMA}__fardplan": None})):
        ny = Q(lage_id=None, tillkom__gte=sista_dag(idag))
        raknat = (
            Fardplan.objects.filter(
                **{"pk__in": gallande_fardplaner(AnonymousUser()).values("pk"), f"{vag}__in": insatser, **villkor}
            )
            .annotate(insats_id=F(vag), tillkom=F(f"{vag}__skapad__date"))
            .annotate(lage_id=Subquery(senast.senast_forst().values("pk")[:1]))
            .aggregate(alla=Count("insats_id"), tysta=Count("insats_id", filter=~Exists(talar) & ~ny))
        )
        alla, tysta = alla + raknat["alla"], tysta + raknat["tysta"]
    return tysta, alla


def planerare(tysta: Sequence[Amne]) -> Anvandare | None:
    """Whom to ask about them: the planerare who last opened a round there, None when nobody has."""
    karnor = {f.stadskarna for f in tysta}
    omgangar = Omgang.objects.filter(Q(fardplan=None) | Q(fardplan__stadskarna__in=karnor), oppnad_av__is_active=True)
    senaste = omgangar.select_related("oppnad_av__aktor").order_by("-oppnad").first()
    return senaste.oppnad_av if senaste else None


def _tysta(idag: date) -> list[Amne]:
    """In public färdplaner only: a draft is nobody's duty yet."""
    fardplaner = list(gallande_fardplaner(AnonymousUser()).select_related("stadskarna", "program"))
    return [f for f in amnen(fardplaner) if f.insats and ar_tyst(f.lage, f.insats.tillkom, idag)]
