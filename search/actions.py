"""Writes of the search index; always in the transaction that writes the content."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Value

from search import facet_codes, generation
from search.analysis import fold, lexemes
from search.cards import render_card, render_page
from search.models import Card, Entry
from taxonomy import registry
from taxonomy.models import NATION_CODE

# The lexeme of what was made up to show how pages look.
SAMPLE = "sample:yes"
# From how many occurrences in the body a word counts as what the text is about.
FREQUENT = 3
# A vector holds a megabyte: `array_to_tsvector` takes more, but then finds half of it no longer. Titles, key
# texts and facets have the rest.
MOST_BYTES = 800_000
BATCH = 200

_WRITE_ENTRY = """
    INSERT INTO search_entry (kind, object_id, published_at, counted, places, due_on, amount, starts_at, vector)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, array_to_tsvector(%s))
    ON CONFLICT (kind, object_id) DO UPDATE
    SET published_at = EXCLUDED.published_at, counted = EXCLUDED.counted, places = EXCLUDED.places,
        due_on = EXCLUDED.due_on, amount = EXCLUDED.amount, starts_at = EXCLUDED.starts_at,
        vector = EXCLUDED.vector
"""
_WRITE_TEXT = """
    INSERT INTO search_entrytext (entry_id, text)
    SELECT id, %s FROM search_entry WHERE kind = %s AND object_id = %s
    ON CONFLICT (entry_id) DO UPDATE SET text = EXCLUDED.text
"""
_WRITE_CARD = """
    INSERT INTO search_card (entry_id, title, excerpt, html, page, facets)
    SELECT id, %s, %s, %s, %s, %s FROM search_entry WHERE kind = %s AND object_id = %s
    ON CONFLICT (entry_id) DO UPDATE
    SET title = EXCLUDED.title, excerpt = EXCLUDED.excerpt, html = EXCLUDED.html, page = EXCLUDED.page,
        facets = EXCLUDED.facets
"""


@dataclass(frozen=True)
class Rows:
    """What the three tables of the index hold about one object."""

    kind: str
    object_id: int
    # Orders lists by date: what is stale has a day far back, behind everything that is fresh.
    published_at: datetime
    counted: list[int]
    places: list[int]
    due_on: date | None
    amount: int | None
    starts_at: datetime | None
    lexemes: list[str]
    text: str
    title: str
    excerpt: str
    card: str
    page: str | None
    facets: list[str]


def rows_of(item, on_card, on_page=None) -> Rows:
    """The index rows of a published item.

    ``item`` comes with what `search_text` and `search_facets` read, ``on_card`` and
    ``on_page`` are the same object fetched with `for_list` and `for_detail`; without
    ``on_page`` the page is left to be rendered when it is read.
    """
    facets = item.search_facets()
    card = render_card(on_card, facets["regions"], facets["themes"])
    return _rows(item, facets, card, render_page(on_page) if on_page else None)


def rows_with(item, card: str, page: str | None) -> Rows:
    """The index rows of a published item whose card and page are rendered already."""
    return _rows(item, item.search_facets(), card, page)


def _rows(item, facets: dict[str, list], card: str, page: str | None) -> Rows:
    text, order = item.search_text(), item.search_order()
    lexemes_of_facets = _marked_lexemes(item, facets)
    return Rows(
        kind=item.search_kind,
        object_id=item.pk,
        published_at=item.listed_at,
        counted=counted_numbers(**facets),
        places=place_numbers(facets["regions"]),
        due_on=order.due_on,
        amount=order.amount,
        starts_at=order.starts_at,
        lexemes=vector_lexemes(text.title, text.key, text.body, lexemes_of_facets),
        text=readable_text([text.title, *text.key, *text.body]),
        title=str(item),
        excerpt=item.summary,
        card=card,
        page=page,
        facets=lexemes_of_facets,
    )


@lru_cache(maxsize=10_000)
def _around(regions: tuple[str, ...]) -> frozenset[str]:
    """The regions themselves and every region they lie in, 全国 left out."""
    return frozenset(code for region in regions for code in registry.region_path(region)[:-1])


registry.on_clear(_around.cache_clear)


def counted_numbers(regions, themes, organization_kinds, choices=None, **others) -> list[int]:
    """The facets as the numbers of `search.facet_codes`, without repeats."""
    prefectures = {code for code in _around(tuple(regions)) | ({NATION_CODE} & set(regions)) if len(code) == 2}
    return [
        facet_codes.TOTAL,
        *sorted(map(facet_codes.of_prefecture, prefectures)),
        *sorted(map(facet_codes.of_theme, set(themes))),
        *sorted(map(facet_codes.of_kind, set(organization_kinds))),
        *sorted({facet_codes.of_choice(name, value) for name, values in (choices or {}).items() for value in values}),
    ]


def place_numbers(regions: Iterable[str]) -> list[int]:
    """The municipalities and wards as numbers, a ward's city included."""
    return sorted(facet_codes.of_place(code) for code in _around(tuple(regions)) if len(code) == 6)


