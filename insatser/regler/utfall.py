"""What became of an aktivitet when its handlingsplan was closed."""

from django.db import models

from insatser.regler.bojning import raknat


class Utfall(models.TextChoices):
    KLAR = "klar", "Klar"
    OVERFORD = "overford", "Förs över till nästa plan"
    STRUKEN = "struken", "Struken"


_I_ANTAL = {Utfall.KLAR: ("är klar", "är klara"), Utfall.STRUKEN: ("är struken", "är strukna")}


def i_antal(utfall: Utfall, antal: int) -> str:
    """ "9 är klara", "1 förs över till nästa plan": said of aktiviteter."""
    ord_ = utfall.label.lower()
    return raknat(antal, *_I_ANTAL.get(utfall, (ord_, ord_)))


# Done speaks for itself; for the others the reader wants to know why.
KRAVER_SKAL = frozenset({Utfall.OVERFORD, Utfall.STRUKEN})
