"""Days whose year lies between two: the database holds to it in tables from before the rule too.

Django makes the check of a field of our own (`Dag`) with its table, and leaves it out where a field becomes such a one.
Rows that are there already are let be: NOT VALID.
"""

from django.db import migrations

FRAN_1990 = {
    "insatser_aktivitet": ("start", "slut", "start_dag", "slut_dag"),
    "insatser_beslut": ("datum",),
    "insatser_handlingsplan": ("avslutad",),
    "insatser_insats": ("avford",),
    "insatser_lagesrapport": ("datum",),
    "insatser_mote": ("datum",),
    "insatser_omgang": ("deadline",),
}
FRAN_1900 = {
    "insatser_arendebeslut": ("datum",),
    "insatser_plats": ("fran", "till"),
    "insatser_samverkansorgan": ("fran", "till"),
}
FRAN_1800 = {"aktorer_aktor": ("eftertradd",)}

VILLKOR = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{tabell}_{falt}_check') THEN
        ALTER TABLE {tabell} ADD CONSTRAINT {tabell}_{falt}_check
        CHECK ({falt} BETWEEN '{fran}-01-01' AND '2099-12-31') NOT VALID;
    END IF;
END $$;
"""
SQL = "".join(
    VILLKOR.format(tabell=tabell + handelse, falt=falt, fran=fran)
    for fran, tabeller in ((1990, FRAN_1990), (1900, FRAN_1900), (1800, FRAN_1800))
    for tabell, alla_falt in tabeller.items()
    for handelse in ("", "event")
    for falt in alla_falt
)


class Migration(migrations.Migration):
    dependencies = [("aktorer", "0017_innehallsmarken"), ("insatser", "0053_adresser_i_bokstaver")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
