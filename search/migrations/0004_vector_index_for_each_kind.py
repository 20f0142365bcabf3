"""An index of vectors for each kind of entry in place of one for all; made beside a site that is running.

What an interrupted run has left half made is dropped, so that it can be run again.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

KINDS = ("case", "organization", "policy", "event", "topic", "post", "closed_topic", "closed_post")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("search", "0003_times_of_lists")]

    operations = [
        *(
            operation
            for kind in KINDS
            for operation in (
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS search_vector_{kind}", migrations.RunSQL.noop
                ),
                AddIndexConcurrently(
                    model_name="entry",
                    index=GinIndex(
                        condition=models.Q(("kind", kind)),
                        fastupdate=False,
                        fields=["vector"],
                        name=f"search_vector_{kind}",
                    ),
                ),
            )
        ),
        RemoveIndexConcurrently(model_name="entry", name="search_entry_vector"),
    ]
