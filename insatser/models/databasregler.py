"""Rules over several tables, as PostgreSQL triggers: they hold for pages, admin, shell and SQL alike."""

import pgtrigger


def krav(namn: str, villkor: str, meddelande: str, *, vid: pgtrigger.core.Operation | None = None) -> pgtrigger.Trigger:
    """A trigger that refuses a row for which the SQL `villkor` (over NEW) is not true.

    The database answers with check_violation, which Django raises as IntegrityError with `meddelande`.
    """
    return pgtrigger.Trigger(
        name=namn,
        when=pgtrigger.Before,
        operation=vid or (pgtrigger.Insert | pgtrigger.Update),
        func=(
            f"IF ({villkor}) IS NOT TRUE THEN "
            f"RAISE EXCEPTION '{meddelande}' USING ERRCODE = 'check_violation', CONSTRAINT = '{namn}'; "
            "END IF; RETURN NEW;"
        ),
    )
