"""Asks the index which objects match, the best first.

A page is one statement made of *tiers*, each a query of its own that excludes the better
ones: all words in the title, the rarest word in the title, all words among the key texts, …
The statement stops as soon as the page is full, so a word that stands in a third of all
texts costs as little as a rare one. Inside a tier the newest comes first.
"""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import combinations
from math import isqrt

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from search.analysis import adjacent
from search.cards import Hit
from search.models import Entry, Synonym
from search.query import NO_WORDS, Query, SynonymTable, Term, all_of, any_of, parse, quote
from search.request import Period, Request, Sort, escape_like

SYNONYMS_KEY = "search:synonyms"
SYNONYMS_ARE_KEPT = 60
ENTRIES_KEY, FREQUENCIES_KEY = "search:entries", "search:frequencies"
STATISTICS_ARE_KEPT = 10 * 60
# How many of the newest texts the last resort, a search for letters inside words, reads.
LETTERS_ARE_SOUGHT_IN = 2_000
# Up to how many hits one pass over them beats a statement of tiers.
FEW = 60
# More than the tiers of any question.
MOST_TIERS = 100
# From which share of the entries on a word tells little, where it stands in so many at all.
COMMON, MANY = 0.05, 50
OFTEN = 0.01
# Orders that other indexes have.
BY_DAY = (Sort.DATE, Sort.DEADLINE)
# More than the lists around any page.
MOST_WANTED = 1_000


_LEXEME, _INNERMOST, _ASKED = re.compile(r"'(?:[^'\\]|''|\\.)*'"), re.compile(r"\(([^()]*)\)"), re.compile("(?<!!)x")
# The text is fetched for each of the newest by itself: a join would begin with reading all texts.
_LETTERS = """
    AND e.id = ANY(ARRAY(
        SELECT newest.id FROM (
            SELECT id FROM search_entry WHERE kind = %s ORDER BY published_at DESC, object_id DESC LIMIT %s
        ) newest WHERE (SELECT x.text ILIKE ALL(%s) FROM search_entrytext x WHERE x.entry_id = newest.id)
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
    for term in query.terms:
        if term.literal:
            entries = entries.filter(text__text__icontains=term.text)
    return entries.values("object_id")


def _statistic(key: str):
    """One of the things that the planner knows of the entries since the last ANALYZE; all are read together."""
    known = cache.get(key)
    if known is None:
        found = _statistics()
        cache.set_many(found, STATISTICS_ARE_KEPT)
        known = found[key]
    return known


def _statistics() -> dict:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT greatest(reltuples, 0)::bigint,
                   kinds.most_common_vals::text::text[], kinds.most_common_freqs,
                   words.most_common_elems::text::text[], words.most_common_elem_freqs
            FROM pg_class
            LEFT JOIN pg_stats kinds ON kinds.schemaname = current_schema
                AND kinds.tablename = 'search_entry' AND kinds.attname = 'kind'
            LEFT JOIN pg_stats words ON words.schemaname = current_schema
                AND words.tablename = 'search_entry' AND words.attname = 'vector'
            WHERE pg_class.oid = 'search_entry'::regclass
            """
        )
        entries, kinds, shares, lexemes, frequencies = cursor.fetchone()
    return {
        ENTRIES_KEY: (entries, dict(zip(kinds or (), shares or (), strict=False))),
        # After the shares of the lexemes come their least, their greatest, and that of none.
        FREQUENCIES_KEY: dict(zip(lexemes or (), frequencies or (), strict=False)),
    }


def _frequencies() -> dict[str, float]:
    """How common the most common lexemes are; a copy, so that whoever asks for many asks once."""
    return _statistic(FREQUENCIES_KEY)


def _entries(kinds: Iterable[str] | None = None) -> int:
    """How many entries there are of ``kinds``, or of all."""
    entries, shares = _statistic(ENTRIES_KEY)
    if kinds is None or not shares:
        return entries
    return round(entries * sum(shares.get(kind, 0.0) for kind in kinds))


def _commonness(term: Term, frequencies: dict[str, float]) -> float:
    """The share of entries with the term, by the statistics; 0 for what is too rare to be listed."""
    return sum(
        min(frequencies.get(lexeme, 0.0) for forms in alternative for lexeme in adjacent(forms))
        for alternative in term.alternatives
    )


def stands_often(lexemes: Iterable[str]) -> bool:
    """Whether one of the lexemes stands in so many entries that the newest ones are soon found by date."""
    frequencies = _frequencies()
    return any(frequencies.get(lexeme, 0.0) > OFTEN for lexeme in lexemes)


