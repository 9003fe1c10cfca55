"""The insatskarta as a poster: one A3 page, whatever the number of insatser."""

from __future__ import annotations

from datetime import date

from insatser.fragor import insatsdata
from insatser.fragor.insatsdata import BEDOMNINGSFORKLARING, Data, i_text
from insatser.fragor.karta import Falt, Karta
from insatser.models import Insats
from insatser.pdf.rita import rita
from insatser.regler import tystnad
from insatser.regler.bojning import raknat

# Beyond this the poster's type is too small to read and its setting too slow for a web page.
MEST_PA_AFFISCH = 150


def affisch(karta: Karta, rubrikrad: str = "", idag: date | None = None) -> bytes:
    """The map as a poster. `rubrikrad` names the selection.

    `idag` is the day the poster speaks of; with it, long silence about an insats is marked. Without it the poster
    speaks of the day of the newest report.
    """
    dag = idag or insatsdata.senast(karta.insatser) or date(karta.fardplan.program.ar_fran, 1, 1)
    return rita("insatskarta.typ", kartdata(karta, rubrikrad, idag), dag)


def kartdata(karta: Karta, rubrikrad: str = "", idag: date | None = None) -> Data:
    """All words and values of the poster, in plain JSON types."""
    karna = karta.fardplan.stadskarna.namn
    dag = idag or insatsdata.senast(karta.insatser)
    visade = len(karta.insatser)
    plats = MEST_PA_AFFISCH if visade <= MEST_PA_AFFISCH else MEST_PA_AFFISCH // len(karta.falt)
    return {
        "titel": f"Insatskarta för {karna}",
        "program": karta.fardplan.program.namn,
        "dag": f"Läget den {i_text(dag)}" if dag else "Ingen har rapporterat ännu",
        "antal": f"{visade} av {raknat(karta.totalt, 'insats', 'insatser')}"
        if rubrikrad
        else raknat(visade, "insats", "insatser"),
        "urval": rubrikrad,
        "per_status": [insatsdata.status(s.status or "") | {"antal": s.antal} for s in karta.per_status],
        "exempel": karta.exempel,
        "bedomningar": [insatsdata.bedomning(b) | {"text": text} for b, text in BEDOMNINGSFORKLARING.items()],
        "falt": [
            _affischfalt(f, plats, idag)
            for f in karta.falt
            # A selection leaves målområden empty: the others get their room.
            if f.insatser or not karta.insatser or not rubrikrad
        ],
    }


def _affischfalt(falt: Falt, plats: int, idag: date | None) -> Data:
    return insatsdata.malomrade(falt.malomrade) | {
        "insatser": [_kort(i, idag) for i in falt.insatser[:plats]],
        "utelamnade": max(0, len(falt.insatser) - plats),
    }


def _kort(insats: Insats, idag: date | None) -> Data:
    tyst = tystnad.i_ord(insats.lage, insats.tillkom, idag) if idag else ""
    avford = f"Avförd {insats.avford.isoformat()}" if insats.avford else ""
    return insatsdata.insats(insats) | {"prioriterad": insats.prioriterad, "tyst": tyst, "avford": avford}
