"""Ask a colleague, when no answer is to be expected from those who were asked."""

from __future__ import annotations

from datetime import date

from aktorer.grund.andring import slutlig_andring
from aktorer.models import Anvandare
from insatser.andringar import utskick
from insatser.fragor import ersattning as fragor
from insatser.models import Mottagare, Omgang, Tillfragan, Utskick


@slutlig_andring
def fraga_andra(*, av: Anvandare | None, idag: date) -> int:
    """Ask the next colleague about what stays unanswered in every open round, and put a mail to each in the queue.

    Returns how many people were asked. Run twice, it asks nobody more.

    No version: it only asks whom nobody has asked.
    """
    fragade: list[tuple[Anvandare, Omgang]] = []
    for omgang in Omgang.objects.filter(stangd=None).order_by("pk").select_for_update():
        personer = {}
        for e in fragor.ersattningar(omgang, fragor.fallna(omgang, idag)):
            if e.person is None:
                continue
            mottagare, _ = Mottagare.objects.get_or_create(omgang=omgang, anvandare=e.person)
            hur = {"i_stallet_for": e.i_stallet_for, "skal": e.skal, "aktor_id": e.aktor}
            # Who has handed it over gets it back.
            egen = {"lamnad_till": None, "lamnad_ord": ""}
            Tillfragan.objects.update_or_create(mottagare=mottagare, punkt=e.punkt, defaults=egen, create_defaults=hur)
            personer[e.person.pk] = e.person
        fragade += [(person, omgang) for person in personer.values()]
    for person, omgang in sorted(fragade, key=lambda f: f[0].pk):
        utskick.lagg_i_ko(person, Utskick.Slag.OMGANG, omgang)
    return len(fragade)
