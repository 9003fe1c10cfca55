"""The aktör's own answer: whether it takes part in an insats or aktivitet it was asked about."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Max

from aktorer.grund.andring import andring
from aktorer.grund.platsratt import om_eget
from aktorer.grund.samtidighet import OKANT, Konflikt, Krock, las, radens_handelser, senast
from aktorer.models import Anvandare
from insatser.models import Aktivitet, AktivitetAktor, Insats, Medverkan
from insatser.regler.medverkan import Deltagande


@andring
@om_eget
def svara(
    *,
    av: Anvandare | None,
    del_: Medverkan | AktivitetAktor,
    deltagande: Deltagande,
    svar: str = "",
    sedd: int,
) -> Medverkan | AktivitetAktor:
    """Confirm or decline the part, or take back what was answered (TILLFRAGAD); a no needs a word why.

    Raises ValidationError, and Krock when somebody else has answered since the event `sedd` (`senaste_handelse`).

    Raises the version of the insats or aktivitet, so that nobody who edits its roles writes over the answer unseen.
    """
    if deltagande == Deltagande.TILLFRAGAD:
        svar = ""
    elif deltagande not in {Deltagande.BEKRAFTAD, Deltagande.AVBOJD}:
        raise ValidationError({"deltagande": "Välj om ni är med eller inte."})
    if deltagande == Deltagande.AVBOJD and not svar.strip():
        raise ValidationError({"svar": "Skriv varför ni inte kan vara med."})
    _hoj_versionen(del_)
    nu = las(del_)
    _krav_utan_annat_svar(nu, sedd, {"deltagande": deltagande, "svar": svar.strip()})
    nu.deltagande, nu.svar = deltagande, svar.strip()
    nu.full_clean(validate_constraints=False)
    nu.save(update_fields=["deltagande", "svar"])
    return nu


def senaste_handelse(del_: Medverkan | AktivitetAktor) -> int:
    """The id of the latest event of the part: what the one who answers has before them."""
    return radens_handelser(del_).aggregate(senast=Max("pgh_id"))["senast"] or 0


def _krav_utan_annat_svar(nu: Medverkan | AktivitetAktor, sedd: int, mina: dict[str, str]) -> None:
    """The answer is one thing: half of mine and half of theirs is what nobody said. Raises Krock."""
    senast_nu = senaste_handelse(nu)
    if senast_nu == sedd:
        return
    da = radens_handelser(nu).filter(pgh_id=sedd).first()
    deras = {falt: getattr(nu, falt) for falt in mina}
    bas = {falt: getattr(da, falt) if da else OKANT for falt in mina}
    if deras not in (bas, mina):
        konflikter = [Konflikt(f, bas[f], deras[f], mina[f]) for f in mina]
        raise Krock(konflikter, senast_nu, senast=senast(radens_handelser(nu)))


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
