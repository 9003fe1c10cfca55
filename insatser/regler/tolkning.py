"""What the columns and words of somebody else's table mean in ours: what is likely, for a person to set right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from aktorer.grund.tecken import nyckel
from insatser.regler.status import Bedomning, Status

# What a column may be. Of `text` there may be several, the others come once.
FALT = {
    "titel": "Titel",
    "text": "Text",
    "malomrade": "Målområde",
    "ansvarig": "Ansvarig",
    "medverkande": "Medverkande",
    "status": "Status",
    "bedomning": "Bedömning",
    "kommentar": "Kommentar till läget",
    "datum": "Lägets datum",
}
FLERA = frozenset({"text"})
AKTORSFALT = ("ansvarig", "medverkande")
INTE = "-"  # what a word means that is not read

_RUBRIKER = {
    "titel": "titel|insats|insatser|åtgärd|åtgärder|aktivitet|aktiviteter|namn|benämning|rubrik|projekt|uppgift|vad"
    "|vad ska göras|insatsens namn|action|actions|intitulé",
    "text": "text|beskrivning|innehåll|syfte|mål|förklaring|detaljer|genomförande|description|insatsbeskrivning",
    "malomrade": "målområde|område|fokusområde|insatsområde|tema|strategi|delmål|kategori|inriktning|axe|orientation",
    "ansvarig": "ansvarig|ansvar|ägare|huvudansvarig|ansvarig aktör|ansvarig förvaltning|ansvarig nämnd|utförare|vem"
    "|pilote|porteur",
    "medverkande": "medverkande|deltagare|samverkan|samverkanspart|samverkanspartner|partner|partners|parter"
    "|medverkande aktörer|övriga aktörer|stöd|partenaires",
    "status": "status|läge|nuläge|fas|statut",
    "bedomning": "bedömning|prognos|trafikljus|färg|avvikelse",
    "kommentar": "kommentar|kommentarer|statuskommentar|notering|anteckning|anteckningar|uppföljning|commentaire",
    "datum": "datum|lägesdatum|statusdatum|uppdaterad|senast uppdaterad|uppföljd|rapporterad",
}
# Columns that we have no place for, but whose words are worth to keep in the text.
_I_TEXTEN = (
    "start|startdatum|starttid|börjar|från|slut|slutdatum|sluttid|klart|klar senast|till|tid|tidplan|period|år"
    "|deadline|kostnad|budget|finansiering|prioritet|diarienummer|dnr|länk|förvaltning|enhet|kontakt"
)
KANDA = {nyckel(ord_): falt for falt, alla in _RUBRIKER.items() for ord_ in alla.split("|")}
KANDA |= {nyckel(ord_): "text" for ord_ in _I_TEXTEN.split("|")}
EGEN_TEXT = frozenset(nyckel(ord_) for ord_ in _RUBRIKER["text"].split("|"))

# (status, bedömning) as one choice: a table with one column for both is the common kind.
LAGEN = {
    "ej_paborjad/": "Ej påbörjad",
    "planerad/enligt_plan": "Planerad, enligt plan",
    "planerad/risk": "Planerad, risk för avvikelse",
    "pagar/enligt_plan": "Pågår, enligt plan",
    "pagar/risk": "Pågår, risk för avvikelse",
    "pagar/avviker": "Pågår, avviker",
    "pausad/avviker": "Pausad, avviker",
    "genomford/": "Genomförd",
    "avbruten/": "Avbruten",
}
_STATUSORD = {
    "ej_paborjad/": "ej påbörjad|ej påbörjat|inte påbörjad|inte startad|ej startad|ej startat|väntar|kommande|ny",
    "planerad/enligt_plan": "planerad|planerat|planeras|planering|beslutad|under planering",
    "pagar/enligt_plan": "pågår|pågående|påbörjad|påbörjat|igång|startad|löpande|under arbete|under genomförande"
    "|enligt plan|grön|on track|en cours",
    "pagar/risk": "risk|risk för avvikelse|gul|osäker|viss försening",
    "pagar/avviker": "försenad|försenat|avviker|röd|kritisk|ligger efter|en retard",
    "pausad/avviker": "pausad|pausat|vilande|stoppad|stoppat|på is|parkerad",
    "genomford/": "genomförd|genomfört|klar|klart|klara|färdig|färdigt|avslutad|avslutat|slutförd|slutfört|utförd"
    "|done|terminé",
    "avbruten/": "avbruten|avbrutet|nedlagd|nedlagt|struken|struket|utgår|inställd|inställt",
}
_BEDOMNINGSORD = {
    Bedomning.ENLIGT_PLAN: "enligt plan|grön|ok|god|bra|ja|i fas",
    Bedomning.RISK: "risk|risk för avvikelse|gul|osäker|viss avvikelse",
    Bedomning.AVVIKER: "avviker|röd|försenad|kritisk|dålig|stor avvikelse",
}
_LAGE = {nyckel(o): lage for lage, alla in _STATUSORD.items() for o in alla.split("|")}
_BEDOMNING = {nyckel(o): str(b) for b, alla in _BEDOMNINGSORD.items() for o in alla.split("|")}
_SKILDA = re.compile(r"[;\n]")
_KOMMA = re.compile(r"[,/]")
# "Miljö- och byggnämnden" is one.
_OCH = re.compile(r"(?<![-‑])\s(?:och|samt|&|et)\s", re.IGNORECASE)
MINST = 0.6  # so many of a column's words must be known for it to be taken for that column


@dataclass(frozen=True)
class Tolkning:
    """What a person says of a table. `kolumner`: {column: field}. `ord_`: {"malomrade", "status",
    "bedomning" or "aktor": {word as `nyckel`: ours, or INTE}}; aktörer by their ids, a status as in LAGEN.

    `malomrade`: the number of those rows that name none, 0 when there is no such; `gemensam`: the kind of all.
    """

    rubriker: tuple[str, ...] = ()
    kolumner: Mapping[int, str] = field(default_factory=dict)
    ord_: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    malomrade: int = 0
    gemensam: bool = False

    def som_json(self) -> dict[str, Any]:
        return asdict(self) | {
            "rubriker": [*self.rubriker],
            "kolumner": {str(n): falt for n, falt in self.kolumner.items()},
        }

    @classmethod
    def ur_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            tuple(data["rubriker"]),
            {int(n): falt for n, falt in data["kolumner"].items()},
            data["ord_"],
            data["malomrade"],
            data["gemensam"],
        )

    def betyder(self, slag: str, text: str) -> str:
        """What a word of the table is in ours: INTE when it is not to be read, "" while nobody has said."""
        return self.ord_.get(slag, {}).get(nyckel(text), "")

    def kolumner_med(self, falt: str) -> list[int]:
        return sorted(n for n, f in self.kolumner.items() if f == falt)


def gissa_kolumner(
    rubriker: Sequence[str], kolumner: Sequence[Sequence[str]], kanner: Mapping[str, Callable[[str], bool]]
) -> dict[int, str]:
    """{column: field} by the headings, else by what stands in them. `kanner`: {field: whether a word is one of it}."""
    valda: dict[int, str] = {}

    def ta(n: int, falt: str) -> None:
        if falt in FLERA or falt not in valda.values():
            valda.setdefault(n, falt)

    for n, rubrik in enumerate(rubriker):
        if falt := KANDA.get(nyckel(rubrik)):
            ta(n, falt)
    for n, celler in enumerate(kolumner):
        fyllda = [c for c in celler if c]
        for falt, kand in kanner.items():
            if n not in valda and fyllda and sum(map(kand, fyllda)) >= MINST * len(fyllda):
                ta(n, falt)
    if "titel" not in valda.values() and (lediga := [n for n in range(len(kolumner)) if n not in valda]):
        # The one that says most different things in few words.
        olika = {n: len({c for c in kolumner[n] if 3 < len(c) <= 200 and not _ar_tal(c)}) for n in lediga}
        ta(max(lediga, key=lambda n: olika[n]), "titel")
    return valda


def gissa_lage(text: str) -> str:
    return _LAGE.get(nyckel(text), "")


def gissa_bedomning(text: str) -> str:
    return _BEDOMNING.get(nyckel(text), "")


def namnen(text: str, kand: Callable[[str], bool]) -> list[str]:
    """The names in a cell: by semicolon or line, else by comma or "och" where the whole is no name that we know."""
    ut: list[str] = []
    for del_ in filter(None, (d.strip() for d in _SKILDA.split(text))):
        if kand(del_):
            ut.append(del_)
            continue
        for bit in filter(None, (b.strip() for b in _KOMMA.split(del_))):
            ut += [bit] if kand(bit) else [o for o in (o.strip() for o in _OCH.split(bit)) if o]
    return list(dict.fromkeys(ut))


def unika(texter: Iterable[str]) -> list[str]:
    """Those that people read as the same once, in the order they come."""
    return list({nyckel(t): t for t in reversed([t for t in texter if t])}.values())[::-1]


def status_och_bedomning(lage: str) -> tuple[str, str]:
    """A choice of LAGEN in its two parts, each "" or a code."""
    status, _, bedomning = lage.partition("/")
    return (str(Status(status)) if status else "", bedomning)


def _ar_tal(text: str) -> bool:
    return text.replace(",", "").replace(".", "").replace(" ", "").isdecimal()
