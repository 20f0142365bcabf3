import pgtrigger.compiler
from django.db import migrations

# What links of many-to-many fields record: their tables belong to no model of a migration, so that
# `makemigrations` leaves their triggers out (tests/publishing/test_recording.py finds what is missing).
TRIGGERS = [
    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "organizations_organizationregionsevent" ("id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id") VALUES (NEW."id", NEW."organization_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."region_id"); RETURN NULL;', hash='3c0660c338bdd2266f8b3b8ae18df1085ac7d67b', operation='INSERT', pgid='pgtrigger_insert_insert_d2018', table='organizations_organization_regions', when='AFTER')),
    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "organizations_organizationregionsevent" ("id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id") VALUES (OLD."id", OLD."organization_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."region_id"); RETURN NULL;', hash='f538200e050f5d06d2a6a4ed5f36a6ae414a1161', operation='DELETE', pgid='pgtrigger_delete_delete_f63da', table='organizations_organization_regions', when='AFTER')),
    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "organizations_organizationthemesevent" ("id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "theme_id") VALUES (NEW."id", NEW."organization_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."theme_id"); RETURN NULL;', hash='33dc8bfe31a7bc0eb0be15460d800cbcfae487f9', operation='INSERT', pgid='pgtrigger_insert_insert_9ab8e', table='organizations_organization_themes', when='AFTER')),
    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "organizations_organizationthemesevent" ("id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "theme_id") VALUES (OLD."id", OLD."organization_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."theme_id"); RETURN NULL;', hash='0fb261938c3461dd9485134bc3fa9150d2ba6c80', operation='DELETE', pgid='pgtrigger_delete_delete_86431', table='organizations_organization_themes', when='AFTER')),
]


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0002_memberships_and_records'),
    ]

    operations = [migrations.RunSQL(trigger.install_sql, trigger.uninstall_sql) for trigger in TRIGGERS]
