"""Writes of the search index; always in the transaction that writes the content."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from django.apps import apps
from django.db import connection, transaction
from django.db.models import QuerySet

from search import generation
from search.analysis import fold, lexemes
from search.cards import render
from search.models import Entry
from taxonomy import registry

# From how many occurrences in the body a word counts as what the text is about.
FREQUENT = 3
BATCH = 200

_WRITE_ENTRY = """
    INSERT INTO search_entry (kind, object_id, published_at, facets, vector)
    VALUES (%s, %s, %s, %s, array_to_tsvector(%s))
    ON CONFLICT (kind, object_id) DO UPDATE
    SET published_at = EXCLUDED.published_at, facets = EXCLUDED.facets, vector = EXCLUDED.vector
"""
_WRITE_TEXT = """
    INSERT INTO search_entrytext (entry_id, text)
    SELECT id, %s FROM search_entry WHERE kind = %s AND object_id = %s
    ON CONFLICT (entry_id) DO UPDATE SET text = EXCLUDED.text
"""
_WRITE_CARD = """
    INSERT INTO search_card (entry_id, title, excerpt, html)
    SELECT id, %s, %s, %s FROM search_entry WHERE kind = %s AND object_id = %s
    ON CONFLICT (entry_id) DO UPDATE
    SET title = EXCLUDED.title, excerpt = EXCLUDED.excerpt, html = EXCLUDED.html
"""


def facet_lexemes(
    regions: Iterable[str], themes: Iterable[str], organization_kinds: Iterable[str], organizations: Iterable[int] = ()
) -> list[str]:
    """Facets as lexemes: ``at:`` the regions themselves, ``in:`` every region around them, and so on.

    A ward lies in its city, both lie in their prefecture; only what names 全国 itself is ``at:00``.
    """
    regions = list(regions)
    around = {code for region in regions for code in registry.region_path(region)[:-1]}
    return [
        *(f"at:{code}" for code in regions),
        *(f"in:{code}" for code in sorted(around)),
        *(f"theme:{slug}" for slug in themes),
        *(f"org:{kind}" for kind in organization_kinds),
        *(f"by:{pk}" for pk in organizations),
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


def readable_text(parts: Iterable[str]) -> str:
    """What verbatim search and excerpts read: the folded texts, one per line."""
    return "\n".join(" ".join(fold(part).split()) for part in parts if part)


@transaction.atomic
def index(item) -> None:
    """Write, renew or remove the index entry of ``item``, and of what quotes it.

    Only published items have an entry. Call it after every write of a searchable object or
    of its regions, themes and tags; `QuerySet.update()` would leave the index stale.
    """
    index_many([item])
    for model, quoting in _quoting(item):
        for batch in _batches(quoting.iterator(chunk_size=BATCH)):
            write_entries(batch)
        generation.advance(model.search_kind)


@transaction.atomic
def index_many(items: list) -> None:
    """Write, renew or remove the entries of ``items``, all of one model, without what quotes them."""
    if not items:
        return
    kind = items[0].search_kind
    hidden = [item.pk for item in items if not item.is_published]
    Entry.objects.filter(kind=kind, object_id__in=hidden).delete()
    write_entries([item for item in items if item.is_published])
    generation.advance(kind)


def write_entries(items: list) -> None:
    """Write the entries, texts and cards of published ``items`` of one model; leaves the cached counts alone."""
    if not items:
        return
    entries, texts, cards = [], [], []
    shown = type(items[0])._default_manager.for_list().in_bulk([item.pk for item in items])
    for item in items:
        text, facets, key = item.search_text(), item.search_facets(), (item.search_kind, item.pk)
        marked = facet_lexemes(**facets)
        vector = vector_lexemes(text.title, text.key, text.body, marked)
        html = render(shown[item.pk], facets["regions"], facets["themes"])
        entries.append([*key, item.published_at, marked, vector])
        texts.append([readable_text([text.title, *text.key, *text.body]), *key])
        cards.append([str(item), item.summary, html, *key])
    with connection.cursor() as cursor:
        cursor.executemany(_WRITE_ENTRY, entries)
        cursor.executemany(_WRITE_TEXT, texts)
        cursor.executemany(_WRITE_CARD, cards)


def _batches(items: Iterator) -> Iterator[list]:
    while batch := list(islice(items, BATCH)):
        yield batch


def searchable_models() -> Iterator[type]:
    """Every content model of the site that declares a search kind."""
    return (model for model in apps.get_models() if getattr(model, "search_kind", None))


def _quoting(item) -> Iterator[tuple[type, QuerySet]]:
    """The published objects whose search text quotes ``item``, by model."""
    for model in searchable_models():
        for name in model.search_depends_on:
            if model._meta.get_field(name).related_model is type(item):
                yield model, model._default_manager.published().for_index().filter(**{name: item})
