import pgtrigger.compiler
from django.db import migrations

# What links of many-to-many fields record: their tables belong to no model of a migration, so that
# `makemigrations` leaves their triggers out (tests/publishing/test_recording.py finds what is missing).
TRIGGERS = [
    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_casestudyregionsevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id") VALUES (NEW."casestudy_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."region_id"); RETURN NULL;', hash='2c40e9aeb0121bb9da70520296695dd4fd2e4e82', operation='INSERT', pgid='pgtrigger_insert_insert_9c6c4', table='cases_casestudy_regions', when='AFTER')),
    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_casestudyregionsevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id") VALUES (OLD."casestudy_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."region_id"); RETURN NULL;', hash='82da0fe068d683281a325c17849e4e1fa98a96da', operation='DELETE', pgid='pgtrigger_delete_delete_12d7f', table='cases_casestudy_regions', when='AFTER')),
    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_casestudythemesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "theme_id") VALUES (NEW."casestudy_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."theme_id"); RETURN NULL;', hash='b2d9052aad34e62baba8960a0ecb8e40629f8547', operation='INSERT', pgid='pgtrigger_insert_insert_2c2e7', table='cases_casestudy_themes', when='AFTER')),
    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_casestudythemesevent" ("casestudy_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "theme_id") VALUES (OLD."casestudy_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."theme_id"); RETURN NULL;', hash='34b412ddb5f6fa8b88dd605db5718e1c47f1b218', operation='DELETE', pgid='pgtrigger_delete_delete_2ace2', table='cases_casestudy_themes', when='AFTER')),
    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_casestudypartnerorganizationsevent" ("casestudy_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."casestudy_id", NEW."id", NEW."organization_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='47c68cbd5a633a65dccef047704eaa0dc006850a', operation='INSERT', pgid='pgtrigger_insert_insert_bf851', table='cases_casestudy_partner_organizations', when='AFTER')),
    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_casestudypartnerorganizationsevent" ("casestudy_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."casestudy_id", OLD."id", OLD."organization_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='172ae3379e11c862ec9687dafe47ae428f91828d', operation='DELETE', pgid='pgtrigger_delete_delete_efa3d', table='cases_casestudy_partner_organizations', when='AFTER')),
]


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0005_workflow_and_records'),
    ]

    operations = [migrations.RunSQL(trigger.install_sql, trigger.uninstall_sql) for trigger in TRIGGERS]
