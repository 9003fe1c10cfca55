"""Every write of överenskommelser and of who has joined them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import OKANT, Konflikt, Krock, jamfor, las, skriv_rad
from aktorer.models import Aktor, Anvandare
from insatser.andringar import insatslankar
from insatser.fragor.arende import hinder_overenskommelse
from insatser.models import Anslutning, Arende, Overenskommelse
from insatser.regler import tidpunkt


@dataclass(frozen=True)
class Anslutningsrad:
    """An aktör's place as a form states it; they come in the order given."""

    aktor_id: int
    status: str
    sedan: str = ""
    arende_id: int | None = None

    def __str__(self) -> str:
        aktor = Aktor.objects.get(pk=self.aktor_id).namn
        arende = Arende.objects.get(pk=self.arende_id) if self.arende_id else None
        status = Anslutning.Anslutningsstatus(self.status).label.lower()
        return ", ".join(filter(None, [aktor, status, tidpunkt.i_text(self.sedan), str(arende or "")]))


@andring
def skapa(
    *,
    av: Anvandare | None,
    anslutningar: Sequence[Anslutningsrad] = (),
    insatser: Collection[int] = (),
    **varden: Any,
) -> Overenskommelse:
    """A new överenskommelse with who has joined it and the insatser it concerns. Raises ValidationError."""
    overenskommelse = Overenskommelse(**varden)
    overenskommelse.full_clean()
    overenskommelse.save()
    _satt_anslutningar(overenskommelse, anslutningar)
    insatslankar.satt(overenskommelse, insatser)
    return overenskommelse


@andring
def andra(
    *,
    av: Anvandare | None,
    overenskommelse: Overenskommelse,
    version: int,
    anslutningar: Sequence[Anslutningsrad],
    insatser: Collection[int],
    **varden: Any,
) -> Overenskommelse:
    """Change an överenskommelse, its whole list of aktörer and its whole set of insatser.

    Raises Krock and ValidationError.
    """
    nu = las(overenskommelse)
    rad = jamfor(nu, version=version, varden=varden)
    konflikter = list(rad.konflikter)
    if nu.version != version:
        # The aktörer are one list, and insatser one set: who has not seen theirs cannot put them right.
        nya, gamla = list(anslutningar), _rader(nu)
        if nya != gamla:
            konflikter.append(Konflikt("Anslutningar", OKANT, "\n".join(map(str, gamla)), "\n".join(map(str, nya))))
        konflikter += insatslankar.krock(nu, insatser)
    if konflikter:
        raise Krock(konflikter, nu.version, rad.bara_deras)
    nytt = [_satt_anslutningar(nu, anslutningar), insatslankar.satt(nu, insatser)]
    if any(nytt) and not rad.skriv:
        nu.version += 1
        nu.save(update_fields=["version"])
    return skriv_rad(nu, rad.skriv)


@andring
def ta_bort(*, av: Anvandare | None, overenskommelse: Overenskommelse, version: int) -> None:
    """Take away an överenskommelse that nobody stands in; the history keeps it. Raises Krock and ValidationError."""
    nu = las(overenskommelse)
    if nu.version != version:
        text = "Någon ändrade överenskommelsen medan du läste. Läs den igen och ta sedan bort den om den ska bort."
        raise Krock([], nu.version, text=text)
    if skal := hinder_overenskommelse(nu):
        raise ValidationError(skal)
    nu.delete()


def _rader(overenskommelse: Overenskommelse) -> list[Anslutningsrad]:
    alla = overenskommelse.anslutningar.order_by("ordning")
    return [Anslutningsrad(a.aktor_id, a.status, a.sedan, a.arende_id) for a in alla]


def _satt_anslutningar(overenskommelse: Overenskommelse, anslutningar: Sequence[Anslutningsrad]) -> bool:
    """The list is written anew when it differs: nothing points at a row of it. True when it did."""
    if _rader(overenskommelse) == list(anslutningar):
        return False
    overenskommelse.anslutningar.all().delete()
    for ordning, rad in enumerate(anslutningar, start=1):
        anslutning = Anslutning(overenskommelse=overenskommelse, ordning=ordning, **vars(rad))
        anslutning.full_clean()
        anslutning.save()
    return True
