"""One and the same change of many indikatorer: all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aktorer.grund.andring import andring
from aktorer.grund.valda import Valdrad, skriv_var_for_sig
from aktorer.models import Anvandare
from insatser.andringar import lagesbild
from insatser.fragor.indikatorer import Indikatoratgard
from insatser.models import Indikator


@andring
def andra(
    *,
    av: Anvandare | None,
    atgard: Indikatoratgard,
    rader: Sequence[Valdrad[Indikator]],
    versioner: Mapping[int, int],
) -> None:
    """Do to each of `rader` what its preview tells, in one transaction: they are taken back together as well.

    `versioner` is {indikator id: the version the writer had before them}. Raises Krock and ValidationError, with the
    indikator that was in the way.
    """
    vilka = Indikator.objects.filter(pk__in=[r.rad.pk for r in rader]).order_by("pk").only("pk")
    list(vilka.select_for_update(no_key=True))
    skriv_var_for_sig(
        rader, versioner, lambda rad, sedd: lagesbild.andra(av=av, indikator=rad.rad, version=sedd, **atgard.varden)
    )
