"""How an aktivitet goes: its status lives on after the plan was decided."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from aktorer.grund.andring import andring
from aktorer.grund.samtidighet import andra_rad
from aktorer.models import Anvandare
from insatser.models import Aktivitet, Handlingsplan
from insatser.regler.status import Status, aktivitetsfel


@andring
def rapportera(
    *, av: Anvandare | None, aktivitet: Aktivitet, version: int, status: Status, kommentar: str = ""
) -> Aktivitet:
    """Report the status of an aktivitet read at `version`, and a word about it. Raises Krock and ValidationError."""
    avslutade = Handlingsplan.objects.filter(status=Handlingsplan.Planstatus.AVSLUTAD)
    if plan := avslutade.filter(prioriteringar=aktivitet.prioritering_id).first():
        raise ValidationError(f"{plan} är avslutad: aktiviteterna rapporteras inte längre.")
    if fel := aktivitetsfel(status, kommentar):
        raise ValidationError(fel)
    return andra_rad(aktivitet, version=version, varden={"status": status, "kommentar": kommentar.strip()})
