"""What moderators do about people: a warning, or a time without writing."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from forum.models import ModerationStep, Step, Suspension
from forum.moderation_steps import AlreadyDone, check, record
from forum.permissions import may_moderate

LONGEST_SUSPENSION = timedelta(days=366)


class TooLong(Exception):
    """A suspension ends after now and within a year."""


class IsModerator(Exception):
    """Moderators do not suspend each other: whoever should not be one loses the role."""


@transaction.atomic
def warn(person: User, *, by, rule: str, note: str = "", post=None, key=None) -> ModerationStep:
    """Tell somebody which rule was broken, perhaps by a ``post``, about which one is warned once."""
    check(Step.WARN, by=by, rule=rule)
    person = _locked(person)
    if post is not None and post.moderation_steps.filter(step=Step.WARN).exists():
        raise AlreadyDone(f"{person.pk} was warned about post {post.pk}")
    topic = post.topic if post is not None else None
    return record(Step.WARN, by=by, person=person, topic=topic, post=post, rule=rule, note=note, key=key)


@transaction.atomic
def suspend(person: User, *, by, rule: str, until, note: str = "") -> ModerationStep:
    """Let somebody not write before ``until``. Raises AlreadyDone while another suspension lasts."""
    check(Step.SUSPEND, by=by, rule=rule)
    person, now = _locked(person), timezone.now()
    if may_moderate(person):
        raise IsModerator(f"{person.pk} is a moderator")
    if not now < until <= now + LONGEST_SUSPENSION:
        raise TooLong(f"{until} is not within a year")
    if person.forum_suspensions.in_force(now).exists():
        raise AlreadyDone(f"{person.pk} is suspended")
    step = record(Step.SUSPEND, by=by, person=person, rule=rule, note=note, until=until)
    Suspension.objects.create(person=person, until=until, step=step)
    return step


@transaction.atomic
def lift(person: User, *, by, note: str = "") -> ModerationStep:
    """Let somebody write again before the time is over."""
    check(Step.LIFT, by=by)
    person, now = _locked(person), timezone.now()
    if not person.forum_suspensions.in_force(now).update(lifted_at=now):
        raise AlreadyDone(f"{person.pk} is not suspended")
    return record(Step.LIFT, by=by, person=person, note=note)


def _locked(person):
    return User.objects.select_for_update(of=["self"], no_key=True).get(pk=person.pk)
