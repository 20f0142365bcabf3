"""Writes of the workflow: atomic, row-locking, audited; mails are queued in the same transaction.

Every action takes who does it as ``by`` (None: the site itself, such as a job), and has its changes
recorded under that name by the triggers of django-pghistory.
"""

from contextlib import contextmanager

import pghistory
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils import timezone

from publishing import mails
from publishing.content import content_of, differences, is_small, restore
from publishing.models import (
    ConfirmedContent,
    Decision,
    Publishable,
    Review,
    ReviewComment,
    ReviewReason,
    Status,
    StatusChange,
    WorkingCopy,
)
from publishing.receipts import new_receipt_number
from publishing.workflow import TRANSITIONS
from publishing.working_days import working_days_between

RECEIPT_ATTEMPTS = 10
# What the end of a stay in the queue is called, by the action that ended it.
DECISIONS = {
    "publish": Decision.PUBLISHED,
    "schedule": Decision.SCHEDULED,
    "return": Decision.RETURNED,
    "withdraw": Decision.WITHDRAWN,
    "close": Decision.WITHDRAWN,
}


class TransitionNotAllowed(Exception):
    """The item's status does not permit the action."""


class ChangedMeanwhile(Exception):
    """Somebody saved the item after the form was opened; ``current`` is what they left."""

    def __init__(self, current: Publishable):
        super().__init__(f"{current} is now at version {current.version}")
        self.current = current


class AlreadyDecided(Exception):
    """Somebody else has decided the review in the meantime."""


class ReasonMissing(ValueError):
    """Returning, rolling back and closing by a reviewer need a reason."""


@contextmanager
def recorded(*, by, action: str):
    """Record what happens inside, from any path, as done by ``by`` under the name ``action``."""
    with pghistory.context(user=by.pk if by else None, action=action):
        yield


def locked(item: Publishable) -> Publishable:
    """The item as it stands now, its row locked until the transaction ends."""
    return type(item)._default_manager.select_for_update(of=["self"]).get(pk=item.pk)


@transaction.atomic
def change_status(item, action, *, by, note="", comments=None, publish_at=None):
    """Move an item along its workflow and record who did it and why.

    The row is locked and its status re-read, so two reviewers pressing "publish" and "return" at once
    cannot both succeed. ``comments`` maps names of fields to what the reviewer wants changed there;
    ``publish_at`` is the time for "schedule". Whether ``by`` may do it is asked beforehand
    (`workflow.available_actions`). Returns the fresh item; raises TransitionNotAllowed when its status
    does not permit the action.
    """
    transition = TRANSITIONS[action]
    with recorded(by=by, action=action):
        item = locked(item)
        if item.status not in transition.allowed_from:
            raise TransitionNotAllowed(f"cannot {action} an item that is {item.status}")
        if action == "return" and not (note.strip() or comments):
            raise ReasonMissing("say why it is returned")

        previous, item.status = item.status, transition.target
        if action == "schedule":
            item.publish_at = publish_at or item.publish_at
        if item.status == Status.PUBLISHED:
            item.published_at = item.published_at or timezone.now()
            if previous == Status.CLOSED or item.confirmed_at is None:
                item.confirmed_at = timezone.localdate()
            item.freshness_asked_on = None
        item.save(
            update_fields=[
                *("status", "published_at", "publish_at", "confirmed_at", "freshness_asked_on", "updated_at"),
            ]
        )
        change = StatusChange.objects.create(
            item=item, action=action, from_status=previous, to_status=item.status, by=by, note=note
        )
        review = _keep_queue(item, action, by=by, note=note, comments=comments or {})
        if item.status == Status.PUBLISHED:
            remember_confirmed(item, by=by)
        if action == "submit":
            give_receipt(item)
        item.after_change()
        mails.tell_change(item, change, review)
    return item


