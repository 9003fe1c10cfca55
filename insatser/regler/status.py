"""Status and bedömning of an insats or aktivitet, and when a word why is owed."""

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
KRAVER_KOMMENTAR = frozenset({Status.PAUSAD, Status.AVBRUTEN})
BEDOMNING_KRAVER_KOMMENTAR = frozenset({Bedomning.RISK, Bedomning.AVVIKER})


def kommentar_kravs(status: str, bedomning: str) -> bool:
    """Whether a läge with these values must say why (DESIGN §2, bedömning)."""
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
