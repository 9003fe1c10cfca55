"""What the columns and words of somebody else's table mean in ours: what is likely, for a person to set right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from aktorer.grund.tecken import nyckel
from insatser.regler.rubrik import rubriknyckel
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
    "|vad ska göras|insatsens namn|action|actions|intitulé|activity|measure|tiltak|indsats|toimenpide|maßnahme",
    "text": "text|beskrivning|innehåll|syfte|mål|förklaring|detaljer|genomförande|description|insatsbeskrivning"
    "|beskrivelse|kuvaus|beschreibung",
    "malomrade": "målområde|område|fokusområde|insatsområde|tema|strategi|delmål|kategori|inriktning|axe"
    "|orientation|område/tema|focus area|satsingsområde|indsatsområde",
    "ansvarig": "ansvarig|ansvar|ägare|huvudansvarig|ansvarig aktör|ansvarig förvaltning|ansvarig nämnd|utförare|vem"
    "|ansvarig part|ansvarig organisation|ansvarig enhet|responsible|owner|ansvarlig|vastuutaho|verantwortlich|pilote"
    "|porteur",
    "medverkande": "medverkande|deltagare|samverkan|samverkar|samverkanspart|samverkanspartner|partner|partners|parter"
    "|medverkande aktörer|övriga aktörer|stöd|partenaires|participants|deltakere",
    "status": "status|läge|nuläge|fas|statut|state|tila|progress",
    "bedomning": "bedömning|prognos|trafikljus|färg|avvikelse",
    "kommentar": "kommentar|kommentarer|statuskommentar|notering|anteckning|anteckningar|uppföljning|commentaire"
    "|comment|comments|notes|remarks|merknad|bemærkning|kommentti|bemerkung",
    "datum": "datum|lägesdatum|statusdatum|uppdaterad|senast uppdaterad|uppföljd|rapporterad|updated|last updated"
    "|oppdatert|date",
}
# Columns that we have no place for, but whose words are worth to keep in the text.
_I_TEXTEN = (
    "start|startdatum|starttid|börjar|från|slut|slutdatum|sluttid|klart|klar senast|till|tid|tidplan|period|år"
    "|deadline|start date|end date|due date|frist|aikataulu|kostnad|budget|finansiering|prioritet|diarienummer|dnr"
    "|länk|förvaltning|enhet|kontakt"
)
KANDA = {nyckel(ord_): falt for falt, alla in _RUBRIKER.items() for ord_ in alla.split("|")}
KANDA |= {nyckel(ord_): "text" for ord_ in _I_TEXTEN.split("|")}
# Headings of what else stands in such a file: whom to ask, what has been changed, what words mean.
_ANDRAS = frozenset({
    "telefon", "tel", "mobil", "e-post", "epost", "mejl", "mail", "e-mail", "roll", "befattning", "organisation",
    "adress", "version", "ändring", "ändrad av", "författare", "sida", "nämnd", "utfall", "belopp", "antal", "kod",
    "förkortning", "förklaring", "betydelse", "nr", "nummer", "id", "typ",
})  # fmt: skip
_SUMMOR = frozenset({"summa", "summa:", "s:a", "totalt", "total", "totalsumma", "summering", "delsumma", "sum"})
_OMRADE = re.compile(r"(?:\w{0,20}område|strategi|tema|axe|delmål|inriktning|fokus) ?\w{0,3}\b", re.IGNORECASE)
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
    "ej_paborjad/": "ej påbörjad|ej påbörjat|inte påbörjad|inte startad|ej startad|ej startat|väntar|kommande|ny"
    "|not started|ikke startet|ikke påbegynt|ei aloitettu|à venir",
    "planerad/enligt_plan": "planerad|planerat|planeras|planering|beslutad|under planering|planned|planlagt"
    "|suunniteltu|planifié",
    "pagar/enligt_plan": "pågår|pågående|påbörjad|påbörjat|igång|startad|löpande|under arbete|under genomförande"
    "|enligt plan|grön|on track|ongoing|in progress|started|pågår fortløpende|i gang|käynnissä|en cours",
    "pagar/risk": "risk|risk för avvikelse|gul|osäker|viss försening",
    "pagar/avviker": "försenad|försenat|avviker|röd|kritisk|ligger efter|delayed|late|forsinket|myöhässä|en retard",
    "pausad/avviker": "pausad|pausat|vilande|stoppad|stoppat|på is|parkerad|on hold|paused|satt på vent|en attente",
    "genomford/": "genomförd|genomfört|klar|klart|klara|färdig|färdigt|avslutad|avslutat|slutförd|slutfört|utförd"
    "|done|completed|complete|finished|ferdig|fullført|afsluttet|valmis|terminé",
    "avbruten/": "avbruten|avbrutet|nedlagd|nedlagt|struken|struket|utgår|inställd|inställt|cancelled|canceled"
    "|avlyst|peruttu|abandonné",
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
FLEST_ORD = 4  # of a heading that is understood by one of its words
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
        if falt := KANDA.get(rubriknyckel(rubrik)):
            ta(n, falt)
    for n, rubrik in enumerate(rubriker):
        if n not in valda and (falt := _delvis(rubriknyckel(rubrik))):
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


def _delvis(rubrik: str) -> str:
    """What a heading most likely names that has one of the known words first or last: "Strategiskt område"."""
    ord_ = rubrik.split()
    falten = (KANDA.get(o, "") for o in (ord_[0], ord_[-1])) if 1 < len(ord_) <= FLEST_ORD else ()
    return next((f for f in falten if f and f != "datum"), "")  # any day may be a "datum för …"


def ar_rubriker(celler: Sequence[Any]) -> bool:
    """Whether a row can be taken for headings, of whatever table: texts alone, at least half of them known."""
    fyllda = _fyllda(celler)
    if len(fyllda) < 2 or not all(isinstance(c, str) for c in fyllda):
        return False
    return 2 * sum(rubriknyckel(c) in KANDA or rubriknyckel(c) in _ANDRAS for c in fyllda) >= len(fyllda)


def annan_tabell(rader: Sequence[Sequence[Any]], n: int) -> Sequence[Any]:
    """The headings of another table that begins in row `n` (from 0), with its name above them or not; none: ()."""
    if ar_rubriker(rader[n]):
        return rader[n]
    under = rader[n + 1] if n + 1 < len(rader) and len(_fyllda(rader[n])) == 1 else ()
    return under if ar_rubriker(under) else ()


def pa_tvaren(rader: Sequence[Sequence[Any]]) -> bool:
    """Whether the headings stand below each other, in the first column that holds anything."""
    forst = min((n for rad in rader for n, c in enumerate(rad) if _fyllda([c])), default=0)
    kolumn = [rad[forst] for rad in rader if len(rad) > forst]
    falten = {falt for c in kolumn if isinstance(c, str) and (falt := KANDA.get(rubriknyckel(c)))}
    return len(falten) > 2 and not any(map(ar_rubriker, rader))


def ar_summa(celler: Sequence[Any]) -> bool:
    """Whether the row sums up those above it: the word for it, and numbers."""
    fyllda = _fyllda(celler)
    ord_ = [c for c in fyllda if not isinstance(c, (int, float))]
    return len(ord_) == 1 < len(fyllda) and isinstance(ord_[0], str) and nyckel(ord_[0]) in _SUMMOR


def ar_omrade(text: str) -> bool:
    """Whether a lone text is the heading of the rows below it: "Målområde 1 Levande", "Strategi 2"."""
    return _OMRADE.match(text) is not None


def _fyllda(celler: Sequence[Any]) -> list[Any]:
    return [c for c in celler if c is not None and not (isinstance(c, str) and not c.strip())]


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