def facet_lexemes(
    regions: Iterable[str],
    themes: Iterable[str],
    organization_kinds: Iterable[str],
    choices: Mapping[str, Iterable[str]] | None = None,
    **others: Iterable[int],
) -> list[str]:
    """Facets as lexemes: ``at:`` the regions themselves, ``in:`` every region around them, and so on.

    A ward lies in its city, both lie in their prefecture; only what names 全国 itself is ``at:00``.
    """
    regions = list(regions)
    return [
        *(f"at:{code}" for code in regions),
        *(f"in:{code}" for code in sorted(_around(tuple(regions)))),
        *(f"theme:{slug}" for slug in themes),
        *(f"org:{kind}" for kind in organization_kinds),
        *(f"{mark}:{value}" for mark, values in (choices or {}).items() for value in values),
        *(f"{mark}:{pk}" for mark, pks in others.items() for pk in pks),
    ]


def facets_of(item) -> list[str]:
    """What its index row says or would say of ``item``, as lexemes."""
    return _marked_lexemes(item, item.search_facets())


def _marked_lexemes(item, facets: dict[str, list]) -> list[str]:
    marks = [SAMPLE] if getattr(item, "is_sample", False) else []
    return [*facet_lexemes(**facets), *marks]


def vector_lexemes(title: str, key: Iterable[str], body: Iterable[str], facets: Iterable[str]) -> list[str]:
    """Everything an entry can be found by; what the marks mean is told in `Entry`."""
    in_title = set(lexemes(title))
    in_key = {lexeme for text in key for lexeme in lexemes(text)}
    in_body = _most_used(Counter(lexeme for text in body for lexeme in lexemes(text)))
    frequent = {lexeme for lexeme, count in in_body.items() if count >= FREQUENT} - in_title - in_key
    return [
        *(in_title | in_key | in_body.keys()),
        *(f"t:{lexeme}" for lexeme in in_title),
        *(f"k:{lexeme}" for lexeme in in_key - in_title),
        *(f"f:{lexeme}" for lexeme in frequent),
        *facets,
    ]


def _most_used(counted: Counter[str]) -> dict[str, int]:
    """The lexemes of a body for which there is room; what is used least in endless texts is only found verbatim."""
    room, kept = MOST_BYTES, {}
    for lexeme, count in counted.most_common():
        # Frequent ones are there twice, once with a mark.
        room -= len(lexeme.encode()) * (2 if count >= FREQUENT else 1) + 2
        if room < 0:
            break
        kept[lexeme] = count
    return kept


def readable_text(parts: Iterable[str]) -> str:
    """What verbatim search and excerpts read: the folded texts, one per line."""
    return "\n".join(" ".join(fold(part).split()) for part in parts if part)


# What `indexed_together` will index at its end: keys by model.
_collected: ContextVar[dict[type, set[int]] | None] = ContextVar("collected", default=None)


def index(item) -> None:
    """Write, renew or remove the index entry of ``item``, and of what quotes it.

    Only listed items have an entry. Call it after every write of a searchable object or
    of its regions, themes and tags; `QuerySet.update()` would leave the index stale.
    """
    collected = _collected.get()
    if collected is None:
        _index([item])
    else:
        collected.setdefault(type(item), set()).add(item.pk)


