"""Whom to ask instead, when no answer is to be expected from anybody of an aktör that was asked about a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Max, Min

from aktorer.models import Anvandare
from aktorer.roller import Anvandarroll
from insatser.models import Mottagare, Omgang, Omgangspunkt, Tillfragan, Utskick
from insatser.regler.ersattning import Skal, skal


@dataclass(frozen=True)
class Ersattning:
    """`person` is to be asked about `punkt` instead of `i_stallet_for`; None when the aktör has nobody else."""

    punkt: Omgangspunkt
    aktor: int | None  # for which the question is to be answered
    i_stallet_for: Mottagare
    skal: Skal
    person: Anvandare | None


def fallna(omgang: Omgang, idag: date) -> dict[int, Skal]:
    """From which of the people asked no answer is to be expected: {mottagare: why}. Three queries."""
    alla = list(omgang.mottagare.select_related("anvandare"))
    mejl = Utskick.objects.filter(anvandare__in=[m.anvandare_id for m in alla])
    senaste = mejl.exclude(paborjat=None).order_by("anvandare", "-dag", "-pk").distinct("anvandare")
    avvisade = {u.anvandare_id for u in senaste if u.fel and u.skickat is None}
    efter = dict(
        mejl.filter(omgang=omgang, dag__gt=omgang.deadline)
        .exclude(skickat=None)
        .values_list("anvandare")
        .annotate(forst=Min("dag"))
    )
    svar = {
        m.pk: skal(
            aktiv=m.anvandare.is_active,
            aterkallad=m.aterkallad is not None,
            avvisad=m.anvandare_id in avvisade,
            mejl_efter=efter.get(m.anvandare_id),
            deadline=omgang.deadline,
            idag=idag,
        )
        for m in alla
    }
    return {pk: s for pk, s in svar.items() if s}


def ersattningar(omgang: Omgang, fallna: dict[int, Skal]) -> list[Ersattning]:
    """Who to ask about each point that nobody has answered, aktör by aktör; none while one of its people may answer.

    A colleague at the aktör, else at what it is a part of: the one who last reported something; else the person who
    handed it over to somebody that falls. Four queries at most.
    """
    if not fallna:
        return []
    utan = [g for g in _grupper(omgang) if all(f.mottagare_id in fallna for f in g)]
    if not utan:
        return []
    kontakter = _kontakter({a for g in utan for a in _leden(g[0])})
    borta = set(omgang.mottagare.filter(pk__in=fallna).values_list("anvandare", flat=True))
    upptagna: dict[int, set[int]] = {}
    lamnade: dict[tuple[int, int | None], Anvandare] = {}  # who may take it back
    for t in Tillfragan.objects.filter(punkt__omgang=omgang).select_related("mottagare__anvandare").order_by("pk"):
        upptagna.setdefault(t.punkt_id, set()).add(t.mottagare.anvandare_id)
        if t.lamnad_till_id in fallna and t.mottagare_id not in fallna:
            lamnade[t.punkt_id, t.aktor_id] = t.mottagare.anvandare
    ut = []
    for grupp in utan:
        sist, tagna = grupp[-1], upptagna[grupp[0].punkt_id]
        mojliga = [p for a in _leden(grupp[0]) for p in kontakter.get(a, [])]
        nasta = next((p for p in mojliga if p.pk not in tagna | borta), None)
        nasta = nasta or lamnade.get((sist.punkt_id, sist.aktor_id))
        if nasta:
            tagna.add(nasta.pk)
        ut.append(Ersattning(sist.punkt, sist.aktor_id, sist.mottagare, fallna[sist.mottagare_id], nasta))
    return ut


def utan_kollega(ersattningar: Sequence[Ersattning]) -> list[str]:
    """The aktörer with nobody left to ask, in order of name."""
    return sorted({str(e.i_stallet_for.anvandare.aktor) for e in ersattningar if e.person is None})


def _grupper(omgang: Omgang) -> list[list[Tillfragan]]:
    """Who is asked about each unanswered point, aktör by aktör: first those asked at the start, then their stand-ins.

    A stand-in is asked for the same aktör, also when it comes from what that is a part of.
    """
    fragade = (
        Tillfragan.objects.filter(punkt__omgang=omgang)
        .obesvarade()
        .select_related("punkt__stadskarna", "mottagare__anvandare__aktor")
        .order_by("punkt__ordning", "pk")
    )
    grupper: dict[tuple[int, int | None], list[Tillfragan]] = {}
    for f in fragade:
        grupper.setdefault((f.punkt_id, f.aktor_id), []).append(f)
    return list(grupper.values())


def _leden(f: Tillfragan) -> list[int]:
    """Where to look for a colleague: at the aktör, then at what it is a part of."""
    aktor = f.mottagare.anvandare.aktor
    return [a for a in (aktor.pk, aktor.del_av_id) if a] if aktor else []


def _kontakter(aktorer: set[int]) -> dict[int, list[Anvandare]]:
    """The tjänstepersoner of these aktörer who may log in; who last reported something comes first."""
    ut: dict[int, list[Anvandare]] = {}
    personer = Anvandare.objects.filter(is_active=True, roll=Anvandarroll.TJANSTEPERSON, aktor__in=aktorer)
    senast = F("senast").desc(nulls_last=True)
    for person in personer.annotate(senast=Max("lagesrapporter__skapad")).order_by(senast, "pk"):
        ut.setdefault(person.aktor_id or 0, []).append(person)
    return ut
