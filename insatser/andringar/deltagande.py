"""The aktör's own answer: whether it takes part in an insats or aktivitet it was asked about."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from aktorer.grund.andring import andring
from aktorer.models import Anvandare
from insatser.models import Aktivitet, AktivitetAktor, Insats, Medverkan
from insatser.regler.medverkan import Deltagande


@andring
def svara(
    *, av: Anvandare | None, del_: Medverkan | AktivitetAktor, deltagande: Deltagande, svar: str = ""
) -> Medverkan | AktivitetAktor:
    """Confirm or decline the part; a no needs a word why. Raises ValidationError.

    Raises the version of the insats or aktivitet, so that nobody who edits its roles writes over the answer unseen.
    """
    if deltagande not in {Deltagande.BEKRAFTAD, Deltagande.AVBOJD}:
        raise ValidationError({"deltagande": "Välj om ni är med eller inte."})
    if deltagande == Deltagande.AVBOJD and not svar.strip():
        raise ValidationError({"svar": "Skriv varför ni inte kan vara med."})
    _hoj_versionen(del_)
    nu = type(del_)._default_manager.select_for_update(of=("self",)).get(pk=del_.pk)
    nu.deltagande, nu.svar = deltagande, svar.strip()
    nu.full_clean(validate_constraints=False)
    nu.save(update_fields=["deltagande", "svar"])
    return nu


def _hoj_versionen(del_: Medverkan | AktivitetAktor) -> None:
    """Lock what the part belongs to; its trigger counts the version up."""
    if isinstance(del_, Medverkan):
        insats = Insats.objects.select_for_update(of=("self",)).get(pk=del_.insats_id)
        insats.version += 1
        insats.save(update_fields=["version"])
    else:
        aktivitet = Aktivitet.objects.select_for_update(of=("self",)).get(pk=del_.aktivitet_id)
        aktivitet.version += 1
        aktivitet.save(update_fields=["version"])
