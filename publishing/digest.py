"""The secretariat's mail of the morning: what waits for it, on working days, and only if something does."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from mailing.actions import queue_mail
from mailing.models import MailStatus, OutgoingMail
from publishing.models import Answer, FreshnessQuestion, Review
from publishing.working_days import is_working_day, working_days_between

SHOWN = 10


@dataclass(frozen=True)
class Waiting:
    """What waits: reviews, answers 「変わりました」 that led to no edit yet, mails that failed."""

    reviews: int
    changed: int
    failed_mails: int

    @property
    def total(self) -> int:
        return self.reviews + self.changed + self.failed_mails


@dataclass(frozen=True)
class Section:
    """What waits elsewhere, as an app that publishing does not know tells it."""

    title: str
    # With its counter: 3件.
    told: str
    count: int
    # The page on which it waits, without the site's name.
    url: str


_sections: list[Callable[[], Section]] = []


def register(section: Callable[[], Section]) -> Callable[[], Section]:
    """Let the mail tell what ``section()`` says whenever its count is not 0; usable as a decorator."""
    _sections.append(section)
    return section


def send_digest() -> bool:
    """Mail the secretariat what waits today, once a day; tells whether there was something to mail."""
    today = timezone.localdate()
    if not is_working_day(today):
        return False
    waiting = _waiting()
    others = [section for section in (ask() for ask in _sections) if section.count]
    total = waiting.total + sum(section.count for section in others)
    if not total:
        return False
    queue_mail(
        to=settings.SECRETARIAT_EMAIL,
        subject=f"事務局の対応を待っているもの（{total}件）",
        template="mail/publishing/digest.txt",
        context={"waiting": waiting, "oldest": _oldest(), "more": max(0, waiting.reviews - SHOWN), "others": others},
        once=f"digest:{today}",
    )
    return True


def _waiting() -> Waiting:
    told = FreshnessQuestion.objects.filter(answer=Answer.CHANGED).prefetch_related("item")
    return Waiting(
        reviews=Review.objects.open().count(),
        changed=sum(1 for question in told if _is_unchanged(question)),
        failed_mails=OutgoingMail.objects.filter(status=MailStatus.FAILED).count(),
    )


def _is_unchanged(question) -> bool:
    """Whether the item still says what its people told is no longer right."""
    item = question.item
    return item is not None and item.is_published and item.confirmed_at <= question.confirmed_at


def _oldest() -> list[tuple[Review, int]]:
    now = timezone.now()
    return [(review, working_days_between(review.entered_at, now)) for review in Review.objects.open()[:SHOWN]]
