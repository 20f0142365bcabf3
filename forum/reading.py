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
    """Annotate ``read_number``, up to which post the person has read, and ``read_at``, when; None for what was never
    opened."""
    marks = ReadMark.objects.filter(user=user, topic=OuterRef("pk"))
    return topics.annotate(read_number=Subquery(marks.values("number")[:1]), read_at=Subquery(marks.values("at")[:1]))


def only_new(topics, since):
    """Of topics with their ``read_number`` those that go on, those in which a moderator has shown a post since, and
    those never opened with posts after ``since``."""
    return topics.filter(
        Q(read_number__lt=F("last_number"))
        | Q(read_at__lt=F("released_at"))
        | Q(read_number__isnull=True, last_posted_at__gt=since),
    )


def is_new(topic, since) -> bool:
    """The same of one topic."""
    if topic.read_number is None:
        return topic.last_posted_at > since
    return topic.read_number < topic.last_number or was_released(topic)


def was_released(topic) -> bool:
    """Whether a post that had been held is shown since the person last read the topic."""
    return bool(topic.released_at and topic.read_at and topic.read_at < topic.released_at)


def unread_posts(topic):
    """The visible posts that the person has not read; of a topic with its ``read_number``."""
    later = Q(published_at__gt=topic.read_at) if topic.read_at else Q()
    return topic.posts.visible().filter(Q(number__gt=topic.read_number or 0) | later).order_by("number")
