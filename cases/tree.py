"""The tree of a case: what it follows, up to the first one, and what follows it."""

from dataclasses import dataclass, field

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef

from cases.models import CaseStudy
from taxonomy import registry

# Deeper ones, and more than these, stand on the pages of the trees below.
MOST_LEVELS, MOST_FOLLOWERS, MOST_ABOVE = 5, 1_000, 30

_ABOVE = """
    WITH RECURSIVE above(id, origin_id, level) AS (
        SELECT id, origin_id, 0 FROM cases_casestudy WHERE id = %s
        UNION ALL
        SELECT c.id, c.origin_id, level + 1 FROM cases_casestudy c JOIN above ON c.id = above.origin_id WHERE level < %s
    ) SELECT id, origin_id, level FROM above WHERE level > 0
"""
# A recursive query gives the nearest first: a LIMIT cuts off the farthest ones.
_BELOW = """
    WITH RECURSIVE below(id, origin_id, level) AS (
        SELECT id, origin_id, 1 FROM cases_casestudy WHERE origin_id = %s
        UNION ALL
        SELECT c.id, c.origin_id, level + 1 FROM cases_casestudy c JOIN below ON c.origin_id = below.id WHERE level < %s
    ) SELECT id, origin_id, -level FROM below LIMIT %s
"""


@dataclass
class Node:
    """One case of the tree; `case` is None for what is not public but stands between cases that are."""

    case: CaseStudy | None
    followers: list["Node"] = field(default_factory=list)
    # Whether there are followers that stand on the page of its own tree only.
    goes_on: bool = False

    @property
    def places(self) -> str:
        regions = registry.regions()
        return "・".join(regions[code].full_name for code in self.case.region_codes[:3])


@dataclass
class Tree:
    """`above`: from the first case to the one that is followed directly; `followers` each with their own."""

    above: list[Node]
    followers: list[Node]
    count: int
    is_cut: bool


def tree_of(pk: int) -> Tree:
    """The tree around the case ``pk`` as everybody may see it; two statements, however large it is."""
    above, below = _links(pk)
    shown = _shown([pk for pk, _ in above + below])
    found: dict[int, Node] = {case.pk: Node(case) for case in shown}
    by_origin: dict[int, list[int]] = {}
    for follower, origin in below[:MOST_FOLLOWERS]:
        by_origin.setdefault(origin, []).append(follower)
    order = {case.pk: place for place, case in enumerate(shown)}
    followers = _followers(pk, by_origin, found, order, level=1)
    path = [found.get(each, Node(None)) for each, _ in reversed(above)]
    while path and path[0].case is None:
        path.pop(0)
    return Tree(path, followers, _count(followers), len(below) > MOST_FOLLOWERS)


def _links(pk: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """(case, its origin) above, nearest first, and below."""
    with connection.cursor() as cursor:
        # One level more than is shown tells where it goes on.
        parameters = [pk, MOST_ABOVE, pk, MOST_LEVELS + 1, MOST_FOLLOWERS + 1]
        cursor.execute(f"({_ABOVE}) UNION ALL ({_BELOW})", parameters)
        rows = cursor.fetchall()
    above = sorted((level, case, origin) for case, origin, level in rows if level > 0)
    below = [(case, origin) for case, origin, level in rows if level < 0]
    return [(case, origin) for _, case, origin in above], below


def _shown(pks: list[int]) -> list[CaseStudy]:
    """The public ones of them with what a line says, in the order in which they began."""
    places = CaseStudy.regions.through.objects.filter(casestudy=OuterRef("pk")).order_by("region_id")
    cases = CaseStudy.objects.published().filter(pk__in=pks).select_related("organization")
    return list(
        cases.only("title", "stage", "started_year", "changed", "is_sample", "status", "organization__name")
        .annotate(region_codes=ArraySubquery(places.values("region_id")))
        .order_by("started_year", "published_at", "pk")
    )


def _followers(pk, by_origin, found, order, level) -> list[Node]:
    """The nodes below a case; what is not public stays only where something public hangs on it."""
    nodes = []
    for follower in sorted(by_origin.get(pk, ()), key=lambda each: (each not in order, order.get(each, 0), each)):
        node = found.get(follower, Node(None))
        if level == MOST_LEVELS:
            node.goes_on = any(each in found for each in by_origin.get(follower, ()))
        else:
            node.followers = _followers(follower, by_origin, found, order, level + 1)
        if node.case or node.followers:
            nodes.append(node)
    return nodes


def _count(nodes: list[Node]) -> int:
    return sum((node.case is not None) + _count(node.followers) for node in nodes)