@contextmanager
def indexed_together():
    """One transaction whose changed objects are indexed at its end, many at a time: for changes of many at once."""
    with transaction.atomic():
        token = _collected.set({})
        try:
            yield
            collected = _collected.get()
        finally:
            _collected.reset(token)
        for model, pks in collected.items():
            # Afresh: what was rolled back meanwhile is not there.
            items = model._default_manager.for_index().filter(pk__in=pks).order_by("pk")
            for batch in _batches(items.iterator(chunk_size=BATCH)):
                _index(batch)


@transaction.atomic
def _index(items: list) -> None:
    index_many(items)
    for model, pks in _quoting(items).items():
        for some in _batches(iter(sorted(pks))):
            others = model._default_manager.listed().for_index().filter(pk__in=some).order_by("pk")
            write_entries([other for other in others if other.is_listed])
        generation.advance(model.search_kind)


@transaction.atomic
def index_many(items: list) -> None:
    """Write, renew or remove the entries of ``items``, all of one model, without what quotes them."""
    if not items:
        return
    kind = items[0].search_kind
    hidden = [item.pk for item in items if not item.is_listed]
    Entry.objects.filter(kind=kind, object_id__in=hidden).delete()
    write_entries([item for item in items if item.is_listed])
    generation.advance(kind)


@transaction.atomic
def forget(kind: str, pk: int) -> None:
    """Take the entry of one object out of the index of ``kind``, if there is one."""
    deleted, _ = Entry.objects.filter(kind=kind, object_id=pk).delete()
    if deleted:
        generation.advance(kind)


def stored_facets(kind: str, pk: int) -> list[str] | None:
    """The facets that the index holds of an object, as lexemes; None for what has no entry."""
    return Card.objects.filter(entry__kind=kind, entry__object_id=pk).values_list("facets", flat=True).first()


def write_entries(items: list) -> None:
    """Write the index rows of published ``items`` of one model; leaves the cached counts alone."""
    if not items:
        return
    objects, pks = type(items[0])._default_manager, [item.pk for item in items]
    on_cards = objects.for_list().in_bulk(pks)
    on_pages = objects.for_detail().in_bulk(pks) if items[0].search_has_page else {}
    write_rows([rows_of(item, on_cards[item.pk], on_pages.get(item.pk)) for item in items])


def write_rows(rows: list[Rows]) -> None:
    """Insert or renew index rows."""
    entries = [
        (r.kind, r.object_id, r.published_at, r.counted, r.places, r.due_on, r.amount, r.starts_at, r.lexemes)
        for r in rows
    ]
    texts = [(r.text, r.kind, r.object_id) for r in rows]
    cards = [(r.title, r.excerpt, r.card, r.page, r.facets, r.kind, r.object_id) for r in rows]
    # The driver's own cursor: django-pghistory, which looks on while forms are saved, cannot read executemany.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.executemany(_WRITE_ENTRY, entries)
        cursor.cursor.executemany(_WRITE_TEXT, texts)
        cursor.cursor.executemany(_WRITE_CARD, cards)


def _batches(items: Iterator) -> Iterator[list]:
    while batch := list(islice(items, BATCH)):
        yield batch


def searchable_models() -> Iterator[type]:
    """Every content model of the site that declares a search kind."""
    return (model for model in apps.get_models() if getattr(model, "search_kind", None))


def _quoting(items: list) -> dict[type, set[int]]:
    """The keys of the objects whose search text quotes ``items``, all of one model, by the quoting model.

    One statement asks for all of them: mostly there are none.
    """
    relations = [
        (model, name)
        for model in searchable_models()
        for name in model.search_depends_on
        if model._meta.get_field(name).related_model is type(items[0])
    ]
    questions = [
        model._default_manager.order_by()
        .filter(**{f"{name}__in": items})
        .annotate(place=Value(place))
        .values_list("place", "pk")
        for place, (model, name) in enumerate(relations)
    ]
    found: dict[type, set[int]] = {}
    for place, pk in questions[0].union(*questions[1:], all=True) if questions else ():
        found.setdefault(relations[place][0], set()).add(pk)
    return found
