"""What is new of what somebody follows: for the digests, and to count it on the person's own page.

A subscription asks for posts of the board by a condition of the database, and for everything else by questions to
the search index. Whether the subscriber may read it is asked apart from that, of the content itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Value

from cases.models import CaseStudy
from events.models import Event
from forum import saved_lists
from forum.list_address import codes_within
from forum.lists import about, fitting
from forum.models import ClosedPost, ClosedTopic, Post, State, Subscription, Topic, What
from organizations.models import Organization
from policies.models import Policy
from search.matching import execute, restricted
from search.models import Entry
from search.query import any_of, quote
from search.request import Request
from taxonomy import registry

# What else than topics and posts there is, in the order in which mails tell of it.
CONTENT = {model.search_kind: model for model in (Event, CaseStudy, Policy, Organization)}
TOPICS = (Topic.search_kind, ClosedTopic.search_kind)
POSTS = (Post.search_kind, ClosedPost.search_kind)
# A person's own page says 「99件以上」 beyond this.
MOST_COUNTED = 99


@dataclass(frozen=True)
class Question:
    """What is asked of the index about one kind of content; ``also`` is a tsquery text."""

    request: Request
    also: str = ""

    @property
    def kind(self) -> str:
        return self.request.kind


@dataclass(frozen=True)
class Wanted:
    """What a subscription asks for. ``posts`` is a condition on posts; None where it asks for none."""

    posts: Q | None = None
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Window:
    """What is wanted, from ``start`` until before ``end``."""

    wanted: Wanted
    start: datetime
    end: datetime

    def posts(self) -> Q:
        if self.wanted.posts is None:
            return Q(pk__in=[])
        return self.wanted.posts & Q(published_at__gte=self.start, published_at__lt=self.end)


def wanted_by(subscription: Subscription, reader) -> Wanted:
    """What the subscription asks for, as ``reader`` may read it."""
    return _WANTED[subscription.what](subscription, reader)


def _place(subscription, reader) -> Wanted:
    theme, region = subscription.theme, subscription.region
    topics = about(
        Topic.objects.order_by(), [theme.pk] if theme else [], codes_within(_known(region)) if region else []
    )
    asked = {"themes": (theme.slug,) if theme else (), "region": region.code if region else ""}
    questions = tuple(Question(Request(kind, **asked)) for kind in CONTENT)
    return Wanted(Q() if not (theme or region) else Q(topic__in=topics.values("pk")), questions)


def _known(region):
    return registry.regions()[region.code]


def _organization(subscription, reader) -> Wanted:
    pk = subscription.organization_id
    takes_part = any_of([quote(f"by:{pk}"), quote(f"with:{pk}")])
    questions = (
        Question(Request(Event.search_kind), takes_part),
        Question(Request(CaseStudy.search_kind), takes_part),
        Question(Request(Policy.search_kind), quote(f"ministry:{pk}")),
    )
    return Wanted(_naming("organizations", pk), questions)


def _case(subscription, reader) -> Wanted:
    pk = subscription.case_id
    return Wanted(_naming("cases", pk), (Question(Request(CaseStudy.search_kind), quote(f"from:{pk}")),))


def _naming(name, pk) -> Q:
    """Posts of topics that name something."""
    return Q(topic__in=Topic.objects.order_by().filter(**{name: pk}).values("pk"))


def _event(subscription, reader) -> Wanted:
    return Wanted()


def _list(subscription, reader) -> Wanted:
    saved = saved_lists.stored(subscription.address, reader)
    if saved is None:
        return Wanted()
    if saved.is_of_topics:
        topics = Topic.objects.order_by()
        if saved.board:
            topics = topics.filter(board=saved.board)
        return Wanted(Q(topic__in=fitting(topics, saved.address, reader).values("pk")))
    questions = tuple(Question(request) for request in saved.requests if request.kind in CONTENT)
    posts = [_posts_found(request) for request in saved.requests if request.kind not in CONTENT]
    return Wanted(_any(posts) if posts else None, questions)


def _posts_found(request) -> Q:
    entries = Entry.objects.filter(kind=request.kind)
    if tsquery := request.tsquery():
        entries = entries.matching(tsquery)
    for term in request.query.terms:
        if term.literal:
            entries = entries.filter(text__text__icontains=term.text)
    found = entries.values("object_id")
    return Q(topic__in=found) if request.kind in TOPICS else Q(pk__in=found)


_WANTED = {
    What.PLACE: _place,
    What.ORGANIZATION: _organization,
    What.CASE: _case,
    What.EVENT: _event,
    What.LIST: _list,
}


def _any(conditions: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


def posts_in(windows: Iterable[Window]):
    """Posts that are new in any of the windows; those of topics that the reader may not read are among them."""
    return Post.objects.filter(_any(window.posts() for window in windows), state=State.VISIBLE)


def entries_in(windows: Iterable[Window], most: int) -> dict[str, list[int]]:
    """The keys of everything else that is new in any of the windows, the newest first and at most ``most`` of each
    question, by kind; in one statement."""
    asked = [(window, question) for window in windows for question in window.wanted.questions]
    found: dict[str, dict[int, datetime]] = {}
    if not asked:
        return {}
    branches = [_branch(question, window.start, window.end, most) for window, question in asked]
    for kind, pk, at in execute(" UNION ALL ".join(sql for sql, _ in branches), [p for _, ps in branches for p in ps]):
        found.setdefault(kind, {})[pk] = at
    return {kind: sorted(ats, key=lambda pk: (ats[pk], pk), reverse=True) for kind, ats in found.items()}


def _branch(question: Question, start, end, most) -> tuple[str, list]:
    sql = "(SELECT kind, object_id, published_at FROM search_entry e WHERE kind = %s AND published_at >= %s"
    parameters = [question.kind, start]
    if end:
        sql, parameters = f"{sql} AND published_at < %s", [*parameters, end]
    tsquery = question.request.tsquery(also=[question.also] if question.also else [])
    sql, parameters = restricted(sql, parameters, question.request, tsquery)
    return f"{sql} ORDER BY published_at DESC, object_id DESC LIMIT {most})", parameters


def counts(subscriptions: list[Subscription], reader) -> dict[int, int]:
    """How much is new in each since the person last looked, by its key, in two statements; a little more than
    `MOST_COUNTED` where there is more."""
    wanted = {one.pk: (one, wanted_by(one, reader)) for one in subscriptions}
    found = dict.fromkeys(wanted, 0)
    for pk, count in (*_counted_entries(wanted), *_counted_topics(wanted, reader)):
        found[pk] += count
    return found


def _counted_entries(wanted) -> list[tuple[int, int]]:
    branches = []
    for pk, (subscription, asked) in wanted.items():
        for question in asked.questions:
            sql, parameters = _branch(question, subscription.looked_at, None, MOST_COUNTED + 1)
            branches.append((f"(SELECT %s::bigint, count(*) FROM {sql} hits)", [pk, *parameters]))  # noqa: S608 (made of constants)
    if not branches:
        return []
    return execute(" UNION ALL ".join(sql for sql, _ in branches), [p for _, ps in branches for p in ps])


def _counted_topics(wanted, reader) -> list[tuple[int, int]]:
    """Topics with posts of others since the last look."""
    parts = []
    for pk, (subscription, asked) in wanted.items():
        if asked.posts is not None:
            parts.append(_topics_since(asked.posts, subscription.looked_at, reader, pk))
    if not parts:
        return []
    first, *others = parts
    return list(first.union(*others, all=True))


def _topics_since(posts: Q, since, reader, pk):
    new = Post.objects.filter(posts, state=State.VISIBLE, published_at__gte=since)
    if reader.is_authenticated:
        new = new.filter(Q(author=None) | ~Q(author=reader))
    topics = Topic.objects.visible_to(reader).visible().filter(last_posted_at__gte=since, pk__in=new.values("topic"))
    return topics.order_by().annotate(of=Value(pk)).values("of").annotate(count=Count("pk")).values_list("of", "count")
