"""Every write of a färdplan's own texts, and of who may read it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone

from aktorer.grund.andring import andring, slutlig_andring
from aktorer.grund.samtidighet import andra_rad, krav_oandrad, las, skriv_rad
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.fragor.arbetsbok import las_riktningar
from insatser.fragor.fardplan import gjort, tomma_indikatorer, varden
from insatser.models import Fardplan, Fardriktning, Malomrade

UTAN_KARAKTAR = "Skriv stadskärnans karaktär först. En publicerad färdplan måste ha en."
HAR_VARIT_PUBLICERAD = "Den har varit publicerad. En färdplan som andra har läst dras tillbaka, men tas inte bort."


@andring
def andra(*, av: Anvandare | None, fardplan: Fardplan, version: int, **varden: str) -> Fardplan:
    """Change `karaktar_rubrik`, `karaktar` or `kalla`. Raises Krock, ValidationError."""
    if "karaktar" in varden and not varden["karaktar"].strip() and las(fardplan).publicerad:
        raise ValidationError({"karaktar": UTAN_KARAKTAR})
    return andra_rad(fardplan, version=version, varden=varden)


@andring
def skriv_fardriktning(
    *, av: Anvandare | None, fardplan: Fardplan, malomrade: Malomrade, version: int, **varden: str
) -> Fardriktning:
    """Write `rubrik`, `text` or `kalla` of the färdriktning of one målområde; `version` is 0 when there was none.

    Raises Krock, also when somebody else wrote the first one meanwhile, and ValidationError.
    """
    las_riktningar(fardplan)  # one at a time writes the first
    finns = Fardriktning.objects.filter(fardplan=fardplan, malomrade=malomrade).first()
    if finns:
        return andra_rad(finns, version=version, varden=varden)
    return spara(Fardriktning(fardplan=fardplan, malomrade=malomrade, **varden))


@slutlig_andring
def publicera(*, av: Anvandare | None, fardplan: Fardplan, version: int) -> Fardplan:
    """Open the färdplan to everybody, as it was read at `version`. Published twice, it still is so once.

    Raises Krock when its texts were changed since, and ValidationError when it has no karaktär.
    """
    nu = las(fardplan)
    if nu.publicerad:
        return nu
    igen = "Läs igen vad som blir offentligt och publicera sedan."
    krav_oandrad(nu, version=version, text=f"Färdplanen har ändrats sedan du läste den{{senast}}. {igen}")
    if not nu.karaktar.strip():
        raise ValidationError(UTAN_KARAKTAR)
    return skriv_rad(nu, {"publicerad": True, "tillbakadragen": None, "tillbakadragen_skal": ""})


@slutlig_andring
def dra_tillbaka(*, av: Anvandare | None, fardplan: Fardplan, version: int, skal: str) -> Fardplan:
    """Make a draft of a published färdplan again; who logs in reads why. Raises Krock and ValidationError.

    Withdrawn already: it stays so, with the reason that was given first.
    """
    nu = las(fardplan)
    if not nu.publicerad:
        return nu
    text = "Färdplanen har ändrats sedan du öppnade den{senast}. Ditt skäl står kvar nedan."
    krav_oandrad(nu, version=version, text=text)
    varden = {"publicerad": False, "tillbakadragen": timezone.localdate(), "tillbakadragen_skal": skal}
    return skriv_rad(nu, varden)


@andring
def ta_bort(*, av: Anvandare | None, fardplan: Fardplan, version: int) -> None:
    """Take away a draft that was begun by mistake, with what it began with; the history keeps it.

    Raises Krock, and ValidationError when it has been published or somebody has made anything of it.
    """
    nu = las(fardplan)
    krav_oandrad(nu, version=version, vad="färdplanen")
    if nu.har_getts_ut:
        raise ValidationError(HAR_VARIT_PUBLICERAD)
    if kvar := gjort(nu):
        raise ValidationError(f"Färdplanen används. Ta först bort: {', '.join(h.rubrik.lower() for h in kvar)}.")
    varden(nu).delete()
    tomma_indikatorer(nu).delete()
    nu.inlasningar.all().delete()
    nu.delete()
