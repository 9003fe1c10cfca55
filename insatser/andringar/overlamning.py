"""The wrong person was asked: the question is handed over to a colleague or a contact of the aktör, and taken back."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from aktorer.grund.andring import slutlig_andring
from aktorer.grund.platsratt import om_eget
from aktorer.models import Anvandare
from insatser.andringar import utskick
from insatser.andringar.kontakt import konto_att_lamna_till
from insatser.andringar.uppfoljning import las_oppen
from insatser.fragor import overlamning as fragor
from insatser.fragor.uppfoljning import fragnyckel
from insatser.models import Kontakt, Mottagare, Omgangspunkt, Tillfragan, Utskick
from insatser.regler.ersattning import Skal


@slutlig_andring
@om_eget
def lamna_over(
    *, av: Anvandare, mottagare: Mottagare, punkter: Sequence[Omgangspunkt], till: Anvandare | Kontakt, varfor: str
) -> Mottagare:
    """Let `till` be asked about these points instead of the person, all of them or none, and queue a mail about it.

    Raises ValidationError.

    No version: a question is handed over once; who does so again is told to whom.
    """
    omgang = las_oppen(mottagare.omgang_id)
    varfor = varfor.strip()
    if not varfor:
        raise ValidationError({"skriv": "Skriv varför, så att personen och planeraren förstår."})
    if fragnyckel(till) not in {fragnyckel(k) for k in fragor.kandidater(mottagare)}:
        raise ValidationError({"till": f"Det går inte att lämna över till {till}. Välj någon annan."})
    person = konto_att_lamna_till(av=av, kontakt=till) if isinstance(till, Kontakt) else till
    ny, _ = Mottagare.objects.get_or_create(omgang=omgang, anvandare=person)
    if ny.aterkallad:
        raise ValidationError({"till": f"Länken till {ny} är återkallad av planeraren. Välj någon annan."})
    for punkt in punkter:
        _lamna(mottagare, ny, punkt, varfor)
    utskick.lagg_i_ko(person, Utskick.Slag.OMGANG, omgang)
    return ny


def _lamna(mottagare: Mottagare, ny: Mottagare, punkt: Omgangspunkt, varfor: str) -> None:
    egen = Tillfragan.objects.filter(mottagare=mottagare, punkt=punkt).first()
    if egen is None:
        raise ValidationError(f"Du är inte tillfrågad om {punkt}.")
    if egen.lamnad_till_id == ny.pk:
        return
    if not _svarar_for_den(egen):
        raise ValidationError(
            f"Du är tillfrågad om {punkt} för {egen.aktor}, och hör inte dit längre. Säg till planeraren."
        )
    if egen.lamnad_till:
        raise ValidationError(f"Du har redan lämnat över {punkt} till {egen.lamnad_till}. Ta tillbaka frågan först.")
    if not _obesvarad(egen):
        raise ValidationError(f"{punkt} är redan besvarad.")
    deras = Tillfragan.objects.filter(mottagare=ny, punkt=punkt).first()
    if deras and deras.lamnad_till_id == mottagare.pk:
        raise ValidationError(
            f"{ny} har lämnat över {punkt} till dig. Svara om du kan, eller välj någon som vet. Hittar ni ingen, säg"
            " till planeraren."
        )
    if deras and deras.lamnad_till_id:
        raise ValidationError(f"{ny} har redan lämnat över {punkt} till {deras.lamnad_till}. Välj någon annan.")
    if deras and deras.aktor_id != egen.aktor_id:
        raise ValidationError(f"{ny} svarar redan för {deras.aktor} om {punkt}. Välj någon annan.")
    if deras is None:
        hur = {"aktor_id": egen.aktor_id, "i_stallet_for": mottagare, "skal": Skal.LAMNAD}
        Tillfragan.objects.create(mottagare=ny, punkt=punkt, **hur)
    egen.lamnad_till, egen.lamnad_ord = ny, varfor
    egen.save(update_fields=["lamnad_till", "lamnad_ord"])


@slutlig_andring
@om_eget
def ta_tillbaka(*, av: Anvandare, mottagare: Mottagare, punkt: Omgangspunkt) -> None:
    """The person answers after all. Raises ValidationError.

    No version: taken back is taken back, and what somebody has answered stands.
    """
    las_oppen(mottagare.omgang_id)
    egen = Tillfragan.objects.filter(mottagare=mottagare, punkt=punkt).first()
    ny = egen.lamnad_till if egen else None
    if egen is None or ny is None:
        return
    if not _obesvarad(egen):
        raise ValidationError(f"{punkt} är redan besvarad.")
    deras = Tillfragan.objects.filter(mottagare=ny, punkt=punkt).first()
    if deras and deras.lamnad_till:
        raise ValidationError(f"{ny} har i sin tur lämnat över {punkt} till {deras.lamnad_till}, som svarar.")
    egen.lamnad_till, egen.lamnad_ord = None, ""
    egen.save(update_fields=["lamnad_till", "lamnad_ord"])
    if deras and deras.i_stallet_for_id == mottagare.pk and deras.skal == Skal.LAMNAD:
        deras.delete()
    if not ny.tillfragningar.exists():
        ny.anvandare.utskick.filter(omgang=mottagare.omgang_id, paborjat=None).delete()


def _svarar_for_den(t: Tillfragan) -> bool:
    """Whether the person asked is of the aktör still; a stand-in was never, perhaps."""
    nu = t.mottagare.anvandare.aktor
    hos = {nu.pk, nu.del_av_id} if nu else set()
    return t.i_stallet_for_id is not None or t.aktor is None or any(t.aktor.ar(pk) for pk in hos)


def _obesvarad(t: Tillfragan) -> bool:
    return Tillfragan.objects.utan_svar().filter(pk=t.pk).exists()
