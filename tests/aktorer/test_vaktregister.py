"""pgtrigger's register of triggers, which we keep an index of."""

import pytest
from pgtrigger import Delete, Protect, Update, registered, registry

from aktorer.models import Aktor


def test_registret_vet_vad_det_haller() -> None:
    alla = registered()

    assert len(alla) > 500
    assert registry._registry.pg_function_names == {t.get_pgid(modell) for modell, t in alla}
    assert registry._registry.by_db_table == {
        (modell._meta.db_table, trigger.name): trigger for modell, trigger in alla
    }


def test_tva_vakter_pa_en_tabell_heter_inte_lika() -> None:
    with Protect(name="provad", operation=Delete).register(Aktor), pytest.raises(KeyError, match="already used"):
        Protect(name="provad", operation=Update).register(Aktor)

    assert ("aktorer_aktor", "provad") not in registry._registry.by_db_table
