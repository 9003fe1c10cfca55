"""Large files are previewed and read in behind the pages: who asks for it, who does it, and what became of it.

What the person does is a change as every other. The rest keeps the books of the work, and writes nothing else: reading
in is done by `andringar.inlasning.las_in`, once, in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from aktorer.grund.andring import slutlig_andring
from aktorer.models import Anvandare
from insatser.andringar.inlasning import BEARBETAS, las_ogjord
from insatser.fragor.inlasningar import galler
from insatser.models import Granskningssida, Inlasning, Inlasningsjobb

HYRA = timedelta(seconds=15)  # who has not been heard of for so long is dead
FORSOK = 5
GAV_UPP = "Arbetet avbröts flera gånger innan det blev klart. Försök igen, eller dela upp filen."
SKICK = Inlasningsjobb.Skick
_INGENS: dict[str, Any] = {"hyra": None, "hyrt_till": None}


@slutlig_andring
def bestall(
    *, av: Anvandare, inlasning: Inlasning, vad: Inlasningsjobb.Vad, villkor: Mapping[str, Any]
) -> Inlasningsjobb:
    """Have the file previewed, or read in, behind the pages. Raises ValidationError when it has been read in, or when
    it is being worked at.

    No version: what is confirmed is what was shown, which `villkor` says.
    """
    nu = las_ogjord(inlasning)
    jobb = Inlasningsjobb.objects.select_for_update().filter(inlasning=nu).first()
    if jobb and jobb.gors:
        raise ValidationError(BEARBETAS)
    jobb = jobb or Inlasningsjobb(inlasning=nu)
    jobb.av, jobb.vad, jobb.villkor, jobb.bestallt = av, vad, dict(villkor), timezone.now()
    jobb.skick, jobb.avbryts, jobb.forsok, jobb.paborjat, jobb.fel = SKICK.VANTAR, False, 0, None, ""
    jobb.steg, jobb.klara, jobb.alla = "", 0, 0
    if jobb.granskning and jobb.granskning["frammande"]:
        jobb.granskning = None  # it only said that the table is somebody else's
    jobb.save()
    return jobb


@slutlig_andring
def avbryt(*, av: Anvandare, inlasning: Inlasning) -> None:
    """Stop what is done with the file, between two parts of it; nothing of it is written then.

    No version: stopped twice is stopped, and what is done already stays done.
    """
    alla = Inlasningsjobb.objects.filter(inlasning=inlasning)
    alla.filter(skick=SKICK.VANTAR).update(skick=SKICK.AVBRUTET)
    alla.filter(skick=SKICK.PAGAR).update(avbryts=True)


# The books of those who do the work


def _lediga() -> Q:
    return Q(skick=SKICK.VANTAR) | Q(skick=SKICK.PAGAR, hyrt_till__lt=Now())


def finns_att_gora() -> bool:
    return Inlasningsjobb.objects.filter(_lediga()).exists()


def ta_nasta(hyra: UUID) -> Inlasningsjobb | None:
    """Rent the one that has waited longest, and that nobody else takes; None when there is none."""
    while True:
        with transaction.atomic():
            fraga = Inlasningsjobb.objects.filter(_lediga()).order_by("bestallt")
            jobb = fraga.select_for_update(skip_locked=True, of=("self",)).first()
            if jobb is None:
                return None
            egen = Inlasningsjobb.objects.filter(pk=jobb.pk)
            if jobb.avbryts:
                egen.update(skick=SKICK.AVBRUTET, **_INGENS)
            elif jobb.forsok >= FORSOK:
                egen.update(skick=SKICK.FEL, fel=GAV_UPP, **_INGENS)
            else:
                egen.update(
                    skick=SKICK.PAGAR,
                    hyra=hyra,
                    hyrt_till=Now() + HYRA,
                    forsok=F("forsok") + 1,
                    paborjat=Now(),
                    steg="",
                    klara=0,
                    alla=0,
                )
                med = Inlasningsjobb.objects.select_related(
                    "av",
                    "inlasning__fardplan__stadskarna",
                    "inlasning__fardplan__program",
                    "inlasning__program",
                    "inlasning__handlingsplan",
                )
                return med.get(pk=jobb.pk)


def hall(hyra: UUID, steg: str, klara: int, alla: int) -> bool:
    """Tell how far it has come, and rent it for as long again. Whether it is to go on: it is still ours, and nobody has
    asked that it be stopped.
    """
    egna = Inlasningsjobb.objects.filter(hyra=hyra, skick=SKICK.PAGAR)
    ar_vart = egna.update(hyrt_till=Now() + HYRA, steg=steg, klara=klara, alla=alla)
    return bool(ar_vart) and not egna.filter(avbryts=True).exists()


def hors(hyra: UUID) -> bool:
    """Whether something is rented, by who has been heard of lately."""
    return Inlasningsjobb.objects.filter(hyra=hyra, skick=SKICK.PAGAR, hyrt_till__gte=Now()).exists()


def lamna(hyra: UUID) -> int:
    """Who rented it is dead, or must go: another may begin anew at once. How many there were."""
    return Inlasningsjobb.objects.filter(hyra=hyra, skick=SKICK.PAGAR).update(skick=SKICK.VANTAR, **_INGENS)


def glom_granskningar(karna: int | None) -> None:
    """No preview is kept of files in the stadskärna with that id, or in any: it quotes what stood elsewhere. Who is at
    one begins anew, so that nothing of what was read until now is told.
    """
    filer = Inlasning.objects.filter(galler(karna)) if karna else Inlasning.objects.all()
    alla = Inlasningsjobb.objects.filter(inlasning__in=filer.values("pk"))
    ids = list(alla.values_list("pk", flat=True))
    dessa = Inlasningsjobb.objects.filter(pk__in=ids)
    dessa.filter(skick=SKICK.PAGAR).update(skick=SKICK.VANTAR, **_INGENS)
    dessa.update(granskning=None, granskat=None)
    Granskningssida.objects.filter(jobb__in=ids).delete()


def stanna(hyra: UUID) -> None:
    """It was stopped: because somebody asked for it, or because it is to be begun anew."""
    avbrutna = Inlasningsjobb.objects.filter(hyra=hyra, skick=SKICK.PAGAR, avbryts=True)
    avbrutna.update(skick=SKICK.AVBRUTET, **_INGENS)
    lamna(hyra)


def ta_bort(hyra: UUID) -> None:
    """The file is read in: what it changed is told elsewhere, and its words are kept nowhere else."""
    Inlasningsjobb.objects.filter(hyra=hyra, skick=SKICK.PAGAR).delete()


@transaction.atomic
def avsluta(
    hyra: UUID,
    skick: Inlasningsjobb.Skick,
    *,
    fel: str = "",
    granskning: Mapping[str, Any] | None = None,
    sidor: Sequence[Sequence[Any]] = (),
    **filens: Any,
) -> None:
    """What became of it, and the preview when there is a new one. Nothing when it is another's by now. `filens`: what
    is to be said of the file in the same breath (`tolkning`, `val`).
    """
    egna = Inlasningsjobb.objects.filter(hyra=hyra, skick=SKICK.PAGAR)
    jobb = egna.select_for_update().first()
    if jobb is None:
        return
    if granskning is not None:
        jobb.sidor.all().delete()
        Granskningssida.objects.bulk_create(
            [Granskningssida(jobb=jobb, nummer=n, rader=rader) for n, rader in enumerate(sidor, start=1)]
        )
        egna.update(granskning=granskning, granskat=Now())
    if filens:
        Inlasning.objects.filter(pk=jobb.pk).update(**filens)
    egna.update(skick=skick, fel=fel, **_INGENS)
