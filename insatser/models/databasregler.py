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


def rattad(falt: str) -> str:
    """SQL: whether somebody has said why the row OLD, final as it is, is set right (models/rattelse.py)."""
    return f"EXISTS (SELECT FROM insatser_rattelse r WHERE r.{falt}_id = OLD.id AND r.version = OLD.version)"


def fryst(namn: str, plan: str, *, fria: tuple[str, ...] = ()) -> pgtrigger.Trigger:
    """A trigger that refuses every change of a row while its handlingsplan is decided and no ändring is open.

    `plan` is SQL for the plan's id, with `{rad}` for the row. `fria` columns go on living after the decision, until
    the plan is closed; they may change when nothing else does.
    """
    # The pieces of SQL are ours, written in the models.
    frys = f"SELECT h.status <> 'utkast' AND NOT h.andras FROM insatser_handlingsplan h WHERE h.id = ({plan})"  # noqa: S608
    utan = "".join(f" - '{falt}'" for falt in fria)
    oppen = f"EXISTS (SELECT FROM insatser_handlingsplan h WHERE h.id = ({plan}) AND h.status = 'beslutad')"
    bara_fria = (
        f"TG_OP = 'UPDATE' AND to_jsonb(NEW){utan} = to_jsonb(OLD){utan} AND {oppen.format(rad='OLD')}"
        if fria
        else "FALSE"
    )
    return pgtrigger.Trigger(
        name=namn,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=(
            f"IF (TG_OP <> 'INSERT' AND ({frys.format(rad='OLD')})) "
            f"OR (TG_OP <> 'DELETE' AND ({frys.format(rad='NEW')})) "
            f"THEN IF NOT ({bara_fria}) THEN "
            "RAISE EXCEPTION 'Handlingsplanen är beslutad: innehållet ändras bara genom ett ändringsbeslut.' "
            f"USING ERRCODE = 'check_violation', CONSTRAINT = '{namn}'; END IF; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
        ),
    )


# SQL for the id of the stadskärna that a row belongs to (aktorer/grund/platsratt.py), NULL when all share it.
I_FARDPLANEN = "SELECT stadskarna_id FROM insatser_fardplan WHERE id = {rad}.fardplan_id"
I_INSATSEN = (
    "SELECT f.stadskarna_id FROM insatser_insats i JOIN insatser_fardplan f ON f.id = i.fardplan_id"
    " WHERE i.id = {insats}"
)
I_ORGANET = "SELECT stadskarna_id FROM insatser_samverkansorgan WHERE id = {rad}.organ_id"
I_PLANEN = (
    "SELECT f.stadskarna_id FROM insatser_handlingsplan h JOIN insatser_fardplan f ON f.id = h.fardplan_id"
    " WHERE h.id = ({plan})"
)
