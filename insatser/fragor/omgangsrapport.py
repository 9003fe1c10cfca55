"""The report of a round: frozen when it closed, until then as it is now; and as plain data for its PDF."""

from __future__ import annotations

from datetime import date

from insatser.fragor.insatsdata import Data, i_text
from insatser.fragor.uppfoljning import rapport as rapport_nu
from insatser.models import Omgang
from insatser.regler import rapport
from insatser.regler.bojning import raknat
from insatser.regler.rapport import Omgangsrapport, Rapportrad


def omgangsrapport(omgang: Omgang, idag: date) -> Omgangsrapport:
    return rapport.las(rapport_nu(omgang, idag) if omgang.rapport is None else omgang.rapport)


def rapportdag(omgang: Omgang, idag: date) -> date:
    """The day that the report is of."""
    return date.fromisoformat(omgang.rapport["stangd"]) if omgang.rapport else idag


def rapportdata(omgang: Omgang, r: Omgangsrapport, dag: date) -> Data:
    """All words of the PDF."""
    antal = [
        raknat(len(r.rader), "fråga", "frågor"),
        raknat(r.nya, "nytt läge", "nya lägen"),
        f"{r.oforandrade} oförändrade",
        f"{r.obesvarade} utan svar",
        *([f"{r.delvis} med svar från några av aktörerna"] if r.delvis else []),
    ]
    pagar = "" if omgang.rapport else f" Omgången pågår. Sista dag att svara är den {i_text(omgang.deadline)}."
    return {
        "titel": f"{omgang.namn}: uppföljning, {omgang.omfattning}",
        "omgang": omgang.namn,
        "var": omgang.omfattning,
        "dag": f"Läget den {i_text(dag)}",
        "fraga": omgang.fraga,
        "korthet": f"{', '.join(antal)}.{pagar}",
        "exempel": r.exempel or "",
        "flera_karnor": omgang.fardplan_id is None,
        "rader": [_rad(rad) for rad in r.rader],
    }


def _rad(r: Rapportrad) -> Data:
    return {
        "vad": r.vad,
        "under": f"Aktivitet i {r.under}" if r.under else "",
        "stadskarna": r.stadskarna,
        "status": {"slag": r.statuskod, "ord": r.status},
        "bedomning": {"slag": r.bedomningskod, "ord": r.bedomning} if r.bedomningskod else None,
        "nar": i_text(r.dag) if r.dag else "",
        "tyst": r.tyst,
        "exempel": r.exempel,
        "kommentar": r.kommentar,
        "svar": [_svar(a.aktor, a.svar, _vem(a.av, a.svarat, a.fragade)) for a in r.svaren]
        or [_svar("", r.svar, _vem(r.av, r.svarat, r.fragade))],
    }


def _svar(aktor: str, svar: str, vem: str) -> Data:
    return {"aktor": aktor, "svar": svar or "Inget svar", "vem": vem}


def _vem(av: str, svarat: str, fragade: str) -> str:
    return ", ".join(filter(None, (av, svarat))) if av else f"Frågade: {fragade}" if fragade else ""
