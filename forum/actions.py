"""Writing on the board: each action is one transaction that locks the topic, so that numbers follow each other."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import F, Subquery, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from forum import indexing
from forum.bylines import byline
from forum.markup import render_post
from forum.models import Bookmark, Post, PostVersion, Reaction, ReadMark, State, Topic, TopicVersion, Watch
from forum.permissions import may_moderate, suspended_until
from forum.signals import best_chosen, post_published

# Until somebody has so many posts that were read and left, posts with links wait for a moderator; the first one always.
TRUSTED_AFTER = 3
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)

# Made of constants; every value is a parameter.
_WATCH = """
    WITH watched AS (
        INSERT INTO forum_watch (topic_id, user_id, at, is_on)
        VALUES (%(topic)s, %(user)s, %(now)s, true) ON CONFLICT DO NOTHING
    )
"""
_MARK = """
    INSERT INTO forum_readmark (topic_id, user_id, number, at) VALUES (%(topic)s, %(user)s, %(number)s, %(now)s)
    ON CONFLICT (user_id, topic_id) DO UPDATE
    SET number = GREATEST(forum_readmark.number, EXCLUDED.number), at = EXCLUDED.at
"""


class NotOpen(Exception):
    """The topic takes no posts: it is locked, hidden, merged, or its board is closed."""


class NotAllowed(Exception):
    """The post is not the person's, or cannot be changed any more."""


class Suspended(NotOpen, NotAllowed):
    """The person may not write before ``until``."""

    def __init__(self, until):
        super().__init__(f"suspended until {until}")
        self.until = until


def _refuse_suspended(user):
    if until := suspended_until(user):
        raise Suspended(until)


@dataclass(frozen=True)
class _Writer:
    """What has to be known of somebody before a post is saved."""

    suspended_until: datetime | None
    # The key of what the same form has made before.
    made: int | None
    posts_left: int


def _writer(user, made) -> _Writer:
    """In one statement; ``made`` is a queryset of what the form may have made."""
    until = user.forum_suspensions.in_force(timezone.now()).values("until")[:1]
    left = _left_of(user).values("pk")[:TRUSTED_AFTER]
    columns = (Subquery(until), Subquery(made.order_by().values("pk")[:1]), ArraySubquery(left))
    ((until, pk, posts),) = User.objects.filter(pk=user.pk).values_list(*columns)
    if until:
        raise Suspended(until)
    return _Writer(until, pk, len(posts))


def waits(user, body: str, posts_left: int) -> bool:
    """Whether what the person writes waits for a moderator: a first post, or a link of somebody who is new.

    ``posts_left`` of the person's posts were read and left, counted up to where it matters.
    """
    if may_moderate(user):
        return False
    return posts_left == 0 or (posts_left < TRUSTED_AFTER and bool(_LINK.search(body)))


def adds_links_too_early(post: Post, body: str) -> bool:
    """Whether somebody new puts links into a post that others can read already: as a new post it would wait."""
    if not post.is_visible or may_moderate(post.author):
        return False
    return _posts_left(post.author) < TRUSTED_AFTER and len(_LINK.findall(body)) > len(_LINK.findall(post.body))


def _posts_left(user) -> int:
    """How many posts of the person were read and left, counted up to where it matters."""
    return len(_left_of(user).values_list("pk")[:TRUSTED_AFTER])


def _left_of(user):
    return user.forum_posts.filter(state=State.VISIBLE).order_by()


@transaction.atomic
def start_topic(topic: Topic, *, body: str, by, shown_as, key, links=None) -> Topic:
    """Save a new ``topic`` with its first post; sent twice with the same ``key`` it is made once.

    ``topic`` is unsaved and has board, title and purpose; ``links`` are the objects of its many-to-many fields by
    name. Whether ``by`` may write on the board is asked beforehand. Raises Suspended.
    """
    writer = _writer(by, Topic.objects.filter(creation_key=key, author=by))
    if writer.made:
        return Topic.objects.get(pk=writer.made)
    now, state = timezone.now(), State.HELD if waits(by, body, writer.posts_left) else State.VISIBLE
    topic.author, topic.creation_key, topic.state, topic.last_posted_at = by, key, state, now
    topic.published_at, topic.last_number = (now if state == State.VISIBLE else None), 1
    topic.save()
    for name, objects in (links or {}).items():
        if objects:
            getattr(topic, name).add(*objects)
    post = _create(topic, 1, body=body, by=by, shown_as=shown_as, state=state, key=key)
    _follow(topic, by, 1)
    indexing.index_new_topic(topic, post, links or {})
    if post.is_visible:
        post_published.send(Post, post=post)
    return topic


