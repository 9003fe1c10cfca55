"""Every write of insatser, their roles and how they hang together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Max, Q, Value, When, prefetch_related_objects
from django.utils import timezone

from aktorer.grund.andring import andring, slutlig_andring
from aktorer.grund.samtidighet import (
    OKANT,
    Jamforelse,
    Konflikt,
    Krock,
    andra_rad,
    jamfor,
    krav_oandrad,
    krav_utan_krock,
    las,
    las_alla,
    radens_handelser,
    senast,
    skriv_rad,
    skriv_rader,
    vid_version,
)
from aktorer.grund.spara import spara, spara_alla
from aktorer.models import Anvandare
from insatser.andringar.roller import Rolljamforelse, Rollrad, jamfor_roller, skriv_roller
from insatser.fragor.generation import haller_kvar
from insatser.fragor.insats import hinder
from insatser.fragor.nummer import hindrar_byte, las_nummer, upptaget, upptaget_av, upptagna
from insatser.models import Fardplan, Insats, Malomrade, Samband
from insatser.regler.medverkan import Roll


def nasta_ordning(malomrade: Malomrade, fardplan: Fardplan | None) -> int:
    """The first number after all that are taken where the insats will be seen."""
    upptagna = Insats.objects.filter(malomrade=malomrade)
    if fardplan:
        upptagna = upptagna.filter(Q(fardplan=fardplan) | Q(fardplan=None))
    return (upptagna.aggregate(hogst=Max("ordning"))["hogst"] or 0) + 1


def ledig_ordning(malomrade: Malomrade, fardplan: Fardplan | None, *, helst: int) -> int:
    """The number `helst` when it is free where the insats will be seen, else the first after all that are taken."""
    return nasta_ordning(malomrade, fardplan) if upptaget_av(malomrade, helst, fardplan) else helst


def _krav_ledigt(malomrade: Malomrade, ordning: int, fardplan: Fardplan | None, *, utom: Collection[int] = ()) -> None:
    """Says by what the number is taken, where the database would only say that it is. Raises ValidationError."""
    if andra := upptaget_av(malomrade, ordning, fardplan, utom=utom):
        raise ValidationError({"ordning": upptaget(andra, fardplan)})


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
    las_nummer([malomrade.pk], [fardplan.pk if fardplan else None])
    if ordning is not None:
        _krav_ledigt(malomrade, ordning, fardplan)
    else:
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
def skapa_flera(*, av: Anvandare | None, insatser: Sequence[Insats]) -> None:
    """New insatser with the numbers they bear, all or none. Raises ValidationError.

    No version: none of them was there.
    """
    las_nummer({i.malomrade_id for i in insatser}, {i.fardplan_id for i in insatser})
    for insats, andras in upptagna(insatser):
        raise ValidationError({"ordning": upptaget(andras, insats.fardplan)})
    spara_alla(insatser)


@dataclass(frozen=True, kw_only=True)
class Insatsandring:
    """What is to become of an insats read at `version`: columns, and its whole set of roles (None: as it is)."""

    insats: Insats
    version: int
    varden: Mapping[str, str] = field(default_factory=dict)
    roller: Sequence[Rollrad] | None = None


@andring
def andra(*, av: Anvandare | None, insats: Insats, version: int, **varden: str) -> Insats:
    """Change title, text, source or the note on it (`titel`, `text`, `kalla`, `kallnotering`).

    Raises Krock when another change overlaps, and ValidationError.
    """
    return _andra([Insatsandring(insats=insats, version=version, varden=varden)])[0]


@andring
def andra_flera(*, av: Anvandare | None, andringar: Sequence[Insatsandring]) -> list[Insats]:
    """The same of many, and of their roles (`andra_roller`), all or none.

    No version: each change says which it was read at. Raises Krock and ValidationError, without saying of which.
    """
    return _andra(andringar)


def _andra(andringar: Sequence[Insatsandring]) -> list[Insats]:
    """In as many queries for many as for one, when all were read as they are. Returns them as they become."""
    alla = las_alla([a.insats for a in andringar])
    med_roller = [alla[a.insats.pk] for a in andringar if a.roller is not None]
    prefetch_related_objects(med_roller, "medverkan")
    jamforda: list[Rolljamforelse] = []
    skriv: list[tuple[Insats, Mapping[str, Any]]] = []
    for a in andringar:
        nu = alla[a.insats.pk]
        rad = jamfor(nu, version=a.version, varden=a.varden)
        if a.roller is None:
            krav_utan_krock(nu.version, radens_handelser(nu), rad)
        else:
            jamford = jamfor_roller(nu, version=a.version, roller=a.roller)
            if jamford.ansvariga:
                deras = not any(r.roll == Roll.ANSVARIG for r in a.roller)
                rad = _utan_skal(nu, rad, a.version, deras=deras)
            krav_utan_krock(nu.version, radens_handelser(nu), rad, roller=jamford.jamforelse)
            jamforda += [jamford] if jamford.andrar else []
        if rad.skriv or (a.roller is not None and jamford.andrar):
            skriv.append((nu, rad.skriv))
    # The reason goes before the ansvarig comes, as the one before must go before there is a reason: see the triggers.
    skriv_roller(jamforda, mellan=lambda: skriv_rader(skriv))
    for nu in med_roller:
        nu._prefetched_objects_cache.clear()  # type: ignore[attr-defined]  # what was
    return [alla[a.insats.pk] for a in andringar]


@slutlig_andring
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
    las_nummer([malomrade.pk], {fardplan.pk if fardplan else None, insats.fardplan_id})
    nu = las(insats)
    if fardplan:
        _bara_har(nu, fardplan)
    varden = {"malomrade_id": malomrade.pk, "fardplan_id": fardplan.pk if fardplan else None, "ordning": ordning}
    jamforelse = jamfor(nu, version=version, varden=varden)
    krav_utan_krock(nu.version, radens_handelser(nu), jamforelse)
    if jamforelse.skriv:
        _krav_ledigt(malomrade, ordning, fardplan, utom=[nu.pk])
    return skriv_rad(nu, jamforelse.skriv)


@andring
def byt_nummer(*, av: Anvandare | None, insats: Insats, version: int, med: Insats, med_version: int) -> Insats:
    """Let the two insatser change numbers (and målområden) with each other; what kind they are stays. Returns `insats`.

    Raises Krock when the number of either was changed since it was read, and ValidationError.
    """
    las_nummer({insats.malomrade_id, med.malomrade_id}, {insats.fardplan_id, med.fardplan_id})
    if insats.malomrade.program_id != med.malomrade.program_id:
        raise ValidationError("Insatserna hör till olika program.")
    sedda = {insats.pk: version, med.pk: med_version}
    nu = {rad.pk: las(rad) for rad in sorted((insats, med), key=attrgetter("pk"))}
    en, annan = nu[insats.pk], nu[med.pk]
    da = {pk: vid_version(rad, sedda[pk]) for pk, rad in nu.items()}
    if all(da.values()) and (_plats(da[en.pk]), _plats(da[annan.pk])) == (_plats(annan), _plats(en)):
        return en  # a second click: they have changed already
    for rad in (en, annan):
        if not da[rad.pk] or _plats(da[rad.pk]) != _plats(rad):
            text = f"”{rad.titel}” fick ett annat nummer medan du läste{{senast}}. Inget är bytt: se vad som gäller nu."
            raise Krock([], en.version, senast=senast(radens_handelser(rad)), text=text)
    if skal := hindrar_byte(en, annan):
        raise ValidationError(skal)
    # One statement, which is when the database looks at the numbers: neither has the other's for a moment.
    platser = {en.pk: _plats(annan), annan.pk: _plats(en)}
    Insats.objects.filter(pk__in=platser).update(
        malomrade=Case(*(When(pk=pk, then=Value(malomrade)) for pk, (malomrade, _) in platser.items())),
        ordning=Case(*(When(pk=pk, then=Value(ordning)) for pk, (_, ordning) in platser.items())),
    )
    en.refresh_from_db()
    return en


def _plats(rad: Any) -> tuple[int, int]:
    """Where an insats, now or in its history, stands."""
    return rad.malomrade_id, rad.ordning


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
def ta_bort(*, av: Anvandare | None, insats: Insats, version: int) -> None:
    """Take an insats that was made by mistake away for good, with its roles; the history keeps it.

    Raises Krock, and ValidationError when it has been public for more than a day or something has been built on it.
    """
    nu = las(insats)
    krav_oandrad(nu, version=version, vad="insatsen")
    if kvar := haller_kvar(nu):
        raise ValidationError(kvar)
    nu.delete()


@andring
def aterta(*, av: Anvandare | None, insats: Insats, version: int) -> Insats:
    """Put a retired insats in force again. Raises Krock."""
    insats = andra_rad(insats, version=version, varden={"avford": None, "avford_skal": ""})
    Samband.objects.filter(till=insats, slag=Samband.Slag.ERSATTER).delete()
    return insats


@andring
def andra_roller(
    *,
    av: Anvandare | None,
    insats: Insats,
    version: int,
    roller: Sequence[Rollrad],
    utan_ansvarig: str | None = None,
) -> Insats:
    """Let `roller` be the insats's whole set of roles. Changes that others made to other aktörer since are kept.

    `utan_ansvarig`: why nobody is ansvarig (None: as it stands). It goes as soon as somebody is.

    Raises Krock when the same aktör, who is ansvarig, or why nobody is, was changed by both; ValidationError on two
    ansvariga.
    """
    varden = {} if utan_ansvarig is None else {"utan_ansvarig": utan_ansvarig}
    return _andra([Insatsandring(insats=insats, version=version, varden=varden, roller=roller)])[0]


def _utan_skal(nu: Insats, rad: Jamforelse, version: int, *, deras: bool) -> Jamforelse:
    """Somebody is ansvarig: no reason is left. One that was written while others (`deras`) appointed is a conflict, and
    so is one that others wrote since `version`, at which the writer read that nobody had.
    """
    skriv = {falt: varde for falt, varde in rad.skriv.items() if falt != "utan_ansvarig"}
    konflikter = [k for k in rad.konflikter if k.falt != "utan_ansvarig"]
    if deras and (skrivet := rad.skriv.get("utan_ansvarig")):
        konflikter.append(Konflikt("utan_ansvarig", nu.utan_ansvarig, nu.utan_ansvarig, skrivet))
    if nu.utan_ansvarig and not deras and nu.version != version:
        da = vid_version(nu, version)
        last = da.utan_ansvarig if da else OKANT
        if last != nu.utan_ansvarig:
            konflikter.append(Konflikt("utan_ansvarig", last, nu.utan_ansvarig, ""))
    bort = {"utan_ansvarig": ""} if nu.utan_ansvarig else {}
    return replace(rad, skriv={**skriv, **bort}, konflikter=konflikter)


@andring
def koppla(*, av: Anvandare | None, fran: Insats, till: Insats, slag: Samband.Slag) -> Samband:
    """Record that two insatser hang together, or that `fran` takes the place of `till`. Raises ValidationError.

    Only an insats of a later program takes the place of another program's.

    No version: said twice, it is so once.
    """
    olika = fran.malomrade.program_id != till.malomrade.program_id
    senare = fran.malomrade.program.ar_fran > till.malomrade.program.ar_fran
    if olika and not (slag == Samband.Slag.ERSATTER and senare):
        raise ValidationError("Insatserna hör till olika program.")
    if finns := Samband.objects.filter(Q(fran=fran, till=till) | Q(fran=till, till=fran), slag=slag).first():
        return finns
    samband = Samband(fran=fran, till=till, slag=slag)
    spara(samband)
    return samband


@andring
def ta_bort_samband(*, av: Anvandare | None, samband: Samband) -> None:
    """The two no longer hang together; the history keeps that they did.

    No version: a link has nothing in it to change.
    """
    samband.delete()
