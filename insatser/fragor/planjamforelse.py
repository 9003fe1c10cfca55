"""Two versions of a färdplan's handlingsplaner held against each other: any that were decided, and as they are now."""

from __future__ import annotations

from dataclasses import dataclass

from aktorer.behorighet import Person
from insatser.behorighet import kanda_handlingsplaner, laser_som_beslutad
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

    The versions of `plan` are called "1", "2" … and "nu", those of the färdplan's other plans "<period>:1" and so on.
    "" stands for the last of `plan`, and for the one before it. Which is older does not depend on which is named first.
    A constant number of queries.
    """
    urval = _att_valja(plan, person)
    val, nycklar = [(v.nyckel, v.ord) for v in urval.values()], list(urval)
    if len(nycklar) < 2:
        return Planjamforelse(val, "", "", []), "Det finns bara en version av planen, så det finns inget att jämföra."
    okand = next((v for v in (fran, till) if v and v not in nycklar), None)
    egen = max(i for i, v in enumerate(urval.values()) if v.plan.pk == plan.pk)
    fran = fran if fran in nycklar else nycklar[egen - 1 if egen else 1]
    till = till if till in nycklar else nycklar[egen]
    if fran == till:
        besked = "Du har valt samma version två gånger. Den skiljer sig inte från sig själv: välj en annan."
        return Planjamforelse(val, fran, till, []), besked
    forst, sist = sorted((fran, till), key=nycklar.index)
    bada: list[plandiff.Data] = [_data(urval[nyckel], person) for nyckel in (forst, sist)]
    if urval[forst].plan.pk != urval[sist].plan.pk:
        bada = [plandiff.mellan_planer(data) for data in bada]
    besked = "Den versionen finns inte. Välj bland dem som finns." if okand else ""
    return Planjamforelse(val, forst, sist, plandiff.skillnader(*bada)), besked


@dataclass(frozen=True)
class _Val:
    """One version to choose; `version` is None for the plan as it is now, or was when it was closed."""

    nyckel: str
    ord: str
    plan: Handlingsplan
    version: Planversion | None


def _att_valja(plan: Handlingsplan, person: Person) -> dict[str, _Val]:
    """By key, the oldest plan first: what the person may read of the färdplan's plans."""
    planer = list(kanda_handlingsplaner(person).filter(fardplan=plan.fardplan_id).order_by("ar_fran", "pk"))
    alla = Planversion.objects.filter(handlingsplan__in=planer).uppgifter().select_related("beslut").order_by("nummer")
    per_plan: dict[int, list[Planversion]] = {}
    for version in alla:
        per_plan.setdefault(version.handlingsplan_id, []).append(version)
    ut = {}
    for p in planer:
        p.fardplan = plan.fardplan
        fore, namn = ("", "") if p.pk == plan.pk else (f"{p.period}:", f"{p}: ")
        rader: list[tuple[str, str, Planversion | None]] = []
        rader += [(str(v.nummer), _version(v), v) for v in per_plan.get(p.pk, [])]
        if p.avslutad or not laser_som_beslutad(person, p):
            rader.append((NU, "Som den avslutades" if p.avslutad else "Som den är nu", None))
        for nyckel, ord_, som in rader:
            ut[fore + nyckel] = _Val(fore + nyckel, namn + ord_, p, som)
    return ut


def _data(val: _Val, person: Person) -> Data:
    if val.version is None:
        innehall = innehall_for(val.plan, person)
        assert innehall is not None  # noqa: S101 -- it is not read as it was decided
        return plandata(innehall)
    data: Data = Planversion.objects.values_list("innehall", flat=True).get(pk=val.version.pk)
    return data


def _version(v: Planversion) -> str:
    misstag = ", registrerad av misstag" if v.aterkallad_id else ""
    return f"Version {v.nummer}, beslutad {i_text(v.beslut.datum)}{misstag}"
