"""What `create` and `change_status` do, for many new items at once and in few statements.

For imports, whose rows would take a dozen statements each. Trail, queue, receipts, records and index come out the
same; mails about each item are left to the caller (`publishing.mails.held_back`), who tells of all in one.
"""

from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from publishing.actions import TransitionNotAllowed, recorded
from publishing.content import content_of
from publishing.models import ConfirmedContent, Publishable, Review, ReviewReason, Status, StatusChange
from publishing.receipts import new_receipt_number
from publishing.workflow import TRANSITIONS


@transaction.atomic
def create_many(items: Sequence[Publishable], write_relations, *, by) -> None:
    """Insert unsaved drafts of one model; ``write_relations(items)`` then adds what needs their keys."""
    with recorded(by=by, action="create"):
        for item in items:
            item.created_by = by
        type(items[0])._default_manager.bulk_create(items)
        write_relations(items)


@transaction.atomic
def send_many(items: Sequence[Publishable], action: str, *, by) -> None:
    """ "publish" or "submit" drafts that were made in this transaction, so that nobody else knows them yet.

    They come with their many-to-many fields and rows prefetched.
    """
    transition, now = TRANSITIONS[action], timezone.now()
    if any(item.status != Status.DRAFT for item in items):
        raise TransitionNotAllowed("only new drafts can be sent together")
    with recorded(by=by, action=action):
        for item in items:
            item.status, item.updated_at = transition.target, now
            if transition.target == Status.PUBLISHED:
                item.published_at, item.confirmed_at = now, timezone.localdate(now)
        if action == "submit":
            _give_receipts(items)
        fields = ["status", "published_at", "confirmed_at", "receipt_number", "updated_at"]
        type(items[0])._default_manager.bulk_update(items, fields)
        _note_changes(items, action, by=by)
        if action == "submit":
            _enter_queue(items, now, by=by)
        else:
            _remember_confirmed(items, now, by=by)
        for item in items:
            item.after_change()


def _give_receipts(items: Sequence[Publishable]) -> None:
    numbers: set[str] = set()
    while len(numbers) < len(items):
        numbers |= {new_receipt_number("T") for _ in range(len(items) - len(numbers))}
        known = type(items[0])._default_manager.filter(receipt_number__in=numbers)
        numbers -= set(known.values_list("receipt_number", flat=True))
    for item, number in zip(items, numbers, strict=True):
        item.receipt_number = number


def _note_changes(items: Sequence[Publishable], action: str, *, by) -> None:
    about = {"action": action, "from_status": Status.DRAFT, "to_status": items[0].status, "by": by}
    StatusChange.objects.bulk_create(StatusChange(**_belonging(item), **about) for item in items)


def _enter_queue(items: Sequence[Publishable], now, *, by) -> None:
    Review.objects.bulk_create(
        Review(
            **_belonging(item),
            reason=ReviewReason.NEW,
            entered_at=now,
            submitted_by=by,
            title=str(item)[:100],
            prefectures=sorted({region.pk[:2] for region in item.regions.all()}),
        )
        for item in items
    )


def _remember_confirmed(items: Sequence[Publishable], now, *, by) -> None:
    ConfirmedContent.objects.bulk_create(
        ConfirmedContent(**_belonging(item), content=content_of(item), at=now, by=by) for item in items
    )


def _belonging(item: Publishable) -> dict:
    return {"content_type": ContentType.objects.get_for_model(item), "object_id": item.pk}
