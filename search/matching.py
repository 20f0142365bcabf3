"""Asks the index which objects match, the best first.

A page is one statement made of *tiers*, each a query of its own that excludes the better
ones: all words in the title, the rarest word in the title, all words among the key texts, …
The statement stops as soon as the page is full, so a word that stands in a third of all
texts costs as little as a rare one. Inside a tier the newest comes first.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

from django.core.cache import cache
from django.db import connection

from search import generation
from search.analysis import adjacent
from search.models import Entry, Synonym
from search.query import SynonymTable, Term, all_of, any_of, parse, quote
from search.request import Request, Sort, escape_like

SYNONYMS_ARE_KEPT = 15 * 60
FREQUENCIES_ARE_KEPT = 10 * 60
# How many of the newest texts the last resort, a search for letters inside words, reads.
LETTERS_ARE_SOUGHT_IN = 5_000


_LETTERS = """
    AND e.id = ANY(ARRAY(
        SELECT newest.id FROM (
            SELECT id FROM search_entry WHERE kind = %s ORDER BY published_at DESC, object_id DESC LIMIT %s
        ) newest JOIN search_entrytext x ON x.entry_id = newest.id WHERE x.text ILIKE ALL(%s)
    ))
"""


@dataclass(frozen=True)
class Hit:
    object_id: int
    facets: tuple[str, ...]

    def values(self, mark: str) -> list[str]:
        """What stands behind ``mark`` ("at", "theme", "org") among the facets."""
        return [facet[len(mark) + 1 :] for facet in self.facets if facet.startswith(mark + ":")]


def synonyms() -> SynonymTable:
    """The secretariat's synonyms, analysed; kept until a row changes."""
    key = f"search:synonyms:{generation.current(generation.SYNONYMS)}"
    table = cache.get(key)
    if table is None:
        table = SynonymTable.of(Synonym.objects.values_list("words", flat=True))
        cache.set(key, table, SYNONYMS_ARE_KEPT)
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
    sql = f"(SELECT {marker} AS marker, object_id, facets FROM search_entry e WHERE kind = %s"
    parameters = [request.kind]
    if tsquery:
        sql += " AND vector @@ %s::tsquery"
        parameters.append(tsquery)
    sql, parameters = with_texts(sql, parameters, request)
    return f"{sql} ORDER BY published_at DESC, object_id DESC LIMIT {limit})", parameters


def with_texts(sql: str, parameters: list, request: Request) -> tuple[str, list]:
    """Add what only the texts can tell, verbatim phrases and letters inside words, to a WHERE clause."""
    for pattern in request.literals:
        sql += " AND EXISTS (SELECT FROM search_entrytext x WHERE x.entry_id = e.id AND x.text ILIKE %s)"
        parameters.append(pattern)
    if request.letters:
        sql += _LETTERS
        parameters += [request.kind, LETTERS_ARE_SOUGHT_IN, [f"%{escape_like(text)}%" for text in request.letters]]
    return sql, parameters


def execute(sql: str, parameters: list) -> list[tuple]:
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
    rows = execute(f"SELECT * FROM ({sql}) tiers LIMIT %s OFFSET %s", [*parameters, limit, offset])
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
    rows = execute(" UNION ALL ".join(sql for sql, _ in branches), [p for _, branch in branches for p in branch])
    found = defaultdict(list)
    for marker, object_id, facets in rows:
        found[wider[marker]].append(Hit(object_id, tuple(facets)))
    return found
