"""An index of vectors for each kind of entry in place of one for all; made beside a site that is running."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

KINDS = ("case", "organization", "policy", "event", "topic", "post", "closed_topic", "closed_post")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("search", "0003_times_of_lists")]

    operations = [
        *(
            AddIndexConcurrently(
                model_name="entry",
                index=GinIndex(
                    condition=models.Q(("kind", kind)),
                    fastupdate=False,
                    fields=["vector"],
                    name=f"search_vector_{kind}",
                ),
            )
            for kind in KINDS
        ),
        RemoveIndexConcurrently(model_name="entry", name="search_entry_vector"),
    ]
