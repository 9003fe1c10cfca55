"""Status and bedömning of an insats or aktivitet, and when a word why is owed."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models


class Status(models.TextChoices):
    EJ_PABORJAD = "ej_paborjad", "Ej påbörjad"
    PLANERAD = "planerad", "Planerad"
    PAGAR = "pagar", "Pågår"
    PAUSAD = "pausad", "Pausad"
    GENOMFORD = "genomford", "Genomförd"
    AVBRUTEN = "avbruten", "Avbruten"


class Bedomning(models.TextChoices):
    ENLIGT_PLAN = "enligt_plan", "Enligt plan"
    RISK = "risk", "Risk för avvikelse"
    AVVIKER = "avviker", "Avviker"


# Work that goes on, or should: somebody must judge how it goes.
KRAVER_BEDOMNING = frozenset({Status.PLANERAD, Status.PAGAR, Status.PAUSAD})
# Work that has ended: it is neither late nor silent.
OVER = frozenset({Status.GENOMFORD, Status.AVBRUTEN})
KRAVER_KOMMENTAR = frozenset({Status.PAUSAD, Status.AVBRUTEN})
BEDOMNING_KRAVER_KOMMENTAR = frozenset({Bedomning.RISK, Bedomning.AVVIKER})


def kommentar_kravs(status: str, bedomning: str) -> bool:
    """Whether a läge with these values must say why."""
    return status in KRAVER_KOMMENTAR or bedomning in BEDOMNING_KRAVER_KOMMENTAR


def lagesfel(status: str, bedomning: str, kommentar: str) -> dict[str, str]:
    """What is wrong with a läge: {field name: Swedish message}, empty when it holds."""
    fel: dict[str, str] = {}
    if status in KRAVER_BEDOMNING and not bedomning:
        fel["bedomning"] = f"Ange en bedömning när status är {Status(status).label.lower()}."
    if kommentar_kravs(status, bedomning) and not kommentar.strip():
        orsak = Bedomning(bedomning).label if bedomning in BEDOMNING_KRAVER_KOMMENTAR else Status(status).label
        fel["kommentar"] = f"Skriv en kommentar: den krävs vid ”{orsak.lower()}”."
    return fel


def aktivitetsfel(status: str, kommentar: str) -> dict[str, str]:
    """The same of an aktivitet, which has no bedömning."""
    return {falt: text for falt, text in lagesfel(status, "", kommentar).items() if falt != "bedomning"}


# How a count of statuses reads from left to right: what is done first, what nobody has reported last.
I_STAPEL = (
    Status.GENOMFORD,
    Status.PAGAR,
    Status.PLANERAD,
    Status.PAUSAD,
    Status.AVBRUTEN,
    Status.EJ_PABORJAD,
    None,
)


INGEN_RAPPORT = "Ingen rapport"


def statusord(status: str | None) -> str:
    """The status in words, for people; of None or "" that nothing has been reported."""
    return Status(status).label if status else INGEN_RAPPORT


@dataclass(frozen=True)
class Stapel:
    """One part of a bar of statuses: where it starts and how wide it is, in per cent of the bar."""

    status: Status | None
    antal: int
    start: float
    bredd: float

    @property
    def ord(self) -> str:
        return statusord(self.status)


def staplar(antal: Mapping[Status | None, int]) -> list[Stapel]:
    """The parts of the bar for {status: count}; None counts those without a report."""
    summa = sum(antal.values()) or 1
    delar, start = [], 0.0
    for status in I_STAPEL:
        if n := antal.get(status, 0):
            bredd = 100 * n / summa
            delar.append(Stapel(status, n, round(start, 2), round(bredd, 2)))
            start += bredd
    return delar


class Riktning(models.TextChoices):
    """Which way a läge has gone."""

    BATTRE = "battre", "Bättre"
    SAMRE = "samre", "Sämre"
    LIKA = "lika", "Varken bättre eller sämre"


# How much it hurts: the status and the bedömning, whichever weighs more.
_TYNGD: dict[str, int] = {Status.PAUSAD: 2, Status.AVBRUTEN: 3, Bedomning.RISK: 1, Bedomning.AVVIKER: 2}
_FRAMSTEG: dict[str, int] = {Status.EJ_PABORJAD: 0, Status.PLANERAD: 1, Status.PAGAR: 2, Status.GENOMFORD: 3}


def riktning(fore: tuple[str, str], nu: tuple[str, str]) -> Riktning:
    """Which way it has gone between two (status, bedömning).

    What hurts less is better; of what hurts as much, what has come further.
    """
    tyngd_fore, tyngd_nu = (max(_TYNGD.get(ord_, 0) for ord_ in lage) for lage in (fore, nu))
    steg_fore, steg_nu = _FRAMSTEG.get(fore[0]), _FRAMSTEG.get(nu[0])
    if tyngd_fore != tyngd_nu:
        return Riktning.BATTRE if tyngd_nu < tyngd_fore else Riktning.SAMRE
    if steg_fore is None or steg_nu is None or steg_fore == steg_nu:
        return Riktning.LIKA
    return Riktning.BATTRE if steg_nu > steg_fore else Riktning.SAMRE
