"""What of the board is new to somebody."""

from datetime import timedelta

from django.db.models import F, Max, OuterRef, Q, Subquery
from django.utils import timezone

from forum.models import ReadMark

# Marks of the last two hours belong to the present visit.
VISIT = timedelta(hours=2)
# Before somebody's first visit so much is new.
FIRST_LOOK = timedelta(days=30)


def last_visit(user):
    """When the person last read on the board before this visit."""
    now = timezone.now()
    before = ReadMark.objects.filter(user=user, at__lt=now - VISIT).aggregate(at=Max("at"))["at"]
    return before or now - FIRST_LOOK


def with_read_number(topics, user):
    """Annotate ``read_number``: up to which post the person has read; None for what was never opened."""
    marks = ReadMark.objects.filter(user=user, topic=OuterRef("pk"))
    return topics.annotate(read_number=Subquery(marks.values("number")[:1]))


def only_new(topics, since):
    """Of topics with their ``read_number`` those that go on, and those never opened with posts after ``since``."""
    return topics.filter(
        Q(read_number__lt=F("last_number")) | Q(read_number__isnull=True, last_posted_at__gt=since),
    )


def is_new(topic, since) -> bool:
    """The same of one topic."""
    if topic.read_number is None:
        return topic.last_posted_at > since
    return topic.read_number < topic.last_number