def rare_terms(query: Query, limit: int) -> list[Term]:
    """The words of ``query``, compounds taken apart, that tell most, by the statistics alone: no statement."""
    parts = dict.fromkeys(part for term in query.terms for part in (term.parts() or [term]))
    frequencies = _frequencies()
    common = {term: _commonness(term, frequencies) for term in parts}
    most = max(COMMON, MANY / max(_entries(), 1))
    return [term for term in sorted(parts, key=common.__getitem__) if common[term] < most][:limit]


def _by_rarity(terms: tuple[Term, ...]) -> list[Term]:
    """The terms, the one that tells most first."""
    if len(terms) < 2:
        return list(terms)
    frequencies = _frequencies()
    return sorted(terms, key=lambda term: _commonness(term, frequencies))


def rarest_found(kinds: Iterable[str], terms: Iterable[Term], limit: int) -> tuple[Term, ...]:
    """The ``limit`` rarest of ``terms`` that stand in any entry of ``kinds`` at all, in the given order."""
    kinds, terms = list(kinds), list(dict.fromkeys(terms))
    frequencies = _frequencies()
    common = {term: _commonness(term, frequencies) for term in terms}
    rare = [term for term in terms if not common[term]]
    if rare:
        # What the statistics do not list is rare, so that counting it is cheap; in each kind's own index.
        counting = "(SELECT count(*) FROM search_entry WHERE kind = %s AND vector @@ %s::tsquery)"
        parameters = [parameter for term in rare for kind in kinds for parameter in (kind, term.tsquery())]
        sums = ", ".join(" + ".join([counting] * len(kinds)) for _ in rare)
        found, entries = execute(f"SELECT {sums}", parameters)[0], _entries(kinds)
        common |= {term: count / max(entries, count, 1) for term, count in zip(rare, found, strict=True)}
    rarest = sorted((term for term in terms if common[term]), key=common.__getitem__)[:limit]
    return tuple(term for term in terms if term in rarest)


@dataclass(frozen=True)
class Tier:
    """A condition beside the request's own, and those of better tiers that it must leave out."""

    condition: str = ""
    without: tuple[str, ...] = ()
    # Whether the condition asks for the title or the key texts.
    is_prominent: bool = False

    def conditions(self) -> list[str]:
        return [*([self.condition] if self.condition else []), *("!" + better for better in self.without)]


def _tiers(request: Request) -> list[Tier]:
    """From the best place to stand to none; no entry is in two of them."""
    if request.sort == Sort.SIMILAR:
        return _tiers_of_regions([*request.own_regions(), *request.alike_regions()])
    terms = _by_rarity(request.query.terms)
    if not terms or request.sort != Sort.RELEVANCE:
        return [Tier()]
    if request.any_word:
        return _tiers_of_subsets(terms)
    in_title = [term.tsquery("t:") for term in terms]
    in_key = [term.tsquery("k:") for term in terms]
    frequent = [term.tsquery("f:") for term in terms]
    prominent = [any_of(places) for places in zip(in_title, in_key, strict=True)]
    present = all_of(any_of(places) for places in zip(in_title, in_key, frequent, strict=True))
    all_in_title, all_prominent = all_of(in_title), all_of(prominent)
    if len(terms) == 1:
        return [
            Tier(all_in_title, (), True),
            Tier(all_prominent, (all_in_title,), True),
            Tier(present, (all_prominent,)),
            Tier("", (present,)),
        ]
    # Each leaves out only those better ones that do not imply each other.
    rarest_in_title = all_of([in_title[0], *prominent[1:]])
    return [
        Tier(all_in_title, (), True),
        Tier(rarest_in_title, (all_in_title,), True),
        Tier(all_prominent, (rarest_in_title,), True),
        Tier(in_title[0], (all_prominent,), True),
        Tier(prominent[0], (all_prominent, in_title[0]), True),
        Tier(present, (prominent[0],)),
        Tier("", (prominent[0], present)),
    ]


def _tiers_of_subsets(terms: list[Term]) -> list[Tier]:
    """One tier for every set of words that an entry may have of those asked: many and rare ones first."""
    subsets = [subset for size in range(len(terms), 0, -1) for subset in combinations(terms, size)]
    # Combinations of words in the order of their rarity come in the order of the subsets' rarity.
    return [
        Tier(
            all_of(term.tsquery() for term in subset),
            tuple(term.tsquery() for term in terms if term not in subset),
        )
        for subset in subsets
    ]


def _tiers_of_regions(codes: list[str]) -> list[Tier]:
    """One tier for each region in the given order, and one for all others."""
    places = [quote(f"in:{code}") for code in codes]
    return [Tier(place, tuple(places[:number])) for number, place in enumerate([*places, ""])]


