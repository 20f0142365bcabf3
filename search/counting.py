"""Counts how many entries match, in all and for each value of each facet.

Counting reads every hit once, so the result is cached until the next write of that kind of
content (`search.generation`): what is shown is never out of date.
"""

from dataclasses import dataclass, field

from django.core.cache import cache

from search import generation
from search.matching import execute, with_texts
from search.request import Request

COUNTS_ARE_KEPT = 15 * 60


@dataclass
class Counts:
    """How many entries match, and how many for each value of each facet if only that filter changed."""

    total: int
    by_facet: dict[str, int] = field(default_factory=dict)

    def of(self, mark: str, value: str) -> int:
        return self.by_facet.get(f"{mark}:{value}", 0)


def counts(request: Request) -> Counts:
    """The total and the facet counts, each facet counted as if only its own filter were open."""
    key = f"search:counts:{request.kind}:{generation.current(request.kind)}:{_fingerprint(request)}"
    known = cache.get(key)
    if known is None:
        known = _count(request)
        cache.set(key, known, COUNTS_ARE_KEPT)
    return known


def _fingerprint(request: Request) -> int:
    conditions = tuple(request.facet_conditions.items())
    return hash((request.tsquery(), tuple(request.literals), request.letters, conditions))


def _count(request: Request) -> Counts:
    # Facets that are not filtered all follow from the same hits; each filtered one needs a scan of its own.
    sql, parameters = _facet_scan(request, without="")
    for mark in request.facet_conditions:
        scan, scan_parameters = _facet_scan(request, without=mark)
        sql += " UNION ALL " + scan
        parameters += scan_parameters
    total, by_facet = 0, {}
    for scanned, facet, count in execute(sql, parameters):
        mark = facet.partition(":")[0]
        if not facet and not scanned:
            total = count
        elif facet and (mark == scanned or (not scanned and mark not in request.facet_conditions)):
            by_facet[facet] = count
    return Counts(total, by_facet)


def _facet_scan(request: Request, without: str) -> tuple[str, list]:
    sql, parameters = "SELECT facets FROM search_entry e WHERE kind = %s", [request.kind]
    if tsquery := request.tsquery(without=without):
        sql += " AND vector @@ %s::tsquery"
        parameters.append(tsquery)
    sql, parameters = with_texts(sql, parameters, request)
    only = f"WHERE f LIKE '{without}:%%'" if without else ""
    return (
        f"(WITH hits AS MATERIALIZED ({sql}) "
        f"SELECT '{without}', '', count(*) FROM hits "
        f"UNION ALL SELECT '{without}', f, count(*) FROM hits, unnest(facets) f {only} GROUP BY f)",
        parameters,
    )
