"""Why what a samordnare wrote became no invitation, and what an administratör does about it."""

from __future__ import annotations

from django.db import models


class Stopp(models.TextChoices):
    """Why; the words are a sentence of their own."""

    ANNANS = "annans", "Adressen har ett konto som samordnaren inte bjuder in till."
    STANGD = "stangd", "Adressen har ett konto som är avstängt."
    KONTAKT = "kontakt", "Adressen är en kontakts hos en annan aktör."
    RATT = "ratt", "Samordnaren hade inte längre rätt att bjuda in till aktören."
    FEL = "fel", "Kontot gick inte att skapa. Skälet står i loggen."


GOR = {
    Stopp.ANNANS: "Har personen bytt aktör eller roll? Ändra kontot. Tala annars med samordnaren, och ta bort raden.",
    Stopp.STANGD: "Ska personen in igen? Öppna kontot, och pröva sedan igen. Ta annars bort raden.",
    Stopp.KONTAKT: "Vet du att personen har bytt aktör? Bjud in den själv. Ta sedan bort raden.",
    Stopp.RATT: "Ska personen in? Bjud in den själv. Ta sedan bort raden.",
    Stopp.FEL: "Pröva igen. Går det inte: bjud in personen själv, eller be driften läsa loggen.",
}
