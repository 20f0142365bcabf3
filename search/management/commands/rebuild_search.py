"""Write the whole search index anew, in small steps that can be stopped and taken up again."""

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from tqdm import tqdm

from search import generation
from search.actions import BATCH, searchable_models, write_entries
from search.models import Entry, IndexState
from search.recipe import recipe_of


class Command(BaseCommand):
    help = "Rebuilds the search index of all published content. A stopped run goes on where it was."

    def add_arguments(self, parser):
        kinds = [model.search_kind for model in searchable_models()]
        parser.add_argument("--kind", choices=kinds, help="rebuild this kind only")
        parser.add_argument("--restart", action="store_true", help="begin anew instead of going on")
        parser.add_argument(
            "--if-outdated",
            action="store_true",
            help="only where the analyser or a template has changed since the last rebuild",
        )

    def handle(self, *, kind, restart, if_outdated, verbosity, **options):
        rebuilt = False
        for model in searchable_models():
            state, _ = IndexState.objects.get_or_create(kind=model.search_kind)
            is_current = state.recipe == recipe_of(model)
            if kind not in (None, model.search_kind) or (if_outdated and is_current):
                continue
            self.rebuild(model, state, restart, silent=verbosity == 0)
            rebuilt = True
        if rebuilt:
            with connection.cursor() as cursor:
                # The planner's statistics also tell the search which words are rare.
                cursor.execute("ANALYZE search_entry")

    def rebuild(self, model, state, restart, silent):
        recipe = recipe_of(model)
        if restart or state.begun_recipe != recipe:
            # What an older recipe has written so far is no beginning.
            state.begun_recipe, state.last_id = recipe, 0
            state.save()
        if state.last_id:
            self.stdout.write(f"{state.kind}: going on after {state.last_id} (--restart begins anew)")
        published = model._default_manager.listed().for_index().order_by("pk")
        with tqdm(total=published.count(), desc=state.kind, disable=silent) as bar:
            bar.update(published.filter(pk__lte=state.last_id).count())
            while batch := list(published.filter(pk__gt=state.last_id)[:BATCH]):
                self.write(batch, state)
                bar.update(len(batch))
        self.remove_stale(model)
        state.recipe, state.last_id = recipe, 0
        state.save()

    @transaction.atomic
    def write(self, batch, state):
        write_entries(batch)
        state.last_id = batch[-1].pk
        state.save()
        generation.advance(state.kind)

    def remove_stale(self, model):
        """Entries whose objects no longer stand in lists."""
        public = model._default_manager.listed().values("pk")
        Entry.objects.filter(kind=model.search_kind).exclude(object_id__in=public).delete()
        generation.advance(model.search_kind)
