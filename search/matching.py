"""Asks the index: which objects, in which order, and how many of them per facet.

Everything is one bounded statement per question:

- A page comes from *tiers*, each a query of its own that excludes the better ones: all
  words in the title, the rarest word in the title, all words among the key texts, … The
  statement stops as soon as the page is full, so a word that stands in a third of all
  texts costs as little as a rare one. Inside a tier the newest comes first.
- Counts read every hit once and are cached until the next write (`search.generation`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.core.cache import cache
from django.db import connection

from search import generation
from search.analysis import adjacent
from search.models import Entry, Synonym
from search.query import Query, SynonymTable, Term, all_of, any_of, parse, quote
from taxonomy import registry
from taxonomy.models import NATION_CODE

COUNTS_ARE_KEPT = 15 * 60
FREQUENCIES_ARE_KEPT = 10 * 60
# How many of the newest texts the last resort, a search for letters inside words, reads.
LETTERS_ARE_SOUGHT_IN = 5_000


class Sort:
    RELEVANCE = "relevance"
    NEWEST = "new"


@dataclass(frozen=True)
class Hit:
    object_id: int
    facets: tuple[str, ...]

    def values(self, mark: str) -> list[str]:
        """What stands behind ``mark`` ("at", "theme", "org") among the facets."""
        return [facet[len(mark) + 1 :] for facet in self.facets if facet.startswith(mark + ":")]


@dataclass
class Counts:
    """How many entries match, and how many for each value of each facet if only that filter changed."""

    total: int
    by_facet: dict[str, int] = field(default_factory=dict)

    def of(self, mark: str, value: str) -> int:
        return self.by_facet.get(f"{mark}:{value}", 0)


@dataclass(frozen=True)
class Request:
    """What is asked of the index for one kind of content. Codes and slugs must exist."""

    kind: str
    query: Query = Query("")
    region: str = ""
    themes: tuple[str, ...] = ()
    organization_kinds: tuple[str, ...] = ()
    sort: str = Sort.RELEVANCE

    @property
    def is_unfiltered(self) -> bool:
        return self.query.is_empty and not (self.region or self.themes or self.organization_kinds)

    @cached_property
    def facet_conditions(self) -> dict[str, str]:
        """tsquery texts by the facet they restrict."""
        conditions = {}
        if self.region:
            conditions["in"] = quote(f"at:{NATION_CODE}" if self.region == NATION_CODE else f"in:{self.region}")
        if self.themes:
            conditions["theme"] = any_of(quote(f"theme:{slug}") for slug in self.themes)
        if self.organization_kinds:
            conditions["org"] = any_of(quote(f"org:{kind}") for kind in self.organization_kinds)
        return conditions

    @cached_property
    def word_conditions(self) -> list[str]:
        return [
            *(term.tsquery() for term in self.query.terms),
            *("!" + term.tsquery() for term in self.query.excluded),
        ]

    @cached_property
    def literals(self) -> list[str]:
        """LIKE patterns of the verbatim phrases."""
        return [f"%{_escape_like(term.text)}%" for term in self.query.terms if term.literal]

    def tsquery(self, *, without: str = "", also: Iterable[str] = ()) -> str:
        """All conditions as one tsquery text, "" for none; ``without`` leaves one facet's out."""
        facets = [condition for mark, condition in self.facet_conditions.items() if mark != without]
        conditions = [*self.word_conditions, *facets, *also]
        return all_of(conditions) if conditions else ""

    def wider_regions(self) -> list[str]:
        """The regions whose own entries hold for the asked one too, nearest first, 全国 last."""
        if not self.region or self.region == NATION_CODE:
            return []
        return list(registry.region_path(self.region)[1:])


def _escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def synonyms() -> SynonymTable:
    """The secretariat's synonyms, analysed; kept until a row changes."""
    key = f"search:synonyms:{generation.current('synonym')}"
    table = cache.get(key)
    if table is None:
        table = SynonymTable.of(Synonym.objects.values_list("words", flat=True))
        cache.set(key, table, COUNTS_ARE_KEPT)
    return table


def matching_ids(kind: str, text: str):
    """A queryset of the ids of all objects of ``kind`` that match what a person typed."""
    query = parse(text, synonyms())
    if query.is_empty:
        return Entry.objects.none().values("object_id")
    request = Request(kind, query)
    entries = Entry.objects.filter(kind=kind).matching(request.tsquery())
    for pattern in request.literals:
        entries = entries.filter(text__text__contains=pattern.strip("%"))
    return entries.values("object_id")


# --- order ---------------------------------------------------------------------------------


