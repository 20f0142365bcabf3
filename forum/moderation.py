"""What moderators do with posts and topics; each step is one transaction that locks the topic, then the post.

Of two moderators at once one succeeds: the other finds another state than the one the step starts from and gets
AlreadyDone. Steps against somebody name a rule, are told to that person, and can be answered
(`forum.moderation_answers`).
"""

from django.db import transaction
from django.utils import timezone

from forum import actions, indexing
from forum.actions import NotAllowed, locked
from forum.models import Board, ModerationStep, Post, Report, State, Step, Topic
from forum.moderation_steps import AlreadyDone, check, close, record

MOST_PINNED = 3
SHOWN_OR_HELD = (State.VISIBLE, State.HELD)


class TooManyPinned(Exception):
    """The board has as many pinned topics as it may have."""


def report(post: Post, *, by, rule: str, reason: str = "") -> bool:
    """Tell moderators of a post; False when the person has told them before and nobody has looked yet."""
    told = {"rule": rule, "reason": reason}
    _, made = Report.objects.get_or_create(post=post, reporter=by, closed_at=None, defaults=told)
    return made


@transaction.atomic
def dismiss(post: Post, *, by, note: str = "") -> ModerationStep:
    """Say that nothing is wrong with a post that was reported."""
    check(Step.DISMISS, by=by)
    topic, post = _locked(post)
    if not close(post.reports.all(), by=by, step=Step.DISMISS):
        raise AlreadyDone(f"post {post.pk} has no open reports")
    return record(Step.DISMISS, by=by, person=post.author, topic=topic, post=post, note=note)


@transaction.atomic
def release(post: Post, *, by, note: str = "") -> ModerationStep:
    """Show what was held."""
    check(Step.RELEASE, by=by)
    try:
        post = actions.release(post)
    except NotAllowed as error:
        raise AlreadyDone(str(error)) from error
    return record(Step.RELEASE, by=by, person=post.author, topic=post.topic, post=post, note=note)


@transaction.atomic
def hide_post(post: Post, *, by, rule: str, note: str = "") -> ModerationStep:
    """Take a post out of sight; its place says why. A topic goes with its first post if nothing else is left."""
    check(Step.HIDE, by=by, rule=rule)
    topic, post = _locked(post)
    if post.state not in SHOWN_OR_HELD:
        raise AlreadyDone(f"post {post.pk} is {post.state}")
    post.state, post.rule = State.HIDDEN, rule
    post.save(update_fields=["state", "rule"])
    if post.is_first and topic.state in SHOWN_OR_HELD and not topic.posts.visible().exists():
        topic.state = State.HIDDEN
        topic.save(update_fields=["state"])
    _count_and_index(topic, post)
    return record(Step.HIDE, by=by, person=post.author, topic=topic, post=post, rule=rule, note=note)


@transaction.atomic
def restore_post(post: Post, *, by, note: str = "") -> ModerationStep:
    """Show a hidden post again, and its topic if that went with it. What nobody ever read is released."""
    check(Step.RESTORE, by=by)
    topic, post = _locked(post)
    if post.state != State.HIDDEN or topic.merged_into_id:
        raise AlreadyDone(f"post {post.pk} is {post.state}")
    post.rule = ""
    if post.published_at is None:
        post.state = State.HELD
        post.save(update_fields=["state", "rule"])
        return release(post, by=by, note=note)
    post.state = State.VISIBLE
    post.save(update_fields=["state", "rule"])
    if post.is_first and topic.state == State.HIDDEN:
        _show(topic)
    _count_and_index(topic, post)
    return record(Step.RESTORE, by=by, person=post.author, topic=topic, post=post, note=note)


@transaction.atomic
def hide_topic(topic: Topic, *, by, rule: str, note: str = "") -> ModerationStep:
    """Take a whole topic out of sight; its posts stay as they are."""
    check(Step.HIDE, by=by, rule=rule)
    topic = locked(topic)
    if topic.state not in SHOWN_OR_HELD:
        raise AlreadyDone(f"topic {topic.pk} is {topic.state}")
    topic.state = State.HIDDEN
    topic.save(update_fields=["state"])
    indexing.index_all_of(topic)
    return record(Step.HIDE, by=by, person=topic.author, topic=topic, rule=rule, note=note)


