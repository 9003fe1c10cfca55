import aktorer.grund.migrering
import aktorer.grund.sokning
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# A mark the first time that a transaction writes: the setting lasts as long as the transaction, or as the part of it
# that is not rolled back. Now and then (one of 32) whoever leaves one folds those of others into one with the same XOR,
# past those that somebody else is folding, so that they stay few and nobody waits.
MARKERA = """
CREATE FUNCTION innehall_andras() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    nytt bigint := ('x' || left(md5(gen_random_uuid()::text), 16))::bit(64)::bigint;
BEGIN
    IF current_setting('fardplan.andrat', true) = 'ja' THEN
        RETURN;
    END IF;
    PERFORM set_config('fardplan.andrat', 'ja', true);
    INSERT INTO aktorer_innehallsmarke (marke) VALUES (nytt);
    IF nytt & 31 = 0 AND current_setting('transaction_isolation') = 'read committed' THEN
        WITH borta AS (
            DELETE FROM aktorer_innehallsmarke WHERE id IN (
                SELECT id FROM aktorer_innehallsmarke FOR UPDATE SKIP LOCKED
            ) RETURNING marke
        )
        INSERT INTO aktorer_innehallsmarke (marke) SELECT bit_xor(marke) FROM borta HAVING count(*) > 0;
    END IF;
END $$;
SELECT innehall_andras();
"""


