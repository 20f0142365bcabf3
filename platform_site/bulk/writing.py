"""Writes composed objects and their search entries with COPY: the same rows as saving and indexing each."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from django.db import connection, models

from search.actions import Rows, rows_of
from search.models import Card, Entry, EntryText
from search.query import quote
from search.searchable import Searchable

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
    rows = list(zip(entry_keys, map(_index_rows, items), strict=True))
    _copy(
        Entry,
        ["id", "kind", "object_id", "published_at", "counted", "places", "due_on", "amount", "vector"],
        (
            (
                *(key, row.kind, row.object_id, row.published_at, row.counted, row.places),
                *(row.due_on, row.amount, _tsvector(row.lexemes)),
            )
            for key, row in rows
        ),
    )
    _copy(EntryText, ["entry_id", "text"], ((key, row.text) for key, row in rows))
    _copy(
        Card,
        ["entry_id", "title", "excerpt", "html", "page", "facets"],
        ((key, row.title, row.excerpt, row.card, row.page, row.facets) for key, row in rows),
    )


def _index_rows(item: Searchable) -> Rows:
    # What `for_list` and `for_detail` would fetch has been put into the item by `composing`.
    return rows_of(item, item)


def _tsvector(lexemes: Iterable[str]) -> str:
    # COPY cannot call array_to_tsvector.
    return " ".join(map(_quoted, lexemes))


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
