"""One and the same change of many insatser: each by the function that changes one, all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import Krock, las
from aktorer.grund.valda import Atgard, Valdrad, skriv_var_for_sig
from aktorer.models import Aktor, Anvandare
from insatser.andringar import deltagande as deltaganden
from insatser.andringar import handlingsplan as planer
from insatser.andringar import insats as insatser
from insatser.andringar import lage as lagen
from insatser.andringar.insats import Insatsandring
from insatser.andringar.lage import Lagesuppgift
from insatser.andringar.roller import med_ansvarig
from insatser.fragor.nummer import las_nummer
from insatser.fragor.valda import (
    Avforing,
    NyAnsvarig,
    NyttDeltagande,
    NyttLage,
    NyttMalomrade,
    TillPlanen,
    del_av,
)
from insatser.models import Insats, Medverkan

type Atgarden = Atgard[Insats]
type Raden = Valdrad[Insats]


@andring
def andra(*, av: Anvandare, atgard: Atgarden, rader: Sequence[Raden], versioner: Mapping[int, int]) -> None:
    """Do to each of `rader` what its preview tells, in one transaction: they are taken back together as well.

    `versioner` is {insats id: what the writer had before them of it}, as in `Valdrad.sedd`. Raises Krock and
    ValidationError, with the insats that was in the way.
    """
    _las(atgard, rader)
    if not _pa_en_gang(av, atgard, rader, versioner):
        skriv_var_for_sig(rader, versioner, lambda rad, sedd: _skriv(av, atgard, rad, sedd))


def _las(atgard: Atgarden, rader: Sequence[Raden]) -> None:
    """All that will be locked, in the order the others lock it: two who write at once must not wait for each other."""
    if isinstance(atgard, TillPlanen):
        las(atgard.plan)
    if isinstance(atgard, NyttMalomrade):
        las_nummer([atgard.malomrade.pk], {r.rad.fardplan_id for r in rader})
    alla = Insats.objects.select_for_update(of=("self",)).filter(pk__in=[r.rad.pk for r in rader])
    list(alla.order_by("pk").values_list("pk"))


def _pa_en_gang(av: Anvandare, atgard: Atgarden, rader: Sequence[Raden], versioner: Mapping[int, int]) -> bool:
    """Write them all at once, where it can be done: False otherwise, and when one was refused. Which, is told by trying
    them one by one.
    """
    try:
        match atgard:
            case NyAnsvarig():
                byten = [
                    (r.rad, versioner[r.rad.pk], med_ansvarig(r.rad, atgard.aktor.pk, forra_kvar=atgard.kvar))
                    for r in rader
                ]
                insatser.andra_flera(
                    av=av, andringar=[Insatsandring(insats=i, version=v, roller=roller) for i, v, roller in byten]
                )
            case NyttLage(_, stadskarna, status, bedomning, kommentar):
                lagen.rapportera_flera(
                    av=av,
                    stadskarna=stadskarna,
                    uppgifter=[
                        Lagesuppgift(r.rad, status, bedomning, kommentar, sedd=versioner[r.rad.pk]) for r in rader
                    ],
                )
            case _:
                return False
    except (Krock, ValidationError):
        return False
    return True


def _skriv(av: Anvandare, atgard: Atgarden, rad: Raden, sedd: int) -> object:
    i = rad.rad
    match atgard:
        case NyAnsvarig():
            return insatser.andra_roller(
                av=av, insats=i, version=sedd, roller=med_ansvarig(i, atgard.aktor.pk, forra_kvar=atgard.kvar)
            )
        case NyttDeltagande(aktor, deltagande, svar):
            return deltaganden.svara(av=av, del_=_del(i, aktor), deltagande=deltagande, svar=svar, sedd=sedd)
        case NyttLage(_, stadskarna, status, bedomning, kommentar):
            return lagen.rapportera(
                av=av,
                insats=i,
                stadskarna=stadskarna,
                status=status,
                bedomning=bedomning,
                kommentar=kommentar,
                sedd=sedd,
            )
        case NyttMalomrade(malomrade):
            return insatser.flytta(
                av=av, insats=i, version=sedd, malomrade=malomrade, fardplan=i.fardplan, ordning=rad.ordning
            )
        case TillPlanen(plan, skal):
            return planer.lyft(av=av, plan=plan, insats=i, skal=skal, bortval=sedd)
        case Avforing(skal):
            return insatser.avfor(av=av, insats=i, version=sedd, skal=skal)
    raise NotImplementedError(type(atgard))


def _del(insats: Insats, aktor: Aktor) -> Medverkan:
    if hittad := del_av(insats, aktor):
        return hittad
    raise ValidationError(f"{aktor} är inte tillfrågad om insatsen.")