@transaction.atomic
def write_reply(topic: Topic, *, body: str, by, shown_as, key) -> Post:
    """Add a post to the topic; sent twice with the same ``key`` it is added once. Raises NotOpen, Suspended."""
    topic = locked(topic)
    # After the lock: of two clicks the second finds what the first has made.
    writer = _writer(by, Post.objects.filter(creation_key=key, author=by))
    if writer.made:
        return Post.objects.get(pk=writer.made)
    if not topic.takes_replies:
        raise NotOpen(f"topic {topic.pk} takes no posts")
    state = State.HELD if waits(by, body, writer.posts_left) else State.VISIBLE
    topic.last_number += 1
    post = _create(topic, topic.last_number, body=body, by=by, shown_as=shown_as, state=state, key=key)
    _follow(topic, by, post.number)
    if post.is_visible:
        _show(topic, post)
    else:
        topic.save(update_fields=["last_number"])
    return post


def locked(topic: Topic) -> Topic:
    """The topic as it stands now, its row locked until the transaction ends, with its board, places and fields."""
    return Topic.objects.select_for_update(of=["self"]).for_list().get(pk=topic.pk)


def _create(topic, number, *, body, by, shown_as, state, key):
    return Post.objects.create(
        topic=topic,
        number=number,
        author=by,
        body=body,
        html=render_post(body),
        shown_as=shown_as,
        byline=byline(by, shown_as),
        state=state,
        published_at=timezone.now() if state == State.VISIBLE else None,
        creation_key=key,
    )


def _follow(topic, user, number):
    """Who writes in a topic has read it so far, and hears of replies unless that was switched off."""
    _note(_WATCH + _MARK, user, topic, number)


