"""Confirming several small edits of public items together, after each was seen."""

import re
from dataclasses import dataclass

from django.db.models import Q

from publishing.actions import AlreadyDecided, ChangedMeanwhile, confirmed_content
from publishing.content import content_of
from publishing.deciding import decide
from publishing.models import Publishable, Review, ReviewReason
from publishing.queue import kind_of
from publishing.shown_content import ShownChange, shown_changes

# As many as stand on one page of the queue.
MOST = 20
SMALL = Q(is_small=True, reason=ReviewReason.CHANGE)
NUMBER = r"[0-9]{1,18}"
EDITED = "この画面を開いたあとで、内容が変わりました。もう一度ご覧ください。"
DECIDED = "ほかの方が先に決めたか、申請した方が取り下げました。"


@dataclass(frozen=True)
class SmallEdit:
    review: Review
    item: Publishable
    kind: str
    changes: list[ShownChange]


def small_edits(values: list[str]) -> list[SmallEdit]:
    """The small edits that still wait, of the ``values`` of ticked boxes, each with every difference."""
    pks = [int(value) for value in values if re.fullmatch(NUMBER, value)]
    reviews = Review.objects.open().filter(SMALL, pk__in=pks).select_related("submitted_by").prefetch_related("item")
    return [_small_edit(review) for review in reviews[:MOST]]


def _small_edit(review: Review) -> SmallEdit:
    item = review.item
    return SmallEdit(
        review, item, kind_of(review), shown_changes(item, confirmed_content(item) or {}, content_of(item))
    )


def confirm_seen(values: list[str], *, by) -> tuple[list[Review], list[tuple[Review, str]]]:
    """Confirm the edits that were seen, each ``value`` the numbers of a review and of its item's version ("12:3").

    Returns those that are confirmed, and those that are not with the reason: what somebody edited or decided in the
    meantime is left out.
    """
    seen = dict(match.groups() for value in values if (match := re.fullmatch(f"({NUMBER}):({NUMBER})", value)))
    confirmed, left_out = [], []
    for review in Review.objects.filter(SMALL, pk__in=list(seen)[:MOST]).order_by("pk"):
        try:
            confirmed.append(decide(review, "confirm", by=by, version=int(seen[str(review.pk)])))
        except ChangedMeanwhile:
            left_out.append((review, EDITED))
        except AlreadyDecided:
            left_out.append((review, DECIDED))
    return confirmed, left_out
