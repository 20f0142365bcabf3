"""Write the whole search index anew, in small steps that can be stopped and taken up again."""

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from tqdm import tqdm

from search import generation
from search.actions import BATCH, searchable_models, write_entries
from search.models import Entry, RebuildProgress


class Command(BaseCommand):
    help = "Rebuilds the search index of all published content. A stopped run goes on where it was."

    def add_arguments(self, parser):
        kinds = [model.search_kind for model in searchable_models()]
        parser.add_argument("--kind", choices=kinds, help="rebuild this kind only")
        parser.add_argument("--restart", action="store_true", help="begin anew instead of going on")

    def handle(self, *, kind, restart, verbosity, **options):
        for model in searchable_models():
            if kind in (None, model.search_kind):
                self.rebuild(model, restart, silent=verbosity == 0)
        with connection.cursor() as cursor:
            # The planner's statistics also tell the search which words are rare.
            cursor.execute("ANALYZE search_entry")

    def rebuild(self, model, restart, silent):
        kind = model.search_kind
        if restart:
            RebuildProgress.objects.filter(kind=kind).delete()
        progress, _ = RebuildProgress.objects.get_or_create(kind=kind)
        if progress.last_id:
            self.stdout.write(f"{kind}: going on after {progress.last_id} (--restart begins anew)")
        published = model._default_manager.published().for_index().order_by("pk")
        with tqdm(total=published.count(), desc=kind, disable=silent) as bar:
            bar.update(published.filter(pk__lte=progress.last_id).count())
            while batch := list(published.filter(pk__gt=progress.last_id)[:BATCH]):
                self.write(batch, progress)
                bar.update(len(batch))
        self.remove_stale(model)
        progress.delete()

    @transaction.atomic
    def write(self, batch, progress):
        write_entries(batch)
        progress.last_id = batch[-1].pk
        progress.save(update_fields=["last_id"])
        generation.advance(batch[0].search_kind)

    def remove_stale(self, model):
        """Entries whose objects are no longer public."""
        public = model._default_manager.published().values("pk")
        Entry.objects.filter(kind=model.search_kind).exclude(object_id__in=public).delete()
        generation.advance(model.search_kind)