def is_common(request: Request, total: int | None, limit: int) -> bool:
    """Whether the newest ``limit`` of ``total`` hits are found sooner by date than by sorting all hits.

    Where nobody has counted them (None), no more of them are read than tells it. Measured: an entry read in the order
    of dates costs 10 µs, for its vector is unpacked; a hit of the GIN index that is sorted costs 0.6 µs.
    """
    most = isqrt(16 * limit * _entries([request.kind]))
    if total is not None:
        return total > most
    tsquery = request.tsquery()
    if not tsquery:
        return True
    sql, parameters = "SELECT 1 FROM search_entry e WHERE kind = %s AND vector @@ %s::tsquery", [request.kind, tsquery]
    found = execute(f"SELECT count(*) FROM ({sql} LIMIT {most + 1}) hits", parameters)
    return found[0][0] > most


def _branch(
    request: Request, tier: Tier, limit: int, marker: int | str, leaving_out: int = 0, *, is_common: bool = False
) -> tuple[str, list]:
    """One tier as SQL with its parameters; ``marker`` is a number or an expression that gives one.

    The planner takes every word that is not among the commonest for equally rare, and reads the entries by
    date where it should not. An order that no index has keeps it from that; no date is NULL.
    """
    tsquery = request.tsquery(also=tier.conditions())
    sql = f"(SELECT {marker} AS marker, e.id, object_id FROM search_entry e WHERE kind = %s"
    parameters = [request.kind]
    if leaving_out:
        sql += " AND object_id <> %s"
        parameters.append(leaving_out)
    sql, parameters = restricted(sql, parameters, request, tsquery)
    if request.sort == Sort.DEADLINE:
        # Days to come first, the nearest at the top; then what has no such day; then what is over.
        sql += " ORDER BY CASE WHEN due_on >= %s THEN 0 WHEN due_on IS NULL THEN 1 ELSE 2 END, due_on,"
        return f"{sql} published_at DESC, object_id DESC LIMIT {limit})", [*parameters, timezone.localdate()]
    if request.sort == Sort.DATE:
        is_over = request.period is not None and request.period.first is None
        # None of them is NULL: the index is passed by, which begins with what is long over.
        order = (
            "starts_at DESC NULLS LAST" if is_over else "starts_at NULLS FIRST" if is_narrow(tsquery) else "starts_at"
        )
        return f"{sql} ORDER BY {order}, published_at DESC, object_id DESC LIMIT {limit})", parameters
    order = "published_at DESC" if is_common else "published_at DESC NULLS LAST"
    if request.sort == Sort.AMOUNT:
        order = f"amount DESC NULLS LAST, {order}"
    return f"{sql} ORDER BY {order}, object_id DESC LIMIT {limit})", parameters


def _in_one_scan(request: Request, tiers: list[Tier], offset: int, limit: int) -> tuple[str, list]:
    """All tiers in one pass, for few hits: it unpacks the vector of each of them."""
    cases = " ".join(f"WHEN vector @@ %s::tsquery THEN {marker}" for marker in range(len(tiers) - 1))
    parameters = [tier.condition for tier in tiers[:-1]]
    sql = (
        f"SELECT CASE {cases} ELSE {len(tiers) - 1} END AS marker, e.id, object_id FROM search_entry e WHERE kind = %s"
    )
    parameters.append(request.kind)
    sql, parameters = restricted(sql, parameters, request, request.tsquery())
    return f"{sql} ORDER BY marker, published_at DESC, object_id DESC LIMIT {limit} OFFSET {offset}", parameters


def is_narrow(tsquery: str) -> bool:
    """Whether the index of vectors finds what ``tsquery`` asks for: not where it only says what must not be there."""
    # Brackets are replaced by what they ask for, from the innermost on.
    left = _LEXEME.sub("x", tsquery)
    while "(" in left:
        left = _INNERMOST.sub(lambda found: "x" if _ASKED.search(found[1]) else "", left)
    return bool(_ASKED.search(left))


def restricted(sql: str, parameters: list, request: Request, tsquery: str) -> tuple[str, list]:
    """Add to a WHERE clause what is asked: ``tsquery``, the question's own with what a caller adds to it, and what the
    vector does not tell: the period, verbatim phrases, letters inside words."""
    if tsquery:
        sql, parameters = f"{sql} AND vector @@ %s::tsquery", [*parameters, tsquery]
    if request.period:
        sql, parameters = _within(sql, parameters, request.period, is_narrow(tsquery))
    for pattern in request.literals:
        sql += " AND EXISTS (SELECT FROM search_entrytext x WHERE x.entry_id = e.id AND x.text ILIKE %s)"
        parameters.append(pattern)
    if request.letters:
        sql += _LETTERS
        parameters += [request.kind, LETTERS_ARE_SOUGHT_IN, [f"%{escape_like(text)}%" for text in request.letters]]
    return sql, parameters


