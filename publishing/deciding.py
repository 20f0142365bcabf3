"""What reviewers decide about what they saw on their page: on nothing newer, and only once."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F

from publishing import mails
from publishing.actions import (
    AlreadyDecided,
    ChangedMeanwhile,
    change_status,
    confirm_changes,
    confirmed_content,
    locked,
    note_edit,
    recorded,
    remember_confirmed,
    roll_back,
)
from publishing.content import content_of
from publishing.models import ConfirmedContent, Decision, Review, ReviewReason

# What may be decided, by why the item is in the queue.
POSSIBLE = {
    ReviewReason.NEW: ("publish", "schedule", "return"),
    ReviewReason.CHANGE: ("confirm", "roll_back"),
}


@transaction.atomic
def decide(review, decision, *, by, version, note="", comments=None, publish_at=None):
    """Decide an open review whose item was looked at in ``version``; returns the review as it ended.

    Raises AlreadyDecided when somebody else was faster and ChangedMeanwhile when the item was edited
    after it was looked at: nobody confirms what they have not seen.
    """
    item = locked(review.item)  # the item first, as every action does
    review = Review.objects.select_for_update(of=["self"]).get(pk=review.pk)
    if not review.is_open:
        raise AlreadyDecided(f"the review was decided: {review.decision}")
    if item.version != version:
        raise ChangedMeanwhile(item)
    if decision == "confirm":
        return confirm_changes(review, by=by)
    if decision == "roll_back":
        return roll_back(review, by=by, note=note)
    change_status(item, decision, by=by, note=note, comments=comments, publish_at=publish_at)
    review.refresh_from_db()
    return review


@transaction.atomic
def count_as_confirmed(item, names, *, by) -> None:
    """What follows when a reviewer has edited the fields ``names`` outside the forms of members (the admin).

    The edit needs no confirmation by others. What members changed in other fields still waits for it.
    """
    with recorded(by=by, action="edit"):
        item = locked(item)
        type(item)._default_manager.filter(pk=item.pk).update(version=F("version") + 1)
        if item.is_published:
            _confirm_fields(item, names, by=by)
        if review := note_edit(item, by=by, when_nothing_is_left=Decision.CONFIRMED):
            mails.tell_confirmed(item, review)


def _confirm_fields(item, names, *, by) -> None:
    confirmed = confirmed_content(item)
    if confirmed is None:
        remember_confirmed(item, by=by)
        return
    current = content_of(item)
    confirmed |= {name: current[name] for name in names if name in current}
    kind = ContentType.objects.get_for_model(item)
    ConfirmedContent.objects.filter(content_type=kind, object_id=item.pk).update(content=confirmed)