def _note(sql, user, topic, number):
    parameters = {"user": user.pk, "topic": topic.pk, "number": number, "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _show(topic, post, *fields):
    """What follows when a reply can be read for the first time."""
    now = timezone.now()
    topic.reply_count = F("reply_count") + 1
    topic.last_posted_at = now
    if topic.answered_at is None and post.author_id != topic.author_id:
        topic.answered_at = now
    topic.save(update_fields=["last_number", "reply_count", "last_posted_at", "answered_at", *fields])
    post.topic = topic
    indexing.index_new_post(post)
    post_published.send(Post, post=post)


@transaction.atomic
def release(post: Post) -> Post:
    """Show what was held. Raises NotAllowed when it is not held (any more)."""
    topic = locked(post.topic)
    post = Post.objects.select_for_update(of=["self"]).get(pk=post.pk)
    if post.state != State.HELD:
        raise NotAllowed(f"post {post.pk} is {post.state}")
    post.state, post.published_at, post.topic = State.VISIBLE, timezone.now(), topic
    post.save(update_fields=["state", "published_at"])
    if not post.is_first:
        topic.released_at = post.published_at
        _show(topic, post, "released_at")
        # To its author it is nothing new.
        ReadMark.objects.filter(user=post.author_id, topic=topic).update(at=post.published_at)
        return post
    topic.state, topic.published_at = State.VISIBLE, timezone.now()
    topic.last_posted_at = topic.published_at
    topic.save(update_fields=["state", "published_at", "last_posted_at"])
    indexing.index_topic(topic)
    post_published.send(Post, post=post)
    return post


@transaction.atomic
def edit_post(post: Post, *, body: str, by) -> Post:
    """Write the author's post anew and keep what it said. Raises NotAllowed, Suspended."""
    _refuse_suspended(by)
    topic = locked(post.topic)
    post = Post.objects.select_for_update(of=["self"]).get(pk=post.pk)
    if post.author_id != by.pk or post.state not in (State.VISIBLE, State.HELD) or not topic.board.is_open:
        raise NotAllowed(f"post {post.pk} cannot be edited by {by.pk}")
    if post.body == body:
        return post
    written_at = post.edited_at or post.created_at
    PostVersion.objects.create(post=post, body=post.body, written_at=written_at, replaced_by=by)
    post.body, post.html, post.edited_at = body, render_post(body), timezone.now()
    post.save(update_fields=["body", "html", "edited_at"])
    post.topic = topic
    index_again(post)
    return post


@transaction.atomic
def edit_topic(topic: Topic, *, title: str, purpose: str, links: dict, by) -> Topic:
    """Write anew what the author's topic is about and keep what it was; ``links`` as in `start_topic`. Raises
    NotAllowed, Suspended."""
    _refuse_suspended(by)
    topic = locked(topic)
    if topic.author_id != by.pk or topic.state not in (State.VISIBLE, State.HELD) or not topic.board.is_open:
        raise NotAllowed(f"topic {topic.pk} cannot be edited by {by.pk}")
    before = {name: sorted(getattr(topic, name).values_list("pk", flat=True)) for name in links}
    after = {name: sorted(each.pk for each in objects) for name, objects in links.items()}
    if (title, purpose, after) == (topic.title, topic.purpose, before):
        return topic
    written_at = topic.edited_at or topic.created_at
    told = {"title": topic.title, "purpose": topic.purpose, "links": before}
    TopicVersion.objects.create(topic=topic, **told, written_at=written_at, replaced_by=by)
    is_found_elsewhere = title != topic.title or any(before[name] != after[name] for name in ("themes", "regions"))
    topic.title, topic.purpose, topic.edited_at = title, purpose, timezone.now()
    topic.save(update_fields=["title", "purpose", "edited_at"])
    for name in links:
        if before[name] != after[name]:
            getattr(topic, name).set(links[name])
    # Replies are found under the title, the fields and the places of their topic.
    (indexing.index_all_of if is_found_elsewhere else indexing.index_topic)(topic)
    return topic


@transaction.atomic
def delete_post(post: Post, *, by) -> Post:
    """Take the author's own post away; its place says so. A topic without replies goes with its first post."""
    topic = locked(post.topic)
    post = Post.objects.select_for_update(of=["self"]).get(pk=post.pk)
    if post.author_id != by.pk or post.state not in (State.VISIBLE, State.HELD):
        raise NotAllowed(f"post {post.pk} cannot be deleted by {by.pk}")
    post.state = State.DELETED
    post.save(update_fields=["state"])
    if post.is_first and not topic.posts.visible().exists():
        topic.state = State.DELETED
        topic.save(update_fields=["state"])
    recount(topic)
    post.topic = topic
    index_again(post)
    return post


def index_again(post: Post) -> None:
    """Renew the index after a change of the post: a first post is found with its topic."""
    if post.is_first:
        indexing.index_topic(post.topic)
    else:
        indexing.index_post(post)


def recount(topic: Topic) -> None:
    """Count anew what follows from the posts of a locked topic after some were hidden, deleted or moved."""
    visible = topic.posts.visible()
    replies = visible.exclude(number=1)
    first_by_another = replies.exclude(author=topic.author_id).order_by("number").first()
    latest = visible.order_by("-created_at").values_list("created_at", flat=True).first()
    topic.reply_count = replies.count()
    topic.answered_at = first_by_another.created_at if first_by_another else None
    topic.last_posted_at = latest or topic.last_posted_at
    if topic.best_answer_id and not replies.filter(pk=topic.best_answer_id).exists():
        topic.best_answer = None
    topic.save(update_fields=["reply_count", "answered_at", "last_posted_at", "best_answer"])


@transaction.atomic
def choose_best(topic: Topic, post: Post | None, *, by) -> Topic:
    """Mark the answer that helped, or with None that it is solved without one. Raises NotAllowed."""
    topic = locked(topic)
    if by.pk != topic.author_id and not may_moderate(by):
        raise NotAllowed(f"topic {topic.pk} is not of {by.pk}")
    if post is not None and (post.topic_id != topic.pk or post.is_first or not post.is_visible):
        raise NotAllowed(f"post {post.pk} is no answer to topic {topic.pk}")
    topic.best_answer, topic.solved_at = post, topic.solved_at or timezone.now()
    topic.save(update_fields=["best_answer", "solved_at"])
    indexing.index_topic(topic)
    if post is not None:
        best_chosen.send(Topic, topic=topic, post=post)
    return topic


@transaction.atomic
def reopen(topic: Topic, *, by) -> Topic:
    """Say that it is not solved after all. Raises NotAllowed."""
    topic = locked(topic)
    if by.pk != topic.author_id and not may_moderate(by):
        raise NotAllowed(f"topic {topic.pk} is not of {by.pk}")
    topic.best_answer = topic.solved_at = None
    topic.save(update_fields=["best_answer", "solved_at"])
    indexing.index_topic(topic)
    return topic


@transaction.atomic
def react(post: Post, *, by, on: bool) -> None:
    """Say 「参考になった」 or take it back; nobody does so for the own post."""
    if on and post.author_id != by.pk:
        _, changed = Reaction.objects.get_or_create(post=post, user=by)
        step = 1
    else:
        changed, _ = Reaction.objects.filter(post=post, user=by).delete()
        step = -1
    if changed:
        Post.objects.filter(pk=post.pk).update(reaction_count=Greatest(F("reaction_count") + step, Value(0)))


def bookmark(topic: Topic, *, by, on: bool) -> None:
    if on:
        Bookmark.objects.get_or_create(topic=topic, user=by)
    else:
        Bookmark.objects.filter(topic=topic, user=by).delete()


def watch(topic: Topic, *, by, on: bool) -> None:
    Watch.objects.update_or_create(topic=topic, user=by, defaults={"is_on": on})


def mark_read(user, topic: Topic, number: int) -> None:
    """Note that the person has read up to ``number``; never backwards."""
    _note(_MARK, user, topic, number)
