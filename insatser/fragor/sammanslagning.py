"""What happens when an aktör is merged with another: told before it is done, and done as it was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.template.defaultfilters import floatformat

from aktorer import diarienummer
from aktorer.models import Agarandel, Aktor, Gruppmedlem
from insatser.fragor.hanvisning import RELATIONER, Relation, bidragets_mal
from insatser.models import AktivitetAktor, Anslutning, Bidrag, Medverkan
from insatser.regler.kronor import tal
from insatser.regler.medverkan import Deltagande, Roll

SVARAT = {Deltagande.BEKRAFTAD, Deltagande.AVBOJD}
# What the one that stays takes over where it has nothing of its own.
FAKTA = ("beskrivning", "webbplats", "kontakt")
EGNA = (*FAKTA, "diarieformat", "del_av", "eftertradare")


@dataclass(frozen=True)
class Dubblett:
    """Both have a row where there is room for one: `bort` goes, `kvar` stays with the values `nya`."""

    bort: Any
    kvar: Any
    nya: dict[str, Any]

    def __str__(self) -> str:
        return f"{_var(self.kvar)}: {_blir(self.kvar, self.nya)}"


@dataclass(frozen=True)
class Radfoljd:
    """What becomes of the rows of one kind: how many follow, how many stay as they were written, which become one."""

    rubrik: str
    foljer: int
    star_kvar: int
    dubbletter: list[Dubblett]
    exempel: bool


@dataclass(frozen=True)
class Sammanslagning:
    """What happens to all that points at the aktör `fran` when it goes up in `till`, or why it cannot."""

    fran: Aktor
    till: Aktor
    hinder: list[str]
    foljder: list[Radfoljd]
    tas_over: list[str]
    faller_bort: list[str]


def forbered(fran: Aktor, till: Aktor) -> Sammanslagning:
    """What would happen now."""
    if hinder := _olika(fran, till):
        return Sammanslagning(fran, till, hinder, [], [], [])
    foljder = []
    for relation in RELATIONER:
        alla = relation.rader(fran)
        dubbla = dubbletter(relation, fran, till)
        flyttas, antal = alla.filter(relation.foljer).count(), alla.count()
        if antal:
            exempel = relation.har_exempel(fran)
            foljder.append(Radfoljd(relation.rubrik, flyttas - len(dubbla), antal - flyttas, dubbla, exempel))
    tas_over = fakta(fran, till)
    annat = {falt for falt in EGNA if getattr(fran, falt) and getattr(fran, falt) != getattr(till, falt)}
    ord_ = {falt: str(Aktor._meta.get_field(falt).verbose_name) for falt in EGNA}  # type: ignore[union-attr]
    return Sammanslagning(
        fran,
        till,
        _hinder(fran, till, [d for f in foljder for d in f.dubbletter]),
        foljder,
        [ord_[falt] for falt in tas_over],
        [ord_[falt] for falt in EGNA if falt in annat - {*tas_over}],
    )


def fakta(fran: Aktor, till: Aktor) -> dict[str, str]:
    """What `till` takes over: {column: value}."""
    return {falt: getattr(fran, falt) for falt in FAKTA if getattr(fran, falt) and not getattr(till, falt)}


def dubbletter(relation: Relation, fran: Aktor, till: Aktor) -> list[Dubblett]:
    """Rows of both that must become one."""
    if not relation.unikt:
        return []

    def per_nyckel(aktor: Aktor) -> dict[tuple[Any, ...], Any]:
        rader = relation.rader(aktor).filter(relation.foljer)
        return {tuple(getattr(rad, falt) for falt in relation.unikt): rad for rad in rader}

    deras = per_nyckel(till)
    return [
        Dubblett(rad, deras[nyckel], _forenade(relation, rad, deras[nyckel]))
        for nyckel, rad in per_nyckel(fran).items()
        if nyckel in deras
    ]


def _forenade(relation: Relation, bort: Any, kvar: Any) -> dict[str, Any]:
    """What the row that stays is to say, of what both said."""
    if isinstance(kvar, Medverkan | AktivitetAktor):
        svarar = bort if bort.deltagande in SVARAT and kvar.deltagande not in SVARAT else kvar
        return {
            "roll": Roll.ANSVARIG if Roll.ANSVARIG in {bort.roll, kvar.roll} else kvar.roll,
            "ansvarar_for": _ihop(kvar.ansvarar_for, bort.ansvarar_for),
            "deltagande": svarar.deltagande,
            "svar": _ihop(kvar.svar, bort.svar),
        }
    if isinstance(kvar, Bidrag):
        return {"belopp": kvar.belopp + bort.belopp, "kalla": _ihop(kvar.kalla, bort.kalla)}
    if isinstance(kvar, Anslutning):
        foreslagen = kvar.status == Anslutning.Anslutningsstatus.FORESLAGEN
        vald = bort if foreslagen and bort.status != kvar.status else kvar
        return {"status": vald.status, "sedan": vald.sedan, "arende_id": vald.arende_id}
    if isinstance(kvar, Agarandel):
        # Two shares that it owns are two; who owns both of them owns one.
        lagg_ihop = relation.falt == "agare" and kvar.andel and bort.andel
        return {"andel": kvar.andel + bort.andel if lagg_ihop else kvar.andel or bort.andel}
    return {}


def _ihop(ett: str, annat: str) -> str:
    return "; ".join(dict.fromkeys(filter(None, [ett, annat])))


def _var(rad: Any) -> str:
    """Where both stand."""
    if isinstance(rad, Bidrag):
        return f"{bidragets_mal(rad)}, {rad.ar}"
    if isinstance(rad, Agarandel):
        return f"{rad.agare} som ägare av {rad.aktor}"
    for falt in ("insats", "aktivitet", "overenskommelse", "stadskarna"):
        if hasattr(rad, falt):
            return str(getattr(rad, falt))
    return str(rad)


def _blir(rad: Any, nya: dict[str, Any]) -> str:
    """What one row says for both."""
    if isinstance(rad, Medverkan | AktivitetAktor):
        svarar = f", svarar för {nya['ansvarar_for']}" if nya["ansvarar_for"] else ""
        deltar = Deltagande(nya["deltagande"]).label.lower()
        return f"båda har en roll. En blir kvar: {Roll(nya['roll']).label.lower()}{svarar} ({deltar})."
    if isinstance(rad, Bidrag):
        return f"båda bidrar. Beloppen läggs ihop till {tal(nya['belopp'])} kr."
    if isinstance(rad, Anslutning):
        status = Anslutning.Anslutningsstatus(nya["status"]).label.lower()
        return f"båda står där. Kvar blir: {', '.join(filter(None, [status, nya['sedan']]))}."
    andel = f" med {floatformat(nya['andel'], -2)} procent" if nya.get("andel") else ""
    return f"står hos båda. En rad blir kvar{andel}."


def _olika(fran: Aktor, till: Aktor) -> list[str]:
    """Why the two cannot be the same."""
    if fran == till:
        return [f"{fran} kan inte slås ihop med sig själv. Välj en annan aktör."]
    if fran.uppgatt_i_id or till.uppgatt_i_id:
        redan, annan = (fran, till) if fran.uppgatt_i_id else (till, fran)
        if redan.uppgatt_i_id == annan.pk:
            return [f"{redan} är redan sammanslagen med {annan}. De är en och samma nu."]
        return [f"{redan} är redan sammanslagen med {redan.uppgatt_i}. Välj {redan.uppgatt_i} i stället."]
    hinder = []
    if fran.avser_karnkommuner:
        hinder.append(f"{fran} betyder kärnkommunerna i varje stadskärna och kan inte slås ihop med en annan.")
    if fran.ar_grupp != till.ar_grupp:
        grupp, annan = (fran, till) if fran.ar_grupp else (till, fran)
        hinder.append(f"{grupp} är en grupp och {annan} är det inte. Ändra slaget först om de är samma.")
    for falt, ord_ in (("del_av", "del av"), ("eftertradare", "efterträdd av")):
        for en, annan in ((fran, till), (till, fran)):
            if _leder_till(en, annan, falt):
                hinder.append(f"{en} är {ord_} {annan}, direkt eller genom andra. Ta bort det först om de är samma.")
    ags = _agda()
    for en, annan in ((fran, till), (till, fran)):
        if _ager(en.pk, annan.pk, ags):
            hinder.append(f"{en} äger {annan}, direkt eller genom andra. Ta bort ägandet först om de är samma.")
    med = Gruppmedlem.objects.filter(Q(grupp=fran, aktor=till) | Q(grupp=till, aktor=fran)).select_related(
        "grupp", "aktor"
    )
    return hinder + [f"{m.aktor} är medlem i {m.grupp}. Ta bort medlemskapet först om de är samma." for m in med]


def _leder_till(en: Aktor, annan: Aktor, falt: str) -> bool:
    """Whether the chain of `falt` leads from one to the other. The database lets no chain come back."""
    nasta: Aktor | None = en
    while nasta := getattr(nasta, falt):
        if nasta == annan:
            return True
    return False


def _agda() -> dict[int, set[int]]:
    """{aktör id: the ids of those it owns}. One query."""
    ut: dict[int, set[int]] = {}
    for agare, aktor in Agarandel.objects.values_list("agare", "aktor"):
        ut.setdefault(agare, set()).add(aktor)
    return ut


def _ager(en: int, annan: int, ags: Mapping[int, set[int]]) -> bool:
    """Whether the one owns the other, be it through others. Two may own each other."""
    sedda, kvar = {en}, [en]
    while kvar:
        nya = ags.get(kvar.pop(), set()) - sedda
        sedda |= nya
        kvar += nya
        if annan in nya:
            return True
    return False


def _hinder(fran: Aktor, till: Aktor, dubbla: list[Dubblett]) -> list[str]:
    """What must be put right before the two can be one."""
    hinder = []
    egna, andras = list(fran.arenden.all()), list(till.arenden.all())
    for a in egna:
        if any(a.diarienummer == b.diarienummer and (a.diarienummer or a.rubrik == b.rubrik) for b in andras):
            hinder.append(f"Båda har ärendet ”{a}”. Ta bort det ena, eller ändra det, först.")
        elif a.diarienummer and not diarienummer.stammer(a.diarienummer, till.diarieformat):
            hinder.append(f"Ärendet ”{a}” följer inte mönstret för diarienummer hos {till}: {till.diarieformat}.")
    agare = {a.agare_id: a.andel for a in fran.agare.all()} | {a.agare_id: a.andel for a in till.agare.all() if a.andel}
    if sum(andel or 0 for andel in agare.values()) > 100:
        hinder.append("Ägarna blir tillsammans mer än 100 procent. Rätta dem hos den ena aktören först.")
    for d in dubbla:
        for falt, varde in d.nya.items():
            langst = getattr(d.kvar._meta.get_field(falt.removesuffix("_id")), "max_length", None)
            if isinstance(varde, str) and langst and len(varde) > langst:
                ord_ = d.kvar._meta.get_field(falt).verbose_name
                hinder.append(f"{_var(d.kvar)}: ”{ord_}” blir längre än {langst} tecken. Korta det hos den ena först.")
    return hinder
