"""Two versions of a handlingsplan held against each other: any two that were decided, and the plan as it is now."""

from __future__ import annotations

from dataclasses import dataclass

from aktorer.behorighet import Person
from insatser.fragor.handlingsplan import innehall_for
from insatser.fragor.insatsdata import Data, i_text
from insatser.fragor.plandata import plandata
from insatser.models import Handlingsplan, Planversion
from insatser.regler import plandiff
from insatser.regler.plandiff import Skillnad

NU = "nu"


@dataclass(frozen=True)
class Planjamforelse:
    """`val` is what there is to choose from, as (key, words), the oldest first. `fran` is the older of the two chosen;
    both are "" where there are not two.
    """

    val: list[tuple[str, str]]
    fran: str
    till: str
    skillnader: list[Skillnad]

    def _i_ord(self, nyckel: str) -> str:
        return dict(self.val).get(nyckel, "")

    @property
    def fran_i_ord(self) -> str:
        return self._i_ord(self.fran)

    @property
    def till_i_ord(self) -> str:
        return self._i_ord(self.till)


def jamfor(plan: Handlingsplan, person: Person, fran: str, till: str) -> tuple[Planjamforelse, str]:
    """(what differs between the two that are asked for, what is said of what was asked for).

    "" for the one before the last, and for the last. Which is older does not depend on which was named first. Twelve
    queries at most.
    """
    versioner = {str(v.nummer): v for v in plan.versioner.uppgifter().select_related("beslut").order_by("nummer")}
    val = [(nyckel, _version(v)) for nyckel, v in versioner.items()]
    if (nu := innehall_for(plan, person)) and not nu.som_beslutat:
        val.append((NU, "Som den avslutades" if plan.avslutad else "Som den är nu"))
    nycklar = [nyckel for nyckel, _ in val]
    if len(nycklar) < 2:
        return Planjamforelse(val, "", "", []), "Det finns bara en version av planen, så det finns inget att jämföra."
    okand = next((v for v in (fran, till) if v and v not in nycklar), None)
    fran = fran if fran in nycklar else nycklar[-2]
    till = till if till in nycklar else nycklar[-1]
    if fran == till:
        besked = "Du har valt samma version två gånger. Den skiljer sig inte från sig själv: välj en annan."
        return Planjamforelse(val, fran, till, []), besked
    forst, sist = sorted((fran, till), key=nycklar.index)

    def data(nyckel: str) -> Data:
        if nyckel == NU and nu:
            return plandata(nu)
        innehall: Data = Planversion.objects.values_list("innehall", flat=True).get(pk=versioner[nyckel].pk)
        return innehall

    besked = "Den versionen finns inte. Välj bland dem som finns." if okand else ""
    return Planjamforelse(val, forst, sist, plandiff.skillnader(data(forst), data(sist))), besked


def _version(v: Planversion) -> str:
    misstag = ", registrerad av misstag" if v.aterkallad_id else ""
    return f"Version {v.nummer}, beslutad {i_text(v.beslut.datum)}{misstag}"
