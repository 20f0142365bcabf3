import pgtrigger.compiler
from django.db import migrations

# What links of many-to-many fields record: their tables belong to no model of a migration, so that
# `makemigrations` leaves their triggers out (tests/publishing/test_recording.py finds what is missing).
TRIGGERS = [
    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_policyregionsevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "region_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."policy_id", NEW."region_id"); RETURN NULL;', hash='9049fe014c2cd6b4a4bfaa0619d6a5b7b4ffc7d2', operation='INSERT', pgid='pgtrigger_insert_insert_2b384', table='policies_policy_regions', when='AFTER')),
    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_policyregionsevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "region_id") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."policy_id", OLD."region_id"); RETURN NULL;', hash='5be5658d5c8eb26bc7d46d6f9c62f45258f0f3ef', operation='DELETE', pgid='pgtrigger_delete_delete_a5e11', table='policies_policy_regions', when='AFTER')),
    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_policythemesevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "theme_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."policy_id", NEW."theme_id"); RETURN NULL;', hash='3934cfe3f6accba51aaa4b5eab30dda273c0b375', operation='INSERT', pgid='pgtrigger_insert_insert_a6ae2', table='policies_policy_themes', when='AFTER')),
    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policies_policythemesevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_id", "theme_id") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."policy_id", OLD."theme_id"); RETURN NULL;', hash='0460a3a98137d8f708d8c144895928b0416a22bd', operation='DELETE', pgid='pgtrigger_delete_delete_7349b', table='policies_policy_themes', when='AFTER')),
]


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0001_policies_and_their_rows'),
    ]

    operations = [migrations.RunSQL(trigger.install_sql, trigger.uninstall_sql) for trigger in TRIGGERS]
