import pgtrigger.compiler
from django.db import migrations

# What links of many-to-many fields record: their tables belong to no model of a migration, so that
# `makemigrations` leaves their triggers out (tests/publishing/test_recording.py finds what is missing).
TRIGGERS = [
    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_casestudypoliciesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id") VALUES (NEW."casestudy_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."policy_id"); RETURN NULL;', hash='d3b958380004fc9ee1562af18881bd79909d53a4', operation='INSERT', pgid='pgtrigger_insert_insert_ac237', table='cases_casestudy_policies', when='AFTER')),
    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_casestudypoliciesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id") VALUES (OLD."casestudy_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."policy_id"); RETURN NULL;', hash='178829a88533d152056a49b1d954306f024bd321', operation='DELETE', pgid='pgtrigger_delete_delete_696d9', table='cases_casestudy_policies', when='AFTER')),
]


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_policies_of_cases'),
    ]

    operations = [migrations.RunSQL(trigger.install_sql, trigger.uninstall_sql) for trigger in TRIGGERS]
