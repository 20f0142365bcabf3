from django.db import migrations

# What people chose for everything they follow holds for each thing from now on.
_TO_EACH = """
    UPDATE forum_subscription s SET frequency = r.frequency, sent_until = r.sent_until
    FROM forum_subscriber r WHERE r.id = s.subscriber_id
"""
# Nobody is told anything twice: what all of it was told up to, at the latest.
_TO_ALL = """
    UPDATE forum_subscriber r SET frequency = s.frequency, sent_until = s.sent_until
    FROM (
        SELECT DISTINCT ON (subscriber_id) subscriber_id, frequency, max(sent_until) OVER (PARTITION BY subscriber_id)
            AS sent_until
        FROM forum_subscription ORDER BY subscriber_id, id
    ) s WHERE s.subscriber_id = r.id
"""
# Who wanted nothing gets what is followed from now on once a week, as everybody does.
_DEFAULT = "UPDATE forum_subscriber SET frequency = 'weekly' WHERE frequency = 'never'"


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0005_follow_anything'),
    ]

    operations = [
        migrations.RunSQL(_TO_EACH, _TO_ALL, elidable=True),
        migrations.RunSQL(_DEFAULT, migrations.RunSQL.noop, elidable=True),
    ]
