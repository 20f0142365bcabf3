"""Asks the index which objects match, the best first.

A page is one statement made of *tiers*, each a query of its own that excludes the better
ones: all words in the title, the rarest word in the title, all words among the key texts, …
The statement stops as soon as the page is full, so a word that stands in a third of all
texts costs as little as a rare one. Inside a tier the newest comes first.
"""

from collections.abc import Iterable

from django.core.cache import cache
from django.db import connection

from search.analysis import adjacent
from search.cards import Hit
from search.models import Entry, Synonym
from search.query import NO_WORDS, Query, SynonymTable, Term, all_of, any_of, parse, quote
from search.request import Request, Sort, escape_like

SYNONYMS_KEY = "search:synonyms"
SYNONYMS_ARE_KEPT = 60
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


def synonyms() -> SynonymTable:
    """The secretariat's synonyms, analysed; an edited row takes effect everywhere within a minute."""
    table = cache.get(SYNONYMS_KEY)
    if table is None:
        table = SynonymTable.of(Synonym.objects.values_list("words", flat=True))
        cache.set(SYNONYMS_KEY, table, SYNONYMS_ARE_KEPT)
    return table


def forget_synonyms() -> None:
    """Make an edited synonym take effect in this process at once."""
    cache.delete(SYNONYMS_KEY)


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


def _branch(
    request: Request, tiers: list[str], index: int, limit: int, marker: int, leaving_out: int = 0
) -> tuple[str, list]:
    """One tier as SQL, the better tiers excluded, and its parameters."""
    conditions = [condition for condition in [tiers[index]] if condition]
    conditions += ["!" + better for better in tiers[:index]]
    tsquery = request.tsquery(also=conditions)
    sql = f"(SELECT {marker} AS marker, e.id, object_id, facets FROM search_entry e WHERE kind = %s"
    parameters = [request.kind]
    if tsquery:
        sql += " AND vector @@ %s::tsquery"
        parameters.append(tsquery)
    if leaving_out:
        sql += " AND object_id <> %s"
        parameters.append(leaving_out)
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


def _hits(sql: str, parameters: list) -> list[tuple[int, Hit]]:
    """Run ``sql``, rows of marker, entry id, object id and facets, and join the cards in the same order."""
    rows = execute(
        f"""
        SELECT found.marker, found.object_id, found.facets, c.title, c.excerpt, c.html
        FROM (SELECT row_number() OVER () AS place, rows.* FROM ({sql}) rows) found
        JOIN search_card c ON c.entry_id = found.id ORDER BY found.place
        """,
        parameters,
    )
    return [(marker, Hit(object_id, tuple(facets), *card)) for marker, object_id, facets, *card in rows]


def page_of_hits(request: Request, offset: int, limit: int) -> list[Hit]:
    """``limit`` hits from ``offset`` on, the best first."""
    tiers = _tiers(request)
    branches = [_branch(request, tiers, index, offset + limit, index) for index in range(len(tiers))]
    sql = " UNION ALL ".join(sql for sql, _ in branches)
    parameters = [parameter for _, branch in branches for parameter in branch]
    found = _hits(f"SELECT * FROM ({sql}) tiers LIMIT %s OFFSET %s", [*parameters, limit, offset])
    return [hit for _, hit in found]


def hits_by_condition(
    kind: str, conditions: dict[str, str], limit: int, *, query: Query = NO_WORDS, leaving_out: int = 0
) -> dict[str, list[Hit]]:
    """The newest ``limit`` entries for each of several tsquery texts, by the conditions' names."""
    names = list(conditions)
    if not names:
        return {}
    asked = Request(kind, query)
    branches = [_branch(asked, [conditions[name]], 0, limit, marker, leaving_out) for marker, name in enumerate(names)]
    rows = _hits(" UNION ALL ".join(sql for sql, _ in branches), [p for _, branch in branches for p in branch])
    found: dict[str, list[Hit]] = {name: [] for name in names}
    for marker, hit in rows:
        found[names[marker]].append(hit)
    return found


def hits_around(request: Request, limit: int) -> dict[str, list[Hit]]:
    """The newest entries that hold for the wider regions of a search, by their codes, nearest first."""
    wider = request.wider_regions()
    conditions = {}
    for place, code in enumerate(wider):
        nearer = [f"!{quote(f'at:{other}')}" for other in wider[:place]]
        conditions[code] = all_of([quote(f"at:{code}"), f"!{quote(f'in:{request.region}')}", *nearer, *request.others])
    return hits_by_condition(request.kind, conditions, limit, query=request.query)


def hits_of(kind: str, object_ids: Iterable[int]) -> list[Hit]:
    """The cards of public objects by their ids, in the given order; the others are left out."""
    rows = execute(
        """
        SELECT e.object_id, e.facets, c.title, c.excerpt, c.html
        FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted (object_id, place)
        JOIN search_entry e ON e.kind = %s AND e.object_id = wanted.object_id
        JOIN search_card c ON c.entry_id = e.id ORDER BY wanted.place
        """,
        [list(object_ids), kind],
    )
    return [Hit(object_id, tuple(facets), *card) for object_id, facets, *card in rows]
