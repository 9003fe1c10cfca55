"""What does not go on into the next generation of färdplaner."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from aktorer.grund.historik import historik
from aktorer.grund.platsratt import hor_till
from insatser.models.databasregler import I_INSATSEN, krav
from insatser.models.insats import Insats
from insatser.models.program import Program


@historik()
class Insatsavslut(models.Model):
    """An insats that ends with its generation: nothing in `program` takes its place, and why."""

    insats = models.ForeignKey(Insats, models.CASCADE, related_name="avslut")
    program = models.ForeignKey(Program, models.PROTECT, related_name="insatsavslut", verbose_name="nästa program")
    skal = models.TextField("skäl för att inte föra den vidare", max_length=2000)

    class Meta:
        verbose_name = "insats som inte förs vidare"
        verbose_name_plural = "insatser som inte förs vidare"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["insats", "program"], name="insatsavslut_en_gang"),
            models.CheckConstraint(
                condition=Q(skal__regex=r"\S"),
                name="insatsavslut_med_skal",
                violation_error_message="Skriv varför insatsen inte förs vidare.",
            ),
        ]
        triggers: ClassVar = [
            hor_till(I_INSATSEN.format(insats="{rad}.insats_id")),
            krav(
                "insatsavslut_till_ett_nyare",
                "(SELECT p.ar_fran FROM insatser_program p WHERE p.id = NEW.program_id) > (SELECT p.ar_fran"
                " FROM insatser_program p JOIN insatser_malomrade m ON m.program_id = p.id"
                " JOIN insatser_insats i ON i.malomrade_id = m.id WHERE i.id = NEW.insats_id)",
                "En insats avslutas inför ett senare program än sitt eget.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.insats} förs inte vidare till {self.program}"
