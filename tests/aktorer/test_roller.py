"""Who may do what: the table of roles and rights, written out once more."""

from __future__ import annotations

import pytest

from aktorer.models import Anvandare
from aktorer.roller import RATTIGHETER, Anvandarroll, Rattighet

TABELL = {
    "se_internt": {"styrgrupp", "tjansteperson", "planerare", "administrator"},
    "rapportera_eget": {"tjansteperson"},
    "rapportera_allt": {"planerare", "administrator"},
    "redigera": {"planerare", "administrator"},
    "planera": {"planerare", "administrator"},
    "bjuda_in": {"planerare", "administrator"},
    "administrera": {"administrator"},
    "svara_med_lank": {"kontakt"},
}


def test_varje_roll_har_sina_rattigheter_och_inga_andra() -> None:
    tabell = {ratt.value: {roll for roll, har in RATTIGHETER.items() if ratt in har} for ratt in Rattighet}

    assert tabell == TABELL


def test_varje_roll_star_i_tabellen() -> None:
    assert set(RATTIGHETER) == set(Anvandarroll)


@pytest.mark.parametrize("ratt", Rattighet)
@pytest.mark.parametrize("roll", Anvandarroll.values)
def test_far_foljer_tabellen(roll: str, ratt: Rattighet) -> None:
    assert Anvandare(roll=roll).far(ratt) == (roll in TABELL[ratt])


@pytest.mark.parametrize("roll", [*Anvandarroll.values, "", "chef"])
def test_stangt_konto_och_okand_roll_far_ingenting(roll: str) -> None:
    anvandare = Anvandare(roll=roll, is_active=roll not in Anvandarroll.values)

    assert [ratt for ratt in Rattighet if anvandare.far(ratt)] == []
    assert (anvandare.is_staff, anvandare.is_superuser) == (False, False)


@pytest.mark.parametrize("roll", Anvandarroll.values)
def test_bara_administratoren_kommer_in_i_admin(roll: str) -> None:
    anvandare = Anvandare(roll=roll)

    svar = {
        anvandare.is_staff,
        anvandare.is_superuser,
        anvandare.has_perm("aktorer.change_anvandare"),
        anvandare.has_perms(["aktorer.change_anvandare", "aktorer.add_anvandare"]),
        anvandare.has_module_perms("aktorer"),
    }

    assert svar == {roll == "administrator"}
