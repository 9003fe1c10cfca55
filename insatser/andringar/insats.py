"""Every write of insatser, their roles and how they hang together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.utils import timezone

from aktorer.andringar import andring
from aktorer.models import Aktor, Anvandare
from aktorer.samtidighet import OKANT, Konflikt, Krock, andra_rad, sammanfoga, vid_version
from insatser.fragor.historik import roller_vid_version
from insatser.fragor.insats import hinder
from insatser.models import Fardplan, Insats, Malomrade, Medverkan, Samband
from insatser.regler.medverkan import Deltagande, Roll


@dataclass(frozen=True)
class Rollrad:
    """One aktör's part in an insats, as a form or workbook states it. Medverkande come in the order given."""

    aktor_id: int
    roll: Roll
    ansvarar_for: str = ""
    deltagande: Deltagande = Deltagande.TILLFRAGAD

    def __str__(self) -> str:
        svarar = f", svarar för {self.ansvarar_for}" if self.ansvarar_for else ""
        return f"{self.roll.label}{svarar} ({self.deltagande.label.lower()})"


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
) -> Insats:
    """A new insats; gemensam without `fardplan`. Takes the next free number unless told. Raises ValidationError."""
    _las_nummer(malomrade)
    insats = Insats(
        malomrade=malomrade,
        fardplan=fardplan,
        titel=titel,
        text=text,
        ordning=ordning or nasta_ordning(malomrade, fardplan),
    )
    insats.full_clean()
    insats.save()
    return insats


@andring
def andra(*, av: Anvandare | None, insats: Insats, version: int, **varden: str) -> Insats:
    """Change title, text, source or the note on it (`titel`, `text`, `kalla`, `kallnotering`).

    Raises Krock when another change overlaps, and ValidationError.
    """
    return andra_rad(insats, version=version, varden=varden)


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
    """Give the insats another number, målområde or kind (gemensam without `fardplan`). Raises Krock, ValidationError."""
    _las_nummer(malomrade)
    varden = {"malomrade_id": malomrade.pk, "fardplan_id": fardplan.pk if fardplan else None, "ordning": ordning}
    if fardplan:
        _bara_har(insats, fardplan)
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
    if len({r.aktor_id for r in roller}) < len(roller):
        raise ValidationError("Samma aktör står två gånger. En aktör kan ha en roll i insatsen.")
    nu = Insats.objects.select_for_update(of=("self",)).get(pk=insats.pk)
    rader = {m.aktor_id: m for m in nu.medverkan.all()}
    deras = {a: _roll(m) for a, m in rader.items()}
    onskade = {r.aktor_id: r for r in roller}
    bas = deras if nu.version == version else _roller_da(nu, version, {*deras, *onskade})
    mina = {a: onskade.get(a) for a in {*bas, *onskade}}
    skriv, konflikter = sammanfoga(bas, deras, mina)
    ansvariga = [a for a, r in {**deras, **skriv}.items() if r and r.roll == Roll.ANSVARIG]
    if len(ansvariga) > 1 and nu.version == version:
        raise ValidationError("En insats kan ha högst en ansvarig.")
    if len(ansvariga) > 1:
        konflikter += [Konflikt(a, bas.get(a), deras.get(a), mina.get(a)) for a in ansvariga]
    if konflikter:
        bara_deras = {a: deras.get(a) for a in {*bas, *deras} if mina.get(a, bas.get(a)) == bas.get(a) != deras.get(a)}
        raise Krock(_med_namn(konflikter), nu.version, bara_deras)

    ordning = {a: n for n, a in enumerate([*onskade, *(a for a in deras if a not in onskade)], start=1)}
    flyttade = (
        [m for a, m in rader.items() if a not in skriv and m.ordning != ordning[a]] if nu.version == version else []
    )
    if not skriv and not flyttade:
        return nu
    # An ansvarig leaves before the next one comes: the database allows one at a time.
    for aktor, ny in sorted(skriv.items(), key=lambda par: par[1] is not None and par[1].roll == Roll.ANSVARIG):
        _skriv_roll(nu, rader.get(aktor), ny, ordning.get(aktor, 1))
    for rad in flyttade:
        rad.ordning = ordning[rad.aktor_id]
        rad.save(update_fields=["ordning"])
    nu.version += 1
    nu.save(update_fields=["version"])
    return nu


def _roller_da(insats: Insats, version: int, aktorer: Collection[int]) -> dict[int, Any]:
    """{aktör id: role} at `version`; unknown for all `aktorer` when that version never was."""
    if vid_version(insats, version) is None:
        return dict.fromkeys(aktorer, OKANT)
    return {a: _roll(m) for a, m in roller_vid_version(insats, version).items()}


def _med_namn(konflikter: list[Konflikt]) -> list[Konflikt]:
    """The same conflicts, with each aktör's name for its id."""
    namn = dict(Aktor.objects.filter(pk__in=[k.falt for k in konflikter]).values_list("pk", "namn"))
    return [replace(k, falt=namn[int(str(k.falt))]) for k in konflikter]


def _roll(rad: Medverkan) -> Rollrad:
    """What a row, now or in the history, says."""
    return Rollrad(rad.aktor_id, Roll(rad.roll), rad.ansvarar_for, Deltagande(rad.deltagande))


def _skriv_roll(insats: Insats, rad: Medverkan | None, ny: Rollrad | None, ordning: int) -> None:
    if ny is None:
        if rad:
            rad.delete()
        return
    # What the färdplan gave as an example was another role: in a new one the aktör has been asked by us.
    ny_roll = rad is None or rad.roll != ny.roll
    rad = rad or Medverkan(insats=insats, aktor_id=ny.aktor_id)
    rad.deltagande = Deltagande.TILLFRAGAD if ny_roll and ny.deltagande == Deltagande.EXEMPEL else ny.deltagande
    rad.roll, rad.ansvarar_for, rad.ordning = ny.roll, ny.ansvarar_for, ordning
    rad.full_clean(validate_constraints=False)
    rad.save()


@andring
def koppla(*, av: Anvandare | None, fran: Insats, till: Insats, slag: Samband.Slag) -> Samband:
    """Record that two insatser hang together, or that `fran` takes the place of `till`. Raises ValidationError."""
    if fran.malomrade.program_id != till.malomrade.program_id:
        raise ValidationError("Insatserna hör till olika program.")
    if finns := Samband.objects.filter(Q(fran=fran, till=till) | Q(fran=till, till=fran), slag=slag).first():
        return finns
    samband = Samband(fran=fran, till=till, slag=slag)
    samband.full_clean()
    samband.save()
    return samband


@andring
def ta_bort_samband(*, av: Anvandare | None, samband: Samband) -> None:
    """The two no longer hang together; the history keeps that they did."""
    samband.delete()
