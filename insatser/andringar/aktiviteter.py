"""One and the same change of many aktiviteter of a plan: all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import Krock
from aktorer.grund.valda import Atgard, Valdrad, skriv_var_for_sig
from aktorer.models import Anvandare
from insatser.andringar.aktivitet import Aktivitetsrapport, rapportera_flera
from insatser.andringar.handlingsplan import Aktivitetsandring, andra_aktiviteter
from insatser.andringar.roller import med_ansvarig
from insatser.fragor.aktiviteter import NyAktivitetsansvarig, NyStatus, NyTid
from insatser.models import Aktivitet
from insatser.regler.aktivitetstid import TIDER


@andring
def andra(
    *,
    av: Anvandare,
    atgard: Atgard[Aktivitet],
    rader: Sequence[Valdrad[Aktivitet]],
    versioner: Mapping[int, int],
) -> None:
    """Do to each of `rader` what its preview tells, in one transaction: they are taken back together as well.

    `versioner` is {aktivitet id: the version the writer had before them}. Raises Krock and ValidationError, with the
    aktivitet that was in the way.
    """
    try:
        _skriv(av, atgard, [(r.rad, versioner[r.rad.pk]) for r in rader])
    except (Krock, ValidationError):
        # Which it was is told by trying them one by one.
        skriv_var_for_sig(rader, versioner, lambda rad, sedd: _skriv(av, atgard, [(rad.rad, sedd)]))


def _skriv(av: Anvandare, atgard: Atgard[Aktivitet], rader: Sequence[tuple[Aktivitet, int]]) -> None:
    match atgard:
        case NyStatus(_, _, status, kommentar):
            rapportera_flera(av=av, rapporter=[Aktivitetsrapport(a, sedd, status, kommentar) for a, sedd in rader])
        case NyAktivitetsansvarig(aktor, kvar):
            roller = {a.pk: med_ansvarig(a, aktor.pk, forra_kvar=kvar) for a, _ in rader}
            nya = [Aktivitetsandring(aktivitet=a, version=sedd, roller=roller[a.pk]) for a, sedd in rader]
            andra_aktiviteter(av=av, andringar=nya)
        case NyTid():
            tider = {a.pk: dict(zip(TIDER, atgard.tider(a)[0], strict=True)) for a, _ in rader}
            nya = [Aktivitetsandring(aktivitet=a, version=sedd, varden=tider[a.pk]) for a, sedd in rader]
            andra_aktiviteter(av=av, andringar=nya)
        case _:
            raise NotImplementedError(type(atgard))
