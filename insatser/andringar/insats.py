"""Every write of insatser, their roles and how they hang together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.utils import timezone

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import Krock, andra_rad, las, skriv_rad
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.andringar.roller import Rollrad, satt_roller
from insatser.fragor.insats import hinder
from insatser.models import Fardplan, Insats, Malomrade, Samband


def nasta_ordning(malomrade: Malomrade, fardplan: Fardplan | None) -> int:
    """The first number after all that are taken where the insats will be seen."""
    upptagna = Insats.objects.filter(malomrade=malomrade)
    if fardplan:
        upptagna = upptagna.filter(Q(fardplan=fardplan) | Q(fardplan=None))
    return (upptagna.aggregate(hogst=Max("ordning"))["hogst"] or 0) + 1


def _las_nummer(malomrade: Malomrade) -> None:
    """One at a time takes a number in the målområde; the next one sees it."""
    Malomrade.objects.select_for_update(no_key=True).get(pk=malomrade.pk)


@andring
def skapa(
    *,
    av: Anvandare | None,
    malomrade: Malomrade,
    fardplan: Fardplan | None,
    titel: str,
    text: str = "",
    ordning: int | None = None,
    utkast: bool = False,
    **ovriga: str,
) -> Insats:
    """A new insats; gemensam without `fardplan`. Takes the next free number unless told. Raises ValidationError.

    `ovriga`: its other text columns.

    The very same text in the same place, without a number of its own, is the same insats: a form that is sent twice
    makes one.
    """
    _las_nummer(malomrade)
    if ordning is None:
        lika = Insats.objects.filter(malomrade=malomrade, fardplan=fardplan, titel=titel, text=text, avford=None)
        if finns := lika.order_by("pk").first():
            return finns
    insats = Insats(
        malomrade=malomrade,
        fardplan=fardplan,
        titel=titel,
        text=text,
        ordning=ordning or nasta_ordning(malomrade, fardplan),
        utkast=utkast,
        **ovriga,
    )
    spara(insats)
    return insats


@andring
def andra(*, av: Anvandare | None, insats: Insats, version: int, **varden: str) -> Insats:
    """Change title, text, source or the note on it (`titel`, `text`, `kalla`, `kallnotering`).

    Raises Krock when another change overlaps, and ValidationError.
    """
    return andra_rad(insats, version=version, varden=varden)


@andring
def publicera(*, av: Anvandare | None, versioner: Mapping[int, int]) -> list[Insats]:
    """Open these draft insatser to everybody, all or none: {id: the version each was read at}. Returns those opened.

    Who is published already stays so. Raises Krock when the text of one was changed since.
    """
    utkast = Insats.objects.select_for_update(of=("self",)).filter(pk__in=versioner, utkast=True)
    rader = list(utkast.select_related("malomrade").order_by("pk"))
    if andrade := ", ".join(i.nummer for i in rader if i.version != versioner[i.pk]):
        raise Krock([], 0, text=f"Någon ändrade {andrade} medan du läste. Läs igen och publicera sedan.")
    return [skriv_rad(insats, {"utkast": False}) for insats in rader]


@andring
def flytta(
    *,
    av: Anvandare | None,
    insats: Insats,
    version: int,
    malomrade: Malomrade,
    fardplan: Fardplan | None,
    ordning: int,
) -> Insats:
    """Give the insats another number, målområde or kind (gemensam without `fardplan`).

    Raises Krock and ValidationError.
    """
    _las_nummer(malomrade)
    varden = {"malomrade_id": malomrade.pk, "fardplan_id": fardplan.pk if fardplan else None, "ordning": ordning}
    if fardplan:
        _bara_har(las(insats), fardplan)
    return andra_rad(insats, version=version, varden=varden)


def _bara_har(insats: Insats, fardplan: Fardplan) -> None:
    """A gemensam insats that others use cannot become one kärna's own (the database says so too, less kindly)."""
    if skal := hinder([insats.pk], fardplan).get(insats.pk):
        raise ValidationError({"typ": skal})


@andring
def avfor(
    *,
    av: Anvandare | None,
    insats: Insats,
    version: int,
    skal: str,
    ersatts_av: Insats | None = None,
    datum: date | None = None,
) -> Insats:
    """Retire the insats: it keeps its number, page and history. Raises Krock, ValidationError."""
    if ersatts_av and ersatts_av.avford:
        raise ValidationError({"ersatts_av": "Insatsen som ska ersätta är själv avförd."})
    avford = andra_rad(insats, version=version, varden={"avford": datum or timezone.localdate(), "avford_skal": skal})
    if ersatts_av:
        koppla(av=av, fran=ersatts_av, till=avford, slag=Samband.Slag.ERSATTER)
    return avford


@andring
def aterta(*, av: Anvandare | None, insats: Insats, version: int) -> Insats:
    """Put a retired insats in force again. Raises Krock."""
    insats = andra_rad(insats, version=version, varden={"avford": None, "avford_skal": ""})
    Samband.objects.filter(till=insats, slag=Samband.Slag.ERSATTER).delete()
    return insats


@andring
def andra_roller(*, av: Anvandare | None, insats: Insats, version: int, roller: Sequence[Rollrad]) -> Insats:
    """Let `roller` be the insats's whole set of roles. Changes that others made to other aktörer since are kept.

    Raises Krock when the same aktör, or who is ansvarig, was changed by both; ValidationError on two ansvariga.
    """
    nu = las(insats)
    return skriv_rad(nu, {}, rader=satt_roller(nu, version=version, roller=roller))


@andring
def koppla(*, av: Anvandare | None, fran: Insats, till: Insats, slag: Samband.Slag) -> Samband:
    """Record that two insatser hang together, or that `fran` takes the place of `till`. Raises ValidationError."""
    if fran.malomrade.program_id != till.malomrade.program_id:
        raise ValidationError("Insatserna hör till olika program.")
    if finns := Samband.objects.filter(Q(fran=fran, till=till) | Q(fran=till, till=fran), slag=slag).first():
        return finns
    samband = Samband(fran=fran, till=till, slag=slag)
    spara(samband)
    return samband


@andring
def ta_bort_samband(*, av: Anvandare | None, samband: Samband) -> None:
    """The two no longer hang together; the history keeps that they did."""
    samband.delete()