@transaction.atomic
def restore_topic(topic: Topic, *, by, note: str = "") -> ModerationStep:
    """Show a hidden topic again; where nothing of it could be read, its first post too."""
    check(Step.RESTORE, by=by)
    topic = locked(topic)
    if topic.state != State.HIDDEN or topic.merged_into_id:
        raise AlreadyDone(f"topic {topic.pk} is {topic.state}")
    hidden_first = topic.posts.filter(number=1, state=State.HIDDEN).first()
    if hidden_first and not topic.posts.visible().exists():
        return restore_post(hidden_first, by=by, note=note)
    _show(topic)
    indexing.index_all_of(topic)
    return record(Step.RESTORE, by=by, person=topic.author, topic=topic, note=note)


def _show(topic):
    """Out of sight no more; what had not been read by anybody goes back to those who wait."""
    topic.state = State.VISIBLE if topic.published_at else State.HELD
    topic.save(update_fields=["state"])


@transaction.atomic
def annotate(post: Post, *, by, note: str) -> ModerationStep:
    """Write ``note`` below a post for everybody to read, or take it away with an empty one."""
    check(Step.NOTE, by=by)
    topic, post = _locked(post)
    if post.state == State.DELETED or post.moderator_note == note:
        raise AlreadyDone(f"post {post.pk} is {post.state} and has the note")
    post.moderator_note = note
    post.save(update_fields=["moderator_note"])
    return record(Step.NOTE, by=by, person=post.author, topic=topic, post=post, note=note)


@transaction.atomic
def lock(topic: Topic, *, by, rule: str, note: str = "") -> ModerationStep:
    """Let nobody write in the topic any more."""
    check(Step.LOCK, by=by, rule=rule)
    return _set_lock(topic, True, Step.LOCK, by=by, rule=rule, note=note)


@transaction.atomic
def unlock(topic: Topic, *, by, note: str = "") -> ModerationStep:
    check(Step.UNLOCK, by=by)
    return _set_lock(topic, False, Step.UNLOCK, by=by, note=note)


def _set_lock(topic, is_locked, step, **told):
    topic = locked(topic)
    if topic.is_locked == is_locked or topic.merged_into_id:
        raise AlreadyDone(f"topic {topic.pk} is that already")
    topic.is_locked = is_locked
    topic.save(update_fields=["is_locked"])
    return record(step, person=topic.author, topic=topic, **told)


@transaction.atomic
def pin(topic: Topic, *, by) -> ModerationStep:
    """Keep the topic on top of its board; at most three are. Raises TooManyPinned."""
    check(Step.PIN, by=by)
    topic = locked(topic)
    # So that two at once do not make four; writers of posts do not wait for this lock.
    Board.objects.select_for_update(no_key=True).get(pk=topic.board_id)
    if topic.pinned_at or not topic.is_visible:
        raise AlreadyDone(f"topic {topic.pk} is pinned or out of sight")
    if Topic.objects.visible().filter(board=topic.board_id, pinned_at__isnull=False).count() >= MOST_PINNED:
        raise TooManyPinned(f"board {topic.board_id}")
    topic.pinned_at = timezone.now()
    topic.save(update_fields=["pinned_at"])
    return record(Step.PIN, by=by, person=topic.author, topic=topic)


@transaction.atomic
def unpin(topic: Topic, *, by) -> ModerationStep:
    check(Step.UNPIN, by=by)
    topic = locked(topic)
    if not topic.pinned_at:
        raise AlreadyDone(f"topic {topic.pk} is not pinned")
    topic.pinned_at = None
    topic.save(update_fields=["pinned_at"])
    return record(Step.UNPIN, by=by, person=topic.author, topic=topic)


def _locked(post):
    """The topic and the post as they stand now. Read again, for the post may have moved meanwhile."""
    topic = locked(Topic.objects.get(posts=post.pk))
    post = Post.objects.select_for_update(of=["self"]).select_related("author").get(pk=post.pk)
    if post.topic_id != topic.pk:
        raise AlreadyDone(f"post {post.pk} has just moved to topic {post.topic_id}")
    post.topic = topic
    return topic, post


def _count_and_index(topic, post):
    actions.recount(topic)
    actions.index_again(post)
