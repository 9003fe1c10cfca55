"""Which part an aktör takes in an insats or aktivitet, and how sure that is."""

from django.db import models


class Roll(models.TextChoices):
    ANSVARIG = "ansvarig", "Ansvarig"
    MEDVERKANDE = "medverkande", "Medverkande"


class Deltagande(models.TextChoices):
    """The sources name examples of medverkande; the aktör itself confirms its part."""

    EXEMPEL = "exempel", "Exempel i färdplanen"
    TILLFRAGAD = "tillfragad", "Tillfrågad"
    BEKRAFTAD = "bekraftad", "Bekräftad"
    AVBOJD = "avbojd", "Avböjd"