def _keep_queue(item, action, *, by, note, comments):
    """Let the item enter the queue or leave it; returns the review that was ended, if any."""
    review = open_review_of(item)
    if action == "submit":
        enter_queue(item, ReviewReason.NEW, review, by=by)
        return None
    if review is None or action not in DECISIONS:
        return None
    for field, text in comments.items():
        if text.strip():
            ReviewComment.objects.create(review=review, field=field, text=text.strip())
    return _end(review, DECISIONS[action], by=by, note=note)


def open_review_of(item) -> Review | None:
    """The item's stay in the queue, locked, or None."""
    kind = ContentType.objects.get_for_model(item)
    return Review.objects.select_for_update(of=["self"]).open().filter(content_type=kind, object_id=item.pk).first()


def enter_queue(item, reason, review, *, by, is_small=False):
    """Put the item into the reviewers' queue, or bring its open ``review`` there, if there is one, up to date."""
    if review is None:
        review = Review(item=item, reason=reason, entered_at=timezone.now(), submitted_by=by)
    review.is_small = is_small
    review.title = str(item)[:100]
    review.prefectures = sorted({code[:2] for code in item.regions.values_list("pk", flat=True)})
    review.save()
    return review


def _end(review, decision, *, by, note=""):
    review.decision, review.decided_at, review.decided_by = decision, timezone.now(), by
    review.waited_days = working_days_between(review.entered_at, review.decided_at)
    review.note = note
    review.save()
    return review


def give_receipt(item) -> None:
    """Give the item its receipt number, once and for all."""
    for _ in range(RECEIPT_ATTEMPTS):
        if item.receipt_number:
            return
        item.receipt_number = new_receipt_number("T")
        try:
            with transaction.atomic():
                item.save(update_fields=["receipt_number"])
        except IntegrityError:
            item.receipt_number = None
    raise RuntimeError("found no free receipt number")


def remember_confirmed(item, *, by) -> None:
    """Note the content as it stands as confirmed: later edits are compared to it."""
    ConfirmedContent.objects.update_or_create(
        content_type=ContentType.objects.get_for_model(item),
        object_id=item.pk,
        defaults={"content": content_of(item), "at": timezone.now(), "by": by},
    )


def confirmed_content(item) -> dict | None:
    """The content that a reviewer last confirmed; None for what was never public."""
    kind = ContentType.objects.get_for_model(item)
    return (
        ConfirmedContent.objects.filter(content_type=kind, object_id=item.pk).values_list("content", flat=True).first()
    )


@transaction.atomic
def create(model, write, *, by, key, form_name=""):
    """Make an item of ``model`` in 下書き; ``write(item)`` fills and saves the new row.

    ``key`` (a UUID) comes from the form: sent twice, also at the same moment, it makes one. Returns the item.
    """
    with recorded(by=by, action="create"):
        try:
            with transaction.atomic():
                item = model(creation_key=key, created_by=by)
                write(item)
        except IntegrityError:
            item = model._default_manager.filter(creation_key=key, created_by=by).first()
            if item is None:
                raise
        if form_name:
            WorkingCopy.objects.filter(user=by, form=form_name).delete()
    return item


@transaction.atomic
def save_changes(item, write, *, by, version=None, form_name=""):
    """Save an edit of ``item``: ``write(item)`` is called with the locked row and saves what it wants.

    ``write`` may save the item, its relations and rows. With ``version``, the one the form was opened
    with, an edit on top of somebody else's raises ChangedMeanwhile and writes nothing; so does
    TransitionNotAllowed for what was approved and waits for its time. What an edit of a public
    item changes shows at once and enters the queue, unless its organization publishes by itself. The working
    copy of ``form_name`` is done with. Returns the item.
    """
    with recorded(by=by, action="edit"):
        current = locked(item)
        if version is not None and current.version != version:
            raise ChangedMeanwhile(current)
        if current.status == Status.SCHEDULED and not current.can_self_publish:
            raise TransitionNotAllowed("what was approved goes public as it is: withdraw it before editing")
        if current.is_published and confirmed_content(current) is None:
            remember_confirmed(current, by=None)
        write(current)
        type(current)._default_manager.filter(pk=current.pk).update(
            version=current.version + 1, updated_at=timezone.now()
        )
        current = type(current)._default_manager.get(pk=current.pk)
        note_edit(current, by=by)
        if form_name and by:
            WorkingCopy.objects.filter(user=by, form=form_name).delete()
    return current


