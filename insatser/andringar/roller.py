"""The roles of an insats or an aktivitet: the whole set is stated at once, and merged with what others changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError

from aktorer.grund.rader import jamfor_rader
from aktorer.grund.samtidighet import (
    OKANT,
    Jamforelse,
    Konflikt,
    krav_utan_krock,
    radens_handelser,
    utan_mask,
    vid_version,
)
from aktorer.grund.spara import spara_alla
from aktorer.models import Aktor
from insatser.fragor.historik import roller_vid_version
from insatser.models import Aktivitet, AktivitetAktor, Insats, Medverkan
from insatser.regler.medverkan import Deltagande, Roll

type Rolldel = Medverkan | AktivitetAktor

_SKRIVS = ("deltagande", "roll", "ansvarar_for", "ordning")


@dataclass(frozen=True)
class Rollrad:
    """One aktör's part, as a form or workbook states it. Medverkande come in the order given."""

    aktor_id: int
    roll: Roll
    ansvarar_for: str = ""
    deltagande: Deltagande = Deltagande.TILLFRAGAD
    ater: bool = field(default=False, compare=False)
    """It was there before, and comes back as it was."""

    def __str__(self) -> str:
        svarar = f", svarar för {self.ansvarar_for}" if self.ansvarar_for else ""
        return f"{self.roll.label}{svarar} ({self.deltagande.label.lower()})"


@dataclass(frozen=True)
class Rolljamforelse:
    """What a whole set of roles means for the rows there are. `jamforelse` is keyed by aktör id."""

    huvud: Insats | Aktivitet
    rader: Mapping[int, Rolldel]
    jamforelse: Jamforelse
    ordning: Mapping[int, int]
    flyttade: list[Rolldel]
    ansvariga: list[int]

    @property
    def andrar(self) -> bool:
        return bool(self.jamforelse.skriv or self.flyttade)


def satt_roller(huvud: Insats | Aktivitet, *, version: int, roller: Sequence[Rollrad]) -> bool:
    """Let `roller`, read at `version`, be the whole set of roles of the locked row `huvud`.

    True when something changed; the caller then raises the row's version in the same transaction. Raises Krock and
    ValidationError.
    """
    jamford = jamfor_roller(huvud, version=version, roller=roller)
    krav_utan_krock(huvud.version, radens_handelser(huvud), roller=jamford.jamforelse)
    return skriv_roller([jamford])


def jamfor_roller(huvud: Insats | Aktivitet, *, version: int, roller: Sequence[Rollrad]) -> Rolljamforelse:
    """Hold the set of roles against what others changed since `version`. Raises ValidationError."""
    if flera := [aktor for aktor, rader in Counter(r.aktor_id for r in roller).items() if rader > 1]:
        namn = Aktor.objects.filter(pk__in=flera).values_list("namn", flat=True)
        raise ValidationError([f"{n} står två gånger. En aktör kan ha en roll här." for n in namn])
    rader = {d.aktor_id: d for d in _delar(huvud)}
    deras = {a: _roll(d) for a, d in rader.items()}
    onskade = {r.aktor_id: r for r in roller}
    aktuell = huvud.version == version
    bas = deras if aktuell else _roller_da(huvud, version, {*deras, *onskade})
    jamforelse = jamfor_rader(bas, deras, onskade)
    ansvariga = [a for a, r in {**deras, **jamforelse.skriv}.items() if r and r.roll == Roll.ANSVARIG]
    if len(ansvariga) > 1 and aktuell:
        raise ValidationError("Det kan finnas högst en ansvarig.")
    konflikter = list(jamforelse.konflikter)
    if len(ansvariga) > 1:
        konflikter += [Konflikt(a, bas.get(a), deras.get(a), onskade.get(a)) for a in ansvariga]
    ordning = {a: n for n, a in enumerate([*onskade, *(a for a in deras if a not in onskade)], start=1)}
    flyttade = [d for a, d in rader.items() if aktuell and a not in jamforelse.skriv and d.ordning != ordning[a]]
    i_ord = replace(jamforelse, konflikter=_med_namn(konflikter) if konflikter else [])
    return Rolljamforelse(huvud, rader, i_ord, ordning, flyttade, ansvariga)


