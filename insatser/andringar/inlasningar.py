"""Take back what a file that was read in wrote: all of it, or what nobody has written over since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import las
from aktorer.models import Anvandare
from insatser.andringar.angra import INTE, skriv_tillbaka
from insatser.andringar.insats import avfor
from insatser.fragor import angra as rader
from insatser.fragor import inlasningar as fragor
from insatser.fragor.inlasningar import Filsak
from insatser.models import Inlasning, Lagesrapport

AVFORD = "Inläsningen av {} är ångrad."


class Hindrad(Exception):
    """Things that the file wrote of cannot go back, and nothing was taken back. `skal`: {thing: why}; `ovriga`: how
    many others there are.
    """

    def __init__(self, skal: Mapping[tuple[str, int], str], ovriga: int) -> None:
        super().__init__("Något har ändrats sedan filen lästes in.")
        self.skal = skal
        self.ovriga = ovriga

    @property
    def avtryck(self) -> str:
        """The same exactly when the same things stand in the way."""
        return hashlib.sha256(repr(sorted(self.skal)).encode()).hexdigest()


@andring
def angra_inlasning(*, av: Anvandare | None, inlasning: Inlasning, avtryck: str = "") -> int:
    """Put back all that the file wrote; how many things stood in the way is returned.

    Where something stands in the way nothing is put back, unless `avtryck` (that of the Hindrad which told) says that
    the others are to be. What is as it was before already is left. No version: the history says what was written, and
    what has come since. Raises Hindrad, and ValidationError when there is nothing to take back.
    """
    if inlasning.handlingsplan:
        las(inlasning.handlingsplan)  # first, as everything that writes in a plan does
    filer = Inlasning.objects.select_for_update(of=("self",)).defer("innehall")
    if not (last := filer.filter(pk=inlasning.pk).first()) or not last.inlast:
        raise ValidationError("Filen är inte inläst, så det finns inget att ångra.")
    pghistory.context(orsak=f"ångrade inläsningen av {last.filnamn}")
    kvar = [sak for sak in fragor.saker(last, las=True) if not sak.klar]
    if not kvar:
        raise ValidationError("Allt som filen ändrade är redan ångrat.")
    skal = _andrade_sedan(kvar)
    ovriga = [sak for sak in kvar if sak.nyckel not in skal]
    skrivet = False
    while ovriga and not skrivet:
        nekade = _forsok(ovriga)
        skal |= nekade
        ovriga = [sak for sak in ovriga if sak.nyckel not in nekade]
        skrivet = not nekade
    for sak in ovriga:
        if sak.avfors:
            avfor(av=av, insats=sak.insatsen, version=sak.insatsen.version, skal=AVFORD.format(last.filnamn))
    hindrad = Hindrad(skal, len(ovriga))
    if skal and (not ovriga or hindrad.avtryck != avtryck):
        raise hindrad
    last.angrad, last.kvar = timezone.now(), len(skal)
    last.save(update_fields=["angrad", "kvar"])
    return last.kvar


def _gar_bort(sak: Filsak, rad: rader.Rad) -> bool:
    """Of what is retired its läge alone is taken back; the rest stays as it is written."""
    return not sak.avfors or rad.modell is Lagesrapport


def _andrade_sedan(alla: Sequence[Filsak]) -> dict[tuple[str, int], str]:
    """{thing: what has come since} of those where somebody has written over it."""
    skrivna = [r for sak in alla for r in sak.rader]
    omskrivna = rader.med_nya_listor(skrivna)
    i_vagen = {
        nyckel: r for r in skrivna if (nyckel := (r.modell, r.pk)) in omskrivna or (r.andrad_sedan and not r.klar)
    }
    senast = rader.senast(i_vagen.values())
    ut = {}
    for sak in alla:
        for r in sak.rader:
            if (r.modell, r.pk) in i_vagen:
                vad = "Borttaget" if r.nu is None else "Ändrat"
                ut[sak.nyckel] = f"{vad} sedan dess, {senast[r.modell, r.pk]}."
                break
    return ut


def _forsok(alla: Sequence[Filsak]) -> dict[tuple[str, int], str]:
    """Write these back; {} when it went. Else {thing: why} of those that the database refuses, and nothing is written.

    Halved until the ones are found: those that go together are moved together, whatever they depend on.
    """
    try:
        with transaction.atomic():
            skriv_tillbaka([r for sak in alla for r in sak.rader if not r.klar and _gar_bort(sak, r)])
    except ValidationError as fel:
        skal = " ".join(fel.messages).removeprefix(INTE)
        skal = skal[:1].upper() + skal[1:]
        if len(alla) == 1:
            return {alla[0].nyckel: skal}
        mitt = len(alla) // 2
        with transaction.atomic():
            nekade = _forsok(alla[:mitt]) | _forsok(alla[mitt:])
            transaction.set_rollback(True)
        return nekade or {sak.nyckel: skal for sak in alla}
    return {}
