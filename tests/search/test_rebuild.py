"""Rebuilding the index from nothing, stopping and going on."""

import pytest
from django.core.management import call_command

from cases.models import CaseStudy
from search.models import Entry, EntryText, IndexState
from search.recipe import recipe_of
from tests.factories import CaseStudyFactory

pytestmark = pytest.mark.django_db


def entries():
    return {
        (entry.kind, entry.object_id): (sorted(entry.counted), sorted(entry.places), entry.vector, entry.published_at)
        for entry in Entry.objects.all()
    }


def rebuild(**options):
    call_command("rebuild_search", verbosity=0, **options)


def test_writes_what_the_actions_wrote():
    CaseStudyFactory.create_batch(5, published=True)
    before, texts = entries(), set(EntryText.objects.values_list("text", flat=True))
    Entry.objects.all().delete()

    rebuild()

    assert entries() == before
    assert set(EntryText.objects.values_list("text", flat=True)) == texts


def test_removes_entries_without_a_public_object():
    case = CaseStudyFactory(published=True)
    type(case).objects.filter(pk=case.pk).update(status="closed")

    rebuild()

    assert not Entry.objects.filter(kind="case").exists()


def test_goes_on_where_it_was_stopped():
    first, second = CaseStudyFactory.create_batch(2, published=True)
    Entry.objects.filter(kind="case").delete()
    IndexState.objects.create(kind="case", begun_recipe=recipe_of(CaseStudy), last_id=first.pk)

    rebuild(kind="case")

    assert list(Entry.objects.filter(kind="case").values_list("object_id", flat=True)) == [second.pk]
    assert IndexState.objects.get(kind="case").last_id == 0


def test_restart_begins_anew():
    first, _ = CaseStudyFactory.create_batch(2, published=True)
    Entry.objects.filter(kind="case").delete()
    IndexState.objects.create(kind="case", begun_recipe=recipe_of(CaseStudy), last_id=first.pk)

    rebuild(kind="case", restart=True)

    assert Entry.objects.filter(kind="case").count() == 2


def test_what_is_up_to_date_is_left_alone():
    CaseStudyFactory(published=True)
    rebuild()
    Entry.objects.filter(kind="case").delete()

    rebuild(if_outdated=True)
    assert not Entry.objects.filter(kind="case").exists()

    IndexState.objects.filter(kind="case").update(recipe="another")
    rebuild(if_outdated=True)
    assert Entry.objects.filter(kind="case").exists()


def test_a_run_begun_by_another_recipe_is_not_gone_on_with():
    first, _ = CaseStudyFactory.create_batch(2, published=True)
    Entry.objects.filter(kind="case").delete()
    IndexState.objects.create(kind="case", begun_recipe="another", last_id=first.pk)

    rebuild(kind="case")

    assert Entry.objects.filter(kind="case").count() == 2