def _frequencies() -> dict[str, float]:
    """How common the most common lexemes are, from the planner's own statistics."""
    key = "search:frequencies"
    known = cache.get(key)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats
                WHERE schemaname = current_schema AND tablename = 'search_entry' AND attname = 'vector'
                """
            )
            row = cursor.fetchone()
        known = dict(zip(row[0], row[1], strict=False)) if row and row[0] else {}
        cache.set(key, known, FREQUENCIES_ARE_KEPT)
    return known


def _by_rarity(terms: tuple[Term, ...]) -> list[Term]:
    """The terms, the one that tells most first."""
    if len(terms) < 2:
        return list(terms)
    frequencies = _frequencies()

    def commonness(term: Term) -> float:
        return sum(
            min(frequencies.get(lexeme, 0.0) for forms in alternative for lexeme in adjacent(forms))
            for alternative in term.alternatives
        )

    return sorted(terms, key=commonness)


def _tiers(request: Request) -> list[str]:
    """Conditions from the best place to stand to none, each wider than the one before."""
    terms = _by_rarity(request.query.terms)
    if not terms or request.sort == Sort.NEWEST:
        return [""]
    in_title = [term.tsquery("t:") for term in terms]
    in_key = [term.tsquery("k:") for term in terms]
    frequent = [term.tsquery("f:") for term in terms]
    prominent = [any_of(places) for places in zip(in_title, in_key, strict=True)]
    present = [any_of(places) for places in zip(in_title, in_key, frequent, strict=True)]
    tiers = [all_of(in_title)]
    if len(terms) > 1:
        tiers.append(all_of([in_title[0], *prominent[1:]]))
    tiers.append(all_of(prominent))
    if len(terms) > 1:
        tiers.append(in_title[0])
        tiers.append(prominent[0])
    return [*tiers, all_of(present), ""]


def _branch(request: Request, tiers: list[str], index: int, limit: int, marker: int) -> tuple[str, list]:
    """One tier as SQL, the better tiers excluded, and its parameters."""
    conditions = [condition for condition in [tiers[index]] if condition]
    conditions += ["!" + better for better in tiers[:index]]
    tsquery = request.tsquery(also=conditions)
    sql = f"(SELECT {marker}, object_id, facets FROM search_entry e WHERE kind = %s"
    parameters = [request.kind]
    if tsquery:
        sql += " AND vector @@ %s::tsquery"
        parameters.append(tsquery)
    sql, parameters = _with_literals(sql, parameters, request)
    return f"{sql} ORDER BY published_at DESC, object_id DESC LIMIT {limit})", parameters


def _with_literals(sql: str, parameters: list, request: Request) -> tuple[str, list]:
    for pattern in request.literals:
        sql += " AND EXISTS (SELECT FROM search_entrytext x WHERE x.entry_id = e.id AND x.text ILIKE %s)"
        parameters.append(pattern)
    return sql, parameters


def _execute(sql: str, parameters: list) -> list[tuple]:
    """Run one search statement without sequential scans, in a single round trip.

    The planner does not know that a sequential scan unpacks every vector, and prefers one
    for very common words.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_seqscan = off; {sql}", parameters)
        cursor.nextset()
        return cursor.fetchall()


def page_of_hits(request: Request, offset: int, limit: int) -> list[Hit]:
    """``limit`` hits from ``offset`` on, the best first."""
    tiers = _tiers(request)
    branches = [_branch(request, tiers, index, offset + limit, index) for index in range(len(tiers))]
    sql = " UNION ALL ".join(sql for sql, _ in branches)
    parameters = [parameter for _, branch in branches for parameter in branch]
    rows = _execute(f"{sql} LIMIT %s OFFSET %s", [*parameters, limit, offset])
    return [Hit(object_id, tuple(facets)) for _, object_id, facets in rows]


def hits_around(request: Request, limit: int) -> dict[str, list[Hit]]:
    """The newest entries that hold for the wider regions of a search, by their codes."""
    wider = request.wider_regions()
    if not wider:
        return {}
    branches = []
    for marker, code in enumerate(wider):
        here = replace(request, region="")
        conditions = [quote(f"at:{code}"), "!" + quote(f"in:{request.region}")]
        conditions += ["!" + quote(f"at:{nearer}") for nearer in wider[:marker]]
        branches.append(_branch(here, [all_of(conditions)], 0, limit, marker))
    rows = _execute(" UNION ALL ".join(sql for sql, _ in branches), [p for _, branch in branches for p in branch])
    found = defaultdict(list)
    for marker, object_id, facets in rows:
        found[wider[marker]].append(Hit(object_id, tuple(facets)))
    return found


# --- counts --------------------------------------------------------------------------------


def counts(request: Request) -> Counts:
    """The total and the facet counts, each facet counted as if only its own filter were open."""
    key = f"search:counts:{request.kind}:{generation.current(request.kind)}:{_fingerprint(request)}"
    known = cache.get(key)
    if known is None:
        known = _count(request)
        cache.set(key, known, COUNTS_ARE_KEPT)
    return known


def _fingerprint(request: Request) -> int:
    return hash((request.tsquery(), tuple(request.literals), tuple(request.facet_conditions.items())))


def _count(request: Request) -> Counts:
    # Facets that are not filtered all follow from the same hits; each filtered one needs a scan of its own.
    sql, parameters = _facet_scan(request, without="")
    for mark in request.facet_conditions:
        scan, scan_parameters = _facet_scan(request, without=mark)
        sql += " UNION ALL " + scan
        parameters += scan_parameters
    total, by_facet = 0, {}
    for scanned, facet, count in _execute(sql, parameters):
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
    sql, parameters = _with_literals(sql, parameters, request)
    only = f"WHERE f LIKE '{without}:%%'" if without else ""
    return (
        f"(WITH hits AS MATERIALIZED ({sql}) "
        f"SELECT '{without}', '', count(*) FROM hits "
        f"UNION ALL SELECT '{without}', f, count(*) FROM hits, unnest(facets) f {only} GROUP BY f)",
        parameters,
    )