def note_edit(item, *, by, when_nothing_is_left=Decision.WITHDRAWN) -> Review | None:
    """What follows from an edit that was just saved: the queue's row and the index; inside its transaction.

    An item that no longer differs from what was confirmed leaves the queue: its writers took their edit back, or
    ``when_nothing_is_left`` says what else it was. Returns the review that ended so.
    """
    review, ended = open_review_of(item), None
    if item.is_published and item.can_self_publish and review is None:
        remember_confirmed(item, by=by)
    elif item.is_published:
        changes = differences(item, confirmed_content(item) or {}, content_of(item))
        if changes:
            enter_queue(item, ReviewReason.CHANGE, review, by=by, is_small=is_small(changes))
        elif review:
            ended = _end(review, when_nothing_is_left, by=by)
    elif review:
        enter_queue(item, review.reason, review, by=by)
    item.after_change()
    return ended


@transaction.atomic
def confirm_changes(review, *, by):
    """Confirm the edits of a public item. Raises AlreadyDecided when the queue no longer holds it."""
    with recorded(by=by, action="confirm_changes"):
        item, review = _lock_change(review)
        remember_confirmed(item, by=by)
        _end(review, Decision.CONFIRMED, by=by)
        _note_confirmation(item, on=timezone.localdate())
        mails.tell_confirmed(item, review)
    return review


@transaction.atomic
def roll_back(review, *, by, note):
    """Put a public item back to what was last confirmed, with a reason for its writers."""
    if not note.strip():
        raise ReasonMissing("say why the edit is rolled back")
    with recorded(by=by, action="roll_back"):
        item, review = _lock_change(review)
        restore(item, confirmed_content(item))
        type(item)._default_manager.filter(pk=item.pk).update(version=item.version + 1)
        item = type(item)._default_manager.get(pk=item.pk)
        remember_confirmed(item, by=by)  # the same content, but rows that had been deleted are new ones
        _end(review, Decision.ROLLED_BACK, by=by, note=note)
        item.after_change()
        mails.tell_rolled_back(item, review)
    return review


def _lock_change(review):
    """The item and its review, both locked and fresh, of a change that waits for a decision."""
    item = locked(review.item)  # the item first, as every other action does
    review = Review.objects.select_for_update(of=["self"]).get(pk=review.pk)
    if not review.is_open or review.reason != ReviewReason.CHANGE or not item.is_published:
        raise AlreadyDecided(f"the review was decided: {review.decision}")
    return item, review


@transaction.atomic
def claim(review, *, by):
    """Take the review as one's own; a claim of somebody else is taken over. Raises AlreadyDecided."""
    review = Review.objects.select_for_update(of=["self"]).get(pk=review.pk)
    if not review.is_open:
        raise AlreadyDecided(f"the review was decided: {review.decision}")
    review.claimed_by, review.claimed_at = by, timezone.now()
    review.save(update_fields=["claimed_by", "claimed_at"])
    return review


@transaction.atomic
def release(review):
    """Give the review back to everybody."""
    Review.objects.filter(pk=review.pk, decided_at__isnull=True).update(claimed_by=None, claimed_at=None)


@transaction.atomic
def confirm(item, *, on, by=None):
    """Note that the item was checked and is still right; its card in lists shows the day."""
    with recorded(by=by, action="confirm"):
        _note_confirmation(item, on=on)
    return item


def _note_confirmation(item, *, on):
    item.confirmed_at, item.freshness_asked_on = on, None
    item.save(update_fields=["confirmed_at", "freshness_asked_on"])
    item.after_change()
