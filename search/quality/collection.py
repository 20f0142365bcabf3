"""The judged collection: documents, queries with graded judgements, and the synonyms in force.

The three files beside this module are written by hand and meant to be read and extended.
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from unittest.mock import patch

from django.db import connection, transaction

from search import actions, generation, matching
from search.analysis import lexemes
from search.query import SynonymTable
from search.searchable import SearchOrder, SearchText
from taxonomy import registry

KIND = "quality"
EXACT, HELPFUL = 2, 1

FOLDER = Path(__file__).parent
_NEWEST = datetime(2026, 4, 1, tzinfo=UTC)
# A prime larger than the collection: neighbours in the file get dates far apart, so that
# the age of a document says nothing about its subject.
_SPREAD = 211


@dataclass(frozen=True)
class Document:
    """A short case, with what `search.actions.write_entries` wants of a searchable object."""

    pk: int
    id: str
    title: str
    summary: str
    body: str
    themes: tuple[str, ...]

    search_kind = KIND

    def __str__(self):
        return self.title

    @property
    def published_at(self) -> datetime:
        return _NEWEST - timedelta(days=self.pk * 79 % _SPREAD)

    @property
    def listed_at(self) -> datetime:
        return self.published_at

    def search_text(self) -> SearchText:
        names = [registry.themes()[slug].name for slug in self.themes]
        return SearchText(self.title, [self.summary, *names], [self.body])

    def search_facets(self) -> dict[str, list[str]]:
        return {"regions": [], "themes": list(self.themes), "organization_kinds": []}

    def search_order(self) -> SearchOrder:
        return SearchOrder()


@dataclass(frozen=True)
class JudgedQuery:
    """What somebody types, and how well which documents answer it; unnamed ones do not."""

    text: str
    group: str
    grades: dict[int, int] = field(hash=False)


@dataclass(frozen=True)
class Collection:
    documents: tuple[Document, ...]
    queries: tuple[JudgedQuery, ...]
    synonyms: SynonymTable

    def by_id(self) -> dict[str, Document]:
        return {document.id: document for document in self.documents}


def _read(name: str) -> dict:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _documents() -> Iterator[Document]:
    for pk, row in enumerate(_read("documents.toml")["documents"], start=1):
        yield Document(pk, row["id"], row["title"], row["summary"], row["body"], tuple(row["themes"]))


def _queries(pk_of: dict[str, int]) -> Iterator[JudgedQuery]:
    for group, rows in _read("queries.toml").items():
        for row in rows:
            helpful = {pk_of[id]: HELPFUL for id in row.get("helpful", [])}
            exact = {pk_of[id]: EXACT for id in row["exact"]}
            if helpful.keys() & exact.keys():
                raise ValueError(f"judged twice for {row['text']!r}")
            yield JudgedQuery(row["text"], group, exact | helpful)


@cache
def load() -> Collection:
    """The collection; KeyError for a judgement about a document that does not exist."""
    documents = tuple(_documents())
    queries = tuple(_queries({document.id: document.pk for document in documents}))
    synonyms = (FOLDER / "synonyms.txt").read_text(encoding="utf-8").split("\n")
    return Collection(documents, queries, SynonymTable.of(synonyms))


def shares(documents: tuple[Document, ...]) -> dict[str, float]:
    """In which share of the documents each lexeme stands."""
    found: dict[str, int] = {}
    for document in documents:
        text = document.search_text()
        everything = {lexeme for part in (text.title, *text.key, *text.body) for lexeme in lexemes(part)}
        for lexeme in everything:
            found[lexeme] = found.get(lexeme, 0) + 1
    return {lexeme: count / len(documents) for lexeme, count in found.items()}


@contextmanager
def indexed(collection: Collection) -> Iterator[None]:
    """The collection in the site's own index, until the block ends: then all of it is rolled back.

    The rarity of words is the collection's, not the surrounding site's, so that every
    database gives the same numbers.
    """
    rarity = shares(collection.documents)
    with transaction.atomic(), patch.object(matching, "_frequencies", lambda: rarity):
        generation.create(KIND)
        with connection.cursor() as cursor:
            # Counts cached by an earlier run must not be met again.
            milliseconds = "(extract(epoch from clock_timestamp()) * 1000)::bigint"
            cursor.execute(f"SELECT setval('{generation.sequence_name(KIND)}', {milliseconds})")
        # Nobody looks at the cards and pages of the documents.
        actions.write_rows([actions.rows_with(document, card="", page="") for document in collection.documents])
        yield
        transaction.set_rollback(True)
