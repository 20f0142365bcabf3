"""Writes composed objects and their search entries with COPY: the same rows as saving and indexing each."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from django.db import connection, models

from search.actions import facet_lexemes, vector_lexemes
from search.analysis import fold
from search.models import Entry, EntryText
from search.query import quote
from search.searchable import Searchable, SearchText

_quoted = cache(quote)


def reserve_keys(model: type[models.Model], count: int) -> list[int]:
    """New primary keys from the table's own sequence, so that nothing else can take them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [key for (key,) in cursor.fetchall()]


def write(items: Sequence[Searchable], entry_keys: Sequence[int]) -> None:
    """Insert published ``items`` of one model, their regions, themes and search entries.

    The items carry their primary keys; their many-to-many relations are read from what is
    prefetched. `search.generation.advance` is left to the caller.
    """
    if not items:
        return
    model = type(items[0])
    fields = model._meta.concrete_fields
    _copy(model, [field.column for field in fields], _content_rows(items, [field.attname for field in fields]))
    for name in ("regions", "themes"):
        relation = model._meta.get_field(name)
        columns = [relation.m2m_column_name(), relation.m2m_reverse_name()]
        _copy(relation.remote_field.through, columns, _relation_rows(items, name))
    texts = [item.search_text() for item in items]
    _copy(Entry, ["id", "kind", "object_id", "published_at", "facets", "vector"], _entry_rows(items, texts, entry_keys))
    _copy(EntryText, ["entry_id", "text"], zip(entry_keys, map(_readable, texts), strict=True))


def _copy(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    names = ", ".join(map(connection.ops.quote_name, columns))
    statement = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({names}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _content_rows(items: Iterable[models.Model], names: Sequence[str]) -> Iterator[list]:
    for item in items:
        yield [getattr(item, name) for name in names]


def _relation_rows(items: Iterable[models.Model], name: str) -> Iterator[tuple]:
    for item in items:
        for related in getattr(item, name).all():
            yield item.pk, related.pk


def _entry_rows(items: Iterable[Searchable], texts: Iterable[SearchText], keys: Iterable[int]) -> Iterator[tuple]:
    for item, text, key in zip(items, texts, keys, strict=True):
        facets = facet_lexemes(**item.search_facets())
        vector = vector_lexemes(text.title, text.key, text.body, facets)
        yield key, item.search_kind, item.pk, item.published_at, facets, " ".join(map(_quoted, vector))


def _readable(text: SearchText) -> str:
    # What `search.actions.index` keeps in `EntryText`.
    parts = (text.title, *text.key, *text.body)
    return "\n".join(" ".join(fold(part).split()) for part in parts if part)
