"""The words that insatser are counted under, in the order people see them."""

from __future__ import annotations

from insatser.regler.status import I_STAPEL, Bedomning, statusord

INGEN = "ingen"  # the code in addresses for what has no value
STATUSAR = {s.value if s else INGEN: statusord(s) for s in I_STAPEL}
BEDOMNINGAR = {**{b.value: b.label for b in Bedomning}, INGEN: "Ingen bedömning"}
