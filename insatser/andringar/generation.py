"""The next generation: a färdplan begun from the one before it, and what becomes of each of that one's insatser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import Krock, krav_oandrad, las
from aktorer.grund.spara import spara
from aktorer.models import Anvandare
from insatser.andringar import insats as insatser
from insatser.fragor import generation
from insatser.fragor.generation import Arv
from insatser.models import (
    Fardplan,
    Fardriktning,
    Indikator,
    Insats,
    Insatsavslut,
    Malomrade,
    Medverkan,
    Program,
    Samband,
    Stadskarna,
)
from insatser.regler.bojning import uppraknat
from insatser.regler.medverkan import Deltagande


@dataclass(frozen=True)
class Arvsval:
    """What is to become of an insats, read at `version`: an insats in `malomrade` takes its place, or it ends."""

    insats: int
    version: int
    malomrade: Malomrade | None = None
    skal: str = ""


@dataclass(frozen=True)
class Avgjort:
    nya: list[Insats]
    avslutade: list[Insatsavslut]


@andring
def borja(*, av: Anvandare | None, program: Program, stadskarna: Stadskarna) -> Fardplan:
    """The stadskärna's färdplan in the program, a draft; begun once, it is the same however often it is asked for.

    Its karaktär, and the färdriktningar of målområden that have kept their name, come from the färdplan before: they
    are there to be rewritten. So do the indikatorer, with the stadskärna's values. Raises ValidationError when the
    stadskärna has a färdplan that is not older.

    No version: it only adds what is not there.
    """
    las(program)
    las(stadskarna)
    if finns := Fardplan.objects.filter(program=program, stadskarna=stadskarna).first():
        return finns
    senare = stadskarna.fardplaner.filter(program__ar_fran__gte=program.ar_fran).select_related("program").first()
    if senare:
        raise ValidationError(f"{stadskarna} har redan en färdplan i {senare.program}, som inte är äldre.")
    fore = generation.foregaende(program, stadskarna)
    ny = Fardplan(program=program, stadskarna=stadskarna)
    if fore:
        ny.karaktar_rubrik, ny.karaktar, ny.kalla = fore.karaktar_rubrik, fore.karaktar, fore.kalla
    spara(ny)
    if fore:
        _kopiera_fardriktningar(fore, ny)
        _kopiera_lagesbild(fore, ny)
    return ny


def _kopiera_fardriktningar(fore: Fardplan, ny: Fardplan) -> None:
    nya = {m.namn.casefold(): m for m in Malomrade.objects.filter(program=ny.program_id)}
    for r in Fardriktning.objects.filter(fardplan=fore).select_related("malomrade"):
        if malomrade := nya.get(r.malomrade.namn.casefold()):
            spara(Fardriktning(fardplan=ny, malomrade=malomrade, rubrik=r.rubrik, text=r.text, kalla=r.kalla))


def _kopiera_lagesbild(fore: Fardplan, ny: Fardplan) -> None:
    """What is measured goes on being so: the indikatorer of målområden that kept their name, with its own values."""
    nya = {m.namn.casefold(): m for m in Malomrade.objects.filter(program=ny.program_id)}
    har = {(i.malomrade_id, i.namn): i for i in Indikator.objects.filter(malomrade__program=ny.program_id)}
    for i in Indikator.objects.filter(malomrade__program=fore.program_id).select_related("malomrade"):
        if malomrade := nya.get(i.malomrade.namn.casefold()):
            kopia = har.get((malomrade.pk, i.namn)) or spara(_kopia(i, malomrade=malomrade))
            for v in i.varden.filter(stadskarna=ny.stadskarna_id):
                spara(_kopia(v, indikator=kopia))


def _kopia[M: Model](rad: M, **annat: Any) -> M:
    """A row not yet saved with the same columns but these, begun anew."""
    falt = {f.attname: getattr(rad, f.attname) for f in rad._meta.concrete_fields if not f.primary_key}
    return type(rad)(**{k: v for k, v in falt.items() if k not in {"version", *(f"{a}_id" for a in annat)}} | annat)


@andring
def avgor(*, av: Anvandare | None, fardplan: Fardplan, val: Sequence[Arvsval]) -> Avgjort:
    """Carry over or end insatser of the färdplan before `fardplan`, all or none.

    A gemensam insats becomes a gemensam one of the program, for all its stadskärnor at once. One that has been decided
    on the same way is left as it is. Raises Krock when a text was changed since it was read, or somebody has decided
    otherwise, and ValidationError.

    No version: each of `val` carries one.
    """
    las(fardplan.program)  # one at a time decides
    arv = {a.insats.pk: a for a in generation.arv(fardplan)}
    _krav_samma(val, arv)
    svar = Avgjort([], [])
    for v in val:
        a = arv[v.insats]
        if v.malomrade and not a.ersatts_av:
            svar.nya.append(_for_over(av, a.insats, fardplan, v.malomrade))
        elif not v.malomrade and not a.avslut:
            svar.avslutade.append(spara(Insatsavslut(insats=a.insats, program=fardplan.program, skal=v.skal)))
    return svar


def _krav_samma(val: Sequence[Arvsval], arv: dict[int, Arv]) -> None:
    if any(v.insats not in arv for v in val):
        raise ValidationError("En av insatserna gäller inte längre. Läs listan igen.")
    andrade = [arv[v.insats].insats.nummer for v in val if arv[v.insats].insats.version != v.version]
    annorlunda = [a.insats.nummer for v in val for a in [arv[v.insats]] if (a.avslut if v.malomrade else a.ersatts_av)]
    if andrade or annorlunda:
        hur = "ändrade" if andrade else "avgjorde"
        text = f"Någon {hur} {', '.join(andrade or annorlunda)} medan du läste. Läs listan igen och spara sedan."
        raise Krock([], 0, text=text)


def _for_over(av: Anvandare | None, gammal: Insats, fardplan: Fardplan, malomrade: Malomrade) -> Insats:
    """A new insats with the old one's words and roles; it keeps its number in the målområde when that is free."""
    egen = None if gammal.gemensam else fardplan
    ny = insatser.skapa(
        av=av,
        malomrade=malomrade,
        fardplan=egen,
        titel=gammal.titel,
        text=gammal.text,
        ordning=insatser.ledig_ordning(malomrade, egen, helst=gammal.ordning),
        kalla=gammal.kalla,
        kallnotering=gammal.kallnotering,
        utan_ansvarig=gammal.utan_ansvarig,
        utkast=gammal.utkast,
    )
    for m in gammal.medverkan.exclude(deltagande=Deltagande.AVBOJD):
        # Who has said yes to the one before is asked anew.
        svar = Deltagande.TILLFRAGAD if m.deltagande == Deltagande.BEKRAFTAD else m.deltagande
        spara(
            Medverkan(
                insats=ny,
                aktor_id=m.aktor_id,
                roll=m.roll,
                ordning=m.ordning,
                ansvarar_for=m.ansvarar_for,
                deltagande=svar,
            )
        )
    insatser.koppla(av=av, fran=ny, till=gammal, slag=Samband.Slag.ERSATTER)
    return ny


