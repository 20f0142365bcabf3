"""The workflow as data: which action leads from where to where, and who may take it."""

from dataclasses import dataclass

from publishing.models import Publishable, Status

D, S, W, P, R, C, X = (
    Status.DRAFT,
    Status.SUBMITTED,
    Status.SCHEDULED,
    Status.PUBLISHED,
    Status.RETURNED,
    Status.CLOSED,
    Status.DISCARDED,
)


@dataclass(frozen=True)
class Transition:
    """Leads from one of `allowed_from` to `target`.

    `by_members`: members of the organization may take it; `by_reviewers`: so may reviewers. Members of an
    organization that publishes by itself may also take what has `by_self_publishers`.
    """

    allowed_from: frozenset[Status]
    target: Status
    by_members: bool = False
    by_reviewers: bool = False
    by_self_publishers: bool = False


TRANSITIONS = {
    "submit": Transition(frozenset({D, R, C}), S, by_members=True),
    "withdraw": Transition(frozenset({S, W}), D, by_members=True),
    "publish": Transition(frozenset({D, S, W, C}), P, by_reviewers=True, by_self_publishers=True),
    "schedule": Transition(frozenset({D, S}), W, by_reviewers=True, by_self_publishers=True),
    "return": Transition(frozenset({S, W}), R, by_reviewers=True),
    "close": Transition(frozenset({P}), C, by_members=True, by_reviewers=True),
    "discard": Transition(frozenset({D, R}), X, by_members=True),
    "restore": Transition(frozenset({X}), D, by_members=True),
}


def available_actions(item: Publishable, user) -> set[str]:
    """The names of the actions that ``user`` may take with ``item`` as it stands now."""
    is_reviewer = user.has_perm("publishing.review")
    is_member = type(item)._default_manager.editable_by(user).filter(pk=item.pk).exists()
    publishes = is_member and item.can_self_publish
    return {
        name
        for name, transition in TRANSITIONS.items()
        if item.status in transition.allowed_from
        and (
            (transition.by_reviewers and is_reviewer)
            or (transition.by_members and is_member and (name != "close" or item.may_be_closed_by(user)))
            or (transition.by_self_publishers and publishes)
        )
    }
