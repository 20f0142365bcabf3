"""Rankings worked out in Python over the collection, to compare the engine's with.

What is measured here is not what the site does: it shows what other orders and another
way of loosening would be worth, see docs/search.md.
"""

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from itertools import combinations
from math import log
from unittest.mock import patch

from django.db import connection

from search import matching
from search.actions import vector_lexemes
from search.analysis import adjacent, lexemes
from search.quality.collection import KIND, Collection, Document
from search.quality.methods import hits
from search.query import Query, Term, parse, quote
from search.request import Request, Sort

# Okapi BM25 as everybody uses it.
SATURATION, LENGTH = 1.2, 0.75
# What a word is worth in the title, the key texts and the body.
EQUAL = (1, 1, 1)
TITLE_COUNTS = (4, 2, 1)

Order = Callable[[str], list[int]]


class IndexedDocument:
    """A document as lexemes: as a set with their places, as the engine has it, and counted by field."""

    def __init__(self, document: Document):
        text = document.search_text()
        self.pk, self.published_at = document.pk, document.published_at
        self.vector = set(vector_lexemes(text.title, text.key, text.body, []))
        self.fields = [
            [lexeme for part in parts for lexeme in lexemes(part)] for parts in ([text.title], text.key, text.body)
        ]
        self.counts = [Counter(field) for field in self.fields]
        self.length = sum(map(len, self.fields))

    def has(self, term: Term, mark: str = "") -> bool:
        return any(
            all(mark + lexeme in self.vector for forms in alternative for lexeme in adjacent(forms))
            for alternative in term.alternatives
        )

    def occurrences(self, term: Term, weights: tuple[int, int, int]) -> float:
        """How often the term stands in the document, by the weight of the place."""
        return sum(
            weight * min(counts[lexeme] for forms in alternative for lexeme in adjacent(forms))
            for weight, counts in zip(weights, self.counts, strict=True)
            for alternative in term.alternatives
        )

    @cached_property
    def weighted_tsvector(self) -> str:
        """The document as the text of a tsvector with positions: title A, key texts B, body D."""
        places: dict[str, list[str]] = {}
        position = 0
        for weight, field in zip("ABD", self.fields, strict=True):
            for lexeme in field:
                position += 1
                places.setdefault(lexeme, []).append(f"{position}{weight}")
        return " ".join(f"{quote(lexeme)}:{','.join(where[:200])}" for lexeme, where in places.items())


class Rankings:
    """Orders over the engine's own strict hits, and loosenings for when there are none."""

    def __init__(self, collection: Collection):
        self.collection = collection
        self.documents = {document.pk: IndexedDocument(document) for document in collection.documents}
        self.mean_length = sum(document.length for document in self.documents.values()) / len(self.documents)

    def _query(self, text: str) -> Query:
        return parse(text, self.collection.synonyms)

    def _request(self, text: str, **filters) -> Request:
        return Request(KIND, self._query(text), **filters)

    def rarity(self, term: Term) -> float:
        """The inverse document frequency; 0 for what stands nowhere."""
        found = sum(document.has(term) for document in self.documents.values())
        return log(1 + (len(self.documents) - found + 0.5) / (found + 0.5)) if found else 0

    # --- orders ------------------------------------------------------------------------

    def tiers(self, text: str) -> list[int]:
        """The engine's own."""
        return hits(self._request(text))

    def tiers_without_rarity(self, text: str) -> list[int]:
        """The engine's, with words in the order they were typed in."""
        with patch.object(matching, "_frequencies", dict):
            return hits(self._request(text))

    def newest_first(self, text: str) -> list[int]:
        return hits(self._request(text, sort=Sort.NEWEST))

    def ts_rank(self, text: str) -> list[int]:
        """PostgreSQL's ``ts_rank`` on a vector with positions and weights."""
        found = self.newest_first(text)
        vectors = [self.documents[pk].weighted_tsvector for pk in found]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pk FROM unnest(%s::int[], %s::text[]) WITH ORDINALITY AS found (pk, vector, place) "
                "ORDER BY ts_rank(vector::tsvector, %s::tsquery) DESC, place",
                [found, vectors, self._request(text).tsquery()],
            )
            return [pk for (pk,) in cursor.fetchall()]

    def bm25(self, text: str, weights: tuple[int, int, int] = EQUAL) -> list[int]:
        terms = {term: self.rarity(term) for term in self._query(text).terms}

        def score(pk: int) -> float:
            document = self.documents[pk]
            long = SATURATION * (1 - LENGTH + LENGTH * document.length / self.mean_length)
            often = {term: document.occurrences(term, weights) for term in terms}
            return sum(rarity * often[term] / (often[term] + long) for term, rarity in terms.items())

        return sorted(self.newest_first(text), key=score, reverse=True)

    def bm25_title_counts(self, text: str) -> list[int]:
        return self.bm25(text, TITLE_COUNTS)

    # --- loosening: any of the words ---------------------------------------------------

    def _units(self, text: str, with_parts: bool) -> dict[Term, float]:
        """The terms, and the single words of those that are cut, that stand anywhere; the rarest first."""
        terms = self._query(text).terms
        units = dict.fromkeys(unit for term in terms for unit in [term, *(term.parts() if with_parts else [])])
        rarity = {unit: self.rarity(unit) for unit in units}
        return dict(sorted(((u, r) for u, r in rarity.items() if r), key=lambda pair: -pair[1]))

    def any_word(self, text: str, with_parts: bool = True) -> list[int]:
        """Everything with any of the words, by the rarity of what it has, title and key texts counting more."""
        units = self._units(text, with_parts)

        def score(document: IndexedDocument) -> float:
            return sum(
                rarity * (1 + 0.5 * document.has(unit, "t:") + 0.25 * document.has(unit, "k:"))
                for unit, rarity in units.items()
                if document.has(unit)
            )

        scored = [(score(document), document.published_at, document.pk) for document in self.documents.values()]
        return [pk for value, _, pk in sorted(scored, reverse=True) if value]

    def any_of_the_rarest(self, text: str, most: int) -> list[int]:
        """The same in tiers, as SQL can do it: every set of the rarest words, the weightiest first."""
        units = dict(list(self._units(text, with_parts=True).items())[:most])
        subsets = [subset for size in range(len(units)) for subset in combinations(units, size + 1)]
        subsets.sort(key=lambda subset: -sum(units[unit] for unit in subset))
        found: dict[int, None] = {}
        for subset in subsets:
            tier = [document for document in self.documents.values() if all(map(document.has, subset))]
            tier.sort(
                key=lambda document: (-sum(document.has(u, "t:") for u in subset), -document.published_at.timestamp())
            )
            found |= dict.fromkeys(document.pk for document in tier if document.pk not in found)
        return list(found)


def orders(rankings: Rankings) -> dict[str, Order]:
    return {
        "the engine's tiers": rankings.tiers,
        "tiers, words as typed instead of rarest first": rankings.tiers_without_rarity,
        "newest first": rankings.newest_first,
        "ts_rank, weighted by place": rankings.ts_rank,
        "BM25": rankings.bm25,
        "BM25, title ×4, key texts ×2": rankings.bm25_title_counts,
    }


def loosenings(rankings: Rankings) -> dict[str, Order]:
    """Loosenings to stand in for "nothing found"."""
    return {
        "nothing": lambda text: [],
        "any of the words as typed": lambda text: rankings.any_word(text, with_parts=False),
        "any of the words and their parts": rankings.any_word,
        **{
            f"… the {most} rarest of them, in tiers": lambda text, most=most: rankings.any_of_the_rarest(text, most)
            for most in (2, 3, 4, 5, 6)
        },
    }
