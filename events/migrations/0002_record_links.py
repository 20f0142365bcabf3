import pgtrigger.compiler
from django.db import migrations

# What links of many-to-many fields record: their tables belong to no model of a migration, so that
# `makemigrations` leaves their triggers out (tests/publishing/test_recording.py finds what is missing).
TRIGGERS = [
    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "events_eventregionsevent" ("event_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id") VALUES (NEW."event_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."region_id"); RETURN NULL;', hash='c98f32d2ef47fe629d6471aaabb92a5a308077b4', operation='INSERT', pgid='pgtrigger_insert_insert_c1d1d', table='events_event_regions', when='AFTER')),
    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "events_eventregionsevent" ("event_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id") VALUES (OLD."event_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."region_id"); RETURN NULL;', hash='29a0185d865eaf22c11d42522d571575641a49e6', operation='DELETE', pgid='pgtrigger_delete_delete_d7331', table='events_event_regions', when='AFTER')),
    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "events_eventthemesevent" ("event_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "theme_id") VALUES (NEW."event_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."theme_id"); RETURN NULL;', hash='afc5295fb466a7014bedffddd8d556dff2845fe5', operation='INSERT', pgid='pgtrigger_insert_insert_1119b', table='events_event_themes', when='AFTER')),
    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "events_eventthemesevent" ("event_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "theme_id") VALUES (OLD."event_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."theme_id"); RETURN NULL;', hash='19c080a5fb7b7018c61cf06245bf90598ed63c19', operation='DELETE', pgid='pgtrigger_delete_delete_3819e', table='events_event_themes', when='AFTER')),
    pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "events_eventcoorganizersevent" ("event_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."event_id", NEW."id", NEW."organization_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='fe9e5a8f72cac77154e71a47c847c1d92ddadded', operation='INSERT', pgid='pgtrigger_insert_insert_c7130', table='events_event_co_organizers', when='AFTER')),
    pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "events_eventcoorganizersevent" ("event_id", "id", "organization_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."event_id", OLD."id", OLD."organization_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='6073bcbf94e5b911597b951f4bf788936d44a970', operation='DELETE', pgid='pgtrigger_delete_delete_3a2c8', table='events_event_co_organizers', when='AFTER')),
]


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0001_events_and_their_rows'),
    ]

    operations = [migrations.RunSQL(trigger.install_sql, trigger.uninstall_sql) for trigger in TRIGGERS]