class Migration(migrations.Migration):

    # The same tables in one step. Who has come so far has all of this.
    replaces = [
        ('aktorer', '0011_tvasteg'),
        ('aktorer', '0012_sokindex'),
        ('aktorer', '0013_inloggning_hos_andra'),
        ('aktorer', '0014_adressen_i_ord'),
        ('aktorer', '0015_valda_ar_en_sida'),
        ('aktorer', '0016_kontakter'),
        ('aktorer', '0017_innehallsmarken'),
    ]

    dependencies = [
        ('aktorer', '0001_till_0010'),
        ('mfa', '0003_authenticator_type_uniq'),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(
        ),
        migrations.CreateModel(
            name='Identitet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leverantor', models.CharField(max_length=300, verbose_name='leverantör')),
                ('subjekt', models.CharField(max_length=255)),
                ('skapad', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'identitet',
                'verbose_name_plural': 'identiteter',
            },
        ),
        migrations.CreateModel(
            name='IdentitetEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('leverantor', models.CharField(max_length=300, verbose_name='leverantör')),
                ('skapad', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Innehallsmarke',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('marke', models.BigIntegerField()),
            ],
            options={
                'verbose_name': 'innehållsmärke',
                'verbose_name_plural': 'innehållsmärken',
            },
        ),
        migrations.CreateModel(
            name='Kontobegaran',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leverantor', models.CharField(max_length=300, verbose_name='leverantör')),
                ('subjekt', models.CharField(max_length=255)),
                ('epost', models.EmailField(max_length=254, verbose_name='e-postadress')),
                ('namn', models.CharField(max_length=120)),
                ('aktor', models.CharField(blank=True, max_length=80, verbose_name='aktörens adress')),
                ('skapad', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('nekad', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'kontobegäran',
                'verbose_name_plural': 'kontobegäran',
                'constraints': [models.UniqueConstraint(fields=('leverantor', 'subjekt'), name='kontobegaran_en_gang')],
            },
        ),
        migrations.CreateModel(
            name='KontobegaranEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('leverantor', models.CharField(max_length=300, verbose_name='leverantör')),
                ('aktor', models.CharField(blank=True, max_length=80, verbose_name='aktörens adress')),
                ('skapad', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('nekad', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Faktor',
            fields=[
            ],
            options={
                'verbose_name': 'andra steg',
                'verbose_name_plural': 'andra steg',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('mfa.authenticator',),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='agarandel',
            name='raknas',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='aktor',
            name='raknas',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='anvandare',
            name='raknas',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='anvandare',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='anvandare',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='anvandare',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='gruppmedlem',
            name='raknas',
        ),
        migrations.RemoveConstraint(
            model_name='aktor',
            name='aktor_adress_inte_reserverad',
        ),
        migrations.AddField(
            model_name='anvandare',
            name='lanknyckel',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name='anvandare',
            name='tvasteg',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, verbose_name='andra steg'),
        ),
        migrations.AddField(
            model_name='anvandare',
            name='tvasteg_andrat',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='andra steget ändrat'),
        ),
        migrations.AddField(
            model_name='anvandareevent',
            name='tvasteg',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, verbose_name='andra steg'),
        ),
        migrations.AddField(
            model_name='anvandareevent',
            name='tvasteg_andrat',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='andra steget ändrat'),
        ),
        migrations.AlterField(
            model_name='anvandare',
            name='roll',
            field=models.CharField(choices=[('styrgrupp', 'Styrgrupp'), ('tjansteperson', 'Tjänsteperson'), ('planerare', 'Planerare'), ('administrator', 'Administratör'), ('kontakt', 'Kontakt utan inloggning')], max_length=16),
        ),
        migrations.AlterField(
            model_name='anvandareevent',
            name='roll',
            field=models.CharField(choices=[('styrgrupp', 'Styrgrupp'), ('tjansteperson', 'Tjänsteperson'), ('planerare', 'Planerare'), ('administrator', 'Administratör'), ('kontakt', 'Kontakt utan inloggning')], max_length=16),
        ),
        migrations.AddIndex(
            model_name='aktor',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector(aktorer.grund.sokning.Vikt(models.F('namn')), config='swedish'), name='aktor_ord'),
        ),
        migrations.AddIndex(
            model_name='aktor',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(aktorer.grund.sokning.Vikt(models.F('namn')), name='gin_trgm_ops'), name='aktor_bokstaver'),
        ),
        migrations.AddConstraint(
            model_name='aktor',
            constraint=models.CheckConstraint(condition=models.Q(('slug__in', ('ny', 'valda')), _negated=True), name='aktor_adress_inte_reserverad', violation_error_message='Adressen är upptagen av en annan sida.'),
        ),
        migrations.AddConstraint(
            model_name='anvandare',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('roll', 'kontakt'), _negated=True), models.Q(('aktor__isnull', False), ('password__startswith', '!'), ('tvasteg', 0)), _connector='OR'), name='anvandare_kontakt_loggar_inte_in', violation_error_message='En kontakt utan inloggning hör till en aktör, och har varken lösenord eller passkey.'),
        ),
        migrations.AlterConstraint(
            model_name='anvandare',
            name='anvandare_epost_en_gang',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('epost'), name='anvandare_epost_en_gang', violation_error_message='Det finns redan ett konto med den adressen.'),
        ),
        migrations.AddField(
            model_name='identitet',
            name='anvandare',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identiteter', to=settings.AUTH_USER_MODEL, verbose_name='konto'),
        ),
        migrations.AddField(
            model_name='identitetevent',
            name='anvandare',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='konto'),
        ),
        migrations.AddField(
            model_name='identitetevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='aktorer.identitet'),
        ),
        migrations.AddField(
            model_name='kontobegaranevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='aktorer.kontobegaran'),
        ),
        migrations.AddConstraint(
            model_name='identitet',
            constraint=models.UniqueConstraint(fields=('leverantor', 'subjekt'), name='identitet_en_gang'),
        ),
        migrations.AddConstraint(
            model_name='identitet',
            constraint=models.UniqueConstraint(fields=('anvandare', 'leverantor'), name='identitet_en_per_konto'),
        ),
        migrations.RunSQL(
            sql=MARKERA,
            reverse_sql='DROP FUNCTION innehall_andras()',
        ),
        aktorer.grund.migrering.AddTriggers(
            triggers=[('agarandel', pgtrigger.compiler.Trigger(name='raknas', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM nextval('innehall_andrat'); PERFORM innehall_andras(); RETURN NULL;", hash='962ce46d26e9000f94c6cd29e21867c5e96708ca', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raknas_29e9f', table='aktorer_agarandel', when='AFTER'))), ('agarandelevent', pgtrigger.compiler.Trigger(name='raknas', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM nextval('innehall_andrat'); PERFORM innehall_andras(); RETURN NULL;", hash='305c4e3e2cc26379acc2ecef5e2cdfa84df517c3', level='STATEMENT', operation='UPDATE OR DELETE', pgid='pgtrigger_raknas_5d909', table='aktorer_agarandelevent', when='AFTER'))), ('aktor', pgtrigger.compiler.Trigger(name='raknas', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM nextval('innehall_andrat'); PERFORM innehall_andras(); RETURN NULL;", hash='13e887e0f723ad3983a4e2b286f72273d198c1fe', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raknas_631c9', table='aktorer_aktor', when='AFTER'))), ('aktorevent', pgtrigger.compiler.Trigger(name='raknas', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM nextval('innehall_andrat'); PERFORM innehall_andras(); RETURN NULL;", hash='428cb565dd581824085126dc8572749048303acf', level='STATEMENT', operation='UPDATE OR DELETE', pgid='pgtrigger_raknas_67026', table='aktorer_aktorevent', when='AFTER'))), ('anvandare', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "aktorer_anvandareevent" ("aktor_id", "bara_i", "epost", "granskad", "id", "is_active", "losenord_bytt", "namn", "paminnelser", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "roll", "samordnare", "skapad", "tvasteg", "tvasteg_andrat") VALUES (NEW."aktor_id", NEW."bara_i", NEW."epost", NEW."granskad", NEW."id", NEW."is_active", NEW."losenord_bytt", NEW."namn", NEW."paminnelser", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."roll", NEW."samordnare", NEW."skapad", NEW."tvasteg", NEW."tvasteg_andrat"); RETURN NULL;', hash='f6746fc6891cb04c66654ef767a85ec301306982', operation='INSERT', pgid='pgtrigger_insert_insert_cc803', table='aktorer_anvandare', when='AFTER'))), ('anvandare', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."aktor_id" IS DISTINCT FROM (NEW."aktor_id") OR OLD."bara_i" IS DISTINCT FROM (NEW."bara_i") OR OLD."epost" IS DISTINCT FROM (NEW."epost") OR OLD."granskad" IS DISTINCT FROM (NEW."granskad") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."losenord_bytt" IS DISTINCT FROM (NEW."losenord_bytt") OR OLD."namn" IS DISTINCT FROM (NEW."namn") OR OLD."paminnelser" IS DISTINCT FROM (NEW."paminnelser") OR OLD."roll" IS DISTINCT FROM (NEW."roll") OR OLD."samordnare" IS DISTINCT FROM (NEW."samordnare") OR OLD."skapad" IS DISTINCT FROM (NEW."skapad") OR OLD."tvasteg" IS DISTINCT FROM (NEW."tvasteg") OR OLD."tvasteg_andrat" IS DISTINCT FROM (NEW."tvasteg_andrat"))', func='INSERT INTO "aktorer_anvandareevent" ("aktor_id", "bara_i", "epost", "granskad", "id", "is_active", "losenord_bytt", "namn", "paminnelser", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "roll", "samordnare", "skapad", "tvasteg", "tvasteg_andrat") VALUES (NEW."aktor_id", NEW."bara_i", NEW."epost", NEW."granskad", NEW."id", NEW."is_active", NEW."losenord_bytt", NEW."namn", NEW."paminnelser", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."roll", NEW."samordnare", NEW."skapad", NEW."tvasteg", NEW."tvasteg_andrat"); RETURN NULL;', hash='7aae449ad9f75796c89af24caf966a854807c69c', operation='UPDATE', pgid='pgtrigger_update_update_d495f', table='aktorer_anvandare', when='AFTER'))), ('anvandare', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "aktorer_anvandareevent" ("aktor_id", "bara_i", "epost", "granskad", "id", "is_active", "losenord_bytt", "namn", "paminnelser", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "roll", "samordnare", "skapad", "tvasteg", "tvasteg_andrat") VALUES (OLD."aktor_id", OLD."bara_i", OLD."epost", OLD."granskad", OLD."id", OLD."is_active", OLD."losenord_bytt", OLD."namn", OLD."paminnelser", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."roll", OLD."samordnare", OLD."skapad", OLD."tvasteg", OLD."tvasteg_andrat"); RETURN NULL;', hash='59c4f1c6c119a89a5fb00d06fb9dce44f15c80fb', operation='DELETE', pgid='pgtrigger_delete_delete_d57c8', table='aktorer_anvandare', when='AFTER'))), ('anvandare', pgtrigger.compiler.Trigger(name='raknas', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM nextval('innehall_andrat'); PERFORM innehall_andras(); RETURN NULL;", hash='38f11b537e5011f7e49bc9767f09326b78129415', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raknas_6b71b', table='aktorer_anvandare', when='AFTER'))), ('anvandareevent', pgtrigger.compiler.Trigger(name='raknas', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM nextval('innehall_andrat'); PERFORM innehall_andras(); RETURN NULL;", hash='ffe8a94b936a064590f4229969ee21cb564180bd', level='STATEMENT', operation='UPDATE OR DELETE', pgid='pgtrigger_raknas_40dbf', table='aktorer_anvandareevent', when='AFTER'))), ('gruppmedlem', pgtrigger.compiler.Trigger(name='raknas', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM nextval('innehall_andrat'); PERFORM innehall_andras(); RETURN NULL;", hash='73cf996e786248535f1fb3f1207859cee791745e', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raknas_5b2d1', table='aktorer_gruppmedlem', when='AFTER'))), ('gruppmedlemevent', pgtrigger.compiler.Trigger(name='raknas', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM nextval('innehall_andrat'); PERFORM innehall_andras(); RETURN NULL;", hash='26f0b970cc070189fd0f7f9cd270f48cdd817595', level='STATEMENT', operation='UPDATE OR DELETE', pgid='pgtrigger_raknas_a5b03', table='aktorer_gruppmedlemevent', when='AFTER'))), ('innehallsmarke', pgtrigger.compiler.Trigger(name='toms_inte', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Tabellen % töms inte: det som står i den ska finnas kvar.', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'toms_inte';", hash='f92588b47318dd6e84e82f06f8d37e215a6e9771', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_toms_inte_ed957', table='aktorer_innehallsmarke', when='BEFORE'))), ('kontobegaran', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "aktorer_kontobegaranevent" ("aktor", "id", "leverantor", "nekad", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "skapad") VALUES (NEW."aktor", NEW."id", NEW."leverantor", NEW."nekad", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."skapad"); RETURN NULL;', hash='e67cd724065e6af8e600a6bce55789d008b9d54a', operation='INSERT', pgid='pgtrigger_insert_insert_da001', table='aktorer_kontobegaran', when='AFTER'))), ('kontobegaran', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."aktor" IS DISTINCT FROM (NEW."aktor") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."leverantor" IS DISTINCT FROM (NEW."leverantor") OR OLD."nekad" IS DISTINCT FROM (NEW."nekad") OR OLD."skapad" IS DISTINCT FROM (NEW."skapad"))', func='INSERT INTO "aktorer_kontobegaranevent" ("aktor", "id", "leverantor", "nekad", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "skapad") VALUES (NEW."aktor", NEW."id", NEW."leverantor", NEW."nekad", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."skapad"); RETURN NULL;', hash='ed3b75002885c768a54343e708140299a2f612a6', operation='UPDATE', pgid='pgtrigger_update_update_505ad', table='aktorer_kontobegaran', when='AFTER'))), ('kontobegaran', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "aktorer_kontobegaranevent" ("aktor", "id", "leverantor", "nekad", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "skapad") VALUES (OLD."aktor", OLD."id", OLD."leverantor", OLD."nekad", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."skapad"); RETURN NULL;', hash='c98492e4f8894ae9b552e0dc75c8a8362bffae5c', operation='DELETE', pgid='pgtrigger_delete_delete_9dac1', table='aktorer_kontobegaran', when='AFTER'))), ('kontobegaran', pgtrigger.compiler.Trigger(name='toms_inte', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Tabellen % töms inte: det som står i den ska finnas kvar.', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'toms_inte';", hash='6b9d55bfecd8852d0220846cec1e0b4d6e5b971b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_toms_inte_22090', table='aktorer_kontobegaran', when='BEFORE'))), ('kontobegaran', pgtrigger.compiler.Trigger(name='raknas', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM nextval('innehall_andrat'); PERFORM innehall_andras(); RETURN NULL;", hash='1318bf8bc13a9d44c851a432eaecf99da94bd074', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raknas_fa80f', table='aktorer_kontobegaran', when='AFTER'))), ('faktor', pgtrigger.compiler.Trigger(name='toms_inte', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Tabellen % töms inte: det som står i den ska finnas kvar.', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'toms_inte';", hash='9c79bb28c6eb0848f036d5d4a47cb8418e1a7c5d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_toms_inte_25124', table='mfa_authenticator', when='BEFORE'))), ('faktor', pgtrigger.compiler.Trigger(name='faktor_raknas', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE vems bigint;', func="vems := CASE WHEN TG_OP = 'DELETE' THEN OLD.user_id ELSE NEW.user_id END; UPDATE aktorer_anvandare SET tvasteg_andrat = clock_timestamp(), tvasteg = (SELECT count(*) FROM mfa_authenticator WHERE user_id = vems AND type IN ('totp', 'webauthn')) WHERE id = vems; RETURN NULL;", hash='60f13b61bd9a13b9284bc176fef8da37b549ea60', operation='INSERT OR DELETE', pgid='pgtrigger_faktor_raknas_4ad5e', table='mfa_authenticator', when='AFTER'))), ('identitet', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "aktorer_identitetevent" ("anvandare_id", "id", "leverantor", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "skapad") VALUES (NEW."anvandare_id", NEW."id", NEW."leverantor", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."skapad"); RETURN NULL;', hash='bacd92090708c434408ed03e9cdb010e8a4e0eb9', operation='INSERT', pgid='pgtrigger_insert_insert_16dcf', table='aktorer_identitet', when='AFTER'))), ('identitet', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."anvandare_id" IS DISTINCT FROM (NEW."anvandare_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."leverantor" IS DISTINCT FROM (NEW."leverantor") OR OLD."skapad" IS DISTINCT FROM (NEW."skapad"))', func='INSERT INTO "aktorer_identitetevent" ("anvandare_id", "id", "leverantor", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "skapad") VALUES (NEW."anvandare_id", NEW."id", NEW."leverantor", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."skapad"); RETURN NULL;', hash='7c981a0766ad9e532fa54a70c5fea052c4691be5', operation='UPDATE', pgid='pgtrigger_update_update_7c36c', table='aktorer_identitet', when='AFTER'))), ('identitet', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "aktorer_identitetevent" ("anvandare_id", "id", "leverantor", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "skapad") VALUES (OLD."anvandare_id", OLD."id", OLD."leverantor", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."skapad"); RETURN NULL;', hash='ec1bf881f5007046d58b28c10e6aa994193b7d41', operation='DELETE', pgid='pgtrigger_delete_delete_2e4c1', table='aktorer_identitet', when='AFTER'))), ('identitet', pgtrigger.compiler.Trigger(name='toms_inte', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Tabellen % töms inte: det som står i den ska finnas kvar.', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'toms_inte';", hash='19c1611e7a8cdfe29a1626b29023a299c9d93c34', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_toms_inte_fb98c', table='aktorer_identitet', when='BEFORE'))), ('identitet', pgtrigger.compiler.Trigger(name='identitet_av_den_som_loggar_in', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (SELECT roll FROM aktorer_anvandare WHERE id = NEW.anvandare_id) = 'kontakt' THEN RAISE EXCEPTION 'En kontakt utan inloggning loggar inte in hos någon annan heller.' USING ERRCODE = 'check_violation', CONSTRAINT = 'identitet_av_den_som_loggar_in'; END IF; RETURN NEW;", hash='7daaba099de1c527240b198e613e9c21fa817571', operation='INSERT OR UPDATE', pgid='pgtrigger_identitet_av_den_som_loggar_in_329eb', table='aktorer_identitet', when='BEFORE'))), ('identitet', pgtrigger.compiler.Trigger(name='raknas', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM nextval('innehall_andrat'); PERFORM innehall_andras(); RETURN NULL;", hash='476a463905bf4342e9ec658e42ad0aab351ac380', level='STATEMENT', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_raknas_df6d0', table='aktorer_identitet', when='AFTER'))), ('identitetevent', pgtrigger.compiler.Trigger(name='toms_inte', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Tabellen % töms inte: det som står i den ska finnas kvar.', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'toms_inte';", hash='946b67e1cbe443b39f60457f047086785d6551fd', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_toms_inte_8c813', table='aktorer_identitetevent', when='BEFORE'))), ('identitetevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f401c9aad20856576a45a20067a950bdf575c85e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_55d63', table='aktorer_identitetevent', when='BEFORE'))), ('identitetevent', pgtrigger.compiler.Trigger(name='raknas', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM nextval('innehall_andrat'); PERFORM innehall_andras(); RETURN NULL;", hash='2f9f351ff735424c31f0c99c8860f392c7058a61', level='STATEMENT', operation='UPDATE OR DELETE', pgid='pgtrigger_raknas_4e443', table='aktorer_identitetevent', when='AFTER'))), ('kontobegaranevent', pgtrigger.compiler.Trigger(name='toms_inte', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Tabellen % töms inte: det som står i den ska finnas kvar.', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'toms_inte';", hash='6c829b1f8fe82c1e14c83e57ff5a0bb0ead23429', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_toms_inte_26936', table='aktorer_kontobegaranevent', when='BEFORE'))), ('kontobegaranevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='96b271370df6af43cf7e2713b175b979d11d9473', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_01e9b', table='aktorer_kontobegaranevent', when='BEFORE'))), ('kontobegaranevent', pgtrigger.compiler.Trigger(name='raknas', sql=pgtrigger.compiler.UpsertTriggerSql(func="PERFORM nextval('innehall_andrat'); PERFORM innehall_andras(); RETURN NULL;", hash='b57863c105e167c813cfc71414534e38f536702d', level='STATEMENT', operation='UPDATE OR DELETE', pgid='pgtrigger_raknas_9bede', table='aktorer_kontobegaranevent', when='AFTER')))],
        ),
    ]
