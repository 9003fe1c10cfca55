"""Somebody else's table: found among the rows of any sheet, and put into the columns of ours as a person says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aktorer.grund.tecken import nyckel
from insatser.regler import tolkning as regler
from insatser.regler.bojning import bojt, uppraknat
from insatser.regler.inlasning import Fel
from insatser.regler.rubrik import rubriknyckel
from insatser.regler.status import Bedomning, Status, kommentar_kravs
from insatser.regler.tolkning import AKTORSFALT, EGEN_TEXT, INTE, Tolkning
from insatser.utbyte.excel import arkiv
from insatser.utbyte.excel.cellslag import GEMENSAM, KARNSPECIFIK, OLAST, stada, stada_rad
from insatser.utbyte.excel.kolumner import Mall, bokstav
from insatser.utbyte.excel.lasning import Blad, las_alla, peka_ut_skadade
from insatser.utbyte.excel.ordlista import Ordlista
from insatser.utbyte.excel.tabell import ANNAN_TABELL, LIGGER, MAX_RADER_FORE, SUMMA, Tabell
from insatser.utbyte.excel.visning import Talform, ur_textcell, visad

TEXTFALT = frozenset({"titel", "malomrade", "ansvarig", "medverkande", "status", "bedomning", "kommentar"})
OMGJORDA = (
    "Kalkylprogrammet har gjort om text till datum, klockslag eller sanningsvärden i {}. De läses in som de visas här:"
    " rätta dem i filen om det stod något annat."
)
INGEN_TABELL = "Ingen tabell hittades i filen: det behövs en rad med rubriker, och rader under den."
MAX_KOLUMNER = 60
MAX_RADER = 5_000
MAX_ORD = 200  # of a kind that people are asked about; what stands in more different ways is no choice of words
LANGST_ORD = 200
FOR_MANGA = "Tabellen har fler än 5 000 rader. Dela upp den."
LANGST_TITEL = 200
AVSNITT = "Rubrik ovanför raderna"
MINST_RUBRIKER = 2
LANGST_RUBRIK = 80


@dataclass
class Frammande:
    """`rubriker`: by column, "" where there is none. `rader`: (row number in the file, cells). Faults: only `fel`.

    Where rows of a single cell part the others, a last column AVSNITT says below which each of them stands.
    """

    blad: str = ""
    rubrikrad: int = 0
    rubriker: list[str] = field(default_factory=list)
    rader: list[tuple[int, list[Any]]] = field(default_factory=list)
    dolda: set[int] = field(default_factory=set)
    fel: list[Fel] = field(default_factory=list)
    noter: list[str] = field(default_factory=list)

    @property
    def kolumner(self) -> list[int]:
        """Those with a heading."""
        return [n for n, rubrik in enumerate(self.rubriker) if rubrik]

    def texter(self, kolumn: int) -> list[str]:
        """What people see in a column, row by row."""
        return [stada(visad(celler[kolumn])) for _, celler in self.rader]


def las(filnamn: str, innehall: bytes) -> Frammande:
    """The table of the file: of several sheets the one with most rows below headings. Faults are in `fel`."""
    try:
        hittade = [f for blad in las_alla(filnamn, innehall) if (f := _hitta(blad))]
    except arkiv.Avbrott as avbrott:
        return Frammande(fel=[Fel(text) for text in avbrott.texter])
    if not hittade:
        return Frammande(fel=[Fel(INGEN_TABELL)])
    storst = max(hittade, key=lambda f: (len(f.rader) * len(f.kolumner), len(f.kolumner)))
    return storst if len(storst.rader) <= MAX_RADER else Frammande(fel=[Fel(FOR_MANGA, storst.blad)])


def _hitta(blad: Blad) -> Frammande | None:
    rader = [list(rad) for rad in blad.rader]
    liggande = _fyll_sammanfogade(rader, blad.sammanfogade)
    forst = _rubrikrad(rader)
    if forst is None:
        return None
    if regler.pa_tvaren(rader[:MAX_RADER_FORE]):
        return Frammande(blad.koll.blad, fel=[Fel(LIGGER, blad.koll.blad)])
    forst, rubriker = _hela_rubriker(rader, forst)
    for (rad, n), form in blad.koll.former.items():
        finns = rad - 1 < len(rader) and n < len(rader[rad - 1])
        # A day may be read as one, and its format may leave out the year.
        if finns and isinstance(form, Talform) and isinstance(tal := rader[rad - 1][n], float):
            rader[rad - 1][n] = form.visa(tal)
    ut = Frammande(blad.koll.blad, forst + 1, rubriker, dolda=set(blad.koll.dolda), noter=[*blad.noter])
    utan_ord = _utan_ord(rader[forst + 1 :])
    avsnitt, nagot, tom = "", False, False
    for nummer, innehall in enumerate(rader[forst + 1 :], start=forst + 2):
        celler = [*innehall[: len(rubriker)], *[None] * (len(rubriker) - len(innehall))]
        fyllda = [n for n, c in enumerate(celler) if rubriker[n] and stada(visad(c))]
        if tom and (annan := regler.annan_tabell(rader, nummer - 1)) and not _ar_samma(annan, rubriker):
            ut.noter.append(ANNAN_TABELL.format(nummer))
            break
        tom = not fyllda
        if tom or [_rubrik(c) for c in celler] == rubriker:
            continue
        if regler.ar_summa(celler):
            ut.noter.append(SUMMA.format(nummer))
            continue
        ensam = len(fyllda) == 1 and len(ut.kolumner) > 2
        if ensam and (nummer in liggande or _ar_avsnitt(celler, fyllda[0], utan_ord)):
            avsnitt, nagot = stada_rad(visad(celler[fyllda[0]])), True
            continue
        ut.rader.append((nummer, [*celler, avsnitt]))
    _fyll_omraden(ut)
    ut.rubriker.append(AVSNITT if nagot else "")
    return ut if ut.rader else None


def _fyll_omraden(tabell: Frammande) -> None:
    """A målområde that is written once, at the first of its rows, is that of the others; that is said."""
    for n, rubrik in enumerate(tabell.rubriker):
        if regler.KANDA.get(rubriknyckel(rubrik)) != "malomrade":
            continue
        ovanfor, fyllda = None, list[str]()
        for nummer, celler in tabell.rader:
            if stada(visad(celler[n])):
                ovanfor = celler[n]
            elif ovanfor is not None:
                celler[n] = ovanfor
                fyllda.append(str(nummer))
        if fyllda:
            vilka = uppraknat(fyllda[:8]) + (" …" if len(fyllda) > 8 else "")
            tabell.noter.append(f"Tomma celler under {rubrik} läses som den ovanför: rad {vilka}.")


def _ar_avsnitt(celler: Sequence[Any], n: int, utan_ord: Collection[int]) -> bool:
    return n in utan_ord or (isinstance(celler[n], str) and regler.ar_omrade(celler[n].strip()))


def _ar_samma(rad: Sequence[Any], rubriker: Sequence[str]) -> bool:
    """Whether the row has our headings once more."""
    return {r for r in map(_rubrik, rad) if r} <= {*rubriker}


def _hela_rubriker(rader: Sequence[Sequence[Any]], forst: int) -> tuple[int, list[str]]:
    """(the last row of the headings, what they say): some stand in two rows, "Tid" above "Start" and "Slut"."""
    under = rader[forst + 1] if forst + 1 < len(rader) else ()
    if regler.ar_rubriker(under) and not {_rubrik(c) for c in under} <= {_rubrik(c) for c in rader[forst]}:
        ovre, forst = rader[forst], forst + 1
    else:
        ovre = rader[forst - 1] if forst and regler.ar_rubriker(rader[forst - 1]) else ()
    bredd = min(MAX_KOLUMNER, max(len(rader[forst]), len(ovre)))
    nedre = [_rubrik(c) for c in [*rader[forst], *[None] * bredd][:bredd]]
    over = [_rubrik(c) for c in [*ovre, *[None] * bredd][:bredd]]
    return forst, [n or o for n, o in zip(nedre, over, strict=True)]


def _rubrikrad(rader: Sequence[Sequence[Any]]) -> int | None:
    """The first row, from 0, that has nearly as many short texts as any: data has them as well, but further down."""
    antal = [len(_rubriker(rad)) for rad in rader[:MAX_RADER_FORE]]
    kanda = [sum(rubriknyckel(r) in regler.KANDA for r in _rubriker(rad)) for rad in rader[:MAX_RADER_FORE]]
    flest = max(antal, default=0)
    if flest < MINST_RUBRIKER:
        return None
    mest_kanda = max(kanda)
    if mest_kanda >= MINST_RUBRIKER:
        return kanda.index(mest_kanda)
    return next(n for n, a in enumerate(antal) if a >= max(MINST_RUBRIKER, 0.7 * flest))


def _rubriker(rad: Sequence[Any]) -> set[str]:
    return {r for c in rad if isinstance(c, str) and (r := _rubrik(c)) and len(r) <= LANGST_RUBRIK}


def _rubrik(cell: Any) -> str:
    return stada_rad(visad(cell))


def _fyll_sammanfogade(rader: list[list[Any]], omraden: Sequence[Any]) -> set[int]:
    """What stands in cells merged downwards stands in each of them. Returns the rows merged across (from 1)."""
    liggande = set()
    for (r0, k0), (r1, k1) in omraden:
        if k1 > k0:
            liggande.add(r0 + 1)
        if r0 >= len(rader) or k0 >= len(rader[r0]):
            continue
        for rad in rader[r0 + 1 : r1 + 1]:
            if k0 < len(rad) and rad[k0] in (None, ""):
                rad[k0] = rader[r0][k0]
    return liggande


def _utan_ord(rader: Sequence[Sequence[Any]]) -> set[int]:
    """The columns that hold numbers or nothing in whole rows: a lone text there is a heading of the rows below it."""
    fulla = [rad for rad in rader if sum(c not in (None, "") for c in rad) > 2]
    i_ord = Counter(n for rad in fulla for n, c in enumerate(rad) if isinstance(c, str) and not _ar_nummer(c))
    return {n for n in range(max(map(len, fulla), default=0)) if 2 * i_ord[n] <= len(fulla)}


def _ar_nummer(text: str) -> bool:
    return not text.strip() or text.strip().rstrip(".").isdecimal()


def orden(tabell: Frammande, kolumner: Mapping[int, str], ordlista: Ordlista) -> dict[str, list[str]]:
    """{kind of word: those of the table that must be said what they are}, in the order they come; the first of them,
    where there are very many. What nobody is asked about is not read, and a name stays in the text.
    """
    ut: dict[str, list[str]] = {}
    for slag in ("malomrade", "status", "bedomning"):
        texter = [t for n, falt in kolumner.items() if falt == slag for t in map(stada_rad, tabell.texter(n))]
        ut[slag] = regler.unika(texter)
    namn = [
        namn
        for n, falt in sorted(kolumner.items())
        if falt in AKTORSFALT
        for text in tabell.texter(n)
        for namn in regler.namnen(text, ordlista.kand)
    ]
    ut["aktor"] = regler.unika(namn)
    korta = {slag: [t for t in alla if len(t) <= LANGST_ORD][:MAX_ORD] for slag, alla in ut.items()}
    return {slag: alla for slag, alla in korta.items() if alla}


def gissa(tabell: Frammande, ordlista: Ordlista) -> Tolkning:
    """What is likely, by headings, words and names."""
    kanner: dict[str, Callable[[str], bool]] = {
        # A number may as well be the row's own.
        "malomrade": lambda t: not t.isdecimal() and bool(ordlista.likt_malomrade(t)),
        "status": lambda t: bool(regler.gissa_lage(t)),
        "ansvarig": lambda t: all(map(ordlista.kand, regler.namnen(t, ordlista.kand))),
    }
    texter = [[*dict.fromkeys(tabell.texter(n))][:MAX_ORD] if r else [] for n, r in enumerate(tabell.rubriker)]
    kolumner = regler.gissa_kolumner(tabell.rubriker, texter, kanner)
    if tabell.rubriker[-1] and "malomrade" not in kolumner.values():
        kolumner[len(tabell.rubriker) - 1] = "malomrade"
    return Tolkning(tuple(tabell.rubriker), kolumner, gissa_ord(tabell, kolumner, ordlista))


def gissa_ord(tabell: Frammande, kolumner: Mapping[int, str], ordlista: Ordlista) -> dict[str, dict[str, str]]:
    """{field: {word: ours}} of the words that can be guessed; a name that the register has not stays in the text."""
    gissar: dict[str, Callable[[str], str]] = {
        "malomrade": lambda t: str(ordlista.troligt_malomrade(t) or ""),
        "status": regler.gissa_lage,
        "bedomning": regler.gissa_bedomning,
        "aktor": lambda t: str(ordlista.lik_aktor(t) or INTE),
    }
    alla = orden(tabell, kolumner, ordlista)
    return {slag: {nyckel(t): g for t in texter if (g := gissar[slag](t))} for slag, texter in alla.items()}


def oversatt(tabell: Frammande, tolkning: Tolkning, mall: Mall, ordlista: Ordlista) -> Tabell:
    """The table in our columns: each row a new insats. What is wrong with a cell is told where it stands in theirs."""
    ut = Tabell(tabell.blad, mall, dolda=tabell.dolda, fel=[*tabell.fel], rubrikrad=tabell.rubrikrad)
    if tabell.fel:
        return ut
    ut.platser = [next(iter(tolkning.kolumner_med(k.falt)), -1) for k in mall.kolumner]
    ut.noter += [_om(tabell), *tabell.noter]
    utan_titel, omgjorda = [], list[str]()
    for nummer, celler in tabell.rader:
        rad = _rad(tabell, celler, tolkning, ordlista)
        for falt, n, vad in _omgjorda(tabell, celler, tolkning):
            if falt == "titel":
                ut.fel.append(ut.fel_i(nummer, falt, vad, celler[n]))
                rad[falt] = OLAST
            else:
                omgjorda.append(f"{bokstav(n)}{nummer}")
        if rad["titel"]:
            ut.rader.append((nummer, [rad.get(k.falt) for k in mall.kolumner]))
        else:
            utan_titel.append(nummer)
    peka_ut_skadade(ut)
    if omgjorda:
        ut.noter.append(OMGJORDA.format(uppraknat(omgjorda[:8]) + (" …" if len(omgjorda) > 8 else "")))
    if utan_titel:
        vilka = uppraknat([str(n) for n in utan_titel[:8]]) + (" …" if len(utan_titel) > 8 else "")
        ut.noter.append(f"{bojt(len(utan_titel), 'Rad', 'Raderna')} {vilka} har ingen titel och läses inte in.")
    if not ut.rader:
        ut.fel.append(
            Fel("Ingen rad har något i den kolumn som är vald till titel. Välj en annan kolumn.", tabell.blad)
        )
    return ut


def _omgjorda(tabell: Frammande, celler: Sequence[Any], tolkning: Tolkning) -> Iterator[tuple[str, int, str]]:
    """(field, column, what has become of it) of words that a spreadsheet has made something else of."""
    for n, falt in tolkning.kolumner.items():
        if falt in TEXTFALT or (falt == "text" and rubriknyckel(tabell.rubriker[n]) in EGEN_TEXT):
            try:
                ur_textcell(celler[n])
            except ValueError as fel:
                yield falt, n, str(fel)


def _om(tabell: Frammande) -> str:
    utan = [n for n, r in enumerate(tabell.rubriker[:-1]) if not r and any(tabell.texter(n))]
    text = f"Rubrikerna står på rad {tabell.rubrikrad}. Varje rad blir en ny insats."
    return f"{text} Kolumner utan rubrik läses inte in: {uppraknat([bokstav(n) for n in utan])}." if utan else text


def _rad(tabell: Frammande, celler: Sequence[Any], tolkning: Tolkning, ordlista: Ordlista) -> dict[str, Any]:
    def text(falt: str) -> str:
        return "\n".join(t for n in tolkning.kolumner_med(falt) if (t := stada(visad(celler[n]))))

    rad: dict[str, Any] = {"titel": stada_rad(text("titel")), "fardplan": ordlista.fardplan}
    rad["typ"] = GEMENSAM if tolkning.gemensam else KARNSPECIFIK
    stycken = [_stycke(tabell.rubriker[n], stada(visad(celler[n]))) for n in tolkning.kolumner_med("text")]
    if len(rad["titel"]) > LANGST_TITEL:  # all of it stands first in the text
        stycken.insert(0, rad["titel"])
        rad["titel"] = f"{rad['titel'][: LANGST_TITEL - 1].rstrip()}…"
    omrade = tolkning.betyder("malomrade", stada_rad(text("malomrade")))
    nummer = int(omrade) if omrade.isdecimal() else tolkning.malomrade
    rad["malomrade"] = str(ordlista.malomraden[nummer]) if nummer in ordlista.malomraden else None
    ansvariga, okanda_ansvariga = _aktorer(text("ansvarig"), tolkning, ordlista)
    medverkande, okanda = _aktorer(text("medverkande"), tolkning, ordlista)
    rad["ansvarig"] = ordlista.aktorer_i_text(ansvariga[:1])
    rad["medverkande"] = ordlista.aktorer_i_text(
        [a for a in dict.fromkeys([*ansvariga[1:], *medverkande]) if a not in ansvariga[:1]]
    )
    stycken += [_stycke("Ansvarig", ", ".join(okanda_ansvariga)), _stycke("Medverkande", ", ".join(okanda))]
    laget = _lage(celler, text, tolkning)
    if not laget:  # what was said of it is not lost
        om_laget = [n for falt in ("status", "bedomning", "kommentar", "datum") for n in tolkning.kolumner_med(falt)]
        stycken += [_stycke(tabell.rubriker[n], stada(visad(celler[n]))) for n in om_laget]
    rad["text"] = "\n".join(filter(None, stycken))
    return rad | laget


def _stycke(rubrik: str, text: str) -> str:
    """What stood in a column that we have none for keeps its heading."""
    return text if not text or rubriknyckel(rubrik) in EGEN_TEXT else f"{rubrik}: {text}"


def _aktorer(text: str, tolkning: Tolkning, ordlista: Ordlista) -> tuple[list[int], list[str]]:
    """(ids, names that are no aktör) of a cell."""
    kanda: dict[int, None] = {}
    okanda = []
    for namn in regler.namnen(text, ordlista.kand):
        vem = tolkning.betyder("aktor", namn)
        if vem.isdecimal() and int(vem) in ordlista.aktornamn:
            kanda[int(vem)] = None
        else:
            okanda.append(namn)
    return list(kanda), okanda


def _lage(celler: Sequence[Any], text: Any, tolkning: Tolkning) -> dict[str, Any]:
    """The läge in our words. Where it must say why, and nothing is said, the word of the table does."""
    ord_ = stada_rad(text("status"))
    status, bedomning = regler.status_och_bedomning(tolkning.betyder("status", ord_).removeprefix(INTE))
    egen = tolkning.betyder("bedomning", stada_rad(text("bedomning"))).removeprefix(INTE)
    bedomning = egen or bedomning
    if not status:
        return {}
    kommentar = text("kommentar")
    if not kommentar and kommentar_kravs(status, bedomning):
        kommentar = f"I den inlästa tabellen står ”{ord_}”."
    datum = next((celler[n] for n in tolkning.kolumner_med("datum")), None)
    return {
        "status": Status(status).label,
        "bedomning": Bedomning(bedomning).label if bedomning else "",
        "kommentar": kommentar,
        "datum": datum,
    }
