"""What became of an aktivitet when its handlingsplan was closed."""

from django.db import models


class Utfall(models.TextChoices):
    KLAR = "klar", "Klar"
    OVERFORD = "overford", "Förs över till nästa plan"
    STRUKEN = "struken", "Stryks"


# Done speaks for itself; for the others the reader wants to know why.
KRAVER_SKAL = frozenset({Utfall.OVERFORD, Utfall.STRUKEN})
