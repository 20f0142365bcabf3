"""How much moderators did, month by month: numbers only, for everybody to read."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from forum.models import ModerationStep, Outcome, Post, Step
from forum.rules import Rule
from taxonomy.wareki import era_year

MOST_MONTHS = 24
KEPT_FOR = 10 * 60


@dataclass
class Month:
    first_day: date
    # Posts that waited before anybody could read them, by when they were written.
    held: int = 0
    released: int = 0
    locked: int = 0
    warned: int = 0
    suspended: int = 0
    answered: int = 0
    taken_back: int = 0
    # What was hidden, by rule; a topic that was hidden as a whole is one.
    hidden: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Rule.values, 0))

    def __str__(self):
        return f"{era_year(self.first_day)}{self.first_day.month}月"

    @property
    def hidden_in_all(self) -> int:
        return sum(self.hidden.values())


def by_month() -> list[Month]:
    """The last two years, or since there is something to count; the newest month first. Kept for ten minutes."""
    key = f"forum:numbers:{connection.settings_dict['NAME']}:{timezone.localdate():%Y-%m}"
    return cache.get_or_set(key, _counted, KEPT_FOR)


def _counted() -> list[Month]:
    months = {day: Month(day) for day in _last_months(timezone.localdate(), MOST_MONTHS)}
    since = timezone.make_aware(datetime.combine(min(months), datetime.min.time()))
    _count_steps(months, since)
    _count_held(months, since)
    filled = [month for month in months.values() if month != Month(month.first_day)]
    begin = min((month.first_day for month in filled), default=max(months))
    return [month for day, month in sorted(months.items(), reverse=True) if day >= begin]


def _last_months(today: date, count: int) -> list[date]:
    first, days = today.replace(day=1), []
    for _ in range(count):
        days.append(first)
        first = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    return days


NAMES = {Step.RELEASE: "released", Step.LOCK: "locked", Step.WARN: "warned", Step.SUSPEND: "suspended"}


def _count_steps(months, since):
    steps = ModerationStep.objects.filter(at__gte=since, step__in=[Step.HIDE, *NAMES]).order_by()
    counted = steps.annotate(month=TruncMonth("at")).values_list("month", "step", "rule").annotate(n=Count("pk"))
    for moment, step, rule, count in counted:
        month = months[timezone.localdate(moment)]
        if step == Step.HIDE:
            month.hidden[rule] += count
        else:
            setattr(month, NAMES[step], getattr(month, NAMES[step]) + count)
    settled = ModerationStep.objects.filter(settled_at__gte=since).order_by()
    taken_back = Count("pk", filter=Q(outcome=Outcome.TAKEN_BACK))
    answers = settled.annotate(month=TruncMonth("settled_at")).values_list("month")
    for moment, count, back in answers.annotate(n=Count("pk"), back=taken_back):
        months[timezone.localdate(moment)].answered += count
        months[timezone.localdate(moment)].taken_back += back


def _count_held(months, since):
    """What was never shown, and what moderators released."""
    released = ModerationStep.objects.filter(step=Step.RELEASE, post__isnull=False).values("post")
    was_held = Q(published_at=None) | Q(pk__in=released)
    posts = Post.objects.filter(was_held, created_at__gte=since).order_by()
    counted = posts.annotate(month=TruncMonth("created_at")).values_list("month").annotate(n=Count("pk"))
    for moment, count in counted:
        months[timezone.localdate(moment)].held += count
