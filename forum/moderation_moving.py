"""Moving a topic to another board, merging two topics, and making a topic of some posts of another.

Numbers of posts are never used twice: merged posts are numbered on, split ones leave gaps, and texts that name a
post (「>>12」) go on naming the same one.
"""

import re
from enum import StrEnum

from django.db import transaction
from django.db.models import F, Q

from forum import indexing
from forum.actions import locked, recount
from forum.markup import render_post, renumbered
from forum.models import Board, ClosedPost, ModerationStep, Post, ReadMark, State, Step, Topic, Watch
from forum.moderation_steps import AlreadyDone, check, record
from forum.quoting import address_of_number
from search.actions import index_many

LINKS = ("cases", "policies", "events", "organizations")
MOST_SPLIT = 500
# What would mean something in the text of a Markdown link.
_NOT_IN_LINKS = re.compile(r"[^\w\s・、。（）「」！？ー〜-]")


class Why(StrEnum):
    SAME = "same"
    NEEDS_THEME = "needs_theme"
    OTHER_READERS = "other_readers"
    NOT_SHOWN = "not_shown"
    NO_POSTS = "no_posts"
    FIRST_POST = "first_post"
    TOO_MANY = "too_many"
    HELD_OR_HIDDEN = "held_or_hidden"


class CannotMove(Exception):
    """What was asked makes no sense; ``why`` tells."""

    def __init__(self, why: Why):
        super().__init__(why)
        self.why = why


@transaction.atomic
def move(topic: Topic, board: Board, *, by, themes=(), note: str = "") -> ModerationStep:
    """Put the topic on another board, whose readers may be others; a pinned one is pinned no more."""
    check(Step.MOVE, by=by)
    topic = locked(topic)
    if topic.merged_into_id:
        raise AlreadyDone(f"topic {topic.pk} was merged")
    if topic.board_id == board.pk:
        raise CannotMove(Why.SAME)
    topic.themes.add(*themes)
    if board.is_by_theme and not topic.themes.exists():
        raise CannotMove(Why.NEEDS_THEME)
    topic.board, topic.pinned_at = board, None
    topic.save(update_fields=["board", "pinned_at"])
    indexing.index_all_of(topic)
    return record(Step.MOVE, by=by, person=topic.author, topic=topic, note=note)


@transaction.atomic
def merge(topic: Topic, into: Topic, *, by, note: str = "") -> ModerationStep:
    """Append the posts of ``topic`` to another topic of the same readers; the old address leads there."""
    check(Step.MERGE, by=by)
    topic, into = _both_locked(topic, into)
    before = into.last_number
    moved = list(topic.posts.order_by("number").values_list("pk", flat=True))
    first = topic.posts.select_related("author").order_by("number").first()
    _carry_over(topic, into)
    numbers = {number: number + before for number in topic.posts.values_list("number", flat=True)}
    topic.posts.update(topic=into, number=F("number") + before)
    _rename(Post.objects.filter(pk__in=moved), lambda number: f">>{numbers[number]}" if number in numbers else None)
    into.last_number = before + topic.last_number
    into.save(update_fields=["last_number"])
    topic.state, topic.merged_into, topic.best_answer, topic.pinned_at = State.HIDDEN, into, None, None
    topic.merged_from = before + 1
    topic.save(update_fields=["state", "merged_into", "merged_from", "best_answer", "pinned_at"])
    Topic.objects.filter(merged_into=topic).update(merged_into=into, merged_from=F("merged_from") + before)
    recount(topic)
    recount(into)
    _index(moved, topic, into)
    if _carry_over_places(topic, into):
        indexing.index_all_of(into)
    if first:
        first.refresh_from_db(fields=["topic", "number"])
    return record(Step.MERGE, by=by, person=topic.author, topic=into, post=first, note=note)


def _both_locked(topic, into):
    """Always in the same order, so that nobody waits for somebody who waits."""
    if topic.pk == into.pk:
        raise CannotMove(Why.SAME)
    pks = sorted((topic.pk, into.pk))
    found = {pk: locked(Topic(pk=pk)) for pk in pks}
    topic, into = found[topic.pk], found[into.pk]
    if topic.merged_into_id:
        raise AlreadyDone(f"topic {topic.pk} was merged")
    if not (topic.is_visible and into.is_visible):
        raise CannotMove(Why.NOT_SHOWN)
    if topic.board.visibility != into.board.visibility:
        raise CannotMove(Why.OTHER_READERS)
    return topic, into


def _carry_over(topic, into):
    """Watches, bookmarks, marks of what was read, and what the topic is linked with.

    Whoever has both keeps what was chosen there. What somebody read here counts as read there only if nothing before
    it is unread.
    """
    for name in LINKS:
        getattr(into, name).add(*getattr(topic, name).all())
    for own, others in ((topic.watches, into.watches), (topic.bookmarks, into.bookmarks)):
        own.exclude(user__in=others.values("user")).update(topic=into)
        own.all().delete()
    read_here = dict(topic.read_marks.values_list("user", "number"))
    read_all = list(into.read_marks.filter(user__in=read_here, number__gte=_last_shown(into)))
    for mark in read_all:
        mark.number = into.last_number + read_here[mark.user_id]
    ReadMark.objects.bulk_update(read_all, ["number"], batch_size=500)
    topic.read_marks.all().delete()