def _within(sql: str, parameters: list, period: Period, is_narrow: bool) -> tuple[str, list]:
    """The planner takes days for rare, which most kinds have none of, and unpacks the vector of everything that has
    one rather than ask the index of vectors. Sums have no index and keep it from that."""
    starts_at, due_on = ("(starts_at + interval '0')", "due_on + 0") if is_narrow else ("starts_at", "due_on")
    sql = f"{sql} AND {starts_at} IS NOT NULL"
    if period.first:
        sql, parameters = f"{sql} AND {due_on} >= %s", [*parameters, period.first]
    if period.last and not period.first:
        # What has begun and goes on is not over.
        return f"{sql} AND {due_on} <= %s", [*parameters, period.last]
    if period.last:
        end = timezone.make_aware(datetime.combine(period.last + timedelta(days=1), time.min))
        sql, parameters = f"{sql} AND {starts_at} < %s", [*parameters, end]
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


def _hits(sql: str, parameters: list, prominent: Container[int] = ()) -> list[tuple[int, Hit]]:
    """Run ``sql``, rows of marker, entry id and object id, and join the cards in the same order.

    ``prominent`` holds the markers of the tiers that ask for the title or the key texts.
    """
    rows = execute(
        f"""
        SELECT found.marker, found.object_id, c.title, c.excerpt, c.html
        FROM (SELECT row_number() OVER () AS place, rows.* FROM ({sql}) rows) found
        JOIN search_card c ON c.entry_id = found.id ORDER BY found.place
        """,
        parameters,
    )
    return [(marker, Hit(*row, is_prominent=marker in prominent)) for marker, *row in rows]


def page_of_hits(request: Request, offset: int, limit: int, total: int | None = None) -> list[Hit]:
    """``limit`` hits from ``offset`` on, the best first; a ``total`` that is known helps to choose how."""
    sql, parameters, prominent = _page(request, offset, limit, total)
    return [hit for _, hit in _hits(sql, parameters, prominent)]


