"""Handing over a question of a round: to whom, and what has been."""

from __future__ import annotations

from aktorer.models import Anvandare
from insatser.behorighet import synliga_kollegor
from insatser.fragor.konton import kollegor
from insatser.fragor.uppfoljning import fragbara_kontakter
from insatser.models import Kontakt, Mottagare, Tillfragan


def kandidater(mottagare: Mottagare) -> list[Anvandare | Kontakt]:
    """Colleagues with an account, and then the contacts of the own aktör who have none. Three queries."""
    person = mottagare.anvandare
    kontakter = fragbara_kontakter().get(person.aktor_id or 0, [])
    per_adress = {k.epost: k for k in kontakter if k.epost != person.epost}
    return [*synliga_kollegor(kollegor(person)), *sorted(per_adress.values(), key=lambda k: (k.namn.casefold(), k.pk))]


def lamnade(mottagare: Mottagare) -> list[Tillfragan]:
    """What the person has handed over and nobody has answered yet. One query."""
    alla = Tillfragan.objects.filter(mottagare=mottagare).exclude(lamnad_till=None).utan_svar()
    return list(
        alla.select_related(
            "punkt__stadskarna", "punkt__insats__malomrade", "punkt__aktivitet", "lamnad_till__anvandare"
        ).order_by("punkt__ordning")
    )


def orden(mottagare: Mottagare) -> list[tuple[str, str]]:
    """(who, why) of those who have handed something over to the person. One query."""
    alla = Tillfragan.objects.filter(lamnad_till=mottagare).select_related("mottagare__anvandare").order_by("pk")
    return list(dict.fromkeys((str(t.mottagare), t.lamnad_ord) for t in alla))
