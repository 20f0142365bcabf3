"""The workflow as data, applied by one atomic, row-locking, audited action."""

from django.db import transaction
from django.utils import timezone

from publishing.models import Status, StatusChange

# action: (statuses it may start from, status it ends in)
TRANSITIONS = {
    "submit": ({Status.DRAFT, Status.RETURNED}, Status.SUBMITTED),
    "publish": ({Status.DRAFT, Status.SUBMITTED, Status.CLOSED}, Status.PUBLISHED),
    "return": ({Status.SUBMITTED}, Status.RETURNED),
    "withdraw": ({Status.SUBMITTED}, Status.DRAFT),
    "close": ({Status.PUBLISHED}, Status.CLOSED),
}


class TransitionNotAllowed(Exception):
    """The item's status does not permit the action."""


@transaction.atomic
def change_status(item, action, *, by, note=""):
    """Move an item along its workflow and record who did it and why.

    The row is locked and its status re-read, so two reviewers pressing "publish" and
    "return" at once cannot both succeed. Returns the fresh item; raises
    TransitionNotAllowed when its status does not permit the action.
    """
    item = type(item).objects.select_for_update(of=["self"]).get(pk=item.pk)
    allowed_from, target = TRANSITIONS[action]
    if item.status not in allowed_from:
        raise TransitionNotAllowed(f"cannot {action} an item that is {item.status}")

    previous, item.status = item.status, target
    if target == Status.PUBLISHED:
        item.published_at = item.published_at or timezone.now()
        item.confirmed_at = item.confirmed_at or timezone.localdate()
    item.save(update_fields=["status", "published_at", "confirmed_at", "updated_at"])
    StatusChange.objects.create(item=item, action=action, from_status=previous, to_status=target, by=by, note=note)
    item.after_status_change()
    return item


@transaction.atomic
def confirm(item, *, on):
    """Note that the item was checked and is still right; its card in lists shows the day."""
    item.confirmed_at = on
    item.save(update_fields=["confirmed_at"])
    item.after_status_change()
    return item