def skriv_roller(jamforda: Sequence[Rolljamforelse], mellan: Callable[[], object] = lambda: None) -> bool:
    """Write what was found to differ, all at once. True when something did.

    Who leaves, or is ansvarig no more, goes first: the database allows one ansvarig at a time. `mellan`: what is
    written between that and who comes, as why nobody is ansvarig (which the database holds against who is). Raises
    ValidationError.
    """
    bort, andras, blir_ansvariga, nya = [list[Any]() for _ in range(4)]
    for jamford in jamforda:
        for aktor, ny in jamford.jamforelse.skriv.items():
            gammal = jamford.rader.get(aktor)
            if ny is None:
                bort += [gammal] if gammal else []
                continue
            rad = _satt(jamford, gammal, ny)
            (nya if gammal is None else blir_ansvariga if ny.roll == Roll.ANSVARIG else andras).append(rad)
        for rad in jamford.flyttade:
            rad.ordning = jamford.ordning[rad.aktor_id]
            andras.append(rad)
    if bort:
        type(bort[0])._default_manager.filter(pk__in=[rad.pk for rad in bort]).delete()
    spara_alla(andras, falt=_SKRIVS)
    mellan()
    spara_alla(blir_ansvariga, falt=_SKRIVS)
    kanda = Aktor.objects.in_bulk({rad.aktor_id for rad in nya})
    for rad in nya:
        if rad.aktor_id in kanda:  # else it is told, as of any row
            rad.aktor = kanda[rad.aktor_id]
    spara_alla(nya)
    return any(jamford.andrar for jamford in jamforda)


def med_ansvarig(huvud: Insats | Aktivitet, aktor_id: int | None, *, forra_kvar: bool = False) -> list[Rollrad]:
    """The roles of it as they are, but with that aktör (or nobody) as ansvarig in the place of who was.

    With `forra_kvar` who was goes on as the last medverkande. Whoever takes part already goes on with what it answers
    for; who has declined is asked anew.
    """
    delar = sorted(_delar(huvud), key=lambda d: (d.roll == Roll.ANSVARIG, d.ordning))
    nu = {r.aktor_id: r for r in map(_roll, delar)}
    kvar = [r for r in nu.values() if r.aktor_id != aktor_id and (forra_kvar or r.roll != Roll.ANSVARIG)]
    ovriga = [replace(r, roll=Roll.MEDVERKANDE) for r in kvar]
    if aktor_id is None:
        return ovriga
    ny = nu.get(aktor_id, Rollrad(aktor_id, Roll.ANSVARIG))
    svar = Deltagande.TILLFRAGAD if ny.deltagande == Deltagande.AVBOJD else ny.deltagande
    return [replace(ny, roll=Roll.ANSVARIG, deltagande=svar), *ovriga]


def fraga_pa_nytt(delar: Iterable[Rolldel]) -> list[Rollrad]:
    """These parts (with their aktör) as the start of something else: all are asked anew, but who has declined.

    Who has been merged since takes part as the one it was merged with.
    """
    rader: dict[int, Rollrad] = {}
    for d in delar:
        aktor = d.aktor.uppgatt_i_id or d.aktor_id
        if d.deltagande != Deltagande.AVBOJD:
            rader.setdefault(aktor, Rollrad(aktor, Roll(d.roll), d.ansvarar_for))
    return list(rader.values())


def _delar(huvud: Insats | Aktivitet) -> list[Rolldel]:
    return list(huvud.medverkan.all()) if isinstance(huvud, Insats) else list(huvud.aktorer.all())


def _roller_da(huvud: Insats | Aktivitet, version: int, aktorer: Collection[int]) -> dict[int, Any]:
    """{aktör id: role} at `version`; unknown where it was masked, and for all `aktorer` when it never was."""
    if vid_version(huvud, version) is None:
        return dict.fromkeys(aktorer, OKANT)
    da = roller_vid_version(huvud, version)
    return {a: OKANT if utan_mask(d.ansvarar_for) is OKANT else _roll(d) for a, d in da.items()}


def _med_namn(konflikter: list[Konflikt]) -> list[Konflikt]:
    """The same conflicts, with each aktör's name for its id."""
    namn = dict(Aktor.objects.filter(pk__in=[k.falt for k in konflikter]).values_list("pk", "namn"))
    return [replace(k, falt=namn[int(str(k.falt))]) for k in konflikter]


def _roll(rad: Any) -> Rollrad:
    """What a row, now or in the history, says."""
    return Rollrad(rad.aktor_id, Roll(rad.roll), rad.ansvarar_for, Deltagande(rad.deltagande))


def _satt(jamford: Rolljamforelse, gammal: Rolldel | None, ny: Rollrad) -> Rolldel:
    # What the färdplan gave as an example was another role: in a new one the aktör has been asked by us.
    ny_roll = not ny.ater and (gammal is None or gammal.roll != ny.roll)
    huvud, falt = jamford.huvud, {"aktor_id": ny.aktor_id}
    rad = gammal
    if rad is None:
        rad = Medverkan(insats=huvud, **falt) if isinstance(huvud, Insats) else AktivitetAktor(aktivitet=huvud, **falt)
    rad.deltagande = Deltagande.TILLFRAGAD if ny_roll and ny.deltagande == Deltagande.EXEMPEL else ny.deltagande
    rad.roll, rad.ansvarar_for, rad.ordning = ny.roll, ny.ansvarar_for, jamford.ordning.get(ny.aktor_id, 1)
    return rad
