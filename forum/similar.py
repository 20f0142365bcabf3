"""What there is already about a title that somebody types: topics, cases, and who could help."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from search.matching import page_of_hits, synonyms
from search.query import parse
from search.relaxing import loosest
from search.request import Request

SHORTEST, LONGEST = 3, 100
# Kind of the index, heading, address of one, how many.
KINDS = (
    ("topic", "似た話題", "forum:topic", 4),
    ("case", "参考になりそうな事例", "cases:detail", 3),
    ("organization", "くわしそうな団体", "organizations:detail", 2),
)


@dataclass(frozen=True)
class SimilarGroup:
    heading: str
    # (title, address)
    links: list[tuple[str, str]]


def similar_to(title: str) -> list[SimilarGroup]:
    """What everybody may read and has the words of ``title``, or the rarest of them; nothing for very short ones."""
    query = parse(title[:LONGEST], synonyms())
    if len(title.strip()) < SHORTEST or query.is_empty:
        return []
    groups = [_group(query, *kind) for kind in KINDS]
    return [group for group in groups if group.links]


def _group(query, kind, heading, url_name, count) -> SimilarGroup:
    request = Request(kind, query)
    hits = page_of_hits(request, 0, count)
    if len(hits) < count and (loose := loosest(request)):
        known = {hit.object_id for hit in hits}
        hits += [hit for hit in page_of_hits(loose, 0, count) if hit.object_id not in known]
    return SimilarGroup(heading, [(hit.title, reverse(url_name, args=[hit.object_id])) for hit in hits[:count]])


@login_not_required
@require_safe
def similar(request):
    """The list for a title (htmx). Without a session nothing is answered, so that the page stays as it is."""
    if request.user.is_anonymous:
        return HttpResponse(status=204)
    return render(request, "forum/_similar.html", {"similar": similar_to(request.GET.get("title", ""))})
