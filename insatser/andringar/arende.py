"""Every write of ärenden: their facts, their steps and the insatser they concern."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import OKANT, Konflikt, Krock, jamfor, las, skriv_rad
from aktorer.models import Aktor, Anvandare
from insatser.andringar import insatslankar
from insatser.fragor.arende import hinder
from insatser.models import Arende, Arendebeslut


@dataclass(frozen=True)
class Steg:
    """What an instans proposed or decided, as a form states it; steps come in the order given."""

    typ: str
    instans: str
    datum: date | None = None
    paragraf: str = ""
    text: str = ""
    lank: str = ""

    def __str__(self) -> str:
        typ = Arendebeslut.Typ(self.typ).label
        paragraf = f"§ {self.paragraf}" if self.paragraf else ""
        return ", ".join(filter(None, [typ, self.instans, paragraf, str(self.datum or ""), self.text, self.lank]))


@andring
def skapa(
    *, av: Anvandare | None, aktor_id: int, steg: Sequence[Steg] = (), insatser: Collection[int] = (), **varden: Any
) -> Arende:
    """A new ärende with its steps and insatser. Raises ValidationError."""
    _las_aktor(aktor_id)
    arende = Arende(aktor_id=aktor_id, **varden)
    arende.full_clean()
    arende.save()
    _satt_steg(arende, steg)
    insatslankar.satt(arende, insatser)
    return arende


@andring
def andra(
    *,
    av: Anvandare | None,
    arende: Arende,
    version: int,
    steg: Sequence[Steg],
    insatser: Collection[int],
    **varden: Any,
) -> Arende:
    """Change an ärende, its whole list of steps and its whole set of insatser. Raises Krock and ValidationError."""
    nu = las(arende)
    _las_aktor(varden.get("aktor_id", nu.aktor_id))
    rad = jamfor(nu, version=version, varden=varden)
    konflikter = list(rad.konflikter)
    if nu.version != version:
        # Steps are one list, and insatser one set: who has not seen theirs cannot put them right.
        nya, gamla = list(steg), _steg(nu)
        if nya != gamla:
            konflikter.append(Konflikt("Steg", OKANT, "\n".join(map(str, gamla)), "\n".join(map(str, nya))))
        konflikter += insatslankar.krock(nu, insatser)
    if konflikter:
        raise Krock(konflikter, nu.version, rad.bara_deras)
    nytt = [_satt_steg(nu, steg), insatslankar.satt(nu, insatser)]
    if any(nytt) and not rad.skriv:
        nu.version += 1
        nu.save(update_fields=["version"])
    return skriv_rad(nu, rad.skriv)


@andring
def ta_bort(*, av: Anvandare | None, arende: Arende, version: int) -> None:
    """Take the ärende away; the history keeps it. Raises Krock, and ValidationError when something points at it."""
    nu = las(arende)
    if nu.version != version:
        text = "Någon ändrade ärendet medan du läste. Läs det igen och ta bort det om det fortfarande ska bort."
        raise Krock([], nu.version, text=text)
    if skal := hinder(nu):
        raise ValidationError(skal)
    nu.delete()


def _las_aktor(aktor: int) -> None:
    """One at a time writes a diarienummer of the aktör, and its pattern stays as it is meanwhile."""
    Aktor.objects.select_for_update(no_key=True).get(pk=aktor)


def _steg(arende: Arende) -> list[Steg]:
    return [Steg(b.typ, b.instans, b.datum, b.paragraf, b.text, b.lank) for b in arende.beslut.order_by("ordning")]


def _satt_steg(arende: Arende, steg: Sequence[Steg]) -> bool:
    """Steps have no life of their own: the list is written anew when it differs. True when it did."""
    if _steg(arende) == list(steg):
        return False
    arende.beslut.all().delete()
    for ordning, rad in enumerate(steg, start=1):
        if rad.typ == Arendebeslut.Typ.BESLUT and rad.datum and rad.datum > timezone.localdate():
            raise ValidationError("Ett beslut kan inte ligga i framtiden.")
        beslut = Arendebeslut(arende=arende, ordning=ordning, **vars(rad))
        beslut.full_clean()
        beslut.save()
    return True
