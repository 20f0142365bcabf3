"""Who may do what on which board: one table of standing × visibility × action.

Which topics and posts one may see is asked of `TopicQuerySet.visible_to` and `PostQuerySet.visible_to`, which
read this table, too.
"""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils import timezone

from accounts.roles import GIVEN_ROLES, Role
from organizations.models import Membership
from publishing.models import Status


class Visibility(TextChoices):
    PUBLIC = "public", "だれでも読める"
    MEMBERS = "members", "役割を確かめた人だけ"
    COORDINATORS = "coordinators", "生活支援コーディネーターと市区町村・都道府県の職員だけ"


class Action(StrEnum):
    READ = "read"
    # Watching, bookmarks and reports leave nothing for others to read.
    FOLLOW = "follow"
    WRITE = "write"
    MODERATE = "moderate"


VISITOR, ACCOUNT, ORGANIZATION = "visitor", "account", "organization"
# Everybody whose role somebody has confirmed; to belong to a public organization is one, too.
CONFIRMED = frozenset({ORGANIZATION, *map(str, GIVEN_ROLES)})
LOCAL = frozenset({Role.COORDINATOR, Role.MUNICIPAL, Role.PREFECTURAL, Role.SECRETARIAT})
MODERATORS = frozenset({Role.SECRETARIAT})

TABLE: dict[str, dict[str, frozenset[str]]] = {
    Visibility.PUBLIC: {
        Action.READ: CONFIRMED | {VISITOR, ACCOUNT},
        Action.FOLLOW: CONFIRMED | {ACCOUNT},
        Action.WRITE: CONFIRMED,
        Action.MODERATE: MODERATORS,
    },
    Visibility.MEMBERS: {
        Action.READ: CONFIRMED,
        Action.FOLLOW: CONFIRMED,
        Action.WRITE: CONFIRMED,
        Action.MODERATE: MODERATORS,
    },
    Visibility.COORDINATORS: {
        Action.READ: LOCAL,
        Action.FOLLOW: LOCAL,
        Action.WRITE: LOCAL,
        Action.MODERATE: MODERATORS,
    },
}


def standings_of(user) -> frozenset[str]:
    """As what somebody comes to the board. One query for roles and one for organizations, kept with ``user``."""
    if user.is_anonymous:
        return frozenset({VISITOR})
    known = getattr(user, "_forum_standings", None)
    if known is None:
        known = frozenset({ACCOUNT, *user.roles})
        if Membership.objects.filter(user=user, organization__status=Status.PUBLISHED).exists():
            known |= {ORGANIZATION}
        if user.is_superuser:
            known |= MODERATORS
        user._forum_standings = known
    return known


def may(user, action: Action, visibility: str) -> bool:
    """Whether the table lets the person do ``action`` on a board of this ``visibility``; suspension is not asked."""
    return bool(standings_of(user) & TABLE[visibility][action])


def visibilities_for(user, action: Action = Action.READ) -> list[str]:
    return [visibility for visibility in Visibility.values if may(user, action, visibility)]


def closed_to_others(user) -> tuple[str, ...]:
    """Those of the boards for some that the person may read."""
    return tuple(each for each in visibilities_for(user) if each != Visibility.PUBLIC)


def may_moderate(user) -> bool:
    return bool(standings_of(user) & MODERATORS)


def suspended_until(user):
    """Until when the person may not write, or None; a suspension of the past is over by itself."""
    if user.is_anonymous:
        return None
    return user.forum_suspensions.in_force(timezone.now()).values_list("until", flat=True).first()