def _carry_over_places(topic, into) -> bool:
    """Fields are added up, and so are places, unless one of the two topics names none: then the other's say enough.
    Says whether anything was added."""
    before = set(into.codes), set(into.slugs)
    into.themes.add(*topic.themes.all())
    if into.codes and topic.codes:
        into.regions.add(*topic.regions.all())
    after = set(into.regions.values_list("pk", flat=True)), set(into.themes.values_list("slug", flat=True))
    return before != after


def _last_shown(topic) -> int:
    return topic.posts.visible().order_by("-number").values_list("number", flat=True).first() or 0


@transaction.atomic
def split(topic: Topic, numbers, *, title: str, by, note: str = "") -> ModerationStep:
    """Make a new topic of the posts with these ``numbers``; it belongs to the author of the first of them."""
    check(Step.SPLIT, by=by)
    topic = locked(topic)
    posts = _chosen(topic, sorted(set(numbers)))
    new = _new_topic(topic, posts, title)
    into = {post.number: number for number, post in enumerate(posts, start=1)}
    _follow(topic, new, list(into))
    Topic.objects.filter(pk=topic.pk, best_answer__in=posts).update(best_answer=None)
    for post in posts:
        post.topic, post.number = new, into[post.number]
    Post.objects.bulk_update(posts, ["topic", "number"], batch_size=100)
    last = topic.last_number
    _rename(
        new.posts.all(),
        lambda number: f">>{into[number]}" if number in into else _named(topic, number) if number <= last else None,
    )
    _rename(topic.posts.all(), lambda number: _named(new, into[number]) if number in into else None)
    topic.refresh_from_db(fields=["best_answer"])
    recount(topic)
    recount(new)
    _index([post.pk for post in posts], topic, new)
    return record(Step.SPLIT, by=by, person=posts[0].author, topic=new, post=new.posts.get(number=1), note=note)


def _chosen(topic, numbers):
    if not topic.is_visible:
        raise CannotMove(Why.NOT_SHOWN)
    if 1 in numbers:
        raise CannotMove(Why.FIRST_POST)
    if len(numbers) > MOST_SPLIT:
        raise CannotMove(Why.TOO_MANY)
    found = topic.posts.filter(number__in=numbers).select_related("author").select_for_update(of=["self"])
    posts = list(found.order_by("number"))
    if not numbers or len(posts) != len(numbers):
        raise CannotMove(Why.NO_POSTS)
    if not all(post.is_visible for post in posts):
        raise CannotMove(Why.HELD_OR_HIDDEN)
    return posts


def _new_topic(topic, posts, title):
    first = posts[0]
    new = Topic.objects.create(
        board=topic.board,
        title=title,
        purpose=topic.purpose,
        author=first.author,
        state=State.VISIBLE,
        published_at=first.published_at or first.created_at,
        last_posted_at=posts[-1].created_at,
        last_number=len(posts),
        is_sample=topic.is_sample,
    )
    for name in ("regions", "themes"):
        getattr(new, name).set(getattr(topic, name).all())
    return new


def _follow(topic, new, numbers):
    """Who watched goes on watching both; what was read stays read."""
    watches = topic.watches.values_list("user", "is_on")
    Watch.objects.bulk_create([Watch(topic=new, user_id=user, is_on=is_on) for user, is_on in watches], 500)
    marks = []
    for user, number in topic.read_marks.filter(number__gte=numbers[0]).values_list("user", "number"):
        marks.append(ReadMark(topic=new, user_id=user, number=sum(1 for each in numbers if each <= number)))
    ReadMark.objects.bulk_create(marks, 500)


def _named(topic, number: int) -> str:
    """A post of another topic, as a text names it."""
    return f"[「{_NOT_IN_LINKS.sub('', topic.title)}」の{number}番目]({address_of_number(topic.pk, number)})"


def _rename(posts, name):
    """Write the numbers that posts name anew: ``name(number)`` is what stands there now, or None for no change."""
    changed = []
    for post in posts.filter(Q(body__contains=">>") | Q(body__contains="＞＞")):
        body = renumbered(post.body, name)
        if body != post.body:
            post.body, post.html = body, render_post(body)
            changed.append(post)
    Post.objects.bulk_update(changed, ["body", "html"], batch_size=100)


def _index(pks, *topics):
    """The posts that moved, and what is said of both topics."""
    for topic in topics:
        indexing.index_topic(topic)
    for model in (Post, ClosedPost):
        index_many(list(model.objects.for_index().filter(pk__in=pks)))
