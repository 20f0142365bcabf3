"""Figures of the queue and of how long applications take."""

from datetime import timedelta

import pytest
from django.utils import timezone

from publishing import figures
from publishing.models import Decision, Review, ReviewReason
from tests.publishing.reviewing import review_of, submitted

pytestmark = pytest.mark.django_db


def decided(waited, *, days_ago=1, decision=Decision.PUBLISHED, reason=ReviewReason.NEW):
    """Reviews of no item in particular that waited as many working days each."""
    like = review_of(submitted())
    at = timezone.now() - timedelta(days=days_ago)
    reviews = Review.objects.bulk_create(
        Review(
            content_type=like.content_type,
            object_id=10_000 + number,
            reason=reason,
            title="申請",
            entered_at=at,
            decision=decision,
            decided_at=at,
            waited_days=days,
        )
        for number, days in enumerate(waited)
    )
    like.delete()
    return reviews


def test_nothing_waits_and_nothing_was_decided():
    found = figures.of_the_queue()

    assert (found.waiting, found.oldest, found.oldest_days) == (0, None, 0)
    assert (found.median_days, found.decided_this_week) == (None, 0)


def test_waiting_and_oldest():
    old, young = submitted(), submitted()
    long_ago = timezone.now() - timedelta(days=30)
    Review.objects.filter(pk=review_of(old).pk).update(entered_at=long_ago)

    found = figures.of_the_queue()

    assert (found.waiting, found.oldest) == (2, long_ago)
    assert 15 < found.oldest_days < 23
    assert review_of(young).is_open


def test_median_of_ninety_days_leaves_out_what_was_withdrawn():
    decided([1, 2, 9])
    decided([50], days_ago=91)
    decided([40], decision=Decision.WITHDRAWN)

    assert figures.of_the_queue().median_days == 2


def test_decided_this_week_begins_on_monday():
    since_monday = timezone.localtime().weekday()
    decided([1, 1], days_ago=0)
    decided([1], days_ago=since_monday + 1)

    assert figures.of_the_queue().decided_this_week == 2


@pytest.mark.parametrize(
    ("waited", "usual"),
    [([], None), ([3, 3, 3, 3], None), ([3, 3, 3, 3, 3], 3), ([1, 2, 3, 4, 5, 9], 4), ([0, 0, 0, 0, 0], 0)],
)
def test_usual_working_days_are_told_when_enough_were_decided(waited, usual):
    decided(waited)

    assert figures.usual_working_days() == usual


def test_usual_working_days_are_those_of_new_applications():
    decided([9] * 9, reason=ReviewReason.CHANGE, decision=Decision.CONFIRMED)

    assert figures.usual_working_days() is None