@andring
def aterta_overforing(*, av: Anvandare | None, fardplan: Fardplan, insats: Insats, version: int) -> None:
    """Throw away what was carried over of `insats`, read at `version`: it is to be decided on again. The history keeps
    it. Taken back already, nothing happens.

    Raises Krock, and ValidationError when the new insats has been public or something has been built on it.
    """
    las(fardplan.program)
    if not (ny := generation.ersattare([insats], fardplan.program).get(insats.pk)):
        return
    fardplan, nu = las(fardplan), las(ny)
    text = f"”{nu}” ändrades medan du läste{{senast}}. Läs den igen, och ångra om den fortfarande ska bort."
    krav_oandrad(nu, version=version, text=text)
    if generation.utgivet(fardplan.program) if nu.gemensam else fardplan.har_getts_ut:
        raise ValidationError(f"”{nu}” har varit offentlig. Avför den i stället.")
    samband = Samband.objects.get(fran=nu, till=insats, slag=Samband.Slag.ERSATTER)
    if anvands := generation.anvands_av(nu, utom=samband):
        raise ValidationError(f"”{nu}” används: {uppraknat(anvands)}. Ta bort det först, eller avför insatsen.")
    nu.delete()


@andring
def aterta_avslut(*, av: Anvandare | None, fardplan: Fardplan, insats: Insats) -> None:
    """Take back that the insats ends: it is to be decided on again. Taken back already, nothing happens.

    No version: taken back twice, it is taken back.
    """
    las(fardplan.program)
    Insatsavslut.objects.filter(insats=insats, program=fardplan.program_id).delete()
