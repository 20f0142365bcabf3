"""Counts how many entries match, in all and for each value of each facet.

Counting reads every hit once, so the result is cached until the next write of that kind of
content (`search.generation`): what is shown is never out of date.
"""

import hashlib
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace

from django.core.cache import cache

from search import facet_codes, generation
from search.matching import execute, with_texts
from search.request import Request

COUNTS_ARE_KEPT = 15 * 60


@dataclass
class Counts:
    """How many entries match, and how many for each value of each facet if only that filter changed."""

    total: int = 0
    numbers: dict[int, int] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)

    def of_prefecture(self, code: str) -> int:
        return self.numbers.get(facet_codes.of_prefecture(code), 0)

    def of_theme(self, slug: str) -> int:
        return self.numbers.get(facet_codes.of_theme(slug), 0)

    def of_kind(self, kind: str) -> int:
        return self.numbers.get(facet_codes.of_kind(kind), 0)

    def of_place(self, code: str) -> int:
        """For municipalities and wards of the prefecture that is searched; 0 elsewhere."""
        return self.places.get(facet_codes.of_place(code), 0)


@dataclass(frozen=True)
class _Scan:
    """One pass over the hits of a question, counting the numbers of a column that are wanted."""

    request: Request
    wanted: Container[int]
    column: str = "counted"


# The facets that a filter restricts, and the numbers of their values.
_FILTERS = {
    "region": facet_codes.PREFECTURES,
    "themes": facet_codes.THEMES,
    "organization_kinds": facet_codes.KINDS,
}


class _AllBut:
    """The numbers that the hits themselves answer for: those of every facet without a filter."""

    def __init__(self, *ranges: range):
        self.ranges = ranges

    def __contains__(self, number: int) -> bool:
        return not any(number in one for one in self.ranges)


def counts(request: Request) -> Counts:
    """The total and the facet counts, each facet counted as if only its own filter were open."""
    key = f"search:counts:{request.kind}:{generation.current(request.kind)}:{_fingerprint(request)}"
    known = cache.get(key)
    if known is None:
        known = _count(request)
        cache.set(key, known, COUNTS_ARE_KEPT)
    return known


def _fingerprint(request: Request) -> str:
    parts = (request.tsquery(), request.literals, request.letters, list(request.facet_conditions.items()))
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _scans(request: Request) -> Iterator[_Scan]:
    """The hits themselves, and for each filter those that would be found without it."""
    filtered = {name: numbers for name, numbers in _FILTERS.items() if getattr(request, name)}
    yield _Scan(request, _AllBut(*filtered.values()))
    for name, numbers in filtered.items():
        yield _Scan(replace(request, **{name: type(getattr(request, name))()}), numbers)
    if request.prefecture:
        yield _Scan(replace(request, region=request.prefecture), range(1_000_000), column="places")


def _count(request: Request) -> Counts:
    scans = list(_scans(request))
    statements = [_statement(number, scan) for number, scan in enumerate(scans)]
    counted = Counts()
    for number, value, count in execute(
        " UNION ALL ".join(sql for sql, _ in statements), [p for _, parameters in statements for p in parameters]
    ):
        if value in scans[number].wanted:
            (counted.places if scans[number].column == "places" else counted.numbers)[value] = count
    counted.total = counted.numbers.pop(facet_codes.TOTAL, 0)
    return counted


def _statement(number: int, scan: _Scan) -> tuple[str, list]:
    sql, parameters = f"SELECT unnest({scan.column}) AS value FROM search_entry e WHERE kind = %s", [scan.request.kind]
    if tsquery := scan.request.tsquery():
        sql += " AND vector @@ %s::tsquery"
        parameters.append(tsquery)
    sql, parameters = with_texts(sql, parameters, scan.request)
    return f"(SELECT {number}, value, count(*) FROM ({sql}) hits GROUP BY value)", parameters
