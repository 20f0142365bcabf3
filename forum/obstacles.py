"""Why somebody cannot write here just now, and what the page says about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone

from forum.models import ModerationStep
from forum.permissions import Action, may
from organizations.models import Membership
from publishing.models import Status


class Why(StrEnum):
    VISITOR = "visitor"
    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"
    LOCKED = "locked"
    BOARD_CLOSED = "board_closed"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True)
class Obstacle:
    why: Why
    # Of a suspension.
    until: datetime | None = None
    step: ModerationStep | None = None
    # Of somebody without a confirmed role: whether one is applied for, or an organization is.
    is_waiting: bool = False


def to_reply(user, topic) -> Obstacle | None:
    """None when the person may reply to the topic, which comes with its board."""
    if not topic.board.is_open:
        return Obstacle(Why.BOARD_CLOSED)
    if topic.is_locked:
        return Obstacle(Why.LOCKED)
    return to_write(user, topic.board.visibility) if topic.is_visible else Obstacle(Why.NOT_SHOWN)


def to_write(user, *visibilities: str) -> Obstacle | None:
    """None when the person may write on a board of one of these ``visibilities``."""
    if user.is_anonymous:
        return Obstacle(Why.VISITOR)
    if not any(may(user, Action.WRITE, visibility) for visibility in visibilities):
        return Obstacle(Why.UNCONFIRMED, is_waiting=_waits(user))
    suspension = user.forum_suspensions.in_force(timezone.now()).select_related("step").first()
    return suspension and Obstacle(Why.SUSPENDED, suspension.until, suspension.step)


def _waits(user) -> bool:
    submitted = Membership.objects.filter(user=user, organization__status=Status.SUBMITTED)
    return user.role_proposals.open().exists() or submitted.exists()
