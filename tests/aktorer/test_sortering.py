"""Swedish alphabetical order, the same in the database and in Python."""

from __future__ import annotations

import pytest

from aktorer.grund.sortering import svensk_nyckel
from aktorer.models import Aktor

# å, ä, ö last in that order; v before w; case and accents make no difference.
I_ORDNING = ["arboga", "Eda", "Éda b", "Münster", "Vaxholm", "Wermland", "Zinkgruvan", "Årsta", "Ängby", "Österåker"]


@pytest.mark.django_db
def test_databasen_sorterar_pa_svenska() -> None:
    for nummer, namn in enumerate(reversed(I_ORDNING)):
        Aktor.objects.create(namn=namn, slug=f"prov-{nummer}", slag=Aktor.Slag.OVRIG)

    sorterade = Aktor.objects.filter(slug__startswith="prov-").i_ordning().values_list("namn", flat=True)

    assert list(sorterade) == I_ORDNING


def test_python_sorterar_likadant() -> None:
    oordnade = {*I_ORDNING}

    assert sorted(oordnade, key=svensk_nyckel) == I_ORDNING


@pytest.mark.django_db
def test_registret_star_i_samma_ordning_i_databas_och_python() -> None:
    namn = list(Aktor.objects.i_ordning().values_list("namn", flat=True))

    assert len(namn) >= 27
    assert namn == sorted(namn, key=svensk_nyckel)


@pytest.mark.django_db
def test_ordningen_foljer_med_nar_namnet_andras() -> None:
    Aktor.objects.filter(slug="polisen").update(namn="Ö-polisen")

    assert list(Aktor.objects.i_ordning().values_list("slug", flat=True))[-1] == "polisen"
