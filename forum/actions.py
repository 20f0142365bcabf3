"""Writing on the board: each action is one transaction that locks the topic, so that numbers follow each other."""

import re

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from forum import indexing
from forum.bylines import byline
from forum.markup import render_post
from forum.models import Bookmark, Post, PostVersion, Reaction, ReadMark, State, Topic, Watch
from forum.permissions import may_moderate, suspended_until
from forum.signals import best_chosen, post_published

# Until somebody has so many posts that were read and left, posts with links wait for a moderator; the first one always.
TRUSTED_AFTER = 3
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


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


def waits(user, body: str) -> bool:
    """Whether what the person writes waits for a moderator: a first post, or a link of somebody who is new."""
    if may_moderate(user):
        return False
    written = _posts_left(user)
    return written == 0 or (written < TRUSTED_AFTER and bool(_LINK.search(body)))


def adds_links_too_early(post: Post, body: str) -> bool:
    """Whether somebody new puts links into a post that others can read already: as a new post it would wait."""
    if not post.is_visible or may_moderate(post.author):
        return False
    return _posts_left(post.author) < TRUSTED_AFTER and len(_LINK.findall(body)) > len(_LINK.findall(post.body))


def _posts_left(user) -> int:
    """How many posts of the person were read and left, counted up to where it matters."""
    return len(user.forum_posts.filter(state=State.VISIBLE).values_list("pk")[:TRUSTED_AFTER])


@transaction.atomic
def start_topic(topic: Topic, *, body: str, by, shown_as, key, links=None) -> Topic:
    """Save a new ``topic`` with its first post; sent twice with the same ``key`` it is made once.

    ``topic`` is unsaved and has board, title and purpose; ``links`` are the objects of its many-to-many fields by
    name. Whether ``by`` may write on the board is asked beforehand. Raises Suspended.
    """
    _refuse_suspended(by)
    if made := Topic.objects.filter(creation_key=key, author=by).first():
        return made
    now, state = timezone.now(), State.HELD if waits(by, body) else State.VISIBLE
    topic.author, topic.creation_key, topic.state, topic.last_posted_at = by, key, state, now
    topic.published_at, topic.last_number = (now if state == State.VISIBLE else None), 1
    topic.save()
    for name, objects in (links or {}).items():
        getattr(topic, name).set(objects)
    post = _create(topic, 1, body=body, by=by, shown_as=shown_as, state=state, key=key)
    _follow(topic, by, 1)
    indexing.index_topic(topic)
    if post.is_visible:
        post_published.send(Post, post=post)
    return topic


@transaction.atomic
def write_reply(topic: Topic, *, body: str, by, shown_as, key) -> Post:
    """Add a post to the topic; sent twice with the same ``key`` it is added once. Raises NotOpen, Suspended."""
    _refuse_suspended(by)
    topic = locked(topic)
    if made := Post.objects.filter(creation_key=key, author=by).first():
        return made
    if not topic.takes_replies:
        raise NotOpen(f"topic {topic.pk} takes no posts")
    state = State.HELD if waits(by, body) else State.VISIBLE
    number = topic.last_number + 1
    post = _create(topic, number, body=body, by=by, shown_as=shown_as, state=state, key=key)
    topic.last_number = number
    topic.save(update_fields=["last_number"])
    _follow(topic, by, number)
    if post.is_visible:
        _show(topic, post)
    return post


def locked(topic: Topic) -> Topic:
    """The topic as it stands now, its row locked until the transaction ends."""
    return Topic.objects.select_for_update(of=["self"]).select_related("board").get(pk=topic.pk)


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
    Watch.objects.get_or_create(topic=topic, user=user)
    mark_read(user, topic, number)


def _show(topic, post):
    """What follows when a reply can be read for the first time."""
    now = timezone.now()
    topic.reply_count = F("reply_count") + 1
    topic.last_posted_at = now
    if topic.answered_at is None and post.author_id != topic.author_id:
        topic.answered_at = now
    topic.save(update_fields=["reply_count", "last_posted_at", "answered_at"])
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
        _show(topic, post)
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
    mark, made = ReadMark.objects.get_or_create(user=user, topic=topic, defaults={"number": number})
    if not made and mark.number < number:
        ReadMark.objects.filter(pk=mark.pk).update(number=Greatest("number", Value(number)), at=timezone.now())