def best_hits(requests: list[Request], limit: int, totals: list[int]) -> list[list[Hit]]:
    """The best ``limit`` hits of each of several questions that have so many hits in all, in one statement."""
    branches, parameters, prominent = [], [], set()
    for place, (request, total) in enumerate(zip(requests, totals, strict=True)):
        if total:
            sql, its, markers = _page(request, 0, limit, total)
            branches.append(f"(SELECT {place * MOST_TIERS} + marker AS marker, id, object_id FROM ({sql}) of_{place})")
            parameters += its
            prominent |= {place * MOST_TIERS + marker for marker in markers}
    found: list[list[Hit]] = [[] for _ in requests]
    for marker, hit in _hits(" UNION ALL ".join(branches), parameters, prominent) if branches else ():
        found[marker // MOST_TIERS].append(hit)
    return found


def _page(request: Request, offset: int, limit: int, total: int | None) -> tuple[str, list, set[int]]:
    """A page of hits as SQL with its parameters, and the markers of its tiers of titles and key texts."""
    tiers = _tiers(request)
    prominent = {marker for marker, tier in enumerate(tiers) if tier.is_prominent}
    if total is not None and total <= FEW and len(tiers) > 1 and not request.any_word:
        return *_in_one_scan(request, tiers, offset, limit), prominent
    last = len(tiers) - 1
    by_date = request.sort not in BY_DAY and is_common(request, total, offset + limit)
    branches = [
        _branch(request, tier, offset + limit, marker, is_common=by_date and marker == last)
        for marker, tier in enumerate(tiers)
    ]
    return *_until_full(branches, offset, limit), prominent


def hits_alike(request: Request, limit: int) -> list[Hit]:
    """Hits of the towns most like the region of a question with `Sort.SIMILAR`, the nearest town's first."""
    own = len(request.own_regions())
    tiers = _tiers(request)[own:-1]
    branches = [_branch(request, tier, limit, marker) for marker, tier in enumerate(tiers)]
    return [hit for _, hit in _hits(*_until_full(branches, 0, limit))]


def _until_full(branches: list[tuple[str, list]], offset: int, limit: int) -> tuple[str, list]:
    """One page of branches that follow each other; those that are not needed for it are not asked."""
    sql = " UNION ALL ".join(sql for sql, _ in branches)
    parameters = [parameter for _, branch in branches for parameter in branch]
    return f"SELECT * FROM ({sql}) tiers LIMIT %s OFFSET %s", [*parameters, limit, offset]


def ids_of_hits(request: Request, limit: int, condition: str = "") -> list[int]:
    """The ids of all hits that meet the tsquery text ``condition``, too, without their cards.

    At most ``limit``, the first ones by `Request.sort` where that is no question of relevance.
    """
    sql, parameters = _branch(request, Tier(condition), limit, 0)
    return [pk for _, _, pk in execute(sql, parameters)]


def hits_by_condition(
    kind: str,
    conditions: dict[str, str],
    limit: int,
    *,
    query: Query = NO_WORDS,
    leaving_out: int = 0,
    common: Container[str] = (),
    period: Period | None = None,
) -> dict[str, list[Hit]]:
    """The newest ``limit`` entries for each of several tsquery texts, by the conditions' names.

    ``common`` names those that a large part of all entries meets. In a ``period`` it is not the newest but the
    soonest that come.
    """
    asked = Request(kind, query, period=period, sort=Sort.DATE if period else Sort.RELEVANCE)
    wanted = [Wanted(asked, condition, is_common=name in common) for name, condition in conditions.items()]
    return dict(zip(conditions, first_hits(wanted, limit, leaving_out), strict=True))


@dataclass(frozen=True)
class Wanted:
    """A question whose hits must meet the tsquery text ``condition``, too.

    ``is_common``: a large part of all entries meets it. `hits_of` reads the rest: how many hits, which object not,
    and whether it is asked how many there are in all.
    """

    request: Request
    condition: str = ""
    is_common: bool = False
    limit: int = 0
    leaving_out: int = 0
    is_counted: bool = False


def first_hits(wanted: Sequence[Wanted], limit: int, leaving_out: int = 0) -> list[list[Hit]]:
    """The first ``limit`` hits of each of several questions, perhaps about several kinds, in one statement.

    The newest come first, whatever words are asked for, or what the question's own order says.
    """
    return [hits for hits, _ in hits_of([replace(one, limit=limit, leaving_out=leaving_out) for one in wanted])]


def hits_of(wanted: Sequence[Wanted]) -> list[tuple[list[Hit], int]]:
    """The first hits of each question and, where that is asked, how many there are; in one statement."""
    return [found for (found,) in hits_in_turn([[one] for one in wanted])]


def hits_in_turn(groups: Sequence[Sequence[Wanted]]) -> list[list[tuple[list[Hit], int]]]:
    """The same for groups of questions. A question leaves out what meets one before it in its group, and is asked only
    while those have found fewer than the first of them may have. In one statement."""
    statements, parameters, marker = [], [], 0
    found: list[list[tuple[list[Hit], int]]] = [[([], 0) for _ in group] for group in groups]
    places = [(number, place) for number, group in enumerate(groups) for place in range(len(group))]
    for group in filter(None, groups):
        branches = []
        for place, one in enumerate(group):
            # The total travels in the marker, which every row has.
            marked = f"{marker} + {MOST_WANTED} * count(*) OVER ()" if one.is_counted else marker
            tier = Tier(one.condition, tuple(earlier.condition for earlier in group[:place]))
            branches.append(_branch(one.request, tier, one.limit, marked, one.leaving_out, is_common=one.is_common))
            marker += 1
        sql, its = _until_full(branches, 0, group[0].limit) if len(branches) > 1 else branches[0]
        statements.append(f"({sql})")
        parameters += its
    for marked, hit in _hits(" UNION ALL ".join(statements), parameters) if statements else ():
        total, marker = divmod(marked, MOST_WANTED)
        number, place = places[marker]
        found[number][place] = ([*found[number][place][0], hit], total)
    return found


def hits_around(request: Request, limit: int) -> dict[str, list[Hit]]:
    """The newest entries that hold for the wider regions of a search, by their codes, nearest first."""
    conditions = around_conditions(request)
    return hits_by_condition(request.kind, conditions, limit, query=request.query, period=request.period)


def around_conditions(request: Request) -> dict[str, str]:
    """What holds for each of the wider regions of a search, and for none nearer, as tsquery texts by their codes."""
    wider = request.wider_regions()
    conditions = {}
    for place, code in enumerate(wider):
        nearer = [f"!{quote(f'at:{other}')}" for other in wider[:place]]
        conditions[code] = all_of([quote(f"at:{code}"), f"!{quote(f'in:{request.region}')}", *nearer, *request.others])
    return conditions
