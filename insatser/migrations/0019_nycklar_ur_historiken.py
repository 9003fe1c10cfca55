"""Personal links that were written down in the history before they were left out of it: the one time it is rewritten."""

from django.db import migrations

# Who had the link could answer with it; ny-lank is a page that anybody may ask at.
_NYCKEL = r"^/(svara|paminnelser)/(?!ny-lank/)[^/…]+"


def dolj_nycklar(apps, schema_editor):
    for modell in apps.get_models():
        if not modell.__name__.endswith("Event") or modell._meta.app_label not in {"aktorer", "insatser"}:
            continue
        tabell = schema_editor.quote_name(modell._meta.db_table)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {tabell} WHERE pgh_context->>'sida' ~ %s)", [_NYCKEL])
            if not cursor.fetchone()[0]:
                continue
            cursor.execute(f"ALTER TABLE {tabell} DISABLE TRIGGER USER")
            cursor.execute(
                f"UPDATE {tabell} SET pgh_context = jsonb_set(pgh_context, '{{sida}}',"
                r" to_jsonb(regexp_replace(pgh_context->>'sida', %s, '/\1/…')))"
                " WHERE pgh_context->>'sida' ~ %s",
                [_NYCKEL, _NYCKEL],
            )
            cursor.execute(f"ALTER TABLE {tabell} ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [("aktorer", "0007_losenordsbyte"), ("insatser", "0018_raknas")]

    operations = [migrations.RunPython(dolj_nycklar, migrations.RunPython.noop)]
