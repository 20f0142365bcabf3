"""Takes generated content away again."""

from collections.abc import Callable, Iterator

from django.db import models

from cases.models import CaseStudy
from organizations.models import Organization
from platform_site.bulk.composing import SOURCE
from platform_site.bulk.unrecorded import unrecorded
from search import generation
from search.models import Entry

BATCH = 1_000


def generated(model: type[models.Model]) -> models.QuerySet:
    return model.objects.filter(is_sample=True, sources=SOURCE)


def remove(progress: Callable[[int], None]) -> None:
    """Delete every generated object with its search entry and whatever hangs on it, cases first."""
    for model in (CaseStudy, Organization):
        for keys in _batches(model):
            with unrecorded():
                Entry.objects.filter(kind=model.search_kind, object_id__in=keys).delete()
                model.objects.filter(pk__in=keys).delete()
            progress(len(keys))
        generation.advance(model.search_kind)


def _batches(model: type[models.Model]) -> Iterator[list[int]]:
    while keys := list(generated(model).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield keys
