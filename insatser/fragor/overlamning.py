"""Handing over a question of a round: to whom, and what has been."""

from __future__ import annotations

from aktorer.models import Anvandare
from insatser.behorighet import synliga_kollegor
from insatser.fragor.konton import kollegor
from insatser.models import Kontakt, Mottagare, Tillfragan


def kandidater(mottagare: Mottagare) -> list[Anvandare | Kontakt]:
    """Colleagues with an account, and then the contacts of the own aktör. Two queries.

    Whether a contact's address belongs to an account elsewhere is nothing that the person may learn: nobody looks.
    """
    person = mottagare.anvandare
    personer = list(synliga_kollegor(kollegor(person)))
    kontakter = list(Kontakt.objects.filter(aktor=person.aktor_id, aktor__uppgatt_i=None).order_by("pk"))
    egna = {k.epost for k in kontakter if k.anvandare_id == person.pk}
    tagna = {"", person.epost, *egna, *(p.epost for p in personer)}
    per_adress = {k.epost: k for k in kontakter if k.epost not in tagna}
    return [*personer, *sorted(per_adress.values(), key=lambda k: (k.namn.casefold(), k.pk))]


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
