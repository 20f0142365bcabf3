"""Writes of the search index; always in the transaction that writes the content."""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import connection, transaction

from search import generation
from search.analysis import fold, lexemes
from search.models import Entry, EntryText
from taxonomy import registry

# From how many occurrences in the body a word counts as what the text is about.
FREQUENT = 3

_UPSERT = """
    INSERT INTO search_entry (kind, object_id, published_at, facets, vector)
    VALUES (%s, %s, %s, %s, array_to_tsvector(%s))
    ON CONFLICT (kind, object_id) DO UPDATE
    SET published_at = EXCLUDED.published_at, facets = EXCLUDED.facets, vector = EXCLUDED.vector
    RETURNING id
"""


def facet_lexemes(regions: Iterable[str], themes: Iterable[str], organization_kinds: Iterable[str]) -> list[str]:
    """Facets as lexemes: ``at:`` the regions themselves, ``in:`` every region around them, theme and kind.

    A ward lies in its city, both lie in their prefecture; only what names 全国 itself is ``at:00``.
    """
    regions = list(regions)
    around = {code for region in regions for code in registry.region_path(region)[:-1]}
    return [
        *(f"at:{code}" for code in regions),
        *(f"in:{code}" for code in sorted(around)),
        *(f"theme:{slug}" for slug in themes),
        *(f"org:{kind}" for kind in organization_kinds),
    ]


def vector_lexemes(title: str, key: Iterable[str], body: Iterable[str], facets: Iterable[str]) -> list[str]:
    """Everything an entry can be found by; what the marks mean is told in `Entry`."""
    in_title = set(lexemes(title))
    in_key = {lexeme for text in key for lexeme in lexemes(text)}
    in_body = Counter(lexeme for text in body for lexeme in lexemes(text))
    frequent = {lexeme for lexeme, count in in_body.items() if count >= FREQUENT} - in_title - in_key
    return [
        *(in_title | in_key | in_body.keys()),
        *(f"t:{lexeme}" for lexeme in in_title),
        *(f"k:{lexeme}" for lexeme in in_key - in_title),
        *(f"f:{lexeme}" for lexeme in frequent),
        *facets,
    ]


def _readable(text: str) -> str:
    return " ".join(fold(text).split())


@transaction.atomic
def index(item) -> None:
    """Write, renew or remove the index entry of ``item``, and of what quotes it.

    Only published items have an entry. Call it after every write of a searchable object or
    of its regions, themes and tags; `QuerySet.update()` would leave the index stale.
    """
    _index_one(item)
    for dependent in _dependents(item):
        _index_one(dependent)
        generation.advance(dependent.search_kind)
    generation.advance(item.search_kind)


def _index_one(item) -> None:
    if not item.is_published:
        Entry.objects.filter(kind=item.search_kind, object_id=item.pk).delete()
        return
    text = item.search_text()
    facets = facet_lexemes(**item.search_facets())
    vector = vector_lexemes(text.title, text.key, text.body, facets)
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [item.search_kind, item.pk, item.published_at, facets, vector])
        (entry_id,) = cursor.fetchone()
    readable = "\n".join(_readable(part) for part in (text.title, *text.key, *text.body) if part)
    EntryText.objects.update_or_create(entry_id=entry_id, defaults={"text": readable})


def searchable_models() -> Iterator[type]:
    """Every content model of the site that declares a search kind."""
    return (model for model in apps.get_models() if getattr(model, "search_kind", None))


def _dependents(item) -> Iterator:
    for model in searchable_models():
        for name in model.search_depends_on:
            if model._meta.get_field(name).related_model is type(item):
                yield from model._default_manager.published().filter(**{name: item}).iterator(chunk_size=500)
