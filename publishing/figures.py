"""Figures of the queue: how much waits, and how long it takes."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, FloatField, Min, Q
from django.utils import timezone

from publishing.models import Decision, Review, ReviewReason
from publishing.working_days import working_days_between

MEDIAN_OF = timedelta(days=90)
USUAL_OF = timedelta(days=180)
# Of fewer decisions nothing can be said about the next.
FEWEST = 5


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Figures:
    waiting: int
    oldest: datetime | None
    # Working days from the entry to the decision, of the last 90 days; None while nothing was decided.
    median_days: float | None
    decided_this_week: int

    @property
    def oldest_days(self) -> int:
        return working_days_between(self.oldest, timezone.now()) if self.oldest else 0


def of_the_queue() -> Figures:
    """The figures above the queue, in two queries."""
    # Without the order of the queue, which would group the rows.
    waiting = Review.objects.open().order_by().aggregate(count=Count("pk"), oldest=Min("entered_at"))
    now = timezone.now()
    decided = _decided_since(now - MEDIAN_OF).aggregate(
        median=Median("waited_days"), this_week=Count("pk", filter=Q(decided_at__gte=_monday(now)))
    )
    return Figures(waiting["count"], waiting["oldest"], decided["median"], decided["this_week"])


def usual_working_days() -> int | None:
    """How many working days a new application usually takes; None when too few were decided to say."""
    new = _decided_since(timezone.now() - USUAL_OF).filter(reason=ReviewReason.NEW)
    found = new.aggregate(median=Median("waited_days"), count=Count("pk"))
    return math.ceil(found["median"]) if found["count"] >= FEWEST else None


def _decided_since(moment):
    """What the secretariat has decided; what its writers took back says nothing about its pace."""
    return Review.objects.filter(decided_at__gte=moment).exclude(decision=Decision.WITHDRAWN).order_by()


def _monday(now: datetime) -> datetime:
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday())
