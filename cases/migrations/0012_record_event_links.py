import pgtrigger.compiler
from django.db import migrations

# What links of many-to-many fields record: their tables belong to no model of a migration, so that
# `makemigrations` leaves their triggers out (tests/publishing/test_recording.py finds what is missing).
TRIGGERS = [
    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_casestudyeventsevent" ("casestudy_id", "event_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."casestudy_id", NEW."event_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='b1159246e13ca21f1d4f6a1c736f78b7eb3b651a', operation='INSERT', pgid='pgtrigger_insert_insert_33369', table='cases_casestudy_events', when='AFTER')),
    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_casestudyeventsevent" ("casestudy_id", "event_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."casestudy_id", OLD."event_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='c9c1988d0e72b0e033b678d197e47c8107b325c6', operation='DELETE', pgid='pgtrigger_delete_delete_1bff0', table='cases_casestudy_events', when='AFTER')),
]


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0011_events_of_cases'),
    ]

    operations = [migrations.RunSQL(trigger.install_sql, trigger.uninstall_sql) for trigger in TRIGGERS]
