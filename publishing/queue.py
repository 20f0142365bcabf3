"""The reviewers' queue as pages show it."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone

from publishing.filters import QueueFilter
from publishing.models import Review, ReviewReason
from publishing.working_days import working_days_between
from taxonomy import registry


@dataclass(frozen=True)
class QueueRow:
    review: Review
    # 事例, 団体, …
    kind: str
    prefectures: list[str]
    waiting_days: int

    @property
    def may_be_ticked(self) -> bool:
        """Whether it may be confirmed together with others."""
        return self.review.is_small and self.review.reason == ReviewReason.CHANGE


def rows(reviews) -> list[QueueRow]:
    """What the queue says about each of ``reviews``, without further queries."""
    now = timezone.now()
    return [
        QueueRow(review, kind_of(review), _names(review), working_days_between(review.entered_at, now))
        for review in reviews
    ]


def kind_of(review: Review) -> str:
    """What kind of thing is reviewed: 事例, 団体, …"""
    # Content types are kept in memory; the relation would ask the database for each row.
    model = ContentType.objects.get_for_id(review.content_type_id).model_class()
    return str(model._meta.verbose_name)


def _names(review: Review) -> list[str]:
    return [registry.regions()[code].name for code in review.prefectures if code in registry.regions()]


def waiting(chosen: QueueFilter, user):
    """The open reviews of a filter, oldest first."""
    reviews = chosen.apply(Review.objects.open(), user)
    return reviews.select_related("claimed_by", "submitted_by")


def next_after(review: Review, chosen: QueueFilter, user) -> Review | None:
    """The open review to look at after this one: the next in the queue, else the oldest; none of a colleague's."""
    others = waiting(chosen, user).exclude(pk=review.pk).filter(Q(claimed_by=None) | Q(claimed_by=user))
    later = Q(entered_at__gt=review.entered_at) | Q(entered_at=review.entered_at, pk__gt=review.pk)
    return others.filter(later).first() or others.first()
