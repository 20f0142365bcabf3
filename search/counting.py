"""Counts how many entries match, in all and for each value of each facet.

Counting reads every hit once, so the result is cached until the next write of that kind of
content (`search.generation`): what is shown is out of date for a second at most.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.core.cache import cache

from search import facet_codes, generation
from search.matching import execute, restricted
from search.request import Request, Sort

COUNTS_ARE_KEPT = 15 * 60
# In place of a column: hits are counted without their facets.
TOTAL_ONLY = ""


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

    def of_choice(self, facet: str, value: str) -> int:
        return self.numbers.get(facet_codes.of_choice(facet, value), 0)

    def of_place(self, code: str) -> int:
        """For municipalities and wards of the prefecture that is searched; 0 elsewhere."""
        return self.places.get(facet_codes.of_place(code), 0)


@dataclass(frozen=True)
class _Scan:
    """One pass over the hits of a question, counting the numbers of a column that are wanted."""

    request: Request
    wanted: Container[int]
    column: str = "counted"

    def cache_key(self) -> str:
        asked = self.request
        what = (asked.tsquery(), asked.literals, asked.letters, asked.period)
        return generation.cache_key(asked.kind, "counts", self.column, *what)


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
    """The total and the facet counts, each facet counted as if only its own filter were open.

    Each scan is cached by itself: what would be found without the region is the same for
    all regions.
    """
    return counts_of_all([request])[0]


def counts_of_all(requests: list[Request]) -> list[Counts]:
    """The counts of several questions; what is not known of all of them is counted in one statement."""
    scans = [list(_scans(request)) for request in requests]
    numbers = iter(_numbers([scan for those in scans for scan in those]))
    return [_collected([(scan, next(numbers)) for scan in those]) for those in scans]


def _collected(scanned: list[tuple["_Scan", dict[int, int]]]) -> Counts:
    counted = Counts()
    for scan, numbers in scanned:
        wanted = {value: count for value, count in numbers.items() if value in scan.wanted}
        (counted.places if scan.column == "places" else counted.numbers).update(wanted)
    counted.total = counted.numbers.pop(facet_codes.TOTAL, 0)
    return counted


def together(several: Iterable[Counts]) -> Counts:
    """The sums of the counts of different kinds of content."""
    numbers, places, total_of_all = Counter(), Counter(), 0
    for counted in several:
        numbers.update(counted.numbers)
        places.update(counted.places)
        total_of_all += counted.total
    return Counts(total_of_all, numbers, places)


def total(request: Request) -> int:
    """How many entries match, without any facet."""
    return totals([request])[0]


def totals(requests: Sequence[Request]) -> list[int]:
    """How many entries match each of several questions, perhaps about several kinds, in one statement."""
    return [counted.total for counted in own_counts(requests)]


def own_counts(requests: Sequence[Request]) -> list[Counts]:
    """The total and the facets of the hits of each question, in one statement.

    Unlike `counts` nothing is said about what another filter would find, which takes one pass less for each filter.
    """
    found = _numbers([_Scan(request, ()) for request in requests])
    return [Counts(numbers.get(facet_codes.TOTAL, 0), numbers) for numbers in found]


def place_counts(request: Request) -> Counts:
    """The number of hits in each municipality and ward, for a question about one prefecture."""
    (numbers,) = _numbers([_Scan(request, (), column="places")])
    return Counts(places=numbers)


def sizes(requests: Sequence[Request]) -> list[int]:
    """The same as `totals`, kept apart from facets, which are not counted: for many questions that few will ask."""
    scans = [_Scan(request, (), TOTAL_ONLY) for request in requests]
    return [numbers.get(facet_codes.TOTAL, 0) for numbers in _numbers(scans)]


def _numbers(scans: list[_Scan]) -> list[dict[int, int]]:
    """What each scan counted, from the cache or, all missing ones in one statement, from the index."""
    if not scans:
        return []
    # Read together, so that no key asks for a number of its own.
    generation.current_of(*dict.fromkeys(scan.request.kind for scan in scans))
    keys = [scan.cache_key() for scan in scans]
    known = cache.get_many(keys)
    missing = {key: scan for key, scan in zip(keys, scans, strict=True) if key not in known}
    if missing:
        found = dict(zip(missing, _count(list(missing.values())), strict=True))
        cache.set_many(found, COUNTS_ARE_KEPT)
        known |= found
    return [known[key] for key in keys]


def _scans(request: Request) -> Iterator[_Scan]:
    """The hits themselves, and for each filter those that would be found without it."""
    filtered = {name: numbers for name, numbers in _FILTERS.items() if getattr(request, name)}
    chosen = {facet: facet_codes.choices_of(facet) for facet, _ in request.choices}
    yield _Scan(request, _AllBut(*filtered.values(), *chosen.values()))
    for name, numbers in filtered.items():
        yield _Scan(replace(request, **{name: type(getattr(request, name))()}), numbers)
    for facet, numbers in chosen.items():
        others = tuple((name, values) for name, values in request.choices if name != facet)
        yield _Scan(replace(request, choices=others), numbers)
    if request.prefecture:
        inside = replace(request, region=request.prefecture, sort=Sort.RELEVANCE)
        yield _Scan(inside, range(1_000_000), column="places")


def _count(scans: list[_Scan]) -> list[dict[int, int]]:
    statements = [_statement(number, scan) for number, scan in enumerate(scans)]
    counted: list[dict[int, int]] = [{} for _ in scans]
    sql = " UNION ALL ".join(sql for sql, _ in statements)
    for number, value, count in execute(sql, [p for _, parameters in statements for p in parameters]):
        counted[number][value] = count
    return counted


def _statement(number: int, scan: _Scan) -> tuple[str, list]:
    value = facet_codes.TOTAL if scan.column == TOTAL_ONLY else f"unnest({scan.column})"
    sql, parameters = f"SELECT {value} AS value FROM search_entry e WHERE kind = %s", [scan.request.kind]
    sql, parameters = restricted(sql, parameters, scan.request, scan.request.tsquery())
    return f"(SELECT {number}, value, count(*) FROM ({sql}) hits GROUP BY value)", parameters
